//! `toma check`: everything there is to say about programs, without running anything.

use crate::arguments::Check;
use crate::disk;
use crate::exit::Exit;
use crate::fix;
use crate::program::{Program, plain};
use crate::report::{self, Format};
use crate::sources::Sources;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use toma_syntax::diagnostic::{Diagnostic, Label, Severity, Span};

/// Folders deeper than this below a named one are not searched.
const DEPTH: usize = 16;

/// Checks files. All are checked, whatever the first ones say.
pub(crate) fn check(asked: &Check) -> Exit {
    let format = asked.format;
    let (files, unreadable) = programs(&asked.files);
    let mut failed = !unreadable.is_empty();
    for diagnostic in unreadable {
        say_unreadable(diagnostic, format);
    }
    let mut known: Option<Program> = None;
    if asked.fix {
        let mended = fix::fix(&files, asked);
        failed |= mended.failed;
        known = mended.program;
    }
    let mut said = HashSet::new();
    for files in by_project(&files) {
        let mut compiler = known.take_if(|one| files.first().is_some_and(|file| one.shares(file)));
        let mut paths = Vec::new();
        // All texts first: what files share is then looked at once, and by all cores.
        for file in files {
            match opened(compiler.take(), file) {
                Ok(program) => {
                    paths.push(program.path.clone());
                    compiler = Some(program);
                }
                Err((before, diagnostic)) => {
                    compiler = before;
                    say_unreadable(placed(diagnostic, file), format);
                    failed = true;
                }
            }
        }
        let Some(Program { compiler, sources, .. }) = compiler else { continue };
        let compiler = compiler.only_to_check();
        for (path, mut diagnostics) in compiler.check_files(&paths) {
            failed |= diagnostics.iter().any(|one| one.severity == Severity::Error);
            // A module that several programs use says its things once.
            diagnostics.retain(|one| said.insert(identity(one)));
            report::print(&diagnostics, &sources, format);
            if format == Format::Human {
                errln!("{path}: {}", report::count(&diagnostics));
            }
        }
        // The process ends soon: giving back a large project's memory piece by piece would only take time.
        std::mem::forget(compiler);
    }
    if failed { Exit::Program } else { Exit::Done }
}

/// The files of each project together, since a project has colours of its own, in the order of the first ones.
fn by_project(files: &[PathBuf]) -> Vec<Vec<&PathBuf>> {
    let mut folders: HashMap<Option<&Path>, Option<String>> = HashMap::new();
    let mut projects: Vec<(Option<String>, Vec<&PathBuf>)> = Vec::new();
    for file in files {
        let manifest =
            folders.entry(file.parent()).or_insert_with(|| disk::manifest_for(file)).clone();
        match projects.iter_mut().find(|(known, _)| *known == manifest) {
            Some((_, files)) => files.push(file),
            None => projects.push((manifest, vec![file])),
        }
    }
    projects.into_iter().map(|(_, files)| files).collect()
}

fn identity(diagnostic: &Diagnostic) -> (&'static str, String, Option<(String, u32)>) {
    let at = diagnostic.labels.first().map(|label| (label.file.clone(), label.span.start));
    (diagnostic.code, diagnostic.message.clone(), at)
}

/// The file read into the compiler that is there, or into a new one where it belongs to another project.
///
/// # Errors
/// Why it can't be read, and the compiler that was there.
#[expect(clippy::result_large_err, reason = "made once for a file that can't be read")]
pub(crate) fn opened(
    compiler: Option<Program>,
    file: &Path,
) -> Result<Program, (Option<Program>, Diagnostic)> {
    match compiler {
        None => Program::load(file).map_err(|diagnostic| (None, diagnostic)),
        Some(program) if !program.shares(file) => {
            Program::load(file).map_err(|diagnostic| (Some(program), diagnostic))
        }
        Some(mut program) => match program.turn_to(file) {
            Ok(()) => Ok(program),
            Err(diagnostic) => Err((Some(program), diagnostic)),
        },
    }
}

fn placed(mut diagnostic: Diagnostic, file: &Path) -> Diagnostic {
    if diagnostic.labels.is_empty() {
        let file = file.display().to_string();
        diagnostic.labels.push(Label { file, span: Span::default(), text: String::new() });
    }
    diagnostic
}

fn say_unreadable(mut diagnostic: Diagnostic, format: Format) {
    if format == Format::Human {
        diagnostic.labels.clear();
    }
    report::print(&[diagnostic], &Sources::default(), format);
}

/// The programs that are meant: files as they are named, and all `.toma` files below folders, each once.
/// A folder without one is a mistake.
pub(crate) fn programs(named: &[PathBuf]) -> (Vec<PathBuf>, Vec<Diagnostic>) {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut wrong = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut below = Vec::new();
        collect(path, 0, &mut below);
        below.sort();
        if below.is_empty() {
            let message = format!("there is no `.toma` file in {}", path.display());
            let help = "name a `.toma` file or a folder with some";
            wrong.push(placed(plain("T0200", message, help), path));
        }
        files.extend(below);
    }
    let mut seen = HashSet::new();
    files.retain(|file| seen.insert(file.clone()));
    (files, wrong)
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        // Links are not followed: they may lead back up.
        let folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if folder && !name.starts_with('.') && depth < DEPTH && name != "target" {
            collect(&path, depth + 1, files);
        } else if path.extension().is_some_and(|end| end == "toma") && path.is_file() {
            files.push(path.strip_prefix(".").map_or_else(|_| path.clone(), Path::to_path_buf));
        }
    }
}
