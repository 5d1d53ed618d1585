//! `std.comp.unpremultiply`: associated colour divided by its alpha.

use super::merge::by_alpha;
use crate::declare::{EXACT, picture, planes};
use toma_stage::{Answer, Declaration, Job, Read, Request, Stage, StageError};

static DECLARATION: Declaration =
    Declaration { stage: "std.comp.unpremultiply", inputs: &[picture("image")], ..EXACT };

/// The stage.
#[derive(Debug)]
pub(crate) struct Unpremultiply;

impl Stage for Unpremultiply {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        by_alpha(job, |value, alpha| if alpha == 0.0 { value } else { value / alpha })
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 4)
    }
}
