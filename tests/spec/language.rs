//! Tests of the language: the specification, the pages of the error codes, hostile programs, what edits cost.

mod hostile;
mod pages;
mod project;
#[path = "../incremental/queries.rs"]
mod queries;
mod specification;
