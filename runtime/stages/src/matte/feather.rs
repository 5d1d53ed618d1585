//! `std.matte.feather`: a softer edge, first moved if wanted.

use super::extremes::moved;
use crate::declare::{EXACT, at, matte, out, planes};
use crate::filter::blur::weights_of;
use crate::filter::gaussian::{Edge, blur, window_of};
use crate::picture;
use crate::reading::{distance, length, refused};
use crate::rows::Laid;
use toma_stage::{Answer, Declaration, Job, Kind, Read, Request, Settings, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.matte.feather",
    inputs: &[matte("matte")],
    parameters: &[at("size"), at("grow")],
    outputs: &[out(Kind::Matte)],
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct Feather;

impl Stage for Feather {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("matte", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let sigma = distance(&job.request, "size")?;
        let grow = length(&job.request, "grow")?;
        if grow.abs() > 10_000.0 {
            return Err(refused("grow", format!("{grow}px"), "it must be within 10000px"));
        }
        let (frame, matte) = picture::matte(job, "matte")?;
        if (sigma == 0.0 && grow == 0.0) || frame.window.is_empty() {
            return Ok(Answer::Same("matte"));
        }
        let target = window_of(frame.window, frame.format, 0, Edge::Extend);
        let grown = if grow == 0.0 { None } else { Some(moved(matte, target, grow, job.cancel)?) };
        if sigma == 0.0 {
            let samples = grown.unwrap_or_default();
            return Ok(Answer::frame(frame.with_samples(target, &["A"], samples)));
        }
        let source = match &grown {
            Some(samples) => Laid { samples: Some(samples), window: target },
            None => matte,
        };
        let samples = blur(&[source], target, &weights_of(sigma)?, Edge::Extend, job.cancel)?;
        Ok(Answer::frame(frame.with_samples(target, &["A"], samples)))
    }

    fn identity(&self, settings: &Settings) -> Option<&'static str> {
        let nothing = |name| settings.number(name) == Ok(0.0);
        (nothing("size") && nothing("grow")).then_some("matte")
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 4)
    }
}
