//! `std.comp.over`: `a` over `b` (Porter and Duff 1984), on associated colour.

use super::merge::{declaration, memory, merge, reads};
use toma_stage::{Answer, Declaration, Job, Read, Request, Stage, StageError};

static DECLARATION: Declaration = declaration("std.comp.over");

/// The stage.
#[derive(Debug)]
pub(crate) struct Over;

impl Stage for Over {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(reads(request))
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        merge(job, |out, a, b, coverage| {
            for (((out, a), b), coverage) in out.iter_mut().zip(a).zip(b).zip(coverage) {
                *out = a + b * (1.0 - coverage);
            }
        })
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        memory(request)
    }
}
