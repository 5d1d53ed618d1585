//! `std.matte`: what is there and what isn't.

pub(crate) mod extremes;
pub(crate) mod feather;
pub(crate) mod invert;
pub(crate) mod matte_of;
