//! Questions to every stage, each with a name: what the golden hashes are of, and what must not depend
//! on threads.

use crate::asking::{FORMAT, Question, matte, number, plate, text, vector};
use std::sync::Arc;
use toma_media::{Size, Window};
use toma_stage::Setting;

/// Larger than the format on three sides, smaller on one.
pub(crate) const WIDE: Window = Window { x: -3, y: -2, width: 45, height: 30 };
/// Inside the format.
pub(crate) const SMALL: Window = Window { x: 9, y: 7, width: 17, height: 12 };

/// A PNG of 2 × 1 pixels, red and half grey.
pub(crate) const PNG: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 2, 0, 0, 0, 1, 8, 2, 0,
    0, 0, 123, 64, 232, 221, 0, 0, 0, 15, 73, 68, 65, 84, 120, 156, 99, 248, 207, 192, 208, 208,
    208, 0, 0, 9, 1, 2, 128, 153, 196, 105, 50, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

/// Settings that aren't the defaults.
type Given = Vec<(&'static str, Setting)>;

/// Several texts.
fn list(texts: &[&str]) -> Setting {
    Setting::List(texts.iter().map(|one| text(one)).collect())
}

const NONE: Setting = Setting::None;

/// Every stage's settings that its declaration has defaults for.
pub(crate) fn defaults(stage: &str) -> Vec<(&'static str, Setting)> {
    let one = || vector(&[1.0; 3]);
    let zero = || vector(&[0.0; 3]);
    match stage {
        "std.source.read" => vec![
            ("frames", NONE),
            ("start", NONE),
            ("rate", NONE),
            ("missing", text("error")),
            ("outside", text("error")),
        ],
        "std.source.read_layer" => vec![
            ("layer", text("key")),
            ("choices", Setting::List(vec![list(&["key.A"]), list(&["G"])])),
            ("planes", list(&["A"])),
            ("frames", NONE),
            ("start", NONE),
            ("rate", NONE),
            ("missing", text("error")),
            ("outside", text("error")),
        ],
        "std.source.layers" => vec![("names", list(&["", "key.A"]))],
        "std.source.constant" => vec![("alpha", NONE)],
        "std.source.ramp" => {
            vec![("color_from", zero()), ("color_to", one()), ("from", NONE), ("to", NONE)]
        }
        "std.source.checker" => vec![
            ("size", number(64.0)),
            ("color_a", vector(&[0.1; 3])),
            ("color_b", vector(&[0.3; 3])),
        ],
        "std.source.noise" => vec![
            ("size", number(100.0)),
            ("octaves", Setting::Int(4)),
            ("amount", number(1.0)),
            ("evolve", number(0.0)),
        ],
        "std.color.grade" => vec![
            ("blackpoint", zero()),
            ("whitepoint", one()),
            ("lift", zero()),
            ("gain", one()),
            ("multiply", one()),
            ("offset", zero()),
            ("gamma", one()),
        ],
        "std.color.cdl" => vec![
            ("slope", one()),
            ("offset", zero()),
            ("power", one()),
            ("saturation", number(1.0)),
        ],
        "std.color.white_balance" => vec![("neutral", number(5600.0))],
        "std.comp.keymix" => vec![("mix", number(1.0))],
        "std.matte.feather" => vec![("grow", number(0.0))],
        "std.filter.blur" => vec![("edge", text("black"))],
        "std.transform.transform" => vec![
            ("translate", vector(&[0.0, 0.0])),
            ("rotate", number(0.0)),
            ("scale", number(1.0)),
            ("centre", NONE),
            ("filter", text("cubic")),
            ("shutter", number(0.0)),
            ("samples", Setting::Int(1)),
        ],
        "std.transform.reformat" => vec![("fit", text("fit")), ("filter", text("cubic"))],
        "std.transform.crop" => vec![("size", NONE)],
        "std.time.conform" => vec![("rate", Setting::Rate(24, 1))],
        "std.time.retime" => vec![
            ("speed", number(1.0)),
            ("rate", Setting::Rate(24, 1)),
            ("from", number(101.0)),
            ("source", Setting::Rate(24, 1)),
        ],
        "std.matte.matte_of" => {
            vec![("channel", text("alpha")), ("black", number(0.0)), ("white", number(1.0))]
        }
        "std.time.hold" => vec![("frame", number(100.0))],
        "std.comp.stack" => vec![("merge", text("over"))],
        "std.time.splice" => vec![("frames", Setting::List(vec![Setting::Frames(101, 101)]))],
        "std.time.temporal_median" => vec![("before", number(1.0)), ("after", number(1.0))],
        "std.restore.denoise" => vec![("amount", number(1.0))],
        _ => Vec::new(),
    }
}

/// A question with defaults filled in, about pictures with alpha over different windows.
pub(crate) fn question(stage: &'static str, settings: &[(&'static str, Setting)]) -> Question {
    let mut all = defaults(stage);
    for (name, value) in settings {
        match all.iter_mut().find(|(known, _)| known == name) {
            Some(known) => known.1 = value.clone(),
            None => all.push((name, value.clone())),
        }
    }
    let (wide, small) = (plate(1, WIDE, true), plate(2, SMALL, true));
    let key = matte(3, Window::of(FORMAT));
    match stage {
        "std.comp.over" | "std.comp.plus" | "std.comp.multiply" | "std.comp.screen" => {
            Question::new(stage, &all, &[("a", &small), ("b", &wide)])
        }
        "std.matte.invert" => {
            let part = matte(4, SMALL);
            Question::new(stage, &all, &[("matte", &part)])
        }
        "std.comp.stack" => {
            let layers = [("ground", &wide), ("layers[0]", &small), ("layers[1]", &wide)];
            Question::new(stage, &all, &layers)
        }
        "std.comp.keymix" => {
            Question::new(stage, &all, &[("a", &small), ("b", &wide), ("mask", &key)])
        }
        "std.comp.with_alpha" => Question::new(stage, &all, &[("image", &wide), ("matte", &key)]),
        "std.matte.feather" => Question::new(stage, &all, &[("matte", &key)]),
        "std.time.temporal_median" | "std.time.shift" | "std.time.retime" | "std.time.conform" => {
            let mut question = Question::new(stage, &all, &[("image", &wide)]);
            question.inputs[0].1.push(Arc::new(small));
            question.inputs[0].1.push(Arc::new(plate(4, WIDE, false)));
            question.inputs[0].1.push(Arc::new(plate(5, SMALL, true)));
            Question { time: 101, ..question }
        }
        "std.time.splice" => {
            let mut question =
                Question::new(stage, &all, &[("clips[0]", &wide), ("clips[1]", &small)]);
            question.time = 101;
            question
        }
        "std.source.layers" => {
            Question::new(stage, &all, &[("layers[0]", &wide), ("layers[1]", &key)])
        }
        "std.source.read" | "std.source.read_layer" => {
            let blob = (settings.is_empty()).then(|| PNG.into());
            Question { blob, ..Question::new(stage, &all, &[]) }
        }
        _ if stage.starts_with("std.source.") => Question::new(stage, &all, &[]),
        _ => Question::new(stage, &all, &[("image", &wide)]),
    }
}

/// All of them.
pub(crate) fn cases() -> Vec<(&'static str, Question)> {
    let spaces = |from, to| vec![("S", text(from)), ("T", text(to))];
    let with = |mut settings: Vec<(&'static str, Setting)>, more: &[(&'static str, Setting)]| {
        settings.extend_from_slice(more);
        settings
    };
    let acescg = || vec![("S", text("ACEScg"))];
    let mut cases: Vec<(&'static str, &'static str, Given)> = vec![
        ("png", "std.source.read", vec![]),
        ("marker", "std.source.read", vec![("missing", text("checker"))]),
        ("one channel", "std.source.read_layer", vec![]),
        ("nothing there", "std.source.read_layer", vec![("missing", text("checker"))]),
        ("two", "std.source.layers", vec![]),
        ("grey", "std.source.constant", vec![("color", vector(&[0.18; 3]))]),
        (
            "half covered",
            "std.source.constant",
            vec![("color", vector(&[0.9, 0.5, 0.1])), ("alpha", number(0.5))],
        ),
        ("across", "std.source.ramp", vec![]),
        (
            "slanted",
            "std.source.ramp",
            vec![
                ("from", vector(&[5.0, 3.0])),
                ("to", vector(&[30.0, 22.5])),
                ("color_from", vector(&[1.0, 0.5, -0.25])),
            ],
        ),
        ("small", "std.source.checker", vec![("size", number(7.5))]),
        ("clouds", "std.source.noise", vec![("seed", Setting::Seed(40)), ("size", number(12.0))]),
        (
            "evolved",
            "std.source.noise",
            vec![
                ("seed", Setting::Seed(40)),
                ("size", number(5.0)),
                ("octaves", Setting::Int(7)),
                ("evolve", number(1.375)),
            ],
        ),
        ("to display", "std.color.to", spaces("ACEScg", "sRGB")),
        ("to linear", "std.color.to", spaces("sRGB", "ACEScg")),
        ("to Rec709", "std.color.to", spaces("ACEScg", "Rec709")),
        ("to archive", "std.color.to", spaces("ACEScg", "ACES2065")),
        ("for a network", "std.color.encode", spaces("ACEScg", "sRGB")),
        ("from a network", "std.color.decode", spaces("sRGB", "ACEScg")),
        ("up", "std.color.exposure", vec![("stops", number(1.3))]),
        ("down", "std.color.exposure", vec![("stops", number(-4.0))]),
        (
            "all",
            "std.color.grade",
            vec![
                ("blackpoint", vector(&[0.01, 0.02, 0.03])),
                ("whitepoint", vector(&[0.9, 1.1, 1.2])),
                ("lift", vector(&[0.02, 0.0, -0.02])),
                ("gain", vector(&[1.1, 1.0, 0.9])),
                ("multiply", number(1.2)),
                ("offset", vector(&[0.0, 0.01, 0.0])),
                ("gamma", vector(&[1.2, 0.8, 1.0])),
            ],
        ),
        ("gain", "std.color.grade", vec![("gain", vector(&[1.1, 1.0, 0.9]))]),
        (
            "in its space",
            "std.color.cdl",
            with(
                spaces("ACEScg", "ACEScg"),
                &[
                    ("slope", vector(&[1.1, 1.0, 0.9])),
                    ("offset", vector(&[0.01, 0.0, -0.01])),
                    ("power", vector(&[1.0, 1.1, 0.95])),
                    ("saturation", number(0.8)),
                ],
            ),
        ),
        (
            "in another space",
            "std.color.cdl",
            with(spaces("ACEScg", "sRGB"), &[("power", vector(&[1.2; 3]))]),
        ),
        ("less", "std.color.saturation", with(acescg(), &[("amount", number(0.4))])),
        ("more", "std.color.saturation", with(acescg(), &[("amount", number(1.6))])),
        ("warmer", "std.color.white_balance", with(acescg(), &[("temperature", number(7200.0))])),
        ("cooler", "std.color.white_balance", with(acescg(), &[("temperature", number(3100.0))])),
        ("small", "std.filter.blur", vec![("size", number(0.6))]),
        ("large", "std.filter.blur", vec![("size", number(5.25))]),
        ("extended", "std.filter.blur", vec![("size", number(3.0)), ("edge", text("extend"))]),
        ("soft", "std.matte.feather", vec![("size", number(2.0))]),
        ("grown", "std.matte.feather", vec![("size", number(0.0)), ("grow", number(2.3))]),
        ("shrunk", "std.matte.feather", vec![("size", number(1.5)), ("grow", number(-3.0))]),
        ("whole pixels", "std.transform.transform", vec![("translate", vector(&[5.0, -3.0]))]),
        (
            "turned",
            "std.transform.transform",
            vec![
                ("translate", vector(&[1.25, 2.5])),
                ("rotate", number(17.0)),
                ("scale", number(1.4)),
                ("centre", vector(&[10.0, 12.0])),
            ],
        ),
        (
            "smaller",
            "std.transform.transform",
            vec![("scale", number(0.35)), ("filter", text("lanczos"))],
        ),
        (
            "mirrored",
            "std.transform.transform",
            vec![("scale", number(-1.0)), ("filter", text("mitchell"))],
        ),
        (
            "with motion blur",
            "std.transform.transform",
            vec![
                (
                    "translate",
                    Setting::Samples(vec![
                        (99.75, vec![-4.0, 0.0]),
                        (100.0, vec![0.0, 0.5]),
                        (100.25, vec![4.0, 1.5]),
                    ]),
                ),
                (
                    "rotate",
                    Setting::Samples(vec![
                        (99.75, vec![0.0]),
                        (100.0, vec![5.0]),
                        (100.25, vec![10.0]),
                    ]),
                ),
                ("shutter", number(0.5)),
                ("samples", Setting::Int(3)),
                ("filter", text("bilinear")),
            ],
        ),
        (
            "half",
            "std.transform.reformat",
            vec![("size", Setting::Size(Size { width: 20, height: 15 }))],
        ),
        (
            "filled",
            "std.transform.reformat",
            vec![
                ("size", Setting::Size(Size { width: 71, height: 31 })),
                ("fit", text("fill")),
                ("filter", text("lanczos")),
            ],
        ),
        (
            "unscaled",
            "std.transform.reformat",
            vec![("size", Setting::Size(Size { width: 31, height: 31 })), ("fit", text("none"))],
        ),
        ("inside", "std.transform.crop", vec![("box", vector(&[3.0, 4.4, 20.0, 25.6]))]),
        (
            "to a format",
            "std.transform.crop",
            vec![
                ("box", vector(&[3.0, 4.0, 20.0, 25.0])),
                ("size", Setting::Size(Size { width: 17, height: 21 })),
            ],
        ),
        ("later", "std.time.shift", vec![("by", number(1.0))]),
        ("held", "std.time.hold", vec![]),
        ("frame for frame", "std.time.conform", vec![]),
        ("half the speed", "std.time.retime", vec![("speed", number(0.5))]),
        ("the first", "std.time.splice", vec![]),
        (
            "the other",
            "std.time.splice",
            vec![("frames", Setting::List(vec![Setting::Frames(1, 9)]))],
        ),
        ("a matte", "std.transform.transform", vec![("rotate", number(17.0))]),
        ("a matte", "std.filter.blur", vec![("size", number(2.5))]),
        ("a matte", "std.transform.crop", vec![("box", vector(&[3.0, 4.4, 20.0, 25.6]))]),
        (
            "a matte",
            "std.transform.reformat",
            vec![("size", Setting::Size(Size { width: 71, height: 31 }))],
        ),
        ("mattes", "std.comp.keymix", vec![("mix", number(0.5))]),
        ("of three", "std.time.temporal_median", vec![]),
        ("of four", "std.time.temporal_median", vec![("after", number(2.0))]),
        ("merge", "std.comp.over", vec![]),
        ("merge", "std.comp.plus", vec![]),
        ("merge", "std.comp.multiply", vec![]),
        ("merge", "std.comp.screen", vec![]),
        ("outside too", "std.matte.invert", vec![]),
        ("alpha", "std.matte.matte_of", vec![]),
        (
            "green, the other way round",
            "std.matte.matte_of",
            vec![("channel", text("green")), ("black", number(0.8)), ("white", number(0.1))],
        ),
        ("over", "std.comp.stack", vec![]),
        ("plus", "std.comp.stack", vec![("merge", text("plus"))]),
        ("screen", "std.comp.stack", vec![("merge", text("screen"))]),
        ("lighten", "std.comp.stack", vec![("merge", text("lighten"))]),
        ("darken", "std.comp.stack", vec![("merge", text("darken"))]),
        ("mixed", "std.comp.keymix", vec![]),
        ("mixed less", "std.comp.keymix", vec![("mix", number(0.3))]),
        ("cut", "std.comp.with_alpha", vec![]),
        ("all", "std.comp.premultiply", vec![]),
        ("all", "std.comp.unpremultiply", vec![]),
        ("subject", "std.understand.segment", acescg()),
        ("display", "std.restore.denoise", vec![("S", text("sRGB"))]),
        ("half", "std.restore.denoise", vec![("S", text("Rec709")), ("amount", number(0.5))]),
    ];
    cases.sort_by_key(|(_, stage, _)| *stage);
    let asked = |(name, stage, settings): (&'static str, &'static str, Given)| {
        let mut asked = question(stage, &settings);
        if ["a matte", "mattes"].contains(&name) {
            let windows = [WIDE, SMALL, Window::of(FORMAT)];
            for (index, (_, frames)) in asked.inputs.iter_mut().enumerate() {
                *frames = vec![Arc::new(matte(index as u64, windows[index % 3]))];
            }
        }
        (name, asked)
    };
    cases.into_iter().map(asked).collect()
}
