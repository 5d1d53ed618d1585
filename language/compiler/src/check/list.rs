//! Lists that are made by a rule: `[for s in 1..4: blur(p, s * 1px)]`.

use super::{Checker, Slot};
use crate::report::Report;
use crate::term::{Term, TermKind};
use crate::types::Type;
use toma_syntax::ast::{Expr, Name};
use toma_syntax::diagnostic::Span;

impl Checker<'_> {
    /// A list with an element for each of `over`.
    pub(super) fn comprehension(
        &mut self,
        name: &Name,
        over: &Expr,
        value: &Expr,
        expected: Option<&Type>,
        span: Span,
    ) -> Term {
        let over = self.expr(over, None);
        let over = self.still_value(over, "the list that `for` runs over");
        let element = match &over.ty {
            Type::Unknown => Type::Unknown,
            Type::List(inner) => inner.as_ref().clone(),
            // Frame numbers count, scale and stand for frames: whole numbers do all of it.
            Type::Frames | Type::Steps => Type::Int,
            ty => {
                let mut report = Report::error(
                    "T0362",
                    format!("`for` runs over a list or a range, and this is {}", ty.words()),
                    self.spot(over.span),
                );
                report = match ty {
                    Type::Int => report.help("write where it begins and ends: `1..4`"),
                    Type::Optional(_) => report.help(
                        "say what is to be done without one: `match x { none => …, else => … }`",
                    ),
                    _ => report.help("write a list, `[a, b]`, or a range, `1..4`"),
                };
                self.report(report);
                Type::Unknown
            }
        };
        let first = self.locals.len();
        let unknown = element.is_unknown();
        // A name that only counts is not needed.
        self.introduce(name, element, true);
        let value = match expected.map(Type::core) {
            Some(Type::List(inner)) if !inner.is_unknown() => {
                let slot = Slot::new("an element of this list".to_owned(), None);
                self.value(value, inner, &slot)
            }
            _ => self.expr(value, None),
        };
        self.locals.truncate(first);
        let inner = match expected.map(Type::core) {
            Some(Type::List(inner)) if !inner.is_unknown() && !value.ty.is_unknown() => {
                inner.as_ref().clone()
            }
            _ => value.ty.clone(),
        };
        let mut ty = Type::List(Box::new(inner));
        self.settle_type(&mut ty);
        if unknown || ty.is_unknown() {
            return Term::new(TermKind::Unknown, ty, span);
        }
        let kind = TermKind::Comprehension {
            first: first as u32,
            over: Box::new(over),
            value: Box::new(value),
        };
        self.finite(Term::new(kind, ty, span))
    }
}
