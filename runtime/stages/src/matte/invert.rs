//! `std.matte.invert`: what is there becomes what isn't.

use crate::declare::{EXACT, matte, out, planes};
use crate::picture;
use crate::rows::fill;
use toma_media::Window;
use toma_stage::{Answer, Declaration, Job, Kind, Read, Request, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.matte.invert",
    inputs: &[matte("matte")],
    outputs: &[out(Kind::Matte)],
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct Invert;

impl Stage for Invert {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("matte", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let (frame, matte) = picture::matte(job, "matte")?;
        // Outside its data window a matte is 0, so the whole format gets a 1 there.
        let window = Window::of(frame.format).union(&frame.window);
        let samples = fill(window, 1, job.cancel, |first, block| {
            let mut scratch = Vec::new();
            for plane in block {
                for (row, out) in plane.chunks_mut(window.width as usize).enumerate() {
                    let values = matte.row(window.y + (first + row) as i32, window, &mut scratch);
                    for (out, value) in out.iter_mut().zip(values) {
                        *out = 1.0 - value;
                    }
                }
            }
        })?;
        Ok(Answer::frame(frame.with_samples(window, &["A"], samples)))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 1)
    }
}
