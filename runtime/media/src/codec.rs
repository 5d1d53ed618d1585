//! Bytes to frames and back: one door for every file kind, chosen by the bytes, never by the name.
//! Opens no path but in [`header_of_file`].

use std::collections::BTreeMap;
use std::path::Path;

use crate::frame::{Frame, Metadatum, Size, Window};
use crate::{MediaError, exr, jpeg, png};

/// Bytes of a file's beginning that nearly always suffice for [`header`].
pub const HEADER_BYTES: usize = 256 * 1024;

/// What a file may cost at most. A file that claims more is refused before memory is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pixels of the data window, and of the format.
    pub pixels: u64,
    /// Bytes of all decoded planes together (four a sample).
    pub bytes: u64,
}

impl Default for Limits {
    /// One gigapixel and 8 GiB.
    fn default() -> Self {
        Self { pixels: 1 << 30, bytes: 8 << 30 }
    }
}

/// The kinds of picture files that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// OpenEXR.
    Exr,
    /// Portable Network Graphics.
    Png,
    /// JPEG (JFIF or Exif).
    Jpeg,
}

impl FileKind {
    /// The kind that the first bytes tell.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(&[0x76, 0x2f, 0x31, 0x01]) {
            Some(Self::Exr)
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else {
            None
        }
    }

    /// Its name as people say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exr => "EXR",
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
        }
    }
}

/// What turns a file's bytes into samples. An input of every picture that was read: `read N` is the
/// version of the stage `std.source.read`, which is in its key and is raised together with this text
/// (a test compares them) whenever a decoder gives other bits, or is replaced by a major version.
pub const DECODER_VERSION: &str = "read 1: exr 1, png 0.18, zune-jpeg 0.5";

/// What a file says about its picture, without its pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// The file's kind.
    pub kind: FileKind,
    /// The display window's size.
    pub format: Size,
    /// Where there are pixels, relative to the format's top left, y down.
    pub window: Window,
    /// Planes that [`decode`] gives, in its order, each with how the file holds it: `half`, `float`,
    /// `uint`, `8 bit`, `16 bit`.
    pub channels: Vec<(String, &'static str)>,
    /// `ZIP`, `PIZ`, `deflate`, `DCT`…
    pub compression: &'static str,
    /// Names of the parts of a multi-part EXR; one empty name for any other file.
    pub parts: Vec<String>,
    /// Width of a pixel over its height.
    pub pixel_aspect: f32,
    /// The same as [`Frame::metadata`].
    pub metadata: BTreeMap<String, Metadatum>,
}

/// The frame that the bytes hold. EXR samples are those of the file; integers of PNG and JPEG become
/// value / maximum, as stored, without any colour conversion; straight alpha becomes associated.
///
/// # Errors
/// When the bytes are of no known kind, cut short, damaged, or more than the limits allow.
pub fn decode(bytes: &[u8], name: &str, limits: &Limits) -> Result<Frame, MediaError> {
    match known_kind(bytes, name)? {
        FileKind::Exr => exr::decode(bytes, name, limits),
        FileKind::Png => png::decode(bytes, name, limits),
        FileKind::Jpeg => jpeg::decode(bytes, name, limits),
    }
}

/// What the file says about itself, from its beginning: [`HEADER_BYTES`] or more.
///
/// # Errors
/// As [`decode`]; [`MediaError::Truncated`] also when the header is longer than the bytes given.
pub fn header(bytes: &[u8], name: &str) -> Result<Header, MediaError> {
    match known_kind(bytes, name)? {
        FileKind::Exr => exr::header(bytes, name),
        FileKind::Png => png::header(bytes, name),
        FileKind::Jpeg => jpeg::header(bytes, name),
    }
}

/// [`header`] of a file on disk, reading as little as possible.
///
/// # Errors
/// As [`header`]; also when the file can't be opened.
pub fn header_of_file(path: &Path) -> Result<Header, MediaError> {
    use std::io::Read as _;
    let unreadable = |error: &std::io::Error| MediaError::Unreadable {
        file: path.display().to_string(),
        why: crate::sequence::in_words(error),
    };
    if path.is_dir() {
        return Err(MediaError::Unreadable {
            file: path.display().to_string(),
            why: "it is a folder".into(),
        });
    }
    let mut file = std::fs::File::open(path).map_err(|error| unreadable(&error))?;
    let mut bytes = Vec::new();
    let mut beginning = file.by_ref().take(HEADER_BYTES as u64);
    beginning.read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    let name = path.display().to_string();
    match header(&bytes, &name) {
        Err(MediaError::Truncated { .. }) if bytes.len() == HEADER_BYTES => {
            file.read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
            header(&bytes, &name)
        }
        result => result,
    }
}

fn known_kind(bytes: &[u8], name: &str) -> Result<FileKind, MediaError> {
    if bytes.is_empty() {
        return Err(MediaError::Truncated { file: name.into(), what: "it is empty".into() });
    }
    FileKind::of(bytes).ok_or_else(|| MediaError::UnknownKind {
        file: name.into(),
        looks: guess(bytes).map(|kind| format!(": it looks like {kind}")).unwrap_or_default(),
    })
}

/// What well-known files that aren't read look like.
fn guess(bytes: &[u8]) -> Option<&'static str> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(b"SDPX") || starts(b"XPDS") {
        Some("a DPX")
    } else if starts(b"II*\0") || starts(b"MM\0*") || starts(b"II+\0") || starts(b"MM\0+") {
        Some("a TIFF")
    } else if bytes.get(4..8) == Some(b"ftyp") || bytes.get(4..8) == Some(b"moov") {
        Some("a movie (MP4 or QuickTime)")
    } else if starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Some("a WebP")
    } else if starts(b"GIF8") {
        Some("a GIF")
    } else if starts(b"#?RADIANCE") || starts(b"#?RGBE") {
        Some("a Radiance HDR")
    } else if starts(b"BM") {
        Some("a BMP")
    } else if starts(b"8BPS") {
        Some("a Photoshop file")
    } else if starts(b"version https://git-lfs") {
        Some("a Git LFS pointer whose file was not fetched")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::{Encoding, encode};

    fn files() -> Vec<(FileKind, Vec<u8>)> {
        let size = Size { width: 3, height: 2 };
        let frame = Frame::from_samples(size, Window::of(size), &["R", "G", "B"], vec![0.5; 18]);
        [("exr", FileKind::Exr), ("png", FileKind::Png), ("jpeg", FileKind::Jpeg)]
            .map(|(format, kind)| {
                let encoding = Encoding::new(format, &BTreeMap::new()).unwrap();
                (kind, encode(&frame, &encoding).unwrap())
            })
            .into()
    }

    #[test]
    fn the_bytes_tell_the_kind_whatever_the_name() {
        for (kind, bytes) in files() {
            assert_eq!(header(&bytes, "wrong.tiff").unwrap().kind, kind);
            let frame = decode(&bytes, "wrong.tiff", &Limits::default()).unwrap();
            assert_eq!(frame.names(), ["R", "G", "B"]);
            assert!((frame.planes[0].f32().unwrap()[0] - 0.5).abs() < 0.01);
        }
    }

    #[test]
    fn other_kinds_are_named() {
        for (bytes, code, word) in [
            (&b"SDPX0000"[..], "T0603", "a DPX"),
            (b"\0\0\0\x18ftypmp42", "T0603", "a movie"),
            (b"version https://git-lfs.github.com/spec/v1", "T0603", "Git LFS"),
            (b"hello", "T0603", "not a picture"),
            (b"", "T0604", "empty"),
        ] {
            let error = decode(bytes, "a.exr", &Limits::default()).unwrap_err();
            assert_eq!(error.code(), code);
            assert!(error.to_string().contains(word), "{error}");
        }
    }

    #[test]
    fn headers_of_files_and_folders() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.exr");
        for (kind, bytes) in files() {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(header_of_file(&path).unwrap().kind, kind);
        }
        for (path, word) in [(folder.path(), "folder"), (&folder.path().join("b"), "no such file")]
        {
            let error = header_of_file(path).unwrap_err();
            assert_eq!(error.code(), "T0602");
            assert!(error.to_string().contains(word), "{error}");
        }
    }
}
