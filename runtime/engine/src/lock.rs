//! One render of a shot at a time in one state folder. The system lets go of the lock of a process that
//! is killed, so none is ever left behind.

use crate::EngineError;
use crate::encode::Digest;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

/// Held while a shot is rendered.
pub(crate) struct Lock {
    file: File,
    /// The process that held it before and did not let go of it itself: it was killed.
    pub(crate) killed: Option<u32>,
}

impl Lock {
    /// Takes the lock of a shot; `Ok(Err(…))` where the folder can't hold one.
    pub(crate) fn take(state: &Path, shot: &str) -> Result<io::Result<Self>, EngineError> {
        let mut file = match open(state, shot) {
            Ok(file) => file,
            Err(error) => return Ok(Err(error)),
        };
        let holder = read_holder(&mut file);
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(EngineError::Locked { shot: shot.to_owned(), process: holder });
            }
            Err(TryLockError::Error(error)) => return Ok(Err(error)),
        }
        // Who had it may have let go of it since it was read.
        let killed = read_holder(&mut file);
        let _ = write_holder(&mut file, &std::process::id().to_string());
        Ok(Ok(Self { file, killed }))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = write_holder(&mut self.file, "");
        let _ = self.file.unlock();
    }
}

fn open(state: &Path, shot: &str) -> io::Result<File> {
    let folder = state.join("locks");
    fs::create_dir_all(&folder)?;
    let name = format!("{}.lock", Digest::of(shot.as_bytes()));
    OpenOptions::new().create(true).truncate(false).read(true).write(true).open(folder.join(name))
}

fn read_holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn write_holder(file: &mut File, text: &str) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shot_is_locked_for_others_and_free_afterwards() {
        let state = tempfile::tempdir().unwrap();
        let lock = Lock::take(state.path(), "shot").unwrap().unwrap();
        let other = Lock::take(state.path(), "shot").err().unwrap();
        let process = Some(std::process::id());
        assert!(matches!(other, EngineError::Locked { process: p, .. } if p == process));
        assert!(Lock::take(state.path(), "another").unwrap().is_ok());
        drop(lock);
        let again = Lock::take(state.path(), "shot").unwrap().unwrap();
        assert_eq!(again.killed, None, "it was let go of in order");
    }
}
