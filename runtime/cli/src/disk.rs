//! The compiler's door to the outside: files, picture headers and colour spaces of this machine.

use std::path::Path;
use std::sync::Arc;
use toma_compiler::{Family, PictureHeader, System};
use toma_media::codec;
use toma_media::colour::{ColourSpaces, SpaceFamily};
use toma_media::sequence::Pattern;

/// This machine's files and the project's colour configuration.
pub(crate) struct Disk {
    /// The colour configuration.
    pub(crate) colour: Arc<dyn ColourSpaces>,
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
        Some(match self.colour.family(name)? {
            SpaceFamily::Linear => Family::Linear,
            SpaceFamily::Log => Family::Log,
            SpaceFamily::Display => Family::Display,
            SpaceFamily::Data => Family::Data,
        })
    }

    fn colour_space_names(&self) -> Vec<String> {
        self.colour.names()
    }
}
