//! The lossless tree of a file: all of its bytes, comments and blanks included, in the shape of
//! the grammar. Made from the same pairs as [`crate::ast`]; formatters and editors read it.
//!
//! Knows nothing of meaning. A text that no rule names (comments, blanks, stray lines) stands in
//! tokens of its own, so the tree's text is the file's, whatever the file holds.

use crate::pair::{Pair, Parsed};
use crate::parse;
use crate::prepare::{Prepared, prepare};
use crate::rule::{ALL_RULES, Rule};
use crate::scan::{ItemTextKind, items};
use rowan::{GreenNode, GreenNodeBuilder};

/// What a node or token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SyntaxKind {
    /// The whole file.
    File,
    /// A `//!` line.
    FileDoc,
    /// A line at the left edge that begins no item.
    Stray,
    /// An item that nests too deeply to be read.
    Unread,
    /// Blanks and newlines.
    Blank,
    /// `// …`
    Comment,
    /// Signs between what the grammar names.
    Sign,
    /// What the grammar calls it.
    Rule(Rule),
}

/// Kinds that the grammar doesn't know.
const OWN: [SyntaxKind; 7] = [
    SyntaxKind::File,
    SyntaxKind::FileDoc,
    SyntaxKind::Stray,
    SyntaxKind::Unread,
    SyntaxKind::Blank,
    SyntaxKind::Comment,
    SyntaxKind::Sign,
];

/// The language, for rowan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Toma {}

impl rowan::Language for Toma {
    type Kind = SyntaxKind;

    fn kind_from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        let raw = usize::from(raw.0);
        let rule = || ALL_RULES.get(raw - OWN.len()).copied().unwrap_or(Rule::End);
        OWN.get(raw).copied().unwrap_or_else(|| SyntaxKind::Rule(rule()))
    }

    fn kind_to_raw(kind: SyntaxKind) -> rowan::SyntaxKind {
        let own = OWN.iter().position(|own| *own == kind);
        rowan::SyntaxKind(match (own, kind) {
            (Some(own), _) => own as u16,
            (None, SyntaxKind::Rule(rule)) => {
                let place = ALL_RULES.binary_search(&rule).unwrap_or_default();
                (OWN.len() + place) as u16
            }
            (None, _) => 0,
        })
    }
}

/// A node of the lossless tree.
pub type SyntaxNode = rowan::SyntaxNode<Toma>;
/// A token of the lossless tree.
pub type SyntaxToken = rowan::SyntaxToken<Toma>;

/// The lossless tree of a whole file: its text is `source`, whatever that is.
pub fn tree(source: &str) -> SyntaxNode {
    let mut growing = Growing { builder: GreenNodeBuilder::new(), text: source, at: 0 };
    growing.begin(SyntaxKind::File);
    for piece in items(source) {
        let (start, end) = (piece.span.start as usize, piece.span.end as usize);
        growing.trivia(start);
        match piece.kind {
            ItemTextKind::FileDoc => growing.token(SyntaxKind::FileDoc, end),
            ItemTextKind::Stray => growing.token(SyntaxKind::Stray, end),
            ItemTextKind::Item => growing.item(start, end),
        }
    }
    growing.trivia(source.len());
    growing.builder.finish_node();
    SyntaxNode::new_root(growing.finish())
}

struct Growing<'a> {
    builder: GreenNodeBuilder<'static>,
    text: &'a str,
    /// What stands in front of it is in the tree.
    at: usize,
}

impl Growing<'_> {
    fn finish(self) -> GreenNode {
        self.builder.finish()
    }

    fn begin(&mut self, kind: SyntaxKind) {
        self.builder.start_node(<Toma as rowan::Language>::kind_to_raw(kind));
    }

    fn item(&mut self, start: usize, end: usize) {
        let ready = prepare(&self.text[start..end]);
        let parsed = ready.too_deep.is_none().then(|| parse::item(&ready.text));
        match parsed.as_ref().and_then(Parsed::root) {
            Some(pair) => {
                self.begin(SyntaxKind::Rule(Rule::FileItem));
                for part in pair.inner() {
                    self.pair(part, &ready, start);
                }
                self.trivia(end);
                self.builder.finish_node();
            }
            None => self.token(SyntaxKind::Unread, end),
        }
    }

    /// A pair with children is a node, one without a token. What was put in to balance brackets
    /// has no text here.
    fn pair(&mut self, pair: Pair<'_>, ready: &Prepared, item: usize) {
        let begin = pair.begin();
        let end = begin + pair.text().trim_end_matches([' ', '\t', '\r', '\n']).len();
        let (begin, end) = (item + ready.original(begin), item + ready.original(end));
        let kind = SyntaxKind::Rule(pair.rule());
        let mut parts = pair.inner().peekable();
        if parts.peek().is_none() {
            if end > begin.max(self.at) {
                self.trivia(begin);
                self.token(kind, end);
            }
            return;
        }
        self.trivia(begin);
        self.begin(kind);
        for part in parts {
            self.pair(part, ready, item);
        }
        self.trivia(end);
        self.builder.finish_node();
    }

    /// All up to `end` as one token.
    fn token(&mut self, kind: SyntaxKind, end: usize) {
        let end = self.text.floor_char_boundary(end);
        if end > self.at {
            let raw = <Toma as rowan::Language>::kind_to_raw(kind);
            self.builder.token(raw, &self.text[self.at..end]);
            self.at = end;
        }
    }

    /// All up to `end`, of which the grammar says nothing: blanks, comments, signs.
    fn trivia(&mut self, end: usize) {
        while self.at < end {
            let rest = &self.text[self.at..end];
            let is_blank = |c: char| c.is_whitespace() || c == '\u{feff}';
            let blank = rest.find(|c| !is_blank(c)).unwrap_or(rest.len());
            if blank > 0 {
                self.token(SyntaxKind::Blank, self.at + blank);
            } else if rest.starts_with("//") {
                let line = rest.find('\n').unwrap_or(rest.len());
                let comment = rest[..line].trim_end_matches('\r').len();
                self.token(SyntaxKind::Comment, self.at + comment);
            } else {
                let sign = rest.find(|c| is_blank(c) || c == '/').unwrap_or(rest.len());
                self.token(SyntaxKind::Sign, self.at + sign.max(1));
            }
        }
    }
}
