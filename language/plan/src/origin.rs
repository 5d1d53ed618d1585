//! Where a plan's nodes and values were written. No part of a plan's equality nor of any key.

use crate::FrameRange;
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
    /// Everybody who has a say, strongest first, those that lost too. Empty where only one has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<SettingOrigin>,
}

/// One of several that set a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingOrigin {
    /// The layer that it stands in.
    pub layer: Layer,
    /// Its text.
    pub place: Place,
    /// The value as it is written there.
    pub written: String,
    /// `at`: the frames that it is about.
    pub frames: Option<FrameRange>,
    /// `set!`: it silences what weaker layers say of some frames.
    pub hard: bool,
    /// A stronger one leaves nothing of it.
    pub silenced: bool,
}

/// Layers, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Layer {
    /// The default in the declaration of a stage or recipe, or the body of the recipe that makes the call.
    Default,
    /// The show.
    Show,
    /// The sequence.
    Sequence,
    /// A shot that the shot comes `from`.
    From,
    /// The shot's own text.
    Shot,
    /// The shot's tweak file.
    Tweaks,
}
