//! Numbers, texts and curves: what a term that holds no picture is worth. The same arithmetic serves the
//! check of what is written out and the lowering of what is computed.

use crate::report::ItemRef;
use crate::term::{KeyTerm, Piece, Term, TermKind};
use crate::types::{Type, unit, written};
use toma_plan::{Curve, CurveKey, Dimension, FrameRange, Value};
use toma_syntax::ast::{Binary, TextFormat, Unary};
use toma_syntax::diagnostic::Span;

/// What surrounds a term. Everything may be unknown yet.
pub(crate) trait Surroundings {
    /// The value of a parameter or `let`.
    fn local(&self, index: u32) -> Option<Value>;
    /// The value of a `const`.
    fn named(&self, item: &ItemRef) -> Option<Value>;
    /// The cut.
    fn frames(&self) -> Option<FrameRange>;
    /// The shot's seed and name.
    fn shot(&self) -> Option<(u64, &str)>;
}

/// Elements that a list may have, those of its lists included.
pub(crate) const MOST_ELEMENTS: usize = 100_000;
/// Frames that a range, and a shot with its handles, may have.
pub(crate) const MOST_FRAMES: u64 = 100_000;
/// The highest number that a frame may have; the lowest is as far below 0.
pub(crate) const LAST_FRAME: i64 = 1_000_000_000;
/// Bytes that a text may have.
pub(crate) const MOST_TEXT: usize = 1_000_000;

fn elements(value: &Value) -> usize {
    match value {
        Value::List(values) => values.len() + values.iter().map(elements).sum::<usize>(),
        _ => 0,
    }
}

/// Nothing is known but what is written out.
pub(crate) struct Closed;

impl Surroundings for Closed {
    fn local(&self, _: u32) -> Option<Value> {
        None
    }
    fn named(&self, _: &ItemRef) -> Option<Value> {
        None
    }
    fn frames(&self) -> Option<FrameRange> {
        None
    }
    fn shot(&self) -> Option<(u64, &str)> {
        None
    }
}

/// Why there is no value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Trouble {
    /// It depends on what is not known here.
    Open,
    /// The numbers don't allow it.
    Wrong { code: &'static str, message: String, span: Span },
}

fn wrong<T>(code: &'static str, message: impl Into<String>, span: Span) -> Result<T, Trouble> {
    Err(Trouble::Wrong { code, message: message.into(), span })
}

/// What a term without pictures is worth.
pub(crate) fn evaluate(term: &Term, around: &dyn Surroundings) -> Result<Value, Trouble> {
    match &term.kind {
        TermKind::Constant(value) => Ok(value.clone()),
        TermKind::Local(index) => around.local(*index).ok_or(Trouble::Open),
        TermKind::Named(item) => around.named(item).ok_or(Trouble::Open),
        TermKind::List(terms) => {
            let values =
                terms.iter().map(|term| evaluate(term, around)).collect::<Result<_, _>>()?;
            let list = Value::List(values);
            if elements(&list) > MOST_ELEMENTS {
                return wrong(
                    "T0420",
                    format!("this list has more than {MOST_ELEMENTS} elements"),
                    term.span,
                );
            }
            Ok(list)
        }
        TermKind::Curve(keys) => curve(term, keys, around),
        TermKind::Text(pieces) => {
            let text = text(pieces, around)?;
            if text.len() > MOST_TEXT {
                return wrong("T0420", "this text is longer than 1 MB", term.span);
            }
            Ok(Value::Text(text))
        }
        TermKind::Vector(terms) => {
            let Type::Vector(vector) = &term.ty else { return Err(Trouble::Open) };
            let (dimension, _) = vector.components();
            let values = terms
                .iter()
                .map(|term| number(&evaluate(term, around)?).ok_or(Trouble::Open))
                .collect::<Result<_, _>>()?;
            Ok(Value::Vector { values, dimension })
        }
        TermKind::Unary(Unary::Negate, operand) => {
            let value = evaluate(operand, around)?;
            negate(value).ok_or(Trouble::Open)
        }
        TermKind::Binary(Binary::Range, first, last) => {
            let frame = |term| match evaluate(term, around)? {
                Value::Int(frame) => Ok(frame),
                Value::Number { value, .. } => Ok(value as i64),
                _ => Err(Trouble::Open),
            };
            let range = FrameRange { first: frame(first)?, last: frame(last)? };
            if range.last < range.first {
                return wrong(
                    "T0513",
                    format!(
                        "this range ends before it begins: {} is behind {}",
                        range.first, range.last
                    ),
                    term.span,
                );
            }
            let count = frame_count(range);
            if count > MOST_FRAMES {
                let message =
                    format!("these are {count} frames, and {MOST_FRAMES} at once are the most");
                return wrong("T0422", message, term.span);
            }
            for frame in [range.first, range.last] {
                if let Some(message) = beyond_all_frames(frame) {
                    return wrong("T0401", message, term.span);
                }
            }
            Ok(Value::Frames(range))
        }
        TermKind::Binary(operator, left, right) => {
            let (left, right) = (evaluate(left, around)?, evaluate(right, around)?);
            binary(*operator, left, right, &term.ty, term.span)
        }
        TermKind::BaseSeed => around.shot().map(|(seed, _)| Value::Seed(seed)).ok_or(Trouble::Open),
        TermKind::Split(seed, label) => match (evaluate(seed, around)?, evaluate(label, around)?) {
            (Value::Seed(seed), Value::Text(label)) => Ok(Value::Seed(split(seed, &label))),
            _ => Err(Trouble::Open),
        },
        TermKind::First => {
            around.frames().map(|frames| frame_value(frames.first as f64)).ok_or(Trouble::Open)
        }
        TermKind::Last => {
            around.frames().map(|frames| frame_value(frames.last as f64)).ok_or(Trouble::Open)
        }
        TermKind::Unknown | TermKind::Space(_) | TermKind::Call(_) | TermKind::Unary(..) => {
            Err(Trouble::Open)
        }
    }
}

/// How many frames a range has.
pub(crate) fn frame_count(range: FrameRange) -> u64 {
    range.last.abs_diff(range.first).saturating_add(1)
}

/// What is wrong with the number of a frame.
pub(crate) fn beyond_all_frames(frame: i64) -> Option<String> {
    let outside = frame.unsigned_abs() > LAST_FRAME.unsigned_abs();
    outside.then(|| {
        format!("the number of a frame lies in -{LAST_FRAME}..{LAST_FRAME}, and this is {frame}")
    })
}

fn frame_value(value: f64) -> Value {
    Value::Number { value, dimension: Dimension::Frame }
}

/// A plain number or a whole one.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(value) => Some(*value as f64),
        Value::Number { value, .. } => Some(*value),
        _ => None,
    }
}

/// All numbers of a value: of each key, each component, each element.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Int(value) => vec![*value as f64],
        Value::Number { value, .. } => vec![*value],
        Value::Vector { values, .. } => values.clone(),
        Value::Curve(curve) => curve.keys.iter().flat_map(|key| key.values.clone()).collect(),
        Value::List(values) => values.iter().flat_map(numbers).collect(),
        _ => Vec::new(),
    }
}

fn negate(value: Value) -> Option<Value> {
    Some(match value {
        Value::Int(value) => Value::Int(value.checked_neg()?),
        Value::Number { value, dimension } => Value::Number { value: -value, dimension },
        Value::Curve(curve) => Value::Curve(each_key(curve, |value| -value)),
        _ => return None,
    })
}

fn each_key(mut curve: Curve, change: impl Fn(f64) -> f64) -> Curve {
    for key in &mut curve.keys {
        for value in &mut key.values {
            *value = change(*value);
        }
    }
    curve
}

fn dimension_of(ty: &Type) -> Dimension {
    match ty.core() {
        Type::Number(dimension) => *dimension,
        Type::Vector(vector) => vector.components().0,
        _ => Dimension::Scalar,
    }
}

fn apply(operator: Binary, left: f64, right: f64) -> f64 {
    match operator {
        Binary::Add => left + right,
        Binary::Subtract => left - right,
        Binary::Multiply => left * right,
        _ => left / right,
    }
}

fn binary(
    operator: Binary,
    left: Value,
    right: Value,
    ty: &Type,
    span: Span,
) -> Result<Value, Trouble> {
    let plain = |value| match value {
        Value::Rate(rate) => Value::Number {
            value: f64::from(rate.frames) / f64::from(rate.seconds),
            dimension: Dimension::Scalar,
        },
        other => other,
    };
    let (left, right) = (plain(left), plain(right));
    let divided = operator == Binary::Divide;
    if divided && numbers(&right).contains(&0.0) {
        return wrong("T0407", "this divides by zero", span);
    }
    if let (Value::Int(a), Value::Int(b), false) = (&left, &right, divided) {
        let value = match operator {
            Binary::Add => a.checked_add(*b),
            Binary::Subtract => a.checked_sub(*b),
            _ => a.checked_mul(*b),
        };
        return match value {
            Some(value) => Ok(Value::Int(value)),
            None => wrong("T0407", "this number is too large to be computed with", span),
        };
    }
    let dimension = dimension_of(ty);
    let value = match (left, right) {
        (Value::Curve(curve), other) => {
            let Some(other) = number(&other) else { return Err(Trouble::Open) };
            let curve = each_key(curve, |value| apply(operator, value, other));
            Value::Curve(Curve { dimension, ..curve })
        }
        (other, Value::Curve(curve)) => {
            let Some(other) = number(&other) else { return Err(Trouble::Open) };
            let curve = each_key(curve, |value| apply(operator, other, value));
            Value::Curve(Curve { dimension, ..curve })
        }
        (left, right) => {
            let (Some(left), Some(right)) = (number(&left), number(&right)) else {
                return Err(Trouble::Open);
            };
            Value::Number { value: apply(operator, left, right), dimension }
        }
    };
    if numbers(&value).iter().all(|value| value.is_finite()) {
        Ok(value)
    } else {
        wrong("T0407", "this number is too large to be computed with", span)
    }
}

fn curve(term: &Term, keys: &[KeyTerm], around: &dyn Surroundings) -> Result<Value, Trouble> {
    let mut result =
        Curve { keys: Vec::with_capacity(keys.len()), dimension: dimension_of(&term.ty) };
    let inner = match &term.ty {
        Type::Curve(inner) => inner.as_ref(),
        other => other,
    };
    let mut previous_literal = true;
    for key in keys {
        let frame = number(&evaluate(&key.frame, around)?).ok_or(Trouble::Open)?;
        let values = match coerce(evaluate(&key.value, around)?, inner) {
            Value::Vector { values, .. } => values,
            other => number(&other).map(|value| vec![value]).ok_or(Trouble::Open)?,
        };
        // `{first: 0%, last: 100%}` in a shot of one frame: both keys are that frame, and the later one wins.
        let literal = matches!(key.frame.kind, TermKind::Constant(_));
        let meets = |before: &CurveKey| {
            let same = before.frame.total_cmp(&frame).is_eq();
            same && !(literal && previous_literal)
        };
        if result.keys.last().is_some_and(meets) {
            result.keys.pop();
        }
        previous_literal = literal;
        if let Some(before) = result.keys.last()
            && frame <= before.frame
        {
            return wrong(
                "T0405",
                format!(
                    "the keys of a curve stand in the order of their frames: {frame} comes behind {}",
                    before.frame
                ),
                key.frame.span,
            );
        }
        result.keys.push(CurveKey { frame, values, ease: key.ease });
    }
    Ok(Value::Curve(result))
}

/// A text with its holes filled.
pub(crate) fn text(pieces: &[Piece], around: &dyn Surroundings) -> Result<String, Trouble> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Plain(plain) => text.push_str(plain),
            Piece::Hole(term, format) => {
                let value = evaluate(term, around)?;
                text.push_str(&filled(&value, *format).ok_or(Trouble::Open)?);
            }
            Piece::Shot => text.push_str(around.shot().ok_or(Trouble::Open)?.1),
            Piece::Frame(width) => text.extend(["%0", &width.to_string(), "d"]),
        }
    }
    Ok(text)
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
        _ => return None,
    };
    let format = format.unwrap_or(TextFormat { sign: false, zeros: false, width: 0, digits: None });
    let digits = match format.digits {
        Some(digits) => format!("{:.*}", digits.min(20) as usize, value.abs()),
        None if whole => format!("{:.0}", value.abs()),
        None => value.abs().to_string(),
    };
    let sign = match value {
        value if value < 0.0 => "-",
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

/// The value as a parameter of that type holds it: a whole number as a number of its dimension, a text as
/// a path, one number as three equal ones.
pub(crate) fn coerce(value: Value, ty: &Type) -> Value {
    match (value, ty) {
        (Value::None, _) => Value::None,
        (Value::Curve(curve), Type::Optional(inner)) => coerce(Value::Curve(curve), inner),
        (Value::Curve(mut curve), Type::Curve(inner)) => {
            curve.dimension = dimension_of(inner);
            if let Type::Vector(vector) = inner.as_ref() {
                let count = vector.components().1.len();
                for key in &mut curve.keys {
                    if let [one] = key.values.as_slice() {
                        key.values = vec![*one; count];
                    }
                }
            }
            Value::Curve(curve)
        }
        (value, Type::Curve(inner) | Type::Optional(inner)) => coerce(value, inner),
        (Value::List(values), Type::List(inner)) => {
            Value::List(values.into_iter().map(|value| coerce(value, inner)).collect())
        }
        (Value::Int(value), Type::Number(dimension)) => {
            Value::Number { value: value as f64, dimension: *dimension }
        }
        (Value::Number { value, .. }, Type::Number(dimension)) => {
            Value::Number { value, dimension: *dimension }
        }
        (Value::Text(text), Type::Path) => Value::Path(text),
        (Value::Int(value), Type::Seed) => Value::Seed(value as u64),
        (value @ (Value::Int(_) | Value::Number { .. }), Type::Vector(vector)) => {
            let (dimension, names) = vector.components();
            let values = vec![number(&value).unwrap_or_default(); names.len()];
            Value::Vector { values, dimension }
        }
        (value, _) => value,
    }
}

/// The seed of a name: FNV-1a over its bytes, then mixed.
pub(crate) fn seed_of_name(name: &str) -> u64 {
    mix(fold(0xcbf2_9ce4_8422_2325, name.as_bytes()))
}

/// An independent seed by label: FNV-1a over the seed's bytes (little endian) and the label's, then mixed.
pub(crate) fn split(seed: u64, label: &str) -> u64 {
    mix(fold(fold(0xcbf2_9ce4_8422_2325, &seed.to_le_bytes()), label.as_bytes()))
}

fn fold(start: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finaliser of `SplitMix64` (Steele, Lea and Flood, 2014).
fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_never_change_between_releases() {
        assert_eq!(seed_of_name("A"), seed_of_name("A"));
        assert_eq!(split(40, "dust"), split(40, "dust"));
        assert_ne!(split(40, "dust"), split(40, "grain"));
        assert_ne!(split(40, "dust"), split(41, "dust"));
        // FNV-1a of nothing is its offset basis, a published constant.
        assert_eq!(fold(0xcbf2_9ce4_8422_2325, b"a"), 0xaf63_dc4c_8601_ec8c);
    }

    #[test]
    fn holes_are_filled_as_their_format_says() {
        let format = |sign, zeros, width, digits| Some(TextFormat { sign, zeros, width, digits });
        let ratio = Value::Number { value: 0.4, dimension: Dimension::Ratio };
        let cases = [
            (Value::Int(7), format(false, true, 4, None), "0007"),
            (Value::Int(-7), format(false, true, 4, None), "-007"),
            (Value::Int(7), format(true, false, 4, None), "  +7"),
            (ratio.clone(), None, "40%"),
            (ratio, format(true, false, 6, Some(2)), "+40.00%"),
            (Value::Text("a".into()), None, "a"),
        ];
        for (value, format, expected) in cases {
            assert_eq!(filled(&value, format).as_deref(), Some(expected), "{value:?}");
        }
    }
}
