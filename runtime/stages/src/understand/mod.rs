//! `std.understand`: networks that see what is in a picture.

pub(crate) mod segment;
