//! What values are while a shot is lowered.

use super::Set;
use super::time::Bounds;
use crate::evaluate::elements;
use std::collections::BTreeMap;
use std::rc::Rc;
use toma_plan::{FrameRate, Input, Value};

/// A value of a body. What can be large is shared.
#[derive(Debug, Clone)]
pub(super) enum Val {
    Static(Value),
    Picture(Rc<Picture>),
    List(Rc<Vec<Set>>),
    Record(Rc<Fields>),
    /// A case of an enum, and what it carries.
    Case(String, Rc<Fields>),
    Space(String),
    /// What a slider may move: the formula of that number, and how many values are in it at most.
    Late(u32, usize),
    /// Wrong and reported.
    Unknown,
}

/// Named values.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub(super) named: Vec<(String, Set)>,
    /// How many values are in it, those of its own values included.
    pub(super) size: usize,
    /// Is one of them late?
    is_late: bool,
}

impl Fields {
    pub(super) fn new(named: Vec<(String, Set)>) -> Self {
        let sizes = named.iter().map(|(_, set)| set.val.size().saturating_add(1));
        let size = sizes.fold(0, usize::saturating_add);
        let is_late = named.iter().any(|(_, set)| set.val.is_late());
        Self { named, size, is_late }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Set> {
        self.named.iter().find(|(known, _)| known == name).map(|(_, set)| set)
    }

    fn values(&self, late: &dyn Fn(u32) -> Option<Value>) -> Option<BTreeMap<String, Value>> {
        let named = self.named.iter();
        named.map(|(name, set)| Some((name.clone(), set.val.value(late)?))).collect()
    }
}

/// A node's port, and what is known of its pictures.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    pub(super) input: Input,
    pub(super) format: Option<(u32, u32)>,
    /// One picture for all times.
    pub(super) still: bool,
    /// Sources that answer with an error beyond their frames.
    pub(super) only: Vec<Bounds>,
    /// Frames a second; a still has none.
    pub(super) rate: Option<FrameRate>,
    /// Its type as the language writes it: `Clip<ACEScg>`, `Matte`.
    pub(super) kind: String,
}

impl Val {
    /// How many values are in it.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Static(value) => elements(value),
            Self::List(sets) => sets
                .iter()
                .map(|set| set.val.size().saturating_add(1))
                .fold(0, usize::saturating_add),
            Self::Record(fields) | Self::Case(_, fields) => fields.size,
            Self::Late(_, most) => *most,
            Self::Picture(_) | Self::Space(_) | Self::Unknown => 0,
        }
    }

    /// Is something in it late?
    pub(super) fn is_late(&self) -> bool {
        match self {
            Self::Late(..) => true,
            Self::List(sets) => sets.iter().any(|set| set.val.is_late()),
            Self::Record(fields) | Self::Case(_, fields) => fields.is_late,
            Self::Static(_) | Self::Picture(_) | Self::Space(_) | Self::Unknown => false,
        }
    }

    /// The plain value, with what `late` says of late ones.
    pub(super) fn value(&self, late: &dyn Fn(u32) -> Option<Value>) -> Option<Value> {
        match self {
            Self::Static(value) => Some(value.clone()),
            Self::List(sets) => {
                sets.iter().map(|set| set.val.value(late)).collect::<Option<_>>().map(Value::List)
            }
            Self::Record(fields) => fields.values(late).map(Value::Record),
            Self::Case(name, fields) => {
                fields.values(late).map(|values| Value::Case { name: name.clone(), values })
            }
            Self::Space(name) => Some(Value::Text(name.clone())),
            Self::Late(index, _) => late(*index),
            Self::Picture(_) | Self::Unknown => None,
        }
    }
}
