//! `std.transform.transform`: moves, turns and scales, with motion blur.

use super::placement::Placement;
use crate::declare::{EXACT, at, picture, planes};
use crate::kernel::{FILTERS, Filter, Taps};
use crate::picture::Picture;
use crate::reading::{choice, moments, point, refused, scale};
use crate::rows::fill;
use toma_media::{Frame, Size, Window};
use toma_stage::{
    Answer, Declaration, Job, Parameter, Read, Request, Sampling, Settings, Stage, StageError,
};

const fn over_shutter(name: &'static str) -> Parameter {
    Parameter { name, sampling: Sampling::Shutter { length: "shutter", samples: "samples" } }
}

static DECLARATION: Declaration = Declaration {
    stage: "std.transform.transform",
    inputs: &[picture("image")],
    parameters: &[
        over_shutter("translate"),
        over_shutter("rotate"),
        over_shutter("scale"),
        at("centre"),
        at("filter"),
        at("shutter"),
        at("samples"),
    ],
    ..EXACT
};

/// Below this a picture is no larger than a pixel of its own.
const SMALLEST: f64 = 1e-4;

/// Translation, rotation and scale at one moment.
type Moment = ([f64; 2], f64, f64);

/// What it is at each moment of the open shutter; one, if they are all the same.
fn over_time(settings: &Settings) -> Result<Vec<Moment>, StageError> {
    let translate = moments::<2>(settings, "translate")?;
    let rotate = moments::<1>(settings, "rotate")?;
    let scale = moments::<1>(settings, "scale")?;
    let count = translate.len().max(rotate.len()).max(scale.len());
    // A static value counts at all moments.
    let mut all = Vec::with_capacity(count);
    for index in 0..count {
        let one = (
            translate.get(index).or(translate.first()),
            rotate.get(index).or(rotate.first()),
            scale.get(index).or(scale.first()),
        );
        if let (Some(translate), Some([rotate]), Some([scale])) = one {
            if scale.abs() < SMALLEST {
                let value = format!("{}%", scale * 100.0);
                return Err(refused("scale", value, "it must be at least 0.01%"));
            }
            all.push((*translate, *rotate, *scale));
        }
    }
    all.dedup();
    if all.len() > 1 { over_time_again(count, all, &translate, &rotate, &scale) } else { Ok(all) }
}

/// The stage.
#[derive(Debug)]
pub(crate) struct Transform;
