//! What an item says, typed: owned data with spans counted from the beginning of the item.
//!
//! It covers the whole language. A broken part is left out or stands as [`ExprKind::Broken`], so that
//! what is intact can still be checked; whoever sees `Broken` says nothing more about it.

use crate::diagnostic::Span;

/// A word with its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    /// The word.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// `a.b.c`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    /// At least one.
    pub names: Vec<Name>,
    /// All of it.
    pub span: Span,
}

/// An item with what stands in front of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// `///` lines, without the slashes.
    pub docs: String,
    /// `@name(arguments)`.
    pub attributes: Vec<Attribute>,
    /// `pub`.
    pub public: bool,
    /// What it is.
    pub kind: ItemKind,
    /// From the item's word to its end.
    pub span: Span,
}

/// `@ui(group: "Edge")`
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Behind the `@`.
    pub name: Name,
    /// Empty without parentheses.
    pub arguments: Vec<Argument>,
}

/// The items of the language.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemKind {
    /// `use a.b.{c, d as e}`; one entry for each imported name.
    Use(Vec<Import>),
    /// `recipe`
    Recipe(Recipe),
    /// `stage`
    Stage(Signature),
    /// `show`, `sequence`, `shot`
    Layer(Layer),
    /// `record NAME { fields }`
    Record {
        /// Its name.
        name: Name,
        /// Its fields.
        fields: Vec<Parameter>,
    },
    /// `enum NAME { variants }`
    Enum {
        /// Its name.
        name: Name,
        /// Its cases.
        variants: Vec<Variant>,
    },
    /// `const NAME = value`
    Const {
        /// Its name.
        name: Name,
        /// The written type.
        ty: Option<Type>,
        /// Its value.
        value: Expr,
    },
    /// `policy NAME { require … }`
    Policy {
        /// Its name.
        name: Name,
        /// Its lines.
        rules: Vec<Requirement>,
    },
    /// `test "…" { … }`
    Test {
        /// What it shows.
        title: Text,
        /// Its lines.
        body: Body,
    },
    /// Something whose head is broken, with its name where that could be read: whoever uses this
    /// name is not to blame.
    Broken(Option<Name>),
}

/// A case of an `enum` with its payload.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// `///` lines above it.
    pub docs: String,
    /// `@…` in front of it.
    pub attributes: Vec<Attribute>,
    /// Its name.
    pub name: Name,
    /// What it carries. Empty without parentheses.
    pub fields: Vec<Parameter>,
}

/// `require EXPR because "…"`
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// `///` lines above it.
    pub docs: String,
    /// What must hold.
    pub condition: Expr,
    /// Why.
    pub reason: Option<Text>,
}

/// One imported name.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The whole path of what is imported.
    pub path: Path,
    /// Its name here.
    pub alias: Name,
}

/// The head of a recipe or stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// Its name.
    pub name: Name,
    /// `<S: Linear, T>`: names and traits.
    pub generics: Vec<(Name, Option<Name>)>,
    /// In order.
    pub parameters: Vec<Parameter>,
    /// Behind the arrow. `None` if broken.
    pub result: Option<Type>,
}

/// A recipe. A broken parameter stands with [`TypeKind::Broken`]; where even its name or the whole
/// head could not be read, `head_broken` says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Its head.
    pub signature: Signature,
    /// A parameter or the head could not be read: don't complain about unknown ones.
    pub head_broken: bool,
    /// Its lines.
    pub body: Body,
}

/// A parameter or a record's field.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// `///` lines above it.
    pub docs: String,
    /// `@ui(…)`, `@layer(…)`.
    pub attributes: Vec<Attribute>,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// `in a..b`, `step s`, `one of […]`.
    pub refinements: Vec<Refinement>,
    /// Behind `=`.
    pub default: Option<Expr>,
}

/// What bounds a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Refinement {
    /// `in a..b`
    In(Expr),
    /// `step s`
    Step(Expr),
    /// `one of [a, b]`
    OneOf(Expr),
}

/// A written type.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// Name and arguments.
    pub kind: TypeKind,
    /// `?` behind it.
    pub optional: bool,
    /// All of it.
    pub span: Span,
}

/// Sorts of written types.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// `Clip<ACEScg, straight>`
    Named {
        /// `Clip`
        path: Path,
        /// `ACEScg`, `straight`
        arguments: Vec<Type>,
    },
    /// `Space("ARRI LogC4")`
    Space(Text),
    /// Could not be read; already reported. A broken parameter keeps its name this way.
    Broken,
}

/// A body: lines of `let`, then the result.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Body {
    /// In order.
    pub lets: Vec<Let>,
    /// Expressions that stand alone. Exactly one, last, in a right body; any number in a test's.
    pub results: Vec<Expr>,
    /// Some line could not be read.
    pub broken: bool,
    /// With its braces.
    pub span: Span,
}

/// `let name: T = value`. Where the line is broken but its name is known, the value is
/// [`ExprKind::Broken`], so that those who use the name are not blamed; so with a broken `param`.
#[derive(Debug, Clone, PartialEq)]
pub struct Let {
    /// What it names.
    pub name: Name,
    /// The written type.
    pub ty: Option<Type>,
    /// Its value.
    pub value: Expr,
}

/// `show`, `sequence` or `shot`.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// Which of them.
    pub word: LayerWord,
    /// Its name.
    pub name: Name,
    /// `in PATH`
    pub within: Option<Path>,
    /// `from PATH`
    pub from: Option<Path>,
    /// In order. Broken ones are left out.
    pub clauses: Vec<Clause>,
    /// Some clause could not be read.
    pub broken: bool,
}

/// The three layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerWord {
    /// A whole production.
    Show,
    /// Shots that belong together.
    Sequence,
    /// What is rendered.
    Shot,
}

/// A clause of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// `///` lines above it.
    pub docs: String,
    /// `@…` lines above it.
    pub attributes: Vec<Attribute>,
    /// What it says.
    pub kind: ClauseKind,
    /// All of it.
    pub span: Span,
}

/// The clauses of layers.
#[derive(Debug, Clone, PartialEq)]
pub enum ClauseKind {
    /// `let`
    Let(Let),
    /// `set` or `set!`
    Set(Set),
    /// `at RANGE { set … }`
    At {
        /// When.
        frames: Expr,
        /// What is set then.
        sets: Vec<Set>,
    },
    /// `frames A..B [handles N]`
    Frames {
        /// The cut.
        range: Expr,
        /// Frames on both sides.
        handles: Option<Expr>,
    },
    /// `rate 24fps`
    Rate(Expr),
    /// `format 1920x1080`
    Format(Expr),
    /// `space ACEScg`
    Space(Type),
    /// `seed 40`
    Seed(Expr),
    /// `param`
    Param(Parameter),
    /// `write`
    Write(Write),
    /// `gate NAME: condition …`
    Gate {
        /// Its name.
        name: Name,
        /// What must hold.
        condition: Expr,
        /// Frames that may fail, and why.
        exceptions: Vec<(Expr, Text)>,
    },
    /// `review PICTURE by "…"`
    Review {
        /// What is reviewed.
        picture: Expr,
        /// By whom.
        by: Text,
    },
    /// `drop write NAME`
    Drop(Name),
    /// `policy PATH`
    Policy(Path),
    /// `retake`
    Retake {
        /// What is made again.
        target: Address,
        /// When.
        frames: Expr,
        /// The take's name.
        take: Name,
        /// `seed 41, anchors 8fr`
        settings: Vec<(Name, Expr)>,
    },
    /// `wedge ADDRESS = [values] over SHOTS`
    Wedge {
        /// What is varied.
        target: Address,
        /// Its values.
        values: Expr,
        /// In which shots.
        over: Option<Text>,
    },
    /// `variants ADDRESS = N`
    Variants {
        /// What is varied.
        target: Address,
        /// How many.
        count: Expr,
    },
    /// `pick TAKE by "…"`
    Pick {
        /// Which take.
        take: Name,
        /// By whom.
        by: Text,
    },
}

/// `set fall/gen.strength = 50%`
#[derive(Debug, Clone, PartialEq)]
pub struct Set {
    /// `set!`
    pub hard: bool,
    /// What is set.
    pub target: Address,
    /// To what.
    pub value: Expr,
}

/// `fall/gen.strength`
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// `fall`, `gen`
    pub nodes: Vec<Name>,
    /// `strength`
    pub fields: Vec<Name>,
    /// All of it.
    pub span: Span,
}

/// `write delivery "….exr" as exr(depth: half) with handles for final = comp`
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// `delivery`
    pub name: Option<Name>,
    /// The file pattern.
    pub path: Text,
    /// `exr(depth: half)`
    pub format: Option<(Name, Vec<Argument>)>,
    /// `with handles`
    pub handles: bool,
    /// `for final`
    pub purpose: Option<Name>,
    /// What is written.
    pub picture: Expr,
}

/// A text with its holes.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// In order.
    pub parts: Vec<TextPart>,
    /// With its quotes.
    pub span: Span,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum TextPart {
    /// Escapes resolved.
    Plain(String),
    /// `{frame:04}`
    Hole {
        /// Inside the braces.
        value: Expr,
        /// Behind the colon.
        format: Option<TextFormat>,
    },
}

/// `{x:+6.2}`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextFormat {
    /// `+` in front of positive numbers.
    pub sign: bool,
    /// A leading `0`: padded with zeros.
    pub zeros: bool,
    /// At least so many characters.
    pub width: u32,
    /// So many digits behind the point.
    pub digits: Option<u32>,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it says.
    pub kind: ExprKind,
    /// All of it.
    pub span: Span,
}

/// Sorts of expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `name`
    Name(String),
    /// A number with its unit as written: `6px`, `40%`, `24fps`.
    Number {
        /// The digits' value.
        value: f64,
        /// `px`, `%`, …
        unit: Option<String>,
    },
    /// `1920x1080`
    Size(u32, u32),
    /// `2028-05-01`: year, month, day.
    Date(u16, u8, u8),
    /// `true`, `false`
    Bool(bool),
    /// `none`
    None,
    /// `"…"`
    Text(Text),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `[for name in over: value]`
    Comprehension {
        /// The running name.
        name: Name,
        /// What it runs over.
        over: Box<Expr>,
        /// An element.
        value: Box<Expr>,
    },
    /// `{1001: 0%, 1040: 100% smooth}`
    Curve(Vec<Key>),
    /// `cut { 1001..1030: a, else: b }`; `None` is `else`.
    Cut(Vec<(Option<Expr>, Expr)>),
    /// `function(arguments)`; a pipe is a call whose first argument is its left side, `piped`.
    Call {
        /// What is called: a name, or a field as in `seed.split`.
        function: Box<Expr>,
        /// In order.
        arguments: Vec<Argument>,
        /// The first argument came through `|>`.
        piped: bool,
        /// `as name`
        handle: Option<Name>,
    },
    /// `base.name`
    Field {
        /// Of what.
        base: Box<Expr>,
        /// Which.
        name: Name,
    },
    /// `base with (z: nearer)`
    With {
        /// Of what.
        base: Box<Expr>,
        /// What is changed.
        fields: Vec<Argument>,
    },
    /// `if c { a } else { b }`
    If {
        /// Conditions and their bodies, in order.
        branches: Vec<(Expr, Body)>,
        /// `else`
        otherwise: Option<Body>,
    },
    /// `match x { … }`
    Match {
        /// What is looked at.
        subject: Box<Expr>,
        /// In order.
        arms: Vec<Arm>,
    },
    /// `-x`, `not x`
    Unary {
        /// Which.
        operator: Unary,
        /// Of what.
        operand: Box<Expr>,
    },
    /// `a + b`
    Binary {
        /// Which.
        operator: Binary,
        /// Where it stands.
        at: Span,
        /// Its left side.
        left: Box<Expr>,
        /// Its right side.
        right: Box<Expr>,
    },
    /// Could not be read; already reported.
    Broken,
}

/// A key of a curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// `1001`, `first`, `first + 8fr`
    pub frame: Expr,
    /// The value there.
    pub value: Expr,
    /// `smooth`, `cubic(0.3, 0.7)`
    pub ease: Option<(Name, Vec<Argument>)>,
}

/// An arm of `match`.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// What it catches.
    pub pattern: Pattern,
    /// Its value. A body without `let` is its result.
    pub body: Body,
}

/// What an arm catches.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// `else`
    Else(Span),
    /// A literal.
    Value(Expr),
    /// `Roto(shape)`
    Case {
        /// `Roto`
        name: Name,
        /// `shape`
        bindings: Vec<Name>,
    },
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// `name:`
    pub name: Option<Name>,
    /// Its value. For `seed:` alone, the name `seed`.
    pub value: Expr,
}

/// Operators before an operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unary {
    /// `-`
    Negate,
    /// `not`
    Not,
}

/// Operators between two operands. The pipe is a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `every`
    Every,
    /// `..`
    Range,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}
