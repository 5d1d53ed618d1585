//! `toma render`: brings the outputs of shots.

use crate::arguments::Render;
use crate::exit::Exit;
use crate::failures;
use crate::program::{Program, plain, refuse};
use crate::progress::Progress;
use crate::report;
use crate::studio;
use std::sync::Mutex;
use toma_engine::{Caching, Engine, Event, Failure, RenderRequest, Summary};
use toma_plan::Plan;
use toma_stage::CancelToken;

/// Renders. Shots that are refused don't keep others from being rendered.
pub(crate) fn render(arguments: &Render) -> Exit {
    if arguments.device != "cpu" {
        let message = format!("this build of Toma has no device `{}`", arguments.device);
        let help = "leave --device out, or say --device cpu: networks then run on the processor";
        return refuse(plain("T0805", message, help), Exit::Surroundings);
    }
    let program = match Program::load(&arguments.shot.file) {
        Ok(program) => program,
        Err(diagnostic) => return refuse(diagnostic, Exit::Program),
    };
    let plans = match program.plans(arguments.shot.shot.as_deref()) {
        Ok(plans) => plans,
        Err(exit) => return exit,
    };
    let folder = studio::folder_of(&arguments.shot.file);
    let caching = if arguments.no_cache { Caching::Off } else { Caching::Full };
    let engine = match studio::engine(&arguments.state, &folder, program.colour.clone(), caching) {
        Ok(engine) => engine,
        Err(exit) => return exit,
    };
    let cancel = CancelToken::default();
    let token = cancel.clone();
    if let Err(error) = ctrlc::set_handler(move || token.cancel()) {
        eprintln!(
            "warning: ctrl-C will stop the render at once, half written files included: {error}"
        );
    }
    let request = RenderRequest {
        outputs: arguments.output.clone().map(|name| vec![name]),
        frames: arguments.frames,
        force: arguments.force,
        cancel,
    };
    let progress = Progress::new(arguments.json);
    let mut total = Summary::default();
    let mut exit = Exit::Done;
    for plan in &plans {
        let ended = one(&engine, &program, plan, &request, &progress, &mut total);
        if ended == Exit::Interrupted {
            progress.say("interrupted: what was finished is kept, nothing is half written\n");
            exit = ended;
            break;
        }
        if exit == Exit::Done {
            exit = ended;
        }
    }
    progress.done(&total);
    exit
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
    let say = |event: Event| {
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
            total.computed += summary.computed;
            total.rebuilt += summary.rebuilt;
            total.cached += summary.cached;
            total.failed += summary.failed;
            total.written += summary.written;
            total.up_to_date += summary.up_to_date;
            total.not_written += summary.not_written;
            total.seconds += summary.seconds;
            if summary.failed > 0 || summary.not_written > 0 { Exit::Frames } else { Exit::Done }
        }
        Err(error) => {
            let (diagnostics, exit) = failures::refusal(plan, &error);
            for diagnostic in &diagnostics {
                progress.say(&report::human(diagnostic, &program.sources, report::colour()));
            }
            exit
        }
    }
}
