//! Domains, windows, scans, clips and chunks.

use crate::plans::{Build, World, curve, frames, number, pairs, plan, refusals, values};
use toma_plan::{Outside, Plan, Value};

fn plates(outside: Outside) -> (World, Plan) {
    let world = World::new();
    world.plates("a.%04d.txt", &[(1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0)]);
    let mut plan = plan(4);
    plan.read("plate", "a.%04d.txt", "error", frames(1, 4), outside);
    (world, plan)
}

#[test]
fn beyond_its_domain_a_source_holds_is_black_or_is_an_error() {
    let (world, mut held) = plates(Outside::Hold);
    held.node("mean", "t.mean", &[("reach", Value::Int(1))], &[("image", "plate")]);
    let (got, told) = values(&world.engine(), &held, "mean", [1, 4]).unwrap();
    assert_eq!(got, [Some([1.0 + 1.0 + 2.0, -(1.0 + 4.0)]), Some([3.0 + 4.0 + 4.0, -(4.0 + 8.0)])]);
    assert!(told.computed().iter().all(|(_, frame)| (1..=4).contains(&frame.unwrap())));

    let (world, mut black) = plates(Outside::Black);
    black.node("mean", "t.mean", &[("reach", Value::Int(1))], &[("image", "plate")]);
    let (got, _) = values(&world.engine(), &black, "mean", [1, 4]).unwrap();
    assert_eq!(got, [Some([1.0 + 2.0, -(1.0 + 4.0)]), Some([3.0 + 4.0, -4.0])]);
    // The source itself is an empty picture there.
    let (got, _) = values(&world.engine(), &black, "plate", [9]).unwrap();
    assert_eq!(got, [Some([0.0, 0.0])]);

    let (world, mut error) = plates(Outside::Error);
    error.node("mean", "t.mean", &[("reach", Value::Int(1))], &[("image", "plate")]);
    let failures = refusals(values(&world.engine(), &error, "mean", [1, 2, 4]));
    let told: Vec<_> = failures
        .iter()
        .map(|failure| (failure.code.as_str(), failure.node.as_deref().unwrap(), failure.frame))
        .collect();
    assert_eq!(told, [("T0642", "plate", Some(0)), ("T0642", "plate", Some(5))]);
    assert!(failures[0].message.contains("1..4"), "{}", failures[0].message);
    assert_eq!(world.knobs.runs.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[test]
fn a_scan_of_ten_thousand_frames_needs_no_deep_stack() {
    let world = World::new();
    let mut plan = plan(10_000);
    plan.node("one", "t.constant", &[("value", curve(&[(1.0, 1.0)]))], &[]);
    plan.node("echo", "t.echo", &[], &[("image", "one")]);
    let (got, told) = values(&world.engine(), &plan, "echo", [10_000]).unwrap();
    assert_eq!(got[0].unwrap()[0], 2.0);
    // The frames of the scan differ; the constant is the same at all of them.
    assert_eq!((told.summary.computed, told.summary.cached), (10_001, 9_999));
}

#[test]
fn an_edit_in_a_scan_runs_from_there_to_the_end() {
    let (world, mut plan) = plates(Outside::Error);
    plan.node("grade", "t.gain", &[("amount", number(2.0))], &[("image", "plate")]);
    plan.node("echo", "t.echo", &[], &[("image", "grade")]);
    let engine = world.engine();
    values(&engine, &plan, "echo", 1..=4).unwrap();
    world.plates("a.%04d.txt", &[(3, 9.0)]);
    let (_, told) = values(&engine, &plan, "echo", 1..=4).unwrap();
    let computed = pairs(&[("plate", 3), ("grade", 3), ("echo", 3), ("echo", 4)]);
    assert_eq!(told.computed(), computed);
}

#[test]
fn a_clip_is_one_artefact_over_the_frames_that_all_inputs_have() {
    let (world, mut plan) = plates(Outside::Error);
    plan.node("later", "t.shift", &[("by", Value::Int(2))], &[("image", "plate")]);
    plan.node("measure", "t.measure", &[], &[("image", "later")]);
    plan.node("apply", "t.apply", &[], &[("image", "later"), ("by", "measure")]);
    let (got, told) = values(&world.engine(), &plan, "apply", 3..=6).unwrap();
    assert_eq!(got[0], Some([1.0 - 4.0, -1.0 - 4.0]));
    assert!(told.computed().contains(&("measure".to_owned(), None)));
    assert_eq!(told.summary.computed, 4 + 1 + 4, "what is shifted is no result of its own");
}

#[test]
fn chunks_give_their_frames_and_continue_each_other() {
    let world = World::new();
    let numbers: Vec<(i64, f64)> = (1..=10).map(|frame| (frame, frame as f64)).collect();
    world.plates("a.%04d.txt", &numbers);
    let mut plan = plan(10);
    plan.read("plate", "a.%04d.txt", "error", frames(1, 10), Outside::Error);
    let settings = [("length", Value::Int(4)), ("overlap", Value::Int(1))];
    plan.node("chunk", "t.chunk", &settings, &[("image", "plate")]);
    let engine = world.engine();
    let (got, told) = values(&engine, &plan, "chunk", 1..=10).unwrap();
    // Chunks begin at 1, 4 and 7; frame 4 belongs to the first, and each adds what was before it.
    let firsts: Vec<f32> = got.iter().map(|value| value.unwrap()[0]).collect();
    let second = 3.0 / 4.0;
    let third = (6.0 + second) / 4.0;
    assert_eq!(firsts[..4], [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(firsts[4..7], [5.0 + second, 6.0 + second, 7.0 + second]);
    assert_eq!(firsts[7..], [8.0 + third, 9.0 + third, 10.0 + third]);
    let chunks = pairs(&[("chunk", 1), ("chunk", 4), ("chunk", 7)]);
    assert!(told.computed().is_superset(&chunks) && told.summary.computed == 13);
    // An edit runs its chunk and those behind it.
    world.plates("a.%04d.txt", &[(5, 50.0)]);
    let (_, told) = values(&engine, &plan, "chunk", 1..=10).unwrap();
    assert_eq!(told.computed(), pairs(&[("plate", 5), ("chunk", 4), ("chunk", 7)]));
    // A frame needs its chunk only, whole.
    let (_, told) = values(&engine, &plan, "chunk", [2]).unwrap();
    assert_eq!((told.summary.computed, told.summary.cached), (0, 5));
}
