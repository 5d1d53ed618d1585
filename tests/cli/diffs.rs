//! `toma diff`: two files, two revisions, exact frames, a page.

use crate::project::{Project, plate};
use std::process::Command;

const SHOT: &str = "\
use looks.{look}

shot A {
    frames 1001..1010
    rate 24fps
    format 32x24

    let scan = read(\"plates/plate.%04d.exr\", space: ACEScg)
    let soft = scan |> blur(2px)
    let comp = soft |> look |> exposure({1001: 0stops, 1005: 0stops, 1010: 1stops})

    write main \"out/a.%04d.exr\" = comp
    write side \"out/b.%04d.exr\" = soft
}
";

const LOOKS: &str = "\
pub recipe look(plate: Clip<ACEScg>, amount: Ratio in 0%..100% = 50%) -> Clip<ACEScg> {
    plate |> saturation(amount)
}
";

fn project() -> Project {
    let project = Project::new(&SHOT.replace("|> look |>", "|> look() |>"));
    project.write("looks.toma", LOOKS);
    plate(&project, "1001..1010", "32x24");
    project
}

fn other(project: &Project, from: &str, to: &str) {
    let text = std::fs::read_to_string(project.path("shot.toma")).expect("the program");
    assert!(text.contains(from), "{from}");
    project.write("other.toma", text.replacen(from, to, 1));
}

#[test]
fn two_equal_files_have_no_difference() {
    let project = project();
    other(&project, "use looks.{look}\n", "// A comment.\nuse looks.{look}\n\n");
    let ended = project.toma(&["diff", "shot.toma", "other.toma", "--exit-code"]).with(0);
    assert!(ended.out.contains("no difference"), "{}", ended.out);
}

#[test]
fn the_exact_frames_are_named() {
    let project = project();
    other(&project, "1010: 1stops", "1010: 2stops");
    let ended = project.toma(&["diff", "shot.toma", "other.toma"]).with(0);
    for part in [
        "~ comp  5 frames: 1006..1010",
        "write main comes out differently at 5 frames: 1006..1010",
        "1010: 2stops",
    ] {
        assert!(ended.out.contains(part), "`{part}` is not in\n{}", ended.out);
    }
    assert!(!ended.out.contains("write side"), "{}", ended.out);
    project.toma(&["diff", "shot.toma", "other.toma", "--exit-code"]).with(1);
}

#[test]
fn nodes_values_and_shots_that_come_and_go_are_named() {
    let project = project();
    other(&project, "blur(2px)", "blur(3px)");
    let text = std::fs::read_to_string(project.path("other.toma")).expect("the other");
    let more = SHOT.split("shot A").nth(1).expect("a shot").replace("|> look |>", "|> look() |>");
    let more = more.replace("out/", "more/");
    project.write("other.toma", format!("{text}\nshot B{more}"));
    let ended = project.toma(&["diff", "shot.toma", "other.toma"]).with(0);
    for part in ["+ B  only in other.toma", "size  2px -> 3px", "other.toma:9:29"] {
        assert!(ended.out.contains(part), "`{part}` is not in\n{}", ended.out);
    }
    let back = project.toma(&["diff", "other.toma", "shot.toma", "--shot", "B"]).with(0).out;
    assert!(back.starts_with("- B  only in other.toma"), "{back}");
    let json = project.toma(&["diff", "shot.toma", "other.toma", "--json", "--shot", "A"]).with(0);
    let line: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!((line["schema"].as_u64(), line["change"].as_str()), (Some(1), Some("changed")));
    assert_eq!(line["outputs"]["main"]["changed"][0]["first"], 1001, "{line}");
}

#[test]
fn a_page_shows_both_sides_of_frames_that_differ() {
    let project = project();
    other(&project, "1010: 1stops", "1010: 2stops");
    let arguments = ["diff", "shot.toma", "other.toma", "--pictures", "page", "--limit", "2"];
    project.toma(&arguments).with(0).saying(&["2 frames: page/index.html"]);
    let page = std::fs::read_to_string(project.path("page/index.html")).expect("the page");
    assert_eq!(page.matches("data:image/png;base64,").count(), 6);
    assert!(page.contains("frame 1006") && page.contains("frame 1010"));
}

fn git(project: &Project, arguments: &[&str]) {
    let output = Command::new("git")
        .current_dir(project.path(""))
        .args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn revisions_are_compared_with_all_their_modules() {
    let project = project();
    git(&project, &["init", "-q", "-b", "main"]);
    git(&project, &["add", "shot.toma", "looks.toma"]);
    git(&project, &["commit", "-q", "-m", "one"]);
    project.write("looks.toma", LOOKS.replace("50%", "80%"));
    git(&project, &["commit", "-q", "-a", "-m", "two"]);
    for arguments in [
        &["diff", "main~1:shot.toma", "shot.toma"][..],
        &["diff", "main~1", "main", "--", "shot.toma"],
        &["diff", "main~1", "--", "shot.toma"],
    ] {
        let out = project.toma(arguments).with(0).out;
        assert!(out.contains("amount  50% -> 80%"), "{out}");
        assert!(out.contains("write main comes out differently at 10 frames: 1001..1010"), "{out}");
        assert!(out.contains("looks.toma:1:"), "{out}");
    }
    let out = project.toma(&["diff", "main", "--", "shot.toma"]).with(0).out;
    assert!(out.contains("no difference"), "{out}");
    project.toma(&["diff", "nobody", "main", "--", "shot.toma"]).with(4).saying(&["`nobody`"]);
    project.toma(&["diff", "main:gone.toma", "shot.toma"]).with(1).saying(&["gone.toma", "main"]);
    project.toma(&["diff", "--", "shot.toma"]).with(2);
    project.toma(&["diff", "shot.toma"]).with(2).saying(&["T0751"]);
    project.toma(&["diff", "--upload-pack=x:shot.toma", "shot.toma"]).with(2);
}

#[test]
fn the_first_tweak_of_a_shot_and_a_first_lock_are_no_texts_of_the_revision() {
    let project = Project::new(
        "shot A {\n    frames 1001..1002\n    rate 24fps\n    format 16x16\n    let p = constant(0.5) |> blur(2px)\n    \
         write \"out/a.%04d.exr\" = p\n}\n",
    );
    project.write("toma.yaml", "edition: 2027\n");
    git(&project, &["init", "-q", "-b", "main"]);
    git(&project, &["add", "shot.toma", "toma.yaml"]);
    git(&project, &["commit", "-q", "-m", "One"]);
    project.toma(&["lock"]).with(0);
    project.toma(&["tweak", "set", "A", "p.size", "3px"]).with(0);
    let ended = project.toma(&["diff", "HEAD", "--", "shot.toma"]).with(0);
    assert!(ended.out.contains("2px") && ended.out.contains("3px"), "{}", ended.out);
}

#[test]
fn missing_plates_are_said_and_not_taken_for_changes() {
    let project = project();
    other(&project, "1010: 1stops", "1010: 2stops");
    std::fs::remove_file(project.path("plates/plate.1002.exr")).expect("a plate");
    let ended = project.toma(&["diff", "shot.toma", "other.toma"]);
    assert!(ended.code == 4 || ended.out.contains("can't be told"), "{}{}", ended.out, ended.err);
}

#[test]
fn revisions_of_a_project_with_packages_are_compared() {
    let project = project();
    let shot = std::fs::read_to_string(project.path("shot.toma")).expect("the shot");
    project.write("shots/shot.toma", shot);
    project.write("acme/film.toma", "/// One stop.\npub const gain = 1stops\n");
    project
        .write("shots/looks.toma", format!("use acme.film.gain\n{LOOKS}\npub const push = gain\n"));
    project.write("toma.yaml", "edition: 2027\nmedia: .\npackages:\n  acme: {path: acme}\n");
    project.toma(&["lock"]).with(0);
    git(&project, &["init", "-q", "-b", "main"]);
    git(&project, &["add", "shots", "acme", "toma.yaml", "toma.lock"]);
    git(&project, &["commit", "-q", "-m", "one"]);
    project.write(
        "shots/looks.toma",
        format!("use acme.film.gain\n{}\npub const push = gain\n", LOOKS.replace("50%", "80%")),
    );
    let out = project.toma(&["diff", "main", "--", "shots/shot.toma"]).with(0).out;
    assert!(out.contains("amount  50% -> 80%"), "{out}");
    let inside = project
        .command(&["diff", "main", "--", "shot.toma"])
        .current_dir(project.path("shots"))
        .output();
    let inside = crate::project::Ended::new(&inside.expect("toma runs")).with(0);
    assert!(inside.out.contains("amount  50% -> 80%"), "{}", inside.out);
}
