//! `std.time`: pictures at other times.

pub(crate) mod shift;
pub(crate) mod temporal_median;
