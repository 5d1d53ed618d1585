//! `std.source.checker`: a chequered board.

use crate::declare::{EXACT, at, planes};
use crate::picture::RGB;
use crate::reading::{distance, format, refused, rgb};
use crate::rows::fill;
use toma_media::{Frame, Size, Window};
use toma_stage::{
    AmbientValue, Answer, CancelToken, Declaration, Job, Read, Request, Stage, StageError,
};

static DECLARATION: Declaration = Declaration {
    stage: "std.source.checker",
    parameters: &[at("size"), at("color_a"), at("color_b")],
    ambient: &[AmbientValue::Format],
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct Checker;

/// A board whose bottom left square has the first colour.
///
/// # Errors
/// When cancelled.
pub(super) fn board(
    size: Size,
    square: f64,
    (a, b): ([f32; 3], [f32; 3]),
    cancel: &CancelToken,
) -> Result<Frame, StageError> {
    let window = Window::of(size);
    let wide = size.width as usize;
    let field = |place: f64| (place / square).floor() as i64;
    let samples = fill(window, 3, cancel, |first, block| {
        for (plane, (a, b)) in block.iter_mut().zip(a.iter().zip(&b)) {
            for (row, values) in plane.chunks_mut(wide).enumerate() {
                let y = field(f64::from(size.height) - (first + row) as f64 - 0.5);
                for (x, value) in values.iter_mut().enumerate() {
                    let even = (field(x as f64 + 0.5) + y).rem_euclid(2) == 0;
                    *value = if even { *a } else { *b };
                }
            }
        }
    })?;
    Ok(Frame::from_samples(size, window, &RGB, samples))
}

impl Stage for Checker {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, _request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(Vec::new())
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let square = distance(&job.request, "size")?;
        if square == 0.0 {
            return Err(refused("size", "0px".into(), "it must be above 0px"));
        }
        let colors = (rgb(job.settings(), "color_a")?, rgb(job.settings(), "color_b")?);
        let frame = board(format(&job.request)?, square, colors, job.cancel)?;
        Ok(Answer::frame(frame))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 3)
    }
}
