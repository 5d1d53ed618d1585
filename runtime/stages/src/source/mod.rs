//! `std.source`: files, and pictures made of numbers.

pub(crate) mod checker;
pub(crate) mod constant;
pub(crate) mod noise;
pub(crate) mod ramp;
pub(crate) mod read;

use toma_stage::Registry;

/// Adds the chapter.
pub(crate) fn register(registry: &mut Registry) {
    registry.add(read::Source);
    registry.add(constant::Constant);
    registry.add(ramp::Ramp);
    registry.add(checker::Checker);
    registry.add(noise::Noise);
}
