//! What flows between stages.

use std::collections::BTreeMap;
use std::sync::Arc;
use toma_media::Frame;

/// A value on its way from a stage to the next. Cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A picture.
    Frame(Arc<Frame>),
    /// Small numbers by name: measures, tracks, statistics.
    Table(Arc<Table>),
    /// Several frames under one key: what a [`crate::Span::Chunk`] stage yields.
    Sequence(Arc<Sequence>),
}

impl Value {
    /// Bytes held.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Frame(frame) => frame.bytes(),
            Self::Table(table) => {
                table.columns.values().map(|column| column.len() as u64 * 8 + 32).sum()
            }
            Self::Sequence(sequence) => sequence.frames.iter().map(|frame| frame.bytes()).sum(),
        }
    }
}

/// Columns of numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// By name, in base units.
    pub columns: BTreeMap<String, Vec<f64>>,
}

/// Consecutive frames.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    /// The number of the first one.
    pub first: i64,
    /// In order.
    pub frames: Vec<Arc<Frame>>,
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// A value for each output port, in the declaration's order.
    Values(Vec<Value>),
    /// The only output equals what this input port gave, bit for bit. Recorded as an alias.
    Same(&'static str),
}

impl Answer {
    /// A single picture.
    pub fn frame(frame: Frame) -> Self {
        Self::Values(vec![Value::Frame(Arc::new(frame))])
    }

    /// A single table.
    pub fn table(table: Table) -> Self {
        Self::Values(vec![Value::Table(Arc::new(table))])
    }
}
