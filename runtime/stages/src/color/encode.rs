//! `std.color.encode`: scene light into display pixels that keep the range. The curve is in [`super::range`].

use super::range::compress;
use super::through_light;
use crate::declare::{EXACT, at, picture, planes};
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
        through_light(&*self.colour, job, compress)
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 3)
    }
}
