//! `std.comp.with_alpha`: a picture cut out by a matte.

use crate::declare::{EXACT, matte, picture, planes};
use crate::picture::{self, Picture, RGBA, same_format};
use crate::rows::{Laid, fill};
use toma_stage::{Answer, Declaration, InputPort, Job, Read, Request, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.comp.with_alpha",
    inputs: &[picture("image"), InputPort { optional: true, ..matte("matte") }],
    ..EXACT
};

/// The stage.
#[derive(Debug)]
pub(crate) struct WithAlpha;

impl Stage for WithAlpha {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        let ports = ["image", "matte"].into_iter().filter(|port| request.has(port));
        Ok(ports.map(|port| Read::input(port, request.time)).collect())
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let image = Picture::at(job, "image")?;
        let cut = job.request.has("matte");
        if !cut && image.alpha.is_some() {
            return Ok(Answer::Same("image"));
        }
        let matte = if cut {
            let (frame, laid) = picture::matte(job, "matte")?;
            same_format(("image", image.frame), ("matte", frame))?;
            laid
        } else {
            Laid { samples: None, window: image.window() }
        };
        let window = image.window().intersection(&matte.window);
        let [r, g, b] = image.laid();
        let channels = [r, g, b, image.coverage()];
        let samples = fill(window, 4, job.cancel, |first, block| {
            let (mut one, mut two) = (Vec::new(), Vec::new());
            for (plane, channel) in block.iter_mut().zip(channels) {
                for (row, out) in plane.chunks_mut(window.width as usize).enumerate() {
                    let y = window.y + (first + row) as i32;
                    let values = channel.row(y, window, &mut one);
                    let matte = matte.row(y, window, &mut two);
                    for ((out, value), matte) in out.iter_mut().zip(values).zip(matte) {
                        *out = value * matte;
                    }
                }
            }
        })?;
        Ok(Answer::frame(image.frame.with_samples(window, &RGBA, samples)))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 4)
    }
}
