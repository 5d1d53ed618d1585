//! Entries between brackets, and blocks of lines.

use super::Printer;
use super::layout::Part;
use crate::pair::Pair;
use crate::rule::Rule;

/// How a list is written.
#[derive(Clone, Copy)]
pub(super) struct List {
    /// Blanks inside the brackets on one line.
    pub(super) padded: bool,
    /// Entries on lines of their own end with a comma; else the line is enough.
    pub(super) commas: bool,
}

/// `(a, b)`
pub(super) const TIGHT: List = List { padded: false, commas: true };
/// `{ a, b }`
pub(super) const PADDED: List = List { padded: true, commas: true };
/// `{ a, b }` whose lines need no commas.
pub(super) const LINES: List = List { padded: true, commas: false };

impl Printer<'_> {
    /// Pairs from an opening bracket to its closer. On one line if it fits and the author did not
    /// begin a line behind the bracket; else an entry a line.
    pub(super) fn list<'i>(&mut self, parts: &mut impl Iterator<Item = Pair<'i>>, list: List) {
        let Some(open) = parts.next() else { return };
        self.layout.open();
        self.token(&open);
        let author_broke = self.newline_follows(self.at);
        self.layout.push(Part::Indent);
        let mut entries = 0;
        // A doc's line ends itself, and a comprehension is alone: no comma follows.
        let mut comma = true;
        for part in parts {
            match part.rule() {
                Rule::Comma | Rule::NewlineOrEnd => {}
                Rule::MissingComma => self.broken = true,
                Rule::CloseParen | Rule::CloseSquare | Rule::CloseBrace => {
                    if entries > 0 {
                        if list.commas && comma {
                            self.layout.push(Part::CommaIfBroken);
                        }
                        self.gap(part.begin());
                    } else {
                        self.gap_inside(part.begin());
                    }
                    self.layout.push(Part::Dedent);
                    match (entries > 0, list.padded) {
                        (true, true) => self.layout.push(Part::Line(false)),
                        (true, false) => self.layout.push(Part::Soft),
                        (false, _) if self.layout.behind_comment() => self.layout.push(Part::Soft),
                        (false, _) => {}
                    }
                    self.token(&part);
                    break;
                }
                _ => {
                    let begin = part.begin();
                    if entries == 0 {
                        self.gap_inside(begin);
                        let first = if list.padded { Part::Line(false) } else { Part::Soft };
                        self.layout.push(first);
                        if author_broke {
                            self.layout.break_all();
                        }
                    } else {
                        match (comma, list.commas) {
                            (true, true) => self.sign(","),
                            (true, false) => self.layout.push(Part::CommaIfFlat),
                            (false, _) => {}
                        }
                        let blank = self.gap(begin);
                        self.layout.push(Part::Line(blank));
                    }
                    entries += 1;
                    let is_doc = part.rule() == Rule::Doc;
                    comma = !is_doc && part.rule() != Rule::Comprehension;
                    self.pair(part);
                    if is_doc {
                        self.layout.push(Part::Hard(false));
                    }
                }
            }
        }
        self.layout.close();
    }

    /// Pairs from `{` to `}`, a line each. One alone stays between its braces if it stood there and
    /// fits. With `grouped` the group is somebody else's: all bodies of an `if` break together.
    pub(super) fn block<'i>(&mut self, parts: &mut impl Iterator<Item = Pair<'i>>, grouped: bool) {
        let Some(open) = parts.next() else { return };
        if !grouped {
            self.layout.open();
        }
        self.token(&open);
        let author_broke = self.newline_follows(self.at);
        self.layout.push(Part::Indent);
        let mut lines = 0;
        for part in parts {
            let begin = part.begin();
            match part.rule() {
                Rule::NewlineOrEnd => {}
                Rule::CloseBrace => {
                    if lines > 0 {
                        self.gap(begin);
                    } else {
                        self.gap_inside(begin);
                    }
                    self.layout.push(Part::Dedent);
                    if lines > 0 || self.layout.behind_comment() {
                        self.layout.push(Part::Line(false));
                    }
                    self.token(&part);
                    break;
                }
                sort => {
                    if lines == 0 {
                        self.gap_inside(begin);
                        self.layout.push(Part::Line(false));
                        if author_broke {
                            self.layout.break_all();
                        }
                    } else {
                        let blank = self.gap(begin);
                        self.layout.push(Part::Hard(blank));
                    }
                    lines += 1;
                    self.pair(part);
                    if matches!(sort, Rule::Doc | Rule::Attribute) {
                        self.layout.break_all();
                    }
                }
            }
        }
        if !grouped {
            self.layout.close();
        }
    }
}
