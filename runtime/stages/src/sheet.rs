//! Pictures of any sort: planes that are moved and filtered alike, whatever they mean.
//!
//! A colour picture is R, G, B and perhaps A; any other sort is all the planes that it has.

use crate::StagesError;
use crate::picture::{Picture, RGB};
use crate::rows::Laid;
use toma_media::{Frame, Window};
use toma_stage::{Job, StageError};

/// The planes of a picture of any sort.
#[derive(Debug, Clone)]
pub(crate) struct Sheet<'a> {
    pub(crate) frame: &'a Frame,
    names: Vec<&'a str>,
    planes: Vec<&'a [f32]>,
}

impl<'a> Sheet<'a> {
    /// The planes of a frame that came in at `port`.
    ///
    /// # Errors
    /// T0650 when it holds identifiers, which can't be mixed.
    pub(crate) fn of(port: &str, frame: &'a Frame) -> Result<Self, StageError> {
        if is_colour(frame) {
            let picture = Picture::of(port, frame)?;
            let names = picture.names().to_vec();
            return Ok(Self { frame, names, planes: picture.planes() });
        }
        let mut sheet = Self { frame, names: Vec::new(), planes: Vec::new() };
        for plane in &frame.planes {
            let samples = plane.f32().ok_or_else(|| StagesError::Identifiers {
                port: port.into(),
                plane: plane.name.to_string(),
            })?;
            sheet.names.push(&plane.name);
            sheet.planes.push(samples);
        }
        Ok(sheet)
    }

    /// The picture at a port at the frame asked for.
    pub(crate) fn at(job: &'a Job<'_>, port: &str) -> Result<Self, StageError> {
        Self::of(port, job.frame(port)?)
    }

    /// Its data window.
    pub(crate) fn window(&self) -> Window {
        self.frame.window
    }

    /// Names of [`Self::planes`].
    pub(crate) fn names(&self) -> &[&'a str] {
        &self.names
    }

    /// Its planes.
    pub(crate) fn planes(&self) -> &[&'a [f32]] {
        &self.planes
    }

    /// The planes, ready to be laid into other windows.
    pub(crate) fn laid(&self) -> impl Iterator<Item = Laid<'a>> {
        let window = self.window();
        self.planes.iter().map(move |samples| Laid { samples: Some(samples), window })
    }

    /// The plane of that name over its window. Where a colour picture has no alpha it is 1 inside; any other
    /// plane that isn't there is 0.
    pub(crate) fn plane(&self, name: &str) -> Laid<'a> {
        let index = self.names.iter().position(|known| *known == name);
        let samples = index.and_then(|index| self.planes.get(index).copied());
        let opaque = name == "A" && is_colour(self.frame);
        let window = if samples.is_some() || opaque { self.window() } else { Window::EMPTY };
        Laid { samples, window }
    }
}

/// Has it colour?
fn is_colour(frame: &Frame) -> bool {
    RGB.iter().all(|name| frame.plane(name).is_some())
}

/// The names that several pictures have together: all of the first, and what others add.
pub(crate) fn all_names<'a>(sheets: &[Sheet<'a>]) -> Vec<&'a str> {
    let mut all: Vec<&str> = Vec::new();
    for name in sheets.iter().flat_map(|sheet| &sheet.names) {
        if !all.contains(name) {
            all.push(name);
        }
    }
    all
}
