//! What stands beside the `.toma` files: the shots' tweaks, the project's manifest `toma.yaml` and its lock
//! `toma.lock`. All are YAML, read with positions ([`yaml`]), so that every message points into them.
//!
//! Reads texts through the database only; what a tweak's address or value means is for the shot's document.

mod bake;
mod edit;
mod form;
pub(crate) mod literal;
mod lock;
mod manifest;
mod offered;
pub(crate) mod paths;
mod remarks;
mod schema;
mod splice;
pub(crate) mod tweaks;
pub(crate) mod unclaimed;
mod yaml;

pub(crate) use bake::{Led, baked};
pub use edit::{TweakEdit, edit_tweaks};
pub use lock::{Source, lock_text};
pub use manifest::folders_named;
pub(crate) use manifest::{RootFolder, project, root, root_names, source_path};
pub(crate) use offered::manifest as manifest_of;
pub use offered::{Manifest, ManifestPackage};
pub use schema::{SchemaOf, schema};
pub use tweaks::{TweakLine, path_of as tweaks_path, read_tweaks};
