//! `std.transform.crop`: cuts what lies outside a box.

use crate::declare::{EXACT, SAME_SORT, any, at, planes};
use crate::reading::{refused, scale, scaled};
use crate::sheet::Sheet;
use toma_media::{Frame, Window};
use toma_stage::{Answer, Declaration, Job, Read, Request, Setting, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.transform.crop",
    inputs: &[any("image")],
    parameters: &[at("box"), at("size")],
    outputs: SAME_SORT,
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct Crop;

/// The part of a frame that lies in `window`, which lies in the frame's own.
///
/// # Errors
/// T0650 when it holds identifiers.
pub(super) fn cut(frame: &Frame, window: Window) -> Result<Frame, StageError> {
    let image = Sheet::of("image", frame)?;
    let own = frame.window;
    let mut samples = Vec::with_capacity(image.planes().len() * window.area());
    for plane in image.planes() {
        for row in 0..window.height as usize {
            let row = row + (window.y - own.y) as usize;
            let start = row * own.width as usize + (window.x - own.x) as usize;
            let part = plane.get(start..start + window.width as usize);
            samples.extend_from_slice(part.unwrap_or_default());
        }
    }
    Ok(frame.with_samples(window, image.names(), samples))
}

impl Stage for Crop {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let frame = job.frame("image")?;
        let proxy = scale(&job.request);
        let whole = |value: f64| (value / proxy + 0.5).floor().clamp(-1e9, 1e9) as i32;
        let corners = job.settings().vector::<4>("box")?;
        let [left, bottom, right, top] = corners;
        if right < left || top < bottom {
            let why = "its right must not be left of its left, nor its top below its bottom";
            return Err(refused("box", format!("({left}, {bottom}, {right}, {top})"), why));
        }
        let [left, bottom, right, top] = corners.map(whole);
        let high = frame.format.height as i32;
        let kept = Window {
            x: left,
            y: high - top,
            width: (right - left).max(0) as u32,
            height: (top - bottom).max(0) as u32,
        };
        let size = match job.settings().get("size") {
            Some(Setting::Size(size)) => Some(scaled(*size, &job.request)),
            _ => None,
        };
        let inside = frame.window.intersection(&kept) == frame.window;
        if inside && size.is_none() {
            return Ok(Answer::Same("image"));
        }
        let mut cropped =
            if inside { (**frame).clone() } else { cut(frame, frame.window.intersection(&kept))? };
        if let Some(size) = size {
            cropped.format = size;
            if !cropped.window.is_empty() {
                cropped.window.x -= left;
                cropped.window.y += size.height as i32 - (high - bottom);
            }
        }
        Ok(Answer::frame(cropped))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 4)
    }
}
