//! `std.color.saturation`: more or less colour at the same luminance.

use super::to_aces;
use crate::declare::{EXACT, at, picture, planes};
use crate::picture::{Alpha, Picture, recolour};
use std::sync::Arc;
use toma_media::ColourSpaces;
use toma_stage::{
    AmbientValue, Answer, Declaration, Job, Read, Request, Settings, Stage, StageError,
};

static DECLARATION: Declaration = Declaration {
    stage: "std.color.saturation",
    inputs: &[picture("image")],
    parameters: &[at("S"), at("amount")],
    ambient: &[AmbientValue::ColourConfig],
    ..EXACT
};

/// Luminance of the ACES2065-1 primaries (SMPTE ST 2065-1: the second row of its matrix to XYZ).
const ACES_LUMINANCE: [f64; 3] = [0.343_966_449_8, 0.728_166_096_6, -0.072_132_546_4];

/// The stage.
pub(crate) struct Saturation {
    colour: Arc<dyn ColourSpaces>,
}

impl Saturation {
    /// With these colour spaces.
    pub(crate) fn new(colour: Arc<dyn ColourSpaces>) -> Self {
        Self { colour }
    }

    /// What each channel of the space adds to luminance; together 1.
    fn weights(&self, space: &str) -> Result<[f32; 3], StageError> {
        let [red, green, blue] = to_aces(&*self.colour, space)?;
        let [wr, wg, wb] = ACES_LUMINANCE;
        let mut weights = [0.0; 3];
        for (weight, ((r, g), b)) in weights.iter_mut().zip(red.iter().zip(&green).zip(&blue)) {
            *weight = wr * r + wg * g + wb * b;
        }
        let sum: f64 = weights.iter().sum();
        Ok(weights.map(|weight| (weight / sum) as f32))
    }
}

impl Stage for Saturation {
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
        let [wr, wg, wb] = self.weights(job.settings().text("S")?)?;
        let amount = job.settings().number("amount")? as f32;
        let image = Picture::at(job, "image")?;
        let frame = recolour(job, &image, Alpha::Ignore, |r, g, b| {
            for ((r, g), b) in r.iter_mut().zip(g).zip(b) {
                let luminance = wr * *r + wg * *g + wb * *b;
                *r = luminance + amount * (*r - luminance);
                *g = luminance + amount * (*g - luminance);
                *b = luminance + amount * (*b - luminance);
            }
        })?;
        Ok(Answer::frame(frame))
    }

    fn identity(&self, settings: &Settings) -> Option<&'static str> {
        (settings.number("amount") == Ok(1.0)).then_some("image")
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 3)
    }
}
