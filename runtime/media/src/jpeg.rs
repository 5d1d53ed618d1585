//! JPEG in and out. The markers are read by ourselves (ITU-T T.81, annex B), the pixels by the
//! `zune-jpeg` crate in its strict mode: what is cut short or can't be decoded is an error, never grey.
//!
//! Samples become value / 255, as stored. The Exif orientation is not applied.

use std::collections::BTreeMap;

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::errors::DecodeErrors;

use crate::MediaError;
use crate::codec::{FileKind, Header, Limits};
use crate::frame::{Frame, Size, Window};
use crate::planes::{Colours, check_size, frame_of, guarded, no_memory, values_of};
use crate::samples::zeroed;

/// What the markers before the pixels say, and where the pixels begin.
struct Head {
    format: Size,
    colours: Colours,
    scan_at: usize,
}

fn head(bytes: &[u8], name: &str) -> Result<Head, MediaError> {
    let damaged = |what: &str| MediaError::Damaged { file: name.into(), what: what.into() };
    let ends =
        || MediaError::Truncated { file: name.into(), what: "it ends inside its header".into() };
    let mut at = 2;
    let mut found = None;
    loop {
        let Some([mark, kind]) = bytes.get(at..at + 2) else { return Err(ends()) };
        if *mark != 0xff {
            return Err(damaged("its markers are out of place"));
        }
        // Fill bytes and markers without a body.
        if *kind == 0xff || *kind == 0x01 || (0xd0..=0xd8).contains(kind) {
            at += if *kind == 0xff { 1 } else { 2 };
            continue;
        }
        let Some([high, low]) = bytes.get(at + 2..at + 4) else { return Err(ends()) };
        let length = usize::from(*high) << 8 | usize::from(*low);
        if length < 2 {
            return Err(damaged("a marker has no length"));
        }
        let body = bytes.get(at + 4..at + 2 + length).ok_or_else(ends)?;
        match kind {
            0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(kind) => found = Some(size(body, name)?),
            0xda => {
                let (format, colours) =
                    found.ok_or_else(|| damaged("its pixels come before its size"))?;
                return Ok(Head { format, colours, scan_at: at + 2 + length });
            }
            0xd9 => return Err(damaged("it has no pixels")),
            _ => {}
        }
        at += 2 + length;
    }
}

/// The body of a start-of-frame marker.
fn size(body: &[u8], name: &str) -> Result<(Size, Colours), MediaError> {
    let damaged = |what: &str| MediaError::Damaged { file: name.into(), what: what.into() };
    let [bits, h1, h0, w1, w0, components, ..] = body else {
        return Err(damaged("its size is cut off"));
    };
    if *bits != 8 {
        return Err(MediaError::Unsupported {
            file: name.into(),
            what: format!("it has {bits} bits a sample"),
            advice: "write it again as a JPEG with 8 bits, or as a 16 bit PNG".into(),
        });
    }
    let colours = if *components == 1 { Colours::Grey } else { Colours::Rgb };
    let width = u32::from(u16::from_be_bytes([*w1, *w0]));
    let height = u32::from(u16::from_be_bytes([*h1, *h0]));
    Ok((Size { width, height }, colours))
}

/// Is there an end-of-image marker behind the pixels?
fn is_whole(scan: &[u8]) -> bool {
    // Inside pixels 0xff is always followed by 0 or by a restart marker.
    scan.windows(2).any(|pair| pair == [0xff, 0xd9])
}

pub(crate) fn header(bytes: &[u8], name: &str) -> Result<Header, MediaError> {
    let head = head(bytes, name)?;
    Ok(Header {
        kind: FileKind::Jpeg,
        format: head.format,
        window: Window::of(head.format),
        channels: head.colours.channels("8 bit"),
        compression: "DCT",
        parts: vec![String::new()],
        pixel_aspect: 1.0,
        metadata: BTreeMap::new(),
    })
}

pub(crate) fn decode(bytes: &[u8], name: &str, limits: &Limits) -> Result<Frame, MediaError> {
    let head = head(bytes, name)?;
    check_size(head.format, head.colours.count(), name, limits)?;
    if !is_whole(bytes.get(head.scan_at..).unwrap_or_default()) {
        return Err(MediaError::Truncated {
            file: name.into(),
            what: "it ends inside its pixels".into(),
        });
    }
    let area = Window::of(head.format).area();
    let Some(mut pixels) = zeroed(head.colours.count(), area) else {
        return Err(no_memory(head.format, name));
    };
    guarded(name, || unpack(bytes, &head, &mut pixels).map_err(|error| of_decoder(&error)))?;
    let values = pixels.iter().map(|byte| f32::from(*byte) / 255.0);
    frame_of(head.format, head.colours, values, name)
}

/// The pixels, strictly: a code that doesn't exist or a marker out of place is an error, where the
/// decoder by itself would fill up with grey.
fn unpack(bytes: &[u8], head: &Head, pixels: &mut [u8]) -> Result<(), DecodeErrors> {
    let colours = match head.colours {
        Colours::Grey => ColorSpace::Luma,
        _ => ColorSpace::RGB,
    };
    let (width, height) = (head.format.width as usize, head.format.height as usize);
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(colours)
        .set_strict_mode(true)
        .set_max_width(width)
        .set_max_height(height);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers()?;
    if decoder.dimensions() != Some((width, height)) {
        return Err(DecodeErrors::FormatStatic("it says two different sizes"));
    }
    decoder.decode_into(pixels)
}

fn of_decoder(error: &DecodeErrors) -> image::ImageError {
    use image::error::{DecodingError, UnsupportedError, UnsupportedErrorKind};
    match error {
        DecodeErrors::Unsupported(what) => {
            image::ImageError::Unsupported(UnsupportedError::from_format_and_kind(
                ImageFormat::Jpeg.into(),
                UnsupportedErrorKind::GenericFeature(format!("{what:?}")),
            ))
        }
        _ => image::ImageError::Decoding(DecodingError::new(
            ImageFormat::Jpeg.into(),
            format!("{error:?}"),
        )),
    }
}

/// The file: the whole format. Alpha is left out; associated colour is over black by itself.
pub(crate) fn encode(frame: &Frame, quality: u8) -> Result<Vec<u8>, MediaError> {
    let mut seen = frame.clone();
    if seen.planes.len() > 1 {
        seen.planes.retain(|plane| &*plane.name != "A");
    }
    let (colours, values) = values_of(&seen, "a JPEG")?;
    let (width, height) = (frame.format.width, frame.format.height);
    let (Ok(short_width), Ok(short_height)) = (u16::try_from(width), u16::try_from(height)) else {
        return Err(MediaError::DoesNotFit {
            what: format!("a JPEG holds at most 65,535 pixels a side, not {width} × {height}"),
            advice: "write an EXR or a PNG".into(),
        });
    };
    let colour =
        if colours == Colours::Grey { ExtendedColorType::L8 } else { ExtendedColorType::Rgb8 };
    let pixels: Vec<u8> = values.iter().map(|value| (value * 255.0 + 0.5) as u8).collect();
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, quality.clamp(1, 100))
        .encode(&pixels, u32::from(short_width), u32::from(short_height), colour)
        .map_err(|error| MediaError::DoesNotFit {
            what: format!("a JPEG can't hold the picture: {error}"),
            advice: "write a PNG".into(),
        })?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp() -> Frame {
        let size = Size { width: 32, height: 16 };
        let samples = (0..3 * 512).map(|at| (at % 512) as f32 / 511.0).collect();
        Frame::from_samples(size, Window::of(size), &["R", "G", "B"], samples)
    }

    #[test]
    fn a_smooth_picture_survives() {
        let file = encode(&ramp(), 95).unwrap();
        let back = decode(&file, "a.jpg", &Limits::default()).unwrap();
        assert_eq!(back.names(), ["R", "G", "B"]);
        for (a, b) in ramp().planes.iter().zip(&back.planes) {
            for (a, b) in a.f32().unwrap().iter().zip(b.f32().unwrap()) {
                assert!((a - b).abs() < 0.03, "{a} {b}");
            }
        }
        assert!(encode(&ramp(), 10).unwrap().len() < file.len());
    }

    #[test]
    fn no_truncation_is_taken_for_a_picture() {
        let file = encode(&ramp(), 80).unwrap();
        for length in 3..file.len() - 2 {
            let error = decode(&file[..length], "a.jpg", &Limits::default()).unwrap_err();
            assert_eq!(error.code(), "T0604", "{length}: {error}");
        }
    }

    #[test]
    fn damage_among_the_pixels_is_no_grey_picture() {
        let file = encode(&ramp(), 80).unwrap();
        let scan = head(&file, "a.jpg").unwrap().scan_at;
        // A marker that belongs before the pixels, and a code that no table has: sixteen ones.
        for put in [vec![0xff, 0xc1], [0xff, 0x00].repeat(12)] {
            let mut bytes = file.clone();
            bytes[scan + 20..scan + 20 + put.len()].copy_from_slice(&put);
            let error = decode(&bytes, "a.jpg", &Limits::default()).err();
            assert_eq!(error.map(|error| error.code()), Some("T0605"), "{put:x?}");
        }
    }

    #[test]
    fn no_flipped_byte_panics() {
        let file = encode(&ramp(), 80).unwrap();
        for at in 3..file.len() {
            let mut bytes = file.clone();
            bytes[at] ^= 0x15;
            let _ = decode(&bytes, "a.jpg", &Limits::default());
        }
    }

    #[test]
    fn alpha_is_left_out_and_layers_are_refused() {
        let mut frame = ramp();
        let mut alpha = frame.planes[0].clone();
        alpha.name = "A".into();
        frame.planes.push(alpha.clone());
        assert!(encode(&frame, 90).is_ok());
        alpha.name = "depth.Z".into();
        frame.planes.push(alpha);
        assert_eq!(encode(&frame, 90).unwrap_err().code(), "T0609");
    }
}
