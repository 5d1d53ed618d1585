//! `std.time.shift`: a clip later or earlier. Computes nothing.

use crate::declare::{EXACT, at, picture};
use std::sync::Arc;
use toma_stage::{Answer, Declaration, Job, Read, Request, Settings, Stage, StageError, Value};

static DECLARATION: Declaration = Declaration {
    stage: "std.time.shift",
    inputs: &[picture("image")],
    parameters: &[at("by")],
    ..EXACT
};

/// The frame that comes to stand at the one asked for.
fn shifted(request: &Request<'_>) -> Result<i64, StageError> {
    Ok(request.time.saturating_sub(request.settings.int("by")?))
}

/// The stage.
#[derive(Debug)]
pub(crate) struct Shift;

impl Stage for Shift {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", shifted(request)?)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        // Shared, not copied. `Answer::Same` means the input at the frame asked for, and this is another.
        let time = shifted(&job.request)?;
        Ok(Answer::Values(vec![Value::Frame(Arc::clone(job.frame_at("image", time)?))]))
    }

    fn identity(&self, settings: &Settings) -> Option<&'static str> {
        (settings.int("by") == Ok(0)).then_some("image")
    }

    fn domain(
        &self,
        settings: &Settings,
        inputs: &[(String, Option<(i64, i64)>)],
    ) -> Option<(i64, i64)> {
        let (first, last) = inputs.iter().find_map(|(_, domain)| *domain)?;
        let by = settings.int("by").ok()?;
        Some((first.saturating_add(by), last.saturating_add(by)))
    }

    fn memory(&self, _request: &Request<'_>) -> u64 {
        0
    }
}
