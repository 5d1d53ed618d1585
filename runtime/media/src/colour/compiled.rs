//! A conversion as a short list of steps, compiled from the transforms that the `ocio` crate works
//! out for a pair of spaces: matrices, camera logs, display curves, powers, clips, evaluated by
//! ourselves with the same bits on every machine. Where the crate has only a table, the published
//! formula stands instead ([`super::published`]); what remains (HLG, ADX) is refused, for the crate's
//! tables come from the platform's mathematics.

use ocio::{
    MatrixTransform, NegativeStyle, OptimizationFlags, Processor, RangeStyle, RangeTransform,
    Transform, TransformDirection,
};

use super::Convert;
use super::curve::{Curve, Log, Negative};
use super::published::Published;

/// Pixels that go through all steps at a time: three planes of them fit the first-level cache.
const BLOCK: usize = 1024;

pub(super) enum Step {
    /// Rows of a 3 × 3 matrix, and what is added.
    Matrix([[f32; 3]; 3], [f32; 3]),
    /// One curve for each of red, green, blue.
    Curves([Curve; 3]),
}

/// A conversion whose every step is ours.
pub(super) struct Steps(pub(super) Vec<Step>);

/// The processor's steps; `None` where one isn't ours.
pub(super) fn compile(processor: &Processor) -> Option<Vec<Step>> {
    let optimised = processor.optimized(OptimizationFlags::LOSSLESS);
    optimised.create_group_transform().transforms.iter().map(step).collect()
}

fn step(transform: &Transform) -> Option<Step> {
    let forward = transform.direction() == TransformDirection::Forward;
    match transform {
        Transform::Matrix(matrix) if forward => matrix_step(matrix),
        Transform::Exponent(power) => {
            let negative = match power.negative_style {
                NegativeStyle::Clamp => Negative::Clamp,
                NegativeStyle::Mirror => Negative::Mirror,
                NegativeStyle::PassThru => Negative::Pass,
                NegativeStyle::Linear => return None,
            };
            let curve = |channel: usize| -> Option<Curve> {
                let value = *power.value.get(channel)?;
                let exponent = if forward { value } else { 1.0 / value };
                Some(Curve::Power { exponent, negative })
            };
            curves(curve)
        }
        Transform::ExponentWithLinear(curve) => {
            let mirror = match curve.negative_style {
                NegativeStyle::Mirror => true,
                NegativeStyle::Linear => false,
                NegativeStyle::Clamp | NegativeStyle::PassThru => return None,
            };
            curves(|channel| {
                let (gamma, offset) = (*curve.gamma.get(channel)?, *curve.offset.get(channel)?);
                Some(if forward {
                    Curve::decode(gamma, offset, mirror)
                } else {
                    Curve::encode(gamma, offset, mirror)
                })
            })
        }
        Transform::LogCamera(log) => curves(|channel| {
            let slope = match &log.linear_slope {
                Some(slopes) => Some(*slopes.get(channel)?),
                None => None,
            };
            let log = Log::new(
                log.base,
                [*log.log_side_slope.get(channel)?, *log.log_side_offset.get(channel)?],
                [*log.lin_side_slope.get(channel)?, *log.lin_side_offset.get(channel)?],
                Some(*log.lin_side_break.get(channel)?),
                slope,
            );
            Some(if forward { Curve::ToLog(log) } else { Curve::FromLog(log) })
        }),
        Transform::LogAffine(log) => curves(|channel| {
            let log = Log::new(
                log.base,
                [*log.log_side_slope.get(channel)?, *log.log_side_offset.get(channel)?],
                [*log.lin_side_slope.get(channel)?, *log.lin_side_offset.get(channel)?],
                None,
                None,
            );
            Some(if forward { Curve::ToLog(log) } else { Curve::FromLog(log) })
        }),
        Transform::Log(log) => curves(|_| {
            let log = Log::new(log.base, [1.0, 0.0], [1.0, 0.0], None, None);
            Some(if forward { Curve::ToLog(log) } else { Curve::FromLog(log) })
        }),
        Transform::Range(range) if forward => clip(range),
        _ => None,
    }
}

fn curves(curve: impl Fn(usize) -> Option<Curve>) -> Option<Step> {
    Some(Step::Curves([curve(0)?, curve(1)?, curve(2)?]))
}

/// The colour part of a matrix that leaves alpha alone.
fn matrix_step(matrix: &MatrixTransform) -> Option<Step> {
    let [a, b, c, aa, d, e, f, fa, g, h, i, ia, ra, ga, ba, alpha] = matrix.matrix;
    let alone =
        [aa, fa, ia, ra, ga, ba].iter().all(|x| *x == 0.0) && alpha.to_bits() == 1.0f64.to_bits();
    let [r, g_, b_, alpha_offset] = matrix.offset;
    let rows = [[a, b, c], [d, e, f], [g, h, i]];
    (alone && alpha_offset == 0.0).then(|| {
        Step::Matrix(rows.map(|row| row.map(|x| x as f32)), [r as f32, g_ as f32, b_ as f32])
    })
}

fn clip(range: &RangeTransform) -> Option<Step> {
    let clips = range.style == RangeStyle::Clamp
        && range.min_in == range.min_out
        && range.max_in == range.max_out;
    let low = range.min_in.map_or(f32::NEG_INFINITY, |x| x as f32);
    let high = range.max_in.map_or(f32::INFINITY, |x| x as f32);
    clips.then_some(Step::Curves([Curve::Clip { low, high }; 3]))
}

impl Step {
    /// A published curve, code values to light.
    pub(super) fn to_light(curve: Published) -> Self {
        Self::Curves([Curve::ToLight(curve); 3])
    }

    /// A published curve, light to code values.
    pub(super) fn to_code(curve: Published) -> Self {
        Self::Curves([Curve::ToCode(curve); 3])
    }

    /// Negatives become 0.
    pub(super) fn not_negative() -> Self {
        Self::Curves([Curve::Clip { low: 0.0, high: f32::INFINITY }; 3])
    }

    fn apply(&self, r: &mut [f32], g: &mut [f32], b: &mut [f32]) {
        match self {
            Self::Matrix([red, green, blue], [dr, dg, db]) => {
                for ((r, g), b) in r.iter_mut().zip(g).zip(b) {
                    let (x, y, z) = (*r, *g, *b);
                    *r = (x * red[0] + y * red[1]) + z * red[2] + dr;
                    *g = (x * green[0] + y * green[1]) + z * green[2] + dg;
                    *b = (x * blue[0] + y * blue[1]) + z * blue[2] + db;
                }
            }
            Self::Curves([red, green, blue]) => {
                red.apply(r);
                green.apply(g);
                blue.apply(b);
            }
        }
    }
}

impl Convert for Steps {
    fn apply(&self, r: &mut [f32], g: &mut [f32], b: &mut [f32]) {
        let blocks = r.chunks_mut(BLOCK).zip(g.chunks_mut(BLOCK)).zip(b.chunks_mut(BLOCK));
        for ((r, g), b) in blocks {
            for step in &self.0 {
                step.apply(r, g, b);
            }
        }
    }
}
