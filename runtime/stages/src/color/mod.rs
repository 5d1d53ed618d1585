//! `std.color`: from space to space, and grades.

pub(crate) mod cdl;
pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod exposure;
pub(crate) mod grade;
pub(crate) mod range;
pub(crate) mod saturation;
pub(crate) mod to;
pub(crate) mod white_balance;

use crate::error::of_media;
use crate::matrix::Matrix;
use crate::picture::{Alpha, Picture, recolour};
use std::sync::Arc;
use toma_media::{ColourSpaces, Convert};
use toma_stage::{Answer, Job, Registry, Settings, StageError};

/// Adds the chapter.
pub(crate) fn register(registry: &mut Registry, colour: &Arc<dyn ColourSpaces>) {
    registry.add(to::To::new(Arc::clone(colour)));
    registry.add(encode::Encode::new(Arc::clone(colour)));
    registry.add(decode::Decode::new(Arc::clone(colour)));
    registry.add(exposure::Exposure);
    registry.add(grade::Grade);
    registry.add(cdl::Cdl::new(Arc::clone(colour)));
    registry.add(saturation::Saturation::new(Arc::clone(colour)));
    registry.add(white_balance::WhiteBalance::new(Arc::clone(colour)));
}

/// The conversion between two spaces.
///
/// # Errors
/// When the configuration has none.
pub(crate) fn converter(
    colour: &dyn ColourSpaces,
    from: &str,
    to: &str,
) -> Result<Arc<dyn Convert>, StageError> {
    colour.converter(from, to).map_err(|error| of_media(&error))
}

/// The conversion from the space of parameter `S` to that of `T`, which `@spaces` adds.
pub(crate) fn between(
    colour: &dyn ColourSpaces,
    settings: &Settings,
) -> Result<Arc<dyn Convert>, StageError> {
    converter(colour, settings.text("S")?, settings.text("T")?)
}

/// The picture at `image` from the space of `S` to linear Rec.709 light, each value through `curve`, and
/// on to the space of `T`.
fn through_light(
    colour: &dyn ColourSpaces,
    job: &Job<'_>,
    curve: impl Fn(f32) -> f32 + Sync,
) -> Result<Answer, StageError> {
    let light = "LinearRec709";
    let before = converter(colour, job.settings().text("S")?, light)?;
    let behind = converter(colour, light, job.settings().text("T")?)?;
    let image = Picture::at(job, "image")?;
    let frame = recolour(job, &image, Alpha::Divide, |r, g, b| {
        before.apply(r, g, b);
        for value in r.iter_mut().chain(&mut *g).chain(&mut *b) {
            *value = curve(*value);
        }
        behind.apply(r, g, b);
    })?;
    Ok(Answer::frame(frame))
}

/// A linear space's matrix to ACES2065-1, found by converting its primaries.
pub(crate) fn to_aces(colour: &dyn ColourSpaces, space: &str) -> Result<Matrix, StageError> {
    let convert = converter(colour, space, "ACES2065")?;
    let (mut r, mut g, mut b) = ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]);
    convert.apply(&mut r, &mut g, &mut b);
    Ok([r, g, b].map(|row| row.map(f64::from)))
}
