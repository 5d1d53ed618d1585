//! `std.color.exposure`: more or less light.

use crate::declare::{EXACT, at, picture, planes};
use crate::picture::{Alpha, Picture, recolour};
use toma_stage::{Answer, Declaration, Job, Read, Request, Settings, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.color.exposure",
    inputs: &[picture("image")],
    parameters: &[at("stops")],
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct Exposure;

impl Stage for Exposure {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let factor = libm::exp2(job.settings().number("stops")?) as f32;
        let image = Picture::at(job, "image")?;
        let frame = recolour(job, &image, Alpha::Ignore, |r, g, b| {
            for value in r.iter_mut().chain(g).chain(b) {
                *value *= factor;
            }
        })?;
        Ok(Answer::frame(frame))
    }

    fn identity(&self, settings: &Settings) -> Option<&'static str> {
        (settings.number("stops") == Ok(0.0)).then_some("image")
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 3)
    }
}
