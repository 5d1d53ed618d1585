//! Texts with holes, filled.

use super::{MOST_TEXT, Surroundings, Trouble, evaluate, wrong};
use crate::term::Piece;
use crate::types::{unit, written};
use std::ops::Range;
use toma_plan::{Dimension, Value};
use toma_syntax::ast::TextFormat;
use toma_syntax::diagnostic::Span;

/// A text with its holes filled.
pub(crate) fn text(pieces: &[Piece], around: &dyn Surroundings) -> Result<String, Trouble> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Plain(plain) => text.push_str(plain),
            Piece::Hole(term, format) => {
                let value = evaluate(term, around)?;
                text.push_str(&filled(&value, *format).ok_or(Trouble::Open)?);
                if text.len() > MOST_TEXT {
                    return wrong("T0420", "this text would be longer than 1 MB", term.span);
                }
            }
            Piece::Shot => text.push_str(around.shot().ok_or(Trouble::Open)?.1),
            Piece::Frame(width) => text.extend(["%0", &width.to_string(), "d"]),
        }
    }
    Ok(text)
}

/// The parts of a path with what is filled in marked: from where to where, and what it is filled from.
pub(crate) fn filled_in(
    pieces: &[Piece],
    around: &dyn Surroundings,
) -> Result<Vec<(Range<usize>, Span)>, Trouble> {
    let mut at = 0;
    let mut holes = Vec::new();
    for piece in pieces {
        let from = at;
        at += text(std::slice::from_ref(piece), around)?.len();
        if let Piece::Hole(term, _) = piece {
            holes.push((from..at, term.span));
        }
    }
    Ok(holes)
}

/// A value in a hole: `{x:+6.2}`.
fn filled(value: &Value, format: Option<TextFormat>) -> Option<String> {
    let (value, unit, whole) = match value {
        Value::Text(text) | Value::Path(text) => return Some(text.clone()),
        Value::Bool(value) => return Some(value.to_string()),
        Value::Size(width, height) => return Some(format!("{width}x{height}")),
        Value::Int(value) => (*value as f64, "", true),
        Value::Number { value, dimension } => match format {
            None => return Some(written(*value, *dimension)),
            Some(_) if *dimension == Dimension::Ratio => (value * 100.0, "%", false),
            Some(_) => (*value, unit(*dimension), false),
        },
        Value::Date(_)
        | Value::Frames(_)
        | Value::Steps { .. }
        | Value::Rate(_)
        | Value::Vector { .. } => return Some(toma_plan::written::value(value)),
        Value::Case { name, .. } => return Some(name.clone()),
        _ => return None,
    };
    let format = format.unwrap_or(TextFormat { sign: false, zeros: false, width: 0, digits: None });
    let digits = match format.digits {
        Some(digits) => format!("{:.*}", digits.min(20) as usize, value.abs()),
        None if whole => format!("{:.0}", value.abs()),
        None => value.abs().to_string(),
    };
    // What is rounded to nothing has no sign.
    let nothing = digits.bytes().all(|digit| matches!(digit, b'0' | b'.'));
    let sign = match value {
        value if value < 0.0 && !nothing => "-",
        _ if format.sign => "+",
        _ => "",
    };
    let missing = (format.width.min(100) as usize).saturating_sub(digits.len() + sign.len());
    let fill = if format.zeros { "0" } else { " " }.repeat(missing);
    Some(if format.zeros {
        format!("{sign}{fill}{digits}{unit}")
    } else {
        format!("{fill}{sign}{digits}{unit}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use toma_plan::{FrameRange, FrameRate};

    #[test]
    fn holes_are_filled_as_their_format_says() {
        let format = |sign, zeros, width, digits| Some(TextFormat { sign, zeros, width, digits });
        let plain = |value| Value::Number { value, dimension: Dimension::Scalar };
        let ratio = Value::Number { value: 0.4, dimension: Dimension::Ratio };
        let cases = [
            (Value::Int(7), format(false, true, 4, None), "0007"),
            (Value::Int(-7), format(false, true, 4, None), "-007"),
            (Value::Int(7), format(true, false, 4, None), "  +7"),
            (ratio.clone(), None, "40%"),
            (ratio, format(true, false, 6, Some(2)), "+40.00%"),
            (Value::Text("a".into()), None, "a"),
            (Value::Frames(FrameRange { first: 1001, last: 1096 }), None, "1001..1096"),
            (Value::Rate(FrameRate { frames: 24000, seconds: 1001 }), None, "23.976fps"),
            (Value::Int(7), format(false, false, 0, Some(2)), "7.00"),
            (plain(-0.001), format(false, false, 0, Some(2)), "0.00"),
            (plain(-0.004), format(true, true, 6, Some(2)), "+00.00"),
            (plain(-0.006), format(false, false, 0, Some(2)), "-0.01"),
            (plain(-0.0), None, "0"),
            (Value::Int(super::super::MOST_WHOLE), None, "9007199254740991"),
            (
                Value::Int(-super::super::MOST_WHOLE),
                format(false, true, 18, None),
                "-09007199254740991",
            ),
            (Value::Case { name: "Roto".into(), values: [].into() }, None, "Roto"),
        ];
        for (value, format, expected) in cases {
            assert_eq!(filled(&value, format).as_deref(), Some(expected), "{value:?}");
        }
    }
}
