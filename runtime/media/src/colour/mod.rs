//! Colour spaces by name and conversions between them. Pixels only: what a space means for types is
//! the compiler's affair.

mod builtin;
mod compiled;
mod curve;
mod published;
pub mod transcendental;

use std::sync::Arc;

pub use builtin::BuiltinColour;

use crate::MediaError;

/// What the compiler needs to know of a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpaceFamily {
    /// Proportional to light in the scene.
    Linear,
    /// A camera's or a grading logarithm.
    Log,
    /// Made for a display or encoded like it.
    Display,
    /// Not colour at all.
    Data,
}

/// The colour spaces of a configuration.
pub trait ColourSpaces: Send + Sync {
    /// All names, the language's own first: `ACEScg`, `ACES2065`, `LinearRec709`, `sRGB`, `Rec709`,
    /// then those of the configuration.
    fn names(&self) -> Vec<String>;

    /// What kind of space a name stands for; `None` for an unknown name.
    fn family(&self, name: &str) -> Option<SpaceFamily>;

    /// Text that changes whenever any conversion may: the configuration, what evaluates it, and the
    /// contents of every file it refers to.
    fn identity(&self) -> String;

    /// The conversion between two spaces.
    ///
    /// # Errors
    /// [`MediaError::UnknownSpace`] with the nearest names; [`MediaError::NoConversion`] where one
    /// is data; [`MediaError::NotExact`] where the result would depend on the machine.
    fn converter(&self, from: &str, to: &str) -> Result<Arc<dyn Convert>, MediaError>;
}

/// A conversion of colours: the same bits for any division of a picture and on every machine.
pub trait Convert: Send + Sync {
    /// Converts in place. The slices are equally long. Colours are straight (not multiplied by
    /// alpha); negatives and values over 1 are kept where the space has a place for them.
    fn apply(&self, r: &mut [f32], g: &mut [f32], b: &mut [f32]);
}
