//! What stages can't compute, in the artist's words.

use toma_media::{MediaError, Size};
use toma_models::ModelError;
use toma_stage::StageError;

/// Why a stage has no picture. Becomes the one [`StageError`] of the contract.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StagesError {
    /// T0650: a picture lacks channels.
    #[error("the picture at `{port}` has no channel {missing}: it has {found}")]
    Channels {
        /// The input.
        port: String,
        /// What isn't there.
        missing: &'static str,
        /// What is.
        found: String,
    },
    /// T0650: identifiers where pixels are mixed.
    #[error("the picture at `{port}` holds identifiers in {plane}: mixed, they would mean nothing")]
    Identifiers {
        /// The input.
        port: String,
        /// The plane.
        plane: String,
    },
    /// T0651: two formats combined.
    #[error(
        "the pictures at `{port}` and `{other}` have different formats: {}x{} and {}x{}",
        size.width, size.height, other_size.width, other_size.height
    )]
    Formats {
        /// The first input.
        port: String,
        /// The second.
        other: String,
        /// The first one's format.
        size: Size,
        /// The second one's.
        other_size: Size,
    },
    /// T0652: a setting with which nothing can be computed.
    #[error("`{name}` is {value}: {why}")]
    Setting {
        /// The parameter.
        name: &'static str,
        /// What it is.
        value: String,
        /// What it has to be.
        why: &'static str,
    },
    /// T0653: the result would be larger than any picture.
    #[error("the result would be {width} x {height} pixels large")]
    TooLarge {
        /// Columns.
        width: u64,
        /// Rows.
        height: u64,
    },
    /// T0655: the machine has no room for the result.
    #[error("this machine has not the {gigabytes} GB of memory for {width} x {height} pixels")]
    NoMemory {
        /// Columns.
        width: u64,
        /// Rows.
        height: u64,
        /// What was asked for, in billions of bytes.
        gigabytes: u64,
    },
    /// T0654: a file without colour.
    #[error("{file} holds no picture in R, G, B or Y: it has {found}")]
    NoColour {
        /// The file's name.
        file: String,
        /// Its channels.
        found: String,
    },
    /// T0657: a file without a layer.
    #[error("{file} has no layer {layer}: it has {found}")]
    NoLayer {
        /// The file's name.
        file: String,
        /// What isn't there.
        layer: String,
        /// Its channels.
        found: String,
    },
}

impl StagesError {
    /// The code whose page `toma explain` shows.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Channels { .. } | Self::Identifiers { .. } => "T0650",
            Self::Formats { .. } => "T0651",
            Self::Setting { .. } => "T0652",
            Self::TooLarge { .. } => "T0653",
            Self::NoColour { .. } => "T0654",
            Self::NoMemory { .. } => "T0655",
            Self::NoLayer { .. } => "T0657",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Channels { .. } => {
                "give it a picture with R, G and B, or a matte where one is wanted"
            }
            Self::Identifiers { .. } => "use the picture as it was read, without this stage",
            Self::Formats { .. } => "bring one into the other's format with `reformat`",
            Self::Setting { .. } => "change the value, or the curve at this frame",
            Self::TooLarge { .. } => "make it smaller, or `crop` the picture first",
            Self::NoMemory { .. } => {
                "choose a smaller `format`, `crop` the picture first, or render on a larger machine"
            }
            Self::NoLayer { .. } => {
                "name the layer as the file does, `@layer(\"spec\")`, or render the file again with it"
            }
            Self::NoColour { .. } => "name a file with colour, or export its layer as R, G and B",
        }
    }
}

impl From<StagesError> for StageError {
    fn from(error: StagesError) -> Self {
        Self::failed(error.code(), error.to_string(), error.help())
    }
}

/// A failure of media as a stage's.
pub(crate) fn of_media(error: &MediaError) -> StageError {
    StageError::failed(error.code(), error.to_string(), error.help())
}

/// A failure of a network as a stage's.
pub(crate) fn of_model(error: &ModelError) -> StageError {
    if *error == ModelError::Cancelled {
        return StageError::Cancelled;
    }
    StageError::failed(error.code(), error.to_string(), error.help())
}
