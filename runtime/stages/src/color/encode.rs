//! `std.color.encode`: scene light into display pixels that keep the range. The curve is in [`super::range`].

use super::converter;
use super::range::compress;
use crate::declare::{EXACT, at, picture, planes};
use crate::picture::{Alpha, Picture, recolour};
use std::sync::Arc;
use toma_media::ColourSpaces;
use toma_stage::{AmbientValue, Answer, Declaration, Job, Read, Request, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.color.encode",
    inputs: &[picture("image")],
    parameters: &[at("S"), at("T")],
    ambient: &[AmbientValue::ColourConfig],
    ..EXACT
};

/// The stage.
pub(crate) struct Encode {
    colour: Arc<dyn ColourSpaces>,
}

impl Encode {
    /// With these colour spaces.
    pub(crate) fn new(colour: Arc<dyn ColourSpaces>) -> Self {
        Self { colour }
    }
}

impl Stage for Encode {
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
                *value = compress(*value);
            }
            behind.apply(r, g, b);
        })?;
        Ok(Answer::frame(frame))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 3)
    }
}
