//! `std.time.conform`: a clip at another rate, frame for frame. The rate is the compiler's business: here it is
//! an identity.

use crate::declare::{EXACT, SAME_SORT, any, placing};
use toma_stage::{Answer, Declaration, Job, Read, Request, Settings, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.time.conform",
    inputs: &[any("image")],
    parameters: &[placing("rate")],
    outputs: SAME_SORT,
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct Conform;

impl Stage for Conform {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, _job: &Job<'_>) -> Result<Answer, StageError> {
        Ok(Answer::Same("image"))
    }

    fn identity(&self, _settings: &Settings) -> Option<&'static str> {
        Some("image")
    }

    fn memory(&self, _request: &Request<'_>) -> u64 {
        0
    }
}
