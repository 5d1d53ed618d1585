//! `std.source.ramp`: from one colour to another along a line.

use crate::declare::{EXACT, at, planes};
use crate::picture::RGB;
use crate::reading::{format, point, rgb};
use crate::rows::fill;
use toma_media::{Frame, Size, Window};
use toma_stage::{AmbientValue, Answer, Declaration, Job, Read, Request, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.source.ramp",
    parameters: &[at("color_from"), at("color_to"), at("from"), at("to")],
    ambient: &[AmbientValue::Format],
    ..EXACT
};

/// Its parameters; points y up, in pixels of the result.
struct Parameters {
    colors: [[f32; 3]; 2],
    from: [f64; 2],
    to: [f64; 2],
}

impl Parameters {
    fn of(request: &Request<'_>, size: Size) -> Result<Self, StageError> {
        let middle = f64::from(size.height) / 2.0;
        Ok(Self {
            colors: [rgb(request.settings, "color_from")?, rgb(request.settings, "color_to")?],
            from: point(request, "from")?.unwrap_or([0.0, middle]),
            to: point(request, "to")?.unwrap_or([f64::from(size.width), middle]),
        })
    }
}

/// The stage.
#[derive(Debug)]
pub(crate) struct Ramp;

impl Stage for Ramp {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, _request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(Vec::new())
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let size = format(&job.request)?;
        let Parameters { colors: [first, second], from, to } = Parameters::of(&job.request, size)?;
        let [along_x, along_y] = [to[0] - from[0], to[1] - from[1]];
        let square = along_x * along_x + along_y * along_y;
        let window = Window::of(size);
        let wide = size.width as usize;
        let samples = fill(window, 3, job.cancel, |first_row, block| {
            for (plane, (a, b)) in block.iter_mut().zip(first.iter().zip(&second)) {
                for (row, values) in plane.chunks_mut(wide).enumerate() {
                    let y = f64::from(size.height) - (first_row + row) as f64 - 0.5;
                    for (x, value) in values.iter_mut().enumerate() {
                        let x = x as f64 + 0.5;
                        let place = if square > 0.0 {
                            ((x - from[0]) * along_x + (y - from[1]) * along_y) / square
                        } else {
                            0.0
                        };
                        let place = place.clamp(0.0, 1.0) as f32;
                        *value = a * (1.0 - place) + b * place;
                    }
                }
            }
        })?;
        Ok(Answer::frame(Frame::from_samples(size, window, &RGB, samples)))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 3)
    }
}
