//! `std.time.shift`: a clip later or earlier. Computes nothing.

use crate::declare::{EXACT, at, picture};
use toma_stage::{Answer, Declaration, Job, Read, Request, Settings, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.time.shift",
    inputs: &[picture("image")],
    parameters: &[at("by")],
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct Shift;

impl Stage for Shift {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        let time = request.time.saturating_sub(request.settings.int("by")?);
        Ok(vec![Read::input("image", time)])
    }

    fn run(&self, _job: &Job<'_>) -> Result<Answer, StageError> {
        // The only thing read of this port is the other frame.
        Ok(Answer::Same("image"))
    }

    fn identity(&self, settings: &Settings) -> Option<&'static str> {
        (settings.int("by") == Ok(0)).then_some("image")
    }

    fn memory(&self, _request: &Request<'_>) -> u64 {
        0
    }
}
