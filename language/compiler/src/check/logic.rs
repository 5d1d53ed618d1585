//! Comparisons and `and`, `or`, `not`: they ask about values of the whole shot.

use super::{Checker, Slot};
use crate::report::Report;
use crate::term::{Term, TermKind};
use crate::types::Type;
use toma_plan::Dimension;
use toma_syntax::ast::{Binary, Expr, Unary};
use toma_syntax::diagnostic::Span;

impl Checker<'_> {
    /// `a and b`, `a or b`
    pub(super) fn both(&mut self, operator: Binary, left: &Expr, right: &Expr, span: Span) -> Term {
        let word = if operator == Binary::And { "and" } else { "or" };
        let slot = Slot::new(format!("what stands beside `{word}`"), None);
        let left = self.value(left, &Type::Bool, &slot);
        let right = self.value(right, &Type::Bool, &slot);
        if left.ty.is_unknown() || right.ty.is_unknown() {
            return Term::unknown(span);
        }
        let kind = TermKind::Binary(operator, Box::new(left), Box::new(right));
        Term::new(kind, Type::Bool, span)
    }

    /// `not a`
    pub(super) fn not(&mut self, operand: &Expr, span: Span) -> Term {
        let slot = Slot::new("what stands behind `not`".to_owned(), None);
        let operand = self.value(operand, &Type::Bool, &slot);
        if operand.ty.is_unknown() {
            return Term::unknown(span);
        }
        Term::new(TermKind::Unary(Unary::Not, Box::new(operand)), Type::Bool, span)
    }

    /// `a == b`, `a < b`
    pub(super) fn comparison(
        &mut self,
        operator: Binary,
        left: &Expr,
        right: &Expr,
        span: Span,
    ) -> Term {
        let left = self.expr(left, None);
        let right = self.expr(right, Some(&left.ty));
        if left.ty.is_unknown() || right.ty.is_unknown() {
            return Term::unknown(span);
        }
        if let Some(term) = self.presence(operator, &left, &right, span) {
            return term;
        }
        let changing = [&left, &right].into_iter().find(|term| matches!(term.ty, Type::Curve(_)));
        if let Some(changing) = changing {
            let report = Report::error(
                "T0340",
                "a comparison asks about one value for the whole shot, and this changes",
                self.spot(changing.span),
            )
            .saying(changing.ty.words())
            .help(
                "compare values that don't change; `min`, `max` and `clamp` choose at every frame",
            );
            self.report(report);
            return Term::unknown(span);
        }
        let ordered = !matches!(operator, Binary::Equal | Binary::NotEqual);
        let report = match compared(&left.ty, &right.ty, ordered) {
            Compared::Yes => {
                let kind = TermKind::Binary(operator, Box::new(left), Box::new(right));
                return self.finite(Term::new(kind, Type::Bool, span));
            }
            Compared::OtherUnit => {
                let message =
                    format!("{} can't be compared with {}", left.ty.words(), right.ty.words());
                Report::error("T0302", message, self.spot(left.span))
                    .help("both sides of a comparison measure the same thing")
            }
            Compared::NoOrder => {
                let message = format!("{} has no order", left.ty.words());
                Report::error("T0341", message, self.spot(left.span))
                    .help("ask with `==` or `!=`, or compare its parts")
            }
            Compared::Never => {
                let message = if left.ty == right.ty {
                    format!("{} can't be compared", left.ty.words())
                } else {
                    format!("{} can't be compared with {}", left.ty.words(), right.ty.words())
                };
                Report::error("T0341", message, self.spot(left.span)).help(
                    "numbers, texts, dates, sizes and cases are compared, each with their own kind",
                )
            }
        };
        let report = report.saying(left.ty.words()).label(self.spot(right.span), right.ty.words());
        self.report(report);
        Term::unknown(span)
    }
}

enum Compared {
    Yes,
    /// Both are numbers.
    OtherUnit,
    NoOrder,
    Never,
}

fn compared(left: &Type, right: &Type, ordered: bool) -> Compared {
    let number = |ty: &Type| matches!(ty, Type::Int | Type::Number(_) | Type::Product(_));
    let counts =
        |ty: &Type| matches!(ty, Type::Int | Type::Number(Dimension::Scalar | Dimension::Frame));
    match (left, right) {
        (Type::Optional(_), Type::None) | (Type::None, Type::Optional(_)) => Compared::NoOrder,
        (Type::Int, other) | (other, Type::Int) if counts(other) => Compared::Yes,
        (left, right) if number(left) && number(right) => {
            if left == right {
                Compared::Yes
            } else {
                Compared::OtherUnit
            }
        }
        (Type::Rate | Type::Date, _) if left == right => Compared::Yes,
        (Type::Text | Type::Path, Type::Text | Type::Path) => {
            if ordered {
                Compared::NoOrder
            } else {
                Compared::Yes
            }
        }
        (left, right) if left == right && has_equality(left) => {
            if ordered {
                Compared::NoOrder
            } else {
                Compared::Yes
            }
        }
        (Type::Optional(inner), other) | (other, Type::Optional(inner)) if !ordered => {
            compared(inner, other.core(), false)
        }
        (left, right)
            if matches!(left, Type::Rate) && number(right)
                || number(left) && matches!(right, Type::Rate) =>
        {
            Compared::OtherUnit
        }
        _ => Compared::Never,
    }
}

/// Can two values of the type be the same?
fn has_equality(ty: &Type) -> bool {
    match ty {
        Type::List(inner) => has_equality(inner),
        ty => !matches!(
            ty,
            Type::Picture { .. } | Type::Port(_) | Type::Curve(_) | Type::None | Type::Unknown
        ),
    }
}
