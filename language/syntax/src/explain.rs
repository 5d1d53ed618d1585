//! Why a broken stretch could not be read: where exactly, and in the artist's words.
//!
//! It is read once more without tolerance; the furthest place where nothing fitted is the place, the
//! rules that would have fitted there are what is missing ([`phrases`]).

mod cases;
mod forms;
mod habits;
mod phrases;

use crate::diagnostic::{Diagnostic, Span};
use crate::parse;
use crate::rule::Rule;
use std::ops::Range;

/// A message that waits for its place in the file.
pub(crate) struct Explained {
    code: &'static str,
    message: String,
    help: String,
    /// In the broken stretch.
    pub(crate) at: Range<usize>,
    /// What to put there, and what that does.
    fix: Option<(String, String)>,
    /// Blanks in front of the place that go with it.
    blanks: usize,
}

impl Explained {
    fn new(
        code: &'static str,
        message: impl Into<String>,
        at: Range<usize>,
        help: impl Into<String>,
    ) -> Self {
        Self { code, message: message.into(), help: help.into(), at, fix: None, blanks: 0 }
    }

    fn fix(mut self, title: impl Into<String>, text: impl Into<String>) -> Self {
        self.fix = Some((title.into(), text.into()));
        self
    }

    /// The fix takes away the blanks in front of the place, too.
    fn without_blanks(mut self, blanks: usize) -> Self {
        self.blanks = blanks;
        self
    }

    pub(crate) fn diagnostic(self, span: Span) -> Diagnostic {
        let error = Diagnostic::error(self.code, self.message, span).help(self.help);
        match self.fix {
            Some((title, text)) => {
                let start = span.start.saturating_sub(self.blanks as u32);
                error.fix(title, Span { start, ..span }, text)
            }
            None => error,
        }
    }
}

/// A broken stretch and the place where reading it failed.
struct Failure<'a> {
    /// The tolerant rule that took it.
    rule: Rule,
    text: &'a str,
    /// The byte where nothing fitted; the end if all of it did.
    at: usize,
    /// What would have fitted there.
    expected: Vec<Rule>,
}

impl<'a> Failure<'a> {
    /// What stands at the place, without what follows it.
    fn found(&self) -> &'a str {
        token(&self.text[self.at..])
    }

    /// What stands in front of the place, without blanks.
    fn before(&self) -> &'a str {
        self.text[..self.at].trim_end()
    }

    /// The place of what was found; behind the code above, where nothing more stands on its line.
    fn place(&self) -> Range<usize> {
        let found = self.found();
        if found.is_empty() {
            let end = self.before().len();
            return end..end;
        }
        self.at..self.at + found.len()
    }

    /// The place right behind the code in front, where something is missing.
    fn gap(&self) -> Range<usize> {
        let end = self.before().len();
        end..end
    }

    /// Blanks of its line right in front of the place.
    fn blanks_before(&self) -> usize {
        let blank = self.text.get(self.before().len()..self.at).unwrap_or_default();
        if blank.contains(['\n', '\r']) { 0 } else { blank.len() }
    }

    /// The blank that belongs at this byte, if none stands there.
    fn blank_at(&self, at: usize) -> &'static str {
        let rest = self.text.get(at..).unwrap_or_default();
        if rest.starts_with([' ', '\t', '\n', '\r']) { "" } else { " " }
    }

    fn expects(&self, part: Rule) -> bool {
        self.expected.contains(&part)
    }

    /// What was read is complete: it could have ended here.
    fn ends(&self) -> bool {
        let ends = [Rule::End, Rule::NewlineOrEnd, Rule::HoleEnd];
        ends.iter().any(|end| self.expects(*end)) || self.expected.is_empty()
    }

    /// The word right in front of the place, or nothing if that is no word.
    fn last_word(&self) -> &'a str {
        let before = self.before();
        let word = before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
        &before[word.len()..]
    }

    /// The word or sign in front of the place.
    fn last_token(&self) -> &'a str {
        let (before, word) = (self.before(), self.last_word());
        if !word.is_empty() {
            return word;
        }
        if before.ends_with('%') {
            let number =
                before.rfind([' ', '\t', '(', '[', '{', ',', ':', '.']).map_or(0, |i| i + 1);
            return &before[number..];
        }
        let sign = SIGNS.iter().find(|sign| before.ends_with(**sign)).map_or(1, |sign| sign.len());
        before.get(before.len().saturating_sub(sign)..).unwrap_or_default()
    }
}

/// A word, a number, a text or a sign at the beginning of `text`; empty at the end of a line.
fn token(text: &str) -> &str {
    let Some(first) = text.chars().next() else { return "" };
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let len = match first {
        c if c == ' ' || c == '\t' || c == '\n' || c == '\r' => 0,
        '"' => crate::texts::text_end(text, 0).end,
        c if is_word(c) => text.find(|c| !is_word(c)).unwrap_or(text.len()),
        _ => {
            let sign = SIGNS.iter().find(|sign| text.starts_with(**sign));
            sign.map_or(first.len_utf8(), |sign| sign.len())
        }
    };
    &text[..len]
}

/// Signs of more than one character, foreign ones too.
const SIGNS: [&str; 15] =
    [">>", "|>", "->", "=>", "==", "!=", "<=", ">=", "..", "&&", "||", "**", "++", "--", "//"];

/// Says what is wrong with a broken stretch.
pub(crate) fn explain(broken: Rule, text: &str) -> Explained {
    let failure = fail(broken, text);
    cases::explain(&failure)
}

/// Says what a text begins with, if that is a sign that means nothing in Toma.
pub(crate) fn foreign(text: &str) -> Option<Explained> {
    cases::foreign(&Failure { rule: Rule::BrokenRest, text, at: 0, expected: Vec::new() })
}

/// Says that a parameter has no comma behind it.
pub(crate) fn missing_comma(parameter: &str) -> Explained {
    let at = parameter.len();
    let rule = Rule::BrokenParameter;
    cases::no_comma(&Failure { rule, text: parameter, at, expected: Vec::new() }, "parameters")
}

fn fail(broken: Rule, text: &str) -> Failure<'_> {
    let mut failure =
        Failure { rule: broken, text, at: text.trim_end().len(), expected: Vec::new() };
    if let Some((at, expected)) = parse::why(broken, text) {
        // Blanks behind the last word are nothing that was found.
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
        failure.at = if text[at + blank..].is_empty() { failure.at } else { at + blank };
        failure.expected = expected;
    }
    failure
}
