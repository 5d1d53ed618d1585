//! The checked plan: the only thing that crosses from the language to the runtime.
//!
//! Plain data. The compiler makes it, the engine gives its nodes keys, other tools may read its
//! versioned JSON. It knows no other crate of Toma, no file's content and no pixel.
//!
//! **Invariants**
//! - `nodes` are in topological order: an input names an earlier node.
//! - Everything is static but curves; values are reduced to their dimension's base unit.
//! - [`Origins`] stand beside the plan and are no part of its equality: moving text yields an equal plan.

mod bounds;
mod curve;
mod date;
pub mod diff;
pub mod graph;
mod named;
mod origin;
mod value;
pub mod written;

pub use bounds::{Bounds, extremes};
pub use curve::{Curve, CurveKey, Ease, Operation, Shape};
pub use date::{Date, last_day};
pub use named::{Iter, Named};
pub use origin::{Layer, NodeOrigin, Origins, Place, SettingOrigin, ValueOrigin};
pub use value::{Dimension, Value};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the JSON form. It changes with every change of meaning.
pub const SCHEMA: u32 = 2;

/// A shot, checked and lowered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    /// [`SCHEMA`] of the program that made it.
    pub schema: u32,
    /// The shot's name.
    pub shot: String,
    /// What surrounds the nodes. In a node's key only if its stage declares so.
    pub ambient: Ambient,
    /// Stages to run, in topological order.
    pub nodes: Vec<Node>,
    /// What the shot writes, in the order of the text.
    pub outputs: Vec<Output>,
    /// Where everything came from.
    #[serde(default)]
    pub origins: Origins,
}

impl PartialEq for Plan {
    fn eq(&self, other: &Self) -> bool {
        self.schema == other.schema
            && self.shot == other.shot
            && self.ambient == other.ambient
            && self.nodes == other.nodes
            && self.outputs == other.outputs
    }
}

/// Values of the shot that a stage may declare to read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ambient {
    /// The cut range, inclusive.
    pub frames: FrameRange,
    /// Frames before and behind the cut that the shot also has.
    pub handles: u32,
    /// Frames a second, exact.
    pub rate: FrameRate,
    /// Width and height in pixels.
    pub format: (u32, u32),
    /// The working space's name.
    pub space: String,
}

/// Frame numbers, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FrameRange {
    /// The first frame.
    pub first: i64,
    /// The last frame, not before the first.
    pub last: i64,
}

impl FrameRange {
    /// Is the frame in the range?
    pub fn contains(&self, frame: i64) -> bool {
        (self.first..=self.last).contains(&frame)
    }
}

/// Frames a second as a ratio: 23.976 is 24000/1001.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FrameRate {
    /// Frames …
    pub frames: u32,
    /// … in so many seconds.
    pub seconds: u32,
}

/// Which node: its place in [`Plan::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub u32);

/// One call of a stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// The address in the shot: `comp`, `fall/gen`. Unique in a plan; no part of any key.
    pub path: String,
    /// The stage's module and name: `std.comp.over`.
    pub stage: String,
    /// The version that the declaration names.
    pub version: u32,
    /// Values by parameter name. Defaults are filled in; an absent `T?` is [`Value::None`].
    pub parameters: Named<Value>,
    /// Pictures by port path: `image`, `control.depth`, `layers[2]`. An absent optional port is left out.
    pub inputs: Named<Input>,
    /// What it yields. The first is what the node's name means.
    pub ports: Vec<Port>,
    /// When it has pictures.
    pub domain: Domain,
    /// What lies beyond `domain`. Only sources have a domain of their own; others ask their inputs.
    pub outside: Outside,
    /// The card of the weights it runs, if it is a network.
    pub weights: Option<String>,
}

/// A picture or value taken from an earlier node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Who makes it.
    pub node: NodeId,
    /// Which of its ports.
    pub port: String,
}

/// What a node yields under one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Port {
    /// `out` for stages with one.
    pub name: String,
    /// The type as the language writes it: `Clip<ACEScg>`, `Matte`.
    pub kind: String,
    /// Width and height, where the compiler knows it.
    pub format: Option<(u32, u32)>,
}

/// When a node has pictures of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Domain {
    /// One picture for all times.
    Still,
    /// Whenever its inputs have.
    Inputs,
    /// At these frames of the shot's time.
    Frames(FrameRange),
}

/// What a source answers beyond its domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outside {
    /// A message, before anything runs.
    Error,
    /// The nearest frame that it has.
    Hold,
    /// No light.
    Black,
}

/// One `write`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// Its name in the shot; `write` where it has none.
    pub name: String,
    /// Relative to the shot's file; the frame stands as `%04d`. Everything else is bound.
    pub path: String,
    /// The file format: `exr`, `png`.
    pub format: String,
    /// Settings of the file format, defaults left to the encoder.
    pub settings: BTreeMap<String, Value>,
    /// The frames it writes: the cut, or the cut with handles.
    pub frames: FrameRange,
    /// What for: `final`, `review`.
    pub purpose: Option<String>,
    /// What is written.
    pub input: Input,
}
