//! Values that a slider may move: kept as formulas while a shot is lowered, worked out behind it. Whatever
//! lowering itself has to look at is worked out at once, through [`setting_value`], so that the graph depends
//! on just those settings.
//!
//! **Invariant**: a formula's operands are older than it is. Where a formula has no value, nothing is said
//! here: the shot is lowered whole, and that says what is wrong.

use super::picture::Val;
use super::{COPIES, Lowering, Set, is_still};
use crate::check::{Constants, item_name};
use crate::database::{Db, ItemId};
use crate::document::{Document, document, outline};
use crate::evaluate::{MOST_STEPS, Surroundings, Weight, coerce, elements, evaluate};
use crate::report::{ItemRef, Spot};
use crate::signature::Parameter;
use crate::source::reference;
use crate::term::{Term, TermKind};
use crate::types::Type;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use toma_plan::{Curve, FrameRange, Shape, Value};

/// Parts of terms that are kept as formulas. A shot in which there are more is lowered whole.
const MOST_PARTS: usize = 1_000_000;
/// Values that a list or record of a slider may hold. A shot in which one holds more is lowered whole.
const MOST_VALUES: usize = 64;

/// How a value is worked out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Formula {
    /// What the setting of that number gives.
    Setting(u32),
    /// A value with others at some frames.
    Pieces {
        base: Operand,
        pieces: Vec<(FrameRange, Operand)>,
    },
    /// A term, and its locals as far as it looks at them.
    Term {
        term: Term,
        locals: Vec<(u32, Operand)>,
    },
    /// As a value of the type.
    Typed(u32, Type),
    List(Vec<Operand>),
    Record(Vec<(String, Operand)>),
    Case(String, Vec<(String, Operand)>),
}

/// What a formula is made of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    Known(Value),
    /// What the formula of that number gives.
    Formula(u32),
}

/// A value that has to lie in the bounds of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bounded {
    pub(crate) formula: u32,
    pub(crate) parameter: Parameter,
}

/// The value of a shot's setting, if it is one that stands alone.
#[salsa::tracked(returns(clone))]
pub(crate) fn setting_value<'db>(db: &'db dyn Db, item: ItemId<'db>, index: u32) -> Option<Value> {
    let document = document(db, item);
    let setting = document.settings.get(index as usize)?;
    let shot = reference(item.file(db).path(db), item.key(db));
    let steps = Cell::new(0);
    evaluate(&setting.value, &Knowing { locals: &[], ..Knowing::of(db, item, &shot, &steps) }).ok()
}

/// Is that value the same at all frames?
#[salsa::tracked(returns(copy))]
fn is_setting_still<'db>(db: &'db dyn Db, item: ItemId<'db>, index: u32) -> bool {
    setting_value(db, item, index).is_none_or(|value| is_still(&value))
}

/// What is known where a formula is worked out.
pub(super) struct Knowing<'a> {
    db: &'a dyn Db,
    frames: Option<FrameRange>,
    seed: u64,
    name: &'a str,
    steps: &'a Cell<u64>,
    locals: &'a [(u32, Value)],
}

impl<'a> Knowing<'a> {
    pub(super) fn of<'db: 'a>(
        db: &'db dyn Db,
        item: ItemId<'db>,
        shot: &'a ItemRef,
        steps: &'a Cell<u64>,
    ) -> Self {
        let facts = &outline(db, item).facts;
        let (frames, seed) = (facts.frames, facts.seed);
        Self { db, frames, seed, name: item_name(shot), steps, locals: &[] }
    }
}

impl Surroundings for Knowing<'_> {
    fn local(&self, index: u32) -> Option<Value> {
        let (_, value) = self.locals.iter().find(|(known, _)| *known == index)?;
        pay(self.steps, value);
        Some(value.clone())
    }
    fn named(&self, item: &ItemRef) -> Option<Value> {
        let value = Constants(self.db).named(item)?;
        self.steps.set(self.steps.get().saturating_add(super::spent::steps_of(&value)));
        Some(value)
    }
    fn frames(&self) -> Option<FrameRange> {
        self.frames
    }
    fn shot(&self) -> Option<(u64, &str)> {
        Some((self.seed, self.name))
    }
    fn steps(&self) -> Option<&Cell<u64>> {
        Some(self.steps)
    }
}

/// Counts a copy of a value.
fn pay(steps: &Cell<u64>, value: &Value) {
    let copied = elements(value) as u64 / COPIES;
    let moved = super::spent::steps_of(value);
    steps.set(steps.get().saturating_add(copied).saturating_add(moved));
}

impl Formula {
    /// The formulas that it is made of.
    fn each(&self, visit: &mut dyn FnMut(u32)) {
        let mut operand = |operand: &Operand| {
            if let Operand::Formula(index) = operand {
                visit(*index);
            }
        };
        match self {
            Self::Setting(_) => {}
            Self::Pieces { base, pieces } => {
                operand(base);
                for (_, piece) in pieces {
                    operand(piece);
                }
            }
            Self::Term { locals, .. } => locals.iter().for_each(|(_, local)| operand(local)),
            Self::Typed(of, _) => visit(*of),
            Self::List(values) => values.iter().for_each(operand),
            Self::Record(values) | Self::Case(_, values) => {
                for (_, value) in values {
                    operand(value);
                }
            }
        }
    }

    /// Its value, from those of older formulas and of settings.
    pub(super) fn worth(
        &self,
        known: &dyn Fn(u32) -> Option<Value>,
        setting: &dyn Fn(u32) -> Option<Value>,
        knowing: &Knowing<'_>,
    ) -> Option<Value> {
        let operand = |operand: &Operand| match operand {
            Operand::Known(value) => Some(value.clone()),
            Operand::Formula(index) => known(*index),
        };
        let named = |values: &[(String, Operand)]| -> Option<BTreeMap<String, Value>> {
            values.iter().map(|(name, value)| Some((name.clone(), operand(value)?))).collect()
        };
        Some(match self {
            Self::Setting(index) => setting(*index)?,
            Self::Pieces { base, pieces } => {
                let (base, dimension) = shape_of(&operand(base)?)?;
                let mut parts = Vec::with_capacity(pieces.len());
                for (frames, piece) in pieces {
                    lay_over(&mut parts, *frames, shape_of(&operand(piece)?)?.0);
                }
                let shape = Shape::Pieces { base: Box::new(base), pieces: parts };
                Value::Curve(Curve { shape, dimension })
            }
            Self::Term { term, locals } => {
                let locals: Option<Vec<(u32, Value)>> =
                    locals.iter().map(|(index, local)| Some((*index, operand(local)?))).collect();
                let locals = &locals?;
                evaluate(term, &Knowing { locals, ..*knowing }).ok()?
            }
            Self::Typed(of, ty) => coerce(known(*of)?, ty),
            Self::List(values) => Value::List(values.iter().map(operand).collect::<Option<_>>()?),
            Self::Record(values) => Value::Record(named(values)?),
            Self::Case(name, values) => Value::Case { name: name.clone(), values: named(values)? },
        })
    }
}

/// A value as a way through time.
pub(super) fn shape_of(value: &Value) -> Option<(Shape, toma_plan::Dimension)> {
    match value {
        Value::Curve(curve) => Some((curve.shape.clone(), curve.dimension)),
        Value::Vector { values, dimension } => Some((Shape::Constant(values.clone()), *dimension)),
        Value::Number { value, dimension } => Some((Shape::Constant(vec![*value]), *dimension)),
        Value::Int(value) => {
            Some((Shape::Constant(vec![*value as f64]), toma_plan::Dimension::Scalar))
        }
        _ => None,
    }
}

/// Puts a piece over others: nothing is left of one that it covers.
pub(super) fn lay_over(parts: &mut Vec<(FrameRange, Shape)>, frames: FrameRange, shape: Shape) {
    parts.retain(|(known, _)| known.first < frames.first || frames.last < known.last);
    parts.push((frames, shape));
}

/// The formulas of a shot that is being lowered.
#[derive(Default)]
pub(super) struct Late<'db> {
    /// The shot, if values are kept as formulas in it.
    pub(super) item: Option<ItemId<'db>>,
    pub(super) formulas: Vec<Formula>,
    /// For each: is it the same at all frames, as far as can be seen?
    stills: Vec<bool>,
    /// And: how many values are in it at most?
    pub(super) sizes: Vec<usize>,
    pub(super) bounded: Vec<Bounded>,
    /// What was worked out at once.
    forced: RefCell<FxHashMap<u32, Option<Value>>>,
    parts: usize,
    /// Something has no value, or there is too much: the shot has to be lowered whole.
    pub(super) is_given_up: Cell<bool>,
}

impl Late<'_> {
    fn most(&self, index: u32) -> usize {
        self.sizes.get(index as usize).copied().unwrap_or_default()
    }

    /// How many values a formula's value has at most; that one of a setting or term has no more is looked at
    /// where it is known.
    fn most_in(&self, formula: &Formula, document: &Document) -> usize {
        let of_type = |ty: &Type| if is_single(ty) { 0 } else { MOST_VALUES };
        let operand = |operand: &Operand| match operand {
            Operand::Known(value) => elements(value),
            Operand::Formula(index) => self.most(*index),
        };
        let sum = |sizes: &mut dyn Iterator<Item = usize>| {
            sizes.fold(0, |sum: usize, size| sum.saturating_add(size).saturating_add(1))
        };
        match formula {
            Formula::Setting(index) => {
                let setting = document.settings.get(*index as usize);
                setting.map_or(MOST_VALUES, |setting| of_type(&setting.ty))
            }
            Formula::Term { term, .. } => of_type(&term.ty),
            Formula::Pieces { .. } => 0,
            Formula::Typed(of, _) => self.most(*of),
            Formula::List(values) => sum(&mut values.iter().map(operand)),
            Formula::Record(values) | Formula::Case(_, values) => {
                sum(&mut values.iter().map(|(_, value)| operand(value)))
            }
        }
    }
}

/// Has a value of the type no others in it?
fn is_single(ty: &Type) -> bool {
    !matches!(ty.core(), Type::List(_) | Type::Record(_) | Type::Enum(_) | Type::Unknown)
}

impl Lowering<'_> {
    /// Keeps a formula.
    pub(super) fn keep(&mut self, formula: Formula) -> Val {
        let still = |operand: &Operand| match operand {
            Operand::Known(value) => is_still(value),
            Operand::Formula(index) => self.is_late_still(*index),
        };
        let is_still = match &formula {
            Formula::Setting(index) => {
                self.late.item.is_none_or(|item| is_setting_still(self.db, item, *index))
            }
            Formula::Pieces { .. } => false,
            Formula::Term { term, locals } => {
                locals.iter().all(|(_, local)| still(local)) && !self.has_curve(term)
            }
            Formula::Typed(of, _) => self.is_late_still(*of),
            Formula::List(values) => values.iter().all(still),
            Formula::Record(values) | Formula::Case(_, values) => {
                values.iter().all(|(_, value)| still(value))
            }
        };
        let most = self.late.most_in(&formula, self.document);
        let index = self.late.formulas.len() as u32;
        self.late.formulas.push(formula);
        self.late.stills.push(is_still);
        self.late.sizes.push(most);
        Val::Late(index, most)
    }

    /// The shot has to be lowered with all its values.
    pub(super) fn give_up(&self) -> Val {
        self.late.is_given_up.set(true);
        Val::Unknown
    }

    pub(super) fn is_late_still(&self, index: u32) -> bool {
        self.late.stills.get(index as usize).copied().unwrap_or(true)
    }

    fn has_curve(&self, term: &Term) -> bool {
        let moves = |value: &Value| !is_still(value);
        match &term.kind {
            TermKind::Curve(_) | TermKind::Cut(_) => true,
            TermKind::Constant(value) => moves(value),
            TermKind::Named(item) => {
                Constants(self.db).named(item).is_some_and(|value| moves(&value))
            }
            _ => {
                let mut found = false;
                term.children(&mut |child| found = found || self.has_curve(child));
                found
            }
        }
    }

    /// As a value of the type.
    pub(super) fn typed(&mut self, val: Val, ty: &Type) -> Val {
        match val {
            Val::Static(value) => Val::Static(coerce(value, ty)),
            Val::Late(of, _) => self.keep(Formula::Typed(of, ty.clone())),
            other => other,
        }
    }

    /// Has it to lie in the bounds of that parameter? Then that is looked at once it is known.
    pub(super) fn bound_later(&mut self, formula: u32, parameter: &Parameter) {
        if parameter.range.is_some() || !parameter.choices.is_empty() {
            let parameter = Parameter { default: None, ..parameter.clone() };
            self.late.bounded.push(Bounded { formula, parameter });
        }
    }

    /// A value without pictures as an operand.
    pub(super) fn operand(&mut self, val: &Val) -> Option<Operand> {
        if let Val::Late(index, _) = val {
            return Some(Operand::Formula(*index));
        }
        if !val.is_late() {
            let value = self.value(val)?;
            pay(&self.steps, &value);
            return Some(Operand::Known(value));
        }
        let formula = match val {
            Val::List(sets) => {
                let values: Option<_> = sets.iter().map(|set| self.operand(&set.val)).collect();
                Formula::List(values?)
            }
            Val::Record(fields) => Formula::Record(self.operands(&fields.named)?),
            Val::Case(name, fields) => Formula::Case(name.clone(), self.operands(&fields.named)?),
            _ => return None,
        };
        match self.keep(formula) {
            Val::Late(index, _) => Some(Operand::Formula(index)),
            _ => None,
        }
    }

    fn operands(&mut self, named: &[(String, Set)]) -> Option<Vec<(String, Operand)>> {
        named.iter().map(|(name, set)| Some((name.clone(), self.operand(&set.val)?))).collect()
    }

    /// The term with its locals, if one of those is late.
    pub(super) fn late_term(&mut self, term: &Term, locals: &[Rc<Set>]) -> Option<Val> {
        if self.late.formulas.is_empty() {
            return None;
        }
        let mut wanted = BTreeSet::new();
        let parts = locals_of(term, &mut wanted);
        let all = |wanted: &BTreeSet<u32>| -> Vec<(u32, Rc<Set>)> {
            let sets = wanted.iter().map(|index| (*index, locals.get(*index as usize).cloned()));
            sets.filter_map(|(index, set)| Some((index, set?))).collect()
        };
        let sets = all(&wanted);
        if !sets.iter().any(|(_, set)| set.val.is_late()) {
            return None;
        }
        self.late.parts = self.late.parts.saturating_add(parts);
        let too_much = self.late.parts > MOST_PARTS || self.steps.get() > MOST_STEPS;
        if too_much || self.late.is_given_up.get() {
            return Some(self.give_up());
        }
        let mut operands = Vec::with_capacity(sets.len());
        for (index, set) in &sets {
            let Some(operand) = self.operand(&set.val) else { return Some(self.give_up()) };
            if let Operand::Known(value) = &operand {
                self.late.parts = self.late.parts.saturating_add(Weight::of(value).bytes() / 32);
            }
            operands.push((*index, operand));
        }
        Some(self.keep(Formula::Term { term: term.clone(), locals: operands }))
    }

    /// The plain value of something without pictures.
    pub(super) fn value(&self, val: &Val) -> Option<Value> {
        val.value(&|index| self.force(index))
    }

    /// A late value, now: the graph depends on it.
    fn force(&self, index: u32) -> Option<Value> {
        let item = self.late.item?;
        let known = |index: u32| self.late.forced.borrow().get(&index).cloned();
        if let Some(known) = known(index) {
            return known;
        }
        let mut needed = BTreeSet::new();
        let mut open = vec![index];
        while let Some(next) = open.pop() {
            if known(next).is_none()
                && needed.insert(next)
                && let Some(formula) = self.late.formulas.get(next as usize)
            {
                formula.each(&mut |of| open.push(of));
            }
        }
        let knowing = Knowing::of(self.db, item, &self.shot, &self.steps);
        let setting = |index| setting_value(self.db, item, index);
        for next in needed {
            let formula = self.late.formulas.get(next as usize);
            let value = formula
                .and_then(|formula| formula.worth(&|of| known(of).flatten(), &setting, &knowing));
            if value.is_none() {
                self.late.is_given_up.set(true);
            }
            self.late.forced.borrow_mut().insert(next, value);
        }
        known(index).flatten()
    }

    /// The elements of a late list, if it is known how many there are.
    pub(super) fn late_elements(&mut self, index: u32) -> Option<Vec<Val>> {
        match self.late.formulas.get(index as usize)?.clone() {
            Formula::List(operands) => {
                let val = |operand| match operand {
                    Operand::Known(value) => Val::Static(value),
                    Operand::Formula(index) => Val::Late(index, self.late.most(index)),
                };
                Some(operands.into_iter().map(val).collect())
            }
            Formula::Typed(of, ty) => {
                let elements = self.late_elements(of)?;
                Some(match element(&ty) {
                    Some(ty) => elements.into_iter().map(|val| self.typed(val, ty)).collect(),
                    None => elements,
                })
            }
            _ => None,
        }
    }

    /// The same, of a value that is late as a whole.
    pub(super) fn settle_own(&self, set: &mut Set) {
        if let Val::Late(index, _) = set.val {
            set.val = self.force(index).map_or(Val::Unknown, Val::Static);
        }
    }

    /// What is late in it, now.
    pub(super) fn settle(&self, set: &mut Set) {
        if !set.val.is_late() {
            return;
        }
        let settled = |sets: &[Set]| -> Vec<Set> {
            let mut sets = sets.to_vec();
            for set in &mut sets {
                self.settle(set);
            }
            sets
        };
        let fields = |fields: &super::picture::Fields| {
            let mut named = fields.named.clone();
            for (_, set) in &mut named {
                self.settle(set);
            }
            Rc::new(super::picture::Fields::new(named))
        };
        set.val = match &set.val {
            Val::Late(index, _) => self.force(*index).map_or(Val::Unknown, Val::Static),
            Val::List(sets) => Val::List(Rc::new(settled(sets))),
            Val::Record(of) => Val::Record(fields(of)),
            Val::Case(name, of) => Val::Case(name.clone(), fields(of)),
            other => other.clone(),
        };
    }
}

/// What the elements of a list of that type are.
fn element(ty: &Type) -> Option<&Type> {
    match ty {
        Type::List(inner) => Some(inner),
        Type::Optional(inner) | Type::Curve(inner) => element(inner),
        _ => None,
    }
}

/// Collects the locals that a term looks at, and counts its parts.
fn locals_of(term: &Term, found: &mut BTreeSet<u32>) -> usize {
    if let TermKind::Local(index) = &term.kind {
        found.insert(*index);
    }
    let mut parts: usize = 1;
    term.children(&mut |child| parts = parts.saturating_add(locals_of(child, found)));
    parts
}

/// The place of a tweak's value as it is in the file.
pub(super) fn moved(spot: &mut Spot, tweaks: &ItemRef, places: &[Spot]) {
    if spot.item == *tweaks
        && let Some(place) = places.get(spot.span.start as usize)
    {
        *spot = place.clone();
    }
}
