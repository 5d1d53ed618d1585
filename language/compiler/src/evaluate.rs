//! Numbers, texts and curves: what a term that holds no picture is worth. The same arithmetic serves the
//! check of what is written out and the lowering of what is computed.

mod arithmetic;
mod curve;
mod cut;
mod logic;
mod search;
mod seed;
mod structure;
mod text;
mod weight;

pub(crate) use arithmetic::{number, numbers, too_large, written_numbers};
pub(crate) use curve::coerce;
pub(crate) use search::{Stretch, moments, search};
pub(crate) use seed::{seed_of_name, split};
pub(crate) use structure::{MOST_STEPS, catches, running};
pub(crate) use text::{filled_in, text};
pub(crate) use weight::{MOST_ELEMENTS, MOST_TEXT, Weight};

use crate::report::ItemRef;
use crate::term::{Term, TermKind};
use crate::types::Type;
use arithmetic::{binary, negate};
use curve::curve;
use logic::{compare, function};
use std::cell::Cell;
use toma_plan::{Dimension, FrameRange, Value};
use toma_syntax::ast::{Binary, Unary};
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
    /// The steps taken so far, if somebody counts them already.
    fn steps(&self) -> Option<&Cell<u64>> {
        None
    }
}

/// Frames that a range, and a shot with its handles, may have.
pub(crate) const MOST_FRAMES: u64 = 100_000;
/// The highest number that a frame may have; the lowest is as far below 0.
pub(crate) const LAST_FRAME: i64 = 1_000_000_000;
/// The highest whole number that is kept exactly, next to numbers with a fraction; the lowest is as far below 0.
pub(crate) const MOST_WHOLE: i64 = (1 << 53) - 1;
/// Elements of lists, fields and what is in them.
pub(crate) fn elements(value: &Value) -> usize {
    match value {
        Value::List(values) => values.len() + values.iter().map(elements).sum::<usize>(),
        Value::Record(values) | Value::Case { values, .. } => {
            values.len() + values.values().map(elements).sum::<usize>()
        }
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
            let mut values = Vec::new();
            let mut weight = Weight::default();
            for element in terms {
                let value = evaluate(element, around)?;
                weight.add(&value);
                values.push(value);
                weight.elements = weight.elements.saturating_add(1);
                if let Some(words) = weight.too_much() {
                    return wrong("T0420", format!("this list would be {words}"), term.span);
                }
            }
            Ok(Value::List(values))
        }
        TermKind::Curve(keys) => curve(term, keys, around),
        TermKind::Cut(pieces) => cut::cut(term, pieces, around),
        TermKind::Text(pieces) => text(pieces, around).map(Value::Text),
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
            negate(value, term.span)
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
        TermKind::Binary(Binary::Every, range, step) => {
            let (range, step) = (evaluate(range, around)?, evaluate(step, around)?);
            every(&range, &step, term.span)
        }
        TermKind::Binary(operator @ (Binary::And | Binary::Or), left, right) => {
            // What the left side decides needs no right side.
            match evaluate(left, around)? {
                Value::Bool(first) if first == (*operator == Binary::Or) => Ok(Value::Bool(first)),
                _ => evaluate(right, around),
            }
        }
        TermKind::Unary(Unary::Not, operand) => match evaluate(operand, around)? {
            Value::Bool(value) => Ok(Value::Bool(!value)),
            _ => Err(Trouble::Open),
        },
        TermKind::Function(name, terms) => {
            let values =
                terms.iter().map(|term| evaluate(term, around)).collect::<Result<_, _>>()?;
            function(*name, values, &term.ty, term.span)
        }
        TermKind::Binary(
            operator @ (Binary::Equal
            | Binary::NotEqual
            | Binary::Less
            | Binary::LessEqual
            | Binary::Greater
            | Binary::GreaterEqual),
            left,
            right,
        ) => {
            let (left, right) = (evaluate(left, around)?, evaluate(right, around)?);
            compare(*operator, &left, &right).map(Value::Bool).ok_or(Trouble::Open)
        }
        TermKind::Binary(operator, left, right) => {
            let (left, right) = (evaluate(left, around)?, evaluate(right, around)?);
            binary(*operator, &left, &right, &term.ty, term.span)
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
        TermKind::Record(_)
        | TermKind::Case { .. }
        | TermKind::Field(..)
        | TermKind::With(..)
        | TermKind::If { .. }
        | TermKind::Match(..)
        | TermKind::Comprehension { .. } => structure::structure(term, around),
        TermKind::Unknown | TermKind::Space(_) | TermKind::Call(_) => Err(Trouble::Open),
    }
}

/// Every so many frames of a range.
fn every(range: &Value, step: &Value, span: Span) -> Result<Value, Trouble> {
    let Value::Frames(frames) = range else { return Err(Trouble::Open) };
    let Some(step) = number(step) else { return Err(Trouble::Open) };
    if step.fract() != 0.0 || !(1.0..=MOST_FRAMES as f64).contains(&step) {
        let message = format!("`every` counts whole frames, 1 or more, and this is {step}");
        return wrong("T0345", message, span);
    }
    Ok(match step as u32 {
        1 => Value::Frames(*frames),
        every => Value::Steps { frames: *frames, every },
    })
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
