//! A sequence of which some frames have no file: which those are, and which files there are instead. Says it as the
//! program says it that renders. Looks only at the names in the folder.

use super::Lowering;
use super::output::{around_frame, numbered};
use crate::database::folder;
use std::collections::BTreeSet;
use toma_plan::FrameRange;

/// Stretches of frames that a message names.
const MOST_NAMED: usize = 8;

impl Lowering<'_> {
    /// What is said, and what to do about it; nothing where no file has the sequence's name.
    pub(super) fn absent_frames(
        &self,
        path: &str,
        full: &str,
        wanted: FrameRange,
        is_given: bool,
    ) -> Option<(String, String)> {
        let (parent, name) = full.rsplit_once('/').unwrap_or(("", full));
        let (before, behind) = around_frame(name)?;
        let names = folder(self.db, self.db.world(), parent.to_owned());
        let there: BTreeSet<i64> = names
            .iter()
            .filter_map(|found| {
                let frame: i64 = found.strip_prefix(before)?.strip_suffix(behind)?.parse().ok()?;
                (numbered(name, frame) == *found).then_some(frame)
            })
            .collect();
        let (first, last) = (*there.first()?, *there.last()?);
        let absent = stretches(&there, wanted);
        let is_short = first <= wanted.last && wanted.first <= last;
        let has = if is_short {
            String::new()
        } else {
            format!("; there are files for frames {}", stretch(first, last))
        };
        let help = if is_short || is_given {
            "bring the files, shorten the frame range, or say what to show instead: `missing: \"hold\"`"
                .to_owned()
        } else {
            format!(
                "say which files are used, and at which frame of the shot they begin: `frames: {first}..{last}, start: {}`",
                wanted.first
            )
        };
        Some((format!("`{path}`: no file for frames {}{has}", written(&absent)), help))
    }
}

/// Those of the wanted frames that aren't there, neighbours together.
fn stretches(there: &BTreeSet<i64>, wanted: FrameRange) -> Vec<(i64, i64)> {
    let mut absent = Vec::new();
    let mut next = wanted.first;
    if wanted.first <= wanted.last {
        for frame in there.range(wanted.first..=wanted.last) {
            if next < *frame {
                absent.push((next, frame.saturating_sub(1)));
            }
            next = frame.saturating_add(1);
        }
    }
    if next <= wanted.last {
        absent.push((next, wanted.last));
    }
    absent
}

fn stretch(first: i64, last: i64) -> String {
    if first == last { first.to_string() } else { format!("{first}–{last}") }
}

fn written(absent: &[(i64, i64)]) -> String {
    let mut texts: Vec<String> =
        absent.iter().take(MOST_NAMED).map(|(first, last)| stretch(*first, *last)).collect();
    let more: i64 = absent.iter().skip(MOST_NAMED).map(|(first, last)| last - first + 1).sum();
    if more > 0 {
        texts.push(format!("and {more} more"));
    }
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_frames_are_named_in_stretches() {
        let there: BTreeSet<i64> = [3, 4, 8].into();
        for (first, last, said) in
            [(1, 10, "1–2, 5–7, 9–10"), (3, 4, ""), (5, 5, "5"), (20, 30, "20–30"), (9, 2, "")]
        {
            assert_eq!(written(&stretches(&there, FrameRange { first, last })), said);
        }
    }
}
