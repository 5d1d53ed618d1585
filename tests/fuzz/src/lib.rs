//! What the fuzz targets hold against any bytes: an answer, without a panic, whose places lie in the text.

#[path = "../../format/kept.rs"]
mod kept;

use std::collections::BTreeMap;
use std::sync::Arc;
use toma_compiler::{Compiler, Family, PictureHeader, System, TweakEdit, edit_tweaks};
use toma_syntax::diagnostic::Diagnostic;
use toma_syntax::{format, parse_address, parse_expression, parse_file, tree};

/// A program that uses a bit of everything, for the files beside it.
pub const PROGRAM: &str = include_str!("program.toma");

/// A manifest with packages that are there, in [`DIGEST`].
pub const MANIFEST: &str = "edition: 2027\npackages:\n  acme: { path: acme }\n  looks: { path: lib/looks }\n";

/// Its lock: one package as it was locked, one that has changed since.
pub const LOCK: &str = concat!(
    "version: 1\npackages:\n  acme:\n    path: acme\n    tree: blake3:",
    "0000000000000000000000000000000000000000000000000000000000000000\n  looks:\n    path: lib/looks\n",
    "    tree: blake3:1111111111111111111111111111111111111111111111111111111111111111\n",
);

/// What every folder holds.
const DIGEST: &str = "blake3:0000000000000000000000000000000000000000000000000000000000000000";

/// Files in memory, and no world beside them.
struct Files(BTreeMap<String, String>);

impl System for Files {
    fn read_text(&self, path: &str) -> Option<String> {
        self.0.get(path).cloned()
    }

    fn exists(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn list(&self, folder: &str) -> Vec<String> {
        if folder.is_empty() { self.0.keys().cloned().collect() } else { Vec::new() }
    }

    fn package_digest(&self, _: &str) -> Option<Result<String, String>> {
        Some(Ok(DIGEST.to_owned()))
    }

    fn picture_header(&self, _: &str, _: i64) -> Option<PictureHeader> {
        None
    }

    fn colour_space(&self, name: &str) -> Option<Family> {
        (name == "ACEScct").then_some(Family::Log)
    }

    fn colour_space_names(&self) -> Vec<String> {
        vec!["ACEScct".to_owned()]
    }
}

fn places(text: &str, said: &[Diagnostic]) {
    for one in said {
        assert!(one.help.is_some(), "nothing says what to do: {one:?}");
        let labels = one.labels.iter().map(|label| label.span);
        for span in labels.chain(one.fixes.iter().map(|fix| fix.span)) {
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{one:?}");
        }
    }
}

/// Reads a text as a file, a value and an address.
pub fn parse(text: &str) {
    assert!(tree(text).text() == text);
    places(text, &parse_file(text).1);
    places(text, &parse_expression(text).1);
    let _ = parse_address(text);
}

/// Formats a text twice: the second time changes nothing, and the first neither a token nor a comment.
pub fn formatted(text: &str) {
    let once = format(text);
    let again = format(&once.text);
    assert_eq!(once.text, again.text);
    assert_eq!(once.unread.len(), again.unread.len());
    kept::pieces_are_kept(text);
}

/// Changes values in a tweak file; what comes out can be changed again.
pub fn edited(text: &str) {
    for (frames, value) in [(None, Some("8px")), (Some("1003..last"), Some("55%")), (None, None)] {
        let edit = TweakEdit { address: "fall.amount", hard: false, frames, value };
        if let Ok(now) = edit_tweaks(text, &edit) {
            // What is taken away is there no more to be taken away: it can be set again.
            let again = TweakEdit { value: value.or(Some("8px")), ..edit };
            assert!(edit_tweaks(&now, &again).is_ok(), "{now}");
        }
    }
}

/// Checks and plans the program among these files.
pub fn checked(files: &[(&str, &str)]) {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let compiler = Compiler::new(Arc::new(Files(files.collect())));
    let said = compiler.check("shot.toma");
    for one in &said {
        assert!(one.help.is_some(), "nothing says what to do: {one:?}");
    }
    for shot in compiler.shots("shot.toma") {
        let (plan, said) = compiler.plan("shot.toma", &shot);
        assert!(plan.is_some() || !said.is_empty(), "no plan of {shot}, and nothing said");
    }
}
