//! Results as files named by their keys. A file is written under a temporary name and renamed,
//! unsynced: what a crash tears fails its sums when it is read.

use crate::encode::Digest;
use crate::store::Values;
use crate::store::entry::{self, Bad};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};
use toma_stage::Value;

/// Begins the names of files that are being written.
const TEMPORARY: &str = ".writing-";
/// A temporary file that has not changed for so long was left by a process that is gone.
const STALE: Duration = Duration::from_mins(10);

/// A folder of entries.
pub(crate) struct Disk {
    folder: PathBuf,
    count: AtomicU64,
}

/// Why a key gave nothing.
pub(crate) enum Miss {
    /// There is no entry.
    Absent,
    /// There was one, and it was bad. It is gone now.
    Dropped(Bad, PathBuf),
}

impl Disk {
    /// The entries in a folder, which need not exist.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, count: AtomicU64::new(0) }
    }

    fn path(&self, key: &Digest) -> PathBuf {
        let name = key.to_string();
        let shelf = name.get(..2).unwrap_or("00");
        self.folder.join(shelf).join(format!("{name}.entry"))
    }

    /// The values of a key, held against its sums. A bad entry is removed.
    pub(crate) fn load(&self, key: &Digest) -> Result<Values, Miss> {
        let path = self.path(key);
        let bytes = fs::read(&path).map_err(|_| Miss::Absent)?;
        match entry::unpack(&bytes, key, false) {
            Ok(values) => Ok(Arc::new(values)),
            Err(bad) => {
                // Should it stay, the next read finds it bad again.
                let _ = fs::remove_file(&path);
                Err(Miss::Dropped(bad, path))
            }
        }
    }

    /// Is there an entry, good or bad?
    pub(crate) fn has(&self, key: &Digest) -> bool {
        self.path(key).exists()
    }

    /// Writes an entry.
    pub(crate) fn save(&self, key: &Digest, class: &str, values: &[Value]) -> io::Result<()> {
        let path = self.path(key);
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let temporary = folder.join(format!("{TEMPORARY}{}-{number}", std::process::id()));
        let written = fs::write(&temporary, entry::pack(key, class, values))
            .and_then(|()| fs::rename(&temporary, &path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    /// Every entry with its size.
    pub(crate) fn entries(&self) -> Vec<(Digest, PathBuf, u64)> {
        let mut entries = Vec::new();
        for path in self.files() {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if let Some(key) = name.strip_suffix(".entry").and_then(Digest::parse) {
                let size = fs::metadata(&path).map_or(0, |data| data.len());
                entries.push((key, path, size));
            }
        }
        entries.sort();
        entries
    }

    /// Holds every entry against its blake3 and removes the bad ones, which are answered.
    pub(crate) fn verify(&self) -> Vec<(PathBuf, Bad)> {
        let mut bad = Vec::new();
        for (key, path, _) in self.entries() {
            let Ok(bytes) = fs::read(&path) else { continue };
            if let Err(why) = entry::unpack(&bytes, &key, true) {
                let _ = fs::remove_file(&path);
                bad.push((path, why));
            }
        }
        bad
    }

    /// Removes every entry; answers how many and their bytes.
    pub(crate) fn clear(&self) -> io::Result<(usize, u64)> {
        let entries = self.entries();
        for (_, path, _) in &entries {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok((entries.len(), entries.iter().map(|(_, _, size)| size).sum()))
    }

    /// Removes what processes left that were killed while writing.
    pub(crate) fn sweep(&self) {
        for path in self.files() {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.starts_with(TEMPORARY) && is_stale(&path) {
                let _ = fs::remove_file(&path);
            }
        }
    }

    fn files(&self) -> Vec<PathBuf> {
        let shelves = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        shelves
            .filter_map(|shelf| fs::read_dir(shelf.path()).ok())
            .flat_map(|files| files.flatten().map(|file| file.path()))
            .collect()
    }
}

fn is_stale(path: &Path) -> bool {
    let changed = fs::metadata(path).and_then(|data| data.modified());
    changed
        .is_ok_and(|changed| SystemTime::now().duration_since(changed).is_ok_and(|age| age > STALE))
}
