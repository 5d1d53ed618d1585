//! How far what is computed can go: intervals of terms, from what parameters declare. A recipe whose blur can
//! leave the blur's bounds is told so where it is written, before anybody calls it with such a value.

use super::number::measure;
use super::{Checker, Constants, Slot};
use crate::data::{enum_of, record_of};
use crate::evaluate::{evaluate, numbers};
use crate::function::Function;
use crate::report::{ItemRef, Report, Spot};
use crate::signature::Parameter;
use crate::term::{Block, FieldTerm, PatternTerm, Term, TermKind};
use crate::types::{Type, written};
use toma_plan::{Bounds, CurveKey, Dimension, Ease, Operation, Shape};
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
        if let Some(reach) = declares(item, parameter) {
            self.remember(item, parameter.span.start, reach);
        }
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
        self.reach_in(term, &mut Vec::new())
    }

    /// The same inside of blocks, whose names are forgotten already: `inner` are those, by their number.
    fn reach_in(&self, term: &Term, inner: &mut Vec<(u32, Reach)>) -> Reach {
        if measure(term.ty.core()).is_none() && !matches!(term.ty.core(), Type::Product(_)) {
            return Reach::everything();
        }
        match &term.kind {
            TermKind::Local(index) => {
                if let Some((_, reach)) = inner.iter().rev().find(|(known, _)| known == index) {
                    return reach.clone();
                }
                let local = self.locals.get(*index as usize);
                let found = local
                    .and_then(|local| self.reaches.get(&(local.item.clone(), local.span.start)));
                found.cloned().unwrap_or(Reach::everything())
            }
            TermKind::Unary(Unary::Negate, operand) => Reach::of(Bounds::of(0.0))
                .computed(Operation::Subtract, self.reach_in(operand, inner)),
            TermKind::Binary(operator, left, right) => {
                let operation = match operator {
                    Binary::Add => Operation::Add,
                    Binary::Subtract => Operation::Subtract,
                    Binary::Multiply => Operation::Multiply,
                    Binary::Divide => Operation::Divide,
                    _ => return Reach::everything(),
                };
                let left = self.reach_in(left, inner);
                left.computed(operation, self.reach_in(right, inner))
            }
            TermKind::Function(function, terms) => {
                let reaches = terms.iter().map(|term| self.reach_in(term, inner)).collect();
                reach_of_function(*function, reaches, &term.ty)
            }
            TermKind::Vector(terms) => self.either(terms.iter(), inner),
            TermKind::Cut(pieces) => self.either(pieces.iter().map(|(_, value)| value), inner),
            TermKind::Curve(keys) => {
                let sum = self.either(keys.iter().map(|key| &key.value), inner);
                keys.iter().fold(sum, |sum, key| overshot(sum, key.ease))
            }
            TermKind::If { branches, otherwise } => {
                let blocks = branches.iter().map(|(_, block)| block).chain([otherwise.as_ref()]);
                blocks
                    .map(|block| self.reach_of_block(block, Vec::new(), inner))
                    .reduce(Reach::or)
                    .unwrap_or(Reach::everything())
            }
            TermKind::Match(subject, arms) => arms
                .iter()
                .map(|arm| {
                    let bound = self.bound_by(&subject.ty, &arm.pattern);
                    self.reach_of_block(&arm.block, bound, inner)
                })
                .reduce(Reach::or)
                .unwrap_or(Reach::everything()),
            TermKind::Field(base, name) => self.reach_of_field(base, name, inner),
            _ => self.reach_of_value(term),
        }
    }

    fn either<'t>(
        &self,
        terms: impl Iterator<Item = &'t Term>,
        inner: &mut Vec<(u32, Reach)>,
    ) -> Reach {
        terms
            .map(|term| self.reach_in(term, inner))
            .reduce(Reach::or)
            .unwrap_or(Reach::everything())
    }

    /// What a block gives, with what its pattern binds.
    fn reach_of_block(
        &self,
        block: &Block,
        bound: Vec<Reach>,
        inner: &mut Vec<(u32, Reach)>,
    ) -> Reach {
        let outer = inner.len();
        let mut next = block.first;
        let mut name = |reach, inner: &mut Vec<(u32, Reach)>| {
            inner.push((next, reach));
            next += 1;
        };
        for reach in bound {
            name(reach, inner);
        }
        for line in &block.lets {
            let reach = self.reach_in(&line.value, inner);
            name(reach, inner);
        }
        let reach = self.reach_in(&block.result, inner);
        inner.truncate(outer);
        reach
    }

    /// What the fields declare that a pattern gives names.
    fn bound_by(&self, subject: &Type, pattern: &PatternTerm) -> Vec<Reach> {
        let PatternTerm::Case { name, bindings } = pattern else { return Vec::new() };
        let case = match subject.core() {
            Type::Enum(item) => {
                enum_of(self.db, item).and_then(|choice| choice.case(name)).map(|case| (item, case))
            }
            _ => None,
        };
        let declared = |binding: &String| {
            let (item, case) = case?;
            let field = case.fields.iter().find(|field| field.name == *binding)?;
            declares(item, field)
        };
        bindings.iter().map(|binding| declared(binding).unwrap_or(Reach::everything())).collect()
    }

    /// What is put into a field where that can be seen, else what the field declares.
    fn reach_of_field(&self, base: &Term, name: &str, inner: &mut Vec<(u32, Reach)>) -> Reach {
        let put = |fields: &[FieldTerm]| fields.iter().position(|field| field.name == *name);
        let fields = match &base.kind {
            TermKind::Record(fields) | TermKind::With(_, fields) => fields.as_slice(),
            _ => &[],
        };
        if let Some(field) = put(fields).and_then(|index| fields.get(index)) {
            return self.reach_in(&field.value, inner);
        }
        if let TermKind::With(base, _) = &base.kind {
            return self.reach_of_field(base, name, inner);
        }
        let Type::Record(item) = base.ty.core() else { return Reach::everything() };
        let field = record_of(self.db, item).and_then(|record| {
            record.fields.iter().map(|field| &field.parameter).find(|field| field.name == *name)
        });
        field.and_then(|field| declares(item, field)).unwrap_or(Reach::everything())
    }

    /// What has a value here.
    fn reach_of_value(&self, term: &Term) -> Reach {
        let Ok(value) = evaluate(term, &Constants(self.db)) else { return Reach::everything() };
        let mut numbers = numbers(&value).into_iter();
        let Some(first) = numbers.next() else { return Reach::everything() };
        Reach::of(numbers.fold(Bounds::of(first), |sum, one| sum.with(Bounds::of(one))))
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

/// What a parameter or field declares of itself.
fn declares(item: &ItemRef, parameter: &Parameter) -> Option<Reach> {
    let dimension = measure(parameter.ty.core())?;
    let choices: Vec<f64> = parameter.choices.iter().flat_map(numbers).collect();
    let (bounds, span) = match (parameter.range, choices.split_first()) {
        (Some((low, high, span)), _) => (Bounds { low, high }, span),
        (None, Some((first, rest))) => {
            let all = rest.iter().fold(Bounds::of(*first), |sum, one| sum.with(Bounds::of(*one)));
            (all, parameter.span)
        }
        (None, None) => return None,
    };
    let words = format!(
        "`{}` lies in {}..{}",
        parameter.name,
        written(bounds.low, dimension),
        written(bounds.high, dimension)
    );
    Some(Reach { bounds, declared: vec![(Spot { item: item.clone(), span }, words)] })
}

/// How far a way between two values of a reach goes: all eases but `cubic` stay between them.
fn overshot(reach: Reach, ease: Ease) -> Reach {
    let key = |frame, value, ease| CurveKey { frame, values: vec![value], ease };
    let way = Shape::Keys(vec![key(0.0, 0.0, Ease::Linear), key(1.0, 1.0, ease)]);
    let weights = way.bounds_always();
    let Some(weight) = weights.first() else { return reach };
    let Bounds { low, high } = reach.bounds;
    let out = (weight.high - 1.0).max(-weight.low).max(0.0);
    if out == 0.0 {
        return reach;
    }
    let more = out * (high - low);
    let bounds = Bounds { low: low - more, high: high + more };
    Reach { bounds, ..reach }
}

fn reach_of_function(function: Function, reaches: Vec<Reach>, ty: &Type) -> Reach {
    let mut reaches = reaches.into_iter();
    let Some(first) = reaches.next() else { return Reach::everything() };
    match function {
        Function::Minimum => reaches.fold(first, |sum, one| sum.computed(Operation::Minimum, one)),
        Function::Maximum => reaches.fold(first, |sum, one| sum.computed(Operation::Maximum, one)),
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
            let bounds = Bounds { low: whole(first.bounds.low), high: whole(first.bounds.high) };
            Reach { bounds, ..first }
        }
    }
}
