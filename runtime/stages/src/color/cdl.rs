//! `std.color.cdl`: the American Society of Cinematographers' color decision list, version 1.2 (2009).

use super::converter;
use crate::declare::{EXACT, at, picture, planes};
use crate::picture::{Alpha, Picture, recolour};
use crate::reading::{refused, rgb};
use std::sync::Arc;
use toma_media::ColourSpaces;
use toma_media::colour::transcendental::pow;
use toma_stage::{
    AmbientValue, Answer, Declaration, Job, Read, Request, Settings, Stage, StageError,
};

static DECLARATION: Declaration = Declaration {
    stage: "std.color.cdl",
    inputs: &[picture("image")],
    parameters: &[at("S"), at("T"), at("slope"), at("offset"), at("power"), at("saturation")],
    ambient: &[AmbientValue::ColourConfig],
    ..EXACT
};

/// The luma weights of the specification, those of Rec.709.
const LUMA: [f32; 3] = [0.2126, 0.7152, 0.0722];

/// The ten numbers of a CDL.
struct Decision {
    slope: [f32; 3],
    offset: [f32; 3],
    power: [f32; 3],
    saturation: f32,
}

impl Decision {
    fn of(settings: &Settings) -> Result<Self, StageError> {
        let slope = rgb(settings, "slope")?;
        let power = rgb(settings, "power")?;
        if slope.iter().any(|value| *value < 0.0) {
            return Err(refused("slope", format!("{slope:?}"), "it must not be below 0"));
        }
        if power.iter().any(|value| *value <= 0.0) {
            return Err(refused("power", format!("{power:?}"), "it must be above 0"));
        }
        let saturation = settings.number("saturation")?;
        if saturation < 0.0 {
            let value = format!("{}%", saturation * 100.0);
            return Err(refused("saturation", value, "it must not be below 0%"));
        }
        let offset = rgb(settings, "offset")?;
        Ok(Self { slope, offset, power, saturation: saturation as f32 })
    }

    /// In place, on straight colour in the list's own space.
    fn apply(&self, r: &mut [f32], g: &mut [f32], b: &mut [f32]) {
        let numbers = self.slope.iter().zip(&self.offset).zip(&self.power);
        for (((slope, offset), power), values) in numbers.zip([&mut *r, &mut *g, &mut *b]) {
            for value in values.iter_mut() {
                *value = (*value * slope + offset).clamp(0.0, 1.0);
            }
            if *power != 1.0 {
                let exponent = f64::from(*power);
                for value in values {
                    let power = pow(f64::from(*value), exponent) as f32;
                    *value = if *value > 0.0 { power } else { *value };
                }
            }
        }
        if self.saturation == 1.0 {
            return;
        }
        let [wr, wg, wb] = LUMA;
        for ((r, g), b) in r.iter_mut().zip(g).zip(b) {
            let luma = wr * *r + wg * *g + wb * *b;
            for value in [r, g, b] {
                *value = (luma + self.saturation * (*value - luma)).clamp(0.0, 1.0);
            }
        }
    }
}

/// The stage.
pub(crate) struct Cdl {
    colour: Arc<dyn ColourSpaces>,
}

impl Cdl {
    /// With these colour spaces.
    pub(crate) fn new(colour: Arc<dyn ColourSpaces>) -> Self {
        Self { colour }
    }
}

impl Stage for Cdl {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let decision = Decision::of(job.settings())?;
        let (own, named) = (job.settings().text("S")?, job.settings().text("T")?);
        let there = (own != named).then(|| converter(&*self.colour, own, named)).transpose()?;
        let back = (own != named).then(|| converter(&*self.colour, named, own)).transpose()?;
        let image = Picture::at(job, "image")?;
        let frame = recolour(job, &image, Alpha::Divide, |r, g, b| {
            if let Some(there) = &there {
                there.apply(r, g, b);
            }
            decision.apply(r, g, b);
            if let Some(back) = &back {
                back.apply(r, g, b);
            }
        })?;
        Ok(Answer::frame(frame))
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_golden_value_of_the_references() {
        let decision = Decision {
            slope: [1.1, 1.0, 0.9],
            offset: [0.01, 0.0, -0.01],
            power: [1.0, 1.1, 0.95],
            saturation: 0.8,
        };
        let (mut r, mut g, mut b) = ([0.5], [0.4], [0.3]);
        decision.apply(&mut r, &mut g, &mut b);
        let values = [r[0], g[0], b[0]].map(f64::from);
        // The formula in f64; then OpenColorIO 2.6, whose powers are good to a few millionths.
        let exact = [0.528_033_55, 0.372_015_48, 0.302_525_69];
        let reference = [0.528_032_064_4, 0.372_014_612_0, 0.302_523_762_0];
        for (value, (exact, reference)) in values.into_iter().zip(exact.into_iter().zip(reference))
        {
            assert!((value - exact).abs() < 5e-8, "{value} is not {exact}");
            assert!((value - reference).abs() < 3e-6, "{value} is not {reference}");
        }
    }

    #[test]
    fn it_clamps_before_the_power_and_behind_the_saturation() {
        let decision =
            Decision { slope: [2.0; 3], offset: [0.0; 3], power: [1.0; 3], saturation: 4.0 };
        let (mut r, mut g, mut b) = ([0.9], [0.0], [-5.0]);
        decision.apply(&mut r, &mut g, &mut b);
        assert_eq!([r[0], g[0], b[0]], [1.0, 0.0, 0.0]);
    }
}
