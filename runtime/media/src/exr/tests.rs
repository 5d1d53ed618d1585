//! EXR there and back, windows, layers, metadata, hostile and cut files. See `tests/parity/media` for files
//! of other programs.

use std::sync::Arc;

use super::{ORIGIN, decode, encode, header};
use crate::codec::Limits;
use crate::encoding::{Compression, Depth};
use crate::frame::{Block, Frame, Metadatum, Plane, Samples, Size, Window};

fn noise(count: usize) -> Vec<f32> {
    let mut state = 7u32;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 4e6 - 1.0
        })
        .collect()
}

/// A frame with layers, a window of its own, an integer plane, metadata and a timecode.
fn full() -> Frame {
    let window = Window { x: -3, y: 5, width: 21, height: 37 };
    let names = ["R", "G", "B", "A", "Z", "spec.R"];
    let format = Size { width: 40, height: 30 };
    let mut frame = Frame::from_samples(format, window, &names, noise(names.len() * window.area()));
    let ids = (0..window.area() as u32).map(|at| at * 54321).collect();
    let block = Block { channels: 1, height: 37, width: 21, samples: Samples::U32(ids) };
    frame.planes.push(Plane { name: "id".into(), block: Arc::new(block), channel: 0 });
    frame.pixel_aspect = 2.0;
    frame.metadata = Arc::new(
        [
            ("owner", Metadatum::Text("Ana".into())),
            ("take", Metadatum::Int(-4)),
            ("gain", Metadatum::Float(0.25)),
            ("precise", Metadatum::Float(0.1)),
            ("chromaticities", Metadatum::Floats(vec![0.5; 8])),
            ("worldToCamera", Metadatum::Floats((0..16u8).map(f32::from).collect())),
            ("framesPerSecond", Metadatum::Rational(24000, 1001)),
            ("timeCode", Metadatum::TimeCode(0x0102_0304, 7)),
            ("multiView", Metadatum::Text("left\nright".into())),
            ("originalDataWindow", Metadatum::Floats(vec![-1.0, 0.0, 9.0, 9.0])),
            (ORIGIN, Metadatum::Floats(vec![10.0, -20.0])),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into(),
    );
    frame
}

fn read(bytes: &[u8]) -> Frame {
    decode(bytes, "a.exr", &Limits::default()).unwrap()
}

const ALL: [Compression; 3] = [Compression::None, Compression::Zip, Compression::Zips];

#[test]
fn float_files_give_back_the_frame_bit_for_bit() {
    let mut frame = full();
    frame.planes.sort_by_key(|plane| {
        ["R", "G", "B", "A", "Z", "id", "spec.R"].iter().position(|name| *name == &*plane.name)
    });
    for compression in ALL {
        let bytes = encode(&frame, Depth::Float, compression, &[]).unwrap();
        assert_eq!(read(&bytes), frame, "{compression:?}");
        let said = header(&bytes[..1500], "a.exr").unwrap();
        assert_eq!((said.format, said.window), (frame.format, frame.window));
        assert_eq!(said.metadata, *frame.metadata);
    }
}

#[test]
fn half_files_give_back_the_rounded_frame_and_keep_integers() {
    let frame = full();
    for compression in ALL {
        let back = read(&encode(&frame, Depth::Half, compression, &[]).unwrap());
        assert_eq!(back.plane("id").unwrap().u32(), frame.plane("id").unwrap().u32());
        for name in ["R", "spec.R"] {
            let (ours, theirs) = (back.plane(name).unwrap(), frame.plane(name).unwrap());
            for (a, b) in ours.f32().unwrap().iter().zip(theirs.f32().unwrap()) {
                assert_eq!(a.to_bits(), ::half::f16::from_f32(*b).to_f32().to_bits());
            }
        }
        assert_eq!(encode(&back, Depth::Half, compression, &[]).unwrap(), {
            let again = read(&encode(&back, Depth::Half, compression, &[]).unwrap());
            encode(&again, Depth::Half, compression, &[]).unwrap()
        });
    }
}

#[test]
fn a_frame_without_pixels_can_be_written() {
    let frame = Frame::black(Size { width: 8, height: 6 }, &["R", "G", "B"]);
    let back = read(&encode(&frame, Depth::Half, Compression::Zip, &[]).unwrap());
    assert_eq!(back.format, frame.format);
    assert_eq!(back.window, Window { x: 0, y: 0, width: 1, height: 1 });
    assert_eq!(back.plane("R").unwrap().f32(), Some(&[0.0][..]));
}

#[test]
fn frames_that_an_exr_cannot_hold_are_refused() {
    let mut frame = full();
    frame.planes.push(frame.planes[0].clone());
    let error = encode(&frame, Depth::Half, Compression::Zip, &[]).unwrap_err();
    assert_eq!((error.code(), error.to_string().contains('R')), ("T0609", true));
    frame.planes.clear();
    assert_eq!(encode(&frame, Depth::Half, Compression::Zip, &[]).unwrap_err().code(), "T0609");
}

/// Sets the bytes of an attribute's value.
fn set(file: &mut [u8], attribute: &str, value: &[u8]) {
    let mut name = attribute.as_bytes().to_vec();
    name.push(0);
    let at = file.windows(name.len()).position(|bytes| bytes == name).unwrap() + name.len();
    let value_at = at + file[at..].iter().position(|byte| *byte == 0).unwrap() + 5;
    file[value_at..value_at + value.len()].copy_from_slice(value);
}

fn corners(corners: [i32; 4]) -> Vec<u8> {
    corners.iter().flat_map(|edge| edge.to_le_bytes()).collect()
}

#[test]
fn claims_beyond_the_budget_are_refused_at_once() {
    let sound = encode(&full(), Depth::Half, Compression::Zip, &[]).unwrap();
    for (attribute, value, code, word) in [
        ("dataWindow", corners([0, 0, 399_999, 249_999]), "T0606", "100.0 gigapixels"),
        ("displayWindow", corners([0, 0, 399_999, 249_999]), "T0606", "100.0 gigapixels"),
        ("dataWindow", corners([0, 0, 31_999, 31_999]), "T0606", "the limit is"),
        ("dataWindow", corners([0, 0, 7_999, 7_999]), "T0604", "at the very least"),
        ("dataWindow", corners([0, 0, 0, 99_999_999]), "T0604", "blocks"),
        ("dataWindow", corners([5, 5, 4, 9]), "T0605", "no pixel"),
        ("dataWindow", corners([i32::MIN, 0, i32::MAX, 0]), "T0606", "claims"),
        ("dataWindow", corners([i32::MAX - 5, 0, i32::MAX, 0]), "T0605", "far out"),
        ("compression", vec![10], "T0607", "HTJ2K"),
        ("compression", vec![77], "T0607", "unknown"),
    ] {
        let mut bytes = sound.clone();
        set(&mut bytes, attribute, &value);
        let error = decode(&bytes, "plate.exr", &Limits::default()).unwrap_err();
        // Already by the header and the file's length, before memory is asked for.
        let length = bytes.len() as u64;
        let early = super::header::parse(&bytes, "plate.exr")
            .and_then(|head| super::budget::check(&head, length, "plate.exr", &Limits::default()));
        assert_eq!(early.as_ref(), Err(&error));
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(word), "{error}");
        assert!(error.to_string().starts_with("plate.exr "), "{error}");
    }
    let mut deep = sound.clone();
    deep[5] = 8;
    let error = decode(&deep, "a.exr", &Limits::default()).unwrap_err();
    assert!(error.code() == "T0607" && error.help().contains("flatten"), "{error}");
    let tight = Limits { bytes: 1000, ..Limits::default() };
    assert_eq!(decode(&sound, "a.exr", &tight).unwrap_err().code(), "T0606");
}

#[test]
fn every_truncation_is_called_that() {
    for compression in ALL {
        let bytes = encode(&full(), Depth::Half, compression, &[]).unwrap();
        for length in 1..bytes.len() {
            let error = crate::decode(&bytes[..length], "a.exr", &Limits::default()).unwrap_err();
            let expected = if length < 4 { "T0603" } else { "T0604" };
            assert_eq!(error.code(), expected, "{length}: {error}");
        }
    }
}

#[test]
fn an_unfinished_file_says_what_is_missing() {
    let mut bytes = encode(&full(), Depth::Half, Compression::Zip, &[]).unwrap();
    let head = super::header::parse(&bytes, "a.exr").unwrap();
    bytes[head.tables_at + 8..head.tables_at + 24].fill(0);
    let error = decode(&bytes, "a.exr", &Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), "a.exr is cut short: 2 of 3 blocks of pixels are missing");
}

#[test]
fn no_mutation_panics() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/parity/media/exr");
    let mut state = 1u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % below
    };
    let tight = Limits { pixels: 1 << 22, bytes: 1 << 26 };
    let rounds = std::env::var("TOMA_FUZZ_ROUNDS").map_or(40, |rounds| rounds.parse().unwrap());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let sound = std::fs::read(&path).unwrap();
        if path.extension().is_none_or(|ending| ending != "exr")
            || decode(&sound, &name, &tight).is_err()
        {
            continue;
        }
        for _ in 0..rounds {
            let mut bytes = sound.clone();
            for _ in 0..=random(4) {
                let at =
                    if random(2) == 0 { random(bytes.len().min(600)) } else { random(bytes.len()) };
                bytes[at] = [0, 1, 0x7f, 0x80, 0xff, random(256) as u8][random(6)];
            }
            let _ = decode(&bytes, &name, &tight);
            let _ = header(&bytes, &name);
        }
        for _ in 0..10 {
            let _ = decode(&sound[..random(sound.len())], &name, &tight);
        }
    }
}
