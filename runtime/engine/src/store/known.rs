//! What is remembered of results longer than their bytes: which keys were ever computed, what content
//! they came to, and which are another name for the same.

use crate::encode::{Digest, Encoder};
use crate::journal::Journal;
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

/// One of a key's values: which port, and for a chunk which of its frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Name {
    /// The key.
    pub(crate) key: Digest,
    /// All ports, or one.
    pub(crate) port: Option<u16>,
    /// The whole value, or one frame of a sequence.
    pub(crate) frame: Option<u32>,
}

impl Name {
    /// All of a key.
    pub(crate) fn all(key: Digest) -> Self {
        Self { key, port: None, frame: None }
    }

    /// The same part of another name's value.
    fn within(self, other: Self) -> Self {
        match (self.port, other.port) {
            (None, _) => other,
            (Some(_), None) => Self { key: other.key, ..self },
            (Some(_), Some(_)) => Self { frame: other.frame.or(self.frame), ..other },
        }
    }
}

/// The log and what it says.
pub(crate) struct Known {
    journal: Journal,
    facts: RwLock<Facts>,
}

#[derive(Default)]
struct Facts {
    keys: HashSet<Digest>,
    digests: HashMap<(Digest, u16), Digest>,
    aliases: HashMap<Digest, Name>,
    contents: HashMap<Digest, Digest>,
}

/// What a record begins with.
mod sort {
    pub(super) const KEY: u8 = 0;
    pub(super) const DIGEST: u8 = 1;
    pub(super) const ALIAS: u8 = 2;
    pub(super) const CONTENT: u8 = 3;
}

/// Longer chains of aliases don't come from honest work.
const LONGEST_CHAIN: usize = 64;

impl Known {
    /// The log at a path, which need not exist.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { journal: Journal::new(path), facts: RwLock::default() }
    }

    /// Takes up what other processes have learnt.
    pub(crate) fn refresh(&self) -> io::Result<()> {
        let mut facts = self.facts.write().unwrap_or_else(PoisonError::into_inner);
        let mut records = Vec::new();
        if self.journal.refresh(|record| records.push(record.to_vec()))? {
            *facts = Facts::default();
        }
        for record in records {
            facts.take(&record);
        }
        Ok(())
    }

    /// Was the key ever computed?
    pub(crate) fn is_known(&self, key: &Digest) -> bool {
        let facts = self.facts();
        facts.keys.contains(key) || facts.aliases.contains_key(key)
    }

    /// The key whose values a name stands for in the end.
    pub(crate) fn resolve(&self, name: Name) -> Name {
        let facts = self.facts();
        let mut name = name;
        for _ in 0..LONGEST_CHAIN {
            match facts.aliases.get(&name.key) {
                Some(other) if other.key != name.key => name = name.within(*other),
                _ => break,
            }
        }
        name
    }

    /// The digest of a key's port, if it was made.
    pub(crate) fn digest(&self, key: &Digest, port: u16) -> Option<Digest> {
        self.facts().digests.get(&(*key, port)).copied()
    }

    /// The key that was computed from this content.
    pub(crate) fn content(&self, content: &Digest) -> Option<Digest> {
        self.facts().contents.get(content).copied()
    }

    /// A key was computed.
    pub(crate) fn add_key(&self, key: Digest) -> io::Result<()> {
        self.add(&[&[sort::KEY], key.0.as_slice()].concat())
    }

    /// A port's content came to this digest.
    pub(crate) fn add_digest(&self, key: Digest, port: u16, digest: Digest) -> io::Result<()> {
        self.add(&[&[sort::DIGEST], key.0.as_slice(), &port.to_le_bytes(), &digest.0].concat())
    }

    /// A key is another name.
    pub(crate) fn add_alias(&self, key: Digest, name: Name) -> io::Result<()> {
        if self.resolve(name).key == key {
            return Ok(());
        }
        let mut record = vec![sort::ALIAS];
        record.extend(key.0);
        record.extend(name.key.0);
        record.extend(name.port.map_or(-1, i64::from).to_le_bytes());
        record.extend(name.frame.map_or(-1, i64::from).to_le_bytes());
        self.add(&record)
    }

    /// A key was computed from this content.
    pub(crate) fn add_content(&self, content: Digest, key: Digest) -> io::Result<()> {
        self.add(&[&[sort::CONTENT], content.0.as_slice(), &key.0].concat())
    }

    /// Remembers in memory first: a log that can't be written costs the next process only.
    fn add(&self, record: &[u8]) -> io::Result<()> {
        {
            let mut facts = self.facts.write().unwrap_or_else(PoisonError::into_inner);
            if !facts.take(record) {
                return Ok(());
            }
        }
        self.journal.append(record)
    }

    fn facts(&self) -> RwLockReadGuard<'_, Facts> {
        self.facts.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Facts {
    /// Answers whether the record says something new. What makes no sense says nothing.
    fn take(&mut self, record: &[u8]) -> bool {
        self.try_take(record).unwrap_or(false)
    }

    fn try_take(&mut self, record: &[u8]) -> Option<bool> {
        let (sort, rest) = record.split_first()?;
        let (key, rest) = digest(rest)?;
        Some(match *sort {
            sort::KEY => self.keys.insert(key),
            sort::DIGEST => {
                let (port, rest) = rest.split_first_chunk::<2>()?;
                let (content, _) = digest(rest)?;
                self.digests.insert((key, u16::from_le_bytes(*port)), content) != Some(content)
            }
            sort::ALIAS => {
                let (other, rest) = digest(rest)?;
                let (port, rest) = rest.split_first_chunk::<8>()?;
                let (frame, _) = rest.split_first_chunk::<8>()?;
                let name = Name {
                    key: other,
                    port: u16::try_from(i64::from_le_bytes(*port)).ok(),
                    frame: u32::try_from(i64::from_le_bytes(*frame)).ok(),
                };
                self.aliases.insert(key, name) != Some(name)
            }
            sort::CONTENT => {
                let (computed, _) = digest(rest)?;
                // The first computation stays the one that others are aliases of.
                let first = !self.contents.contains_key(&key);
                if first {
                    self.contents.insert(key, computed);
                }
                first
            }
            _ => false,
        })
    }
}

fn digest(bytes: &[u8]) -> Option<(Digest, &[u8])> {
    let (digest, rest) = bytes.split_first_chunk::<32>()?;
    Some((Digest(*digest), rest))
}

/// How an input enters a content key: by the digest of its content where there is one, else by the key
/// it has in the end. Either determines the content.
pub(crate) fn encode_content(known: &Known, name: Name, encoder: &mut Encoder) {
    let name = known.resolve(name);
    if let Some(content) = name.port.and_then(|port| known.digest(&name.key, port)) {
        encoder.text("content");
        encoder.digest(&content);
    } else {
        encoder.text("key");
        encoder.digest(&name.key);
        encoder.int(name.port.map_or(-1, i64::from));
    }
    encoder.int(name.frame.map_or(-1, i64::from));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Digest {
        Digest::of(name.as_bytes())
    }

    #[test]
    fn another_process_knows_what_was_learnt() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let (a, b) = (Known::new(path.clone()), Known::new(path));
        a.add_key(key("k")).unwrap();
        a.add_digest(key("k"), 1, key("d")).unwrap();
        a.add_content(key("c"), key("k")).unwrap();
        a.add_alias(key("n"), Name::all(key("k"))).unwrap();
        assert!(!b.is_known(&key("k")));
        b.refresh().unwrap();
        assert!(b.is_known(&key("k")) && b.is_known(&key("n")) && !b.is_known(&key("c")));
        assert_eq!(b.digest(&key("k"), 1), Some(key("d")));
        assert_eq!(b.content(&key("c")), Some(key("k")));
        assert_eq!(b.resolve(Name::all(key("n"))), Name::all(key("k")));
    }

    #[test]
    fn aliases_of_aliases_lead_to_the_part_that_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        let known = Known::new(folder.path().join("log"));
        let chunk = Name { key: key("chunk"), port: Some(2), frame: Some(5) };
        known.add_alias(key("a"), Name::all(key("b"))).unwrap();
        known.add_alias(key("b"), chunk).unwrap();
        known.add_alias(key("chunk"), Name::all(key("twin"))).unwrap();
        let name = Name { key: key("a"), port: Some(0), frame: None };
        let end = Name { key: key("twin"), ..chunk };
        assert_eq!(known.resolve(name), end);
        assert_eq!(known.resolve(Name::all(key("a"))), end);
    }

    #[test]
    fn a_circle_of_aliases_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let known = Known::new(folder.path().join("log"));
        known.add_alias(key("a"), Name::all(key("b"))).unwrap();
        known.add_alias(key("b"), Name::all(key("a"))).unwrap();
        assert_eq!(known.resolve(Name::all(key("a"))).key, key("b"));
        assert_eq!(known.resolve(Name::all(key("b"))).key, key("b"));
    }
}
