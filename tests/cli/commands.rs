//! What each command prints.

use crate::project::{Project, plate};

const SHOT: &str = "\
shot A {
    frames 1001..1003
    rate 24fps
    format 64x48

    let scan = read(\"plates/plate.%04d.exr\", space: ACEScg)
    let comp = scan |> blur(2px) |> exposure(1stops)

    write main \"out/a.%04d.exr\" = comp
    write look \"look/a.%04d.png\" = comp |> encode(sRGB)
}
";

fn project() -> Project {
    let project = Project::new(SHOT);
    plate(&project, "1001..1003", "64x48");
    project
}

#[test]
fn check_is_quiet_about_a_right_program() {
    let ended = project().toma(&["check", "shot.toma"]).with(0);
    assert_eq!(ended.out, "");
    assert_eq!(ended.err.trim(), "shot.toma: no errors");
}

#[test]
fn check_answers_one_object_a_line() {
    let project = project();
    project.edit("blur(2px)", "blur(2deg)");
    let ended = project.toma(&["check", "shot.toma", "--format", "json"]).with(1);
    let line: serde_json::Value = serde_json::from_str(ended.out.trim()).expect("one object");
    for field in ["code", "severity", "message", "help", "file", "line", "column"] {
        assert!(!line[field].is_null(), "{field} in {line}");
    }
    assert_eq!((line["line"].as_u64(), line["column"].as_u64()), (Some(7), Some(29)));
}

#[test]
fn one_output_and_some_frames_can_be_chosen() {
    let project = project();
    project.toma(&["render", "shot.toma", "--output", "main", "--frames", "1002"]).with(0);
    assert_eq!(project.files("out"), ["out/a.1002.exr"]);
    assert!(project.files("look").is_empty());
    project
        .toma(&["render", "shot.toma", "--output", "mian"])
        .with(2)
        .saying(&["mian", "main", "look"]);
    project.toma(&["render", "shot.toma", "--frames", "10-12"]).with(2).saying(&["10-12"]);
    project
        .toma(&["render", "shot.toma", "--frames", "2000"])
        .with(2)
        .saying(&["none of the frames", "1001..1003"]);
    project.toma(&["render", "shot.toma", "--shot", "B"]).with(1).saying(&["`B`", "A"]);
    project.toma(&["render", "shot.toma", "--device", "cuda:0"]).with(4).saying(&["cuda:0", "cpu"]);
}

#[test]
fn an_error_in_another_shot_stops_only_what_needs_it() {
    let project = project();
    let text = std::fs::read_to_string(project.path("shot.toma")).expect("the program");
    let other = "\nshot B {\n    frames 1..2\n    rate 24fps\n    format 64x48\n    let comp = cmop\n    write \"b.%04d.exr\" = comp\n}\n";
    project.write("shot.toma", text + other);
    project.toma(&["render", "shot.toma"]).with(1).saying(&["cmop", "nothing was run"]);
    project.toma(&["render", "shot.toma", "--shot", "B"]).with(1).saying(&["cmop"]);
    project.toma(&["render", "shot.toma", "--shot", "A"]).with(0);
    project.toma(&["why", "A.comp", "1001"]).with(0);
}

#[test]
fn plan_says_what_a_render_then_computes() {
    let project = project();
    let computed = |project: &Project| -> u64 {
        let ended = project.toma(&["plan", "shot.toma", "--json"]).with(0);
        let plan: serde_json::Value = serde_json::from_str(&ended.out).expect("JSON");
        plan["forecast"]["nodes"]
            .as_array()
            .expect("nodes")
            .iter()
            .map(|node| node["computed"].as_u64().expect("a number"))
            .sum()
    };
    assert_eq!(computed(&project), 12, "read, blur, exposure and encode at three frames");
    project.toma(&["plan", "shot.toma"]).with(0);
    let counts = project.toma(&["render", "shot.toma", "--json"]).with(0).done();
    assert_eq!(counts.computed, 12);
    assert_eq!(computed(&project), 0);
    project.edit("encode(sRGB)", "encode(Rec709)");
    assert_eq!(computed(&project), 3);
}

#[test]
fn why_names_parameters_origins_and_what_changed() {
    let project = project();
    project.toma(&["render", "shot.toma"]).with(0);
    let why = project.toma(&["why", "A.comp/blur", "1002"]).with(0).out;
    for part in ["std.filter.blur", "size", "2", "shot.toma:7:29", "scan"] {
        assert!(why.contains(part), "`{part}`:\n{why}");
    }
    project.edit("blur(2px)", "blur(3px)");
    let why = project.toma(&["why", "A.comp/blur", "1002"]).with(0).out;
    assert!(why.contains("2px -> 3px") && why.contains("changed"), "{why}");
    let read = project.toma(&["why", "A.scan", "1002"]).with(0).out;
    assert!(read.contains("plate.1002.exr"), "{read}");

    project.toma(&["why", "A.cmop", "1002"]).with(1).saying(&["cmop", "comp"]);
    project.toma(&["why", "B.comp", "1002"]).with(1).saying(&["`B`"]);
    project.toma(&["why", "A.comp", "1009"]).with(1).saying(&["1009"]);
}

#[test]
fn folders_may_have_any_name() {
    for name in ["shot #1", "100% done", "Stra\u{df}e %04d"] {
        let project = Project::new("");
        let folder = format!("{name}/");
        project.write(&format!("{folder}shot.toma"), SHOT);
        project.write(
            &format!("{folder}plate.toma"),
            SHOT.replace("read(\"plates/plate.%04d.exr\", space: ACEScg)", "ramp() |> to(ACEScg)")
                .replace("out/a", "plates/plate"),
        );
        let render = |file: &str, output: &str| {
            project.toma(&["render", &format!("{folder}{file}"), "--output", output]).with(0)
        };
        render("plate.toma", "main");
        render("shot.toma", "main").saying(&["3 written"]);
        project.toma(&["check", &format!("{folder}shot.toma")]).with(0).saying(&["no errors"]);
    }
}

#[test]
fn several_shots_are_asked_for_what_they_have() {
    let project = project();
    let text = std::fs::read_to_string(project.path("shot.toma")).expect("the program");
    let other = "\nshot B {\n    frames 1..2\n    rate 24fps\n    format 64x48\n    let comp = ramp()\n    write main \"b/b.%04d.exr\" = comp\n}\n";
    project.write("shot.toma", text + other);
    project.toma(&["render", "shot.toma", "--output", "look"]).with(0);
    assert!(project.files("b").is_empty());
    project.toma(&["render", "shot.toma", "--frames", "2"]).with(0);
    assert_eq!(project.files("b"), ["b/b.0002.exr"]);
    assert!(project.files("out").is_empty());
    project.toma(&["render", "shot.toma", "--output", "none"]).with(2);
    // One shot is refused, the other one rendered: some frames failed.
    std::fs::remove_file(project.path("plates/plate.1001.exr")).expect("a plate");
    project.toma(&["render", "shot.toma"]).with(3);
    assert_eq!(project.files("b").len(), 2);
}

#[test]
fn a_shot_that_reads_another_ones_files_is_rendered_behind_it() {
    let shot = |name: &str, picture: &str| {
        format!(
            "shot {name} {{\n    frames 1..2\n    rate 24fps\n    format 8x8\n    let comp = {picture}\n    \
             write \"ab/{name}.%04d.exr\" = comp\n}}\n\n"
        )
    };
    let late = shot("b", "read(\"ab/a.####.exr\", space: ACEScg) |> exposure(1stops)");
    let project = Project::new(&(late + &shot("a", "constant(0.25) |> to(ACEScg)")));
    project.toma(&["render", "shot.toma"]).with(0).saying(&["4 written"]);
    project.edit("constant(0.25)", "constant(0.5)");
    project.toma(&["render", "shot.toma"]).with(0).saying(&["4 written"]);
    project.toma(&["render", "shot.toma"]).with(0).saying(&["4 up to date"]);
}

#[test]
fn refusals_are_events_too() {
    let project = project();
    std::fs::remove_file(project.path("plates/plate.1001.exr")).expect("a plate");
    let planned = project.toma(&["plan", "shot.toma", "--json"]).with(4).out;
    assert!(planned.contains("\"code\":\"T0601\""), "{planned}");
    let ended = project.toma(&["render", "shot.toma", "--json"]).with(4);
    assert!(ended.out.contains("\"event\":\"message\",\"code\":\"T0601\""), "{}", ended.out);
    ended.done();
    project.edit("blur(2px)", "blur(2deg)");
    let ended = project.toma(&["render", "shot.toma", "--json"]).with(1);
    assert!(ended.out.contains("\"code\":\"T0302\""), "{}", ended.out);
    ended.done();
}

#[test]
fn info_shows_windows_channels_and_metadata() {
    let project = project();
    project.toma(&["render", "shot.toma"]).with(0);
    let exr = project.toma(&["info", "out/a.1001.exr"]).with(0).out;
    for part in ["EXR", "64x48", "half", "data window"] {
        assert!(exr.contains(part), "`{part}`:\n{exr}");
    }
    let png = project.toma(&["info", "look/a.1001.png"]).with(0).out;
    assert!(png.contains("PNG") && png.contains("8 bit"), "{png}");
    project.toma(&["info", "shot.toma"]).with(4).saying(&["shot.toma"]);
    project.toma(&["info", "gone.exr"]).with(4).saying(&["gone.exr"]);
}

#[test]
fn explain_shows_a_page() {
    let project = project();
    let page = project.toma(&["explain", "t0101"]).with(0).out;
    assert!(page.starts_with("# T0101"), "{page}");
    project.toma(&["explain", "T9999"]).with(2).saying(&["T9999"]);
}

#[test]
fn cache_counts_checks_and_clears() {
    let project = Project::new(
        "use std.restore.denoise\n\nshot A {\n    frames 1..1\n    rate 24fps\n    format 64x64\n    \
         let comp = ramp() |> encode(sRGB) |> denoise()\n    write \"a.%04d.png\" = comp\n}\n",
    );
    project.toma(&["render", "shot.toma"]).with(0);
    let stat = project.toma(&["cache", "stat", "shot.toma"]).with(0).out;
    assert!(stat.contains("1 entry"), "a network's result is kept: {stat}");
    project.toma(&["cache", "verify"]).with(0);
    let entry = project_entries(&project).pop().expect("an entry");
    let mut bytes = std::fs::read(&entry).expect("an entry");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&entry, bytes).expect("an entry");
    project.toma(&["cache", "verify"]).with(4).saying(&["1"]);
    project.toma(&["cache", "clear"]).with(0);
    assert!(project.toma(&["cache", "stat"]).with(0).out.contains("0 entries"));
    project.toma(&["render", "shot.toma"]).with(0);
}

fn project_entries(project: &Project) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![project.path(".toma")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the cache").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.metadata().is_ok_and(|meta| meta.len() > 64 * 64 * 4) {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn a_wrong_command_line_ends_with_two() {
    let project = project();
    project.toma(&["rendr"]).with(2);
    project.toma(&["render"]).with(2);
    project.toma(&["--version"]).with(0);
}

/// Reads a file of ours with OpenImageIO, where there is one.
#[test]
fn openimageio_reads_what_toma_writes() {
    let Some(python) = std::env::var_os("TOMA_PYTHON") else {
        assert!(
            std::env::var_os("TOMA_REQUIRE_ALL").is_none(),
            "TOMA_PYTHON must name a Python with OpenImageIO"
        );
        eprintln!("skipped: needs TOMA_PYTHON, a Python with OpenImageIO");
        return;
    };
    let project = Project::new(
        "shot A {\n    frames 1..1\n    rate 24fps\n    format 5x3\n    \
         let comp = constant(Rgb(0.25, 0.5, 1.5))\n    write \"a.%04d.exr\" as exr(depth: float, compression: none) = comp\n}\n",
    );
    project.toma(&["render", "shot.toma"]).with(0);
    let script = "import OpenImageIO as o, sys\nb = o.ImageBuf(sys.argv[1])\ns = b.spec()\nprint(s.width, s.height, s.channelnames, b.getpixel(4, 2))";
    let output = std::process::Command::new(python)
        .args(["-c", script])
        .arg(project.path("a.0001.exr"))
        .output()
        .expect("Python runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        said.trim(),
        "5 3 ('R', 'G', 'B') (0.25, 0.5, 1.5)",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn why_finds_the_shot_from_anywhere_in_its_project_or_is_told_the_file() {
    let project = project();
    project.write("toma.yaml", "edition: 2027\n");
    for asked in [&["why", "A.scan.path"][..], &["why", "shot.toma", "A.scan.path"]] {
        project.toma(asked).with(0);
    }
    std::fs::create_dir_all(project.path("notes/late")).expect("a folder");
    let below =
        project.command(&["why", "A.scan.path"]).current_dir(project.path("notes/late")).output();
    crate::project::Ended::new(&below.expect("toma runs")).with(0);
    project.toma(&["why", "A.scan", "late"]).with(2).saying(&["`late` is no frame"]);
    project.toma(&["why", "AA.scan"]).with(1).saying(&["there is A;"]);
    project.write("more.toma", "shot lamp_0010 {}\n");
    project.toma(&["why", "lamp_010.scan"]).with(1).saying(&["did you mean `lamp_0010`?"]);
}

#[test]
fn exit_codes_are_those_of_the_readme() {
    let project = project();
    project.write("bad.toma", "const a = nothing\n");
    project.write("loose.toma", "const  a = 1\n");
    project.write("tests.toma", "test \"wrong\" {\n    highest(constant(1)).red < 0.5\n}\n");
    let ran: [(i32, &[&str]); 15] = [
        (0, &["check", "shot.toma"]),
        (1, &["check", "bad.toma"]),
        (2, &["check", "--nonsense"]),
        (0, &["fmt", "--check", "bad.toma"]),
        (1, &["fmt", "--check", "loose.toma"]),
        (1, &["render", "bad.toma"]),
        (3, &["test", "tests.toma"]),
        (2, &["test", "shot.toma"]),
        (2, &["explain", "T9999"]),
        (2, &["why", "A"]),
        (2, &["doc", "nothing_of_this_name"]),
        (0, &["diff", "shot.toma", "shot.toma", "--exit-code"]),
        (0, &["render", "shot.toma"]),
        (4, &["info", "gone.exr"]),
        (0, &["cache", "stat", "shot.toma"]),
    ];
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("README.md")).expect("the first page");
    let (_, table) = page.split_once("| exit code | |\n|---|---|\n").expect("its table");
    let told: Vec<i32> = table
        .lines()
        .map_while(|line| line.strip_prefix("| ")?.split_once(' ')?.0.parse().ok())
        .collect();
    for (code, arguments) in ran {
        let ended = project.toma(arguments);
        assert_eq!(ended.code, code, "{arguments:?}:\n{}\n{}", ended.out, ended.err);
        assert!(told.contains(&code), "README doesn't tell {code}");
    }
    let shown = |code: &i32| *code == 130 || ran.iter().any(|(known, _)| known == code);
    assert!(told.iter().all(shown), "{told:?}");
}

#[test]
fn values_of_params_and_what_a_tweak_wrote_are_said() {
    let project = Project::new(
        "shot A {\n    frames 1..10\n    rate 24fps\n    format 8x8\n    param gain: Curve<Stops> = 1stops\n    \
         let comp = constant(0.5) |> exposure(gain)\n    at 2..4 { set gain = 2stops }\n    \
         at 1..5 { set gain = 3stops }\n    write \"a.%04d.exr\" = comp\n}\n",
    );
    let out = project.toma(&["why", "A.gain"]).with(0).out;
    let line = |part: &str| out.lines().find(|line| line.contains(part)).unwrap_or_default();
    assert!(line("> shot      1stops").contains("shot.toma:5"), "{out}");
    assert!(line("2stops").contains("silenced"), "{out}");
    assert!(!line("3stops").contains("silenced"), "{out}");
    project.toma(&["why", "A"]).with(2).saying(&["A.comp", "A.gain"]);
    project
        .toma(&["tweak", "set", "A", "gain", "4stops"])
        .with(0)
        .saying(&["gain: not tweaked -> 4stops"]);
    project.toma(&["tweak", "unset", "A", "gain"]).with(0).saying(&["4stops -> not tweaked"]);
    assert!(project.toma(&["schema"]).with(0).out.contains("toma schema tweaks"));
}

#[test]
fn a_reader_of_messages_who_goes_away_ends_nothing() {
    let project = project();
    let broken: Vec<String> =
        (0..400).map(|index| format!("const a{index} = nothing_{index}\n")).collect();
    project.write("bad.toma", broken.concat());
    let mut command = project.command(&["check", "--format", "short", "bad.toma"]);
    let (out, err) = (std::process::Stdio::null(), std::process::Stdio::piped());
    let mut child = command.stdout(out).stderr(err).spawn().expect("the program");
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("its end").code(), Some(1));
}
