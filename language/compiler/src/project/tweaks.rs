//! `SHOT.tweaks.yaml`: what artists change, as the same clauses that a shot's text may have.
//!
//! ```yaml
//! fall.dust: 55%
//! fall/gen.strength: {value: 60%, at: {1040..last: 90%}}
//! warmth!: 5200K
//! ```
//!
//! Here the file's form is checked, and that it holds literals only. Whether an address means something, and
//! whether the value fits, is for the shot's document, which takes the entries as its strongest layer.

use super::literal::{Literals, is_name, names};
use super::yaml::{self, Kind, Node};
use crate::database::{Db, File, file_exists};
use crate::report::{ItemRef, Report, Spot};
use crate::source::reference;
use toma_syntax::ast::{Address, Expr, Set};
use toma_syntax::diagnostic::{Diagnostic, Span};

/// What a tweak file says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tweaks {
    /// The file, with an empty key: places in it are bytes of the file.
    pub(crate) item: ItemRef,
    /// In the order of the file.
    pub(crate) entries: Vec<Tweak>,
    /// What is wrong with the file's form.
    pub(crate) reports: Vec<Report>,
}

/// `set` or, with frames, `at`.
///
/// A bare word in a value (`quality: high`) is an [`toma_syntax::ast::ExprKind::Name`]: a case of an enum
/// where the target is one, a text where it takes text ([`as_text`]), never the name of a `let`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tweak {
    /// As in the text. All its places are bytes of the YAML file.
    pub(crate) set: Set,
    /// `at` these frames only.
    pub(crate) frames: Option<Expr>,
}

/// The path of a shot's tweak file, which lies beside the shot's own.
pub fn path_of(shot_file: &str, shot: &str) -> String {
    let folder = shot_file.rfind('/').map_or("", |slash| &shot_file[..=slash]);
    format!("{folder}{shot}.tweaks.yaml")
}

/// The tweaks of a shot, if it has a tweak file.
pub(crate) fn tweaks_of<'db>(db: &'db dyn Db, shot_file: &str, shot: &str) -> Option<&'db Tweaks> {
    let path = path_of(shot_file, shot);
    let file = db.file(&path);
    let there = file.text(db).is_some() || file_exists(db, db.world(), path);
    there.then(|| tweaks(db, file))
}

/// What a tweak file says.
#[salsa::tracked]
pub(crate) fn tweaks(db: &dyn Db, file: File) -> Tweaks {
    let item = reference(file.path(db), "");
    match file.text(db) {
        Some(text) => parse(text, item),
        None => Tweaks { reports: vec![not_text(&item)], item, entries: Vec::new() },
    }
}

/// A file that is there and can't be had as text.
pub(crate) fn not_text(item: &ItemRef) -> Report {
    let spot = Spot { item: item.clone(), span: Span::default() };
    Report::error("T0556", format!("`{}` is no text in UTF-8", item.file), spot)
        .help("save it as UTF-8 in your editor, and check that you may read it")
}

/// A diagnostic about a YAML file as a report about it.
pub(crate) fn reported(found: Diagnostic, item: &ItemRef) -> Report {
    let at = |span: Span| Spot { item: item.clone(), span };
    Report {
        code: found.code,
        severity: found.severity,
        message: found.message,
        labels: found.labels.into_iter().map(|label| (at(label.span), label.text)).collect(),
        help: found.help,
        fixes: found
            .fixes
            .into_iter()
            .map(|fix| (fix.title, at(fix.span), fix.text, fix.safe))
            .collect(),
    }
}

/// Reads a tweak file's text. Linear, whatever it holds.
pub(crate) fn parse(text: &str, item: ItemRef) -> Tweaks {
    let mut reader = Reader { literals: Literals::new(item.clone()), entries: Vec::new() };
    match yaml::read(text) {
        Ok(None) => {}
        Ok(Some(Node { kind: Kind::Map(pairs), .. })) => {
            for (key, value) in &pairs {
                reader.entry(key, value);
            }
        }
        Ok(Some(other)) => {
            let equals = other.text().is_some_and(|text| text.contains('='));
            let help = if equals {
                "write `:` in place of `=`: `fall.dust: 55%`"
            } else {
                "write a line for each value that is changed: `fall.dust: 55%`"
            };
            let message = format!("a tweak file is a mapping, and this is {}", other.words());
            reader.literals.say("T0553", message, other.span, help);
        }
        Err(broken) => reader.literals.reports.push(reported(*broken, &item)),
    }
    Tweaks { item, entries: reader.entries, reports: reader.literals.reports }
}

/// A line of a tweak file, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TweakLine {
    /// `fall.dust`
    pub address: String,
    /// `!` stands behind it.
    pub hard: bool,
    /// `1040..last`
    pub frames: Option<String>,
    /// `55%`
    pub value: String,
    /// Where the value stands.
    pub place: Span,
}

/// The tweaks of a file's text, without what is wrong in it.
pub fn read_tweaks(text: &str) -> Vec<TweakLine> {
    let slice = |span: Span| {
        text.get(span.start as usize..span.end as usize).unwrap_or_default().to_owned()
    };
    let tweaks = parse(text, reference("", "")).entries.into_iter();
    let lines = tweaks.map(|tweak| TweakLine {
        address: slice(tweak.set.target.span),
        hard: tweak.set.hard,
        frames: tweak.frames.map(|frames| slice(frames.span)),
        value: slice(tweak.set.value.span),
        place: tweak.set.value.span,
    });
    lines.collect()
}

struct Reader {
    literals: Literals,
    entries: Vec<Tweak>,
}

impl Reader {
    fn entry(&mut self, key: &Node, value: &Node) {
        let Some((target, hard)) = self.target(key) else { return };
        let Some(layers) = layered(value) else {
            if let Some(value) = self.literals.value(value) {
                self.entries.push(Tweak { set: Set { hard, target, value }, frames: None });
            }
            return;
        };
        for (name, node) in layers {
            match (name.text(), &node.kind) {
                (Some("value"), _) => {
                    if let Some(value) = self.literals.value(node) {
                        let target = target.clone();
                        self.entries.push(Tweak { set: Set { hard, target, value }, frames: None });
                    }
                }
                (Some("at"), Kind::Map(ranges)) => {
                    for (frames, node) in ranges {
                        let frames = self.literals.frames(frames);
                        let value = self.literals.value(node);
                        if let (Some(frames), Some(value)) = (frames, value) {
                            let target = target.clone();
                            let set = Set { hard, target, value };
                            self.entries.push(Tweak { set, frames: Some(frames) });
                        }
                    }
                }
                (Some("at"), _) => {
                    let help = "write the frames and their value: `at: {1040..last: 90%}`";
                    let message = format!("`at` takes frames with values, not {}", node.words());
                    self.literals.say("T0553", message, node.span, help);
                }
                _ => {
                    let help = "beside `value` and `at` nothing stands here; a curve's keys go \
                                into the `value`: `{value: {1001: 0%, 1040: 100%}}`";
                    self.literals.say(
                        "T0553",
                        format!("`{}` is no part of a tweak", name.text().unwrap_or("this")),
                        name.span,
                        help,
                    );
                }
            }
        }
    }

    /// `fall/gen.strength`, with `!` behind it for `set!`.
    fn target(&mut self, key: &Node) -> Option<(Address, bool)> {
        let parsed = match &key.kind {
            Kind::Plain(text) => address(text, key.span.start as usize),
            Kind::Quoted(text) => address(text, key.span.start as usize + 1),
            _ => None,
        };
        if parsed.is_none() {
            let help = "an address is a parameter of the shot, `warmth`, or one of a call: \
                        `fall.dust`, `fall/gen.strength`";
            let said = key.text().unwrap_or("this").to_owned();
            let bare = said.strip_prefix("set").map(|rest| rest.trim_start_matches('!').trim());
            let bare = bare.filter(|rest| address(rest, 0).is_some() && !rest.is_empty());
            let help = match bare {
                Some(rest) if said.contains('!') => format!("write `{rest}!`, without `set`"),
                Some(rest) => format!("write `{rest}`, without `set`"),
                None => help.to_owned(),
            };
            self.literals.say("T0553", format!("`{said}` is no address"), key.span, &help);
        }
        parsed
    }
}

/// An address in a text that begins at byte `start`, and whether `!` stands behind it.
pub(crate) fn address(text: &str, start: usize) -> Option<(Address, bool)> {
    let (text, hard) = match text.strip_suffix('!') {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (nodes, fields) = match text.split_once('.') {
        Some((nodes, fields)) => {
            (names(nodes, start, '/')?, names(fields, start + nodes.len() + 1, '.')?)
        }
        None => (names(text, start, '/')?, Vec::new()),
    };
    Some((Address { nodes, fields, span: Span::new(start, start + text.len()) }, hard))
}

/// The parts of `{value: …, at: …}`; `None` for anything else, a curve too.
fn layered(value: &Node) -> Option<&[(Node, Node)]> {
    let Kind::Map(pairs) = &value.kind else { return None };
    let named = |(key, _): &(Node, Node)| matches!(key.text(), Some("value" | "at"));
    pairs.iter().any(named).then_some(pairs)
}

/// The value for a parameter that takes text or a path: a bare word is that text.
pub(crate) fn as_text(value: &Expr) -> Expr {
    use toma_syntax::ast::{ExprKind, Text, TextPart};
    let kind = match &value.kind {
        ExprKind::Name(word) => {
            ExprKind::Text(Text { parts: vec![TextPart::Plain(word.clone())], span: value.span })
        }
        ExprKind::List(values) => ExprKind::List(values.iter().map(as_text).collect()),
        other => other.clone(),
    };
    Expr { kind, span: value.span }
}

/// The case that `Edge.Soft` names, as it stands in a tweak file.
pub(crate) fn case(written: &str) -> Option<&str> {
    let (of, case) = written.split_once('.')?;
    (is_name(of) && is_name(case)).then_some(case)
}

/// The value for a parameter that takes a case of an enum: `Edge.Soft` is its case `Soft`.
pub(crate) fn as_case(value: &Expr, of: &str) -> Expr {
    use toma_syntax::ast::{ExprKind, TextPart};
    let kind = match &value.kind {
        ExprKind::Text(text) => match text.parts.as_slice() {
            [TextPart::Plain(word)] => match (word.split_once('.'), case(word)) {
                (Some((known, _)), Some(case)) if known == of => ExprKind::Name(case.to_owned()),
                _ => value.kind.clone(),
            },
            _ => value.kind.clone(),
        },
        ExprKind::List(values) => {
            ExprKind::List(values.iter().map(|value| as_case(value, of)).collect())
        }
        ExprKind::Call { function, arguments, handle: None, piped: false } => {
            let function = match &function.kind {
                ExprKind::Field { base, name } if matches!(&base.kind, ExprKind::Name(known) if known == of) => {
                    Box::new(Expr { kind: ExprKind::Name(name.text.clone()), span: function.span })
                }
                _ => function.clone(),
            };
            ExprKind::Call { function, arguments: arguments.clone(), handle: None, piped: false }
        }
        other => other.clone(),
    };
    Expr { kind, span: value.span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toma_syntax::ast::ExprKind;

    fn read(text: &str) -> Tweaks {
        parse(text, reference("A.tweaks.yaml", ""))
    }

    fn at(text: &str, span: Span) -> &str {
        text.get(span.start as usize..span.end as usize).unwrap_or("outside")
    }

    #[test]
    fn an_entry_is_a_clause_with_places_in_the_file() {
        let text = "\u{feff}# größer\r\nfall.dust: 55%\r\nfall/gen.strength!:\r\n  value: 60%\r\n  at:\r\n    1040..last: 90%\r\n    first + 8fr..1010: {1001: 0%, last: 100% smooth}\r\n";
        let tweaks = read(text);
        assert_eq!(tweaks.reports, []);
        let seen: Vec<_> = tweaks
            .entries
            .iter()
            .map(|tweak| {
                let frames = tweak.frames.as_ref().map_or("", |frames| at(text, frames.span));
                let set = &tweak.set;
                (at(text, set.target.span), set.hard, at(text, set.value.span), frames)
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("fall.dust", false, "55%", ""),
                ("fall/gen.strength", true, "60%", ""),
                ("fall/gen.strength", true, "90%", "1040..last"),
                ("fall/gen.strength", true, "{1001: 0%, last: 100% smooth}", "first + 8fr..1010"),
            ]
        );
        let names: Vec<&str> =
            tweaks.entries[1].set.target.nodes.iter().map(|name| at(text, name.span)).collect();
        assert_eq!(names, ["fall", "gen"]);
        let ExprKind::Curve(keys) = &tweaks.entries[3].set.value.kind else { panic!() };
        let words: Vec<_> = keys
            .iter()
            .map(|key| (at(text, key.frame.span), at(text, key.value.span), key.ease.is_some()))
            .collect();
        assert_eq!(words, [("1001", "0%", false), ("last", "100%", true)]);
    }

    #[test]
    fn plain_values_are_of_the_language_and_the_rest_is_text() {
        type Is = fn(&ExprKind) -> bool;
        let cases: [(&str, Is); 16] = [
            ("-3stops", |kind| matches!(kind, ExprKind::Unary { .. })),
            ("1_000.5px", |kind| matches!(kind, ExprKind::Number { .. })),
            ("1920x1080", |kind| matches!(kind, ExprKind::Size(1920, 1080))),
            ("1001..1010 every 2", |kind| matches!(kind, ExprKind::Binary { .. })),
            ("2028-05-01", |kind| matches!(kind, ExprKind::Date(2028, 5, 1))),
            ("true", |kind| matches!(kind, ExprKind::Bool(true))),
            ("none", |kind| matches!(kind, ExprKind::None)),
            ("Rgb(0.5, 0.2, -0.1)", |kind| matches!(kind, ExprKind::Call { .. })),
            ("first + 8fr", |kind| matches!(kind, ExprKind::Binary { .. })),
            ("[1px, 2px]", |kind| matches!(kind, ExprKind::List(_))),
            ("high", |kind| matches!(kind, ExprKind::Name(word) if word == "high")),
            ("\"high\"", |kind| matches!(kind, ExprKind::Text(_))),
            ("'5%'", |kind| matches!(kind, ExprKind::Text(_))),
            ("the facade // on the left", |kind| matches!(kind, ExprKind::Text(_))),
            ("plates/a.%04d.exr", |kind| matches!(kind, ExprKind::Text(_))),
            ("{1001: 5% cubic(0.3, 0.7), 1010: 1%}", |kind| matches!(kind, ExprKind::Curve(_))),
        ];
        for (text, right) in cases {
            let tweaks = read(&format!("a.b: {text}\n"));
            assert_eq!(tweaks.reports, [], "{text}");
            assert!(right(&tweaks.entries[0].set.value.kind), "{text}: {tweaks:#?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_at_its_place() {
        let cases = [
            ("a.b: 5pt", "T0111", "pt"),
            ("a.b: 2028-02-30", "T0130", "2028-02-30"),
            ("a.b: noise(3)", "T0554", "noise(3)"),
            ("a.b: 1 + 2", "T0554", "1 + 2"),
            ("a.b: Rgb(x, 0, 0)", "T0554", "x"),
            ("a.b:", "T0553", ""),
            ("a.b: {}", "T0553", "{}"),
            ("a b: 1", "T0553", "a b"),
            ("a/.b: 1", "T0553", "a/.b"),
            ("- 1", "T0553", "- 1"),
            ("5%", "T0553", "5%"),
            ("a.b: {value: 1, att: {1: 2}}", "T0553", "att"),
            ("a.b: {value: 1, at: 5}", "T0553", "5"),
            ("a.b: {frist: 1}", "T0553", "frist"),
            ("a.b: {1: {2: 3}}", "T0553", "{2: 3}"),
            ("a.b: {1001: 5% smooth then}", "T0102", ""),
        ];
        for (text, code, place) in cases {
            let found = read(text).reports;
            assert_eq!(found.len(), 1, "{text}: {found:#?}");
            if code != "T0102" {
                assert_eq!(found[0].code, code, "{text}: {found:#?}");
                assert_eq!(at(text, found[0].labels[0].0.span), place, "{text}");
            }
            assert!(found[0].help.is_some(), "{text}");
        }
    }

    #[test]
    fn one_wrong_entry_leaves_the_others() {
        let tweaks = read("a.b: 5pt\nc.d: 5px\n");
        assert_eq!((tweaks.reports.len(), tweaks.entries.len()), (1, 1));
    }
}
