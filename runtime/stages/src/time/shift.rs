//! `std.time.shift`: a clip later or earlier. Computes nothing: it is forwarded before keys are made.

use crate::declare::{EXACT, SAME_SORT, any, placing};
use toma_stage::{Answer, Declaration, Job, Read, Request, Settings, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.time.shift",
    inputs: &[any("image")],
    parameters: &[placing("by")],
    outputs: SAME_SORT,
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
        super::forwarded(job)
    }

    fn forwards(&self, settings: &Settings) -> Option<(&'static str, i64)> {
        Some(("image", settings.int("by").ok()?))
    }

    fn memory(&self, _request: &Request<'_>) -> u64 {
        0
    }
}
