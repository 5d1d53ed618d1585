//! Choices: the cases of enums as values, and `if`.
//!
//! A bare case, `Fine`, is looked up in the enum that is expected where it stands, then among all enums of
//! the file. Where two meanings would do, none is taken silently.

use super::block::Wanted;
use super::presence::asked_presence;
use super::record::Built;
use super::{Checker, Slot};
use crate::data::{EnumSignature, declaration, enum_of, enums_with};
use crate::modules::Definition;
use crate::names::{listed, nearest};
use crate::report::{ItemRef, Report};
use crate::term::{Block, Term, TermKind};
use crate::types::{Type, Vector, declared_name};
use toma_syntax::ast::{Argument, Body, Expr, ExprKind, Name};
use toma_syntax::diagnostic::Span;

impl Checker<'_> {
    /// A call that builds a record or a case; `None` if it is another call.
    pub(super) fn construction(
        &mut self,
        function: &Expr,
        arguments: &[Argument],
        handle: Option<&Name>,
        expected: Option<&Type>,
        span: Span,
    ) -> Option<Term> {
        let term = if let Some((item, word, inner)) = self.data_by_path(function) {
            match (word.as_str(), inner.as_slice()) {
                ("record", []) => self.record(&item, arguments, function.span, span),
                ("enum", [name]) => self.case(&item, &name.text, name.span, arguments, span),
                ("enum", []) => {
                    let report = Report::error(
                        "T0354",
                        format!("`{}` is a choice: which of its cases?", declared_name(&item)),
                        self.spot(function.span),
                    )
                    .label(declaration(self.db, &item), "declared here")
                    .help(format!("it has {}", self.cases_listed(&item)));
                    self.report(report);
                    self.looked_at(arguments, span)
                }
                _ => return None,
            }
        } else {
            let ExprKind::Name(name) = &function.kind else { return None };
            match self.enum_of_case(name, function.span, expected, true)? {
                Some(item) => self.case(&item, name, function.span, arguments, span),
                None => self.looked_at(arguments, span),
            }
        };
        self.no_handle(handle);
        Some(term)
    }

    /// `Source.Nothing`, also through a module; `None` if it is no path into a record or enum.
    pub(super) fn case_by_path(&mut self, expr: &Expr) -> Option<Term> {
        let (item, word, inner) = self.data_by_path(expr)?;
        let name = declared_name(&item);
        match (word.as_str(), inner.as_slice()) {
            ("enum", [case]) => Some(self.case(&item, &case.text, case.span, &[], expr.span)),
            ("enum", []) => {
                let report = Report::error(
                    "T0354",
                    format!("`{name}` is a choice: which of its cases?"),
                    self.spot(expr.span),
                )
                .label(declaration(self.db, &item), "declared here")
                .help(format!("it has {}", self.cases_listed(&item)));
                self.report(report);
                Some(Term::unknown(expr.span))
            }
            // A field of a case: that of its value.
            ("enum", _) => None,
            _ => {
                let report = Report::error(
                    "T0217",
                    format!("`{name}` is a record, not a value"),
                    self.spot(expr.span),
                )
                .label(declaration(self.db, &item), "declared here")
                .help(format!("build one: `{name}(…)`"));
                self.report(report);
                Some(Term::unknown(expr.span))
            }
        }
    }

    /// A case without payload by its bare name; `None` if it means something else.
    pub(super) fn bare_case(
        &mut self,
        name: &str,
        expected: Option<&Type>,
        span: Span,
    ) -> Option<Term> {
        Some(match self.enum_of_case(name, span, expected, false)? {
            Some(item) => self.case(&item, name, span, &[], span),
            None => Term::unknown(span),
        })
    }

    /// The enum whose case a bare name is. `None`: it is no case; `Some(None)`: that was reported.
    #[expect(clippy::option_option, reason = "no case, a case whose enum was reported, a case")]
    fn enum_of_case(
        &mut self,
        name: &str,
        span: Span,
        expected: Option<&Type>,
        called: bool,
    ) -> Option<Option<ItemRef>> {
        if !self.is_free(name) {
            return None;
        }
        let defined = self.named(name);
        let other = match &defined {
            // Wrong and reported.
            Some(Definition::Unknown) => return None,
            Some(Definition::Item { item, word }) => match word.as_str() {
                "const" if !called => Some(("constant", item.clone())),
                "recipe" | "stage" | "record" if called => Some((word.as_str(), item.clone())),
                _ => None,
            },
            _ => None,
        };
        if let Some(Type::Enum(item)) = expected.map(Type::core) {
            let choice = enum_of(self.db, item);
            if choice.is_some_and(|choice| choice.case(name).is_some()) {
                let Some((word, found)) = other else { return Some(Some(item.clone())) };
                let enum_name = declared_name(item);
                let report = Report::error(
                    "T0361",
                    format!("`{name}` is a case of `{enum_name}`, and also a {word}"),
                    self.spot(span),
                )
                .label(declaration(self.db, item), "the case is declared here")
                .label(declaration(self.db, &found), format!("the {word}"))
                .help(format!("say which is meant: `{enum_name}.{name}`"))
                .fix(
                    format!("write `{enum_name}.{name}`"),
                    self.spot(span),
                    format!("{enum_name}.{name}"),
                );
                self.report(report);
                return Some(None);
            }
        }
        let means_something = defined.is_some()
            || self.space_by_name(name).is_some()
            || (!called && matches!(name, "first" | "last" | "seed" | "publish" | "version"))
            || (called && (Vector::by_name(name).is_some() || name == "Space"));
        if means_something {
            return None;
        }
        let file = self.db.file(&self.item.file);
        let found = enums_with(self.db, file, name.to_owned());
        match found.as_slice() {
            [(own, item)] => {
                self.used.insert(own.clone());
                Some(Some(item.clone()))
            }
            [(first, first_item), (second, second_item), ..] => {
                let report = Report::error(
                    "T0361",
                    format!("`{name}` is a case of `{first}` and of `{second}`"),
                    self.spot(span),
                )
                .label(declaration(self.db, first_item), "one of them")
                .label(declaration(self.db, second_item), "another one")
                .help(format!("say which is meant: `{first}.{name}` or `{second}.{name}`"));
                self.report(report);
                Some(None)
            }
            [] => {
                let Some(Type::Enum(item)) = expected.map(Type::core) else { return None };
                let item = item.clone();
                let choice = enum_of(self.db, &item)?;
                let known = choice.cases.iter().map(|case| case.name.as_str());
                // Another kind of name may have been meant.
                nearest(name, known)?;
                self.no_such_case(choice, name, span);
                Some(None)
            }
        }
    }

    /// `Roto(shape: m)` of an enum that is known.
    pub(super) fn case(
        &mut self,
        item: &ItemRef,
        name: &str,
        name_span: Span,
        arguments: &[Argument],
        span: Span,
    ) -> Term {
        let Some(choice) = enum_of(self.db, item) else {
            self.incomplete = true;
            return self.looked_at(arguments, span);
        };
        let ty = Type::Enum(item.clone());
        let Some(case) = choice.case(name) else {
            self.no_such_case(choice, name, name_span);
            self.looked_at(arguments, span);
            return Term::new(TermKind::Unknown, ty, span);
        };
        let built = Built { name, item, fields: case.fields.iter().collect(), broken: case.broken };
        match self.built(&built, arguments, name_span, span) {
            Some(fields) => Term::new(TermKind::Case { name: name.to_owned(), fields }, ty, span),
            None => Term::new(TermKind::Unknown, ty, span),
        }
    }

    pub(super) fn no_such_case(&mut self, choice: &EnumSignature, name: &str, span: Span) {
        if choice.broken {
            self.incomplete = true;
            return;
        }
        let known: Vec<&str> = choice.cases.iter().map(|case| case.name.as_str()).collect();
        let report = Report::error(
            "T0354",
            format!("`{}` has no case `{name}`", choice.name),
            self.spot(span),
        )
        .label(declaration(self.db, &choice.item), "declared here");
        let report = match nearest(name, known.iter().copied()) {
            Some(near) => report.did_you_mean(Some(near), self.spot(span)),
            None => report.help(format!("it has {}", listed(&known, "and"))),
        };
        self.report(report);
    }

    pub(super) fn cases_listed(&self, item: &ItemRef) -> String {
        let name = declared_name(item);
        let cases = enum_of(self.db, item).map(|choice| choice.cases.as_slice());
        let cases: Vec<String> = cases
            .unwrap_or_default()
            .iter()
            .map(|case| match case.fields.as_slice() {
                [] => format!("{name}.{}", case.name),
                _ => format!("{name}.{}(…)", case.name),
            })
            .collect();
        listed(&cases, "and")
    }

    /// `if c { a } else { b }`
    pub(super) fn if_(
        &mut self,
        branches: &[(Expr, Body)],
        otherwise: Option<&Body>,
        wanted: Wanted<'_>,
        span: Span,
    ) -> Term {
        let slot = Slot::new("the condition of `if`".to_owned(), None);
        let mut checked: Vec<(Term, Block)> = Vec::with_capacity(branches.len());
        let mut present: Vec<(usize, Type)> = Vec::new();
        for (condition, body) in branches {
            let term = self.expr(condition, Some(&Type::Bool));
            let term = self.still_value(term, "the condition of `if`");
            let condition = self.fit(term, &Type::Bool, &slot);
            let first = self.locals.len();
            let asked = asked_presence(&condition);
            let there = asked.as_ref().filter(|asked| asked.if_true);
            let before = there.map(|asked| (asked.local, asked.core.clone()));
            let before = before.and_then(|(local, ty)| Some((local, self.retyped(local, ty)?)));
            let block = self.block(body, first, wanted);
            if let Some((local, ty)) = before {
                self.retyped(local, ty);
            }
            // From here on it is there, or this branch is taken.
            if let Some(asked) = asked.filter(|asked| !asked.if_true) {
                present.extend(self.retyped(asked.local, asked.core).map(|ty| (asked.local, ty)));
            }
            checked.push((condition, block));
        }
        let first = self.locals.len();
        let otherwise = otherwise.map(|body| self.block(body, first, wanted));
        for (local, ty) in present.into_iter().rev() {
            self.retyped(local, ty);
        }
        let Some(otherwise) = otherwise else {
            let report = Report::error("T0352", "this `if` has no `else`", self.spot(span)).help(
                "it is a value, so it says what it is otherwise too: `if c { a } else { b }`",
            );
            self.report(report);
            let ty = checked.first().map_or(Type::Unknown, |(_, block)| block.result.ty.clone());
            return Term::new(TermKind::Unknown, ty, span);
        };
        let results: Vec<&Term> = checked
            .iter()
            .map(|(_, block)| &block.result)
            .chain(std::iter::once(&otherwise.result))
            .collect();
        let ty = self.together(&results, wanted, "branches");
        let wrong = results.iter().any(|result| result.ty.is_unknown())
            || checked.iter().any(|(condition, _)| condition.ty.is_unknown());
        if wrong || ty == Type::Unknown {
            return Term::new(TermKind::Unknown, ty, span);
        }
        Term::new(TermKind::If { branches: checked, otherwise: Box::new(otherwise) }, ty, span)
    }

    /// What decides has one value for the shot.
    pub(super) fn still_value(&mut self, term: Term, what: &str) -> Term {
        if !matches!(term.ty, Type::Curve(_)) || term.ty.is_unknown() {
            return term;
        }
        let report = Report::error(
            "T0353",
            format!("{what} takes one value for the whole shot, and this changes"),
            self.spot(term.span),
        )
        .saying(term.ty.words())
        .help("what is taken over time is said by frames: `cut { 1001..1030: a, else: b }`");
        self.report(report);
        Term::unknown(term.span)
    }
}
