//! Checked expressions: every name resolved, every argument at its parameter, every space known. A body of
//! such terms is a fragment: a recipe's part of the graph, lowered anew wherever it is called.

use crate::function::Function;
use crate::report::{ItemRef, Spot};
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
    /// `cut` over numbers: when, and what; without frames what is everywhere else, the last one.
    Cut(Vec<(Option<Term>, Term)>),
    Text(Vec<Piece>),
    Call(Box<CallTerm>),
    /// `Rgb(…)`, `Point(…)`, `Box(…)`
    Vector(Vec<Term>),
    Unary(Unary, Box<Term>),
    Binary(Binary, Box<Term>, Box<Term>),
    /// `min(a, b)` and its like
    Function(Function, Vec<Term>),
    /// The shot's seed.
    BaseSeed,
    /// `seed.split("label")`
    Split(Box<Term>, Box<Term>),
    /// The shot's first and last frame of the cut.
    First,
    Last,
    /// `Beauty(…)`: every field, defaults put in.
    Record(Vec<FieldTerm>),
    /// `Source.Roto(shape: m)`: its whole payload, defaults put in.
    Case {
        name: String,
        fields: Vec<FieldTerm>,
    },
    /// `cg.specular`
    Field(Box<Term>, String),
    /// `cg with (z: nearer)`
    With(Box<Term>, Vec<FieldTerm>),
    /// `if c { a } else { b }`
    If {
        branches: Vec<(Term, Block)>,
        otherwise: Box<Block>,
    },
    /// `match x { … }`
    Match(Box<Term>, Vec<ArmTerm>),
    /// `[for s in over: value]`; the running name is the local `first`.
    Comprehension {
        first: u32,
        over: Box<Term>,
        value: Box<Term>,
    },
}

/// A field of a record or of a case's payload, with its type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FieldTerm {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) value: Term,
}

/// A body inside of an expression. Its names continue the locals of the body around it and are dropped
/// behind it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Block {
    /// The place of its first name among the locals: of a binding of its pattern, or of its first `let`.
    pub(crate) first: u32,
    pub(crate) lets: Vec<LetTerm>,
    pub(crate) result: Term,
}

/// An arm of a `match`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ArmTerm {
    pub(crate) pattern: PatternTerm,
    pub(crate) block: Block,
}

/// What an arm catches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PatternTerm {
    /// Everything.
    Else,
    /// This value; `none` is one.
    Value(Value),
    /// A case, and the fields of its payload that get names, in order.
    Case { name: String, bindings: Vec<String> },
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
    /// Of a test.
    pub(crate) test: Option<crate::check::TestTerm>,
    /// Of a layer: the names that its terms' locals mean, by number: parameters, what it comes with from
    /// other shots, its own lets.
    pub(crate) names: Vec<NameTerm>,
    /// Of a shot: what merging has to know of each of `lets`.
    pub(crate) lines: Vec<LineTerm>,
    /// Of a shot: which locals each of `writes` needs.
    pub(crate) needs: Vec<Vec<u32>>,
}

/// A name of a layer's body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NameTerm {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) spot: Spot,
}

/// What merging has to know of a shot's `let`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LineTerm {
    /// Where its name stands.
    pub(crate) span: Span,
    /// Which local it is. One that it replaces has its number already.
    pub(crate) slot: u32,
    /// How many locals there were when it was checked.
    pub(crate) visible: u32,
    /// The locals that its value needs.
    pub(crate) needs: Vec<u32>,
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
        self.children(&mut |child| child.calls(visit));
        if let TermKind::Call(call) = &self.kind {
            visit(call, self.span);
        }
    }

    /// Calls `visit` with every term that stands directly in it, in the order of the text.
    pub(crate) fn children<'a>(&'a self, visit: &mut dyn FnMut(&'a Term)) {
        match &self.kind {
            TermKind::Call(call) => call.arguments.iter().flatten().for_each(visit),
            TermKind::List(terms) | TermKind::Vector(terms) | TermKind::Function(_, terms) => {
                terms.iter().for_each(visit);
            }
            TermKind::Curve(keys) => {
                for key in keys {
                    visit(&key.frame);
                    visit(&key.value);
                }
            }
            TermKind::Text(pieces) => {
                for piece in pieces {
                    if let Piece::Hole(term, _) = piece {
                        visit(term);
                    }
                }
            }
            TermKind::Cut(pieces) => {
                for (frames, value) in pieces {
                    frames.iter().for_each(&mut *visit);
                    visit(value);
                }
            }
            TermKind::Unary(_, operand) => visit(operand),
            TermKind::Binary(_, left, right) | TermKind::Split(left, right) => {
                visit(left);
                visit(right);
            }
            TermKind::Record(fields) | TermKind::Case { fields, .. } => {
                for field in fields {
                    visit(&field.value);
                }
            }
            TermKind::Field(base, _) => visit(base),
            TermKind::With(base, fields) => {
                visit(base);
                for field in fields {
                    visit(&field.value);
                }
            }
            TermKind::If { branches, otherwise } => {
                for (condition, block) in branches {
                    visit(condition);
                    block.children(visit);
                }
                otherwise.children(visit);
            }
            TermKind::Match(subject, arms) => {
                visit(subject);
                for arm in arms {
                    arm.block.children(visit);
                }
            }
            TermKind::Comprehension { over, value, .. } => {
                visit(over);
                visit(value);
            }
            TermKind::Unknown
            | TermKind::Constant(_)
            | TermKind::Local(_)
            | TermKind::Named(_)
            | TermKind::Space(_)
            | TermKind::BaseSeed
            | TermKind::First
            | TermKind::Last => {}
        }
    }

    /// The same, to change them.
    pub(crate) fn children_mut(&mut self, visit: &mut dyn FnMut(&mut Term)) {
        match &mut self.kind {
            TermKind::Call(call) => call.arguments.iter_mut().flatten().for_each(visit),
            TermKind::List(terms) | TermKind::Vector(terms) | TermKind::Function(_, terms) => {
                terms.iter_mut().for_each(visit);
            }
            TermKind::Curve(keys) => {
                for key in keys {
                    visit(&mut key.frame);
                    visit(&mut key.value);
                }
            }
            TermKind::Text(pieces) => {
                for piece in pieces {
                    if let Piece::Hole(term, _) = piece {
                        visit(term);
                    }
                }
            }
            TermKind::Cut(pieces) => {
                for (frames, value) in pieces {
                    frames.iter_mut().for_each(&mut *visit);
                    visit(value);
                }
            }
            TermKind::Unary(_, operand) => visit(operand),
            TermKind::Binary(_, left, right) | TermKind::Split(left, right) => {
                visit(left);
                visit(right);
            }
            TermKind::Record(fields) | TermKind::Case { fields, .. } => {
                for field in fields {
                    visit(&mut field.value);
                }
            }
            TermKind::Field(base, _) => visit(base),
            TermKind::With(base, fields) => {
                visit(base);
                for field in fields {
                    visit(&mut field.value);
                }
            }
            TermKind::If { branches, otherwise } => {
                for (condition, block) in branches {
                    visit(condition);
                    block.children_mut(visit);
                }
                otherwise.children_mut(visit);
            }
            TermKind::Match(subject, arms) => {
                visit(subject);
                for arm in arms {
                    arm.block.children_mut(visit);
                }
            }
            TermKind::Comprehension { over, value, .. } => {
                visit(over);
                visit(value);
            }
            TermKind::Unknown
            | TermKind::Constant(_)
            | TermKind::Local(_)
            | TermKind::Named(_)
            | TermKind::Space(_)
            | TermKind::BaseSeed
            | TermKind::First
            | TermKind::Last => {}
        }
    }

    /// A term without free locals, as if it stood elsewhere: what is wrong with it is said there, and its own
    /// names come behind the `around` locals that there are.
    pub(crate) fn moved_to(mut self, span: Span, around: u32) -> Self {
        self.span = span;
        match &mut self.kind {
            TermKind::Local(index) => *index += around,
            TermKind::Comprehension { first, .. } => *first += around,
            TermKind::If { branches, otherwise } => {
                for (_, block) in branches {
                    block.first += around;
                }
                otherwise.first += around;
            }
            TermKind::Match(_, arms) => arms.iter_mut().for_each(|arm| arm.block.first += around),
            _ => {}
        }
        self.children_mut(&mut |child| {
            *child = std::mem::replace(child, Term::unknown(span)).moved_to(span, around);
        });
        self
    }
}

impl Block {
    fn children<'a>(&'a self, visit: &mut dyn FnMut(&'a Term)) {
        for line in &self.lets {
            visit(&line.value);
        }
        visit(&self.result);
    }

    fn children_mut(&mut self, visit: &mut dyn FnMut(&mut Term)) {
        for line in &mut self.lets {
            visit(&mut line.value);
        }
        visit(&mut self.result);
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
            .chain(self.test.iter().flat_map(|test| &test.operands))
    }
}
