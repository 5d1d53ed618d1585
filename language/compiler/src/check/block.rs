//! Bodies inside of expressions, and what several of them have in common: the branches of an `if` and the
//! arms of a `match` give one type together.

use super::fit::agrees;
use super::{Checker, Slot};
use crate::report::Report;
use crate::term::{Block, Term};
use crate::types::{Space, Type};
use toma_syntax::ast::{Body, Expr};

/// What is expected of an expression.
#[derive(Clone, Copy)]
pub(crate) enum Wanted<'a> {
    Nothing,
    /// It would help to know.
    Hint(&'a Type),
    /// It is put there, and has to fit.
    Put(&'a Type, &'a Slot),
}

impl<'a> Wanted<'a> {
    pub(crate) fn ty(self) -> Option<&'a Type> {
        match self {
            Self::Nothing => None,
            Self::Hint(ty) | Self::Put(ty, _) => Some(ty),
        }
    }
}

impl Checker<'_> {
    /// Checks an expression that one of several branches gives.
    pub(crate) fn wanted(&mut self, expr: &Expr, wanted: Wanted<'_>) -> Term {
        match wanted {
            Wanted::Put(ty, slot) if !ty.is_unknown() => self.value(expr, ty, slot),
            other => self.expr(expr, other.ty()),
        }
    }

    /// Checks a body inside of an expression. `first` is the place of the first name that belongs to it;
    /// from there on all are forgotten behind it.
    pub(crate) fn block(&mut self, body: &Body, first: usize, wanted: Wanted<'_>) -> Block {
        let unread = self.unread;
        self.incomplete |= body.broken;
        self.unread |= body.broken;
        let outer = self.current.take();
        let lets = body.lets.iter().map(|line| (line.name.text.as_str(), line.name.span));
        for (name, span) in outer.iter().map(|(name, span)| (name.as_str(), *span)).chain(lets) {
            self.later.add(name, span);
        }
        // Every line takes its own name out of `later` again.
        let lets: Vec<_> = body.lets.iter().map(|line| self.bind(line)).collect();
        let result = if let Some((last, extra)) = body.results.split_last() {
            for value in extra {
                // The parser has said that it goes nowhere.
                self.expr(value, None);
            }
            self.wanted(last, wanted)
        } else {
            self.incomplete = true;
            Term::unknown(body.span)
        };
        self.unused(lets.len());
        if let Some((name, span)) = &outer {
            self.later.arrived(name, *span);
        }
        self.current = outer;
        self.unread = unread;
        self.locals.truncate(first);
        Block { first: first as u32, lets, result }
    }

    /// The type that several results have together. What was put somewhere has been held against it, and
    /// has its type.
    pub(crate) fn together(&mut self, results: &[&Term], wanted: Wanted<'_>, what: &str) -> Type {
        if let Wanted::Put(ty, _) = wanted
            && !ty.is_unknown()
        {
            let mut ty = ty.clone();
            self.settle_type(&mut ty);
            return ty;
        }
        let mut all: Option<(Type, &Term)> = None;
        for result in results {
            let Some((ty, first)) = all.take() else {
                all = Some((result.ty.clone(), result));
                continue;
            };
            let Some(joined) = self.joined(&ty, &result.ty) else {
                let report = Report::error(
                    "T0350",
                    format!("the {what} give different things"),
                    self.spot(result.span),
                )
                .saying(result.ty.words())
                .label(self.spot(first.span), ty.words());
                let help = match (&ty, &result.ty) {
                    (Type::Picture { .. }, Type::Picture { .. }) => {
                        "bring one into the other's colour space and alpha, with `to(…)` or `premultiply()`"
                    }
                    _ => {
                        "whichever is taken, what follows has to know what it gets: make them alike"
                    }
                };
                self.report(report.help(help));
                return Type::Unknown;
            };
            all = Some((joined, first));
        }
        all.map_or(Type::Unknown, |(ty, _)| ty)
    }

    /// The type that holds the values of both.
    fn joined(&self, a: &Type, b: &Type) -> Option<Type> {
        Some(match (a, b) {
            _ if a.is_unknown() && matches!(a, Type::Unknown) => Type::Unknown,
            (_, Type::Unknown) => Type::Unknown,
            (
                Type::Picture { still, space, straight },
                Type::Picture { still: other_still, space: other, straight: other_straight },
            ) => {
                let (space, other) = (self.settled(space), self.settled(other));
                let same = space == other || space == Space::Unknown || other == Space::Unknown;
                if !same || straight != other_straight {
                    return None;
                }
                Type::Picture { still: *still && *other_still, space, straight: *straight }
            }
            (Type::Space(space), Type::Space(other)) => {
                let space = self.settled(space);
                if space != self.settled(other) {
                    return None;
                }
                Type::Space(space)
            }
            (Type::None, Type::None) => Type::None,
            (Type::None, Type::Optional(_)) => b.clone(),
            (Type::Optional(_), Type::None) => a.clone(),
            (Type::None, other) | (other, Type::None) => Type::Optional(Box::new(other.clone())),
            (Type::Optional(a), Type::Optional(b)) => Type::Optional(Box::new(self.joined(a, b)?)),
            (Type::Optional(inner), other) | (other, Type::Optional(inner)) => {
                Type::Optional(Box::new(self.joined(inner, other)?))
            }
            (Type::Curve(a), Type::Curve(b)) => Type::Curve(Box::new(self.joined(a, b)?)),
            (Type::Curve(inner), other) | (other, Type::Curve(inner)) => {
                Type::Curve(Box::new(self.joined(inner, other)?))
            }
            (Type::List(a), Type::List(b)) if **a == Type::Unknown => Type::List(b.clone()),
            (Type::List(a), Type::List(b)) if **b == Type::Unknown => Type::List(a.clone()),
            (Type::List(a), Type::List(b)) => Type::List(Box::new(self.joined(a, b)?)),
            (a, b) if agrees(b, a) => a.clone(),
            (a, b) if agrees(a, b) => b.clone(),
            _ => return None,
        })
    }
}
