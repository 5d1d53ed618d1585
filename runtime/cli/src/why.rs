//! `toma why`: what one node's picture at one frame is made of, and what changed since it was last made.

use crate::arguments::State;
use crate::disk::manifest_for;
use crate::exit::Exit;
use crate::failures;
use crate::program::{Program, plain, refuse};
use crate::report::{self, Format};
use crate::studio;
use crate::value;
use serde_json::Value as Json;
use std::path::{Path, PathBuf};
use toma_compiler::Control;
use toma_engine::{Caching, Explanation, ReadRecord};
use toma_plan::{Dimension, Layer, NodeOrigin, Place, Plan, Value};
use toma_syntax::diagnostic::Diagnostic;

/// Folders deeper than this are not searched for a shot.
const DEPTH: usize = 6;

/// So many addresses are offered at most.
const MEANT: usize = 4;

/// What was asked: the shot's file, if it is said, the address, the frame.
fn asked(what: &[String]) -> Result<(Option<&Path>, &str, Option<i64>), Diagnostic> {
    let (file, rest) = match what {
        [file, rest @ ..] if !rest.is_empty() && ends_with_toma(Path::new(file)) => {
            (Some(Path::new(file.as_str())), rest)
        }
        rest => (None, rest),
    };
    match rest {
        [address] => Ok((file, address, None)),
        [address, frame] => match frame.parse() {
            Ok(frame) => Ok((file, address, Some(frame))),
            Err(_) => Err(plain(
                "T0722",
                format!("`{frame}` is no frame"),
                "a frame is a whole number, such as 1004, and stands behind the address; the shot's file, a `.toma`, \
                 in front of it",
            )),
        },
        _ => Err(plain(
            "T0722",
            "this is more than a file, an address and a frame",
            "ask for one thing: `toma why lamplight.toma lamplight_0010.comp 1004`",
        )),
    }
}

fn ends_with_toma(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "toma")
}

/// Explains a value or a picture.
pub(crate) fn why(what: &[String], json: bool, file: Option<&Path>, state: &State) -> Exit {
    let (named, address, frame) = match asked(what) {
        Ok(asked) => asked,
        Err(wrong) => return refuse(wrong, Exit::Usage),
    };
    let file = file.or(named);
    let Some((shot, rest)) = address.split_once('.') else {
        let message = format!("`{address}` names nothing of a shot");
        return refuse(plain("T0722", message, &addresses(address, file)), Exit::Usage);
    };
    let (path, frame) = match rest.rsplit_once('@') {
        Some((path, at)) => {
            if let Ok(at) = at.parse() {
                (path, Some(at))
            } else {
                let message = format!("`{at}` is no frame");
                let help = "write the frame's number behind the `@`: lamplight_0010.comp@1004";
                return refuse(plain("T0722", message, help), Exit::Usage);
            }
        }
        None => (rest, frame),
    };
    let program = match file.map_or_else(
        || search(shot),
        |file| Program::load(file).map(|one| (one, file.to_path_buf())),
    ) {
        Ok(found) => found,
        Err(diagnostic) => return refuse(diagnostic, Exit::Program),
    };
    let (program, file) = program;
    let plan = match program.plans_or_say(Some(shot)) {
        Ok(mut plans) if !plans.is_empty() => plans.remove(0),
        Ok(_) => return Exit::Program,
        Err(exit) => return exit,
    };
    let Some(index) = plan.nodes.iter().position(|one| one.path == path) else {
        let wrong = match program.compiler.control(&program.path, shot, path) {
            Ok(control) => return value::why(&program, shot, &control, frame, json),
            Err(wrong) if path.contains('.') => wrong,
            Err(_) => {
                let controls = program.compiler.controls(&program.path, shot);
                let own = controls.iter().map(|control| control.address.as_str());
                let parameters = own.filter(|address| !address.contains('.'));
                let nodes = plan.nodes.iter().map(|one| one.path.as_str());
                let known: Vec<&str> = parameters.chain(nodes).collect();
                let message = format!(
                    "the shot `{shot}` has no `param` and no node `{path}` that its outputs need"
                );
                let near = toma_compiler::nearest(path, known.iter().copied());
                // What is called so is a parameter of a node.
                let of_nodes: Vec<String> = controls
                    .iter()
                    .filter(|control| control.address.rsplit('.').next() == Some(path))
                    .map(|control| format!("`{shot}.{}`", control.address))
                    .take(MEANT)
                    .collect();
                let help = match (of_nodes.as_slice(), near) {
                    ([], None) => format!("it has {}", known.join(", ")),
                    ([], Some(near)) => format!("did you mean `{shot}.{near}`?"),
                    (meant, _) => format!("did you mean {}?", meant.join(" or ")),
                };
                plain("T0708", message, &help)
            }
        };
        return refuse(wrong, Exit::Program);
    };
    let Some(frame) = frame else {
        let message = format!("`{path}` is a picture: this doesn't say at which frame");
        let controls = program.compiler.controls(&program.path, shot);
        let own = |control: &&Control| {
            control.address.rsplit_once('.').is_some_and(|(node, _)| node == path)
        };
        let parameter = controls.iter().find(own).map_or_else(String::new, |control| {
            format!("; or a parameter: {shot}.{}", control.address)
        });
        let first = plan.ambient.frames.first;
        let help = format!("write the frame behind it: {shot}.{path}@{first}{parameter}");
        return refuse(plain("T0722", message, &help), Exit::Usage);
    };
    let handles = i64::from(plan.ambient.handles);
    let (first, last) = (plan.ambient.frames.first - handles, plan.ambient.frames.last + handles);
    if !(first..=last).contains(&frame) {
        let message = format!("frame {frame} lies outside the shot `{shot}`");
        return refuse(
            plain("T0708", message, &format!("it has the frames {first}..{last}")),
            Exit::Program,
        );
    }
    let folder = studio::folder_of(&file);
    let engine =
        match studio::engine(&program.state(state), &folder, program.colour.clone(), Caching::Full)
        {
            Ok(engine) => engine,
            Err(exit) => return exit,
        };
    match engine.why(&plan, path, frame) {
        Ok(explanation) => {
            print(&program, &plan, index, frame, &explanation);
            Exit::Done
        }
        Err(error) => {
            let (diagnostics, exit) = failures::refusal(&plan, &error);
            report::print(&diagnostics, &program.sources, Format::Human);
            exit
        }
    }
}

/// How something of a shot is asked for, with the names of the shot if there is one of this name.
fn addresses(shot: &str, file: Option<&Path>) -> String {
    let program = match file {
        Some(file) => Program::load(file).ok(),
        None => match search(shot) {
            Ok((program, _)) => Some(program),
            Err(wrong) => {
                let words = "write SHOT.PARAM, SHOT.NODE or SHOT.NODE.PARAMETER";
                return format!("{words}; {}: {}", wrong.message, wrong.help.unwrap_or_default());
            }
        },
    };
    let controls =
        program.map(|program| program.compiler.controls(&program.path, shot)).unwrap_or_default();
    let node = controls.iter().find_map(|control| control.address.split_once('.'));
    let parameter = controls.iter().find(|control| !control.address.contains('.'));
    let known: Vec<String> = node
        .into_iter()
        .flat_map(|(node, name)| [format!("{shot}.{node}"), format!("{shot}.{node}.{name}")])
        .chain(parameter.map(|control| format!("{shot}.{}", control.address)))
        .collect();
    let such = match known.as_slice() {
        [] => "lamplight_0010.comp, lamplight_0010.fall/gen.strength".to_owned(),
        known => known.join(", "),
    };
    format!("write SHOT.PARAM, SHOT.NODE or SHOT.NODE.PARAMETER: {such}")
}

/// The program that has the shot: below this folder, or else in the project that this folder belongs to.
pub(crate) fn search(shot: &str) -> Result<(Program, PathBuf), Diagnostic> {
    let mut seen = Vec::new();
    let mut found = having(shot, Path::new("."), &mut seen);
    if found.is_empty()
        && let Some(manifest) = manifest_for(Path::new("any.toma"))
        && let Some(folder) =
            Path::new(&manifest).parent().filter(|folder| *folder != Path::new(""))
    {
        found = having(shot, folder, &mut seen);
    }
    if found.len() > 1 {
        let names: Vec<&str> = found.iter().map(|(program, _)| program.path.as_str()).collect();
        let message = format!("several files have a shot `{shot}`: {}", names.join(", "));
        return Err(plain("T0722", message, "say which one you mean, with `--file FILE`"));
    }
    if let Some(found) = found.pop() {
        return Ok(found);
    }
    seen.sort();
    seen.dedup();
    let near = toma_compiler::nearest(shot, seen.iter().map(String::as_str));
    seen.truncate(12);
    let help = if let Some(near) = near {
        format!("did you mean `{near}`?")
    } else if seen.is_empty() {
        "go to the project's folder, or name the file with `--file FILE`".to_owned()
    } else {
        let is = if seen.len() == 1 { "is" } else { "are" };
        format!("there {is} {}; or name the file with `--file FILE`", seen.join(", "))
    };
    let message =
        format!("no `.toma` file below this folder or of its project has a shot `{shot}`");
    Err(plain("T0515", message, &help))
}

/// The programs below a folder that have the shot; the names of all shots are noted.
fn having(shot: &str, folder: &Path, seen: &mut Vec<String>) -> Vec<(Program, PathBuf)> {
    let mut files = Vec::new();
    collect(folder, 0, &mut files);
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let file = file.strip_prefix(".").map_or_else(|_| file.clone(), Path::to_path_buf);
        let Ok(program) = Program::load(&file) else { continue };
        let shots = program.compiler.shots(&program.path);
        if shots.iter().any(|one| one == shot) {
            found.push((program, file));
        }
        seen.extend(shots);
    }
    found
}

pub(crate) fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_dir() && !hidden && depth < DEPTH && !path.ends_with("target") {
            collect(&path, depth + 1, files);
        } else if ends_with_toma(&path) && path.is_file() {
            files.push(path);
        }
    }
}

pub(crate) fn place(program: &Program, place: &Place) -> String {
    if place.file.starts_with("std") {
        return place.file.clone();
    }
    let (line, column) = program.sources.position(&place.file, place.start);
    format!("{}:{line}:{column}", place.file)
}

pub(crate) fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::Default => "default",
        Layer::Show => "show",
        Layer::Sequence => "sequence",
        Layer::From => "from",
        Layer::Shot => "shot",
        Layer::Tweaks => "tweaks",
    }
}

fn print(program: &Program, plan: &Plan, index: usize, frame: i64, why: &Explanation) {
    let empty = NodeOrigin::default();
    let made_by = plan.nodes.iter().position(|one| one.path == why.made_by).unwrap_or(index);
    let origin = plan.origins.nodes.get(made_by).unwrap_or(&empty);
    let node = plan.nodes.get(made_by);
    let still = if why.frame.is_none() { " (one picture for all frames)" } else { "" };
    outln!("{}.{} at frame {frame}{still}", plan.shot, why.node);
    if why.made_by != why.node {
        outln!("  changes nothing here: it is the picture of {}", why.made_by);
    }
    let made = &why.now.made;
    outln!("  stage      {} version {}, {}", made.stage, made.version, made.class);
    outln!("  called at  {}", place(program, &origin.call));
    for call in &origin.chain {
        outln!("    from     {}", place(program, call));
    }
    outln!("  key        {}", why.now.key);
    outln!(
        "  state      {}",
        match (why.kept, why.known) {
            (true, _) => "its picture is kept",
            (false, true) => "it was computed before; its picture is not kept",
            (false, false) => "it was never computed",
        }
    );
    if !made.parameters.is_empty() {
        outln!("  parameters as read");
    }
    for (name, value) in &made.parameters {
        let from = origin.parameters.get(name).map_or_else(String::new, |origin| {
            format!("   {} {}", layer(origin.layer), place(program, &origin.place))
        });
        let written = node.and_then(|node| node.parameters.get(name));
        outln!("    {name:<14} {}{from}", shown(value, dimension(written)));
    }
    for (name, value) in &made.ambient {
        outln!("    {name:<14} {value}   of the shot");
    }
    if let Some(weights) = &made.weights {
        outln!("  weights    {weights}");
    }
    if !why.now.reads.is_empty() {
        outln!("  reads");
    }
    for read in &why.now.reads {
        outln!("    {}", read_line(read));
    }
    if why.changes.is_empty() {
        return;
    }
    outln!("  changed since it was last another picture");
    for change in &why.changes {
        let dimension = dimension(node.and_then(|node| node.parameters.get(&change.field)));
        let (before, now) = (shown(&change.before, dimension), shown(&change.now, dimension));
        outln!("    {:<14} {before} -> {now}", change.field);
    }
}

fn read_line(read: &ReadRecord) -> String {
    let when = match read.offset {
        0 => String::new(),
        offset => format!(" at {offset:+} frames"),
    };
    let what = match (&read.node, &read.file, &read.absent) {
        (Some(node), _, _) => node.clone(),
        (None, Some(file), _) => file.display().to_string(),
        (None, None, Some(absent)) => absent.clone(),
        (None, None, None) => "nothing".to_owned(),
    };
    let key = read.key.as_ref().map_or_else(String::new, |key| format!("   {key}"));
    format!("{:<14} {what}{when}{key}", read.name)
}

/// What a parameter of the plan measures.
fn dimension(value: Option<&Value>) -> Option<Dimension> {
    match value? {
        Value::Number { dimension, .. } | Value::Vector { dimension, .. } => Some(*dimension),
        Value::Curve(curve) => Some(curve.dimension),
        _ => None,
    }
}

/// A value of a key as people write it: numbers with their unit, keys and digests cut short.
fn shown(value: &Json, dimension: Option<Dimension>) -> String {
    match value {
        Json::Null => "none".to_owned(),
        Json::Number(number) if number.is_u64() && dimension.is_none() => number.to_string(),
        Json::Number(number) => {
            let number = number.as_f64().unwrap_or_default();
            let (factor, unit) = match dimension {
                Some(Dimension::Ratio) => (100.0, "%"),
                Some(Dimension::Length) => (1.0, "px"),
                Some(Dimension::Focal) => (1.0, "mm"),
                Some(Dimension::Angle) => (1.0, "deg"),
                Some(Dimension::Time) => (1.0, "s"),
                Some(Dimension::FrameCount) => (1.0, "fr"),
                Some(Dimension::Stops) => (1.0, "stops"),
                Some(Dimension::Kelvin) => (1.0, "K"),
                Some(Dimension::Nits) => (1.0, "nits"),
                Some(Dimension::Scalar | Dimension::Frame) | None => (1.0, ""),
            };
            // 71 % of a ratio must not be shown as 71.00000000000001 %.
            format!("{}{unit}", (number * factor * 1e9).round() / 1e9)
        }
        Json::Array(values) => {
            let values: Vec<String> = values.iter().map(|value| shown(value, dimension)).collect();
            format!("({})", values.join(", "))
        }
        Json::String(text) if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) => {
            text.chars().take(12).collect()
        }
        Json::Object(fields) => {
            let known: Vec<String> = fields
                .iter()
                .filter(|(name, value)| !value.is_null() && (*name != "offset" || **value != 0))
                .map(|(name, value)| match fields.len() {
                    1 => shown(value, dimension),
                    _ => format!("{name} {}", shown(value, dimension)),
                })
                .collect();
            known.join(", ")
        }
        Json::Bool(_) | Json::String(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_shown_as_they_are_written() {
        assert_eq!(shown(&json!(0.71), Some(Dimension::Ratio)), "71%");
        assert_eq!(shown(&json!([1.0, 2.5]), Some(Dimension::Length)), "(1px, 2.5px)");
        assert_eq!(shown(&json!({"seed": 448}), None), "448");
        let key = "0123456789abcdef".repeat(4);
        assert_eq!(
            shown(&json!({"absent": null, "key": key, "offset": 0}), None),
            "key 0123456789ab"
        );
    }
}
