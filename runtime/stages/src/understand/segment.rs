//! `std.understand.segment`: the matte of what stands out. The network is in `toma-models`.

use crate::color::converter;
use crate::declare::{EXACT, at, extent, out, picture, planes};
use crate::error::of_model;
use crate::picture::Picture;
use crate::rows::fill;
use std::sync::Arc;
use toma_media::{ColourSpaces, Size};
use toma_models::{Models, NUMERIC_CLASS, U2netp};
use toma_stage::{
    AmbientValue, Answer, Declaration, Job, Kind, NumericClass, Read, Request, Stage, StageError,
};

static DECLARATION: Declaration = Declaration {
    stage: "std.understand.segment",
    inputs: &[picture("image")],
    parameters: &[at("S")],
    outputs: &[out(Kind::Matte)],
    class: NumericClass::Network(NUMERIC_CLASS),
    ambient: &[AmbientValue::ColourConfig],
    weights: Some(U2netp::NAME),
    ..EXACT
};

/// The stage.
pub(crate) struct Segment {
    colour: Arc<dyn ColourSpaces>,
    models: Arc<Models>,
}

impl Segment {
    /// With these colour spaces and weights.
    pub(crate) fn new(colour: Arc<dyn ColourSpaces>, models: Arc<Models>) -> Self {
        Self { colour, models }
    }
}

impl Stage for Segment {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let image = Picture::at(job, "image")?;
        let window = image.window();
        if window.is_empty() {
            return Ok(Answer::frame(image.frame.with_samples(window, &["A"], Vec::new())));
        }
        let convert = converter(&*self.colour, job.settings().text("S")?, "sRGB")?;
        let wide = window.width as usize;
        // As it looks: colour over black, in sRGB.
        let samples = fill(window, 3, job.cancel, |first, block| {
            let [r, g, b] = block else { return };
            for (out, plane) in [&mut *r, &mut *g, &mut *b].into_iter().zip(image.rgb) {
                let part = plane.get(first * wide..first * wide + out.len());
                out.copy_from_slice(part.unwrap_or_default());
            }
            convert.apply(r, g, b);
        })?;
        let (red, rest) = samples.split_at(window.area());
        let (green, blue) = rest.split_at(window.area());
        let network = self.models.u2netp().map_err(|error| of_model(&error))?;
        let cancelled = || job.cancel.is_cancelled();
        let matte = network
            .matte([red, green, blue], wide, window.height as usize, &cancelled)
            .map_err(|error| of_model(&error))?;
        Ok(Answer::frame(image.frame.with_samples(window, &["A"], matte)))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        let Size { width, height } = extent(request);
        let card = self.models.card(U2netp::NAME);
        let network = card.map_or(0, |card| card.memory(width as usize, height as usize));
        planes(request, 4) + network
    }

    fn weights(&self) -> Result<Option<[u8; 32]>, StageError> {
        self.models.digest(U2netp::NAME).map(Some).map_err(|error| of_model(&error))
    }
}
