//! Numbers: units, arithmetic with dimensions, bounds.

use super::curve::{frame_words, leaves};
use super::{Checker, Constants, Slot};
use crate::evaluate::{Closed, MOST_WHOLE, Trouble, coerce, evaluate, too_large};
use crate::measure::{Refused, computed};
use crate::names::nearest;
use crate::report::{Report, Spot};
use crate::signature::Parameter;
use crate::term::{Term, TermKind};
use crate::types::{Type, UNITS, written};
use std::fmt::Display;
use toma_plan::{Date, Dimension, FrameRate, Value};
use toma_syntax::ast::{Binary, Expr};
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
        if unit.is_none() && value.fract() == 0.0 && value.abs() > MOST_WHOLE as f64 {
            let report = Report::error("T0407", too_large(), self.spot(span))
                .help("write a smaller number, or a text if nothing is computed with it");
            self.report(report);
            return Term::unknown(span);
        }
        let known = unit.and_then(|unit| UNITS.iter().find(|(known, ..)| *known == unit));
        let (value, ty) = match (unit, known) {
            (None, _) if value.fract() == 0.0 => (Value::Int(value as i64), Type::Int),
            (None, _) => {
                let dimension = Dimension::Scalar;
                (Value::Number { value, dimension }, Type::Number(dimension))
            }
            (Some("fps"), _) => {
                let Some(rate) = rate(value) else {
                    let message = "a rate lies above 0fps and not above 100000fps";
                    let report = Report::error("T0401", message, self.spot(span))
                        .help("write frames per second, as in `24fps` or `23.976fps`");
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
        match computed(operator, &left.ty, &right.ty) {
            Ok(ty) => {
                let kind = TermKind::Binary(operator, Box::new(left), Box::new(right));
                self.finite(Term::new(kind, ty, span))
            }
            Err(reason) => {
                let code = if reason == Refused::Units { "T0302" } else { "T0304" };
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
                .label(self.spot(right.span), right.ty.words());
                let report = self.with_remedy(report, operator, reason, (&left, &right), span);
                self.report(report);
                Term::unknown(span)
            }
        }
    }

    /// `2028-05-01`
    pub(super) fn date(&mut self, year: u16, month: u8, day: u8, span: Span) -> Term {
        if let Some(date) = Date::new(year, month, day) {
            return Term::new(TermKind::Constant(Value::Date(date)), Type::Date, span);
        }
        // The parser knows the calendar too, and has said so.
        self.incomplete = true;
        Term::unknown(span)
    }

    /// `1001..1096 every 2`
    pub(super) fn every(&mut self, range: &Expr, step: &Expr, span: Span) -> Term {
        let slot = Slot::new("what stands in front of `every`".to_owned(), None);
        let range = self.value(range, &Type::Frames, &slot);
        let step = self.expr(step, None);
        if range.ty.is_unknown() || step.ty.is_unknown() {
            return Term::unknown(span);
        }
        if !matches!(step.ty, Type::Int | Type::Number(Dimension::FrameCount)) {
            let report = Report::error(
                "T0345",
                format!("`every` counts frames, and this is {}", step.ty.words()),
                self.spot(step.span),
            )
            .help("write a whole number: `1001..1096 every 2`");
            self.report(report);
            return Term::unknown(span);
        }
        let kind = TermKind::Binary(Binary::Every, Box::new(range), Box::new(step));
        self.finite(Term::new(kind, Type::Steps, span))
    }

    /// Says that a box has its right left of its left, or its top below its bottom.
    pub(super) fn inside_out(&mut self, term: &Term) -> bool {
        let Ok(Value::Vector { values, .. }) = evaluate(term, &Constants(self.db)) else {
            return false;
        };
        let [left, bottom, right, top] = values.as_slice() else { return false };
        let (this, that) = if right < left {
            (("right", right), ("left", left))
        } else if top < bottom {
            (("top", top), ("bottom", bottom))
        } else {
            return false;
        };
        let say = |(side, value): (&str, &f64)| {
            format!("its {side} is {}", written(*value, Dimension::Length))
        };
        let message = format!("this box is inside out: {}, and {}", say(this), say(that));
        let report = Report::error("T0443", message, self.spot(term.span)).help(
            "a box is left, bottom, right, top: the last two are a corner, no width and height",
        );
        self.report(report);
        true
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

    /// Holds what is written out against the bounds of its parameter, and what is computed from bounded
    /// values as far as it can go.
    pub(crate) fn bound(&mut self, term: &Term, parameter: &Parameter, slot: &Slot) {
        let before = self.reports.len();
        match &term.kind {
            TermKind::Curve(keys) => {
                for key in keys {
                    self.bound(&key.value, parameter, slot);
                }
            }
            TermKind::Vector(components) => {
                let Type::Vector(vector) = &term.ty else { return };
                let names = vector.components().1;
                for (component, name) in components.iter().zip(names) {
                    let slot =
                        Slot::new(format!("`{name}` of {}", slot.name), slot.declared.clone());
                    self.bound(component, parameter, &slot);
                }
            }
            _ => {}
        }
        if self.reports.len() > before {
            return;
        }
        let Ok(value) = evaluate(term, &Constants(self.db)) else {
            self.reach_of(term, parameter, slot);
            return;
        };
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
    name: impl Display,
    spot: Spot,
    declared: Option<&Spot>,
) -> Option<Report> {
    let plain = parameter.ty.core();
    let value = coerce(value.clone(), plain);
    if let (Type::Seed, Value::Int(seed)) = (plain, &value) {
        return Some(negative_seed(name, *seed, spot));
    }
    if parameter.never_zero
        && let Some(dimension) = measure(plain)
        && crate::evaluate::written_numbers(&value).contains(&0.0)
    {
        let nothing = written(0.0, dimension);
        let message = format!("{name} is never {nothing}, and this is {nothing}");
        return Some(
            Report::error("T0401", message, spot).help("give it a value above or below that"),
        );
    }
    if let (Some((low, high, span)), Some(dimension)) = (parameter.range, measure(plain)) {
        let bounds = || format!("{}..{}", written(low, dimension), written(high, dimension));
        let found = match &value {
            Value::Curve(curve) => leaves(&curve.shape, low, high).map(|leaving| {
                // Two digits of a percent are enough to see by how much.
                let value = if leaving.at_key {
                    leaving.value
                } else {
                    (leaving.value * 1e4).round() / 1e4
                };
                let (value, bounds) = (written(value, dimension), bounds());
                let (from, furthest) = (frame_words(leaving.from), frame_words(leaving.furthest));
                if leaving.at_key || from == furthest {
                    ("T0401", format!("{name} lies in {bounds}, and this is {value} at {furthest}"))
                } else {
                    let message = format!(
                        "{name} lies in {bounds}, and this curve leaves that at {from} and is {value} at {furthest}"
                    );
                    ("T0432", message)
                }
            }),
            value => crate::evaluate::numbers(value)
                .into_iter()
                .find(|value| *value < low || *value > high)
                .map(|outside| {
                    let (outside, bounds) = (written(outside, dimension), bounds());
                    ("T0401", format!("{name} lies in {bounds}, and this is {outside}"))
                }),
        };
        if let Some((code, message)) = found {
            let mut report = Report::error(code, message, spot);
            if code == "T0401" {
                let (low, high) = (written(low, dimension), written(high, dimension));
                report = report.help(format!("give it {low} at least, and {high} at most"));
            }
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
            other => toma_plan::written::value(other),
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
        report = match (near, choices.first()) {
            (None, Some(first)) => {
                report.help(format!("write one of them: `{first}`, for instance"))
            }
            (near, _) => report.did_you_mean(near, spot),
        };
        if let Some(declared) = declared.filter(|spot| !spot.item.file.starts_with("std/")) {
            report = report.label(declared.clone(), "declared here");
        }
        return Some(report);
    }
    None
}

/// What is wrong with a seed below 0.
pub(crate) fn negative_seed(name: impl Display, seed: i64, spot: Spot) -> Report {
    let message = format!("{name} is a whole number, 0 or more, and this is {seed}");
    Report::error("T0401", message, spot)
        .help(format!("take any number from 0 to {MOST_WHOLE}: each gives other randomness"))
}

pub(super) fn measure(ty: &Type) -> Option<Dimension> {
    match ty {
        Type::Int => Some(Dimension::Scalar),
        Type::Number(dimension) => Some(*dimension),
        Type::Vector(vector) => Some(vector.components().0),
        _ => None,
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
