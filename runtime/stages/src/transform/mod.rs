//! `std.transform`: pictures elsewhere, larger, smaller, turned, cut.

pub(crate) mod crop;
pub(crate) mod placement;
pub(crate) mod reformat;
#[expect(clippy::module_inception, reason = "the chapter has a stage of its own name")]
pub(crate) mod transform;
