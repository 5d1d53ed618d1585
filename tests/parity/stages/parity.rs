//! Stages against other programs' answers to the same questions: OpenImageIO, OpenColorIO,
//! colour-science, scipy. `make.py` made the fixtures.

#[path = "../../stages/asking.rs"]
mod asking;
#[path = "../../stages/cases.rs"]
#[expect(dead_code, reason = "shared with the tests of properties")]
mod cases;

use asking::{Question, number, stages, text, vector};
use cases::defaults;
use safetensors::SafeTensors;
use std::path::Path;
use std::sync::Arc;
use toma_media::{Frame, Size, Window};
use toma_stage::Setting;

/// Planes of one size.
struct Fixture {
    shape: Vec<usize>,
    samples: Vec<f32>,
}

fn fixture(name: &str) -> Fixture {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/parity/stages/fixtures.safetensors");
    let bytes = std::fs::read(file).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let tensor = tensors.tensor(name).unwrap();
    let samples = tensor.data().chunks_exact(4);
    let samples = samples.map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
    Fixture { shape: tensor.shape().to_vec(), samples }
}

fn picture(planes: usize, high: usize, wide: usize, samples: Vec<f32>) -> Frame {
    let size = Size { width: wide as u32, height: high as u32 };
    let names: &[&str] = match planes {
        1 => &["A"],
        3 => &["R", "G", "B"],
        _ => &["R", "G", "B", "A"],
    };
    Frame::from_samples(size, Window::of(size), names, samples)
}

fn named(name: &str) -> Frame {
    let Fixture { shape, samples } = fixture(name);
    picture(shape[0], shape[1], shape[2], samples)
}

/// The answer, over a window of that size with the same middle as the answer's format or, if that is
/// smaller, over its window.
fn answer(
    stage: &'static str,
    settings: &[(&'static str, Setting)],
    inputs: &[(&'static str, &Frame)],
) -> Arc<Frame> {
    let mut all = defaults(stage);
    for (name, value) in settings {
        match all.iter_mut().find(|(known, _)| known == name) {
            Some(known) => known.1 = value.clone(),
            None => all.push((name, value.clone())),
        }
    }
    Question::new(stage, &all, inputs).ask(&stages()).unwrap().frame
}

/// The greatest difference to the fixture, relative where it is above 1, at least `border` pixels away
/// from its edge. The fixture's top left pixel is `corner` of the format.
fn difference(frame: &Frame, name: &str, corner: (i32, i32), border: usize) -> f32 {
    let Fixture { shape, samples } = fixture(name);
    let (high, wide) = (shape[1], shape[2]);
    let mut greatest = 0.0_f32;
    for (channel, plane) in frame.planes.iter().enumerate() {
        let plane = plane.f32().unwrap();
        for row in border..high - border {
            for column in border..wide - border {
                let wanted = samples[(channel * high + row) * wide + column];
                let x = corner.0 + column as i32 - frame.window.x;
                let y = corner.1 + row as i32 - frame.window.y;
                let inside = x >= 0
                    && y >= 0
                    && x < frame.window.width as i32
                    && y < frame.window.height as i32;
                let index = y as i64 * i64::from(frame.window.width) + i64::from(x);
                let value = if inside { plane[index as usize] } else { 0.0 };
                greatest = greatest.max((value - wanted).abs() / wanted.abs().max(1.0));
            }
        }
    }
    assert_eq!(frame.planes.len(), shape[0], "{name}");
    greatest
}

fn close(frame: &Frame, name: &str, tolerance: f32) {
    let found = difference(frame, name, (0, 0), 0);
    println!("{name}: {found:e}");
    assert!(found <= tolerance, "{name} differs by {found:e}");
}

#[test]
fn merges_are_those_of_openimageio() {
    let (a, b) = (named("a"), named("b"));
    for (stage, name) in
        [("std.comp.over", "over"), ("std.comp.plus", "plus"), ("std.comp.multiply", "multiply")]
    {
        close(&answer(stage, &[], &[("a", &a), ("b", &b)]), name, 3e-7);
    }
    close(&answer("std.comp.premultiply", &[], &[("image", &a)]), "premultiply", 1e-7);
    close(&answer("std.comp.unpremultiply", &[], &[("image", &a)]), "unpremultiply", 1e-6);
}

#[test]
fn the_blur_is_scipys_gaussian() {
    let a = named("a");
    for (name, sigma) in [("small", 0.8_f64), ("large", 4.5)] {
        let radius = (4.0 * sigma).ceil() as i32;
        let settings = [("size", number(sigma))];
        let blurred = answer("std.filter.blur", &settings, &[("image", &a)]);
        let found = difference(&blurred, &format!("blur.{name}"), (-radius, -radius), 0);
        assert!(found < 1e-6, "{name} differs by {found:e}");
        let settings = [("size", number(sigma)), ("edge", text("extend"))];
        let extended = answer("std.filter.blur", &settings, &[("image", &a)]);
        close(&extended, &format!("extend.{name}"), 1e-6);
    }
}

#[test]
fn growing_and_shrinking_are_scipys_extremes() {
    let matte = named("matte");
    for (name, by) in [("grown", 3.0), ("shrunk", -2.0)] {
        let settings = [("size", number(0.0)), ("grow", number(by))];
        close(&answer("std.matte.feather", &settings, &[("matte", &matte)]), name, 0.0);
    }
}

#[test]
fn the_median_is_numpys() {
    let Fixture { shape, samples } = fixture("median.inputs");
    let length = shape[1] * shape[2] * shape[3];
    let frames: Vec<Arc<Frame>> = samples
        .chunks_exact(length)
        .map(|samples| Arc::new(picture(shape[1], shape[2], shape[3], samples.to_vec())))
        .collect();
    let settings = [("before", number(2.0)), ("after", number(2.0))];
    let mut asked = Question::new("std.time.temporal_median", &settings, &[("image", &frames[0])]);
    asked.inputs[0].1 = frames;
    asked.time = 102;
    close(&asked.ask(&stages()).unwrap().frame, "median", 0.0);
}

#[test]
fn reformats_are_those_of_openimageio() {
    let opaque = named("opaque");
    for filter in ["bilinear", "cubic", "mitchell", "lanczos"] {
        for (name, size) in [
            ("smaller", Size { width: 20, height: 15 }),
            ("larger", Size { width: 48, height: 36 }),
        ] {
            let settings = [("size", Setting::Size(size)), ("filter", text(filter))];
            let resized = answer("std.transform.reformat", &settings, &[("image", &opaque)]);
            assert_eq!((resized.format, resized.window), (size, Window::of(size)));
            let found = difference(&resized, &format!("reformat.{filter}.{name}"), (0, 0), 0);
            println!("{filter} {name}: {found:e}");
            assert!(found < 2e-4, "{filter} {name} differs by {found:e}");
        }
    }
}

#[test]
fn a_turned_picture_is_scipys() {
    let a = named("a");
    let settings = [
        ("translate", vector(&[2.25, 1.5])),
        ("rotate", number(17.0)),
        ("scale", number(1.3)),
        ("centre", vector(&[12.0, 10.0])),
        ("filter", text("bilinear")),
    ];
    close(&answer("std.transform.transform", &settings, &[("image", &a)]), "turned", 1e-6);
}

#[test]
fn a_cdl_is_opencolorios() {
    let settings = [
        ("S", text("ACEScg")),
        ("T", text("ACEScg")),
        ("slope", vector(&[1.1, 1.0, 0.9])),
        ("offset", vector(&[0.01, 0.0, -0.01])),
        ("power", vector(&[1.0, 1.1, 0.95])),
        ("saturation", number(0.8)),
    ];
    let opaque = named("opaque");
    close(&answer("std.color.cdl", &settings, &[("image", &opaque)]), "cdl", 5e-6);
}

#[test]
fn saturation_and_white_balance_are_those_of_colour_science() {
    let opaque = named("opaque");
    let space = ("S", text("ACEScg"));
    let settings = [space.clone(), ("amount", number(0.4))];
    close(&answer("std.color.saturation", &settings, &[("image", &opaque)]), "saturation", 1e-5);
    for kelvin in [3200.0, 7500.0] {
        let settings = [space.clone(), ("temperature", number(kelvin))];
        let balanced = answer("std.color.white_balance", &settings, &[("image", &opaque)]);
        close(&balanced, &format!("white.{kelvin:.0}"), 2e-5);
    }
}
