//! Records, cases, branches and lists by rule: what is put together, taken apart and chosen.
//!
//! **Invariant**: every element that is worked out is paid for, also one that nobody keeps, so that lists in
//! lists end.

use super::{MOST_ELEMENTS, Surroundings, Trouble, coerce, elements, evaluate, wrong};
use crate::report::ItemRef;
use crate::term::{Block, FieldTerm, PatternTerm, Term, TermKind};
use crate::types::Type;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use toma_plan::{FrameRange, Value};
use toma_syntax::diagnostic::Span;

/// Elements that may be worked out for one value, those that are dropped again included.
pub(crate) const MOST_STEPS: u64 = 1_000_000;

/// A body inside of a term: more locals behind those around it.
struct Inner<'a> {
    around: &'a dyn Surroundings,
    first: u32,
    values: RefCell<Vec<Value>>,
    steps: &'a Cell<u64>,
}

impl Surroundings for Inner<'_> {
    fn local(&self, index: u32) -> Option<Value> {
        match index.checked_sub(self.first) {
            Some(index) => self.values.borrow().get(index as usize).cloned(),
            None => self.around.local(index),
        }
    }
    fn named(&self, item: &ItemRef) -> Option<Value> {
        self.around.named(item)
    }
    fn frames(&self) -> Option<FrameRange> {
        self.around.frames()
    }
    fn shot(&self) -> Option<(u64, &str)> {
        self.around.shot()
    }
    fn steps(&self) -> Option<&Cell<u64>> {
        Some(self.steps)
    }
}

/// Takes steps from what is left; says so when nothing is.
fn spend(steps: &Cell<u64>, count: u64, span: Span) -> Result<(), Trouble> {
    let spent = steps.get().saturating_add(count);
    steps.set(spent);
    if spent > MOST_STEPS {
        return wrong(
            "T0420",
            format!("working this out takes more than {MOST_STEPS} steps"),
            span,
        );
    }
    Ok(())
}

/// What a term is worth that puts together, takes apart or chooses.
pub(super) fn structure(term: &Term, around: &dyn Surroundings) -> Result<Value, Trouble> {
    let value = match &term.kind {
        TermKind::Record(fields) => Value::Record(named(fields, around)?),
        TermKind::Case { name, fields } => {
            Value::Case { name: name.clone(), values: named(fields, around)? }
        }
        TermKind::Field(base, name) => match evaluate(base, around)? {
            Value::Record(mut values) => values.remove(name).ok_or(Trouble::Open)?,
            _ => return Err(Trouble::Open),
        },
        TermKind::With(base, fields) => match evaluate(base, around)? {
            Value::Record(mut values) => {
                values.extend(named(fields, around)?);
                Value::Record(values)
            }
            _ => return Err(Trouble::Open),
        },
        TermKind::If { branches, otherwise } => {
            let mut chosen = otherwise.as_ref();
            for (condition, block) in branches {
                match evaluate(condition, around)? {
                    Value::Bool(true) => {
                        chosen = block;
                        break;
                    }
                    Value::Bool(false) => {}
                    _ => return Err(Trouble::Open),
                }
            }
            coerce(block(chosen, Vec::new(), around)?, &term.ty)
        }
        TermKind::Match(subject, arms) => {
            let subject = evaluate(subject, around)?;
            let arm = arms.iter().find(|arm| catches(&arm.pattern, &subject));
            let arm = arm.ok_or(Trouble::Open)?;
            let bound = match (&arm.pattern, subject) {
                (PatternTerm::Case { bindings, .. }, Value::Case { mut values, .. }) => bindings
                    .iter()
                    .map(|name| values.remove(name).ok_or(Trouble::Open))
                    .collect::<Result<_, _>>()?,
                _ => Vec::new(),
            };
            coerce(block(&arm.block, bound, around)?, &term.ty)
        }
        TermKind::Comprehension { first, over, value } => {
            list(term, *first, &evaluate(over, around)?, value, around)?
        }
        _ => return Err(Trouble::Open),
    };
    if elements(&value) > MOST_ELEMENTS {
        return wrong("T0420", format!("this holds more than {MOST_ELEMENTS} values"), term.span);
    }
    Ok(value)
}

fn named(
    fields: &[FieldTerm],
    around: &dyn Surroundings,
) -> Result<BTreeMap<String, Value>, Trouble> {
    fields
        .iter()
        .map(|field| {
            let value = coerce(evaluate(&field.value, around)?, &field.ty);
            Ok((field.name.clone(), value))
        })
        .collect()
}

/// Does an arm catch a value?
pub(crate) fn catches(pattern: &PatternTerm, subject: &Value) -> bool {
    match (pattern, subject) {
        (PatternTerm::Else, _) => true,
        (PatternTerm::Value(known), subject) => known == subject,
        (PatternTerm::Case { name, .. }, Value::Case { name: found, .. }) => name == found,
        (PatternTerm::Case { .. }, _) => false,
    }
}

/// Asks with the steps that are counted already, or counts anew.
fn counted<T>(around: &dyn Surroundings, ask: impl FnOnce(&Cell<u64>) -> T) -> T {
    match around.steps() {
        Some(steps) => ask(steps),
        None => ask(&Cell::new(0)),
    }
}

fn block(block: &Block, bound: Vec<Value>, around: &dyn Surroundings) -> Result<Value, Trouble> {
    counted(around, |steps| {
        let inner = Inner { around, first: block.first, values: RefCell::new(bound), steps };
        for line in &block.lets {
            let mut value = evaluate(&line.value, &inner)?;
            if let Some(ty) = &line.ty {
                value = coerce(value, ty);
            }
            inner.values.borrow_mut().push(value);
        }
        evaluate(&block.result, &inner)
    })
}

fn list(
    term: &Term,
    first: u32,
    over: &Value,
    value: &Term,
    around: &dyn Surroundings,
) -> Result<Value, Trouble> {
    let plain = Type::Unknown;
    let element = match &term.ty {
        Type::List(inner) => inner.as_ref(),
        _ => &plain,
    };
    counted(around, |steps| {
        let inner = Inner { around, first, values: RefCell::default(), steps };
        let mut values = Vec::new();
        let mut held = 0;
        for running in running(over).ok_or(Trouble::Open)? {
            spend(steps, 1, term.span)?;
            inner.values.replace(vec![running]);
            let value = coerce(evaluate(value, &inner)?, element);
            held += 1 + elements(&value);
            if held > MOST_ELEMENTS {
                return wrong(
                    "T0420",
                    format!("this list has more than {MOST_ELEMENTS} elements"),
                    term.span,
                );
            }
            values.push(value);
        }
        Ok(Value::List(values))
    })
}

/// What a `for` runs over, one by one.
pub(crate) fn running(over: &Value) -> Option<Vec<Value>> {
    Some(match over {
        Value::List(values) => values.clone(),
        Value::Frames(frames) => (frames.first..=frames.last).map(Value::Int).collect(),
        Value::Steps { frames, every } => {
            (frames.first..=frames.last).step_by((*every).max(1) as usize).map(Value::Int).collect()
        }
        _ => return None,
    })
}
