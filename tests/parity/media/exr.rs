//! EXR files written by OpenImageIO, read by us, sample by sample; see `make_exr.py`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use toma_media::{Frame, Limits, Metadatum, Size, Window, decode, header};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/parity/media/exr")
}

fn read(name: &str) -> Frame {
    let bytes = std::fs::read(folder().join(name)).unwrap();
    let frame = decode(&bytes, name, &Limits::default()).unwrap();
    let said = header(&bytes[..bytes.len().min(2048)], name).unwrap();
    assert_eq!(said.format, frame.format, "{name}");
    assert_eq!(said.window, frame.window, "{name}");
    assert_eq!(&said.metadata, &*frame.metadata, "{name}");
    let names: Vec<&str> = said.channels.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, frame.names(), "{name}");
    frame
}

/// The bits of a plane inside a window of it.
fn bits(frame: &Frame, plane: &str, window: Window) -> Vec<u32> {
    let plane = frame.plane(plane).unwrap_or_else(|| panic!("no plane {plane}"));
    let all: Vec<u32> = match (plane.f32(), plane.u32()) {
        (Some(floats), _) => floats.iter().map(|x| x.to_bits()).collect(),
        (_, Some(uints)) => uints.to_vec(),
        _ => Vec::new(),
    };
    let mut inside = Vec::new();
    for y in window.y..window.bottom() {
        for x in window.x..window.right() {
            let (column, row) = ((x - frame.window.x) as usize, (y - frame.window.y) as usize);
            inside.push(all[row * frame.window.width as usize + column]);
        }
    }
    inside
}

fn total(bits: &[u32]) -> u64 {
    bits.iter()
        .enumerate()
        .map(|(at, bits)| u64::from(*bits).wrapping_mul(at as u64 % 65521 + 1) & 0xffff_ffff)
        .sum()
}

#[test]
fn every_sample_is_what_openimageio_reads() {
    let expected = std::fs::read_to_string(folder().join("expected.txt")).unwrap();
    let mut frames: BTreeMap<String, Frame> = BTreeMap::new();
    let (mut file, mut part, mut window) = (String::new(), String::new(), Window::EMPTY);
    let mut checked = 0;
    for line in expected.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        if words[0] == "file" {
            let n: Vec<i32> = words[3..].iter().map(|word| word.parse().unwrap()).collect();
            file = words[1].into();
            part = words[2].into();
            window =
                Window { x: n[0] - n[4], y: n[1] - n[5], width: n[2] as u32, height: n[3] as u32 };
            let frame = frames.entry(file.clone()).or_insert_with(|| read(words[1]));
            assert_eq!(frame.format, Size { width: n[6] as u32, height: n[7] as u32 }, "{file}");
            continue;
        }
        let plane = match part.as_str() {
            "-" | "rgba" => words[1].to_owned(),
            part => format!("{part}.{}", words[1]),
        };
        let frame = &frames[&file];
        assert_eq!(words[2] == "uint", frame.plane(&plane).unwrap().u32().is_some(), "{file}");
        let bits = bits(frame, &plane, window);
        let first: Vec<u32> =
            words[4..].iter().map(|word| u32::from_str_radix(word, 16).unwrap()).collect();
        assert_eq!(bits[..first.len()], first, "{file} {plane}");
        // The DCT of DWA is rounded differently by every implementation.
        if !file.contains("dwa") {
            assert_eq!(total(&bits), words[3].parse::<u64>().unwrap(), "{file} {plane}");
        }
        checked += 1;
    }
    assert!(checked > 75, "{checked}");
}

#[test]
fn the_picture_part_keeps_bare_names_and_the_window_holds_all_parts() {
    let frame = read("parts.exr");
    assert_eq!(frame.names(), ["R", "G", "B", "A", "depth.Z", "spec.R", "spec.G", "spec.B"]);
    assert_eq!(frame.window, Window { x: -1, y: 0, width: 22, height: 21 });
    let beyond = Window { x: -1, y: 0, width: 1, height: 21 };
    assert_eq!(total(&bits(&frame, "spec.R", beyond)), total(&[0; 21]));
}

#[test]
fn layers_come_in_the_order_of_people_with_their_kinds() {
    let frame = read("layers.exr");
    assert_eq!(frame.names(), ["R", "G", "B", "A", "Z", "id", "spec.R", "spec.G", "spec.B"]);
    let bytes = std::fs::read(folder().join("layers.exr")).unwrap();
    let kinds: Vec<&str> =
        header(&bytes, "layers.exr").unwrap().channels.iter().map(|(_, kind)| *kind).collect();
    assert_eq!(kinds[3..7], ["half", "float", "uint", "half"]);
}

#[test]
fn metadata_and_timecode_are_kept() {
    let frame = read("metadata.exr");
    assert_eq!(frame.pixel_aspect.to_bits(), 2.0f32.to_bits());
    for (name, value) in [
        ("owner", Metadatum::Text("Toma".into())),
        ("timeCode", Metadatum::TimeCode(0x0102_0304, 0x0506_0708)),
        ("framesPerSecond", Metadatum::Rational(24000, 1001)),
        ("gain", Metadatum::Float(0.25)),
        ("worldToCamera", Metadatum::Floats((0..16u8).map(f32::from).collect())),
        (
            "chromaticities",
            Metadatum::Floats(vec![0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329]),
        ),
    ] {
        assert_eq!(frame.metadata.get(name), Some(&value), "{name} in {:?}", frame.metadata);
    }
}

/// Writes files with everything in them, and what must be found there, for `read_ours.py`.
#[test]
fn files_for_other_readers() {
    use std::fmt::Write as _;
    use toma_media::Encoding;
    use toma_media::encoding::{Compression, Depth};

    let scratch = tempfile::tempdir().unwrap();
    let target = std::env::var_os("TOMA_WRITE_EXR");
    let target = target.map_or(scratch.path().to_owned(), PathBuf::from);
    for source in ["layers.exr", "metadata.exr", "window_negative.exr", "display_offset.exr"] {
        let frame = read(source);
        for compression in [Compression::None, Compression::Zip, Compression::Zips] {
            for depth in [Depth::Half, Depth::Float] {
                let bytes = toma_media::encode(
                    &frame,
                    &Encoding::Exr { depth, compression, float: [].into() },
                )
                .unwrap();
                let written = decode(&bytes, source, &Limits::default()).unwrap();
                assert_eq!(written.metadata, frame.metadata, "{source}");
                let stem = source.trim_end_matches(".exr");
                let name = format!("{stem}_{depth:?}_{compression:?}").to_lowercase();
                let origin = match frame.metadata.get("displayWindowOrigin") {
                    Some(Metadatum::Floats(corner)) => (corner[0] as i32, corner[1] as i32),
                    _ => (0, 0),
                };
                let mut said = String::new();
                let w = frame.window;
                let (x, y) = (w.x + origin.0, w.y + origin.1);
                writeln!(said, "window||{x} {y} {} {}", w.width, w.height).unwrap();
                let format = frame.format;
                let (x, y) = origin;
                writeln!(said, "format||{x} {y} {} {}", format.width, format.height).unwrap();
                if source == "metadata.exr" {
                    writeln!(said, "meta|Copyright|Toma").unwrap();
                    writeln!(said, "meta|PixelAspectRatio|2.0").unwrap();
                    writeln!(said, "meta|smpte:TimeCode|(16909060, 84281096)").unwrap();
                    writeln!(said, "attribute|gain|0.25").unwrap();
                }
                for plane in &written.planes {
                    let kind = if plane.u32().is_some() { "uint" } else { "float" };
                    let hex: Vec<String> = bits(&written, &plane.name, written.window)
                        .iter()
                        .map(|bits| format!("{bits:08x}"))
                        .collect();
                    writeln!(said, "{kind}|{}|{}", plane.name, hex.join(" ")).unwrap();
                }
                std::fs::write(target.join(format!("{name}.exr")), bytes).unwrap();
                std::fs::write(target.join(format!("{name}.txt")), said).unwrap();
            }
        }
    }
}
