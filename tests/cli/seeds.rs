//! Randomness is nobody's accident: renaming, moving and adding changes no key, asked of the engine itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use toma_compiler::{Compiler, Family, PictureHeader, System};
use toma_engine::{Digest, Engine, RenderRequest, Settings};
use toma_media::colour::BuiltinColour;
use toma_models::Models;

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

/// The keys of the pictures that `main` writes, by frame, with the path that is no part of a picture left out.
fn keys(program: &str) -> BTreeMap<Option<i64>, Option<Digest>> {
    let mut compiler = Compiler::new(Arc::new(Bare));
    compiler.set_file("shot.toma", program.to_owned());
    let (plan, found) = compiler.plan("shot.toma", "A");
    let errors: Vec<_> = found
        .iter()
        .filter(|found| found.severity == toma_syntax::diagnostic::Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{program}");
    let plan = plan.expect("a plan");
    let main = plan.outputs.iter().find(|output| output.name == "main").expect("main");
    let node = plan.nodes[main.input.node.0 as usize].path.clone();
    let folder = tempfile::tempdir().expect("a folder");
    let colour = Arc::new(BuiltinColour::new().expect("colours"));
    let models = Arc::new(Models::new(Vec::new()));
    let settings = Settings::new(folder.path().join("state"), folder.path());
    let engine = Engine::open(settings, toma_stages::registry(colour, models)).expect("an engine");
    let keys = engine.keys(&plan, &RenderRequest::default()).expect("keys");
    assert_eq!(keys.failures, []);
    keys.nodes[&node].clone()
}

/// The shot's lines and recipes, with names to choose.
struct Program {
    names: [String; 4],
    /// In which order the lines that don't need each other stand.
    swapped: bool,
    /// How many other things there are.
    more: usize,
    /// Is the cloud made by a recipe?
    inside: bool,
    handle: bool,
}

impl Program {
    fn text(&self) -> String {
        let [dust, cloud, both, recipe] = &self.names;
        let handle = if self.handle { " as rain" } else { "" };
        let first =
            format!("    let {dust} = noise(seed: seed.split(\"dust\"), size: 8px){handle}\n");
        let mut lines = vec![first];
        let others = (0..self.more).map(|nth| {
            format!(
                "    let other_{nth} = noise(seed: seed.split(\"other {nth}\")) |> blur({nth}px)\n    write w{nth} \"w{nth}.%04d.exr\" = other_{nth}\n"
            )
        });
        lines.extend(others);
        if self.swapped {
            lines.reverse();
        }
        format!(
            "recipe {recipe}(plate: Clip<ACEScg>, by: Ratio = 50%) -> Clip<ACEScg> {{\n    plate |> saturation(by)\n}}\n\nshot A {{\n    seed 40\n    frames 1..3\n    rate 24fps\n    format 64x48\n{}    let {cloud} = noise(seed: seed.split(\"cloud\"), evolve: {{first: 0, last: 1}})\n    let {both} = {}\n    write main \"main.%04d.exr\" = {both}\n}}\n",
            lines.concat(),
            if self.inside {
                format!("{recipe}({dust} |> plus({cloud}))")
            } else {
                format!("{dust} |> plus({cloud}) |> saturation(50%)")
            },
        )
    }
}

#[test]
fn renaming_moving_and_adding_changes_no_key() {
    let plain = |names: [&str; 4]| Program {
        names: names.map(str::to_owned),
        swapped: false,
        more: 0,
        inside: false,
        handle: false,
    };
    let expected = keys(&plain(["dust", "cloud", "both", "mix"]).text());
    assert_eq!(expected.len(), 3);
    assert!(expected.values().all(Option::is_some));
    let names =
        [["dust", "cloud", "both", "mix"], ["x", "seeds", "noise_", "blur_"], ["b", "a", "c", "z"]];
    for names in names {
        for variant in 0..16 {
            let program = Program {
                swapped: variant & 1 != 0,
                inside: variant & 2 != 0,
                handle: variant & 4 != 0,
                more: if variant & 8 != 0 { 3 } else { 0 },
                ..plain(names)
            }
            .text();
            assert_eq!(keys(&program), expected, "{program}");
        }
    }
    // It can fail: another label, another seed, another size.
    let text = plain(["dust", "cloud", "both", "mix"]).text();
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
