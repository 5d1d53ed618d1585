//! Values as the language writes them: `40%`, `{1001: 0%, 1040: 100% smooth}`. For people; nothing is
//! parsed back from it and no key is made of it.

use crate::{CurveKey, Dimension, Ease, FrameRate, Operation, Shape, Value};
use std::collections::BTreeMap;

/// Longer texts and lists are cut short where one line has to do.
const LONGEST: usize = 60;

/// The unit in which people write a dimension, and how many of it are one of the base unit.
fn unit(dimension: Dimension) -> (&'static str, f64) {
    match dimension {
        Dimension::Scalar | Dimension::Frame => ("", 1.0),
        Dimension::Ratio => ("%", 100.0),
        Dimension::Length => ("px", 1.0),
        Dimension::Focal => ("mm", 1.0),
        Dimension::Angle => ("deg", 1.0),
        Dimension::Time => ("s", 1.0),
        Dimension::FrameCount => ("fr", 1.0),
        Dimension::Stops => ("stops", 1.0),
        Dimension::Kelvin => ("K", 1.0),
        Dimension::Nits => ("nits", 1.0),
    }
}

/// A number with its unit. 7 % must not be written as 7.000000000000001 %.
pub fn number(value: f64, dimension: Dimension) -> String {
    let (unit, factor) = unit(dimension);
    let value = value * factor;
    let rounded = (value * 1e9).round() / 1e9;
    let value = if rounded.is_finite() && (rounded - value).abs() < 1e-9 { rounded } else { value };
    format!("{value}{unit}")
}

/// A rate: `24fps`, `23.976fps`.
pub fn rate(rate: FrameRate) -> String {
    let exact = f64::from(rate.frames) / f64::from(rate.seconds.max(1));
    let text = format!("{exact:.3}");
    format!("{}fps", text.trim_end_matches('0').trim_end_matches('.'))
}

fn components(values: &[f64], dimension: Dimension) -> String {
    match values {
        [one] => number(*one, dimension),
        several => {
            let several: Vec<String> =
                several.iter().map(|value| number(*value, dimension)).collect();
            format!("({})", several.join(", "))
        }
    }
}

/// A shape. What is multiplied or divided stands there as plain numbers: which side has the unit is not known.
fn shape(of: &Shape, dimension: Dimension) -> String {
    match of {
        Shape::Constant(values) => components(values, dimension),
        Shape::Keys(keys) => {
            let keys: Vec<String> = keys.iter().map(|one| key(one, dimension)).collect();
            format!("{{{}}}", keys.join(", "))
        }
        Shape::Pieces { base, pieces } => {
            let pieces: Vec<String> = pieces
                .iter()
                .map(|(range, piece)| {
                    format!("{}..{}: {}", range.first, range.last, shape(piece, dimension))
                })
                .collect();
            format!("cut {{{}, else: {}}}", pieces.join(", "), shape(base, dimension))
        }
        Shape::Compute { operation, left, right } => {
            let inner = match operation {
                Operation::Multiply | Operation::Divide => Dimension::Scalar,
                _ => dimension,
            };
            let (left, right) = (shape(left, inner), shape(right, inner));
            match operation {
                Operation::Add => format!("({left} + {right})"),
                Operation::Subtract => format!("({left} - {right})"),
                Operation::Multiply => format!("({left} * {right})"),
                Operation::Divide => format!("({left} / {right})"),
                Operation::Minimum => format!("min({left}, {right})"),
                Operation::Maximum => format!("max({left}, {right})"),
                Operation::Modulo => format!("mod({left}, {right})"),
                Operation::Floor => format!("floor({left})"),
                Operation::Ceil => format!("ceil({left})"),
                Operation::Round => format!("round({left})"),
            }
        }
    }
}

fn key(key: &CurveKey, dimension: Dimension) -> String {
    let ease = match key.ease {
        Ease::Hold => " hold".to_owned(),
        Ease::Linear => String::new(),
        Ease::Smooth => " smooth".to_owned(),
        Ease::Cubic { out, into } => format!(" cubic({out}, {into})"),
    };
    format!("{}: {}{ease}", key.frame, components(&key.values, dimension))
}

fn fields(fields: &BTreeMap<String, Value>) -> String {
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}: {}", self::value(value))).collect();
    format!("({})", fields.join(", "))
}

/// A value as the language writes it.
pub fn value(value: &Value) -> String {
    match value {
        Value::None => "none".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Number { value, dimension } => number(*value, *dimension),
        Value::Vector { values, dimension } => components(values, *dimension),
        Value::Text(text) | Value::Path(text) => format!("{text:?}"),
        Value::Seed(seed) => format!("seed {seed}"),
        Value::Size(width, height) => format!("{width}x{height}"),
        Value::Frames(frames) => format!("{}..{}", frames.first, frames.last),
        Value::Rate(given) => rate(*given),
        Value::List(values) => {
            let values: Vec<String> = values.iter().map(self::value).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Record(given) => fields(given),
        Value::Case { name, values } if values.is_empty() => name.clone(),
        Value::Case { name, values } => format!("{name}{}", fields(values)),
        Value::Date(date) => date.to_string(),
        Value::Steps { frames, every } => {
            format!("{}..{} every {every}", frames.first, frames.last)
        }
        Value::Curve(given) => shape(&given.shape, given.dimension),
    }
}

/// A value in one line that fits beside others: its end is left out where it is long.
pub fn short(given: &Value) -> String {
    let text = value(given);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_people_do() {
        assert_eq!(number(0.07, Dimension::Ratio), "7%");
        assert_eq!(number(-3.2, Dimension::Stops), "-3.2stops");
        assert_eq!(rate(FrameRate { frames: 24000, seconds: 1001 }), "23.976fps");
        assert_eq!(rate(FrameRate { frames: 25, seconds: 1 }), "25fps");
        let rgb = Value::Vector { values: vec![1.0, 0.5, 0.0], dimension: Dimension::Scalar };
        assert_eq!(value(&rgb), "(1, 0.5, 0)");
        assert_eq!(value(&Value::Text("a".into())), "\"a\"");
        assert_eq!(short(&Value::Text("x".repeat(99))).chars().count(), LONGEST + 1);
    }
}
