//! How long the main stages take for a picture of 1920 × 1080 with alpha on two threads. Run it with
//! `cargo test -p toma-stages --test stage_speed -- --ignored --nocapture`; with `TOMA_NETWORKS=1` also
//! the networks.

mod asking;
#[expect(dead_code, reason = "shared with the tests of properties")]
mod cases;

use asking::{Question, matte, number, plate, stages, text, vector};
use cases::defaults;
use std::time::Instant;
use toma_media::{Frame, Size, Window};
use toma_stage::Setting;

const SIZE: Size = Size { width: 1920, height: 1080 };

#[test]
#[ignore = "measures, asserts nothing"]
fn milliseconds_for_full_hd() {
    let stages = stages();
    let full = |frame: Frame| Frame { format: SIZE, ..frame };
    let image = full(plate(1, Window::of(SIZE), true));
    let other = full(plate(2, Window::of(SIZE), true));
    let key = full(matte(3, Window::of(SIZE)));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let measured = |name: &str, stage, more: &[(&'static str, Setting)], inputs: &[_]| {
        let mut settings = defaults(stage);
        settings.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
        settings.extend_from_slice(more);
        let mut question = Question::new(stage, &settings, inputs);
        if stage.starts_with("std.time.") {
            let frames = &mut question.inputs[0].1;
            let frame = std::sync::Arc::clone(&frames[0]);
            frames.resize(5, frame);
            question.time = 102;
        }
        let times = (0..4).map(|_| {
            let start = Instant::now();
            pool.install(|| question.ask(&stages).unwrap());
            start.elapsed().as_secs_f64() * 1e3
        });
        println!("{name:>24} {:8.1} ms", times.fold(f64::INFINITY, f64::min));
    };
    let one = [("image", &image)];
    let two = [("a", &image), ("b", &other)];
    let spaces = |from, to| [("S", text(from)), ("T", text(to))];
    measured("exposure", "std.color.exposure", &[("stops", number(1.0))], &one);
    measured("grade, gain", "std.color.grade", &[("gain", vector(&[1.1; 3]))], &one);
    measured("grade, gamma", "std.color.grade", &[("gamma", vector(&[1.1; 3]))], &one);
    measured("to sRGB", "std.color.to", &spaces("ACEScg", "sRGB"), &one);
    measured("to ACES2065", "std.color.to", &spaces("ACEScg", "ACES2065"), &one);
    measured("encode", "std.color.encode", &spaces("ACEScg", "sRGB"), &one);
    measured("decode", "std.color.decode", &spaces("sRGB", "ACEScg"), &one);
    let cdl = [("S", text("ACEScg")), ("T", text("ACEScg")), ("power", vector(&[1.1; 3]))];
    measured("cdl", "std.color.cdl", &cdl, &one);
    let amount = [("S", text("ACEScg")), ("amount", number(0.5))];
    measured("saturation", "std.color.saturation", &amount, &one);
    measured("over", "std.comp.over", &[], &two);
    let three = [("a", &image), ("b", &other), ("mask", &key)];
    measured("keymix", "std.comp.keymix", &[], &three);
    for size in [2.0, 10.0, 50.0] {
        measured(&format!("blur {size}px"), "std.filter.blur", &[("size", number(size))], &one);
    }
    let grow = [("size", number(4.0)), ("grow", number(6.0))];
    measured("feather", "std.matte.feather", &grow, &[("matte", &key)]);
    for (filter, angle) in [("bilinear", 5.0), ("cubic", 5.0), ("cubic", 0.0), ("lanczos", 5.0)] {
        let more = [("filter", text(filter)), ("rotate", number(angle)), ("scale", number(1.1))];
        measured(&format!("transform {filter} {angle}"), "std.transform.transform", &more, &one);
    }
    let half = Setting::Size(Size { width: 960, height: 540 });
    measured("reformat to half", "std.transform.reformat", &[("size", half)], &one);
    let double = Setting::Size(Size { width: 3840, height: 2160 });
    measured("reformat to double", "std.transform.reformat", &[("size", double)], &one);
    measured("temporal_median 1, 1", "std.time.temporal_median", &[], &one);
    let five = [("before", number(2.0)), ("after", number(2.0))];
    measured("temporal_median 2, 2", "std.time.temporal_median", &five, &one);
    if std::env::var_os("TOMA_NETWORKS").is_none() {
        return;
    }
    measured("segment", "std.understand.segment", &[("S", text("ACEScg"))], &one);
    measured("denoise", "std.restore.denoise", &[("S", text("sRGB"))], &one);
}
