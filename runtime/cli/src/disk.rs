//! The compiler's door to the outside: files, picture headers and colour spaces of this machine.

use crate::package::digest_of;
use std::io::Read as _;
use std::path::Path;
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

/// A folder's own parent, named from the same place; above the current folder with `..`.
pub(crate) fn above(folder: &str) -> String {
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

/// Bytes that a text may have; what is larger is no program, and no project's text.
pub(crate) const MOST_TEXT: u64 = 64 << 20;

/// The bytes of a text file.
///
/// # Errors
/// When it can't be read, is a pipe or a device, which may never end, or is larger than [`MOST_TEXT`].
pub(crate) fn bytes_of(path: &Path) -> std::io::Result<Vec<u8>> {
    let refused =
        |what: &str| std::io::Error::new(std::io::ErrorKind::InvalidInput, what.to_owned());
    let meta = std::fs::metadata(path)?;
    if !meta.is_file() {
        return Err(refused("it is no regular file"));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MOST_TEXT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_TEXT {
        return Err(refused("it is larger than 64 MiB"));
    }
    Ok(bytes)
}

impl System for Disk {
    fn read_text(&self, path: &str) -> Option<String> {
        String::from_utf8(bytes_of(Path::new(path)).ok()?).ok()
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

    fn package_digest(&self, folder: &str) -> Option<Result<String, String>> {
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
