//! `std.comp.plus`: the light of both.

use super::merge::{declaration, memory, merge, reads};
use toma_stage::{Answer, Declaration, Job, Read, Request, Stage, StageError};

static DECLARATION: Declaration = declaration("std.comp.plus");

/// The stage.
#[derive(Debug)]
pub(crate) struct Plus;

impl Stage for Plus {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(reads(request))
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        merge(job, |out, a, b, _| {
            for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                *out = a + b;
            }
        })
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        memory(request)
    }
}
