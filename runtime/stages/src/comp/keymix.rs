//! `std.comp.keymix`: one picture or the other, as a matte says.

use super::merge::{memory, merge_planes};
use crate::declare::{EXACT, SAME_SORT, any, at, matte};
use crate::picture::{self, same_format};
use crate::rows::Laid;
use crate::sheet::{Sheet, all_names};
use toma_stage::{Answer, Declaration, Job, Read, Request, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.comp.keymix",
    inputs: &[any("a"), any("b"), matte("mask")],
    parameters: &[at("mix")],
    outputs: SAME_SORT,
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
        let both = [Sheet::at(job, "a")?, Sheet::at(job, "b")?];
        let [a, b] = &both;
        same_format(("a", a.frame), ("b", b.frame))?;
        let (mask_frame, mask) = picture::matte(job, "mask")?;
        same_format(("a", a.frame), ("mask", mask_frame))?;
        let amount = job.settings().number("mix")? as f32;
        let names = all_names(&both);
        let pairs: Vec<(Laid<'_>, Laid<'_>)> =
            names.iter().map(|name| (a.plane(name), b.plane(name))).collect();
        let window = a.window().union(&b.window());
        let samples = merge_planes(job, window, &pairs, mask, |out, a, b, mask| {
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
        })?;
        Ok(Answer::frame(a.frame.with_samples(window, &names, samples)))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        memory(request)
    }
}
