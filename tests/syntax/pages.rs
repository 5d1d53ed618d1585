//! The pages of `toma explain` for the syntax: the wrong program gets the page's code and nothing
//! but that, the right one is read without a word, and every code that is said has a page.

use crate::cases::{BROKEN, rendered};
use std::collections::BTreeSet;
use std::fs;
use toma_syntax::parse_file;

const PAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../compiler/errors");

/// The fenced program below a heading.
fn program<'a>(page: &'a str, heading: &str) -> Option<&'a str> {
    let (_, below) = page.split_once(&format!("## {heading}\n```toma\n"))?;
    Some(below.split_once("```")?.0)
}

fn pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(PAGES).expect("the pages are there") {
        let path = entry.expect("a page").path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("T01") {
            pages.push((name, fs::read_to_string(path).expect("a page")));
        }
    }
    pages
}

#[test]
fn wrong_programs_get_the_code_and_right_ones_none() {
    for (code, page) in pages() {
        assert!(page.starts_with(&format!("# {code}: ")), "{code}");
        let Some(wrong) = program(&page, "Wrong") else {
            assert!(page.contains("## What to do"), "{code}");
            continue;
        };
        let (_, said) = parse_file(wrong);
        let codes: Vec<_> = said.iter().map(|d| d.code).collect();
        assert_eq!(codes, [code.as_str()], "{}", rendered(wrong, &said));
        let right = program(&page, "Right").expect("a right program");
        let (_, said) = parse_file(right);
        assert!(said.is_empty(), "{code}:\n{}", rendered(right, &said));
    }
}

#[test]
fn every_code_has_a_page() {
    let pages: BTreeSet<String> = pages().into_iter().map(|(code, _)| code).collect();
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut said = BTreeSet::new();
    let mut folders = vec![std::path::PathBuf::from(sources)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("sources") {
            let path = entry.expect("a source").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(path).expect("a source");
                said.extend(text.split("\"T01").skip(1).map(|rest| format!("T01{}", &rest[..2])));
            }
        }
    }
    assert_eq!(pages, said);
    // And every code but the last resort, that of addresses by themselves and that
    // of what can't be seen, is shown by a
    // broken program.
    for code in said.iter().filter(|code| !["T0100", "T0131", "T0132"].contains(&code.as_str())) {
        assert!(BROKEN.contains(&format!(" {code} ")), "no broken program shows {code}");
    }
}
