//! What numbers measure, and what comes of it when they are computed with: `px·px` is an area, a rate times a
//! time is a number of frames, a frame less a frame too. Types only; the numbers are worked out by `evaluate`.

use crate::types::{Type, Vector, dimension_words, unit};
use toma_plan::Dimension;
use toma_syntax::ast::Binary;

/// Dimensions that multiply, in the order in which their units are written.
const MULTIPLYING: [Dimension; 6] = [
    Dimension::Length,
    Dimension::Focal,
    Dimension::Angle,
    Dimension::Time,
    Dimension::FrameCount,
    Dimension::Nits,
];
const TIME: usize = 3;
const FRAMES: usize = 4;

/// How often each of [`MULTIPLYING`] is in a product; below the line where negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Exponents([i8; MULTIPLYING.len()]);

/// Why two values can't be computed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// They measure different things.
    Units,
    /// They are not numbers.
    Never,
    /// Places on a scale are not multiplied.
    Fixed,
    /// Points, boxes and colours of two kinds, or with something that isn't a plain number.
    Vectors,
    /// A product of more things than there are names for.
    Endless,
    /// A rate that would change over time.
    Changing,
}

impl Exponents {
    const NONE: Self = Self([0; MULTIPLYING.len()]);

    fn of(dimension: Dimension) -> Option<Self> {
        if matches!(dimension, Dimension::Scalar | Dimension::Ratio) {
            return Some(Self::NONE);
        }
        let place = MULTIPLYING.iter().position(|known| *known == dimension)?;
        let mut exponents = Self::NONE;
        exponents.0.iter_mut().skip(place).take(1).for_each(|count| *count = 1);
        Some(exponents)
    }

    fn rate() -> Self {
        let mut exponents = Self::NONE;
        for (place, count) in exponents.0.iter_mut().enumerate() {
            *count = match place {
                TIME => -1,
                FRAMES => 1,
                _ => 0,
            };
        }
        exponents
    }

    fn combined(self, other: Self, divided: bool) -> Option<Self> {
        let mut result = Self::NONE;
        for ((sum, a), b) in result.0.iter_mut().zip(self.0).zip(other.0) {
            *sum = if divided { a.checked_sub(b)? } else { a.checked_add(b)? };
        }
        Some(result)
    }

    /// The type that has a name of its own, or the product.
    fn named(self) -> Type {
        if self == Self::NONE {
            return Type::Number(Dimension::Scalar);
        }
        if self == Self::rate() {
            return Type::Rate;
        }
        let single = MULTIPLYING.iter().find(|dimension| Self::of(**dimension) == Some(self));
        single.map_or(Type::Product(self), |dimension| Type::Number(*dimension))
    }

    /// `px²`, `px/s`, `px·deg`
    pub(crate) fn unit(self) -> String {
        let part = |above: bool| -> Vec<String> {
            let counted = MULTIPLYING.iter().zip(self.0);
            let counted = counted.filter(|(_, count)| (*count > 0) == above && *count != 0);
            counted
                .map(|(dimension, count)| match count.unsigned_abs() {
                    1 => unit(*dimension).to_owned(),
                    2 => format!("{}²", unit(*dimension)),
                    3 => format!("{}³", unit(*dimension)),
                    count => format!("{}^{count}", unit(*dimension)),
                })
                .collect()
        };
        let (above, below) = (part(true).join("·"), part(false).join("·"));
        match (above.as_str(), below.as_str()) {
            (above, "") => above.to_owned(),
            ("", below) => format!("1/{below}"),
            (above, below) => format!("{above}/{below}"),
        }
    }

    /// `an area (px²)`
    pub(crate) fn words(self) -> String {
        let unit = self.unit();
        let length = Self::of(Dimension::Length);
        let times = |count: i8| length.map(|one| Self(one.0.map(|each| each * count)));
        if Some(self) == times(2) || unit == "mm²" {
            return format!("an area ({unit})");
        }
        if Some(self) == times(3) || unit == "mm³" {
            return format!("a volume ({unit})");
        }
        let per = |dimension| Self::of(dimension).and_then(|one| length?.combined(one, true));
        if Some(self) == per(Dimension::Time) || Some(self) == per(Dimension::FrameCount) {
            return format!("a speed ({unit})");
        }
        let word = if unit.contains('/') { "a quotient" } else { "a product" };
        format!("{word} ({unit})")
    }
}

/// What a plain value measures: whether it is a whole number, a share, and its exponents.
#[derive(Clone, Copy)]
struct Measure {
    exponents: Exponents,
    whole: bool,
    ratio: bool,
}

fn measure(ty: &Type) -> Option<Measure> {
    let exponents = match ty {
        Type::Int => Exponents::NONE,
        Type::Number(dimension) => Exponents::of(*dimension)?,
        Type::Rate => Exponents::rate(),
        Type::Product(exponents) => *exponents,
        _ => return None,
    };
    let ratio = *ty == Type::Number(Dimension::Ratio);
    Some(Measure { exponents, whole: *ty == Type::Int, ratio })
}

/// The type of a sum, difference, product or quotient. Curves of numbers are computed with as numbers are.
pub(crate) fn computed(operator: Binary, left: &Type, right: &Type) -> Result<Type, Refused> {
    let changes = matches!(left, Type::Curve(_)) || matches!(right, Type::Curve(_));
    let plain = |ty: &Type| match ty {
        Type::Curve(inner) => inner.as_ref().clone(),
        other => other.clone(),
    };
    let (a, b) = (plain(left), plain(right));
    let ty = match operator {
        Binary::Add | Binary::Subtract => sum(operator, &a, &b)?,
        _ => product(operator, &a, &b)?,
    };
    match (changes, ty) {
        (true, Type::Rate) => Err(Refused::Changing),
        (true, Type::Int) => Ok(Type::Curve(Box::new(Type::Number(Dimension::Scalar)))),
        (true, ty) => Ok(Type::Curve(Box::new(ty))),
        (false, ty) => Ok(ty),
    }
}

fn sum(operator: Binary, a: &Type, b: &Type) -> Result<Type, Refused> {
    use Dimension::{Frame, FrameCount, Scalar};
    let number = |dimension| Ok(Type::Number(dimension));
    let adds = operator == Binary::Add;
    match (a, b) {
        (Type::Vector(a), Type::Vector(b)) if a == b => Ok(Type::Vector(*a)),
        (Type::Vector(_), _) | (_, Type::Vector(_)) => Err(Refused::Vectors),
        (Type::Int, Type::Int) => Ok(Type::Int),
        (Type::Int, Type::Number(Scalar)) | (Type::Number(Scalar), Type::Int) => number(Scalar),
        // A frame number written out is a plain number.
        (Type::Number(Frame) | Type::Int, Type::Number(FrameCount)) => number(Frame),
        (Type::Number(FrameCount), Type::Number(Frame)) if adds => number(Frame),
        (Type::Number(Frame), Type::Number(Frame) | Type::Int)
        | (Type::Int, Type::Number(Frame))
            if !adds =>
        {
            number(FrameCount)
        }
        (Type::Number(a), Type::Number(b)) if a == b && *a != Frame => number(*a),
        (Type::Product(a), Type::Product(b)) if a == b => Ok(Type::Product(*a)),
        (a, b) if is_number(a) && is_number(b) => Err(Refused::Units),
        _ => Err(Refused::Never),
    }
}

fn is_number(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Number(_) | Type::Rate | Type::Product(_))
}

fn product(operator: Binary, a: &Type, b: &Type) -> Result<Type, Refused> {
    let divided = operator == Binary::Divide;
    let plain =
        |ty: &Type| matches!(ty, Type::Int | Type::Number(Dimension::Scalar | Dimension::Ratio));
    match (a, b) {
        (Type::Vector(vector), other) if plain(other) => return Ok(Type::Vector(*vector)),
        (other, Type::Vector(vector)) if plain(other) && !divided => {
            return Ok(Type::Vector(*vector));
        }
        // Colours go channel by channel, as in every compositor.
        (Type::Vector(Vector::Rgb), Type::Vector(Vector::Rgb)) => {
            return Ok(Type::Vector(Vector::Rgb));
        }
        (Type::Vector(_), _) | (_, Type::Vector(_)) => return Err(Refused::Vectors),
        (a, b) if !is_number(a) || !is_number(b) => return Err(Refused::Never),
        // The same over the same is a plain number, also for places on a scale.
        (Type::Number(a), Type::Number(b)) if divided && a == b => {
            return Ok(Type::Number(Dimension::Scalar));
        }
        _ => {}
    }
    let (Some(left), Some(right)) = (measure(a), measure(b)) else { return Err(Refused::Fixed) };
    let exponents = left.exponents.combined(right.exponents, divided).ok_or(Refused::Endless)?;
    if exponents != Exponents::NONE {
        return Ok(exponents.named());
    }
    let shares = left.exponents == Exponents::NONE
        && if divided { left.ratio } else { left.ratio || right.ratio };
    Ok(match shares {
        true => Type::Number(Dimension::Ratio),
        false if left.whole && right.whole && !divided => Type::Int,
        false => Type::Number(Dimension::Scalar),
    })
}

/// The type that all of them are, for functions that compare or choose: a whole number is a plain one too.
pub(crate) fn common(types: &[Type]) -> Result<Type, Refused> {
    use Dimension::{Frame, Scalar};
    let changes = types.iter().any(|ty| matches!(ty, Type::Curve(_)));
    let mut plain = types.iter().map(|ty| match ty {
        Type::Curve(inner) => inner.as_ref(),
        other => other,
    });
    let mut found = plain.next().cloned().unwrap_or(Type::Unknown);
    for ty in plain {
        found = match (&found, ty) {
            (a, b) if a == b => found,
            (Type::Int, Type::Number(Scalar | Frame)) => ty.clone(),
            (Type::Number(Scalar | Frame), Type::Int) => found,
            (Type::Vector(_), _) | (_, Type::Vector(_)) => return Err(Refused::Vectors),
            (a, b) if is_number(a) && is_number(b) => return Err(Refused::Units),
            _ => return Err(Refused::Never),
        };
    }
    if found == Type::Rate || !is_number(&found) && !matches!(found, Type::Vector(_)) {
        return Err(Refused::Never);
    }
    Ok(match (changes, found) {
        (true, Type::Int) => Type::Curve(Box::new(Type::Number(Scalar))),
        (true, found) => Type::Curve(Box::new(found)),
        (false, found) => found,
    })
}

/// What to do about it.
pub(crate) fn advice(reason: Refused, left: &Type, right: &Type) -> String {
    match reason {
        Refused::Units => {
            let named = |ty: &Type| match ty.core() {
                Type::Number(dimension) => dimension_words(*dimension).to_owned(),
                other => other.words(),
            };
            if named(left) == named(right) {
                "the same place on a scale can't be added to itself".to_owned()
            } else {
                "both sides measure the same thing in a sum".to_owned()
            }
        }
        Refused::Never => "only numbers can be computed with".to_owned(),
        Refused::Fixed => "stops, kelvin and frames are places on a scale: add to them instead".to_owned(),
        Refused::Vectors => {
            "points, boxes and colours are added to their own kind and multiplied by a plain number or a ratio"
                .to_owned()
        }
        Refused::Endless => "divide by one of them again, so that the unit stays one with a name".to_owned(),
        Refused::Changing => "a rate is one for the whole shot: give it values that don't change".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Dimension::{Focal, Frame, FrameCount, Kelvin, Length, Ratio, Scalar, Stops, Time};

    fn number(dimension: Dimension) -> Type {
        Type::Number(dimension)
    }

    #[test]
    fn sums_products_and_quotients_have_the_types_of_what_they_measure() {
        let (add, take, times, over) =
            (Binary::Add, Binary::Subtract, Binary::Multiply, Binary::Divide);
        let cases = [
            (add, number(Length), number(Length), Ok("Length")),
            (add, number(Length), number(Focal), Err(Refused::Units)),
            (times, Type::Rate, number(Time), Ok("FrameCount")),
            (times, number(Time), Type::Rate, Ok("FrameCount")),
            (over, number(FrameCount), Type::Rate, Ok("Time")),
            (over, number(FrameCount), number(Time), Ok("Rate")),
            (over, Type::Rate, Type::Rate, Ok("Float")),
            (times, Type::Rate, Type::Int, Ok("Rate")),
            (take, number(Frame), number(Frame), Ok("FrameCount")),
            (add, number(Frame), number(FrameCount), Ok("Frame")),
            (add, number(FrameCount), number(Frame), Ok("Frame")),
            (take, number(FrameCount), number(Frame), Err(Refused::Units)),
            (add, number(Frame), number(Frame), Err(Refused::Units)),
            (times, number(Ratio), number(Ratio), Ok("Ratio")),
            (times, number(Ratio), number(Length), Ok("Length")),
            (over, number(Ratio), Type::Int, Ok("Ratio")),
            (over, Type::Int, number(Ratio), Ok("Float")),
            (over, number(Length), number(Length), Ok("Float")),
            (over, number(Kelvin), number(Kelvin), Ok("Float")),
            (times, number(Kelvin), Type::Int, Err(Refused::Fixed)),
            (times, number(Ratio), number(Stops), Err(Refused::Fixed)),
            (times, Type::Int, Type::Int, Ok("Int")),
            (over, Type::Int, Type::Int, Ok("Float")),
            (times, Type::Text, Type::Int, Err(Refused::Never)),
            (add, Type::Vector(Vector::Point), Type::Vector(Vector::Point), Ok("Point")),
            (add, Type::Vector(Vector::Point), Type::Vector(Vector::Rgb), Err(Refused::Vectors)),
            (times, Type::Vector(Vector::Point), number(Ratio), Ok("Point")),
            (times, Type::Vector(Vector::Point), number(Length), Err(Refused::Vectors)),
            (over, Type::Int, Type::Vector(Vector::Rgb), Err(Refused::Vectors)),
            (times, Type::Curve(Box::new(number(Length))), number(Scalar), Ok("Curve<Length>")),
        ];
        for (operator, a, b, expected) in cases {
            let found = computed(operator, &a, &b).map(|ty| ty.to_string());
            assert_eq!(found.as_deref(), expected.as_ref().copied(), "{a:?} {operator:?} {b:?}");
        }
    }

    #[test]
    fn products_are_named_and_come_back_to_what_they_were() {
        let area = computed(Binary::Multiply, &number(Length), &number(Length)).unwrap();
        assert_eq!(area.words(), "an area (px²)");
        let back = computed(Binary::Divide, &area, &number(Length));
        assert_eq!(back, Ok(number(Length)));
        let speed = computed(Binary::Divide, &number(Length), &number(Time)).unwrap();
        assert_eq!(speed.words(), "a speed (px/s)");
        let mixed = computed(Binary::Multiply, &number(Length), &number(Focal)).unwrap();
        assert_eq!(mixed.words(), "a product (px·mm)");
        let below = computed(Binary::Divide, &Type::Int, &area).unwrap();
        assert_eq!(below.words(), "a quotient (1/px²)");
        let mut huge = area;
        for _ in 0..6 {
            huge = computed(Binary::Multiply, &huge, &huge.clone()).unwrap_or(Type::Unknown);
        }
        assert_eq!(huge, Type::Unknown, "exponents end");
    }
}
