//! Tweaks written into the shot's own text: a literal is changed where it stands, or a clause is added at the
//! shot's end. Everything else stays as it is, comments too; those of the tweak file come along.
//!
//! Which spelling means the same as the tweak is not known here: what comes out are candidates, smallest change
//! first, and whoever asks holds their plans against the tweaked shot's.

use super::remarks::{kept, remarks};
use super::splice::{Text, on_lines};
use super::tweaks::{Tweak, Tweaks, case};
use crate::address::Target;
use std::collections::HashMap;
use toma_syntax::ast::{
    Address, Clause, ClauseKind, Expr, ExprKind, ItemKind, Layer, LayerWord, Set, TextPart, Unary,
};
use toma_syntax::diagnostic::Span;
use toma_syntax::parse_file;

/// What the shot's document knows of the addresses in its text and in its tweaks.
#[derive(Debug, Default)]
pub(crate) struct Led {
    /// Where the addresses of the shot's own clauses lead, by their place in its file.
    pub(crate) own: HashMap<Span, Target>,
    /// Where those of the tweak file lead.
    pub(crate) tweaked: HashMap<Span, Target>,
    /// Where the value that a tweak changes is written in the shot's file, by the tweak's address.
    pub(crate) literals: HashMap<Span, Span>,
}

/// A file's text with the tweaks of one of its shots in it, in several spellings.
pub(crate) fn baked(
    text: &str,
    shot: &str,
    tweaks: &Tweaks,
    written: &str,
    led: &Led,
) -> Vec<String> {
    let (items, _) = parse_file(text);
    let found = items.iter().find_map(|(piece, parsed)| match &parsed.item.kind {
        ItemKind::Layer(layer) if layer.word == LayerWord::Shot && layer.name.text == shot => {
            Some((piece.span, layer))
        }
        _ => None,
    });
    let Some((item, layer)) = found else { return Vec::new() };
    let canonical = toma_syntax::format(text).text == text;
    let mut spellings: Vec<String> = Vec::new();
    for in_place in [true, false] {
        for quoted in [false, true] {
            let baker = Baker { text, written, item, layer, led, in_place, quoted };
            let spelling = baker.bake(&tweaks.entries);
            // What nobody has formatted is not formatted on the side.
            let spelling = if canonical { toma_syntax::format(&spelling).text } else { spelling };
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
    /// Where the shot stands in the text.
    item: Span,
    layer: &'t Layer,
    led: &'t Led,
    /// Literals are changed where they stand.
    in_place: bool,
    /// A bare word is a text, not a case of an enum.
    quoted: bool,
}

/// A clause of the shot that holds what a tweak changes.
struct Place<'t> {
    clause: &'t Clause,
    value: Span,
    /// The `set` there, where it has to become `set!`.
    harden: Option<&'t Set>,
}

impl Baker<'_> {
    fn bake(&self, tweaks: &[Tweak]) -> String {
        let mut file = Text::new(self.text);
        let mut lines: Vec<String> = Vec::new();
        let mut ranges: Vec<(String, Vec<String>)> = Vec::new();
        let (said, rest) = remarks(self.written, tweaks);
        for (tweak, said) in tweaks.iter().zip(said) {
            let value = self.value(&tweak.set.value);
            let frames = tweak.frames.as_ref().map(|frames| self.slice(frames.span).to_owned());
            if tweak.set.hard && frames.is_none() {
                self.silence(&mut file, &tweak.set);
            }
            let place = match &frames {
                None => self.place(&tweak.set),
                Some(frames) => self.place_at(&mut file, &tweak.set, frames),
            };
            if let Some(place) = place {
                let clause = self.span(place.clause.span).start as usize;
                file.insert_above(clause, &said);
                if let Some(set) = place.harden {
                    let target = self.span(set.target.span).start as usize;
                    let word = self.text.get(..target).map_or(target, |text| text.trim_end().len());
                    file.put(word, word, "!".to_owned());
                }
                file.put(place.value.start as usize, place.value.end as usize, value);
                continue;
            }
            let clause = Self::clause(&tweak.set, &value);
            match frames {
                None => {
                    lines.extend(said);
                    lines.push(clause);
                }
                Some(frames) => {
                    let known = ranges.iter().position(|(known, _)| *known == frames);
                    let at = known.unwrap_or_else(|| {
                        ranges.push((frames, Vec::new()));
                        ranges.len() - 1
                    });
                    if let Some((_, clauses)) = ranges.get_mut(at) {
                        clauses.extend(said);
                        clauses.push(clause);
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
        lines.extend(rest);
        self.add(&mut file, &lines);
        file.finish()
    }

    /// Lines at the end of the shot.
    fn add(&self, file: &mut Text<'_>, lines: &[String]) {
        let last = self.layer.clauses.last().map(|last| self.span(last.span));
        let behind = match last {
            Some(last) => last.end,
            None => self.span(self.layer.name.span).end,
        };
        let text = self.text.get(behind as usize..self.item.end as usize).unwrap_or_default();
        let closing = closing(text).map(|at| behind as usize + at);
        let alone = text.lines().next().is_some_and(|line| closing_in(line).is_none());
        match (last, closing) {
            (Some(last), _) if alone => {
                file.insert_lines(last.end as usize, last.start as usize, lines);
            }
            (_, Some(closing)) if !lines.is_empty() => {
                let before = self.text.get(..closing).unwrap_or_default();
                let front = if before.trim_end_matches(' ').ends_with('\n') { "" } else { "\n" };
                let lines = on_lines(lines, "    ");
                file.put(closing, closing, format!("{front}{lines}"));
            }
            _ => {}
        }
    }

    fn span(&self, span: Span) -> Span {
        span.shifted(self.item.start)
    }

    /// A stretch of the tweak file.
    fn slice(&self, span: Span) -> &str {
        self.written.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn clause(set: &Set, value: &str) -> String {
        let hard = if set.hard { "!" } else { "" };
        format!("set{hard} {} = {value}", shown(&set.target))
    }

    /// Is a `set` of the shot about what a tweak is about?
    fn is_same(&self, own: &Set, tweak: &Set) -> bool {
        let targets = (
            self.led.own.get(&self.span(own.target.span)),
            self.led.tweaked.get(&tweak.target.span),
        );
        match targets {
            (Some(own), Some(tweaked)) => own == tweaked,
            _ => shown(&own.target) == shown(&tweak.target),
        }
    }

    /// What of the shot's text may be changed instead of adding a clause.
    fn place(&self, set: &Set) -> Option<Place<'_>> {
        let own = self.layer.clauses.iter().rev().find_map(|clause| match &clause.kind {
            ClauseKind::Set(own) if self.is_same(own, set) => Some((clause, own)),
            _ => None,
        });
        if let Some((clause, own)) = own {
            let harden = (set.hard && !own.hard).then_some(own);
            return Some(Place { clause, value: self.span(own.value.span), harden });
        }
        if !self.in_place || set.hard {
            return None;
        }
        let value = self.parameter(set).or(self.led.literals.get(&set.target.span).copied())?;
        let holds = |clause: &&Clause| {
            let span = self.span(clause.span);
            span.start <= value.start && value.end <= span.end
        };
        let clause = self.layer.clauses.iter().find(holds)?;
        let written = self.text.get(value.start as usize..value.end as usize)?;
        let (read, wrong) = toma_syntax::parse_expression(written);
        let literal = wrong.is_empty() && is_literal(&read);
        literal.then_some(Place { clause, value, harden: None })
    }

    /// The default of the `param` that is set, if the shot itself declares it.
    fn parameter(&self, set: &Set) -> Option<Span> {
        let ([name], []) = (set.target.nodes.as_slice(), set.target.fields.as_slice()) else {
            return None;
        };
        self.layer.clauses.iter().find_map(|clause| match &clause.kind {
            ClauseKind::Param(parameter) if parameter.name.text == name.text => {
                Some(self.span(parameter.default.as_ref()?.span))
            }
            _ => None,
        })
    }

    /// The same within an `at` of the same frames. Where it may not stay there, it is taken out.
    fn place_at(&self, file: &mut Text<'_>, set: &Set, frames: &str) -> Option<Place<'_>> {
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        for clause in self.layer.clauses.iter().rev() {
            let ClauseKind::At { frames: range, sets } = &clause.kind else { continue };
            let span = self.span(range.span);
            let written = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
            let Some(own) = sets.iter().rev().find(|own| self.is_same(own, set)) else { continue };
            if plain(written) != plain(frames) {
                continue;
            }
            if self.in_place {
                let harden = (set.hard && !own.hard).then_some(own);
                return Some(Place { clause, value: self.span(own.value.span), harden });
            }
            self.take_out(file, clause, sets, &|one| std::ptr::eq(one, own));
            return None;
        }
        None
    }

    /// Takes out what the shot itself sets for single frames: a hard tweak silences it, a `set!` beside it
    /// would not.
    fn silence(&self, file: &mut Text<'_>, set: &Set) {
        for clause in &self.layer.clauses {
            if let ClauseKind::At { sets, .. } = &clause.kind {
                self.take_out(file, clause, sets, &|own| self.is_same(own, set));
            }
        }
    }

    fn take_out(
        &self,
        file: &mut Text<'_>,
        clause: &Clause,
        sets: &[Set],
        out: &dyn Fn(&Set) -> bool,
    ) {
        if sets.iter().all(out) {
            let span = self.span(clause.span);
            return file.remove_lines(span.start as usize, span.end as usize, &kept);
        }
        for own in sets.iter().filter(|own| out(own)) {
            let target = self.span(own.target.span).start as usize;
            let front = self.text.get(..target).unwrap_or_default().trim_end();
            let start = front.trim_end_matches('!').len().saturating_sub("set".len());
            file.remove_lines(start, self.span(own.value.span).end as usize, &kept);
        }
    }

    /// A value as the language writes it.
    fn value(&self, value: &Expr) -> String {
        match &value.kind {
            ExprKind::Text(_) if !self.quoted && case(self.slice(value.span)).is_some() => {
                case(self.slice(value.span)).unwrap_or_default().to_owned()
            }
            ExprKind::Text(text) => {
                let parts = text.parts.iter().map(|part| match part {
                    TextPart::Plain(text) => text.as_str(),
                    TextPart::Hole { .. } => "",
                });
                quoted(&parts.collect::<String>())
            }
            // The enum's own name may mean nothing in the shot's file.
            ExprKind::Call { function, arguments, .. }
                if let ExprKind::Field { name, .. } = &function.kind =>
            {
                let arguments: Vec<&str> =
                    arguments.iter().map(|argument| self.slice(argument.value.span)).collect();
                format!("{}({})", name.text, arguments.join(", "))
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

/// Where the brace stands that closes a shot, in the text behind its last clause.
fn closing(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(found) = closing_in(line) {
            return Some(at + found);
        }
        at += line.len();
    }
    None
}

/// The same in one of its lines: not behind a comment's mark.
fn closing_in(line: &str) -> Option<usize> {
    let code = line.split("//").next().unwrap_or_default();
    code.find('}')
}

/// Can the value be replaced by another?
fn is_literal(value: &Expr) -> bool {
    match &value.kind {
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
    }
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
