//! Changes a program's file in place: whole or not at all, with its rights, and only if it still holds what was read.

use crate::program::plain;
use std::path::Path;
use toma_media::write_atomic;
use toma_syntax::diagnostic::Diagnostic;

/// Puts `now` in the place of `before`.
///
/// # Errors
/// With `code`, when the file has changed meanwhile or may not be written; as the disk says otherwise.
pub(crate) fn rewrite(
    path: &str,
    before: &str,
    now: &str,
    code: &'static str,
) -> Result<(), Diagnostic> {
    // A link stays a link.
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| Path::new(path).to_path_buf());
    let unchanged = std::fs::read(&target).is_ok_and(|bytes| bytes == before.as_bytes());
    if !unchanged {
        let message = format!("{path} has changed since it was read");
        return Err(plain(code, message, "run the command again"));
    }
    let rights = std::fs::metadata(&target).map(|data| data.permissions());
    if rights.as_ref().is_ok_and(std::fs::Permissions::readonly) {
        let message = format!("{path} may not be written");
        return Err(plain(code, message, "give yourself the right to write it"));
    }
    write_atomic(&target, now.as_bytes(), true)
        .map_err(|error| plain(error.code(), error.to_string(), &error.help()))?;
    if let Ok(rights) = rights {
        // The text is there; rights that can't be given back are no reason to fail.
        let _ = std::fs::set_permissions(&target, rights);
    }
    Ok(())
}
