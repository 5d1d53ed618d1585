//! The store: what is kept, what is lost, and that no picture ever depends on it.

use crate::plans::{Build, World, curve, frames, number, pairs, plan, render, values};
use std::path::{Path, PathBuf};
use toma_engine::{Caching, Settings};
use toma_plan::{Outside, Plan};

fn network() -> (World, Plan) {
    let world = World::new();
    world.plates("a.%04d.txt", &[(1, 1.0), (2, 2.0), (3, 3.0)]);
    let mut plan = plan(3);
    plan.read("plate", "a.%04d.txt", "error", frames(1, 3), Outside::Error);
    plan.node("net", "t.net", &[], &[("image", "plate")]);
    plan.node("grade", "t.gain", &[("amount", number(2.0))], &[("image", "net")]);
    (world, plan)
}

fn entries(state: &Path) -> Vec<PathBuf> {
    let shelves = std::fs::read_dir(state.join("store")).into_iter().flatten().flatten();
    let files = shelves.flat_map(|shelf| std::fs::read_dir(shelf.path()).unwrap().flatten());
    let mut files: Vec<PathBuf> = files.map(|file| file.path()).collect();
    files.sort();
    files
}

#[test]
fn networks_are_kept_on_disk_and_cheap_stages_and_sources_are_not() {
    let (world, plan) = network();
    values(&world.engine(), &plan, "grade", 1..=3).unwrap();
    let engine = world.engine();
    assert_eq!(engine.cache_stat().entries, 3);
    let (_, told) = values(&engine, &plan, "grade", 1..=3).unwrap();
    // Nothing is new; the grade was not worth a file; the plates were not needed.
    assert_eq!(told.summary.computed, 0);
    assert_eq!(told.rebuilt(), pairs(&[("grade", 1), ("grade", 2), ("grade", 3)]));
    assert_eq!(told.cached().len(), 6);
}

#[test]
fn the_bits_are_the_same_with_memory_with_disk_and_without_any_cache() {
    let (world, plan) = network();
    let bring = |caching, memory_bytes| {
        let state = world.path().join(format!("state-{caching:?}-{memory_bytes}"));
        let settings = Settings { caching, memory_bytes, state, ..world.settings() };
        let first = values(&world.open(settings.clone()), &plan, "grade", 1..=3).unwrap().0;
        let engine = world.open(settings);
        let again = values(&engine, &plan, "grade", 1..=3).unwrap().0;
        let once_more = values(&engine, &plan, "grade", 1..=3).unwrap().0;
        assert_eq!(first, again);
        assert_eq!(first, once_more);
        first
    };
    let expected = bring(Caching::Off, 1 << 20);
    for caching in [Caching::Memory, Caching::Full, Caching::Off] {
        for memory in [0, 1000, 1 << 20] {
            assert_eq!(bring(caching, memory), expected, "{caching:?} with {memory} bytes");
        }
    }
}

#[test]
fn a_bad_entry_is_said_dropped_and_computed_again() {
    let (world, plan) = network();
    let (expected, _) = values(&world.engine(), &plan, "net", 1..=3).unwrap();
    let state = world.path().join("state");
    let path = entries(&state)[0].clone();
    let good = std::fs::read(&path).unwrap();
    // Every byte of the file, without a new engine for each.
    let engine = world.open(Settings { memory_bytes: 0, ..world.settings() });
    for position in 0..good.len() {
        let mut bytes = good.clone();
        bytes[position] ^= 0x10;
        std::fs::write(&path, &bytes).unwrap();
        let (got, told) = values(&engine, &plan, "net", 1..=3).unwrap();
        assert_eq!(got, expected, "byte {position}");
        assert_eq!(told.warnings(), ["T0706"], "byte {position}");
        assert_eq!((told.summary.computed, told.rebuilt().len()), (0, 2), "byte {position}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), good, "it was written again as it was");
}

#[test]
fn verify_removes_what_is_bad_and_clear_removes_all() {
    let (world, plan) = network();
    let engine = world.engine();
    values(&engine, &plan, "net", 1..=3).unwrap();
    let state = world.path().join("state");
    let path = entries(&state)[1].clone();
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let check = engine.cache_verify();
    assert_eq!(check.entries, 3);
    assert_eq!(check.removed.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>(), [path]);
    assert_eq!(engine.cache_clear().unwrap().0, 2);
    assert!(entries(&state).is_empty());
    let (_, told) = values(&engine, &plan, "net", 1..=3).unwrap();
    assert_eq!((told.summary.computed, told.summary.rebuilt), (0, 6), "known, not kept");
}

#[test]
fn a_state_folder_that_cannot_be_written_costs_a_warning_and_no_picture() {
    let (world, mut plan) = network();
    plan.write("out", "out/%04d.exr", "grade");
    let state = world.path().join("file");
    std::fs::write(&state, "in the way").unwrap();
    let engine = world.open(Settings { state: state.join("state"), ..world.settings() });
    let told = render(&engine, &plan).unwrap();
    assert_eq!((told.summary.computed, told.summary.written, told.summary.failed), (9, 3, 0));
    let warnings = told.warnings();
    assert!(warnings.iter().all(|code| code == "T0705") && warnings.len() <= 3, "{warnings:?}");
    let again = values(&engine, &plan, "grade", 1..=3).unwrap().1;
    assert_eq!(again.summary.cached, 9, "memory serves");
    assert!(again.warnings().is_empty(), "said once");
}

#[test]
fn two_engines_on_one_folder_at_once_agree() {
    let (world, mut plan) = network();
    plan.node("slow", "t.slow", &[], &[("image", "grade")]);
    plan.node("clip", "t.measure", &[], &[("image", "slow")]);
    let results: Vec<_> = std::thread::scope(|scope| {
        let bring = || values(&world.engine(), &plan, "clip", [1]).unwrap().0;
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(bring)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(results.iter().all(|result| *result == results[0]));
    let engine = world.engine();
    assert!(engine.cache_verify().removed.is_empty());
    let (_, told) = values(&engine, &plan, "clip", [1]).unwrap();
    assert_eq!(told.summary.cached, 13);
}

#[test]
fn what_is_slow_for_its_size_is_kept() {
    let (world, mut plan) = network();
    plan.node("slow", "t.slow", &[], &[("image", "plate")]);
    values(&world.engine(), &plan, "slow", 1..=3).unwrap();
    let (_, told) = values(&world.engine(), &plan, "slow", 1..=3).unwrap();
    assert_eq!(told.summary.cached, 6);
}

#[test]
fn an_early_cut_off_reaches_through_what_is_kept_on_disk() {
    let (world, mut plan) = network();
    plan.nodes.truncate(1);
    plan.node("grade", "t.gain", &[("amount", number(2.0))], &[("image", "plate")]);
    plan.node("one", "t.net", &[], &[("image", "grade")]);
    plan.node("two", "t.net", &[], &[("image", "one")]);
    values(&world.engine(), &plan, "two", 1..=3).unwrap();
    plan.nodes[1].parameters.insert("amount".into(), curve(&[(3.0, 2.0), (4.0, 9.0)]));
    let (_, told) = values(&world.engine(), &plan, "two", 1..=3).unwrap();
    assert_eq!(told.summary.cached, 12, "the curve is read as before");
}

#[test]
fn what_runs_again_because_memory_was_short_is_counted_and_told() {
    let world = World::new();
    let numbers: Vec<(i64, f64)> = (1..=8).map(|frame| (frame, frame as f64)).collect();
    world.plates("a.%04d.txt", &numbers);
    let mut plan = plan(8);
    plan.read("plate", "a.%04d.txt", "error", frames(1, 8), Outside::Hold);
    plan.node("grade", "t.gain", &[("amount", number(2.0))], &[("image", "plate")]);
    plan.node("mean", "t.mean", &[("reach", toma_plan::Value::Int(2))], &[("image", "grade")]);
    let settings =
        Settings { memory_bytes: 0, threads: 1, caching: Caching::Off, ..world.settings() };
    let (_, told) = values(&world.open(settings), &plan, "mean", 1..=8).unwrap();
    let runs = world.knobs.runs.load(std::sync::atomic::Ordering::SeqCst);
    assert_eq!(told.summary.computed, 24);
    assert!(told.summary.rebuilt > 0, "{:?}", told.summary);
    assert_eq!(told.summary.computed + told.summary.rebuilt, runs);
}
