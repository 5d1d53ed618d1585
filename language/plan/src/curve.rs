//! A number over time: keys and how the way between two of them goes.

use crate::Dimension;
use serde::{Deserialize, Serialize};

/// Keys in the order of their frames. Before the first and behind the last it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// At least one; frames strictly rising; every `values` of one length.
    pub keys: Vec<CurveKey>,
    /// What the values measure.
    pub dimension: Dimension,
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
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Ease {
    /// The value before, up to this key.
    Hold,
    /// A straight line.
    Linear,
    /// 3x² − 2x³: leaves and arrives level.
    Smooth,
}

impl Curve {
    /// The values at a time in frames, which may lie between two frames.
    ///
    /// Only IEEE addition, multiplication and division, so it is the same on every machine.
    pub fn at(&self, time: f64) -> Vec<f64> {
        let behind = self.keys.partition_point(|key| key.frame <= time);
        let Some(before) = behind.checked_sub(1).and_then(|index| self.keys.get(index)) else {
            return self.keys.first().map(|key| key.values.clone()).unwrap_or_default();
        };
        let Some(after) = self.keys.get(behind) else { return before.values.clone() };
        let x = (time - before.frame) / (after.frame - before.frame);
        let weight = match after.ease {
            Ease::Hold => return before.values.clone(),
            Ease::Linear => x,
            Ease::Smooth => x * x * (3.0 - 2.0 * x),
        };
        before
            .values
            .iter()
            .zip(&after.values)
            .map(
                |(a, b)| {
                    if a.to_bits() == b.to_bits() { *a } else { a * (1.0 - weight) + b * weight }
                },
            )
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(ease: Ease) -> Curve {
        let key = |frame, value, ease| CurveKey { frame, values: vec![value], ease };
        Curve {
            keys: vec![key(10.0, 0.0, Ease::Linear), key(20.0, 1.0, ease), key(30.0, 1.0, ease)],
            dimension: Dimension::Ratio,
        }
    }

    #[test]
    fn holds_outside_its_keys() {
        assert_eq!(curve(Ease::Linear).at(0.0), [0.0]);
        assert_eq!(curve(Ease::Linear).at(99.0), [1.0]);
    }

    #[test]
    fn eases_between_two_keys() {
        assert_eq!(curve(Ease::Hold).at(19.5), [0.0]);
        assert_eq!(curve(Ease::Hold).at(20.0), [1.0]);
        assert_eq!(curve(Ease::Linear).at(12.5), [0.25]);
        assert_eq!(curve(Ease::Smooth).at(12.5), [0.15625]);
        assert_eq!(curve(Ease::Smooth).at(15.0), [0.5]);
    }

    #[test]
    fn between_equal_keys_it_is_exactly_their_value() {
        assert_eq!(curve(Ease::Linear).at(23.3), [1.0]);
    }
}
