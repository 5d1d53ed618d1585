//! `std.matte.matte_of`: a channel of a picture as a matte, between two of its values.

use crate::declare::{EXACT, at, out, picture, planes};
use crate::picture::Picture;
use crate::reading::refused;
use crate::rows::{Laid, fill};
use toma_stage::{Answer, Declaration, Job, Kind, Read, Request, Setting, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.matte.matte_of",
    inputs: &[picture("image")],
    parameters: &[at("channel"), at("black"), at("white")],
    outputs: &[out(Kind::Matte)],
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct MatteOf;

/// The channel that is asked for.
fn channel<'a>(job: &'a Job<'_>) -> Result<Laid<'a>, StageError> {
    let image = Picture::at(job, "image")?;
    let [red, green, blue] = image.laid();
    let name = match job.settings().get("channel") {
        Some(Setting::Text(name)) => name.as_str(),
        _ => "",
    };
    match name {
        "alpha" => Ok(image.coverage()),
        "red" => Ok(red),
        "green" => Ok(green),
        "blue" => Ok(blue),
        other => Err(refused("channel", other.to_owned(), "a picture has no such channel")),
    }
}

/// Where a value lies between `black` and `white`: 0 to 1.
fn between(value: f32, black: f32, white: f32) -> f32 {
    let share = (value - black) / (white - black);
    // What is no number is nothing.
    if share > 0.0 { share.min(1.0) } else { 0.0 }
}

impl Stage for MatteOf {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let black = job.settings().number("black")? as f32;
        let white = job.settings().number("white")? as f32;
        if black == white {
            return Err(refused("white", white.to_string(), "it must differ from `black`"));
        }
        let channel = channel(job)?;
        let window = channel.window;
        let samples = fill(window, 1, job.cancel, |first, block| {
            let mut scratch = Vec::new();
            for plane in block {
                for (row, out) in plane.chunks_mut(window.width as usize).enumerate() {
                    let y = window.y + (first + row) as i32;
                    // Without samples a row is opaque, in a window that isn't its own.
                    scratch.clear();
                    scratch.resize(out.len(), 1.0);
                    let values = match channel.samples {
                        Some(_) => channel.row(y, window, &mut scratch),
                        None => scratch.as_slice(),
                    };
                    for (out, value) in out.iter_mut().zip(values) {
                        *out = between(*value, black, white);
                    }
                }
            }
        })?;
        let frame = job.frame("image")?;
        Ok(Answer::frame(frame.with_samples(window, &["A"], samples)))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_black_and_white_lies_a_share_also_the_other_way_round() {
        for (value, black, white, expected) in [
            (0.5, 0.0, 1.0, 0.5),
            (2.0, 0.0, 1.0, 1.0),
            (-1.0, 0.0, 1.0, 0.0),
            (0.25, 0.5, 0.0, 0.5),
            (f32::NAN, 0.0, 1.0, 0.0),
        ] {
            assert_eq!(between(value, black, white), expected);
        }
    }
}
