//! Texts with holes.

use super::Checker;
use crate::report::Report;
use crate::term::{Piece, Term, TermKind};
use crate::types::Type;
use toma_plan::Value;
use toma_syntax::ast::{ExprKind, Text, TextFormat, TextPart};
use toma_syntax::diagnostic::Span;

/// Characters that a hole may be padded to.
const WIDEST: u32 = 100;
/// Digits behind the point: doubles have no more.
const MOST_DIGITS: u32 = 20;

/// Can a value of the type stand in a text?
fn is_shown(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Unknown
            | Type::Text
            | Type::Path
            | Type::Int
            | Type::Number(_)
            | Type::Bool
            | Type::Size
            | Type::Date
            | Type::Frames
            | Type::Steps
            | Type::Rate
            | Type::Vector(_)
            | Type::Enum(_)
    )
}

impl Checker<'_> {
    /// A text as a value.
    pub(crate) fn text(&mut self, text: &Text) -> Term {
        let pieces = self.pieces(text);
        let plain: Option<String> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Plain(plain) => Some(plain.as_str()),
                _ => None,
            })
            .collect();
        let kind = match plain {
            Some(plain) => TermKind::Constant(Value::Text(plain)),
            None => TermKind::Text(pieces),
        };
        Term::new(kind, Type::Text, text.span)
    }

    /// A text's parts. `{shot}` and `{frame:04}` are known in the paths of `write` only.
    pub(crate) fn pieces(&mut self, text: &Text) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for part in &text.parts {
            match part {
                TextPart::Plain(plain) => pieces.push(Piece::Plain(plain.clone())),
                TextPart::Hole { value, format } => {
                    if let ExprKind::Name(name) = &value.kind
                        && self.is_bound_late(name)
                    {
                        pieces.extend(self.bound_late(name, *format, value.span));
                        continue;
                    }
                    let term = self.expr(value, None);
                    if is_shown(&term.ty) {
                        let format = format.filter(|format| self.format_fits(*format, &term));
                        pieces.push(Piece::Hole(term, format));
                        continue;
                    }
                    let help = if matches!(term.ty, Type::Curve(_)) {
                        "a text has one value for the whole shot, and this changes"
                    } else if matches!(term.ty, Type::Optional(_)) {
                        "say what stands there if it is absent, with `match`"
                    } else {
                        "texts, numbers, dates, sizes, frames and the names of cases can stand in a text"
                    };
                    let report = Report::error(
                        "T0412",
                        format!("{} can't stand in a text", term.ty.words()),
                        self.spot(term.span),
                    )
                    .help(help);
                    self.report(report);
                    pieces.push(Piece::Hole(Term::unknown(term.span), None));
                }
            }
        }
        pieces
    }

    /// Can the value have that format? Says so if it can't.
    fn format_fits(&mut self, format: TextFormat, term: &Term) -> bool {
        let message = if term.ty.is_unknown() {
            return true;
        } else if !matches!(term.ty, Type::Int | Type::Number(_)) {
            format!("a format is for numbers, and this is {}", term.ty.words())
        } else if format.width > WIDEST || format.digits.is_some_and(|digits| digits > MOST_DIGITS)
        {
            format!("a width goes up to {WIDEST} and digits behind the point up to {MOST_DIGITS}")
        } else {
            return true;
        };
        let report = Report::error("T0343", message, self.spot(term.span)).help(
            "leave away what stands behind the `:`, or write sign, width and digits: `{x:+6.2}`",
        );
        self.report(report);
        false
    }

    /// Is it a name that only paths know?
    fn is_bound_late(&self, name: &str) -> bool {
        matches!(name, "shot" | "frame" | "version")
            && !self.locals.knows(name)
            && self.named(name).is_none()
    }

    /// A name that only paths know.
    fn bound_late(&mut self, name: &str, format: Option<TextFormat>, span: Span) -> Option<Piece> {
        match name {
            "shot" if self.in_path => Some(Piece::Shot),
            "frame" if self.in_path => {
                Some(Piece::Frame(format.map_or(1, |format| format.width.clamp(1, 12))))
            }
            "version" if self.in_path => {
                self.unsupported("versions are", span);
                None
            }
            _ => {
                let report = Report::error(
                    "T0412",
                    format!("`{{{name}}}` is known only in the path of a `write`"),
                    self.spot(span),
                )
                .help("a picture doesn't depend on how its shot is called: pass what is needed as a value");
                self.report(report);
                None
            }
        }
    }
}
