//! What an edit costs: the queries that run again, by name.

use std::sync::{Arc, Mutex};
use toma_compiler::Compiler;

const PROGRAM: &str = "\
const strength = 40%

recipe soft(plate: Clip<ACEScg>, amount: Length in 0px..100px = 4px) -> Clip<ACEScg> {
    let a = blur(plate, amount)
    a |> exposure(1stops)
}

recipe other(plate: Clip<ACEScg>) -> Clip<ACEScg> {
    plate |> saturation(strength)
}

shot A {
    frames 1001..1010
    rate 24fps
    format 1920x1080
    let plate = read(\"plates/hd.%04d.exr\", space: ACEScg)
    let comp = soft(plate) |> other()
    write \"out/{shot}.%04d.exr\" = comp
}
";

struct Edited {
    compiler: Compiler,
    ran: Arc<Mutex<Vec<String>>>,
}

impl Edited {
    fn new() -> Self {
        let ran: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = ran.clone();
        let compiler =
            Compiler::watched(Arc::new(crate::project::Project::default()), move |query| {
                log.lock().unwrap().push(query);
            });
        let mut edited = Self { compiler, ran };
        let count = edited.counts(PROGRAM);
        assert!(count("check_body") > 0 && count("shot_graph") == 1);
        drop(count);
        edited
    }

    /// Sets the text, checks it, and says how often each query ran.
    fn counts(&mut self, text: &str) -> impl Fn(&str) -> usize + use<> {
        self.ran.lock().unwrap().clear();
        self.compiler.set_file("shot.toma", text.to_owned());
        let found = self.compiler.check("shot.toma");
        assert_eq!(found, [], "{found:#?}");
        let (plan, _) = self.compiler.plan("shot.toma", "A");
        assert!(plan.is_some());
        let ran = std::mem::take(&mut *self.ran.lock().unwrap());
        move |query| ran.iter().filter(|name| name.starts_with(&format!("{query}("))).count()
    }
}

const CHECKS: [&str; 5] = ["scope", "signature", "check_body", "fragment", "shot_graph"];

#[test]
fn comments_and_blank_lines_check_nothing_again() {
    let edits = [
        format!("\n\n\n{PROGRAM}"),
        format!("// a comment above\n{PROGRAM}"),
        PROGRAM.replace("    let a = ", "    // a comment inside\n\n    let   a = "),
        PROGRAM.replace("recipe soft(", "/// Softer.\nrecipe soft("),
        PROGRAM.replace("    rate 24fps", "    rate   24fps // as shot"),
    ];
    for edit in edits {
        let mut edited = Edited::new();
        let before = edited.compiler.plan("shot.toma", "A").0.unwrap();
        let count = edited.counts(&edit);
        for query in CHECKS {
            assert_eq!(count(query), 0, "{query} ran after\n{edit}");
        }
        assert!(count("parsed") <= 1);
        let after = edited.compiler.plan("shot.toma", "A").0.unwrap();
        assert_eq!(before, after);
        // Origins stand beside the plan, and have moved with the text.
        let call = &after.origins.nodes.last().unwrap().call;
        let written = edit.get(call.start as usize..call.end as usize).unwrap();
        assert!(written.contains("saturation"), "{written}");
    }
}

#[test]
fn a_change_in_a_body_checks_that_body_and_the_shots_that_use_it() {
    let mut edited = Edited::new();
    let count = edited.counts(&PROGRAM.replace("exposure(1stops)", "exposure(2stops)"));
    assert_eq!(count("parsed"), 1);
    assert_eq!(count("signature"), 1);
    assert_eq!(count("check_body"), 1);
    assert_eq!(count("fragment"), 1);
    assert_eq!(count("shot_graph"), 1);
}

#[test]
fn a_change_of_a_signature_checks_its_callers_and_nobody_else() {
    let mut edited = Edited::new();
    let count = edited.counts(&PROGRAM.replace("0px..100px = 4px", "0px..200px = 8px"));
    // The recipe itself and the shot; not the other recipe, not the constant.
    assert_eq!(count("check_body"), 2);
}

#[test]
fn an_edit_of_another_shot_lowers_that_shot_only() {
    let two = format!(
        "{PROGRAM}\nshot B {{\n    frames 1..2\n    rate 24fps\n    format 64x64\n    write \"b.%04d.exr\" = constant(0.18)\n}}\n"
    );
    let mut edited = Edited::new();
    assert_eq!(edited.counts(&two)("shot_graph"), 1);
    let count = edited.counts(&two.replace("constant(0.18)", "constant(0.5)"));
    assert_eq!((count("check_body"), count("shot_graph")), (1, 1));
}

#[test]
fn what_the_system_answers_is_asked_again_after_a_refresh() {
    let project = Arc::new(crate::project::Project::default());
    let mut compiler = Compiler::new(project.clone());
    let text = "use looks.warm\n\nrecipe a(p: Clip<ACEScg>) -> Clip<ACEScg> {\n    warm(p)\n}\n";
    compiler.set_file("shot.toma", text.to_owned());
    assert_eq!(compiler.check("shot.toma")[0].code, "T0207");
    let module =
        "pub recipe warm(p: Clip<ACEScg>) -> Clip<ACEScg> {\n    p |> exposure(1stops)\n}\n";
    project.put("looks.toma", module);
    assert_eq!(compiler.check("shot.toma")[0].code, "T0207");
    compiler.refresh();
    assert_eq!(compiler.check("shot.toma"), []);
    // What was set by hand stays.
    project.put("shot.toma", "nonsense");
    compiler.refresh();
    assert_eq!(compiler.check("shot.toma"), []);
}

const CHOICES: &str = "\
enum Quality { Draft, Fine }

enum Source { Nothing, Luma(from: Ratio = 40%) }

record Passes {
    rgba: Clip<ACEScg>,
    gain: Float = 1,
}

recipe soft(passes: Passes, quality: Quality) -> Clip<ACEScg> {
    let size = match quality { Draft => 1px, Fine => 4px }
    passes.rgba |> blur(size * passes.gain)
}

recipe keyed(plate: Clip<ACEScg>, source: Source) -> Clip<ACEScg> {
    match source { Nothing => plate, Luma(from) => plate |> saturation(from) }
}

recipe bare(plate: Clip<ACEScg>) -> Clip<ACEScg> {
    let quality = Draft
    match quality { Draft => plate, else => plate |> blur(2px) }
}
";

#[test]
fn a_change_of_an_enum_or_record_checks_what_uses_it_and_nothing_else() {
    let ran: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = ran.clone();
    let project = Arc::new(crate::project::Project::default());
    let mut compiler = Compiler::watched(project, move |query| log.lock().unwrap().push(query));
    let mut checks = |text: &str| {
        ran.lock().unwrap().clear();
        compiler.set_file("shot.toma", text.to_owned());
        let found = compiler.check("shot.toma");
        assert_eq!(found, [], "{found:#?}");
        let ran = std::mem::take(&mut *ran.lock().unwrap());
        ran.iter().filter(|name| name.starts_with("check_body(")).count()
    };
    assert_eq!(checks(CHOICES), 6);
    // The enum itself and the recipe that matches it.
    assert_eq!(checks(&CHOICES.replace("from: Ratio = 40%", "from: Ratio = 50%")), 2);
    assert_eq!(checks(CHOICES), 2);
    // The record itself and the recipe that takes it.
    assert_eq!(checks(&CHOICES.replace("gain: Float = 1", "gain: Float = 2")), 2);
}

#[test]
fn a_tweak_checks_and_lowers_nothing_again_and_is_put_into_its_shot_only() {
    let project = Arc::new(crate::project::Project::default());
    let ran: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = ran.clone();
    let mut compiler =
        Compiler::watched(project.clone(), move |query| log.lock().unwrap().push(query));
    let two = format!(
        "{PROGRAM}\nshot B from A {{\n    frames 1001..1004\n}}\n\nshot C {{\n    frames 1..2\n    rate 24fps\n    format 64x64\n    write \"c.%04d.exr\" = constant(0.18)\n}}\n"
    );
    project.put("B.tweaks.yaml", "comp/exposure.stops: 2stops\n");
    compiler.set_file("shot.toma", two);
    assert_eq!(compiler.check("shot.toma"), []);
    let before = compiler.plan("shot.toma", "B").0.unwrap();
    ran.lock().unwrap().clear();
    compiler.set_file("B.tweaks.yaml", "# softer\ncomp/exposure.stops: 3stops\n".to_owned());
    assert_eq!(compiler.check("shot.toma"), []);
    let after = compiler.plan("shot.toma", "B").0.unwrap();
    let ran = std::mem::take(&mut *ran.lock().unwrap());
    let count =
        |query: &str| ran.iter().filter(|name| name.starts_with(&format!("{query}("))).count();
    assert_eq!(
        [
            "parsed",
            "scope",
            "signature",
            "layer",
            "check_body",
            "document",
            "shot_graph",
            "shot_at_once",
            "shot_values"
        ]
        .map(count),
        [0, 0, 0, 0, 0, 1, 0, 0, 1]
    );
    assert_ne!(before, after);
}

const LOOKS: &str = "\
pub recipe warm(p: Clip<ACEScg>, by: Kelvin = 7000K) -> Clip<ACEScg> {
    p |> white_balance(by)
}

pub recipe pale(p: Clip<ACEScg>) -> Clip<ACEScg> {
    p |> saturation(50%)
}
";

const USERS: &str = "\
use looks
use looks.pale

pub recipe by_path(p: Clip<ACEScg>) -> Clip<ACEScg> {
    looks.warm(p)
}

pub recipe by_name(p: Clip<ACEScg>) -> Clip<ACEScg> {
    pale(p)
}

pub recipe neither(p: Clip<ACEScg>) -> Clip<ACEScg> {
    p |> exposure(1stops)
}
";

/// How often each query ran for `shot.toma` when `looks.toma` and `shot.toma` were edited.
fn checks_after(looks: &str, users: &str) -> usize {
    let ran: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = ran.clone();
    let mut compiler =
        Compiler::watched(Arc::new(crate::project::Project::default()), move |query| {
            log.lock().unwrap().push(query);
        });
    compiler.set_file("looks.toma", LOOKS.to_owned());
    compiler.set_file("shot.toma", USERS.to_owned());
    assert_eq!(compiler.check("shot.toma"), []);
    ran.lock().unwrap().clear();
    compiler.set_file("looks.toma", looks.to_owned());
    compiler.set_file("shot.toma", users.to_owned());
    assert_eq!(compiler.check("shot.toma"), []);
    let ran = ran.lock().unwrap();
    ran.iter().filter(|name| name.starts_with("check_body(")).count()
}

#[test]
fn a_new_name_in_a_module_is_checked_alone_and_a_changed_one_with_its_users() {
    let new = "\npub recipe new(p: Clip<ACEScg>) -> Clip<ACEScg> {\n    p |> exposure(2stops)\n}\n";
    // The new recipe itself; nobody who uses the module.
    assert_eq!(checks_after(&format!("{LOOKS}{new}"), USERS), 1);
    // In front of the others, too: places are no part of what was found out.
    assert_eq!(checks_after(&format!("{new}\n{LOOKS}"), USERS), 1);
    // In the file of the users: their names mean what they did.
    assert_eq!(checks_after(LOOKS, &format!("{USERS}{new}")), 1);
    // A signature: the recipe and the one who calls it by its path.
    assert_eq!(checks_after(&LOOKS.replace("7000K", "6500K"), USERS), 2);
    // A body: that body.
    assert_eq!(checks_after(&LOOKS.replace("50%", "60%"), USERS), 1);
}
