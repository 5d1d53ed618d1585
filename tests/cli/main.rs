//! The `toma` program as its users meet it: commands, exit codes, messages, files.

mod bad_input;
mod beginning;
mod checking;
mod commands;
mod diffs;
mod formatting;
mod documentation;
mod gallery;
mod incremental;
mod locking;
mod origins;
mod plans;
mod project;
mod seeds;
mod tweaks;
mod testing;
