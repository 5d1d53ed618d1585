//! Filters that make pixels from pixels, and the weights they give to the pixels around a place.

use std::sync::LazyLock;

/// A filter by its craft's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filter {
    /// The nearest pixel.
    Impulse,
    /// A tent.
    Bilinear,
    /// Keys, "Cubic Convolution Interpolation for Digital Image Processing" (1981), a = −1/2: also
    /// known as Catmull-Rom.
    Cubic,
    /// Mitchell and Netravali, "Reconstruction Filters in Computer Graphics" (1988), B = C = 1/3.
    Mitchell,
    /// A sinc under a wider sinc's main lobe, three lobes (Duchon 1979).
    Lanczos,
}

/// As the language writes them.
pub(crate) const FILTERS: [(&str, Filter); 5] = [
    ("impulse", Filter::Impulse),
    ("bilinear", Filter::Bilinear),
    ("cubic", Filter::Cubic),
    ("mitchell", Filter::Mitchell),
    ("lanczos", Filter::Lanczos),
];

/// Entries of the table of Lanczos between two pixels.
const STEPS: usize = 1024;

static LANCZOS: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let sinc = |x: f64| {
        let x = x * std::f64::consts::PI;
        libm::sin(x) / x
    };
    (0..=3 * STEPS)
        .map(|step| match step {
            0 => 1.0,
            _ if step % STEPS == 0 => 0.0,
            _ => sinc(step as f64 / STEPS as f64) * sinc(step as f64 / STEPS as f64 / 3.0),
        })
        .collect()
});

/// Weights of consecutive pixels; together 1.
#[derive(Debug, Default)]
pub(crate) struct Taps {
    /// The first one's column or row.
    pub(crate) first: i64,
    /// Neither begins nor ends with 0.
    pub(crate) weights: Vec<f32>,
    exact: Vec<f64>,
}

impl Filter {
    /// How far it reaches, in pixels.
    pub(crate) fn support(self) -> f64 {
        match self {
            Self::Impulse => 0.5,
            Self::Bilinear => 1.0,
            Self::Cubic | Self::Mitchell => 2.0,
            Self::Lanczos => 3.0,
        }
    }

    /// Does it give back the pixels themselves at their own places?
    pub(crate) fn interpolates(self) -> bool {
        self != Self::Mitchell
    }

    /// How much wider it becomes where the picture is scaled by `scale`.
    pub(crate) fn stretch(self, scale: f64) -> f64 {
        if self == Self::Impulse { 1.0 } else { (1.0 / scale.abs()).max(1.0) }
    }

    fn weight(self, distance: f64) -> f64 {
        let x = distance.abs();
        match self {
            Self::Impulse => 1.0,
            Self::Bilinear => (1.0 - x).max(0.0),
            Self::Cubic if x < 1.0 => (1.5 * x - 2.5) * x * x + 1.0,
            Self::Cubic if x < 2.0 => ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0,
            Self::Mitchell if x < 1.0 => ((7.0 * x - 12.0) * x * x + 16.0 / 3.0) / 6.0,
            Self::Mitchell if x < 2.0 => {
                (((-7.0 / 3.0 * x + 12.0) * x - 20.0) * x + 32.0 / 3.0) / 6.0
            }
            Self::Cubic | Self::Mitchell => 0.0,
            Self::Lanczos => {
                let place = x * STEPS as f64;
                let below = place.floor();
                let share = place - below;
                let entry = |step: f64| LANCZOS.get(step as usize).copied().unwrap_or(0.0);
                entry(below) * (1.0 - share) + entry(below + 1.0) * share
            }
        }
    }

    /// The weights around `place`, where pixel n has its centre at n + 0.5.
    pub(crate) fn taps(self, place: f64, stretch: f64, taps: &mut Taps) {
        taps.weights.clear();
        if self == Self::Impulse {
            taps.first = place.floor() as i64;
            taps.weights.push(1.0);
            return;
        }
        let reach = self.support() * stretch;
        let first = (place - reach - 0.5).ceil();
        let last = (place + reach - 0.5).floor();
        taps.exact.clear();
        let mut pixel = first;
        let mut sum = 0.0;
        while pixel <= last {
            let weight = self.weight((pixel + 0.5 - place) / stretch);
            sum += weight;
            taps.exact.push(weight);
            pixel += 1.0;
        }
        let used = |weight: &f64| *weight != 0.0;
        let skipped = taps.exact.iter().position(used).unwrap_or(0);
        let end = taps.exact.iter().rposition(used).map_or(0, |last| last + 1);
        taps.first = first as i64 + skipped as i64;
        let kept = taps.exact.get(skipped..end).unwrap_or_default();
        taps.weights.extend(kept.iter().map(|weight| (weight / sum) as f32));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolating_filters_give_back_the_pixels() {
        for (name, filter) in FILTERS {
            let mut taps = Taps::default();
            filter.taps(7.5, 1.0, &mut taps);
            let alone = (taps.first, taps.weights.as_slice()) == (7, &[1.0]);
            assert_eq!(alone, filter.interpolates(), "{name}: {taps:?}");
        }
    }

    #[test]
    fn weights_sum_up_to_one_and_balance_around_the_place() {
        for (name, filter) in FILTERS {
            for stretch in [1.0, 1.7, 12.0] {
                let mut taps = Taps::default();
                filter.taps(3.3, stretch, &mut taps);
                let sum: f64 = taps.weights.iter().map(|weight| f64::from(*weight)).sum();
                assert!((sum - 1.0).abs() < 1e-6, "{name}: {sum}");
                let centre: f64 = (taps.first..)
                    .zip(&taps.weights)
                    .map(|(pixel, weight)| (pixel as f64 + 0.5) * f64::from(*weight))
                    .sum();
                assert!((centre - 3.3).abs() < 0.5, "{name}: {centre}");
            }
        }
    }
}
