//! Why a result is what it is.

use crate::plans::{Build, World, curve, frames, number, plan, refusals, render};
use serde_json::json;
use toma_plan::{Outside, Plan};

fn shot() -> (World, Plan) {
    let world = World::new();
    world.plates("a.%04d.txt", &[(1, 1.0), (2, 2.0), (3, 3.0)]);
    let mut plan = plan(3);
    plan.read("plate", "a.%04d.txt", "error", frames(1, 3), Outside::Error);
    plan.node("grade", "t.gain", &[("amount", number(2.0))], &[("image", "plate")]);
    plan.node("idle", "t.gain", &[("amount", number(1.0))], &[("image", "grade")]);
    plan.write("final", "out/%04d.exr", "idle");
    (world, plan)
}

#[test]
fn a_key_is_taken_apart() {
    let (world, plan) = shot();
    let engine = world.engine();
    let before = engine.why(&plan, "grade", 2).unwrap();
    assert!(!before.known && before.before.is_none());
    render(&engine, &plan).unwrap();
    let why = engine.why(&plan, "idle", 2).unwrap();
    assert_eq!((why.made_by.as_str(), why.frame, why.known), ("grade", Some(2), true));
    assert_eq!(why.now.made.parameters["amount"], json!(2.0));
    assert_eq!(why.now.reads[0].node.as_deref(), Some("plate"));
    let plate = engine.why(&plan, "plate", 2).unwrap();
    assert_eq!(why.now.reads[0].key, Some(plate.now.key));
    let file = plate.now.reads[0].file.as_ref().unwrap();
    assert!(file.ends_with("a.0002.txt"));
    assert_eq!(plate.now.reads[0].key, Some(toma_engine::Digest::of(b"2")));
    assert_eq!(refusals(engine.why(&plan, "nobody", 2))[0].code, "T0708");
}

#[test]
fn what_has_changed_since_the_last_run_is_named_field_by_field() {
    let (world, mut plan) = shot();
    render(&world.engine(), &plan).unwrap();
    plan.nodes[1].parameters.insert("amount".into(), curve(&[(1.0, 2.0), (2.0, 2.0), (3.0, 4.0)]));
    let changes = |world: &World, plan: &Plan, frame| {
        let why = world.engine().why(plan, "grade", frame).unwrap();
        let change = |change: toma_engine::Change| (change.field, change.before, change.now);
        why.changes.into_iter().map(change).collect::<Vec<_>>()
    };
    let grade = vec![("amount".to_owned(), json!(2.0), json!(4.0))];
    // Before the render against what was rendered, and after it against the run before.
    assert_eq!(changes(&world, &plan, 3), grade);
    render(&world.engine(), &plan).unwrap();
    assert_eq!(changes(&world, &plan, 3), grade);
    assert_eq!(changes(&world, &plan, 2), []);
    // Rendering again changes nothing of what is remembered.
    render(&world.engine(), &plan).unwrap();
    assert_eq!(changes(&world, &plan, 3), grade);
    world.plates("a.%04d.txt", &[(1, 7.0)]);
    let fields: Vec<_> = changes(&world, &plan, 1).into_iter().map(|(field, ..)| field).collect();
    assert_eq!(fields, ["input image"]);
}

#[test]
fn the_history_outlives_the_cache() {
    let (world, mut plan) = shot();
    let engine = world.engine();
    render(&engine, &plan).unwrap();
    engine.cache_clear().unwrap();
    plan.nodes[1].parameters.insert("amount".into(), number(3.0));
    assert_eq!(world.engine().why(&plan, "grade", 1).unwrap().changes.len(), 1);
}
