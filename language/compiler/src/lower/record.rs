//! Records and cases while a shot is lowered: put together, taken apart, handed to stages. Pictures in them
//! stay pictures.

use super::picture::{Fields, Val};
use super::{Body, Lowering, Set};
use crate::evaluate::MOST_ELEMENTS;
use crate::report::{Report, Spot};
use crate::term::{FieldTerm, Term, TermKind};
use std::collections::BTreeMap;
use std::rc::Rc;
use toma_plan::{Input, Layer, Value};

/// Something in a value was wrong and reported.
pub(super) struct Unknown;

impl Lowering<'_> {
    /// `Beauty(rgba: p, …)`: each of its values, as its type wants it.
    pub(super) fn fields(
        &mut self,
        fields: &[FieldTerm],
        body: &Body,
        base: &str,
    ) -> Vec<(String, Set)> {
        let mut named = Vec::with_capacity(fields.len());
        for field in fields {
            let mut set = self.lower(&field.value, body, None, base);
            set.val = self.typed(set.val, &field.ty);
            named.push((field.name.clone(), set));
        }
        named
    }

    /// The record with other values in some of its fields.
    pub(super) fn changed(record: &Set, changes: Vec<(String, Set)>) -> Option<Rc<Fields>> {
        let mut named = fields_of(record)?.named.clone();
        for (name, change) in changes {
            let (_, set) = named.iter_mut().find(|(known, _)| *known == name)?;
            *set = change;
        }
        Some(Rc::new(Fields::new(named)))
    }

    /// Says so if a value holds more than a shot may.
    pub(super) fn within_budget(&mut self, val: Val, here: &Spot) -> Val {
        if val.size() <= MOST_ELEMENTS {
            return val;
        }
        let message = format!("this holds more than {MOST_ELEMENTS} values");
        self.reports.push(Report::error("T0420", message, here.clone()));
        Val::Unknown
    }

    /// Replaces what only lowering knows by the values it has, so that the rest can be worked out. What is late
    /// becomes one more of the body's locals.
    pub(super) fn make_plain(
        &mut self,
        term: &mut Term,
        body: &Body,
        base: &str,
        late: &mut Vec<Rc<Set>>,
    ) {
        if !term.needs_lowering() {
            return;
        }
        if term.is_for_lowering() {
            let set = self.lower(term, body, None, base);
            if set.val.is_late() {
                term.kind = TermKind::Local((body.locals.len() + late.len()) as u32);
                late.push(Rc::new(set));
            } else {
                term.kind = self.value(&set.val).map_or(TermKind::Unknown, TermKind::Constant);
            }
            return;
        }
        term.children_mut(&mut |child| self.make_plain(child, body, base, late));
    }
}

/// The values of a record, however it came about.
pub(super) fn fields_of(record: &Set) -> Option<Rc<Fields>> {
    match &record.val {
        Val::Record(fields) => Some(fields.clone()),
        Val::Static(Value::Record(values)) => Some(Rc::new(named_values(values, &record.spot))),
        _ => None,
    }
}

/// The case that a value is, and what it carries.
pub(super) fn case_of(set: &Set) -> Option<(String, Rc<Fields>)> {
    match &set.val {
        Val::Case(name, fields) => Some((name.clone(), fields.clone())),
        Val::Static(Value::Case { name, values }) => {
            Some((name.clone(), Rc::new(named_values(values, &set.spot))))
        }
        _ => None,
    }
}

fn named_values(values: &BTreeMap<String, Value>, spot: &Spot) -> Fields {
    let named = values.iter().map(|(name, value)| {
        let val = Val::Static(value.clone());
        let set = Set { val, layer: Layer::Shot, spot: spot.clone(), claims: None };
        (name.clone(), set)
    });
    Fields::new(named.collect())
}

/// Puts the pictures of a value into ports by their paths, `control.depth`, `layers[2]`; what is left is
/// the value without them.
pub(super) fn taken_apart(
    val: &Val,
    path: &str,
    inputs: &mut Vec<(String, Input)>,
) -> Result<Option<Value>, Unknown> {
    let mut named = |fields: &Fields| {
        let mut values = BTreeMap::new();
        for (name, set) in &fields.named {
            let value = taken_apart(&set.val, &format!("{path}.{name}"), inputs)?;
            values.extend(value.map(|value| (name.clone(), value)));
        }
        Ok(values)
    };
    Ok(match val {
        Val::Unknown | Val::Late(..) => return Err(Unknown),
        Val::Picture(picture) => {
            inputs.push((path.to_owned(), picture.input.clone()));
            None
        }
        Val::Static(value) => Some(value.clone()),
        Val::Space(name) => Some(Value::Text(name.clone())),
        Val::List(sets) => {
            if let Some(value) = val.value(&|_| None) {
                return Ok(Some(value));
            }
            let mut values = Vec::new();
            for (index, set) in sets.iter().enumerate() {
                values.extend(taken_apart(&set.val, &format!("{path}[{index}]"), inputs)?);
            }
            (!values.is_empty()).then_some(Value::List(values))
        }
        Val::Record(fields) => {
            let values = named(fields)?;
            (!values.is_empty()).then_some(Value::Record(values))
        }
        Val::Case(name, fields) => Some(Value::Case { name: name.clone(), values: named(fields)? }),
    })
}
