//! One side of a comparison: a file as it is, or as it was at a revision of its git repository, with all the
//! modules of that revision.

use super::about;
use crate::arguments::Diff;
use crate::disk::{Disk, above};
use crate::exit::Exit;
use crate::program::{Program, colours};
use crate::sources::Sources;
use crate::studio;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use toma_compiler::{Compiler, Family, NoConversion, PictureHeader, System};
use toma_syntax::diagnostic::Diagnostic;

/// A side.
pub(super) struct Side {
    /// As it was named: `shots/a.toma`, `main~1:shots/a.toma`.
    pub(super) name: String,
    pub(super) program: Program,
}

impl Side {
    /// The folder that its plates' paths start from.
    pub(super) fn folder(&self) -> PathBuf {
        studio::folder_of(Path::new(&self.program.path))
    }
}

type Refused = (Diagnostic, Exit);

/// Both sides, as the command line names them: `A B`, `REV1 REV2 -- FILE`, `REV -- FILE`.
///
/// # Errors
/// What is wrong with a name, and how the command ends.
pub(super) fn sides(asked: &Diff) -> Result<(Side, Side), Refused> {
    let usage = |message: &str| {
        let help = "write `toma diff A B` with two files, `toma diff main~1:shots/a.toma shots/a.toma`, or \
                    `toma diff main~1 main -- shots/a.toma`";
        (about(message, help), Exit::Usage)
    };
    match (asked.sides.as_slice(), asked.file.as_slice()) {
        ([a, b], []) => Ok((side(a)?, side(b)?)),
        ([a, b], [file]) => Ok((at(a, file)?, at(b, file)?)),
        ([a], [file]) => Ok((at(a, file)?, now(file)?)),
        ([_], []) => Err(usage("a difference has two sides, and only one is named")),
        _ => Err(usage("this names no two sides")),
    }
}

fn side(text: &str) -> Result<Side, Refused> {
    let path = Path::new(text);
    // A file may have a colon in its name; then it is the file.
    match text.split_once(':') {
        Some((revision, file)) if !path.exists() && !file.is_empty() => {
            at(revision, Path::new(file))
        }
        _ => now(path),
    }
}

/// A file as it is.
fn now(file: &Path) -> Result<Side, Refused> {
    let program = Program::load(file).map_err(|diagnostic| (diagnostic, Exit::Program))?;
    Ok(Side { name: program.path.clone(), program })
}

/// A file as it was.
fn at(revision: &str, file: &Path) -> Result<Side, Refused> {
    let tree = Tree::open(revision, file)?;
    let path = file.display().to_string().replace('\\', "/");
    let name = format!("{revision}:{path}");
    let Some(text) = tree.read_text(&path) else {
        let message = format!("there is no {path} at {revision}");
        let help = "check the path: it is relative to the folder you are in";
        return Err((about(message, help), Exit::Program));
    };
    let known = Arc::clone(&tree.disk.colour);
    let mut sources = Sources::default();
    sources.add(&path, &text);
    let mut compiler = Compiler::new(Arc::new(tree));
    compiler.set_file(&path, text);
    let manifest = compiler.manifest(&path);
    let colour = colours(manifest.as_ref()).map_err(|diagnostic| (diagnostic, Exit::Program))?;
    let colour = known.get_or_init(|| colour).clone();
    let mut program = Program {
        compiler,
        colour,
        sources,
        path,
        manifest: manifest.map(|manifest| manifest.file),
    };
    // Messages and origins point into modules of that revision, not into today's files.
    remember_modules(&mut program, revision, file);
    Ok(Side { name, program })
}

/// Puts the texts of the revision's other programs where messages look them up.
fn remember_modules(program: &mut Program, revision: &str, file: &Path) {
    let Ok(tree) = Tree::open(revision, file) else { return };
    let folder = studio::folder_of(file);
    let Some(inside) = tree.inside(&folder) else { return };
    let found = tree.git(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", revision]);
    let names = found.unwrap_or_default();
    let names = String::from_utf8_lossy(&names).into_owned();
    for name in
        names.split('\0').filter(|name| name.strip_suffix(".toma").is_some()).take(MOST_MODULES)
    {
        let below = if inside.is_empty() {
            Some(name)
        } else {
            name.strip_prefix(&inside).and_then(|rest| rest.strip_prefix('/'))
        };
        let Some(below) = below else { continue };
        let path = if folder == Path::new(".") {
            below.to_owned()
        } else {
            format!("{}/{below}", folder.display())
        };
        if path != program.path
            && let Some(text) = tree.read_text(&path)
        {
            program.sources.add(&path, &text);
        }
    }
}

/// More modules of a revision aren't read for their lines.
const MOST_MODULES: usize = 500;

/// A revision of a git repository: texts come from it, plates and colours from the disk.
struct Tree {
    disk: Disk,
    revision: String,
    /// The repository's top folder.
    top: PathBuf,
}

impl Tree {
    fn open(revision: &str, file: &Path) -> Result<Self, Refused> {
        let refused = |message: String, help: &str| (about(message, help), Exit::Surroundings);
        if revision.is_empty() || revision.starts_with('-') || revision.contains(':') {
            let message = format!("`{revision}` is no revision");
            return Err((
                about(message, "name a commit, a branch or a tag: `main~1`"),
                Exit::Usage,
            ));
        }
        // The file may be gone today; a folder above it is not.
        let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf());
        let from = absolute.ancestors().skip(1).find(|folder| folder.is_dir());
        let from = from.unwrap_or(Path::new(".")).to_path_buf();
        let top = run(&from, &["rev-parse", "--show-toplevel"]).map_err(|why| {
            let message = format!("{} is in no git repository: {why}", file.display());
            refused(message, "revisions need git; compare two files instead")
        })?;
        let top = PathBuf::from(String::from_utf8_lossy(&top).trim_end());
        let tree =
            Self { disk: Disk { colour: Arc::default() }, revision: revision.to_owned(), top };
        let commit = format!("{revision}^{{commit}}");
        let known = tree.git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]);
        if known.is_none() {
            let message = format!("the repository has no revision `{revision}`");
            return Err(refused(
                message,
                "`git log` lists them; a shallow copy has only the latest",
            ));
        }
        Ok(tree)
    }

    fn git(&self, arguments: &[&str]) -> Option<Vec<u8>> {
        run(&self.top, arguments).ok()
    }

    /// A path of ours as the repository's tree has it.
    fn inside(&self, path: &Path) -> Option<String> {
        let here = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let absolute = std::path::absolute(here).ok()?;
        let mut names: Vec<String> = Vec::new();
        let top = std::fs::canonicalize(&self.top).unwrap_or_else(|_| self.top.clone());
        // Links in the folders above are followed as far as these are there.
        let there = absolute.ancestors().find(|folder| folder.exists())?;
        let real = std::fs::canonicalize(there).ok()?;
        let rest = absolute.strip_prefix(there).ok()?;
        for part in real.join(rest).strip_prefix(&top).ok()?.components() {
            match part {
                Component::Normal(name) => names.push(name.to_str()?.to_owned()),
                Component::ParentDir => {
                    names.pop()?;
                }
                _ => {}
            }
        }
        Some(names.join("/"))
    }

    /// Is it outside of what a revision holds: another project's folder, or Toma's own, where packages are kept by
    /// their commit?
    fn is_elsewhere(&self, path: &str) -> bool {
        path.split('/').any(|part| part == ".toma") || self.inside(Path::new(path)).is_none()
    }

    fn object(&self, path: &str) -> Option<String> {
        Some(format!("{}:{}", self.revision, self.inside(Path::new(path))?))
    }
}

/// Is it a program, or a text that a project keeps beside it?
fn is_text(path: &str) -> bool {
    let end = Path::new(path).extension();
    end.is_some_and(|end| ["toma", "yaml", "lock"].iter().any(|text| end == *text))
}

impl System for Tree {
    fn read_text(&self, path: &str) -> Option<String> {
        if self.is_elsewhere(path) {
            return self.disk.read_text(path);
        }
        let object = self.object(path)?;
        String::from_utf8(self.git(&["cat-file", "blob", &object])?).ok()
    }

    fn exists(&self, path: &str) -> bool {
        // Plates are on the disk; texts may be in the revision only.
        let held = || {
            self.object(path).is_some_and(|object| self.git(&["cat-file", "-e", &object]).is_some())
        };
        let on_disk = !is_text(path) || self.is_elsewhere(path);
        (on_disk && self.disk.exists(path)) || held()
    }

    fn folder_exists(&self, folder: &str) -> bool {
        self.disk.folder_exists(folder) || !self.list(folder).is_empty()
    }

    fn manifest(&self, folder: &str) -> Option<String> {
        let mut folder = folder.to_owned();
        while let Some(inside) =
            self.inside(Path::new(if folder.is_empty() { "." } else { &folder }))
        {
            let path = format!("{folder}toma.yaml");
            if self.read_text(&path).is_some() {
                return Some(path);
            }
            folder = above(&folder);
            if inside.is_empty() {
                break;
            }
        }
        // Above the repository nothing has revisions.
        self.disk.manifest(&folder)
    }

    fn package_digest(&self, folder: &str) -> Option<Result<String, String>> {
        // What lies in the repository is what it was at that revision, with its lock.
        if self.is_elsewhere(folder) { self.disk.package_digest(folder) } else { None }
    }

    fn list(&self, folder: &str) -> Vec<String> {
        if self.is_elsewhere(folder) {
            return self.disk.list(folder);
        }
        let folder = if folder.is_empty() { "." } else { folder };
        let names = self
            .object(folder.trim_end_matches('/'))
            .and_then(|object| self.git(&["ls-tree", "-z", "--name-only", &object]));
        let mut names: Vec<String> = String::from_utf8_lossy(&names.unwrap_or_default())
            .split('\0')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        // Plates beside them are in no revision.
        names.extend(self.disk.list(folder).into_iter().filter(|name| !is_text(name)));
        names.sort();
        names.dedup();
        names
    }

    fn picture_header(&self, pattern: &str, frame: i64) -> Option<PictureHeader> {
        self.disk.picture_header(pattern, frame)
    }

    fn colour_space(&self, name: &str) -> Option<Family> {
        self.disk.colour_space(name)
    }

    fn colour_space_names(&self) -> Vec<String> {
        self.disk.colour_space_names()
    }

    fn no_conversion(&self, from: &str, to: &str) -> Option<NoConversion> {
        self.disk.no_conversion(from, to)
    }
}

/// Runs git, which gets its arguments one by one and no terminal.
fn run(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("git can't be run: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(said.lines().next().unwrap_or("git failed").to_owned())
}
