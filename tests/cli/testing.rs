//! `toma test`: what passes, what fails and how that reads.

use crate::project::Project;

const LOOKS: &str = "\
//! Looks.

/// Half as much light.
///
/// ```test
/// half(constant(1)) == constant(0.5)
/// ```
pub recipe half(plate: Clip<ACEScg>) -> Clip<ACEScg> {
    plate |> exposure(-1stops)
}

test \"half of white is grey\" {
    let grey = half(constant(1))
    mean(grey).red < 0.6
    close(mean(grey).green, 0.5, tolerance: 0.001)
    pixel(grey, 3, 4, at: 1002) == Rgb(0.5, 0.5, 0.5)
    psnr(grey, constant(0.5)) > 60
    difference(grey, constant(1)) > 0.4
    not (grey == constant(1)) and grey != ramp()
}

@frames(1..10)
@format(16x8)
test \"light comes up\" {
    let rising = constant(1) |> exposure({1: -4stops, 10: 0stops})
    mean(rising, at: 10).red - mean(rising, at: 1).red > 0.9
    highest(rising).red <= 1
}
";

#[test]
fn tests_of_items_and_docs_pass() {
    let project = Project::new(LOOKS);
    let ended = project.toma(&["test"]).with(0).saying(&["3 passed, 0 failed"]);
    for title in ["half of white is grey", "light comes up", "the docs of `half`"] {
        assert!(ended.out.contains(&format!("ok      {title}")), "{}", ended.out);
    }
    assert!(ended.out.contains("shot.toma:5"), "docs have their own lines: {}", ended.out);
}

#[test]
fn some_tests_can_be_chosen() {
    let project = Project::new(LOOKS);
    let ended = project.toma(&["test", "shot.toma", "--filter", "GREY"]).with(0);
    assert_eq!(ended.out.lines().count(), 1, "{}", ended.out);
    project.toma(&["test", "--filter", "nothing like it"]).with(2).saying(&["T0753"]);
}

#[test]
fn a_failing_test_shows_both_sides_and_where_pictures_differ() {
    let project = Project::new(LOOKS);
    project.edit("exposure(-1stops)", "exposure(-2stops)");
    let ended = project.toma(&["test", "shot.toma"]).with(3).saying(&["1 passed, 2 failed"]);
    for part in [
        "FAILED  half of white is grey  shot.toma:12",
        "shot.toma:15: close(mean(grey).green, 0.5, tolerance: 0.001)",
        "left   0.25",
        "right  0.5",
        "they may differ by 0.001",
        "at frame 1001",
        "left   R 0.25  G 0.25  B 0.25",
        "shot.toma:6: half(constant(1)) == constant(0.5)",
        "at frame 1001 samples differ by up to 0.25, by 0.25 in the mean; psnr 12.0412 dB",
        "first at pixel (0, 35), R: left 0.25, right 0.5",
    ] {
        assert!(ended.out.contains(part), "`{part}` is not in\n{}", ended.out);
    }
}

#[test]
fn a_claim_must_be_true_at_every_frame() {
    let project = Project::new(LOOKS);
    project.edit("highest(rising).red <= 1", "highest(rising).red < 0.5");
    let ended = project.toma(&["test", "--filter", "light"]).with(3);
    assert!(ended.out.contains("at frame 8"), "{}", ended.out);
}

#[test]
fn tests_answer_one_object_a_line() {
    let project = Project::new(LOOKS);
    project.edit("-1stops", "-2stops");
    let ended = project.toma(&["test", "--json"]).with(3);
    let lines: Vec<serde_json::Value> =
        ended.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let done = lines.last().expect("a line");
    assert_eq!((done["passed"].as_u64(), done["failed"].as_u64()), (Some(1), Some(2)));
    let failed = lines.iter().find(|line| line["passed"] == false).expect("a failure");
    assert!(failed["failures"][0]["line"].is_number(), "{failed}");
}

#[test]
fn a_program_with_errors_ends_with_one_and_a_render_runs_no_test() {
    let project = Project::new(
        "shot A {\n    frames 1..1\n    rate 24fps\n    format 8x8\n    let comp = ramp()\n    \
         write \"a.%04d.exr\" = comp\n}\n\ntest \"wrong\" {\n    mean(rmap()).red > 0\n}\n\n\
         test \"right\" {\n    mean(ramp()).red > 0\n}\n",
    );
    project.toma(&["test"]).with(1).saying(&["rmap", "1 passed"]);
    project.toma(&["render", "shot.toma"]).with(1);
    project.toma(&["render", "shot.toma", "--shot", "A"]).with(0);
    project.edit("rmap", "ramp");
    project.toma(&["test"]).with(0);
    project.edit("mean(ramp()).red > 0", "mean(ramp()).red > 5");
    project.toma(&["render", "shot.toma"]).with(0);
    project.toma(&["test"]).with(3);
}

#[test]
fn golden_pictures_are_read_beside_the_file() {
    let project = Project::new(
        "@frames(1..2)\n@format(8x8)\ntest \"as it was\" {\n    \
         let golden = read(\"golden/a.%04d.exr\", space: ACEScg)\n    psnr(ramp(), golden) > 40\n}\n",
    );
    project.toma(&["test"]).with(3).saying(&["golden/a.%04d.exr"]);
    project.write(
        "make.toma",
        "shot a {\n    frames 1..2\n    rate 24fps\n    format 8x8\n    write \"golden/a.%04d.exr\" = ramp()\n}\n",
    );
    project.toma(&["render", "make.toma"]).with(0);
    project.toma(&["test", "shot.toma"]).with(0);
}
