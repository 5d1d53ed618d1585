//! The one canonical form of a program: `toma fmt`.
//!
//! The rules are in the book (`tests/spec/formatting.md`). Each item is laid out by itself, from the
//! reader's own pairs, so that a change of one changes no other. What can't be read stays as it is,
//! byte for byte. Only blanks, line ends and the commas at the ends of entries change; all other
//! tokens and all comments are written as they stand, in their order.

mod expressions;
mod gaps;
mod items;
mod layout;
mod lists;

use crate::diagnostic::Span;
use crate::pair::Pair;
use crate::parse;
use crate::prepare::prepare;
use crate::scan::{ItemTextKind, items};
use layout::{Layout, Part};

/// A file in its canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatted {
    /// The text: `\n` between lines and at the end, no byte order mark. Empty for an empty file.
    pub text: String,
    /// What could not be read and stands as it was, in bytes of the source.
    pub unread: Vec<Span>,
}

/// Formats a file. Linear in its length; never fails.
pub fn format(source: &str) -> Formatted {
    let mut at = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut file = File { source, text: String::with_capacity(source.len()), unread: Vec::new() };
    let mut as_it_was = false;
    for piece in items(source) {
        let (start, end) = (piece.span.start as usize, piece.span.end as usize);
        if as_it_was {
            file.text.push_str(&source[at..start]);
        } else {
            file.between(at, start);
        }
        let text = &source[start..end];
        as_it_was = match piece.kind {
            ItemTextKind::FileDoc => {
                file.text.push_str(text);
                false
            }
            ItemTextKind::Stray => true,
            ItemTextKind::Item => !format_item(text, &mut file.text),
        };
        if as_it_was {
            file.text.push_str(text);
            file.unread.push(piece.span);
        }
        at = end;
    }
    if as_it_was {
        file.text.push_str(&source[at..]);
    } else {
        file.between(at, source.len());
        file.text.truncate(file.text.trim_end_matches('\n').len());
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        file.text.push('\n');
    }
    Formatted { text: file.text, unread: file.unread }
}

struct File<'a> {
    source: &'a str,
    text: String,
    unread: Vec<Span>,
}

impl File<'_> {
    /// Comments between items stand at the left edge; empty lines stay, up to one.
    fn between(&mut self, from: usize, to: usize) {
        let mut newlines = 0;
        for line in self.source[from..to].split_inclusive('\n') {
            let code = line.trim_matches([' ', '\t', '\r', '\n']);
            if !code.trim().is_empty() {
                self.newlines(newlines);
                self.text.push_str(code);
                newlines = 0;
            }
            newlines += usize::from(line.ends_with('\n'));
        }
        self.newlines(newlines);
    }

    fn newlines(&mut self, newlines: usize) {
        if !self.text.is_empty() {
            self.text.extend(std::iter::repeat_n('\n', newlines.min(2)));
        }
    }
}

/// Writes an item in its form, and says whether that could be done.
fn format_item(text: &str, out: &mut String) -> bool {
    let ready = prepare(text);
    if ready.too_deep.is_some() || !ready.mistakes.is_empty() {
        return false;
    }
    let parsed = parse::item(&ready.text);
    let Some(item) = parsed.root() else { return false };
    let mut printer = Printer { text, at: 0, layout: Layout::new(text), broken: false };
    printer.file_item(item);
    if printer.broken {
        return false;
    }
    let begin = out.len();
    // The writer's first text begins a line.
    let mut written = String::with_capacity(text.len());
    printer.layout.write(&mut written);
    if !same_tokens(text, &written) {
        debug_assert!(false, "formatting would change a token:\n{text}\n---\n{written}");
        return false;
    }
    out.truncate(begin);
    out.push_str(&written);
    true
}

/// Nothing but blanks and commas differs. A flaw of the formatter must not cost anybody a word.
fn same_tokens(one: &str, other: &str) -> bool {
    let kept = |byte: &u8| !byte.is_ascii_whitespace() && *byte != b',';
    one.bytes().filter(kept).eq(other.bytes().filter(kept))
}

/// Walks an item's pairs and gathers its parts.
struct Printer<'a> {
    /// The item.
    text: &'a str,
    /// What stands in front of it is in the layout.
    at: usize,
    layout: Layout<'a>,
    /// Something could not be read.
    broken: bool,
}

impl Printer<'_> {
    fn sign(&mut self, sign: &'static str) {
        self.layout.push(Part::Sign(sign));
    }

    fn space(&mut self) {
        self.layout.push(Part::Space);
    }

    /// Comments in front of a pair, then its text as it stands.
    fn token(&mut self, pair: &Pair<'_>) {
        let begin = pair.begin();
        let end = begin + pair.text().trim_end_matches([' ', '\t', '\r', '\n']).len();
        self.gap(begin);
        self.layout.push(Part::Source(begin as u32, end as u32));
        self.at = end;
    }

    /// A token and a blank behind it.
    fn word(&mut self, pair: &Pair<'_>) {
        self.token(pair);
        self.space();
    }
}
