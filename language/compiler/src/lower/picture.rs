//! What values are while a shot is lowered.

use super::Set;
use crate::report::Spot;
use toma_plan::{FrameRange, Input, Value};

/// A value of a body.
#[derive(Debug, Clone)]
pub(super) enum Val {
    Static(Value),
    Picture(Picture),
    List(Vec<Set>),
    Space(String),
    /// Wrong and reported.
    Unknown,
}

/// A node's port, and what is known of its pictures.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    pub(super) input: Input,
    pub(super) format: Option<(u32, u32)>,
    /// One picture for all times.
    pub(super) still: bool,
    /// Beyond these frames a source answers with an error; where that source is.
    pub(super) only: Vec<(FrameRange, Spot)>,
}

impl Val {
    /// The plain value.
    pub(super) fn value(&self) -> Option<Value> {
        match self {
            Self::Static(value) => Some(value.clone()),
            Self::List(sets) => {
                sets.iter().map(|set| set.val.value()).collect::<Option<_>>().map(Value::List)
            }
            Self::Space(name) => Some(Value::Text(name.clone())),
            Self::Picture(_) | Self::Unknown => None,
        }
    }
}
