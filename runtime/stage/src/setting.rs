//! Parameters as a stage reads them: sampled, without dimension, in base units.

use crate::StageError;
use std::collections::BTreeMap;
use toma_media::Size;

/// One parameter as read.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// An absent optional.
    None,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number in the base unit: ratios with 1 for 100 %, pixels, degrees, stops, kelvin.
    Number(f64),
    /// Several numbers: points, colours, matrices by rows.
    Vector(Vec<f64>),
    /// Text.
    Text(String),
    /// A source of randomness.
    Seed(u64),
    /// Width and height in pixels.
    Size(Size),
    /// Frame numbers, both ends included.
    Frames(i64, i64),
    /// Every so many of some frame numbers: the first, one that is not passed, and the way between two.
    Steps(i64, i64, u32),
    /// Frames a second as a ratio.
    Rate(u32, u32),
    /// A day: year, month, day.
    Date(u16, u8, u8),
    /// Several settings.
    List(Vec<Setting>),
    /// Named settings.
    Record(BTreeMap<String, Setting>),
    /// A case of an enum: its name and what it carries.
    Case(String, BTreeMap<String, Setting>),
    /// A curve over several times (shutter, window, whole): time in frames and value, in order.
    Samples(Vec<(f64, Vec<f64>)>),
}

/// All of a stage's parameters as read for one request.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings(pub BTreeMap<String, Setting>);

/// The plan and the stage disagree: a mistake in Toma that the start-up test ought to have found.
fn mismatch(name: &str, wanted: &str, found: Option<&Setting>) -> StageError {
    StageError::failed(
        "T0901",
        format!("the stage wants {wanted} as `{name}` and was given {found:?}"),
        "this is a mistake in Toma: please report it with the shot",
    )
}

impl Settings {
    /// The setting of that name; absent ones are `None`.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.0.get(name).filter(|setting| **setting != Setting::None)
    }

    /// A number in the base unit.
    pub fn number(&self, name: &str) -> Result<f64, StageError> {
        match self.get(name) {
            Some(Setting::Number(number)) => Ok(*number),
            Some(Setting::Int(number)) => Ok(*number as f64),
            other => Err(mismatch(name, "a number", other)),
        }
    }

    /// Exactly `N` numbers. One number stands for `N` equal ones.
    pub fn vector<const N: usize>(&self, name: &str) -> Result<[f64; N], StageError> {
        match self.get(name) {
            Some(Setting::Number(number)) => Ok([*number; N]),
            Some(Setting::Vector(values)) => values
                .as_slice()
                .try_into()
                .map_err(|_| mismatch(name, &format!("{N} numbers"), self.get(name))),
            other => Err(mismatch(name, &format!("{N} numbers"), other)),
        }
    }

    /// A whole number.
    pub fn int(&self, name: &str) -> Result<i64, StageError> {
        match self.get(name) {
            Some(Setting::Int(number)) => Ok(*number),
            Some(Setting::Number(number)) if number.fract() == 0.0 => Ok(*number as i64),
            other => Err(mismatch(name, "a whole number", other)),
        }
    }

    /// Yes or no.
    pub fn bool(&self, name: &str) -> Result<bool, StageError> {
        match self.get(name) {
            Some(Setting::Bool(value)) => Ok(*value),
            other => Err(mismatch(name, "true or false", other)),
        }
    }

    /// Text, or the name of an enum's case.
    pub fn text(&self, name: &str) -> Result<&str, StageError> {
        match self.get(name) {
            Some(Setting::Text(text) | Setting::Case(text, _)) => Ok(text),
            other => Err(mismatch(name, "text", other)),
        }
    }

    /// A seed.
    pub fn seed(&self, name: &str) -> Result<u64, StageError> {
        match self.get(name) {
            Some(Setting::Seed(seed)) => Ok(*seed),
            other => Err(mismatch(name, "a seed", other)),
        }
    }

    /// A width and a height.
    pub fn size(&self, name: &str) -> Result<Size, StageError> {
        match self.get(name) {
            Some(Setting::Size(size)) => Ok(*size),
            other => Err(mismatch(name, "a size", other)),
        }
    }

    /// A curve over several times.
    pub fn samples(&self, name: &str) -> Result<&[(f64, Vec<f64>)], StageError> {
        match self.get(name) {
            Some(Setting::Samples(samples)) => Ok(samples),
            other => Err(mismatch(name, "a curve", other)),
        }
    }
}
