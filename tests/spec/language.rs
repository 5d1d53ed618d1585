//! Tests of the language: the specification, the pages of the error codes, hostile programs, what edits cost.

#![expect(
    clippy::disallowed_methods,
    reason = "the chapters are read from the disk, and time is taken"
)]

mod addresses;
mod alone;
#[path = "../incremental/both_ways.rs"]
mod both_ways;
#[path = "../incremental/edited.rs"]
mod edited;
mod edits;
mod hostile;
mod library;
mod origins;
mod pages;
mod project;
#[path = "../incremental/queries.rs"]
mod queries;
#[path = "../incremental/rows.rs"]
mod rows;
#[path = "../incremental/sliders.rs"]
mod sliders;
mod specification;
