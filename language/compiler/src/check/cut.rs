//! `cut { 1001..1030: a, else: b }`: one thing after the other. Over pictures it is a stage that reads only
//! what it shows; over numbers a curve that holds.

use super::{Checker, Slot, Var};
use crate::evaluate::{Closed, evaluate};
use crate::report::Report;
use crate::source::reference;
use crate::term::{CallTerm, Term, TermKind};
use crate::types::{Bound, Space, Type};
use toma_plan::{Dimension, FrameRange, Value};
use toma_syntax::ast::{Binary, Expr};
use toma_syntax::diagnostic::Span;

/// A piece: when, and what.
type Piece = (Option<Expr>, Expr);

impl Checker<'_> {
    /// Checks a `cut`.
    pub(super) fn cut(&mut self, pieces: &[Piece], expected: Option<&Type>, span: Span) -> Term {
        let mut frames = Vec::new();
        let mut wrong = self.order(pieces);
        let slot = Slot::new("when a piece is shown".to_owned(), None);
        for range in pieces.iter().filter_map(|(range, _)| range.as_ref()) {
            let term = self.expr(range, Some(&Type::Frames));
            let term = self.one_frame(term);
            let term = self.fit(term, &Type::Frames, &slot);
            wrong |= term.ty.is_unknown();
            frames.push(term);
        }
        wrong |= !wrong && self.overlapping(&frames);
        if frames.is_empty() && !wrong {
            let report =
                Report::error("T0374", "this cut has no piece of its own", self.spot(span))
                    .help("say when it shows what, as in `cut { 1001..1030: a, else: b }`");
            self.report(report);
            wrong = true;
        }
        let var = self.vars.len() as u32;
        self.vars.push(Var {
            space: Some(Space::Unknown),
            picture: None,
            bound: Bound::Picture,
            callee: "cut".to_owned(),
            decided: None,
        });
        let wanted = expected.map(inside);
        let mut values = Vec::with_capacity(pieces.len());
        let mut inner: Option<Type> = wanted.filter(|ty| !ty.is_unknown()).cloned();
        for (_, value) in pieces {
            let term = self.expr(value, inner.as_ref());
            let term = self.piece(term, var, &mut inner);
            wrong |= term.ty.is_unknown();
            values.push(term);
        }
        let picture = self.settled_picture(var);
        if let Some(var) = self.vars.get_mut(var as usize) {
            var.picture.get_or_insert(Type::Unknown);
        }
        if wrong {
            return match picture {
                Type::Var(_) => Term::unknown(span),
                ty => Term::new(TermKind::Unknown, ty.moving(), span),
            };
        }
        let list = |terms, inner: Type| {
            Term::new(TermKind::List(terms), Type::List(Box::new(inner)), span)
        };
        if let Type::Var(_) = picture {
            let mut ranges = frames.into_iter();
            let pieces = values.into_iter().map(|value| (ranges.next(), value)).collect();
            let ty = Type::Curve(Box::new(inner.unwrap_or(Type::Unknown)));
            return Term::new(TermKind::Cut(pieces), ty, span);
        }
        let frames = list(frames, Type::Frames);
        let ty = picture.moving();
        let call = CallTerm {
            callee: reference("std/time.toma", "stage splice"),
            name: "cut".to_owned(),
            arguments: vec![Some(list(values, ty.clone())), Some(frames)],
            spaces: vec![Space::Unknown],
            handle: None,
        };
        Term::new(TermKind::Call(Box::new(call)), ty, span)
    }

    /// `1006` is the range of that frame alone.
    fn one_frame(&mut self, term: Term) -> Term {
        if !matches!(term.ty, Type::Int | Type::Number(Dimension::Frame)) {
            return term;
        }
        let span = term.span;
        let kind = TermKind::Binary(Binary::Range, Box::new(term.clone()), Box::new(term));
        self.finite(Term::new(kind, Type::Frames, span))
    }

    /// What one piece shows: of the sort of the first one.
    fn piece(&mut self, term: Term, var: u32, inner: &mut Option<Type>) -> Term {
        if term.ty.is_unknown() {
            return term;
        }
        let slot = Slot::new("what this cut shows".to_owned(), None);
        if term.ty.is_picture() && inner.as_ref().is_none_or(Type::is_picture) {
            let term = self.fit_sort(term, var, &slot);
            if term.ty.is_picture() {
                inner.get_or_insert_with(|| term.ty.clone().moving());
            }
            return term;
        }
        let numeric = match &term.ty {
            Type::Curve(inner) => inner.as_ref(),
            ty => ty,
        };
        match inner {
            Some(ty) => {
                let ty = Type::Curve(Box::new(ty.clone()));
                self.fit(term, &ty, &slot)
            }
            None if matches!(numeric, Type::Int | Type::Number(_) | Type::Vector(_)) => {
                *inner = Some(match numeric {
                    Type::Int => Type::Number(Dimension::Scalar),
                    ty => ty.clone(),
                });
                term
            }
            None => {
                let report = Report::error(
                    "T0375",
                    format!("a cut shows pictures or numbers, and this is {}", term.ty.words()),
                    self.spot(term.span),
                )
                .help("what is the same for the whole shot is chosen by `if` or `match`");
                self.report(report);
                *inner = Some(Type::Unknown);
                Term::unknown(term.span)
            }
        }
    }

    /// `else` stands once, and last; true and a report if it doesn't.
    fn order(&mut self, pieces: &[Piece]) -> bool {
        let rests = pieces.iter().enumerate().filter(|(_, (range, _))| range.is_none());
        let early = rests.clone().find(|(index, _)| index + 1 < pieces.len());
        let Some((index, (_, value))) = early else { return false };
        let (message, help) = if rests.count() > 1 {
            ("this cut has two `else`", "everywhere else it can show only one thing")
        } else {
            ("what stands behind `else` is never shown", "let `else` be the last piece")
        };
        let place = pieces.get(index + 1).map_or(value.span, |(range, value)| {
            range.as_ref().map_or(value.span, |range| range.span)
        });
        let report = Report::error("T0374", message, self.spot(place))
            .label(self.spot(value.span), "shown everywhere else")
            .help(help);
        self.report(report);
        true
    }

    /// Says which two pieces want one frame, as far as their frames are written out.
    fn overlapping(&mut self, frames: &[Term]) -> bool {
        let known: Vec<(FrameRange, Span)> = frames
            .iter()
            .filter_map(|term| match evaluate(term, &Closed) {
                Ok(Value::Frames(range)) => Some((range, term.span)),
                _ => None,
            })
            .collect();
        let ranges: Vec<FrameRange> = known.iter().map(|(range, _)| *range).collect();
        let Some((a, b)) = in_two(&ranges) else { return false };
        let (Some((first, first_span)), Some((second, span))) = (known.get(a), known.get(b)) else {
            return false;
        };
        let both =
            FrameRange { first: first.first.max(second.first), last: first.last.min(second.last) };
        let report = Report::error(
            "T0372",
            format!("two pieces of this cut want {}", ranges_words(&[both])),
            self.spot(*span),
        )
        .saying("the second one")
        .label(self.spot(*first_span), "the first one")
        .help("a frame shows one thing: end the first piece before the second begins");
        self.report(report);
        true
    }
}

/// What a piece of a cut is, where the whole is this.
fn inside(ty: &Type) -> &Type {
    match ty {
        Type::Curve(inner) | Type::Optional(inner) => inside(inner),
        ty => ty,
    }
}

/// The first two of them that have a frame in common.
pub(crate) fn in_two(ranges: &[FrameRange]) -> Option<(usize, usize)> {
    let mut order: Vec<usize> = (0..ranges.len()).collect();
    order.sort_by_key(|index| ranges.get(*index).map(|range| (range.first, *index)));
    let mut reach: Option<(usize, i64)> = None;
    for index in order {
        let range = ranges.get(index)?;
        if let Some((before, last)) = reach
            && range.first <= last
        {
            return Some((before.min(index), before.max(index)));
        }
        reach = Some((index, range.last));
    }
    None
}

/// Frames as a sentence names them: `frame 1003`, `frames 1001..1004 and 1010`.
pub(crate) fn ranges_words(ranges: &[FrameRange]) -> String {
    let words: Vec<String> = ranges
        .iter()
        .take(4)
        .map(|range| match range {
            FrameRange { first, last } if first == last => first.to_string(),
            FrameRange { first, last } => format!("{first}..{last}"),
        })
        .collect();
    let single = matches!(ranges, [FrameRange { first, last }] if first == last);
    let more = ranges.len().saturating_sub(words.len());
    let listed = match more {
        0 => match words.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, front)) => format!("{} and {last}", front.join(", ")),
            None => String::new(),
        },
        more => format!("{} and {more} more stretches", words.join(", ")),
    };
    format!("{} {listed}", if single { "frame" } else { "frames" })
}

/// What no piece takes, in order.
pub(crate) fn open_frames(ranges: &[FrameRange], all: FrameRange) -> Vec<FrameRange> {
    let mut sorted: Vec<FrameRange> = ranges.to_vec();
    sorted.sort_by_key(|range| range.first);
    let mut open = Vec::new();
    let mut next = all.first;
    for range in sorted {
        if next < range.first && next <= all.last {
            let last = range.first.saturating_sub(1).min(all.last);
            open.push(FrameRange { first: next, last });
        }
        next = next.max(range.last.saturating_add(1));
    }
    if next <= all.last {
        open.push(FrameRange { first: next, last: all.last });
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_piece_takes_is_found_in_any_order() {
        let range = |first, last| FrameRange { first, last };
        let cases: [(&[FrameRange], &[FrameRange]); 5] = [
            (&[], &[range(1, 10)]),
            (&[range(0, 12)], &[]),
            (&[range(4, 5)], &[range(1, 3), range(6, 10)]),
            (&[range(8, 20), range(-5, 2)], &[range(3, 7)]),
            (&[range(20, 30)], &[range(1, 10)]),
        ];
        for (ranges, open) in cases {
            assert_eq!(open_frames(ranges, range(1, 10)), open, "{ranges:?}");
        }
    }
}
