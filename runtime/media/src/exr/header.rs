//! The header of an EXR file, parsed by ourselves from bytes alone: nothing is allocated that the
//! bytes don't hold, so a hostile header costs nothing. Knows the layout of the OpenEXR file format
//! (“OpenEXR File Layout”, openexr.com), no pixels. The budget is checked in [`super::budget`].

use std::collections::BTreeMap;

use super::attribute;
use crate::MediaError;
use crate::frame::Metadatum;

/// A box of pixels as the file has it: both corners inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Corners {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
}

impl Corners {
    pub(super) fn width(&self) -> i64 {
        i64::from(self.right) - i64::from(self.left) + 1
    }

    pub(super) fn height(&self) -> i64 {
        i64::from(self.bottom) - i64::from(self.top) + 1
    }
}

/// How a channel's samples are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SampleKind {
    Uint,
    Half,
    Float,
}

impl SampleKind {
    pub(super) fn bytes(self) -> usize {
        if self == Self::Half { 2 } else { 4 }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Uint => "uint",
            Self::Half => "half",
            Self::Float => "float",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Channel {
    pub(super) name: String,
    pub(super) kind: SampleKind,
    pub(super) linear: bool,
    pub(super) sampling: (i32, i32),
}

/// Levels of a tiled part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Levels {
    One,
    Mip,
    Rip,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tiles {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) levels: Levels,
    pub(super) round_up: bool,
}

/// One part of a file. A file of one part has one, without a name.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) channels: Vec<Channel>,
    pub(super) compression: u8,
    pub(super) data: Corners,
    pub(super) display: Corners,
    pub(super) pixel_aspect: f32,
    pub(super) tiles: Option<Tiles>,
    pub(super) metadata: BTreeMap<String, Metadatum>,
}

/// What compression codes 0 to 9 are called.
const COMPRESSIONS: [&str; 10] =
    ["none", "RLE", "ZIPS", "ZIP", "PIZ", "PXR24", "B44", "B44A", "DWAA", "DWAB"];

impl Part {
    pub(super) fn compression_name(&self) -> &'static str {
        COMPRESSIONS.get(usize::from(self.compression)).copied().unwrap_or("unknown")
    }

    /// Lines of a block of a part without tiles.
    pub(super) fn block_lines(&self) -> u32 {
        match self.compression {
            3 | 5 => 16,
            4 | 6 | 7 | 8 => 32,
            9 => 256,
            _ => 1,
        }
    }

    pub(super) fn bytes_per_pixel(&self) -> usize {
        self.channels.iter().map(|channel| channel.kind.bytes()).sum()
    }

    /// Entries of the part's offset table, all levels; `None` beyond any sane count.
    pub(super) fn blocks(&self) -> Option<u64> {
        let (width, height) = (self.data.width() as u64, self.data.height() as u64);
        let Some(tiles) = self.tiles else {
            return Some(height.div_ceil(u64::from(self.block_lines())));
        };
        let counts = |size: u64, tile: u32, levels: u32| -> Vec<u64> {
            (0..levels)
                .map(|level| {
                    let up = if tiles.round_up { (1u64 << level) - 1 } else { 0 };
                    ((size + up) >> level).max(1).div_ceil(u64::from(tile.max(1)))
                })
                .collect()
        };
        let levels = |size: u64| {
            let floor = size.max(1).ilog2();
            floor + 1 + u32::from(tiles.round_up && !size.is_power_of_two())
        };
        match tiles.levels {
            Levels::One => {
                let across = width.div_ceil(u64::from(tiles.width.max(1)));
                across.checked_mul(height.div_ceil(u64::from(tiles.height.max(1))))
            }
            Levels::Mip => {
                let n = levels(width.max(height));
                let across = counts(width, tiles.width, n);
                let down = counts(height, tiles.height, n);
                across.iter().zip(&down).try_fold(0u64, |sum, (a, b)| {
                    a.checked_mul(*b).and_then(|count| sum.checked_add(count))
                })
            }
            Levels::Rip => {
                let across: u64 = counts(width, tiles.width, levels(width)).iter().sum();
                let down: u64 = counts(height, tiles.height, levels(height)).iter().sum();
                across.checked_mul(down)
            }
        }
    }
}

/// The whole header.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) parts: Vec<Part>,
    pub(super) multipart: bool,
    /// Where the offset tables begin.
    pub(super) tables_at: usize,
}

/// A place in the bytes. Every step is checked against their end.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    file: &'a str,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], file: &'a str) -> Self {
        Self { bytes, at: 0, file }
    }

    pub(super) fn damaged(&self, what: impl Into<String>) -> MediaError {
        MediaError::Damaged { file: self.file.into(), what: what.into() }
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], MediaError> {
        let taken = self.at.checked_add(count).and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or_else(|| MediaError::Truncated {
            file: self.file.into(),
            what: "it ends inside its header".into(),
        })?;
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], MediaError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(super) fn byte(&mut self) -> Result<u8, MediaError> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(super) fn i32(&mut self) -> Result<i32, MediaError> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, MediaError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(super) fn f32(&mut self) -> Result<f32, MediaError> {
        Ok(f32::from_le_bytes(self.array()?))
    }

    pub(super) fn f64(&mut self) -> Result<f64, MediaError> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    pub(super) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// Text up to a zero byte, at most 255 bytes.
    fn name(&mut self) -> Result<&'a str, MediaError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(length) = rest.iter().take(256).position(|byte| *byte == 0) else {
            return Err(if rest.len() < 256 {
                MediaError::Truncated {
                    file: self.file.into(),
                    what: "it ends inside its header".into(),
                }
            } else {
                self.damaged("a name in its header is longer than 255 characters")
            });
        };
        let name = self.take(length + 1)?;
        std::str::from_utf8(name.get(..length).unwrap_or_default())
            .map_err(|_| self.damaged("a name in its header is no text"))
    }

    fn corners(&mut self) -> Result<Corners, MediaError> {
        Ok(Corners { left: self.i32()?, top: self.i32()?, right: self.i32()?, bottom: self.i32()? })
    }
}

const MULTIPART: u32 = 0x1000;
const DEEP: u32 = 0x800;
const TILED: u32 = 0x200;
/// More parts than any renderer writes.
const MOST_PARTS: usize = 4096;

/// Parses the header. Deep and unknown forms are refused here; sizes are not judged.
pub(super) fn parse(bytes: &[u8], file: &str) -> Result<Head, MediaError> {
    let mut cursor = Cursor::new(bytes, file);
    cursor.take(4)?;
    let version = cursor.u32()?;
    if version & 0xff != 2 {
        return Err(unsupported(
            file,
            format!("it is of EXR version {}", version & 0xff),
            "write it again as EXR version 2",
        ));
    }
    if version & DEEP != 0 {
        return Err(deep(file));
    }
    let multipart = version & MULTIPART != 0;
    let mut parts = Vec::new();
    loop {
        let part = part(&mut cursor, version & TILED != 0 && !multipart, multipart)?;
        match part {
            Some(part) => parts.push(part),
            None if parts.is_empty() => return Err(cursor.damaged("its header is empty")),
            None => break,
        }
        if !multipart {
            break;
        }
        if parts.len() > MOST_PARTS {
            return Err(cursor.damaged(format!("it claims more than {MOST_PARTS} parts")));
        }
    }
    Ok(Head { parts, multipart, tables_at: cursor.at })
}

pub(super) fn unsupported(file: &str, what: String, advice: &str) -> MediaError {
    MediaError::Unsupported { file: file.into(), what, advice: advice.into() }
}

fn deep(file: &str) -> MediaError {
    unsupported(
        file,
        "it holds deep data".into(),
        "flatten it first (Nuke's DeepToImage, or oiiotool --flatten)",
    )
}

/// One part's attributes, or `None` at the empty header that ends a multi-part list.
fn part(cursor: &mut Cursor<'_>, tiled: bool, multipart: bool) -> Result<Option<Part>, MediaError> {
    let (mut channels, mut compression, mut data, mut display) = (None, None, None, None);
    let (mut pixel_aspect, mut tiles, mut name, mut kind) = (1.0, None, String::new(), "");
    let mut metadata = BTreeMap::new();
    let mut first = true;
    loop {
        let key = cursor.name()?;
        if key.is_empty() {
            if first && multipart {
                return Ok(None);
            }
            break;
        }
        first = false;
        let type_name = cursor.name()?;
        let size = cursor.i32()?;
        let size = usize::try_from(size)
            .map_err(|_| cursor.damaged(format!("its attribute \"{key}\" has a negative size")))?;
        let mut value = Cursor::new(cursor.take(size)?, cursor.file);
        match (key, type_name) {
            ("channels", "chlist") => channels = Some(channel_list(&mut value)?),
            ("compression", "compression") => compression = Some(value.byte()?),
            ("dataWindow", "box2i") => data = Some(value.corners()?),
            ("displayWindow", "box2i") => display = Some(value.corners()?),
            ("pixelAspectRatio", "float") => pixel_aspect = value.f32()?,
            ("tiles", "tiledesc") => tiles = Some(tile_description(&mut value)?),
            ("name", "string") => name = attribute::text(value.take(size)?),
            ("type", "string") => kind = std::str::from_utf8(value.take(size)?).unwrap_or(""),
            ("lineOrder" | "chunkCount" | "version" | "maxSamplesPerPixel" | "preview", _) => {}
            _ => {
                // An attribute of a kind that frames don't hold is left behind, as in any reader.
                if let Some(datum) = attribute::read(type_name, &mut value)? {
                    metadata.insert(key.to_owned(), datum);
                }
            }
        }
    }
    if kind.starts_with("deep") {
        return Err(deep(cursor.file));
    }
    let missing = |what: &str| cursor.damaged(format!("its header doesn't say its {what}"));
    let is_tiled = if multipart { kind == "tiledimage" } else { tiled };
    let compression = compression.ok_or_else(|| missing("compression"))?;
    if usize::from(compression) >= COMPRESSIONS.len() {
        let what = if compression < 12 { "HTJ2K (JPEG 2000)" } else { "an unknown method" };
        return Err(unsupported(
            cursor.file,
            format!("it is compressed with {what}"),
            "write it again with ZIP, PIZ or DWAA compression (oiiotool IN --compression zip -o OUT)",
        ));
    }
    let part = Part {
        name,
        channels: channels.ok_or_else(|| missing("channels"))?,
        compression,
        data: data.ok_or_else(|| missing("data window"))?,
        display: display.ok_or_else(|| missing("display window"))?,
        pixel_aspect,
        tiles: if is_tiled { Some(tiles.ok_or_else(|| missing("tiles"))?) } else { None },
        metadata,
    };
    Ok(Some(part))
}

fn channel_list(cursor: &mut Cursor<'_>) -> Result<Vec<Channel>, MediaError> {
    let mut channels: Vec<Channel> = Vec::new();
    loop {
        let name = cursor.name()?;
        if name.is_empty() {
            return Ok(channels);
        }
        let kind = match cursor.i32()? {
            0 => SampleKind::Uint,
            1 => SampleKind::Half,
            2 => SampleKind::Float,
            other => return Err(cursor.damaged(format!("channel {name} is of kind {other}"))),
        };
        let linear = cursor.byte()? != 0;
        cursor.take(3)?;
        let sampling = (cursor.i32()?, cursor.i32()?);
        channels.push(Channel { name: name.to_owned(), kind, linear, sampling });
    }
}

fn tile_description(cursor: &mut Cursor<'_>) -> Result<Tiles, MediaError> {
    let (width, height, mode) = (cursor.u32()?, cursor.u32()?, cursor.byte()?);
    let levels = match mode & 0xf {
        0 => Levels::One,
        1 => Levels::Mip,
        2 => Levels::Rip,
        other => return Err(cursor.damaged(format!("its tiles have the level mode {other}"))),
    };
    Ok(Tiles { width, height, levels, round_up: mode >> 4 == 1 })
}
