//! A small project for the tests of the language: files in memory, a few pictures, a few colour spaces.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use toma_compiler::{Compiler, Family, NoConversion, PictureHeader, System};
use toma_syntax::diagnostic::{Diagnostic, Severity};

/// What a test's compiler sees of the world.
#[derive(Default)]
pub(crate) struct Project {
    files: Mutex<BTreeMap<String, String>>,
}

const SPACES: [(&str, Family); 8] = [
    ("ARRI LogC4", Family::Log),
    ("ARRI LogC3 (EI800)", Family::Log),
    ("ACEScct", Family::Log),
    ("Linear ARRI Wide Gamut 4", Family::Linear),
    ("sRGB - Display", Family::Display),
    ("Rec.2100-HLG - Display", Family::Display),
    ("ADX10", Family::Log),
    ("Raw", Family::Data),
];

/// Of those, the ones that are tables.
const TABLES: [&str; 2] = ["Rec.2100-HLG - Display", "ADX10"];

impl System for Project {
    fn read_text(&self, path: &str) -> Option<String> {
        self.files.lock().unwrap().get(path).cloned()
    }

    fn exists(&self, path: &str) -> bool {
        path.starts_with("plates/") || self.files.lock().unwrap().contains_key(path)
    }

    fn list(&self, folder: &str) -> Vec<String> {
        match folder.trim_end_matches('/') {
            "scans" => vec!["street.1001.exr".to_owned()],
            "gaps" => [1003, 1004, 2000].map(|frame| format!("late.{frame}.exr")).to_vec(),
            inside => {
                let front = if inside.is_empty() { String::new() } else { format!("{inside}/") };
                let files = self.files.lock().unwrap();
                let below = files.keys().filter_map(|path| path.strip_prefix(&front));
                let mut names: Vec<String> =
                    below.filter_map(|path| path.split('/').next()).map(str::to_owned).collect();
                names.dedup();
                names
            }
        }
    }

    fn folder_exists(&self, folder: &str) -> bool {
        let files = self.files.lock().unwrap();
        ["", "plates/", "scans/", "gaps/"].contains(&folder)
            || files.keys().any(|path| path.starts_with(folder))
    }

    /// As many digits as a hash has; what they say is how much the package holds.
    fn package_digest(&self, folder: &str) -> Option<Result<String, String>> {
        let files = self.files.lock().unwrap();
        let held: Vec<_> = files.iter().filter(|(path, _)| path.starts_with(folder)).collect();
        let bytes: usize = held.iter().map(|(_, text)| text.len()).sum();
        (!held.is_empty()).then(|| Ok(format!("blake3:{bytes:064}")))
    }

    fn picture_header(&self, pattern: &str, frame: i64) -> Option<PictureHeader> {
        let format = match pattern {
            "gaps/late.####.exr" if frame == 1003 => (2048, 1152),
            "plates/hd.%04d.exr" | "plates/cg.%04d.exr" => (1920, 1080),
            "plates/uhd.%04d.exr" => (3840, 2160),
            _ => return None,
        };
        let channels: &[&str] = match pattern {
            "plates/cg.%04d.exr" => &[
                "R", "G", "B", "A", "Z", "spec.R", "spec.G", "spec.B", "N.X", "N.Y", "N.Z",
                "key.A", "ids.a", "ids.b",
            ],
            _ => &["R", "G", "B"],
        };
        let channels = channels.iter().map(|name| (*name).to_owned()).collect();
        Some(PictureHeader { format, channels })
    }

    fn colour_space(&self, name: &str) -> Option<Family> {
        SPACES.iter().find(|(known, _)| *known == name).map(|(_, family)| *family)
    }

    fn colour_space_names(&self) -> Vec<String> {
        SPACES.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    fn no_conversion(&self, from: &str, to: &str) -> Option<NoConversion> {
        let table = TABLES.into_iter().find(|table| [from, to].contains(table))?;
        (from != to).then(|| NoConversion::Table(table.to_owned()))
    }
}

impl Project {
    /// Puts a file there.
    pub(crate) fn put(&self, path: &str, text: &str) {
        self.files.lock().unwrap().insert(path.to_owned(), text.to_owned());
    }
}

/// A compiler over these files.
pub(crate) fn compiler(files: &[(&str, &str)]) -> Compiler {
    let project = Project::default();
    for (path, text) in files {
        project.put(path, text);
    }
    Compiler::new(Arc::new(project))
}

/// The line of a byte, from 1.
pub(crate) fn line(text: &str, byte: u32) -> usize {
    text.bytes().take(byte as usize).filter(|byte| *byte == b'\n').count() + 1
}

/// Line and column of a byte, from 1.
pub(crate) fn line_and_column(text: &str, byte: u32) -> (usize, usize) {
    let before = text.get(..byte as usize).unwrap_or(text);
    (line(text, byte), before.chars().rev().take_while(|c| *c != '\n').count() + 1)
}

/// The fenced blocks of a Markdown text: the word behind the fence, the line it begins on, its text.
pub(crate) fn blocks(markdown: &str) -> Vec<(String, usize, String)> {
    let mut blocks: Vec<(String, usize, String)> = Vec::new();
    let mut open = false;
    for (number, line) in markdown.lines().enumerate() {
        if let Some(word) = line.strip_prefix("```") {
            open = !open;
            if open {
                blocks.push((word.trim().to_owned(), number + 2, String::new()));
            }
        } else if open && let Some(block) = blocks.last_mut() {
            block.2.push_str(line);
            block.2.push('\n');
        }
    }
    blocks
}

/// `error` or `warning`.
pub(crate) fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
