//! Files that are written, and those that are left alone.

use crate::plans::{Build, World, frames, number, pairs, plan, refusals, render, render_with};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;
use toma_engine::{Engine, EngineError, Event, Reason, RenderRequest, Settings};
use toma_plan::{FrameRange, Outside, Plan, Value};

fn shot() -> (World, Plan) {
    let world = World::new();
    let numbers: Vec<(i64, f64)> = (1..=4).map(|frame| (frame, frame as f64)).collect();
    world.plates("a.%04d.txt", &numbers);
    let mut plan = plan(4);
    plan.read("plate", "a.%04d.txt", "error", frames(1, 4), Outside::Error);
    plan.node("net", "t.net", &[], &[("image", "plate")]);
    plan.node("grade", "t.gain", &[("amount", number(2.0))], &[("image", "net")]);
    plan.write("final", "out/shot.%04d.exr", "grade");
    (world, plan)
}

fn path(world: &World, frame: i64) -> PathBuf {
    world.path().join(format!("out/shot.{frame:04}.exr"))
}

fn written(events: &[Event]) -> Vec<(i64, Reason)> {
    let written = |event: &Event| match event {
        Event::Written { frame, reason, .. } => Some((*frame, *reason)),
        _ => None,
    };
    let mut written: Vec<_> = events.iter().filter_map(written).collect();
    written.sort_by_key(|(frame, _)| *frame);
    written
}

fn force() -> RenderRequest {
    RenderRequest { force: true, ..RenderRequest::default() }
}

#[test]
fn an_unchanged_shot_costs_nothing_and_no_source_is_decoded() {
    let (world, plan) = shot();
    let told = render(&world.engine(), &plan).unwrap();
    assert_eq!((told.summary.computed, told.summary.written), (12, 4));
    let runs = world.knobs.runs.load(Ordering::SeqCst);
    let told = render(&world.engine(), &plan).unwrap();
    assert_eq!((told.summary.cached, told.summary.up_to_date, told.summary.written), (12, 4, 0));
    assert_eq!(world.knobs.runs.load(Ordering::SeqCst), runs);
}

#[test]
fn a_shot_of_twenty_nodes_is_found_unchanged_at_once() {
    let world = World::new();
    let numbers: Vec<(i64, f64)> = (1..=24).map(|frame| (frame, frame as f64)).collect();
    world.plates("a.%04d.txt", &numbers);
    let mut plan = plan(24);
    plan.read("n0", "a.%04d.txt", "error", frames(1, 24), Outside::Error);
    for index in 1..20 {
        let (name, before) = (format!("n{index}"), format!("n{}", index - 1));
        plan.node(&name, "t.gain", &[("amount", number(1.5))], &[("image", &before)]);
    }
    plan.write("final", "out/%04d.exr", "n19");
    render(&world.engine(), &plan).unwrap();
    let told = render(&world.engine(), &plan).unwrap();
    assert_eq!((told.summary.cached, told.summary.up_to_date), (480, 24));
    println!("480 pairs, 24 files unchanged: {:.1} ms", told.summary.seconds * 1e3);
    assert!(told.summary.seconds < 10.0, "{} s", told.summary.seconds);
}

#[test]
fn a_cancelled_render_leaves_whole_files_only_and_the_next_one_writes_the_rest() {
    let (world, mut plan) = shot();
    plan.node("slow", "t.slow", &[], &[("image", "plate")]);
    plan.outputs[0].input = plan.input("slow");
    let request = RenderRequest::default();
    let cancel = request.cancel.clone();
    let stop = |event: Event| {
        if matches!(event, Event::Written { .. }) {
            cancel.cancel();
        }
    };
    let engine = world.engine();
    let result = engine.render(&plan, &request, &stop);
    let Err(EngineError::Cancelled(summary)) = result else { panic!("not cancelled: {result:?}") };
    let files: Vec<_> = std::fs::read_dir(world.path().join("out")).unwrap().flatten().collect();
    assert!(!files.is_empty());
    assert_eq!(summary.written, files.len(), "what was finished is told");
    assert!(summary.computed >= 2 && summary.seconds > 0.0, "{summary:?}");
    for file in &files {
        let bytes = std::fs::read(file.path()).unwrap();
        assert!(toma_media::decode(&bytes, "x", &toma_media::Limits::default()).is_ok());
    }
    let told = render(&engine, &plan).unwrap();
    assert_eq!((told.summary.up_to_date, told.summary.written), (files.len(), 4 - files.len()));
}

#[test]
fn a_file_whose_bytes_would_be_the_same_is_left_alone() {
    let (world, mut plan) = shot();
    plan.node("limit", "t.limit", &[("limit", number(99.0))], &[("image", "grade")]);
    plan.outputs[0].input = plan.input("limit");
    let engine = world.engine();
    render(&engine, &plan).unwrap();
    let time = |frame| std::fs::metadata(path(&world, frame)).unwrap().modified().unwrap();
    let before = time(1);
    plan.nodes[3].parameters.insert("limit".into(), number(98.0));
    let told = render(&engine, &plan).unwrap();
    let summary = &told.summary;
    assert_eq!((summary.computed, summary.written, summary.up_to_date), (4, 0, 4));
    assert_eq!(time(1), before);
    let told = render(&engine, &plan).unwrap();
    assert_eq!((told.summary.cached, told.summary.up_to_date), (16, 4));
}

#[test]
fn the_file_holds_the_picture() {
    let (world, plan) = shot();
    render(&world.engine(), &plan).unwrap();
    let bytes = std::fs::read(path(&world, 3)).unwrap();
    let frame = toma_media::decode(&bytes, "3", &toma_media::Limits::default()).unwrap();
    assert_eq!(crate::stages::samples(&frame), [6.0, -17.5]);
}

#[test]
fn what_is_gone_altered_or_changed_is_written_again_and_said() {
    let (world, mut plan) = shot();
    let engine = world.engine();
    let first = render(&engine, &plan).unwrap();
    assert!(written(&first.events).iter().all(|(_, reason)| *reason == Reason::New));
    let good = std::fs::read(path(&world, 2)).unwrap();
    std::fs::remove_file(path(&world, 1)).unwrap();
    std::fs::write(path(&world, 2), "scribble").unwrap();
    let told = render(&engine, &plan).unwrap();
    assert_eq!(written(&told.events), [(1, Reason::Gone), (2, Reason::Altered)]);
    assert_eq!(std::fs::read(path(&world, 2)).unwrap(), good);
    // A copy with another time is the same file.
    std::fs::write(path(&world, 3), std::fs::read(path(&world, 3)).unwrap()).unwrap();
    assert_eq!(render(&engine, &plan).unwrap().summary.up_to_date, 4);
    world.plates("a.%04d.txt", &[(4, 40.0)]);
    let told = render(&engine, &plan).unwrap();
    assert_eq!(written(&told.events), [(4, Reason::Changed)]);
    assert_eq!(told.computed(), pairs(&[("plate", 4), ("net", 4), ("grade", 4)]));
    // Another encoding of the same pictures computes nothing.
    plan.outputs[0].settings.insert("depth".into(), toma_plan::Value::Text("half".into()));
    let told = render(&engine, &plan).unwrap();
    assert_eq!((told.summary.computed, told.summary.written), (0, 4));
}

#[test]
fn a_file_that_toma_has_not_written_is_refused_before_anything_runs() {
    let (world, plan) = shot();
    std::fs::create_dir(world.path().join("out")).unwrap();
    std::fs::write(path(&world, 2), "precious").unwrap();
    std::fs::write(path(&world, 3), "precious").unwrap();
    let engine = world.engine();
    let failures = refusals(render(&engine, &plan));
    assert_eq!(failures.len(), 1);
    assert_eq!((failures[0].code.as_str(), failures[0].files.len()), ("T0701", 2));
    assert_eq!(world.knobs.runs.load(Ordering::SeqCst), 0);
    assert_eq!(std::fs::read(path(&world, 2)).unwrap(), b"precious");
    let told = render_with(&engine, &plan, &force()).unwrap();
    assert_eq!(written(&told.events)[1], (2, Reason::Forced));
    assert_eq!(render(&engine, &plan).unwrap().summary.up_to_date, 4);
}

#[test]
fn a_folder_that_cannot_be_written_and_one_file_for_all_frames_are_refused() {
    let (world, plan) = shot();
    std::fs::write(world.path().join("out"), "in the way").unwrap();
    assert_eq!(refusals(render(&world.engine(), &plan))[0].code, "T0702");
    let (world, mut plan) = shot();
    plan.outputs[0].path = "out/shot.exr".into();
    assert_eq!(refusals(render(&world.engine(), &plan))[0].code, "T0704");
    assert_eq!(world.knobs.runs.load(Ordering::SeqCst), 0);
}

#[test]
fn a_refused_render_makes_no_folder() {
    let (world, mut plan) = shot();
    plan.write("raw", "blocked/deep/%04d.exr", "plate");
    std::fs::write(world.path().join("blocked"), "in the way").unwrap();
    assert_eq!(refusals(render(&world.engine(), &plan))[0].code, "T0702");
    assert!(!world.path().join("out").exists());
    plan.outputs[1].path = "new/deep/%04d.exr".into();
    std::fs::create_dir(world.path().join("out")).unwrap();
    std::fs::write(path(&world, 2), "precious").unwrap();
    assert_eq!(refusals(render(&world.engine(), &plan))[0].code, "T0701");
    assert!(!world.path().join("new").exists());
    std::fs::remove_file(path(&world, 2)).unwrap();
    assert_eq!(render(&world.engine(), &plan).unwrap().summary.written, 8);
}

#[test]
fn two_names_of_one_file_are_recognised() {
    let (world, mut plan) = shot();
    plan.write("raw", "./out/x/../shot.%04d.exr", "plate");
    assert_eq!(refusals(render(&world.engine(), &plan))[0].code, "T0704");
    plan.outputs.truncate(1);
    render(&world.engine(), &plan).unwrap();
    plan.outputs[0].path = "other/.././out/shot.%04d.exr".into();
    assert_eq!(render(&world.engine(), &plan).unwrap().summary.up_to_date, 4);
}

#[test]
fn absurd_numbers_of_frames_are_refused_before_anything_is_made() {
    let (world, plan) = shot();
    let engine = world.engine();
    let edits: [fn(&mut Plan); 4] = [
        |plan| plan.ambient.frames.last = 3_000_000_000,
        |plan| plan.ambient.handles = u32::MAX,
        |plan| plan.outputs[0].frames = frames(i64::MIN, i64::MAX),
        |plan| {
            plan.nodes[0].domain = toma_plan::Domain::Frames(frames(1, 3_000_000_000));
            plan.node("measure", "t.measure", &[], &[("image", "plate")]);
        },
    ];
    for edit in edits {
        let mut absurd = plan.clone();
        edit(&mut absurd);
        assert_eq!(refusals(render(&engine, &absurd))[0].code, "T0715");
        let forecast = engine.forecast(&absurd, &RenderRequest::default());
        assert_eq!(refusals(forecast)[0].code, "T0715");
    }
    // A part of something long can be asked for.
    let mut long = plan.clone();
    long.outputs[0].frames = frames(1, 3_000_000_000);
    let request = RenderRequest { frames: Some(frames(2, 3)), ..RenderRequest::default() };
    assert_eq!(render_with(&engine, &long, &request).unwrap().summary.written, 2);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_project_that_was_copied_with_its_state_knows_its_files() {
    for output in ["out/shot.%04d.exr", "../renders/shot.%04d.exr"] {
        let (world, mut plan) = shot();
        plan.outputs[0].path = output.into();
        plan.nodes[0].parameters.insert("path".into(), Value::Path("../a.%04d.txt".into()));
        let engine = |world: &World| {
            let (state, root) = (world.path().join("shots/state"), world.path().join("shots"));
            std::fs::create_dir_all(&root).unwrap();
            world.open(Settings { state, root, ..world.settings() })
        };
        render(&engine(&world), &plan).unwrap();
        let other = World::new();
        copy(world.path(), other.path());
        std::fs::remove_dir_all(world.path()).unwrap();
        let told = render(&engine(&other), &plan).unwrap();
        assert_eq!((told.summary.up_to_date, told.summary.computed), (4, 0), "{output}");
    }
}

#[test]
fn without_its_state_a_render_is_refused_says_why_and_forced_leaves_equal_files_alone() {
    let (world, plan) = shot();
    let engine = world.engine();
    render(&engine, &plan).unwrap();
    std::fs::remove_dir_all(world.path().join("state")).unwrap();
    std::fs::write(path(&world, 3), "scribble").unwrap();
    let before = std::fs::metadata(path(&world, 1)).unwrap().modified().unwrap();
    // Also an engine that is still open knows them no longer.
    let failure = refusals(render(&engine, &plan)).remove(0);
    assert_eq!((failure.code.as_str(), failure.files.len()), ("T0701", 4));
    assert!(failure.help.contains("`.toma` knows of no file"), "{}", failure.help);
    let told = render_with(&engine, &plan, &force()).unwrap();
    assert_eq!((told.summary.written, told.summary.up_to_date), (1, 3));
    assert_eq!(std::fs::metadata(path(&world, 1)).unwrap().modified().unwrap(), before);
    let told = render(&engine, &plan).unwrap();
    assert_eq!((told.summary.up_to_date, told.summary.computed), (4, 0));
    // Where it knows others, it was somebody else.
    std::fs::create_dir(world.path().join("raw")).unwrap();
    std::fs::write(world.path().join("raw/0001.exr"), "precious").unwrap();
    let mut more = plan.clone();
    more.write("raw", "raw/%04d.exr", "plate");
    assert!(!refusals(render(&engine, &more))[0].help.contains(".toma"));
}

#[test]
fn some_frames_and_some_outputs() {
    let (world, mut plan) = shot();
    plan.write("raw", "raw/%04d.exr", "plate");
    let engine = world.engine();
    let request = RenderRequest {
        outputs: Some(vec!["raw".into()]),
        frames: Some(FrameRange { first: 3, last: 9 }),
        ..RenderRequest::default()
    };
    let told = render_with(&engine, &plan, &request).unwrap();
    assert_eq!(told.computed(), pairs(&[("plate", 3), ("plate", 4)]));
    let nobody = RenderRequest { outputs: Some(vec!["movie".into()]), ..RenderRequest::default() };
    assert_eq!(refusals(render_with(&engine, &plan, &nobody))[0].code, "T0709");
    let never = RenderRequest { frames: Some(FrameRange { first: 90, last: 99 }), ..request };
    assert_eq!(refusals(render_with(&engine, &plan, &never))[0].code, "T0709");
}

#[test]
fn a_failed_frame_leaves_its_file_as_it_was_and_others_are_written() {
    let (world, mut plan) = shot();
    plan.node("fragile", "t.fail", &[("above", number(99.0))], &[("image", "grade")]);
    plan.outputs[0].input = plan.input("fragile");
    let engine = world.engine();
    render(&engine, &plan).unwrap();
    let before = std::fs::read(path(&world, 4)).unwrap();
    plan.nodes[3].parameters.insert("above".into(), number(7.0));
    plan.nodes[2].parameters.insert("amount".into(), number(2.5));
    let told = render(&engine, &plan).unwrap();
    assert_eq!((told.summary.written, told.summary.not_written), (2, 2));
    assert_eq!(told.failed(), pairs(&[("fragile", 3), ("fragile", 4)]));
    assert_eq!(std::fs::read(path(&world, 4)).unwrap(), before);
    let files = std::fs::read_dir(world.path().join("out")).unwrap().count();
    assert_eq!(files, 4, "nothing else lies there");
}

#[test]
fn the_same_shot_is_rendered_once_at_a_time() {
    let (world, mut plan) = shot();
    plan.node("slow", "t.slow", &[], &[("image", "plate")]);
    plan.outputs[0].input = plan.input("slow");
    world.knobs.hold.store(true, Ordering::SeqCst);
    let render_it = |engine: &Engine| render(engine, &plan);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| render_it(&world.engine()));
        while world.knobs.running.load(Ordering::SeqCst) == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        let second = render_it(&world.engine());
        world.knobs.hold.store(false, Ordering::SeqCst);
        let us = std::process::id();
        assert!(
            matches!(&second, Err(EngineError::Locked { process: Some(p), .. }) if *p == us),
            "{second:?}"
        );
        assert_eq!(first.join().unwrap().unwrap().summary.written, 4);
    });
    assert_eq!(render_it(&world.engine()).unwrap().summary.up_to_date, 4);
}

#[test]
fn what_a_killed_render_has_left_is_swept() {
    let (world, plan) = shot();
    let engine = world.engine();
    render(&engine, &plan).unwrap();
    let lock =
        std::fs::read_dir(world.path().join("state/locks")).unwrap().next().unwrap().unwrap();
    // As a process leaves it that is killed while it writes.
    std::fs::write(lock.path(), "4000001").unwrap();
    let torn = world.path().join("out/.shot.0002.exr.toma-4000001-7.tmp");
    let others = world.path().join("out/.shot.0002.exr.toma-4000002-7.tmp");
    std::fs::write(&torn, "torn").unwrap();
    std::fs::write(&others, "another process is writing").unwrap();
    let left = ["out/.toma-probe.toma-4000001-.tmp", "state/history/.history.toma-4000001-x.tmp"];
    let left = left.map(|name| world.path().join(name));
    for path in &left {
        std::fs::write(path, "").unwrap();
    }
    assert_eq!(render(&engine, &plan).unwrap().summary.up_to_date, 4);
    assert!(!torn.exists() && others.exists());
    assert!(left.iter().all(|path| !path.exists()));
}

#[test]
fn a_file_whose_writer_was_killed_before_it_could_say_so_is_known() {
    let (world, plan) = shot();
    render(&world.engine(), &plan).unwrap();
    // The last record says when the file was written; without it the one before must do.
    let ledger = world.path().join("state/ledger.log");
    let bytes = std::fs::read(&ledger).unwrap();
    std::fs::write(&ledger, &bytes[..bytes.len() - 3]).unwrap();
    assert_eq!(render(&world.engine(), &plan).unwrap().summary.up_to_date, 4);
}

#[test]
fn a_forecast_is_what_a_render_then_computes() {
    let (world, mut plan) = shot();
    let check = |plan: &Plan, what: &str| {
        // Files are not young any more to nobody: their digests come from this very run.
        let engine = world.engine();
        let forecast = engine.forecast(plan, &RenderRequest::default()).unwrap();
        let told = render(&engine, plan).unwrap();
        let sum = |take: fn(&toma_engine::NodeForecast) -> usize| -> usize {
            forecast.nodes.iter().map(take).sum()
        };
        assert_eq!(sum(|node| node.computed), told.summary.computed, "{what}");
        assert_eq!(sum(|node| node.rebuilt), told.summary.rebuilt, "{what}");
        assert_eq!(sum(|node| node.cached), told.summary.cached, "{what}");
        let files = forecast.files.iter().filter(|file| !file.up_to_date).count();
        assert_eq!(files, told.summary.written, "{what}");
    };
    let unread = |plan: &Plan| {
        world.engine().forecast(plan, &RenderRequest::default()).unwrap().unread.len()
    };
    assert_eq!(unread(&plan), 4, "nobody has read them");
    check(&plan, "at first");
    assert_eq!(unread(&plan), 0, "young as they are, they were read");
    check(&plan, "nothing changed");
    plan.nodes[2].parameters.insert("amount".into(), number(5.0));
    check(&plan, "a grade changed: networks are kept");
    world.knobs.weights.store(4, Ordering::SeqCst);
    check(&plan, "weights changed: plates are decoded again");
    std::fs::remove_file(path(&world, 2)).unwrap();
    check(&plan, "a file is gone");
}
