//! What may be absent: `x == none` and `x != none`, and what is known of `x` behind the answer.

use super::Checker;
use crate::report::Report;
use crate::term::{ArmTerm, Block, PatternTerm, Term, TermKind};
use crate::types::Type;
use toma_plan::Value;
use toma_syntax::ast::Binary;
use toma_syntax::diagnostic::Span;

/// A condition that asks whether a name is there.
pub(super) struct Asked {
    /// The name's place.
    pub(super) local: usize,
    /// What it is if it is there.
    pub(super) core: Type,
    /// It is there where the condition is true; else where it is false.
    pub(super) if_true: bool,
}

impl Checker<'_> {
    /// `x == none` or `x != none`; `None` if this is another comparison. It is what `match` makes of it, so that
    /// pictures, too, are asked about.
    pub(super) fn presence(
        &mut self,
        operator: Binary,
        left: &Term,
        right: &Term,
        span: Span,
    ) -> Option<Term> {
        let absent = match operator {
            Binary::Equal => true,
            Binary::NotEqual => false,
            _ => return None,
        };
        let subject = match (&left.ty, &right.ty) {
            (Type::None, Type::None) => return None,
            (_, Type::None) => left,
            (Type::None, _) => right,
            _ => return None,
        };
        if !matches!(subject.ty, Type::Optional(_)) {
            let words = subject.ty.words();
            let report = Report::error(
                "T0341",
                format!("this is never `none`: it is {words}"),
                self.spot(subject.span),
            )
            .help("leave the question out; what may be left out is declared with `?`, as in `mask: Matte?`");
            self.report(report);
            return Some(Term::unknown(span));
        }
        let first = self.locals.len() as u32;
        let arm = |pattern, answer| ArmTerm {
            pattern,
            block: Block {
                first,
                lets: Vec::new(),
                result: Term::new(TermKind::Constant(Value::Bool(answer)), Type::Bool, span),
            },
        };
        let arms =
            vec![arm(PatternTerm::Value(Value::None), absent), arm(PatternTerm::Else, !absent)];
        let kind = TermKind::Match(Box::new(subject.clone()), arms);
        Some(Term::new(kind, Type::Bool, span))
    }
}

/// Whether a condition is such a question about a name.
pub(super) fn asked_presence(condition: &Term) -> Option<Asked> {
    let TermKind::Match(subject, arms) = &condition.kind else { return None };
    let (TermKind::Local(index), Type::Optional(core)) = (&subject.kind, &subject.ty) else {
        return None;
    };
    let answer = |arm: &ArmTerm| match arm.block.result.kind {
        TermKind::Constant(Value::Bool(answer)) => Some(answer),
        _ => None,
    };
    let [none, other] = arms.as_slice() else { return None };
    if none.pattern != PatternTerm::Value(Value::None) || other.pattern != PatternTerm::Else {
        return None;
    }
    let (absent, there) = (answer(none)?, answer(other)?);
    (absent != there).then(|| Asked {
        local: *index as usize,
        core: core.as_ref().clone(),
        if_true: there,
    })
}
