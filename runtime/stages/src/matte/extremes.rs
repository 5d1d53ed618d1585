//! Dilation and erosion: the greatest or smallest value in a square around each pixel.
//!
//! Rows, then columns, each in a time that doesn't depend on the radius (van Herk 1992, Gil and Werman
//! 1993): running extremes forwards and backwards within segments as long as the square is wide.

use crate::rows::{Laid, fill};
use toma_media::Window;
use toma_stage::{CancelToken, StageError};

/// The plane with its edges moved outwards (above 0) or inwards (below) by so many pixels; between two
/// whole numbers of pixels, mixed. Beyond `target` the outermost values go on.
///
/// # Errors
/// When cancelled.
pub(super) fn moved(
    plane: Laid<'_>,
    target: Window,
    by: f64,
    cancel: &CancelToken,
) -> Result<Vec<f32>, StageError> {
    let (whole, share) = (by.abs().floor(), (by.abs() - by.abs().floor()) as f32);
    let extreme = |radius: usize| square(plane, target, radius, by > 0.0, cancel);
    let near = extreme(whole as usize)?;
    if share == 0.0 {
        return Ok(near);
    }
    let far = extreme(whole as usize + 1)?;
    Ok(near.iter().zip(&far).map(|(near, far)| near * (1.0 - share) + far * share).collect())
}

/// The extreme in squares of `2 radius + 1` pixels.
fn square(
    plane: Laid<'_>,
    target: Window,
    radius: usize,
    greatest: bool,
    cancel: &CancelToken,
) -> Result<Vec<f32>, StageError> {
    let (wide, high) = (target.width as usize, target.height as usize);
    let rows = fill(target, 1, cancel, |first, block| {
        let Some(block) = block.first_mut() else { return };
        let (mut scratch, mut line) = (Vec::new(), Line::new(radius, greatest));
        for (row, out) in block.chunks_mut(wide).enumerate() {
            let y = target.y + (first + row) as i32;
            line.filter(plane.row(y, target, &mut scratch).iter().copied(), out);
        }
    })?;
    // Columns are the rows of the transposed picture.
    let turned = Window { width: target.height, height: target.width, ..target };
    let columns = fill(turned, 1, cancel, |first, block| {
        let Some(block) = block.first_mut() else { return };
        let mut line = Line::new(radius, greatest);
        for (column, out) in block.chunks_mut(high).enumerate() {
            line.filter(rows.iter().skip(first + column).step_by(wide).copied(), out);
        }
    })?;
    fill(target, 1, cancel, |first, block| {
        let Some(block) = block.first_mut() else { return };
        for (row, out) in block.chunks_mut(wide).enumerate() {
            let values = columns.iter().skip(first + row).step_by(high);
            for (out, value) in out.iter_mut().zip(values) {
                *out = *value;
            }
        }
    })
}

/// The running extreme over a line, with room to work in.
struct Line {
    radius: usize,
    greatest: bool,
    padded: Vec<f32>,
    backwards: Vec<f32>,
}

impl Line {
    fn new(radius: usize, greatest: bool) -> Self {
        Self { radius, greatest, padded: Vec::new(), backwards: Vec::new() }
    }

    /// The greater (smaller) of the two; what is no number loses.
    fn better(&self, a: f32, b: f32) -> f32 {
        let first = if self.greatest { a >= b } else { a <= b };
        if first || b.is_nan() { a } else { b }
    }

    fn filter(&mut self, line: impl Iterator<Item = f32>, out: &mut [f32]) {
        let radius = self.radius;
        self.padded.clear();
        self.padded.resize(radius, 0.0);
        self.padded.extend(line);
        let (first, last) = (self.padded.get(radius).copied(), self.padded.last().copied());
        self.padded.iter_mut().take(radius).for_each(|value| *value = first.unwrap_or_default());
        self.padded.resize(self.padded.len() + radius, last.unwrap_or_default());
        let span = 2 * radius + 1;
        let padded = &self.padded;
        let mut backwards = std::mem::take(&mut self.backwards);
        backwards.clear();
        backwards.extend_from_slice(padded);
        for segment in backwards.chunks_mut(span) {
            let mut best: Option<f32> = None;
            for value in segment.iter_mut().rev() {
                let next = best.map_or(*value, |best| self.better(best, *value));
                *value = next;
                best = Some(next);
            }
        }
        let mut best = 0.0;
        for (place, value) in padded.iter().enumerate() {
            best = if place % span == 0 { *value } else { self.better(best, *value) };
            let Some(at) = (place + 1).checked_sub(span) else { continue };
            if let (Some(out), Some(behind)) = (out.get_mut(at), backwards.get(at)) {
                *out = self.better(*behind, best);
            }
        }
        self.backwards = backwards;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_extreme_is_the_extreme() {
        let line: Vec<f32> = (0..37).map(|place| ((place * 7919 + 13) % 101) as f32).collect();
        for radius in [0, 1, 2, 5, 17, 40] {
            for greatest in [true, false] {
                let mut out = vec![0.0; line.len()];
                Line::new(radius, greatest).filter(line.iter().copied(), &mut out);
                for (place, value) in out.iter().enumerate() {
                    let part = &line[place.saturating_sub(radius)..(place + radius + 1).min(37)];
                    let wanted = if greatest {
                        part.iter().copied().fold(f32::MIN, f32::max)
                    } else {
                        part.iter().copied().fold(f32::MAX, f32::min)
                    };
                    assert_eq!(*value, wanted, "radius {radius} at {place}");
                }
            }
        }
    }
}
