//! `toma plan --graph`: the plan as text, JSON, a drawing and Graphviz's language.

use crate::project::Project;
use std::io::Write as _;
use std::process::{Command, Stdio};

const SHOT: &str = "\
shot A {
    frames 1001..1003
    rate 23.976fps
    format 64x48

    let sky  = ramp()
    let fog  = noise(seed:, size: 9px) |> blur(2px)
    let comp = sky |> plus(fog) |> exposure({1001: 0stops, 1003: 1stops})

    write main \"out/<a&b>.%04d.exr\" = comp
    write look \"look/\\\"a\\\".%04d.png\" for review = comp |> encode(sRGB)
}
";

fn graph(form: &str) -> String {
    Project::new(SHOT).toma(&["plan", "shot.toma", "--graph", form]).with(0).out
}

#[test]
fn the_text_shows_each_node_once_and_what_feeds_it() {
    let text = graph("text");
    assert!(text.starts_with("A: frames 1001..1003, 23.976fps, 64x48, ACEScg"), "{text}");
    for part in ["write main ->", "image: comp/plus", "comp ↑", "{1001: 0stops, 1003: 1stops}"] {
        assert!(text.contains(part), "`{part}` in\n{text}");
    }
    assert_eq!(text.matches("  color.exposure  ").count(), 1, "{text}");
}

#[test]
fn the_json_names_its_version() {
    let plan: serde_json::Value = serde_json::from_str(&graph("json")).expect("JSON");
    assert!(plan["schema"].as_u64().is_some_and(|schema| schema >= 1), "{plan}");
    assert_eq!(plan["shot"], "A");
}

#[test]
fn the_drawing_is_well_formed_and_marks_outputs() {
    let svg = graph("svg");
    assert!(svg.starts_with("<svg xmlns=") && svg.trim_end().ends_with("</svg>"));
    assert!(svg.contains("write main") && svg.contains("&lt;a&amp;b&gt;"), "{svg}");
    // Every tag that is opened is closed, in order.
    let mut open: Vec<&str> = Vec::new();
    for tag in svg.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap_or_default());
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn graphviz_reads_the_dot() {
    let dot = graph("dot");
    assert!(dot.contains("digraph \"A\" {") && dot.contains("write look"), "{dot}");
    let child = Command::new("dot")
        .arg("-Tplain")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        assert!(std::env::var_os("TOMA_REQUIRE_ALL").is_none(), "graphviz's `dot` is not there");
        eprintln!("skipped: needs graphviz's `dot`");
        return;
    };
    child.stdin.take().expect("a pipe").write_all(dot.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("dot ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{said}");
    let plain = String::from_utf8_lossy(&output.stdout).into_owned();
    let nodes = plain.lines().filter(|line| line.starts_with("node ")).count();
    let own = |line: &&str| line.starts_with("    n") || line.starts_with("    w");
    let declared =
        dot.lines().filter(own).filter(|line| line.contains(" [label=") && !line.contains("->"));
    assert_eq!(nodes, declared.count(), "{plain}");
}

#[test]
fn one_shot_goes_to_one_file() {
    let project = Project::new(SHOT);
    project.toma(&["plan", "shot.toma", "--graph", "svg", "--out", "a.svg"]).with(0);
    assert!(std::fs::read_to_string(project.path("a.svg")).expect("a drawing").contains("</svg>"));
    project.write(
        "shot.toma",
        format!(
            "{SHOT}\n{}",
            SHOT.replace("shot A", "shot B").replace("out/", "b/").replace("look/", "c/")
        ),
    );
    project.toma(&["plan", "shot.toma", "--graph", "svg"]).with(2).saying(&["T0752", "A, B"]);
    project.toma(&["plan", "shot.toma", "--graph", "svg", "--shot", "B"]).with(0);
    project.toma(&["plan", "shot.toma", "--graph", "text"]).with(0);
    project
        .toma(&["plan", "shot.toma", "--graph", "svg", "--out", "no/folder.svg", "--shot", "B"])
        .with(4);
}
