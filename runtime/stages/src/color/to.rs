//! `std.color.to`: into another colour space. A display space holds no light above 1.

use super::{between, described};
use crate::declare::{EXACT, at, picture, planes};
use crate::picture::{Alpha, Picture, recolour};
use std::sync::Arc;
use toma_media::{ColourSpaces, SpaceFamily};
use toma_stage::{
    AmbientValue, Answer, Declaration, Job, Read, Request, Settings, Stage, StageError,
};

static DECLARATION: Declaration = Declaration {
    stage: "std.color.to",
    inputs: &[picture("image")],
    parameters: &[at("S"), at("T")],
    ambient: &[AmbientValue::ColourConfig],
    ..EXACT
};

/// The stage.
pub(crate) struct To {
    colour: Arc<dyn ColourSpaces>,
}

impl To {
    /// With these colour spaces.
    pub(crate) fn new(colour: Arc<dyn ColourSpaces>) -> Self {
        Self { colour }
    }
}

impl Stage for To {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        if let Some(port) = self.identity(job.settings()) {
            return Ok(Answer::Same(port));
        }
        let convert = between(&*self.colour, job.settings())?;
        let image = Picture::at(job, "image")?;
        let bounded = self.colour.family(job.settings().text("T")?) == Some(SpaceFamily::Display);
        let frame = recolour(job, &image, Alpha::Divide, |r, g, b| {
            convert.apply(r, g, b);
            if bounded {
                for value in r.iter_mut().chain(g).chain(b) {
                    // What isn't a number stays none.
                    *value = if *value > 1.0 { 1.0 } else { *value };
                }
            }
        })?;
        Ok(Answer::frame(described(frame, job.settings().text("T")?)))
    }

    fn identity(&self, settings: &Settings) -> Option<&'static str> {
        (settings.text("S") == settings.text("T")).then_some("image")
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 3)
    }
}
