//! `toma check --fix`: mends what can only have been meant one way.
//!
//! Rounds of fixes that don't touch each other, each followed by a check. A round that makes more errors is
//! taken back and its fixes are tried one by one, so that no file comes out worse than it was. Files are
//! written at the end, whole or not at all. Files of packages are pinned by the lock and are left as they are.

use crate::arguments::Check;
use crate::check::opened;
use crate::keep::rewrite;
use crate::lines;
use crate::pinned::Packages;
use crate::program::Program;
use crate::report::{self, Format};
use crate::sources::Sources;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use toma_syntax::diagnostic::{Diagnostic, Fix, Severity};

/// Rounds for one program; each mends at least one thing.
const ROUNDS: usize = 50;
/// Fixes that are tried one by one in one program.
const TRIES: usize = 200;

/// What came of it.
pub(crate) struct Mended {
    /// A file could not be written.
    pub(crate) failed: bool,
    /// A compiler that knows the mended texts.
    pub(crate) program: Option<Program>,
}

/// A file that is being mended.
struct Text {
    before: String,
    now: String,
    /// Line and column in the text of its round, code and title.
    done: Vec<(usize, usize, &'static str, String)>,
}

type Texts = BTreeMap<String, Text>;

/// Mends files and says what it did.
pub(crate) fn fix(files: &[PathBuf], asked: &Check) -> Mended {
    let mut texts = Texts::new();
    let mut left = BTreeMap::new();
    let mut compiler: Option<Program> = None;
    for file in files {
        let mut program = match opened(compiler.take(), file) {
            Ok(program) => program,
            Err((before, _)) => {
                // The check says why.
                compiler = before;
                continue;
            }
        };
        // What an earlier program's round has mended stays so.
        if let Some(text) = texts.get(&program.path) {
            let (path, now) = (program.path.clone(), text.now.clone());
            tell(&mut program, &path, now);
        }
        let packages = Packages::of(&program);
        for (file, package, count) in rounds(&mut program, &mut texts, &packages, asked.suggestions)
        {
            left.insert(file, (package, count));
        }
        compiler = Some(program);
    }
    say_left(&left);
    let mut mended = Mended { failed: false, program: compiler };
    texts.retain(|_, text| text.before != text.now);
    for (path, text) in &texts {
        if asked.dry_run {
            outln!("{}", lines::difference(path, &text.before, &text.now).trim_end());
            continue;
        }
        if let Err(diagnostic) = rewrite(path, &text.before, &text.now, "T0750") {
            report::print(&[diagnostic], &Sources::default(), Format::Human);
            mended.failed = true;
            continue;
        }
        let count = text.done.len();
        errln!("{path}: {count} {}", if count == 1 { "fix" } else { "fixes" });
        for (line, column, code, title) in &text.done {
            errln!("  {line}:{column} {code} {title}");
        }
    }
    if asked.dry_run || mended.failed {
        // What follows is about the files as they are.
        mended.program = None;
    }
    mended
}

fn tell(program: &mut Program, path: &str, text: String) {
    program.sources.add(path, &text);
    program.compiler.set_file(path, text);
}

fn errors(found: &[Diagnostic]) -> usize {
    found.iter().filter(|one| one.severity == Severity::Error).count()
}

/// A fix and what it mends.
#[derive(Clone)]
struct Choice {
    code: &'static str,
    message: String,
    fix: Fix,
}

/// Mends until nothing is left; says which files of packages could have been mended, and how often.
fn rounds(
    program: &mut Program,
    texts: &mut Texts,
    packages: &Packages,
    suggestions: bool,
) -> Vec<(String, String, usize)> {
    let found = in_rounds(program, texts, packages, suggestions);
    let mut left: BTreeMap<String, (String, usize)> = BTreeMap::new();
    let wanted = found
        .iter()
        .filter_map(|one| one.fixes.first().filter(|fix| fix.safe || suggestions))
        .filter(|fix| is_a_file(fix));
    for fix in wanted {
        if let Some(package) = packages.owner(&fix.file) {
            left.entry(fix.file.clone()).or_insert((package.to_owned(), 0)).1 += 1;
        }
    }
    left.into_iter().map(|(file, (package, count))| (file, package, count)).collect()
}

/// The rounds, and what is still to be said behind them.
fn in_rounds(
    program: &mut Program,
    texts: &mut Texts,
    packages: &Packages,
    suggestions: bool,
) -> Vec<Diagnostic> {
    // Fixes that made it worse, by the text they stood in.
    let mut refused: HashSet<(String, u32, u32, String, usize)> = HashSet::new();
    let mut tries = 0;
    let mut found = program.check();
    for _ in 0..ROUNDS {
        let mut chosen: Vec<Choice> = Vec::new();
        for one in &found {
            let fix = one.fixes.first().filter(|fix| fix.safe || suggestions);
            let ours = |fix: &&Fix| is_a_file(fix) && packages.owner(&fix.file).is_none();
            let Some(fix) = fix.filter(ours) else { continue };
            let apart = chosen.iter().all(|other| !touches(fix, &other.fix));
            if apart && !refused.contains(&stamp(fix, program)) {
                let (code, message) = (one.code, one.message.clone());
                chosen.push(Choice { code, message, fix: fix.clone() });
            }
        }
        if chosen.is_empty() {
            return found;
        }
        if let Some(better) = attempt(program, texts, &chosen, &found) {
            found = better;
            continue;
        }
        let mut progress = false;
        for choice in chosen {
            if tries == TRIES {
                return found;
            }
            tries += 1;
            if let Some(better) = attempt(program, texts, std::slice::from_ref(&choice), &found) {
                // The places of the others are no longer theirs.
                found = better;
                progress = true;
                break;
            }
            refused.insert(stamp(&choice.fix, program));
        }
        if !progress {
            return found;
        }
    }
    found
}

fn stamp(fix: &Fix, program: &Program) -> (String, u32, u32, String, usize) {
    let length = program.sources.text(&fix.file).as_str().len();
    (fix.file.clone(), fix.span.start, fix.span.end, fix.text.clone(), length)
}

/// The standard library is part of `toma`: nothing of it lies on the disk.
fn is_a_file(fix: &Fix) -> bool {
    !fix.file.is_empty() && !fix.file.starts_with("std/")
}

fn say_left(left: &BTreeMap<String, (String, usize)>) {
    for (file, (package, count)) in left {
        let fixes = if *count == 1 { "1 fix" } else { &format!("{count} fixes") };
        errln!(
            "{file}: {fixes} left out, because the file belongs to the package `{package}`, which toma.lock pins"
        );
        errln!(
            "  mend it where the package is made; here, edit it by hand and run `toma lock --update {package}`"
        );
    }
}

fn touches(a: &Fix, b: &Fix) -> bool {
    a.file == b.file && a.span.start <= b.span.end && b.span.start <= a.span.end
}

/// Applies fixes that don't touch each other. If there are more errors then, or what they mend is still there,
/// all is as it was and there is no answer.
fn attempt(
    program: &mut Program,
    texts: &mut Texts,
    chosen: &[Choice],
    found: &[Diagnostic],
) -> Option<Vec<Diagnostic>> {
    let mut before: BTreeMap<String, String> = BTreeMap::new();
    for Choice { fix, .. } in chosen {
        if !before.contains_key(&fix.file) {
            let text = program.sources.text(&fix.file).as_str().to_owned();
            before.insert(fix.file.clone(), text);
        }
    }
    for (file, text) in &before {
        let mut now = text.clone();
        let mut own: Vec<&Fix> =
            chosen.iter().map(|one| &one.fix).filter(|fix| fix.file == *file).collect();
        own.sort_by_key(|fix| std::cmp::Reverse(fix.span.start));
        for fix in own {
            let range = fix.span.start as usize..fix.span.end as usize;
            if now.get(range.clone()).is_some() {
                now.replace_range(range, &fix.text);
            }
        }
        tell(program, file, now);
    }
    let better = program.check();
    // What was hidden behind a mistake may show now; what was to be mended must be gone.
    let meant = |found: &[Diagnostic]| {
        let is = |one: &&Diagnostic| {
            chosen.iter().any(|choice| choice.code == one.code && choice.message == one.message)
        };
        found.iter().filter(is).count()
    };
    if errors(&better) > errors(found) || meant(&better) >= meant(found) {
        for (file, text) in before {
            tell(program, &file, text);
        }
        return None;
    }
    for (file, text) in before {
        let mut before = Sources::default();
        before.add(&file, &text);
        let now = program.sources.text(&file).as_str().to_owned();
        let entry = texts.entry(file.clone()).or_insert_with(|| Text {
            before: text.clone(),
            now: String::new(),
            done: Vec::new(),
        });
        entry.now = now;
        for Choice { code, fix, .. } in chosen.iter().filter(|one| one.fix.file == file) {
            let (line, column) = before.position(&file, fix.span.start);
            entry.done.push((line, column, code, fix.title.clone()));
        }
    }
    Some(better)
}
