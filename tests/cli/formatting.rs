//! `toma fmt`: in place, compared, from input to output; what can't be read is left and said.

use crate::project::Project;

const PROGRAM: &str = "shot A {\n  frames   1001..1003 // the cut\n    rate 24fps\n}\n";
const FORM: &str = "shot A {\n    frames 1001..1003 // the cut\n    rate 24fps\n}\n";

fn text(project: &Project) -> String {
    std::fs::read_to_string(project.path("shot.toma")).expect("the program")
}

#[test]
fn a_file_takes_its_form_once() {
    let project = Project::new(PROGRAM);
    project.toma(&["fmt", "--check", "shot.toma"]).with(1).saying(&["1 file to be formatted"]);
    assert_eq!(text(&project), PROGRAM);
    project.toma(&["fmt"]).with(0).saying(&["shot.toma: formatted", "1 file formatted"]);
    assert_eq!(text(&project), FORM);
    project
        .toma(&["fmt", "--check", "."])
        .with(0)
        .saying(&["0 files to be formatted, 1 file unchanged"]);
    project.toma(&["fmt", "shot.toma"]).with(0).saying(&["1 file unchanged"]);
}

#[test]
fn a_check_shows_the_lines_that_would_change() {
    let ended = Project::new(PROGRAM).toma(&["fmt", "--check", "shot.toma"]).with(1);
    assert!(ended.out.contains("-  frames   1001..1003 // the cut"), "{}", ended.out);
    assert!(ended.out.contains("+    frames 1001..1003 // the cut"), "{}", ended.out);
}

#[test]
fn what_cannot_be_read_stays_and_the_rest_is_formatted() {
    let broken = "shot B {\n  let a =  f(1\n}\n";
    let project = Project::new(&format!("{PROGRAM}{broken}"));
    project.toma(&["fmt"]).with(1).saying(&["T0103", "what has one stays as it is"]);
    assert_eq!(text(&project), format!("{FORM}{broken}"));
    project.write("latin.toma", b"// caf\xe9\n");
    project.toma(&["fmt", "latin.toma"]).with(1).saying(&["T0200", "UTF-8"]);
    project.toma(&["fmt", "missing.toma"]).with(1).saying(&["T0200", "missing.toma"]);
}

#[cfg(unix)]
#[test]
fn rights_and_links_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::new(PROGRAM);
    let (file, link) = (project.path("shot.toma"), project.path("link.toma"));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).expect("rights");
    std::os::unix::fs::symlink(&file, &link).expect("a link");
    project.toma(&["fmt", "link.toma"]).with(0);
    assert!(link.symlink_metadata().expect("the link").file_type().is_symlink());
    assert_eq!(text(&project), FORM);
    assert_eq!(file.metadata().expect("the file").permissions().mode() & 0o777, 0o640);
}
