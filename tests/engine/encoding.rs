//! The canonical encoding against its vectors. They never change: new ones are appended.
//!
//! `TOMA_BLESS=1` writes the file anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use toma_engine::encode::Encoder;
use toma_media::Size;
use toma_stage::Setting;

fn settings() -> Vec<(&'static str, Setting)> {
    let text = |text: &str| Setting::Text(text.into());
    vec![
        ("none", Setting::None),
        ("false", Setting::Bool(false)),
        ("true", Setting::Bool(true)),
        ("int", Setting::Int(-2)),
        ("number", Setting::Number(0.18)),
        ("minus zero", Setting::Number(-0.0)),
        ("smallest", Setting::Number(5e-324)),
        ("vector", Setting::Vector(vec![1.0, -0.0, 0.5])),
        ("text", text("façade")),
        ("no text", text("")),
        ("seed", Setting::Seed(u64::MAX)),
        ("size", Setting::Size(Size { width: 3840, height: 2160 })),
        ("frames", Setting::Frames(1001, 1096)),
        ("rate", Setting::Rate(24000, 1001)),
        ("list", Setting::List(vec![text("a"), Setting::Int(1)])),
        (
            "record",
            Setting::Record(BTreeMap::from([
                ("b".to_owned(), Setting::Int(1)),
                ("a".to_owned(), Setting::None),
            ])),
        ),
        ("samples", Setting::Samples(vec![(1000.5, vec![1.0]), (1001.5, vec![2.0])])),
        ("steps", Setting::Steps(1001, 1096, 2)),
        ("date", Setting::Date(2028, 5, 1)),
        (
            "case",
            Setting::Case("Roto".into(), [("feather".to_owned(), Setting::Number(6.0))].into()),
        ),
    ]
}

#[test]
fn encodings_are_those_of_the_vectors() {
    let mut lines = String::new();
    for (name, setting) in settings() {
        let mut encoder = Encoder::new("vector");
        encoder.setting(&setting, 1001).unwrap();
        let bytes = encoder.bytes().iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        });
        writeln!(lines, "{name} | {bytes} | {}", encoder.finish()).unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/engine/vectors.txt");
    if std::env::var_os("TOMA_BLESS").is_some() {
        std::fs::write(path, &lines).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap();
    assert_eq!(lines, expected, "keys of every project would change");
}
