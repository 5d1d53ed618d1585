//! Cuts a file into items, in one pass over its lines: an item begins with its word at column 0.
//!
//! Knows nothing of what stands inside an item but brackets and texts. Blank lines and comments
//! above an item belong to nothing, so that an edit of those changes no item's text. The lines
//! of an item are then made ready for the grammar by [`crate::prepare`].

use crate::diagnostic::Span;
use crate::texts::text_end;
use crate::words::{ITEM_WORDS, first_word};

/// A piece of a file: where it stands and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ItemText {
    /// What it is.
    pub kind: ItemTextKind,
    /// Bytes of the file.
    pub span: Span,
}

/// Sorts of pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemTextKind {
    /// An item with the docs and attributes right above it.
    Item,
    /// A `//!` line above all items.
    FileDoc,
    /// Text at column 0 that begins no item.
    Stray,
}

impl ItemText {
    /// Its text, out of the file that it was cut from; empty if it is another file.
    pub fn text<'a>(&self, source: &'a str) -> &'a str {
        source.get(self.span.start as usize..self.span.end as usize).unwrap_or_default()
    }
}

/// Cuts a file at the lines that begin an item. Docs and attributes right above belong to the item.
pub fn items(source: &str) -> Vec<ItemText> {
    let mut scanner = Scanner::default();
    let begin = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut at = begin;
    for line in source[begin..].split_inclusive('\n') {
        scanner.line(line.trim_end(), at);
        at += line.len();
    }
    scanner.finish()
}

#[derive(Default)]
struct Scanner {
    pieces: Vec<ItemText>,
    /// Where the docs and attributes above the next item begin, and where they end so far.
    lead: Option<(usize, usize)>,
    /// Brackets that an attribute of the lead left open.
    lead_depth: usize,
    /// Brackets that the last piece left open.
    depth: usize,
    /// The last line of code ends with an operator.
    joined: bool,
}

impl Scanner {
    /// Takes the next line, without what is blank at its end.
    fn line(&mut self, code: &str, start: usize) {
        // Below the docs of an item it is a comment, as below the item.
        let above_all = self.lead.is_none()
            && self.pieces.last().is_none_or(|piece| piece.kind == ItemTextKind::FileDoc);
        if code.starts_with("//!") && above_all {
            self.push(ItemTextKind::FileDoc, start, start + code.len());
            return;
        }
        let documents = code.starts_with("///") && !code.starts_with("////");
        if documents || code.starts_with('@') || self.lead_depth > 0 {
            let begin = self.lead.map_or(start, |(begin, _)| begin);
            self.lead = Some((begin, start + code.len()));
            if !documents {
                self.lead_depth = brackets(code, self.lead_depth).0;
            }
            return;
        }
        if code.is_empty() || code.starts_with("//") {
            return;
        }
        let lead = self.lead.take().map_or(start, |(begin, _)| begin);
        if ITEM_WORDS.contains(&first_word(code)) {
            self.push(ItemTextKind::Item, lead, lead);
            self.depth = 0;
        } else if self.is_stray(code)
            && self.pieces.last().is_none_or(|p| p.kind != ItemTextKind::Stray)
        {
            self.push(ItemTextKind::Stray, lead, lead);
            self.depth = 0;
        }
        let (depth, end) = brackets(code, self.depth);
        self.depth = depth;
        if end > 0 {
            self.joined = ends_with_operator(&code[..end]);
        }
        if let Some(piece) = self.pieces.last_mut() {
            piece.span.end = (start + code.len()) as u32;
        }
    }

    /// A line of code that belongs to no item.
    fn is_stray(&self, code: &str) -> bool {
        match self.pieces.last() {
            None | Some(ItemText { kind: ItemTextKind::FileDoc, .. }) => true,
            Some(_) => {
                let continues = code.starts_with([' ', '\t', '}', ')', ']', '|']);
                !continues && self.depth == 0 && !self.joined
            }
        }
    }

    fn push(&mut self, kind: ItemTextKind, start: usize, end: usize) {
        self.pieces.push(ItemText { kind, span: Span::new(start, end) });
    }

    /// Docs and attributes that nothing follows stand astray.
    fn finish(mut self) -> Vec<ItemText> {
        if let Some((start, end)) = self.lead {
            self.push(ItemTextKind::Stray, start, end);
        }
        self.pieces
    }
}

/// Brackets open behind this line, and the end of its code.
fn brackets(code: &str, mut depth: usize) -> (usize, usize) {
    let bytes = code.as_bytes();
    let (mut i, mut end) = (0, 0);
    while let Some(&byte) = bytes.get(i) {
        match byte {
            b'"' => {
                i = text_end(code, i).end;
                end = i;
                continue;
            }
            b'/' if bytes[i..].starts_with(b"//") => break,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        i += 1;
        if !byte.is_ascii_whitespace() {
            end = i;
        }
    }
    (depth, end)
}

/// Does a line of code that ends so go on below?
pub(crate) fn ends_with_operator(code: &str) -> bool {
    const OPERATORS: [&str; 12] =
        ["|>", "->", "..", "=", "+", "*", "/", "-", " <", " >", " and", " or"];
    OPERATORS.iter().any(|operator| code.ends_with(operator)) && !code.ends_with(".*")
}
