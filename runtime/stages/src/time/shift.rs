//! `std.time.shift`: a clip later or earlier. Computes nothing: it is forwarded before keys are made.

use crate::declare::{EXACT, picture};
use std::sync::Arc;
use toma_stage::{
    Answer, Declaration, Given, Job, Parameter, Read, Request, Sampling, Settings, Stage,
    StageError, Value,
};

static DECLARATION: Declaration = Declaration {
    stage: "std.time.shift",
    inputs: &[picture("image")],
    parameters: &[Parameter { name: "by", sampling: Sampling::Placing }],
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
        // Whoever does not forward gets the one picture that was read, shared and not copied.
        match job.given {
            [Given::Value(Value::Frame(frame))] => {
                Ok(Answer::Values(vec![Value::Frame(Arc::clone(frame))]))
            }
            _ => Err(StageError::failed(
                "T0901",
                "`shift` was given no picture",
                "this is a mistake in Toma: please report it with the shot",
            )),
        }
    }

    fn forwards(&self, settings: &Settings) -> Option<(&'static str, i64)> {
        Some(("image", settings.int("by").ok()?))
    }

    fn memory(&self, _request: &Request<'_>) -> u64 {
        0
    }
}
