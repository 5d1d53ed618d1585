//! What `toma check` says to a person about the mistakes that people make: the chapters in `tests/messages`.
//!
//! A section `## …` is a project with one mistake. A ` ```toma ` block is `shot.toma` unless its first line
//! names the file, `// file: looks.toma`; so are ` ```yaml ` blocks, `# file: A.tweaks.yaml`. A ` ```blank `
//! block names files that are there and empty. The ` ```message ` block is all that is said.
//! `TOMA_BLESS=1` writes these anew: read them as somebody who has made the mistake.

use crate::project::Project;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A mistake and what is said about it.
struct Situation {
    title: String,
    files: Vec<(String, String)>,
    said: String,
}

fn chapters() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/messages");
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the chapters")
        .map(|entry| entry.expect("a chapter").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    found.sort();
    found
}

fn situations(chapter: &str) -> Vec<Situation> {
    let mut found: Vec<Situation> = Vec::new();
    let mut block: Option<(String, String)> = None;
    for line in chapter.lines() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(word)) => block = Some((word.to_owned(), String::new())),
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (Some(_), Some(_)) => {
                let (word, text) = block.take().expect("a block");
                let situation = found.last_mut().expect("a title above the first block");
                if word == "message" {
                    situation.said = text;
                } else if word == "blank" {
                    let files = text.lines().map(|name| (name.to_owned(), String::new()));
                    situation.files.extend(files);
                } else {
                    let named = text.lines().next().and_then(|line| line.split_once(" file: "));
                    let name = named.map_or("shot.toma", |(_, name)| name);
                    situation.files.push((name.to_owned(), text.clone()));
                }
            }
            (None, None) => {
                if let Some(title) = line.strip_prefix("## ") {
                    let (files, said) = (Vec::new(), String::new());
                    found.push(Situation { title: title.to_owned(), files, said });
                }
            }
        }
    }
    found
}

fn said(situation: &Situation) -> String {
    let project = Project::new("");
    for (name, text) in &situation.files {
        project.write(name, text);
    }
    project.toma(&["check", "shot.toma"]).err
}

#[test]
fn every_mistake_is_said_as_it_was_read_and_approved() {
    let bless = std::env::var_os("TOMA_BLESS").is_some();
    let mut wrong = String::new();
    let mut count = 0;
    for path in chapters() {
        let mut chapter = std::fs::read_to_string(&path).expect("a chapter");
        for situation in situations(&chapter) {
            count += 1;
            let now = said(&situation);
            if now == situation.said {
                continue;
            }
            let place = format!("{}: {}", path.display(), situation.title);
            let section = chapter.find(&format!("## {}\n", situation.title)).expect(&place);
            let old = format!("```message\n{}```", situation.said);
            let at = section + chapter[section..].find(&old).expect(&place);
            if bless {
                chapter.replace_range(at..at + old.len(), &format!("```message\n{now}```"));
            } else {
                let _ = write!(wrong, "{place}\nwas:\n{}\nis:\n{now}\n", situation.said);
            }
        }
        if bless {
            std::fs::write(&path, chapter).expect("a writable tree");
        }
    }
    assert!(count >= 100, "only {count} situations were found");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_message_says_what_to_do_and_once() {
    let mut codes = std::collections::BTreeSet::new();
    for path in chapters() {
        let chapter = std::fs::read_to_string(&path).expect("a chapter");
        for Situation { title, said, .. } in situations(&chapter) {
            let place = format!("{}: {title}", path.display());
            let heads: Vec<&str> = said
                .lines()
                .filter(|line| line.starts_with("error[") || line.starts_with("warning["))
                .collect();
            let [head] = heads.as_slice() else {
                panic!("{place}: one mistake is said once, not as {heads:?}");
            };
            codes.insert(head.split(['[', ']']).nth(1).unwrap_or_default().to_owned());
            assert!(said.contains("\n  help: "), "{place}: no help");
            assert!(said.contains(" \u{256d}\u{2500}["), "{place}: no place");
            assert!(!said.contains("with this code shows"), "{place}: nothing to do is named");
            // Words of those who build languages, not of those who make pictures.
            for word in ["token", "identifier", "expression", "syntax", "parse", "argument list"] {
                assert!(!head.contains(word), "{place}: `{word}` in {head}");
            }
        }
    }
    assert!(codes.len() >= 80, "only {} codes", codes.len());
}
