//! The house's own rules: which crate may know which, how long files are, that every code has its page, and
//! that the standard library and the implementations say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the tree is there")
}

/// Files of the tree with one of these ends, without what is built.
fn files(ends: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of the tree") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["target", ".git", ".toma", "node_modules"].contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if ends.iter().any(|end| name.ends_with(end)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a crate of the workspace depends on, tests left out.
fn dependencies(folder: &str) -> Vec<String> {
    let manifest = read(&root().join(folder).join("Cargo.toml"));
    let section = manifest.split("[dependencies]").nth(1).unwrap_or_default();
    let section = section.split("\n[").next().unwrap_or_default();
    section
        .lines()
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn crates_know_only_what_they_may() {
    let forbidden: &[(&str, &[&str])] = &[
        ("language/plan", &["toma-", "salsa", "rowan"]),
        ("language/syntax", &["toma-"]),
        (
            "language/compiler",
            &["toma-stage", "toma-engine", "toma-media", "toma-models", "candle"],
        ),
        (
            "language/doc",
            &["toma-plan", "toma-stage", "toma-engine", "toma-media", "toma-models", "candle"],
        ),
        ("runtime/media", &["toma-", "candle"]),
        ("runtime/stage", &["toma-plan", "toma-engine", "toma-models", "candle", "toma-compiler"]),
        ("runtime/models", &["toma-"]),
        ("runtime/stages", &["toma-engine", "toma-plan", "toma-compiler", "candle"]),
        (
            "runtime/engine",
            &["toma-stages", "toma-models", "toma-compiler", "toma-syntax", "candle"],
        ),
    ];
    for (folder, names) in forbidden {
        for dependency in dependencies(folder) {
            let broken = names.iter().any(|name| dependency.starts_with(name));
            assert!(!broken, "{folder} must not depend on {dependency}");
        }
    }
}

#[test]
fn files_are_short_and_begin_with_what_they_are_for() {
    for path in files(&[".rs", ".toma"]) {
        let text = read(&path);
        let lines = text.lines().count();
        assert!(
            lines <= 800,
            "{} has {lines} lines: a chapter that wants sections",
            path.display()
        );
        if path.extension().is_some_and(|end| end == "rs") {
            assert!(text.starts_with("//!"), "{} does not say what it is for", path.display());
        }
    }
}

#[test]
fn names_say_something() {
    let empty = ["util", "utils", "helper", "helpers", "misc", "common", "manager", "stuff"];
    for path in files(&[".rs", ".toma", ".py"]) {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        assert!(!empty.contains(&stem.as_str()), "{} says nothing", path.display());
    }
}

/// A file under its final name is whole. These write under a passing name and rename, or write nothing that stays.
#[test]
fn files_are_written_where_that_is_done_whole() {
    let writers = [
        "cli/src/keep.rs",
        "media/src/output.rs",
        "engine/src/store/disk.rs",
        "engine/src/sink.rs",
    ];
    for path in files(&[".rs"]) {
        let name = path.display().to_string().replace('\\', "/");
        let program = name.contains("/runtime/") && name.contains("/src/");
        if !program
            || ["/tests.rs", "/timings.rs"].iter().any(|end| name.ends_with(end))
            || writers.iter().any(|known| name.ends_with(known))
        {
            continue;
        }
        let text = read(&path);
        // Tests stand at the end of a file.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for way in ["fs::write(", "File::create(", "File::create_new(", "fs::copy("] {
            assert!(!text.contains(way), "{name}: `{way}`: use `toma_media::write_atomic`");
        }
    }
}

/// `T0123` in quotes, wherever the program makes a message.
fn codes_in(text: &str) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for (at, _) in text.match_indices("\"T") {
        let code: String = text[at + 1..].chars().take_while(|c| *c != '"').collect();
        if code.len() == 5 && code[1..].chars().all(|c| c.is_ascii_digit()) {
            codes.insert(code);
        }
    }
    codes
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let mut used: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in files(&[".rs"]) {
        let inside = path.strip_prefix(root()).expect("in the tree").to_path_buf();
        if inside.starts_with("tests") {
            continue;
        }
        for code in codes_in(&read(&path)) {
            used.insert(code, inside.clone());
        }
    }
    let pages: BTreeSet<String> = files(&[".md"])
        .into_iter()
        .filter(|path| path.parent().is_some_and(|folder| folder.ends_with("compiler/errors")))
        .map(|path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned())
        .collect();
    for (code, path) in &used {
        assert!(pages.contains(code), "{code} of {} has no page", path.display());
        let page = toma_compiler::explain(code)
            .unwrap_or_else(|| panic!("`toma explain {code}` is silent"));
        assert!(
            page.starts_with(&format!("# {code}")),
            "the page of {code} does not begin with it"
        );
    }
    for page in &pages {
        assert!(used.contains_key(page), "the page {page} belongs to no message");
    }
}

#[test]
fn no_help_says_nothing() {
    // Sentences that would be true of any mistake, and help with none.
    let filler = [
        "`toma explain` with this code",
        "check the spelling",
        "choose a value within",
        "choose one of these",
        "of the kind that it takes",
        "check your",
        "try again",
        "something is wrong",
        "fix the error",
        "correct the mistake",
        "must be valid",
    ];
    let told = ["tests/messages", "tests/spec", "tests/syntax"].map(|folder| root().join(folder));
    let mut helps = 0;
    for path in files(&["md", "txt"]) {
        if !told.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        let text = read(&path);
        let is_help = |line: &&str| line.starts_with("  help: ") || line.starts_with("    ");
        for line in text.lines().filter(is_help) {
            helps += usize::from(line.starts_with("  help: "));
            let found = filler.iter().find(|words| line.contains(**words));
            assert!(found.is_none(), "{}: a help that says nothing: {line}", path.display());
        }
    }
    assert!(helps > 300, "only {helps} helps were found");
    // The advice for all that has no words of its own: the last resort alone may say where to read more.
    let advice = read(&root().join("language/compiler/src/advice.rs"));
    for words in filler.iter().skip(1) {
        assert!(!advice.contains(words), "advice.rs: `{words}` says nothing");
    }
}

#[test]
fn the_readme_and_ci_name_the_same_commands() {
    let readme = read(&root().join("README.md"));
    let ci = read(&root().join(".ci/run"));
    let test = "cargo test --workspace";
    assert!(readme.contains(test) && ci.contains(test), "README and .ci/run must call `{test}`");
    let render = readme
        .lines()
        .find(|line| line.starts_with("cargo run --release -- render "))
        .expect("the README's first command");
    let shot = render.rsplit(' ').next().unwrap_or_default();
    assert!(root().join(shot).is_file(), "the README renders {shot}, which is not there");
}

#[test]
fn links_between_pages_lead_somewhere() {
    for path in files(&[".md"]) {
        let text = read(&path);
        let folder = path.parent().expect("inside the tree");
        for (at, _) in text.match_indices("](") {
            let target: String = text[at + 2..].chars().take_while(|c| *c != ')').collect();
            let target = target.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            assert!(folder.join(target).exists(), "{} links to {target}", path.display());
        }
    }
}

#[test]
fn the_repository_stays_small() {
    // What renders leave behind is no part of it.
    let rendered = |path: &Path| {
        path.components()
            .any(|part| ["renders", "review"].iter().any(|name| part.as_os_str() == *name))
    };
    let bytes: u64 = files(&[""])
        .iter()
        .filter(|path| !rendered(path))
        .filter_map(|path| path.metadata().ok())
        .map(|meta| meta.len())
        .sum();
    assert!(bytes < 60 << 20, "the tree has {} MB; 60 is the bound", bytes >> 20);
}
