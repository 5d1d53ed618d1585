//! Shows diagnostics: to people with miette, to programs as one JSON object a line.

use clap::ValueEnum;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource};
use serde::Serialize;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use toma_syntax::diagnostic::{Diagnostic, Severity};

/// How diagnostics are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With the text around it.
    Human,
    /// One object a line.
    Json,
}

/// One diagnostic as JSON: what other tools may rely on.
#[derive(Debug, Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'a str>,
    code: &'a str,
    severity: Severity,
    message: &'a str,
    help: Option<&'a str>,
    file: &'a str,
    /// From 1.
    #[serde(rename = "line")]
    row: usize,
    /// From 1, in characters.
    column: usize,
}

/// Texts of the files that diagnostics point into.
#[derive(Debug, Default)]
pub(crate) struct Sources(HashMap<String, String>);

impl Sources {
    /// Remembers a file's text.
    pub(crate) fn add(&mut self, file: &str, text: &str) {
        self.0.insert(file.to_owned(), text.to_owned());
    }

    fn text(&self, file: &str) -> String {
        if let Some(text) = self.0.get(file) {
            return text.clone();
        }
        std::fs::read_to_string(file).unwrap_or_default()
    }

    /// Line and column, from 1, of a byte of a file.
    pub(crate) fn position(&self, file: &str, byte: u32) -> (usize, usize) {
        let text = self.text(file);
        let mut byte = (byte as usize).min(text.len());
        while !text.is_char_boundary(byte) {
            byte -= 1;
        }
        let (before, _) = text.split_at(byte);
        let line = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before.split_at(line).1.chars().count() + 1)
    }
}

/// Prints diagnostics: human ones to the error stream, JSON to the output.
pub(crate) fn print(diagnostics: &[Diagnostic], sources: &Sources, format: Format) {
    for diagnostic in diagnostics {
        match format {
            Format::Human => eprint!("{}", human(diagnostic, sources, colour())),
            Format::Json => outln!("{}", json(diagnostic, sources, None)),
        }
    }
}

/// A line that counts: "2 errors, 1 warning".
pub(crate) fn count(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|one| one.severity == Severity::Error).count();
    let warnings = diagnostics.len() - errors;
    let plural = |number: usize, word: &str| match number {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{number} {word}s")),
    };
    let parts: Vec<String> =
        [plural(errors, "error"), plural(warnings, "warning")].into_iter().flatten().collect();
    if parts.is_empty() { "no errors".into() } else { parts.join(", ") }
}

/// May messages be coloured?
pub(crate) fn colour() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// A diagnostic as one line of JSON; in a stream of events, with what kind of event it is.
pub(crate) fn json(diagnostic: &Diagnostic, sources: &Sources, event: Option<&str>) -> String {
    let (file, at) = diagnostic
        .labels
        .first()
        .map_or(("", None), |label| (label.file.as_str(), Some(label.span.start)));
    let (row, column) = at.map_or((0, 0), |at| sources.position(file, at));
    let line = Line {
        event,
        code: diagnostic.code,
        severity: diagnostic.severity,
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        file,
        row,
        column,
    };
    serde_json::to_string(&line).unwrap_or_default()
}

/// A whole rendered message.
pub(crate) fn human(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(100);
    let mut shown = String::new();
    let primary = diagnostic.labels.first().map_or("", |label| label.file.as_str());
    let mut files: Vec<&str> = vec![primary];
    for label in &diagnostic.labels {
        if !files.contains(&label.file.as_str()) {
            files.push(&label.file);
        }
    }
    for file in files {
        let text = sources.text(file);
        let labels = diagnostic.labels.iter().filter(|label| label.file == file).map(|label| {
            let start = (label.span.start as usize).min(text.len());
            let length = (label.span.end as usize).min(text.len()).saturating_sub(start);
            let said = (!label.text.is_empty()).then(|| label.text.clone());
            LabeledSpan::new(said, start, length)
        });
        let first = file == primary;
        let mut report = MietteDiagnostic::new(if first {
            diagnostic.message.clone()
        } else {
            "see also".to_owned()
        })
        .with_severity(match (first, diagnostic.severity) {
            (true, Severity::Error) => miette::Severity::Error,
            (true, Severity::Warning) => miette::Severity::Warning,
            (false, _) => miette::Severity::Advice,
        });
        if first {
            report = report.with_code(diagnostic.code);
            let more = format!("more: toma explain {}", diagnostic.code);
            let help = diagnostic.help.as_deref();
            report = report.with_help(help.map_or(more.clone(), |help| format!("{help}\n{more}")));
        }
        let report = if diagnostic.labels.is_empty() { report } else { report.with_labels(labels) };
        let report = miette::Report::new(report).with_source_code(NamedSource::new(file, text));
        let _ = handler.render_report(&mut shown, report.as_ref());
    }
    let _ = writeln!(shown);
    shown
}
