//! `toma fmt`: programs in their one canonical form, in place, compared, or from input to output.

use crate::arguments::Fmt;
use crate::check::programs;
use crate::disk::manifest_for;
use crate::exit::Exit;
use crate::keep::rewrite;
use crate::lines;
use crate::pinned::Packages;
use crate::program::{Program, plain, refuse, text_of};
use crate::report::{self, Format};
use crate::sources::Sources;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use toma_syntax::diagnostic::{Diagnostic, Severity};

/// What became of the files.
#[derive(Default)]
struct Counts {
    changed: usize,
    same: usize,
    failed: bool,
}

/// Formats files and all `.toma` files below folders; without any, below this folder.
pub(crate) fn fmt(asked: &Fmt) -> Exit {
    if asked.stdin {
        return stdin();
    }
    let here = [PathBuf::from(".")];
    let named = if asked.files.is_empty() { &here[..] } else { &asked.files };
    let (files, unreadable) = programs(named);
    let mut counts = Counts { failed: !unreadable.is_empty(), ..Counts::default() };
    for mut diagnostic in unreadable {
        diagnostic.labels.clear();
        report::print(&[diagnostic], &Sources::default(), Format::Human);
    }
    for file in &files {
        if let Err(diagnostic) = file_in_form(file, asked, &mut counts) {
            report::print(&[diagnostic], &Sources::default(), Format::Human);
            counts.failed = true;
        }
    }
    let files = |count: usize| if count == 1 { "1 file".into() } else { format!("{count} files") };
    let done = if asked.check { "to be formatted" } else { "formatted" };
    errln!("{} {done}, {} unchanged", files(counts.changed), files(counts.same));
    let differs = asked.check && counts.changed > 0;
    if counts.failed || differs { Exit::Program } else { Exit::Done }
}

fn file_in_form(file: &Path, asked: &Fmt, counts: &mut Counts) -> Result<(), Diagnostic> {
    let before = text_of(file)?;
    let path = file.display().to_string().replace('\\', "/");
    let formatted = toma_syntax::format(&before);
    if !formatted.unread.is_empty() {
        say_unread(&path, &before);
        counts.failed = true;
    }
    if formatted.text == before {
        counts.same += 1;
        return Ok(());
    }
    if let Some(package) = package_of(file)? {
        errln!(
            "{path}: left as it is, because it belongs to the package `{package}`, which toma.lock pins"
        );
        errln!(
            "  format it where the package is made; here, edit it by hand and run `toma lock --update {package}`"
        );
        // What was named is asked for; what lies in a folder may stay.
        counts.failed |= asked.files.iter().any(|named| named == file);
        return Ok(());
    }
    if asked.check {
        outln!("{}", lines::difference(&path, &before, &formatted.text).trim_end());
    } else {
        rewrite(&path, &before, &formatted.text, "T0740")?;
        errln!("{path}: formatted");
    }
    counts.changed += 1;
    Ok(())
}

/// The package of the project around it that a file belongs to.
fn package_of(file: &Path) -> Result<Option<String>, Diagnostic> {
    if manifest_for(file).is_none() {
        return Ok(None);
    }
    let program = Program::empty(file.parent().unwrap_or(Path::new(".")))?;
    let packages = Packages::of(&program);
    Ok(packages.owner(&file.display().to_string()).map(str::to_owned))
}

/// Why parts of a file stayed as they were.
fn say_unread(path: &str, text: &str) {
    let mut sources = Sources::default();
    sources.add(path, text);
    let (_, mut said) = toma_syntax::parse_file(text);
    said.retain(|one| one.severity == Severity::Error);
    for label in said.iter_mut().flat_map(|one| &mut one.labels) {
        path.clone_into(&mut label.file);
    }
    report::print(&said, &sources, Format::Human);
    errln!("{path}: {}; what has one stays as it is", report::count(&said));
}

/// From the input to the output, for editors.
fn stdin() -> Exit {
    let mut bytes = Vec::new();
    if let Err(error) = std::io::stdin().read_to_end(&mut bytes) {
        let message = format!("the input can't be read: {error}");
        return refuse(
            plain("T0200", message, "check what feeds this command"),
            Exit::Surroundings,
        );
    }
    let Ok(text) = String::from_utf8(bytes) else {
        let help = "pass the program as UTF-8 text";
        return refuse(plain("T0200", "the input is not UTF-8 text", help), Exit::Program);
    };
    let formatted = toma_syntax::format(&text);
    // A reader that has gone away is no reason to fall over.
    let _ = std::io::stdout().write_all(formatted.text.as_bytes());
    if formatted.unread.is_empty() {
        return Exit::Done;
    }
    say_unread("(input)", &text);
    Exit::Program
}
