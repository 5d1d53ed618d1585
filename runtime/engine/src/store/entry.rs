//! A result as the bytes of a file, and back, without losing a bit.
//!
//! ```text
//! prelude   magic "TOMA-ENT", format u32, length of the header u32, xxh3 of the header u64
//! header    key, blake3 of the payload, its length, type, window, class, build, xxh3 per 64 KiB of it
//! payload   the values: descriptions, then planes as little-endian samples
//! ```
//! Every byte is covered by the magic, the length of the file or a sum: a torn or flipped entry is found.

use crate::encode::Digest;
use std::collections::BTreeMap;
use std::sync::Arc;
use toma_media::{Block, Frame, Metadatum, Plane, Samples, Size, Window};
use toma_stage::{Sequence, Table, Value};
use xxhash_rust::xxh3::xxh3_64;

const MAGIC: [u8; 8] = *b"TOMA-ENT";
/// Entries of another format are dropped.
const FORMAT: u32 = 1;
/// What each xxh3 covers.
const PART: usize = 64 * 1024;
/// The program that wrote an entry. Said by `cache stat`, never compared.
const BUILD: &str = env!("CARGO_PKG_VERSION");

/// Why the bytes are no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Bad {
    #[error("it is no entry of a store")]
    Magic,
    #[error("it was written in another format")]
    Format,
    #[error("it is cut short or too long")]
    Length,
    #[error("its sums do not fit its bytes")]
    Sum,
    #[error("it belongs to another key")]
    Key,
    #[error("its content makes no sense")]
    Content,
}

/// An entry's bytes.
pub(crate) fn pack(key: &Digest, class: &str, values: &[Value]) -> Vec<u8> {
    let mut payload = Writer::default();
    payload.u32(values.len() as u32);
    for value in values {
        payload.value(value);
    }
    let payload = payload.0;
    let mut header = Writer::default();
    header.0.extend(key.0);
    header.0.extend(Digest::of(&payload).0);
    header.u64(payload.len() as u64);
    let (sort, window) = describe(values);
    header.text(sort);
    header.window(window);
    header.text(class);
    header.text(BUILD);
    header.u32(payload.chunks(PART).len() as u32);
    for part in payload.chunks(PART) {
        header.u64(xxh3_64(part));
    }
    let mut entry = Writer::default();
    entry.0.extend(MAGIC);
    entry.u32(FORMAT);
    entry.u32(header.0.len() as u32);
    entry.u64(xxh3_64(&header.0));
    entry.0.extend(header.0);
    entry.0.extend(payload);
    entry.0
}

/// The values of an entry. `thorough` also holds the payload against its blake3.
pub(crate) fn unpack(bytes: &[u8], key: &Digest, thorough: bool) -> Result<Vec<Value>, Bad> {
    let mut prelude = Reader(bytes);
    if prelude.array::<8>() != Some(MAGIC) {
        return Err(Bad::Magic);
    }
    if prelude.u32().ok_or(Bad::Length)? != FORMAT {
        return Err(Bad::Format);
    }
    let length = prelude.u32().ok_or(Bad::Length)? as usize;
    let sum = prelude.u64().ok_or(Bad::Length)?;
    let header = prelude.take(length).ok_or(Bad::Length)?;
    if xxh3_64(header) != sum {
        return Err(Bad::Sum);
    }
    let payload = prelude.0;
    let mut header = Reader(header);
    let owner = header.array::<32>().ok_or(Bad::Content)?;
    let digest = header.array::<32>().ok_or(Bad::Content)?;
    let length = header.u64().ok_or(Bad::Content)?;
    header.text().ok_or(Bad::Content)?;
    header.window().ok_or(Bad::Content)?;
    header.text().ok_or(Bad::Content)?;
    header.text().ok_or(Bad::Content)?;
    if length != payload.len() as u64 {
        return Err(Bad::Length);
    }
    if header.u32().ok_or(Bad::Content)? as usize != payload.chunks(PART).len() {
        return Err(Bad::Content);
    }
    for part in payload.chunks(PART) {
        if header.u64().ok_or(Bad::Content)? != xxh3_64(part) {
            return Err(Bad::Sum);
        }
    }
    if thorough && Digest::of(payload).0 != digest {
        return Err(Bad::Sum);
    }
    if owner != key.0 {
        return Err(Bad::Key);
    }
    let mut payload = Reader(payload);
    let count = payload.u32().ok_or(Bad::Content)?;
    (0..count).map(|_| payload.value().ok_or(Bad::Content)).collect()
}

/// The digest of one value's content.
pub(crate) fn digest(value: &Value) -> Digest {
    let mut writer = Writer::default();
    writer.value(value);
    Digest::of(&writer.0)
}

fn describe(values: &[Value]) -> (&'static str, Window) {
    match values.first() {
        Some(Value::Frame(frame)) => ("frame", frame.window),
        Some(Value::Sequence(sequence)) => {
            ("sequence", sequence.frames.first().map_or(Window::EMPTY, |frame| frame.window))
        }
        Some(Value::Table(_)) => ("table", Window::EMPTY),
        None => ("nothing", Window::EMPTY),
    }
}

#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn u32(&mut self, value: u32) {
        self.0.extend(value.to_le_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.0.extend(value.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.u32(text.len() as u32);
        self.0.extend(text.as_bytes());
    }

    fn window(&mut self, window: Window) {
        self.0.extend(window.x.to_le_bytes());
        self.0.extend(window.y.to_le_bytes());
        self.u32(window.width);
        self.u32(window.height);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Frame(frame) => {
                self.0.push(0);
                self.frame(frame);
            }
            Value::Table(table) => {
                self.0.push(1);
                self.u32(table.columns.len() as u32);
                for (name, column) in &table.columns {
                    self.text(name);
                    self.u32(column.len() as u32);
                    for number in column {
                        self.u64(number.to_bits());
                    }
                }
            }
            // Where in time it lies is its pair's business: equal content is equal at any time.
            Value::Sequence(sequence) => {
                self.0.push(2);
                self.u32(sequence.frames.len() as u32);
                for frame in &sequence.frames {
                    self.frame(frame);
                }
            }
        }
    }

    fn frame(&mut self, frame: &Frame) {
        self.u32(frame.format.width);
        self.u32(frame.format.height);
        self.window(frame.window);
        self.u32(frame.pixel_aspect.to_bits());
        self.u32(frame.metadata.len() as u32);
        for (name, datum) in frame.metadata.iter() {
            self.text(name);
            self.datum(datum);
        }
        // Planes are written one by one, as they are seen: how they share storage is no content.
        self.u32(frame.planes.len() as u32);
        for plane in &frame.planes {
            self.text(&plane.name);
            if let Some(samples) = plane.f32() {
                self.0.push(0);
                self.0.reserve(samples.len() * 4);
                for sample in samples {
                    self.0.extend(sample.to_le_bytes());
                }
            } else if let Some(samples) = plane.u32() {
                self.0.push(1);
                self.0.reserve(samples.len() * 4);
                for sample in samples {
                    self.0.extend(sample.to_le_bytes());
                }
            } else {
                // A plane whose block is too small: unreadable when it comes back.
                self.0.push(2);
            }
        }
    }

    fn datum(&mut self, datum: &Metadatum) {
        match datum {
            Metadatum::Text(text) => {
                self.0.push(0);
                self.text(text);
            }
            Metadatum::Int(value) => {
                self.0.push(1);
                self.0.extend(value.to_le_bytes());
            }
            Metadatum::Float(value) => {
                self.0.push(2);
                self.u64(value.to_bits());
            }
            Metadatum::Floats(values) => {
                self.0.push(3);
                self.u32(values.len() as u32);
                for value in values {
                    self.u32(value.to_bits());
                }
            }
            Metadatum::Rational(above, below) => {
                self.0.push(4);
                self.0.extend(above.to_le_bytes());
                self.u32(*below);
            }
            Metadatum::TimeCode(time, user) => {
                self.0.push(5);
                self.u32(*time);
                self.u32(*user);
            }
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn i32(&mut self) -> Option<i32> {
        self.array().map(i32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.u32()? as usize;
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn window(&mut self) -> Option<Window> {
        Some(Window { x: self.i32()?, y: self.i32()?, width: self.u32()?, height: self.u32()? })
    }

    fn value(&mut self) -> Option<Value> {
        Some(match self.u8()? {
            0 => Value::Frame(Arc::new(self.frame()?)),
            1 => {
                let mut columns = BTreeMap::new();
                for _ in 0..self.u32()? {
                    let name = self.text()?.to_owned();
                    let length = self.u32()?;
                    let column =
                        (0..length).map(|_| self.u64().map(f64::from_bits)).collect::<Option<_>>();
                    columns.insert(name, column?);
                }
                Value::Table(Arc::new(Table { columns }))
            }
            2 => {
                let count = self.u32()?;
                let frames =
                    (0..count).map(|_| self.frame().map(Arc::new)).collect::<Option<_>>()?;
                Value::Sequence(Arc::new(Sequence { first: 0, frames }))
            }
            _ => return None,
        })
    }

    fn frame(&mut self) -> Option<Frame> {
        let format = Size { width: self.u32()?, height: self.u32()? };
        let window = self.window()?;
        let pixel_aspect = f32::from_bits(self.u32()?);
        let mut metadata = BTreeMap::new();
        for _ in 0..self.u32()? {
            let name = self.text()?.to_owned();
            metadata.insert(name, self.datum()?);
        }
        let area = window.area();
        let mut planes = Vec::new();
        for _ in 0..self.u32()? {
            let name = self.text()?.into();
            let sort = self.u8()?;
            let words = self.take(area.checked_mul(4)?)?.as_chunks::<4>().0;
            let samples = match sort {
                0 => Samples::F32(words.iter().map(|word| f32::from_le_bytes(*word)).collect()),
                1 => Samples::U32(words.iter().map(|word| u32::from_le_bytes(*word)).collect()),
                _ => return None,
            };
            let block = Block { channels: 1, height: window.height, width: window.width, samples };
            planes.push(Plane { name, block: Arc::new(block), channel: 0 });
        }
        Some(Frame { format, window, pixel_aspect, planes, metadata: Arc::new(metadata) })
    }

    fn datum(&mut self) -> Option<Metadatum> {
        Some(match self.u8()? {
            0 => Metadatum::Text(self.text()?.to_owned()),
            1 => Metadatum::Int(self.i32()?),
            2 => Metadatum::Float(f64::from_bits(self.u64()?)),
            3 => {
                let length = self.u32()?;
                let values = (0..length).map(|_| self.u32().map(f32::from_bits));
                Metadatum::Floats(values.collect::<Option<_>>()?)
            }
            4 => Metadatum::Rational(self.i32()?, self.u32()?),
            5 => Metadatum::TimeCode(self.u32()?, self.u32()?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Vec<Value> {
        let window = Window { x: -1, y: 2, width: 2, height: 2 };
        let mut frame = Frame::from_samples(
            Size { width: 4, height: 3 },
            window,
            &["R", "A"],
            vec![0.0, -0.0, f32::NAN, f32::INFINITY, 1e-45, -3.5, 7.0, 0.1],
        );
        frame.pixel_aspect = 2.0;
        frame.metadata = Arc::new(BTreeMap::from([
            ("a".to_owned(), Metadatum::Text("é".into())),
            ("b".to_owned(), Metadatum::Int(-3)),
            ("c".to_owned(), Metadatum::Float(f64::NEG_INFINITY)),
            ("d".to_owned(), Metadatum::Floats(vec![1.5, -0.0])),
            ("e".to_owned(), Metadatum::Rational(24000, 1001)),
            ("f".to_owned(), Metadatum::TimeCode(7, 9)),
        ]));
        let id =
            Block { channels: 1, height: 2, width: 2, samples: Samples::U32(vec![1, 2, 3, 4]) };
        frame.planes.push(Plane { name: "id".into(), block: Arc::new(id), channel: 0 });
        let table = Table { columns: [("mean".to_owned(), vec![0.5, f64::MAX])].into() };
        let frame = Arc::new(frame);
        vec![
            Value::Frame(Arc::clone(&frame)),
            Value::Table(Arc::new(table)),
            Value::Sequence(Arc::new(Sequence { first: 0, frames: vec![frame] })),
        ]
    }

    #[test]
    fn nothing_is_lost() {
        let key = Digest::of(b"key");
        assert_eq!(unpack(&pack(&key, "exact", &values()), &key, true), Ok(values()));
    }

    #[test]
    fn every_flipped_byte_is_found() {
        let key = Digest::of(b"key");
        let bytes = pack(&key, "exact", &values());
        for position in 0..bytes.len() {
            for bit in [0x01, 0x80] {
                let mut flipped = bytes.clone();
                flipped[position] ^= bit;
                let known = unpack(&flipped, &key, false);
                // The blake3 of the payload is not needed for reading, so only its sum tells.
                assert!(known.is_err(), "byte {position} of {}", bytes.len());
            }
        }
    }

    #[test]
    fn every_cut_is_found() {
        let key = Digest::of(b"key");
        let mut bytes = pack(&key, "exact", &values());
        for length in 0..bytes.len() {
            assert!(unpack(&bytes[..length], &key, false).is_err(), "cut at {length}");
        }
        bytes.push(0);
        assert!(unpack(&bytes, &key, false).is_err(), "a byte too many");
    }

    #[test]
    fn an_entry_under_anothers_name_is_found() {
        let bytes = pack(&Digest::of(b"one"), "exact", &values());
        assert_eq!(unpack(&bytes, &Digest::of(b"two"), false), Err(Bad::Key));
    }

    #[test]
    fn many_parts_have_a_sum_each() {
        let key = Digest::of(b"key");
        let table = Table { columns: [("x".to_owned(), vec![1.0; 20_000])].into() };
        let bytes = pack(&key, "exact", &[Value::Table(Arc::new(table))]);
        for position in [200, 66_000, 132_000, bytes.len() - 1] {
            let mut flipped = bytes.clone();
            flipped[position] ^= 4;
            assert!(unpack(&flipped, &key, false).is_err());
        }
    }
}
