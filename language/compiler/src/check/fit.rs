//! Does a value fit where it is put? Spaces are unified on the way; what doesn't fit is said once.

use super::Checker;
use super::block::Wanted;
use crate::report::{Report, Spot};
use crate::system::Family;
use crate::term::{Term, TermKind};
use crate::types::{Space, Type, Vector, dimension_words, unit};
use toma_plan::{Dimension, Value};
use toma_syntax::ast::{Binary, Expr};
use toma_syntax::diagnostic::Span;

/// Where a value is put, for messages.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    /// "`size` of `blur`"
    pub(crate) name: String,
    /// Where it says what it takes.
    pub(crate) declared: Option<Spot>,
}

impl Slot {
    pub(crate) fn new(name: String, declared: Option<Spot>) -> Self {
        Self { name, declared }
    }
}

impl Checker<'_> {
    /// Checks an expression that is put somewhere.
    pub(crate) fn value(&mut self, expr: &Expr, expected: &Type, slot: &Slot) -> Term {
        let term = self.expr_wanted(expr, Wanted::Put(expected, slot));
        self.fit(term, expected, slot)
    }

    /// Makes a term fit, or says why it doesn't.
    pub(crate) fn fit(&mut self, term: Term, expected: &Type, slot: &Slot) -> Term {
        if term.ty.is_unknown() || expected.is_unknown() {
            return term;
        }
        let found = term.ty.clone();
        match (expected, &found) {
            // Absent where it may be, or made of what was wrong, and was said.
            (Type::Optional(_), Type::None)
            | (Type::Generic(_), Type::Picture { space: Space::Unknown, .. }) => term,
            (Type::Optional(inner), Type::Optional(found)) => {
                let (inner, found) = (inner.clone(), found.clone());
                self.fit(Term { ty: *found, ..term }, &inner, slot)
            }
            (Type::Optional(inner), _) => {
                let inner = inner.clone();
                self.fit(term, &inner, slot)
            }
            (_, Type::None) => self.misfit(&term, expected, slot, "T0307"),
            (Type::Frames, Type::Steps) => {
                let report = Report::error(
                    "T0346",
                    format!("{} takes all frames of a range, and this leaves some out", slot.name),
                    self.spot(term.span),
                )
                .help("leave `every` out; only lists with `for` run over every so many frames");
                let report = declared(report, slot);
                self.report(report);
                Term::unknown(term.span)
            }
            (_, Type::Optional(inner)) => {
                if agrees(inner, expected) {
                    self.misfit(&term, expected, slot, "T0307")
                } else {
                    self.misfit(&term, expected, slot, "T0301")
                }
            }
            (Type::Curve(inner), Type::Curve(found)) => {
                if agrees(found, inner) {
                    term
                } else {
                    self.misfit(&term, expected, slot, "T0301")
                }
            }
            (Type::Curve(inner), _) => {
                let inner = inner.clone();
                self.fit(term, &inner, slot)
            }
            (_, Type::Curve(found)) => {
                let counted = *expected == Type::Int && **found == Type::Number(Dimension::Scalar);
                if !counted && !agrees(found, expected) {
                    return self.misfit(&term, expected, slot, "T0301");
                }
                let report = Report::error(
                    "T0303",
                    format!("{} takes one value for the whole shot, and this changes", slot.name),
                    self.spot(term.span),
                )
                .saying("a curve")
                .help("give it one value; only what takes a `Curve<…>` may change over time");
                let report = declared(report, slot);
                self.report(report);
                Term::unknown(term.span)
            }
            (Type::Var(index), _) => self.fit_sort(term, *index, slot),
            (Type::Picture { .. }, Type::Picture { .. }) => self.fit_picture(term, expected, slot),
            (Type::Space(space), Type::Space(other)) => {
                let (space, other) = (space.clone(), other.clone());
                self.unify(&space, &other, &term, slot);
                term
            }
            (Type::Space(_), Type::Text) => {
                let name = match &term.kind {
                    TermKind::Constant(Value::Text(text)) => Some(text.clone()),
                    _ => None,
                };
                let mut report = Report::error(
                    "T0301",
                    format!("{} is a colour space, and this is text", slot.name),
                    self.spot(term.span),
                );
                if let Some(name) = name {
                    let written = match Space::named(&name) {
                        Some(_) => name,
                        None => format!("Space(\"{name}\")"),
                    };
                    report = report.help(format!("write it without quotes: `{written}`")).fix(
                        format!("write `{written}`"),
                        self.spot(term.span),
                        written,
                    );
                }
                self.report(report);
                Term::unknown(term.span)
            }
            (Type::List(inner), Type::List(found)) => match term.kind {
                // Written out: its elements were looked at one by one.
                TermKind::List(_) | TermKind::Comprehension { .. } => term,
                _ if agrees(found, inner) => term,
                _ => self.misfit(&term, expected, slot, "T0301"),
            },
            _ if agrees(&found, expected) => term,
            _ => {
                let code =
                    if is_measure(expected) && is_measure(&found) { "T0302" } else { "T0301" };
                self.misfit(&term, expected, slot, code)
            }
        }
    }

    pub(super) fn misfit(
        &mut self,
        term: &Term,
        expected: &Type,
        slot: &Slot,
        code: &'static str,
    ) -> Term {
        let spot = self.spot(term.span);
        let mut report = match code {
            "T0307" if term.ty == Type::None => {
                Report::error(code, format!("{} can't be absent", slot.name), spot.clone())
                    .help(format!("it takes {}", expected.words()))
            }
            "T0307" => Report::error(
                code,
                format!("{} can't be absent, and this may be", slot.name),
                spot.clone(),
            )
            .saying(term.ty.words())
            .help(match &term.kind {
                TermKind::Local(index) => {
                    let name = self.locals.get(*index as usize).map_or("x", |local| &local.name);
                    format!("say what it is then: `match {name} {{ none => …, else => {name} }}`")
                }
                _ => {
                    "say what it is when there is none: name it with `let`, then `match` it".into()
                }
            }),
            _ => Report::error(
                code,
                format!("{} is {}, and this is {}", slot.name, expected.words(), term.ty.words()),
                spot.clone(),
            ),
        };
        if let (Type::Number(dimension), Some(value)) = (expected.core(), plain_literal(term)) {
            let written = match dimension {
                Dimension::Ratio if value.abs() <= 1.0 => {
                    crate::types::written(value, Dimension::Ratio)
                }
                Dimension::Ratio => format!("{value}%"),
                dimension => format!("{value}{}", unit(*dimension)),
            };
            if !unit(*dimension).is_empty() {
                let title = format!("write `{written}`");
                report = report.help(format!("write the unit: `{written}`"));
                // 0.4 may be 40% or 0.4%, 2 may be seconds or milliseconds.
                report = match dimension {
                    Dimension::Ratio | Dimension::Time => report.suggest(title, spot, written),
                    _ => report.fix(title, spot, written),
                };
            }
        } else if let Type::Product(_) = term.ty {
            report = report.help(
                "scale by a plain number or a ratio, or divide by what it was multiplied with",
            );
        } else if let (Some(Value::Text(text)), Type::Number(dimension)) =
            (text_literal(term), expected.core())
        {
            let own = unit(*dimension);
            let number = text.strip_suffix(own).filter(|number| number.parse::<f64>().is_ok());
            report = match number {
                Some(_) if !own.is_empty() => report
                    .help(format!("a number stands without quotes: `{text}`"))
                    .fix(format!("write `{text}`"), spot, text.clone()),
                _ => report.help(match own {
                    "" => "write a number, without quotes".to_owned(),
                    own => format!("write a number with its unit, without quotes: `4{own}`"),
                }),
            };
        } else if let (Some((span, text)), "T0302") = (frame_less_number(term, expected), code) {
            report = report.help(format!("write the unit: `{text}`")).fix(
                format!("write `{text}`"),
                self.spot(span),
                text,
            );
        } else if let (Some(help), "T0302") = (help_for_time(term, expected), code) {
            report = report.help(help);
        } else if code == "T0302" {
            if let Type::Number(dimension) = expected.core() {
                report = report.help(match unit(*dimension) {
                    "" => format!("it takes {}", dimension_words(*dimension)),
                    unit if matches!(term.kind, TermKind::Constant(_)) => {
                        format!("write the number in `{unit}`")
                    }
                    _ => format!("compute it from {}", dimension_words(*dimension)),
                });
            }
        } else if let (Type::Picture { still: true, .. }, Type::Picture { still: false, .. }) =
            (expected.core(), &term.ty)
        {
            report = report.help("a clip has a picture for each frame, and one is wanted here");
        }
        if let (Type::Generic(name), true) = (&term.ty, report.help.is_none()) {
            report = report.help(format!(
                "`{name}` may be any sort of picture; where only this one will do, say so in the recipe's head"
            ));
        }
        if report.help.is_none() {
            report = report.help(match expected.core() {
                Type::Enum(item) => format!("its cases are {}", self.cases_listed(item)),
                other => how_to_write(other),
            });
        }
        let report = declared(report, slot);
        self.report(report);
        Term::unknown(term.span)
    }

    fn fit_picture(&mut self, term: Term, expected: &Type, slot: &Slot) -> Term {
        let (
            Type::Picture { still, space, straight },
            Type::Picture { still: found_still, space: found, straight: found_straight },
        ) = (expected.clone(), term.ty.clone())
        else {
            return term;
        };
        if still && !found_still {
            return self.misfit(&term, expected, slot, "T0301");
        }
        if !self.same_alpha(&term, straight, found_straight, slot) {
            return Term::unknown(term.span);
        }
        if self.unify(&space, &found, &term, slot) { term } else { Term::unknown(term.span) }
    }

    /// Is alpha as it has to be? If not, that is said.
    pub(super) fn same_alpha(
        &mut self,
        term: &Term,
        straight: bool,
        found_straight: bool,
        slot: &Slot,
    ) -> bool {
        if straight != found_straight {
            let stage = if straight { "unpremultiply" } else { "premultiply" };
            let (wants, has) = if straight {
                ("straight", "associated (premultiplied)")
            } else {
                ("associated (premultiplied)", "straight")
            };
            let report = Report::error(
                "T0324",
                format!("{} takes {wants} alpha, and this picture's alpha is {has}", slot.name),
                self.spot(term.span),
            );
            let report = match superfluous(slot, straight) {
                Some(own) => {
                    let alpha = if straight { "premultiplied" } else { "straight" };
                    report.help(format!("it is {alpha} already: leave `{own}()` out"))
                }
                None => report.help(format!("convert it: `|> {stage}()`")).suggest(
                    format!("insert `|> {stage}()`"),
                    self.behind(term.span),
                    format!(" |> {stage}()"),
                ),
            };
            let report = declared(report, slot);
            self.report(report);
        }
        straight == found_straight
    }

    /// The empty place behind a stretch.
    pub(crate) fn behind(&self, span: Span) -> Spot {
        self.spot(Span { start: span.end, end: span.end })
    }

    /// What a space is as far as is known by now.
    pub(crate) fn settled(&self, space: &Space) -> Space {
        match space {
            Space::Var(index) => match self.vars.get(*index as usize) {
                Some(var) => match &var.space {
                    Some(space) => self.settled(space),
                    None => Space::Var(*index),
                },
                None => Space::Unknown,
            },
            other => other.clone(),
        }
    }

    /// Makes two spaces the same; false and a report if they aren't.
    fn unify(&mut self, expected: &Space, found: &Space, term: &Term, slot: &Slot) -> bool {
        let found = self.settled(found);
        if let Space::Var(index) = expected
            && let Some(var) = self.vars.get_mut(*index as usize)
            && var.space.is_none()
        {
            if found == Space::Unknown {
                var.space = Some(found);
                return true;
            }
            var.decided = Some(term.span);
            let (family, callee) = (var.bound.family(), var.callee.clone());
            let fits = family.is_none_or(|family| found.family() == Some(family));
            var.space = Some(if fits { found.clone() } else { Space::Unknown });
            if !fits && let Some(family) = family {
                self.wrong_family(&found, family, &callee, term, slot);
            }
            return fits;
        }
        let settled = self.settled(expected);
        if settled == found || settled == Space::Unknown || found == Space::Unknown {
            return true;
        }
        let decided = match expected {
            Space::Var(index) => self.vars.get(*index as usize).and_then(|var| var.decided),
            _ => None,
        };
        self.two_spaces(&settled, &found, decided, term, slot);
        // Neither is right: what comes of them is not to blame.
        if let Space::Var(index) = expected
            && let Some(var) = self.vars.get_mut(*index as usize)
        {
            var.space = Some(Space::Unknown);
        }
        false
    }

    fn wrong_family(
        &mut self,
        found: &Space,
        family: Family,
        callee: &str,
        term: &Term,
        slot: &Slot,
    ) {
        let message = match found {
            Space::Generic { family: None, name } => format!(
                "`{callee}` needs {}, and `{name}` may be any colour space",
                family.picture()
            ),
            _ => format!("`{callee}` needs {}, and this is in {found}", family.picture()),
        };
        let mut report =
            Report::error("T0322", message, self.spot(term.span)).saying(found.words());
        report = match (family, found) {
            (_, Space::Generic { name, family: None }) => report
                .help(format!("ask for it in the recipe's head: `<{name}: {}>`", family.name())),
            (_, found) if found.family() == Some(Family::Data) => {
                report.help("data is never converted: where it is colour, say in which space the file was written")
            }
            (Family::Data, _) => report.help(
                "colour doesn't become data: where it is none, read it as such, `space: Space(\"Raw\")`",
            ),
            (Family::Linear, _) => self.with_conversion(report, term, "to", "ACEScg"),
            (Family::Display, found) if found.family() == Some(Family::Linear) => {
                self.with_conversion(report, term, "encode", "sRGB")
            }
            _ => report
                .maybe_help(Some(format!("bring it into a {} space with `to(…)`", family.words()))),
        };
        if matches!(term.ty, Type::Space(_)) {
            report.fixes.clear();
            report.help = Some(format!("{} takes a {} colour space", slot.name, family.words()));
        }
        let report = self.let_label(report, term);
        self.report(report);
    }

    fn with_conversion(&self, report: Report, term: &Term, stage: &str, space: &str) -> Report {
        report.help(format!("convert it first: `|> {stage}({space})`")).suggest(
            format!("insert `|> {stage}({space})`"),
            self.behind(term.span),
            format!(" |> {stage}({space})"),
        )
    }

    pub(super) fn two_spaces(
        &mut self,
        expected: &Space,
        found: &Space,
        decided: Option<Span>,
        term: &Term,
        slot: &Slot,
    ) {
        if matches!(term.ty, Type::Space(_)) {
            let report = Report::error(
                "T0321",
                format!("{} has to be {expected} here, and this is {found}", slot.name),
                self.spot(term.span),
            )
            .help("a space decides what the picture is, so it is one and the same wherever this leads");
            self.report(report);
            return;
        }
        let mut report = match decided {
            Some(decided) => Report::error(
                "T0321",
                "these pictures are in different colour spaces",
                self.spot(term.span),
            )
            .saying(found.words())
            .label(self.spot(decided), expected.words()),
            None => Report::error(
                "T0321",
                format!("{} is in {expected}, and this picture is in {found}", slot.name),
                self.spot(term.span),
            )
            .saying(found.words()),
        };
        // The picture further from light, or from the working space, is brought to the other one.
        let display = |space: &Space| space.family() != Some(Family::Linear);
        let work = self.work.clone().or_else(|| Space::named("ACEScg"));
        let (span, target) = match decided {
            Some(decided)
                if (display(expected) && !display(found)) || Some(found) == work.as_ref() =>
            {
                (decided, found)
            }
            _ => (term.span, expected),
        };
        if !matches!(target, Space::Generic { .. }) {
            // Into a display space light is clipped, and which of two pictures is brought to the other is
            // for the artist to say, unless one of them is where all work is done.
            let is_work = Some(target) == work.as_ref();
            let is_sure = !display(target) && (decided.is_none() || is_work);
            let (title, text) = (format!("insert `|> to({target})`"), format!(" |> to({target})"));
            report = report.help(format!("bring one into the other's space: `|> to({target})`"));
            report = if is_sure {
                report.fix(title, self.behind(span), text)
            } else {
                report.suggest(title, self.behind(span), text)
            };
        }
        let report = self.let_label(report, term);
        let report = declared(report, slot);
        self.report(report);
    }

    /// Where the name comes from that a term is.
    pub(super) fn let_label(&self, report: Report, term: &Term) -> Report {
        let TermKind::Local(index) = term.kind else { return report };
        match self.locals.get(index as usize) {
            Some(local) => report.label(
                Spot { item: local.item.clone(), span: local.span },
                format!("`{}` comes from here", local.name),
            ),
            None => report,
        }
    }
}

/// The stage that makes alpha what this picture's alpha is already.
fn superfluous(slot: &Slot, straight: bool) -> Option<&'static str> {
    let declared = &slot.declared.as_ref()?.item;
    let own = if straight { "premultiply" } else { "unpremultiply" };
    let is_own = declared.key.strip_prefix("stage ") == Some(own);
    (declared.file.starts_with("std/") && is_own).then_some(own)
}

/// A number without a unit, written out.
pub(super) fn plain_literal(term: &Term) -> Option<f64> {
    match &term.kind {
        TermKind::Constant(Value::Int(value)) => Some(*value as f64),
        TermKind::Constant(Value::Number { value, dimension: Dimension::Scalar }) => Some(*value),
        _ => None,
    }
}

/// `last - 1`, which says how many frames lie between two of them: where the number stands, with its unit.
fn frame_less_number(term: &Term, expected: &Type) -> Option<(Span, String)> {
    let (frame, count) = (Dimension::Frame, Dimension::FrameCount);
    if *expected.core() != Type::Number(frame) || *term.ty.core() != Type::Number(count) {
        return None;
    }
    let TermKind::Binary(Binary::Subtract, left, right) = &term.kind else { return None };
    let number = plain_literal(right).filter(|number| number.fract() == 0.0)?;
    (left.ty == Type::Number(frame)).then(|| (right.span, format!("{number}fr")))
}

/// How a time becomes frames, and a count of frames one of them.
fn help_for_time(term: &Term, expected: &Type) -> Option<String> {
    let Type::Number(expected) = expected.core() else { return None };
    let literal = match &term.kind {
        TermKind::Constant(Value::Number { value, dimension }) => {
            Some(crate::types::written(*value, *dimension))
        }
        _ => None,
    };
    let time = Type::Number(Dimension::Time);
    let written = |text: &Option<String>| text.clone().unwrap_or_else(|| "1s".to_owned());
    Some(match expected {
        Dimension::FrameCount if *term.ty.core() == time => format!(
            "a time becomes a number of frames by the rate: `24fps * {}`",
            written(&literal)
        ),
        Dimension::Frame if *term.ty.core() == time => format!(
            "a frame is its number, such as `1001`, or so much behind another one: `first + 24fps * {}`",
            written(&literal)
        ),
        Dimension::Frame if *term.ty.core() == Type::Number(Dimension::FrameCount) => {
            let whole = matches!(&term.kind, TermKind::Constant(Value::Number { value, .. }) if value.fract() == 0.0);
            let count = literal.filter(|_| whole).unwrap_or_else(|| "8fr".to_owned());
            format!(
                "a frame is its number, such as `1001`, or so much behind another one: `first + {count}`"
            )
        }
        _ => return None,
    })
}

/// A text that is written out.
fn text_literal(term: &Term) -> Option<&Value> {
    match &term.kind {
        TermKind::Constant(value @ Value::Text(_)) => Some(value),
        _ => None,
    }
}

fn is_measure(ty: &Type) -> bool {
    matches!(
        ty.core(),
        Type::Int | Type::Number(_) | Type::Product(_) | Type::Rate | Type::Vector(_)
    )
}

/// Would a value of one type do where the other is expected?
pub(super) fn agrees(found: &Type, expected: &Type) -> bool {
    match (expected, found) {
        (Type::Number(Dimension::Scalar | Dimension::Frame) | Type::Seed, Type::Int)
        | (Type::Path, Type::Text)
        | (Type::Unknown, _)
        | (_, Type::Unknown) => true,
        (Type::Curve(expected), Type::Curve(found)) | (Type::List(expected), Type::List(found)) => {
            agrees(found, expected)
        }
        (Type::Curve(expected) | Type::Optional(expected), found) => agrees(found, expected),
        (Type::Vector(vector), found) if *expected != *found => match vector.components().0 {
            Dimension::Scalar => {
                matches!(found, Type::Int | Type::Number(Dimension::Scalar))
            }
            dimension => *found == Type::Number(dimension),
        },
        (Type::Var(_), found) => found.is_picture(),
        (Type::Picture { straight, .. }, Type::Picture { straight: other, .. }) => {
            straight == other
        }
        (expected, found) => expected == found,
    }
}

fn declared(report: Report, slot: &Slot) -> Report {
    match &slot.declared {
        // The library's text says nothing that the message doesn't say.
        Some(spot) if !spot.item.file.starts_with("std/") => {
            report.label(spot.clone(), "declared here")
        }
        _ => report,
    }
}

/// How a value of a type comes about, for somebody who has written another one.
fn how_to_write(expected: &Type) -> String {
    match expected {
        Type::Picture { .. } => {
            "a picture comes from `read`, or from a stage such as `constant`".into()
        }
        Type::Var(_) => "it takes any picture: a clip, an image, a matte, a depth".into(),
        Type::Generic(name) => {
            format!(
                "`{name}` is whatever picture the caller gives: only what is made from it is one too"
            )
        }
        Type::Port("Matte") => {
            "a matte comes from a stage such as `segment`, softened by `feather`".into()
        }
        Type::Vector(Vector::Rgb) => {
            "write a colour, `Rgb(0.5, 0.5, 0.5)`, or one plain number for a grey".into()
        }
        Type::Vector(Vector::Point) => "write a point: `Point(960px, 540px)`".into(),
        Type::Vector(Vector::Box) => {
            "write left, bottom, right and top: `Box(0px, 0px, 960px, 540px)`".into()
        }
        Type::Record(item) => {
            format!("build one: `{}(…)`", crate::types::declared_name(item))
        }
        Type::Bool => "write `true` or `false`".into(),
        Type::Int => "write a whole number without a unit".into(),
        Type::Text => "write a text in quotes".into(),
        Type::Path => "write the file's path in quotes".into(),
        Type::Seed => "pass `seed`, or an independent one: `seed.split(\"dust\")`".into(),
        Type::Size => "write a size: `1920x1080`".into(),
        Type::Frames => "write frames: `1001..1096`".into(),
        Type::Rate => "write a rate: `24fps`".into(),
        Type::Date => "write a day: `2028-05-01`".into(),
        Type::List(_) => "write a list: `[a, b]`".into(),
        Type::Space(_) => {
            "write the name of a colour space: `ACEScg`, or `Space(\"ARRI LogC4\")`".into()
        }
        other => format!("it takes {}", other.words()),
    }
}
