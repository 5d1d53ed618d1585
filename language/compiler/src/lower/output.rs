//! Writes: their paths, frames and what they read; and what nobody reads is dropped.

use super::picture::Val;
use super::{Body, Lowering, NodeSpots};
use crate::check::fragment_of;
use crate::document::Document;
use crate::evaluate::{self, Trouble};
use crate::report::{Report, Spot};
use crate::term::Piece;
use crate::types::Type;
use std::collections::BTreeMap;
use toma_plan::{NodeId, Output, Plan, Value};
use toma_syntax::diagnostic::Span;

impl Lowering<'_> {
    pub(super) fn outputs(&mut self, document: &Document) -> (Vec<Output>, Vec<Spot>) {
        let mut outputs: Vec<Output> = Vec::new();
        let mut spots: Vec<Spot> = Vec::new();
        for entry in &document.writes {
            let fragment = fragment_of(self.db, &entry.item);
            let Some(write) = fragment.writes.get(entry.index) else { continue };
            let needs = fragment.needs.get(entry.index).map(Vec::as_slice).unwrap_or_default();
            let body = self.body_of(&entry.item, &fragment, fragment.names.len(), needs);
            let body = &body;
            let base = self.unique(write.name.clone());
            let set = self.lower(&write.picture, body, Some(&base), &base);
            let here = Spot { item: body.item.clone(), span: write.path_span };
            let frames = if write.handles { self.facts.with_handles() } else { self.facts.frames };
            let path = match evaluate::text(&write.path, &super::Around { lowering: self, body }) {
                Ok(path) => {
                    if let Some(span) = self.pattern_of_a_value(&write.path, &path, body) {
                        let spot = Spot { item: body.item.clone(), span };
                        self.reports.push(
                            Report::error(
                                "T0442",
                                "what is filled in here makes a place for the frame's number",
                                spot,
                            )
                            .saying(format!("the path becomes `{path}`"))
                            .help("leave `%` and `#` out of what is filled in; the number's place is written into the path itself: `.%04d.` or `.{frame:04}.`"),
                        );
                        continue;
                    }
                    hashes_to_percent(&path)
                }
                Err(Trouble::Wrong { code, message, span }) => {
                    let spot = Spot { item: body.item.clone(), span };
                    self.reports.push(Report::error(code, message, spot));
                    continue;
                }
                Err(Trouble::Open) => continue,
            };
            if frames.first != frames.last && !has_frame(&path) {
                self.reports.push(
                    Report::error(
                        "T0507",
                        format!(
                            "{} frames would be written to one file",
                            frames.last.saturating_sub(frames.first).saturating_add(1)
                        ),
                        here.clone(),
                    )
                    .help("put the frame's number into the path: `.%04d.` or `.{frame:04}.`"),
                );
            }
            let place = place_of(&path);
            if is_source(&place) {
                self.reports.push(
                    Report::error(
                        "T0532",
                        format!("pictures are not written over a text: `{path}`"),
                        here.clone(),
                    )
                    .saying("a program, or a text that a project keeps beside it")
                    .help("give the path an ending of a picture: `.%04d.exr`"),
                );
            }
            let twice =
                outputs.iter().zip(&spots).find(|(output, _)| place_of(&output.path) == place);
            if let Some((_, first)) = twice {
                self.reports.push(
                    Report::error("T0506", format!("two writes go to `{path}`"), here.clone())
                        .saying("the second one")
                        .label(first.clone(), "the first one")
                        .help("give one of them another path"),
                );
            }
            let mut settings = write.settings.iter().cloned().collect::<BTreeMap<_, _>>();
            let whole = Spot { item: body.item.clone(), span: write.picture.span };
            let (picture, float) = match (&write.picture.ty, &set.val) {
                (Type::Record(record), _) => {
                    match self.written_record(record, &set, &whole, body, &base) {
                        Some(written) => written,
                        None => continue,
                    }
                }
                (_, Val::Picture(picture)) => (picture.as_ref().clone(), Vec::new()),
                _ => continue,
            };
            super::layers::in_full(&mut settings, &write.picture.ty, &float);
            for only in &picture.only {
                let Some(asked) = only.missed(frames) else { continue };
                let has = only.has;
                self.reports.push(
                    Report::error(
                        "T0510",
                        format!(
                            "frames {}..{} are written, and the source has {}..{}",
                            asked.first, asked.last, has.first, has.last
                        ),
                        here.clone(),
                    )
                    .label(only.spot.clone(), format!("has pictures at {}..{} of this", has.first, has.last))
                    .help("place the source with `frames` and `start`, or say what lies beyond: `outside: \"hold\"`"),
                );
                break;
            }
            let place = Spot { item: body.item.clone(), span: write.picture.span };
            self.written_rate(&picture, &place, &here);
            if write.purpose.as_deref() == Some("final") {
                self.no_stand_ins(picture.input.node, &here);
            }
            outputs.push(Output {
                name: write.name.clone(),
                path,
                format: write.format.clone(),
                settings,
                frames,
                purpose: write.purpose.clone(),
                input: picture.input,
            });
            spots.push(here);
        }
        (outputs, spots)
    }

    /// The value that a path's place for the frame's number is made of, wholly or in part.
    fn pattern_of_a_value(&self, pieces: &[Piece], path: &str, body: &Body) -> Option<Span> {
        let (from, to, _) = frame_place(path)?;
        let around = super::Around { lowering: self, body };
        let holes = evaluate::filled_in(pieces, &around).ok()?;
        let part = holes.into_iter().find(|(hole, _)| hole.start < to && from < hole.end);
        part.map(|(_, span)| span)
    }

    /// What is delivered holds no pictures that stand for missing ones.
    fn no_stand_ins(&mut self, node: NodeId, here: &Spot) {
        let mut seen = vec![false; self.nodes.len()];
        let mut stack = vec![node];
        let mut found = Vec::new();
        while let Some(NodeId(index)) = stack.pop() {
            let index = index as usize;
            let (Some(seen), Some(node)) = (seen.get_mut(index), self.nodes.get(index)) else {
                continue;
            };
            if std::mem::replace(seen, true) {
                continue;
            }
            stack.extend(node.inputs.values().map(|input| input.node));
            let missing = match node.parameters.get("missing") {
                Some(Value::Text(word)) if node.stage.starts_with("std.source.read") => word,
                _ => continue,
            };
            if missing != "error" {
                let spots = self.spots.get(index);
                let spot = spots.and_then(|spots| spots.parameters.get("missing"));
                found.push((index, missing.clone(), spot.map_or(here, |(_, spot)| spot).clone()));
            }
        }
        found.sort_by_key(|(index, ..)| *index);
        for (_, missing, spot) in found {
            self.reports.push(
                Report::error(
                    "T0516",
                    "what is written `for final` takes no picture in place of a missing one",
                    here.clone(),
                )
                .saying("written for final")
                .label(spot, format!("reads with `missing: \"{missing}\"`"))
                .help("let it read with `missing: \"error\"`, or write it for another purpose"),
            );
        }
    }
}

/// A path by its meaning: two that lead to one file are the same here. No links are followed.
pub(crate) fn place_of(path: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." if names.last().is_some_and(|last| *last != "..") => {
                names.pop();
            }
            // There is nothing above the root.
            ".." if path.starts_with('/') && names.is_empty() => {}
            name => names.push(name),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    hashes_to_percent(&format!("{root}{}", names.join("/")))
}

/// Is it the path of a program, or of what is kept beside one: `toma.yaml`, `toma.lock`, tweaks?
fn is_source(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    let ends = |end: &str| name.strip_suffix(end).is_some();
    ends(".toma") || ends(".tweaks.yaml") || name == "toma.yaml" || name == "toma.lock"
}

/// What stands before and behind the frame's number in a path.
pub(super) fn around_frame(path: &str) -> Option<(&str, &str)> {
    let (from, to, _) = frame_place(path)?;
    Some((path.get(..from)?, path.get(to..)?))
}

/// Where the frame's number stands in a path: from, to, and its width.
fn frame_place(path: &str) -> Option<(usize, usize, usize)> {
    let bytes = path.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'%' {
            let digits = bytes.iter().skip(at + 1).take_while(|byte| byte.is_ascii_digit()).count();
            let end = at + 1 + digits;
            if bytes.get(end) == Some(&b'd') {
                let width = path.get(at + 1..end).and_then(|width| width.parse().ok()).unwrap_or(1);
                return Some((at, end + 1, width));
            }
        } else if *byte == b'#' {
            let width = bytes.iter().skip(at).take_while(|byte| **byte == b'#').count();
            return Some((at, at + width, width));
        }
        at += 1;
    }
    None
}

/// Does the frame's number stand in the path?
pub(crate) fn has_frame(path: &str) -> bool {
    frame_place(path).is_some()
}

/// The path of one frame.
pub(super) fn numbered(path: &str, frame: i64) -> String {
    match frame_place(path) {
        Some((from, to, width)) => {
            let width = width.min(32);
            format!("{}{frame:0width$}{}", &path[..from], &path[to..])
        }
        None => path.to_owned(),
    }
}

/// `####` as `%04d`.
fn hashes_to_percent(path: &str) -> String {
    match frame_place(path) {
        Some((from, to, width)) => format!("{}%0{width}d{}", &path[..from], &path[to..]),
        None => path.to_owned(),
    }
}

/// Takes out the nodes that no output reads; what stays is renumbered.
pub(super) fn drop_unread(plan: &mut Plan, spots: Vec<NodeSpots>) -> Vec<NodeSpots> {
    let mut read = vec![false; plan.nodes.len()];
    for output in &plan.outputs {
        if let Some(read) = read.get_mut(output.input.node.0 as usize) {
            *read = true;
        }
    }
    for (index, node) in plan.nodes.iter().enumerate().rev() {
        if read.get(index) == Some(&true) {
            for input in node.inputs.values() {
                if let Some(read) = read.get_mut(input.node.0 as usize) {
                    *read = true;
                }
            }
        }
    }
    let mut places = Vec::with_capacity(read.len());
    let mut next = 0;
    for read in &read {
        places.push(NodeId(next));
        next += u32::from(*read);
    }
    let moved = |node: NodeId| places.get(node.0 as usize).copied().unwrap_or(node);
    let mut keep = read.iter();
    plan.nodes.retain(|_| keep.next() == Some(&true));
    // Graphs are kept, and there may be thousands.
    plan.nodes.shrink_to_fit();
    for node in &mut plan.nodes {
        for input in node.inputs.values_mut() {
            input.node = moved(input.node);
        }
    }
    for output in &mut plan.outputs {
        output.input.node = moved(output.input.node);
    }
    let kept = spots.into_iter().zip(&read).filter(|(_, read)| **read);
    let mut kept: Vec<NodeSpots> = kept.map(|(spots, _)| spots).collect();
    kept.shrink_to_fit();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_stand_in_paths_in_three_ways() {
        assert_eq!(numbered("a.%04d.exr", 7), "a.0007.exr");
        assert_eq!(numbered("a.####.exr", 12345), "a.12345.exr");
        assert_eq!(numbered("a.%d.exr", 7), "a.7.exr");
        assert_eq!(hashes_to_percent("a.####.exr"), "a.%04d.exr");
        assert!(!has_frame("100%.exr") && !has_frame("a.exr"));
    }

    #[test]
    fn paths_that_lead_to_one_file_are_the_same() {
        let same =
            ["out/a.%04d.exr", "./out//a.####.exr", "out/x/../a.%4d.exr", "b/.././out/a.####.exr"];
        for path in same {
            assert_eq!(place_of(path), "out/a.%04d.exr", "{path}");
        }
        assert_eq!(place_of("../../a/../b.exr"), "../../b.exr");
        assert_eq!(place_of("/../a//b.exr"), "/a/b.exr");
        assert_ne!(place_of("/a.exr"), place_of("a.exr"));
        assert_ne!(place_of("a.%03d.exr"), place_of("a.####.exr"));
    }
}
