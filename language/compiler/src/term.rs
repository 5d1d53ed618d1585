//! Checked expressions: every name resolved, every argument at its parameter, every space known. A body of
//! such terms is a fragment: a recipe's part of the graph, lowered anew wherever it is called.

use crate::report::ItemRef;
use crate::types::{Space, Type};
use toma_plan::Value;
use toma_syntax::ast::{Binary, TextFormat, Unary};
use toma_syntax::diagnostic::Span;

/// A checked expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Term {
    pub(crate) kind: TermKind,
    pub(crate) ty: Type,
    pub(crate) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TermKind {
    /// Wrong and reported.
    Unknown,
    Constant(Value),
    /// A parameter or `let` of the body, by its place among them.
    Local(u32),
    /// A `const`.
    Named(ItemRef),
    Space(Space),
    List(Vec<Term>),
    Curve(Vec<KeyTerm>),
    Text(Vec<Piece>),
    Call(Box<CallTerm>),
    /// `Rgb(…)`, `Point(…)`, `Box(…)`
    Vector(Vec<Term>),
    Unary(Unary, Box<Term>),
    Binary(Binary, Box<Term>, Box<Term>),
    /// The shot's seed.
    BaseSeed,
    /// `seed.split("label")`
    Split(Box<Term>, Box<Term>),
    /// The shot's first and last frame of the cut.
    First,
    Last,
}

/// A key of a curve.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KeyTerm {
    pub(crate) frame: Term,
    pub(crate) value: Term,
    pub(crate) ease: toma_plan::Ease,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Piece {
    Plain(String),
    Hole(Term, Option<TextFormat>),
    /// `{shot}`, in a write's path.
    Shot,
    /// `{frame:04}`, in a write's path, with its width.
    Frame(u32),
}

/// A call of a stage or recipe.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CallTerm {
    pub(crate) callee: ItemRef,
    /// `blur`
    pub(crate) name: String,
    /// One for each parameter of the callee; `None` is its default.
    pub(crate) arguments: Vec<Option<Term>>,
    /// One for each generic of the callee.
    pub(crate) spaces: Vec<Space>,
    pub(crate) handle: Option<String>,
}

/// A checked body: `let`s in order, then the result or the writes.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Fragment {
    /// How many of the locals are parameters; the others are `lets`.
    pub(crate) parameters: u32,
    pub(crate) lets: Vec<LetTerm>,
    /// Of a recipe or `const`.
    pub(crate) result: Option<Term>,
    /// Of a shot.
    pub(crate) writes: Vec<WriteTerm>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LetTerm {
    pub(crate) name: String,
    /// The written type, if there is one.
    pub(crate) ty: Option<Type>,
    pub(crate) value: Term,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WriteTerm {
    pub(crate) name: String,
    pub(crate) path: Vec<Piece>,
    pub(crate) path_span: Span,
    pub(crate) format: String,
    pub(crate) settings: Vec<(String, Value)>,
    pub(crate) handles: bool,
    pub(crate) purpose: Option<String>,
    pub(crate) picture: Term,
}

impl Term {
    pub(crate) fn new(kind: TermKind, ty: Type, span: Span) -> Self {
        Self { kind, ty, span }
    }

    /// Something wrong that was reported.
    pub(crate) fn unknown(span: Span) -> Self {
        Self::new(TermKind::Unknown, Type::Unknown, span)
    }

    /// Calls `visit` with every call in it, inner ones first.
    pub(crate) fn calls<'a>(&'a self, visit: &mut dyn FnMut(&'a CallTerm, Span)) {
        match &self.kind {
            TermKind::Call(call) => {
                call.arguments.iter().flatten().for_each(|argument| argument.calls(visit));
                visit(call, self.span);
            }
            TermKind::List(terms) | TermKind::Vector(terms) => {
                for term in terms {
                    term.calls(visit);
                }
            }
            TermKind::Curve(keys) => keys.iter().for_each(|key| key.value.calls(visit)),
            TermKind::Unary(_, operand) => operand.calls(visit),
            TermKind::Binary(_, left, right) | TermKind::Split(left, right) => {
                left.calls(visit);
                right.calls(visit);
            }
            _ => {}
        }
    }
}

impl Fragment {
    /// Every term that it consists of, in order.
    pub(crate) fn terms(&self) -> impl Iterator<Item = &Term> {
        self.lets
            .iter()
            .map(|line| &line.value)
            .chain(&self.result)
            .chain(self.writes.iter().map(|write| &write.picture))
    }
}
