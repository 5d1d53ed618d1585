//! The `toma` program as its users meet it: commands, exit codes, messages, files.

mod bad_input;
mod checking;
mod commands;
mod formatting;
mod gallery;
mod incremental;
mod origins;
mod plans;
mod project;
