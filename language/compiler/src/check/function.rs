//! The functions of the language over numbers: `min max abs round floor ceil clamp mod`. They are no stages:
//! over curves they are computed at every time.

use super::Checker;
use crate::function::Function;
use crate::measure::{Refused, advice, common};
use crate::report::Report;
use crate::term::{Term, TermKind};
use crate::types::Type;
use toma_plan::Dimension;
use toma_syntax::ast::Argument;
use toma_syntax::diagnostic::Span;

impl Checker<'_> {
    /// A call of a function over numbers.
    pub(super) fn function(
        &mut self,
        function: Function,
        arguments: &[Argument],
        span: Span,
    ) -> Term {
        let terms: Vec<Term> =
            arguments.iter().map(|argument| self.expr(&argument.value, None)).collect();
        let name = function.name();
        let (least, most) = function.takes();
        let named = arguments.iter().find_map(|argument| argument.name.as_ref());
        let example = function.example();
        if let Some(named) = named {
            let report = Report::error(
                "T0342",
                format!("`{name}` takes its values without names"),
                self.spot(named.span),
            )
            .help(format!("write them in order: `{example}`"));
            self.report(report);
            return Term::unknown(span);
        }
        if terms.len() < least || terms.len() > most {
            let takes = match (least, most) {
                (1, 1) => "one value".to_owned(),
                (least, most) if least == most => format!("{least} values"),
                (least, _) => format!("{least} values or more"),
            };
            let report = Report::error(
                "T0342",
                format!("`{name}` takes {takes}, and this is {}", terms.len()),
                self.spot(span),
            )
            .help(format!("as in `{example}`"));
            self.report(report);
            return Term::unknown(span);
        }
        if terms.iter().any(|term| term.ty.is_unknown()) {
            return Term::unknown(span);
        }
        let types: Vec<Type> = terms.iter().map(|term| term.ty.clone()).collect();
        match common(&types) {
            Ok(ty) => {
                let ty = if function.rounds() && ty == Type::Number(Dimension::Scalar) {
                    Type::Int
                } else {
                    ty
                };
                self.finite(Term::new(TermKind::Function(function, terms), ty, span))
            }
            Err(reason) => {
                self.no_common(name, &terms, reason, span);
                Term::unknown(span)
            }
        }
    }

    fn no_common(&mut self, name: &str, terms: &[Term], reason: Refused, span: Span) {
        let Some(first) = terms.first() else { return };
        let other = terms.iter().find(|term| common(&[first.ty.clone(), term.ty.clone()]).is_err());
        let other = other.unwrap_or(first);
        let mut report = if reason == Refused::Never {
            let words = if common(std::slice::from_ref(&first.ty)).is_err() {
                first.ty.words()
            } else {
                other.ty.words()
            };
            Report::error(
                "T0304",
                format!("`{name}` computes with numbers, and this is {words}"),
                self.spot(span),
            )
        } else {
            let mut words: Vec<String> = Vec::new();
            for term in terms {
                let said = term.ty.words();
                if !words.contains(&said) {
                    words.push(said);
                }
            }
            Report::error(
                "T0302",
                format!("the values of `{name}` measure different things: {}", words.join(", ")),
                self.spot(first.span),
            )
            .saying(first.ty.words())
            .label(self.spot(other.span), other.ty.words())
        };
        report = report.help(match reason {
            Refused::Units | Refused::Vectors => "give it values of one kind".to_owned(),
            reason => advice(reason, &first.ty, &other.ty),
        });
        self.report(report);
    }
}
