//! `std.color.white_balance`: a Bradford adaptation between two whites of the Planckian locus.
//!
//! The locus: Kang, Moon, Hong, Lee, Cho and Kim, "Design of advanced color temperature control system
//! for HDTV applications" (2002), 1667 K to 25000 K. The adaptation: Lam's Bradford matrix, linear von
//! Kries, as ICC profiles use it.

use super::to_aces;
use crate::declare::{EXACT, at, picture, planes};
use crate::matrix::{self, Matrix, applied, inverse, product};
use crate::picture::{Alpha, Picture, recolour};
use crate::reading::refused;
use std::sync::Arc;
use toma_media::ColourSpaces;
use toma_stage::{
    AmbientValue, Answer, Declaration, Job, Read, Request, Settings, Stage, StageError,
};

static DECLARATION: Declaration = Declaration {
    stage: "std.color.white_balance",
    inputs: &[picture("image")],
    parameters: &[at("S"), at("temperature"), at("neutral")],
    ambient: &[AmbientValue::ColourConfig],
    ..EXACT
};

/// Into the space of the eye's sharpened receptors.
const BRADFORD: Matrix =
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]];

/// ACES2065-1 to CIE XYZ (SMPTE ST 2065-1).
const ACES_TO_XYZ: Matrix = [
    [0.952_552_395_9, 0.0, 0.000_093_678_6],
    [0.343_966_449_8, 0.728_166_096_6, -0.072_132_546_4],
    [0.0, 0.0, 1.008_825_184_4],
];

/// XYZ at Y = 1 of a black body's light.
fn white(kelvin: f64) -> [f64; 3] {
    let k = 1e3 / kelvin;
    let x = if kelvin <= 4000.0 {
        -0.266_123_9 * k * k * k - 0.234_358_9 * k * k + 0.877_695_6 * k + 0.179_910
    } else {
        -3.025_846_9 * k * k * k + 2.107_037_9 * k * k + 0.222_634_7 * k + 0.240_390
    };
    let y = if kelvin <= 2222.0 {
        -1.106_381_4 * x * x * x - 1.348_110_20 * x * x + 2.185_558_32 * x - 0.202_196_83
    } else if kelvin <= 4000.0 {
        -0.954_947_6 * x * x * x - 1.374_185_93 * x * x + 2.091_370_15 * x - 0.167_488_67
    } else {
        3.081_758_0 * x * x * x - 5.873_386_70 * x * x + 3.751_129_97 * x - 0.370_014_83
    };
    [x / y, 1.0, (1.0 - x - y) / y]
}

/// XYZ under one white as it looks under another.
fn adaptation(from: f64, to: f64) -> Option<Matrix> {
    let [a, b, c] = applied(&BRADFORD, white(from));
    let [p, q, r] = applied(&BRADFORD, white(to));
    let gains = [[p / a, 0.0, 0.0], [0.0, q / b, 0.0], [0.0, 0.0, r / c]];
    Some(product(&inverse(&BRADFORD)?, &product(&gains, &BRADFORD)))
}

/// The kelvins of a parameter.
fn kelvin(settings: &Settings, name: &'static str) -> Result<f64, StageError> {
    let value = settings.number(name)?;
    if (1667.0..=25000.0).contains(&value) {
        return Ok(value);
    }
    Err(refused(name, format!("{value}K"), "it must be from 1667K to 25000K"))
}

/// The stage.
pub(crate) struct WhiteBalance {
    colour: Arc<dyn ColourSpaces>,
}

impl WhiteBalance {
    /// With these colour spaces.
    pub(crate) fn new(colour: Arc<dyn ColourSpaces>) -> Self {
        Self { colour }
    }

    /// The whole of it as one matrix in the picture's space.
    fn matrix(&self, settings: &Settings) -> Result<Matrix, StageError> {
        let (from, to) = (kelvin(settings, "temperature")?, kelvin(settings, "neutral")?);
        let xyz = product(&ACES_TO_XYZ, &to_aces(&*self.colour, settings.text("S")?)?);
        let back = inverse(&xyz);
        match (adaptation(from, to), back) {
            (Some(adaptation), Some(back)) => Ok(product(&back, &product(&adaptation, &xyz))),
            _ => Err(refused("S", settings.text("S")?.into(), "it is no space of three colours")),
        }
    }
}

impl Stage for WhiteBalance {
    fn declaration(&self) -> &Declaration {
        &DECLARATION
    }

    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError> {
        Ok(vec![Read::input("image", request.time)])
    }

    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError> {
        if let Some(port) = self.identity(job.settings()) {
            return Ok(Answer::Same(port));
        }
        let matrix = self.matrix(job.settings())?;
        let image = Picture::at(job, "image")?;
        let frame =
            recolour(job, &image, Alpha::Ignore, |r, g, b| matrix::apply(&matrix, r, g, b))?;
        Ok(Answer::frame(frame))
    }

    fn identity(&self, settings: &Settings) -> Option<&'static str> {
        let (from, to) = (kelvin(settings, "temperature").ok()?, kelvin(settings, "neutral").ok()?);
        (from == to).then_some("image")
    }

    fn memory(&self, request: &Request<'_>) -> u64 {
        planes(request, 3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locus_passes_near_the_illuminants() {
        // CIE A is a black body of 2856 K.
        let [x, _, z] = white(2856.0);
        let sum = x + 1.0 + z;
        assert!((x / sum - 0.447_58).abs() < 1e-3 && (1.0 / sum - 0.407_45).abs() < 1e-3);
    }

    #[test]
    fn the_locus_has_no_step() {
        for kelvin in [2222.0, 4000.0] {
            let (below, above) = (white(kelvin), white(kelvin + 0.01));
            for (a, b) in below.iter().zip(above) {
                assert!((a - b).abs() < 2e-3, "{kelvin}: {a} and {b}");
            }
        }
    }

    #[test]
    fn a_white_becomes_the_other() {
        let matrix = adaptation(3200.0, 5600.0).unwrap();
        for (value, wanted) in applied(&matrix, white(3200.0)).iter().zip(white(5600.0)) {
            assert!((value - wanted).abs() < 1e-12);
        }
    }
}
