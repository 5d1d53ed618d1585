//! Frames, EXR, PNG, JPEG, file sequences and colour spaces. Knows no stage and no plan.
//!
//! Start at [`frame`]: everything else makes one or takes one. [`codec`] turns bytes into frames,
//! [`encoding`] frames into bytes, [`sequence`] finds files, [`output`] writes them, [`colour`]
//! converts colours.

pub mod codec;
pub mod colour;
pub mod encoding;
mod error;
mod exr;
pub mod frame;
mod jpeg;
pub mod output;
mod planes;
mod png;
mod samples;
pub mod sequence;

pub use codec::{
    DECODER_VERSION, FileKind, HEADER_BYTES, Header, Limits, decode, header, header_of_file,
};
pub use colour::{BuiltinColour, ColourSpaces, Convert, SpaceFamily};
pub use encoding::{Encoding, EncodingSetting, encode};
pub use error::MediaError;
pub use frame::{Block, Frame, Metadatum, Plane, Samples, Size, Window};
pub use output::write_atomic;
pub use samples::zeroed;
pub use sequence::{Listing, Pattern, frames_text};
