//! The eases of a curve's keys, and whether the way between two keys keeps the bounds that the keys keep.

use super::{Checker, Constants, Slot};
use crate::evaluate::{Stretch, evaluate, moments, number, search};
use crate::names::nearest;
use crate::report::Report;
use crate::types::Type;
use toma_plan::{Bounds, CurveKey, Dimension, Ease, Shape, extremes};
use toma_syntax::ast::{Argument, Key, Name};

const EASES: [&str; 4] = ["hold", "linear", "smooth", "cubic"];

impl Checker<'_> {
    /// How the way to a key goes.
    pub(super) fn ease(&mut self, key: &Key) -> Ease {
        let Some((name, arguments)) = &key.ease else { return Ease::Linear };
        let ease = match name.text.as_str() {
            "hold" => Ease::Hold,
            "linear" => Ease::Linear,
            "smooth" => Ease::Smooth,
            "cubic" => return self.cubic(name, arguments),
            other => {
                let report = Report::error(
                    "T0406",
                    format!("there is no ease called `{other}`"),
                    self.spot(name.span),
                )
                .help("it is one of `hold`, `linear`, `smooth` and `cubic(a, b)`")
                .did_you_mean(nearest(other, EASES), self.spot(name.span));
                self.report(report);
                return Ease::Linear;
            }
        };
        if !arguments.is_empty() {
            let report = Report::error(
                "T0406",
                format!("the ease `{}` takes nothing in parentheses", name.text),
                self.spot(name.span),
            )
            .help("slopes are for `cubic(a, b)`");
            self.report(report);
        }
        ease
    }

    /// `cubic(a, b)`: the slopes out of the key before and into this one.
    fn cubic(&mut self, name: &Name, arguments: &[Argument]) -> Ease {
        let [Argument { name: None, value: out }, Argument { name: None, value: into }] = arguments
        else {
            let report = Report::error(
                "T0406",
                "`cubic` takes two slopes: out of the key before, and into this one",
                self.spot(name.span),
            )
            .help("1 goes as steep as the straight line and 0 is level: `cubic(0, 1.5)`");
            self.report(report);
            return Ease::Linear;
        };
        let slot = Slot::new("a slope of `cubic`".to_owned(), None);
        let mut slopes = [0.0, 0.0];
        for (slope, value) in slopes.iter_mut().zip([out, into]) {
            let term = self.value(value, &Type::Number(Dimension::Scalar), &slot);
            if term.ty.is_unknown() {
                return Ease::Linear;
            }
            let found = evaluate(&term, &Constants(self.db)).ok().as_ref().and_then(number);
            let Some(found) = found else {
                let report = Report::error(
                    "T0406",
                    "the slopes of `cubic` are written out or constants",
                    self.spot(term.span),
                )
                .help("a curve's shape is the same wherever the recipe is used; move its keys instead");
                self.report(report);
                return Ease::Linear;
            };
            *slope = found;
        }
        let [out, into] = slopes;
        Ease::Cubic { out, into }
    }
}

/// Where a curve leaves its bounds, and how far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Leaving {
    /// The first whole frame at which it is outside, or the time between two frames.
    pub(crate) from: f64,
    /// Where it is furthest outside on that way.
    pub(crate) furthest: f64,
    /// The value there.
    pub(crate) value: f64,
    /// It is a key that is outside.
    pub(crate) at_key: bool,
}

/// The first place where a curve leaves its bounds, if it does.
pub(crate) fn leaves(shape: &Shape, low: f64, high: f64) -> Option<Leaving> {
    let outside = |bounds: &Bounds| bounds.low < low || bounds.high > high;
    if !shape.bounds_always().iter().any(outside) {
        return None;
    }
    match shape {
        Shape::Keys(keys) => leaves_keys(keys, low, high),
        shape => leaves_computed(shape, low, high),
    }
}

/// How far outside a number is.
fn beyond(value: f64, low: f64, high: f64) -> f64 {
    (low - value).max(value - high)
}

fn worst(values: &[f64], low: f64, high: f64) -> Option<f64> {
    let outside = values.iter().copied().filter(|value| beyond(*value, low, high) > 0.0);
    outside.max_by(|a, b| beyond(*a, low, high).total_cmp(&beyond(*b, low, high)))
}

fn leaves_keys(keys: &[CurveKey], low: f64, high: f64) -> Option<Leaving> {
    for (index, key) in keys.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| keys.get(before));
        if let Some(before) = before
            && worst(&key.values, low, high).is_none()
            && let Some(leaving) = leaves_segment(before, key, low, high)
        {
            return Some(leaving);
        }
        if let Some(value) = worst(&key.values, low, high) {
            return Some(Leaving { from: key.frame, furthest: key.frame, value, at_key: true });
        }
    }
    None
}

/// Between two keys that are inside.
fn leaves_segment(before: &CurveKey, key: &CurveKey, low: f64, high: f64) -> Option<Leaving> {
    let way = Shape::Keys(vec![before.clone(), key.clone()]);
    let length = key.frame - before.frame;
    let worst_at = |time: f64| worst(&way.at(time), low, high);
    let turns = extremes(key.ease).into_iter().flatten().map(|x| before.frame + x * length);
    let mut previous = before.frame;
    for furthest in turns {
        let Some(value) = worst_at(furthest) else {
            previous = furthest;
            continue;
        };
        // From inside to the turn there is one place where it goes out: halved until the frame is known.
        let (mut inside, mut outside) = (previous, furthest);
        for _ in 0..60 {
            let middle = f64::midpoint(inside, outside);
            if worst_at(middle).is_some() {
                outside = middle;
            } else {
                inside = middle;
            }
        }
        let whole = outside.ceil();
        let from = if worst_at(whole).is_some() { whole } else { outside };
        return Some(Leaving { from, furthest, value, at_key: false });
    }
    None
}

/// A computed curve, at its keys and at every whole frame between the first and the last of them; then between
/// them.
fn leaves_computed(shape: &Shape, low: f64, high: f64) -> Option<Leaving> {
    leaves_among(shape, moments(shape), low, high).or_else(|| leaves_between(shape, low, high))
}

/// The first of some moments, in order, at which it is outside, and the furthest of those that follow at once.
fn leaves_among(shape: &Shape, times: Vec<f64>, low: f64, high: f64) -> Option<Leaving> {
    let mut found: Option<Leaving> = None;
    for time in times {
        let Some(value) = worst(&shape.at(time), low, high) else {
            if found.is_some() {
                break;
            }
            continue;
        };
        let leaving =
            found.get_or_insert(Leaving { from: time, furthest: time, value, at_key: false });
        if beyond(value, low, high) > beyond(leaving.value, low, high) {
            (leaving.furthest, leaving.value) = (time, value);
        }
    }
    found
}

/// A computed curve that is inside at its keys and whole frames.
fn leaves_between(shape: &Shape, low: f64, high: f64) -> Option<Leaving> {
    // What rounding adds is not what somebody meant.
    let hair = 1e-9 * low.abs().max(high.abs());
    let promising = |bounds: &[Bounds], _: f64| {
        let most = bounds
            .iter()
            .map(|bounds| (low - bounds.low).max(bounds.high - high))
            .fold(f64::NEG_INFINITY, f64::max);
        (most > hair).then_some(most)
    };
    let outside = search(shape, promising, |stretch: &Stretch| {
        worst(&shape.at(stretch.middle), low, high).map(|_| stretch.middle)
    })?;
    // At the frames around it it is inside, so it is out of bounds between them only.
    let (from, to) = (outside.floor(), outside.ceil());
    let mut times: Vec<f64> =
        (0..=256).map(|step| from + (to - from) * f64::from(step) / 256.0).collect();
    times.push(outside);
    times.sort_by(f64::total_cmp);
    leaves_among(shape, times, low, high)
}

/// A time as people say it: `frame 1019`, `frame 1019.5`.
pub(crate) fn frame_words(time: f64) -> String {
    format!("frame {}", (time * 100.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use toma_plan::Operation;

    fn keys(ease: Ease) -> Shape {
        let key = |frame, value, ease| CurveKey { frame, values: vec![value], ease };
        Shape::Keys(vec![key(1001.0, 0.0, Ease::Linear), key(1041.0, 1.0, ease)])
    }

    #[test]
    fn overshoot_is_found_where_it_begins_and_where_it_is_worst() {
        let cases = [
            (Ease::Smooth, None),
            (Ease::Cubic { out: 1.0, into: 1.0 }, None),
            (Ease::Cubic { out: 3.0, into: 0.0 }, None),
            // w′ = 6x² − 10x + 4: it turns at 2/3, where w is 28/27.
            (Ease::Cubic { out: 4.0, into: 0.0 }, Some((1022.0, 1027.667, 28.0 / 27.0))),
            (Ease::Cubic { out: -1.0, into: 0.0 }, Some((1002.0, 1005.444, -0.0535))),
        ];
        for (ease, expected) in cases {
            let found = leaves(&keys(ease), 0.0, 1.0);
            let Some((from, furthest, value)) = expected else {
                assert_eq!(found, None, "{ease:?}");
                continue;
            };
            let found = found.unwrap();
            let near = |a: f64, b: f64| (a - b).abs() < 0.01;
            assert!(near(found.from, from), "{ease:?}: {found:?}");
            assert!(near(found.furthest, furthest), "{ease:?}: {found:?}");
            assert!(near(found.value, value), "{ease:?}: {found:?}");
            assert!((found.value - keys(ease).at(found.furthest)[0]).abs() < 1e-9);
        }
    }

    #[test]
    fn a_computed_curve_is_outside_where_its_values_are() {
        let shape = Shape::Compute {
            operation: Operation::Multiply,
            left: Box::new(keys(Ease::Linear)),
            right: Box::new(Shape::Constant(vec![2.0])),
        };
        assert_eq!(leaves(&shape, 0.0, 2.0), None);
        let leaving = leaves(&shape, 0.0, 1.0).unwrap();
        assert_eq!((leaving.from, leaving.furthest, leaving.value), (1022.0, 1041.0, 2.0));
        // The interval of `c - c` is wide, its values are not.
        let nothing = Shape::Compute {
            operation: Operation::Subtract,
            left: Box::new(keys(Ease::Linear)),
            right: Box::new(keys(Ease::Linear)),
        };
        assert_eq!(leaves(&nothing, 0.0, 0.5), None);
    }

    #[test]
    fn a_computed_curve_is_held_against_its_bounds_between_frames_too() {
        let key = |frame, value, ease| CurveKey { frame, values: vec![value], ease };
        let overshoot = Ease::Cubic { out: 5.0, into: 0.0 };
        let short = Shape::Keys(vec![
            key(1001.0, 0.0, Ease::Linear),
            key(1002.0, 900.0, overshoot),
            key(1900.0, 900.0, Ease::Linear),
        ]);
        let computed = |operation, by: f64| Shape::Compute {
            operation,
            left: Box::new(short.clone()),
            right: Box::new(Shape::Constant(vec![by])),
        };
        let plain = leaves(&short, 0.0, 1000.0).unwrap();
        let times = leaves(&computed(Operation::Multiply, 1.0), 0.0, 1000.0).unwrap();
        assert!((plain.value - times.value).abs() < 0.01, "{plain:?} {times:?}");
        assert!(1001.0 < times.from && times.from < times.furthest && times.furthest < 1002.0);
        assert_eq!(leaves(&computed(Operation::Minimum, 1000.0), 0.0, 1000.0), None);
        assert_eq!(leaves(&computed(Operation::Multiply, 0.8), 0.0, 1000.0), None);
        let (top, value) = (plain.value + 1e-3, plain.value - 1e-3);
        assert_eq!(leaves(&computed(Operation::Multiply, 1.0), 0.0, top), None);
        assert!(leaves(&computed(Operation::Multiply, 1.0), 0.0, value).is_some());
    }
}
