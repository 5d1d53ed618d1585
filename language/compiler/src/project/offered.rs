//! What programs may know of a project: plain data, without places. The `toma` command asks it for folders,
//! colours and packages.

use super::lock::Source;
use super::manifest::{lock_of, project};
use crate::database::Db;
use crate::system::Family;
use std::collections::BTreeMap;

/// A project's manifest and lock. Paths are counted as the file's that was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The path of `toma.yaml`.
    pub file: String,
    /// Its folder, with a `/` at the end; empty for the current one.
    pub folder: String,
    /// The folder for caches, records and packages.
    pub cache: Option<String>,
    /// The folder with models' weights.
    pub models: Option<String>,
    /// Where relative paths of `read` start from, with a `/` at the end.
    pub media: Option<String>,
    /// The colour configuration: the path of a file, or the name of a built-in one.
    pub colour: Option<String>,
    /// Sorts of spaces that the manifest states.
    pub spaces: BTreeMap<String, Family>,
    /// By the name that `use` knows.
    pub packages: BTreeMap<String, ManifestPackage>,
    /// What the lock says of packages: where from, and the hash of its files.
    pub locked: BTreeMap<String, (Source, String)>,
    /// What the lock says of weights: their SHA-256 by the card's name.
    pub weights: BTreeMap<String, String>,
}

/// A package of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestPackage {
    /// Its folder, with a `/` at the end, there or not.
    pub folder: String,
    /// Where it comes from.
    pub source: Source,
}

/// The manifest of a file, if it has one.
pub(crate) fn manifest(db: &dyn Db, path: &str) -> Option<Manifest> {
    let project = project(db, path);
    let lock = lock_of(db, project).unwrap_or_default();
    let packages = project.packages.iter().map(|(name, package)| {
        let source = match &package.git {
            Some((git, rev)) => Source::Git { git: git.clone(), rev: rev.clone() },
            None => Source::Path(package.path.clone()),
        };
        (name.clone(), ManifestPackage { folder: package.folder.clone(), source })
    });
    Some(Manifest {
        file: project.file.clone()?,
        folder: project.folder.clone(),
        cache: project.cache.clone(),
        models: project.models.clone(),
        media: project.media.clone(),
        colour: project.colour.as_ref().map(|(config, _)| config.clone()),
        spaces: project.spaces.clone(),
        packages: packages.collect(),
        locked: lock
            .packages
            .into_iter()
            .map(|(name, locked)| (name, (locked.source, locked.tree)))
            .collect(),
        weights: project.weights.clone(),
    })
}
