//! Values of a YAML file in Toma's own grammar: numbers with units, sizes, ranges, dates, `Rgb(…)`.
//!
//! What begins like such a value is one, and a mistake in it is said as anywhere in the language; everything
//! else without quotes is a word or a text. Places are counted from the beginning of the YAML file.

use super::yaml::{Kind, Node};
use crate::places::shift;
use crate::report::{ItemRef, Report, Spot};
use toma_syntax::ast::{Argument, Binary, Expr, ExprKind, Key, Name, Text, TextPart};
use toma_syntax::diagnostic::{Diagnostic, Span};
use toma_syntax::{RESERVED, parse_item};

/// What is put in front of a value so that the grammar reads it as an item.
const FRONT: &str = "const value = ";

/// The calls that are values.
const VECTORS: [&str; 3] = ["Rgb", "Point", "Box"];

/// Reads values of one file and gathers what is wrong with them.
pub(crate) struct Literals {
    /// The YAML file; its key is empty.
    pub(crate) item: ItemRef,
    pub(crate) reports: Vec<Report>,
}

impl Literals {
    pub(crate) fn new(item: ItemRef) -> Self {
        Self { item, reports: Vec::new() }
    }

    pub(crate) fn spot(&self, span: Span) -> Spot {
        Spot { item: self.item.clone(), span }
    }

    /// Something that is wrong at a place of this file.
    pub(crate) fn say(&mut self, code: &'static str, message: String, at: Span, help: &str) {
        let report = Report::error(code, message, self.spot(at)).help(help);
        self.reports.push(report);
    }

    /// A scalar, a list or a curve. `None` if it is wrong, which has been said.
    pub(crate) fn value(&mut self, node: &Node) -> Option<Expr> {
        let kind = match &node.kind {
            Kind::Empty => {
                let help = "write the value behind the `:`, or take the line out";
                self.say("T0553", "there is no value here".to_owned(), node.span, help);
                return None;
            }
            Kind::Quoted(text) => plain_text(text, node.span),
            Kind::Plain(text) => return self.scalar(text, node.span),
            Kind::List(nodes) => {
                let values: Vec<Option<Expr>> = nodes.iter().map(|node| self.value(node)).collect();
                ExprKind::List(values.into_iter().collect::<Option<_>>()?)
            }
            Kind::Map(pairs) => return self.curve(pairs, node.span),
        };
        Some(Expr { kind, span: node.span })
    }

    /// A value without quotes.
    fn scalar(&mut self, text: &str, span: Span) -> Option<Expr> {
        if matches!(text, "null" | "Null" | "NULL" | "~") {
            let help = "write `none` where no value is meant, or take the line out";
            self.say("T0553", format!("`{text}` is no value"), span, help);
            return None;
        }
        if !is_value(text) {
            let kind = if is_name(text) {
                ExprKind::Name(text.to_owned())
            } else {
                plain_text(text, span)
            };
            return Some(Expr { kind, span });
        }
        let value = self.parsed(text, span)?;
        self.literal(&value, false).then_some(value)
    }

    /// `{1001: 0%, last: 100% smooth}`
    fn curve(&mut self, pairs: &[(Node, Node)], span: Span) -> Option<Expr> {
        let mut keys = Vec::new();
        let mut sound = true;
        for (key, value) in pairs {
            let made = self.frames(key).and_then(|frame| self.key(frame, value));
            sound &= made.is_some();
            keys.extend(made);
        }
        if pairs.is_empty() {
            let help = "write its keys: `{1001: 0%, 1040: 100% smooth}`";
            self.say("T0553", "this curve has no key".to_owned(), span, help);
        }
        (sound && !keys.is_empty()).then_some(Expr { kind: ExprKind::Curve(keys), span })
    }

    /// A curve's value with its ease: the grammar reads both as a key.
    fn key(&mut self, frame: Expr, node: &Node) -> Option<Key> {
        let Kind::Plain(text) = &node.kind else {
            let value = self.value(node)?;
            if matches!(value.kind, ExprKind::Curve(_) | ExprKind::List(_)) {
                let help = "a key is `FRAME: VALUE EASE`, such as `1040: 100% smooth`";
                self.say(
                    "T0553",
                    format!("{} can't be a key's value", node.words()),
                    node.span,
                    help,
                );
                return None;
            }
            return Some(Key { frame, value, ease: None });
        };
        let front = format!("{FRONT}{{0: ");
        let read = self.read(&format!("{front}{text}}}"), front.len(), node.span)?;
        let ExprKind::Curve(keys) = read.kind else { return self.not_a_value(node.span) };
        let mut keys = keys.into_iter();
        let (Some(key), None) = (keys.next(), keys.next()) else {
            return self.not_a_value(node.span);
        };
        let arguments = key.ease.iter().flat_map(|(_, arguments)| arguments);
        let eases = arguments.map(|argument| &argument.value);
        for value in std::iter::once(&key.value).chain(eases) {
            if !self.literal(value, false) {
                return None;
            }
        }
        Some(Key { frame, value: key.value, ease: key.ease })
    }

    /// `1040`, `first + 8fr`, `1040..last`
    pub(crate) fn frames(&mut self, node: &Node) -> Option<Expr> {
        let text = match &node.kind {
            Kind::Plain(text) | Kind::Quoted(text) if !text.contains(['\n', '\r']) => text,
            _ => {
                let help = "write a frame or a range: `1040`, `first + 8fr`, `1040..last`";
                self.say("T0553", "this names no frames".to_owned(), node.span, help);
                return None;
            }
        };
        let quoted = matches!(node.kind, Kind::Quoted(_));
        // Behind its quote.
        let span = if quoted {
            Span { start: node.span.start + 1, end: node.span.end }
        } else {
            node.span
        };
        let begins = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+');
        let relative = ["first", "last"]
            .iter()
            .any(|word| text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(is_word)));
        if !begins && !relative {
            let near = crate::names::nearest(text, ["first", "last", "value", "at"]);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None if is_name(text) => format!(
                    "an address stands on one line, `CALL.{text}: VALUE`; a curve's keys are frames"
                ),
                None => "frames are `1040`, `first + 8fr` or `1040..last`; for a value and ranges \
                         write `value:` and `at:`"
                    .to_owned(),
            };
            self.say("T0553", format!("`{text}` names no frames"), node.span, &help);
            return None;
        }
        let frames = self.parsed(text, span)?;
        self.literal(&frames, true).then_some(frames)
    }

    /// A text read as an expression.
    fn parsed(&mut self, text: &str, span: Span) -> Option<Expr> {
        self.read(&format!("{FRONT}{text}"), FRONT.len(), span)
    }

    /// The value of a `const` whose own text begins `front` bytes in, and at `span` of the file.
    fn read(&mut self, item: &str, front: usize, span: Span) -> Option<Expr> {
        let mut parsed = parse_item(item);
        let by = i64::from(span.start) - front as i64;
        let within = |at: Span| {
            let bound = |at: u32| {
                (i64::from(at) + by).clamp(i64::from(span.start), i64::from(span.end)) as u32
            };
            Span { start: bound(at.start), end: bound(at.end) }
        };
        let written = item.get(front..).unwrap_or_default();
        if let Some(slip) = slip(written) {
            self.say("T0553", slip.0, span, &slip.1);
            return None;
        }
        if let Some(first) = parsed.diagnostics.into_iter().next() {
            let Diagnostic { code, severity, message, labels, help, fixes } = first;
            let at = |span: Span| self.spot(within(span));
            let report = Report {
                code,
                severity,
                message,
                labels: labels.into_iter().map(|label| (at(label.span), label.text)).collect(),
                help: Some(format!(
                    "{}; a text goes in quotes",
                    help.unwrap_or_else(|| "check how it is written".to_owned())
                )),
                fixes: fixes
                    .into_iter()
                    .map(|fix| (fix.title, at(fix.span), fix.text, fix.safe))
                    .collect(),
            };
            self.reports.push(report);
            return None;
        }
        let toma_syntax::ast::ItemKind::Const { value, .. } = &mut parsed.item.kind else {
            return self.not_a_value(span);
        };
        shift(value, by);
        Some(value.clone())
    }

    fn not_a_value<T>(&mut self, span: Span) -> Option<T> {
        let help =
            "write a number with its unit, `true`, `none`, a list or a curve; a text in quotes";
        self.say("T0554", "this is no value".to_owned(), span, help);
        None
    }

    /// Says what is no literal. `frames`: `first` and `last` may stand, and be counted from.
    fn literal(&mut self, expr: &Expr, frames: bool) -> bool {
        let what = match &expr.kind {
            ExprKind::Number { .. }
            | ExprKind::Size(..)
            | ExprKind::Date(..)
            | ExprKind::Bool(_)
            | ExprKind::None => return true,
            ExprKind::Name(name) if matches!(name.as_str(), "first" | "last") => return true,
            ExprKind::Unary { operator: toma_syntax::ast::Unary::Negate, operand } => {
                return self.literal(operand, frames);
            }
            ExprKind::Binary { operator: Binary::Range | Binary::Every, left, right, .. } => {
                return self.literal(left, true) && self.literal(right, true);
            }
            ExprKind::Binary { operator: Binary::Add | Binary::Subtract, left, right, .. }
                if frames || relative(left) =>
            {
                return self.literal(left, true) && self.literal(right, true);
            }
            ExprKind::Text(text)
                if !text.parts.iter().any(|part| matches!(part, TextPart::Hole { .. })) =>
            {
                return true;
            }
            ExprKind::Call { function, arguments, handle: None, piped: false } => {
                let name = match &function.kind {
                    ExprKind::Name(name)
                    | ExprKind::Field { name: Name { text: name, .. }, .. } => name.as_str(),
                    _ => "",
                };
                if matches!(function.kind, ExprKind::Name(_)) && VECTORS.contains(&name) {
                    return arguments.iter().all(|one: &Argument| self.literal(&one.value, frames));
                }
                // A case with what belongs to it; who knows the target says whether it has such a case.
                if name.starts_with(char::is_uppercase) {
                    return arguments.iter().all(|one: &Argument| self.literal(&one.value, frames));
                }
                "a call"
            }
            ExprKind::Name(_) | ExprKind::Field { .. } => "a name",
            ExprKind::Text(_) => "a text with a hole",
            ExprKind::Binary { .. } | ExprKind::Unary { .. } => "a computation",
            _ => "this",
        };
        let help = "write the value itself: a number with its unit, a text in quotes, `Rgb(…)`, \
                    `Point(…)` or `Box(…)`; what is computed belongs into the `.toma` file";
        self.say("T0554", format!("a tweak holds values, and {what} is none"), expr.span, help);
        false
    }
}

/// What people write who think of another notation: `4 px`, `4,5px`, `4px // why`. What is wrong, and help.
fn slip(written: &str) -> Option<(String, String)> {
    let unquoted = !written.contains(['"', '(', '{']);
    if unquoted && written.contains("//") {
        let help = "write `#` in front of a comment; a text that holds `//` goes in quotes";
        return Some(("`//` begins no comment here".to_owned(), help.to_owned()));
    }
    let digits = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    if let Some((whole, part)) = written.split_once(',')
        && unquoted
        && digits(part)
        && whole.trim_start_matches(['-', '+']).chars().all(|c| c.is_ascii_digit())
    {
        let message = format!("`{written}` is no number");
        return Some((message, format!("write a point: `{whole}.{part}`")));
    }
    let (number, unit) = written.split_once(' ')?;
    let unit = unit.trim();
    let known = toma_syntax::UNITS.contains(&unit);
    let number_only = number
        .trim_start_matches(['-', '+'])
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | '_'));
    (known && number_only).then(|| {
        let message = format!("a blank stands between `{number}` and its unit");
        (message, format!("write `{number}{unit}`"))
    })
}

fn relative(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Name(name) if matches!(name.as_str(), "first" | "last"))
}

fn plain_text(text: &str, span: Span) -> ExprKind {
    let parts = if text.is_empty() { Vec::new() } else { vec![TextPart::Plain(text.to_owned())] };
    ExprKind::Text(Text { parts, span })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// May this name something?
pub(crate) fn is_name(text: &str) -> bool {
    text.chars().next().is_some_and(|c| is_word(c) && !c.is_numeric())
        && text.chars().all(is_word)
        && !RESERVED.contains(&text)
}

/// Does it begin as a value of the grammar does? Then it is one, or wrong.
fn is_value(text: &str) -> bool {
    let after_sign = text.strip_prefix(['-', '+']).unwrap_or(text);
    if after_sign.starts_with(|c: char| c.is_ascii_digit()) {
        return true;
    }
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    match word {
        "true" | "false" | "none" => rest.is_empty(),
        "first" | "last" => {
            let rest = rest.trim_start();
            rest.is_empty() || rest.starts_with("..") || rest.starts_with(['+', '-'])
        }
        "" => false,
        _ => {
            // `Edge.Hard(3px)` begins as a call does, too.
            let end = text.find(|c| !is_word(c) && c != '.').unwrap_or(text.len());
            text.get(end..).is_some_and(|rest| rest.starts_with('('))
        }
    }
}

/// The names of an address with their places: `fall/gen.strength`.
pub(crate) fn names(text: &str, start: usize, separator: char) -> Option<Vec<Name>> {
    let mut at = start;
    let mut found = Vec::new();
    for word in text.split(separator) {
        if !is_name(word) {
            return None;
        }
        found.push(Name { text: word.to_owned(), span: Span::new(at, at + word.len()) });
        at += word.len() + separator.len_utf8();
    }
    Some(found)
}
