//! The decoders have golden bits: a file that gives other samples than yesterday fails here, also when
//! a dependency is the reason, for pictures in every cache were made from those samples.
//!
//! To accept new samples: raise the number in `DECODER_VERSION` and with it the version of
//! `std.source.read` (in `stdlib/source.toma` and in its file), then run
//! `TOMA_BLESS=1 cargo test -p toma-media --test golden_decoders` and commit the table.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use toma_media::{DECODER_VERSION, Limits, decode};

/// Below `tests`: for every kind of packing a file.
const FILES: [&str; 12] = [
    "golden/files/alpha8.png",
    "golden/files/colour.jpg",
    "golden/files/colour16.png",
    "golden/files/grey.jpg",
    "golden/files/progressive.jpg",
    "parity/media/exr/float_pxr24.exr",
    "parity/media/exr/float_zip.exr",
    "parity/media/exr/half_b44.exr",
    "parity/media/exr/half_dwaa.exr",
    "parity/media/exr/half_piz.exr",
    "parity/media/exr/half_rle.exr",
    "parity/media/exr/half_zips.exr",
];

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

fn digest(file: &str) -> String {
    let bytes = std::fs::read(tests().join(file)).unwrap();
    let frame = decode(&bytes, file, &Limits::default()).unwrap();
    let mut hasher = blake3::Hasher::new();
    let window = frame.window;
    for number in [frame.format.width, frame.format.height, window.width, window.height] {
        hasher.update(&number.to_le_bytes());
    }
    for number in [window.x, window.y] {
        hasher.update(&number.to_le_bytes());
    }
    for plane in &frame.planes {
        hasher.update(plane.name.as_bytes());
        for sample in plane.f32().expect("these files hold no whole numbers") {
            hasher.update(&sample.to_bits().to_le_bytes());
        }
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

#[test]
fn the_bits_of_decoded_files_are_golden() {
    let table = tests().join("golden/decoders.txt");
    let mut found = format!("{DECODER_VERSION}\n");
    for file in FILES {
        writeln!(found, "{file} = {}", digest(file)).unwrap();
    }
    if std::env::var_os("TOMA_BLESS").is_some() {
        std::fs::write(&table, &found).unwrap();
    }
    let golden = std::fs::read_to_string(&table).unwrap_or_default();
    assert!(
        golden == found,
        "these files decode to other samples than the table says:\n{found}\nRaise DECODER_VERSION \
         (runtime/media/src/codec.rs) and with it the version of std.source.read, then: TOMA_BLESS=1 \
         cargo test -p toma-media --test golden_decoders"
    );
}

/// What cargo builds is what the version names.
#[test]
fn the_version_names_the_decoders_that_are_built() {
    let lock = std::fs::read_to_string(tests().join("../Cargo.lock")).unwrap();
    let (_, decoders) = DECODER_VERSION.split_once(": ").unwrap();
    for decoder in decoders.split(", ") {
        let (name, version) = decoder.split_once(' ').unwrap();
        let entry = format!("name = \"{name}\"\nversion = \"{version}.");
        assert!(lock.contains(&entry), "{decoder} is not in Cargo.lock: raise DECODER_VERSION");
    }
}
