//! Pixels of an EXR file into planes, in the calling thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ::exr::compression::Compression as Method;
use ::exr::math::{RoundingMode, Vec2};
use ::exr::meta::BlockDescription;
use ::exr::meta::attribute::{
    ChannelDescription, IntegerBounds, LevelMode, LineOrder, SampleType, Text, TileDescription,
};
use ::exr::meta::header::Header as Unpacker;

use super::header::{Cursor, Head, Part, SampleKind, parse};
use super::names::{Layout, layout};
use super::{budget, half, picture};
use crate::MediaError;
use crate::codec::Limits;
use crate::frame::{Block, Frame, Plane, Samples, Size, Window};
use crate::planes::no_memory;
use crate::samples::zeroed;

/// The frame in the bytes; see the module above for names and windows.
pub(crate) fn decode(bytes: &[u8], name: &str, limits: &Limits) -> Result<Frame, MediaError> {
    let head = parse(bytes, name)?;
    budget::check(&head, bytes.len() as u64, name, limits)?;
    let layout = layout(&head);
    let mut target = Target::new(&head, &layout).ok_or_else(|| {
        let Window { width, height, .. } = layout.window;
        no_memory(Size { width, height }, name)
    })?;
    let mut table = head.tables_at;
    for (index, part) in head.parts.iter().enumerate() {
        let blocks = part.blocks().unwrap_or(0) as usize;
        let end = table + blocks * 8;
        let offsets = bytes.get(table..end).ok_or_else(|| cut_short(name, "its block table"))?;
        table = end;
        let reader = PartReader { bytes, name, head: &head, index, part };
        reader.read(offsets, &mut target)?;
    }
    let picture = picture(&head);
    Ok(Frame {
        format: picture.format,
        window: layout.window,
        pixel_aspect: picture.pixel_aspect,
        planes: target.planes(&layout),
        metadata: Arc::new(picture.metadata),
    })
}

fn cut_short(name: &str, what: &str) -> MediaError {
    MediaError::Truncated { file: name.into(), what: format!("{what} is incomplete") }
}

/// Where a channel's samples go: the slice of the float or of the integer block.
#[derive(Clone, Copy)]
enum Slot {
    Float(usize),
    Uint(usize),
    Nowhere,
}

/// Two blocks under construction: all float planes in one, all integer planes in the other.
struct Target {
    window: Window,
    floats: Vec<f32>,
    uints: Vec<u32>,
    /// By part, by channel of the file.
    slots: Vec<Vec<Slot>>,
}

impl Target {
    /// `None` where the machine has no memory for them.
    fn new(head: &Head, layout: &Layout) -> Option<Self> {
        let mut slots: Vec<Vec<Slot>> =
            head.parts.iter().map(|part| vec![Slot::Nowhere; part.channels.len()]).collect();
        let (mut floats, mut uints) = (0, 0);
        for plane in &layout.planes {
            let kind = head.parts[plane.part].channels[plane.channel].kind;
            let count = if kind == SampleKind::Uint { &mut uints } else { &mut floats };
            slots[plane.part][plane.channel] =
                if kind == SampleKind::Uint { Slot::Uint(*count) } else { Slot::Float(*count) };
            *count += 1;
        }
        let area = layout.window.area();
        let (floats, uints) = (zeroed(floats, area)?, zeroed(uints, area)?);
        Some(Self { window: layout.window, floats, uints, slots })
    }

    /// Spreads a block's lines, line by line, channel by channel, as the file has them.
    fn fill(&mut self, part: usize, channels: &Part, at: Window, pixels: &[u8]) {
        let area = self.window.area();
        let left = (at.x - self.window.x) as usize;
        let width = at.width as usize;
        let mut rest = pixels;
        for row in 0..at.height as usize {
            let y = (at.y - self.window.y) as usize + row;
            let begin = y * self.window.width as usize + left;
            for (channel, slot) in channels.channels.iter().zip(&self.slots[part]) {
                let (line, after) = rest.split_at(width * channel.kind.bytes());
                rest = after;
                match *slot {
                    Slot::Float(plane) => {
                        let begin = plane * area + begin;
                        let into = &mut self.floats[begin..begin + width];
                        if channel.kind == SampleKind::Half {
                            for (sample, bytes) in into.iter_mut().zip(line.as_chunks().0) {
                                *sample = half::to_f32(u16::from_ne_bytes(*bytes));
                            }
                        } else {
                            for (sample, bytes) in into.iter_mut().zip(line.as_chunks().0) {
                                *sample = f32::from_ne_bytes(*bytes);
                            }
                        }
                    }
                    Slot::Uint(plane) => {
                        let begin = plane * area + begin;
                        let into = &mut self.uints[begin..begin + width];
                        for (sample, bytes) in into.iter_mut().zip(line.as_chunks().0) {
                            *sample = u32::from_ne_bytes(*bytes);
                        }
                    }
                    Slot::Nowhere => {}
                }
            }
        }
    }

    fn planes(self, layout: &Layout) -> Vec<Plane> {
        let (width, height) = (self.window.width, self.window.height);
        let area = self.window.area().max(1);
        let block = |channels: usize, samples| {
            Arc::new(Block { channels: channels as u32, height, width, samples })
        };
        let floats = block(self.floats.len() / area, Samples::F32(self.floats));
        let uints = block(self.uints.len() / area, Samples::U32(self.uints));
        let plane = |named: &super::names::Named| {
            let (block, channel) = match self.slots[named.part][named.channel] {
                Slot::Float(channel) => (&floats, channel),
                Slot::Uint(channel) => (&uints, channel),
                Slot::Nowhere => return None,
            };
            Some(Plane {
                name: named.name.as_str().into(),
                block: Arc::clone(block),
                channel: channel as u32,
            })
        };
        layout.planes.iter().filter_map(plane).collect()
    }
}

/// Reads the blocks of one part.
struct PartReader<'a> {
    bytes: &'a [u8],
    name: &'a str,
    head: &'a Head,
    index: usize,
    part: &'a Part,
}

impl PartReader<'_> {
    fn damaged(&self, what: impl Into<String>) -> MediaError {
        MediaError::Damaged { file: self.name.into(), what: what.into() }
    }

    fn read(&self, offsets: &[u8], target: &mut Target) -> Result<(), MediaError> {
        let unpacker = self.unpacker()?;
        let window = budget::window(self.part);
        let total = offsets.len() / 8;
        let needed = self.blocks_of_first_level();
        let mut seen = vec![false; needed];
        for (position, offset) in offsets.as_chunks().0.iter().take(needed).enumerate() {
            let offset = u64::from_le_bytes(*offset);
            if offset == 0 || offset >= self.bytes.len() as u64 {
                let missing = offsets
                    .as_chunks()
                    .0
                    .iter()
                    .filter(|at| {
                        let at = u64::from_le_bytes(**at);
                        at == 0 || at >= self.bytes.len() as u64
                    })
                    .count();
                let what = format!("{missing} of {total} blocks of pixels are missing");
                return Err(MediaError::Truncated { file: self.name.into(), what });
            }
            let (at, number, packed) = self.block(offset as usize, position, total)?;
            match seen.get_mut(number) {
                Some(seen) if !*seen => *seen = true,
                _ => return Err(self.damaged("its block table names a block twice")),
            }
            let pixels = self.unpack(&unpacker, packed, at)?;
            let there = Window {
                x: window.x + at.x,
                y: window.y + at.y,
                width: at.width,
                height: at.height,
            };
            target.fill(self.index, self.part, there, &pixels);
        }
        Ok(())
    }

    /// Blocks at full size: all, or the tiles of the first level. Files list them first.
    fn blocks_of_first_level(&self) -> usize {
        let (across, down) = self.grid();
        across * down
    }

    /// Tiles across and down; blocks of lines are tiles of full width.
    fn grid(&self) -> (usize, usize) {
        let (width, height) = self.block_size();
        (
            (self.part.data.width() as usize).div_ceil(width),
            (self.part.data.height() as usize).div_ceil(height),
        )
    }

    fn block_size(&self) -> (usize, usize) {
        match self.part.tiles {
            Some(tiles) => (tiles.width as usize, tiles.height as usize),
            None => (self.part.data.width() as usize, self.part.block_lines() as usize),
        }
    }

    /// The block at an offset: its window inside the part's, its number and its packed bytes.
    fn block(
        &self,
        offset: usize,
        position: usize,
        total: usize,
    ) -> Result<(Window, usize, &[u8]), MediaError> {
        let place = format!("block {} of {total}", position + 1);
        let mut cursor = Cursor::new(self.bytes.get(offset..).unwrap_or_default(), self.name);
        let mut head = || -> Result<_, MediaError> {
            let part = if self.head.multipart { cursor.i32()? } else { self.index as i32 };
            let block = if self.part.tiles.is_some() {
                (cursor.i32()?, cursor.i32()?, cursor.i32()?, cursor.i32()?)
            } else {
                let line = i64::from(cursor.i32()?) - i64::from(self.part.data.top);
                let lines = i64::from(self.part.block_lines());
                let row = if line % lines == 0 { line / lines } else { -1 };
                (0, row as i32, 0, 0)
            };
            let size = cursor.i32()?;
            Ok((part, block, size))
        };
        let (part, (column, row, level_x, level_y), size) =
            head().map_err(|_| cut_short(self.name, &place))?;
        let (across, down) = self.grid();
        let (Ok(column), Ok(row)) = (usize::try_from(column), usize::try_from(row)) else {
            return Err(self.damaged(format!("{place} lies outside the picture")));
        };
        if part != self.index as i32
            || (level_x, level_y) != (0, 0)
            || column >= across
            || row >= down
        {
            return Err(self.damaged(format!("{place} lies outside the picture")));
        }
        let size = usize::try_from(size)
            .map_err(|_| self.damaged(format!("{place} has a negative size")))?;
        let packed = cursor.take(size).map_err(|_| cut_short(self.name, &place))?;
        let (width, height) = self.block_size();
        let (x, y) = (column * width, row * height);
        let at = Window {
            x: x as i32,
            y: y as i32,
            width: width.min(self.part.data.width() as usize - x) as u32,
            height: height.min(self.part.data.height() as usize - y) as u32,
        };
        Ok((at, row * across + column, packed))
    }

    /// A block's pixels. The crate checks what it reads, but a panic in it on bytes that nobody has
    /// tried yet must cost this file only: it is caught here and becomes an error.
    fn unpack(
        &self,
        unpacker: &Unpacker,
        packed: &[u8],
        at: Window,
    ) -> Result<Vec<u8>, MediaError> {
        let bounds = IntegerBounds {
            position: Vec2(at.x, at.y),
            size: Vec2(at.width as usize, at.height as usize),
        };
        let expected = at.area() * self.part.bytes_per_pixel();
        if packed.len() > expected {
            return Err(self.damaged("a block of pixels is larger packed than unpacked"));
        }
        let is_dwa = matches!(self.part.compression, 8 | 9) && packed.len() < expected;
        if is_dwa && !budget::is_sane_dwa(packed, at, self.part) {
            return Err(self.damaged("a block of pixels claims more than it can hold (DWA)"));
        }
        let result = catch_unwind(AssertUnwindSafe(|| {
            let method = unpacker.compression;
            method.decompress_image_section_from_le(unpacker, packed.to_vec(), bounds, false)
        }));
        match result {
            Ok(Ok(pixels)) if pixels.len() == expected => Ok(pixels),
            Ok(Err(::exr::error::Error::NotSupported(what))) => Err(super::header::unsupported(
                self.name,
                format!("it is packed in a form that isn't read ({what})"),
                "write it again with ZIP compression",
            )),
            _ => Err(self.damaged(format!(
                "the pixels from line {} on can't be unpacked ({})",
                at.y + self.part.data.top,
                self.part.compression_name()
            ))),
        }
    }

    /// What the `exr` crate needs to know to unpack a block of this part.
    fn unpacker(&self) -> Result<Unpacker, MediaError> {
        let channels = self
            .part
            .channels
            .iter()
            .map(|channel| {
                let name = Text::new_or_none(&channel.name)
                    .ok_or_else(|| self.damaged("a channel's name is not plain text"))?;
                Ok(ChannelDescription {
                    name,
                    sample_type: match channel.kind {
                        SampleKind::Uint => SampleType::U32,
                        SampleKind::Half => SampleType::F16,
                        SampleKind::Float => SampleType::F32,
                    },
                    quantize_linearly: channel.linear,
                    sampling: Vec2(1, 1),
                })
            })
            .collect::<Result<_, MediaError>>()?;
        let method = match self.part.compression {
            1 => Method::RLE,
            2 => Method::ZIP1,
            3 => Method::ZIP16,
            4 => Method::PIZ,
            5 => Method::PXR24,
            6 => Method::B44,
            7 => Method::B44A,
            8 => Method::DWAA(None),
            9 => Method::DWAB(None),
            _ => Method::Uncompressed,
        };
        let blocks = match self.part.tiles {
            Some(tiles) => BlockDescription::Tiles(TileDescription {
                tile_size: Vec2(tiles.width as usize, tiles.height as usize),
                level_mode: LevelMode::Singular,
                rounding_mode: RoundingMode::Down,
            }),
            None => BlockDescription::ScanLines,
        };
        let size = Vec2(self.part.data.width() as usize, self.part.data.height() as usize);
        let position = Vec2(self.part.data.left, self.part.data.top);
        Ok(Unpacker::new(Text::default(), size, channels)
            .with_encoding(method, blocks, LineOrder::Unspecified)
            .with_position(position))
    }
}
