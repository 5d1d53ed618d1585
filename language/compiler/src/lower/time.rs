//! What lowering knows of time: the frames at which pictures are there, the rate at which they are shown,
//! and what `shift`, `cut`, `conform` and `retime` do about both.

use super::picture::Picture;
use super::{Body, Lowering};
use crate::evaluate::{beyond_all_frames, number};
use crate::report::{Report, Spot};
use toma_plan::{Dimension, FrameRange, FrameRate, Node, Value};

/// Places that a picture remembers at most: of more sources the first ones speak for all.
const MOST_BOUNDS: usize = 16;

/// A source that answers with an error beyond its frames.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bounds {
    /// Where it has pictures.
    pub(super) has: FrameRange,
    /// When it is looked at: always, or only at these frames.
    pub(super) when: Option<FrameRange>,
    /// The call that reads it.
    pub(super) spot: Spot,
}

impl Bounds {
    /// The frames among `asked` at which it is looked at, if it has not all of them.
    pub(super) fn missed(&self, asked: FrameRange) -> Option<FrameRange> {
        let seen = match self.when {
            Some(when) => meet(asked, when)?,
            None => asked,
        };
        (seen.first < self.has.first || seen.last > self.has.last).then_some(seen)
    }

    /// The same under another numbering of the frames.
    fn moved(&mut self, map: impl Fn(FrameRange) -> FrameRange) {
        self.has = map(self.has);
        self.when = self.when.map(map);
    }
}

/// Adds what isn't known yet.
pub(super) fn add(all: &mut Vec<Bounds>, more: Bounds) {
    if all.len() < MOST_BOUNDS && !all.contains(&more) {
        all.push(more);
    }
}

/// Frames that are in both.
pub(super) fn meet(a: FrameRange, b: FrameRange) -> Option<FrameRange> {
    let both = FrameRange { first: a.first.max(b.first), last: a.last.min(b.last) };
    (both.first <= both.last).then_some(both)
}

/// How many frames of a clip go by in one frame of the result: an exact ratio.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// The frame that stays where it is.
    from: i64,
    numerator: i128,
    denominator: i128,
}

impl Pace {
    /// The first frame of the result that shows this one of the clip, or a later one.
    fn shown(self, frame: i64) -> i64 {
        let steps = i128::from(frame) - i128::from(self.from);
        let exact = steps * self.denominator;
        let up = -(-exact).div_euclid(self.numerator);
        i64::try_from(i128::from(self.from) + up).unwrap_or(i64::MAX)
    }

    fn range(self, frames: FrameRange) -> FrameRange {
        let behind = self.shown(frames.last.saturating_add(1));
        FrameRange { first: self.shown(frames.first), last: behind.saturating_sub(1) }
    }
}

/// The pace that the parameters of `retime` mean.
fn pace(node: &Node) -> Option<Pace> {
    let rate = |name: &str| match node.parameters.get(name) {
        Some(Value::Rate(rate)) => Some(*rate),
        _ => None,
    };
    let (source, shown) = (rate("source")?, rate("rate")?);
    // Millionths: what a percentage with four decimals can say.
    let speed = (number(node.parameters.get("speed")?)? * 1e6).round() as i128;
    let pace = Pace {
        from: number(node.parameters.get("from")?)? as i64,
        numerator: speed * i128::from(source.frames) * i128::from(shown.seconds),
        denominator: 1_000_000 * i128::from(source.seconds) * i128::from(shown.frames),
    };
    (pace.numerator > 0 && pace.denominator > 0).then_some(pace)
}

/// A rate as people write it: `23.976fps`.
pub(super) fn fps(rate: FrameRate) -> String {
    let exact = f64::from(rate.frames) / f64::from(rate.seconds.max(1));
    format!("{}fps", (exact * 1000.0).round() / 1000.0)
}

impl Lowering<'_> {
    /// What a stage of `std.time` does to the frames and the rate of what it reads. Parameters that are
    /// not said are filled in.
    pub(super) fn in_time(
        &mut self,
        node: &mut Node,
        read: &[(&Picture, Spot)],
        only: &mut Vec<Bounds>,
        rate: &mut Option<FrameRate>,
        here: &Spot,
        body: &Body,
    ) {
        match node.stage.as_str() {
            "std.time.shift" => {
                let by = node.parameters.get("by").and_then(number).unwrap_or_default() as i64;
                if let Some(message) = beyond_all_frames(by) {
                    let help = "shift it by fewer frames";
                    self.reports.push(Report::error("T0401", message, here.clone()).help(help));
                }
                for bounds in only.iter_mut() {
                    bounds.moved(|frames| FrameRange {
                        first: frames.first.saturating_add(by),
                        last: frames.last.saturating_add(by),
                    });
                }
            }
            "std.time.hold" => {
                let frame = node.parameters.get("frame").and_then(number).unwrap_or_default();
                self.held(frame as i64, only, here);
            }
            "std.time.conform" => {
                let own = self.facts.rate;
                let given = fill(node, "rate", Value::Rate(own));
                if let (Value::Rate(given), true) = (given, rate.is_some()) {
                    *rate = Some(given);
                }
            }
            "std.time.retime" => {
                let own = self.facts.rate;
                fill(node, "source", Value::Rate(rate.unwrap_or(own)));
                let shown = fill(node, "rate", Value::Rate(own));
                let first = self.facts.frames.first as f64;
                fill(node, "from", Value::Number { value: first, dimension: Dimension::Frame });
                if let (Value::Rate(shown), true) = (shown, rate.is_some()) {
                    *rate = Some(shown);
                }
                if let Some(pace) = pace(node) {
                    for bounds in only.iter_mut() {
                        bounds.moved(|frames| pace.range(frames));
                    }
                }
            }
            "std.time.splice" => *only = self.cut(node, read, here, body),
            _ => {}
        }
    }

    /// Only this frame of a clip is looked at, and it has to be there.
    fn held(&mut self, frame: i64, only: &mut Vec<Bounds>, here: &Spot) {
        let one = FrameRange { first: frame, last: frame };
        for bounds in std::mem::take(only) {
            if bounds.missed(one).is_none() {
                continue;
            }
            let has = bounds.has;
            let message =
                format!("frame {frame} is held, and the source has {}..{}", has.first, has.last);
            self.reports.push(
                Report::error("T0510", message, here.clone())
                    .label(bounds.spot, "this source")
                    .help(format!("hold one that is there: `hold({})`", has.first)),
            );
        }
    }

    /// The rate of the pictures that are put together; stills have none.
    pub(super) fn common_rate(
        &mut self,
        read: &[(&Picture, Spot)],
        uses: &[Spot],
        here: &Spot,
    ) -> Option<FrameRate> {
        let known = || {
            let places = read.iter().zip(uses);
            places.filter_map(|((picture, made), place)| Some((picture.rate?, made, place)))
        };
        let (first, first_made, first_use) = known().next()?;
        let Some((other, other_made, other_use)) = known().find(|(other, ..)| *other != first)
        else {
            return Some(first);
        };
        let own = self.facts.rate;
        let (place, made, target) = if other == own {
            (first_use, first_made, other)
        } else {
            (other_use, other_made, first)
        };
        let call = if target == own {
            "conform()".to_owned()
        } else {
            format!("conform({})", fps(target))
        };
        let mut report =
            Report::error("T0370", "clips of two rates are put together here", here.clone())
                .label(first_made.clone(), fps(first))
                .label(other_made.clone(), fps(other))
                .help(format!(
                    "`|> {call}` shows one frame for frame; `|> {}` keeps its speed",
                    call.replace(
                        "conform(",
                        if target == own { "retime(" } else { "retime(rate: " }
                    )
                ));
        if made.item == here.item {
            let behind = super::behind(place);
            report = report.suggest(format!("insert `|> {call}`"), behind, format!(" |> {call}"));
        }
        self.reports.push(report);
        None
    }

    /// What is written runs at the shot's rate.
    pub(super) fn written_rate(&mut self, picture: &Picture, place: &Spot, here: &Spot) {
        let own = self.facts.rate;
        let Some(rate) = picture.rate.filter(|rate| *rate != own) else { return };
        let report = Report::error(
            "T0371",
            format!("a clip of {} is written in a shot of {}", fps(rate), fps(own)),
            place.clone(),
        )
        .label(here.clone(), "written here")
        .help("`|> conform()` shows it frame for frame; `|> retime()` keeps its speed")
        .suggest("insert `|> conform()`", super::behind(place), " |> conform()");
        self.reports.push(report);
    }
}

/// The parameter's value; where it is absent, this one is put there.
fn fill(node: &mut Node, name: &str, default: Value) -> Value {
    match node.parameters.get(name) {
        Some(value) if *value != Value::None => value.clone(),
        _ => {
            node.parameters.insert(name.to_owned(), default.clone());
            default
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_shown_from_where_its_time_has_come() {
        // 25 frames in the time of 24, around frame 1001.
        let pace = Pace { from: 1001, numerator: 25, denominator: 24 };
        let source = |time: i64| 1001 + ((time - 1001) * 25).div_euclid(24);
        for frame in 900..1100 {
            let shown = pace.shown(frame);
            assert!(source(shown) >= frame && source(shown - 1) < frame, "{frame}");
        }
        let all = pace.range(FrameRange { first: 1001, last: 1025 });
        assert_eq!((source(all.first), source(all.last)), (1001, 1024));
        assert_eq!(source(all.last + 1), 1026);
    }
}
