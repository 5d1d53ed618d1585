//! Tweaks written into the shot's own text: a literal is changed where it stands, or a clause is added at the
//! shot's end. Everything else stays as it is, comments too.
//!
//! Which spelling means the same as the tweak is not known here: what comes out are candidates, smallest change
//! first, and whoever asks holds their plans against the tweaked shot's.

use super::splice::Text;
use super::tweaks::{Tweak, Tweaks};
use toma_syntax::ast::{
    Address, Argument, Clause, ClauseKind, Expr, ExprKind, ItemKind, Layer, LayerWord, Set,
    TextPart, Unary,
};
use toma_syntax::diagnostic::Span;
use toma_syntax::parse_file;

/// A file's text with the tweaks of one of its shots in it, in several spellings.
pub(crate) fn baked(text: &str, shot: &str, tweaks: &Tweaks, written: &str) -> Vec<String> {
    let (items, _) = parse_file(text);
    let found = items.iter().find_map(|(piece, parsed)| match &parsed.item.kind {
        ItemKind::Layer(layer) if layer.word == LayerWord::Shot && layer.name.text == shot => {
            Some((piece.span.start, layer))
        }
        _ => None,
    });
    let Some((start, layer)) = found else { return Vec::new() };
    let mut spellings: Vec<String> = Vec::new();
    for in_place in [true, false] {
        for quoted in [false, true] {
            let baker = Baker { text, written, start, layer, in_place, quoted };
            let spelling = baker.bake(&tweaks.entries);
            if !spellings.contains(&spelling) {
                spellings.push(spelling);
            }
        }
    }
    spellings
}

struct Baker<'t> {
    text: &'t str,
    /// The tweak file.
    written: &'t str,
    /// Where the shot begins in the text.
    start: u32,
    layer: &'t Layer,
    /// Literals are changed where they stand.
    in_place: bool,
    /// A bare word is a text, not a case of an enum.
    quoted: bool,
}

impl Baker<'_> {
    fn bake(&self, tweaks: &[Tweak]) -> String {
        let mut file = Text::new(self.text);
        let mut lines = Vec::new();
        let mut ranges: Vec<(String, Vec<String>)> = Vec::new();
        for tweak in tweaks {
            let value = self.value(&tweak.set.value);
            match &tweak.frames {
                None => match self.place(&tweak.set) {
                    Some(span) => self.put(&mut file, span, value),
                    None => lines.push(Self::clause(&tweak.set, &value)),
                },
                Some(frames) => {
                    let frames = self.slice(frames.span).to_owned();
                    if let Some(span) = self.place_at(&tweak.set, &frames) {
                        self.put(&mut file, span, value);
                    } else {
                        let clause = Self::clause(&tweak.set, &value);
                        match ranges.iter_mut().find(|(known, _)| *known == frames) {
                            Some((_, clauses)) => clauses.push(clause),
                            None => ranges.push((frames, vec![clause])),
                        }
                    }
                }
            }
        }
        for (frames, clauses) in ranges {
            match clauses.as_slice() {
                [one] => lines.push(format!("at {frames} {{ {one} }}")),
                several => {
                    lines.push(format!("at {frames} {{"));
                    lines.extend(several.iter().map(|clause| format!("    {clause}")));
                    lines.push("}".to_owned());
                }
            }
        }
        if let Some(last) = self.layer.clauses.last() {
            let span = self.span(last.span);
            file.insert_lines(span.end as usize, span.start as usize, &lines);
        }
        file.finish()
    }

    fn span(&self, span: Span) -> Span {
        span.shifted(self.start)
    }

    /// A stretch of the tweak file.
    fn slice(&self, span: Span) -> &str {
        self.written.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn put(&self, file: &mut Text<'_>, span: Span, value: String) {
        let span = self.span(span);
        file.put(span.start as usize, span.end as usize, value);
    }

    fn clause(set: &Set, value: &str) -> String {
        let hard = if set.hard { "!" } else { "" };
        format!("set{hard} {} = {value}", shown(&set.target))
    }

    /// What of the shot's text may be changed instead of adding a clause.
    fn place(&self, set: &Set) -> Option<Span> {
        let same =
            |one: &&Clause| matches!(&one.kind, ClauseKind::Set(other) if is_same(other, set));
        if let Some(Clause { kind: ClauseKind::Set(other), .. }) =
            self.layer.clauses.iter().rev().find(same)
        {
            return Some(other.value.span);
        }
        if !self.in_place || set.hard {
            return None;
        }
        self.layer.clauses.iter().find_map(|clause| {
            match (&clause.kind, set.target.nodes.as_slice(), set.target.fields.as_slice()) {
                (ClauseKind::Param(parameter), [name], []) if parameter.name.text == name.text => {
                    literal_span(parameter.default.as_ref()?)
                }
                (ClauseKind::Let(line), [name], [field]) if line.name.text == name.text => {
                    let ExprKind::Call { arguments, .. } = &line.value.kind else { return None };
                    let named = |argument: &&Argument| {
                        argument.name.as_ref().is_some_and(|name| name.text == field.text)
                    };
                    literal_span(&arguments.iter().find(named)?.value)
                }
                _ => None,
            }
        })
    }

    /// The same within an `at` of the same frames.
    fn place_at(&self, set: &Set, frames: &str) -> Option<Span> {
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        self.layer.clauses.iter().rev().find_map(|clause| {
            let ClauseKind::At { frames: range, sets } = &clause.kind else { return None };
            let span = self.span(range.span);
            let written = self.text.get(span.start as usize..span.end as usize)?;
            let found = sets.iter().rev().find(|other| is_same(other, set))?;
            (plain(written) == plain(frames)).then_some(found.value.span)
        })
    }

    /// A value as the language writes it.
    fn value(&self, value: &Expr) -> String {
        match &value.kind {
            ExprKind::Text(text) => {
                let parts = text.parts.iter().map(|part| match part {
                    TextPart::Plain(text) => text.as_str(),
                    TextPart::Hole { .. } => "",
                });
                quoted(&parts.collect::<String>())
            }
            ExprKind::Name(word) if self.quoted && !matches!(word.as_str(), "first" | "last") => {
                quoted(word)
            }
            ExprKind::List(values) => {
                let values: Vec<String> = values.iter().map(|value| self.value(value)).collect();
                format!("[{}]", values.join(", "))
            }
            ExprKind::Curve(keys) => {
                let keys: Vec<String> = keys
                    .iter()
                    .map(|key| {
                        let ease = key.ease.as_ref().map_or(String::new(), |(name, arguments)| {
                            let arguments: Vec<&str> = arguments
                                .iter()
                                .map(|argument| self.slice(argument.value.span))
                                .collect();
                            match arguments.as_slice() {
                                [] => format!(" {}", name.text),
                                arguments => format!(" {}({})", name.text, arguments.join(", ")),
                            }
                        });
                        let frame = self.slice(key.frame.span);
                        format!("{frame}: {}{ease}", self.value(&key.value))
                    })
                    .collect();
                format!("{{{}}}", keys.join(", "))
            }
            _ => self.slice(value.span).to_owned(),
        }
    }
}

fn shown(address: &Address) -> String {
    let join = |names: &[toma_syntax::ast::Name], separator: &str| {
        names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(separator)
    };
    let nodes = join(&address.nodes, "/");
    if address.fields.is_empty() {
        nodes
    } else {
        format!("{nodes}.{}", join(&address.fields, "."))
    }
}

fn is_same(one: &Set, other: &Set) -> bool {
    one.hard == other.hard && shown(&one.target) == shown(&other.target)
}

/// Where a value stands that can be replaced by another.
fn literal_span(value: &Expr) -> Option<Span> {
    let is_literal = match &value.kind {
        ExprKind::Number { .. }
        | ExprKind::Size(..)
        | ExprKind::Date(..)
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Curve(_)
        | ExprKind::List(_) => true,
        ExprKind::Text(text) => text.parts.iter().all(|part| matches!(part, TextPart::Plain(_))),
        ExprKind::Unary { operator: Unary::Negate, operand } => {
            matches!(operand.kind, ExprKind::Number { .. })
        }
        _ => false,
    };
    is_literal.then_some(value.span)
}

/// A text as the language writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '{' => out.push_str("{{"),
            '}' => out.push_str("}}"),
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
