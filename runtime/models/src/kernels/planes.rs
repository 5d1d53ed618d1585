//! The small operations between convolutions: pooling, resizing, sums, the logistic curve.
//!
//! Multiplications and additions stand apart here, so compilers round each of them everywhere alike.

use rayon::prelude::*;

/// Samples that a thread takes at once where samples don't depend on each other.
const RUN: usize = 1 << 14;

/// The largest of each 2×2 block; odd heights and widths end in smaller blocks (ONNX `ceil_mode`).
/// Gives the planes and their height and width.
pub(crate) fn max_pool(samples: &[f32], height: usize, width: usize) -> (Vec<f32>, usize, usize) {
    let (rows, columns) = (height.div_ceil(2), width.div_ceil(2));
    let planes = samples.len() / (height * width).max(1);
    let mut result = vec![0.0; planes * rows * columns];
    result
        .par_chunks_mut((rows * columns).max(1))
        .zip(samples.par_chunks((height * width).max(1)))
        .for_each(|(result, plane)| {
            for (result, pair) in result.chunks_exact_mut(columns).zip(plane.chunks(2 * width)) {
                let (upper, lower) = pair.split_at(width);
                let lower = if lower.is_empty() { upper } else { lower };
                for ((to, above), below) in
                    result.iter_mut().zip(upper.chunks(2)).zip(lower.chunks(2))
                {
                    *to = larger(largest(above), largest(below));
                }
            }
        });
    (result, rows, columns)
}

fn larger(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

fn largest(pair: &[f32]) -> f32 {
    match pair {
        [a, b] => larger(*a, *b),
        [a] => *a,
        _ => 0.0,
    }
}

/// Where a sample of a resized line comes from: two neighbours and the share of the second.
#[derive(Debug, Clone, Copy)]
struct Between {
    first: usize,
    second: usize,
    share: f32,
}

/// Half-pixel positions: sample `i` of the result lies at `(i + ½) · from / to − ½` of the source,
/// held at the ends.
fn positions(from: usize, to: usize) -> Vec<Between> {
    let scale = from as f32 / to as f32;
    (0..to)
        .map(|index| {
            let last = from.saturating_sub(1);
            let at = ((index as f32 + 0.5) * scale - 0.5).clamp(0.0, last as f32);
            let first = (at as usize).min(last);
            Between { first, second: (first + 1).min(last), share: at - first as f32 }
        })
        .collect()
}

/// Bilinear resizing of planes at half-pixel positions (`PyTorch`'s `align_corners=False`).
pub(crate) fn bilinear(
    samples: &[f32],
    (height, width): (usize, usize),
    (rows, columns): (usize, usize),
) -> Vec<f32> {
    let (vertical, horizontal) = (positions(height, rows), positions(width, columns));
    let planes = samples.len() / (height * width).max(1);
    let mut result = vec![0.0; planes * rows * columns];
    result
        .par_chunks_mut((rows * columns).max(1))
        .zip(samples.par_chunks((height * width).max(1)))
        .for_each_init(
            || vec![0.0; width],
            |line, (result, plane)| {
                for (result, y) in result.chunks_exact_mut(columns).zip(&vertical) {
                    let upper = &plane[y.first * width..][..width];
                    let lower = &plane[y.second * width..][..width];
                    for ((to, above), below) in line.iter_mut().zip(upper).zip(lower) {
                        *to = above + (below - above) * y.share;
                    }
                    for (to, x) in result.iter_mut().zip(&horizontal) {
                        let (left, right) = (line[x.first], line[x.second]);
                        *to = left + (right - left) * x.share;
                    }
                }
            },
        );
    result
}

/// Adds samples to samples.
pub(crate) fn add(to: &mut [f32], samples: &[f32]) {
    to.par_chunks_mut(RUN).zip(samples.par_chunks(RUN)).for_each(|(to, samples)| {
        for (to, sample) in to.iter_mut().zip(samples) {
            *to += sample;
        }
    });
}

/// The logistic curve 1 / (1 + e⁻ˣ), the same bits on every platform.
pub(crate) fn sigmoid(samples: &[f32]) -> Vec<f32> {
    let mut result = vec![0.0; samples.len()];
    result.par_chunks_mut(RUN).zip(samples.par_chunks(RUN)).for_each(|(result, samples)| {
        for (to, sample) in result.iter_mut().zip(samples) {
            *to = 1.0 / (1.0 + libm::expf(-sample));
        }
    });
    result
}
