//! `toma plan`: what a render would run, and what it would find done.

use crate::arguments::{Shot, State};
use crate::exit::Exit;
use crate::failures;
use crate::program::Program;
use crate::report::{self, Format};
use crate::sources::Sources;
use crate::studio;
use serde::Serialize;
use toma_engine::{Caching, Forecast, RenderRequest};
use toma_plan::{FrameRange, Plan};
use toma_syntax::diagnostic::Diagnostic;

/// A plan with its forecast: the JSON that other tools may read.
#[derive(Serialize)]
struct Planned<'a> {
    plan: &'a Plan,
    forecast: &'a Forecast,
}

/// Prints forecasts.
pub(crate) fn plan(
    shot: &Shot,
    state: &State,
    frames: Option<FrameRange>,
    output: Option<&str>,
    json: bool,
) -> Exit {
    let say = |said: &[Diagnostic], sources: &Sources| {
        if json {
            for one in said {
                outln!("{}", report::json(one, sources, Some("message")));
            }
        }
        report::print(said, sources, Format::Human);
    };
    let program = match Program::load(&shot.file) {
        Ok(program) => program,
        Err(diagnostic) => {
            say(&[diagnostic], &Sources::default());
            return Exit::Program;
        }
    };
    let plans = match program.plans(shot.shot.as_deref()) {
        Ok((plans, warnings)) => {
            report::print(&warnings, &program.sources, Format::Human);
            plans
        }
        Err(said) => {
            say(&said, &program.sources);
            return Exit::Program;
        }
    };
    let folder = studio::folder_of(&shot.file);
    let engine =
        match studio::engine(&program.state(state), &folder, program.colour.clone(), Caching::Full)
        {
            Ok(engine) => engine,
            Err(exit) => return exit,
        };
    let request = RenderRequest {
        outputs: output.map(|name| vec![name.to_owned()]),
        frames,
        ..RenderRequest::default()
    };
    let mut exit = Exit::Done;
    for plan in failures::asked(&plans, &request) {
        match engine.forecast(plan, &request) {
            Ok(forecast) if json => {
                let planned = Planned { plan, forecast: &forecast };
                match serde_json::to_string(&planned) {
                    Ok(line) => outln!("{line}"),
                    Err(error) => errln!("the plan can't be written as JSON: {error}"),
                }
            }
            Ok(forecast) => print(plan, &forecast),
            Err(error) => {
                let (diagnostics, ended) = failures::refusal(plan, &error);
                say(&diagnostics, &program.sources);
                exit = ended;
            }
        }
    }
    exit
}

fn print(plan: &Plan, forecast: &Forecast) {
    outln!("{}: pairs of node and frame", plan.shot);
    let widest =
        forecast.nodes.iter().map(|node| node.node.chars().count()).max().unwrap_or(4).max(4);
    outln!(
        "  {:widest$}  {:>8}  {:>14}  {:>7}  {:>7}  stage",
        "node",
        "will run",
        "may be cut off",
        "rebuilt",
        "cached"
    );
    for node in &forecast.nodes {
        let stage =
            plan.nodes.iter().find(|one| one.path == node.node).map_or("", |one| &one.stage);
        outln!(
            "  {:widest$}  {:>8}  {:>14}  {:>7}  {:>7}  {stage}",
            node.node,
            node.will_run,
            node.may_be_cut_off,
            node.rebuilt,
            node.cached
        );
    }
    let current = forecast.files.iter().filter(|file| file.up_to_date).count();
    let foreign = forecast.files.iter().filter(|file| file.foreign).count();
    outln!(
        "  {} will run; {current} of {} up to date",
        forecast.will_run(),
        match forecast.files.len() {
            1 => "1 file is".to_owned(),
            many => format!("{many} files are"),
        }
    );
    match foreign {
        0 => {}
        1 => outln!("  1 file is there that Toma did not write: a render needs --force"),
        many => outln!("  {many} files are there that Toma did not write: a render needs --force"),
    }
    if !forecast.unread.is_empty() {
        let files = match forecast.unread.len() {
            1 => "1 source file was never read, so what depends on it".to_owned(),
            many => format!("{many} source files were never read, so what depends on them"),
        };
        outln!("  unread: {files} counts as running");
    }
}
