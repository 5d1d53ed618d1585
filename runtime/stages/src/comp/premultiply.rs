//! `std.comp.premultiply`: straight colour times its alpha.

use super::merge::by_alpha;
use crate::declare::{EXACT, picture, planes};
use toma_stage::{Answer, Declaration, Job, Read, Request, Stage, StageError};

static DECLARATION: Declaration =
    Declaration { stage: "std.comp.premultiply", inputs: &[picture("image")], ..EXACT };

/// The stage.
#[derive(Debug)]
pub(crate) struct Premultiply;

impl Stage for Premultiply {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        by_alpha(job, |value, alpha| value * alpha)
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 4)
    }
}
