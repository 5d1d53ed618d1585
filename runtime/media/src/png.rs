//! PNG in and out, 8 and 16 bits. The header is ours, the pixels are unpacked by the `image` crate.
//!
//! Samples become value / 255 or value / 65535, as stored: neither `gAMA` nor ICC profiles are
//! applied, the program says the space. Straight alpha becomes associated, and straight again on
//! writing. Grey pictures have three planes that share their samples.

use std::collections::BTreeMap;
use std::io::Cursor;

use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::{ColorType, ExtendedColorType, ImageDecoder, ImageEncoder};

use crate::MediaError;
use crate::codec::{FileKind, Header, Limits};
use crate::encoding::Bits;
use crate::frame::{Frame, Size, Window};
use crate::planes::{Colours, check_size, decoder_limits, frame_of, guarded, no_memory, values_of};
use crate::samples::zeroed;

/// What the chunks before the pixels say.
struct Head {
    format: Size,
    bits: u8,
    colours: Colours,
    pixel_aspect: f32,
}

/// Walks the chunks up to the first with pixels (PNG specification, chapters 5 and 11).
fn head(bytes: &[u8], name: &str) -> Result<Head, MediaError> {
    let damaged = |what: &str| MediaError::Damaged { file: name.into(), what: what.into() };
    let ends =
        || MediaError::Truncated { file: name.into(), what: "it ends inside its header".into() };
    let number = |bytes: &[u8], at: usize| -> Option<u32> {
        Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
    };
    let mut at = 8;
    let mut head: Option<Head> = None;
    loop {
        let length = number(bytes, at).ok_or_else(ends)? as usize;
        let kind = bytes.get(at + 4..at + 8).ok_or_else(ends)?;
        if kind == b"IDAT" {
            return head.ok_or_else(|| damaged("its header is missing"));
        }
        let body = bytes.get(at + 8..at + 8 + length).ok_or_else(ends)?;
        match (kind, &mut head) {
            (b"IHDR", None) => {
                let (Some(width), Some(height), Some([bits, colour])) =
                    (number(body, 0), number(body, 4), body.get(8..10))
                else {
                    return Err(damaged("its header is too short"));
                };
                let colours = match colour {
                    0 => Colours::Grey,
                    2 | 3 => Colours::Rgb,
                    4 => Colours::GreyAlpha,
                    6 => Colours::Rgba,
                    _ => return Err(damaged("its colour type is none that PNG has")),
                };
                let format = Size { width, height };
                head = Some(Head { format, bits: *bits, colours, pixel_aspect: 1.0 });
            }
            (_, None) => return Err(damaged("its header is missing")),
            (b"tRNS", Some(head)) => {
                head.colours = match head.colours {
                    Colours::Grey | Colours::GreyAlpha => Colours::GreyAlpha,
                    Colours::Rgb | Colours::Rgba => Colours::Rgba,
                };
            }
            (b"pHYs", Some(head)) => {
                if let (Some(x), Some(y)) = (number(body, 0), number(body, 4))
                    && x > 0
                    && y > 0
                {
                    head.pixel_aspect = y as f32 / x as f32;
                }
            }
            _ => {}
        }
        at += 12 + length;
    }
}

pub(crate) fn header(bytes: &[u8], name: &str) -> Result<Header, MediaError> {
    let head = head(bytes, name)?;
    let held = match head.bits {
        1 => "1 bit",
        2 => "2 bit",
        4 => "4 bit",
        16 => "16 bit",
        _ => "8 bit",
    };
    Ok(Header {
        kind: FileKind::Png,
        format: head.format,
        window: Window::of(head.format),
        channels: head.colours.channels(held),
        compression: "deflate",
        parts: vec![String::new()],
        pixel_aspect: head.pixel_aspect,
        metadata: BTreeMap::new(),
    })
}

pub(crate) fn decode(bytes: &[u8], name: &str, limits: &Limits) -> Result<Frame, MediaError> {
    let head = head(bytes, name)?;
    check_size(head.format, head.colours.count(), name, limits)?;
    let unpacked = guarded(name, || {
        let decoder = PngDecoder::with_limits(Cursor::new(bytes), decoder_limits(head.format))?;
        let colour = decoder.color_type();
        let Some(mut pixels) = zeroed::<u8>(1, decoder.total_bytes() as usize) else {
            return Ok(None);
        };
        decoder.read_image(&mut pixels)?;
        Ok(Some((colour, pixels)))
    })?;
    let (colour, pixels) = unpacked.ok_or_else(|| no_memory(head.format, name))?;
    let (colours, wide) = match colour {
        ColorType::L8 => (Colours::Grey, false),
        ColorType::La8 => (Colours::GreyAlpha, false),
        ColorType::Rgb8 => (Colours::Rgb, false),
        ColorType::Rgba8 => (Colours::Rgba, false),
        ColorType::L16 => (Colours::Grey, true),
        ColorType::La16 => (Colours::GreyAlpha, true),
        ColorType::Rgb16 => (Colours::Rgb, true),
        _ => (Colours::Rgba, true),
    };
    let mut frame = if wide {
        let words = pixels.as_chunks::<2>().0.iter();
        let values = words.map(|word| f32::from(u16::from_ne_bytes(*word)) / 65535.0);
        frame_of(head.format, colours, values, name)?
    } else {
        let values = pixels.iter().map(|byte| f32::from(*byte) / 255.0);
        frame_of(head.format, colours, values, name)?
    };
    frame.pixel_aspect = head.pixel_aspect;
    Ok(frame)
}

/// The file: the whole format, values rounded to the nearest step.
pub(crate) fn encode(frame: &Frame, bits: Bits) -> Result<Vec<u8>, MediaError> {
    let (colours, values) = values_of(frame, "a PNG")?;
    let colour = match (colours, bits) {
        (Colours::Grey, Bits::Eight) => ExtendedColorType::L8,
        (Colours::GreyAlpha, Bits::Eight) => ExtendedColorType::La8,
        (Colours::Rgb, Bits::Eight) => ExtendedColorType::Rgb8,
        (Colours::Rgba, Bits::Eight) => ExtendedColorType::Rgba8,
        (Colours::Grey, Bits::Sixteen) => ExtendedColorType::L16,
        (Colours::GreyAlpha, Bits::Sixteen) => ExtendedColorType::La16,
        (Colours::Rgb, Bits::Sixteen) => ExtendedColorType::Rgb16,
        (Colours::Rgba, Bits::Sixteen) => ExtendedColorType::Rgba16,
    };
    let pixels: Vec<u8> = match bits {
        Bits::Eight => values.iter().map(|value| (value * 255.0 + 0.5) as u8).collect(),
        Bits::Sixteen => {
            values.iter().flat_map(|value| ((value * 65535.0 + 0.5) as u16).to_ne_bytes()).collect()
        }
    };
    let mut file = Vec::new();
    PngEncoder::new_with_quality(&mut file, CompressionType::Default, FilterType::Adaptive)
        .write_image(&pixels, frame.format.width, frame.format.height, colour)
        .map_err(|error| MediaError::DoesNotFit {
            what: format!("a PNG can't hold the picture: {error}"),
            advice: "write an EXR".into(),
        })?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Metadatum;

    fn four(names: &[&str], samples: &[f32]) -> Frame {
        Frame::from_samples(
            Size { width: 2, height: 1 },
            Window { x: 0, y: 0, width: 2, height: 1 },
            names,
            samples.to_vec(),
        )
    }

    fn through(frame: &Frame, bits: Bits) -> Frame {
        let file = encode(frame, bits).unwrap();
        decode(&file, "a.png", &Limits::default()).unwrap()
    }

    #[test]
    fn every_step_of_both_depths_comes_back() {
        for (bits, steps) in [(Bits::Eight, 256u32), (Bits::Sixteen, 65536)] {
            let size = Size { width: 256, height: steps / 256 };
            let values: Vec<f32> =
                (0..steps).map(|step| step as f32 / (steps - 1) as f32).collect();
            let frame = Frame::from_samples(size, Window::of(size), &["A"], values.clone());
            let back = through(&frame, bits);
            assert_eq!(back.planes[0].f32().unwrap(), values, "{bits:?}");
        }
    }

    #[test]
    fn alpha_is_associated_in_frames_and_straight_in_files() {
        let frame = four(&["R", "G", "B", "A"], &[0.25, 0.0, 0.5, 0.0, 0.125, 0.0, 0.5, 0.0]);
        let file = encode(&frame, Bits::Sixteen).unwrap();
        let straight = guarded("a.png", || {
            let decoder = PngDecoder::new(Cursor::new(&file))?;
            let mut pixels = vec![0; decoder.total_bytes() as usize];
            decoder.read_image(&mut pixels)?;
            Ok(pixels)
        })
        .unwrap();
        let words: Vec<u16> =
            straight.as_chunks().0.iter().map(|word| u16::from_ne_bytes(*word)).collect();
        assert_eq!(words, [32768, 65535, 16384, 32768, 0, 0, 0, 0]);
        let back = through(&frame, Bits::Sixteen);
        for (a, b) in frame.planes.iter().zip(&back.planes) {
            for (a, b) in a.f32().unwrap().iter().zip(b.f32().unwrap()) {
                assert!((a - b).abs() < 1.0 / 65535.0);
            }
        }
    }

    #[test]
    fn values_are_clipped_rounded_and_never_nan() {
        let frame =
            four(&["R", "G", "B"], &[f32::NAN, -3.0, 2.0, f32::INFINITY, 0.5, f32::NEG_INFINITY]);
        let back = through(&frame, Bits::Eight);
        let all: Vec<f32> = back.planes.iter().flat_map(|p| p.f32().unwrap().to_vec()).collect();
        assert_eq!(all, [0.0, 0.0, 1.0, 1.0, 128.0 / 255.0, 0.0]);
    }

    #[test]
    fn the_data_window_is_placed_in_the_format() {
        let mut frame = four(&["A"], &[0.2, 1.0]);
        frame.format = Size { width: 3, height: 2 };
        frame.window = Window { x: -1, y: 1, width: 2, height: 1 };
        let back = through(&frame, Bits::Eight);
        assert_eq!(back.plane("R").unwrap().f32().unwrap(), [0.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn layers_are_refused_not_dropped() {
        let frame = four(&["R", "G", "B", "spec.R"], &[0.0; 8]);
        let error = encode(&frame, Bits::Eight).unwrap_err();
        assert_eq!(error.code(), "T0609");
        assert!(error.to_string().contains("spec.R"));
    }

    #[test]
    fn grey_pictures_share_one_plane() {
        let back = through(&four(&["Y"], &[0.0, 1.0]), Bits::Eight);
        assert_eq!(back.names(), ["R", "G", "B"]);
        assert_eq!(back.bytes(), 8);
        let said = header(&encode(&back, Bits::Eight).unwrap(), "a.png").unwrap();
        assert_eq!(said.channels.len(), 3);
        assert_eq!(said.metadata, BTreeMap::<String, Metadatum>::new());
    }

    #[test]
    fn no_truncation_and_no_flipped_byte_panics() {
        let frame = four(&["R", "G", "B", "A"], &[0.3; 8]);
        let file = encode(&frame, Bits::Eight).unwrap();
        for length in 8..file.len() - 12 {
            let error = decode(&file[..length], "a.png", &Limits::default()).unwrap_err();
            assert_eq!(error.code(), "T0604", "{length}: {error}");
        }
        for at in 8..file.len() {
            let mut bytes = file.clone();
            bytes[at] ^= 0x41;
            let _ = decode(&bytes, "a.png", &Limits::default());
            let _ = header(&bytes, "a.png");
        }
    }

    #[test]
    fn a_claim_of_gigapixels_is_refused_at_once() {
        let mut file = encode(&four(&["A"], &[0.0; 2]), Bits::Eight).unwrap();
        file[16..24].copy_from_slice(&[0, 4, 0, 0, 0, 4, 0, 0]);
        assert_eq!(decode(&file, "a.png", &Limits::default()).unwrap_err().code(), "T0606");
    }
}
