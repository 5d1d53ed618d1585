//! A file that was edited is worth what it is when it is read anew: messages and plans, after every edit. Held for
//! the programs of the book, of the library's docs, of the messages' pages and of the gallery, with edits as people
//! make them: lines come, go and change places, a word takes another's place, a comment, a slip, an undo.

use crate::both_ways::{FILE, Files, compiler, programs, said};
use proptest::prelude::*;
use proptest::sample::Index;
use std::sync::LazyLock;
use toma_compiler::Compiler;
use toma_syntax::diagnostic::Diagnostic;

static PROGRAMS: LazyLock<Vec<Files>> = LazyLock::new(programs);

/// What is done to a text.
#[derive(Debug, Clone)]
enum Edit {
    /// A line goes.
    Delete(Index),
    /// A line comes again, somewhere.
    Copy(Index, Index),
    /// Two lines change places.
    Swap(Index, Index),
    /// A word takes another's place.
    Word(Index, Index),
    /// A comment or a blank line comes.
    Remark(Index, bool),
    /// A character is lost.
    Slip(Index),
    /// The text is as it was so many edits ago.
    Undo(Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<Index>;
    prop_oneof![
        2 => index().prop_map(Edit::Delete),
        1 => (index(), index()).prop_map(|(from, to)| Edit::Copy(from, to)),
        2 => (index(), index()).prop_map(|(one, other)| Edit::Swap(one, other)),
        4 => (index(), index()).prop_map(|(one, other)| Edit::Word(one, other)),
        1 => (index(), any::<bool>()).prop_map(|(at, blank)| Edit::Remark(at, blank)),
        1 => index().prop_map(Edit::Slip),
        3 => index().prop_map(Edit::Undo),
    ]
}

/// The words of a text: where they begin and end.
fn words(text: &str) -> Vec<std::ops::Range<usize>> {
    let part = |c: char| c.is_alphanumeric() || "_.%".contains(c);
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (part(c), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// The text after an edit; the last of `before` is the text as it is.
fn edited(before: &[String], edit: &Edit) -> String {
    let text = before.last().expect("a text");
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    if lines.is_empty() {
        return before[0].clone();
    }
    match edit {
        Edit::Delete(at) => drop(lines.remove(at.index(lines.len()))),
        Edit::Copy(from, to) => {
            let line = lines[from.index(lines.len())];
            lines.insert(to.index(lines.len()), line);
        }
        Edit::Swap(one, other) => {
            let (one, other) = (one.index(lines.len()), other.index(lines.len()));
            lines.swap(one, other);
        }
        Edit::Word(one, other) => {
            let words = words(text);
            if words.is_empty() {
                return text.clone();
            }
            let word = text[words[other.index(words.len())].clone()].to_owned();
            let mut text = text.clone();
            text.replace_range(words[one.index(words.len())].clone(), &word);
            return text;
        }
        Edit::Remark(at, blank) => {
            let at = at.index(lines.len());
            lines.insert(at, if *blank { "\n" } else { "    // as the supervisor said\n" });
        }
        Edit::Slip(at) => {
            let at = at.index(text.chars().count());
            return text.chars().take(at).chain(text.chars().skip(at + 1)).collect();
        }
        Edit::Undo(to) => return before[to.index(before.len())].clone(),
    }
    lines.concat()
}

/// Everything that the program says and makes.
type Worth = (Vec<Diagnostic>, Vec<(String, Option<String>)>);

fn worth(compiler: &Compiler) -> Worth {
    let shots = compiler.shots(FILE);
    let plans = shots.into_iter().map(|shot| {
        let (plan, _) = said(compiler, &shot);
        (shot, plan)
    });
    (compiler.check(FILE), plans.collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn an_edited_file_is_worth_what_it_is_when_read_anew(
        program in any::<Index>(),
        edits in proptest::collection::vec((any::<Index>(), edit()), 1..8),
    ) {
        let mut files = program.get(&PROGRAMS).clone();
        let mut texts: Vec<Vec<String>> = files.iter().map(|(_, text)| vec![text.clone()]).collect();
        let mut compiler = compiler(&files);
        worth(&compiler);
        for (which, edit) in &edits {
            let which = which.index(files.len());
            let text = edited(&texts[which], edit);
            texts[which].push(text.clone());
            compiler.set_file(&files[which].0, text.clone());
            files[which].1 = text;
            let fresh = crate::both_ways::compiler(&files);
            prop_assert_eq!(worth(&compiler), worth(&fresh), "{:?} gave\n{}", edit, files[which].1);
        }
    }
}

#[test]
fn the_edits_are_edits() {
    let before = ["shot A {\n    frames 1..2\n}\n".to_owned()];
    let one = proptest::sample::Index::arbitrary();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let at = proptest::strategy::ValueTree::current(&one.new_tree(&mut runner).unwrap());
    for edit in [Edit::Delete(at), Edit::Remark(at, true), Edit::Slip(at)] {
        assert_ne!(edited(&before, &edit), before[0], "{edit:?}");
    }
    assert_eq!(words("a b_c 1.5%"), [0..1, 2..5, 6..10]);
}
