//! What the language's own description names and later releases bring: stages, parameters of
//! stages, and modules of the standard library.
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

/// Parameters that stages of the standard library will have: the stage's name, then the parameter's.
const PARAMETERS: [(&str, &str); 1] = [("segment", "prompt")];

/// Is it a stage of a later release?
pub(crate) fn is_stage(name: &str) -> bool {
    STAGES.contains(&name)
}

/// Is it a module of the standard library of a later release?
pub(crate) fn is_module(name: &str) -> bool {
    MODULES.contains(&name)
}

/// Is it a parameter that a later release gives this stage?
pub(crate) fn is_parameter(stage: &str, name: &str) -> bool {
    PARAMETERS.contains(&(stage, name))
}
