//! Which frames stronger words have taken. What is said only at those is used at no frame.

use std::collections::BTreeMap;
use toma_plan::FrameRange;

/// Frames, as ranges of which no two touch: the first frame of each, and its last.
#[derive(Debug, Default)]
pub(super) struct Taken(BTreeMap<i64, i64>);

impl Taken {
    /// Takes frames; false if each of them was taken before.
    pub(super) fn take(&mut self, frames: FrameRange) -> bool {
        let FrameRange { mut first, mut last } = frames;
        if first > last {
            return true;
        }
        if let Some((start, end)) = self.0.range(..=first).next_back() {
            if *end >= last {
                return false;
            }
            if *end >= first.saturating_sub(1) {
                first = *start;
            }
        }
        let touched: Vec<i64> =
            self.0.range(first..=last.saturating_add(1)).map(|(start, _)| *start).collect();
        for start in touched {
            last = last.max(self.0.remove(&start).unwrap_or(last));
        }
        self.0.insert(first, last);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_count_as_taken_once_all_of_them_are() {
        let mut taken = Taken::default();
        for (first, last, new) in [
            (10, 12, true),
            (11, 12, false),
            (12, 14, true),
            (20, 22, true),
            (10, 22, true),
            (15, 19, false),
            (9, 9, true),
            (9, 22, false),
            (23, 40, true),
            (22, 23, false),
            (i64::MAX, i64::MAX, true),
            (i64::MAX, i64::MAX, false),
        ] {
            assert_eq!(taken.take(FrameRange { first, last }), new, "{first}..{last}");
        }
    }
}
