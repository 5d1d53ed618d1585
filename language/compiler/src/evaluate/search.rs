//! Looking for a moment in a curve: at its keys and whole frames, then between them. Time is halved where the
//! bounds of a stretch leave it open, so what is proven is proven for every moment, not for samples.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use toma_plan::{Bounds, Shape};

/// Most samples, and most stretches, of a curve; less of one that is made of many parts.
const MOST_SAMPLES: f64 = 200_000.0;

/// How often a curve is looked at.
fn most(shape: &Shape) -> f64 {
    (MOST_SAMPLES / shape.parts().max(1) as f64).floor() + 64.0
}

/// The frames of all keys and the ends of all pieces, in order, each once.
fn breaks(shape: &Shape) -> Vec<f64> {
    let mut found = Vec::new();
    times(shape, &mut found);
    found.sort_by(f64::total_cmp);
    found.dedup();
    found
}

fn times(shape: &Shape, found: &mut Vec<f64>) {
    match shape {
        Shape::Keys(keys) => found.extend(keys.iter().map(|key| key.frame)),
        Shape::Constant(_) => {}
        Shape::Pieces { base, pieces } => {
            times(base, found);
            for (range, piece) in pieces {
                found.extend([range.first as f64, range.last.saturating_add(1) as f64]);
                times(piece, found);
            }
        }
        Shape::Compute { left, right, .. } => {
            times(left, found);
            times(right, found);
        }
    }
}

/// Its keys, and the whole frames between the first and the last of them, in order.
pub(crate) fn moments(shape: &Shape) -> Vec<f64> {
    let mut all = breaks(shape);
    let (first, last) = match (all.first(), all.last()) {
        (Some(first), Some(last)) => (*first, *last),
        // Without keys it is the same at all times.
        _ => (0.0, 0.0),
    };
    let frames = (last - first + 2.0).min(most(shape));
    all.extend((0..frames as u64).map(|index| first.floor() + index as f64));
    all.sort_by(f64::total_cmp);
    all
}

/// A part of the time, both ends included, and where it is taken in two.
pub(crate) struct Stretch {
    pub(crate) from: f64,
    pub(crate) middle: f64,
    pub(crate) to: f64,
    /// A key or the end of a piece lies at `middle`: what is on its two sides may have nothing in common.
    pub(crate) is_break: bool,
    /// How promising it is.
    weight: f64,
}

impl PartialEq for Stretch {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Stretch {}

impl PartialOrd for Stretch {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Stretch {
    fn cmp(&self, other: &Self) -> Ordering {
        self.weight.total_cmp(&other.weight).then_with(|| other.from.total_cmp(&self.from))
    }
}

/// The first thing that `found` finds in a stretch, the most promising ones first. `promising` says of the bounds
/// and the length of a stretch how much there may be in it; `None`: nothing. What takes too long to tell is not
/// found.
pub(crate) fn search<T>(
    shape: &Shape,
    promising: impl Fn(&[Bounds], f64) -> Option<f64>,
    mut found: impl FnMut(&Stretch) -> Option<T>,
) -> Option<T> {
    let breaks = breaks(shape);
    let stretch = |from: f64, to: f64| {
        if from > to {
            return None;
        }
        let weight = promising(&shape.bounds(from, to), to - from)?;
        let behind = breaks.partition_point(|time| *time <= from);
        let beyond = breaks.partition_point(|time| *time <= to);
        let inner = breaks.get(usize::midpoint(behind, beyond)).filter(|_| behind < beyond);
        let middle = inner.copied().unwrap_or_else(|| f64::midpoint(from, to));
        Some(Stretch { from, middle, to, is_break: inner.is_some(), weight })
    };
    let mut open = BinaryHeap::new();
    open.extend(stretch(*breaks.first()?, *breaks.last()?));
    let mut left = most(shape) as u64;
    while let Some(next) = open.pop() {
        let something = found(&next);
        if something.is_some() {
            return something;
        }
        left = left.checked_sub(1)?;
        let Stretch { from, middle, to, is_break, .. } = next;
        if is_break {
            // A piece that ends there is over at that moment.
            open.extend(stretch(from, middle.next_down()));
            if middle < to {
                open.extend(stretch(middle, to));
            }
        } else if from < middle && middle < to {
            open.extend(stretch(from, middle));
            open.extend(stretch(middle, to));
        }
    }
    None
}

/// Is it 0 at some moment, or is it on both sides of 0 without a jump? Only what was found counts: bounds that
/// reach 0 are no proof.
pub(super) fn meets_zero(shape: &Shape) -> bool {
    let open = |bounds: &[Bounds]| bounds.iter().any(|bounds| bounds.contains(0.0));
    if !open(&shape.bounds_always()) {
        return false;
    }
    let is_zero = |time: f64| shape.at(time).contains(&0.0);
    let passes = |stretch: &Stretch| {
        let zero = is_zero(stretch.middle);
        (zero || !stretch.is_break && passes_zero(shape, stretch.from, stretch.to)).then_some(())
    };
    moments(shape).into_iter().any(is_zero)
        || search(shape, |bounds, length| open(bounds).then_some(length), passes).is_some()
}

/// Does a component go through 0 between two moments, instead of jumping over it?
fn passes_zero(shape: &Shape, from: f64, to: f64) -> bool {
    let (first, last) = (shape.at(from), shape.at(to));
    let sides = first.iter().zip(&last).enumerate();
    sides.into_iter().any(|(index, (a, b))| {
        if a * b >= 0.0 || !(a * b).is_finite() {
            return false;
        }
        let value = |time: f64| shape.at(time).get(index).copied().unwrap_or_default();
        let (mut from, mut to) = (from, to);
        for _ in 0..80 {
            let middle = f64::midpoint(from, to);
            if value(middle) * a > 0.0 {
                from = middle;
            } else {
                to = middle;
            }
        }
        (value(from) - value(to)).abs() <= 1e-6 * (a.abs() + b.abs())
    })
}

/// Is it a number at all its keys and frames?
pub(super) fn is_finite(shape: &Shape) -> bool {
    let all = shape.bounds_always();
    all.iter().all(|bounds| bounds.low.is_finite() && bounds.high.is_finite())
        || moments(shape).into_iter().all(|time| shape.at(time).iter().all(|one| one.is_finite()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use toma_plan::{CurveKey, Ease, Operation};

    fn keys(values: &[f64], ease: Ease) -> Shape {
        let key = |(index, value): (usize, &f64)| CurveKey {
            frame: 1001.0 + 10.0 * index as f64,
            values: vec![*value],
            ease,
        };
        Shape::Keys(values.iter().enumerate().map(key).collect())
    }

    fn with(operation: Operation, left: &Shape, right: f64) -> Shape {
        both(operation, left, &Shape::Constant(vec![right]))
    }

    fn both(operation: Operation, left: &Shape, right: &Shape) -> Shape {
        Shape::Compute { operation, left: Box::new(left.clone()), right: Box::new(right.clone()) }
    }

    #[test]
    fn only_a_zero_that_is_found_is_one() {
        let rise = keys(&[0.0, 1.0], Ease::Linear);
        let square = both(Operation::Multiply, &rise, &rise);
        // k k - k + 1 is 3/4 and more, and its interval reaches 0.
        let curved = with(Operation::Add, &both(Operation::Subtract, &square, &rise), 1.0);
        let stairs = with(Operation::Round, &with(Operation::Multiply, &rise, 5.0), 0.0);
        let overshoot = keys(&[0.3, 1.0], Ease::Cubic { out: -9.0, into: 0.0 });
        let cases = [
            (rise.clone(), true),
            (with(Operation::Add, &rise, 1e-6), false),
            (curved, false),
            // Between two frames.
            (with(Operation::Subtract, &rise, 0.123), true),
            (with(Operation::Subtract, &square, 0.123), true),
            // It jumps over 0.
            (with(Operation::Subtract, &stairs, 2.5), false),
            (with(Operation::Subtract, &stairs, 2.0), true),
            (with(Operation::Subtract, &keys(&[0.0, 1.0], Ease::Hold), 0.5), false),
            (overshoot, true),
        ];
        for (shape, expected) in cases {
            assert_eq!(meets_zero(&shape), expected, "{shape:?}");
        }
    }

    #[test]
    fn what_is_open_by_its_interval_alone_is_finite() {
        let rise = keys(&[0.0, 1.0], Ease::Linear);
        let square = both(Operation::Multiply, &rise, &rise);
        let curved = with(Operation::Add, &both(Operation::Subtract, &square, &rise), 1.0);
        let one = Shape::Constant(vec![1.0]);
        assert!(is_finite(&both(Operation::Divide, &one, &curved)));
        assert!(!is_finite(&both(Operation::Divide, &one, &rise)));
        assert!(!is_finite(&with(Operation::Multiply, &with(Operation::Add, &rise, 1e300), 1e300)));
    }
}
