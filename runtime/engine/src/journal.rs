//! A file of checked records that only grows: whatever the engine remembers besides results.
//!
//! A record is written by one appending write, so that several processes may write to one file. A torn
//! or damaged record is skipped; those behind it are found again by their mark.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use xxhash_rust::xxh3::xxh3_64;

/// Stands before every record.
const MARK: [u8; 4] = *b"\x9atj\x01";
/// Mark, length and sum.
const HEAD: usize = 16;
/// No record is longer.
const LONGEST: usize = 1 << 20;

/// An open file of records.
pub(crate) struct Journal {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Open for appending once something was appended.
    file: Option<File>,
    /// Bytes read so far.
    read: u64,
    /// Device and inode of the file that was read or appended to; zeros where there is no such thing.
    identity: Option<(u64, u64)>,
}

impl Journal {
    /// The journal at a path, which need not exist yet. Nothing is read.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, state: Mutex::default() }
    }

    /// Gives every record that was not given yet, also those that other processes appended. Answers
    /// whether the file was begun anew, so that what was known from it must be forgotten.
    pub(crate) fn refresh(&self, mut take: impl FnMut(&[u8])) -> io::Result<bool> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Somebody removed it: append to a new one from now on.
                let known = state.file.is_some() || state.read > 0;
                *state = State::default();
                return Ok(known);
            }
            Err(error) => return Err(error),
        };
        let data = file.metadata()?;
        let identity = identity(&data);
        let other = state.identity.is_some_and(|known| known != identity);
        let anew = other || data.len() < state.read;
        if anew {
            *state = State::default();
        }
        state.identity = Some(identity);
        file.seek(SeekFrom::Start(state.read))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        state.read += scan(&bytes, &mut take) as u64;
        Ok(anew)
    }

    /// Appends a record.
    pub(crate) fn append(&self, payload: &[u8]) -> io::Result<()> {
        let mut record = Vec::with_capacity(HEAD + payload.len());
        record.extend(MARK);
        record.extend((payload.len() as u32).to_le_bytes());
        record.extend(xxh3_64(payload).to_le_bytes());
        record.extend(payload);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.file.is_none() {
            let file = open(&self.path)?;
            state.identity = Some(identity(&file.metadata()?));
            state.file = Some(file);
        }
        match &mut state.file {
            Some(file) => file.write_all(&record),
            None => Ok(()),
        }
    }
}

#[cfg(unix)]
fn identity(data: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (data.dev(), data.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().create(true).append(true).open(path)
}

/// Gives every good record; answers how many bytes need not be looked at again.
fn scan(bytes: &[u8], take: &mut impl FnMut(&[u8])) -> usize {
    let mut at = 0;
    let mut done = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| rest.len() >= HEAD) {
        match record(rest) {
            Some(payload) => {
                take(payload);
                at += HEAD + payload.len();
                done = at;
            }
            None => at += 1,
        }
    }
    done
}

fn record(bytes: &[u8]) -> Option<&[u8]> {
    let (mark, rest) = bytes.split_first_chunk::<4>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<8>()?;
    let length = u32::from_le_bytes(*length) as usize;
    if *mark != MARK || length > LONGEST {
        return None;
    }
    let payload = rest.get(..length)?;
    (xxh3_64(payload) == u64::from_le_bytes(*sum)).then_some(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(path: &Path) -> Vec<Vec<u8>> {
        let mut records = Vec::new();
        Journal::new(path.into()).refresh(|record| records.push(record.to_vec())).unwrap();
        records
    }

    #[test]
    fn two_writers_share_a_file_and_each_sees_the_others_records() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/journal");
        let (a, b) = (Journal::new(path.clone()), Journal::new(path.clone()));
        a.append(b"one").unwrap();
        b.append(b"two").unwrap();
        a.append(b"").unwrap();
        let mut seen = Vec::new();
        b.refresh(|record| seen.push(record.to_vec())).unwrap();
        assert_eq!(seen, [b"one".to_vec(), b"two".to_vec(), b"".to_vec()]);
        a.append(b"three").unwrap();
        seen.clear();
        b.refresh(|record| seen.push(record.to_vec())).unwrap();
        assert_eq!(seen, [b"three".to_vec()]);
    }

    #[test]
    fn a_torn_record_costs_only_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let journal = Journal::new(path.clone());
        journal.append(b"before").unwrap();
        let whole = std::fs::read(&path).unwrap().len();
        journal.append(b"torn apart").unwrap();
        let bytes = std::fs::read(&path).unwrap();
        for cut in whole..bytes.len() {
            std::fs::write(&path, &bytes[..cut]).unwrap();
            Journal::new(path.clone()).append(b"after").unwrap();
            assert_eq!(all(&path), [b"before".to_vec(), b"after".to_vec()], "cut at {cut}");
        }
    }

    #[test]
    fn a_removed_file_is_begun_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let journal = Journal::new(path.clone());
        journal.append(b"one").unwrap();
        assert!(!journal.refresh(|_| {}).unwrap());
        std::fs::remove_file(&path).unwrap();
        assert!(journal.refresh(|_| {}).unwrap(), "what was known is to be forgotten");
        assert!(!journal.refresh(|_| {}).unwrap(), "once");
        journal.append(b"two").unwrap();
        assert_eq!(all(&path), [b"two".to_vec()]);
        assert!(!journal.refresh(|_| {}).unwrap());
        // Another one in its place, as long as the first.
        std::fs::rename(&path, folder.path().join("old")).unwrap();
        Journal::new(path.clone()).append(b"six").unwrap();
        let mut seen = Vec::new();
        assert!(cfg!(not(unix)) || journal.refresh(|record| seen.push(record.to_vec())).unwrap());
        assert!(cfg!(not(unix)) || seen == [b"six".to_vec()]);
    }
}
