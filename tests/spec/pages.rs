//! Every error code has a page, and the page's examples are what they say.

use crate::project::{blocks, compiler};
use std::collections::BTreeSet;
use std::path::Path;
use toma_compiler::{codes, explain};
use toma_syntax::diagnostic::Diagnostic;

#[test]
fn wrong_examples_yield_their_code_and_right_ones_nothing() {
    let mut wrong = Vec::new();
    for code in codes() {
        let page = explain(code).unwrap();
        let number: u32 = code.trim_start_matches('T').parse().unwrap();
        if !page.starts_with(&format!("# {code}: ")) {
            wrong.push(format!("{code}: the page begins with `# {code}: title`"));
        }
        if number >= 600 {
            if !page.contains("\n## What to do\n") {
                wrong.push(format!("{code}: the page has no section `## What to do`"));
            }
            continue;
        }
        let Some((_, rest)) = page.split_once("\n## Wrong\n") else {
            // What no program can show: a file that isn't there, a shot that was asked for.
            if !page.contains("\n## What to do\n") {
                wrong.push(format!("{code}: the page has no section `## Wrong`"));
            }
            continue;
        };
        let Some((bad, good)) = rest.split_once("\n## Right\n") else {
            wrong.push(format!("{code}: the page has no section `## Right`"));
            continue;
        };
        let project = |section: &str| -> Vec<(String, String)> {
            // A YAML file says its name in a comment of its own.
            let mut files: Vec<(String, String)> = Vec::new();
            for (word, _, text) in blocks(section) {
                let mark = match word.as_str() {
                    "toma" => "// file: ",
                    "yaml" => "# file: ",
                    _ => continue,
                };
                let name = text.strip_prefix(mark).and_then(|rest| rest.lines().next());
                files.push((name.unwrap_or("shot.toma").to_owned(), text));
            }
            files
        };
        let check = |files: &[(String, String)]| {
            let files: Vec<(&str, &str)> =
                files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            compiler(&files).check("shot.toma")
        };
        let (bad, good) = (project(bad), project(good));
        if bad.is_empty() || good.is_empty() {
            wrong.push(format!("{code}: an example is missing"));
            continue;
        }
        let found = check(&bad);
        if let Some(silent) = found.iter().find(|found| found.help.is_none()) {
            wrong.push(format!("{code}: nothing says what to do: {silent:#?}"));
        }
        if number < 200 {
            // Pages of the grammar: what their programs mean is not their matter.
            if !found.iter().any(|found| found.code == code) {
                wrong.push(format!("{code}: wrong yields {found:#?}"));
            }
            let found = check(&good);
            if found.iter().any(|found| found.code < "T0200") {
                wrong.push(format!("{code}: right yields {found:#?}"));
            }
            continue;
        }
        if found.len() != 1 || found[0].code != code {
            wrong.push(format!("{code}: wrong yields {found:#?}"));
        }
        let mended = mended(&bad, &found);
        if mended != bad && check(&mended).iter().any(|found| found.code == code) {
            wrong.push(format!("{code}: the fix doesn't mend it:\n{mended:#?}"));
        }
        let found = check(&good);
        if !found.is_empty() {
            wrong.push(format!("{code}: right yields {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The files with the first fix of the first diagnostic that has one.
fn mended(files: &[(String, String)], found: &[Diagnostic]) -> Vec<(String, String)> {
    let mut files = files.to_vec();
    if let Some(fix) = found.iter().find_map(|found| found.fixes.first()) {
        for (path, text) in &mut files {
            if *path == fix.file {
                text.replace_range(fix.span.start as usize..fix.span.end as usize, &fix.text);
            }
        }
    }
    files
}

#[test]
fn every_code_in_the_source_has_a_page_and_every_page_is_used() {
    fn walk(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            for (at, _) in text.match_indices("\"T0") {
                let code = text.get(at + 1..at + 6).unwrap_or_default();
                if code.chars().skip(1).all(|c| c.is_ascii_digit())
                    && text.get(at + 6..at + 7) == Some("\"")
                {
                    found.insert(code.to_owned());
                }
            }
        }
    }
    let mut used = BTreeSet::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut used);
    let pages: BTreeSet<String> = codes().map(str::to_owned).collect();
    let missing: Vec<_> = used.difference(&pages).collect();
    assert!(missing.is_empty(), "no page for {missing:?}");
    let ours = |code: &&String| (200..600).contains(&code[1..].parse::<u32>().unwrap());
    let unused: Vec<_> = pages.difference(&used).filter(ours).collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
}
