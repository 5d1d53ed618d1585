//! `std.color.grade`: lift, gain and gamma.

use crate::declare::{EXACT, at, picture, planes};
use crate::picture::{Alpha, Picture, recolour};
use crate::reading::refused;
use toma_media::colour::transcendental::pow;
use toma_stage::{Answer, Declaration, Job, Read, Request, Settings, Stage, StageError};

static DECLARATION: Declaration = Declaration {
    stage: "std.color.grade",
    inputs: &[picture("image")],
    parameters: &[
        at("blackpoint"),
        at("whitepoint"),
        at("lift"),
        at("gain"),
        at("multiply"),
        at("offset"),
        at("gamma"),
    ],
    ..EXACT
};

/// What a channel goes through: a line, then a power.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Channel {
    factor: f32,
    sum: f32,
    exponent: f32,
}

impl Channel {
    /// Nothing happens.
    fn is_plain(self) -> bool {
        self.factor == 1.0 && self.is_a_factor()
    }

    /// Only a multiplication: alpha needn't be divided out.
    fn is_a_factor(self) -> bool {
        self.sum == 0.0 && self.exponent == 1.0
    }

    fn apply(self, values: &mut [f32]) {
        for value in values.iter_mut() {
            *value = self.factor * *value + self.sum;
        }
        if self.exponent != 1.0 {
            let exponent = f64::from(self.exponent);
            for value in values {
                let power = pow(f64::from(*value), exponent) as f32;
                *value = if *value > 0.0 { power } else { *value };
            }
        }
    }
}

/// The three channels' lines and powers.
fn channels(settings: &Settings) -> Result<[Channel; 3], StageError> {
    let mut values = [[0.0; 3]; 7];
    for (value, parameter) in values.iter_mut().zip(DECLARATION.parameters) {
        *value = settings.vector::<3>(parameter.name)?;
    }
    let [black, white, lift, gain, multiply, offset, gamma] = values;
    let mut channels = [Channel { factor: 1.0, sum: 0.0, exponent: 1.0 }; 3];
    let numbers = black.iter().zip(&white).zip(lift.iter().zip(&gain));
    let numbers = numbers.zip(multiply.iter().zip(&offset)).zip(&gamma);
    for (channel, ((((black, white), (lift, gain)), (multiply, offset)), gamma)) in
        channels.iter_mut().zip(numbers)
    {
        if white == black {
            let why = "it must not be equal to `blackpoint`";
            return Err(refused("whitepoint", white.to_string(), why));
        }
        if *gamma <= 0.0 {
            return Err(refused("gamma", gamma.to_string(), "it must be above 0"));
        }
        let factor = multiply * (gain - lift) / (white - black);
        let sum = offset + lift - factor * black;
        let exponent = (1.0 / gamma) as f32;
        *channel = Channel { factor: factor as f32, sum: sum as f32, exponent };
    }
    Ok(channels)
}

/// The stage.
#[derive(Debug)]
pub(crate) struct Grade;

impl Stage for Grade {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        let channels = channels(job.settings())?;
        if channels.iter().all(|channel| channel.is_plain()) {
            return Ok(Answer::Same("image"));
        }
        let factors = channels.iter().all(|channel| channel.is_a_factor());
        let alpha = if factors { Alpha::Ignore } else { Alpha::Divide };
        let image = Picture::at(job, "image")?;
        let frame = recolour(job, &image, alpha, |r, g, b| {
            for (channel, values) in channels.iter().zip([r, g, b]) {
                if !channel.is_plain() {
                    channel.apply(values);
                }
            }
        })?;
        Ok(Answer::frame(frame))
    }

    fn identity(&self, settings: &Settings) -> Option<&'static str> {
        let channels = channels(settings).ok()?;
        channels.iter().all(|channel| channel.is_plain()).then_some("image")
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 3)
    }
}
