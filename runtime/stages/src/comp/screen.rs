//! `std.comp.screen`: A + B − A·B where both are within 0..1, else the greater one, as in Nuke (The
//! Foundry, Merge operations).

use super::merge::{declaration, memory, merge, reads};
use toma_stage::{Answer, Declaration, Job, Read, Request, Stage, StageError};

static DECLARATION: Declaration = declaration("std.comp.screen");

/// The stage.
#[derive(Debug)]
pub(crate) struct Screen;

impl Stage for Screen {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(reads(request))
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        merge(job, |out, a, b, _| {
            for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
                let bounded = (0.0..=1.0).contains(a) && (0.0..=1.0).contains(b);
                *out = if bounded {
                    a + b - a * b
                } else if a > b {
                    *a
                } else {
                    *b
                };
            }
        })
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        memory(request)
    }
}
