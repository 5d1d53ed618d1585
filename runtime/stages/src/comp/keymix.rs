//! `std.comp.keymix`: one picture or the other, as a matte says.

use super::merge::{INPUTS, memory, merge_by, pictures};
use crate::declare::{EXACT, at, matte};
use crate::picture::{self, same_format};
use toma_stage::{Answer, Declaration, Job, Read, Request, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.comp.keymix",
    inputs: &[INPUTS[0], INPUTS[1], matte("mask")],
    parameters: &[at("mix")],
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct Keymix;

impl Stage for Keymix {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(["a", "b", "mask"].map(|port| Read::input(port, request.time)).into())
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let (a, b) = pictures(job)?;
        let (mask_frame, mask) = picture::matte(job, "mask")?;
        same_format(("a", a.frame), ("mask", mask_frame))?;
        let amount = job.settings().number("mix")? as f32;
        merge_by(job, &a, &b, mask, |out, a, b, mask| {
            for (((out, a), b), mask) in out.iter_mut().zip(a).zip(b).zip(mask) {
                let share = mask * amount;
                // What isn't shown has no influence, were it infinite.
                *out = if share == 0.0 {
                    *b
                } else if share == 1.0 {
                    *a
                } else {
                    a * share + b * (1.0 - share)
                };
            }
        })
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        memory(request)
    }
}
