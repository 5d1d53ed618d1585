//! Where a plan's nodes and values were written. No part of a plan's equality nor of any key.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Origins of a whole plan.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Origins {
    /// One for each node, in the order of the nodes.
    pub nodes: Vec<NodeOrigin>,
    /// One for each output, in the order of the outputs.
    pub outputs: Vec<Place>,
}

/// A stretch of a source file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// The file, as it was given to the compiler. Stages of the standard library: `std/…`.
    pub file: String,
    /// The first byte.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
}

/// Where a node came from.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NodeOrigin {
    /// The call of the stage.
    pub call: Place,
    /// The calls of recipes it stands in, innermost first.
    pub chain: Vec<Place>,
    /// Who set each parameter.
    pub parameters: BTreeMap<String, ValueOrigin>,
}

/// Who set a value, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueOrigin {
    /// The layer that won.
    pub layer: Layer,
    /// Its text.
    pub place: Place,
}

/// Layers, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Layer {
    /// The default in the declaration of the stage or recipe.
    Default,
    /// The show.
    Show,
    /// The sequence.
    Sequence,
    /// The shot's own text, or the body of the recipe that makes the call.
    Shot,
}
