//! Files that appear whole or not at all: a temporary name beside the target, synced, then renamed.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::MediaError;
use crate::sequence::in_words;

/// Writes `bytes` under `path`: afterwards the file is whole and on the disk, or as it was before.
/// The folder must exist. Two writers of the same path don't disturb each other: the later one wins,
/// or without `overwrite` the earlier one.
///
/// # Errors
/// [`MediaError::Exists`] without `overwrite`; otherwise what the disk says. Nothing is left behind.
pub fn write_atomic(path: &Path, bytes: &[u8], overwrite: bool) -> Result<(), MediaError> {
    if path.is_dir() {
        return Err(MediaError::TargetIsFolder { path: path.display().to_string() });
    }
    if !overwrite && path.symlink_metadata().is_ok() {
        return Err(MediaError::Exists { path: path.display().to_string() });
    }
    let temporary = Temporary::beside(path)?;
    temporary.fill(bytes).map_err(|error| failed(path, &error))?;
    temporary.publish(path, overwrite)
}

/// A file under a passing name. Dropped without having been published, it is removed.
struct Temporary {
    path: PathBuf,
    file: File,
}

/// How many temporary files this process has made: their names never meet.
static MADE: AtomicU64 = AtomicU64::new(0);

impl Temporary {
    /// A new file `.NAME.toma-PID-N.tmp` in the target's folder.
    fn beside(path: &Path) -> Result<Self, MediaError> {
        let unwritable = |why: &str| MediaError::Unwritable {
            path: path.display().to_string(),
            why: why.into(),
        };
        let name = path.file_name().ok_or_else(|| unwritable("it names no file"))?;
        // File names end at 255 bytes on common disks; ours adds up to 50.
        let name: String = name.to_string_lossy().chars().take(60).collect();
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!(".{name}.toma-{}-{number}.tmp", std::process::id());
        let temporary = folder_of(path).join(name);
        let open = || OpenOptions::new().write(true).create_new(true).open(&temporary);
        let file = match open() {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                // Left by a killed process that had our number.
                fs::remove_file(&temporary).and_then(|()| open())
            }
            opened => opened,
        };
        let file = file.map_err(|error| match error.kind() {
            ErrorKind::NotFound => unwritable("there is no such folder"),
            ErrorKind::PermissionDenied => unwritable("you may not write into this folder"),
            ErrorKind::NotADirectory => unwritable("a part of its path is a file"),
            _ => failed(path, &error),
        })?;
        Ok(Self { path: temporary, file })
    }

    fn fill(&self, bytes: &[u8]) -> std::io::Result<()> {
        (&self.file).write_all(bytes)?;
        self.file.sync_all()
    }

    fn publish(self, path: &Path, overwrite: bool) -> Result<(), MediaError> {
        let result = if overwrite {
            fs::rename(&self.path, path)
        } else {
            // A link fails where a name exists, in one step; not every disk has links.
            match fs::hard_link(&self.path, path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    return Err(MediaError::Exists { path: path.display().to_string() });
                }
                Err(_) if path.symlink_metadata().is_err() => fs::rename(&self.path, path),
                linked => linked,
            }
        };
        result.map_err(|error| failed(path, &error))?;
        // From here on the file is published, whatever becomes of the folder.
        sync_folder(folder_of(path));
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After a rename there is nothing to remove, and nothing to say about it.
        let _ = fs::remove_file(&self.path);
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the new name survive a power cut where the disk can: only Unix has this, some network disks
/// refuse it, and a folder that one may write into but not read can't be opened for it.
fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

fn failed(path: &Path, error: &std::io::Error) -> MediaError {
    let path = path.display().to_string();
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => MediaError::DiskFull { path },
        ErrorKind::IsADirectory => MediaError::TargetIsFolder { path },
        _ => MediaError::Unwritable { path, why: in_words(error) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_written_and_replaced_only_when_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.exr");
        write_atomic(&path, b"one", false).unwrap();
        assert_eq!(write_atomic(&path, b"two", false).unwrap_err().code(), "T0714");
        assert_eq!(fs::read(&path).unwrap(), b"one");
        write_atomic(&path, b"two", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names(folder.path()), ["a.exr"]);
    }

    #[test]
    fn failures_are_told_apart_and_leave_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"x").unwrap();
        fs::create_dir(folder.path().join("sub")).unwrap();
        for (path, code, word) in [
            (folder.path().join("sub"), "T0713", "folder of that name"),
            (folder.path().join("absent").join("a.exr"), "T0711", "no such folder"),
            (file.join("a.exr"), "T0711", "is a file"),
        ] {
            let error = write_atomic(&path, b"x", true).unwrap_err();
            assert_eq!(error.code(), code);
            assert!(error.to_string().contains(word), "{error}");
        }
        assert_eq!(names(folder.path()), ["file", "sub"]);
    }

    #[test]
    fn of_many_writers_without_overwrite_one_wins() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.exr");
        let won: usize = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..8u8)
                .map(|n| {
                    scope.spawn({
                        let path = &path;
                        move || usize::from(write_atomic(path, &[n; 1000], false).is_ok())
                    })
                })
                .collect();
            writers.into_iter().map(|writer| writer.join().unwrap()).sum()
        });
        assert_eq!(won, 1);
        assert_eq!(names(folder.path()), ["a.exr"]);
    }

    /// A folder that can't be opened can't be synced; the file is there all the same. (The system's
    /// administrator may open it, and sees this pass in any case.)
    #[cfg(unix)]
    #[test]
    fn a_published_file_is_a_success_whatever_the_folder_allows() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.exr");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o300)).unwrap();
        let written = write_atomic(&path, b"one", true);
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!((written, fs::read(&path).unwrap()), (Ok(()), b"one".to_vec()));
        sync_folder(&folder.path().join("absent"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_called_that() {
        let error = std::io::Error::from_raw_os_error(28);
        assert_eq!(failed(Path::new("a.exr"), &error).code(), "T0712");
    }
}
