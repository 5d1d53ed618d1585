//! Failures: they stop what depends on them and nothing else, and are forgotten.

use crate::plans::{Build, World, frames, listen, number, pairs, plan, refusals, values};
use crate::stages::Knobs;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use toma_engine::{EngineError, Event, Failure};
use toma_plan::{Outside, Plan};
use toma_stage::CancelToken;

fn plates() -> (World, Plan) {
    let world = World::new();
    world.plates("a.%04d.txt", &[(1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0)]);
    let mut plan = plan(4);
    plan.read("plate", "a.%04d.txt", "error", frames(1, 4), Outside::Error);
    (world, plan)
}

fn failures(events: &[Event]) -> Vec<&Failure> {
    let mut failures = Vec::new();
    for event in events {
        if let Event::Failed(failure) = event {
            failures.push(failure);
        }
    }
    failures
}

#[test]
fn a_failure_poisons_what_depends_on_it_and_nothing_else() {
    let (world, mut plan) = plates();
    plan.node("fragile", "t.fail", &[("above", number(2.5))], &[("image", "plate")]);
    plan.node("after", "t.gain", &[("amount", number(2.0))], &[("image", "fragile")]);
    plan.node("end", "t.plus", &[], &[("layers[0]", "after"), ("layers[1]", "plate")]);
    let engine = world.engine();
    let (got, told) = values(&engine, &plan, "end", 1..=4).unwrap();
    assert_eq!(got.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, false, false]);
    let expected = pairs(&[
        ("fragile", 3),
        ("after", 3),
        ("end", 3),
        ("fragile", 4),
        ("after", 4),
        ("end", 4),
    ]);
    assert_eq!(told.failed(), expected);
    let failures = failures(&told.events);
    let end = failures.iter().find(|f| f.node.as_deref() == Some("end") && f.frame == Some(3));
    let chain: Vec<_> = end.unwrap().because.iter().map(|c| (c.node.as_str(), c.frame)).collect();
    assert_eq!(chain, [("after", Some(3)), ("fragile", Some(3))]);
    assert_eq!(end.unwrap().message, "it is too bright");
    // It is not remembered: the next request tries again.
    let runs = world.knobs.runs.load(Ordering::SeqCst);
    let (_, told) = values(&engine, &plan, "end", [3]).unwrap();
    assert_eq!((told.summary.failed, world.knobs.runs.load(Ordering::SeqCst)), (3, runs + 1));
    plan.nodes[1].parameters.insert("above".into(), number(9.0));
    assert_eq!(values(&engine, &plan, "end", 1..=4).unwrap().1.summary.failed, 0);
}

#[test]
fn a_failed_scan_fails_to_its_end_with_a_short_chain() {
    let (world, mut plan) = plates();
    plan.ambient.frames.last = 500;
    plan.nodes[0].outside = Outside::Hold;
    plan.node("fragile", "t.fail", &[("above", number(1.5))], &[("image", "plate")]);
    plan.node("echo", "t.echo", &[], &[("image", "fragile")]);
    plan.node("mean", "t.shift", &[("by", toma_plan::Value::Int(-400))], &[("image", "echo")]);
    let (got, told) = values(&world.engine(), &plan, "mean", [1]).unwrap();
    assert_eq!(got, [None]);
    let failures = failures(&told.events);
    let root = failures.iter().find(|failure| failure.because.is_empty()).unwrap();
    assert_eq!(root.node.as_deref(), Some("fragile"));
    assert!(failures.iter().all(|failure| failure.because.len() <= 18));
}

#[test]
fn mistakes_of_a_stage_are_mistakes_in_toma_and_cost_only_their_own() {
    for (stage, code) in [("t.panic", "T0902"), ("t.liar", "T0901"), ("t.nothing", "T0903")] {
        let (world, mut plan) = plates();
        plan.node("broken", stage, &[], &[("image", "plate")]);
        let (_, told) = values(&world.engine(), &plan, "broken", [1]).unwrap();
        assert_eq!((told.summary.computed, told.summary.failed), (1, 1));
        let failure = failures(&told.events)[0];
        assert_eq!(failure.code, code, "{failure:?}");
        assert_eq!(failure.node.as_deref(), Some("broken"));
        assert_eq!(values(&world.engine(), &plan, "plate", [1, 2]).unwrap().1.summary.failed, 0);
    }
}

#[test]
fn a_plan_for_another_program_is_refused() {
    let edits: [fn(&mut Plan); 4] = [
        |plan| plan.schema = 99,
        |plan| plan.nodes[0].stage = "t.unheard_of".into(),
        |plan| plan.nodes[0].version = 7,
        |plan| plan.node("x", "t.gain", &[("amount", number(f64::NAN))], &[("image", "plate")]),
    ];
    for edit in edits {
        let (world, mut plan) = plates();
        edit(&mut plan);
        let failures = refusals(values(&world.engine(), &plan, "plate", [1]));
        assert_eq!(failures[0].code, "T0904");
    }
    let (world, plan) = plates();
    let failures = refusals(values(&world.engine(), &plan, "plat", [1]));
    assert_eq!(failures[0].code, "T0708");
}

fn cancelling(knobs: &Arc<Knobs>, cancel: &CancelToken) -> std::thread::JoinHandle<()> {
    let (knobs, cancel) = (Arc::clone(knobs), cancel.clone());
    std::thread::spawn(move || {
        while knobs.running.load(Ordering::SeqCst) == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        cancel.cancel();
    })
}

#[test]
fn a_cancelled_request_ends_soon_and_the_next_one_is_right() {
    let (world, mut plan) = plates();
    plan.node("slow", "t.slow", &[], &[("image", "plate")]);
    let cancel = CancelToken::default();
    world.knobs.hold.store(true, Ordering::SeqCst);
    let canceller = cancelling(&world.knobs, &cancel);
    let engine = world.engine();
    let wanted: Vec<_> = (1..=4).map(|frame| ("slow", "out", frame)).collect();
    let (result, events) = listen(|say| engine.values(&plan, &wanted, &cancel, say));
    canceller.join().unwrap();
    assert!(matches!(result, Err(EngineError::Cancelled(_))));
    assert!(failures(&events).is_empty(), "to be cancelled is no failure");
    world.knobs.hold.store(false, Ordering::SeqCst);
    let (got, told) = values(&engine, &plan, "slow", 1..=4).unwrap();
    assert!(got.iter().all(Option::is_some));
    assert_eq!(told.summary.failed, 0);
}

#[test]
fn no_more_stages_run_than_threads_and_one_network_at_a_time() {
    let (world, mut plan) = plates();
    plan.node("slow", "t.slow", &[], &[("image", "plate")]);
    plan.node("net", "t.net", &[], &[("image", "slow")]);
    let mut settings = world.settings();
    settings.threads = 3;
    values(&world.open(settings), &plan, "net", 1..=4).unwrap();
    assert!(world.knobs.most.load(Ordering::SeqCst) <= 3);
    assert!(world.knobs.most.load(Ordering::SeqCst) >= 2, "frames run in parallel");
    assert_eq!(world.knobs.most_networks.load(Ordering::SeqCst), 1);
}

#[test]
fn stages_that_use_the_pool_inside_neither_wait_for_ever_nor_differ() {
    let mut results = Vec::new();
    for threads in [1, 2, 7] {
        let (world, mut plan) = plates();
        plan.node("one", "t.parallel", &[], &[("image", "plate")]);
        plan.node("two", "t.parallel", &[], &[("image", "one")]);
        plan.node("clip", "t.measure", &[], &[("image", "two")]);
        plan.node("end", "t.apply", &[], &[("image", "two"), ("by", "clip")]);
        let mut settings = world.settings();
        settings.threads = threads;
        results.push(values(&world.open(settings), &plan, "end", 1..=4).unwrap().0);
        assert!(world.knobs.most.load(Ordering::SeqCst) <= threads);
    }
    assert!(results.iter().all(|result| *result == results[0]));
}
