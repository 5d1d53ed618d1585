//! `toma new`: what it makes is right and can be rendered.

use crate::project::Project;

#[test]
fn a_new_project_checks_clean_and_renders() {
    let scratch = Project::new("");
    let made = scratch.toma(&["new", "dusk"]).with(0);
    assert!(made.out.contains("toma render dusk.toma"), "{}", made.out);
    let checked = scratch.toma(&["check", "dusk/dusk.toma"]).with(0);
    assert_eq!(checked.err.trim(), "dusk/dusk.toma: no errors");
    scratch.toma(&["render", "dusk/dusk.toma", "--frames", "1001..1002"]).with(0);
    assert_eq!(
        scratch.files("dusk/review"),
        ["dusk/review/dusk.1001.png", "dusk/review/dusk.1002.png"]
    );
    let tested = scratch.toma(&["test", "dusk"]).with(0);
    assert_eq!(tested.err.trim(), "2 passed, 0 failed");
    scratch.toma(&["fmt", "--check", "dusk"]).with(0);
    let again = scratch.toma(&["new", "dusk"]).with(4);
    again.saying(&["T0736", "not empty"]);
    scratch.toma(&["new", "7th"]).with(2).saying(&["T0736"]);
    scratch.toma(&["new", "match"]).with(2).saying(&["T0736"]);
    std::fs::create_dir(scratch.path("empty")).expect("a folder");
    scratch.toma(&["new", "empty"]).with(0);
    let plates: u64 = scratch
        .files("empty/plates")
        .iter()
        .filter_map(|name| std::fs::metadata(scratch.path(name)).ok())
        .map(|meta| meta.len())
        .sum();
    assert!(plates < 3 << 20, "the plates have {plates} bytes");
}

#[test]
fn the_commands_of_its_readme_work() {
    let scratch = Project::new("");
    scratch.toma(&["new", "dusk"]).with(0);
    let readme = std::fs::read_to_string(scratch.path("dusk/README.md")).expect("a README");
    let quoted = readme.split('`').skip(1).step_by(2).filter(|text| text.starts_with("toma "));
    let indented = readme.lines().filter_map(|line| line.strip_prefix("    "));
    let mut ran = 0;
    for line in indented.chain(quoted) {
        let words: Vec<&str> = line.split(' ').skip(1).collect();
        if words.contains(&"CODE") {
            continue;
        }
        let ended = scratch.command(&words).current_dir(scratch.path("dusk")).output();
        let ended = crate::project::Ended::new(&ended.expect("toma runs"));
        // After `unset` nothing is left to bake.
        assert!(ended.code == 0 || line.contains("bake"), "{line}\n{}", ended.err);
        ran += 1;
    }
    assert!(ran >= 8, "the README has {ran} commands");
    assert!(scratch.path("dusk/review/dusk.1006.png").is_file(), "the picture that it names");
}

#[test]
fn a_project_is_called_as_the_folder_that_is_meant() {
    let scratch = Project::new("");
    std::fs::create_dir(scratch.path("dusk")).expect("a folder");
    let made = scratch.command(&["new", "."]).current_dir(scratch.path("dusk")).output();
    let made = crate::project::Ended::new(&made.expect("toma runs")).with(0);
    assert!(!made.out.contains("cd "), "{}", made.out);
    assert!(scratch.path("dusk/dusk.toma").is_file());
    scratch.toma(&["new", "shot-0010"]).with(2).saying(&["`shot_0010`"]);
}
