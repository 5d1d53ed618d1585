//! Takes the positions out of an item: every place in its tree becomes a number, in the order of the walk,
//! and the positions go into a table beside it. Two texts that differ in blanks and comments only then have
//! equal trees, and nothing that was found out about one has to be found out again about the other.
//!
//! **Invariant**: beginnings and ends are numbered one by one, so a span may be put together from the
//! beginning of one place and the end of another, and be empty, but never be computed with.

#![expect(clippy::needless_for_each, reason = "a line a field reads as the table that it is")]

use toma_syntax::ast::{
    Address, Argument, Attribute, Body, Clause, ClauseKind, Expr, ExprKind, Item, ItemKind, Let,
    Name, Parameter, Path, Pattern, Refinement, Set, Signature, Text, TextPart, Type, TypeKind,
};
use toma_syntax::diagnostic::Span;

/// Numbers the places of an item and drops its docs. What comes back are the positions by number.
pub(crate) fn number(item: &mut Item) -> Vec<u32> {
    let mut walk = Walk { positions: Vec::new(), by: None };
    walk.item(item);
    walk.positions
}

/// Counts the places of an expression from somewhere else: all of them `by` bytes later.
pub(crate) fn shift(expr: &mut Expr, by: i64) {
    Walk { positions: Vec::new(), by: Some(by) }.expr(expr);
}

struct Walk {
    positions: Vec<u32>,
    /// Places are moved by so many bytes, not numbered.
    by: Option<i64>,
}

impl Walk {
    fn span(&mut self, span: &mut Span) {
        if let Some(by) = self.by {
            let moved = |at: u32| (i64::from(at) + by).clamp(0, i64::from(u32::MAX)) as u32;
            *span = Span { start: moved(span.start), end: moved(span.end) };
            return;
        }
        let first = self.positions.len() as u32;
        self.positions.push(span.start);
        self.positions.push(span.end);
        *span = Span { start: first, end: first + 1 };
    }

    fn name(&mut self, name: &mut Name) {
        self.span(&mut name.span);
    }

    fn names(&mut self, names: &mut [Name]) {
        names.iter_mut().for_each(|name| self.name(name));
    }

    fn path(&mut self, path: &mut Path) {
        self.names(&mut path.names);
        self.span(&mut path.span);
    }

    fn item(&mut self, item: &mut Item) {
        item.docs.clear();
        self.span(&mut item.span);
        self.attributes(&mut item.attributes);
        match &mut item.kind {
            ItemKind::Use(imports) => {
                for import in imports {
                    self.path(&mut import.path);
                    self.name(&mut import.alias);
                }
            }
            ItemKind::Recipe(recipe) => {
                self.signature(&mut recipe.signature);
                self.body(&mut recipe.body);
            }
            ItemKind::Stage(signature) => self.signature(signature),
            ItemKind::Layer(layer) => {
                self.name(&mut layer.name);
                layer.within.iter_mut().for_each(|path| self.path(path));
                layer.from.iter_mut().for_each(|path| self.path(path));
                layer.clauses.iter_mut().for_each(|clause| self.clause(clause));
            }
            ItemKind::Record { name, fields } => {
                self.name(name);
                self.parameters(fields);
            }
            ItemKind::Enum { name, variants } => {
                self.name(name);
                for variant in variants {
                    variant.docs.clear();
                    self.attributes(&mut variant.attributes);
                    self.name(&mut variant.name);
                    self.parameters(&mut variant.fields);
                }
            }
            ItemKind::Const { name, ty, value } => {
                self.name(name);
                ty.iter_mut().for_each(|ty| self.ty(ty));
                self.expr(value);
            }
            ItemKind::Policy { name, rules } => {
                self.name(name);
                for rule in rules {
                    rule.docs.clear();
                    self.expr(&mut rule.condition);
                    rule.reason.iter_mut().for_each(|text| self.text(text));
                }
            }
            ItemKind::Test { title, body } => {
                self.text(title);
                self.body(body);
            }
            ItemKind::Broken(name) => name.iter_mut().for_each(|name| self.name(name)),
        }
    }

    fn attributes(&mut self, attributes: &mut [Attribute]) {
        for attribute in attributes {
            self.name(&mut attribute.name);
            self.arguments(&mut attribute.arguments);
        }
    }

    fn signature(&mut self, signature: &mut Signature) {
        self.name(&mut signature.name);
        for (name, bound) in &mut signature.generics {
            self.name(name);
            bound.iter_mut().for_each(|bound| self.name(bound));
        }
        self.parameters(&mut signature.parameters);
        signature.result.iter_mut().for_each(|ty| self.ty(ty));
    }

    fn parameters(&mut self, parameters: &mut [Parameter]) {
        parameters.iter_mut().for_each(|parameter| self.parameter(parameter));
    }

    fn parameter(&mut self, parameter: &mut Parameter) {
        parameter.docs.clear();
        self.attributes(&mut parameter.attributes);
        self.name(&mut parameter.name);
        self.ty(&mut parameter.ty);
        for refinement in &mut parameter.refinements {
            let (Refinement::In(value) | Refinement::Step(value) | Refinement::OneOf(value)) =
                refinement;
            self.expr(value);
        }
        parameter.default.iter_mut().for_each(|value| self.expr(value));
    }

    fn ty(&mut self, ty: &mut Type) {
        match &mut ty.kind {
            TypeKind::Named { path, arguments } => {
                self.path(path);
                arguments.iter_mut().for_each(|ty| self.ty(ty));
            }
            TypeKind::Space(text) => self.text(text),
            TypeKind::Broken => {}
        }
        self.span(&mut ty.span);
    }

    fn body(&mut self, body: &mut Body) {
        body.lets.iter_mut().for_each(|line| self.bind(line));
        body.results.iter_mut().for_each(|value| self.expr(value));
        self.span(&mut body.span);
    }

    fn bind(&mut self, line: &mut Let) {
        self.name(&mut line.name);
        line.ty.iter_mut().for_each(|ty| self.ty(ty));
        self.expr(&mut line.value);
    }

    fn set(&mut self, set: &mut Set) {
        self.address(&mut set.target);
        self.expr(&mut set.value);
    }

    fn address(&mut self, address: &mut Address) {
        self.names(&mut address.nodes);
        self.names(&mut address.fields);
        self.span(&mut address.span);
    }

    fn clause(&mut self, clause: &mut Clause) {
        clause.docs.clear();
        self.attributes(&mut clause.attributes);
        self.span(&mut clause.span);
        match &mut clause.kind {
            ClauseKind::Let(line) => self.bind(line),
            ClauseKind::Set(set) => self.set(set),
            ClauseKind::At { frames, sets } => {
                self.expr(frames);
                sets.iter_mut().for_each(|set| self.set(set));
            }
            ClauseKind::Frames { range, handles } => {
                self.expr(range);
                handles.iter_mut().for_each(|value| self.expr(value));
            }
            ClauseKind::Rate(value) | ClauseKind::Format(value) | ClauseKind::Seed(value) => {
                self.expr(value);
            }
            ClauseKind::Space(ty) => self.ty(ty),
            ClauseKind::Param(parameter) => self.parameter(parameter),
            ClauseKind::Write(write) => {
                write.name.iter_mut().for_each(|name| self.name(name));
                self.text(&mut write.path);
                if let Some((name, arguments)) = &mut write.format {
                    self.name(name);
                    self.arguments(arguments);
                }
                write.purpose.iter_mut().for_each(|name| self.name(name));
                self.expr(&mut write.picture);
            }
            ClauseKind::Gate { name, condition, exceptions } => {
                self.name(name);
                self.expr(condition);
                for (frames, reason) in exceptions {
                    self.expr(frames);
                    self.text(reason);
                }
            }
            ClauseKind::Review { picture, by } => {
                self.expr(picture);
                self.text(by);
            }
            ClauseKind::Drop(name) => self.name(name),
            ClauseKind::Policy(path) => self.path(path),
            ClauseKind::Retake { target, frames, take, settings } => {
                self.address(target);
                self.expr(frames);
                self.name(take);
                for (name, value) in settings {
                    self.name(name);
                    self.expr(value);
                }
            }
            ClauseKind::Wedge { target, values, over } => {
                self.address(target);
                self.expr(values);
                over.iter_mut().for_each(|text| self.text(text));
            }
            ClauseKind::Variants { target, count } => {
                self.address(target);
                self.expr(count);
            }
            ClauseKind::Pick { take, by } => {
                self.name(take);
                self.text(by);
            }
        }
    }

    fn text(&mut self, text: &mut Text) {
        for part in &mut text.parts {
            if let TextPart::Hole { value, .. } = part {
                self.expr(value);
            }
        }
        self.span(&mut text.span);
    }

    fn arguments(&mut self, arguments: &mut [Argument]) {
        for argument in arguments {
            argument.name.iter_mut().for_each(|name| self.name(name));
            self.expr(&mut argument.value);
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        self.span(&mut expr.span);
        match &mut expr.kind {
            ExprKind::Text(text) => self.text(text),
            ExprKind::List(values) => values.iter_mut().for_each(|value| self.expr(value)),
            ExprKind::Comprehension { name, over, value } => {
                self.name(name);
                self.expr(over);
                self.expr(value);
            }
            ExprKind::Curve(keys) => {
                for key in keys {
                    self.expr(&mut key.frame);
                    self.expr(&mut key.value);
                    if let Some((name, arguments)) = &mut key.ease {
                        self.name(name);
                        self.arguments(arguments);
                    }
                }
            }
            ExprKind::Cut(pieces) => {
                for (frames, value) in pieces {
                    frames.iter_mut().for_each(|frames| self.expr(frames));
                    self.expr(value);
                }
            }
            ExprKind::Call { function, arguments, handle, .. } => {
                self.expr(function);
                self.arguments(arguments);
                handle.iter_mut().for_each(|name| self.name(name));
            }
            ExprKind::Field { base, name } => {
                self.expr(base);
                self.name(name);
            }
            ExprKind::With { base, fields } => {
                self.expr(base);
                self.arguments(fields);
            }
            ExprKind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    self.expr(condition);
                    self.body(body);
                }
                otherwise.iter_mut().for_each(|body| self.body(body));
            }
            ExprKind::Match { subject, arms } => {
                self.expr(subject);
                for arm in arms {
                    match &mut arm.pattern {
                        Pattern::Else(span) => self.span(span),
                        Pattern::Value(value) => self.expr(value),
                        Pattern::Case { name, bindings } => {
                            self.name(name);
                            self.names(bindings);
                        }
                    }
                    self.body(&mut arm.body);
                }
            }
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Binary { at, left, right, .. } => {
                self.span(at);
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Name(_)
            | ExprKind::Number { .. }
            | ExprKind::Size(..)
            | ExprKind::Date(..)
            | ExprKind::Bool(_)
            | ExprKind::None
            | ExprKind::Broken => {}
        }
    }
}
