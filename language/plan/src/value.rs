//! Parameter values as they stand in a plan.

use crate::{Curve, Date, FrameRange, FrameRate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A static value or a curve. Numbers are finite and in their dimension's base unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// An absent optional.
    None,
    /// Yes or no.
    Bool(bool),
    /// A whole number without a dimension.
    Int(i64),
    /// A number of a dimension.
    Number {
        /// In the base unit.
        value: f64,
        /// What it measures.
        dimension: Dimension,
    },
    /// Two, three or more numbers of one dimension: a point, a colour, a matrix by rows.
    Vector {
        /// In the base unit.
        values: Vec<f64>,
        /// What they measure.
        dimension: Dimension,
    },
    /// Text, also the name of a colour space.
    Text(String),
    /// A file or file pattern, relative to the shot's file. The engine alone opens it.
    Path(String),
    /// A source of randomness, already split.
    Seed(u64),
    /// Width and height in pixels.
    Size(u32, u32),
    /// Frame numbers, both ends included.
    Frames(FrameRange),
    /// Every so many of some frame numbers, beginning with the first: `1001..1096 every 2`.
    Steps {
        /// All of them.
        frames: FrameRange,
        /// From one to the next, more than 1.
        every: u32,
    },
    /// Frames a second.
    Rate(FrameRate),
    /// A day.
    Date(Date),
    /// Several values.
    List(Vec<Value>),
    /// Named values.
    Record(BTreeMap<String, Value>),
    /// A case of an enum.
    Case {
        /// Its name.
        name: String,
        /// What it carries, by name.
        values: BTreeMap<String, Value>,
    },
    /// A value for each frame.
    Curve(Curve),
}

/// What a number measures, and its base unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Dimension {
    /// A plain number.
    Scalar,
    /// A share; 100 % is 1.
    Ratio,
    /// Pixels of the shot's format.
    Length,
    /// Millimetres.
    Focal,
    /// Degrees, counter-clockwise.
    Angle,
    /// Seconds.
    Time,
    /// Frames.
    FrameCount,
    /// A frame number.
    Frame,
    /// Photographic stops.
    Stops,
    /// Kelvin.
    Kelvin,
    /// Candela a square metre.
    Nits,
}
