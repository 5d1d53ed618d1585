//! `match`: what each arm catches, whether all is caught, and what is caught twice.

use super::block::Wanted;
use super::fit::agrees;
use super::{Checker, Local};
use crate::data::{CaseSignature, EnumSignature, declaration, enum_of};
use crate::evaluate::{Closed, coerce, evaluate};
use crate::names::listed;
use crate::report::Report;
use crate::term::{ArmTerm, PatternTerm, Term, TermKind};
use crate::types::Type;
use std::collections::HashMap;
use toma_plan::Value;
use toma_syntax::ast::{Arm, Expr, ExprKind, Name, Pattern};
use toma_syntax::diagnostic::Span;

/// What has been caught by the arms above.
#[derive(Default)]
struct Caught {
    /// Literals by how they are shown.
    values: HashMap<String, Span>,
    cases: HashMap<String, Span>,
    otherwise: Option<Span>,
    /// An arm could not be understood: nothing is called missing.
    unclear: bool,
}

impl Checker<'_> {
    /// `match x { None => a, Roto(shape) => b, else => c }`
    pub(super) fn match_(
        &mut self,
        subject: &Expr,
        arms: &[Arm],
        wanted: Wanted<'_>,
        span: Span,
    ) -> Term {
        let subject = self.expr(subject, None);
        let subject = self.still_value(subject, "what `match` looks at");
        let (optional, core) = match &subject.ty {
            Type::Optional(inner) => (true, inner.as_ref().clone()),
            Type::None => (true, Type::Unknown),
            other => (false, other.clone()),
        };
        let mut known = !subject.ty.is_unknown();
        let listed_type = matches!(core, Type::Bool | Type::Int | Type::Text | Type::Size);
        if known && !optional && !listed_type && !matches!(core, Type::Enum(_)) {
            let report = Report::error(
                "T0366",
                format!("{} can't be matched", subject.ty.words()),
                self.spot(subject.span),
            )
            .help("`match` looks at cases of an enum, `true` and `false`, whole numbers, texts, sizes, and at what may be `none`");
            self.report(report);
            known = false;
        }
        let choice = match &core {
            Type::Enum(item) => {
                let choice = enum_of(self.db, item);
                known &= choice.is_some_and(|choice| !choice.broken);
                choice
            }
            _ => None,
        };
        // Behind the arm for `none`, the name of something optional is that something.
        let narrowed = match subject.kind {
            TermKind::Local(index) if optional && known => {
                let none = |arm: &Arm| matches!(&arm.pattern, Pattern::Value(value) if value.kind == ExprKind::None);
                arms.iter().any(none).then_some((index as usize, core.clone()))
            }
            _ => None,
        };
        let mut caught = Caught { unclear: !known, ..Caught::default() };
        let mut checked: Vec<ArmTerm> = Vec::with_capacity(arms.len());
        let mut wrong = !known;
        for arm in arms {
            let first = self.locals.len();
            let pattern = if known {
                self.pattern(&arm.pattern, &subject, optional, &core, choice, &mut caught)
            } else {
                self.unknown_pattern(&arm.pattern);
                None
            };
            let bindings = self.locals.len() - first;
            let narrow = narrowed
                .as_ref()
                .filter(|_| pattern != Some(PatternTerm::Value(Value::None)))
                .and_then(|(index, ty)| self.retyped(*index, ty.clone()).map(|old| (*index, old)));
            let block = self.arm_block(arm, first, bindings, wanted);
            if let Some((index, old)) = narrow {
                self.retyped(index, old);
            }
            match pattern {
                Some(pattern) => checked.push(ArmTerm { pattern, block }),
                None => wrong = true,
            }
        }
        let results: Vec<&Term> = checked.iter().map(|arm| &arm.block.result).collect();
        let ty = self.together(&results, wanted, "arms");
        wrong |= results.iter().any(|result| result.ty.is_unknown()) || ty == Type::Unknown;
        if known && !caught.unclear {
            wrong |= self.missing_arms(&subject, optional, &core, choice, &caught, arms, &ty);
        }
        if wrong {
            return Term::new(TermKind::Unknown, ty, span);
        }
        Term::new(TermKind::Match(Box::new(subject), checked), ty, span)
    }

    /// Gives a local another type; what it had.
    pub(super) fn retyped(&mut self, index: usize, ty: Type) -> Option<Type> {
        let local = self.locals.get_mut(index)?;
        Some(std::mem::replace(&mut local.ty, ty))
    }

    /// The body of an arm, and which of its bindings nobody uses.
    fn arm_block(
        &mut self,
        arm: &Arm,
        first: usize,
        bindings: usize,
        wanted: Wanted<'_>,
    ) -> crate::term::Block {
        // The block forgets its own lets; the bindings are looked at here.
        let mut block = self.block(&arm.body, first + bindings, wanted);
        block.first = first as u32;
        if !self.incomplete {
            let unused: Vec<Local> =
                self.locals.iter().skip(first).filter(|local| !local.used).cloned().collect();
            for local in unused {
                let report = Report::warning(
                    "T0209",
                    format!("`{}` is never used", local.name),
                    self.spot(local.span),
                )
                .help("write `_` for what this arm doesn't need");
                self.report(report);
            }
        }
        self.locals.truncate(first);
        block
    }

    /// The names of a pattern nothing is known about, so that its body can be looked at.
    fn unknown_pattern(&mut self, pattern: &Pattern) {
        if let Pattern::Case { bindings, .. } = pattern {
            for name in bindings {
                self.introduce(name, Type::Unknown, true);
            }
        }
    }

    fn pattern(
        &mut self,
        pattern: &Pattern,
        subject: &Term,
        optional: bool,
        core: &Type,
        choice: Option<&EnumSignature>,
        caught: &mut Caught,
    ) -> Option<PatternTerm> {
        match pattern {
            Pattern::Else(span) => {
                if let Some(first) = caught.otherwise {
                    self.never_reached(*span, first, "everything is caught here already");
                }
                caught.otherwise.get_or_insert(*span);
                Some(PatternTerm::Else)
            }
            Pattern::Value(value) => self.value_pattern(value, subject, optional, core, caught),
            Pattern::Case { name, bindings } => {
                let Some(choice) = choice else {
                    self.no_case_here(name, core, subject);
                    self.unknown_pattern(pattern);
                    caught.unclear = true;
                    return None;
                };
                let Some(case) = choice.case(&name.text) else {
                    if name.text == "_" {
                        self.no_case_here(name, core, subject);
                    } else {
                        self.no_such_case(choice, &name.text, name.span);
                    }
                    self.unknown_pattern(pattern);
                    caught.unclear = true;
                    return None;
                };
                let first = caught.cases.get(&name.text);
                if let Some(first) = first.copied().or(caught.otherwise) {
                    self.never_reached(name.span, first, "it is caught here");
                }
                caught.cases.entry(name.text.clone()).or_insert(name.span);
                let bound = self.bindings(choice, case, bindings);
                Some(PatternTerm::Case { name: name.text.clone(), bindings: bound })
            }
        }
    }

    fn value_pattern(
        &mut self,
        value: &Expr,
        subject: &Term,
        optional: bool,
        core: &Type,
        caught: &mut Caught,
    ) -> Option<PatternTerm> {
        let value = if value.kind == ExprKind::None {
            if !optional {
                let report = Report::error(
                    "T0355",
                    format!("{} is looked at, which is never absent", subject.ty.words()),
                    self.spot(value.span),
                )
                .label(self.spot(subject.span), subject.ty.words())
                .help("take the arm for `none` away");
                self.report(report);
                caught.unclear = true;
                return None;
            }
            (Value::None, value.span)
        } else {
            let term = self.expr(value, Some(core));
            if term.ty.is_unknown() {
                caught.unclear = true;
                return None;
            }
            let fits = agrees(&term.ty, core) && *core != Type::Unknown;
            let found = evaluate(&term, &Closed).ok().filter(|_| fits);
            let Some(found) = found else {
                let words = term.ty.words();
                let report = Report::error(
                    "T0355",
                    if fits {
                        "a pattern is written out, and this is worked out".to_owned()
                    } else {
                        format!("{} is looked at, and this is {words}", core.words())
                    },
                    self.spot(term.span),
                )
                .label(self.spot(subject.span), subject.ty.words())
                .help(self.how_to_match(core, optional));
                self.report(report);
                caught.unclear = true;
                return None;
            };
            (coerce(found, core), term.span)
        };
        let shown = format!("{:?}", value.0);
        if let Some(first) = caught.values.get(&shown).copied().or(caught.otherwise) {
            self.never_reached(value.1, first, "it is caught here");
        }
        caught.values.entry(shown).or_insert(value.1);
        Some(PatternTerm::Value(value.0))
    }

    fn how_to_match(&self, core: &Type, optional: bool) -> String {
        let help = match core {
            Type::Enum(item) => {
                let cases = enum_of(self.db, item).map(|choice| choice.cases.as_slice());
                let names: Vec<&str> =
                    cases.unwrap_or_default().iter().map(|case| case.name.as_str()).collect();
                format!("its cases are {}", listed(&names, "and"))
            }
            Type::Bool => "it is `true` or `false`".to_owned(),
            Type::Int => "write whole numbers, and `else` for the others".to_owned(),
            Type::Text => "write texts in quotes, and `else` for the others".to_owned(),
            Type::Size => "write sizes, `1920x1080`, and `else` for the others".to_owned(),
            _ => "it is `none`, or something that `else` catches".to_owned(),
        };
        if optional && matches!(core, Type::Enum(_)) { format!("{help}, and `none`") } else { help }
    }

    /// A name where values are matched.
    fn no_case_here(&mut self, name: &Name, core: &Type, subject: &Term) {
        let mut report = Report::error(
            "T0355",
            if name.text == "_" {
                "what is left over is caught by `else`".to_owned()
            } else {
                format!("{} has no case `{}`", subject.ty.words(), name.text)
            },
            self.spot(name.span),
        );
        if name.text == "_" {
            report =
                report.help("write `else => …`").fix("write `else`", self.spot(name.span), "else");
        } else {
            let help = self.how_to_match(core, matches!(subject.ty, Type::Optional(_)));
            report = report.label(self.spot(subject.span), subject.ty.words()).help(help);
        }
        self.report(report);
    }

    fn never_reached(&mut self, span: Span, first: Span, saying: &str) {
        let report = Report::warning("T0356", "this arm is never taken", self.spot(span))
            .label(self.spot(first), saying)
            .help("arms are tried from above: take it away, or put it higher");
        self.report(report);
    }

    /// Names for what a case carries, in its order.
    fn bindings(
        &mut self,
        choice: &EnumSignature,
        case: &CaseSignature,
        bindings: &[Name],
    ) -> Vec<String> {
        let mut bound = Vec::with_capacity(bindings.len());
        for (index, name) in bindings.iter().enumerate() {
            let Some(field) = case.fields.get(index) else {
                self.introduce(name, Type::Unknown, true);
                if case.broken {
                    continue;
                }
                let names: Vec<&str> =
                    case.fields.iter().map(|field| field.name.as_str()).collect();
                let report = Report::error(
                    "T0357",
                    match names.as_slice() {
                        [] => format!("`{}` carries nothing", case.name),
                        names => format!("`{}` carries only {}", case.name, listed(names, "and")),
                    },
                    self.spot(name.span),
                )
                .label(
                    crate::report::Spot { item: choice.item.clone(), span: case.span },
                    "declared here",
                )
                .help("take this name away");
                self.report(report);
                // The others of the same arm are as wrong.
                for name in bindings.iter().skip(index + 1) {
                    self.introduce(name, Type::Unknown, true);
                }
                break;
            };
            let place = case.fields.iter().position(|other| other.name == name.text);
            if place.is_some_and(|place| place != index) {
                let report = Report::error(
                    "T0357",
                    format!("this is `{}` of `{}`, not `{}`", field.name, case.name, name.text),
                    self.spot(name.span),
                )
                .label(
                    crate::report::Spot { item: choice.item.clone(), span: field.span },
                    "names stand in the order of the declaration",
                )
                .help(format!("write `_` for what isn't needed, or call it `{}`", field.name));
                self.report(report);
                self.introduce(name, Type::Unknown, true);
                continue;
            }
            let ty = self.instantiate(&field.ty, &[]);
            self.introduce(name, ty, false);
            bound.push(field.name.clone());
        }
        bound
    }

    /// Says what no arm catches; true if something is missing.
    #[expect(
        clippy::too_many_arguments,
        reason = "what is looked at, and what has been seen of it"
    )]
    fn missing_arms(
        &mut self,
        subject: &Term,
        optional: bool,
        core: &Type,
        choice: Option<&EnumSignature>,
        caught: &Caught,
        arms: &[Arm],
        result: &Type,
    ) -> bool {
        let has = |value: &Value| caught.values.contains_key(&format!("{value:?}"));
        let mut missing: Vec<String> = Vec::new();
        if optional && !has(&Value::None) {
            missing.push("none".to_owned());
        }
        match (core, choice) {
            (Type::Bool, _) => {
                for value in [true, false] {
                    if !has(&Value::Bool(value)) {
                        missing.push(value.to_string());
                    }
                }
            }
            (_, Some(choice)) => {
                let cases = choice.cases.iter();
                let left = cases.filter(|case| !caught.cases.contains_key(&case.name));
                missing.extend(left.map(shown_case));
            }
            // Of `none` alone.
            (Type::Unknown, _) => {}
            _ => missing.push("else".to_owned()),
        }
        match (caught.otherwise, missing.is_empty()) {
            (Some(otherwise), true) => {
                let report =
                    Report::warning("T0356", "this arm is never taken", self.spot(otherwise))
                        .help("every case has an arm of its own already: take it away");
                self.report(report);
                return false;
            }
            (Some(_), false) | (None, true) => return false,
            (None, false) => {}
        }
        let shown: Vec<&str> = missing.iter().take(6).map(String::as_str).collect();
        let rest = missing.len() - shown.len();
        let message = match (shown.as_slice(), rest) {
            (["else"], _) => "this `match` leaves all other values out".to_owned(),
            (shown, 0) => format!("this `match` leaves {} out", listed(shown, "and")),
            (shown, rest) => {
                let shown: Vec<String> = shown.iter().map(|name| format!("`{name}`")).collect();
                format!("this `match` leaves {} and {rest} more out", shown.join(", "))
            }
        };
        let mut report =
            Report::error("T0351", message, self.spot(subject.span)).saying(subject.ty.words());
        if let Some(choice) = choice {
            report = report.label(declaration(self.db, &choice.item), "declared here");
        }
        let arms_to_add: Vec<String> = missing.iter().map(|name| format!("{name} => …")).collect();
        report = report.help(match missing.as_slice() {
            [only] if only == "else" => "add `else => …` for all others".to_owned(),
            _ if missing.len() > 4 => "add arms for them, or `else => …` for all".to_owned(),
            _ => format!("add {}, or `else => …`", listed(&arms_to_add, "and")),
        });
        if let (Some(last), Some(value)) = (arms.last(), self.stand_in(result)) {
            let added: Vec<String> =
                missing.iter().map(|name| format!(", {name} => {value}")).collect();
            // What they give is for the artist to say.
            report = report.suggest(
                format!("add {}", listed(&missing, "and")),
                self.behind(last.body.span),
                added.concat(),
            );
        }
        self.report(report);
        true
    }

    /// Something of a type that can be written in the missing arms of a `match`: a name of the body, or
    /// nothing much.
    fn stand_in(&self, ty: &Type) -> Option<String> {
        let local = self.locals.iter().find(|local| match (&local.ty, ty) {
            (
                Type::Picture { space, straight, .. },
                Type::Picture { space: other, straight: other_straight, .. },
            ) => self.settled(space) == self.settled(other) && straight == other_straight,
            (found, ty) => found == ty,
        });
        match (local, ty) {
            (Some(local), _) => Some(local.name.clone()),
            (None, Type::Bool) => Some("false".to_owned()),
            (None, Type::Int) => Some("0".to_owned()),
            (None, Type::Number(dimension)) => Some(format!("0{}", crate::types::unit(*dimension))),
            (None, Type::Text) => Some("\"\"".to_owned()),
            (None, Type::Optional(_)) => Some("none".to_owned()),
            _ => None,
        }
    }
}

/// A case as a pattern: `Roto(shape)`.
fn shown_case(case: &CaseSignature) -> String {
    let names: Vec<&str> = case.fields.iter().map(|field| field.name.as_str()).collect();
    match names.as_slice() {
        [] => case.name.clone(),
        names => format!("{}({})", case.name, names.join(", ")),
    }
}
