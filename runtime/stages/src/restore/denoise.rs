//! `std.restore.denoise`: display pixels without their noise. The network is in `toma-models`.

use crate::color::converter;
use crate::declare::{EXACT, at, extent, picture, planes};
use crate::error::of_model;
use crate::picture::{Alpha, Picture, RGB, recolour};
use crate::rows::room;
use std::sync::Arc;
use toma_media::{ColourSpaces, Convert, Frame, Size};
use toma_models::{Models, NUMERIC_CLASS, Oidn};
use toma_stage::{
    AmbientValue, Answer, Declaration, Job, NumericClass, Read, Request, Settings, Stage,
    StageError,
};

static DECLARATION: Declaration = Declaration {
    stage: "std.restore.denoise",
    inputs: &[picture("image")],
    parameters: &[at("S"), at("amount")],
    class: NumericClass::Network(NUMERIC_CLASS),
    ambient: &[AmbientValue::ColourConfig],
    weights: Some(Oidn::NAME),
    ..EXACT
};

/// The stage.
pub(crate) struct Denoise {
    colour: Arc<dyn ColourSpaces>,
    models: Arc<Models>,
}

impl Denoise {
    /// With these colour spaces and weights.
    pub(crate) fn new(colour: Arc<dyn ColourSpaces>, models: Arc<Models>) -> Self {
        Self { colour, models }
    }

    /// The conversion, where the picture isn't in sRGB, the network's own space.
    fn convert(&self, from: &str, to: &str) -> Result<Option<Arc<dyn Convert>>, StageError> {
        if from == to { Ok(None) } else { converter(&*self.colour, from, to).map(Some) }
    }
}

impl Stage for Denoise {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let amount = job.settings().number("amount")? as f32;
        let image = Picture::at(job, "image")?;
        let window = image.window();
        if amount == 0.0 || window.is_empty() {
            return Ok(Answer::Same("image"));
        }
        let space = job.settings().text("S")?;
        let there = self.convert(space, "sRGB")?;
        let back = self.convert("sRGB", space)?;
        let pass = |convert: Option<&Arc<dyn Convert>>, picture: &Picture<'_>| {
            recolour(job, picture, Alpha::Ignore, |r, g, b| {
                if let Some(convert) = convert {
                    convert.apply(r, g, b);
                }
            })
        };
        let noisy = pass(there.as_ref(), &image)?;
        let noisy = Picture::of("image", &noisy)?;
        let card = self.models.card(Oidn::NAME);
        let needed = card.map_or(0, |c| c.memory(window.width as usize, window.height as usize));
        room(window, needed)?;
        let network = self.models.oidn_ldr().map_err(|error| of_model(&error))?;
        let cancelled = || job.cancel.is_cancelled();
        let clean = network
            .denoise(noisy.rgb, window.width as usize, window.height as usize, &cancelled)
            .map_err(|error| of_model(&error))?;
        let clean: Frame = image.frame.with_samples(window, &RGB, clean.concat());
        let clean = pass(back.as_ref(), &Picture::of("image", &clean)?)?;
        let clean = Picture::of("image", &clean)?;
        let mixed = mix(job, &image, &clean, amount)?;
        Ok(Answer::frame(mixed))
    }

    fn identity(&self, settings: &Settings) -> Option<&'static str> {
        (settings.number("amount") == Ok(0.0)).then_some("image")
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        let Size { width, height } = extent(request);
        let card = self.models.card(Oidn::NAME);
        let network = card.map_or(0, |card| card.memory(width as usize, height as usize));
        planes(request, 9) + network
    }

    fn weights(&self) -> Result<Option<[u8; 32]>, StageError> {
        self.models.digest(Oidn::NAME).map(Some).map_err(|error| of_model(&error))
    }
}

/// The cleaned picture, mixed with the noisy one; all but colour is the noisy one's.
fn mix(
    job: &Job<'_>,
    noisy: &Picture<'_>,
    clean: &Picture<'_>,
    amount: f32,
) -> Result<Frame, StageError> {
    let wide = noisy.window().width as usize;
    let samples = crate::rows::fill(noisy.window(), 3, job.cancel, |first, block| {
        for ((out, noisy), clean) in block.iter_mut().zip(noisy.rgb).zip(clean.rgb) {
            let range = first * wide..first * wide + out.len();
            let noisy = noisy.get(range.clone()).unwrap_or_default();
            let clean = clean.get(range).unwrap_or_default();
            for ((out, noisy), clean) in out.iter_mut().zip(noisy).zip(clean) {
                *out = if amount == 1.0 { *clean } else { noisy + amount * (clean - noisy) };
            }
        }
    })?;
    Ok(crate::picture::replaced(noisy.frame, samples))
}
