//! `toma test`: runs the tests of files and folders, items and docs, and says what failed and how far.

mod judge;
mod measure;

use crate::arguments::Test;
use crate::check::{opened, programs};
use crate::exit::Exit;
use crate::failures;
use crate::program::{Program, plain, refuse};
use crate::report::{self, Format};
use crate::sources::Sources;
use crate::studio;
use judge::{Failed, Pictures};
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use toma_compiler::TestCase;
use toma_engine::{Caching, Engine};
use toma_syntax::diagnostic::{Diagnostic, Severity};

/// How one test ended: what other tools may rely on.
#[derive(Serialize)]
struct Ended<'a> {
    event: &'static str,
    file: &'a str,
    line: usize,
    title: &'a str,
    passed: bool,
    assertions: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failures: Vec<Said>,
}

/// A claim that isn't true.
#[derive(Serialize)]
struct Said {
    line: usize,
    text: String,
    message: Vec<String>,
}

/// How all ended.
#[derive(Serialize, Default)]
struct Done {
    event: &'static str,
    passed: usize,
    failed: usize,
    filtered: usize,
}

/// Runs tests.
pub(crate) fn test(asked: &Test) -> Exit {
    let here = [PathBuf::from(".")];
    let named = if asked.files.is_empty() { &here[..] } else { &asked.files };
    let (files, unreadable) = programs(named);
    let mut wrong = !unreadable.is_empty();
    let mut said = HashSet::new();
    let mut say = |mut found: Vec<Diagnostic>, sources: &Sources| {
        found.retain(|one| said.insert(format!("{one:?}")));
        if asked.json {
            for one in &found {
                outln!("{}", report::json(one, sources, Some("message")));
            }
        }
        report::print(&found, sources, Format::Human);
    };
    say(unreadable, &Sources::default());
    let mut engines: BTreeMap<PathBuf, Engine> = BTreeMap::new();
    let mut done = Done { event: "done", ..Done::default() };
    let mut compiler: Option<Program> = None;
    for file in &files {
        let program = match opened(compiler.take(), file) {
            Ok(program) => program,
            Err((before, diagnostic)) => {
                compiler = before;
                say(vec![diagnostic], &Sources::default());
                wrong = true;
                continue;
            }
        };
        let mut found = program.check();
        // Warnings are the check's affair.
        found.retain(|one| one.severity == Severity::Error);
        wrong |= !found.is_empty();
        say(found, &program.sources);
        for case in program.compiler.tests(&program.path) {
            if !asked.filter.as_ref().is_none_or(|filter| matches(&case.title, filter)) {
                done.filtered += 1;
                continue;
            }
            let folder = studio::folder_of(file);
            let failed = match run(&program, &folder, &case, asked, &mut engines) {
                Ok(failed) => failed,
                Err(exit) => return exit,
            };
            if failed.is_empty() {
                done.passed += 1;
            } else {
                done.failed += 1;
            }
            tell(&program, &case, &failed, asked.json);
        }
        compiler = Some(program);
    }
    let count = done.passed + done.failed;
    if asked.json {
        outln!("{}", serde_json::to_string(&done).unwrap_or_default());
    } else {
        let filtered = match done.filtered {
            0 => String::new(),
            filtered => format!(", {filtered} left out"),
        };
        errln!("{} passed, {} failed{filtered}", done.passed, done.failed);
    }
    match (wrong, done.failed) {
        (true, _) => Exit::Program,
        (false, 0) if count == 0 => {
            let message = match &asked.filter {
                Some(filter) => format!("no test has `{filter}` in its title"),
                None => "there are no tests here".to_owned(),
            };
            let help = "a test is `test \"…\" { … }` in a file, or a block of three backquotes and `test` in docs";
            refuse(plain("T0753", message, help), Exit::Usage)
        }
        (false, 0) => Exit::Done,
        (false, _) => Exit::Frames,
    }
}

fn matches(title: &str, filter: &str) -> bool {
    title.to_lowercase().contains(&filter.to_lowercase())
}

/// Runs one test: which of its claims aren't true.
fn run(
    program: &Program,
    folder: &Path,
    case: &TestCase,
    asked: &Test,
    engines: &mut BTreeMap<PathBuf, Engine>,
) -> Result<Vec<(usize, Failed)>, Exit> {
    if !engines.contains_key(folder) {
        let colour = program.colour.clone();
        let engine = studio::engine(&asked.state, folder, colour, Caching::Full)?;
        engines.insert(folder.to_path_buf(), engine);
    }
    let Some(engine) = engines.get(folder) else { return Ok(Vec::new()) };
    let mut failed = Vec::new();
    for (place, assertion) in case.assertions.iter().enumerate() {
        let mut pictures = Pictures::new(case);
        let frames = judge::frames(&assertion.claim, case);
        for frame in frames {
            match pictures.bring(engine, &assertion.claim, frame) {
                Ok(()) => {}
                Err(error) => {
                    let (diagnostics, _) = failures::refusal(&case.plan, &error);
                    report::print(&diagnostics, &program.sources, Format::Human);
                    let message = diagnostics
                        .first()
                        .map_or_else(|| "it was interrupted".to_owned(), |one| one.message.clone());
                    failed.push((place, Failed::Broken(format!("can't be rendered: {message}"))));
                    break;
                }
            }
            // One frame is enough to know, and to look at.
            if let Some(why) = judge::judge(&assertion.claim, case, &pictures, frame) {
                failed.push((place, why));
                break;
            }
        }
    }
    Ok(failed)
}

fn tell(program: &Program, case: &TestCase, failed: &[(usize, Failed)], json: bool) {
    let line = |place: &toma_plan::Place| program.sources.position(&place.file, place.start).0;
    let said: Vec<Said> = failed
        .iter()
        .filter_map(|(place, why)| {
            let place = &case.assertions.get(*place)?.place;
            let text = program.sources.text(&place.file);
            let text =
                text.as_str().get(place.start as usize..place.end as usize).unwrap_or_default();
            let words: Vec<&str> =
                text.split_whitespace().filter(|word| !matches!(*word, "///" | "//!")).collect();
            Some(Said { line: line(place), text: words.join(" "), message: why.lines() })
        })
        .collect();
    let (file, at) = (case.place.file.as_str(), line(&case.place));
    if json {
        let ended = Ended {
            event: "test",
            file,
            line: at,
            title: &case.title,
            passed: said.is_empty(),
            assertions: case.assertions.len(),
            failures: said,
        };
        outln!("{}", serde_json::to_string(&ended).unwrap_or_default());
        return;
    }
    if said.is_empty() {
        outln!("ok      {}  {file}:{at}", case.title);
        return;
    }
    outln!("FAILED  {}  {file}:{at}", case.title);
    for one in said {
        outln!("        {file}:{}: {}", one.line, one.text);
        for line in one.message {
            outln!("            {line}");
        }
    }
}
