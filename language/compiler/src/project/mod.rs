//! What stands beside the `.toma` files: the shots' tweaks, the project's manifest `toma.yaml` and its lock
//! `toma.lock`. All are YAML, read with positions ([`yaml`]), so that every message points into them.
//!
//! Reads texts through the database only; what a tweak's address or value means is for the shot's document.

pub(crate) mod literal;
pub(crate) mod tweaks;
pub(crate) mod yaml;
