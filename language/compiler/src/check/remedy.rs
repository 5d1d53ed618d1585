//! What to write instead, where values of two kinds meet in a sum or product. Knows nothing of what may be
//! computed with what: that is `measure`'s.

use super::Checker;
use super::fit::plain_literal;
use crate::measure::{Refused, advice};
use crate::report::Report;
use crate::term::{Term, TermKind};
use crate::types::{Type, unit, written};
use toma_plan::{Dimension, Value};
use toma_syntax::ast::Binary;
use toma_syntax::diagnostic::Span;

impl Checker<'_> {
    /// The report with what to do about it.
    pub(super) fn with_remedy(
        &self,
        report: Report,
        operator: Binary,
        reason: Refused,
        (left, right): (&Term, &Term),
        span: Span,
    ) -> Report {
        let sum = matches!(operator, Binary::Add | Binary::Subtract);
        if sum
            && reason == Refused::Units
            && let Some((number, text, sure)) = with_unit(left, right)
        {
            let report = report.help(format!("write the unit: `{text}`"));
            let (title, spot) = (format!("write `{text}`"), self.spot(number));
            return if sure {
                report.fix(title, spot, text)
            } else {
                report.suggest(title, spot, text)
            };
        }
        let (a, b) = (left.ty.core(), right.ty.core());
        let either = |wanted: &dyn Fn(&Type) -> bool| wanted(a) || wanted(b);
        let measures = |dimension| move |ty: &Type| *ty == Type::Number(dimension);
        let help = match reason {
            Refused::Fixed if either(&measures(Dimension::Stops)) => {
                if let Some(text) = stops(operator, left, right) {
                    return report.help(format!("stops are added up: write `{text}`")).suggest(
                        format!("write `{text}`"),
                        self.spot(span),
                        text,
                    );
                }
                "stops are added up, not multiplied: 1stops more is twice the light, so write the stops themselves, or add to them"
            }
            Refused::Fixed if either(&measures(Dimension::Kelvin)) => {
                "a colour temperature is a place on a scale: add kelvin to it or take some away, as in `5600K + 200K`"
            }
            Refused::Fixed if either(&measures(Dimension::Frame)) => {
                "a frame is a place in time: add frames to it, as in `first + 8fr`"
            }
            Refused::Units if a == b && *a == Type::Rate => {
                "rates are multiplied, `24fps * 2`, or compared; clips of two rates go together by `conform` or `retime`"
            }
            Refused::Units if a == b && *a == Type::Number(Dimension::Frame) => {
                "one frame less another is a number of frames, `last - first`; a later one is `first + 8fr`"
            }
            Refused::Never if either(&|ty| *ty == Type::Date) => {
                "dates are compared, as in `until < 2028-06-01`, and not computed with"
            }
            Refused::Never if either(&|ty| *ty == Type::Size) => {
                "a size is written out, as in `1920x1080`; a picture becomes smaller by `reformat` or `transform`"
            }
            Refused::Never if sum && either(&|ty| matches!(ty, Type::Text | Type::Path)) => {
                "texts are put together by their holes, as in `\"{name}_v{take:03}\"`"
            }
            _ => return report.help(advice(reason, &left.ty, &right.ty)),
        };
        report.help(help)
    }
}

/// A plain number that lacks the unit of the other side: where it stands, with its unit, and whether that is
/// surely what was meant.
fn with_unit(left: &Term, right: &Term) -> Option<(Span, String, bool)> {
    let (number, other) = match (plain_literal(left), plain_literal(right)) {
        (None, Some(number)) => ((number, right.span), &left.ty),
        (Some(number), None) => ((number, left.span), &right.ty),
        _ => return None,
    };
    let ((value, span), Type::Number(dimension)) = (number, other.core()) else { return None };
    Some(match dimension {
        Dimension::Frame if value.fract() == 0.0 => (span, format!("{value}fr"), true),
        Dimension::Scalar | Dimension::Frame => return None,
        // 1 may be all of it, or a hundredth.
        Dimension::Ratio => (span, written(value, Dimension::Ratio), value.fract() != 0.0),
        Dimension::Time => (span, written(value, Dimension::Time), false),
        other => (span, format!("{value}{}", unit(*other)), true),
    })
}

/// `2stops * 2`, written out.
fn stops(operator: Binary, left: &Term, right: &Term) -> Option<String> {
    let stops = |term: &Term| match term.kind {
        TermKind::Constant(Value::Number { value, dimension: Dimension::Stops }) => Some(value),
        _ => None,
    };
    let value = match operator {
        Binary::Multiply => match (stops(left), stops(right)) {
            (Some(stops), None) => stops * plain_literal(right)?,
            (None, Some(stops)) => stops * plain_literal(left)?,
            _ => return None,
        },
        Binary::Divide => stops(left)? / plain_literal(right).filter(|by| *by != 0.0)?,
        _ => return None,
    };
    Some(written(value, Dimension::Stops))
}
