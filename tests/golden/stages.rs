//! Every stage × version has golden bits: pixels that change without a new version fail here, also
//! when a dependency is the reason. Equal on any number of threads, and gone soon when cancelled.
//!
//! To accept new pixels: raise the stage's version (in `stdlib/` and in its file), then run
//! `TOMA_BLESS=1 cargo test -p toma-stages --test golden_stages` and commit the table.

#[path = "../stages/asking.rs"]
mod asking;
#[path = "../stages/cases.rs"]
mod cases;

use asking::stages;
use cases::cases;
use rayon::ThreadPoolBuilder;
use std::fmt::Write as _;
use std::path::Path;
use toma_media::Frame;
use toma_stage::{CancelToken, StageError};

/// All bits of a picture, hashed: format, data window, pixel aspect, names and samples.
fn digest(frame: &Frame) -> String {
    let mut hasher = blake3::Hasher::new();
    let window = frame.window;
    for number in [frame.format.width, frame.format.height, window.width, window.height] {
        hasher.update(&number.to_le_bytes());
    }
    for number in [window.x, window.y] {
        hasher.update(&number.to_le_bytes());
    }
    hasher.update(&frame.pixel_aspect.to_bits().to_le_bytes());
    for plane in &frame.planes {
        hasher.update(&(plane.name.len() as u64).to_le_bytes());
        hasher.update(plane.name.as_bytes());
        for sample in plane.f32().expect("planes of numbers") {
            hasher.update(&sample.to_bits().to_le_bytes());
        }
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

fn table() -> String {
    let stages = stages();
    let mut table = String::from("# stage version: case = hash of the result's bits\n");
    for (name, question) in cases() {
        let version = stages.get(question.stage).unwrap().declaration().version;
        let digest = match question.ask(&stages) {
            Ok(answered) => digest(&answered.frame),
            Err(error) => panic!("{} ({name}): {error:?}", question.stage),
        };
        writeln!(table, "{} {version}: {name} = {digest}", question.stage).unwrap();
    }
    table
}

#[test]
fn the_bits_are_golden() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/stages.txt");
    let found = table();
    if std::env::var_os("TOMA_BLESS").is_some() {
        std::fs::write(&file, &found).unwrap();
    }
    let golden = std::fs::read_to_string(&file).unwrap_or_default();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (golden, found) = (lines(&golden), lines(&found));
    let differing: Vec<&String> = found.iter().filter(|line| !golden.contains(line)).collect();
    assert!(
        differing.is_empty() && golden.len() == found.len(),
        "these results have other bits than the table says:\n{differing:#?}\nA stage whose pixels \
         change gets a new version. Then: TOMA_BLESS=1 cargo test -p toma-stages --test golden_stages"
    );
}

/// Files' decoders are inputs of what `read` makes, and its version is in its keys.
#[test]
fn the_version_of_read_covers_the_decoders() {
    let version = stages().get("std.source.read").unwrap().declaration().version;
    let begins = format!("read {version}: ");
    assert!(
        toma_media::DECODER_VERSION.starts_with(&begins),
        "{:?} doesn't begin with {begins:?}: raise both together",
        toma_media::DECODER_VERSION
    );
}

#[test]
fn every_stage_has_golden_bits() {
    let cases = cases();
    for stage in stages().iter() {
        let name = stage.declaration().stage;
        assert!(cases.iter().any(|(_, question)| question.stage == name), "{name} has no case");
    }
}

#[test]
fn threads_change_no_bit() {
    let stages = stages();
    let on = |threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            cases()
                .iter()
                .map(|(name, question)| {
                    let answered = question.ask(&stages).unwrap();
                    (question.stage, *name, digest(&answered.frame))
                })
                .collect::<Vec<_>>()
        })
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(7));
}

#[test]
fn whoever_cancels_gets_no_picture() {
    let (stages, cancel) = (stages(), CancelToken::default());
    cancel.cancel();
    for (name, question) in cases() {
        match question.ask_with(&stages, &cancel) {
            Err(error) => assert_eq!(error, StageError::Cancelled, "{} ({name})", question.stage),
            // What computes nothing may as well answer.
            Ok(_) => assert!(
                ["std.source.read", "std.transform.crop"].contains(&question.stage)
                    || ["shift", "hold", "conform", "retime", "splice"]
                        .iter()
                        .any(|name| question.stage == format!("std.time.{name}"))
                    || ["whole pixels", "unscaled"].contains(&name),
                "{} ({name}) went on",
                question.stage
            ),
        }
    }
}
