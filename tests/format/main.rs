//! `toma fmt`: the canonical form of what stands in `cases.txt`, and what holds for any program.
#![expect(
    clippy::disallowed_methods,
    reason = "the tests read the tree's programs; the language itself may not"
)]

mod cases;
mod kept;
mod programs;
mod properties;
mod shipped;
