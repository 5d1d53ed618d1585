//! Text to a lossless tree: the item scanner, the grammar, recovery. Knows no types.

pub mod ast;
pub mod diagnostic;
