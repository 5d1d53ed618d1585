//! Results that were computed before: in memory, on disk, and what is known of those that are not kept.
//!
//! A store that can't be read or written costs time, never a render: it says so once and goes on.

mod disk;
mod entry;
mod known;
mod memory;

pub(crate) use known::{Known, Name, encode_content};

use crate::encode::Digest;
use crate::event::Event;
use crate::{Caching, Failure, Limits};
use disk::{Disk, Miss};
use memory::Memory;
use serde::Serialize;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use toma_stage::Value;

/// A value for each output port.
pub(crate) type Values = Arc<Vec<Value>>;

/// Where results are kept.
pub(crate) struct Store {
    pub(crate) known: Known,
    memory: Mutex<Memory>,
    caching: Caching,
    disk: Disk,
    limits: Limits,
    /// It was said that the disk can't be written; nobody tries again.
    unwritable: AtomicBool,
    unwritable_log: AtomicBool,
}

/// What decides whether a result is worth a file.
pub(crate) struct Worth {
    /// Networks, and results of clips and chunks: always.
    pub(crate) dear: bool,
    /// Decoded sources: never.
    pub(crate) decoded: bool,
    /// How long it took.
    pub(crate) seconds: f64,
}

/// What is in the store.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CacheStat {
    /// The folder of the entries.
    pub folder: PathBuf,
    /// Entries on disk.
    pub entries: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Entries in memory.
    pub memory_entries: usize,
    /// Their bytes.
    pub memory_bytes: u64,
}

/// What a check of the store has found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CacheCheck {
    /// Entries that were looked at.
    pub entries: usize,
    /// Bad ones, which were removed, and what was wrong with each.
    pub removed: Vec<(PathBuf, String)>,
}

impl Store {
    /// The store in a state folder.
    pub(crate) fn new(state: &Path, memory: u64, caching: Caching, limits: Limits) -> Self {
        let store = Self {
            known: Known::new(state.join("known.log")),
            memory: Mutex::new(Memory::new(if caching == Caching::Off { 0 } else { memory })),
            caching,
            disk: Disk::new(state.join("store")),
            limits,
            unwritable: AtomicBool::new(false),
            unwritable_log: AtomicBool::new(false),
        };
        if caching == Caching::Full {
            store.disk.sweep();
        }
        store
    }

    /// The values that a name stands for, if they are kept anywhere.
    pub(crate) fn load(&self, name: Name, say: &dyn Fn(Event)) -> Option<Values> {
        self.load_key(&name.key, say).and_then(|values| select(&values, name)).or_else(|| {
            let end = self.known.resolve(name);
            if end.key == name.key {
                return None;
            }
            select(&self.load_key(&end.key, say)?, end)
        })
    }

    fn load_key(&self, key: &Digest, say: &dyn Fn(Event)) -> Option<Values> {
        if let Some(values) = self.memory().get(key) {
            return Some(values);
        }
        if self.caching != Caching::Full {
            return None;
        }
        match self.disk.load(key) {
            Ok(values) => {
                self.memory().put(*key, &values);
                Some(values)
            }
            Err(Miss::Absent) => None,
            Err(Miss::Dropped(bad, path)) => {
                let message = format!("a stored result was bad and is computed again: {bad}");
                let help = "`toma cache verify` looks at all of them; if it happens again, look at the disk";
                say(Event::Warning(Failure::new("T0706", message, help).files(vec![path])));
                None
            }
        }
    }

    /// Are the values kept? Looks only whether there is an entry, not whether it is good.
    pub(crate) fn has(&self, name: Name) -> bool {
        let has = |key: &Digest| {
            self.memory().has(key) || (self.caching == Caching::Full && self.disk.has(key))
        };
        has(&name.key) || has(&self.known.resolve(name).key)
    }

    /// Keeps a result that was computed, and what is known of it.
    pub(crate) fn keep(
        &self,
        key: Digest,
        values: &Values,
        class: &str,
        worth: &Worth,
        say: &dyn Fn(Event),
    ) {
        let bytes = values.iter().map(Value::bytes).sum::<u64>();
        let slow = worth.seconds >= self.limits.kept_from_seconds
            && worth.seconds / bytes.max(1) as f64 >= self.limits.kept_from_seconds_per_byte;
        let to_disk = self.caching == Caching::Full && !worth.decoded && (worth.dear || slow);
        for (port, value) in (0..).zip(values.iter()) {
            if to_disk || matches!(value, Value::Table(_)) {
                self.note(self.known.add_digest(key, port, entry::digest(value)), say);
            }
        }
        if to_disk
            && !self.unwritable.load(Ordering::Relaxed)
            && let Err(error) = self.disk.save(&key, class, values)
            && !self.unwritable.swap(true, Ordering::Relaxed)
        {
            say(Event::Warning(unwritable("results can't be kept on disk", &error)));
        }
        self.memory().put(key, values);
        self.note(self.known.add_key(key), say);
    }

    /// Says once that the log can't be written.
    pub(crate) fn note(&self, result: io::Result<()>, say: &dyn Fn(Event)) {
        if let Err(error) = result
            && !self.unwritable_log.swap(true, Ordering::Relaxed)
        {
            say(Event::Warning(unwritable("what was done can't be remembered", &error)));
        }
    }

    /// What is in the store.
    pub(crate) fn stat(&self, folder: &Path) -> CacheStat {
        let entries = self.disk.entries();
        let memory = self.memory();
        CacheStat {
            folder: folder.join("store"),
            entries: entries.len(),
            bytes: entries.iter().map(|(_, _, size)| size).sum(),
            memory_entries: memory.len(),
            memory_bytes: memory.bytes(),
        }
    }

    /// Holds every entry against its blake3.
    pub(crate) fn verify(&self) -> CacheCheck {
        let entries = self.disk.entries().len();
        let removed = self.disk.verify();
        let removed = removed.into_iter().map(|(path, bad)| (path, bad.to_string())).collect();
        CacheCheck { entries, removed }
    }

    /// Gives up every result.
    pub(crate) fn clear(&self) -> io::Result<(usize, u64)> {
        self.memory().clear();
        self.disk.clear()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A warning that names what the system said.
pub(crate) fn unwritable(what: &str, error: &io::Error) -> Failure {
    Failure::new(
        "T0705",
        format!("{what}: {error}"),
        "the render goes on without; check the state folder's permissions and the disk's free space",
    )
}

/// The part of a key's values that a name means.
fn select(values: &Values, name: Name) -> Option<Values> {
    let Some(port) = name.port else { return Some(values.clone()) };
    let value = values.get(usize::from(port))?;
    Some(Arc::new(vec![part(value, name.frame)?]))
}

/// A value, or one frame of a sequence.
pub(crate) fn part(value: &Value, frame: Option<u32>) -> Option<Value> {
    match (frame, value) {
        (None, value) => Some(value.clone()),
        (Some(index), Value::Sequence(sequence)) => {
            sequence.frames.get(index as usize).cloned().map(Value::Frame)
        }
        (Some(_), _) => None,
    }
}
