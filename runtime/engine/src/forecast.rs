//! What a render would do, without doing it: which pairs will run, which may be cut off, which are
//! there. Sources that were never hashed stay unread.

use crate::closure::Closure;
use crate::encode::Digest;
use crate::key;
use crate::ledger::Standing;
use crate::prepare::Prepared;
use crate::sink::Job;
use crate::store::{Name, Store};
use serde::Serialize;
use std::path::PathBuf;
use toma_stage::{Kind, NumericClass, Span};

/// What a render would do.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Forecast {
    /// By node, in the plan's order; nodes that nobody asks for are left out.
    pub nodes: Vec<NodeForecast>,
    /// Files that would be written, or not.
    pub files: Vec<FileForecast>,
    /// Sources that were never hashed, so that what depends on them counts as running.
    pub unread: Vec<PathBuf>,
}

/// A node's pairs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NodeForecast {
    /// The node's path.
    pub node: String,
    /// Pairs in the closure of the request.
    pub pairs: usize,
    /// Those that will run, at most. The sum of the next two.
    pub will_run: usize,
    /// … which no earlier run had.
    pub computed: usize,
    /// … which an earlier run had, whose bytes were not kept.
    pub rebuilt: usize,
    /// Those of `will_run` that need not run should an input come out as it was.
    pub may_be_cut_off: usize,
    /// Pairs that need not run.
    pub cached: usize,
    /// Pairs that have failed already.
    pub failed: usize,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileForecast {
    /// The output's name.
    pub output: String,
    /// The frame.
    pub frame: i64,
    /// The file.
    pub path: PathBuf,
    /// Is it as it should be?
    pub up_to_date: bool,
    /// Is it there without Toma having written it, so that only `--force` overwrites it?
    pub foreign: bool,
}

impl Forecast {
    /// All pairs that will run, at most.
    pub fn will_run(&self) -> usize {
        self.nodes.iter().map(|node| node.will_run).sum()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Unasked,
    There,
    Runs { known: bool },
    Fails,
}

/// Goes through what a render would look up, in the same order.
pub(crate) fn forecast(
    prepared: &Prepared<'_>,
    closure: &Closure,
    jobs: &[Job],
    standings: &[(Digest, Standing)],
    store: &Store,
    colour_config: &str,
) -> Forecast {
    let mut fates = vec![Fate::Unasked; closure.units.len()];
    let mut asked: Vec<usize> = closure
        .roots
        .iter()
        .zip(standings)
        .filter(|(_, (_, standing))| *standing != Standing::Current)
        .filter_map(|(link, _)| closure.unit_of(link))
        .collect();
    while let Some(index) = asked.pop() {
        let Some((fate, unit)) = fates.get_mut(index).zip(closure.units.get(index)) else {
            continue;
        };
        if *fate != Fate::Unasked {
            continue;
        }
        let first = unit.pairs.first().and_then(|pair| closure.pairs.get(*pair));
        let Some(pair) = first else { continue };
        let twin = || {
            let known = &store.known;
            let content = key::content_key(prepared, closure, pair, colour_config, known).ok()?;
            known.content(&content)
        };
        let twin = if unit.needs.is_empty() { None } else { twin() };
        *fate = if pair.failure.is_some() {
            Fate::Fails
        } else if store.has(Name::all(unit.key))
            || twin.is_some_and(|twin| store.has(Name::all(twin)))
        {
            Fate::There
        } else {
            Fate::Runs { known: twin.is_some() || store.known.is_known(&unit.key) }
        };
        if matches!(fate, Fate::Runs { .. }) {
            asked.extend(&unit.needs);
        }
    }
    let cut = cut_off(prepared, closure, &fates);
    let mut nodes: Vec<NodeForecast> = prepared
        .nodes
        .iter()
        .map(|node| NodeForecast { node: node.path.clone(), ..NodeForecast::default() })
        .collect();
    for ((unit, fate), cut) in closure.units.iter().zip(&fates).zip(&cut) {
        for (place, pair) in unit.pairs.iter().enumerate() {
            let node = closure.pairs.get(*pair).and_then(|pair| nodes.get_mut(pair.node));
            let Some(node) = node else { continue };
            node.pairs += 1;
            match fate {
                Fate::Fails => node.failed += 1,
                Fate::Runs { known } if place == 0 => {
                    node.will_run += 1;
                    node.rebuilt += usize::from(*known);
                    node.computed += usize::from(!known);
                    node.may_be_cut_off += usize::from(*cut);
                }
                Fate::Unasked | Fate::There | Fate::Runs { .. } => node.cached += 1,
            }
        }
    }
    nodes.retain(|node| node.pairs > 0);
    let file = |(job, (_, standing)): (&Job, &(Digest, Standing))| FileForecast {
        output: job.output.clone(),
        frame: job.frame,
        path: job.path.clone(),
        up_to_date: *standing == Standing::Current,
        foreign: *standing == Standing::Foreign,
    };
    Forecast {
        nodes,
        files: jobs.iter().zip(standings).map(file).collect(),
        unread: closure.blobs.iter().filter(|b| !b.read).map(|b| b.path.clone()).collect(),
    }
}

/// Which units need not run if an input comes out as it was: those that run on something whose content
/// is told by a digest, or that itself need not run. Units are in topological order.
fn cut_off(prepared: &Prepared<'_>, closure: &Closure, fates: &[Fate]) -> Vec<bool> {
    let mut cut = vec![false; closure.units.len()];
    for (index, unit) in closure.units.iter().enumerate() {
        let runs = |unit: usize| matches!(fates.get(unit), Some(Fate::Runs { .. }));
        let can = runs(index)
            && unit.needs.iter().any(|need| {
                runs(*need)
                    && (cut.get(*need).copied().unwrap_or(false)
                        || is_digested(prepared, closure, *need))
            });
        if let Some(cut) = cut.get_mut(index) {
            *cut = can;
        }
    }
    cut
}

fn is_digested(prepared: &Prepared<'_>, closure: &Closure, unit: usize) -> bool {
    let pair = closure.units.get(unit).and_then(|unit| unit.pairs.first());
    let pair = pair.and_then(|pair| closure.pairs.get(*pair));
    pair.and_then(|pair| prepared.nodes.get(pair.node)).is_some_and(|node| {
        matches!(node.declaration.class, NumericClass::Network(_))
            || node.span != Span::Frame
            || node.declaration.outputs.iter().any(|port| port.kind == Kind::Table)
    })
}
