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
