//! Between which numbers a shape stays. Keys are answered exactly, with the true extremes of their cubics;
//! what is computed is answered by intervals, which may be wider than the truth but never narrower.

use crate::FrameRange;
use crate::curve::{CurveKey, Ease, Operation, Shape, between, pairs};

/// The lowest and the highest number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The lowest.
    pub low: f64,
    /// The highest.
    pub high: f64,
}

impl Bounds {
    /// Of one number.
    pub fn of(value: f64) -> Self {
        Self { low: value, high: value }
    }

    /// Of two numbers, in any order.
    pub fn around(a: f64, b: f64) -> Self {
        Self { low: a.min(b), high: a.max(b) }
    }

    /// Of both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// Can it be this number?
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Between which numbers the operation's results are. Unbounded where a divisor may be 0.
    #[must_use]
    pub fn computed(operation: Operation, left: Self, right: Self) -> Self {
        const ALL: Bounds = Bounds { low: f64::NEG_INFINITY, high: f64::INFINITY };
        let corners = || {
            let mut bounds: Option<Self> = None;
            for a in [left.low, left.high] {
                for b in [right.low, right.high] {
                    let value = operation.apply(a, b);
                    if value.is_nan() {
                        return ALL;
                    }
                    bounds = Some(bounds.map_or(Self::of(value), |sum| sum.with(Self::of(value))));
                }
            }
            bounds.unwrap_or(ALL)
        };
        match operation {
            Operation::Add => Self { low: left.low + right.low, high: left.high + right.high },
            Operation::Subtract => Self { low: left.low - right.high, high: left.high - right.low },
            Operation::Divide | Operation::Modulo if right.contains(0.0) => ALL,
            Operation::Modulo => {
                // Between two whole multiples of one number it only rises.
                let rises = right.low.to_bits() == right.high.to_bits()
                    && left.high - left.low < right.low.abs()
                    && operation.apply(left.low, right.low)
                        <= operation.apply(left.high, right.low);
                if rises { corners() } else { Self::of(0.0).with(right) }
            }
            _ => corners(),
        }
    }
}

impl Shape {
    /// The bounds of each component at the times from `first` to `last`, between frames too. Both may be
    /// infinite: all times.
    pub fn bounds(&self, first: f64, last: f64) -> Vec<Bounds> {
        match self {
            Self::Constant(values) => values.iter().copied().map(Bounds::of).collect(),
            Self::Keys(keys) => of_keys(keys, first, last),
            Self::Pieces { base, pieces } => {
                // What a piece covers all the time is not seen.
                let covers = |(range, _): &(FrameRange, Self)| {
                    range.first as f64 <= first && last < range.last.saturating_add(1) as f64
                };
                let covering = pieces.iter().rposition(covers);
                let mut sum = match covering.and_then(|index| pieces.get(index)) {
                    Some((_, shape)) => shape.bounds(first, last),
                    None => base.bounds(first, last),
                };
                let seen = covering.map_or(0, |index| index + 1);
                for (FrameRange { first: from, last: to }, shape) in pieces.iter().skip(seen) {
                    let from = first.max(*from as f64);
                    let to = last.min(to.saturating_add(1) as f64);
                    if from <= to {
                        let piece = shape.bounds(from, to);
                        sum = both(&sum, &piece).map(|(a, b)| a.with(b)).collect();
                    }
                }
                sum
            }
            Self::Compute { operation, left, right } => {
                both(&left.bounds(first, last), &right.bounds(first, last))
                    .map(|(a, b)| Bounds::computed(*operation, a, b))
                    .collect()
            }
        }
    }

    /// The bounds at all times.
    pub fn bounds_always(&self) -> Vec<Bounds> {
        self.bounds(f64::NEG_INFINITY, f64::INFINITY)
    }
}

fn both(left: &[Bounds], right: &[Bounds]) -> impl Iterator<Item = (Bounds, Bounds)> {
    let split = |all: &[Bounds], high: bool| -> Vec<f64> {
        all.iter().map(|one| if high { one.high } else { one.low }).collect()
    };
    let lows: Vec<_> = pairs(&split(left, false), &split(right, false)).collect();
    let highs: Vec<_> = pairs(&split(left, true), &split(right, true)).collect();
    lows.into_iter().zip(highs).map(|((left_low, right_low), (left_high, right_high))| {
        (Bounds { low: left_low, high: left_high }, Bounds { low: right_low, high: right_high })
    })
}

fn of_keys(keys: &[CurveKey], first: f64, last: f64) -> Vec<Bounds> {
    let Some(before) = keys.first() else { return Vec::new() };
    let mut sum: Option<Vec<Bounds>> = None;
    let mut add = |values: Vec<Bounds>| {
        sum = Some(match sum.take() {
            Some(sum) => sum.iter().zip(&values).map(|(a, b)| a.with(*b)).collect(),
            None => values,
        });
    };
    let points = |values: &[f64]| values.iter().copied().map(Bounds::of).collect::<Vec<_>>();
    if first <= before.frame {
        add(points(&before.values));
    }
    for (a, b) in keys.iter().zip(keys.iter().skip(1)) {
        if b.frame < first || last < a.frame {
            continue;
        }
        let place = |time: f64| ((time - a.frame) / (b.frame - a.frame)).clamp(0.0, 1.0);
        let (low, high) = (place(first.max(a.frame)), place(last.min(b.frame)));
        let values = a.values.iter().zip(&b.values);
        add(values.map(|(from, to)| of_segment(*from, *to, b.ease, low, high)).collect());
        if first <= b.frame && b.frame <= last {
            add(points(&b.values));
        }
    }
    if let Some(end) = keys.last()
        && end.frame <= last
    {
        add(points(&end.values));
    }
    sum.unwrap_or_default()
}

/// The way between two numbers, of which only `low..high` of 0..1 counts.
fn of_segment(from: f64, to: f64, ease: Ease, low: f64, high: f64) -> Bounds {
    let value = |x: f64| match ease.weight(x) {
        Some(weight) => between(from, to, weight),
        None => from,
    };
    let mut bounds = Bounds::around(value(low), value(high));
    for x in extremes(ease).into_iter().flatten().filter(|x| low < *x && *x < high) {
        bounds = bounds.with(Bounds::of(value(x)));
    }
    bounds
}

/// Where between two keys the way turns round: the roots of w′ within 0..1.
pub fn extremes(ease: Ease) -> [Option<f64>; 2] {
    let Ease::Cubic { out, into } = ease else { return [None, None] };
    // w′ = 3A x² + 2B x + C
    let (a, b, c) = (3.0 * (out + into - 2.0), 2.0 * (3.0 - 2.0 * out - into), out);
    let inside = |x: f64| (0.0 < x && x < 1.0).then_some(x);
    if a == 0.0 {
        return [if b == 0.0 { None } else { inside(-c / b) }, None];
    }
    let discriminant = b * b - 4.0 * a * c;
    if discriminant < 0.0 {
        return [None, None];
    }
    // The form that loses no digits where b is large.
    let q = -0.5 * (b + if b < 0.0 { -discriminant.sqrt() } else { discriminant.sqrt() });
    let roots = [inside(q / a), if q == 0.0 { None } else { inside(c / q) }];
    match roots {
        [Some(x), Some(y)] if y < x => [Some(y), Some(x)],
        roots => roots,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(ease: Ease) -> Shape {
        let key = |frame, value| CurveKey { frame, values: vec![value], ease };
        Shape::Keys(vec![key(10.0, 0.0), key(20.0, 1.0), key(40.0, -1.0)])
    }

    #[test]
    fn bounds_are_those_of_a_dense_sampling() {
        let eases = [
            Ease::Hold,
            Ease::Linear,
            Ease::Smooth,
            Ease::Cubic { out: 4.0, into: 0.0 },
            Ease::Cubic { out: -2.0, into: -2.0 },
            Ease::Cubic { out: 1.0, into: 1.0 },
            Ease::Cubic { out: 0.0, into: 7.5 },
        ];
        for ease in eases {
            for (first, last) in [(10.0, 40.0), (0.0, 15.0), (17.0, 33.0), (5.0, 99.0)] {
                let shape = keys(ease);
                let bounds = shape.bounds(first, last)[0];
                let times = (0..=20_000).map(|i| first + (last - first) * f64::from(i) / 20_000.0);
                let values: Vec<f64> = times.map(|time| shape.at(time)[0]).collect();
                let low = values.iter().copied().fold(f64::INFINITY, f64::min);
                let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                // Twenty thousand samples miss an extreme by no more than this.
                let close = |a: f64, b: f64| (a - b).abs() < 1e-3;
                // A held way ends below the key that it never reaches.
                let near = close(bounds.low, low) && close(bounds.high, high);
                assert!(near, "{ease:?} in {first}..{last}: {bounds:?}, sampled {low}..{high}");
            }
        }
    }

    #[test]
    fn what_is_computed_stays_within_its_intervals() {
        let operations = [
            Operation::Add,
            Operation::Subtract,
            Operation::Multiply,
            Operation::Divide,
            Operation::Minimum,
            Operation::Maximum,
            Operation::Modulo,
            Operation::Floor,
            Operation::Ceil,
            Operation::Round,
        ];
        for operation in operations {
            for right in [-3.0, 0.7, 2.0] {
                let shape = Shape::Compute {
                    operation,
                    left: Box::new(keys(Ease::Cubic { out: 3.0, into: -1.0 })),
                    right: Box::new(Shape::Constant(vec![right])),
                };
                let bounds = shape.bounds_always()[0];
                for step in 0..=500 {
                    let value = shape.at(f64::from(step) * 0.1)[0];
                    assert!(bounds.contains(value), "{operation:?} {right}: {value}, {bounds:?}");
                }
            }
        }
    }

    #[test]
    fn a_divisor_that_may_be_nothing_leaves_no_bounds() {
        let bounds =
            Bounds::computed(Operation::Divide, Bounds::of(1.0), Bounds { low: -1.0, high: 1.0 });
        assert_eq!(bounds, Bounds { low: f64::NEG_INFINITY, high: f64::INFINITY });
    }
}
