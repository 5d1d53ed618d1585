//! Reads the text that [`crate::prepare`] makes of an item: a hand-written reader with one function
//! a rule, which goes down by the rules and looks at the next byte or word.
//!
//! In that text
//!   * ordinary comments are blank (docs `///` stay),
//!   * a newline that does not end a statement is a carriage return (inside `(` and `[`, behind an
//!     operator, in front of `|>`), so that here `\n` ALWAYS ends a statement,
//!   * every bracket and text that was left open is closed, and stray closers are blank.
//!
//! So brackets balance here, and skipping something broken is simple and linear; nesting is bounded,
//! so that a reader may call itself.
//!
//! A reader begins at a byte that is not blank. It says whether it could read; if not, it stands where
//! it stood. What can't be read becomes a `Broken…` node. That stretch is then read once more without
//! tolerance ([`why`]), with the same functions, to learn where it went wrong and what would have fitted.

mod broken;
mod clauses;
mod expressions;
mod items;
mod literals;
mod signs;
mod tried;
mod types;

use crate::pair::{Node, Parsed};
use crate::rule::Rule;
use tried::Tried;

/// Reads an item.
pub(crate) fn item(text: &str) -> Parsed<'_> {
    let mut reader = Reader::<false>::new(text);
    reader.file_item();
    Parsed { text, nodes: reader.nodes }
}

/// Reads a value that stands by itself.
pub(crate) fn value(text: &str) -> Parsed<'_> {
    let mut reader = Reader::<false>::new(text);
    reader.lone_value();
    Parsed { text, nodes: reader.nodes }
}

/// Is this an address, and nothing else?
pub(crate) fn is_address(text: &str) -> bool {
    let mut reader = Reader::<false>::new(text);
    reader.address() && reader.byte().is_none()
}

/// Reads a broken stretch without tolerance: the furthest byte where nothing fitted, and what would
/// have. `None` where all of it can be read.
pub(crate) fn why(broken: Rule, text: &str) -> Option<(usize, Vec<Rule>)> {
    let mut reader = Reader::<true>::new(text);
    let all = reader.strictly(broken) && {
        reader.lines_between(broken);
        reader.end()
    };
    (!all).then(|| reader.tried.furthest())
}

/// A word and the reader of what begins with it.
type ByWord<'a, const WHY: bool> = (&'static str, fn(&mut Reader<'a, WHY>) -> bool);

/// A place in a text, and what was read so far. One that asks `WHY` notes what it tried instead of
/// what it read.
pub(super) struct Reader<'a, const WHY: bool> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    tried: Tried,
    /// What fits here is unwelcome: a look ahead for what must not follow.
    unwelcome: bool,
}

impl<'a, const WHY: bool> Reader<'a, WHY> {
    fn new(text: &'a str) -> Self {
        // Most nodes are a few bytes long.
        let nodes = Vec::with_capacity(if WHY { 0 } else { text.len() / 2 + 4 });
        let (tried, unwelcome) = (Tried::default(), false);
        Self { text, bytes: text.as_bytes(), at: 0, nodes, tried, unwelcome }
    }

    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// A node, and what it holds.
    fn node(&mut self, rule: Rule, read: impl FnOnce(&mut Self) -> bool) -> bool {
        let begin = self.at;
        if WHY {
            let before = self.tried.before(begin);
            let fits = read(self);
            if fits == self.unwelcome {
                self.tried.note(rule, begin, before, fits);
            }
            if !fits {
                self.at = begin;
            }
            return fits;
        }
        let index = self.nodes.len();
        self.nodes.push(Node { rule, begin: begin as u32, end: 0, next: 0 });
        let fits = read(self);
        let (end, next) = (self.at as u32, self.nodes.len() as u32);
        if !fits {
            self.nodes.truncate(index);
            self.at = begin;
        } else if let Some(node) = self.nodes.get_mut(index) {
            (node.end, node.next) = (end, next);
        }
        fits
    }

    /// A node that holds nothing, up to `end`, if it fits.
    fn leaf(&mut self, rule: Rule, end: Option<usize>) -> bool {
        if WHY {
            if end.is_some() == self.unwelcome {
                let before = self.tried.before(self.at);
                self.tried.note(rule, self.at, before, end.is_some());
            }
        } else if let Some(end) = end {
            let next = self.nodes.len() as u32 + 1;
            self.nodes.push(Node { rule, begin: self.at as u32, end: end as u32, next });
        }
        if let Some(end) = end {
            self.at = end;
        }
        end.is_some()
    }

    /// Parts that stand only together.
    fn together(&mut self, read: impl FnOnce(&mut Self) -> bool) -> bool {
        let (at, index) = (self.at, self.nodes.len());
        let fits = read(self);
        if !fits {
            self.at = at;
            self.nodes.truncate(index);
        }
        fits
    }

    /// Does this follow? Nothing is read.
    fn ahead(&mut self, read: impl FnOnce(&mut Self) -> bool) -> bool {
        let (at, index) = (self.at, self.nodes.len());
        let fits = read(self);
        self.at = at;
        self.nodes.truncate(index);
        fits
    }

    /// Does this not follow?
    fn not_ahead(&mut self, read: impl FnOnce(&mut Self) -> bool) -> bool {
        self.unwelcome = true;
        let fits = self.ahead(read);
        self.unwelcome = false;
        !fits
    }

    /// Blanks. Says yes, so that it can stand between two parts.
    fn skip(&mut self) -> bool {
        while let Some(b' ' | b'\t' | b'\r') = self.byte() {
            self.at += 1;
        }
        true
    }

    /// Blanks and ends of lines.
    fn lines(&mut self) -> bool {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.byte() {
            self.at += 1;
        }
        true
    }

    /// `{`, lines, `}`
    fn block(&mut self, line: impl Fn(&mut Self) -> bool) -> bool {
        if !self.open_brace() {
            return false;
        }
        self.lines();
        while line(self) {
            self.lines();
        }
        self.close_brace()
    }

    /// `entry, entry,` over any number of lines.
    fn entries(&mut self, entry: impl Fn(&mut Self) -> bool) -> bool {
        if !entry(self) {
            return false;
        }
        self.lines();
        while self.together(|r| r.comma() && r.lines() && entry(r)) {
            self.lines();
        }
        if self.comma() {
            self.lines();
        }
        true
    }

    /// `entry, entry,` on one line, as all of a bracket is.
    fn row(&mut self, entry: impl Fn(&mut Self) -> bool) -> bool {
        if !entry(self) {
            return false;
        }
        self.skip();
        while self.together(|r| r.comma() && r.skip() && entry(r)) {
            self.skip();
        }
        self.comma();
        true
    }

    /// The end of the text.
    fn end(&mut self) -> bool {
        let end = self.byte().is_none().then_some(self.at);
        self.leaf(Rule::End, end)
    }

    /// A statement ends where its line or its block does.
    fn end_of_line(&mut self) -> bool {
        self.node(Rule::NewlineOrEnd, |r| {
            matches!(r.byte(), Some(b'\n' | b'}')) || r.ahead(Self::end)
        })
    }
}
