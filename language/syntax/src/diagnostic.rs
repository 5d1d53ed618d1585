//! The one shape of every message, whoever says it. miette, JSON and the editor all render this.

use serde::Serialize;
use std::fmt;

/// Something to tell a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Diagnostic {
    /// `T0123`; `toma explain T0123` shows its page.
    pub code: &'static str,
    /// Does it stop the work?
    pub severity: Severity,
    /// What is wrong, in the artist's words.
    pub message: String,
    /// All the places that matter; the first is where the message points.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// Changes of text that would mend it.
    pub fixes: Vec<Fix>,
}

/// Does it stop the work?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Warning,
    /// The program can't run.
    Error,
}

/// A place and what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Label {
    /// The file, as it was given to the compiler; empty for the file being compiled.
    pub file: String,
    /// Bytes of the file.
    pub span: Span,
    /// May be empty.
    pub text: String,
}

/// A change of text that mends a mistake.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Fix {
    /// What it does: "insert `to(ACEScg)`".
    pub title: String,
    /// The file; empty for the file being compiled.
    pub file: String,
    /// The bytes to replace.
    pub span: Span,
    /// What to put there.
    pub text: String,
    /// Is it surely what was meant? Spelling and punctuation are; what chooses between meanings (another
    /// conversion, another fit, a unit of several) is a suggestion, which nobody applies unasked.
    pub safe: bool,
}

/// A stretch of bytes. In [`crate::ast`] counted from the beginning of the item, in diagnostics
/// that leave the compiler from the beginning of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
}

impl Span {
    /// From a first byte to one behind the last.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The same stretch, counted from a place `by` bytes earlier.
    #[must_use]
    pub fn shifted(self, by: u32) -> Self {
        Self { start: self.start + by, end: self.end + by }
    }

    /// From the beginning of `self` to the end of `other`.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end }
    }
}

impl Diagnostic {
    /// An error at one place of the file being compiled.
    pub fn error(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: vec![Label { file: String::new(), span, text: String::new() }],
            help: None,
            fixes: Vec::new(),
        }
    }

    /// A warning at one place of the file being compiled.
    pub fn warning(code: &'static str, message: impl Into<String>, span: Span) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message, span) }
    }

    /// What to say at the main place.
    #[must_use]
    pub fn saying(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = self.labels.first_mut() {
            label.text = text.into();
        }
        self
    }

    /// Another place in the same file.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { file: String::new(), span, text: text.into() });
        self
    }

    /// The byte that the message points at.
    pub fn start(&self) -> u32 {
        self.labels.first().map_or(0, |label| label.span.start)
    }

    /// The same message with the places of its own file counted from `by` bytes earlier: from the
    /// item's to the file's.
    #[must_use]
    pub fn shifted(mut self, by: u32) -> Self {
        for label in self.labels.iter_mut().filter(|label| label.file.is_empty()) {
            label.span = label.span.shifted(by);
        }
        for fix in self.fixes.iter_mut().filter(|fix| fix.file.is_empty()) {
            fix.span = fix.span.shifted(by);
        }
        self
    }

    /// A change that mends it, in the file being compiled.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        let (file, title, text) = (String::new(), title.into(), text.into());
        self.fixes.push(Fix { title, file, span, text, safe: true });
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.code, self.message)
    }
}
