//! Where a plan's nodes and values were written.

use crate::project::compiler;
use toma_plan::{Layer, Place};

const PROGRAM: &str = "\
recipe soft(plate: Clip<ACEScg>, size: Length = 4px) -> Clip<ACEScg> {
    plate |> blur(size)
}

show S {
    param amount: Stops = 1stops
}

shot A in S {
    frames 1001..1010
    rate 24fps
    format 64x64
    let comp = constant(0.18) |> soft(size: 8px) |> soft() |> exposure(amount)
    write \"a.%04d.exr\" = comp
}
";

fn text(place: &Place) -> &str {
    assert_eq!(place.file, "shot.toma");
    &PROGRAM[place.start as usize..place.end as usize]
}

#[test]
fn every_node_and_value_knows_who_set_it() {
    let compiler = compiler(&[("shot.toma", PROGRAM)]);
    let (plan, found) = compiler.plan("shot.toma", "A");
    assert_eq!(found, []);
    let plan = plan.unwrap();
    let of = |path: &str| {
        let index = plan.nodes.iter().position(|node| node.path == path).unwrap();
        &plan.origins.nodes[index]
    };
    assert_eq!(text(&of("comp/constant").call), "constant(0.18)");
    let first = of("comp/soft");
    assert_eq!(text(&first.call), "plate |> blur(size)");
    assert_eq!(text(&first.chain[0]), "constant(0.18) |> soft(size: 8px)");
    let size = &first.parameters["size"];
    assert_eq!((size.layer, text(&size.place)), (Layer::Shot, "8px"));
    let second = &of("comp/soft#2").parameters["size"];
    assert_eq!((second.layer, text(&second.place)), (Layer::Default, "4px"));
    let edge = &second_edge(of("comp/soft#2"));
    assert_eq!((edge.0, edge.1.as_str()), (Layer::Default, "std/filter.toma"));
    let amount = &of("comp").parameters["stops"];
    assert_eq!((amount.layer, text(&amount.place)), (Layer::Show, "amount"));
    assert_eq!(text(&plan.origins.outputs[0]), "\"a.%04d.exr\"");
}

fn second_edge(node: &toma_plan::NodeOrigin) -> (Layer, String) {
    let edge = &node.parameters["edge"];
    (edge.layer, edge.place.file.clone())
}

#[test]
fn a_plan_survives_its_json() {
    let compiler = compiler(&[("shot.toma", PROGRAM)]);
    let plan = compiler.plan("shot.toma", "A").0.unwrap();
    let json = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<toma_plan::Plan>(&json).unwrap(), plan);
}

#[test]
fn a_shot_that_is_not_there_has_a_did_you_mean() {
    let compiler = compiler(&[("shot.toma", PROGRAM)]);
    let (plan, found) = compiler.plan("shot.toma", "B");
    assert!(plan.is_none());
    assert_eq!(found[0].code, "T0515");
    let (plan, found) = compiler.plan("nothing.toma", "B");
    assert!(plan.is_none());
    assert_eq!(found[0].code, "T0200");
}

#[test]
fn a_shot_has_its_plan_and_warnings_whatever_is_wrong_with_others() {
    let others = "
shot B in S {
    frames 1..1
    let x = nothing(3deg + 4px)
    write \"b.exr\" = blurr(x
}

shot C {
    let lost = constant(0.18)
}
";
    let gone = PROGRAM.replace("constant(0.18)", "read(\"gone.%04d.exr\", space: ACEScg)");
    let compiler = compiler(&[("shot.toma", &format!("{gone}{others}"))]);
    let (plan, found) = compiler.plan("shot.toma", "A");
    let codes: Vec<&str> = found.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["T0210"]);
    assert_eq!(plan.unwrap().shot, "A");
    let (plan, found) = compiler.plan("shot.toma", "B");
    assert!(plan.is_none());
    assert!(found.iter().all(|found| found.code != "T0501" || !found.message.contains("`C`")));
    assert!(found.len() > 1, "{found:#?}");
}

#[test]
fn no_seed_depends_on_how_a_let_is_called() {
    let seed_of = |name: &str| {
        let text = PROGRAM.replace("constant(0.18)", "noise(seed: seed)").replace("comp", name);
        let (plan, found) = compiler(&[("shot.toma", &text)]).plan("shot.toma", "A");
        assert_eq!(found, []);
        let nodes = plan.unwrap().nodes;
        let noise = nodes.iter().find(|node| node.stage == "std.source.noise").unwrap();
        noise.parameters["seed"].clone()
    };
    assert_eq!(seed_of("comp"), seed_of("other"));
}
