//! From a file's text to its items' trees: the first layers of queries. An edit parses the items whose text
//! it changes, and only a change of an item's tree, not of its blanks and comments, goes on from here.

use crate::crowd::{MOST_ITEMS, MOST_REPORTS, crowded, crowded_file, too_large};
use crate::database::{Db, File, ItemId};
use crate::doctests::doc_tests;
use crate::places::number;
use crate::report::{ItemKey, ItemRef};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use toma_syntax::ast::{Item, ItemKind, Name};
use toma_syntax::diagnostic::{Diagnostic, Span};
use toma_syntax::{ItemTextKind, items as cut, outside, parse_item};

/// An item's text and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slice {
    pub(crate) head: Head,
    pub(crate) start: u32,
    pub(crate) text: Arc<str>,
}

/// What can be said of an item without parsing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    /// Word and name, made unique in the file by a number.
    pub(crate) key: String,
    /// `recipe`, `shot`, …
    pub(crate) word: String,
    /// Empty where there is none.
    pub(crate) name: String,
    pub(crate) public: bool,
    /// Which of the items of this word and name it is, from 1.
    pub(crate) nth: u32,
    /// For a test of docs, the name of the item that they belong to; empty for a file's own.
    pub(crate) doc: Option<String>,
}

/// A file cut into items.
#[salsa::tracked]
pub(crate) fn items(db: &dyn Db, file: File) -> Vec<Slice> {
    let Some(text) = file.text(db) else { return Vec::new() };
    let mut counts: FxHashMap<String, u32> = FxHashMap::default();
    let mut slices: Vec<Slice> = cut(text)
        .into_iter()
        .filter(|piece| piece.kind == ItemTextKind::Item)
        .take(MOST_ITEMS)
        .map(|piece| {
            let own = piece.text(text);
            let (word, name, public) = head_words(own);
            let key = format!("{word} {name}");
            let count = counts.entry(key.clone()).or_insert(0);
            *count += 1;
            let key = if *count == 1 { key } else { format!("{key}#{count}") };
            Slice {
                head: Head { key, word, name, public, nth: *count, doc: None },
                start: piece.span.start,
                text: Arc::from(own),
            }
        })
        .collect();
    // Behind the items, so that none is numbered anew because of a doc.
    let tests = doc_tests(text).into_iter().filter(|test| test.closed).take(MOST_ITEMS);
    slices.extend(tests.map(|test| {
        let key = format!("test doc {}", test.of);
        let count = counts.entry(key.clone()).or_insert(0);
        *count += 1;
        let head = Head {
            key: format!("{key}#{count}"),
            word: "test".to_owned(),
            name: String::new(),
            public: false,
            nth: *count,
            doc: Some(test.of),
        };
        Slice { head, start: test.start, text: Arc::from(test.text) }
    }));
    slices
}

/// Which of [`items`] has which key.
#[salsa::tracked]
fn numbers(db: &dyn Db, file: File) -> FxHashMap<String, usize> {
    items(db, file)
        .iter()
        .enumerate()
        .map(|(number, slice)| (slice.head.key.clone(), number))
        .collect()
}

fn slice_of<'db>(db: &'db dyn Db, file: File, key: &str) -> Option<&'db Slice> {
    items(db, file).get(*numbers(db, file).get(key)?)
}

/// The items of a file without their texts and places.
#[salsa::tracked]
pub(crate) fn heads(db: &dyn Db, file: File) -> Vec<Head> {
    items(db, file).iter().map(|slice| slice.head.clone()).collect()
}

/// What stands at column 0 and is no item, and what hides between items; places counted in the file.
pub(crate) fn strays(db: &dyn Db, file: File) -> Vec<Diagnostic> {
    let Some(text) = file.text(db) else { return Vec::new() };
    let mut strays = outside(text);
    if strays.len() > MOST_REPORTS {
        let more = strays.split_off(MOST_REPORTS);
        let spot = more.first().and_then(|first| first.labels.first()).map(|label| label.span);
        let message = format!("{} more mistakes follow outside of items", more.len());
        strays.push(
            Diagnostic::error("T0100", message, spot.unwrap_or_default())
                .help("mend the ones above first"),
        );
    }
    if items(db, file).len() < MOST_ITEMS {
        return strays;
    }
    let cut = cut(text);
    let items = cut.iter().filter(|piece| piece.kind == ItemTextKind::Item);
    let count = items.clone().count();
    strays.extend(
        items
            .clone()
            .nth(MOST_ITEMS)
            .map(|first| crowded_file(count, first_line(text, first.span))),
    );
    strays
}

/// A stretch of a text up to the end of its first line.
fn first_line(text: &str, span: Span) -> Span {
    let line = text.get(span.start as usize..).and_then(|rest| rest.lines().next());
    Span { start: span.start, end: span.start + line.unwrap_or_default().len() as u32 }
}

/// Tests of docs whose block is never closed, by where they begin.
pub(crate) fn open_doc_tests(db: &dyn Db, file: File) -> Vec<Span> {
    let Some(text) = file.text(db) else { return Vec::new() };
    let open = doc_tests(text).into_iter().filter(|test| !test.closed);
    open.map(|test| {
        let line = test.text.lines().next().unwrap_or_default();
        Span { start: test.start, end: test.start + line.len() as u32 }
    })
    .collect()
}

/// The word, the name and whether `pub` stands in front. For `use`, the name is what is used.
fn head_words(text: &str) -> (String, String, bool) {
    let code = text
        .lines()
        .find(|line| !line.starts_with("//") && !line.starts_with('@') && !line.trim().is_empty());
    // An attribute may go on over lines; the first line that begins with a word is the head all the same.
    let mut words = code.unwrap_or_default().split_whitespace();
    let mut word = words.next().unwrap_or_default();
    let public = word == "pub";
    if public {
        word = words.next().unwrap_or_default();
    }
    let rest = words.next().unwrap_or_default();
    let name: String = if word == "use" {
        rest.split('{').next().unwrap_or_default().to_owned()
    } else if word == "test" {
        // Its title, so that a test above it doesn't make it another one.
        code.unwrap_or_default().split('"').nth(1).unwrap_or_default().to_owned()
    } else {
        rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    (word.to_owned(), name, public)
}

/// An item's own text.
#[salsa::tracked(returns(clone))]
pub(crate) fn item_text<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Option<Arc<str>> {
    slice_of(db, item.file(db), item.key(db)).map(|slice| slice.text.clone())
}

/// A parsed item.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parsed {
    /// Its places numbered, without docs.
    pub(crate) tree: Arc<Item>,
    /// The positions by number, counted from the item's beginning.
    pub(crate) positions: Vec<u32>,
    /// Places counted from the item's beginning.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// An item's tree, positions and syntax mistakes.
#[salsa::tracked]
pub(crate) fn parsed<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Parsed {
    let text = item_text(db, item).unwrap_or_default();
    if let Some(large) = too_large(&text) {
        let (_, name, public) = head_words(&text);
        let span = Span { start: 0, end: 0 };
        let name = (!name.is_empty()).then_some(Name { text: name, span });
        let mut tree = Item {
            docs: String::new(),
            attributes: Vec::new(),
            public,
            kind: ItemKind::Broken(name),
            span,
        };
        let positions = number(&mut tree);
        return Parsed { tree: Arc::new(tree), positions, diagnostics: vec![large] };
    }
    let mut parsed = parse_item(&text);
    let mut tree = parsed.item;
    if let Some(crowded) = crowded(&tree) {
        parsed.diagnostics.push(crowded);
        tree.kind = ItemKind::Broken(name_of(&tree.kind));
    }
    let positions = number(&mut tree);
    Parsed { tree: Arc::new(tree), positions, diagnostics: parsed.diagnostics }
}

/// What an item says.
#[salsa::tracked(returns(clone))]
pub(crate) fn item_tree<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Arc<Item> {
    parsed(db, item).tree.clone()
}

/// The positions that the numbers in an item's tree stand for.
pub(crate) fn places<'db>(db: &'db dyn Db, item: ItemId<'db>) -> &'db [u32] {
    &parsed(db, item).positions
}

/// Where an item begins in its file.
pub(crate) fn item_start(db: &dyn Db, item: &ItemRef) -> u32 {
    slice_of(db, db.file(&item.file), &item.key).map_or(0, |slice| slice.start)
}

/// The item of a file that has this key.
pub(crate) fn reference(file: &str, key: &str) -> ItemRef {
    Arc::new(ItemKey { file: file.to_owned(), key: key.to_owned() })
}

fn name_of(kind: &ItemKind) -> Option<Name> {
    match kind {
        ItemKind::Recipe(recipe) => Some(recipe.signature.name.clone()),
        ItemKind::Stage(signature) => Some(signature.name.clone()),
        ItemKind::Layer(layer) => Some(layer.name.clone()),
        ItemKind::Record { name, .. }
        | ItemKind::Enum { name, .. }
        | ItemKind::Const { name, .. }
        | ItemKind::Policy { name, .. } => Some(name.clone()),
        ItemKind::Use(_) | ItemKind::Test { .. } | ItemKind::Broken(_) => None,
    }
}

/// Where an item's name stands; all of it where it has none.
pub(crate) fn name_span(item: &Item) -> Span {
    match &item.kind {
        ItemKind::Recipe(recipe) => recipe.signature.name.span,
        ItemKind::Stage(signature) => signature.name.span,
        ItemKind::Layer(layer) => layer.name.span,
        ItemKind::Record { name, .. }
        | ItemKind::Enum { name, .. }
        | ItemKind::Const { name, .. }
        | ItemKind::Policy { name, .. }
        | ItemKind::Broken(Some(name)) => name.span,
        ItemKind::Test { title, .. } => title.span,
        ItemKind::Use(_) | ItemKind::Broken(None) => item.span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_without_parsing() {
        let words = |text: &str| head_words(text);
        assert_eq!(
            words("/// Doc.\n@version(1)\npub stage over<S>("),
            ("stage".into(), "over".into(), true)
        );
        assert_eq!(words("shot A_1 in B {"), ("shot".into(), "A_1".into(), false));
        assert_eq!(words("use std.comp.{a, b}"), ("use".into(), "std.comp.".into(), false));
        assert_eq!(words("recipe"), ("recipe".into(), String::new(), false));
    }
}
