//! Frames, EXR, PNG, JPEG, file sequences and colour spaces. Knows no stage and no plan.
//!
//! Start at [`frame`]: everything else makes one or takes one.

pub mod frame;

pub use frame::{Block, Frame, Metadatum, Plane, Samples, Size, Window};
