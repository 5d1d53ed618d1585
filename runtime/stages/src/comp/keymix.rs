//! `std.comp.keymix`: one picture or the other, as a matte says.

use super::merge::{INPUTS, channels, memory, merged, pictures};
use crate::declare::{EXACT, at, matte};
use crate::picture::{self, same_format};
use crate::rows::fill;
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
        let window = a.window().union(&b.window());
        let (names, pairs) = channels(&a, &b);
        let samples = fill(window, pairs.len(), job.cancel, |first, block| {
            let mut scratch = [Vec::new(), Vec::new(), Vec::new()];
            let [one, two, three] = &mut scratch;
            for (plane, (a, b)) in block.iter_mut().zip(&pairs) {
                for (row, out) in plane.chunks_mut(window.width as usize).enumerate() {
                    let y = window.y + (first + row) as i32;
                    let a = a.row(y, window, one);
                    let b = b.row(y, window, two);
                    let mask = mask.row(y, window, three);
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
                }
            }
        })?;
        Ok(Answer::frame(merged(&a, window, names, samples)))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        memory(request)
    }
}
