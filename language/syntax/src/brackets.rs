//! Brackets that don't pair up: which one is to blame, and where the missing one belongs.
//!
//! Indentation says where a block ought to have ended, the beginning of a statement where a
//! parenthesis ought to have. Runs only over items whose brackets don't balance.

use crate::diagnostic::{Diagnostic, Span};
use crate::prepare::{Insert, Layout, Line, MAX_NESTING, Mark, Sort, begins_statement};
use crate::texts::closer;
use crate::words::first_word;

/// Do the brackets pair up, and does no statement begin inside `(` or `[`?
pub(crate) fn balanced(source: &str, layout: &Layout) -> bool {
    let mut stack: Vec<u8> = Vec::new();
    let mut marks = layout.marks.iter().peekable();
    for (number, line) in layout.lines.iter().enumerate() {
        if matches!(stack.last(), Some(b'(' | b'['))
            && first_word(&source[line.code.clone()]) == "let"
        {
            return false;
        }
        while let Some(mark) = marks.next_if(|mark| mark.line == number) {
            match mark.sort {
                Sort::Open(byte) => stack.push(byte),
                Sort::Close(byte) if stack.pop().map(closer) != Some(byte) => return false,
                _ => {}
            }
        }
    }
    stack.is_empty()
}

/// A bracket that waits for its closer.
#[derive(Clone, Copy)]
struct Open {
    byte: u8,
    at: usize,
    line: usize,
    indent: usize,
}

/// The mending of one item.
pub(crate) struct Repair<'a> {
    source: &'a str,
    lines: &'a [Line],
    marks: &'a [Mark],
    text: &'a mut [u8],
    inserts: &'a mut Vec<Insert>,
    mistakes: &'a mut Vec<Diagnostic>,
    too_deep: &'a mut Option<usize>,
    stack: Vec<Open>,
    /// Where the code of the lines above ends.
    code_end: usize,
    /// The last `}` of the item.
    last_brace: Option<usize>,
}

impl<'a> Repair<'a> {
    pub(crate) fn new(source: &'a str, layout: &'a mut Layout, text: &'a mut [u8]) -> Self {
        let Layout { lines, marks, inserts, mistakes, too_deep, .. } = layout;
        let is_brace = |mark: &&Mark| mark.sort == Sort::Close(b'}');
        let last_brace = marks.iter().rev().find(is_brace).map(|mark| mark.at);
        Self {
            source,
            lines,
            marks,
            text,
            inserts,
            mistakes,
            too_deep,
            stack: Vec::new(),
            code_end: 0,
            last_brace,
        }
    }

    /// Closes what was left open, blanks what closes nothing, and says both.
    pub(crate) fn run(mut self) {
        let mut marks = self.marks.iter().peekable();
        for (number, line) in self.lines.iter().enumerate() {
            let code = &self.source[line.code.clone()];
            if code.is_empty() {
                continue;
            }
            self.begin_line(number, line, code);
            while let Some(mark) = marks.next_if(|mark| mark.line <= number) {
                match mark.sort {
                    Sort::Open(byte) => {
                        let (at, indent) = (mark.at, line.indent);
                        self.stack.push(Open { byte, at, line: number, indent });
                        // What is never closed nests without end: the item can't be read.
                        if self.stack.len() > MAX_NESTING {
                            self.too_deep.get_or_insert(at);
                            return;
                        }
                    }
                    // `->` cannot stand inside brackets: a signature's list was not closed.
                    Sort::Arrow => self.close_while(mark.at, |open| open.byte == b'('),
                    Sort::Close(byte) => self.close(byte, mark.at, number, line),
                }
            }
            self.code_end = line.code.end;
        }
        self.close_while(self.code_end, |_| true);
    }

    /// What this line's place proves to have ended above it.
    fn begin_line(&mut self, number: usize, line: &Line, code: &str) {
        if code.starts_with(['}', ')', ']']) {
            self.close_while(self.code_end, |open| open.indent > line.indent);
            return;
        }
        let statement = begins_statement(code);
        let goes_on = code.starts_with("|>");
        self.close_while(self.code_end, |open| {
            // The item's own brace (indent 0) stays open until its closer.
            let may_end = open.line < number && (open.byte != b'{' || open.indent > 0);
            let ended = line.indent <= open.indent || open.byte != b'{' && statement;
            may_end && ended && !goes_on
        });
    }

    /// A closer finds its mate, or closes nothing.
    fn close(&mut self, byte: u8, at: usize, number: usize, line: &Line) {
        let at_start = at == line.code.start;
        // The item's own brace is closed by a line's first `}`, or by the last one there is.
        let own_stays = |index: usize, open: &Open| {
            let own = index == 0 && open.byte == b'{' && open.line != number;
            own && !at_start && Some(at) != self.last_brace
        };
        let fits = |open: &Open| {
            closer(open.byte) == byte
                && (!at_start || open.indent >= line.indent || open.line == number)
        };
        let mut mate = None;
        for (index, open) in self.stack.iter().enumerate().rev() {
            if fits(open) {
                mate = (!own_stays(index, open)).then_some(index);
                break;
            }
            if !at_start && open.line != number && open.byte == b'{' {
                break;
            }
        }
        if let Some(mate) = mate {
            let end = if at_start { self.code_end } else { at };
            while self.stack.len() > mate + 1 {
                self.close_last(end);
            }
            self.stack.pop();
        } else {
            self.text[at] = b' ';
            let message = format!("this `{}` closes nothing", char::from(byte));
            self.mistakes.push(
                Diagnostic::error("T0104", message, Span::new(at, at + 1))
                    .help("take it away, or write the bracket that it should close"),
            );
        }
    }

    fn close_while(&mut self, at: usize, ended: impl Fn(&Open) -> bool) {
        while self.stack.last().is_some_and(&ended) {
            self.close_last(at);
        }
    }

    /// Closes the innermost bracket at a place where that was forgotten.
    fn close_last(&mut self, at: usize) {
        let Some(open) = self.stack.pop() else { return };
        let (byte, missing) = (char::from(open.byte), char::from(closer(open.byte)));
        self.inserts.push((at, missing.to_string()));
        let message = format!("this `{byte}` is never closed");
        self.mistakes.push(
            Diagnostic::error("T0103", message, Span::new(open.at, open.at + 1))
                .help(format!("write `{missing}` where it ends"))
                .fix("close it", Span::new(at, at), self.closing(&open, at, missing)),
        );
    }

    /// A closer as `toma fmt` would write it: on its own line where its mate ends one, else with the blank that
    /// stands inside of that.
    fn closing(&self, open: &Open, at: usize, missing: char) -> String {
        let inside = self.source.get(open.at + 1..at).unwrap_or_default();
        let first = inside.split_inclusive('\n').next().unwrap_or_default();
        if first.ends_with('\n') && first.split("//").next().unwrap_or_default().trim().is_empty() {
            let end = if first.ends_with("\r\n") { "\r\n" } else { "\n" };
            return format!("{end}{}{missing}", " ".repeat(open.indent));
        }
        let padded = inside.starts_with(' ') && !inside.ends_with(' ');
        format!("{}{missing}", if padded { " " } else { "" })
    }
}
