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
    assert_eq!(listed.out, "soft.size = 7px\n");
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
