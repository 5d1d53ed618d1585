//! What a package holds, as one hash: the names and bytes of all its files, whatever a recipe may read of them.
//!
//! **Invariant**: what isn't hashed is either hidden or an error. Nothing is left out because it is much, or
//! because it can't be read.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Files, bytes and folders inside folders that a package may have.
const MOST_FILES: usize = 20_000;
const MOST_BYTES: u64 = 256 << 20;
const DEEPEST: usize = 32;

/// What to do about a package that can't be pinned.
pub(crate) const HOLDS: &str = "a package holds at most 20000 files and 256 MiB, all of them readable, and neither \
                                links nor a `toma.yaml` that lead out of it; put what it needs into its folder, and \
                                keep plates and other large media in the project's own";

/// Stands in the place of a file's length: what follows is where a link leads.
const LINK: u64 = u64::MAX;

/// Something in a package, by its path from there.
struct Held {
    name: String,
    path: PathBuf,
    link: bool,
}

/// `blake3:…` over the names and bytes of a package's files, or why there is none; `None` if there is no such
/// folder. Hidden files and folders (`.git`, `.toma`) are no part of a package, nor are pipes and the like. A
/// link counts by where it leads, which must be in the package and not hidden, so that it is hashed there.
pub(crate) fn digest_of(folder: &Path) -> Option<Result<String, String>> {
    folder.is_dir().then(|| digest(folder))
}

fn digest(folder: &Path) -> Result<String, String> {
    let root = fs::canonicalize(folder).map_err(|error| said(folder, &error))?;
    let mut hasher = blake3::Hasher::new();
    let mut left = MOST_BYTES;
    for held in everything(&root)? {
        hasher.update(&(held.name.len() as u64).to_le_bytes());
        hasher.update(held.name.as_bytes());
        if held.link {
            let target = inside(&root, &held)?;
            hasher.update(&LINK.to_le_bytes());
            hasher.update(&(target.len() as u64).to_le_bytes());
            hasher.update(target.as_bytes());
            continue;
        }
        let mut content = Vec::new();
        File::open(&held.path)
            .and_then(|file| file.take(left + 1).read_to_end(&mut content))
            .map_err(|error| format!("{}: {error}", held.name))?;
        if held.name == "toma.yaml" || held.name.ends_with("/toma.yaml") {
            nothing_outside(&held.name, &String::from_utf8_lossy(&content))?;
        }
        let bytes = content.len() as u64;
        left = left.checked_sub(bytes).ok_or_else(|| "it holds more than 256 MiB".to_owned())?;
        hasher.update(&bytes.to_le_bytes());
        hasher.update(&content);
    }
    Ok(format!("blake3:{}", hasher.finalize().to_hex()))
}

/// Files and links below a folder, sorted by their paths from there, with `/`.
fn everything(root: &Path) -> Result<Vec<Held>, String> {
    let mut found = Vec::new();
    let mut folders = vec![(root.to_path_buf(), String::new())];
    while let Some((folder, front)) = folders.pop() {
        if front.matches('/').count() > DEEPEST {
            return Err(format!("{front} lies more than {DEEPEST} folders deep"));
        }
        let shown = if front.is_empty() { "its folder" } else { &front };
        let entries = fs::read_dir(&folder).map_err(|error| format!("{shown}: {error}"))?;
        for entry in entries {
            let entry = entry.map_err(|error| format!("{shown}: {error}"))?;
            let kind = entry.file_type().map_err(|error| format!("{shown}: {error}"))?;
            let name = entry.file_name().into_string().map_err(|name| {
                format!("the name `{}` in {shown} is no text in UTF-8", name.to_string_lossy())
            })?;
            // A lock says what others hold; it may lie in a package that is the project's own folder.
            if name.starts_with('.') || name == "toma.lock" {
                continue;
            }
            if kind.is_dir() {
                folders.push((entry.path(), format!("{front}{name}/")));
            } else if kind.is_file() || kind.is_symlink() {
                let (name, path) = (format!("{front}{name}"), entry.path());
                found.push(Held { name, path, link: kind.is_symlink() });
            }
            if found.len() + folders.len() > MOST_FILES {
                return Err(format!("it holds more than {MOST_FILES} files"));
            }
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// What a package's own `toma.yaml` names lies in the package, so that it is hashed there.
fn nothing_outside(manifest: &str, text: &str) -> Result<(), String> {
    for (name, folder) in toma_compiler::folders_named(text, manifest) {
        let first = folder.split('/').next().unwrap_or_default();
        // An absolute path begins with an empty name; the package's own folder is nothing else.
        let outside = folder.starts_with('/') || first == ".." || first.contains(':');
        if outside {
            return Err(format!("its `{manifest}` takes `{name}` from outside its folder"));
        }
        if folder.split('/').any(|part| part.starts_with('.')) {
            return Err(format!("its `{manifest}` takes `{name}` from a hidden folder, or by git"));
        }
    }
    Ok(())
}

/// Where a link leads, from the package's folder.
fn inside(root: &Path, link: &Held) -> Result<String, String> {
    let target = fs::canonicalize(&link.path)
        .map_err(|_| format!("{} is a link that leads nowhere", link.name))?;
    let inside = target.strip_prefix(root).ok().and_then(Path::to_str);
    let inside = inside.map(|path| path.replace('\\', "/"));
    match inside {
        Some(path) if !path.split('/').any(|part| part.starts_with('.')) => Ok(path),
        Some(_) => Err(format!("{} is a link to something hidden", link.name)),
        None => Err(format!("{} is a link that leads out of the package", link.name)),
    }
}

fn said(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a scratch folder");
        for (name, text) in [("look.toma", "a"), ("luts/one.cube", "b"), ("logo.png", "c")] {
            put(&folder, name, text);
        }
        folder
    }

    fn put(folder: &tempfile::TempDir, name: &str, text: &str) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn hash(folder: &tempfile::TempDir) -> String {
        digest_of(folder.path()).expect("a folder").expect("a hash")
    }

    #[test]
    fn every_file_counts_and_what_is_hidden_does_not() {
        let folder = package();
        let first = hash(&folder);
        for (name, text) in [(".git/HEAD", "x"), (".DS_Store", "x"), ("toma.lock", "x")] {
            put(&folder, name, text);
            assert_eq!(hash(&folder), first, "{name}");
        }
        let mut seen = vec![first];
        for (name, text) in [
            ("luts/one.cube", "changed"),
            ("logo.png", "changed"),
            ("shapes/roto.yaml", "new"),
            ("look.toma", "changed"),
            ("notes", ""),
        ] {
            put(&folder, name, text);
            let now = hash(&folder);
            assert!(!seen.contains(&now), "{name}");
            seen.push(now);
        }
        // A name and its content don't run together.
        fs::rename(folder.path().join("notes"), folder.path().join("note")).expect("renamed");
        assert!(!seen.contains(&hash(&folder)));
        assert!(digest_of(&folder.path().join("nowhere")).is_none());
    }

    #[test]
    fn more_than_a_package_may_hold_is_said() {
        let folder = package();
        let large = File::create(folder.path().join("plate.exr")).expect("a file");
        large.set_len(MOST_BYTES + 1).expect("room");
        let said = digest_of(folder.path()).expect("a folder").expect_err("too large");
        assert!(said.contains("256 MiB"), "{said}");
        let folder = package();
        let deep: String = (0..40).map(|_| "d/").collect();
        put(&folder, &format!("{deep}x"), "x");
        let said = digest_of(folder.path()).expect("a folder").expect_err("too deep");
        assert!(said.contains("folders deep"), "{said}");
    }

    #[cfg(unix)]
    #[test]
    fn links_count_by_where_they_lead_and_lead_nowhere_else() {
        use std::os::unix::fs::symlink;
        let folder = package();
        let link = folder.path().join("now.cube");
        let plain = hash(&folder);
        symlink("luts/one.cube", &link).expect("a link");
        let one = hash(&folder);
        fs::remove_file(&link).expect("removed");
        symlink("logo.png", &link).expect("a link");
        let other = hash(&folder);
        assert!(plain != one && one != other && plain != other);
        for (target, why) in [
            ("/etc/hostname", "leads out of the package"),
            ("nothing", "leads nowhere"),
            (".hidden", "something hidden"),
        ] {
            put(&folder, ".hidden", "x");
            fs::remove_file(&link).expect("removed");
            symlink(target, &link).expect("a link");
            let said = digest_of(folder.path()).expect("a folder").expect_err("refused");
            assert!(said.contains(why), "{target}: {said}");
        }
    }
}
