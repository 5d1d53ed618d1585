//! Makes an item's text ready for the grammar, as a tokenizer with an off-side rule would.
//!
//! A newline that ends no statement becomes a carriage return, comments are blanked, what was left
//! open is closed ([`crate::brackets`]), stray closers are blanked. So for the grammar `\n` always
//! ends a statement and brackets always balance. Nothing is taken out: offsets map back.

use crate::brackets::{Repair, balanced};
use crate::diagnostic::{Diagnostic, Span};
use crate::scan::ends_with_operator;
use crate::texts::{closer, text_end};
use crate::words::{CLAUSE_WORDS, first_word, is_word};
use std::ops::Range;

/// Nesting beyond this is refused before the grammar sees it: parsers recurse.
pub(crate) const MAX_NESTING: usize = 64;

/// An item's text as the grammar reads it.
pub(crate) struct Prepared {
    /// What the grammar reads.
    pub(crate) text: String,
    /// Offsets in `text` of the bytes that are not in the item, in order.
    inserted: Vec<usize>,
    /// What is wrong with brackets and quotes, in order.
    pub(crate) mistakes: Vec<Diagnostic>,
    /// Where the nesting becomes too deep to be read.
    pub(crate) too_deep: Option<usize>,
}

impl Prepared {
    /// From an offset in `text` to one in the item.
    pub(crate) fn original(&self, offset: usize) -> usize {
        if self.inserted.is_empty() {
            return offset;
        }
        offset - self.inserted.partition_point(|&at| at < offset)
    }
}

/// A line of an item.
pub(crate) struct Line {
    pub(crate) start: usize,
    pub(crate) indent: usize,
    /// First byte of code and the one behind the last; empty where there is none.
    pub(crate) code: Range<usize>,
    pub(crate) doc: bool,
}

/// A bracket or an arrow, with its offset and the number of its line.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) sort: Sort,
    pub(crate) at: usize,
    pub(crate) line: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Open(u8),
    Close(u8),
    Arrow,
}

/// What has to be put in, and where.
pub(crate) type Insert = (usize, String);

/// What the first pass over the lines finds.
#[derive(Default)]
pub(crate) struct Layout {
    pub(crate) lines: Vec<Line>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) inserts: Vec<Insert>,
    pub(crate) mistakes: Vec<Diagnostic>,
    depth: usize,
    pub(crate) too_deep: Option<usize>,
}

/// Makes an item's text ready for the grammar. Linear in its length.
pub(crate) fn prepare(source: &str) -> Prepared {
    let mut text = source.as_bytes().to_vec();
    let mut layout = Layout::default();
    let mut at = 0;
    for line in source.split_inclusive('\n') {
        layout.line(line.trim_end_matches(['\n', '\r']), at, &mut text);
        at += line.len();
    }
    if layout.too_deep.is_none() && !balanced(source, &layout) {
        Repair::new(source, &mut layout, &mut text).run();
    }
    layout.inserts.sort_by_key(|(at, _)| *at);
    join_lines(source, &layout, &mut text);
    let (text, inserted) = insert(&text, &layout.inserts);
    let Layout { lines, mut mistakes, too_deep, .. } = layout;
    mistakes.sort_by_key(Diagnostic::start);
    // One for each line: a second one there is mostly an echo of the first.
    let line_of = |m: &Diagnostic| lines.partition_point(|l| l.start <= m.start() as usize);
    mistakes.dedup_by(|later, first| {
        let echo = line_of(later) == line_of(first);
        if echo && later.code == "T0105" {
            // The bracket is open only because the text swallowed its closer.
            std::mem::swap(later, first);
        }
        echo
    });
    let too_deep = too_deep.or_else(|| {
        let at = nests_without_brackets(&text)?;
        Some(at - inserted.partition_point(|&i| i < at))
    });
    Prepared { text, inserted, mistakes, too_deep }
}

impl Layout {
    /// Finds the code, brackets and texts of a line; blanks its comment.
    fn line(&mut self, body: &str, start: usize, text: &mut [u8]) {
        // A lone carriage return is a blank like any other.
        let indent = body.len() - body.trim_start_matches([' ', '\t', '\r']).len();
        let begin = start + indent;
        let number = self.lines.len();
        let mut line = Line { start, indent, code: begin..begin, doc: is_doc(&body[indent..]) };
        let bytes = body.as_bytes();
        let mut i = if line.doc { bytes.len() } else { indent };
        while let Some(&byte) = bytes.get(i) {
            let mark = |sort| Mark { sort, at: start + i, line: number };
            match byte {
                b'/' if bytes[i..].starts_with(b"//") => {
                    text[start + i..start + body.len()].fill(b' ');
                    break;
                }
                b'"' => {
                    let found = text_end(body, i);
                    if self.depth + found.depth > MAX_NESTING {
                        self.too_deep.get_or_insert(start + i);
                    }
                    line.code.end = start + found.end;
                    if found.missing.is_empty() {
                        i = found.end;
                    } else {
                        self.mistakes.push(unclosed_text(start + i, start + found.end));
                        // The quote that is put in must not be escaped.
                        if let Some(cut) = found.cut_escape {
                            text[start + cut] = b' ';
                        }
                        self.inserts.push((start + found.end, found.missing));
                        i = bytes.len();
                    }
                    continue;
                }
                b'(' | b'[' | b'{' => {
                    self.depth += 1;
                    if self.depth > MAX_NESTING {
                        self.too_deep.get_or_insert(start + i);
                    }
                    self.marks.push(mark(Sort::Open(byte)));
                }
                b')' | b']' | b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.marks.push(mark(Sort::Close(byte)));
                }
                b'-' if bytes.get(i + 1) == Some(&b'>') => self.marks.push(mark(Sort::Arrow)),
                _ => {}
            }
            i += 1;
            if byte != b' ' && byte != b'\t' {
                line.code.end = start + i;
            }
        }
        self.lines.push(line);
    }
}

/// `///`, but not a rule of slashes.
pub(crate) fn is_doc(line: &str) -> bool {
    line.starts_with("///") && !line.starts_with("////")
}

/// Is this line a statement whatever stands above? (`let`, or a clause's word with something behind it.)
pub(crate) fn begins_statement(line: &str) -> bool {
    let word = first_word(line);
    let rest = &line[word.len()..];
    let blank = rest.starts_with([' ', '\t']);
    if word == "let" {
        return rest.is_empty() || blank;
    }
    let begins_value = |c: char| c.is_alphanumeric() || c == '"' || c == '_';
    (CLAUSE_WORDS.contains(&word) || word == "require")
        && blank
        && !line.ends_with(',')
        && rest.trim_start().starts_with(begins_value)
}

/// Newlines that do not end a statement become carriage returns.
fn join_lines(source: &str, layout: &Layout, text: &mut [u8]) {
    let code_of = |line: &Line| &source[line.code.clone()];
    let mut innermost: Vec<u8> = Vec::new();
    let close = |innermost: &mut Vec<u8>, byte: u8| {
        if innermost.last().is_some_and(|&open| closer(open) == byte) {
            innermost.pop();
        }
    };
    let mut marks = layout.marks.iter().peekable();
    let mut inserts = layout.inserts.iter().peekable();
    let coded = layout.lines.iter().enumerate().filter(|(_, l)| l.doc || !l.code.is_empty());
    let mut coded = coded.peekable();
    while let Some((number, line)) = coded.next() {
        loop {
            let mark = marks.peek().copied();
            let mark_at = mark.map_or(usize::MAX, |mark| mark.at);
            if let Some((_, missing)) =
                inserts.next_if(|(at, _)| *at <= line.code.end && *at <= mark_at)
            {
                missing.bytes().for_each(|byte| close(&mut innermost, byte));
            } else if let Some(mark) = mark.filter(|mark| mark.line <= number) {
                match mark.sort {
                    Sort::Open(byte) => innermost.push(byte),
                    // A stray closer is blank by now.
                    Sort::Close(byte) if text[mark.at] == byte => close(&mut innermost, byte),
                    _ => {}
                }
                marks.next();
            } else {
                break;
            }
        }
        let below = coded.peek().map(|(_, line)| *line);
        let below_code = below.map_or("", code_of);
        let goes_on = matches!(innermost.last(), Some(b'(' | b'['))
            || below_code.starts_with("|>")
            || !line.doc
                && ends_with_operator(code_of(line))
                && !begins_statement(below_code)
                && !below_code.starts_with('}');
        if goes_on {
            let end = below.map_or(source.len(), |line| line.start);
            for byte in &mut text[line.code.end.max(line.start)..end] {
                if *byte == b'\n' {
                    *byte = b'\r';
                }
            }
        }
    }
}

/// The text with what was missing, and the offsets of that.
fn insert(text: &[u8], inserts: &[Insert]) -> (String, Vec<usize>) {
    let mut out = Vec::with_capacity(text.len() + inserts.len());
    let mut inserted = Vec::new();
    let mut from = 0;
    for (at, missing) in inserts {
        out.extend_from_slice(&text[from..*at]);
        inserted.extend(out.len()..out.len() + missing.len());
        out.extend_from_slice(missing.as_bytes());
        from = *at;
    }
    out.extend_from_slice(&text[from..]);
    // Only whole comments and ASCII were replaced, so this copies nothing and loses nothing.
    let text = String::from_utf8(out)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    (text, inserted)
}

/// Where types (`A<A<A<…`) or `if` and `match` without their braces nest too deeply.
fn nests_without_brackets(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut angles, mut words) = (0usize, 0usize);
    let mut i = 0;
    while let Some(&byte) = bytes.get(i) {
        if is_word(byte) {
            let begin = i;
            while bytes.get(i).is_some_and(|&b| is_word(b)) {
                i += 1;
            }
            if matches!(&bytes[begin..i], b"if" | b"match") {
                words += 1;
            }
            if bytes.get(i) == Some(&b'<') {
                angles += 1;
                i += 1;
            }
        } else {
            match byte {
                b'>' => angles = angles.saturating_sub(1),
                b'{' => {
                    words = words.saturating_sub(1);
                    angles = 0;
                }
                b'\n' => {
                    words = 0;
                    angles = 0;
                }
                b'=' | b'|' | b'}' | b'+' | b'-' | b'*' | b'/' | b'[' | b']' => angles = 0,
                _ => {}
            }
            i += 1;
        }
        if angles > MAX_NESTING || words > MAX_NESTING {
            return Some(i);
        }
    }
    None
}

fn unclosed_text(start: usize, end: usize) -> Diagnostic {
    Diagnostic::error("T0105", "this text has no closing `\"` on its line", Span::new(start, end))
        .help("close it with `\"`; for a new line inside a text write `\\n`, for a brace `{{`")
}
