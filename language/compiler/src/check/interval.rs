//! How far what is computed can go: intervals of terms, from what parameters declare. A recipe whose blur can
//! leave the blur's bounds is told so where it is written, before anybody calls it with such a value.

use super::number::measure;
use super::{Checker, Constants, Slot};
use crate::evaluate::{evaluate, numbers};
use crate::function::Function;
use crate::report::{ItemRef, Report, Spot};
use crate::signature::Parameter;
use crate::term::{Term, TermKind};
use crate::types::{Type, written};
use toma_plan::{Bounds, Dimension, Ease, Operation};
use toma_syntax::ast::{Binary, Unary};

/// Declarations that are shown with a message.
const MOST_SHOWN: usize = 3;

/// Between which numbers a value stays, and whose declarations say so.
#[derive(Debug, Clone)]
pub(crate) struct Reach {
    pub(crate) bounds: Bounds,
    /// What is said there, and where.
    declared: Vec<(Spot, String)>,
}

impl Reach {
    const fn everything() -> Self {
        let bounds = Bounds { low: f64::NEG_INFINITY, high: f64::INFINITY };
        Self { bounds, declared: Vec::new() }
    }

    fn of(bounds: Bounds) -> Self {
        Self { bounds, declared: Vec::new() }
    }

    fn joined(mut self, other: Self, bounds: Bounds) -> Self {
        for entry in other.declared {
            if self.declared.len() < MOST_SHOWN && !self.declared.contains(&entry) {
                self.declared.push(entry);
            }
        }
        self.bounds = if bounds.low.is_nan() || bounds.high.is_nan() {
            Self::everything().bounds
        } else {
            bounds
        };
        self
    }

    fn computed(self, operation: Operation, other: Self) -> Self {
        let bounds = Bounds::computed(operation, self.bounds, other.bounds);
        self.joined(other, bounds)
    }

    fn or(self, other: Self) -> Self {
        let bounds = self.bounds.with(other.bounds);
        self.joined(other, bounds)
    }
}

impl Checker<'_> {
    /// Keeps what a parameter declares, for what is computed from it.
    pub(crate) fn remember_parameter(&mut self, item: &ItemRef, parameter: &Parameter) {
        let Some(dimension) = measure(parameter.ty.core()) else { return };
        let choices: Vec<f64> = parameter.choices.iter().flat_map(numbers).collect();
        let (bounds, span) = match (parameter.range, choices.split_first()) {
            (Some((low, high, span)), _) => (Bounds { low, high }, span),
            (None, Some((first, rest))) => {
                let all =
                    rest.iter().fold(Bounds::of(*first), |sum, one| sum.with(Bounds::of(*one)));
                (all, parameter.span)
            }
            (None, None) => return,
        };
        let words = format!(
            "`{}` lies in {}..{}",
            parameter.name,
            written(bounds.low, dimension),
            written(bounds.high, dimension)
        );
        let declared = vec![(Spot { item: item.clone(), span }, words)];
        self.remember(item, parameter.span.start, Reach { bounds, declared });
    }

    /// Keeps how far a `let` can go.
    pub(super) fn remember_let(&mut self, start: u32, value: &Term) {
        if measure(value.ty.core()).is_none() {
            return;
        }
        let reach = self.reach(value);
        let item = self.item.clone();
        self.remember(&item, start, reach);
    }

    fn remember(&mut self, item: &ItemRef, start: u32, reach: Reach) {
        self.reaches.insert((item.clone(), start), reach);
    }

    /// Between which numbers a term stays.
    fn reach(&self, term: &Term) -> Reach {
        if measure(term.ty.core()).is_none() && !matches!(term.ty.core(), Type::Product(_)) {
            return Reach::everything();
        }
        match &term.kind {
            TermKind::Local(index) => {
                let local = self.locals.get(*index as usize);
                let found = local
                    .and_then(|local| self.reaches.get(&(local.item.clone(), local.span.start)));
                found.cloned().unwrap_or(Reach::everything())
            }
            TermKind::Unary(Unary::Negate, operand) => {
                Reach::of(Bounds::of(0.0)).computed(Operation::Subtract, self.reach(operand))
            }
            TermKind::Binary(operator, left, right) => {
                let operation = match operator {
                    Binary::Add => Operation::Add,
                    Binary::Subtract => Operation::Subtract,
                    Binary::Multiply => Operation::Multiply,
                    Binary::Divide => Operation::Divide,
                    _ => return Reach::everything(),
                };
                self.reach(left).computed(operation, self.reach(right))
            }
            TermKind::Function(function, terms) => {
                self.reach_of_function(*function, terms, &term.ty)
            }
            TermKind::Vector(terms) => self.either(terms.iter()),
            TermKind::Curve(keys) => {
                // Between keys, all eases but `cubic` stay between their values.
                if keys.iter().any(|key| matches!(key.ease, Ease::Cubic { .. })) {
                    return self.reach_of_value(term);
                }
                self.either(keys.iter().map(|key| &key.value))
            }
            _ => self.reach_of_value(term),
        }
    }

    fn either<'t>(&self, mut terms: impl Iterator<Item = &'t Term>) -> Reach {
        let Some(first) = terms.next() else { return Reach::everything() };
        let first = self.reach(first);
        terms.fold(first, |sum, term| sum.or(self.reach(term)))
    }

    /// What has a value here.
    fn reach_of_value(&self, term: &Term) -> Reach {
        let Ok(value) = evaluate(term, &Constants(self.db)) else { return Reach::everything() };
        let mut numbers = numbers(&value).into_iter();
        let Some(first) = numbers.next() else { return Reach::everything() };
        Reach::of(numbers.fold(Bounds::of(first), |sum, one| sum.with(Bounds::of(one))))
    }

    fn reach_of_function(&self, function: Function, terms: &[Term], ty: &Type) -> Reach {
        let mut reaches = terms.iter().map(|term| self.reach(term));
        let Some(first) = reaches.next() else { return Reach::everything() };
        match function {
            Function::Minimum => {
                reaches.fold(first, |sum, one| sum.computed(Operation::Minimum, one))
            }
            Function::Maximum => {
                reaches.fold(first, |sum, one| sum.computed(Operation::Maximum, one))
            }
            Function::Absolute => {
                let Bounds { low, high } = first.bounds;
                let top = low.abs().max(high.abs());
                let low = if low <= 0.0 && high >= 0.0 { 0.0 } else { low.abs().min(high.abs()) };
                Reach { bounds: Bounds { low, high: top }, ..first }
            }
            Function::Clamp => {
                let low = reaches.next().unwrap_or(Reach::everything());
                let high = reaches.next().unwrap_or(Reach::everything());
                first.computed(Operation::Maximum, low).computed(Operation::Minimum, high)
            }
            Function::Modulo => {
                let by = reaches.next().unwrap_or(Reach::everything());
                first.computed(Operation::Modulo, by)
            }
            Function::Round | Function::Floor | Function::Ceil => {
                let operation = match function {
                    Function::Round => Operation::Round,
                    Function::Floor => Operation::Floor,
                    _ => Operation::Ceil,
                };
                let unit = if *ty.core() == Type::Number(Dimension::Ratio) { 100.0 } else { 1.0 };
                let whole = |value: f64| operation.apply(value * unit, 0.0) / unit;
                let bounds =
                    Bounds { low: whole(first.bounds.low), high: whole(first.bounds.high) };
                Reach { bounds, ..first }
            }
        }
    }

    /// Says where what is computed can't be, or may not be, within a parameter's bounds.
    pub(super) fn reach_of(&mut self, term: &Term, parameter: &Parameter, slot: &Slot) {
        let (Some((low, high, span)), Some(dimension)) =
            (parameter.range, measure(parameter.ty.core()))
        else {
            return;
        };
        let Reach { bounds, declared } = self.reach(term);
        // What rounding adds is not what somebody meant.
        let hair = 1e-9 * low.abs().max(high.abs()).max(1.0);
        let below = bounds.low < low - hair;
        let above = bounds.high > high + hair;
        let takes = format!("{}..{}", written(low, dimension), written(high, dimension));
        let spot = self.spot(term.span);
        let say = |value: f64| written(value, dimension);
        let never = bounds.low > high + hair || bounds.high < low - hair;
        let report = if never {
            let least = if bounds.low > high {
                format!("at least {}", say(bounds.low))
            } else {
                format!("at most {}", say(bounds.high))
            };
            let message = format!("{} lies in {takes}, and this is always {least}", slot.name);
            Report::error("T0440", message, spot)
                .help("compute it so that it can be within the bounds")
        } else {
            let sides = match (below && bounds.low.is_finite(), above && bounds.high.is_finite()) {
                _ if declared.is_empty() => return,
                (false, false) => return,
                (true, false) => format!("as low as {}", say(bounds.low)),
                (false, true) => format!("as high as {}", say(bounds.high)),
                (true, true) => {
                    format!("anything from {} to {}", say(bounds.low), say(bounds.high))
                }
            };
            let message = format!("{} lies in {takes}, and this may be {sides}", slot.name);
            let clamp = format!("clamp({}, {})", say(low), say(high));
            let behind = self.behind(term.span);
            Report::warning("T0441", message, spot)
                .help(format!(
                    "hold it within its bounds, `|> {clamp}`, or declare narrower ones for what it is made of"
                ))
                .fix(format!("insert `|> {clamp}`"), behind, format!(" |> {clamp}"))
        };
        let mut report = report;
        for (spot, words) in declared {
            report = report.label(spot, words);
        }
        if let Some(declared) =
            slot.declared.as_ref().filter(|spot| !spot.item.file.starts_with("std/"))
        {
            report = report.label(
                Spot { item: declared.item.clone(), span },
                "these are the bounds it has to keep",
            );
        }
        self.report(report);
    }
}
