//! The toma command.
fn main() {}
