//! `toma diff`: what differs between two programs, shot by shot, down to the exact frames whose pictures do.

mod page;
mod said;
mod side;

use crate::arguments::Diff;
use crate::exit::Exit;
use crate::failures;
use crate::program::{plain, refuse};
use crate::report::{self, Format};
use crate::studio;
use serde::Serialize;
use side::Side;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use toma_engine::{Caching, Engine, Keys, RenderRequest};
use toma_plan::diff::{NodeDiff, PlanDiff, diff as plan_diff};
use toma_plan::{FrameRange, Plan};
use toma_syntax::diagnostic::Diagnostic;

/// The version of the JSON form. It changes with every change of meaning.
const SCHEMA: u32 = 1;

/// What became of a shot: what other tools may rely on.
#[derive(Debug, Serialize)]
struct ShotDiff {
    schema: u32,
    shot: String,
    change: Change,
    /// What differs in the plan.
    #[serde(skip_serializing_if = "PlanDiff::is_empty")]
    plan: PlanDiff,
    /// By output, the frames whose file comes out differently.
    outputs: BTreeMap<String, Frames>,
    /// By node, as the later plan calls it, the frames whose picture comes out differently.
    nodes: BTreeMap<String, Frames>,
    /// Why some frames can't be told, each reason once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Change {
    Same,
    Changed,
    Added,
    Removed,
}

/// Frames that differ, as ranges, and what can't be told.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
struct Frames {
    /// Sorted, apart from each other.
    changed: Vec<FrameRange>,
    /// Frames that have no key on one side, because something stands against rendering them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<FrameRange>,
    /// One picture for all frames.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    still: bool,
}

/// Compares.
pub(crate) fn diff(asked: &Diff) -> Exit {
    let sides = match side::sides(asked) {
        Ok(sides) => sides,
        Err((diagnostic, exit)) => return refuse(diagnostic, exit),
    };
    let (Some(before), Some(after)) = (plans(&sides.0), plans(&sides.1)) else {
        return Exit::Program;
    };
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    if let Some(shot) = &asked.shot {
        if !names.contains(&shot) {
            let listed: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            let message = format!("neither side has a shot `{shot}`");
            let is = if listed.len() == 1 { "is" } else { "are" };
            let help = format!("there {is} {}", listed.join(", "));
            return refuse(plain("T0515", message, &help), Exit::Program);
        }
        names.retain(|name| *name == shot);
    }
    let folders = (sides.0.folder(), sides.1.folder());
    let mut engines: HashMap<std::path::PathBuf, Engine> = HashMap::new();
    for (side, folder) in [(&sides.0, &folders.0), (&sides.1, &folders.1)] {
        if engines.contains_key(folder) {
            continue;
        }
        let colour = side.program.colour.clone();
        match studio::engine(&asked.state, folder, colour, Caching::Full) {
            Ok(engine) => engines.insert(folder.clone(), engine),
            Err(exit) => return exit,
        };
    }
    let (Some(old), Some(new)) = (engines.get(&folders.0), engines.get(&folders.1)) else {
        return Exit::Surroundings;
    };
    let mut page = page::Page::new(asked, &sides);
    let mut differs = false;
    for name in names {
        let found = match (before.get(name), after.get(name)) {
            (Some(a), Some(b)) => match both(a, b, (&sides, old, new)) {
                Ok(found) => found,
                Err(exit) => return exit,
            },
            (Some(_), None) => alone(name, Change::Removed),
            (None, _) => alone(name, Change::Added),
        };
        differs |= found.change != Change::Same;
        if asked.json {
            match serde_json::to_string(&found) {
                Ok(line) => outln!("{line}"),
                Err(error) => errln!("the difference can't be written as JSON: {error}"),
            }
        } else {
            said::print(&found, &sides);
        }
        if let (Some(page), Some(a), Some(b)) = (&mut page, before.get(name), after.get(name))
            && let Err(error) = page.add(&found, (old, a), (new, b))
        {
            let (diagnostics, exit) = failures::refusal(b, &error);
            report::print(&diagnostics, &sides.1.program.sources, Format::Human);
            return exit;
        }
    }
    if !differs && !asked.json {
        outln!("no difference: every frame of both sides has the same key");
    }
    if let Some(page) = page
        && let Err(diagnostic) = page.write(asked.open)
    {
        return refuse(diagnostic, Exit::Surroundings);
    }
    if differs && asked.exit_code { Exit::Program } else { Exit::Done }
}

/// A side's shots by name. What stands against them is said.
fn plans(side: &Side) -> Option<BTreeMap<String, Plan>> {
    let (plans, found) = match side.program.plans(None) {
        Ok((plans, _)) => (plans, Vec::new()),
        // A side without shots has none.
        Err(found) if found.iter().all(|one| one.code == "T0515") => (Vec::new(), Vec::new()),
        Err(found) => (Vec::new(), found),
    };
    if !found.is_empty() {
        report::print(&found, &side.program.sources, Format::Human);
        errln!("{}: {}; nothing was compared", side.name, report::count(&found));
        return None;
    }
    Some(plans.into_iter().map(|plan| (plan.shot.clone(), plan)).collect())
}

fn alone(shot: &str, change: Change) -> ShotDiff {
    ShotDiff {
        schema: SCHEMA,
        shot: shot.to_owned(),
        change,
        plan: PlanDiff::default(),
        outputs: BTreeMap::new(),
        nodes: BTreeMap::new(),
        unknown: Vec::new(),
    }
}

fn both(
    before: &Plan,
    after: &Plan,
    (sides, old, new): (&(Side, Side), &Engine, &Engine),
) -> Result<ShotDiff, Exit> {
    let plan = plan_diff(before, after);
    let keys = |engine: &Engine, plan: &Plan, side: &Side| {
        engine.keys(plan, &RenderRequest::default()).map_err(|error| {
            let (diagnostics, exit) = failures::refusal(plan, &error);
            report::print(&diagnostics, &side.program.sources, Format::Human);
            exit
        })
    };
    let a = keys(old, before, &sides.0)?;
    let b = keys(new, after, &sides.1)?;
    let mut found = ShotDiff {
        outputs: outputs(&a, &b),
        nodes: nodes(&a, &b, &plan),
        unknown: unknown(&a, &b),
        plan,
        ..alone(&after.shot, Change::Same)
    };
    let same = found.plan.is_empty() && found.outputs.is_empty() && found.nodes.is_empty();
    found.change = if same { Change::Same } else { Change::Changed };
    Ok(found)
}

fn outputs(a: &Keys, b: &Keys) -> BTreeMap<String, Frames> {
    let names: BTreeSet<&String> = a.outputs.keys().chain(b.outputs.keys()).collect();
    let empty = BTreeMap::new();
    let mut found = BTreeMap::new();
    for name in names {
        let (a, b) = (a.outputs.get(name).unwrap_or(&empty), b.outputs.get(name).unwrap_or(&empty));
        let frames: BTreeSet<i64> = a.keys().chain(b.keys()).copied().collect();
        let (mut changed, mut unknown) = (Vec::new(), Vec::new());
        for frame in frames {
            match (a.get(&frame), b.get(&frame)) {
                (Some(None), Some(_)) | (Some(_), Some(None)) => unknown.push(frame),
                (a, b) if a != b => changed.push(frame),
                _ => {}
            }
        }
        let frames = Frames { changed: ranges(changed), unknown: ranges(unknown), still: false };
        if frames != Frames::default() {
            found.insert(name.clone(), frames);
        }
    }
    found
}

/// Nodes that both plans have, also under another path.
fn nodes(a: &Keys, b: &Keys, plan: &PlanDiff) -> BTreeMap<String, Frames> {
    let renamed: HashMap<&str, &str> = plan
        .nodes
        .iter()
        .filter_map(|node| match node {
            NodeDiff::Changed { path, renamed_from: Some(from), .. } => {
                Some((path.as_str(), from.as_str()))
            }
            _ => None,
        })
        .collect();
    let added: BTreeSet<&str> = plan
        .nodes
        .iter()
        .filter_map(|node| match node {
            NodeDiff::Added { path, .. } => Some(path.as_str()),
            _ => None,
        })
        .collect();
    let mut found = BTreeMap::new();
    for (path, new) in &b.nodes {
        let from = renamed.get(path.as_str()).copied().unwrap_or(path);
        let Some(old) = a.nodes.get(from).filter(|_| !added.contains(path.as_str())) else {
            continue;
        };
        let mut frames = Frames::default();
        let (mut changed, mut unknown) = (Vec::new(), Vec::new());
        let all: BTreeSet<Option<i64>> = old.keys().chain(new.keys()).copied().collect();
        for slot in all {
            match (slot, old.get(&slot), new.get(&slot)) {
                (None, a, b) => frames.still |= a != b,
                (Some(frame), Some(None), Some(_)) | (Some(frame), Some(_), Some(None)) => {
                    unknown.push(frame);
                }
                // A frame that only one side asks of a node is no other picture of it.
                (Some(frame), Some(a), Some(b)) if a != b => changed.push(frame),
                _ => {}
            }
        }
        (frames.changed, frames.unknown) = (ranges(changed), ranges(unknown));
        if frames != Frames::default() {
            found.insert(path.clone(), frames);
        }
    }
    found
}

fn unknown(a: &Keys, b: &Keys) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    for (node, message) in a.failures.iter().chain(&b.failures) {
        let reason = format!("{node}: {message}");
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

/// Sorted frames as ranges.
fn ranges(frames: Vec<i64>) -> Vec<FrameRange> {
    let mut ranges: Vec<FrameRange> = Vec::new();
    for frame in frames {
        match ranges.last_mut() {
            Some(range) if range.last + 1 == frame => range.last = frame,
            _ => ranges.push(FrameRange { first: frame, last: frame }),
        }
    }
    ranges
}

/// A message about the comparison itself.
fn about(message: impl Into<String>, help: &str) -> Diagnostic {
    plain("T0751", message, help)
}
