//! `toma why` of a value: what it is, and everybody who has a say.

use crate::project::Project;

const SHOTS: &str = "\
show S {
    rate 24fps
    format 64x48
    param gain: Stops in -4stops..4stops step 0.5stops = 1stops
}

recipe soften(
    plate: Clip<ACEScg>,
    /// How soft the edge is.
    size: Curve<Length> in 0px..10px step 0.5px = 1px,
) -> Clip<ACEScg> {
    let soft = plate |> blur(size)
    soft |> exposure(0.5stops) as lift
}

shot A in S {
    frames 1001..1010
    let comp = constant(0.18) |> soften(2px) |> exposure(gain)
    set gain = 2stops
    at 1004..1006 { set comp/soften.size = 3px }
    write \"out/{shot}.%04d.exr\" = comp
}

shot B from A {
    set comp/soften.size = 4px
    set comp/lift.stops = 1stops
}
";

fn project() -> Project {
    let project = Project::new(SHOTS);
    project.write("B.tweaks.yaml", "gain: 3stops\n");
    project
}

#[test]
fn a_value_shows_every_layer_that_has_a_say() {
    let project = project();
    let cases: [(&str, &[&str]); 6] = [
        (
            "B.comp/soften.size@1005",
            &[
                "= 3px at frame 1005",
                "Curve<Length>",
                "0px..10px",
                "0.5px",
                "How soft the edge is.",
                "> from",
                "at 1004..1006",
            ],
        ),
        (
            "B.comp/soften.size@1007",
            &["= 4px at frame 1007", "> shot", "4px", "2px", "silenced", "default"],
        ),
        (
            "B.gain",
            &[
                "= 3stops",
                "> tweaks",
                "B.tweaks.yaml:1:7",
                "from",
                "2stops",
                "show",
                "-4stops..4stops",
            ],
        ),
        ("A.gain", &["= 2stops", "> shot", "show"]),
        ("B.comp/lift.stops", &["= 1stops", "> shot", "default", "0.5stops"]),
        ("A.comp/soft.size@1004", &["= 3px", "Curve<Length>"]),
    ];
    for (address, parts) in cases {
        let why = project.toma(&["why", address]).with(0).out;
        for part in parts {
            assert!(why.contains(part), "{address}: `{part}`:\n{why}");
        }
    }
}

#[test]
fn a_value_is_explained_as_json_too() {
    let project = project();
    let why = project.toma(&["why", "B.comp/soften.size", "1005", "--json"]).with(0).out;
    let why: serde_json::Value = serde_json::from_str(&why).expect("JSON");
    assert_eq!(why["shown"], "3px");
    assert_eq!(why["per_frame"], true);
    let holds: Vec<&str> = why["origins"]
        .as_array()
        .expect("origins")
        .iter()
        .filter(|origin| origin["holds"] == true)
        .filter_map(|origin| origin["written"].as_str())
        .collect();
    assert_eq!(holds, ["3px"]);
}

#[test]
fn an_address_that_leads_nowhere_is_answered_with_the_nearest() {
    let project = project();
    for (address, code, said) in [
        ("A.comp/sofetn.size", 1, "did you mean `soften`?"),
        ("A.comp/soften.sise", 1, "did you mean `size`?"),
        ("A.cmop.stops", 1, "did you mean `comp`?"),
        ("A.comp", 2, "A.comp@1001"),
        ("A.comp@x", 2, "`x` is no frame"),
        ("A.gian", 1, "no `param` and no node `gian`"),
        ("A.comp/soften.plate.x", 1, "a part of `plate`"),
    ] {
        project.toma(&["why", address]).with(code).saying(&[said]);
    }
}
