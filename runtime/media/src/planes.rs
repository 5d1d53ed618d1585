//! What PNG and JPEG share: integer pixels of a whole format to planes and back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::MediaError;
use crate::codec::Limits;
use crate::frame::{Block, Frame, Plane, Samples, Size, Window};
use crate::samples::zeroed;

/// Which planes interleaved pixels hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colours {
    /// One sample, for red, green and blue.
    Grey,
    /// A grey sample and its straight alpha.
    GreyAlpha,
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue and their straight alpha.
    Rgba,
}

impl Colours {
    pub(crate) fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }

    pub(crate) fn has_alpha(self) -> bool {
        matches!(self, Self::GreyAlpha | Self::Rgba)
    }

    /// Names of the planes, each with its place in the block.
    fn planes(self) -> &'static [(&'static str, u32)] {
        match self {
            Self::Grey => &[("R", 0), ("G", 0), ("B", 0)],
            Self::GreyAlpha => &[("R", 0), ("G", 0), ("B", 0), ("A", 1)],
            Self::Rgb => &[("R", 0), ("G", 1), ("B", 2)],
            Self::Rgba => &[("R", 0), ("G", 1), ("B", 2), ("A", 3)],
        }
    }

    /// The planes' names with how the file holds them.
    pub(crate) fn channels(self, held: &'static str) -> Vec<(String, &'static str)> {
        self.planes().iter().map(|(name, _)| ((*name).to_owned(), held)).collect()
    }
}

/// Interleaved values 0..1 with straight alpha to a frame over its whole format, associated.
///
/// # Errors
/// T0606 where the machine has no memory for it.
pub(crate) fn frame_of(
    format: Size,
    colours: Colours,
    values: impl Iterator<Item = f32>,
    name: &str,
) -> Result<Frame, MediaError> {
    let (count, area) = (colours.count(), Window::of(format).area());
    let mut samples = zeroed(count, area).ok_or_else(|| no_memory(format, name))?;
    for (at, value) in values.take(count * area).enumerate() {
        if let Some(sample) = samples.get_mut((at % count) * area + at / count) {
            *sample = value;
        }
    }
    if colours.has_alpha() {
        let (light, alpha) = samples.split_at_mut((count - 1) * area);
        for plane in light.chunks_exact_mut(area.max(1)) {
            for (sample, alpha) in plane.iter_mut().zip(alpha.iter()) {
                *sample *= alpha;
            }
        }
    }
    let block = Arc::new(Block {
        channels: count as u32,
        height: format.height,
        width: format.width,
        samples: Samples::F32(samples),
    });
    let planes = colours
        .planes()
        .iter()
        .map(|(name, channel)| Plane {
            name: (*name).into(),
            block: Arc::clone(&block),
            channel: *channel,
        })
        .collect();
    let window = Window::of(format);
    Ok(Frame { format, window, pixel_aspect: 1.0, planes, metadata: Arc::default() })
}

/// Interleaved straight values of the whole format, 0 where the frame has no pixel, clipped to 0..1;
/// NaN is 0. `R G B`, `R G B A`, or the only plane there is.
pub(crate) fn values_of(
    frame: &Frame,
    format_name: &str,
) -> Result<(Colours, Vec<f32>), MediaError> {
    let names = frame.names();
    let colours = match names.as_slice() {
        [_] => Colours::Grey,
        names if ["R", "G", "B"].iter().all(|name| names.contains(name)) => {
            if names.contains(&"A") { Colours::Rgba } else { Colours::Rgb }
        }
        _ => return Err(does_not_fit(format_name, &names)),
    };
    if colours != Colours::Grey && names.len() != colours.count() {
        return Err(does_not_fit(format_name, &names));
    }
    let area = Window::of(frame.format).area();
    let inside = frame.window.intersection(&Window::of(frame.format));
    let count = colours.count();
    let mut values = vec![0.0f32; count * area];
    let order = ["R", "G", "B", "A"];
    for channel in 0..count {
        let plane = if colours == Colours::Grey {
            frame.planes.first()
        } else {
            order.get(channel).and_then(|name| frame.plane(name))
        };
        let Some(samples) = plane.and_then(Plane::f32) else {
            return Err(MediaError::DoesNotFit {
                what: format!("{format_name} can't hold a channel of whole numbers"),
                advice: "write an EXR".into(),
            });
        };
        for y in inside.y..inside.bottom() {
            let row = (y - frame.window.y) as usize * frame.window.width as usize;
            let from = row + (inside.x - frame.window.x) as usize;
            let to = (y as usize * frame.format.width as usize + inside.x as usize) * count;
            let line = samples.get(from..from + inside.width as usize).unwrap_or_default();
            let pixels = values.get_mut(to..).unwrap_or_default();
            for (pixel, sample) in pixels.chunks_exact_mut(count).zip(line) {
                pixel[channel] = *sample;
            }
        }
    }
    for pixel in values.chunks_exact_mut(count) {
        if colours == Colours::Rgba && pixel[3] > 0.0 {
            let alpha = pixel[3];
            pixel[..3].iter_mut().for_each(|light| *light /= alpha);
        }
        for value in pixel {
            // Also sends NaN to 0.
            *value = if *value > 0.0 { value.min(1.0) } else { 0.0 };
        }
    }
    Ok((colours, values))
}

fn does_not_fit(format_name: &str, names: &[&str]) -> MediaError {
    let holds = if format_name == "a JPEG" { "R, G, B" } else { "R, G, B, A" };
    MediaError::DoesNotFit {
        what: format!(
            "{format_name} holds {holds} or one channel; the picture has {}",
            names.join(", ")
        ),
        advice: "write an EXR, which holds them all, or choose the channels first".into(),
    }
}

/// The machine has no room for a picture of that format.
pub(crate) fn no_memory(format: Size, name: &str) -> MediaError {
    MediaError::TooLarge {
        file: name.into(),
        what: format!(
            "this machine has not enough of it for {} × {} pixels",
            format.width, format.height
        ),
    }
}

/// Refuses formats beyond the limits, before anything is allocated.
pub(crate) fn check_size(
    format: Size,
    channels: usize,
    name: &str,
    limits: &Limits,
) -> Result<(), MediaError> {
    let area = u64::from(format.width) * u64::from(format.height);
    if area == 0 {
        return Err(MediaError::Damaged { file: name.into(), what: "it has no pixel".into() });
    }
    if area > limits.pixels || area.saturating_mul(channels as u64 * 4) > limits.bytes {
        return Err(MediaError::TooLarge {
            file: name.into(),
            what: format!(
                "it claims {} × {} pixels, the limit is {:.0} megapixels",
                format.width,
                format.height,
                limits.pixels.min(limits.bytes / (channels as u64 * 4)) as f64 / 1e6
            ),
        });
    }
    Ok(())
}

/// Runs a decoder of the `image` crate. A panic in it on bytes that nobody has tried yet must cost
/// this file only: it is caught here and becomes an error.
pub(crate) fn guarded<T>(
    name: &str,
    decoder: impl FnOnce() -> Result<T, image::ImageError>,
) -> Result<T, MediaError> {
    use image::ImageError;
    let damaged = |what: String| MediaError::Damaged { file: name.into(), what };
    match catch_unwind(AssertUnwindSafe(decoder)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(ImageError::Limits(_))) => Err(MediaError::TooLarge {
            file: name.into(),
            what: "unpacking it takes more memory than the picture is worth".into(),
        }),
        Ok(Err(ImageError::IoError(error)))
            if error.kind() == std::io::ErrorKind::UnexpectedEof =>
        {
            Err(MediaError::Truncated {
                file: name.into(),
                what: "it ends inside its pixels".into(),
            })
        }
        Ok(Err(ImageError::Unsupported(what))) => Err(MediaError::Unsupported {
            file: name.into(),
            what: what.to_string(),
            advice: "write it again as a PNG with 8 or 16 bits, or as an EXR".into(),
        }),
        Ok(Err(error)) => {
            let what = error.to_string();
            if what.contains("nexpected end of file") || what.contains("nexpectedEof") {
                let what = "it ends inside its pixels".into();
                return Err(MediaError::Truncated { file: name.into(), what });
            }
            Err(damaged(what))
        }
        Err(_) => Err(damaged("its pixels can't be unpacked".into())),
    }
}

/// Limits for a decoder whose picture was checked already: a few times its size, for buffers.
pub(crate) fn decoder_limits(format: Size) -> image::Limits {
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(format.width);
    limits.max_image_height = Some(format.height);
    limits.max_alloc = Some(u64::from(format.width) * u64::from(format.height) * 16 + (64 << 20));
    limits
}
