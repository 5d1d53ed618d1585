//! The curves of colour spaces, one value at a time: camera logs, display gammas, plain powers. The
//! formulas and their handling of negatives are those of OpenColorIO (its op documentation and the
//! CLF specification, S-2014-006); inside they are computed in f64 by [`super::transcendental`].

use super::published::Published;
use super::transcendental::{exp2, log2, pow};

/// What a curve does below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Negative {
    /// Becomes zero.
    Clamp,
    /// The curve turned round the origin.
    Mirror,
    /// Left as it is.
    Pass,
}

/// A function of one value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Curve {
    /// A power.
    Power { exponent: f64, negative: Negative },
    /// Display to light: a line up to `limit`, then `(scale·x + offset)^gamma`.
    Decode { gamma: f64, offset: f64, limit: f64, slope: f64, scale: f64, mirror: bool },
    /// Light to display: a line up to `limit`, then `scale·x^gamma − offset`.
    Encode { gamma: f64, offset: f64, limit: f64, slope: f64, scale: f64, mirror: bool },
    /// Light to log: a line below `limit`, then `gain·log2(lin_slope·x + lin_offset) + lift`.
    ToLog(Log),
    /// Log to light.
    FromLog(Log),
    /// A published curve, code values to light.
    ToLight(Published),
    /// A published curve, light to code values.
    ToCode(Published),
    /// Clipped to a range.
    Clip { low: f32, high: f32 },
}

/// A logarithm with a linear piece below `limit` (none if that is −∞).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Log {
    /// Of the logarithm to base two, and what is added to it.
    pub(super) gain: f64,
    pub(super) lift: f64,
    pub(super) lin_slope: f64,
    pub(super) lin_offset: f64,
    /// The light below which the line is used.
    pub(super) limit: f64,
    /// The line.
    pub(super) slope: f64,
    pub(super) offset: f64,
}

impl Log {
    /// The log curve of base `base`; `limit` and `slope` describe the linear piece, whose slope is
    /// the curve's at the limit unless given.
    pub(super) fn new(
        base: f64,
        [log_slope, log_offset]: [f64; 2],
        [lin_slope, lin_offset]: [f64; 2],
        limit: Option<f64>,
        slope: Option<f64>,
    ) -> Self {
        let per_octave = log_slope / libm::log2(base);
        let Some(limit) = limit else {
            let limit = f64::NEG_INFINITY;
            let (slope, offset) = (1.0, 0.0);
            return Self {
                gain: per_octave,
                lift: log_offset,
                lin_slope,
                lin_offset,
                limit,
                slope,
                offset,
            };
        };
        let inside = lin_slope * limit + lin_offset;
        let slope = slope.unwrap_or(log_slope * lin_slope / (inside * libm::log(base)));
        let offset = per_octave * libm::log2(inside) + log_offset - slope * limit;
        Self { gain: per_octave, lift: log_offset, lin_slope, lin_offset, limit, slope, offset }
    }
}

impl Curve {
    /// `gamma` and `offset` of a display curve with a linear piece near black (sRGB: 2.4, 0.055),
    /// display to light.
    pub(super) fn decode(gamma: f64, offset: f64, mirror: bool) -> Self {
        let (gamma, offset) = sane(gamma, offset);
        let a = (gamma - 1.0) / offset;
        let b = offset * gamma / ((gamma - 1.0) * (1.0 + offset));
        Self::Decode {
            gamma,
            offset: offset / (1.0 + offset),
            limit: offset / (gamma - 1.0),
            slope: a * libm::pow(b, gamma),
            scale: 1.0 / (1.0 + offset),
            mirror,
        }
    }

    /// The same, light to display.
    pub(super) fn encode(gamma: f64, offset: f64, mirror: bool) -> Self {
        let (gamma, offset) = sane(gamma, offset);
        let base = offset * gamma / ((gamma - 1.0) * (1.0 + offset));
        let a = (gamma - 1.0) / offset;
        let b = (1.0 + offset) / gamma;
        Self::Encode {
            gamma: 1.0 / gamma,
            offset,
            limit: libm::pow(base, gamma),
            slope: libm::pow(a, gamma - 1.0) * libm::pow(b, gamma),
            scale: 1.0 + offset,
            mirror,
        }
    }

    /// The whole slice. Each value depends on itself alone; NaN stays NaN.
    pub(super) fn apply(&self, values: &mut [f32]) {
        match *self {
            Self::Power { exponent, negative } => match negative {
                Negative::Clamp => each(values, |x| pow(x, exponent)),
                Negative::Mirror => each(values, |x| pow(x.abs(), exponent).copysign(x)),
                Negative::Pass => each(values, |x| {
                    let power = pow(x, exponent);
                    if x > 0.0 { power } else { x }
                }),
            },
            Self::Decode { gamma, offset, limit, slope, scale, mirror } => {
                let curve = |x: f64| {
                    let power = pow(x * scale + offset, gamma);
                    if x <= limit { x * slope } else { power }
                };
                mirrored(values, mirror, curve);
            }
            Self::Encode { gamma, offset, limit, slope, scale, mirror } => {
                let curve = |x: f64| {
                    let power = pow(x, gamma) * scale - offset;
                    if x <= limit { x * slope } else { power }
                };
                mirrored(values, mirror, curve);
            }
            Self::ToLog(log) => each(values, |x| {
                let inside = x * log.lin_slope + log.lin_offset;
                // OpenColorIO's least logarithm is that of the smallest normal f32.
                let least = f64::from(f32::MIN_POSITIVE);
                let inside = if inside > least { inside } else { least };
                let curve = log2(inside) * log.gain + log.lift;
                let line = x * log.slope + log.offset;
                let value = if x < log.limit { line } else { curve };
                if x == f64::INFINITY { x } else { value }
            }),
            Self::FromLog(log) => {
                let limit = log.limit * log.slope + log.offset;
                each(values, |y| {
                    let inside = exp2((y - log.lift) / log.gain);
                    let curve = (inside - log.lin_offset) / log.lin_slope;
                    let line = (y - log.offset) / log.slope;
                    if y < limit { line } else { curve }
                });
            }
            Self::ToLight(curve) => each(values, |code| curve.to_light(code)),
            Self::ToCode(curve) => each(values, |light| curve.to_code(light)),
            Self::Clip { low, high } => {
                for value in values {
                    let raised = if *value > low { *value } else { low };
                    *value = if raised < high { raised } else { high };
                }
            }
        }
    }
}

/// The ranges that OpenColorIO keeps the parameters in.
fn sane(gamma: f64, offset: f64) -> (f64, f64) {
    (gamma.max(1.0 + 1e-6), offset.max(1e-6))
}

#[inline]
fn each(values: &mut [f32], curve: impl Fn(f64) -> f64) {
    for value in values {
        let result = curve(f64::from(*value)) as f32;
        *value = if value.is_nan() { f32::NAN } else { result };
    }
}

#[inline]
fn mirrored(values: &mut [f32], mirror: bool, curve: impl Fn(f64) -> f64) {
    if mirror {
        each(values, |x| curve(x.abs()).copysign(x));
    } else {
        each(values, curve);
    }
}
