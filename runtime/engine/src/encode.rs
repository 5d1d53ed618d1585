//! The canonical encoding: one sequence of bytes for one value, on every machine and for ever.
//!
//! Every item begins with a tag; lengths stand before what they measure; integers and floats are eight
//! bytes, little end first; records are in the order of their names. So no two different values share
//! an encoding. It knows nothing of keys: see `key`. Test vectors: `tests/engine/vectors.txt`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use toma_stage::Setting;

/// A BLAKE3 hash: a key, or the digest of a content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The hash that 64 hexadecimal digits write.
    pub fn parse(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text).ok().map(|hash| Self(*hash.as_bytes()))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(blake3::Hash::from_bytes(self.0).to_hex().as_str())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not 64 hexadecimal digits"))
    }
}

/// A number that is not finite has no place in a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number is not finite")]
pub struct NotFinite;

/// Tags, fixed for ever: a new sort of value gets a new number.
mod tag {
    pub(super) const NONE: u8 = 0x00;
    pub(super) const FALSE: u8 = 0x01;
    pub(super) const TRUE: u8 = 0x02;
    pub(super) const INT: u8 = 0x03;
    pub(super) const FLOAT: u8 = 0x04;
    pub(super) const TEXT: u8 = 0x05;
    pub(super) const DIGEST: u8 = 0x06;
    pub(super) const LIST: u8 = 0x07;
    pub(super) const RECORD: u8 = 0x08;
    pub(super) const SEED: u8 = 0x09;
    pub(super) const SIZE: u8 = 0x0a;
    pub(super) const FRAMES: u8 = 0x0b;
    pub(super) const RATE: u8 = 0x0c;
    pub(super) const SAMPLES: u8 = 0x0d;
    pub(super) const VECTOR: u8 = 0x0e;
    pub(super) const STEPS: u8 = 0x0f;
    pub(super) const DATE: u8 = 0x10;
    pub(super) const CASE: u8 = 0x11;
}

/// Collects items. What was collected is hashed as a whole.
#[derive(Debug, Default)]
pub struct Encoder {
    bytes: Vec<u8>,
}

impl Encoder {
    /// An encoding that begins with the name of what is encoded.
    pub fn new(what: &str) -> Self {
        let mut encoder = Self::default();
        encoder.text(what);
        encoder
    }

    /// Nothing.
    pub fn none(&mut self) {
        self.bytes.push(tag::NONE);
    }

    /// Yes or no.
    pub fn bool(&mut self, value: bool) {
        self.bytes.push(if value { tag::TRUE } else { tag::FALSE });
    }

    /// A whole number.
    pub fn int(&mut self, value: i64) {
        self.bytes.push(tag::INT);
        self.bytes.extend(value.to_le_bytes());
    }

    /// A finite number by its bits; −0 is 0.
    pub fn float(&mut self, value: f64) -> Result<(), NotFinite> {
        self.bytes.push(tag::FLOAT);
        self.raw_float(value)
    }

    /// Text as UTF-8.
    pub fn text(&mut self, text: &str) {
        self.bytes.push(tag::TEXT);
        self.length(text.len());
        self.bytes.extend(text.as_bytes());
    }

    /// A hash.
    pub fn digest(&mut self, digest: &Digest) {
        self.bytes.push(tag::DIGEST);
        self.bytes.extend(digest.0);
    }

    /// The head of a list; so many items follow.
    pub fn list(&mut self, items: usize) {
        self.bytes.push(tag::LIST);
        self.length(items);
    }

    /// The head of a record; so many pairs of a text and an item follow, in the order of the texts.
    pub fn record(&mut self, fields: usize) {
        self.bytes.push(tag::RECORD);
        self.length(fields);
    }

    /// A parameter as read at `time`. Times within it count from there.
    pub fn setting(&mut self, setting: &Setting, time: i64) -> Result<(), NotFinite> {
        match setting {
            Setting::None => self.none(),
            Setting::Bool(value) => self.bool(*value),
            Setting::Int(value) => self.int(*value),
            Setting::Number(value) => self.float(*value)?,
            Setting::Vector(values) => self.vector(values)?,
            Setting::Text(text) => self.text(text),
            Setting::Seed(seed) => {
                self.bytes.push(tag::SEED);
                self.bytes.extend(seed.to_le_bytes());
            }
            Setting::Size(size) => {
                self.bytes.push(tag::SIZE);
                self.bytes.extend(u64::from(size.width).to_le_bytes());
                self.bytes.extend(u64::from(size.height).to_le_bytes());
            }
            Setting::Frames(first, last) => {
                self.bytes.push(tag::FRAMES);
                self.bytes.extend(first.to_le_bytes());
                self.bytes.extend(last.to_le_bytes());
            }
            Setting::Steps(first, last, every) => {
                self.bytes.push(tag::STEPS);
                self.bytes.extend(first.to_le_bytes());
                self.bytes.extend(last.to_le_bytes());
                self.bytes.extend(u64::from(*every).to_le_bytes());
            }
            Setting::Date(year, month, day) => {
                self.bytes.push(tag::DATE);
                for number in [u64::from(*year), u64::from(*month), u64::from(*day)] {
                    self.bytes.extend(number.to_le_bytes());
                }
            }
            Setting::Rate(frames, seconds) => {
                self.bytes.push(tag::RATE);
                self.bytes.extend(u64::from(*frames).to_le_bytes());
                self.bytes.extend(u64::from(*seconds).to_le_bytes());
            }
            Setting::List(items) => {
                self.list(items.len());
                for item in items {
                    self.setting(item, time)?;
                }
            }
            Setting::Record(fields) => self.fields(fields, time)?,
            Setting::Case(name, fields) => {
                self.bytes.push(tag::CASE);
                self.text(name);
                self.fields(fields, time)?;
            }
            Setting::Samples(samples) => {
                self.bytes.push(tag::SAMPLES);
                self.length(samples.len());
                for (at, values) in samples {
                    self.raw_float(at - time as f64)?;
                    self.vector(values)?;
                }
            }
        }
        Ok(())
    }

    /// What was collected.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of what was collected.
    pub fn finish(&self) -> Digest {
        Digest::of(&self.bytes)
    }

    fn fields(&mut self, fields: &BTreeMap<String, Setting>, time: i64) -> Result<(), NotFinite> {
        self.record(fields.len());
        for (name, field) in fields {
            self.text(name);
            self.setting(field, time)?;
        }
        Ok(())
    }

    fn vector(&mut self, values: &[f64]) -> Result<(), NotFinite> {
        self.bytes.push(tag::VECTOR);
        self.length(values.len());
        values.iter().try_for_each(|value| self.raw_float(*value))
    }

    fn raw_float(&mut self, value: f64) -> Result<(), NotFinite> {
        if !value.is_finite() {
            return Err(NotFinite);
        }
        let value = if value == 0.0 { 0.0 } else { value };
        self.bytes.extend(value.to_bits().to_le_bytes());
        Ok(())
    }

    fn length(&mut self, length: usize) {
        self.bytes.extend((length as u64).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(setting: &Setting) -> Vec<u8> {
        let mut encoder = Encoder::default();
        encoder.setting(setting, 0).unwrap();
        encoder.bytes().to_vec()
    }

    #[test]
    fn minus_zero_is_zero() {
        assert_eq!(bytes(&Setting::Number(-0.0)), bytes(&Setting::Number(0.0)));
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Encoder::default().setting(&Setting::Number(value), 0), Err(NotFinite));
            assert_eq!(
                Encoder::default().setting(&Setting::Vector(vec![value]), 0),
                Err(NotFinite)
            );
        }
    }

    #[test]
    fn different_values_never_share_an_encoding() {
        let text = |text: &str| Setting::Text(text.into());
        let all = [
            Setting::None,
            Setting::Bool(false),
            Setting::Bool(true),
            Setting::Int(1),
            Setting::Number(1.0),
            Setting::Vector(vec![1.0]),
            Setting::Vector(vec![1.0, 0.0]),
            Setting::Seed(1),
            text("1"),
            text(""),
            Setting::List(vec![]),
            Setting::List(vec![text("ab"), text("c")]),
            Setting::List(vec![text("a"), text("bc")]),
            Setting::List(vec![Setting::List(vec![text("a")]), text("bc")]),
            Setting::Record([("a".to_owned(), Setting::Int(1))].into()),
            Setting::Frames(1, 1),
            Setting::Steps(1, 1, 2),
            Setting::Steps(1, 2, 1),
            Setting::Date(1, 1, 1),
            Setting::Date(1, 1, 2),
            Setting::Case("a".into(), [].into()),
            Setting::Case("a".into(), [("a".to_owned(), Setting::Int(1))].into()),
            Setting::Rate(1, 1),
            Setting::Samples(vec![(0.0, vec![1.0])]),
        ];
        for (index, a) in all.iter().enumerate() {
            for b in all.iter().skip(index + 1) {
                assert_ne!(bytes(a), bytes(b), "{a:?} and {b:?}");
            }
        }
    }

    #[test]
    fn samples_are_encoded_from_where_they_are_read() {
        let at = |time: i64| {
            let mut encoder = Encoder::default();
            let samples = Setting::Samples(vec![(time as f64 + 0.25, vec![1.0])]);
            encoder.setting(&samples, time).unwrap();
            encoder.finish()
        };
        assert_eq!(at(0), at(1001));
    }
}
