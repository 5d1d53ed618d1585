//! `std.source.constant`: one colour all over the format.

use crate::declare::{EXACT, at, planes};
use crate::picture::{RGB, RGBA};
use crate::reading::{format, rgb};
use crate::rows::fill;
use toma_media::{Frame, Window};
use toma_stage::{
    AmbientValue, Answer, Declaration, Job, Read, Request, Settings, Stage, StageError,
};

static DECLARATION: Declaration = Declaration {
    stage: "std.source.constant",
    parameters: &[at("color"), at("alpha")],
    ambient: &[AmbientValue::Format],
    ..EXACT
};

/// Its parameters.
struct Parameters {
    color: [f32; 3],
    alpha: Option<f32>,
}

impl Parameters {
    fn of(settings: &Settings) -> Result<Self, StageError> {
        let alpha = match settings.get("alpha") {
            None => None,
            Some(_) => Some(settings.number("alpha")? as f32),
        };
        Ok(Self { color: rgb(settings, "color")?, alpha })
    }
}

/// The stage.
#[derive(Debug)]
pub(crate) struct Constant;

impl Stage for Constant {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, _request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(Vec::new())
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let size = format(&job.request)?;
        let Parameters { color: [r, g, b], alpha } = Parameters::of(job.settings())?;
        let values: Vec<f32> = match alpha {
            None => vec![r, g, b],
            Some(a) => vec![r * a, g * a, b * a, a],
        };
        let window = Window::of(size);
        let samples = fill(window, values.len(), job.cancel, |_, block| {
            for (plane, value) in block.iter_mut().zip(&values) {
                plane.fill(*value);
            }
        })?;
        let names: &[&str] = if alpha.is_some() { &RGBA } else { &RGB };
        Ok(Answer::frame(Frame::from_samples(size, window, names, samples)))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 4)
    }
}
