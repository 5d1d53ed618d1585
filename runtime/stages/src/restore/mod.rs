//! `std.restore`: networks that give back what was lost.

pub(crate) mod denoise;
