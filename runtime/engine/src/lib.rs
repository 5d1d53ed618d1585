//! Keys, store, scheduling: computes only what changed.
