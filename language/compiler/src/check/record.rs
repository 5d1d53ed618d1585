//! Records: built by call, read by field, changed by `with`. Also the payloads of cases, which are given
//! the same way.

use super::{Checker, Slot};
use crate::data::{declaration, record_of};
use crate::names::{listed, nearest};
use crate::report::{ItemRef, Report, Spot};
use crate::signature::Parameter;
use crate::term::{FieldTerm, Term, TermKind};
use crate::types::{Type, declared_name};
use toma_plan::Value;
use toma_syntax::ast::{Argument, Expr, Name};
use toma_syntax::diagnostic::Span;

/// What is built from fields: a record, or a case with its payload.
pub(super) struct Built<'a> {
    /// `Beauty`, `Roto`
    pub(super) name: &'a str,
    /// Where its fields are declared.
    pub(super) item: &'a ItemRef,
    pub(super) fields: Vec<&'a Parameter>,
    /// A field is missing that could not be read.
    pub(super) broken: bool,
}

impl Checker<'_> {
    /// Is the name none of the body's own?
    pub(super) fn is_free(&self, name: &str) -> bool {
        !self.locals.knows(name)
            && self.later.find(name).is_none()
            && self.current.as_ref().is_none_or(|(own, _)| own != name)
    }

    /// `Beauty(rgba: p, z: d)`
    pub(super) fn record(
        &mut self,
        item: &ItemRef,
        arguments: &[Argument],
        function: Span,
        span: Span,
    ) -> Term {
        let Some(record) = record_of(self.db, item) else {
            self.incomplete = true;
            return self.looked_at(arguments, span);
        };
        let built = Built {
            name: &record.name,
            item,
            fields: record.fields.iter().map(|field| &field.parameter).collect(),
            broken: record.broken,
        };
        let ty = Type::Record(item.clone());
        match self.built(&built, arguments, function, span) {
            Some(fields) => Term::new(TermKind::Record(fields), ty, span),
            // Its type is known all the same, so that what follows can be checked.
            None => Term::new(TermKind::Unknown, ty, span),
        }
    }

    /// Looks at what is passed to something wrong, for its own mistakes.
    pub(super) fn looked_at(&mut self, arguments: &[Argument], span: Span) -> Term {
        for argument in arguments {
            self.expr(&argument.value, None);
        }
        Term::unknown(span)
    }

    /// Every field with what was given for it, or its default. `None` if something is wrong.
    pub(super) fn built(
        &mut self,
        built: &Built<'_>,
        arguments: &[Argument],
        function: Span,
        span: Span,
    ) -> Option<Vec<FieldTerm>> {
        let mut given: Vec<Option<Term>> = vec![None; built.fields.len()];
        let mut wrong = built.broken;
        let mut places: Vec<Option<Span>> = vec![None; built.fields.len()];
        for (index, argument) in arguments.iter().enumerate() {
            let place = match &argument.name {
                Some(name) => built.fields.iter().position(|field| field.name == name.text),
                None if arguments.iter().take(index).any(|before| before.name.is_some()) => {
                    // The parser has said that its place isn't clear.
                    wrong = true;
                    self.expr(&argument.value, None);
                    continue;
                }
                None => Some(index),
            };
            let field = place.and_then(|place| Some((place, *built.fields.get(place)?)));
            let Some((place, field)) = field else {
                self.no_such_field_given(built, argument);
                wrong = true;
                continue;
            };
            let at = argument.name.as_ref().map_or(argument.value.span, |name| name.span);
            if let Some(first) = places.get(place).copied().flatten() {
                wrong = true;
                self.expr(&argument.value, None);
                let report = Report::error(
                    "T0213",
                    format!("`{}` of `{}` is given twice", field.name, built.name),
                    self.spot(at),
                )
                .saying("given again")
                .label(self.spot(first), "given first");
                self.report(report);
                continue;
            }
            if let Some(known) = places.get_mut(place) {
                *known = Some(at);
            }
            let term = self.field_value(built, field, &argument.value);
            wrong |= term.ty.is_unknown();
            if let Some(slot) = given.get_mut(place) {
                *slot = Some(term);
            }
        }
        let missing: Vec<&str> = built
            .fields
            .iter()
            .zip(&given)
            .filter(|(field, given)| {
                given.is_none() && !field.is_optional() && !field.ty.is_unknown()
            })
            .map(|(field, _)| field.name.as_str())
            .collect();
        if !wrong && !missing.is_empty() {
            let report = Report::error(
                "T0214",
                format!("`{}` also needs {}", built.name, listed(&missing, "and")),
                self.spot(function),
            )
            .label(declaration(self.db, built.item), "declared here")
            .help(format!(
                "give {} by name: `{}: …`",
                if missing.len() == 1 { "it" } else { "them" },
                missing.join(": …, ")
            ));
            self.report(report);
        }
        if wrong || !missing.is_empty() {
            return None;
        }
        let around = self.locals.len() as u32;
        let fields = built.fields.iter().zip(given);
        fields
            .map(|(field, given)| {
                let value = match (given, &field.default) {
                    (Some(term), _) => term,
                    (None, Some(default)) => default.clone().moved_to(span, around),
                    (None, None) => Term::new(TermKind::Constant(Value::None), Type::None, span),
                };
                let ty = self.instantiate(&field.ty, &[]);
                let known = !ty.is_unknown() && !value.ty.is_unknown();
                known.then(|| FieldTerm { name: field.name.clone(), ty, value })
            })
            .collect()
    }

    fn field_value(&mut self, built: &Built<'_>, field: &Parameter, value: &Expr) -> Term {
        let declared = Spot { item: built.item.clone(), span: field.span };
        let slot = Slot::new(format!("`{}` of `{}`", field.name, built.name), Some(declared));
        let ty = self.instantiate(&field.ty, &[]);
        let term = self.value(value, &ty, &slot);
        if !term.ty.is_unknown() {
            self.bound(&term, field, &slot);
        }
        term
    }

    fn no_such_field_given(&mut self, built: &Built<'_>, argument: &Argument) {
        self.expr(&argument.value, None);
        if built.broken {
            return;
        }
        let known: Vec<&str> = built.fields.iter().map(|field| field.name.as_str()).collect();
        let report = match &argument.name {
            Some(name) => self.no_field(built.name, &known, name, "T0205"),
            None => Report::error(
                "T0215",
                format!(
                    "`{}` takes {} value{}, and this is one more",
                    built.name,
                    known.len(),
                    if known.len() == 1 { "" } else { "s" }
                ),
                self.spot(argument.value.span),
            )
            .help("leave it out, or look the fields up in the declaration"),
        };
        let report = report.label(declaration(self.db, built.item), "declared here");
        self.report(report);
    }

    fn no_field(&self, owner: &str, known: &[&str], name: &Name, code: &'static str) -> Report {
        let report = Report::error(
            code,
            format!("`{owner}` has no field `{}`", name.text),
            self.spot(name.span),
        );
        match nearest(&name.text, known.iter().copied()) {
            Some(near) => report.did_you_mean(Some(near), self.spot(name.span)),
            None if known.is_empty() => report.help("it has no fields at all"),
            None => report.help(format!("it has {}", listed(known, "and"))),
        }
    }

    /// `base.name` of a value.
    pub(super) fn field(&mut self, base: Term, name: &Name, span: Span) -> Term {
        let (item, may_be_absent) = match &base.ty {
            ty if ty.is_unknown() => return Term::unknown(span),
            Type::Record(item) => (item.clone(), false),
            Type::Optional(inner) => match inner.as_ref() {
                Type::Record(item) => (item.clone(), true),
                _ => return self.without_fields(&base, name, span),
            },
            _ => return self.without_fields(&base, name, span),
        };
        let Some(record) = record_of(self.db, &item) else {
            self.incomplete = true;
            return Term::unknown(span);
        };
        let found = record.fields.iter().find(|field| field.parameter.name == name.text);
        let Some(found) = found else {
            if record.broken {
                return Term::unknown(span);
            }
            let known: Vec<&str> =
                record.fields.iter().map(|field| field.parameter.name.as_str()).collect();
            let report = self
                .no_field(&record.name, &known, name, "T0358")
                .label(declaration(self.db, &item), "declared here");
            self.report(report);
            return Term::unknown(span);
        };
        let ty = self.instantiate(&found.parameter.ty, &[]);
        if may_be_absent {
            let report = Report::error(
                "T0307",
                format!("this `{}` may be absent, and then it has no `{}`", record.name, name.text),
                self.spot(base.span),
            )
            .saying(base.ty.words())
            .help("say what is to be done then: `match x { none => …, else => x.… }`");
            self.report(report);
            return Term::new(TermKind::Unknown, ty, span);
        }
        if ty.is_unknown() {
            return Term::unknown(span);
        }
        Term::new(TermKind::Field(Box::new(base), name.text.clone()), ty, span)
    }

    fn without_fields(&mut self, base: &Term, name: &Name, span: Span) -> Term {
        let report = Report::error(
            "T0358",
            format!("{} has no field `{}`", base.ty.words(), name.text),
            self.spot(name.span),
        )
        .label(self.spot(base.span), base.ty.words());
        let report = match &base.ty {
            Type::Seed => report.help("independent seeds are made by `seed.split(\"label\")`"),
            Type::Enum(item) => report.help(format!(
                "what a case carries is taken out by `match`: `match x {{ {}(a) => …, else => … }}`",
                declared_case(self.db, item)
            )),
            ty if ty.is_picture() => report.help(
                "a picture has no fields: a value that is needed twice is made by a `let` above, and given to both",
            ),
            _ => report.help("only records have fields"),
        };
        self.report(report);
        Term::unknown(span)
    }

    /// `base with (z: nearer)`
    pub(super) fn with(
        &mut self,
        base: &Expr,
        changes: &[Argument],
        expected: Option<&Type>,
        span: Span,
    ) -> Term {
        let base = self.expr(base, expected);
        let item = match &base.ty {
            Type::Record(item) => item.clone(),
            ty if ty.is_unknown() => return self.looked_at(changes, span),
            ty => {
                let (words, may_be_absent) = (ty.words(), matches!(ty.core(), Type::Record(_)));
                let report = if may_be_absent {
                    Report::error("T0307", "this record may be absent", self.spot(base.span))
                        .saying(words)
                        .help("say what is to be done then: `match x { none => …, else => x with (…) }`")
                } else {
                    Report::error(
                        "T0358",
                        format!("`with` changes fields of a record, and this is {words}"),
                        self.spot(base.span),
                    )
                    .help("only records have fields")
                };
                self.report(report);
                return self.looked_at(changes, span);
            }
        };
        let Some(record) = record_of(self.db, &item) else {
            self.incomplete = true;
            return self.looked_at(changes, span);
        };
        let built = Built {
            name: &record.name,
            item: &item,
            fields: record.fields.iter().map(|field| &field.parameter).collect(),
            broken: record.broken,
        };
        let mut fields: Vec<FieldTerm> = Vec::new();
        let mut places: Vec<(&str, Span)> = Vec::new();
        let mut wrong = record.broken;
        for change in changes {
            let Some(name) = &change.name else {
                self.expr(&change.value, None);
                wrong = true;
                let report = Report::error(
                    "T0214",
                    "`with` names the field that it changes",
                    self.spot(change.value.span),
                )
                .help(format!(
                    "write `with ({}: …)`",
                    built.fields.first().map_or("field", |field| field.name.as_str())
                ));
                self.report(report);
                continue;
            };
            let Some(field) = built.fields.iter().find(|field| field.name == name.text) else {
                self.no_such_field_given(&built, change);
                wrong = true;
                continue;
            };
            if let Some((_, first)) = places.iter().find(|(known, _)| *known == field.name) {
                let first = *first;
                self.expr(&change.value, None);
                wrong = true;
                let report = Report::error(
                    "T0213",
                    format!("`{}` of `{}` is given twice", field.name, built.name),
                    self.spot(name.span),
                )
                .saying("given again")
                .label(self.spot(first), "given first");
                self.report(report);
                continue;
            }
            places.push((&field.name, name.span));
            let value = self.field_value(&built, field, &change.value);
            let ty = self.instantiate(&field.ty, &[]);
            wrong |= value.ty.is_unknown() || ty.is_unknown();
            fields.push(FieldTerm { name: field.name.clone(), ty, value });
        }
        let ty = Type::Record(item.clone());
        if wrong || base.kind == TermKind::Unknown {
            return Term::new(TermKind::Unknown, ty, span);
        }
        Term::new(TermKind::With(Box::new(base), fields), ty, span)
    }

    /// A handle names a call, and building a value is none.
    pub(super) fn no_handle(&mut self, handle: Option<&Name>) {
        let Some(handle) = handle else { return };
        let report = Report::error(
            "T0368",
            format!("`as {}` names a value here, and not a call", handle.text),
            self.spot(handle.span),
        )
        .help("a handle stands behind the call of a stage or recipe, so that its parameters can be set");
        self.report(report);
    }
}

fn declared_case(db: &dyn crate::database::Db, item: &ItemRef) -> String {
    let cases = crate::data::enum_of(db, item).map(|choice| &choice.cases);
    let case = cases.and_then(|cases| cases.iter().find(|case| !case.fields.is_empty()));
    case.map_or_else(|| declared_name(item).to_owned(), |case| case.name.clone())
}
