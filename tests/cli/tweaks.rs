//! `toma tweak`: a shot's tweak file from the command line.

use crate::project::Project;

const SHOT: &str = "\
shot A {
    frames 1001..1003
    rate 24fps
    format 64x48

    // The edge.
    let soft = constant(0.5) |> blur(size: 4px)

    write \"out/a.%04d.exr\" = soft
}
";

fn read(project: &Project, name: &str) -> String {
    std::fs::read_to_string(project.path(name)).unwrap_or_default()
}

#[test]
fn a_value_is_set_listed_and_taken_out_again() {
    let project = Project::new(SHOT);
    project.toma(&["tweak", "set", "A", "soft.size", "6px"]).with(0);
    assert_eq!(read(&project, "A.tweaks.yaml"), "soft.size: 6px\n");
    project.toma(&["tweak", "set", "A", "soft.size", "7px", "--file", "shot.toma"]).with(0);
    assert_eq!(read(&project, "A.tweaks.yaml"), "soft.size: 7px\n");
    let listed = project.toma(&["tweak", "list", "A"]).with(0);
    assert_eq!(listed.out, "soft.size = 7px  A.tweaks.yaml:1\n");
    let listed = project.toma(&["tweak", "list", "A", "--json"]).with(0);
    let line: serde_json::Value = serde_json::from_str(listed.out.trim()).expect("one object");
    assert_eq!((&line["address"], &line["value"]), (&"soft.size".into(), &"7px".into()));
    assert_eq!((&line["line"], &line["hard"]), (&1.into(), &false.into()));
    project.toma(&["tweak", "unset", "A", "soft.size"]).with(0);
    assert!(!project.path("A.tweaks.yaml").exists());
}

#[test]
fn comments_stay_where_they_are() {
    let project = Project::new(SHOT);
    project.write("A.tweaks.yaml", "# Tuesday\r\nsoft.size: 5px # soft\r\n");
    project.toma(&["tweak", "set", "A", "soft.size", "6px"]).with(0);
    assert_eq!(read(&project, "A.tweaks.yaml"), "# Tuesday\r\nsoft.size: 6px # soft\r\n");
    project.toma(&["tweak", "unset", "A", "soft.size"]).with(0);
    assert_eq!(read(&project, "A.tweaks.yaml"), "# Tuesday\r\n");
}

#[test]
fn what_is_wrong_is_refused_and_nothing_is_written() {
    let project = Project::new(SHOT);
    let set = |address: &str, value: &str| project.toma(&["tweak", "set", "A", address, value]);
    set("soft size", "6px").with(1).saying(&["T0553", "no address"]);
    set("soft.size", "6pt").with(1).saying(&["T0111", "did you mean `px`"]);
    set("soft.size", "2px + 4px").with(1).saying(&["T0554"]);
    set("soft.size", "{1001: 2px").with(1).saying(&["T0730", "no value"]);
    assert!(!project.path("A.tweaks.yaml").exists());
    project.toma(&["tweak", "unset", "A", "soft.size"]).with(1).saying(&["T0730", "no tweaks"]);
    project.toma(&["tweak", "set", "B", "soft.size", "6px"]).with(1).saying(&["T0515", "`B`"]);
    project.toma(&["tweak", "bake", "A"]).with(1).saying(&["T0735", "no tweaks"]);
    project.write("A.tweaks.yaml", "soft.size: &a 6px\n");
    set("soft.size", "7px").with(1).saying(&["T0552", "A.tweaks.yaml"]);
    assert_eq!(read(&project, "A.tweaks.yaml"), "soft.size: &a 6px\n");
    project.write("A.tweaks.yaml", b"soft.size: \xff\n");
    set("soft.size", "7px").with(4).saying(&["T0556", "UTF-8"]);
    project.toma(&["check", "shot.toma"]).with(1).saying(&["T0556", "UTF-8"]);
}

/// A show, a sequence and two shots, one from the other.
const DOCUMENT: &str = "\
show S {
    rate 24fps
    format 64x48
    set soft.edge = \"extend\"
}

shot A in S {
    frames 1001..1010
    param warmth: Kelvin in 4000K..8000K = 5600K

    // The edge.
    let soft = constant(0.5) |> blur(4px) // so soft
    let comp = soft |> exposure(0stops) as g |> white_balance(warmth)
    at 1005..last { set comp/g.stops = -1stops } // later
    write \"out/{shot}.%04d.exr\" = comp
}

shot B from A {}
";

/// The tweaks, and the lines of the shot that are gone and that have come.
#[test]
fn baked_values_stand_where_they_were_written_or_in_clauses_of_their_own() {
    let at = "    at 1005..last { set comp/g.stops = -1stops } // later";
    let soft = "    let soft = constant(0.5) |> blur(4px) // so soft";
    let cases: [(&str, &str, &[&str], &[&str]); 10] = [
        (
            "A",
            "# Tuesday\nsoft.size: 6px # by Ana\n",
            &[soft],
            &[
                "    // Tuesday",
                "    // by Ana",
                "    let soft = constant(0.5) |> blur(6px) // so soft",
            ],
        ),
        (
            "A",
            "warmth: 5000K\n",
            &["    param warmth: Kelvin in 4000K..8000K = 5600K"],
            &["    param warmth: Kelvin in 4000K..8000K = 5000K"],
        ),
        (
            "A",
            "comp/g.stops: 1stops\n",
            &["    let comp = soft |> exposure(0stops) as g |> white_balance(warmth)"],
            &["    let comp = soft |> exposure(1stops) as g |> white_balance(warmth)"],
        ),
        (
            "A",
            "comp/g.stops!: 1stops\n",
            &[at],
            &["    // later", "    set! comp/g.stops = 1stops"],
        ),
        (
            "A",
            "comp/exposure.stops: {at: {1005..last: 1stops}}\n",
            &[at],
            &["    at 1005..last { set comp/g.stops = 1stops } // later"],
        ),
        (
            "A",
            "comp/g.stops: {at: {1003..1006: {1003: 0stops, 1006: 1stops smooth}}}\n",
            &[],
            &["    at 1003..1006 { set comp/g.stops = {1003: 0stops, 1006: 1stops smooth} }"],
        ),
        ("A", "soft.edge: black\n", &[], &["    set soft.edge = \"black\""]),
        ("A", "comp.temperature: 5000K\n", &[], &["    set comp.temperature = 5000K"]),
        (
            "B",
            "soft.size: 6px\n",
            &["shot B from A {}"],
            &["shot B from A {", "    set soft.size = 6px", "}"],
        ),
        (
            "B",
            "comp/g.stops!: {value: 0stops, at: {1002..1003: 1stops}}\n# the end\n",
            &["shot B from A {}"],
            &[
                "shot B from A {",
                "    set! comp/g.stops = 0stops",
                "    at 1002..1003 { set! comp/g.stops = 1stops }",
                "    // the end",
                "}",
            ],
        ),
    ];
    for (shot, tweaks, gone, come) in cases {
        let project = Project::new(DOCUMENT);
        project.toma(&["fmt", "--check", "shot.toma"]).with(0);
        let name = format!("{shot}.tweaks.yaml");
        project.write(&name, tweaks);
        let plan = || {
            let plan = project.toma(&["plan", "shot.toma", "--shot", shot, "--json"]).with(0).out;
            let mut plan: serde_json::Value = serde_json::from_str(&plan).expect("JSON");
            plan["plan"]["origins"].take();
            plan
        };
        let before = plan();
        project.toma(&["tweak", "bake", shot]).with(0).saying(&["baked"]);
        assert!(!project.path(&name).exists(), "{tweaks}");
        assert_eq!(plan(), before, "{tweaks}");
        project.toma(&["fmt", "--check", "shot.toma"]).with(0);
        let now = read(&project, "shot.toma");
        // As a run leaves it that was stopped between the text and the tweaks: values twice, and nothing else.
        project.write(&name, tweaks);
        assert_eq!(plan(), before, "{tweaks}");
        project.toma(&["tweak", "bake", shot]).with(0);
        assert!(!project.path(&name).exists(), "{tweaks}");
        assert_eq!(plan(), before, "{tweaks}");
        project.write("shot.toma", &now);
        let lines = |of: &str, than: &str| -> Vec<String> {
            let than: Vec<&str> = than.lines().collect();
            of.lines().filter(|line| !than.contains(line)).map(str::to_owned).collect()
        };
        assert_eq!(lines(DOCUMENT, &now), gone, "{tweaks}\n{now}");
        let come: Vec<&&str> = come.iter().filter(|line| **line != "}").collect();
        assert_eq!(lines(&now, DOCUMENT).iter().collect::<Vec<_>>(), come, "{tweaks}\n{now}");
    }
}

#[test]
fn a_baked_value_is_said_to_reach_the_shots_that_come_from_this_one() {
    let project = Project::new(DOCUMENT);
    project.toma(&["tweak", "set", "A", "soft.size", "6px"]).with(0);
    project.toma(&["tweak", "bake", "A"]).with(0).saying(&["`B` comes from `A`"]);
}

#[test]
fn shots_of_other_files_that_get_a_baked_value_are_named_before_it_is_written() {
    let program = SHOT.replace("shot A", "pub shot A").replace("out/a", "out/{shot}");
    let project = Project::new(&program);
    project.write("b.toma", "use shot.A\n\npub shot B from A {\n}\n");
    project.write("c.toma", "use b.B\n\nshot C from B {\n}\n");
    project.write("own.toma", "use shot.A\n\nshot D from A {\n    set soft.size = 4px\n}\n");
    project.toma(&["check", "b.toma", "c.toma", "own.toma"]).with(0);
    for file in ["shot.toma", "./shot.toma"] {
        project.write("shot.toma", &program);
        project.write("A.tweaks.yaml", "soft.size: 7px\n");
        let ended = project.toma(&["tweak", "bake", "A", "--file", file]).with(0);
        let written = ended.err.find("1 tweak baked").expect("it is said");
        for other in ["b.toma: the shot `B` comes from `A`", "c.toma: the shot `C` comes from `A`"]
        {
            let said = ended.err.find(other);
            assert!(said.is_some_and(|at| at < written), "{file} {}", ended.err);
        }
        assert!(!ended.err.contains("`D`"), "{}", ended.err);
        assert!(read(&project, "shot.toma").contains("blur(size: 7px)"));
    }
}

#[test]
fn nothing_is_baked_while_something_is_wrong() {
    let project = Project::new(DOCUMENT);
    for tweaks in ["soft.sise: 6px\n", "warmth: 100K\n", "soft.size: 6px\nsoft.size: 7px\n"] {
        project.write("A.tweaks.yaml", tweaks);
        project.toma(&["tweak", "bake", "A"]).with(1).saying(&["nothing was written"]);
        assert_eq!(read(&project, "A.tweaks.yaml"), tweaks);
        assert_eq!(read(&project, "shot.toma"), DOCUMENT);
    }
}

#[test]
fn a_wrong_value_is_refused_with_the_place_that_says_so() {
    let project = Project::new(DOCUMENT);
    let set = |arguments: &[&str]| {
        let front = ["tweak", "set", "A"];
        project.toma(&front.iter().chain(arguments).copied().collect::<Vec<_>>()).with(1)
    };
    set(&["sfot.size", "6px"]).saying(&["T0524", "did you mean `soft`"]);
    set(&["soft.sise", "6px"]).saying(&["T0525", "did you mean `size`"]);
    set(&["warmth", "100K"]).saying(&[
        "T0401",
        "4000K..8000K",
        "these are its bounds",
        "shot.toma:9:",
    ]);
    set(&["warmth", "5000"]).saying(&["T0302", "write the unit: `5000K`"]);
    set(&["soft.edge", "extent"]).saying(&["T0402", "did you mean `\"extend\"`"]);
    set(&["soft.edge", "black", "--at", "1005..last"]).saying(&["T0528", "without `at`"]);
    set(&["comp/g.stops", "1stops", "--at", "1020..last"]).saying(&["T0513"]);
    set(&["soft", "6px"]).saying(&["T0525", "`size`"]);
    set(&["soft.image", "6px"]).saying(&["T0527", "picture"]);
    assert!(!project.path("A.tweaks.yaml").exists());
    project.toma(&["tweak", "set", "A", "comp/g.stops!", "-1stops"]).with(0);
    assert_eq!(read(&project, "A.tweaks.yaml"), "comp/g.stops!: -1stops\n");
    project
        .toma(&["tweak", "unset", "A", "comp/g.stops", "--at", "1..2"])
        .with(1)
        .saying(&["for the whole shot"]);
}
