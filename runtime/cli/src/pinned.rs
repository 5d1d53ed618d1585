//! Files of packages: `toma.lock` pins them by what they hold, so no command changes them.

use crate::program::Program;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folders of a project's packages, and of theirs: what lies in them is somebody else's, and a lock pins it.
pub(crate) struct Packages(Vec<(PathBuf, String)>);

impl Packages {
    /// Those of the project that a program belongs to, and of its packages.
    pub(crate) fn of(program: &Program) -> Self {
        let mut packages = Self(Vec::new());
        let mut asked = BTreeSet::new();
        let mut next = vec![program.path.clone()];
        while let Some(file) = next.pop() {
            let Some(manifest) = program.compiler.manifest(&file) else { continue };
            if !asked.insert(manifest.file.clone()) {
                continue;
            }
            for (name, package) in manifest.packages {
                // A folder that isn't there holds nothing that could be mended.
                let Ok(folder) = std::fs::canonicalize(&package.folder) else { continue };
                packages.0.push((folder, name));
                next.push(format!("{}package.toma", package.folder));
            }
        }
        packages
    }

    /// The package that a file belongs to.
    pub(crate) fn owner(&self, file: &str) -> Option<&str> {
        let path = std::fs::canonicalize(file).unwrap_or_else(|_| Path::new(file).to_path_buf());
        let found = self.0.iter().find(|(folder, _)| path.starts_with(folder));
        found.map(|(_, name)| name.as_str())
    }
}
