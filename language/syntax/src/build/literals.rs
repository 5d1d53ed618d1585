//! Numbers with their units, sizes, dates, and texts with their holes and escapes.

use super::Builder;
use crate::ast::{ExprKind, Text, TextFormat, TextPart};
use crate::diagnostic::{Diagnostic, Span};
use crate::pair::Pair;
use crate::rule::Rule;
use crate::words::{UNITS, nearest};

impl Builder<'_> {
    pub(super) fn quantity(&mut self, pair: Pair<'_>) -> ExprKind {
        let whole = self.span(&pair);
        let (mut value, mut unit) = (None, None);
        for part in pair.inner() {
            let text = part.text();
            match part.rule() {
                Rule::Number => value = text.replace('_', "").parse::<f64>().ok(),
                Rule::Unit => unit = Some(text.to_owned()),
                Rule::BrokenUnit => {
                    let span = self.span(&part);
                    self.say(unknown_unit(text, span));
                    return ExprKind::Broken;
                }
                _ => {}
            }
        }
        match value {
            Some(value) if value.is_finite() => ExprKind::Number { value, unit },
            _ => {
                self.say(out_of_bounds("this number is too large", "write one below 1e308", whole));
                ExprKind::Broken
            }
        }
    }

    pub(super) fn size(&mut self, text: &str, span: Span) -> ExprKind {
        let sides = text.split_once('x').map(|(w, h)| (w.parse(), h.parse()));
        if let Some((Ok(width), Ok(height))) = sides {
            return ExprKind::Size(width, height);
        }
        self.say(out_of_bounds("this size is too large", "a side has up to 4294967295 px", span));
        ExprKind::Broken
    }

    pub(super) fn date(&mut self, text: &str, span: Span) -> ExprKind {
        let mut parts = text.split('-').map(|part| part.parse::<u16>().unwrap_or(0));
        let mut part = || parts.next().unwrap_or(0);
        let (year, month, day) = (part(), part(), part());
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 0,
        };
        if (1..=days).contains(&day) {
            return ExprKind::Date(year, month as u8, day as u8);
        }
        let help = match days {
            0 => "a date reads year, month, day; months go from 01 to 12".to_owned(),
            days => format!("a date reads year, month, day; this month has {days} days"),
        };
        self.say(out_of_bounds("there is no such day", &help, span));
        ExprKind::Broken
    }

    pub(super) fn text(&mut self, pair: Pair<'_>) -> Text {
        let span = self.span(&pair);
        let mut parts = Vec::new();
        let mut plain = String::new();
        for part in pair.inner() {
            match part.rule() {
                Rule::Characters => plain.push_str(part.text()),
                Rule::Escape => match resolved(part.text()) {
                    Some(character) => plain.push(character),
                    None => self.escape(&part),
                },
                Rule::BrokenEscape => self.escape(&part),
                Rule::LoneBrace => {
                    let here = self.span(&part);
                    self.say(
                        Diagnostic::error("T0113", "this `}` closes nothing in the text", here)
                            .help("for a brace in a text write it twice: `}}`")
                            .fix("write it twice", here, "}}"),
                    );
                    plain.push('}');
                }
                Rule::Hole => {
                    if !plain.is_empty() {
                        parts.push(TextPart::Plain(std::mem::take(&mut plain)));
                    }
                    parts.extend(self.hole(part));
                }
                Rule::BrokenHole => self.broken_hole(&part),
                _ => {}
            }
        }
        if !plain.is_empty() {
            parts.push(TextPart::Plain(plain));
        }
        Text { parts, span }
    }

    fn hole(&mut self, pair: Pair<'_>) -> Option<TextPart> {
        let (mut value, mut format) = (None, None);
        for part in pair.inner() {
            match part.rule() {
                Rule::Expression => value = Some(self.expression(part)),
                Rule::FormatSpec => format = format_of(part.text().trim_end()),
                _ => {}
            }
        }
        Some(TextPart::Hole { value: value?, format })
    }

    fn broken_hole(&mut self, pair: &Pair<'_>) {
        let inside = pair.text().trim_matches(['{', '}']);
        if !inside.trim().is_empty() {
            return self.broken(pair);
        }
        let here = self.span(pair);
        self.say(
            Diagnostic::error("T0113", "these braces hold nothing", here)
                .help("write a value between them: `{shot}`; for braces in a text: `{{` and `}}`"),
        );
    }

    fn escape(&mut self, pair: &Pair<'_>) {
        let (text, span) = (pair.text(), self.span(pair));
        let message = format!("`{}` means nothing in a text", text.escape_debug());
        let message = if text.starts_with("\\u") {
            "`\\u{…}` needs the number of a character".to_owned()
        } else {
            message.replace("\\\\", "\\")
        };
        self.say(
            Diagnostic::error("T0113", message, span)
                .help("there are `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{e9}`; paths have `/`")
                .fix("write a backslash", Span { end: span.start + 1, ..span }, "\\\\"),
        );
    }
}

/// The character that an escape stands for.
fn resolved(escape: &str) -> Option<char> {
    match escape {
        "{{" => Some('{'),
        "}}" => Some('}'),
        "\\n" => Some('\n'),
        "\\t" => Some('\t'),
        "\\\"" => Some('"'),
        "\\\\" => Some('\\'),
        _ => {
            let digits = escape.strip_prefix("\\u{")?.strip_suffix('}')?;
            char::from_u32(u32::from_str_radix(digits, 16).ok()?)
        }
    }
}

/// `+06.2`; nothing behind the colon is no format.
fn format_of(spec: &str) -> Option<TextFormat> {
    if spec.is_empty() {
        return None;
    }
    let sign = spec.starts_with('+');
    let spec = spec.trim_start_matches('+');
    let (width, digits) = match spec.split_once('.') {
        Some((width, digits)) => (width, digits.parse().ok()),
        None => (spec, None),
    };
    let zeros = width.starts_with('0');
    Some(TextFormat { sign, zeros, width: width.parse().unwrap_or(0), digits })
}

fn unknown_unit(text: &str, span: Span) -> Diagnostic {
    const SPELT_OUT: [(&str, &str); 28] = [
        ("pt", "px"),
        ("pix", "px"),
        ("pixel", "px"),
        ("pixels", "px"),
        ("millimeters", "mm"),
        ("millimetres", "mm"),
        ("f", "fr"),
        ("frm", "fr"),
        ("frame", "fr"),
        ("frames", "fr"),
        ("d", "deg"),
        ("degree", "deg"),
        ("degrees", "deg"),
        ("sec", "s"),
        ("secs", "s"),
        ("second", "s"),
        ("seconds", "s"),
        ("msec", "ms"),
        ("milliseconds", "ms"),
        ("k", "K"),
        ("kelvin", "K"),
        ("ev", "stops"),
        ("stop", "stops"),
        ("hz", "fps"),
        ("p", "fps"),
        ("pc", "%"),
        ("pct", "%"),
        ("percent", "%"),
    ];
    let lower = text.to_lowercase();
    let spelt = SPELT_OUT.iter().find(|(word, _)| *word == lower).map(|(_, unit)| *unit);
    let error = Diagnostic::error("T0111", format!("there is no unit `{text}`"), span);
    let all = "the units are px, mm, deg, s, ms, fr, fps, %, stops, K and nits";
    match spelt.or_else(|| nearest(text, UNITS)) {
        Some(unit) => error.help(format!("did you mean `{unit}`? {all}")).fix(
            format!("write `{unit}`"),
            span,
            unit,
        ),
        None => error.help(all),
    }
}

fn out_of_bounds(message: &str, help: &str, span: Span) -> Diagnostic {
    Diagnostic::error("T0130", message, span).help(help)
}
