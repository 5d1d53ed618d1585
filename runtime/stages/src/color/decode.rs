//! `std.color.decode`: the inverse of `encode`. The curve is in [`super::range`].

use super::converter;
use super::range::expand;
use crate::declare::{EXACT, at, picture, planes};
use crate::picture::{Alpha, Picture, recolour};
use std::sync::Arc;
use toma_media::ColourSpaces;
use toma_stage::{AmbientValue, Answer, Declaration, Job, Read, Request, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.color.decode",
    inputs: &[picture("image")],
    parameters: &[at("S"), at("T")],
    ambient: &[AmbientValue::ColourConfig],
    ..EXACT
};

/// The stage.
pub(crate) struct Decode {
    colour: Arc<dyn ColourSpaces>,
}

impl Decode {
    /// With these colour spaces.
    pub(crate) fn new(colour: Arc<dyn ColourSpaces>) -> Self {
        Self { colour }
    }
}

impl Stage for Decode {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let light = "LinearRec709";
        let before = converter(&*self.colour, job.settings().text("S")?, light)?;
        let behind = converter(&*self.colour, light, job.settings().text("T")?)?;
        let image = Picture::at(job, "image")?;
        let frame = recolour(job, &image, Alpha::Divide, |r, g, b| {
            before.apply(r, g, b);
            for value in r.iter_mut().chain(&mut *g).chain(&mut *b) {
                *value = expand(*value);
            }
            behind.apply(r, g, b);
        })?;
        Ok(Answer::frame(frame))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 3)
    }
}
