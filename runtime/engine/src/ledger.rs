//! Which files Toma has written, and what it wrote into them. Outside the cache: clearing that forgets
//! no file.

use crate::encode::Digest;
use crate::journal::Journal;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// The files of a state folder's renders.
pub(crate) struct Ledger {
    /// Files are noted by their path from here, if the plan names them so or they lie below it: so the
    /// project may move.
    root: PathBuf,
    journal: Journal,
    entries: Mutex<HashMap<PathBuf, Entry>>,
}

/// What was last written under a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// What it shows and how it is encoded.
    pub(crate) key: Digest,
    /// Of the file's bytes.
    pub(crate) digest: Digest,
    pub(crate) size: u64,
    /// Nanoseconds; 0 before it is known.
    pub(crate) modified: u64,
}

/// How a path stands to what was written there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nothing is there, and nothing ever was.
    Free,
    /// The file is what was written, and that is what is wanted.
    Current,
    /// The file is what was written, and something else is wanted.
    Outdated,
    /// What was written is gone.
    Gone,
    /// What was written is no longer what is there.
    Altered,
    /// Something is there that Toma has not written.
    Foreign,
}

impl Ledger {
    /// The ledger in a state folder, of files that lie below `root` or anywhere else.
    pub(crate) fn new(state: &Path, root: PathBuf) -> Self {
        Self { root, journal: Journal::new(state.join("ledger.log")), entries: Mutex::default() }
    }

    /// Takes up what other processes have written.
    pub(crate) fn refresh(&self) -> io::Result<()> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut records = Vec::new();
        if self.journal.refresh(|record| records.extend(parse(record)))? {
            entries.clear();
        }
        for (path, entry) in records {
            // What is no path from the root stays as it is.
            let path = plain(&self.root.join(path));
            match entry {
                Some(entry) => entries.insert(path, entry),
                None => entries.remove(&path),
            };
        }
        Ok(())
    }

    /// How a path stands to what is wanted there.
    pub(crate) fn standing(&self, path: &Path, key: &Digest) -> Standing {
        let entry = self.entry(path);
        let Ok(data) = fs::symlink_metadata(path) else {
            return if entry.is_some() { Standing::Gone } else { Standing::Free };
        };
        let Some(entry) = entry else { return Standing::Foreign };
        let same = data.is_file()
            && data.len() == entry.size
            && (entry.modified != 0 && modified(&data) == entry.modified
                || fs::read(path).is_ok_and(|bytes| Digest::of(&bytes) == entry.digest));
        match (same, entry.key == *key) {
            (true, true) => Standing::Current,
            (true, false) => Standing::Outdated,
            (false, _) => Standing::Altered,
        }
    }

    /// What is known of a path.
    pub(crate) fn entry(&self, path: &Path) -> Option<Entry> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).get(path).copied()
    }

    /// Remembers what is about to be written, or was. Before, so that a file whose writer is killed
    /// right after is known as Toma's; after, so that its time tells that it is unchanged.
    /// `noted` is how the plan names the file.
    pub(crate) fn note(&self, path: &Path, noted: &Path, entry: Option<Entry>) -> io::Result<()> {
        {
            let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
            match entry {
                Some(entry) => entries.insert(path.to_owned(), entry),
                None => entries.remove(path),
            };
        }
        self.journal.append(&record(path.strip_prefix(&self.root).unwrap_or(noted), entry))
    }
}

/// A path without `.` and `..`, so that one file has one name. Behind a link `..` leads elsewhere, and
/// stays.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        let named = matches!(plain.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::CurDir => {}
            Component::ParentDir if named && !plain.is_symlink() => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// A file's time in nanoseconds.
pub(crate) fn modified(data: &fs::Metadata) -> u64 {
    data.modified()
        .ok()
        .and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok())
        .map_or(0, |time| time.as_nanos() as u64)
}

fn record(path: &Path, entry: Option<Entry>) -> Vec<u8> {
    let mut record = Vec::new();
    match entry {
        Some(entry) => {
            record.push(1);
            record.extend(entry.key.0);
            record.extend(entry.digest.0);
            record.extend(entry.size.to_le_bytes());
            record.extend(entry.modified.to_le_bytes());
        }
        None => record.push(0),
    }
    record.extend(path.as_os_str().as_encoded_bytes());
    record
}

fn parse(record: &[u8]) -> Option<(PathBuf, Option<Entry>)> {
    let (written, rest) = record.split_first()?;
    let (entry, path) = if *written == 1 {
        let (key, rest) = rest.split_first_chunk::<32>()?;
        let (digest, rest) = rest.split_first_chunk::<32>()?;
        let (size, rest) = rest.split_first_chunk::<8>()?;
        let (modified, rest) = rest.split_first_chunk::<8>()?;
        let entry = Entry {
            key: Digest(*key),
            digest: Digest(*digest),
            size: u64::from_le_bytes(*size),
            modified: u64::from_le_bytes(*modified),
        };
        (Some(entry), rest)
    } else {
        (None, rest)
    };
    // Names that are no UTF-8 are not remembered, so such files are never overwritten unasked.
    Some((PathBuf::from(std::str::from_utf8(path).ok()?), entry))
}
