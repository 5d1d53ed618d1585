//! `std.filter.blur`: a gaussian blur.

use super::gaussian::{Edge, blur, radius, weights, window_of};
use crate::StagesError;
use crate::declare::{EXACT, SAME_SORT, any, at, bytes, extent, planes};
use crate::reading::{choice, distance};
use crate::rows::Laid;
use crate::sheet::Sheet;
use toma_media::Size;
use toma_stage::{Answer, Declaration, Job, Read, Request, Settings, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.filter.blur",
    inputs: &[any("image")],
    parameters: &[at("size"), at("edge")],
    outputs: SAME_SORT,
    ..EXACT
};

/// What may lie beyond the picture.
const EDGES: [(&str, Edge); 2] = [("black", Edge::Black), ("extend", Edge::Extend)];

/// Beyond this a gaussian is no filter but a mean.
pub(crate) const LARGEST: f64 = 10_000.0;

/// The stage.
#[derive(Debug)]
pub(crate) struct Blur;

/// The weights of a size in pixels of the result.
///
/// # Errors
/// T0653 for sizes beyond any picture.
pub(crate) fn weights_of(sigma: f64) -> Result<Vec<f32>, StageError> {
    if sigma > LARGEST {
        let side = (8.0 * sigma) as u64;
        return Err(StagesError::TooLarge { width: side, height: side }.into());
    }
    Ok(weights(sigma))
}

impl Stage for Blur {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let sigma = distance(&job.request, "size")?;
        let edge = choice(job.settings(), "edge", &EDGES)?;
        if sigma == 0.0 {
            return Ok(Answer::Same("image"));
        }
        let image = Sheet::at(job, "image")?;
        let weights = weights_of(sigma)?;
        let window = image.window();
        let target = window_of(window, image.frame.format, weights.len() as u32 - 1, edge);
        let laid: Vec<Laid<'_>> = image.laid().collect();
        let samples = blur(&laid, target, &weights, edge, job.cancel)?;
        Ok(Answer::frame(image.frame.with_samples(target, image.names(), samples)))
    }

    fn identity(&self, settings: &Settings) -> Option<&'static str> {
        (settings.number("size") == Ok(0.0)).then_some("image")
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        // The rows blurred over their new width, and the result.
        let (Ok(sigma), Ok(edge)) =
            (distance(request, "size"), choice(request.settings, "edge", &EDGES))
        else {
            return planes(request, 8);
        };
        let more = if edge == Edge::Black { 2 * radius(sigma.min(LARGEST)) as u32 } else { 0 };
        let Size { width, height } = extent(request);
        let rows = Size { width: width.saturating_add(more), height };
        let whole = Size { height: height.saturating_add(more), ..rows };
        bytes(rows, 4).saturating_add(bytes(whole, 4))
    }
}
