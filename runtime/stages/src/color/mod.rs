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
use toma_media::{ColourSpaces, Convert, Frame, Metadatum};
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
    Ok(Answer::frame(described(frame, job.settings().text("T")?)))
}

/// Chromaticities of the linear spaces that have a name of their own: red, green, blue and white, x and y
/// each (SMPTE ST 2065-1, Academy S-2014-004, ITU-R BT.709).
const CHROMATICITIES: [(&str, [f32; 8]); 3] = [
    ("ACES2065", [0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767]),
    ("ACEScg", [0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767]),
    ("LinearRec709", [0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329]),
];

/// The picture with metadata about its colour that holds in `space`: what the file said of the space
/// before is dropped.
fn described(frame: Frame, space: &str) -> Frame {
    let mut metadata = (*frame.metadata).clone();
    for name in ["chromaticities", "adoptedNeutral", "whiteLuminance", "acesImageContainerFlag"] {
        metadata.remove(name);
    }
    if let Some((_, numbers)) = CHROMATICITIES.iter().find(|(name, _)| *name == space) {
        metadata.insert("chromaticities".into(), Metadatum::Floats(numbers.to_vec()));
    }
    Frame { metadata: Arc::new(metadata), ..frame }
}

/// A linear space's matrix to ACES2065-1, found by converting its primaries.
pub(crate) fn to_aces(colour: &dyn ColourSpaces, space: &str) -> Result<Matrix, StageError> {
    let convert = converter(colour, space, "ACES2065")?;
    let (mut r, mut g, mut b) = ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]);
    convert.apply(&mut r, &mut g, &mut b);
    Ok([r, g, b].map(|row| row.map(f64::from)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use toma_media::Size;

    #[test]
    fn colour_metadata_of_another_space_does_not_survive() {
        let mut frame = Frame::black(Size { width: 1, height: 1 }, &["R", "G", "B"]);
        frame.metadata = Arc::new(
            [
                ("chromaticities".to_owned(), Metadatum::Floats(vec![0.5; 8])),
                ("whiteLuminance".to_owned(), Metadatum::Float(100.0)),
                ("owner".to_owned(), Metadatum::Text("us".into())),
            ]
            .into(),
        );
        let shown = described(frame.clone(), "sRGB");
        assert_eq!(shown.metadata.keys().collect::<Vec<_>>(), ["owner"]);
        let linear = described(frame, "ACEScg");
        let Some(Metadatum::Floats(numbers)) = linear.metadata.get("chromaticities") else {
            panic!("ACEScg has primaries")
        };
        assert_eq!(numbers[..2], [0.713, 0.293]);
    }
}
