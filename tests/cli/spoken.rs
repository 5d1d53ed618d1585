//! What the commands say to a person: the chapters in `tests/commands`.
//!
//! A section `## …` is a project, written as in `tests/messages`. Its ` ```console ` block is one or more commands,
//! `$ toma …`, each followed by all that it printed and, if it wasn't 0, by its exit code in brackets.
//! `TOMA_BLESS=1` writes these anew: read them as somebody who has typed the command.

use crate::project::Project;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A project, and what its commands say.
#[derive(Default)]
struct Section {
    title: String,
    files: Vec<(String, String)>,
    console: String,
}

fn chapters() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/commands");
    let entries = std::fs::read_dir(folder).expect("the chapters");
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("a chapter").path()).collect();
    found.sort();
    found
}

fn sections(chapter: &str) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    let mut block: Option<(&str, String)> = None;
    for line in chapter.lines() {
        match (&mut block, line.strip_prefix("```")) {
            (None, Some(word)) => block = Some((word, String::new())),
            (Some((_, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (Some(_), Some(_)) => {
                let (word, text) = block.take().expect("a block");
                let section = found.last_mut().expect("a title above the first block");
                if word == "console" {
                    section.console = text;
                    continue;
                }
                let named = text.lines().next().and_then(|line| line.split_once(" file: "));
                let name = named.map_or("shot.toma", |(_, name)| name).to_owned();
                section.files.push((name, text));
            }
            (None, None) => {
                if let Some(title) = line.strip_prefix("## ") {
                    found.push(Section { title: title.to_owned(), ..Section::default() });
                }
            }
        }
    }
    found
}

/// The words of a command; quotes hold blanks together.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in command.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// How long something took is another time each time.
fn timeless(line: &str) -> String {
    match line.split_once(" s: ") {
        Some((before, after)) if before.ends_with(|end: char| end.is_ascii_digit()) => {
            let start = before.rfind(' ').map_or(0, |at| at + 1);
            format!("{}0.0 s: {after}", &before[..start])
        }
        _ => line.to_owned(),
    }
}

fn said(section: &Section) -> String {
    let project = Project::new("");
    for (name, text) in &section.files {
        project.write(name, text.as_str());
    }
    let folder = project.path("").display().to_string();
    let mut said = String::new();
    for command in section.console.lines().filter_map(|line| line.strip_prefix("$ toma ")) {
        let words = words(command);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ended = project.toma(&words);
        let _ = writeln!(said, "$ toma {command}");
        for line in ended.out.lines().chain(ended.err.lines()) {
            said.push_str(timeless(&line.replace(&folder, "/show/")).trim_end());
            said.push('\n');
        }
        if ended.code != 0 {
            let _ = writeln!(said, "[{}]", ended.code);
        }
    }
    said
}

#[test]
fn every_command_says_what_was_read_and_approved() {
    let bless = std::env::var_os("TOMA_BLESS").is_some();
    let mut wrong = String::new();
    let mut commands = BTreeSet::new();
    for path in chapters() {
        let mut chapter = std::fs::read_to_string(&path).expect("a chapter");
        for section in sections(&chapter) {
            let asked = section.console.lines().filter_map(|line| line.strip_prefix("$ toma "));
            commands.extend(asked.filter_map(|line| Some(line.split(' ').next()?.to_owned())));
            let now = said(&section);
            let place = format!("{}: {}", path.display(), section.title);
            assert!(!now.is_empty(), "{place}: no command");
            if now == section.console {
                continue;
            }
            let start = chapter.find(&format!("## {}\n", section.title)).expect(&place);
            let old = format!("```console\n{}```", section.console);
            let at = start + chapter[start..].find(&old).expect(&place);
            if bless {
                chapter.replace_range(at..at + old.len(), &format!("```console\n{now}```"));
            } else {
                let _ = write!(wrong, "{place}\nwas:\n{}\nis:\n{now}\n", section.console);
            }
        }
        if bless {
            std::fs::write(&path, chapter).expect("a writable tree");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    for command in ["plan", "render", "tweak", "lock", "fmt", "diff", "why", "doc", "explain"] {
        assert!(commands.contains(command), "no section shows `toma {command}`");
    }
}
