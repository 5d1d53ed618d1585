//! `std.filter`: filters over a neighbourhood.

pub(crate) mod blur;
pub(crate) mod gaussian;
