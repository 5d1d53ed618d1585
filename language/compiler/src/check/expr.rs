//! Expressions to terms.

use super::block::Wanted;
use super::{Checker, Slot};
use crate::crowd::MOST_REPORTS;
use crate::report::{Report, Spot};
use crate::scope::Definition;
use crate::term::{KeyTerm, Term, TermKind};
use crate::types::{Space, Type, Vector};
use toma_plan::{Dimension, Value};
use toma_syntax::ast::{Argument, Binary, Expr, ExprKind, Key, Name, Unary};
use toma_syntax::diagnostic::Span;

/// How deep expressions may stand in each other; long pipes are deep too.
pub(super) const DEEPEST: u32 = 200;
/// Pixels that a side of a picture may have.
const LONGEST_SIDE: u32 = 65_536;
/// Pixels that a picture may have: 4 GB of one channel.
const MOST_PIXELS: u64 = 1 << 30;

impl Checker<'_> {
    /// Checks an expression; `expected` helps where its own text says too little.
    pub(crate) fn expr(&mut self, expr: &Expr, expected: Option<&Type>) -> Term {
        self.expr_wanted(expr, expected.map_or(Wanted::Nothing, Wanted::Hint))
    }

    /// The same, knowing where its value is put.
    pub(crate) fn expr_wanted(&mut self, expr: &Expr, wanted: Wanted<'_>) -> Term {
        if self.depth == DEEPEST {
            if !self.too_deep {
                self.too_deep = true;
                self.incomplete = true;
                let report = Report::error(
                    "T0421",
                    format!("this expression is more than {DEEPEST} calls deep"),
                    self.spot(expr.span),
                )
                .help("divide it with `let`");
                self.report(report);
            }
            return Term::unknown(expr.span);
        }
        // Where so much is wrong, nobody reads what is wrong with the rest.
        if self.reports.len() > 2 * MOST_REPORTS {
            self.incomplete = true;
            return Term::unknown(expr.span);
        }
        self.depth += 1;
        let term = self.expr_inside(expr, wanted);
        self.depth -= 1;
        // Said once for each line.
        self.too_deep &= self.depth > 0;
        term
    }

    fn expr_inside(&mut self, expr: &Expr, wanted: Wanted<'_>) -> Term {
        let span = expr.span;
        let expected = wanted.ty();
        let constant = |value, ty| Term::new(TermKind::Constant(value), ty, span);
        match &expr.kind {
            ExprKind::Name(name) => match self.bare_case(name, expected, span) {
                Some(case) => case,
                None => self.name(name, span),
            },
            ExprKind::Number { value, unit } => self.literal(*value, unit.as_deref(), span),
            ExprKind::Size(width, height) => {
                let sides = 1..=LONGEST_SIDE;
                let pixels = u64::from(*width) * u64::from(*height);
                if !sides.contains(width) || !sides.contains(height) || pixels > MOST_PIXELS {
                    let report = Report::error(
                        "T0401",
                        format!(
                            "a picture has sides of 1 to {LONGEST_SIDE} px and at most {MOST_PIXELS} pixels, and this is {width}x{height}"
                        ),
                        self.spot(span),
                    )
                    .help("write a format that fits, its width first: `1920x1080`");
                    self.report(report);
                    return Term::unknown(span);
                }
                constant(Value::Size(*width, *height), Type::Size)
            }
            ExprKind::Bool(value) => constant(Value::Bool(*value), Type::Bool),
            ExprKind::None => constant(Value::None, Type::None),
            ExprKind::Text(text) => Term { span, ..self.text(text) },
            ExprKind::List(values) => self.list(values, expected, span),
            ExprKind::Curve(keys) => self.curve(keys, expected, span),
            ExprKind::Call { function, arguments, piped, handle } => {
                let handle = handle.as_ref();
                match self.construction(function, arguments, handle, expected, span) {
                    Some(built) => built,
                    None => self.call(function, arguments, *piped, handle, expected, span),
                }
            }
            ExprKind::Unary { operator, operand } => self.unary(*operator, operand, expected, span),
            ExprKind::Binary { operator, left, right, .. } => {
                self.binary(*operator, left, right, span)
            }
            ExprKind::Field { base, name } => {
                if let Some(term) = self.case_by_path(expr) {
                    return term;
                }
                if let Some(names) = self.module_path(expr)
                    && let Some(found) = self.resolve(&names)
                    && found.taken == names.len()
                {
                    let path = super::path::written_path(&names);
                    return self.named_value(Some(found.definition), &path, span);
                }
                let base = self.expr(base, None);
                self.field(base, name, span)
            }
            ExprKind::Date(year, month, day) => self.date(*year, *month, *day, span),
            ExprKind::Comprehension { name, over, value } => {
                self.comprehension(name, over, value, expected, span)
            }
            ExprKind::Cut(pieces) => self.cut(pieces, expected, span),
            ExprKind::With { base, fields } => self.with(base, fields, expected, span),
            ExprKind::If { branches, otherwise } => {
                self.if_(branches, otherwise.as_ref(), wanted, span)
            }
            ExprKind::Match { subject, arms } => self.match_(subject, arms, wanted, span),
            ExprKind::Broken => {
                self.incomplete = true;
                Term::unknown(span)
            }
        }
    }

    fn name(&mut self, name: &str, span: Span) -> Term {
        if let Some((index, local)) = self.find_local(name) {
            return Term::new(TermKind::Local(index), local.ty.clone(), span);
        }
        let own = self.current.iter().find(|(own, _)| own == name).map(|(_, at)| *at);
        if let Some(at) = own.or_else(|| self.later.find(name)) {
            let (message, text) = if own.is_some() {
                (format!("`{name}` is made of itself"), "this line gives it its value")
            } else {
                (format!("`{name}` is used before it is made"), "it is made here")
            };
            let report = Report::error("T0206", message, self.spot(span))
                .label(self.spot(at), text)
                .help("a line may use the names above it");
            self.report(report);
            return Term::unknown(span);
        }
        if let Some(space) = self.space_by_name(name) {
            return Term::new(TermKind::Space(space.clone()), Type::Space(space), span);
        }
        match name {
            "first" => return Term::new(TermKind::First, Type::Number(Dimension::Frame), span),
            "last" => return Term::new(TermKind::Last, Type::Number(Dimension::Frame), span),
            "seed" if self.in_shot => return Term::new(TermKind::BaseSeed, Type::Seed, span),
            _ => {}
        }
        let word = Name { text: name.to_owned(), span };
        let found = self.resolve(&[word]).map(|found| found.definition);
        self.named_value(found, name, span)
    }

    /// The value that a name or path of the file means.
    fn named_value(&mut self, found: Option<Definition>, name: &str, span: Span) -> Term {
        match found {
            Some(Definition::Item { item, word }) if word == "const" => {
                let fragment = super::fragment_of(self.db, &item);
                let ty = fragment.result.as_ref().map_or(Type::Unknown, |term| term.ty.clone());
                Term::new(TermKind::Named(item), ty, span)
            }
            Some(Definition::Unknown) => {
                self.incomplete = true;
                Term::unknown(span)
            }
            Some(Definition::Item { item, word }) => {
                if word == "policy" {
                    self.incomplete = true;
                    return Term::unknown(span);
                }
                let report = Report::error(
                    "T0217",
                    format!(
                        "`{name}` is {} {word}, not a value",
                        if word == "enum" { "an" } else { "a" }
                    ),
                    self.spot(span),
                );
                let report = if matches!(word.as_str(), "recipe" | "stage") {
                    self.declared_at(report, &item)
                        .help(format!("call it with its arguments: `{name}(…)`"))
                } else if word == "record" {
                    report
                        .label(crate::data::declaration(self.db, &item), "declared here")
                        .help(format!("build one: `{name}(…)`"))
                } else if word == "enum" {
                    report
                        .label(crate::data::declaration(self.db, &item), "declared here")
                        .help(format!("write one of its cases: `{name}.…`"))
                } else {
                    report
                };
                self.report(report);
                Term::unknown(span)
            }
            Some(Definition::Module(_)) => {
                let report = Report::error(
                    "T0217",
                    format!("`{name}` is a module, not a value"),
                    self.spot(span),
                )
                .help(format!("name something in it: `{name}.…(…)`"));
                self.report(report);
                Term::unknown(span)
            }
            None => {
                let near = self.nearest_value(name);
                // A line that could not be read may have made it.
                if self.unread && near.is_none() && name != "seed" {
                    self.incomplete = true;
                    return Term::unknown(span);
                }
                let mut report = Report::error(
                    "T0201",
                    format!("nothing here is called `{name}`"),
                    self.spot(span),
                );
                report = match name {
                    "seed" => report
                        .help("a recipe is given its randomness: add the parameter `seed: Seed`"),
                    "publish" | "version" => {
                        self.unsupported("publishing is", span);
                        return Term::unknown(span);
                    }
                    "None" | "True" | "False" => {
                        report.did_you_mean(Some(name.to_lowercase()), self.spot(span))
                    }
                    _ => report.did_you_mean(near, self.spot(span)),
                };
                self.report(report);
                Term::unknown(span)
            }
        }
    }

    /// Points at a recipe of the project.
    pub(crate) fn declared_at(&self, report: Report, item: &crate::report::ItemRef) -> Report {
        if item.file.starts_with("std/") {
            return report;
        }
        match crate::signature::signature_of(self.db, item) {
            Some(signature) => report
                .label(Spot { item: item.clone(), span: signature.name_span }, "declared here"),
            None => report,
        }
    }

    fn list(&mut self, values: &[Expr], expected: Option<&Type>, span: Span) -> Term {
        let wanted = match expected {
            Some(Type::List(inner)) => Some(inner.as_ref().clone()),
            Some(Type::Optional(inner)) => match inner.as_ref() {
                Type::List(inner) => Some(inner.as_ref().clone()),
                _ => None,
            },
            _ => None,
        };
        let mut inner = wanted.clone();
        let slot = Slot::new(
            if wanted.is_some() { "an element of this list" } else { "each element of this list" }
                .to_owned(),
            None,
        );
        let mut terms = Vec::with_capacity(values.len());
        for value in values {
            let term = match &inner {
                Some(ty) => self.value(value, &ty.clone(), &slot),
                None => self.expr(value, None),
            };
            if inner.is_none() && !term.ty.is_unknown() {
                // A still stands among clips; what the list is made of may move.
                inner = Some(term.ty.clone().moving());
            }
            terms.push(term);
        }
        let ty = Type::List(Box::new(inner.unwrap_or(Type::Unknown)));
        Term::new(TermKind::List(terms), ty, span)
    }

    fn curve(&mut self, keys: &[Key], expected: Option<&Type>, span: Span) -> Term {
        fn inside(ty: &Type) -> Option<&Type> {
            match ty {
                Type::Curve(inner) => Some(inner.as_ref()),
                Type::Optional(inner) => inside(inner),
                _ => None,
            }
        }
        let mut inner = expected.and_then(inside).cloned();
        let value_slot = Slot::new("each key of this curve".to_owned(), None);
        let frame_slot = Slot::new("the place of a key".to_owned(), None);
        let frame_type = Type::Number(Dimension::Frame);
        let mut terms = Vec::with_capacity(keys.len());
        for key in keys {
            let frame = self.value(&key.frame, &frame_type, &frame_slot);
            let value = match &inner {
                Some(ty) => self.value(&key.value, &ty.clone(), &value_slot),
                None => self.expr(&key.value, None),
            };
            if inner.is_none() && !value.ty.is_unknown() {
                if matches!(value.ty, Type::Int | Type::Number(_) | Type::Vector(_)) {
                    inner = Some(if value.ty == Type::Int {
                        Type::Number(Dimension::Scalar)
                    } else {
                        value.ty.clone()
                    });
                } else {
                    let report = Report::error(
                        "T0301",
                        format!("a curve is made of numbers, and this is {}", value.ty.words()),
                        self.spot(value.span),
                    );
                    self.report(report);
                    inner = Some(Type::Unknown);
                }
            }
            let ease = self.ease(key);
            terms.push(KeyTerm { frame, value, ease });
        }
        let inner = inner.unwrap_or(Type::Unknown);
        if inner.is_unknown()
            || terms.iter().any(|key| key.value.ty.is_unknown() || key.frame.ty.is_unknown())
        {
            return Term::unknown(span);
        }
        let term = Term::new(TermKind::Curve(terms), Type::Curve(Box::new(inner)), span);
        self.finite(term)
    }

    fn unary(
        &mut self,
        operator: Unary,
        operand: &Expr,
        expected: Option<&Type>,
        span: Span,
    ) -> Term {
        if operator == Unary::Not {
            return self.not(operand, span);
        }
        let term = self.expr(operand, expected);
        let numeric = match &term.ty {
            Type::Curve(inner) => inner.as_ref(),
            ty => ty,
        };
        let numeric =
            matches!(numeric, Type::Int | Type::Number(_) | Type::Product(_) | Type::Vector(_));
        match (&term.kind, numeric) {
            _ if term.ty.is_unknown() => Term::unknown(span),
            // A literal with its sign stays a literal: messages can show it.
            (TermKind::Constant(Value::Int(value)), _) => {
                Term::new(TermKind::Constant(Value::Int(-value)), Type::Int, span)
            }
            (TermKind::Constant(Value::Number { value, dimension }), _) => {
                let value = Value::Number { value: -value, dimension: *dimension };
                Term::new(TermKind::Constant(value), term.ty, span)
            }
            (_, true) => {
                let ty = term.ty.clone();
                Term::new(TermKind::Unary(operator, Box::new(term)), ty, span)
            }
            _ => {
                let report = Report::error(
                    "T0304",
                    format!("{} has no negative", term.ty.words()),
                    self.spot(span),
                )
                .help("only numbers can be computed with");
                self.report(report);
                Term::unknown(span)
            }
        }
    }

    fn binary(&mut self, operator: Binary, left: &Expr, right: &Expr, span: Span) -> Term {
        match operator {
            Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide => {
                let (left, right) = (self.expr(left, None), self.expr(right, None));
                self.arithmetic(operator, left, right, span)
            }
            Binary::Range => {
                let slot = Slot::new("the end of a range".to_owned(), None);
                let frame = Type::Number(Dimension::Frame);
                let left = self.value(left, &frame, &slot);
                let right = self.value(right, &frame, &slot);
                if left.ty.is_unknown() || right.ty.is_unknown() {
                    return Term::unknown(span);
                }
                let kind = TermKind::Binary(operator, Box::new(left), Box::new(right));
                self.finite(Term::new(kind, Type::Frames, span))
            }
            Binary::Every => self.every(left, right, span),
            Binary::And | Binary::Or => self.both(operator, left, right, span),
            _ => self.comparison(operator, left, right, span),
        }
    }

    /// `Rgb(1, 0, 0)`
    pub(crate) fn vector(&mut self, vector: Vector, arguments: &[Argument], span: Span) -> Term {
        let (dimension, names) = vector.components();
        let ty = Type::Number(dimension);
        let mut given: Vec<Option<Term>> = vec![None; names.len()];
        for (index, argument) in arguments.iter().enumerate() {
            let place = match &argument.name {
                Some(name) => names.iter().position(|known| *known == name.text),
                None => (index < names.len()).then_some(index),
            };
            let Some(place) = place else {
                self.expr(&argument.value, None);
                let report = Report::error(
                    "T0215",
                    format!(
                        "`{}` is made of {}",
                        vector.name(),
                        crate::names::listed(names, "and")
                    ),
                    self.spot(argument.value.span),
                );
                self.report(report);
                return Term::unknown(span);
            };
            let slot = Slot::new(
                format!("`{}` of `{}`", names.get(place).unwrap_or(&""), vector.name()),
                None,
            );
            let term = self.value(&argument.value, &ty, &slot);
            if let Some(slot) = given.get_mut(place) {
                *slot = Some(term);
            }
        }
        let missing: Vec<&str> = names
            .iter()
            .zip(&given)
            .filter(|(_, term)| term.is_none())
            .map(|(name, _)| *name)
            .collect();
        if !missing.is_empty() {
            let report = Report::error(
                "T0214",
                format!("`{}` also needs {}", vector.name(), crate::names::listed(&missing, "and")),
                self.spot(span),
            );
            self.report(report);
            return Term::unknown(span);
        }
        let terms: Vec<Term> = given.into_iter().flatten().collect();
        if terms.iter().any(|term| term.ty.is_unknown()) {
            return Term::unknown(span);
        }
        let term = Term::new(TermKind::Vector(terms), Type::Vector(vector), span);
        if vector == Vector::Box && self.inside_out(&term) {
            return Term::unknown(span);
        }
        term
    }

    /// Puts what is known about the spaces into a finished fragment.
    pub(crate) fn settle(&self, fragment: &mut crate::term::Fragment) {
        if self.vars.is_empty() {
            return;
        }
        for line in &mut fragment.lets {
            self.settle_term(&mut line.value);
        }
        fragment.result.iter_mut().for_each(|term| self.settle_term(term));
        fragment.writes.iter_mut().for_each(|write| self.settle_term(&mut write.picture));
        let operands = fragment.test.iter_mut().flat_map(|test| &mut test.operands);
        operands.for_each(|term| self.settle_term(term));
    }

    pub(crate) fn settle_term(&self, term: &mut Term) {
        self.settle_type(&mut term.ty);
        match &mut term.kind {
            TermKind::Space(space) => *space = self.settled(space),
            TermKind::Call(call) => {
                for space in &mut call.spaces {
                    *space = self.settled(space);
                }
            }
            _ => {}
        }
        term.children_mut(&mut |child| self.settle_term(child));
    }

    pub(crate) fn settle_type(&self, ty: &mut Type) {
        match ty {
            Type::Picture { space, .. } | Type::Space(space) => *space = self.settled(space),
            Type::Var(index) => *ty = self.settled_picture(*index),
            Type::Curve(inner) | Type::List(inner) | Type::Optional(inner) => {
                self.settle_type(inner);
            }
            _ => {}
        }
    }

    /// The type with a call's generics put in.
    pub(crate) fn instantiate(&self, ty: &Type, generics: &[(String, Space)]) -> Type {
        let space = |space: &Space| match space {
            Space::Generic { name, .. } => generics
                .iter()
                .find(|(known, _)| known == name)
                .map_or(Space::Unknown, |(_, space)| space.clone()),
            Space::Work => self.work.clone().unwrap_or(Space::Work),
            other => other.clone(),
        };
        match ty {
            Type::Picture { still, space: own, straight } => {
                Type::Picture { still: *still, space: space(own), straight: *straight }
            }
            Type::Space(own) => Type::Space(space(own)),
            Type::Generic(name) => match generics.iter().find(|(known, _)| known == name) {
                Some((_, Space::Var(index))) => Type::Var(*index),
                _ => Type::Unknown,
            },
            Type::Curve(inner) => Type::Curve(Box::new(self.instantiate(inner, generics))),
            Type::List(inner) => Type::List(Box::new(self.instantiate(inner, generics))),
            Type::Optional(inner) => Type::Optional(Box::new(self.instantiate(inner, generics))),
            other => other.clone(),
        }
    }
}
