//! Text to a lossless tree: the item scanner, the reader, recovery. Knows no types.
//!
//! [`items`] cuts a file where items begin; each is parsed by itself ([`parse_item`]), so that an
//! edit parses one item. An item's text is made ready by `prepare` (lines joined, brackets
//! balanced), read by the tolerant, hand-written readers of `parse`, and becomes the owned
//! typed tree of [`ast`]. [`tree`] makes the lossless tree of a whole file from the same pairs.
//! Parsing never fails: whatever the text, there is a tree, and what could not be read is said.

pub mod ast;
pub mod diagnostic;

mod brackets;
mod build;
mod edge;
mod explain;
mod format;
mod hidden;
mod lone;
mod pair;
mod parse;
mod prepare;
mod rule;
mod scan;
mod stray;
mod texts;
mod tree;
mod words;

pub use format::{Formatted, format};
pub use lone::{parse_address, parse_expression};
pub use rule::Rule;
pub use scan::{ItemText, ItemTextKind, items};
pub use stray::stray;
pub use tree::{SyntaxKind, SyntaxNode, SyntaxToken, Toma, tree};
pub use words::{CLAUSE_WORDS, ITEM_WORDS, RESERVED, UNITS};

use crate::build::Builder;
use crate::diagnostic::{Diagnostic, Span};
use crate::edge::at_the_edge;
use crate::hidden::hidden;
use crate::prepare::prepare;

/// An item as far as it could be read.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedItem {
    /// Spans count from the beginning of the item's text.
    pub item: ast::Item,
    /// In order of their places, which count from the beginning of the item's text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses the text of one item, as [`items`] cuts it. Linear in its length, whatever it holds.
pub fn parse_item(text: &str) -> ParsedItem {
    let ready = prepare(text);
    let unread = |at: usize, message: &str| {
        let next = text[at..].chars().next().map_or(0, char::len_utf8);
        let error = Diagnostic::error("T0106", message, Span::new(at, at + next))
            .help("give the inner parts names with `let` and use those");
        ParsedItem { item: Builder::unread(Span::new(0, text.len())), diagnostics: vec![error] }
    };
    if let Some(at) = ready.too_deep {
        return unread(floor(text, at), "this is nested too deeply to be read");
    }
    let parsed = parse::item(&ready.text);
    let Some(file_item) = parsed.root() else {
        return unread(0, "this item can't be read");
    };
    let (item, mut diagnostics) = Builder::new(text, &ready).run(file_item);
    if diagnostics.is_empty() {
        diagnostics.extend(at_the_edge(text));
    }
    diagnostics.extend(hidden(text));
    ParsedItem { item, diagnostics }
}

/// Parses a whole file: its items, and all that is wrong, with places in the file.
pub fn parse_file(source: &str) -> (Vec<(ItemText, ParsedItem)>, Vec<Diagnostic>) {
    let mut parsed = Vec::new();
    let mut diagnostics = outside(source);
    for piece in items(source).into_iter().filter(|piece| piece.kind == ItemTextKind::Item) {
        let item = parse_item(piece.text(source));
        diagnostics.extend(item.diagnostics.iter().cloned().map(|d| d.shifted(piece.span.start)));
        parsed.push((piece, item));
    }
    diagnostics.sort_by_key(Diagnostic::start);
    (parsed, diagnostics)
}

/// What is wrong outside of items: text at the left edge that begins none, and what hides in the
/// comments between them. Places count from the beginning of the file.
pub fn outside(source: &str) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut at = 0;
    let comments = |from: u32, to: usize, diagnostics: &mut Vec<Diagnostic>| {
        let between = source.get(from as usize..to).unwrap_or_default();
        diagnostics.extend(hidden(between).map(|d| d.shifted(from)));
    };
    for piece in items(source) {
        comments(at, piece.span.start as usize, &mut diagnostics);
        match piece.kind {
            ItemTextKind::Item => {}
            ItemTextKind::FileDoc => {
                comments(piece.span.start, piece.span.end as usize, &mut diagnostics);
            }
            ItemTextKind::Stray => {
                diagnostics.push(stray(piece.text(source)).shifted(piece.span.start));
            }
        }
        at = piece.span.end;
    }
    comments(at, source.len(), &mut diagnostics);
    diagnostics
}

/// The last place at or in front of `at` where a character begins.
fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}
