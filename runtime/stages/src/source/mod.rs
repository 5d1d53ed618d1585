//! `std.source`: files, and pictures made of numbers.

pub(crate) mod checker;
pub(crate) mod constant;
pub(crate) mod layers;
pub(crate) mod noise;
pub(crate) mod ramp;
pub(crate) mod read;
pub(crate) mod read_layer;

use toma_stage::Registry;

/// Adds the chapter.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(read::Source);
    registry.add(read_layer::ReadLayer);
    registry.add(layers::Layers);
    registry.add(constant::Constant);
    registry.add(ramp::Ramp);
    registry.add(checker::Checker);
    registry.add(noise::Noise);
}
