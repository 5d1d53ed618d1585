//! Moving sliders: what a shot is worth after a tweak was changed is what it is worth when it is read for the
//! first time, and the graph is made anew only if what it is made of has changed.

use crate::project::Project;
use proptest::prelude::*;
use std::sync::{Arc, Mutex};
use toma_compiler::Compiler;
use toma_plan::Plan;
use toma_syntax::diagnostic::Diagnostic;

const PROGRAM: &str = "\
enum Quality { Draft, Fine }

record Look {
    size: Length,
    gain: Float = 1,
    tint: List<Float> = [1, 2],
}

const base = 3px

recipe soft(plate: Clip<ACEScg>, amount: Length in 0px..100px = 4px, many: Int = 2) -> Clip<ACEScg> {
    let half = amount / 2
    let look = Look(size: half + base, gain: 2)
    let wide = look with (size: look.size * look.gain)
    let passes = [for index in 1..many: plate |> blur(wide.size + index * 1px)]
    let lifted = merged(passes, wide.size, gains: [for index in 1..3: amount * look.gain * index])
    lifted |> blur(half) |> exposure(if many > 3 { 1stops } else { -1stops })
}

recipe merged(passes: List<Clip<ACEScg>>, size: Length, gains: List<Length>) -> Clip<ACEScg> {
    let _ = [for pass in passes: [for gain in gains: pass |> blur(min(gain, size))]]
    constant(1) |> to(ACEScg) |> blur(size)
}

recipe graded(plate: Clip<ACEScg>, by: Curve<Ratio> = 50%, quality: Quality = Fine) -> Clip<ACEScg> {
    let worked = match quality { Draft => plate, Fine => plate |> blur(2px) }
    worked |> saturation(by) as pale
}

shot A {
    frames 1001..1010
    rate 24fps
    format 64x64
    param strength: Ratio in 0%..200% = 40%
    param steps: Int in 1..5 = 2
    param heavy: Bool = false
    param label: Text = \"a\"
    let plate = constant(0.18)
    let plain = soft(plate, amount: 10px * strength, many: steps)
    let comp = plain |> graded(by: strength)
    let noisy = if heavy { comp |> blur(1px) } else { comp |> blur(9px * strength) as wide }
    let last = noisy |> plus(noise(seed: seed.split(label), size: 10px * max(strength, 20%)) |> to(ACEScg))
    set comp/pale.amount = 70%
    write \"out/{shot}.%04d.exr\" = last
}
";

/// A compiler over the program, and the queries that it has run since it was asked.
struct Watched {
    compiler: Compiler,
    ran: Arc<Mutex<Vec<String>>>,
}

impl Watched {
    fn new(text: &str, tweaks: &str) -> Self {
        let ran: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = ran.clone();
        let project = Arc::new(Project::default());
        project.put("A.tweaks.yaml", tweaks);
        let mut compiler = Compiler::watched(project, move |query| log.lock().unwrap().push(query));
        compiler.set_file("shot.toma", text.to_owned());
        compiler.set_file("A.tweaks.yaml", tweaks.to_owned());
        compiler.plan("shot.toma", "A");
        ran.lock().unwrap().clear();
        Self { compiler, ran }
    }

    /// The plan after a file was changed, and how often shots were lowered for it.
    fn after(&mut self, file: &str, text: &str) -> (Option<Plan>, Vec<Diagnostic>, usize) {
        self.ran.lock().unwrap().clear();
        self.compiler.set_file(file, text.to_owned());
        let (plan, found) = self.compiler.plan("shot.toma", "A");
        let ran = std::mem::take(&mut *self.ran.lock().unwrap());
        let lowers = |name: &&String| {
            ["shot_graph(", "shot_at_once("].iter().any(|query| name.starts_with(query))
        };
        (plan, found, ran.iter().filter(lowers).count())
    }
}

fn fresh(text: &str, tweaks: &str) -> (Option<Plan>, Vec<Diagnostic>) {
    Watched::new(text, tweaks).compiler.plan("shot.toma", "A")
}

#[test]
fn a_moved_slider_lowers_nothing() {
    let moves = [
        ("strength: 41%\n", "strength: 42%\n"),
        ("strength: 41%\n", "# note\nstrength:   107.5%\n"),
        ("label: \"b\"\n", "label: \"longer\"\n"),
        ("comp/pale.amount: 10%\n", "comp/pale.amount: 20%\n"),
        ("comp/pale.amount: {1001: 0%, 1005: 10%}\n", "comp/pale.amount: {1001: 0%, 1004: 50%}\n"),
        (
            "comp/pale.amount: {value: 10%, at: {1002..1003: 60%}}\n",
            "comp/pale.amount: {value: 100%, at: {1002..1003: 5%}}\n",
        ),
        // What one slider is structural for is no other one's business, though its place moves.
        ("strength: 5%\nheavy: true\nsteps: 3\n", "strength: 150%\nheavy: true\nsteps: 3\n"),
    ];
    for (before, after) in moves {
        let mut watched = Watched::new(PROGRAM, before);
        let (plan, found, lowered) = watched.after("A.tweaks.yaml", after);
        assert_eq!(found, [], "{after}");
        let plan = plan.unwrap();
        assert_eq!(lowered, 0, "{after}");
        let (wanted, _) = fresh(PROGRAM, after);
        assert_eq!(plan, wanted.unwrap(), "{after}");
        assert_ne!(Some(plan), fresh(PROGRAM, before).0, "{after}");
    }
}

#[test]
fn a_moved_slider_runs_these_queries_and_no_others() {
    let mut watched = Watched::new(PROGRAM, "comp/pale.amount: 10%\n");
    watched.compiler.set_file("A.tweaks.yaml", "comp/pale.amount: 20%\n".to_owned());
    watched.compiler.plan("shot.toma", "A");
    let ran = watched.ran.lock().unwrap();
    let mut names: Vec<&str> =
        ran.iter().map(|query| query.split('(').next().unwrap_or_default()).collect();
    names.sort_unstable();
    // Its file is read and put together with its shot; the value is worked out and put in. Nothing is looked at
    // of names, types, recipes and graph.
    let wanted =
        ["document", "is_setting_still", "outline", "setting_value", "shot_values", "tweaks"];
    assert_eq!(names, wanted);
}

#[test]
fn a_slider_that_changes_what_is_made_lowers_its_shot() {
    let moves = [
        ("steps: 2\n", "steps: 3\n"),
        ("heavy: true\n", "heavy: false\n"),
        // A branch, by way of a recipe's parameter.
        ("plain.many: 3\n", "plain.many: 4\n"),
        ("comp.quality: Draft\n", "comp.quality: Fine\n"),
        // A picture for all times becomes one a frame.
        ("comp/pale.amount: 10%\n", "comp/pale.amount: {1001: 0%, 1005: 10%}\n"),
    ];
    for (before, after) in moves {
        let mut watched = Watched::new(PROGRAM, before);
        let (plan, found, lowered) = watched.after("A.tweaks.yaml", after);
        assert_eq!(found, [], "{after}");
        assert!(lowered > 0, "{after}");
        assert_eq!(plan, fresh(PROGRAM, after).0, "{after}");
    }
}

#[test]
fn a_changed_set_lowers_nothing() {
    let mut watched = Watched::new(PROGRAM, "strength: 41%\n");
    let moved = PROGRAM.replace("amount = 70%", "amount = 25%");
    let (plan, found, lowered) = watched.after("shot.toma", &moved);
    assert_eq!((found, lowered), (Vec::new(), 0));
    assert_eq!(plan, fresh(&moved, "strength: 41%\n").0);
}

#[test]
fn what_is_wrong_with_a_moved_value_is_said_as_ever() {
    let moves = [
        "strength: 250%\n",
        "steps: 9\n",
        "plain.amount: 101px\n",
        "strength: 5px\n",
        "plain.many: 0\n",
    ];
    for after in moves {
        let mut watched = Watched::new(PROGRAM, "strength: 41%\n");
        let (plan, found, _) = watched.after("A.tweaks.yaml", after);
        let wanted = fresh(PROGRAM, after);
        assert!(wanted.0.is_none() && !wanted.1.is_empty(), "{after}");
        assert_eq!((plan, found), wanted, "{after}");
        // And back again.
        let (plan, found, _) = watched.after("A.tweaks.yaml", "strength: 43%\n");
        assert_eq!((plan, found), fresh(PROGRAM, "strength: 43%\n"), "{after}");
    }
}

/// A line of a tweak file: right ones, wrong ones, and ones that change what is made.
fn line() -> impl Strategy<Value = (usize, String)> {
    let percent = || (-10i32..230).prop_map(|percent| format!("{percent}%"));
    let curve = |first: i32, second: i32| format!("{{1001: {first}%, 1006: {second}%}}");
    prop_oneof![
        4 => percent().prop_map(|value| (0, format!("strength: {value}"))),
        1 => (0..7).prop_map(|steps| (1, format!("steps: {steps}"))),
        1 => any::<bool>().prop_map(|heavy| (2, format!("heavy: {heavy}"))),
        2 => (0..110).prop_map(|size| (3, format!("plain.amount: {size}px"))),
        2 => percent().prop_map(|value| (4, format!("comp/pale.amount: {value}"))),
        1 => (0..90, 0..90).prop_map(move |(first, second)| (4, format!("comp/pale.amount: {}", curve(first, second)))),
        2 => percent().prop_map(|value| (5, format!("comp.by: {{at: {{1002..1004: {value}}}}}"))),
        1 => (0..90, 0..90).prop_map(move |(first, second)| (5, format!("comp.by: {}", curve(first, second)))),
        1 => prop_oneof!["Draft", "Fine"].prop_map(|quality| (6, format!("comp.quality: {quality}"))),
        2 => "[a-z]{0,3}".prop_map(|label| (7, format!("label: \"{label}\""))),
        1 => (-3i32..4).prop_map(|amount| (9, format!("noisy/wide.size: {amount}px"))),
    ]
}

fn file() -> impl Strategy<Value = String> {
    proptest::collection::vec(line(), 0..5).prop_map(|mut lines| {
        lines.sort_by_key(|(address, _)| *address);
        lines.dedup_by_key(|(address, _)| *address);
        lines.into_iter().map(|(_, line)| line + "\n").collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn moved_values_are_worth_what_they_are_in_a_shot_read_anew(files in proptest::collection::vec(file(), 2..6)) {
        let mut watched = Watched::new(PROGRAM, &files[0]);
        for tweaks in &files[1..] {
            let (plan, found, _) = watched.after("A.tweaks.yaml", tweaks);
            prop_assert_eq!((plan, found), fresh(PROGRAM, tweaks), "{}", tweaks);
        }
    }
}
