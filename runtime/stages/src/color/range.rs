//! The curve of `encode` and `decode`: all light there is, between 0 and 1, reversibly.
//!
//! Light up to [`KNEE`] stays. Above, with t = ln(x / KNEE), KNEE + (1 − KNEE) t / (t + C): at the knee
//! value and slope meet (C = (1 − KNEE) / KNEE), and it nears 1 as t grows. It works on linear Rec.709
//! light, so that the display's own encoding can follow whatever the display is. Negative light is
//! mirrored; what a display's encoding makes of it is its own affair, and may lie below −1.

/// Up to here light stays as it is.
const KNEE: f32 = 0.5;
/// Makes the two pieces meet with one slope.
const C: f32 = (1.0 - KNEE) / KNEE;
/// The brightest light that comes back: the greatest half float.
const BRIGHTEST: f32 = 65_504.0;

/// Light into the range below 1.
pub(super) fn compress(light: f32) -> f32 {
    let x = light.abs();
    if x <= KNEE || x.is_nan() {
        return light;
    }
    let t = libm::logf(x / KNEE);
    let y = if t.is_finite() { KNEE + (1.0 - KNEE) * (t / (t + C)) } else { 1.0 };
    y.copysign(light)
}

/// The inverse of [`compress`].
pub(super) fn expand(value: f32) -> f32 {
    let y = value.abs();
    if y <= KNEE || y.is_nan() {
        return value;
    }
    let share = (y - KNEE) / (1.0 - KNEE);
    let t = C * share / (1.0 - share);
    let x = if share < 1.0 && t < 12.0 { KNEE * libm::expf(t) } else { BRIGHTEST };
    x.min(BRIGHTEST).copysign(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_comes_back() {
        let mut light = 1e-6_f32;
        while light < 2000.0 {
            for x in [light, -light] {
                let y = compress(x);
                assert!(y.abs() < 1.0);
                assert!((expand(y) - x).abs() <= 1e-4 * x.abs(), "{x} came back as {}", expand(y));
            }
            light *= 1.01;
        }
    }

    #[test]
    fn the_pieces_meet_and_rise() {
        let around: Vec<f32> =
            (0..200).map(|index| compress(0.49 + 0.0001 * index as f32)).collect();
        for pair in around.windows(2) {
            let step = pair[1] - pair[0];
            assert!(step > 0.000_092 && step < 0.000_101, "{step}");
        }
        assert_eq!(compress(KNEE), KNEE);
    }

    #[test]
    fn the_ends_are_finite() {
        assert_eq!(compress(f32::INFINITY), 1.0);
        assert_eq!(expand(1.0), BRIGHTEST);
        assert_eq!(expand(7.0), BRIGHTEST);
        assert_eq!(expand(-7.0), -BRIGHTEST);
        assert!(compress(f32::NAN).is_nan() && expand(f32::NAN).is_nan());
    }
}
