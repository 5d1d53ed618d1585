//! The stages: what turns pictures into pictures. One file each, in the chapters of the standard library.
//!
//! Every stage has three parts: a declaration (the same as in `stdlib/`), what it reads, and what it
//! computes. It must not open a path, look at a clock, or know the engine. Begin at a small one,
//! `color`'s `exposure`; `picture` and `rows` are what all of them stand on.
//!
//! **Invariants**
//! - All but networks are `exact`: IEEE f32 in a fixed order, no fused multiply-add, transcendental
//!   functions from `libm`. Work is cut into blocks of rows whose results don't depend on each other, so
//!   threads change nothing.
//! - The cancel token is looked at before every block.
//! - Metadata and pixel aspect are those of the first input.

#![expect(
    clippy::float_cmp,
    reason = "what changes nothing changes no bit: 0, 1 and equal settings are compared exactly"
)]

mod color;
mod comp;
mod declare;
mod error;
mod filter;
mod kernel;
mod matrix;
mod matte;
mod picture;
mod reading;
mod restore;
mod rows;
mod sheet;
mod source;
mod time;
mod transform;
mod understand;

pub use error::StagesError;

use std::sync::Arc;
use toma_media::ColourSpaces;
use toma_models::Models;
use toma_stage::Registry;

/// All stages of the standard library. Colour goes through `colour`, networks through `models`.
pub fn registry(colour: Arc<dyn ColourSpaces>, models: Arc<Models>) -> Registry {
    let mut registry = Registry::default();
    source::register(&mut registry);
    color::register(&mut registry, &colour);
    comp::register(&mut registry);
    registry.add(matte::feather::Feather);
    registry.add(matte::invert::Invert);
    registry.add(matte::matte_of::MatteOf);
    registry.add(filter::blur::Blur);
    registry.add(transform::transform::Transform);
    registry.add(transform::reformat::Reformat);
    registry.add(transform::crop::Crop);
    time::register(&mut registry);
    registry.add(understand::segment::Segment::new(Arc::clone(&colour), Arc::clone(&models)));
    registry.add(restore::denoise::Denoise::new(colour, models));
    registry
}
