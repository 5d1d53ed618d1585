//! `toma check`: the forms of its answers, and mending.

use crate::project::Project;

const SHOT: &str = "\
use looks.{soft}

shot A {
    frames 1001..1003
    rate 24fps
    format 64x48

    let scan = constant(0.5)
    let comp = scan |> blurr(2px) |> soft

    write main \"out/a.%04d.exr\" = cmop
}
";

const LOOKS: &str = "\
/// A soft look.
pub recipe soft(plate: Clip<ACEScg>) -> Clip<ACEScg> {
    plate |> blur(1px) |> exposre(1stops)
}
";

fn project() -> Project {
    let project = Project::new(SHOT);
    project.write("looks.toma", LOOKS);
    project
}

fn text(project: &Project, name: &str) -> String {
    std::fs::read_to_string(project.path(name)).expect("the file")
}

#[test]
fn a_short_answer_is_a_line_for_each_message() {
    let ended = project().toma(&["check", "shot.toma", "--format", "short"]).with(1);
    assert!(
        ended.out.lines().any(|line| line.starts_with("shot.toma:9:38: error[T0114]: ")),
        "{}",
        ended.out
    );
    assert!(ended.out.lines().any(|line| line.starts_with("looks.toma:3:")), "{}", ended.out);
}

#[test]
fn github_is_told_by_workflow_commands() {
    let ended = project().toma(&["check", "shot.toma", "--format", "github"]).with(1);
    for line in ended.out.lines() {
        assert!(line.starts_with("::error file=") && line.contains(",line="), "{line}");
    }
}

#[test]
fn json_carries_labels_and_edits() {
    let ended = project().toma(&["check", "shot.toma", "--format", "json"]).with(1);
    let lines: Vec<serde_json::Value> =
        ended.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let spelt = lines.iter().find(|line| line["code"] == "T0201").expect("the misspelling");
    let edit = &spelt["fixes"][0]["edits"][0];
    assert_eq!((edit["text"].as_str(), edit["file"].as_str()), (Some("comp"), Some("shot.toma")));
    let bytes = edit["start"]["byte"].as_u64().zip(edit["end"]["byte"].as_u64());
    let (start, end) = bytes.expect("bytes");
    assert_eq!(&SHOT[start as usize..end as usize], "cmop");
    assert_eq!(spelt["labels"][0]["start"]["line"], 11);
}

#[test]
fn mending_goes_through_all_files_until_nothing_is_left() {
    let project = project();
    let ended = project.toma(&["check", "shot.toma", "--fix"]).with(0);
    assert!(ended.err.contains("shot.toma: 3 fixes"), "{}", ended.err);
    assert!(ended.err.contains("looks.toma: 1 fix"), "{}", ended.err);
    let shot = text(&project, "shot.toma");
    assert!(shot.contains("blur(2px) |> soft()") && shot.contains("= comp"), "{shot}");
    assert!(text(&project, "looks.toma").contains("exposure(1stops)"));
    // There is nothing to do the second time.
    project.toma(&["check", "shot.toma", "--fix"]).with(0).saying(&["no errors"]);
    assert_eq!(text(&project, "shot.toma"), shot);
}

#[test]
fn a_dry_run_shows_the_change_and_writes_nothing() {
    let project = project();
    let ended = project.toma(&["check", "shot.toma", "--fix", "--dry-run"]).with(1);
    assert!(ended.out.contains("-    let comp = scan |> blurr(2px) |> soft\n"), "{}", ended.out);
    assert!(ended.out.contains("+    let comp = scan |> blur(2px) |> soft()\n"), "{}", ended.out);
    assert_eq!(text(&project, "shot.toma"), SHOT);
    assert_eq!(text(&project, "looks.toma"), LOOKS);
}

#[test]
fn suggestions_are_applied_only_when_asked_for() {
    let program = "shot A {\n    frames 1..1\n    rate 24fps\n    format 8x8\n    \
                   let comp = constant(0.5)\n    write \"a.%04d.png\" = comp\n}\n";
    let project = Project::new(program);
    project.toma(&["check", "shot.toma", "--fix"]).with(1);
    assert_eq!(text(&project, "shot.toma"), program);
    project.toma(&["check", "shot.toma", "--fix", "--suggestions"]).with(0);
    assert!(text(&project, "shot.toma").contains("comp |> encode(sRGB)"));
}

#[test]
fn what_an_arm_gives_is_never_made_up_unasked() {
    let program = "enum Edge { Hard, Soft }\n\nrecipe a(p: Clip<ACEScg>, edge: Edge) -> Clip<ACEScg> {\n    \
                   match edge { Hard => p }\n}\n";
    let project = Project::new(program);
    project.toma(&["check", "shot.toma", "--fix"]).with(1).saying(&["T0351"]);
    assert_eq!(text(&project, "shot.toma"), program);
}

#[test]
fn a_piece_of_a_cut_may_be_one_frame() {
    let program = "shot A {\n    frames 1001..1003\n    rate 24fps\n    format 8x8\n    \
                   let comp = constant(0.5) |> blur(cut { 1002: 2px, last: 1px, else: 3px })\n    \
                   write \"a.%04d.exr\" = comp\n}\n";
    Project::new(program).toma(&["check", "shot.toma"]).with(0).saying(&["no errors"]);
    let twice = program.replace("last:", "1002:");
    Project::new(&twice).toma(&["check", "shot.toma"]).with(1).saying(&["T0372"]);
}

#[test]
fn a_file_never_comes_out_worse() {
    // A fix that would make two names out of one is taken back.
    let program = "shot A {\n    frames 1..1\n    rate 24fps\n    format 8x8\n    \
                   let comp = constant(0.5)\n    write \"a.%04d.exr\" = comp |> blurr(oops)\n}\n";
    let project = Project::new(program);
    project.toma(&["check", "shot.toma", "--fix"]).with(1);
    let mended = text(&project, "shot.toma");
    let before = count(&Project::new(program));
    assert!(count(&Project::new(&mended)) <= before, "{mended}");
}

fn count(project: &Project) -> usize {
    let ended = project.toma(&["check", "shot.toma", "--format", "short"]);
    ended.out.lines().filter(|line| line.contains("error[")).count()
}

#[test]
fn folders_are_checked_and_a_shared_module_speaks_once() {
    let project = project();
    let other = SHOT.replace("shot A", "shot B").replace("out/a", "out/b");
    project.write("deep/er/other.toma", "const x = 1\n");
    project.write("other.toma", other);
    let ended = project.toma(&["check", ".", "--format", "short"]).with(1);
    let of_looks = ended.out.lines().filter(|line| line.starts_with("looks.toma")).count();
    assert_eq!(of_looks, 1, "{}", ended.out);
    assert!(ended.out.contains("other.toma:9"), "{}", ended.out);
    project.toma(&["check", "deep"]).with(0);
    project.write("empty/readme", "nothing");
    project.toma(&["check", "empty"]).with(1).saying(&["no `.toma` file in empty"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_written_is_left_and_said() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = project();
    let path = project.path("looks.toma");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).expect("rights");
    project.toma(&["check", "shot.toma", "--fix"]).with(1).saying(&["T0750", "looks.toma"]);
    assert_eq!(text(&project, "looks.toma"), LOOKS);
}

#[test]
fn files_of_a_package_are_never_mended() {
    let broken =
        "/// Soft.\npub recipe soft(p: Clip<ACEScg>) -> Clip<ACEScg> {\n    p |> blurr(2px)\n}\n";
    let project = Project::new(
        "use acme.look.{soft}\n\nshot A {\n    frames 1..1\n    rate 24fps\n    format 8x8\n    \
         write \"a.%04d.exr\" = constant(0.5) |> soft() |> exposur(1stops)\n}\n",
    );
    project.write("acme/look.toma", broken);
    project.write("own/look.toma", broken.replace("blurr", "blurrr"));
    project.write("toma.yaml", "edition: 2027\npackages:\n  acme: {path: acme}\n");
    project.toma(&["lock"]).with(0);
    let lock = text(&project, "toma.lock");
    for files in [&["shot.toma"][..], &["acme/look.toma"], &["."]] {
        let ended = project.toma(&[&["check", "--fix"], files].concat()).with(1);
        ended.saying(&["acme/look.toma: 1 fix left out", "package `acme`", "--update acme"]);
        assert_eq!(text(&project, "acme/look.toma"), broken, "{files:?}");
    }
    // Nor brought into form, unless the lock is told.
    let loose = broken.replace("    p", "  p");
    project.write("acme/look.toma", loose.as_str());
    for (files, code) in [(&["fmt", "acme"][..], 0), (&["fmt", "acme/look.toma"], 1)] {
        let ended = project.toma(files).with(code);
        ended.saying(&["acme/look.toma: left as it is", "package `acme`", "--update acme"]);
        assert_eq!(text(&project, "acme/look.toma"), loose, "{files:?}");
    }
    project.write("acme/look.toma", broken);
    // What is the project's own is mended beside it, and the lock holds.
    assert!(text(&project, "shot.toma").contains("|> exposure(1stops)"));
    assert!(text(&project, "own/look.toma").contains("blur(2px)"));
    project.toma(&["lock"]).with(0);
    assert_eq!(text(&project, "toma.lock"), lock);
}

#[test]
fn two_files_that_write_to_one_place_are_told() {
    let project = Project::new("");
    let shot = |name: &str, path: &str| {
        format!(
            "shot {name} {{\n    frames 1001..1002\n    rate 24fps\n    format 64x48\n    write \"{path}\" = constant(0.18)\n}}\n"
        )
    };
    project.write("a.toma", shot("A", "out/x.%04d.exr"));
    project.write("b.toma", shot("B", "./out/x.####.exr"));
    project.write("other/c.toma", shot("C", "out/x.%04d.exr"));
    let said = project.toma(&["check", "."]).with(1);
    assert_eq!(said.err.matches("T0506").count(), 2, "{}", said.err);
    said.saying(&["two files write to", "a.toma", "b.toma:5"]);
    project.toma(&["check", "a.toma", "other/c.toma"]).with(0);
}
