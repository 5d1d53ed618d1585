//! The right side of `set`: checked as an argument of what it sets would be, in the scope of the item that
//! says it. What an address leads to is found out elsewhere.

use super::{Checker, Local, Slot};
use crate::database::Db;
use crate::report::{ItemRef, Report};
use crate::signature::Parameter;
use crate::term::{Fragment, NameTerm, Term};
use crate::types::{Space, Type};
use toma_plan::Dimension;
use toma_syntax::ast::{self, Binary, ClauseKind, Expr, ExprKind};
use toma_syntax::diagnostic::Span;

/// A value to check.
pub(crate) struct Asked<'a> {
    /// Who says it.
    pub(crate) item: &'a ItemRef,
    /// The names that it sees.
    pub(crate) names: &'a [NameTerm],
    /// The working space.
    pub(crate) work: &'a Space,
    /// Does `seed` mean the shot's?
    pub(crate) in_shot: bool,
}

/// What came of it.
pub(crate) struct Answered {
    pub(crate) term: Term,
    /// The names that it needs, by number.
    pub(crate) needs: Vec<u32>,
    pub(crate) reports: Vec<Report>,
}

impl Asked<'_> {
    fn checker<'db>(&self, db: &'db dyn Db) -> Checker<'db> {
        let mut checker = Checker::new(db, self.item.clone());
        checker.in_shot = self.in_shot;
        checker.work = Some(self.work.clone());
        for name in self.names {
            checker.locals.push(Local {
                name: name.name.clone(),
                span: name.spot.span,
                item: name.spot.item.clone(),
                ty: name.ty.clone(),
                used: true,
            });
        }
        checker
    }

    fn answered(checker: Checker<'_>, term: Term) -> Answered {
        let mut fragment = Fragment { result: Some(term), ..Fragment::default() };
        checker.settle(&mut fragment);
        let needs = checker.needs.iter().copied().collect();
        let span = Span::default();
        let term = fragment.result.take().unwrap_or_else(|| Term::unknown(span));
        Answered { term, needs, reports: checker.finish() }
    }

    /// The value of a `set`.
    pub(crate) fn value(
        &self,
        db: &dyn Db,
        value: &Expr,
        ty: &Type,
        parameter: &Parameter,
        slot: &Slot,
    ) -> Answered {
        let mut checker = self.checker(db);
        let term = checker.value(value, ty, slot);
        checker.bound(&term, parameter, slot);
        Self::answered(checker, term)
    }

    /// The frames of an `at`.
    pub(crate) fn frames(&self, db: &dyn Db, frames: &Expr) -> Answered {
        let mut checker = self.checker(db);
        if let Some((first, last)) = with_a_dash(frames) {
            let range = format!("{first}..{last}");
            let report = Report::error(
                "T0530",
                format!("`{first}-{last}` is a difference, and the frames of an `at` are a range"),
                checker.spot(frames.span),
            )
            .help(format!("write `{range}`"))
            .fix("write the range", checker.spot(frames.span), range);
            checker.report(report);
            return Self::answered(checker, Term::unknown(frames.span));
        }
        let slot = Slot::new("the range of `at`".to_owned(), None);
        let term = checker.expr(frames, Some(&Type::Frames));
        let term = match term.ty {
            Type::Frames => term,
            // `at 1040 { … }`: one frame.
            _ => checker.fit(term, &Type::Number(Dimension::Frame), &slot),
        };
        Self::answered(checker, term)
    }
}

/// The frames of `1001-1004`, as other programs write a range.
fn with_a_dash(frames: &Expr) -> Option<(f64, f64)> {
    let ExprKind::Binary { operator: Binary::Subtract, left, right, .. } = &frames.kind else {
        return None;
    };
    let number = |side: &Expr| match &side.kind {
        ExprKind::Number { value, unit: None } => Some(*value),
        _ => None,
    };
    let (first, last) = (number(left)?, number(right)?);
    (first <= last).then_some((first, last))
}

impl Checker<'_> {
    /// Names that `set`s use count as used; what is wrong with their values is said when it is known what
    /// they set.
    pub(super) fn names_of_sets(&mut self, written: &ast::Layer) {
        let (said, incomplete) = (self.reports.len(), self.incomplete);
        for clause in &written.clauses {
            match &clause.kind {
                ClauseKind::Set(set) => {
                    self.expr(&set.value, None);
                }
                ClauseKind::At { frames, sets } => {
                    self.expr(frames, None);
                    for set in sets {
                        self.expr(&set.value, None);
                    }
                }
                _ => {}
            }
        }
        self.reports.truncate(said);
        self.incomplete = incomplete;
    }
}
