//! The syntax: what parses, what is said of what doesn't, and that nothing is ever lost.

mod cases;
mod expressions;
mod hostile;
mod lossless;
mod pages;
mod programs;
