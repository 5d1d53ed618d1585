//! A shot is worth the same whichever way it is lowered: its values put into the graph that there is, or all of it
//! at once. Held for every program of the book, of the library's docs, of the messages' pages and of the gallery,
//! with everything moved that can be.

use crate::project::{Project, blocks};
use crate::specification::chapters;
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toma_compiler::{Compiler, Control};
use toma_plan::Plan;
use toma_syntax::diagnostic::Diagnostic;

pub(crate) const FILE: &str = "shot.toma";

/// Files by path; one of them is [`FILE`].
pub(crate) type Files = Vec<(String, String)>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every program in these pages, with the files that stand above it.
fn written(pages: &[String], all: &mut Vec<Files>) {
    for page in pages {
        let mut files: Files = Vec::new();
        for (word, _, text) in blocks(page) {
            let named = ["// file: ", "# file: "].iter().find_map(|mark| text.strip_prefix(mark));
            match (word.as_str(), named) {
                ("yaml" | "toma", Some(rest)) => {
                    let name = rest.lines().next().unwrap_or_default().to_owned();
                    files.retain(|(known, _)| *known != name);
                    files.push((name, text));
                }
                ("toma", None) => {
                    let mut project = files.clone();
                    project.push((FILE.to_owned(), text));
                    all.push(project);
                }
                _ => {}
            }
        }
    }
}

pub(crate) fn programs() -> Vec<Files> {
    let read = |folder: &str| -> Vec<String> {
        let mut paths = Vec::new();
        chapters(&root().join(folder), &mut paths);
        paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    };
    let mut all = Vec::new();
    written(&read("tests/spec"), &mut all);
    written(&read("language/compiler/errors"), &mut all);
    let docs: Vec<String> = Compiler::declarations().into_iter().map(|stage| stage.docs).collect();
    written(&docs, &mut all);
    for name in ["crowd", "echo", "lamplight"] {
        let path = root().join(format!("recipes/{name}/{name}.toma"));
        all.push(vec![(FILE.to_owned(), std::fs::read_to_string(path).unwrap())]);
    }
    all
}

/// Values for something that can be set, as a tweak file has them: right ones, ones out of bounds, and some that
/// are of another kind.
fn values(control: &Control) -> Vec<String> {
    let mut kind = control.kind.trim_end_matches('?');
    if let Some(inner) = kind.strip_prefix("Curve<").and_then(|kind| kind.strip_suffix('>')) {
        kind = inner;
    }
    let one: &[&str] = match kind {
        "Bool" => &["true", "false"],
        "Int" => &["0", "2", "5", "1003"],
        "Float" => &["0", "0.5", "-7"],
        "Ratio" => &["0%", "12%", "300%"],
        "Length" => &["0px", "3px", "-250px"],
        "Angle" => &["30deg"],
        "Focal" => &["35mm"],
        "Time" => &["1s", "0s"],
        "FrameCount" => &["3fr", "1.5fr", "-2000fr"],
        "Frame" => &["1003", "5"],
        "Frames" => &["1003..1005", "1..1"],
        "Stops" => &["0stops", "1.5stops"],
        "Kelvin" => &["5000K"],
        "Nits" => &["200nits"],
        "Rate" => &["25fps", "23.976fps"],
        "Size" => &["64x32", "1920x1080"],
        "Rgb" => &["Rgb(0.1, 0.2, 0.3)", "Rgb(0, 0, 0)"],
        "Point" => &["Point(1px, 2px)"],
        "Box" => &["Box(0px, 0px, 8px, 8px)"],
        "Seed" => &["7"],
        "Text" => &["\"hold\"", "\"black\"", "\"b\"", "\"\""],
        "Path" => &["\"plates/uhd.%04d.exr\"", "\"none/there.%04d.exr\""],
        "Date" => &["2027-03-01"],
        "List<Text>" => &["[\"a\", \"b\"]", "[]"],
        "List<Float>" => &["[1, 2, 3]", "[]"],
        "List<Int>" => &["[1, 2, 3, 4]", "[]"],
        "List<Length>" => &["[1px, 20px]", "[]"],
        "List<Ratio>" => &["[1%, 20%]", "[]"],
        _ => &["1"],
    };
    let mut all: Vec<String> = one.iter().map(|&value| value.to_owned()).collect();
    for choice in &control.choices {
        all.push(toma_plan::written::value(choice));
    }
    // As it is now, and what people write for cases.
    all.extend(control.value.iter().chain(&control.default).map(toma_plan::written::value));
    if control.kind.ends_with('?') {
        all.push("none".to_owned());
    }
    if control.per_frame {
        for (first, second) in all.clone().iter().zip(all.clone().iter().skip(1)) {
            all.push(format!("{{1001: {first}, last: {second}}}"));
            all.push(format!("{{value: {first}, at: {{1002..1003: {second}}}}}"));
            all.push(format!(
                "{{at: {{1002..1003: {first}, 1001..1004: {second}, last..last: {first}}}}}"
            ));
        }
    }
    all
}

/// What is told of a shot.
struct Told {
    /// The graph was made before, and the values were put into it.
    put_in: bool,
    planned: bool,
}

/// Lowers the shot both ways.
fn lowered(compiler: &Compiler, shot: &str, tweaks: &str) -> Told {
    let (put_in, at_once) = compiler.both_ways(FILE, shot);
    if let Some(put_in) = &put_in
        && *put_in != at_once
    {
        let same = put_in.bytes().zip(at_once.bytes()).take_while(|(a, b)| a == b).count();
        let from = same.saturating_sub(300);
        let part = |text: &str| text.chars().skip(from).take(600).collect::<String>();
        let text = compiler.text(FILE).unwrap_or_default();
        panic!(
            "{shot} with\n{tweaks}\nput in:\n…{}\nat once:\n…{}\nof\n{text}",
            part(put_in),
            part(&at_once)
        );
    }
    Told { put_in: put_in.is_some(), planned: !at_once.contains("plan: None") }
}

pub(crate) fn compiler(files: &Files) -> Compiler {
    let project = Project::default();
    for (path, text) in files {
        project.put(path, text);
    }
    Compiler::new(Arc::new(project))
}

/// A plan byte for byte, and everything that is said with it.
pub(crate) fn said(compiler: &Compiler, shot: &str) -> (Option<String>, Vec<Diagnostic>) {
    let (plan, found) = compiler.plan(FILE, shot);
    let json = |plan: Plan| serde_json::to_string(&plan).unwrap();
    (plan.map(json), found)
}

#[test]
fn who_only_checks_is_told_the_same() {
    let mut told = 0;
    for files in programs() {
        let paths: Vec<String> = files
            .iter()
            .map(|(path, _)| path.clone())
            .filter(|path| Path::new(path).extension().is_some_and(|end| end == "toma"))
            .collect();
        let said = compiler(&files).check_files(&paths);
        told += said.iter().map(|(_, found)| found.len()).sum::<usize>();
        assert_eq!(said, compiler(&files).only_to_check().check_files(&paths), "{files:?}");
    }
    assert!(told > 100, "{told} messages");
}

#[test]
fn every_shot_is_worth_the_same_both_ways_whatever_is_moved() {
    let (mut asked, mut moved, mut put_in, mut planned, mut anew) = (0, 0, 0, 0, 0);
    for files in programs() {
        let mut compiler = compiler(&files);
        for shot in compiler.shots(FILE) {
            // Of shots that are wrong some are enough.
            let sound = lowered(&compiler, &shot, "").planned;
            let path = toma_compiler::tweaks_path(FILE, &shot);
            let before = files.iter().find(|(known, _)| *known == path);
            let before = before.map(|(_, text)| text.clone()).unwrap_or_default();
            for control in compiler.controls(FILE, &shot) {
                if control.refused.is_some() {
                    continue;
                }
                for value in values(&control) {
                    asked += 1;
                    if !sound && asked % 8 != 0 {
                        continue;
                    }
                    let tweaks = format!("{}: {value}\n", control.address);
                    compiler.set_file(&path, tweaks.clone());
                    let told = lowered(&compiler, &shot, &tweaks);
                    moved += 1;
                    put_in += usize::from(told.put_in && told.planned);
                    planned += usize::from(told.planned);
                    // Sometimes beside a compiler that has seen nothing before.
                    if moved % 80 == 0 {
                        let mut files = files.clone();
                        files.retain(|(known, _)| *known != path);
                        files.push((path.clone(), tweaks.clone()));
                        let fresh = self::compiler(&files);
                        assert_eq!(said(&compiler, &shot), said(&fresh, &shot), "{tweaks}");
                        anew += 1;
                    }
                }
            }
            compiler.set_file(&path, before);
        }
    }
    // The figures are not the point, but that something was moved, and mostly by the short way.
    println!(
        "{moved} moves, {planned} planned, {put_in} of them put in, {anew} beside a new compiler"
    );
    assert!(planned > 1000 && put_in * 2 > planned, "{put_in} of {planned} of {moved}");
}

/// What lowering itself looks at, each moved by a `param`: frames, files, rates, formats, lengths, choices, names.
const MADE_OF: &str = "\
enum Kind { Plain, Held(at_frame: Frame = 1003), Sized(size: Length, label: Text = \"s\") }

record Beauty {
    rgba: Clip<ACEScg>,
    @layer(\"spec\") specular: Clip<ACEScg>,
    z: Depth,
    weight: Float = 1,
}

show S {
    format 1920x1080
    rate 24fps
    param lift: Ratio in 0%..200% = 10%
}

sequence Q in S {
    param many: Int in 0..6 = 2
    param lift: Ratio in 0%..150% = 20%
}

recipe kept(plate: Clip<ACEScg>, kind: Kind, gain: Float = 1) -> Clip<ACEScg> {
    match kind {
        Plain => plate |> saturation(10% * gain),
        Held(at_frame) => plate |> hold(at_frame) |> saturation(10% * gain),
        Sized(size, _) => {
            let wide = size * max(gain, 1)
            plate |> blur(cut { 1001..1002: wide, else: size }) as around
        }
    }
}

shot A in Q {
    frames 1001..1010 handles 2
    param first_frame: Int = 1
    param where: Path = \"plates/hd.%04d.exr\"
    param outside: Text one of [\"hold\", \"black\", \"error\"] = \"hold\"
    param missing: Text one of [\"error\", \"hold\", \"nearest\", \"checker\"] = \"error\"
    param speed: Ratio = 100%
    param at_frame: Frame = 1003
    param by: FrameCount = 0fr
    param into: Size = 1920x1080
    param shown: Frames = 1003..1004
    param rated: Rate = 24fps
    param name: Text = \"main\"
    param draft: Bool = false
    param gain: Float in 0..8 = 1
    param sizes: List<Length> = [1px, 2px]
    let cg: Beauty = read(\"plates/cg.%04d.exr\", frames: 1..10, start: first_frame + 1000, outside:)
    let scan = read(where, space: ACEScg, frames: 990..1030, missing:, rate: rated) |> conform()
    let held = scan |> hold(at_frame) |> reformat(into)
    let slow = scan |> retime(speed: speed) |> shift(by)
    let patched = cut { shown: held, else: slow } |> reformat(1920x1080)
    let marks = [for n in 0..many: patched |> transform(Point(3px, 0px) * n * gain)]
    let piled = patched |> stack(marks, merge: if draft { \"over\" } else { \"screen\" })
    let soft = [for size in sizes: piled |> blur(min(size * gain, if draft { 4px } else { 40px }))]
    let merged = cg.rgba |> stack(soft) |> saturation(lift)
    let better = cg with (rgba: merged, weight: cg.weight * gain)
    let kept = kept(better.rgba, Sized(2px * gain, label: name), gain: better.weight)
    let dice = noise(seed: seed.split(\"{name} {many}\"), size: 10px * max(lift, 20%)) |> to(ACEScg)
    let comp = kept |> plus(dice) |> saturation({first: 0%, last: 10% * gain smooth}) as lit
    set kept/around.size = {1001: 1px, 1004: 4px}
    at 1002..1003 { set comp/lit.amount = 20% }
    write comp \"out/{name}/{shot}.%04d.exr\" with handles = comp
    write layers \"layers/{shot}.%04d.exr\" = better
}

shot B from A {
    frames 1003..1008
    set gain = 2
    set name = \"other\"
    at last..last { set comp/lit.amount = 10% }
}
";

/// Lines of a tweak file for [`MADE_OF`]: what is moved often, what is moved now and then, and what is wrong.
fn line() -> impl Strategy<Value = String> {
    let number = |name: &'static str, low: i32, high: i32, unit: &'static str| {
        (low..high).prop_map(move |value| format!("{name}: {value}{unit}")).boxed()
    };
    let one_of = |name: &'static str, values: &'static [&'static str]| {
        proptest::sample::select(values).prop_map(move |value| format!("{name}: {value}")).boxed()
    };
    prop_oneof![
        number("lift", -10, 170, "%"),
        number("lift", 0, 150, "%"),
        number("gain", 0, 9, ""),
        number("gain", 1, 8, ".5"),
        number("many", -1, 8, ""),
        number("first_frame", -3, 4, ""),
        number("at_frame", 980, 1040, ""),
        number("by", -30, 30, "fr"),
        number("speed", 0, 300, "%"),
        one_of("by", &["1.5fr", "2px"]),
        one_of(
            "where",
            &["plates/uhd.%04d.exr", "nothing/there.%04d.exr", "plates/still.exr", "\"\""]
        ),
        one_of("outside", &["hold", "black", "error", "mirror"]),
        one_of("missing", &["error", "hold", "checker"]),
        one_of("into", &["64x64", "1920x1080"]),
        one_of("shown", &["1003..1004", "1001..1010", "900..2000"]),
        one_of("rated", &["24fps", "25fps", "23.976fps"]),
        one_of("name", &["main", "\"a/b\"", "\"\"", "3"]),
        one_of("draft", &["true", "false"]),
        one_of("sizes", &["[]", "[1px]", "[1px, 2px, 3px]", "[1px, 2deg]"]),
        one_of(
            "kept/around.size",
            &["3px", "{1001: 3px, last: 30px smooth}", "{value: 2px, at: {1002..1004: 9px}}"]
        ),
        one_of(
            "comp/lit.amount",
            &[
                "1%",
                "{at: {1002..1003: 5%}}",
                "{at: {1001..1004: 5%, 1004..1006: -2%}}",
                "{value: 1%, at: {1003..1003: 3%}}",
                "none",
            ],
        ),
        one_of("kept.gain", &["0.5", "3", "\"much\""]),
        one_of("piled.merge", &["over", "plus", "lighten"]),
        one_of("dice.seed", &["7", "8"]),
        one_of("dice.color", &["true"]),
    ]
}

fn tweaks() -> impl Strategy<Value = String> {
    proptest::collection::vec(line(), 0..3).prop_map(|mut lines| {
        let name = |line: &String| line.split(':').next().unwrap_or_default().to_owned();
        lines.sort_by_key(name);
        lines.dedup_by_key(|line| name(line));
        lines.into_iter().map(|line| line + "\n").collect()
    })
}

#[test]
fn what_a_graph_is_made_of_can_be_moved() {
    let files = vec![(FILE.to_owned(), MADE_OF.to_owned())];
    let compiler = compiler(&files);
    for shot in ["A", "B"] {
        let (plan, found) = said(&compiler, shot);
        assert!(plan.is_some(), "{found:#?}");
        assert!(lowered(&compiler, shot, "").put_in);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn what_a_graph_is_made_of_is_lowered_anew(files in proptest::collection::vec(tweaks(), 2..6)) {
        let text = (FILE.to_owned(), MADE_OF.to_owned());
        for shot in ["A", "B"] {
            let path = toma_compiler::tweaks_path(FILE, shot);
            let mut compiler = compiler(&vec![text.clone()]);
            for tweaks in &files {
                compiler.set_file(&path, tweaks.clone());
                lowered(&compiler, shot, tweaks);
            }
            let fresh = self::compiler(&vec![text.clone(), (path, files.last().unwrap().clone())]);
            prop_assert_eq!(said(&compiler, shot), said(&fresh, shot), "{}", files.last().unwrap());
        }
    }
}
