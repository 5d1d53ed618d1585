//! The syntax: what parses, what is said of what doesn't, and that nothing is ever lost.
#![expect(
    clippy::disallowed_methods,
    reason = "the tests read pages and a clock; the language itself may not"
)]

mod alone;
mod cases;
mod expressions;
mod hostile;
mod lossless;
mod pages;
mod programs;
