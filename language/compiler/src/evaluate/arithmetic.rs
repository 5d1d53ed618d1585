//! Sums and their like of numbers, vectors and curves. A curve stays one: what is computed with it is
//! computed at every time.

use super::curve::dimension_of;
use super::{MOST_WHOLE, Trouble, search, wrong};
use crate::check::rate;
use crate::types::Type;
use toma_plan::{Curve, Dimension, FrameRate, Operation, Shape, Value};
use toma_syntax::ast::Binary;
use toma_syntax::diagnostic::Span;

/// Keys, numbers and operations that a curve may be made of.
const MOST_PARTS: usize = 10_000;
/// How deep sums of curves may stand in each other: their JSON is read by programs with a limit.
const DEEPEST_CURVE: usize = 40;

/// A plain number or a whole one.
pub(crate) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(value) => Some(*value as f64),
        Value::Number { value, .. } => Some(*value),
        _ => None,
    }
}

/// All numbers of a value: of each component and element, and the ends of what a curve reaches.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Int(value) => vec![*value as f64],
        Value::Number { value, .. } => vec![*value],
        Value::Vector { values, .. } => values.clone(),
        Value::Curve(curve) => curve
            .shape
            .bounds_always()
            .into_iter()
            .flat_map(|bounds| [bounds.low, bounds.high])
            .collect(),
        Value::List(values) => values.iter().flat_map(numbers).collect(),
        _ => Vec::new(),
    }
}

/// The numbers that stand in a value: of each component, and of the keys of a curve that nothing is computed in.
pub(crate) fn written_numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Curve(Curve { shape: Shape::Keys(keys), .. }) => {
            keys.iter().flat_map(|key| key.values.iter().copied()).collect()
        }
        Value::Curve(_) => Vec::new(),
        value => numbers(value),
    }
}

/// A number, some numbers or a curve as a shape.
fn shape(value: &Value) -> Option<Shape> {
    match value {
        Value::Curve(curve) => Some(curve.shape.clone()),
        Value::Vector { values, .. } => Some(Shape::Constant(values.clone())),
        value => number(value).map(|value| Shape::Constant(vec![value])),
    }
}

/// Is it 0 at some time?
fn meets_zero(value: &Value) -> bool {
    match value {
        Value::Curve(curve) => search::meets_zero(&curve.shape),
        value => numbers(value).contains(&0.0),
    }
}

/// What is computed from two numbers, vectors or curves, as a value of the dimension.
pub(super) fn combine(
    operation: Operation,
    left: &Value,
    right: &Value,
    dimension: Dimension,
    span: Span,
) -> Result<Value, Trouble> {
    let divides = matches!(operation, Operation::Divide | Operation::Modulo);
    if divides && meets_zero(right) {
        return match right {
            Value::Curve(_) => wrong("T0407", "this divides by a curve that meets zero", span),
            _ => wrong("T0407", "this divides by zero", span),
        };
    }
    let value = if let (Some(left), Some(right)) = (number(left), number(right)) {
        Value::Number { value: operation.apply(left, right), dimension }
    } else {
        let (Some(left_shape), Some(right_shape)) = (shape(left), shape(right)) else {
            return Err(Trouble::Open);
        };
        let computed =
            Shape::Compute { operation, left: Box::new(left_shape), right: Box::new(right_shape) };
        if matches!(left, Value::Curve(_)) || matches!(right, Value::Curve(_)) {
            if computed.depth() > DEEPEST_CURVE || computed.parts() > MOST_PARTS {
                let message = format!(
                    "this curve is computed in more than {DEEPEST_CURVE} steps or made of more than {MOST_PARTS} parts"
                );
                return wrong("T0430", message, span);
            }
            Value::Curve(Curve { shape: computed, dimension })
        } else {
            Value::Vector { values: computed.at(0.0), dimension }
        }
    };
    let finite = match &value {
        Value::Curve(curve) => search::is_finite(&curve.shape),
        value => numbers(value).iter().all(|value| value.is_finite()),
    };
    if finite {
        Ok(value)
    } else {
        wrong("T0407", "this number is too large to be computed with", span)
    }
}

/// What is said of a whole number that would become another one.
pub(crate) fn too_large() -> String {
    format!("this is too large for a whole number: they are kept exactly up to {MOST_WHOLE}")
}

/// The same with the other sign.
pub(super) fn negate(value: Value, span: Span) -> Result<Value, Trouble> {
    match value {
        Value::Int(value) => value.checked_neg().map(Value::Int).ok_or(Trouble::Open),
        Value::Number { value, dimension } => Ok(Value::Number { value: -value, dimension }),
        Value::Vector { mut values, dimension } => {
            for value in &mut values {
                *value = -*value;
            }
            Ok(Value::Vector { values, dimension })
        }
        Value::Curve(curve) => {
            let dimension = curve.dimension;
            combine(Operation::Multiply, &Value::Curve(curve), &Value::Int(-1), dimension, span)
        }
        _ => Err(Trouble::Open),
    }
}

pub(super) fn binary(
    operator: Binary,
    left: &Value,
    right: &Value,
    ty: &Type,
    span: Span,
) -> Result<Value, Trouble> {
    let operation = match operator {
        Binary::Add => Operation::Add,
        Binary::Subtract => Operation::Subtract,
        Binary::Multiply => Operation::Multiply,
        _ => Operation::Divide,
    };
    if let (Value::Int(a), Value::Int(b)) = (left, right)
        && operation != Operation::Divide
    {
        let value = match operation {
            Operation::Add => a.checked_add(*b),
            Operation::Subtract => a.checked_sub(*b),
            _ => a.checked_mul(*b),
        };
        return match value.filter(|value| value.unsigned_abs() <= MOST_WHOLE.unsigned_abs()) {
            Some(value) => Ok(Value::Int(value)),
            None => wrong("T0407", too_large(), span),
        };
    }
    if matches!(left, Value::Rate(_)) || matches!(right, Value::Rate(_)) || *ty == Type::Rate {
        return with_rate(operation, left, right, ty, span);
    }
    combine(operation, left, right, dimension_of(ty), span)
}

/// Products and quotients of rates, without rounding n/1001 to a number first.
fn with_rate(
    operation: Operation,
    left: &Value,
    right: &Value,
    ty: &Type,
    span: Span,
) -> Result<Value, Trouble> {
    let dimension = dimension_of(ty);
    let constant = |value: u32| Value::Int(i64::from(value));
    let scaled = |value: &Value, up: u32, down: u32| {
        let more = combine(Operation::Multiply, value, &constant(up), dimension, span)?;
        combine(Operation::Divide, &more, &constant(down), dimension, span)
    };
    match (operation, left, right) {
        (Operation::Divide, Value::Rate(a), Value::Rate(b)) => {
            let above = f64::from(a.frames) * f64::from(b.seconds);
            let below = f64::from(a.seconds) * f64::from(b.frames);
            Ok(Value::Number { value: above / below, dimension })
        }
        (Operation::Divide, value, Value::Rate(rate)) => scaled(value, rate.seconds, rate.frames),
        (Operation::Multiply, Value::Rate(rate), value) if *ty == Type::Rate => number(value)
            .and_then(|by| times(*rate, by))
            .map(Value::Rate)
            .map_or_else(|| no_rate(span), Ok),
        (Operation::Multiply, value, Value::Rate(rate)) if *ty == Type::Rate => number(value)
            .and_then(|by| times(*rate, by))
            .map(Value::Rate)
            .map_or_else(|| no_rate(span), Ok),
        (Operation::Divide, Value::Rate(rate), value) if *ty == Type::Rate => {
            let by = number(value).filter(|by| *by != 0.0);
            by.and_then(|by| over(*rate, by)).map(Value::Rate).map_or_else(|| no_rate(span), Ok)
        }
        (Operation::Multiply, Value::Rate(rate), value)
        | (Operation::Multiply, value, Value::Rate(rate)) => {
            scaled(value, rate.frames, rate.seconds)
        }
        (Operation::Divide, frames, time) if *ty == Type::Rate => {
            let (Some(frames), Some(time)) = (number(frames), number(time)) else {
                return Err(Trouble::Open);
            };
            if time == 0.0 {
                return wrong("T0407", "this divides by zero", span);
            }
            exact(frames, time).map(Value::Rate).map_or_else(|| no_rate(span), Ok)
        }
        _ => Err(Trouble::Open),
    }
}

fn no_rate<T>(span: Span) -> Result<T, Trouble> {
    wrong("T0401", "a rate lies above 0fps and not above 100000fps", span)
}

/// The rate of so many frames in so many seconds; exact where both are whole.
fn exact(frames: f64, seconds: f64) -> Option<FrameRate> {
    let most = f64::from(u32::MAX);
    let whole = |value: f64| value.fract() == 0.0 && value > 0.0 && value <= most;
    if !whole(frames) || !whole(seconds) {
        return rate(frames / seconds);
    }
    let (frames, seconds) = (frames as u32, seconds as u32);
    let (mut a, mut b) = (frames, seconds);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let reduced = FrameRate { frames: frames / a, seconds: seconds / a };
    (f64::from(reduced.frames) / f64::from(reduced.seconds) <= 100_000.0).then_some(reduced)
}

fn times(rate: FrameRate, by: f64) -> Option<FrameRate> {
    exact(f64::from(rate.frames) * by, f64::from(rate.seconds))
}

fn over(rate: FrameRate, by: f64) -> Option<FrameRate> {
    exact(f64::from(rate.frames), f64::from(rate.seconds) * by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use toma_plan::{CurveKey, Ease};

    const OPERATIONS: [Operation; 10] = [
        Operation::Add,
        Operation::Subtract,
        Operation::Multiply,
        Operation::Divide,
        Operation::Minimum,
        Operation::Maximum,
        Operation::Modulo,
        Operation::Floor,
        Operation::Ceil,
        Operation::Round,
    ];

    fn value(numbers: Vec<f64>) -> Value {
        match numbers.as_slice() {
            [one] => Value::Number { value: *one, dimension: Dimension::Scalar },
            _ => Value::Vector { values: numbers, dimension: Dimension::Scalar },
        }
    }

    fn ease() -> impl Strategy<Value = Ease> {
        prop_oneof![
            Just(Ease::Hold),
            Just(Ease::Linear),
            Just(Ease::Smooth),
            (-3.0..4.0, -3.0..4.0).prop_map(|(out, into)| Ease::Cubic { out, into }),
        ]
    }

    fn operand(components: usize) -> impl Strategy<Value = Value> {
        let numbers = move || prop::collection::vec(-9.0..9.0_f64, components);
        let key = (1..9_u32, numbers(), ease());
        let curve = prop::collection::vec(key, 1..5).prop_map(|keys| {
            let mut frame = 1000.0;
            let keys = keys.into_iter().map(|(step, values, ease)| {
                frame += f64::from(step);
                CurveKey { frame, values, ease }
            });
            Value::Curve(Curve::through(keys.collect(), Dimension::Scalar))
        });
        prop_oneof![numbers().prop_map(value), curve, (-9..9_i64).prop_map(Value::Int)]
    }

    /// The value at a time, as a value that never changes.
    fn at(of: &Value, time: f64) -> Value {
        match of {
            Value::Curve(curve) => value(curve.at(time)),
            other => other.clone(),
        }
    }

    fn bits(of: &Value) -> Vec<u64> {
        let numbers = match of {
            Value::Vector { values, .. } => values.clone(),
            other => vec![number(other).unwrap()],
        };
        numbers.into_iter().map(f64::to_bits).collect()
    }

    fn computed(operations: &[usize], operands: &[Value]) -> Option<Value> {
        let (first, rest) = operands.split_first()?;
        let pairs = rest.iter().zip(operations);
        pairs.into_iter().try_fold(first.clone(), |sum, (operand, index)| {
            let operation = OPERATIONS[*index];
            combine(operation, &sum, operand, Dimension::Scalar, Span::default()).ok()
        })
    }

    proptest! {
        #[test]
        fn lifted_arithmetic_is_arithmetic_at_each_time_bit_for_bit(
            operands in prop_oneof![Just(1_usize), Just(3)]
                .prop_flat_map(|count| prop::collection::vec(operand(count), 2..6)),
            operations in prop::collection::vec(0..OPERATIONS.len(), 6),
            times in prop::collection::vec(990.0..1050.0_f64, 12),
        ) {
            let Some(lifted) = computed(&operations, &operands) else { return Ok(()) };
            for time in times.into_iter().flat_map(|time| [time, time.floor()]) {
                let still: Vec<Value> = operands.iter().map(|operand| at(operand, time)).collect();
                let pointwise = computed(&operations, &still).unwrap();
                prop_assert_eq!(bits(&at(&lifted, time)), bits(&pointwise), "at {}", time);
            }
        }
    }

    #[test]
    fn broadcast_rates_are_exact_in_products_and_quotients() {
        let ntsc = Value::Rate(FrameRate { frames: 24000, seconds: 1001 });
        let seconds = |value| Value::Number { value, dimension: Dimension::Time };
        let frames = |value| Value::Number { value, dimension: Dimension::FrameCount };
        let of = |dimension| Type::Number(dimension);
        let cases = [
            (Binary::Multiply, ntsc.clone(), seconds(1001.0), of(Dimension::FrameCount), 24000.0),
            (Binary::Multiply, seconds(2002.0), ntsc.clone(), of(Dimension::FrameCount), 48000.0),
            (Binary::Divide, frames(24000.0), ntsc.clone(), of(Dimension::Time), 1001.0),
            (Binary::Divide, ntsc.clone(), ntsc.clone(), of(Dimension::Scalar), 1.0),
        ];
        for (operator, left, right, ty, expected) in cases {
            let value = binary(operator, &left, &right, &ty, Span::default()).unwrap();
            assert_eq!(number(&value), Some(expected), "{left:?} {operator:?} {right:?}");
        }
        let rate = |frames, seconds| Value::Rate(FrameRate { frames, seconds });
        let made = [
            (Binary::Divide, frames(24000.0), seconds(1001.0), rate(24000, 1001)),
            (Binary::Divide, frames(48.0), seconds(2.0), rate(24, 1)),
            (Binary::Multiply, ntsc.clone(), Value::Int(2), rate(48000, 1001)),
            (Binary::Divide, ntsc, Value::Int(2), rate(12000, 1001)),
        ];
        for (operator, left, right, expected) in made {
            let value = binary(operator, &left, &right, &Type::Rate, Span::default());
            assert_eq!(value, Ok(expected), "{left:?} {operator:?} {right:?}");
        }
    }
}
