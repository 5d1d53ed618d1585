//! Files that are missing, in the way, or don't keep still.

use crate::plans::{Build, World, frames, number, plan, refusals, values};
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use toma_engine::{Event, RenderRequest};
use toma_plan::{Outside, Plan};

fn reading(missing: &str, there: &[(i64, f64)]) -> (World, Plan) {
    let world = World::new();
    world.plates("in/a.%04d.txt", there);
    let mut plan = plan(8);
    plan.read("plate", "in/a.%04d.txt", missing, frames(1, 8), Outside::Error);
    plan.node("grade", "t.gain", &[("amount", number(2.0))], &[("image", "plate")]);
    (world, plan)
}

#[test]
fn all_gaps_are_named_at_once_before_anything_runs() {
    let (world, plan) = reading("error", &[(1, 1.0), (2, 2.0), (5, 5.0), (8, 8.0)]);
    let failures = refusals(values(&world.engine(), &plan, "grade", 1..=8));
    assert_eq!(failures.len(), 1);
    let failure = &failures[0];
    assert_eq!(failure.code, "T0601");
    assert_eq!(
        (failure.node.as_deref(), failure.parameter.as_deref()),
        (Some("plate"), Some("path"))
    );
    assert!(failure.message.contains('3') && failure.message.contains('7'), "{}", failure.message);
    assert_eq!(failure.files.len(), 4);
    assert_eq!(world.knobs.runs.load(Ordering::SeqCst), 0);
    // Frames that are there can be had.
    assert!(values(&world.engine(), &plan, "grade", [1, 2, 5, 8]).is_ok());
}

#[test]
fn a_held_frame_is_its_file() {
    for (missing, expected) in [
        ("hold", [2.0, 2.0, 2.0, 5.0]),
        ("nearest", [2.0, 2.0, 5.0, 5.0]),
        ("marker", [2.0, -999.0, -999.0, 5.0]),
    ] {
        let (world, plan) = reading(missing, &[(2, 2.0), (5, 5.0)]);
        let (got, told) = values(&world.engine(), &plan, "plate", 2..=5).unwrap();
        let got: Vec<f32> = got.iter().map(|value| value.unwrap()[0]).collect();
        assert_eq!(got, expected, "{missing}");
        let runs =
            expected.iter().map(|value| value.to_bits()).collect::<std::collections::HashSet<_>>();
        assert_eq!(told.summary.computed, runs.len(), "{missing}");
    }
}

#[test]
fn a_folder_a_missing_folder_and_a_damaged_file_are_said_clearly() {
    let (world, plan) = reading("error", &[]);
    let failures = refusals(values(&world.engine(), &plan, "plate", [1]));
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert!(failures[0].code == "T0601" || failures[0].code == "T0602");

    let (world, plan) = reading("error", &[(1, 1.0)]);
    std::fs::create_dir(world.path().join("in/a.0002.txt")).unwrap();
    let failures = refusals(values(&world.engine(), &plan, "plate", [1, 2]));
    assert_eq!(failures[0].code, "T0643", "{failures:?}");

    let (world, plan) = reading("error", &[(1, 1.0), (2, 2.0)]);
    std::fs::write(world.path().join("in/a.0002.txt"), "no number").unwrap();
    let (got, told) = values(&world.engine(), &plan, "grade", [1, 2]).unwrap();
    assert!(got[0].is_some() && got[1].is_none());
    assert_eq!((told.summary.computed, told.summary.failed), (2, 2));
}

#[test]
fn a_single_file_is_a_still() {
    let (world, mut plan) = reading("error", &[(1, 1.0), (2, 2.0)]);
    world.plates("one.txt", &[(1, 7.0)]);
    let values_of = [
        ("path", toma_plan::Value::Path("one.txt".into())),
        ("missing", toma_plan::Value::Text("error".into())),
    ];
    plan.still("one", "t.read", &values_of, &[]);
    plan.node("sum", "t.plus", &[], &[("layers[0]", "one"), ("layers[1]", "plate")]);
    let (got, told) = values(&world.engine(), &plan, "sum", [1, 2]).unwrap();
    assert_eq!(got, [Some([8.0, -15.0]), Some([9.0, -16.0])]);
    assert_eq!(told.summary.computed, 5);
    std::fs::remove_file(world.path().join("one.txt")).unwrap();
    let failures = refusals(values(&world.engine(), &plan, "sum", [1, 2]));
    assert_eq!((failures.len(), failures[0].code.as_str()), (1, "T0602"), "{failures:?}");
}

/// Frame 1 runs the hook before frame 2 is decoded: one thread.
fn changing(plan: &mut Plan) {
    plan.node("hook", "t.hook", &[], &[("image", "plate")]);
}

#[test]
fn a_file_that_changes_between_hash_and_decode_is_planned_again() {
    let (world, mut plan) = reading("error", &[(1, 1.0), (2, 2.0)]);
    changing(&mut plan);
    let path = world.path().join("in/a.0002.txt");
    let changes = Mutex::new(0);
    let file = path.clone();
    *world.knobs.hook.lock().unwrap() = Some(Box::new(move || {
        let mut changes = changes.lock().unwrap();
        if *changes == 0 {
            *changes += 1;
            std::fs::write(&file, "20").unwrap();
        }
    }));
    let mut settings = world.settings();
    settings.threads = 1;
    let (got, told) = values(&world.open(settings), &plan, "hook", [1, 2]).unwrap();
    assert_eq!(got, [Some([1.0, -1.0]), Some([20.0, -20.0])]);
    let replanned =
        |event: &&Event| matches!(event, Event::Replanned { files } if *files == [path.clone()]);
    assert_eq!(told.events.iter().filter(replanned).count(), 1);
    assert_eq!((told.summary.computed, told.summary.failed), (4, 0));
    // Nothing was stored under the key of the bytes that were gone.
    std::fs::write(&path, "2").unwrap();
    let (got, _) = values(&world.engine(), &plan, "hook", [2]).unwrap();
    assert_eq!(got, [Some([2.0, -2.0])]);
}

#[test]
fn a_file_that_never_keeps_still_fails_its_frame_and_no_other() {
    let (world, mut plan) = reading("error", &[(1, 1.0), (2, 2.0)]);
    plan.node("hook", "t.hook", &[], &[("image", "grade")]);
    // Brought anew in every pass, since nothing is kept.
    let path = world.path().join("in/a.0002.txt");
    let changes = Mutex::new(0);
    *world.knobs.hook.lock().unwrap() = Some(Box::new(move || {
        let mut changes = changes.lock().unwrap();
        *changes += 1;
        std::fs::write(&path, (100 + *changes).to_string()).unwrap();
    }));
    let mut settings = world.settings();
    settings.threads = 1;
    settings.caching = toma_engine::Caching::Off;
    let (got, told) = values(&world.open(settings), &plan, "hook", [1, 2]).unwrap();
    assert!(got[0].is_some() && got[1].is_none());
    let failed: Vec<_> = told
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Failed(failure) => {
                Some((failure.code.as_str(), failure.node.as_deref().unwrap()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(failed.len(), 3);
    assert!(failed.iter().all(|(code, _)| *code == "T0641"));
}

#[test]
fn a_forecast_reads_no_source() {
    let (world, mut plan) = reading("error", &[(1, 1.0), (2, 2.0)]);
    plan.ambient.frames.last = 2;
    plan.write("out", "out/%04d.exr", "grade");
    let forecast = world.engine().forecast(&plan, &RenderRequest::default()).unwrap();
    assert_eq!(forecast.unread.len(), 2);
    assert_eq!(forecast.will_run(), 4);
}
