//! What the language's own description names and later releases bring: stages, and modules of the standard library.
//! Types stand with the others, in `types`.

/// Stages that come with later releases.
const STAGES: [&str; 24] = [
    "view",
    "burn_in",
    "checker",
    "text",
    "flicker",
    "edge_break",
    "depth",
    "edges",
    "flow",
    "track",
    "detect",
    "roto",
    "video",
    "inpaint",
    "grain",
    "measure_grain",
    "upscale",
    "interpolate",
    "pick",
    "slate",
    "contact_sheet",
    "flow_warp",
    "motion_blur",
    "lens_blur",
];

/// Modules of the standard library that come with later releases.
const MODULES: [&str; 5] = ["finish", "generate", "scene", "qc", "review"];

/// Is it a stage of a later release?
pub(crate) fn is_stage(name: &str) -> bool {
    STAGES.contains(&name)
}

/// Is it a module of the standard library of a later release?
pub(crate) fn is_module(name: &str) -> bool {
    MODULES.contains(&name)
}
