//! Values as the language writes them: `40%`, `{1001: 0%, 1040: 100% smooth}`. For people; nothing is
//! parsed back from it and no key is made of it.

use crate::{Curve, Dimension, Ease, FrameRate, Value};

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

fn curve(curve: &Curve) -> String {
    let key = |key: &crate::CurveKey| {
        let ease = match key.ease {
            Ease::Hold => " hold",
            Ease::Linear => "",
            Ease::Smooth => " smooth",
        };
        format!("{}: {}{ease}", key.frame, components(&key.values, curve.dimension))
    };
    let keys: Vec<String> = curve.keys.iter().map(key).collect();
    format!("{{{}}}", keys.join(", "))
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
        Value::Record(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{name}: {}", self::value(value)))
                .collect();
            format!("({})", fields.join(", "))
        }
        Value::Curve(given) => curve(given),
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
