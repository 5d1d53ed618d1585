//! `std.comp.unpremultiply`: associated colour divided by its alpha.

use crate::declare::{EXACT, picture, planes};
use crate::picture::{Picture, RGBA};
use crate::rows::fill;
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
        let image = Picture::at(job, "image")?;
        let Some(alpha) = image.alpha else { return Ok(Answer::Same("image")) };
        let wide = image.window().width as usize;
        let planes = image.planes();
        let samples = fill(image.window(), 4, job.cancel, |first, block| {
            for (index, (out, plane)) in block.iter_mut().zip(&planes).enumerate() {
                let range = first * wide..first * wide + out.len();
                let values = plane.get(range.clone()).unwrap_or_default();
                if index == 3 {
                    out.copy_from_slice(values);
                    continue;
                }
                let alpha = alpha.get(range).unwrap_or_default();
                for ((out, value), alpha) in out.iter_mut().zip(values).zip(alpha) {
                    *out = if *alpha == 0.0 { *value } else { value / alpha };
                }
            }
        })?;
        Ok(Answer::frame(image.frame.with_samples(image.window(), &RGBA, samples)))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 4)
    }
}
