//! `cut` over pictures, where the shot's frames are known: every frame has to find its picture.

use super::picture::Picture;
use super::time::{Bounds, add, meet};
use super::{Body, Lowering};
use crate::check::{in_two, open_frames, ranges_words};
use crate::report::{Report, Spot};
use toma_plan::{FrameRange, Node, Value};

impl Lowering<'_> {
    /// Checks the pieces of a cut against the shot; what it needs of each of its clips.
    pub(super) fn cut(
        &mut self,
        node: &Node,
        read: &[(&Picture, Spot)],
        here: &Spot,
        body: &Body,
    ) -> Vec<Bounds> {
        let ranges: Vec<FrameRange> = match node.parameters.get("frames") {
            Some(Value::List(values)) => values
                .iter()
                .filter_map(|value| match value {
                    Value::Frames(range) => Some(*range),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let rest = read.len() > ranges.len();
        self.covered(&ranges, rest, here, body);
        let mut needed = Vec::new();
        for (index, (picture, _)) in read.iter().enumerate() {
            let Some(shown) = ranges.get(index) else {
                // Behind `else`: whatever no piece takes.
                picture.only.iter().for_each(|bounds| {
                    let open = open_frames(&ranges, self.facts.with_handles());
                    for frames in open {
                        let when = bounds.when.map_or(Some(frames), |when| meet(when, frames));
                        if let Some(when) = when {
                            add(&mut needed, Bounds { when: Some(when), ..bounds.clone() });
                        }
                    }
                });
                continue;
            };
            for bounds in &picture.only {
                let when = bounds.when.map_or(Some(*shown), |when| meet(when, *shown));
                if let Some(when) = when {
                    add(&mut needed, Bounds { when: Some(when), ..bounds.clone() });
                }
            }
        }
        if !rest
            && let (Some(first), Some(last)) = (
                ranges.iter().map(|range| range.first).min(),
                ranges.iter().map(|range| range.last).max(),
            )
        {
            let has = FrameRange { first, last };
            add(&mut needed, Bounds { has, when: None, spot: here.clone() });
        }
        needed
    }

    /// Overlaps that only the values show, and frames that nothing is chosen for.
    pub(super) fn covered(&mut self, ranges: &[FrameRange], rest: bool, here: &Spot, body: &Body) {
        let calls = |mut report: Report| {
            for call in body.chain.iter().take(4) {
                report = report.label(call.clone(), "in this call");
            }
            report
        };
        if let Some((a, b)) = in_two(ranges) {
            let (Some(first), Some(second)) = (ranges.get(a), ranges.get(b)) else { return };
            let both = meet(*first, *second).unwrap_or(*second);
            let report = Report::error(
                "T0372",
                format!("two pieces of this cut want {}", ranges_words(&[both])),
                here.clone(),
            )
            .help("a frame shows one thing: end the first piece before the second begins");
            self.reports.push(calls(report));
            return;
        }
        let open = open_frames(ranges, self.facts.frames);
        if rest || open.is_empty() {
            return;
        }
        let report = Report::error(
            "T0373",
            format!("this cut shows nothing at {}", ranges_words(&open)),
            here.clone(),
        )
        .help("add a piece for them, or say what is shown everywhere else: `else: plate`");
        self.reports.push(calls(report));
    }
}
