//! Mistakes of each kind: a clear message at its place, the right exit code, no partial file, and the next run
//! right.

use crate::project::{Ended, Project, no_partial_files, plate};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

const SHOT: &str = "\
shot A {
    frames 1001..1004
    rate 24fps
    format 64x48

    let scan = read(\"plates/plate.%04d.exr\", space: ACEScg)
    let comp = scan |> exposure(1stops)

    write \"out/a.%04d.exr\" = comp
}
";

fn project() -> Project {
    let project = Project::new(SHOT);
    plate(&project, "1001..1004", "64x48");
    project
}

/// A one-line program inside a shot, checked.
fn checked(body: &str) -> Ended {
    let shot = format!(
        "shot A {{\n    frames 1001..1004\n    rate 24fps\n    format 64x48\n{body}\n    write \"out/a.%04d.exr\" = comp\n}}\n"
    );
    Project::new(&shot).toma(&["check", "shot.toma", "--format", "json"])
}

/// The only error of a program: its code and line.
#[track_caller]
fn only_error(body: &str) -> (String, u64, String) {
    let ended = checked(body).with(1);
    let errors: Vec<serde_json::Value> = ended
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .filter(|line: &serde_json::Value| line["severity"] == "error")
        .collect();
    assert_eq!(errors.len(), 1, "{}", ended.out);
    let error = &errors[0];
    assert!(error["help"].as_str().is_some_and(|help| !help.is_empty()), "no help: {error}");
    assert_eq!(error["file"], "shot.toma");
    assert!(error["column"].as_u64().is_some_and(|column| column > 1), "{error}");
    (
        error["code"].as_str().unwrap_or_default().to_owned(),
        error["line"].as_u64().unwrap_or_default(),
        format!("{} {}", error["message"], error["help"]),
    )
}

#[test]
fn mistakes_in_the_text_are_found_at_their_line_and_only_once() {
    // What is written on line 6, and what the message must name.
    let cases: &[(&str, &[&str])] = &[
        ("    let comp = constant(3px)", &["px"]),
        ("    let comp = blur(constant(0.5), 2deg)", &["deg", "px"]),
        ("    let comp = blur(constant(0.5), \"2px\")", &["size"]),
        ("    let comp = constant(0.5) |> blur(5000px)", &["1000px"]),
        ("    let comp = bluur(constant(0.5), 2px)", &["bluur", "blur"]),
        ("    let comp = blur(constant(0.5), sise: 2px)", &["sise", "size"]),
        ("    let comp = constant(0.5) |> to(sRGB) |> exposure(1stops)", &["sRGB"]),
        (
            "    let comp = over(constant(0.5) |> to(LinearRec709), constant(0.5))",
            &["colour spaces", "to(ACEScg)"],
        ),
        (
            "    let comp = over(constant(0.5) |> reformat(32x32), constant(0.5))",
            &["two formats", "reformat(64x48"],
        ),
        ("    let comp = over(unpremultiply(constant(0.5)), constant(0.5))", &["premultiply"]),
        ("    let comp = noise(size: 9px)", &["seed"]),
        ("    let comp = cmop", &["cmop"]),
        ("    let comp = constant(0.5", &["("]),
        ("    let comp = if 1px { constant(0.5) } else { constant(0.6) }", &["length"]),
    ];
    for (line, parts) in cases {
        let (code, at, said) = only_error(
            &format!("    let unused = 1\n{line}").replace("    let unused = 1\n", "\n"),
        );
        assert_eq!(at, 6, "{line}: {code} {said}");
        for part in *parts {
            assert!(said.contains(part), "{line}: `{part}` is not said: {code} {said}");
        }
    }
}

#[test]
fn recursion_is_refused_with_its_chain() {
    let project = Project::new(&format!(
        "recipe a(p: Clip<ACEScg>) -> Clip<ACEScg> {{\n    b(p)\n}}\nrecipe b(p: Clip<ACEScg>) -> Clip<ACEScg> {{\n    a(p)\n}}\n{}",
        SHOT.replace("exposure(1stops)", "a()")
    ));
    project.toma(&["check", "shot.toma"]).with(1).saying(&[
        "it calls this",
        "which calls it again",
        "shot.toma:2:",
    ]);
}

#[test]
fn recipes_that_double_are_refused_at_once() {
    let mut program =
        String::from("recipe r0(p: Clip<ACEScg>) -> Clip<ACEScg> {\n    p |> blur(1px)\n}\n");
    for number in 1..=64 {
        let last = number - 1;
        program.extend([
            format!("recipe r{number}(p: Clip<ACEScg>) -> Clip<ACEScg> {{\n"),
            format!("    r{last}(p) |> plus(r{last}(p))\n}}\n"),
        ]);
    }
    program += &SHOT.replace("exposure(1stops)", "r64()");
    let project = Project::new(&program);
    let start = Instant::now();
    project.toma(&["check", "shot.toma"]).with(1).saying(&["100000", "`r64` calls `r63` 2 times"]);
    // Generous: doing it would take longer than the universe.
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_missing_frame_is_named_before_anything_runs() {
    let project = project();
    std::fs::remove_file(project.path("plates/plate.1002.exr")).expect("a plate");
    std::fs::remove_file(project.path("plates/plate.1003.exr")).expect("a plate");
    project.toma(&["render", "shot.toma"]).with(4).saying(&[
        "1002–1003",
        "shot.toma:6:",
        "missing: \"hold\"",
    ]);
    assert!(project.files("out").is_empty());
    no_partial_files(&project);

    // With a policy it goes on.
    project.edit("space: ACEScg)", "space: ACEScg, missing: \"hold\")");
    project.toma(&["render", "shot.toma"]).with(0);
    assert_eq!(project.files("out").len(), 4);
}

#[test]
fn a_truncated_plate_fails_its_frame_and_no_other() {
    let project = project();
    let whole = std::fs::read(project.path("plates/plate.1003.exr")).expect("a plate");
    project.write("plates/plate.1003.exr", &whole[..whole.len() / 2]);
    project.toma(&["render", "shot.toma"]).with(3).saying(&["plate.1003.exr", "shot.toma:6:"]);
    assert_eq!(project.files("out"), ["out/a.1001.exr", "out/a.1002.exr", "out/a.1004.exr"]);
    no_partial_files(&project);

    project.write("plates/plate.1003.exr", whole);
    let counts = project.toma(&["render", "shot.toma", "--json"]).with(0).done();
    assert_eq!((counts.computed, counts.failed), (2, 0), "only what had failed");
}

/// A header that claims 316,228 × 316,228 pixels: about 100 gigapixels, in a few hundred bytes.
fn gigapixels() -> Vec<u8> {
    let mut file = vec![0x76, 0x2f, 0x31, 0x01, 2, 0, 0, 0];
    let mut attribute = |name: &str, kind: &str, value: &[u8]| {
        file.extend_from_slice(name.as_bytes());
        file.push(0);
        file.extend_from_slice(kind.as_bytes());
        file.push(0);
        file.extend_from_slice(&(value.len() as u32).to_le_bytes());
        file.extend_from_slice(value);
    };
    let mut channels = Vec::new();
    for name in [b'B', b'G', b'R'] {
        channels.extend_from_slice(&[name, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
    }
    channels.push(0);
    let window: Vec<u8> =
        [0_i32, 0, 316_227, 316_227].iter().flat_map(|number| number.to_le_bytes()).collect();
    attribute("channels", "chlist", &channels);
    attribute("compression", "compression", &[3]);
    attribute("dataWindow", "box2i", &window);
    attribute("displayWindow", "box2i", &window);
    attribute("lineOrder", "lineOrder", &[0]);
    attribute("pixelAspectRatio", "float", &1_f32.to_le_bytes());
    attribute("screenWindowCenter", "v2f", &[0; 8]);
    attribute("screenWindowWidth", "float", &1_f32.to_le_bytes());
    file.push(0);
    file.extend_from_slice(&[0; 512]);
    file
}

#[test]
fn a_plate_that_claims_a_hundred_gigapixels_is_refused() {
    let project = project();
    project.write("plates/plate.1002.exr", gigapixels());
    let start = Instant::now();
    project.toma(&["render", "shot.toma"]).with(3).saying(&["plate.1002.exr", "316,228", "limit"]);
    assert!(start.elapsed() < Duration::from_secs(20));
    assert_eq!(project.files("out").len(), 3);
}

#[test]
fn a_folder_is_no_program_and_no_plate() {
    let project = project();
    std::fs::create_dir(project.path("folder")).expect("a folder");
    project.toma(&["render", "folder"]).with(1).saying(&["folder is a folder"]);
    project.toma(&["render", "."]).with(1).saying(&["is a folder", "shot.toma"]);
    std::fs::remove_file(project.path("plates/plate.1001.exr")).expect("a plate");
    std::fs::create_dir(project.path("plates/plate.1001.exr")).expect("a folder");
    project.toma(&["render", "shot.toma"]).with(4).saying(&["plate.1001.exr", "folder"]);
    no_partial_files(&project);
}

#[test]
fn what_is_no_program_is_said() {
    let project = Project::new("");
    project
        .toma(&["check", "shoot.toma"])
        .with(1)
        .saying(&["there is no file shoot.toma", "shot.toma"]);
    project.write("bytes.toma", [b's', 0xff, 0xfe]);
    project.toma(&["check", "bytes.toma"]).with(1).saying(&["not UTF-8"]);
    project.toma(&["render", "shot.toma"]).with(1).saying(&["no shot"]);
}

#[test]
fn an_output_folder_that_cannot_be_written_is_refused_before_anything_runs() {
    let project = project();
    project.write("out", "a file where the folder should be");
    project.toma(&["render", "shot.toma"]).with(4).saying(&["out", "shot.toma:9:"]);
    assert_eq!(
        std::fs::read(project.path("out")).expect("kept"),
        b"a file where the folder should be"
    );
    std::fs::remove_file(project.path("out")).expect("the file");
    project.toma(&["render", "shot.toma"]).with(0);
}

#[test]
fn a_file_that_toma_did_not_write_is_kept() {
    let project = project();
    project.write("out/a.1002.exr", "somebody's work");
    project.toma(&["render", "shot.toma"]).with(4).saying(&["a.1002.exr", "--force"]);
    assert_eq!(project.files("out"), ["out/a.1002.exr"]);
    assert_eq!(std::fs::read(project.path("out/a.1002.exr")).expect("kept"), b"somebody's work");
    project.toma(&["render", "shot.toma", "--force"]).with(0);
    assert_eq!(project.files("out").len(), 4);
}

#[test]
fn a_shot_that_reads_what_it_writes_is_refused() {
    let project = project();
    project.edit("out/a.%04d.exr", "plates/../plates/plate.%04d.exr");
    let before = std::fs::read(project.path("plates/plate.1001.exr")).expect("a plate");
    project
        .toma(&["render", "shot.toma", "--force"])
        .with(4)
        .saying(&["plate.1001.exr", "shot.toma:9:"]);
    assert!(before == std::fs::read(project.path("plates/plate.1001.exr")).expect("a plate"));
}

#[cfg(unix)]
#[test]
fn links_hide_no_file_that_is_read_or_written_twice() {
    let project = project();
    std::os::unix::fs::symlink("plates", project.path("linked")).expect("a link");
    project.edit("out/a.%04d.exr", "linked/plate.%04d.exr");
    let before = std::fs::read(project.path("plates/plate.1001.exr")).expect("a plate");
    project
        .toma(&["render", "shot.toma", "--force"])
        .with(4)
        .saying(&["is read by the shot that writes it"]);
    assert!(before == std::fs::read(project.path("plates/plate.1001.exr")).expect("a plate"));

    std::fs::create_dir(project.path("o")).expect("a folder");
    std::os::unix::fs::symlink("o", project.path("oo")).expect("a link");
    project.edit(
        "linked/plate.%04d.exr\" = comp",
        "o/x.%04d.exr\" = comp\n    write second \"oo/x.%04d.exr\" = scan",
    );
    project.toma(&["render", "shot.toma"]).with(4).saying(&["written to one file"]);
}

#[test]
fn a_models_folder_without_models_is_refused() {
    let project = project();
    project
        .toma(&["render", "shot.toma", "--models", "plates"])
        .with(4)
        .saying(&["holds no network's weights"]);
}

/// A folder with copies of the weights that ship, and the file of one network in it.
fn weights(project: &Project, name: &str) -> std::path::PathBuf {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../models").join(name);
    for entry in std::fs::read_dir(&models).expect("the shipped weights").flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        project
            .write(&format!("models/{name}/{file}"), std::fs::read(entry.path()).expect("a file"));
    }
    project
        .files(&format!("models/{name}"))
        .into_iter()
        .find(|file| file.ends_with(".safetensors"))
        .map(|file| project.path(&file))
        .expect("weights")
}

#[test]
fn weights_with_one_flipped_byte_are_refused() {
    let project = Project::new(
        &SHOT
            .replace("scan |> exposure(1stops)", "segment(scan) |> feather(1px)")
            .replace("shot A", "use std.understand.segment\n\nshot A")
            .replace("1001..1004", "1001..1001"),
    );
    plate(&project, "1001..1001", "64x48");
    let file = weights(&project, "u2netp");
    let right = std::fs::read(&file).expect("weights");
    let mut wrong = right.clone();
    let middle = wrong.len() / 2;
    wrong[middle] ^= 1;
    std::fs::write(&file, wrong).expect("weights");
    project
        .toma(&["render", "shot.toma", "--models", "models"])
        .with(4)
        .saying(&["u2netp.safetensors", "shot.toma:9:"]);
    assert!(project.files("out").is_empty());
    std::fs::write(&file, right).expect("weights");
    project.toma(&["render", "shot.toma", "--models", "models"]).with(0);
}

/// A shot that takes a while: large blurs over many frames.
const SLOW: &str = "\
shot A {
    frames 1..400
    rate 24fps
    format 640x480
    let comp = noise(seed: 3, size: 30px, octaves: 8, evolve: {first: 0, last: 9}) |> blur(40px)
    write \"out/a.%04d.exr\" = comp
}
";

fn wait_for_output(project: &Project) {
    let start = Instant::now();
    while project.files("out").iter().filter(|name| !name.contains(".tmp")).count() < 2 {
        assert!(start.elapsed() < Duration::from_mins(5), "nothing was rendered");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_whole_files_only_and_the_next_run_goes_on() {
    let project = Project::new(SLOW);
    let child = project
        .command(&["render", "shot.toma", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("toma runs");
    wait_for_output(&project);
    // A shell's own `kill`: the program of that name is not on every machine.
    let interrupt = format!("kill -INT {}", child.id());
    let status = std::process::Command::new("sh").args(["-c", &interrupt]).status();
    assert!(status.expect("a shell").success());
    let ended = Ended::new(&child.wait_with_output().expect("an end")).with(130);
    assert!(ended.err.contains("interrupted"), "{}", ended.err);
    no_partial_files(&project);
    let written = project.files("out").len();
    assert!(written < 400, "it had finished before");

    project.edit("1..400", "1..4");
    project.edit("{first: 0, last: 9}", "{1: 0, 400: 9}");
    project.toma(&["render", "shot.toma"]).with(0);
    project.toma(&["info", "out/a.0001.exr"]).with(0);
}

#[cfg(unix)]
#[test]
fn a_second_render_of_the_same_shot_is_told_about_the_first() {
    let project = Project::new(SLOW);
    let mut child = project
        .command(&["render", "shot.toma"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("toma runs");
    wait_for_output(&project);
    let second = project.toma(&["render", "shot.toma"]);
    child.kill().expect("the first render");
    child.wait().expect("an end");
    second.with(4).saying(&[&child.id().to_string(), "is being rendered"]);

    // Killed, not asked: the lock is gone with its process, and so is what was half written.
    project.edit("1..400", "1..4");
    project.toma(&["render", "shot.toma"]).with(0);
    no_partial_files(&project);
}
