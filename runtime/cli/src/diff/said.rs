//! A difference as people read it.

use super::side::Side;
use super::{Change, Frames, ShotDiff};
use toma_plan::diff::{Changed, NodeDiff, OutputDiff, ParameterDiff};
use toma_plan::{FrameRange, ValueOrigin, written};

/// Prints what became of a shot; nothing for one that is the same.
pub(super) fn print(found: &ShotDiff, sides: &(Side, Side)) {
    match found.change {
        Change::Same => return,
        Change::Added => {
            outln!("+ {}  only in {}", found.shot, sides.1.name);
            return;
        }
        Change::Removed => {
            outln!("- {}  only in {}", found.shot, sides.0.name);
            return;
        }
        Change::Changed => outln!("{}", found.shot),
    }
    for change in &found.plan.ambient {
        outln!("  ~ {}  {} -> {}", change.name, change.before, change.after);
    }
    for node in &found.plan.nodes {
        self::node(found, node, sides);
    }
    for output in &found.plan.outputs {
        match output {
            OutputDiff::Added { name, path } => outln!("  + write {name}  {path}"),
            OutputDiff::Removed { name, path } => outln!("  - write {name}  {path}"),
            OutputDiff::Changed { name, fields } => {
                outln!("  ~ write {name}");
                changes(fields);
            }
        }
    }
    let itself =
        |path: &String| {
            found.plan.nodes.iter().any(
                |node| matches!(node, NodeDiff::Changed { path: changed, .. } if changed == path),
            )
        };
    let behind = found.nodes.iter().filter(|(path, _)| !itself(path)).count();
    if behind > 0 {
        let (nodes, come) = if behind == 1 { ("node", "comes") } else { ("nodes", "come") };
        outln!("  {behind} more {nodes} {come} out differently, because of what they read");
    }
    if found.outputs.is_empty() {
        outln!("  = every written frame stays as it is");
    }
    for (name, frames) in &found.outputs {
        // One without a name is called so.
        let name = if name == "write" { "" } else { &format!(" {name}") };
        outln!("  write{name} comes out differently at {}", words(frames));
    }
    for reason in &found.unknown {
        outln!("  ? {reason}");
    }
}

fn node(found: &ShotDiff, node: &NodeDiff, sides: &(Side, Side)) {
    let short = |stage: &str| stage.strip_prefix("std.").unwrap_or(stage).to_owned();
    match node {
        NodeDiff::Added { path, stage, .. } => outln!("  + {path}  {}", short(stage)),
        NodeDiff::Removed { path, stage, .. } => outln!("  - {path}  {}", short(stage)),
        NodeDiff::Changed { path, renamed_from, stage, parameters, inputs, other, .. } => {
            let was = renamed_from.as_ref().map_or_else(String::new, |old| format!("  was {old}"));
            let frames = match found.nodes.get(path) {
                Some(frames) => format!("  {}", words(frames)),
                None => "  no frame of it".to_owned(),
            };
            outln!("  ~ {path}{was}{frames}");
            changes(stage.as_slice());
            for parameter in parameters {
                self::parameter(parameter, sides);
            }
            for input in inputs {
                let read = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".into());
                outln!(
                    "      {} reads {} -> {}",
                    input.port,
                    read(&input.before),
                    read(&input.after)
                );
            }
            changes(other);
        }
    }
}

fn changes(fields: &[Changed]) {
    for field in fields {
        outln!("      {}  {} -> {}", field.name, field.before, field.after);
    }
}

fn parameter(found: &ParameterDiff, sides: &(Side, Side)) {
    let shown = |value: &Option<toma_plan::Value>| {
        value.as_ref().map_or_else(|| "not there".to_owned(), written::value)
    };
    outln!("      {}  {} -> {}", found.name, shown(&found.before), shown(&found.after));
    let from = |origin: &Option<ValueOrigin>, side: &Side| {
        origin.as_ref().map(|origin| format!("{} {}", layer(origin), place(origin, side)))
    };
    match (from(&found.before_from, &sides.0), from(&found.after_from, &sides.1)) {
        (Some(before), Some(after)) if before == after => outln!("          set by {after}"),
        (Some(before), Some(after)) => outln!("          was set by {before}, is by {after}"),
        (None, Some(one)) | (Some(one), None) => outln!("          set by {one}"),
        (None, None) => {}
    }
}

fn layer(origin: &ValueOrigin) -> String {
    format!("{:?}", origin.layer).to_lowercase()
}

fn place(origin: &ValueOrigin, side: &Side) -> String {
    let place = &origin.place;
    if place.file.starts_with("std") {
        return place.file.clone();
    }
    let (line, column) = side.program.sources.position(&place.file, place.start);
    format!("{}:{line}:{column}", place.file)
}

/// `24 frames: 1001..1024`
fn words(frames: &Frames) -> String {
    let count = |ranges: &[FrameRange]| -> i64 {
        ranges.iter().map(|range| range.last - range.first + 1).sum()
    };
    let listed = |ranges: &[FrameRange]| {
        let one = |range: &FrameRange| match range {
            FrameRange { first, last } if first == last => first.to_string(),
            FrameRange { first, last } => format!("{first}..{last}"),
        };
        ranges.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let plural = |count: i64| if count == 1 { "1 frame".into() } else { format!("{count} frames") };
    let mut words = Vec::new();
    if frames.still {
        words.push("its one picture".to_owned());
    }
    if !frames.changed.is_empty() {
        words.push(format!("{}: {}", plural(count(&frames.changed)), listed(&frames.changed)));
    }
    if !frames.unknown.is_empty() {
        let unknown = count(&frames.unknown);
        words.push(format!("{} can't be told: {}", plural(unknown), listed(&frames.unknown)));
    }
    words.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_said_as_ranges() {
        let range = |first, last| FrameRange { first, last };
        let frames = Frames {
            changed: vec![range(1, 3), range(7, 7)],
            unknown: vec![range(9, 9)],
            still: false,
        };
        assert_eq!(words(&frames), "4 frames: 1..3, 7; 1 frame can't be told: 9");
    }
}
