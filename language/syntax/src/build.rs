//! From what was read to the typed tree of [`crate::ast`], and the checks that a grammar
//! cannot make: what is last in a body, what a pipe leads to, which unit there is.
//!
//! What is broken is explained ([`crate::explain`]) and left out, or stands as `Broken` under its
//! name, so that whoever uses the name is not blamed too. Knows no types and resolves no name.

mod clauses;
mod expressions;
mod items;
mod literals;

pub(crate) use expressions::power;

use crate::ast::{Attribute, Expr, ExprKind, Item, ItemKind, Name, Path};
use crate::diagnostic::{Diagnostic, Span};
use crate::explain::explain;
use crate::pair::Pair;
use crate::prepare::Prepared;
use crate::rule::Rule;
use crate::words::{ITEM_WORDS, RESERVED, first_word, is_word};

/// Mistakes of one item that are explained; more are only counted.
const MOST_MISTAKES: usize = 50;

/// Operators, calls and fields on the way from an expression's root to its leaves.
const MOST_LEVELS: usize = 256;

/// Makes the tree of one item.
pub(crate) struct Builder<'a> {
    /// The item's own text.
    item: &'a str,
    ready: &'a Prepared,
    diagnostics: Vec<Diagnostic>,
    /// Mistakes beyond [`MOST_MISTAKES`], and where the first of them is.
    unsaid: Option<(usize, Span)>,
    levels: usize,
}

/// What stands in front of an item, a clause or a parameter.
#[derive(Default)]
pub(crate) struct Lead {
    docs: Vec<String>,
    attributes: Vec<Attribute>,
    /// From the first doc line to the last.
    span: Option<Span>,
}

impl Lead {
    fn take_docs(&mut self) -> String {
        self.span = None;
        std::mem::take(&mut self.docs).join("\n")
    }
}

impl<'a> Builder<'a> {
    pub(crate) fn new(item: &'a str, ready: &'a Prepared) -> Self {
        Self { item, ready, diagnostics: Vec::new(), unsaid: None, levels: 0 }
    }

    /// The item, and all that is wrong with it, in order.
    pub(crate) fn run(mut self, file_item: Pair<'_>) -> (Item, Vec<Diagnostic>) {
        let item = self.file_item(file_item);
        (item, self.said())
    }

    /// A value that stands by itself, and all that is wrong with it, in order.
    pub(crate) fn value(mut self, lone: Pair<'_>) -> (Expr, Vec<Diagnostic>) {
        let span = self.span(&lone);
        let mut value = Expr { kind: ExprKind::Broken, span };
        for part in lone.inner() {
            match part.rule() {
                Rule::Expression => value = self.expression(part),
                Rule::BrokenValue => self.broken(&part),
                _ => {}
            }
        }
        (value, self.said())
    }

    fn said(mut self) -> Vec<Diagnostic> {
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        let strays = self.ready.mistakes.iter().filter(|m| m.code == "T0104").take(MOST_MISTAKES);
        let mut echoes = Vec::new();
        for stray in strays {
            // A closer whose opener was forgotten explains what became of its line.
            let before = diagnostics.len();
            diagnostics.retain(|d| stray.message.contains('}') || !self.same_line(d, stray));
            // But where a brace was missed, its closer is no second mistake.
            let opener = diagnostics.iter().find(|d| d.message.starts_with("`{` is missing"));
            if before == diagnostics.len() && opener.is_some_and(|d| d.start() < stray.start()) {
                echoes.push(stray.start());
            }
        }
        let mistakes = self.ready.mistakes.iter();
        diagnostics.extend(mistakes.filter(|m| !echoes.contains(&m.start())).cloned());
        diagnostics.sort_by_key(Diagnostic::start);
        let more = diagnostics.split_off(diagnostics.len().min(MOST_MISTAKES));
        if let Some(first) = more.first().and_then(|first| first.labels.first()) {
            self.unsaid.get_or_insert((0, first.span)).0 += more.len();
        }
        if let Some((count, span)) = self.unsaid {
            let message = format!("{count} more mistakes follow in this item");
            diagnostics
                .push(Diagnostic::error("T0100", message, span).help("mend the ones above first"));
        }
        diagnostics
    }

    fn same_line(&self, one: &Diagnostic, other: &Diagnostic) -> bool {
        let (first, last) = (one.start().min(other.start()), one.start().max(other.start()));
        let between = self.item.get(first as usize..last as usize).unwrap_or_default();
        !between.contains('\n')
    }

    /// Where a pair stands in the item, without the blanks at its end.
    fn span(&self, pair: &Pair<'_>) -> Span {
        let start = pair.begin();
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        let last = pair.text().as_bytes().iter().rposition(|byte| !blank(byte));
        let end = start + last.map_or(0, |last| last + 1);
        Span::new(self.ready.original(start), self.ready.original(end))
    }

    /// Is this a closer that was forgotten? Then the stretch in front of it may be half typed.
    fn forgotten(&self, pair: &Pair<'_>) -> bool {
        let span = self.span(pair);
        span.start == span.end
    }

    fn say(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < MOST_MISTAKES {
            self.diagnostics.push(diagnostic);
        } else {
            let span = diagnostic.labels.first().map(|label| label.span).unwrap_or_default();
            self.unsaid.get_or_insert((0, span)).0 += 1;
        }
    }

    /// Explains a broken pair, unless a bracket or quote in it explains it already.
    fn broken(&mut self, pair: &Pair<'_>) {
        let span = self.span(pair);
        let mistakes = &self.ready.mistakes;
        let next = mistakes.partition_point(|mistake| mistake.start() < span.start);
        if mistakes.get(next).is_some_and(|mistake| mistake.start() <= span.end) {
            return;
        }
        if self.diagnostics.len() >= MOST_MISTAKES {
            self.unsaid.get_or_insert((0, span)).0 += 1;
            return;
        }
        let begin = pair.begin();
        let explained = explain(pair.rule(), pair.text());
        let start = self.ready.original(begin + explained.at.start);
        let end = self.ready.original(begin + explained.at.end).max(start);
        self.say(explained.diagnostic(Span::new(start, end)));
    }

    fn name(&self, pair: &Pair<'_>) -> Name {
        Name { text: pair.text().trim_end().to_owned(), span: self.span(pair) }
    }

    /// Names between separators; the pair is atomic, so nothing else stands in it.
    fn names(&self, text: &str, at: usize, separator: char) -> Vec<Name> {
        let mut names = Vec::new();
        let mut begin = at;
        for word in text.split(separator) {
            let span =
                Span::new(self.ready.original(begin), self.ready.original(begin + word.len()));
            names.push(Name { text: word.to_owned(), span });
            begin += word.len() + separator.len_utf8();
        }
        names
    }

    fn path(&self, pair: &Pair<'_>) -> Path {
        let names = self.names(pair.text(), pair.begin(), '.');
        Path { names, span: self.span(pair) }
    }

    fn doc(&self, pair: &Pair<'_>, lead: &mut Lead) {
        let text = pair.text().trim_start_matches('/');
        lead.docs.push(text.strip_prefix(' ').unwrap_or(text).trim_end().to_owned());
        let span = self.span(pair);
        lead.span = Some(lead.span.map_or(span, |first| first.to(span)));
    }

    fn attribute(&mut self, pair: Pair<'_>) -> Attribute {
        let mut attribute = Attribute {
            name: Name { text: String::new(), span: self.span(&pair) },
            arguments: vec![],
        };
        for part in pair.inner() {
            match part.rule() {
                Rule::Name => attribute.name = self.name(&part),
                Rule::Arguments => attribute.arguments = self.arguments(part),
                _ => {}
            }
        }
        attribute
    }

    /// Docs and attributes that nothing follows.
    fn dangling(&mut self, lead: &mut Lead) {
        if let Some(span) = lead.span.take() {
            self.say(dangling_doc(span));
        }
        lead.docs.clear();
        if let Some(attribute) = lead.attributes.first() {
            let span = attribute.name.span;
            self.say(dangling_attribute(span));
        }
        lead.attributes.clear();
    }

    /// The first word of a broken stretch, if it can be a name.
    fn first_name(&self, text: &str, at: usize) -> Option<Name> {
        let blank = text.len() - text.trim_start().len();
        let word = first_word(&text[blank..]).trim_end_matches('!');
        if !can_be_name(word) {
            return None;
        }
        let start = self.ready.original(at + blank);
        Some(Name { text: word.to_owned(), span: Span::new(start, start + word.len()) })
    }

    /// The name of an item whose text could not be read.
    fn name_of_broken(&self, pair: &Pair<'_>) -> Option<Name> {
        let (text, at) = (pair.text(), pair.begin());
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let word = first_word(line);
            if ITEM_WORDS.contains(&word) {
                let mut from = offset + word.len();
                if word == "pub" {
                    from += line[word.len()..].len() - line[word.len()..].trim_start().len();
                    from += first_word(&text[from..]).len();
                }
                return self.first_name(&text[from..offset + line.len()], at + from);
            }
            offset += line.len();
        }
        None
    }

    /// An item of which nothing can be read, because it nests too deeply.
    pub(crate) fn unread(span: Span) -> Item {
        Item {
            docs: String::new(),
            attributes: Vec::new(),
            public: false,
            kind: ItemKind::Broken(None),
            span,
        }
    }
}

/// Is this a word that may name something?
pub(crate) fn can_be_name(word: &str) -> bool {
    let begins = word.bytes().next().is_some_and(|b| is_word(b) && !b.is_ascii_digit());
    begins && !RESERVED.contains(&word)
}

/// A `///` that documents nothing.
pub(crate) fn dangling_doc(span: Span) -> Diagnostic {
    Diagnostic::warning("T0118", "this `///` documents nothing", span)
        .help("put it right above what it describes, or write an ordinary comment: `// …`")
}

/// An `@attribute` that belongs to nothing.
pub(crate) fn dangling_attribute(span: Span) -> Diagnostic {
    Diagnostic::error("T0118", "this attribute belongs to nothing", span)
        .help("put it right above the item, clause or parameter that it is for")
}
