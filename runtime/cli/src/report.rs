//! Shows diagnostics: to people with miette, to programs as one JSON object, one line or one workflow command
//! each.

use crate::sources::{Named, Sources};
use clap::ValueEnum;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use toma_syntax::diagnostic::{Diagnostic, Severity, Span};

/// How diagnostics are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With the text around it.
    Human,
    /// One object a line.
    Json,
    /// `file:line:column: error[T0321]: message`, a line each, for editors and scripts
    Short,
    /// Workflow commands, which GitHub shows beside the changed lines
    Github,
}

/// The version of the JSON form. It changes with every change of meaning.
const VERSION: u32 = 1;

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
    /// [`VERSION`]
    version: u32,
    labels: Vec<PlacedLabel<'a>>,
    fixes: Vec<PlacedFix<'a>>,
}

/// A place: line and column from 1, the column in characters; the byte from 0.
#[derive(Debug, Serialize)]
struct Point {
    line: usize,
    column: usize,
    byte: u32,
}

/// A stretch of a file, up to and without its end.
#[derive(Debug, Serialize)]
struct Stretch<'a> {
    file: &'a str,
    start: Point,
    end: Point,
}

#[derive(Debug, Serialize)]
struct PlacedLabel<'a> {
    #[serde(flatten)]
    at: Stretch<'a>,
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct PlacedFix<'a> {
    title: &'a str,
    /// Is it surely what was meant?
    safe: bool,
    edits: [PlacedEdit<'a>; 1],
}

#[derive(Debug, Serialize)]
struct PlacedEdit<'a> {
    #[serde(flatten)]
    at: Stretch<'a>,
    text: &'a str,
}

/// Messages of one file that are drawn. Nobody mends more at once.
const MOST_DRAWN: usize = 100;

/// Bytes of drawn messages of one file, after which no more are drawn.
const MOST_BYTES: usize = 200_000;

/// Diagnostics in the order in which they are drawn: where not all are, what is wrong before what is doubtful.
fn drawn(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut drawn: Vec<&Diagnostic> = diagnostics.iter().collect();
    if drawn.len() > MOST_DRAWN {
        drawn.sort_by_key(|one| one.severity != Severity::Error);
    }
    drawn
}

/// Prints diagnostics: human ones to the error stream, JSON to the output.
pub(crate) fn print(diagnostics: &[Diagnostic], sources: &Sources, format: Format) {
    if format == Format::Human {
        let mut bytes = 0;
        for (index, diagnostic) in drawn(diagnostics).into_iter().enumerate() {
            if index == MOST_DRAWN || bytes > MOST_BYTES {
                let more = diagnostics.len() - index;
                errln!("{more} more: `toma check --format short` shows each in a line\n");
                break;
            }
            let shown = human(diagnostic, sources, colour());
            bytes += shown.len();
            err!("{shown}");
        }
        return;
    }
    for diagnostic in diagnostics {
        match format {
            Format::Human => {}
            Format::Json => outln!("{}", json(diagnostic, sources, None)),
            Format::Short => outln!("{}", short(diagnostic, sources)),
            Format::Github => outln!("{}", github(diagnostic, sources)),
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
    let stretch = |file: &'_ str, span: Span| {
        let point = |byte| {
            let (line, column) = sources.position(file, byte);
            Point { line, column, byte }
        };
        (point(span.start), point(span.end))
    };
    let labels = diagnostic.labels.iter().map(|label| {
        let (start, end) = stretch(&label.file, label.span);
        PlacedLabel { at: Stretch { file: &label.file, start, end }, text: &label.text }
    });
    let fixes = diagnostic.fixes.iter().map(|fix| {
        let (start, end) = stretch(&fix.file, fix.span);
        let at = Stretch { file: &fix.file, start, end };
        let edits = [PlacedEdit { at, text: &fix.text }];
        PlacedFix { title: &fix.title, safe: fix.safe, edits }
    });
    let line = Line {
        event,
        code: diagnostic.code,
        severity: diagnostic.severity,
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        file,
        row,
        column,
        version: VERSION,
        labels: labels.collect(),
        fixes: fixes.collect(),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A diagnostic as one line: `file:line:column: error[T0321]: message`.
fn short(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = diagnostic.labels.first().map_or_else(String::new, |label| {
        let (line, column) = sources.position(&label.file, label.span.start);
        format!("{}:{line}:{column}: ", label.file)
    });
    let message = diagnostic.message.replace('\n', " ");
    format!("{place}{}[{}]: {message}", word(diagnostic.severity), diagnostic.code)
}

/// What a workflow command can't hold as it is: `%` and line ends; in properties `:` and `,` too.
fn commanded(text: &str, property: bool) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => safe.push_str("%25"),
            '\r' => safe.push_str("%0D"),
            '\n' => safe.push_str("%0A"),
            ':' if property => safe.push_str("%3A"),
            ',' if property => safe.push_str("%2C"),
            c => safe.push(c),
        }
    }
    safe
}

/// A diagnostic as a workflow command: `::error file=…,line=…,col=…,title=…::message`.
fn github(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut properties = Vec::new();
    if let Some(label) = diagnostic.labels.first() {
        let (line, column) = sources.position(&label.file, label.span.start);
        let (end_line, end_column) = sources.position(&label.file, label.span.end);
        properties.push(format!("file={}", commanded(&label.file, true)));
        properties.push(format!("line={line}"));
        properties.push(format!("endLine={end_line}"));
        properties.push(format!("col={column}"));
        if line == end_line {
            properties.push(format!("endColumn={end_column}"));
        }
    }
    properties.push(format!("title={}", diagnostic.code));
    let mut message = diagnostic.message.clone();
    for label in diagnostic.labels.iter().filter(|label| !label.text.is_empty()) {
        let (line, column) = sources.position(&label.file, label.span.start);
        let _ = write!(message, "\n{}:{line}:{column}: {}", label.file, label.text);
    }
    if let Some(help) = &diagnostic.help {
        let _ = write!(message, "\nhelp: {help}");
    }
    format!(
        "::{} {}::{}",
        word(diagnostic.severity),
        properties.join(","),
        commanded(&message, false)
    )
}

/// A diagnostic for people: what is wrong, the text around every place, what to do.
pub(crate) fn human(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let (word, paint) = match diagnostic.severity {
        Severity::Error => ("error", "\u{1b}[1;31m"),
        Severity::Warning => ("warning", "\u{1b}[1;33m"),
    };
    let (paint, strong, plain) =
        if colour { (paint, "\u{1b}[1m", "\u{1b}[0m") } else { ("", "", "") };
    let code = diagnostic.code;
    let mut shown =
        format!("{paint}{word}[{code}]{plain}{strong}: {}{plain}\n", diagnostic.message);
    let mut files: Vec<&str> = Vec::new();
    for label in &diagnostic.labels {
        if !files.contains(&label.file.as_str()) {
            files.push(&label.file);
        }
    }
    for file in files {
        let snippet = snippet(diagnostic, file, sources, colour);
        shown.push_str(&snippet);
    }
    if let Some(help) = &diagnostic.help {
        folded(&mut shown, "help", help);
    }
    let _ = writeln!(shown, "  more: toma explain {code}\n");
    shown
}

/// Places so many lines apart are shown with the lines between them.
const NEAR: usize = 3;

/// The places in one file with the text around them: those beside the first one, which is the mistake itself,
/// then the others.
fn snippet(diagnostic: &Diagnostic, file: &str, sources: &Sources, colour: bool) -> String {
    let mut placed: Vec<(usize, usize)> = diagnostic
        .labels
        .iter()
        .enumerate()
        .filter(|(_, label)| label.file == file)
        .map(|(index, label)| (sources.position(file, label.span.start).0, index))
        .collect();
    placed.sort_unstable();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut above = None;
    let text = sources.text(file);
    for (line, index) in placed {
        match (above, groups.last_mut()) {
            (Some(above), Some(group))
                if line - above <= NEAR && !(above..=line).any(|line| text.is_long(line)) =>
            {
                group.push(index);
            }
            _ => groups.push(vec![index]),
        }
        above = Some(line);
    }
    groups.sort_by_key(|group| group.iter().min().copied());
    groups.iter().map(|group| frame(diagnostic, file, group, sources, colour)).collect()
}

/// Some places that stand near each other, with the text around them.
fn frame(
    diagnostic: &Diagnostic,
    file: &str,
    shown: &[usize],
    sources: &Sources,
    colour: bool,
) -> String {
    let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(100);
    let text = sources.text(file);
    // The frame is named by the place of its first label, wherever that stands.
    let first = shown.iter().min();
    let labels = shown.iter().filter_map(|index| {
        let label = diagnostic.labels.get(*index)?;
        let start = (label.span.start as usize).min(text.as_str().len());
        let length = (label.span.end as usize).min(text.as_str().len()).saturating_sub(start);
        let length = text.shown(start, length);
        let said = (!label.text.is_empty()).then(|| label.text.clone());
        Some(if Some(index) == first {
            LabeledSpan::new_primary_with_span(said, (start, length))
        } else {
            LabeledSpan::new(said, start, length)
        })
    });
    let severity = match diagnostic.severity {
        Severity::Error => miette::Severity::Error,
        Severity::Warning => miette::Severity::Warning,
    };
    let report = MietteDiagnostic::new("").with_severity(severity).with_labels(labels);
    let report =
        miette::Report::new(report).with_source_code(Named { name: file.to_owned(), text });
    let mut drawn = String::new();
    let _ = handler.render_report(&mut drawn, report.as_ref());
    // What miette writes above the frame has been said.
    let frame = drawn.find('\u{256d}').and_then(|at| drawn.get(..at)?.rfind('\n'));
    drawn.get(frame.map_or(0, |at| at + 1)..).unwrap_or_default().to_owned()
}

/// Writes a paragraph behind its word, folded at 100 columns.
fn folded(shown: &mut String, word: &str, text: &str) {
    let indent = word.len() + 4;
    let mut column = 0;
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            column = 0;
        }
        for part in line.split(' ') {
            let length = part.chars().count();
            if column == 0 {
                let start = if index == 0 { format!("  {word}: ") } else { " ".repeat(indent) };
                let _ = write!(shown, "{start}{part}");
                column = indent + length;
            } else if column + 1 + length > 100 {
                let _ = write!(shown, "\n{}{part}", " ".repeat(indent));
                column = indent + length;
            } else {
                let _ = write!(shown, " {part}");
                column += 1 + length;
            }
        }
        shown.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toma_syntax::diagnostic::Label;

    fn found() -> (Diagnostic, Sources) {
        let mut sources = Sources::default();
        sources.add("a,b.toma", "one\ntwö three\n");
        let label =
            Label { file: "a,b.toma".into(), span: Span::new(9, 14), text: "50%: here".into() };
        let found = Diagnostic {
            labels: vec![label],
            help: Some("two\nlines".into()),
            ..Diagnostic::error("T0201", "100% wrong: a, b", Span::default())
        };
        (found, sources)
    }

    #[test]
    fn an_error_behind_many_warnings_is_drawn_first() {
        let warning = Diagnostic::warning("T0209", "unused", Span::default());
        let mut all = vec![warning; MOST_DRAWN];
        all.push(Diagnostic::error("T0201", "unknown", Span::default()));
        assert_eq!(drawn(&all)[0].code, "T0201");
        let few = &all[MOST_DRAWN - 5..];
        assert_eq!(drawn(few)[0].code, "T0209", "few stay in the order of the text");
    }

    #[test]
    fn a_short_line_has_place_code_and_message() {
        let (found, sources) = found();
        assert_eq!(short(&found, &sources), "a,b.toma:2:5: error[T0201]: 100% wrong: a, b");
    }

    #[test]
    fn a_workflow_command_escapes_what_would_end_it() {
        let (found, sources) = found();
        assert_eq!(
            github(&found, &sources),
            "::error file=a%2Cb.toma,line=2,endLine=2,col=5,endColumn=10,title=T0201::100%25 wrong: a, b%0A\
             a,b.toma:2:5: 50%25: here%0Ahelp: two%0Alines"
        );
    }

    #[test]
    fn json_has_every_place_with_its_bytes() {
        let (found, sources) = found();
        let found = found.fix("mend", Span::new(4, 8), "x");
        let line: serde_json::Value =
            serde_json::from_str(&json(&found, &sources, None)).expect("JSON");
        assert_eq!(line["version"], 1);
        assert_eq!(
            line["labels"][0]["start"],
            serde_json::json!({"line": 2, "column": 5, "byte": 9})
        );
        assert_eq!(line["fixes"][0]["edits"][0]["text"], "x");
        assert_eq!(line["fixes"][0]["safe"], true);
    }
}
