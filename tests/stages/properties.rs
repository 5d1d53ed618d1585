//! What holds for stages whatever the picture: identities, windows, alpha, metadata, odd sizes, numbers
//! that aren't numbers.

#![expect(clippy::float_cmp, reason = "equal bits are what these tests are about")]

mod asking;
mod cases;

use asking::{FORMAT, Question, matte, number, plate, stages, text, vector};
use cases::{SMALL, WIDE, cases, question};
use std::sync::Arc;
use toma_media::{Frame, Size, Window};
use toma_stage::{Ambient, Request, Setting, StageError};

/// A picture with everything that arithmetic could break.
fn odd(window: Window, alpha: bool) -> Frame {
    let odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0, f32::MAX, 1e-42, -3.5, 0.0];
    let frame = plate(9, window, alpha);
    let mut samples: Vec<f32> = Vec::new();
    for plane in &frame.planes {
        let values = plane.f32().unwrap();
        samples.extend(values.iter().enumerate().map(|(index, value)| {
            if index % 3 == 0 { odd[index / 3 % odd.len()] } else { *value }
        }));
    }
    frame.with_samples(window, &frame.names(), samples)
}

/// The question with every picture replaced.
fn about(question: &Question, picture: &dyn Fn(&Frame) -> Frame) -> Question {
    let mut changed = question.clone();
    for (_, frames) in &mut changed.inputs {
        for frame in frames {
            *frame = Arc::new(picture(frame));
        }
    }
    changed
}

fn is_matte(frame: &Frame) -> bool {
    frame.names() == ["A"]
}

#[test]
fn identities_change_no_bit() {
    let (one, zero) = (vector(&[1.0; 3]), vector(&[0.0; 3]));
    let still = |values: &[f64]| {
        Setting::Samples(vec![(99.75, values.to_vec()), (100.25, values.to_vec())])
    };
    let identities: Vec<(&'static str, Vec<(&'static str, Setting)>)> = vec![
        ("std.color.to", vec![("S", text("ACEScg")), ("T", text("ACEScg"))]),
        ("std.color.exposure", vec![("stops", number(0.0))]),
        ("std.color.grade", vec![]),
        ("std.color.grade", vec![("gain", one.clone()), ("lift", zero)]),
        ("std.color.saturation", vec![("S", text("ACEScg")), ("amount", number(1.0))]),
        ("std.color.white_balance", vec![("S", text("ACEScg")), ("temperature", number(5600.0))]),
        ("std.filter.blur", vec![("size", number(0.0))]),
        ("std.matte.feather", vec![("size", number(0.0))]),
        ("std.transform.transform", vec![]),
        ("std.transform.transform", vec![("filter", text("lanczos"))]),
        (
            "std.transform.transform",
            vec![
                ("translate", still(&[0.0, 0.0])),
                ("rotate", still(&[0.0])),
                ("scale", still(&[1.0])),
                ("samples", Setting::Int(2)),
                ("shutter", number(0.5)),
            ],
        ),
        ("std.time.shift", vec![("by", number(0.0))]),
        ("std.time.temporal_median", vec![("before", number(0.0)), ("after", number(0.0))]),
        ("std.restore.denoise", vec![("S", text("sRGB")), ("amount", number(0.0))]),
    ];
    let stages = stages();
    for (name, settings) in identities {
        let plain = question(name, &settings);
        let stage = stages.get(name).unwrap();
        let (port, by) = stage.forwards(&plain.settings).unwrap_or_else(|| panic!("{name} is one"));
        assert_eq!(by, 0, "{name}");
        for window in [WIDE, SMALL, Window::of(FORMAT), Window::EMPTY] {
            let asked = about(&plain, &|frame| {
                if is_matte(frame) { matte(1, window) } else { odd(window, true) }
            });
            let answered = asked.ask(&stages).unwrap();
            let (_, frames) = asked.inputs.iter().find(|(input, _)| *input == port).unwrap();
            let wanted = &frames[(asked.time - 100) as usize % frames.len()];
            assert!(*answered.frame == **wanted, "{name} with {settings:?} over {window:?}");
        }
    }
}

#[test]
fn what_is_nearly_nothing_is_no_identity() {
    let stages = stages();
    for (name, settings) in [
        ("std.color.cdl", vec![("S", text("ACEScg")), ("T", text("ACEScg"))]),
        ("std.color.exposure", vec![("stops", number(1e-9))]),
        ("std.color.grade", vec![("gamma", vector(&[1.0, 1.0, 1.01]))]),
        ("std.transform.transform", vec![("filter", text("mitchell"))]),
        ("std.transform.transform", vec![("translate", vector(&[1.0, 0.0]))]),
        ("std.comp.keymix", vec![("mix", number(0.0))]),
        ("std.matte.feather", vec![("size", number(0.0)), ("grow", number(1.0))]),
    ] {
        let asked = question(name, &settings);
        assert_eq!(stages.get(name).unwrap().forwards(&asked.settings), None, "{name}");
    }
}

#[test]
fn odd_pictures_do_no_harm() {
    let one = Window { x: 4, y: 5, width: 1, height: 1 };
    let far = Window { x: -500, y: 900, width: 3, height: 70 };
    let stages = stages();
    for (name, asked) in cases() {
        let network = stages.get(asked.stage).unwrap().declaration().weights.is_some();
        for window in [one, Window::EMPTY, WIDE, far] {
            if network && window != one && window != Window::EMPTY {
                continue;
            }
            for alpha in [true, false] {
                let asked = about(&asked, &|frame| {
                    if is_matte(frame) { matte(1, window) } else { odd(window, alpha) }
                });
                let answered = asked
                    .ask(&stages)
                    .unwrap_or_else(|error| panic!("{} ({name}): {error:?}", asked.stage));
                for plane in &answered.frame.planes {
                    let samples = plane.f32().unwrap();
                    assert_eq!(samples.len(), answered.frame.window.area(), "{}", asked.stage);
                }
            }
        }
    }
}

#[test]
fn metadata_and_pixel_aspect_are_the_first_pictures() {
    let stages = stages();
    for (name, asked) in cases() {
        let Some((_, frames)) = asked.inputs.first() else { continue };
        let answered = asked.ask(&stages).unwrap().frame;
        let mut metadata = (*answered.metadata).clone();
        if ["to", "encode", "decode"].iter().any(|name| asked.stage == format!("std.color.{name}"))
        {
            // Only these say what space the picture is in now.
            metadata.remove("chromaticities");
        }
        assert_eq!(metadata, *frames[0].metadata, "{} ({name})", asked.stage);
        assert_eq!(answered.pixel_aspect.to_bits(), 2.0_f32.to_bits(), "{}", asked.stage);
    }
}

#[test]
fn opaque_pictures_stay_without_alpha() {
    let stages = stages();
    for (name, asked) in cases() {
        if [
            "std.comp.with_alpha",
            "std.matte.matte_of",
            "std.understand.segment",
            "std.source.layers",
        ]
        .contains(&asked.stage)
        {
            continue;
        }
        let asked = about(&asked, &|frame| {
            if is_matte(frame) { frame.clone() } else { plate(1, frame.window, false) }
        });
        let Some((_, frames)) = asked.inputs.first() else { continue };
        let answered = asked.ask(&stages).unwrap().frame;
        assert_eq!(answered.names(), frames[0].names(), "{} ({name})", asked.stage);
    }
}

#[test]
fn colour_stages_leave_alpha_and_windows_alone() {
    let stages = stages();
    for (name, asked) in cases() {
        if !asked.stage.starts_with("std.color.") && asked.stage != "std.restore.denoise" {
            continue;
        }
        let answered = asked.ask(&stages).unwrap().frame;
        let image = &asked.inputs[0].1[0];
        assert_eq!(answered.window, image.window, "{} ({name})", asked.stage);
        assert_eq!(
            answered.plane("A").unwrap().f32(),
            image.plane("A").unwrap().f32(),
            "{} ({name})",
            asked.stage
        );
    }
}

/// One pixel.
fn pixel(rgba: [f32; 4]) -> Frame {
    let size = Window { x: 0, y: 0, width: 1, height: 1 };
    Frame::from_samples(FORMAT, size, &["R", "G", "B", "A"], rgba.to_vec())
}

/// Its value.
fn values(frame: &Frame) -> Vec<f32> {
    frame.planes.iter().map(|plane| plane.f32().unwrap()[0]).collect()
}

#[test]
fn grades_see_straight_colour_and_leave_light_where_alpha_is_zero() {
    let stages = stages();
    let graded = |rgba| {
        let asked = question(
            "std.color.grade",
            &[("gamma", vector(&[0.5; 3])), ("offset", vector(&[0.25; 3]))],
        );
        let asked = about(&asked, &|_| pixel(rgba));
        values(&asked.ask(&stages).unwrap().frame)
    };
    // (0.25 / 0.5 + 0.25)² × 0.5
    assert_eq!(graded([0.25, 0.25, 0.25, 0.5]), [0.28125, 0.28125, 0.28125, 0.5]);
    // A glow without coverage is graded as it stands; nothing stays nothing.
    assert_eq!(graded([0.25, 0.0, 0.25, 0.0]), [0.25, 0.0625, 0.25, 0.0]);
    assert_eq!(graded([0.0, 0.0, 0.0, 0.0]), [0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn encode_and_decode_keep_light_up_to_a_thousand() {
    let stages = stages();
    let window = Window { x: 0, y: 0, width: 40, height: 1 };
    let mut samples = vec![0.0_f32; 120];
    for index in 0..40 {
        // From 0.0001 to 1000 in R; others follow, some of it out of gamut.
        let light = 0.0001_f32 * 1.5118_f64.powi_exact(index) as f32;
        samples[index] = light;
        samples[40 + index] = light * 0.4;
        samples[80 + index] = if index % 3 == 0 { light } else { light * 0.05 };
    }
    let plate = Frame::from_samples(FORMAT, window, &["R", "G", "B"], samples.clone());
    for (linear, display) in [("ACEScg", "sRGB"), ("LinearRec709", "Rec709"), ("ACES2065", "sRGB")]
    {
        let spaces = |from, to| [("S", text(from)), ("T", text(to))];
        let asked =
            about(&question("std.color.encode", &spaces(linear, display)), &|_| plate.clone());
        let encoded = asked.ask(&stages).unwrap().frame;
        for plane in &encoded.planes {
            assert!(plane.f32().unwrap().iter().all(|value| *value < 1.0), "{display}");
        }
        let back = question("std.color.decode", &spaces(display, linear));
        let back = about(&back, &|_| (*encoded).clone()).ask(&stages).unwrap().frame;
        let largest =
            |index: usize| samples[index].max(samples[40 + index]).max(samples[80 + index]);
        for (channel, plane) in back.planes.iter().enumerate() {
            for (index, value) in plane.f32().unwrap().iter().enumerate() {
                let wanted = samples[channel * 40 + index];
                let error = (value - wanted).abs() / largest(index);
                assert!(error <= 1e-3, "{linear} {display}: {wanted} came back as {value}");
            }
        }
    }
}

/// Powers by multiplication, the same on every machine.
trait PowerOf {
    fn powi_exact(self, exponent: usize) -> f64;
}

impl PowerOf for f64 {
    fn powi_exact(self, exponent: usize) -> f64 {
        (0..exponent).fold(1.0, |product, _| product * self)
    }
}

#[test]
fn a_display_space_holds_no_light_above_one() {
    let stages = stages();
    for (space, bounded) in [("sRGB", true), ("Rec709", true), ("LinearRec709", false)] {
        let settings = [("S", text("ACEScg")), ("T", text(space))];
        let asked = about(&question("std.color.to", &settings), &|_| pixel([4.0, 4.0, 4.0, 0.5]));
        let shown = values(&asked.ask(&stages).unwrap().frame);
        assert_eq!(shown.iter().take(3).all(|value| *value == 0.5), bounded, "{space}: {shown:?}");
    }
}

#[test]
fn saturation_keeps_luminance_and_grey() {
    let stages = stages();
    let settings = [("S", text("ACEScg")), ("amount", number(0.0))];
    let asked =
        about(&question("std.color.saturation", &settings), &|_| pixel([1.0, 0.5, 0.25, 1.0]));
    let grey = values(&asked.ask(&stages).unwrap().frame);
    let luminance = 0.272_228_72 + 0.674_081_77 * 0.5 + 0.053_689_52 * 0.25;
    assert!(grey.iter().take(3).all(|value| (value - luminance).abs() < 1e-5), "{grey:?}");
    let settings = [("S", text("LinearRec709")), ("amount", number(3.0))];
    let asked =
        about(&question("std.color.saturation", &settings), &|_| pixel([0.5, 0.5, 0.5, 1.0]));
    let grey = values(&asked.ask(&stages).unwrap().frame);
    assert!(grey.iter().take(3).all(|value| (value - 0.5).abs() < 1e-6), "{grey:?}");
}

#[test]
fn a_higher_temperature_is_warmer() {
    let stages = stages();
    let balanced = |kelvin: f64| {
        let settings = [("S", text("ACEScg")), ("temperature", number(kelvin))];
        let asked = question("std.color.white_balance", &settings);
        values(&about(&asked, &|_| pixel([0.5, 0.5, 0.5, 1.0])).ask(&stages).unwrap().frame)
    };
    let (warm, cool) = (balanced(8000.0), balanced(4000.0));
    assert!(warm[0] > 0.51 && warm[2] < 0.45, "{warm:?}");
    assert!(cool[0] < 0.49 && cool[2] > 0.55, "{cool:?}");
}

#[test]
fn over_shows_what_is_behind_outside_the_front() {
    let stages = stages();
    let (front, behind) = (plate(1, SMALL, false), plate(2, WIDE, false));
    let asked = Question::new("std.comp.over", &[], &[("a", &front), ("b", &behind)]);
    let result = asked.ask(&stages).unwrap().frame;
    assert_eq!((result.window, result.names()), (WIDE, vec!["R", "G", "B"]));
    for y in WIDE.y..WIDE.bottom() {
        for x in WIDE.x..WIDE.right() {
            let inside = x >= SMALL.x && x < SMALL.right() && y >= SMALL.y && y < SMALL.bottom();
            let shown = if inside { &front } else { &behind };
            assert_eq!(at(&result, "G", x, y), at(shown, "G", x, y), "{x}, {y}");
        }
    }
}

/// A sample at a place of the format.
fn at(frame: &Frame, plane: &str, x: i32, y: i32) -> f32 {
    let window = frame.window;
    if x < window.x || y < window.y || x >= window.right() || y >= window.bottom() {
        return 0.0;
    }
    let index = (y - window.y) as usize * window.width as usize + (x - window.x) as usize;
    frame.plane(plane).unwrap().f32().unwrap()[index]
}

#[test]
fn a_moved_picture_keeps_what_leaves_the_format() {
    let stages = stages();
    let away = question("std.transform.transform", &[("translate", vector(&[30.0, 20.0]))]);
    let moved = away.ask(&stages).unwrap().frame;
    let mut back = question("std.transform.transform", &[("translate", vector(&[-30.0, -20.0]))]);
    back.inputs[0].1[0] = moved;
    assert!(*back.ask(&stages).unwrap().frame == *away.inputs[0].1[0]);
}

#[test]
fn motion_blur_is_the_mean_over_the_shutter() {
    let stages = stages();
    let with = |translate| {
        question("std.transform.transform", &[("translate", translate)]).ask(&stages).unwrap().frame
    };
    let blurred = with(Setting::Samples(vec![(99.75, vec![0.0, 0.0]), (100.25, vec![4.0, 0.0])]));
    let (start, end) = (with(vector(&[0.0, 0.0])), with(vector(&[4.0, 0.0])));
    for (x, y) in [(3, 3), (-2, 10), (40, 12), (20, 20)] {
        let mean = f32::midpoint(at(&start, "R", x, y), at(&end, "R", x, y));
        assert!((at(&blurred, "R", x, y) - mean).abs() < 1e-5, "{x}, {y}");
    }
}

#[test]
fn a_shifted_clip_is_the_other_frame() {
    let stages = stages();
    let asked = question("std.time.shift", &[("by", number(1.0))]);
    let answered = asked.ask(&stages).unwrap();
    assert!(Arc::ptr_eq(&answered.frame, &asked.inputs[0].1[0]));
}

#[test]
fn the_median_at_a_clips_end_has_fewer_frames() {
    let stages = stages();
    let asked = question("std.time.temporal_median", &[]);
    let asked = Question { time: 103, ..asked };
    let clip = &asked.inputs[0].1;
    let result = asked.ask(&stages).unwrap().frame;
    let mean = at(&clip[2], "R", 12, 9) * 0.5 + at(&clip[3], "R", 12, 9) * 0.5;
    assert_eq!(at(&result, "R", 12, 9), mean);
}

#[test]
fn a_proxy_looks_the_same() {
    let stages = stages();
    for (name, settings) in [
        ("std.source.ramp", vec![("from", vector(&[0.0, 0.0])), ("to", vector(&[40.0, 30.0]))]),
        ("std.source.checker", vec![("size", number(8.0))]),
        ("std.source.noise", vec![("seed", Setting::Seed(3)), ("size", number(30.0))]),
    ] {
        let full = question(name, &settings).ask(&stages).unwrap().frame;
        let half = Question { scale: 2, ..question(name, &settings) }.ask(&stages).unwrap().frame;
        assert_eq!(half.format, Size { width: 20, height: 15 }, "{name}");
        for (x, y) in [(5, 5), (11, 2), (17, 13)] {
            let four = [(0, 0), (1, 0), (0, 1), (1, 1)]
                .map(|(dx, dy)| at(&full, "R", 2 * x + dx, 2 * y + dy));
            let mean = four.iter().sum::<f32>() / 4.0;
            assert!((at(&half, "R", x, y) - mean).abs() < 0.03, "{name} at {x}, {y}");
        }
    }
}

#[test]
fn refusals_say_what_is_wrong() {
    let stages = stages();
    let code = |asked: &Question| match asked.ask(&stages) {
        Err(StageError::Failed { code, message, help }) => {
            assert!(!message.is_empty() && !help.is_empty());
            code
        }
        other => panic!("{} went on: {other:?}", asked.stage),
    };
    assert_eq!(code(&question("std.filter.blur", &[("size", number(-3.0))])), "T0652");
    assert_eq!(code(&question("std.transform.transform", &[("scale", number(0.0))])), "T0652");
    assert_eq!(code(&question("std.color.grade", &[("gamma", vector(&[0.0; 3]))])), "T0652");
    let turned = ("box", vector(&[10.0, 10.0, 2.0, 2.0]));
    assert_eq!(code(&question("std.transform.crop", &[turned])), "T0652");
    let white = ("whitepoint", vector(&[0.0; 3]));
    assert_eq!(code(&question("std.color.grade", &[white])), "T0652");
    let warm = [("S", text("ACEScg")), ("temperature", number(100.0))];
    assert_eq!(code(&question("std.color.white_balance", &warm)), "T0652");
    assert_eq!(code(&question("std.filter.blur", &[("size", number(9e9))])), "T0653");
    let giant = Setting::Size(Size { width: u32::MAX, height: 7 });
    let giant = [("size", giant), ("fit", text("fill"))];
    assert_eq!(code(&question("std.transform.reformat", &giant)), "T0653");
    assert_eq!(code(&question("std.source.read", &[("start", Setting::Int(5))])), "T0652");
    let nowhere = [("S", text("ACEScg")), ("T", text("nowhere"))];
    assert_eq!(code(&question("std.color.to", &nowhere)), "T0611");
    let depth = Frame::from_samples(FORMAT, Window::of(FORMAT), &["Z"], vec![1.0; 1200]);
    let exposure = question("std.color.exposure", &[("stops", number(1.0))]);
    assert_eq!(code(&about(&exposure, &|_| depth.clone())), "T0650");
    let other = Frame { format: Size { width: 8, height: 8 }, ..plate(1, SMALL, true) };
    let over = Question::new("std.comp.over", &[], &[("a", &plate(1, SMALL, true)), ("b", &other)]);
    assert_eq!(code(&over), "T0651");
    let torn = Question { blob: Some(cases::PNG[..40].into()), ..question("std.source.read", &[]) };
    assert!(code(&torn).starts_with("T06"));
}

/// The engine admits as much at a time as estimates allow: too low ends the process, too high idles it.
#[test]
fn estimates_hold_the_result_and_not_much_more() {
    let stages = stages();
    let plate = |_: &Frame| plate(1, Window::of(FORMAT), true);
    for asked in [
        question("std.filter.blur", &[("size", number(100.0)), ("edge", text("black"))]),
        question("std.filter.blur", &[("size", number(2.0)), ("edge", text("extend"))]),
        question("std.transform.transform", &[("scale", number(3.0))]),
        question("std.transform.transform", &[("scale", number(0.4))]),
        question(
            "std.transform.reformat",
            &[("size", Setting::Size(Size { width: 800, height: 600 }))],
        ),
    ] {
        let ambient = Ambient { format: Some(FORMAT), ..Ambient::default() };
        let request = Request {
            time: 100,
            settings: &asked.settings,
            inputs: &[],
            domain: None,
            ambient: &ambient,
            scale: 1,
        };
        let estimate = stages.get(asked.stage).unwrap().memory(&request);
        let held = about(&asked, &plate).ask(&stages).unwrap().frame.bytes();
        assert!((held..=3 * held).contains(&estimate), "{}: {estimate} for {held}", asked.stage);
        let proxy = Request { scale: 2, ..request };
        assert!(stages.get(asked.stage).unwrap().memory(&proxy) < estimate);
    }
}
