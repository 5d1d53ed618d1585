//! The engine driven by plans built by hand, with small stages of its own.
//!
//! `stages` holds the stages, `plans` builds plans and folders; the other files are the tests, one
//! subject each.

#![expect(clippy::float_cmp, reason = "results are compared bit for bit, that is the point")]

mod encoding;
mod failing;
mod history;
mod keys;
mod outputs;
mod plans;
mod property;
mod sources;
mod stages;
mod storing;
mod time;
