//! Exactly what changed is computed, as the event log of real renders says.

use crate::project::{Project, plate};

const SHOT: &str = "\
shot A {
    frames 1001..1006
    rate 24fps
    format 64x48
    seed 1

    let scan  = read(\"plates/plate.%04d.exr\", space: ACEScg)
    let soft  = scan |> blur(2px)
    let graded = soft |> exposure({1001: 0.5stops, 1003: 1stops, 1006: 1stops})
    let card  = constant(Rgb(0.1, 0.2, 0.3))
    let comp  = graded |> plus(card)

    write \"out/a.%04d.exr\" = comp
}
";

fn project() -> Project {
    let project = Project::new(SHOT);
    plate(&project, "1001..1006", "64x48");
    project
}

#[test]
fn a_first_render_computes_every_pair_once_and_the_second_nothing() {
    let project = project();
    let first = project.toma(&["render", "shot.toma", "--json"]).with(0);
    // Four nodes at six frames, and one still.
    let counts = first.done();
    assert_eq!((counts.computed, counts.rebuilt, counts.cached, counts.failed), (25, 0, 0, 0));
    assert_eq!(project.files("out").len(), 6);

    let second = project.toma(&["render", "shot.toma", "--json"]).with(0);
    let counts = second.done();
    assert_eq!((counts.computed, counts.rebuilt, counts.cached, counts.failed), (0, 0, 25, 0));
}

#[test]
fn moving_a_key_computes_only_the_frames_where_the_curve_changed() {
    let project = project();
    project.toma(&["render", "shot.toma"]).with(0);
    project.edit("1003: 1stops", "1003: 0.9stops");
    let again = project.toma(&["render", "shot.toma", "--json"]).with(0);
    let frames = |node: &str, frames: std::ops::RangeInclusive<i64>| {
        frames.map(|frame| (node.to_owned(), Some(frame))).collect::<Vec<_>>()
    };
    // The key at 1001 and the hold from 1006 on are as they were.
    let mut wanted = frames("comp", 1002..=1005);
    wanted.extend(frames("graded", 1002..=1005));
    assert_eq!(again.pairs("computed"), wanted);
}

#[test]
fn comments_names_and_places_compute_nothing() {
    let project = project();
    project.toma(&["render", "shot.toma"]).with(0);
    project.edit("    let soft ", "    // softer\n\n    let soft ");
    project.edit("let card  = constant", "let grey = constant");
    project.edit("plus(card)", "plus(grey)");
    let counts = project.toma(&["render", "shot.toma", "--json"]).with(0).done();
    assert_eq!((counts.computed, counts.rebuilt), (0, 0));
}

#[test]
fn one_changed_plate_computes_that_frame_only() {
    let project = project();
    project.toma(&["render", "shot.toma"]).with(0);
    std::fs::copy(project.path("plates/plate.1002.exr"), project.path("plates/plate.1005.exr"))
        .expect("a copy");
    let again = project.toma(&["render", "shot.toma", "--json"]).with(0);
    let mut frames: Vec<Option<i64>> =
        again.pairs("computed").into_iter().map(|(_, frame)| frame).collect();
    frames.dedup();
    assert_eq!(frames, [Some(1005)]);
    // What frame 1002 made of the same picture is known by content: read and blurred before.
    assert!(again.pairs("computed").iter().all(|(node, _)| node == "graded" || node == "comp"));
}

#[test]
fn a_removed_or_altered_output_is_written_again_and_said() {
    let project = project();
    project.toma(&["render", "shot.toma"]).with(0);
    let original = std::fs::read(project.path("out/a.1003.exr")).expect("an output");
    std::fs::remove_file(project.path("out/a.1003.exr")).expect("an output");
    project.write("out/a.1004.exr", "something else");
    let again = project.toma(&["render", "shot.toma"]).with(0).saying(&[
        "a.1003.exr (it was gone)",
        "a.1004.exr (it was no longer what Toma had written)",
    ]);
    assert!(again.err.contains("2 written, 4 up to date"), "{}", again.err);
    assert_eq!(std::fs::read(project.path("out/a.1003.exr")).expect("written again"), original);
}

#[test]
fn the_same_bytes_come_with_and_without_a_cache_and_on_any_number_of_threads() {
    let render = |arguments: &[&str]| {
        let project = project();
        project.toma(&[&["render", "shot.toma"], arguments].concat()).with(0);
        project
            .files("out")
            .iter()
            .map(|name| std::fs::read(project.path(name)).expect("an output"))
            .collect::<Vec<_>>()
    };
    let one = render(&["--threads", "1"]);
    assert_eq!(one.len(), 6);
    assert!(one == render(&["--threads", "3"]), "threads change the picture");
    assert!(one == render(&["--no-cache"]), "the cache changes the picture");
}
