//! Names, types, units, colour spaces and lowering to a plan.
