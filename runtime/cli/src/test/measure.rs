//! Measures of pictures and their differences. Samples are compared as f32; sums are f64. Where a picture has
//! no samples, it is 0, as everywhere.

#![expect(clippy::float_cmp, reason = "claims compare the very numbers")]

use toma_media::{Frame, Window};

/// What two pictures differ in.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Difference {
    /// Formats or channels: their samples can't be held against each other.
    Shape(String),
    /// Samples.
    Samples(Samples),
}

/// How far samples differ.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Samples {
    /// The largest difference; infinite where one side is no number.
    pub(super) largest: f64,
    /// The mean difference.
    pub(super) mean: f64,
    /// Mean of the squared differences.
    pub(super) square: f64,
    /// Where they differ first, counted from the bottom left: channel, column, row, both samples.
    pub(super) first: Option<(String, i64, i64, f32, f32)>,
}

/// A row of a plane, by its number counted down from the top of the format; zeros outside.
fn sample(frame: &Frame, plane: usize, x: i32, y: i32) -> f32 {
    let window = frame.window;
    if x < window.x || y < window.y || x >= window.right() || y >= window.bottom() {
        return 0.0;
    }
    let at = (y - window.y) as usize * window.width as usize + (x - window.x) as usize;
    let Some(plane) = frame.planes.get(plane) else { return 0.0 };
    match (plane.f32(), plane.u32()) {
        (Some(samples), _) => samples.get(at).copied().unwrap_or_default(),
        (None, Some(samples)) => samples.get(at).copied().unwrap_or_default() as f32,
        (None, None) => 0.0,
    }
}

fn place(frame: &Frame, name: &str) -> Option<usize> {
    frame.planes.iter().position(|plane| &*plane.name == name)
}

/// The difference of two samples; equal ones, also infinite and NaN on both sides, differ by nothing.
fn apart(a: f32, b: f32) -> f64 {
    if a == b || (a.is_nan() && b.is_nan()) {
        return 0.0;
    }
    let apart = (f64::from(a) - f64::from(b)).abs();
    if apart.is_nan() { f64::INFINITY } else { apart }
}

/// What two pictures differ in, over format and data windows. `tolerance` says from when on a sample counts
/// as the first one that differs.
pub(super) fn difference(a: &Frame, b: &Frame, tolerance: f64) -> Difference {
    let size = |frame: &Frame| format!("{}x{}", frame.format.width, frame.format.height);
    if a.format != b.format {
        return Difference::Shape(format!("one is {}, the other {}", size(a), size(b)));
    }
    let mut names = (a.names(), b.names());
    names.0.sort_unstable();
    names.1.sort_unstable();
    if names.0 != names.1 {
        let listed = |names: &[&str]| names.join(" ");
        return Difference::Shape(format!(
            "one has the channels {}, the other {}",
            listed(&names.0),
            listed(&names.1)
        ));
    }
    let all = Window::of(a.format).union(&a.window).union(&b.window);
    let mut found = Samples { largest: 0.0, mean: 0.0, square: 0.0, first: None };
    let mut count = 0.0_f64;
    // In the order of the file's channels, from the top left.
    for name in a.names() {
        let (Some(p), Some(q)) = (place(a, name), place(b, name)) else { continue };
        for y in all.y..all.bottom() {
            for x in all.x..all.right() {
                let (s, t) = (sample(a, p, x, y), sample(b, q, x, y));
                let apart = apart(s, t);
                count += 1.0;
                found.largest = found.largest.max(apart);
                found.mean += apart;
                found.square += apart * apart;
                if apart > tolerance && found.first.is_none() {
                    let row = i64::from(a.format.height) - 1 - i64::from(y);
                    found.first = Some((name.to_owned(), i64::from(x), row, s, t));
                }
            }
        }
    }
    if count > 0.0 {
        found.mean /= count;
        found.square /= count;
    }
    Difference::Samples(found)
}

/// Peak signal-to-noise ratio in dB for a peak of 1: −10 log10 of the mean squared difference.
pub(super) fn psnr(square: f64) -> f64 {
    if square == 0.0 { f64::INFINITY } else { -10.0 * libm::log10(square) }
}

/// The channels that have a name of their own in tests, in the order in which colours are written.
const CHANNELS: [&str; 4] = ["R", "G", "B", "A"];

/// Channels by name with one number each, made of all samples of the format.
pub(super) fn over(
    frame: &Frame,
    from: f64,
    step: impl Fn(f64, f64) -> f64,
    end: impl Fn(f64, f64) -> f64,
) -> Vec<(String, f64)> {
    let format = Window::of(frame.format);
    channels(frame, |plane| {
        let mut sum = from;
        for y in format.y..format.bottom() {
            for x in format.x..format.right() {
                sum = step(sum, f64::from(sample(frame, plane, x, y)));
            }
        }
        end(sum, format.area() as f64)
    })
}

/// The samples of one pixel, counted from the bottom left.
pub(super) fn pixel(frame: &Frame, x: i64, y: i64) -> Vec<(String, f64)> {
    let row = i64::from(frame.format.height) - 1 - y;
    let (Ok(x), Ok(row)) = (i32::try_from(x), i32::try_from(row)) else {
        return channels(frame, |_| 0.0);
    };
    channels(frame, |plane| f64::from(sample(frame, plane, x, row)))
}

fn channels(frame: &Frame, value: impl Fn(usize) -> f64) -> Vec<(String, f64)> {
    let known = CHANNELS.iter().filter_map(|name| Some(((*name).to_owned(), place(frame, name)?)));
    let found: Vec<(String, usize)> = known.collect();
    if found.is_empty() {
        // Depth and other planes of one channel.
        let first = frame.planes.first().map(|plane| (plane.name.to_string(), value(0)));
        return first.into_iter().collect();
    }
    found.into_iter().map(|(name, plane)| (name, value(plane))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use toma_media::Size;

    fn frame(samples: &[f32]) -> Frame {
        let format = Size { width: 2, height: 2 };
        Frame::from_samples(format, Window::of(format), &["A"], samples.to_vec())
    }

    #[test]
    fn the_first_difference_is_counted_from_the_bottom_left() {
        let found = difference(&frame(&[0.0, 0.0, 0.0, 0.0]), &frame(&[0.0, 0.5, 0.0, 1.0]), 0.0);
        let Difference::Samples(found) = found else { panic!("{found:?}") };
        assert_eq!(found.first, Some(("A".into(), 1, 1, 0.0, 0.5)));
        assert!((found.largest - 1.0).abs() < 1e-12 && (found.mean - 0.375).abs() < 1e-12);
        assert!((psnr(found.square) - 5.051_499_783).abs() < 1e-6);
    }

    #[test]
    fn no_number_differs_from_every_number_and_not_from_itself() {
        assert_eq!(apart(f32::NAN, f32::NAN), 0.0);
        assert_eq!(apart(f32::NAN, 1.0), f64::INFINITY);
        assert_eq!(apart(f32::INFINITY, f32::INFINITY), 0.0);
        assert_eq!(apart(0.0, -0.0), 0.0);
    }

    #[test]
    fn pixels_are_counted_from_the_bottom() {
        let frame = frame(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(pixel(&frame, 0, 0), [("A".to_owned(), 3.0)]);
        assert_eq!(pixel(&frame, 1, 1), [("A".to_owned(), 2.0)]);
        assert_eq!(pixel(&frame, 9, 9), [("A".to_owned(), 0.0)]);
    }
}
