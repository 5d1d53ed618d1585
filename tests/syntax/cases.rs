//! Reading the fixtures and writing messages as the fixtures show them.

use std::fmt::Write;
use toma_syntax::diagnostic::{Diagnostic, Severity};

/// A program of the book's first page.
pub(crate) const PAGE: &str = include_str!("page.toma");
pub(crate) const VALID: &str = include_str!("valid.txt");
pub(crate) const BROKEN: &str = include_str!("broken.txt");

/// `=== heading` and what follows it.
pub(crate) fn cases(text: &str) -> Vec<(&str, &str)> {
    text.split("=== ").skip(1).filter_map(|case| case.split_once('\n')).collect()
}

/// Line and column (in characters), both from 1.
pub(crate) fn place(source: &str, at: u32) -> (usize, usize) {
    let before = &source[..at as usize];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// `3:21 T0103 this … ` and its help, indented.
pub(crate) fn rendered(source: &str, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let (line, column) = place(source, diagnostic.start());
        let warning = if diagnostic.severity == Severity::Warning { "warning " } else { "" };
        let Diagnostic { code, message, help, .. } = diagnostic;
        _ = writeln!(out, "{line}:{column} {warning}{code} {message}");
        if let Some(help) = help {
            _ = writeln!(out, "    {help}");
        }
    }
    out
}
