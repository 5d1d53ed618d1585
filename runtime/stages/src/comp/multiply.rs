//! `std.comp.multiply`: one as a filter before the other.

use super::merge::{declaration, memory, merge, reads};
use toma_stage::{Answer, Declaration, Job, Read, Request, Stage, StageError};

static DECLARATION: Declaration = declaration("std.comp.multiply");

/// The stage.
#[derive(Debug)]
pub(crate) struct Multiply;

impl Stage for Multiply {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(reads(request))
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        merge(job, |out, a, b, _| {
            for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                *out = if *a < 0.0 && *b < 0.0 { *a } else { a * b };
            }
        })
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        memory(request)
    }
}
