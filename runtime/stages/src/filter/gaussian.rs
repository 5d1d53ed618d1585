//! A separable gaussian on planes: rows, then columns, in f32 and in a fixed order of taps.

use crate::rows::{Laid, fill};
use toma_media::{Size, Window};
use toma_stage::{CancelToken, StageError};

/// Columns filtered together, so that the rows above and below stay in the cache.
const TILE: usize = 512;

/// What lies beyond the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    /// Nothing; the data window grows.
    Black,
    /// The outermost pixels of format and data window together.
    Extend,
}

/// How far a gaussian of that size reaches, in pixels: four times its size.
pub(crate) fn radius(sigma: f64) -> usize {
    ((4.0 * sigma).ceil() as usize).max(1)
}

/// Weights from the middle outwards; the middle once and the others twice sum up to 1.
pub(crate) fn weights(sigma: f64) -> Vec<f32> {
    let bell: Vec<f64> = (0..=radius(sigma))
        .map(|distance| {
            let x = distance as f64 / sigma;
            libm::exp(-0.5 * x * x)
        })
        .collect();
    let sum = 2.0 * bell.iter().sum::<f64>() - 1.0;
    bell.iter().map(|weight| (weight / sum) as f32).collect()
}

/// The window that a blur of a frame fills.
pub(crate) fn window_of(window: Window, format: Size, radius: u32, edge: Edge) -> Window {
    match edge {
        Edge::Black => window.grown(radius),
        Edge::Extend if window.is_empty() => window,
        Edge::Extend => window.union(&Window::of(format)),
    }
}

/// The planes, all over one window, blurred over `target` (from [`window_of`]).
///
/// # Errors
/// When cancelled.
pub(crate) fn blur(
    planes: &[Laid<'_>],
    target: Window,
    weights: &[f32],
    edge: Edge,
    cancel: &CancelToken,
) -> Result<Vec<f32>, StageError> {
    let source = match (edge, planes.first()) {
        (Edge::Black, Some(plane)) => plane.window,
        _ => target,
    };
    let radius = weights.len() - 1;
    let across = Window { y: source.y, height: source.height, ..target };
    let rows = fill(across, planes.len(), cancel, |first, block| {
        // The row with `radius` pixels of whatever lies beyond on both sides.
        let padded = Window {
            x: target.x - radius as i32,
            width: target.width + 2 * radius as u32,
            ..across
        };
        let mut scratch = Vec::new();
        for (plane, out) in planes.iter().zip(block.iter_mut()) {
            for (row, out) in out.chunks_mut(target.width as usize).enumerate() {
                let y = across.y + (first + row) as i32;
                if edge == Edge::Black {
                    filter_row(out, plane.row(y, padded, &mut scratch), weights);
                } else {
                    let mut inner = Vec::new();
                    let inner = plane.row(y, target, &mut inner);
                    let (left, right) = (inner.first(), inner.last());
                    let (left, right) = (*left.unwrap_or(&0.0), *right.unwrap_or(&0.0));
                    scratch.clear();
                    scratch.resize(radius, left);
                    scratch.extend_from_slice(inner);
                    scratch.resize(scratch.len() + radius, right);
                    filter_row(out, &scratch, weights);
                }
            }
        }
    })?;
    let area = across.area();
    fill(target, planes.len(), cancel, |first, block| {
        for (index, out) in block.iter_mut().enumerate() {
            let plane = rows.get(index * area..(index + 1) * area).unwrap_or_default();
            filter_columns(out, target.y + first as i32, plane, across, weights, edge);
        }
    })
}

/// One row: `padded` has one radius more on each side than `out`.
fn filter_row(out: &mut [f32], padded: &[f32], weights: &[f32]) {
    let radius = weights.len() - 1;
    let shifted = |by: usize| padded.get(by..by + out.len()).unwrap_or_default();
    let all: Vec<&[f32]> = (0..=2 * radius).map(shifted).collect();
    for (distance, weight) in weights.iter().enumerate() {
        let (left, right) = (all.get(radius - distance), all.get(radius + distance));
        let (Some(left), Some(right)) = (left, right) else { continue };
        if distance == 0 {
            for (out, value) in out.iter_mut().zip(*left) {
                *out = weight * value;
            }
        } else {
            add_pair(out, left, right, *weight);
        }
    }
}

/// Both neighbours at one distance.
fn add_pair(out: &mut [f32], a: &[f32], b: &[f32], weight: f32) {
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        *out += weight * (a + b);
    }
}

/// A block of rows beginning at row `top` of the format, from the rows of `plane`.
fn filter_columns(
    out: &mut [f32],
    top: i32,
    plane: &[f32],
    window: Window,
    weights: &[f32],
    edge: Edge,
) {
    let wide = window.width as usize;
    let last = window.height as i32 - 1;
    let row = |y: i32| {
        let y = y - window.y;
        let y = if edge == Edge::Extend { y.clamp(0, last) } else { y };
        (0..=last).contains(&y).then(|| plane.get(y as usize * wide..(y as usize + 1) * wide))?
    };
    for start in (0..wide).step_by(TILE) {
        let tile = start..(start + TILE).min(wide);
        for (index, out) in out.chunks_mut(wide).enumerate() {
            let y = top + index as i32;
            let Some(out) = out.get_mut(tile.clone()) else { continue };
            for (distance, weight) in weights.iter().enumerate() {
                let above = row(y - distance as i32).and_then(|row| row.get(tile.clone()));
                let below = row(y + distance as i32).and_then(|row| row.get(tile.clone()));
                match (above, below) {
                    (Some(above), _) if distance == 0 => add(out, above, *weight),
                    (Some(above), Some(below)) => add_pair(out, above, below, *weight),
                    (Some(one), None) | (None, Some(one)) => add(out, one, *weight),
                    (None, None) => {}
                }
            }
        }
    }
}

/// A neighbour without its opposite, or the pixel itself.
fn add(out: &mut [f32], values: &[f32], weight: f32) {
    for (out, value) in out.iter_mut().zip(values) {
        *out += weight * value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_sum_up_to_one() {
        for sigma in [0.01, 0.3, 1.0, 7.5, 80.0] {
            let weights = weights(sigma);
            let sum: f64 = f64::from(weights[0])
                + 2.0 * weights[1..].iter().copied().map(f64::from).sum::<f64>();
            assert!((sum - 1.0).abs() < 1e-6, "{sigma}: {sum}");
        }
    }
}
