//! Trained networks in candle, their weights and kernels.
//!
//! [`Models`] finds weights by their [`Card`]s, checks their hashes and loads each network once.
//! A network takes planes of display-referred f32 samples, row after row, and gives planes back. It
//! runs in the rayon pool of whoever calls it and asks between layers whether it is still wanted.
//!
//! Networks are written once, over candle tensors. On the CPU their convolutions are our own
//! `kernels`, on other devices candle's; today only the CPU is wired up in [`Models`].
//!
//! This crate knows no stage, no frame and no plan.
//!
//! **Invariants**
//! - On the CPU equal input gives equal bits, on every instruction set and any number of threads.
//! - `unsafe` stands in `kernels` only.

#![deny(unsafe_code)]

mod card;
mod error;
#[expect(unsafe_code, reason = "vector instructions and planes that threads fill together")]
mod kernels;
mod layers;
mod oidn;
mod picture;
mod registry;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod timings;
mod u2netp;
mod weights;

pub use card::{Card, Source, cards};
pub use error::ModelError;
pub use oidn::Oidn;
pub use registry::Models;
pub use u2netp::U2netp;

/// What keys call these networks' arithmetic: our CPU kernels, f32. It changes when their bits do.
pub const NUMERIC_CLASS: &str = "toma-kernels-1 f32 cpu";
