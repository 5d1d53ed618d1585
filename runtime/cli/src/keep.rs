//! Text files that people and Toma both write: read, changed, and put back whole, unless somebody else changed
//! them meanwhile.

use crate::program::plain;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use toma_syntax::diagnostic::Diagnostic;

/// Puts `now` in the place of `before`, the text that a program's file held. A link stays a link.
///
/// # Errors
/// With `code`, when the file has changed meanwhile or may not be written.
pub(crate) fn rewrite(
    path: &str,
    before: &str,
    now: &str,
    code: &'static str,
) -> Result<(), Diagnostic> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
    // Renaming would pass over it.
    if fs::metadata(&target).is_ok_and(|data| data.permissions().readonly()) {
        let message = format!("{path} may not be written");
        return Err(plain(code, message, "give yourself the right to write it"));
    }
    let kept = Kept { path: target, before: Some(before.as_bytes().to_vec()) };
    kept.write(now).map_err(|wrong| Diagnostic { code, ..wrong })
}

/// A file as it was read.
#[derive(Debug)]
pub(crate) struct Kept {
    path: PathBuf,
    before: Option<Vec<u8>>,
}

impl Kept {
    /// Reads a file; one that isn't there holds nothing. A link is followed if it stays below its own folder.
    ///
    /// # Errors
    /// When it can't be read, is no text, or is a link that leads elsewhere.
    pub(crate) fn read(path: &Path) -> Result<(Self, String), Diagnostic> {
        let shown = path.display();
        let path = match fs::symlink_metadata(path) {
            Ok(meta) if meta.file_type().is_symlink() => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                let folder = fs::canonicalize(folder.unwrap_or(Path::new(".")));
                match (fs::canonicalize(path), folder) {
                    (Ok(target), Ok(folder)) if target.starts_with(&folder) => target,
                    _ => {
                        let help = "put the file itself there, or change the file that it leads to";
                        let message = format!("{shown} is a link that leads out of its folder");
                        return Err(plain("T0732", message, help));
                    }
                }
            }
            _ => path.to_path_buf(),
        };
        let before = match crate::disk::bytes_of(&path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                let help = "check that you may read the file";
                return Err(plain("T0732", format!("{shown}: {error}"), help));
            }
        };
        let text = String::from_utf8(before.clone().unwrap_or_default()).map_err(|_| {
            let help = "save it as UTF-8 in your editor";
            plain("T0556", format!("`{shown}` is no text in UTF-8"), help)
        })?;
        Ok((Self { path, before }, text))
    }

    /// Is there such a file?
    pub(crate) fn is_there(&self) -> bool {
        self.before.is_some()
    }

    /// Puts a text in its place: whole, with the file's permissions, and only if it is still as it was read.
    ///
    /// # Errors
    /// When somebody changed it meanwhile, or it can't be written. Then it is as it was.
    pub(crate) fn write(&self, text: &str) -> Result<(), Diagnostic> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let temporary =
            self.path.with_file_name(format!(".{name}.toma-{}.tmp", std::process::id()));
        let done = self.fill(&temporary, text).and_then(|()| {
            self.unchanged()?;
            fs::rename(&temporary, &self.path).map_err(|error| self.unwritable(&error))
        });
        if done.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        done
    }

    /// Takes the file away, if it is still as it was read.
    ///
    /// # Errors
    /// When somebody changed it meanwhile, or it can't be removed.
    pub(crate) fn remove(&self) -> Result<(), Diagnostic> {
        self.unchanged()?;
        match fs::remove_file(&self.path) {
            Err(error) if self.before.is_some() => Err(self.unwritable(&error)),
            _ => Ok(()),
        }
    }

    fn fill(&self, temporary: &Path, text: &str) -> Result<(), Diagnostic> {
        let write = || {
            let mut file = File::create(temporary)?;
            file.write_all(text.as_bytes())?;
            if let Ok(meta) = fs::metadata(&self.path) {
                file.set_permissions(meta.permissions())?;
            }
            file.sync_all()
        };
        write().map_err(|error| self.unwritable(&error))
    }

    fn unchanged(&self) -> Result<(), Diagnostic> {
        let now = fs::read(&self.path).ok();
        if now == self.before {
            return Ok(());
        }
        let message = format!("{} was changed by somebody else meanwhile", self.path.display());
        Err(plain("T0731", message, "nothing was written; run the command again"))
    }

    fn unwritable(&self, error: &std::io::Error) -> Diagnostic {
        let help = "check that you may write into this folder, and that the disk is not full";
        plain("T0732", format!("{}: {error}", self.path.display()), help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_else_wrote_meanwhile_is_not_lost() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let path = folder.path().join("A.tweaks.yaml");
        let (new, _) = Kept::read(&path).expect("nothing there");
        fs::write(&path, "theirs").expect("a file");
        assert_eq!(new.write("ours").expect_err("refused").code, "T0731");
        let (kept, text) = Kept::read(&path).expect("a file");
        assert_eq!(text, "theirs");
        fs::write(&path, "theirs again").expect("a file");
        assert_eq!(kept.write("ours").expect_err("refused").code, "T0731");
        assert_eq!(kept.remove().expect_err("refused").code, "T0731");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "theirs again");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn permissions_stay_and_links_lead_nowhere_else() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().expect("a scratch folder");
        let path = folder.path().join("A.tweaks.yaml");
        fs::write(&path, "a: 1\n").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("permissions");
        Kept::read(&path).expect("a file").0.write("a: 2\n").expect("written");
        assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o640);
        let link = folder.path().join("B.tweaks.yaml");
        symlink("A.tweaks.yaml", &link).expect("a link");
        Kept::read(&link).expect("a file").0.write("a: 3\n").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "a: 3\n");
        let out = folder.path().join("C.tweaks.yaml");
        symlink("/etc/hostname", &out).expect("a link");
        assert_eq!(Kept::read(&out).expect_err("refused").code, "T0732");
    }
}
