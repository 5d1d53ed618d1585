//! A number over time, as a shape that is worked out at the time somebody asks for: keys, pieces of other
//! shapes, and sums of shapes. Nothing is sampled ahead, so a change at some frames changes no bit at
//! any other.
//!
//! Only IEEE addition, subtraction, multiplication, division, remainder, rounding and comparison, so a value
//! is the same on every machine. Where a shape can't leave: `bounds`.

use crate::{Dimension, FrameRange};
use serde::{Deserialize, Serialize};

/// Numbers over time, and what they measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// How they go.
    pub shape: Shape,
    /// What the values measure.
    pub dimension: Dimension,
}

/// How numbers go over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    /// Keys in the order of their frames. Before the first and behind the last it holds.
    ///
    /// At least one; frames strictly rising; every `values` of one length.
    Keys(Vec<CurveKey>),
    /// The same numbers at all times.
    Constant(Vec<f64>),
    /// `base`, but where a piece says otherwise. A piece holds from its first frame up to, not including,
    /// the frame behind its last; of two pieces at one time the later in the list wins.
    Pieces {
        /// Wherever no piece is.
        base: Box<Shape>,
        /// Where it is something else.
        pieces: Vec<(FrameRange, Shape)>,
    },
    /// Two shapes put together, component by component. One number goes with each component of the other
    /// side.
    Compute {
        /// How.
        operation: Operation,
        /// The first operand.
        left: Box<Shape>,
        /// The second.
        right: Box<Shape>,
    },
}

/// What is computed from two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Operation {
    /// `left + right`
    Add,
    /// `left - right`
    Subtract,
    /// `left * right`
    Multiply,
    /// `left / right`
    Divide,
    /// The smaller one.
    Minimum,
    /// The larger one.
    Maximum,
    /// What is left of `left` after whole `right`s: with the sign of `right`.
    Modulo,
    /// `left` to the next whole number below. `right` is not looked at.
    Floor,
    /// `left` to the next whole number above. `right` is not looked at.
    Ceil,
    /// `left` to the nearest whole number, halves away from 0. `right` is not looked at.
    Round,
}

impl Operation {
    /// The result for two numbers.
    pub fn apply(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Add => left + right,
            Self::Subtract => left - right,
            Self::Multiply => left * right,
            Self::Divide => left / right,
            Self::Minimum => {
                if right < left {
                    right
                } else {
                    left
                }
            }
            Self::Maximum => {
                if right > left {
                    right
                } else {
                    left
                }
            }
            Self::Modulo => {
                // The remainder of IEEE numbers is exact.
                let rest = left % right;
                if rest != 0.0 && (rest < 0.0) != (right < 0.0) { rest + right } else { rest }
            }
            Self::Floor => left.floor(),
            Self::Ceil => left.ceil(),
            Self::Round => left.round(),
        }
    }
}

/// One key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CurveKey {
    /// The frame number.
    pub frame: f64,
    /// One number, or the components of a point or colour.
    pub values: Vec<f64>,
    /// How the way **to** this key goes, from the key before.
    pub ease: Ease,
}

/// The way from one key to the next.
///
/// With x going from 0 at the key before to 1 at this one, the value is `a (1 − w) + b w`, where a and b are
/// the two keys' values and w is as said below. Between equal keys it is exactly their value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Ease {
    /// The value before, up to this key.
    Hold,
    /// A straight line: w = x.
    Linear,
    /// w = 3x² − 2x³: leaves and arrives level.
    Smooth,
    /// The cubic Hermite curve w = out (x³ − 2x² + x) + (3x² − 2x³) + into (x³ − x²).
    ///
    /// Slopes are multiples of the straight line's: 1 goes as steep as that, 0 is level, below 0 it goes the
    /// other way first. `Cubic { out: 1, into: 1 }` is the straight line, and with 0 and 0 it is `Smooth`.
    Cubic {
        /// The slope at which it leaves the key before.
        out: f64,
        /// The slope at which it arrives at this key.
        into: f64,
    },
}

impl Ease {
    /// How much of the second key there is, at `x` from 0 to 1. `None` where it holds the first.
    pub(crate) fn weight(self, x: f64) -> Option<f64> {
        match self {
            Self::Hold => None,
            Self::Linear => Some(x),
            Self::Smooth => Some(x * x * (3.0 - 2.0 * x)),
            Self::Cubic { out, into } => {
                Some(x * (out + x * ((3.0 - 2.0 * out - into) + x * (out + into - 2.0))))
            }
        }
    }
}

/// From one number to another.
pub(crate) fn between(a: f64, b: f64, weight: f64) -> f64 {
    if a.to_bits() == b.to_bits() { a } else { a * (1.0 - weight) + b * weight }
}

impl Curve {
    /// A curve through keys.
    pub fn through(keys: Vec<CurveKey>, dimension: Dimension) -> Self {
        Self { shape: Shape::Keys(keys), dimension }
    }

    /// The values at a time in frames, which may lie between two frames.
    pub fn at(&self, time: f64) -> Vec<f64> {
        self.shape.at(time)
    }
}

impl Shape {
    /// The values at a time in frames.
    pub fn at(&self, time: f64) -> Vec<f64> {
        match self {
            Self::Keys(keys) => at_keys(keys, time),
            Self::Constant(values) => values.clone(),
            Self::Pieces { base, pieces } => {
                let holds = |range: &FrameRange| {
                    range.first as f64 <= time && time < range.last.saturating_add(1) as f64
                };
                let piece = pieces.iter().rev().find(|(range, _)| holds(range));
                piece.map_or(base.as_ref(), |(_, shape)| shape).at(time)
            }
            Self::Compute { operation, left, right } => {
                let (left, right) = (left.at(time), right.at(time));
                pairs(&left, &right).map(|(a, b)| operation.apply(a, b)).collect()
            }
        }
    }

    /// How many keys, numbers and operations it consists of.
    pub fn parts(&self) -> usize {
        match self {
            Self::Keys(keys) => keys.len(),
            Self::Constant(_) => 1,
            Self::Pieces { base, pieces } => {
                pieces.iter().fold(base.parts().saturating_add(1), |sum, (_, shape)| {
                    sum.saturating_add(shape.parts()).saturating_add(1)
                })
            }
            Self::Compute { left, right, .. } => {
                left.parts().saturating_add(right.parts()).saturating_add(1)
            }
        }
    }

    /// How deep shapes stand in each other; keys alone are 1.
    pub fn depth(&self) -> usize {
        match self {
            Self::Keys(_) | Self::Constant(_) => 1,
            Self::Pieces { base, pieces } => {
                1 + pieces.iter().map(|(_, shape)| shape.depth()).fold(base.depth(), usize::max)
            }
            Self::Compute { left, right, .. } => 1 + left.depth().max(right.depth()),
        }
    }

    /// The shape with `change` done to every number that is written in it. Only for shapes that nothing is
    /// computed in does that mean the same for every time.
    pub fn each(&mut self, change: &mut impl FnMut(&mut Vec<f64>)) {
        match self {
            Self::Keys(keys) => keys.iter_mut().for_each(|key| change(&mut key.values)),
            Self::Constant(values) => change(values),
            Self::Pieces { base, pieces } => {
                base.each(change);
                for (_, shape) in pieces {
                    shape.each(change);
                }
            }
            Self::Compute { left, right, .. } => {
                left.each(change);
                right.each(change);
            }
        }
    }
}

/// Component with component; one number with each.
pub(crate) fn pairs(left: &[f64], right: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    let count = if left.is_empty() || right.is_empty() { 0 } else { left.len().max(right.len()) };
    let of = |values: &[f64], index: usize| match values {
        [one] => *one,
        values => values.get(index).copied().unwrap_or_default(),
    };
    (0..count).map(move |index| (of(left, index), of(right, index)))
}

fn at_keys(keys: &[CurveKey], time: f64) -> Vec<f64> {
    let behind = keys.partition_point(|key| key.frame <= time);
    let Some(before) = behind.checked_sub(1).and_then(|index| keys.get(index)) else {
        return keys.first().map(|key| key.values.clone()).unwrap_or_default();
    };
    let Some(after) = keys.get(behind) else { return before.values.clone() };
    let x = (time - before.frame) / (after.frame - before.frame);
    let Some(weight) = after.ease.weight(x) else { return before.values.clone() };
    before.values.iter().zip(&after.values).map(|(a, b)| between(*a, *b, weight)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(frame: f64, value: f64, ease: Ease) -> CurveKey {
        CurveKey { frame, values: vec![value], ease }
    }

    fn shape(ease: Ease) -> Shape {
        Shape::Keys(vec![key(10.0, 0.0, Ease::Linear), key(20.0, 1.0, ease), key(30.0, 1.0, ease)])
    }

    #[test]
    fn holds_outside_its_keys() {
        assert_eq!(shape(Ease::Linear).at(0.0), [0.0]);
        assert_eq!(shape(Ease::Linear).at(99.0), [1.0]);
    }

    #[test]
    fn eases_between_two_keys() {
        let cases = [
            (Ease::Hold, 19.5, 0.0),
            (Ease::Hold, 20.0, 1.0),
            (Ease::Linear, 12.5, 0.25),
            (Ease::Smooth, 12.5, 0.15625),
            (Ease::Smooth, 15.0, 0.5),
            (Ease::Cubic { out: 1.0, into: 1.0 }, 12.5, 0.25),
            (Ease::Cubic { out: 0.0, into: 0.0 }, 12.5, 0.15625),
            (Ease::Cubic { out: 4.0, into: 0.0 }, 15.0, 1.0),
            (Ease::Cubic { out: -1.0, into: 0.0 }, 12.5, 0.015_625),
        ];
        for (ease, time, expected) in cases {
            assert_eq!(shape(ease).at(time), [expected], "{ease:?} at {time}");
        }
    }

    #[test]
    fn between_equal_keys_it_is_exactly_their_value() {
        for ease in [Ease::Linear, Ease::Smooth, Ease::Cubic { out: 9.0, into: -3.0 }] {
            assert_eq!(shape(ease).at(23.3), [1.0], "{ease:?}");
        }
    }

    #[test]
    fn a_piece_holds_up_to_the_frame_behind_its_last_and_the_later_one_wins() {
        let range = |first, last| FrameRange { first, last };
        let shape = Shape::Pieces {
            base: Box::new(shape(Ease::Linear)),
            pieces: vec![
                (range(12, 14), Shape::Constant(vec![7.0])),
                (range(14, 15), Shape::Constant(vec![8.0])),
            ],
        };
        let cases =
            [(11.5, 0.15), (12.0, 7.0), (13.9, 7.0), (14.0, 8.0), (15.99, 8.0), (16.0, 0.6)];
        for (time, expected) in cases {
            assert!((shape.at(time)[0] - expected).abs() < 1e-12, "{time}: {:?}", shape.at(time));
        }
    }

    #[test]
    fn computes_component_by_component_and_one_number_with_each() {
        let compute = |operation, right: Vec<f64>| Shape::Compute {
            operation,
            left: Box::new(Shape::Constant(vec![1.0, -2.5, 3.0])),
            right: Box::new(Shape::Constant(right)),
        };
        let cases = [
            (Operation::Add, vec![1.0], [2.0, -1.5, 4.0]),
            (Operation::Multiply, vec![1.0, 2.0, 3.0], [1.0, -5.0, 9.0]),
            (Operation::Minimum, vec![0.0], [0.0, -2.5, 0.0]),
            (Operation::Maximum, vec![0.0], [1.0, 0.0, 3.0]),
            (Operation::Modulo, vec![2.0], [1.0, 1.5, 1.0]),
            (Operation::Floor, vec![0.0], [1.0, -3.0, 3.0]),
            (Operation::Round, vec![0.0], [1.0, -3.0, 3.0]),
            (Operation::Ceil, vec![0.0], [1.0, -2.0, 3.0]),
        ];
        for (operation, right, expected) in cases {
            assert_eq!(compute(operation, right).at(0.0), expected, "{operation:?}");
        }
    }
}
