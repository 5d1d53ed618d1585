//! Randomness is nobody's accident: renaming, moving and adding changes no key, asked of the engine itself.

use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use toma_compiler::{Compiler, Family, PictureHeader, System};
use toma_engine::{Digest, Engine, RenderRequest, Settings};
use toma_media::colour::BuiltinColour;
use toma_models::Models;
use toma_stage::Registry;

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    let colour = Arc::new(BuiltinColour::new().expect("colours"));
    toma_stages::registry(colour, Arc::new(Models::new(Vec::new())))
});

/// A machine without a file.
struct Bare;

impl System for Bare {
    fn read_text(&self, _: &str) -> Option<String> {
        None
    }
    fn exists(&self, _: &str) -> bool {
        false
    }
    fn list(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
    fn picture_header(&self, _: &str, _: i64) -> Option<PictureHeader> {
        None
    }
    fn colour_space(&self, _: &str) -> Option<Family> {
        None
    }
    fn colour_space_names(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The keys of the pictures that `main` of the shot `A` writes, by frame, with the path that is no part of a
/// picture left out. `shot.toma` is the file that has the shot.
fn keys_of(files: &[(&str, String)]) -> BTreeMap<Option<i64>, Option<Digest>> {
    let mut compiler = Compiler::new(Arc::new(Bare));
    for (path, text) in files {
        compiler.set_file(path, text.clone());
    }
    let (plan, found) = compiler.plan("shot.toma", "A");
    let errors: Vec<_> = found
        .iter()
        .filter(|found| found.severity == toma_syntax::diagnostic::Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{files:#?}");
    let plan = plan.expect("a plan");
    let main = plan.outputs.iter().find(|output| output.name == "main").expect("main");
    let node = plan.nodes[main.input.node.0 as usize].path.clone();
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings::new(folder.path().join("state"), folder.path());
    let engine = Engine::open(settings, REGISTRY.clone()).expect("an engine");
    let keys = engine.keys(&plan, &RenderRequest::default()).expect("keys");
    assert_eq!(keys.failures, []);
    keys.nodes[&node].clone()
}

fn keys(program: &str) -> BTreeMap<Option<i64>, Option<Digest>> {
    keys_of(&[("shot.toma", program.to_owned())])
}

/// What a picture is made of, whatever it is called and wherever it stands.
#[derive(Debug, Clone)]
enum Step {
    /// Noise of its own seed.
    Noise { label: usize, size: u8, moving: bool },
    /// Something done to an earlier picture.
    Alone { call: usize, of: Index },
    /// Two earlier pictures.
    Both { call: usize, of: Index, with: Index },
}

const LABELS: [&str; 4] = ["dust", "cloud", "grit", "smoke"];
const ALONE: [&str; 4] = ["blur(3px)", "saturation(50%)", "exposure(1stops)", "grade(gain: 2)"];
const BOTH: [&str; 3] = ["plus", "multiply", "screen"];

fn step() -> impl Strategy<Value = Step> {
    let noise = (0..LABELS.len(), 2..9u8, any::<bool>());
    let noise = noise.prop_map(|(label, size, moving)| Step::Noise { label, size, moving });
    let of = any::<Index>;
    prop_oneof![
        noise,
        (0..ALONE.len(), of()).prop_map(|(call, of)| Step::Alone { call, of }),
        (0..BOTH.len(), of(), of()).prop_map(|(call, of, with)| Step::Both { call, of, with }),
    ]
}

/// How a step is written: nothing of it is to matter.
#[derive(Debug, Clone)]
struct Written {
    name: String,
    /// Lines that are ready to be written are written in this order.
    rank: u32,
    how: How,
    /// The line gets a handle to be addressed by.
    handle: bool,
    /// An unrelated line stands in front.
    other: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum How {
    /// As it is.
    Plain,
    /// By a recipe of the same file.
    Recipe,
    /// By a recipe of another file.
    Elsewhere,
    /// In parentheses.
    Braced,
}

fn written() -> impl Strategy<Value = Written> {
    let how = proptest::sample::select(&[How::Plain, How::Recipe, How::Elsewhere, How::Braced]);
    ("[a-z]{1,6}", any::<u32>(), how, any::<bool>(), any::<bool>())
        .prop_map(|(name, rank, how, handle, other)| Written { name, rank, how, handle, other })
}

/// What the shot's file says, and the file beside it.
fn files(steps: &[Step], written: &[Written]) -> Vec<(&'static str, String)> {
    let name = |nth: usize| format!("{}_{nth}", written[nth].name);
    let earlier = |nth: usize, of: &Index| of.index(nth);
    // The first can only be noise.
    let first = Step::Noise { label: 0, size: 4, moving: true };
    let step = |nth: usize| match &steps[nth] {
        Step::Noise { .. } => &steps[nth],
        _ if nth == 0 => &first,
        step => step,
    };
    let needs = |nth: usize| match step(nth) {
        Step::Noise { .. } => vec![],
        Step::Alone { of, .. } => vec![earlier(nth, of)],
        Step::Both { of, with, .. } => vec![earlier(nth, of), earlier(nth, with)],
    };
    let (mut recipes, mut library, mut lines) = (String::new(), String::new(), String::new());
    let mut done: Vec<usize> = Vec::new();
    while done.len() < steps.len() {
        let ready = (0..steps.len()).filter(|nth| {
            !done.contains(nth) && needs(*nth).iter().all(|need| done.contains(need))
        });
        let nth = ready.min_by_key(|nth| written[*nth].rank).expect("something is ready");
        let how = written[nth].how;
        let recipe = format!("make_{}", name(nth));
        let (parameters, arguments, body) = match step(nth) {
            Step::Noise { label, size, moving } => {
                let evolve = if *moving { ", evolve: {first: 0, last: 1}" } else { "" };
                (
                    "seed: Seed".to_owned(),
                    format!("seed.split(\"{}\")", LABELS[*label]),
                    format!("noise(seed: SEED, size: {size}px{evolve}) |> to(ACEScg)"),
                )
            }
            Step::Alone { call, of } => (
                "a: Clip<ACEScg>".to_owned(),
                name(earlier(nth, of)),
                format!("A |> {}", ALONE[*call]),
            ),
            Step::Both { call, of, with } => (
                "a: Clip<ACEScg>, b: Clip<ACEScg>".to_owned(),
                format!("{}, {}", name(earlier(nth, of)), name(earlier(nth, with))),
                format!("A |> {}(B)", BOTH[*call]),
            ),
        };
        let fill = |body: &str, with: &[&str]| {
            let mut body = body.to_owned();
            for (mark, with) in ["SEED", "A |", "(B)"].iter().zip(with) {
                body = body.replace(mark, with);
            }
            body
        };
        let inside = fill(&body, &["seed", "a |", "(b)"]);
        let value = if how == How::Recipe || how == How::Elsewhere {
            let place = if how == How::Recipe { &mut recipes } else { &mut library };
            let public = if how == How::Elsewhere { "pub " } else { "" };
            place.extend([format!(
                "{public}recipe {recipe}({parameters}) -> Clip<ACEScg> {{\n    {inside}\n}}\n\n"
            )]);
            if how == How::Elsewhere {
                recipes.insert_str(0, &format!("use library.{{{recipe}}}\n\n"));
            }
            format!("{recipe}({arguments})")
        } else {
            let two: Vec<&str> = arguments.split(", ").collect();
            let first = format!("{} |", two[0]);
            let second = format!("({})", two.last().expect("an argument"));
            let plain = fill(&body, &[&arguments, &first, &second]);
            if how == How::Braced { format!("({plain})") } else { plain }
        };
        if written[nth].other {
            lines.extend([format!(
                "    let other_{nth} = noise(seed: seed.split(\"other {nth}\")) |> blur({nth}px)\n    write w{nth} \"w{nth}.%04d.exr\" = other_{nth}\n"
            )]);
        }
        let handle = if written[nth].handle && how != How::Braced {
            format!(" as at_{nth}")
        } else {
            String::new()
        };
        lines.extend([format!("    let {} = {value}{handle}\n", name(nth))]);
        done.push(nth);
    }
    let shot = format!(
        "{recipes}shot A {{\n    seed 40\n    frames 1..3\n    rate 24fps\n    format 64x48\n{lines}    write main \"main.%04d.exr\" = {} |> saturation(70%)\n}}\n",
        name(steps.len() - 1)
    );
    vec![("shot.toma", shot), ("library.toma", library)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn renaming_moving_and_adding_changes_no_key(
        (steps, one, other) in (1..8usize).prop_flat_map(|count| {
            let written = || proptest::collection::vec(written(), count);
            (proptest::collection::vec(step(), count), written(), written())
        }),
    ) {
        let (before, after) = (files(&steps, &one), files(&steps, &other));
        let keys = keys_of(&before);
        prop_assert!(keys.values().all(Option::is_some));
        prop_assert_eq!(&keys, &keys_of(&after), "{}\nand\n{}", before[0].1, after[0].1);
        // It can fail: with another seed no frame is what it was.
        let mut reseeded = after;
        reseeded[0].1 = reseeded[0].1.replace("seed 40", "seed 41");
        let others = keys_of(&reseeded);
        prop_assert!(keys.iter().all(|(frame, key)| others[frame] != *key));
    }
}

#[test]
fn another_label_and_another_value_are_another_picture() {
    let text = "shot A {\n    seed 40\n    frames 1..3\n    rate 24fps\n    format 64x48\n    write main \"main.%04d.exr\" = noise(seed: seed.split(\"dust\"), size: 8px)\n}\n";
    let expected = keys(text);
    for (from, to) in [("\"dust\"", "\"rust\""), ("seed 40", "seed 41"), ("8px", "9px")] {
        let other = keys(&text.replace(from, to));
        assert!(expected.iter().all(|(frame, key)| other[frame] != *key), "{from}");
    }
}

#[test]
fn a_shot_from_another_has_the_others_text_and_its_own_dice() {
    let a = "shot A {\n    seed 40\n    frames 1..3\n    rate 24fps\n    format 64x48\n    write main \"main.%04d.exr\" = noise(seed:)\n}\n";
    let b = |seed: &str| {
        a.replace("shot A", "shot Z").replace("main.", "{shot}.")
            + &format!("\nshot A from Z {{\n{seed}}}\n")
    };
    let own = keys(a);
    assert_eq!(keys(&b("    seed 40\n")), own);
    assert_ne!(keys(&b("")), own);
    // Made from the name, whoever it comes from.
    assert_eq!(keys(&b("")), keys(&a.replace("    seed 40\n", "")));
}
