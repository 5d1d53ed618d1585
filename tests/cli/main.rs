//! The `toma` program as its users meet it: commands, exit codes, messages, files.

mod bad_input;
mod beginning;
mod checking;
mod commands;
mod diffs;
mod documentation;
mod formatting;
mod gallery;
mod hostile;
mod incremental;
mod layers;
mod locking;
mod messages;
mod origins;
mod plans;
mod project;
mod schema;
mod schemas;
mod seeds;
mod spoken;
mod testing;
mod tweaks;
