//! Frames as stages see them: planes R, G, B and perhaps A, or a matte's A.

use crate::StagesError;
use crate::rows::{Laid, fill};
use toma_media::{Frame, Plane, Window};
use toma_stage::{Job, StageError};

/// Names of the planes of a picture.
pub(crate) const RGB: [&str; 3] = ["R", "G", "B"];
/// Names of the planes of a picture with alpha.
pub(crate) const RGBA: [&str; 4] = ["R", "G", "B", "A"];

/// A picture's planes. Associated colour unless the stage says otherwise.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Picture<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) rgb: [&'a [f32]; 3],
    /// Without: opaque inside the data window.
    pub(crate) alpha: Option<&'a [f32]>,
}

impl<'a> Picture<'a> {
    /// The planes of a frame that came in at `port`.
    ///
    /// # Errors
    /// T0650 when R, G or B is not there or holds identifiers.
    pub(crate) fn of(port: &str, frame: &'a Frame) -> Result<Self, StageError> {
        let [r, g, b] = RGB.map(|name| channel(port, frame, name));
        Ok(Self { frame, rgb: [r?, g?, b?], alpha: frame.plane("A").and_then(Plane::f32) })
    }

    /// The picture at a port at the frame asked for.
    pub(crate) fn at(job: &'a Job<'_>, port: &str) -> Result<Self, StageError> {
        Self::of(port, job.frame(port)?)
    }

    /// Its data window.
    pub(crate) fn window(&self) -> Window {
        self.frame.window
    }

    /// R, G, B, and A if it has one.
    pub(crate) fn planes(&self) -> Vec<&'a [f32]> {
        self.rgb.into_iter().chain(self.alpha).collect()
    }

    /// Names of [`Self::planes`].
    pub(crate) fn names(&self) -> &'static [&'static str] {
        if self.alpha.is_some() { &RGBA } else { &RGB }
    }

    /// R, G and B, ready to be laid into other windows.
    pub(crate) fn laid(&self) -> [Laid<'a>; 3] {
        self.rgb.map(|samples| Laid { samples: Some(samples), window: self.window() })
    }

    /// Its coverage: alpha, or 1 inside the data window.
    pub(crate) fn coverage(&self) -> Laid<'a> {
        Laid { samples: self.alpha, window: self.window() }
    }
}

/// One float plane.
fn channel<'a>(port: &str, frame: &'a Frame, name: &'static str) -> Result<&'a [f32], StageError> {
    frame.plane(name).and_then(Plane::f32).ok_or_else(|| {
        let found = frame.names().join(", ");
        StagesError::Channels {
            port: port.into(),
            missing: name,
            found: if found.is_empty() { "none".into() } else { found },
        }
        .into()
    })
}

/// The matte at a port.
///
/// # Errors
/// T0650 when there is no plane A.
pub(crate) fn matte<'a>(job: &'a Job<'_>, port: &str) -> Result<(&'a Frame, Laid<'a>), StageError> {
    let frame = job.frame(port)?;
    Ok((frame, Laid { samples: Some(channel(port, frame, "A")?), window: frame.window }))
}

/// # Errors
/// T0651 when the two formats differ.
pub(crate) fn same_format(
    (port, frame): (&str, &Frame),
    (other, other_frame): (&str, &Frame),
) -> Result<(), StageError> {
    if frame.format == other_frame.format {
        return Ok(());
    }
    Err(StagesError::Formats {
        port: port.into(),
        other: other.into(),
        size: frame.format,
        other_size: other_frame.format,
    }
    .into())
}

/// What a colour operation does about alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alpha {
    /// Nothing: it is a multiplication, or a matrix.
    Ignore,
    /// Divide before, multiply behind. Where alpha is 0, light is taken as it stands, and nothing
    /// (no light, no alpha) stays nothing.
    Divide,
}

/// The picture with other colours: `convert` gets a block of R, G and B at a time. Alpha and all other
/// planes, window and metadata pass; they are shared, not copied.
pub(crate) fn recolour(
    job: &Job<'_>,
    picture: &Picture<'_>,
    alpha: Alpha,
    convert: impl Fn(&mut [f32], &mut [f32], &mut [f32]) + Sync,
) -> Result<Frame, StageError> {
    let window = picture.window();
    let wide = window.width as usize;
    let divide = if alpha == Alpha::Divide { picture.alpha } else { None };
    let samples = fill(window, 3, job.cancel, |first, block| {
        let [r, g, b] = block else { return };
        let range = first * wide..first * wide + r.len();
        let sources = picture.rgb.map(|plane| plane.get(range.clone()).unwrap_or_default());
        let coverage = divide.and_then(|plane| plane.get(range));
        for (to, from) in [&mut *r, &mut *g, &mut *b].into_iter().zip(sources) {
            match coverage {
                None => to.copy_from_slice(from),
                Some(coverage) => {
                    for ((to, from), a) in to.iter_mut().zip(from).zip(coverage) {
                        *to = if *a == 0.0 { *from } else { from / a };
                    }
                }
            }
        }
        convert(r, g, b);
        if let Some(coverage) = coverage {
            let [red, green, blue] = sources;
            for (index, a) in coverage.iter().enumerate() {
                let nothing = *a == 0.0
                    && [red, green, blue].iter().all(|plane| plane.get(index) == Some(&0.0));
                let factor = if *a == 0.0 { 1.0 } else { *a };
                for (to, from) in [&mut *r, &mut *g, &mut *b].into_iter().zip(sources) {
                    if let (Some(to), Some(from)) = (to.get_mut(index), from.get(index)) {
                        *to = if nothing { *from } else { *to * factor };
                    }
                }
            }
        }
    })?;
    Ok(replaced(picture.frame, samples))
}

/// The frame with new samples for R, G and B over the same window, everything else shared.
pub(crate) fn replaced(frame: &Frame, samples: Vec<f32>) -> Frame {
    let fresh = frame.with_samples(frame.window, &RGB, samples);
    let planes = frame
        .planes
        .iter()
        .map(|plane| fresh.plane(&plane.name).unwrap_or(plane).clone())
        .collect();
    Frame { planes, ..fresh }
}
