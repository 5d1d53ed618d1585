//! Tests of the language: the specification, the pages of the error codes, hostile programs, what edits cost.

#![expect(
    clippy::disallowed_methods,
    reason = "the chapters are read from the disk, and time is taken"
)]

mod edits;
mod hostile;
mod library;
mod origins;
mod pages;
mod project;
#[path = "../incremental/queries.rs"]
mod queries;
mod specification;
