//! Choices while a shot is lowered: only what is chosen becomes nodes. Lists by rule are written out.
//!
//! **Invariant**: the path of a node doesn't depend on which branch is taken elsewhere: names that a branch
//! would have used are kept free for it.

use super::late::Formula;
use super::picture::{Fields, Val};
use super::record::{case_of, fields_of};
use super::{Body, Lowering, Set};
use crate::evaluate::{MOST_ELEMENTS, MOST_STEPS, catches, running};
use crate::report::{Report, Spot};
use crate::term::{ArmTerm, Block, PatternTerm, Term, TermKind};
use crate::types::Type;
use std::rc::Rc;
use toma_plan::{Layer, Value};

impl Lowering<'_> {
    /// A term that puts together, takes apart or chooses.
    pub(super) fn structure(
        &mut self,
        term: &Term,
        here: Spot,
        body: &Body,
        own: Option<&str>,
        base: &str,
    ) -> Set {
        let val = match &term.kind {
            TermKind::Record(fields) => {
                let fields = self.fields(fields, body, base);
                Val::Record(Rc::new(Fields::new(fields)))
            }
            TermKind::Case { name, fields } => {
                let fields = self.fields(fields, body, base);
                Val::Case(name.clone(), Rc::new(Fields::new(fields)))
            }
            TermKind::Field(record, name) => {
                let mut record = self.lower(record, body, own, base);
                self.settle_own(&mut record);
                let field = fields_of(&record).and_then(|fields| fields.get(name).cloned());
                match field {
                    Some(set) => return set,
                    None => Val::Unknown,
                }
            }
            TermKind::With(record, changes) => {
                let mut record = self.lower(record, body, own, base);
                self.settle_own(&mut record);
                let changes = self.fields(changes, body, base);
                Self::changed(&record, changes).map_or(Val::Unknown, Val::Record)
            }
            TermKind::If { branches, otherwise } => {
                let mut set = self.branch(branches, otherwise, &here, body, own, base);
                set.val = self.typed(set.val, &term.ty);
                return set;
            }
            TermKind::Match(subject, arms) => {
                let mut subject = self.lower(subject, body, None, base);
                self.settle_own(&mut subject);
                let mut set = self.arm(&subject, arms, &here, body, own, base);
                set.val = self.typed(set.val, &term.ty);
                return set;
            }
            TermKind::Comprehension { over, value, .. } => {
                self.list_by_rule(term, over, value, &here, body, base)
            }
            _ => Val::Unknown,
        };
        let val = self.within_budget(val, &here);
        Set { val, layer: self.layer_of(body), spot: here, claims: None }
    }

    fn branch(
        &mut self,
        branches: &[(Term, Block)],
        otherwise: &Block,
        here: &Spot,
        body: &Body,
        own: Option<&str>,
        base: &str,
    ) -> Set {
        let mut chosen: Option<Set> = None;
        for (condition, block) in branches {
            if chosen.is_some() {
                self.keep_free(condition, false, base);
                self.keep_block_free(block, own.is_some(), base);
                continue;
            }
            let condition = self.lower(condition, body, None, base);
            match self.value(&condition.val) {
                Some(Value::Bool(true)) => {
                    chosen = Some(self.block(block, Vec::new(), body, own, base));
                }
                Some(Value::Bool(false)) => self.keep_block_free(block, own.is_some(), base),
                // Wrong and reported.
                _ => return unknown(here),
            }
        }
        match chosen {
            Some(set) => {
                self.keep_block_free(otherwise, own.is_some(), base);
                set
            }
            None => self.block(otherwise, Vec::new(), body, own, base),
        }
    }

    fn arm(
        &mut self,
        subject: &Set,
        arms: &[ArmTerm],
        here: &Spot,
        body: &Body,
        own: Option<&str>,
        base: &str,
    ) -> Set {
        if matches!(subject.val, Val::Unknown) {
            return unknown(here);
        }
        let case = case_of(subject);
        let is_caught = |pattern: &PatternTerm| match (pattern, &case, &subject.val) {
            (PatternTerm::Case { name, .. }, Some((found, _)), _) => name == found,
            (PatternTerm::Case { .. }, None, _) => false,
            (pattern, None, Val::Static(value)) => catches(pattern, value),
            (pattern, ..) => *pattern == PatternTerm::Else,
        };
        let mut chosen: Option<Set> = None;
        for arm in arms {
            if chosen.is_some() || !is_caught(&arm.pattern) {
                self.keep_block_free(&arm.block, own.is_some(), base);
                continue;
            }
            let bound = match (&arm.pattern, &case) {
                (PatternTerm::Case { bindings, .. }, Some((_, fields))) => {
                    bindings.iter().filter_map(|name| fields.get(name).cloned()).collect()
                }
                _ => Vec::new(),
            };
            chosen = Some(self.block(&arm.block, bound, body, own, base));
        }
        chosen.unwrap_or_else(|| unknown(here))
    }

    fn block(
        &mut self,
        block: &Block,
        bound: Vec<Set>,
        body: &Body,
        own: Option<&str>,
        base: &str,
    ) -> Set {
        if block.lets.is_empty() && bound.is_empty() {
            return self.lower(&block.result, body, own, base);
        }
        let mut inner = body.clone();
        inner.locals.truncate(block.first as usize);
        inner.locals.extend(bound.into_iter().map(Rc::new));
        self.lets(&block.lets, &mut inner, base);
        self.lower(&block.result, &inner, own, base)
    }

    fn list_by_rule(
        &mut self,
        term: &Term,
        over: &Term,
        value: &Term,
        here: &Spot,
        body: &Body,
        base: &str,
    ) -> Val {
        let mut over = self.lower(over, body, None, base);
        let late = match over.val {
            Val::Late(index, _) => self.late_elements(index),
            _ => None,
        };
        if late.is_none() {
            self.settle_own(&mut over);
        }
        let running_set =
            |val| Set { val, layer: Layer::Shot, spot: over.spot.clone(), claims: None };
        let each: Vec<Set> = match &over.val {
            _ if late.is_some() => late.into_iter().flatten().map(running_set).collect(),
            Val::List(sets) => sets.as_ref().clone(),
            Val::Static(value) => match running(value) {
                Some(values) => values.into_iter().map(Val::Static).map(running_set).collect(),
                None => return Val::Unknown,
            },
            _ => return Val::Unknown,
        };
        let plain = Type::Unknown;
        let element = match &term.ty {
            Type::List(inner) => inner.as_ref(),
            _ => &plain,
        };
        let outer = self.element.clone();
        let mut inner = body.clone();
        let mut sets = Vec::with_capacity(each.len());
        for (index, running) in each.into_iter().enumerate() {
            self.elements += 1;
            if self.elements > MOST_ELEMENTS {
                let message =
                    format!("the lists of this shot have more than {MOST_ELEMENTS} elements");
                self.exhaust(&message, here, body);
            } else if self.steps.get() > MOST_STEPS {
                let message = format!(
                    "working the values of this shot out takes more than {MOST_STEPS} steps"
                );
                self.exhaust(&message, here, body);
            }
            if self.exhausted {
                break;
            }
            inner.locals.push(Rc::new(running));
            self.element = format!("{outer}[{index}]");
            let mut set = self.lower(value, &inner, None, base);
            set.val = self.typed(set.val, element);
            sets.push(set);
            inner.locals.pop();
        }
        self.element = outer;
        if self.exhausted {
            return Val::Unknown;
        }
        if element.may_hold_pictures() {
            return Val::List(Rc::new(sets));
        }
        if sets.iter().any(|set| set.val.is_late()) {
            let values: Option<_> = sets.iter().map(|set| self.operand(&set.val)).collect();
            let Some(values) = values else { return self.give_up() };
            return self.keep(Formula::List(values));
        }
        let values: Option<Vec<Value>> = sets.iter().map(|set| self.value(&set.val)).collect();
        values.map_or(Val::Unknown, |values| Val::Static(Value::List(values)))
    }

    /// Says that something is too much, once, and stops.
    pub(super) fn exhaust(&mut self, message: &str, here: &Spot, body: &Body) {
        if std::mem::replace(&mut self.exhausted, true) {
            return;
        }
        let mut report = Report::error("T0420", message, here.clone());
        for call in body.chain.iter().take(4) {
            report = report.label(call.clone(), "in this call");
        }
        self.reports.push(report);
    }

    /// Takes the names that a block would give its calls, as lowering it would have.
    fn keep_block_free(&mut self, block: &Block, own: bool, base: &str) {
        for line in &block.lets {
            let path = self.named(base, &line.name);
            let element = std::mem::take(&mut self.element);
            self.keep_free(&line.value, true, &path);
            self.element = element;
        }
        self.keep_free(&block.result, own, base);
    }

    /// Takes the names of a term's calls. `own`: its last call has one already.
    fn keep_free(&mut self, term: &Term, own: bool, base: &str) {
        match &term.kind {
            TermKind::Call(call) => {
                for argument in call.arguments.iter().flatten() {
                    self.keep_free(argument, false, base);
                }
                if !own {
                    self.named(base, call.handle.as_deref().unwrap_or(&call.name));
                }
            }
            TermKind::If { branches, otherwise } => {
                for (condition, block) in branches {
                    self.keep_free(condition, false, base);
                    self.keep_block_free(block, own, base);
                }
                self.keep_block_free(otherwise, own, base);
            }
            TermKind::Match(subject, arms) => {
                self.keep_free(subject, false, base);
                for arm in arms {
                    self.keep_block_free(&arm.block, own, base);
                }
            }
            TermKind::Field(record, _) => self.keep_free(record, own, base),
            TermKind::With(record, changes) => {
                self.keep_free(record, own, base);
                for change in changes {
                    self.keep_free(&change.value, false, base);
                }
            }
            // Its elements carry their numbers.
            TermKind::Comprehension { over, .. } => self.keep_free(over, false, base),
            _ => term.children(&mut |child| self.keep_free(child, false, base)),
        }
    }
}

fn unknown(here: &Spot) -> Set {
    Set { val: Val::Unknown, layer: Layer::Shot, spot: here.clone(), claims: None }
}
