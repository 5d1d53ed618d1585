//! Comparisons, and the functions over numbers.

use super::arithmetic::{combine, number};
use super::curve::dimension_of;
use super::{MOST_WHOLE, Trouble, wrong};
use crate::function::Function;
use crate::types::Type;
use std::cmp::Ordering;
use toma_plan::{Dimension, Operation, Value};
use toma_syntax::ast::Binary;
use toma_syntax::diagnostic::Span;

/// What a comparison of two values of the whole shot says.
pub(super) fn compare(operator: Binary, left: &Value, right: &Value) -> Option<bool> {
    let ordered = |wanted: &[Ordering]| order(left, right).map(|order| wanted.contains(&order));
    match operator {
        Binary::Equal => Some(same(left, right)),
        Binary::NotEqual => Some(!same(left, right)),
        Binary::Less => ordered(&[Ordering::Less]),
        Binary::LessEqual => ordered(&[Ordering::Less, Ordering::Equal]),
        Binary::Greater => ordered(&[Ordering::Greater]),
        Binary::GreaterEqual => ordered(&[Ordering::Greater, Ordering::Equal]),
        _ => None,
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Rate(a), Value::Rate(b)) => {
            let cross = |frames: u32, seconds: u32| u64::from(frames) * u64::from(seconds);
            Some(cross(a.frames, b.seconds).cmp(&cross(b.frames, a.seconds)))
        }
        (a, b) => number(a)?.partial_cmp(&number(b)?),
    }
}

fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Text(a) | Value::Path(a), Value::Text(b) | Value::Path(b)) => a == b,
        (left, right) => match order(left, right) {
            Some(order) => order == Ordering::Equal,
            None => left == right,
        },
    }
}

/// The value of a function over numbers.
pub(super) fn function(
    function: Function,
    values: Vec<Value>,
    ty: &Type,
    span: Span,
) -> Result<Value, Trouble> {
    let dimension = dimension_of(ty);
    let combined = |operation, left: &Value, right: &Value| {
        let value = combine(operation, left, right, dimension, span)?;
        Ok(whole(value, ty, left, right))
    };
    let mut values = values.into_iter();
    let Some(first) = values.next() else { return Err(Trouble::Open) };
    let mut rest: Vec<Value> = values.collect();
    match function {
        Function::Minimum | Function::Maximum => {
            let operation =
                if function == Function::Minimum { Operation::Minimum } else { Operation::Maximum };
            rest.iter().try_fold(first, |sum, value| combined(operation, &sum, value))
        }
        Function::Absolute => {
            let other = super::arithmetic::negate(first.clone(), span)?;
            combined(Operation::Maximum, &first, &other)
        }
        Function::Modulo => {
            let Some(by) = rest.pop() else { return Err(Trouble::Open) };
            combined(Operation::Modulo, &first, &by)
        }
        Function::Clamp => {
            let (Some(high), Some(low)) = (rest.pop(), rest.pop()) else {
                return Err(Trouble::Open);
            };
            if order(&low, &high) == Some(Ordering::Greater) {
                let message = "`clamp` takes the lower bound first, and this one is the higher";
                return wrong("T0431", message, span);
            }
            let raised = combined(Operation::Maximum, &first, &low)?;
            combined(Operation::Minimum, &raised, &high)
        }
        Function::Round | Function::Floor | Function::Ceil => {
            let operation = match function {
                Function::Round => Operation::Round,
                Function::Floor => Operation::Floor,
                _ => Operation::Ceil,
            };
            if matches!(first, Value::Int(_)) {
                return Ok(first);
            }
            let nothing = Value::Int(0);
            if dimension != Dimension::Ratio {
                return combined(operation, &first, &nothing);
            }
            // Whole percents.
            let hundred = Value::Int(100);
            let percents = combine(Operation::Multiply, &first, &hundred, dimension, span)?;
            let percents = combine(operation, &percents, &nothing, dimension, span)?;
            combine(Operation::Divide, &percents, &hundred, dimension, span)
        }
    }
}

/// A whole number, where the type says so and it is one.
fn whole(value: Value, ty: &Type, left: &Value, right: &Value) -> Value {
    let of_ints = matches!((left, right), (Value::Int(_), Value::Int(_)));
    match value {
        Value::Number { value, .. }
            if (*ty == Type::Int || of_ints)
                && value.fract() == 0.0
                && value.abs() <= MOST_WHOLE as f64 =>
        {
            Value::Int(value as i64)
        }
        other => other,
    }
}
