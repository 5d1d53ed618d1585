//! Layers through the whole program: a record is read, changed, written and read again, bit for bit. And
//! clips that are cut, conformed and retimed.

use crate::project::Project;
use toma_media::codec::{Limits, decode, header};
use toma_media::{Encoding, EncodingSetting, Frame, Size, Window, encode};

const SIZE: Size = Size { width: 6, height: 4 };

const RECORD: &str = "\
record Beauty {
    rgba: Clip<ACEScg>,
    @layer(\"spec\") specular: Clip<ACEScg>,
    z: Depth,
    @layer(\"key\") matte: Matte,
    @layer(\"N\") normals: Normals,
    @layer(\"move\") motion: Flow,
    @layer(\"ids\") ids: Data,
}
";

const CHANNELS: [&str; 15] = [
    "R", "G", "B", "A", "spec.R", "spec.G", "spec.B", "Z", "key.A", "N.X", "N.Y", "N.Z", "move.X",
    "move.Y", "ids.a",
];

fn shot(write: &str, picture: &str) -> String {
    format!(
        "{RECORD}
shot A {{
    frames 1001..1002
    rate 24fps
    format 6x4
    let cg: Beauty = read(\"cg.%04d.exr\")
    write \"{write}\" = {picture}
}}
"
    )
}

/// Numbers that no 16 bit float holds.
fn plate(channels: &[&str], frame: u32) -> Vec<u8> {
    let window = Window { x: -1, y: 0, width: 6, height: 3 };
    let samples = (0..window.area() * channels.len())
        .map(|index| (index as f32 + frame as f32).mul_add(0.1, 1e-7))
        .collect();
    let frame = Frame::from_samples(SIZE, window, channels, samples);
    let float = [("depth".to_owned(), EncodingSetting::Text("float".to_owned()))].into();
    encode(&frame, &Encoding::new("exr", &float).expect("an encoding")).expect("a file")
}

fn frame(project: &Project, name: &str) -> Frame {
    let bytes = std::fs::read(project.path(name)).expect("a picture");
    decode(&bytes, name, &Limits::default()).expect("a sound file")
}

fn with_plates(program: &str) -> Project {
    let project = Project::new(program);
    for number in 1001..=1002 {
        project.write(&format!("cg.{number}.exr"), plate(&CHANNELS, number));
    }
    project
}

#[test]
fn a_record_is_written_and_read_again_bit_for_bit() {
    let program = shot("out/a.%04d.exr", "cg");
    let full = ".exr\" as exr(depth: float, compression: zips) = cg";
    let project = with_plates(&program.replace(".exr\" = cg", full));
    project.toma(&["render", "shot.toma"]).with(0);
    for number in 1001..=1002 {
        let (before, after) = (
            frame(&project, &format!("cg.{number}.exr")),
            frame(&project, &format!("out/a.{number}.exr")),
        );
        assert_eq!(before.window, after.window);
        let mut names = after.names();
        names.sort_unstable();
        let mut known = CHANNELS.to_vec();
        known.sort_unstable();
        assert_eq!(names, known);
        for name in CHANNELS {
            let bits = |frame: &Frame| -> Vec<u32> {
                frame
                    .plane(name)
                    .and_then(|p| p.f32())
                    .expect(name)
                    .iter()
                    .map(|x| x.to_bits())
                    .collect()
            };
            assert_eq!(bits(&before), bits(&after), "{name} at {number}");
        }
    }
}

#[test]
fn measures_are_float_and_colour_is_as_told() {
    let project = with_plates(&shot("out/a.%04d.exr", "cg"));
    project.toma(&["render", "shot.toma"]).with(0);
    let bytes = std::fs::read(project.path("out/a.1001.exr")).expect("a picture");
    let channels = header(&bytes, "a").expect("a sound header").channels;
    let kinds: Vec<(&str, &str)> =
        channels.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
    let half = ["R", "G", "B", "A", "spec.R", "spec.G", "spec.B", "key.A"];
    assert_eq!(kinds.len(), CHANNELS.len());
    for (name, kind) in kinds {
        assert_eq!(kind, if half.contains(&name) { "half" } else { "float" }, "{name}");
    }
    // Alone, too.
    project.edit("out/a.%04d.exr\" = cg", "out/z.%04d.exr\" = cg.z");
    project.toma(&["render", "shot.toma"]).with(0);
    let (before, after) = (frame(&project, "cg.1001.exr"), frame(&project, "out/z.1001.exr"));
    assert_eq!(after.names(), ["Z"]);
    let samples = |frame: &Frame| frame.plane("Z").and_then(|p| p.f32()).map(<[f32]>::to_vec);
    assert_eq!(samples(&before), samples(&after));
}

#[test]
fn a_layer_that_is_missing_is_said_before_and_while_rendering() {
    let project = with_plates(&shot("out/a.%04d.exr", "cg"));
    // The first file has it, the second one hasn't.
    project.write("cg.1002.exr", plate(&CHANNELS[..8], 1002));
    project.toma(&["render", "shot.toma"]).with(3).saying(&["T0657", "key"]);
    project.write("cg.1001.exr", plate(&CHANNELS[..8], 1001));
    project.toma(&["check", "shot.toma"]).with(1).saying(&["T0378", "\"key\"", "spec.R"]);
}

/// A sequence of one grey each, and what a program makes of it, by frame.
fn shown(clip: &str) -> Vec<f32> {
    let project = Project::new(&format!(
        "shot A {{
    frames 1001..1004
    rate 24fps
    format 6x4
    let slow  = read(\"p.%04d.exr\", space: ACEScg, frames: 1..8, start: 1001, rate: 12fps, outside: \"hold\")
    let plate = read(\"p.%04d.exr\", space: ACEScg, frames: 1..8, start: 1001)
    write \"out/a.%04d.exr\" = {clip}
}}
"
    ));
    for number in 1..=8_u16 {
        let samples = vec![f32::from(number); 3 * 24];
        let frame = Frame::from_samples(SIZE, Window::of(SIZE), &["R", "G", "B"], samples);
        let encoding = Encoding::new("exr", &[].into()).expect("an encoding");
        project.write(&format!("p.{number:04}.exr"), encode(&frame, &encoding).expect("a file"));
    }
    project.toma(&["render", "shot.toma"]).with(0);
    let value = |number| {
        let frame = frame(&project, &format!("out/a.{number}.exr"));
        frame.plane("R").and_then(|plane| plane.f32()).expect("red")[0]
    };
    (1001..=1004).map(value).collect()
}

#[test]
fn clips_are_cut_conformed_and_retimed_by_the_engine() {
    let cut = "cut { 1002..1003: plate |> shift(-4fr), else: plate }";
    assert_eq!(shown(cut), [1.0, 6.0, 7.0, 4.0]);
    assert_eq!(shown("slow |> conform()"), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(shown("slow |> retime()"), [1.0, 1.0, 2.0, 2.0]);
    assert_eq!(shown("plate |> retime(speed: 200%)"), [1.0, 3.0, 5.0, 7.0]);
}
