//! Everything that ships is formatted, and everything that is written anywhere in the tree keeps its
//! tokens.

use crate::properties::check;
use std::fs;
use std::path::{Path, PathBuf};
use toma_syntax::{format, parse_file};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Files below a folder with this ending.
fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of the tree") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == end) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn everything_that_ships_is_formatted() {
    for folder in ["stdlib", "recipes"] {
        for path in files(folder, "toma") {
            let text = fs::read_to_string(&path).expect("a program");
            let formatted = format(&text);
            if std::env::var_os("TOMA_BLESS").is_some() {
                fs::write(&path, &formatted.text).expect("a program can be written");
            }
            assert_eq!(formatted.text, text, "{}: run `toma fmt`", path.display());
            assert_eq!(formatted.unread, [], "{}", path.display());
            check(&text);
        }
    }
}

#[test]
fn programs_of_the_book_and_of_the_pages_keep_their_tokens() {
    let mut programs = 0;
    for folder in ["tests/spec", "language/compiler/errors", "stdlib"] {
        for path in files(folder, "md").into_iter().chain(files(folder, "toma")) {
            let text = fs::read_to_string(&path).expect("a page").replace("\n/// ", "\n");
            for block in text.split("```toma\n").skip(1) {
                check(block.split("```").next().unwrap_or_default());
                programs += 1;
            }
        }
    }
    assert!(programs > 150, "{programs}");
}

/// What is shown is what `toma fmt` writes. What can't be read is left as it is by both.
#[test]
fn programs_of_the_book_are_formatted() {
    shown_programs_are_formatted(files("tests/spec", "md"), "", 150);
}

#[test]
fn programs_of_the_pages_of_messages_are_formatted() {
    shown_programs_are_formatted(files("language/compiler/errors", "md"), "", 150);
}

#[test]
fn programs_of_the_library_s_docs_are_formatted() {
    shown_programs_are_formatted(files("stdlib", "toma"), "/// ", 30);
}

/// Finds programs in texts whose lines begin with this, and holds them against their canonical form.
fn shown_programs_are_formatted(paths: Vec<PathBuf>, lead: &str, at_least: usize) {
    let (mut programs, mut wrong) = (0, Vec::new());
    for path in paths {
        let text = fs::read_to_string(&path).expect("a text with programs");
        let mut blessed = String::with_capacity(text.len());
        let (begin, end) = (format!("{lead}```toma\n"), format!("\n{lead}```\n"));
        let mut rest = text.as_str();
        while let Some((before, behind)) = rest.split_once(&begin) {
            let (shown, behind) = behind.split_once(&end).expect("a program ends");
            let blank = lead.trim_end();
            let bare = |line: &str| {
                let line = line.strip_prefix(lead).or_else(|| line.strip_prefix(blank));
                line.expect("a line of the program").to_owned()
            };
            let program: String = shown.lines().map(|line| bare(line) + "\n").collect();
            // Of lines at the left edge the form is the mistake.
            let of_form = parse_file(&program).1.iter().any(|found| found.code == "T0133");
            let formatted = if of_form { program.clone() } else { format(&program).text };
            if formatted != program {
                wrong.push(format!("{}\n{program}--- is\n{formatted}", path.display()));
            }
            let led = |line: &str| format!("{}{line}", if line == "\n" { blank } else { lead });
            let formatted: String = formatted.split_inclusive('\n').map(led).collect();
            blessed.extend([before, &begin, formatted.trim_end_matches('\n'), &end]);
            rest = behind;
            programs += 1;
        }
        blessed += rest;
        if std::env::var_os("TOMA_BLESS").is_some() && blessed != text {
            fs::write(&path, blessed).expect("a text can be written");
        }
    }
    assert!(programs > at_least && wrong.is_empty(), "{programs} programs\n{}", wrong.join("\n"));
}

#[test]
fn fixtures_of_the_syntax_keep_their_tokens() {
    for file in ["valid.txt", "broken.txt", "page.toma"] {
        let text = fs::read_to_string(root().join("tests/syntax").join(file)).expect("fixtures");
        for case in text.split("=== ").skip(usize::from(file != "page.toma")) {
            let program = if file == "page.toma" { case } else { case.split_once('\n').unwrap().1 };
            check(program.split("---\n").next().unwrap_or_default());
        }
    }
}
