//! Numbers: units, arithmetic with dimensions, bounds.

use super::{Checker, Slot};
use crate::evaluate::{Closed, Trouble, coerce, evaluate, number};
use crate::names::nearest;
use crate::report::{Report, Spot};
use crate::signature::Parameter;
use crate::term::{Term, TermKind};
use crate::types::{Type, UNITS, written};
use toma_plan::{Dimension, FrameRate, Value};
use toma_syntax::ast::Binary;
use toma_syntax::diagnostic::Span;

/// A rate as written: 23.976, 29.97 and 59.94 are the exact n/1001 rates.
pub(crate) fn rate(value: f64) -> Option<FrameRate> {
    if !value.is_finite() || value <= 0.0 || value > 100_000.0 {
        return None;
    }
    for nominal in [24_u32, 30, 48, 60, 120] {
        let exact = f64::from(nominal) * 1000.0 / 1001.0;
        if (exact - value).abs() < 0.006 {
            return Some(FrameRate { frames: nominal * 1000, seconds: 1001 });
        }
    }
    if value.fract() == 0.0 {
        return Some(FrameRate { frames: value as u32, seconds: 1 });
    }
    Some(FrameRate { frames: (value * 1000.0).round() as u32, seconds: 1000 })
}

impl Checker<'_> {
    /// A number with its unit.
    pub(crate) fn literal(&mut self, value: f64, unit: Option<&str>, span: Span) -> Term {
        if !value.is_finite() {
            let report = Report::error(
                "T0407",
                "this number is too large to be computed with",
                self.spot(span),
            );
            self.report(report);
            return Term::unknown(span);
        }
        let known = unit.and_then(|unit| UNITS.iter().find(|(known, ..)| *known == unit));
        let (value, ty) = match (unit, known) {
            (None, _) if value.fract() == 0.0 && value.abs() < 9e15 => {
                (Value::Int(value as i64), Type::Int)
            }
            (None, _) => {
                let dimension = Dimension::Scalar;
                (Value::Number { value, dimension }, Type::Number(dimension))
            }
            (Some("fps"), _) => {
                let Some(rate) = rate(value) else {
                    let message = "a rate lies above 0fps and not above 100000fps";
                    let report = Report::error("T0401", message, self.spot(span));
                    self.report(report);
                    return Term::unknown(span);
                };
                (Value::Rate(rate), Type::Rate)
            }
            (Some(_), Some((_, dimension, per))) => {
                let dimension = *dimension;
                (Value::Number { value: value / per, dimension }, Type::Number(dimension))
            }
            // The parser knows the units too, and has said so.
            (Some(_), None) => {
                self.incomplete = true;
                return Term::unknown(span);
            }
        };
        Term::new(TermKind::Constant(value), ty, span)
    }

    /// `a + b` and its like.
    pub(crate) fn arithmetic(
        &mut self,
        operator: Binary,
        left: Term,
        right: Term,
        span: Span,
    ) -> Term {
        if left.ty.is_unknown() || right.ty.is_unknown() {
            return Term::unknown(span);
        }
        let [curve_left, curve_right] =
            [&left.ty, &right.ty].map(|ty| matches!(ty, Type::Curve(_)));
        let plain = |ty: &Type| match ty {
            Type::Curve(inner) => inner.as_ref().clone(),
            other => other.clone(),
        };
        let (a, b) = (plain(&left.ty), plain(&right.ty));
        match result(operator, &a, &b) {
            Ok(ty) => {
                let ty = if curve_left || curve_right { Type::Curve(Box::new(ty)) } else { ty };
                let term = Term::new(
                    TermKind::Binary(operator, Box::new(left), Box::new(right)),
                    ty,
                    span,
                );
                self.finite(term)
            }
            Err(reason) => {
                let (code, help) = match reason {
                    Refused::Units => ("T0302", "both sides measure the same thing in a sum"),
                    Refused::Never => ("T0304", "only numbers can be computed with"),
                    Refused::Areas => {
                        ("T0304", "areas are not supported yet; scale by a plain number or a ratio")
                    }
                    Refused::Fixed => {
                        ("T0304", "stops and kelvin are places on a scale: add to them instead")
                    }
                };
                let verb = match operator {
                    Binary::Add => "added to",
                    Binary::Subtract => "taken from",
                    Binary::Multiply => "multiplied by",
                    _ => "divided by",
                };
                let (first, second) = match operator {
                    Binary::Add | Binary::Subtract => (&right.ty, &left.ty),
                    _ => (&left.ty, &right.ty),
                };
                let report = Report::error(
                    code,
                    format!("{} can't be {verb} {}", first.words(), second.words()),
                    self.spot(left.span),
                )
                .saying(left.ty.words())
                .label(self.spot(right.span), right.ty.words())
                .help(help);
                self.report(report);
                Term::unknown(span)
            }
        }
    }

    /// Says where a sum that is written out can't be worked out.
    pub(crate) fn finite(&mut self, term: Term) -> Term {
        match evaluate(&term, &Closed) {
            Err(Trouble::Wrong { code, message, span }) => {
                let report = Report::error(code, message, self.spot(span));
                self.report(report);
                Term::unknown(term.span)
            }
            _ => term,
        }
    }

    /// Holds what is written out against the bounds of its parameter.
    pub(crate) fn bound(&mut self, term: &Term, parameter: &Parameter, slot: &Slot) {
        if let TermKind::Curve(keys) = &term.kind {
            for key in keys {
                self.bound(&key.value, parameter, slot);
            }
            return;
        }
        let Ok(value) = evaluate(term, &Closed) else { return };
        let declared = slot.declared.as_ref();
        let spot = self.spot(term.span);
        if let Some(report) = out_of_bounds(&value, parameter, &slot.name, spot, declared) {
            self.report(report);
        }
    }
}

/// What is wrong with a value by its parameter's bounds.
pub(crate) fn out_of_bounds(
    value: &Value,
    parameter: &Parameter,
    name: &str,
    spot: Spot,
    declared: Option<&Spot>,
) -> Option<Report> {
    let plain = parameter.ty.core();
    let value = coerce(value.clone(), plain);
    if let (Some((low, high, span)), Some(dimension)) = (parameter.range, measure(plain)) {
        let outside = match &value {
            Value::Curve(_) | Value::Vector { .. } => crate::evaluate::numbers(&value)
                .into_iter()
                .find(|value| *value < low || *value > high),
            value => number(value).filter(|value| *value < low || *value > high),
        };
        if let Some(outside) = outside {
            let (low, high) = (written(low, dimension), written(high, dimension));
            let outside = written(outside, dimension);
            let mut report = Report::error(
                "T0401",
                format!("{name} lies in {low}..{high}, and this is {outside}"),
                spot,
            );
            if let Some(declared) = declared.filter(|spot| !spot.item.file.starts_with("std/")) {
                report = report
                    .label(Spot { item: declared.item.clone(), span }, "these are its bounds");
            }
            return Some(report);
        }
    }
    if !parameter.choices.is_empty() && value != Value::None && !parameter.choices.contains(&value)
    {
        let written = |value: &Value| match value {
            Value::Text(text) | Value::Path(text) => format!("\"{text}\""),
            Value::Int(value) => value.to_string(),
            Value::Number { value, dimension } => crate::types::written(*value, *dimension),
            Value::Size(width, height) => format!("{width}x{height}"),
            other => format!("{other:?}"),
        };
        let choices: Vec<String> = parameter.choices.iter().map(written).collect();
        let found = written(&value);
        let near = nearest(&found, choices.iter().map(String::as_str));
        let mut report = Report::error(
            "T0402",
            format!(
                "{name} is one of {}, and this is {found}",
                crate::names::listed(&choices, "or")
            ),
            spot.clone(),
        );
        if let Some(near) = near {
            report = report.did_you_mean(Some(near), spot);
        }
        return Some(report);
    }
    None
}

fn measure(ty: &Type) -> Option<Dimension> {
    match ty {
        Type::Int => Some(Dimension::Scalar),
        Type::Number(dimension) => Some(*dimension),
        Type::Vector(vector) => Some(vector.components().0),
        _ => None,
    }
}

/// Why two numbers can't be computed with.
enum Refused {
    Units,
    Never,
    Areas,
    Fixed,
}

/// The type of a sum, difference, product or quotient.
fn result(operator: Binary, a: &Type, b: &Type) -> Result<Type, Refused> {
    use Dimension::{Frame, FrameCount, Kelvin, Ratio, Scalar, Stops};
    let rate_and_time = matches!(
        (a, b),
        (Type::Rate, Type::Number(Dimension::Time)) | (Type::Number(Dimension::Time), Type::Rate)
    );
    if operator == Binary::Multiply && rate_and_time {
        return Ok(Type::Number(FrameCount));
    }
    let of = |ty: &Type| match ty {
        Type::Int => Some((Scalar, true)),
        Type::Number(dimension) => Some((*dimension, false)),
        _ => None,
    };
    let (Some((a, whole_a)), Some((b, whole_b))) = (of(a), of(b)) else {
        return Err(Refused::Never);
    };
    let whole = whole_a && whole_b;
    let number = |dimension| {
        Ok(if whole && dimension == Scalar { Type::Int } else { Type::Number(dimension) })
    };
    match operator {
        Binary::Add => match (a, b) {
            (a, b) if a == b && a != Frame => number(a),
            (Frame, FrameCount) | (FrameCount, Frame) => number(Frame),
            // A frame number written out is a plain number.
            (Scalar, FrameCount) if whole_a => number(Frame),
            _ => Err(Refused::Units),
        },
        Binary::Subtract => match (a, b) {
            (Frame, Frame) => number(FrameCount),
            (a, b) if a == b => number(a),
            (Frame, FrameCount) => number(Frame),
            (Frame, Scalar) if whole_b => number(FrameCount),
            (Scalar, FrameCount) if whole_a => number(Frame),
            _ => Err(Refused::Units),
        },
        Binary::Multiply => match (a, b) {
            (Stops | Kelvin | Frame, _) | (_, Stops | Kelvin | Frame) => Err(Refused::Fixed),
            (Ratio, Ratio) => number(Ratio),
            (Scalar | Ratio, other) | (other, Scalar | Ratio) => number(other),
            _ => Err(Refused::Areas),
        },
        Binary::Divide => match (a, b) {
            (a, b) if a == b => Ok(Type::Number(Scalar)),
            (Stops | Kelvin | Frame, _) | (_, Stops | Kelvin | Frame) => Err(Refused::Fixed),
            (other, Scalar | Ratio) => Ok(Type::Number(other)),
            _ => Err(Refused::Units),
        },
        _ => Err(Refused::Never),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broadcast_rates_are_exact() {
        let cases = [
            (23.976, (24000, 1001)),
            (29.97, (30000, 1001)),
            (59.94, (60000, 1001)),
            (24.0, (24, 1)),
            (12.5, (12500, 1000)),
        ];
        for (written, (frames, seconds)) in cases {
            assert_eq!(rate(written), Some(FrameRate { frames, seconds }), "{written}");
        }
        assert_eq!(rate(0.0), None);
    }
}
