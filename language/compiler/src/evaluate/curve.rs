//! Curves from their keys, and values as their parameters hold them.

use super::arithmetic::number;
use super::{Surroundings, Trouble, evaluate, wrong};
use crate::term::{KeyTerm, Term, TermKind};
use crate::types::Type;
use toma_plan::{Curve, CurveKey, Dimension, Value};

pub(super) fn dimension_of(ty: &Type) -> Dimension {
    match ty.core() {
        Type::Number(dimension) => *dimension,
        Type::Vector(vector) => vector.components().0,
        _ => Dimension::Scalar,
    }
}

pub(super) fn curve(
    term: &Term,
    keys: &[KeyTerm],
    around: &dyn Surroundings,
) -> Result<Value, Trouble> {
    let mut result: Vec<CurveKey> = Vec::with_capacity(keys.len());
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
        if result.last().is_some_and(meets) {
            result.pop();
        }
        previous_literal = literal;
        if let Some(before) = result.last()
            && frame <= before.frame
        {
            return wrong(
                "T0405",
                if frame.total_cmp(&before.frame).is_eq() {
                    format!("this curve has the same frame twice: {frame}")
                } else {
                    format!(
                        "the keys of a curve stand in the order of their frames: {frame} comes behind {}",
                        before.frame
                    )
                },
                key.frame.span,
            );
        }
        result.push(CurveKey { frame, values, ease: key.ease });
    }
    Ok(Value::Curve(Curve::through(result, dimension_of(&term.ty))))
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
                curve.shape.each(&mut |values| {
                    if let [one] = values.as_slice() {
                        *values = vec![*one; count];
                    }
                });
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
        // One below 0 stays what it is, and is refused where bounds are.
        (Value::Int(value), Type::Seed) => {
            u64::try_from(value).map_or(Value::Int(value), Value::Seed)
        }
        (value @ (Value::Int(_) | Value::Number { .. }), Type::Vector(vector)) => {
            let (dimension, names) = vector.components();
            let values = vec![number(&value).unwrap_or_default(); names.len()];
            Value::Vector { values, dimension }
        }
        (value, _) => value,
    }
}
