//! What is in a key and what is not, seen from outside.

use crate::plans::{Build, World, curve, frames, number, pairs, plan, values};
use crate::stages::Knobs;
use std::sync::atomic::Ordering;
use toma_engine::Digest;
use toma_plan::{Outside, Plan, Value};

fn simple() -> (World, Plan) {
    let world = World::new();
    world.plates("a.%04d.txt", &[(1, 1.0), (2, 2.0), (3, 3.0)]);
    let mut plan = plan(3);
    plan.read("plate", "a.%04d.txt", "error", frames(1, 3), Outside::Error);
    plan.node("grade", "t.gain", &[("amount", number(2.0))], &[("image", "plate")]);
    plan.node("net", "t.net", &[], &[("image", "grade")]);
    (world, plan)
}

fn key(world: &World, plan: &Plan, node: &str, frame: i64) -> Digest {
    world.engine().why(plan, node, frame).unwrap().now.key
}

type Edit = fn(&mut Plan, &Knobs);

#[test]
fn a_key_changes_with_what_the_result_depends_on() {
    let edits: &[(&str, Edit)] = &[
        ("a parameter", |plan, _| {
            plan.nodes[1].parameters.insert("amount".into(), number(2.5));
        }),
        ("a parameter of an input", |plan, _| {
            plan.nodes[1].parameters.insert("amount".into(), curve(&[(1.0, 0.0), (3.0, 2.0)]));
        }),
        ("the weights", |_, knobs| knobs.weights.store(9, Ordering::SeqCst)),
        ("another input", |plan, _| plan.nodes[2].inputs = plan.nodes[1].inputs.clone()),
    ];
    let (world, plan) = simple();
    let before = key(&world, &plan, "net", 2);
    for (what, edit) in edits {
        let (world, mut plan) = simple();
        edit(&mut plan, &world.knobs);
        assert_ne!(key(&world, &plan, "net", 2), before, "{what}");
    }
    world.plates("a.%04d.txt", &[(2, 7.0)]);
    assert_ne!(key(&world, &plan, "net", 2), before, "the file");
}

#[test]
fn a_key_does_not_change_with_what_the_result_does_not_depend_on() {
    let (world, plan) = simple();
    let before = key(&world, &plan, "net", 2);
    let edits: &[(&str, Edit)] = &[
        ("a name", |plan, _| plan.nodes[1].path = "other".into()),
        ("the shot", |plan, _| {
            plan.shot = "other".into();
            plan.ambient.frames.last = 90;
            plan.ambient.rate.frames = 30;
            plan.ambient.space = "other".into();
        }),
        ("where a file lies", |plan, _| {
            plan.nodes[0].parameters.insert("path".into(), Value::Path("b/x.%04d.txt".into()));
        }),
        ("the file format of a port", |plan, _| plan.nodes[0].ports[0].format = Some((9, 9))),
        ("a curve elsewhere in time", |plan, _| {
            let keys = curve(&[(2.0, 2.0), (3.0, 5.0)]);
            plan.nodes[1].parameters.insert("amount".into(), keys);
        }),
        ("another node", |plan, _| plan.node("more", "t.clock", &[], &[])),
        ("a stage that changes nothing", |plan, _| {
            plan.node("idle", "t.gain", &[("amount", number(1.0))], &[("image", "grade")]);
            plan.node("net2", "t.net", &[], &[("image", "idle")]);
        }),
    ];
    for (what, edit) in edits {
        let (world, mut plan) = simple();
        world.plates("b/x.%04d.txt", &[(1, 1.0), (2, 2.0), (3, 3.0)]);
        edit(&mut plan, &world.knobs);
        let node = if plan.nodes.len() > 4 { "net2" } else { "net" };
        assert_eq!(key(&world, &plan, node, 2), before, "{what}");
    }
}

#[test]
fn equal_content_at_other_times_is_one_result() {
    let world = World::new();
    world.plates("a.%04d.txt", &[(1, 5.0), (2, 5.0), (3, 6.0), (4, 5.0), (5, 5.0)]);
    let mut plan = plan(5);
    plan.read("plate", "a.%04d.txt", "error", frames(1, 5), Outside::Error);
    plan.node("shift", "t.shift", &[("by", Value::Int(1))], &[("image", "plate")]);
    plan.node(
        "mean",
        "t.wobble",
        &[("amount", curve(&[(0.0, 3.0)])), ("before", Value::Int(1)), ("after", Value::Int(1))],
        &[("image", "shift")],
    );
    let (got, told) = values(&world.engine(), &plan, "mean", 2..=6).unwrap();
    assert_eq!(got[0], got[1]);
    assert_ne!(got[0], got[2]);
    let computed = pairs(&[("plate", 1), ("plate", 3), ("mean", 2), ("mean", 4)]);
    assert_eq!(told.computed(), computed);
}

#[test]
fn only_what_is_read_is_in_a_key_and_not_how_it_was_found() {
    let place: &[(&str, Edit)] = &[
        ("what stands for missing files", |plan, _| {
            plan.nodes[0].parameters.insert("missing".into(), Value::Text("nearest".into()));
        }),
        ("what lies outside", |plan, _| plan.nodes[0].outside = Outside::Hold),
        ("the shot's format", |plan, _| plan.ambient.format = (99, 44)),
        ("the frames", |plan, _| {
            plan.nodes[0].domain = toma_plan::Domain::Frames(frames(2, 2));
        }),
    ];
    for (what, edit) in place {
        let (world, mut plan) = simple();
        let engine = world.engine();
        values(&engine, &plan, "net", [2]).unwrap();
        edit(&mut plan, &world.knobs);
        let (_, told) = values(&engine, &plan, "net", [2]).unwrap();
        assert_eq!((told.summary.computed, told.summary.cached), (0, 3), "{what}");
    }
    // Placed one frame later, the same files give the same results.
    let (world, mut plan) = simple();
    let engine = world.engine();
    let (before, _) = values(&engine, &plan, "net", 1..=3).unwrap();
    plan.nodes[0].parameters.insert("start".into(), Value::Int(1));
    plan.nodes[0].domain = toma_plan::Domain::Frames(frames(2, 4));
    let (after, told) = values(&engine, &plan, "net", 2..=4).unwrap();
    assert_eq!((before, told.summary.computed), (after, 0));
}

#[test]
fn the_marker_of_a_missing_file_has_the_format_of_its_port_and_that_is_in_the_key() {
    let (world, mut plan) = simple();
    plan.nodes[0].parameters.insert("missing".into(), Value::Text("marker".into()));
    plan.nodes[0].domain = toma_plan::Domain::Frames(frames(1, 9));
    let engine = world.engine();
    let mut marker = |format| {
        plan.nodes[0].ports[0].format = format;
        let (got, told) = values(&engine, &plan, "plate", [7]).unwrap();
        (got[0].unwrap()[0], told.summary.computed)
    };
    assert_eq!(marker(None), (-999.0, 1), "the shot's");
    assert_eq!(marker(Some((64, 48))), (-1061.0, 1));
    assert_eq!(marker(Some((2, 1))), (-999.0, 0));
}

#[test]
fn a_shift_is_no_result_and_what_is_behind_it_is_found_at_the_other_time() {
    let (world, mut plan) = simple();
    plan.nodes[0].outside = Outside::Hold;
    plan.node("later", "t.shift", &[("by", Value::Int(1))], &[("image", "grade")]);
    plan.nodes.swap(2, 3);
    plan.nodes[3].inputs = [("image".to_owned(), plan.input("later"))].into();
    let engine = world.engine();
    let (first, told) = values(&engine, &plan, "net", 2..=4).unwrap();
    assert_eq!(told.summary.computed, 9);
    assert!(told.computed().iter().all(|(node, _)| node != "later"));
    plan.nodes[2].parameters.insert("by".into(), Value::Int(2));
    let (second, told) = values(&engine, &plan, "net", 3..=5).unwrap();
    assert_eq!((first, told.summary.computed, told.summary.cached), (second, 0, 9));
}

#[test]
fn a_still_is_one_pair() {
    let world = World::new();
    let mut plan = plan(4);
    plan.still("grey", "t.constant", &[("value", number(0.5))], &[]);
    plan.still("dark", "t.gain", &[("amount", number(0.5))], &[("image", "grey")]);
    plan.node("clock", "t.clock", &[], &[]);
    plan.node("sum", "t.plus", &[], &[("layers[0]", "dark"), ("layers[1]", "clock")]);
    let (_, told) = values(&world.engine(), &plan, "sum", 1..=4).unwrap();
    assert_eq!(told.summary.computed, 2 + 4 + 4);
    assert!(told.computed().contains(&("dark".to_owned(), None)));
}

#[test]
fn only_what_depends_on_an_edit_is_computed() {
    let (world, mut plan) = simple();
    let engine = world.engine();
    let (_, told) = values(&engine, &plan, "net", 1..=3).unwrap();
    assert_eq!(told.summary.computed, 9);
    let (_, told) = values(&engine, &plan, "net", 1..=3).unwrap();
    assert_eq!((told.summary.computed, told.summary.cached), (0, 9));
    plan.nodes[1].parameters.insert("amount".into(), curve(&[(1.0, 2.0), (2.0, 2.0), (3.0, 4.0)]));
    let (_, told) = values(&engine, &plan, "net", 1..=3).unwrap();
    assert_eq!(told.computed(), pairs(&[("grade", 3), ("net", 3)]));
}

#[test]
fn an_edit_that_changes_no_content_is_cut_off() {
    let (world, mut plan) = simple();
    plan.node("measure", "t.measure", &[], &[("image", "grade")]);
    plan.node("apply", "t.apply", &[], &[("image", "plate"), ("by", "measure")]);
    let engine = world.engine();
    values(&engine, &plan, "apply", 1..=3).unwrap();
    // Frame 3 keeps its value, and the measure is the brightest of all.
    let keys = curve(&[(1.0, 0.5), (2.0, 0.5), (3.0, 2.0)]);
    plan.nodes[1].parameters.insert("amount".into(), keys);
    let (_, told) = values(&engine, &plan, "apply", 1..=3).unwrap();
    let mut computed = pairs(&[("grade", 1), ("grade", 2)]);
    computed.insert(("measure".into(), None));
    assert_eq!(told.computed(), computed);
}

#[test]
fn a_result_that_is_an_input_is_an_alias_of_it() {
    let (world, mut plan) = simple();
    plan.node("limit", "t.limit", &[("limit", number(99.0))], &[("image", "net")]);
    plan.node("end", "t.gain", &[("amount", number(3.0))], &[("image", "limit")]);
    let settings = world.settings();
    let (first, _) = values(&world.open(settings.clone()), &plan, "limit", 1..=3).unwrap();
    // In the next process the network's file stands for the limit's result.
    let engine = world.open(settings);
    let (again, told) = values(&engine, &plan, "limit", 1..=3).unwrap();
    assert_eq!(first, again);
    assert_eq!((told.summary.computed, told.summary.rebuilt), (0, 0));
    // Another limit gives the same content: what follows need not know.
    values(&engine, &plan, "end", 1..=3).unwrap();
    plan.nodes[3].parameters.insert("limit".into(), number(98.0));
    let (_, told) = values(&engine, &plan, "end", 1..=3).unwrap();
    assert_eq!(told.computed(), pairs(&[("limit", 1), ("limit", 2), ("limit", 3)]));
}

#[test]
fn several_outputs_share_a_key_and_differ() {
    let (world, mut plan) = simple();
    plan.node("split", "t.split", &[], &[("image", "plate")]);
    let ins = [("layers[0]", "split.low"), ("layers[1]", "split.high")];
    plan.node("sum", "t.plus", &[], &ins);
    let (got, told) = values(&world.engine(), &plan, "sum", [2]).unwrap();
    assert_eq!(got, [Some([0.0, 2.0])]);
    assert_eq!(told.summary.computed, 3);
}
