//! `toma render`: brings the outputs of shots.

use crate::arguments::Render;
use crate::exit::Exit;
use crate::failures;
use crate::program::{Program, plain};
use crate::progress::Progress;
use crate::report;
use crate::sources::Sources;
use crate::studio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use toma_engine::{Caching, Engine, EngineError, Event, Failure, RenderRequest, Summary};
use toma_plan::{Plan, Value};
use toma_stage::CancelToken;

/// Renders. Shots that are refused don't keep others from being rendered.
pub(crate) fn render(arguments: &Render) -> Exit {
    let progress = Progress::new(arguments.json);
    let mut total = Summary::default();
    let exit = shots(arguments, &progress, &mut total);
    progress.done(&total);
    exit
}

fn shots(arguments: &Render, progress: &Progress, total: &mut Summary) -> Exit {
    let nothing = Sources::default();
    if arguments.device != "cpu" {
        let message = format!("this build of Toma has no device `{}`", arguments.device);
        let help = "leave --device out, or say --device cpu: networks then run on the processor";
        progress.tell(&[plain("T0809", message, help)], &nothing);
        return Exit::Surroundings;
    }
    let program = match Program::load(&arguments.shot.file) {
        Ok(program) => program,
        Err(diagnostic) => {
            progress.tell(&[diagnostic], &nothing);
            return Exit::Program;
        }
    };
    let plans = match program.plans(arguments.shot.shot.as_deref()) {
        Ok((plans, warnings)) => {
            progress.tell(&warnings, &program.sources);
            plans
        }
        Err(said) => {
            progress.tell(&said, &program.sources);
            progress.say(&format!("{}: {}; nothing was run\n", program.path, report::count(&said)));
            return Exit::Program;
        }
    };
    let folder = studio::folder_of(&arguments.shot.file);
    let caching = if arguments.no_cache { Caching::Off } else { Caching::Full };
    let engine = match studio::engine(
        &program.state(&arguments.state),
        &folder,
        program.colour.clone(),
        caching,
    ) {
        Ok(engine) => engine,
        Err(exit) => return exit,
    };
    let cancel = CancelToken::default();
    let token = cancel.clone();
    if let Err(error) = ctrlc::set_handler(move || token.cancel()) {
        progress.say(&format!(
            "warning: ctrl-C will not wait for files that are half written: {error}\n"
        ));
    }
    let request = RenderRequest {
        outputs: arguments.output.clone().map(|name| vec![name]),
        frames: arguments.frames,
        force: arguments.force,
        cancel,
    };
    let mut worst = Exit::Done;
    for plan in in_order(failures::asked(&plans, &request)) {
        match one(&engine, &program, plan, &request, progress, total) {
            Exit::Interrupted => {
                progress.interrupted();
                return Exit::Interrupted;
            }
            Exit::Done => {}
            ended => worst = ended,
        }
    }
    // Once something was rendered, what stood against the rest is a partial failure.
    let ran = total.written + total.up_to_date + total.failed + total.not_written > 0;
    if worst == Exit::Surroundings && ran { Exit::Frames } else { worst }
}

fn one(
    engine: &Engine,
    program: &Program,
    plan: &Plan,
    request: &RenderRequest,
    progress: &Progress,
    total: &mut Summary,
) -> Exit {
    progress.shot(&plan.shot);
    let failed: Mutex<Vec<Failure>> = Mutex::default();
    let written = AtomicUsize::new(0);
    let say = |event: Event| {
        if let Event::Written { .. } = &event {
            written.fetch_add(1, Ordering::Relaxed);
        }
        if let Event::Failed(failure) | Event::NotWritten { failure, .. } = &event
            && let Ok(mut failed) = failed.lock()
        {
            failed.push(failure.clone());
        }
        progress.show(&event);
    };
    let ended = engine.render(plan, request, &say);
    let failed = failed.into_inner().unwrap_or_default();
    for diagnostic in failures::gathered(plan, &failed) {
        progress.say(&report::human(&diagnostic, &program.sources, report::colour()));
    }
    match ended {
        Ok(summary) => {
            add(total, &summary);
            if summary.failed > 0 || summary.not_written > 0 { Exit::Frames } else { Exit::Done }
        }
        Err(error) => {
            match &error {
                EngineError::Cancelled(summary) => add(total, summary),
                // Refused on second thoughts: sources vanished while it was at work.
                _ => total.written += written.into_inner(),
            }
            let (diagnostics, exit) = failures::refusal(plan, &error);
            progress.tell(&diagnostics, &program.sources);
            exit
        }
    }
}

fn add(total: &mut Summary, summary: &Summary) {
    total.computed += summary.computed;
    total.rebuilt += summary.rebuilt;
    total.cached += summary.cached;
    total.failed += summary.failed;
    total.written += summary.written;
    total.up_to_date += summary.up_to_date;
    total.not_written += summary.not_written;
    total.seconds += summary.seconds;
}

/// A shot that reads files of another one comes behind it; otherwise the order is that of the text.
fn in_order(mut plans: Vec<&Plan>) -> Vec<&Plan> {
    let plain = |path: &str| path.trim_start_matches("./").replace("####", "%04d");
    let reads = |plan: &Plan, other: &Plan| {
        let parameters = plan.nodes.iter().flat_map(|node| node.parameters.values());
        parameters.into_iter().any(|value| match value {
            Value::Path(path) => {
                other.outputs.iter().any(|output| plain(&output.path) == plain(path))
            }
            _ => false,
        })
    };
    let mut ordered: Vec<&Plan> = Vec::with_capacity(plans.len());
    while !plans.is_empty() {
        // Shots that read each other have no order: the first one goes first.
        let free = |plan: &&Plan| {
            plans.iter().all(|other| std::ptr::eq(*other, *plan) || !reads(plan, other))
        };
        let next = plans.iter().position(free).unwrap_or(0);
        ordered.push(plans.remove(next));
    }
    ordered
}
