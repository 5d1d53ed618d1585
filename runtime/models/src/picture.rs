//! Pictures at a network's edge: checks of planes, and resizing with a filter that covers what it
//! shrinks.

use crate::ModelError;
use rayon::prelude::*;

/// Checks that three planes have `width × height` samples, and that there are any.
pub(crate) fn check(
    name: &str,
    rgb: [&[f32]; 3],
    width: usize,
    height: usize,
) -> Result<(), ModelError> {
    let refuse = |reason| Err(ModelError::Picture { name: name.to_owned(), reason });
    let Some(size) = width.checked_mul(height).filter(|size| *size > 0) else {
        return refuse(format!("it is {width}×{height} pixels"));
    };
    match rgb.iter().find(|plane| plane.len() != size) {
        Some(plane) => refuse(format!(
            "a plane has {} samples, {width}×{height} pixels need {size}",
            plane.len()
        )),
        None => Ok(()),
    }
}

/// Within 0 to 1; what isn't a number is 0.
pub(crate) fn clip(sample: f32) -> f32 {
    if sample > 0.0 { sample.min(1.0) } else { 0.0 }
}

/// A resampling filter over its distance from the centre in samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filter {
    /// Linear between two samples: enlarging is bilinear.
    Triangle,
    /// Lanczos' windowed sinc with three lobes.
    Lanczos3,
}

impl Filter {
    fn support(self) -> f64 {
        match self {
            Self::Triangle => 1.0,
            Self::Lanczos3 => 3.0,
        }
    }

    fn at(self, distance: f64) -> f64 {
        let sinc = |x: f64| {
            let x = x * std::f64::consts::PI;
            if x == 0.0 { 1.0 } else { libm::sin(x) / x }
        };
        if distance.abs() >= self.support() {
            return 0.0;
        }
        match self {
            Self::Triangle => 1.0 - distance.abs(),
            Self::Lanczos3 => sinc(distance) * sinc(distance / 3.0),
        }
    }

    /// For each sample of the result, the first source sample and the weights from there on. As Pillow:
    /// the filter widens when shrinking, is cut at the ends, and its weights add up to 1.
    fn taps(self, from: usize, to: usize) -> Vec<(usize, Vec<f32>)> {
        let scale = from as f64 / to as f64;
        let spread = scale.max(1.0);
        let reach = self.support() * spread;
        (0..to)
            .map(|index| {
                let centre = (index as f64 + 0.5) * scale;
                let first = ((centre - reach + 0.5).max(0.0)) as usize;
                let end = ((centre + reach + 0.5) as usize).min(from).max(first + 1);
                let weights: Vec<f64> = (first..end)
                    .map(|sample| self.at((sample as f64 + 0.5 - centre) / spread))
                    .collect();
                let sum: f64 = weights.iter().sum();
                (first, weights.iter().map(|weight| (weight / sum) as f32).collect())
            })
            .collect()
    }
}

/// Resizes a plane: along rows, then along columns, each sample summed in one order.
pub(crate) fn resize(
    plane: &[f32],
    (width, height): (usize, usize),
    (columns, rows): (usize, usize),
    filter: Filter,
) -> Vec<f32> {
    let horizontal = filter.taps(width, columns);
    let mut narrow = vec![0.0; columns * height];
    narrow.par_chunks_mut(columns).zip(plane.par_chunks(width)).for_each(|(result, line)| {
        for (to, (first, weights)) in result.iter_mut().zip(&horizontal) {
            let mut sum = 0.0;
            for (sample, weight) in line[*first..].iter().zip(weights) {
                sum += sample * weight;
            }
            *to = sum;
        }
    });
    let vertical = filter.taps(height, rows);
    let mut result = vec![0.0; columns * rows];
    result.par_chunks_mut(columns).zip(&vertical).for_each(|(result, (first, weights))| {
        for (line, weight) in narrow[first * columns..].chunks_exact(columns).zip(weights) {
            for (to, sample) in result.iter_mut().zip(line) {
                *to += sample * weight;
            }
        }
    });
    result
}
