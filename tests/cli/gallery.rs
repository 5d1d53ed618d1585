//! The gallery renders what somebody has looked at: its pictures, made small, beside stored ones.
//! `TOMA_BLESS=1` stores them anew; look at them then.

use crate::project::Project;
use std::path::Path;
use toma_media::codec::{Limits, decode};
use toma_media::encoding::{Bits, Encoding, encode};
use toma_media::{Frame, Size, Window};

/// A pixel of the small picture is the mean of a square of so many.
const SIDE: usize = 16;

fn small(frame: &Frame) -> Frame {
    let (width, height) = (frame.format.width as usize, frame.format.height as usize);
    let size = Size { width: (width / SIDE) as u32, height: (height / SIDE) as u32 };
    let mut samples = Vec::new();
    for name in ["R", "G", "B"] {
        let plane = frame.plane(name).and_then(|plane| plane.f32()).expect("a colour picture");
        for y in 0..height / SIDE {
            for x in 0..width / SIDE {
                let rows =
                    (0..SIDE).map(|row| &plane[(y * SIDE + row) * width + x * SIDE..][..SIDE]);
                samples.push(rows.flatten().sum::<f32>() / (SIDE * SIDE) as f32);
            }
        }
    }
    Frame::from_samples(size, Window::of(size), &["R", "G", "B"], samples)
}

#[test]
fn the_first_shot_looks_as_it_did() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shot = root.join("recipes/lamplight");
    let project = Project::new("");
    let text = std::fs::read(shot.join("lamplight.toma")).expect("the gallery's shot");
    project.write("lamplight.toma", text);
    let plate = "plates/walk.1012.jpg";
    project.write(plate, std::fs::read(shot.join(plate)).expect("its plate"));
    project
        .toma(&[
            "render",
            "lamplight.toma",
            "--shot",
            "lamplight_0010",
            "--output",
            "review",
            "--frames",
            "1012",
        ])
        .with(0);
    let bytes = std::fs::read(project.path("review/lamplight_0010.1012.png")).expect("a picture");
    let now = small(&decode(&bytes, "now", &Limits::default()).expect("our own file"));

    let stored = root.join("tests/images/lamplight.1012.png");
    if std::env::var_os("TOMA_BLESS").is_some() {
        let bytes = encode(&now, &Encoding::Png { bits: Bits::Eight }).expect("a small picture");
        std::fs::write(&stored, bytes).expect("a writable tree");
    }
    let bytes = std::fs::read(stored).expect("the stored picture");
    let before = decode(&bytes, "stored", &Limits::default()).expect("the stored picture");
    assert_eq!(now.format, before.format);
    for name in ["R", "G", "B"] {
        let samples = |frame: &Frame| frame.plane(name).and_then(|p| p.f32().map(<[f32]>::to_vec));
        let (now, before) = (samples(&now).expect(name), samples(&before).expect(name));
        let worst = now.iter().zip(&before).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        // Two codes: networks may round otherwise on another machine, the look must not move.
        assert!(worst <= 2.0 / 255.0, "{name} is off by {worst}");
    }
}

/// Every text of the gallery checks without a warning.
#[test]
fn the_gallery_checks_clean() {
    let recipes = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes");
    let project = Project::new("");
    for text in ["lamplight/lamplight", "crowd/crowd", "hours/hours", "echo/echo"] {
        let path = recipes.join(format!("{text}.toma"));
        let said = project.toma(&["check", "--format", "json", &path.to_string_lossy()]).with(0);
        assert_eq!(said.out.trim(), "", "{text}");
    }
}
