//! Everything that ships is formatted, and everything that is written anywhere in the tree keeps its
//! tokens.

use crate::properties::check;
use std::fs;
use std::path::{Path, PathBuf};
use toma_syntax::format;

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

/// What the book shows is what `toma fmt` writes.
#[test]
fn programs_of_the_book_are_formatted() {
    let (mut programs, mut wrong) = (0, Vec::new());
    for path in files("tests/spec", "md") {
        let text = fs::read_to_string(&path).expect("a chapter");
        for block in text.split("```toma\n").skip(1) {
            let program = block.split("```").next().unwrap_or_default();
            let formatted = format(program);
            if formatted.unread.is_empty() && formatted.text != program {
                wrong.push(format!("{}\n{program}--- is\n{}", path.display(), formatted.text));
            }
            programs += 1;
        }
    }
    assert!(programs > 150 && wrong.is_empty(), "{}", wrong.join("\n\n"));
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
