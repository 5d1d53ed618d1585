//! The compiler's door to the outside: files, picture headers and colour spaces of this machine.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use toma_compiler::{Family, NoConversion, PictureHeader, System};
use toma_media::MediaError;
use toma_media::codec;
use toma_media::colour::{ColourSpaces, SpaceFamily};
use toma_media::sequence::Pattern;

/// This machine's files and the project's colour configuration.
pub(crate) struct Disk {
    /// The colour configuration; set once the project is known.
    pub(crate) colour: Arc<OnceLock<Arc<dyn ColourSpaces>>>,
}

/// Files and bytes that a package may have.
const MOST_FILES: usize = 20_000;
const MOST_BYTES: usize = 256 << 20;

/// The `.toma` files and the manifest below a folder, as paths relative to it with `/`, sorted. Hidden folders
/// and links are not part of a package.
fn package_files(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_path_buf(), String::new())];
    while let Some((folder, front)) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let (Ok(name), Ok(kind)) = (entry.file_name().into_string(), entry.file_type()) else {
                continue;
            };
            if kind.is_dir() && !name.starts_with('.') && front.matches('/').count() < 32 {
                folders.push((entry.path(), format!("{front}{name}/")));
            } else if kind.is_file()
                && (name.strip_suffix(".toma").is_some() || name == "toma.yaml")
            {
                found.push((format!("{front}{name}"), entry.path()));
            }
        }
        if found.len() > MOST_FILES {
            break;
        }
    }
    found.sort();
    found
}

/// `blake3:…` over the names and bytes of a package's files.
pub(crate) fn digest_of(folder: &Path) -> Option<String> {
    if !folder.is_dir() {
        return None;
    }
    let mut hasher = blake3::Hasher::new();
    let mut bytes = 0;
    for (name, path) in package_files(folder) {
        let content = std::fs::read(path).ok()?;
        bytes += content.len();
        if bytes > MOST_BYTES {
            return None;
        }
        for part in [name.as_bytes(), &content] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
    }
    Some(format!("blake3:{}", hasher.finalize().to_hex()))
}

/// A folder's own parent, named from the same place; above the current folder with `..`.
fn above(folder: &str) -> String {
    match folder.strip_suffix('/') {
        Some(inside) if !inside.ends_with("..") => {
            inside.rfind('/').map_or(String::new(), |slash| inside[..=slash].to_owned())
        }
        _ => format!("{folder}../"),
    }
}

/// The nearest `toma.yaml` in a folder or above it. The folder is empty or ends with `/`.
fn manifest_of(folder: &str) -> Option<String> {
    let mut folder = folder.to_owned();
    loop {
        let path = format!("{folder}toma.yaml");
        if Path::new(&path).is_file() {
            return Some(path);
        }
        let here = if folder.is_empty() { "." } else { &folder };
        std::fs::canonicalize(here).ok()?.parent()?;
        folder = above(&folder);
    }
}

/// The manifest that governs a file.
pub(crate) fn manifest_for(file: &Path) -> Option<String> {
    let path = file.display().to_string().replace('\\', "/");
    manifest_of(path.rfind('/').map_or("", |slash| &path[..=slash]))
}

impl System for Disk {
    fn read_text(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(path).ok()
    }

    fn exists(&self, path: &str) -> bool {
        Path::new(path).is_file()
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let folder = if folder.is_empty() { "." } else { folder };
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    fn folder_exists(&self, folder: &str) -> bool {
        folder.is_empty() || Path::new(folder).is_dir()
    }

    fn manifest(&self, folder: &str) -> Option<String> {
        manifest_of(folder)
    }

    fn package_digest(&self, folder: &str) -> Option<String> {
        digest_of(Path::new(folder))
    }

    fn picture_header(&self, pattern: &str, frame: i64) -> Option<PictureHeader> {
        // The folder's own name may hold anything, also what looks like a frame number.
        let (folder, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
        let file = Pattern::parse(name).ok()?.below(Path::new(folder)).file(frame);
        let header = codec::header_of_file(&file).ok()?;
        Some(PictureHeader {
            format: (header.format.width, header.format.height),
            channels: header.channels.into_iter().map(|(name, _)| name).collect(),
        })
    }

    fn colour_space(&self, name: &str) -> Option<Family> {
        Some(match self.colour.get()?.family(name)? {
            SpaceFamily::Linear => Family::Linear,
            SpaceFamily::Log => Family::Log,
            SpaceFamily::Display => Family::Display,
            SpaceFamily::Data => Family::Data,
        })
    }

    fn colour_space_names(&self) -> Vec<String> {
        self.colour.get().map(|colour| colour.names()).unwrap_or_default()
    }

    fn no_conversion(&self, from: &str, to: &str) -> Option<NoConversion> {
        match self.colour.get()?.converter(from, to).err()? {
            MediaError::NotExact { space, .. } => Some(NoConversion::Table(space)),
            MediaError::NoConversion { why, .. } => Some(NoConversion::NoWay(why)),
            // A name that isn't there has been said.
            _ => None,
        }
    }
}
