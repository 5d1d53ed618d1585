//! Expressions: the grammar gives them flat, precedence climbing makes the tree.

use super::{Builder, MOST_LEVELS};
use crate::ast::{Argument, Arm, Binary, Body, Expr, ExprKind, Key, Name, Pattern, Unary};
use crate::diagnostic::{Diagnostic, Span};
use crate::pair::Pair;
use crate::rule::Rule;
use std::iter::Peekable;

/// How strongly an operator binds, weakest first; a step between leaves room for `not`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Power {
    Or,
    And,
    Not,
    Compare,
    Pipe,
    Every,
    Range,
    Sum,
    Product,
    Negate,
}

impl Power {
    /// The next stronger one: what the right side of a left-associative operator may hold.
    fn above(self) -> Self {
        match self {
            Self::Or => Self::And,
            Self::And => Self::Not,
            Self::Not => Self::Compare,
            Self::Compare => Self::Pipe,
            Self::Pipe => Self::Every,
            Self::Every => Self::Range,
            Self::Range => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product | Self::Negate => Self::Negate,
        }
    }
}

/// What an operator between two operands does.
enum Infix {
    Pipe,
    Binary(Binary),
}

fn infix(token: Rule) -> Option<(Power, Infix)> {
    let (power, binary) = match token {
        Rule::Pipe => return Some((Power::Pipe, Infix::Pipe)),
        Rule::OrWord => (Power::Or, Binary::Or),
        Rule::AndWord => (Power::And, Binary::And),
        Rule::Equal => (Power::Compare, Binary::Equal),
        Rule::NotEqual => (Power::Compare, Binary::NotEqual),
        Rule::Less => (Power::Compare, Binary::Less),
        Rule::LessEqual => (Power::Compare, Binary::LessEqual),
        Rule::Greater => (Power::Compare, Binary::Greater),
        Rule::GreaterEqual => (Power::Compare, Binary::GreaterEqual),
        Rule::Every => (Power::Every, Binary::Every),
        Rule::RangeTo => (Power::Range, Binary::Range),
        Rule::Plus => (Power::Sum, Binary::Add),
        Rule::Minus => (Power::Sum, Binary::Subtract),
        Rule::Times => (Power::Product, Binary::Multiply),
        Rule::Divide => (Power::Product, Binary::Divide),
        _ => return None,
    };
    Some((power, Infix::Binary(binary)))
}

/// How strongly an operator between two operands binds.
pub(crate) fn power(token: Rule) -> Option<Power> {
    infix(token).map(|(power, _)| power)
}

/// The only part of an expression without any operator, as most are.
fn alone<'i>(pair: &Pair<'i>) -> Option<Pair<'i>> {
    fn only<'i>(pair: &Pair<'i>) -> Option<Pair<'i>> {
        let mut parts = pair.inner();
        parts.next().filter(|_| parts.next().is_none())
    }
    let operand = only(pair)?;
    matches!(operand.rule(), Rule::Operand | Rule::BareOperand).then(|| only(&operand))?
}

fn broken(span: Span) -> Expr {
    Expr { kind: ExprKind::Broken, span }
}

impl Builder<'_> {
    /// An `expression` or a `frame_range`.
    pub(super) fn expression(&mut self, pair: Pair<'_>) -> Expr {
        if let Some(operand) = alone(&pair) {
            return self.primary(operand);
        }
        let span = self.span(&pair);
        let mut tokens = Vec::new();
        for part in pair.inner() {
            match part.rule() {
                Rule::Operand | Rule::BareOperand => tokens.extend(part.inner()),
                _ => tokens.push(part),
            }
        }
        self.deeper(tokens.len() / 2, span, |builder| {
            builder.climb(&mut tokens.into_iter().peekable(), Power::Or).unwrap_or(broken(span))
        })
    }

    /// Builds something that nests `levels` deep, unless that is more than anybody reads.
    fn deeper(&mut self, levels: usize, span: Span, build: impl FnOnce(&mut Self) -> Expr) -> Expr {
        self.levels += levels;
        let expression = if self.levels > MOST_LEVELS {
            self.say(
                Diagnostic::error("T0106", "this expression is too long to be read", span)
                    .help("give parts of it names with `let` and use those"),
            );
            broken(span)
        } else {
            build(self)
        };
        self.levels -= levels;
        expression
    }

    fn climb<'i, I>(&mut self, tokens: &mut Peekable<I>, least: Power) -> Option<Expr>
    where
        I: Iterator<Item = Pair<'i>>,
    {
        let first = tokens.next()?;
        let begin = self.span(&first);
        let mut left = match first.rule() {
            Rule::Negate => self.unary(begin, Unary::Negate, tokens, Power::Negate)?,
            Rule::NotWord => self.unary(begin, Unary::Not, tokens, Power::Not)?,
            _ => {
                let mut operand = self.primary(first);
                while let Some(suffix) =
                    tokens.next_if(|token| matches!(token.rule(), Rule::WithFields | Rule::Handle))
                {
                    operand = self.suffix(operand, suffix);
                }
                operand
            }
        };
        let mut compared = false;
        while let Some((power, operator)) = tokens.peek().and_then(|token| infix(token.rule()))
            && power >= least
        {
            let at = tokens.next().map(|token| self.span(&token)).unwrap_or_default();
            let right = self.climb(tokens, power.above())?;
            if power == Power::Compare {
                if compared {
                    self.say(
                        written_space(&left, &operator, at, right.span)
                            .unwrap_or_else(|| chained(at)),
                    );
                }
                compared = true;
            }
            left = match operator {
                Infix::Pipe => self.pipe(left, at, right),
                Infix::Binary(operator) => {
                    let span = left.span.to(right.span);
                    let (left, right) = (Box::new(left), Box::new(right));
                    Expr { kind: ExprKind::Binary { operator, at, left, right }, span }
                }
            };
        }
        Some(left)
    }

    fn unary<'i, I>(
        &mut self,
        begin: Span,
        operator: Unary,
        tokens: &mut Peekable<I>,
        power: Power,
    ) -> Option<Expr>
    where
        I: Iterator<Item = Pair<'i>>,
    {
        let operand = Box::new(self.climb(tokens, power)?);
        let span = begin.to(operand.span);
        Some(Expr { kind: ExprKind::Unary { operator, operand }, span })
    }

    /// The left side becomes the first argument of the call on the right.
    fn pipe(&mut self, left: Expr, at: Span, mut right: Expr) -> Expr {
        let span = left.span.to(right.span);
        if into_call(left, &mut right, span).is_none() {
            return Expr { span, ..right };
        }
        if !matches!(right.kind, ExprKind::Broken) {
            self.say(leads_nowhere(at, &right));
        }
        broken(span)
    }

    fn suffix(&mut self, mut operand: Expr, suffix: Pair<'_>) -> Expr {
        let here = self.span(&suffix);
        let span = operand.span.to(here);
        if suffix.rule() == Rule::Handle {
            let name = suffix.inner().find(|p| p.rule() == Rule::Name);
            let Some(name) = name.map(|name| self.name(&name)) else { return operand };
            if !set_handle(&mut operand, name) {
                self.say(
                    Diagnostic::error("T0129", "`as` names a call, and this is none", here)
                        .help("give a value a name with `let`: `let name = value`"),
                );
            }
            return Expr { span, ..operand };
        }
        self.deeper(1, span, |builder| builder.with(operand, suffix, span))
    }

    fn with(&mut self, base: Expr, suffix: Pair<'_>, span: Span) -> Expr {
        let mut fields = Vec::new();
        for part in suffix.inner() {
            match part.rule() {
                Rule::Arguments => fields = self.arguments(part),
                Rule::WithFields => return self.with(base, part, span),
                _ => {}
            }
        }
        Expr { kind: ExprKind::With { base: Box::new(base), fields }, span }
    }

    /// An operand without its signs and suffixes.
    pub(super) fn primary(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let kind = match pair.rule() {
            Rule::Chain | Rule::GroupChain => return self.chain(pair, span),
            Rule::If => self.if_(pair),
            Rule::Match => self.match_(pair, span),
            Rule::Cut => self.cut(pair),
            Rule::Curve => self.curve(pair),
            Rule::List => self.list(pair),
            Rule::Text => ExprKind::Text(self.text(pair)),
            Rule::Date => self.date(pair.text(), span),
            Rule::Size => self.size(pair.text(), span),
            Rule::Quantity => self.quantity(pair),
            Rule::Literal => match pair.text().trim_end() {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                _ => ExprKind::None,
            },
            _ => ExprKind::Broken,
        };
        Expr { kind, span }
    }

    /// `name.field(arguments).field`, or the same behind a group.
    fn chain(&mut self, pair: Pair<'_>, span: Span) -> Expr {
        let parts: Vec<Pair<'_>> = pair.inner().collect();
        self.deeper(parts.len() - 1, span, |builder| {
            let mut base: Option<Expr> = None;
            for part in parts {
                let here = builder.span(&part);
                base = Some(match (base, part.rule()) {
                    (None, Rule::Group) => builder.group(part, here),
                    (None, _) => {
                        Expr { kind: ExprKind::Name(part.text().trim_end().to_owned()), span: here }
                    }
                    (Some(base), Rule::Call) => builder.call(base, part, here),
                    (Some(base), Rule::GroupWith) => {
                        let span = base.span.to(here);
                        builder.with(base, part, span)
                    }
                    (Some(base), _) => {
                        let (span, name) = (base.span.to(here), builder.name(&part));
                        Expr { kind: ExprKind::Field { base: Box::new(base), name }, span }
                    }
                });
            }
            base.unwrap_or(broken(span))
        })
    }

    /// The span of a group holds its parentheses, so that a fix can replace all of it.
    fn group(&mut self, pair: Pair<'_>, span: Span) -> Expr {
        let inner = pair.inner().find(|p| p.rule() == Rule::Expression);
        inner.map_or(broken(span), |inner| Expr { span, ..self.expression(inner) })
    }

    fn call(&mut self, function: Expr, pair: Pair<'_>, here: Span) -> Expr {
        let span = function.span.to(here);
        let arguments = match pair.inner().find(|p| p.rule() == Rule::Arguments) {
            Some(arguments) => self.arguments(arguments),
            None => Vec::new(),
        };
        let function = Box::new(function);
        let kind = ExprKind::Call { function, arguments, piped: false, handle: None };
        Expr { kind, span }
    }

    pub(super) fn arguments(&mut self, pair: Pair<'_>) -> Vec<Argument> {
        let count = pair.inner().filter(|part| part.rule() == Rule::Argument).count();
        let mut arguments: Vec<Argument> = Vec::with_capacity(count);
        let mut misplaced = None;
        for part in pair.inner() {
            match part.rule() {
                Rule::Argument => {
                    let span = self.span(&part);
                    let argument = self.argument(part);
                    let behind_named = arguments.last().is_some_and(|last| last.name.is_some());
                    if argument.name.is_none() && behind_named {
                        misplaced.get_or_insert(span);
                    }
                    arguments.push(argument);
                }
                // What stands in an unclosed call may have been meant for behind it.
                Rule::CloseParen if self.forgotten(&part) => misplaced = None,
                _ => {}
            }
        }
        if let Some(span) = misplaced {
            let message = "this argument has no name, but stands behind one that has";
            self.say(
                Diagnostic::error("T0115", message, span)
                    .help("put it in front of the named ones, or name it: `name: value`"),
            );
        }
        arguments
    }

    fn argument(&mut self, pair: Pair<'_>) -> Argument {
        let span = self.span(&pair);
        let (mut name, mut value) = (None, None);
        for part in pair.inner() {
            match part.rule() {
                Rule::Name => name = Some(self.name(&part)),
                Rule::Expression => value = Some(self.expression(part)),
                _ => {}
            }
        }
        // `seed:` passes the name `seed`.
        let pun = |name: &Name| Expr { kind: ExprKind::Name(name.text.clone()), span: name.span };
        let value = value.or_else(|| name.as_ref().map(pun)).unwrap_or(broken(span));
        Argument { name, value }
    }

    /// `smooth`, `cubic(0.3, 0.7)`, `exr(depth: half)`
    pub(super) fn name_and_arguments(&mut self, pair: Pair<'_>) -> Option<(Name, Vec<Argument>)> {
        let (mut name, mut arguments) = (None, Vec::new());
        for part in pair.inner() {
            match part.rule() {
                Rule::Name => name = Some(self.name(&part)),
                Rule::Arguments => arguments = self.arguments(part),
                _ => {}
            }
        }
        Some((name?, arguments))
    }

    fn if_(&mut self, pair: Pair<'_>) -> ExprKind {
        let (mut branches, mut otherwise) = (Vec::new(), None);
        let mut condition = None;
        for part in pair.inner() {
            match part.rule() {
                Rule::Expression => condition = Some(self.expression(part)),
                Rule::Body => {
                    let body = self.body(part);
                    match condition.take() {
                        Some(condition) => branches.push((condition, body)),
                        None => otherwise = Some(body),
                    }
                }
                _ => {}
            }
        }
        ExprKind::If { branches, otherwise }
    }

    fn match_(&mut self, pair: Pair<'_>, span: Span) -> ExprKind {
        let (mut subject, mut arms) = (None, Vec::new());
        for part in pair.inner() {
            match part.rule() {
                Rule::Expression => subject = Some(self.expression(part)),
                Rule::Arm => arms.extend(self.arm(part)),
                _ => {}
            }
        }
        ExprKind::Match { subject: Box::new(subject.unwrap_or(broken(span))), arms }
    }

    fn arm(&mut self, pair: Pair<'_>) -> Option<Arm> {
        let (mut pattern, mut body) = (None, None);
        for part in pair.inner() {
            match part.rule() {
                Rule::Pattern => pattern = self.pattern(part),
                Rule::Body => body = Some(self.body(part)),
                Rule::Expression => {
                    let value = self.expression(part);
                    let span = value.span;
                    body = Some(Body { results: vec![value], span, ..Body::default() });
                }
                _ => {}
            }
        }
        Some(Arm { pattern: pattern?, body: body? })
    }

    fn pattern(&mut self, pair: Pair<'_>) -> Option<Pattern> {
        let span = self.span(&pair);
        let mut negative = false;
        for part in pair.inner() {
            match part.rule() {
                Rule::ElseWord => return Some(Pattern::Else(span)),
                Rule::Negate => negative = true,
                Rule::Case => {
                    let names = part.inner().filter(|p| p.rule() == Rule::Name);
                    let mut names: Vec<Name> = names.map(|name| self.name(&name)).collect();
                    if names.is_empty() {
                        return None;
                    }
                    let name = names.remove(0);
                    return Some(Pattern::Case { name, bindings: names });
                }
                _ => {
                    let value = self.primary(part);
                    if !negative {
                        return Some(Pattern::Value(value));
                    }
                    let operand = Box::new(value);
                    let kind = ExprKind::Unary { operator: Unary::Negate, operand };
                    return Some(Pattern::Value(Expr { kind, span }));
                }
            }
        }
        None
    }

    fn list(&mut self, pair: Pair<'_>) -> ExprKind {
        let mut elements = Vec::new();
        for part in pair.inner() {
            match part.rule() {
                Rule::Expression => elements.push(self.expression(part)),
                Rule::Comprehension => {
                    let mut name = None;
                    let mut values = Vec::new();
                    for part in part.inner() {
                        match part.rule() {
                            Rule::Name => name = Some(self.name(&part)),
                            Rule::Expression => values.push(self.expression(part)),
                            _ => {}
                        }
                    }
                    if let (Some(name), Some(value), Some(over)) =
                        (name, values.pop(), values.pop())
                    {
                        let (over, value) = (Box::new(over), Box::new(value));
                        return ExprKind::Comprehension { name, over, value };
                    }
                }
                _ => {}
            }
        }
        ExprKind::List(elements)
    }

    fn curve(&mut self, pair: Pair<'_>) -> ExprKind {
        let mut keys = Vec::new();
        for key in pair.inner().filter(|p| p.rule() == Rule::Key) {
            let (mut frame, mut value, mut ease) = (None, None, None);
            for part in key.inner() {
                match part.rule() {
                    Rule::Expression if frame.is_none() => frame = Some(self.expression(part)),
                    Rule::Expression => value = Some(self.expression(part)),
                    Rule::Ease => ease = self.name_and_arguments(part),
                    _ => {}
                }
            }
            keys.extend(frame.zip(value).map(|(frame, value)| Key { frame, value, ease }));
        }
        ExprKind::Curve(keys)
    }

    fn cut(&mut self, pair: Pair<'_>) -> ExprKind {
        let mut pieces = Vec::new();
        for piece in pair.inner().filter(|p| p.rule() == Rule::Piece) {
            let parts = piece.inner().filter(|p| p.rule() == Rule::Expression);
            let mut values: Vec<Expr> = parts.map(|part| self.expression(part)).collect();
            let value = values.pop();
            pieces.extend(value.map(|value| (values.pop(), value)));
        }
        ExprKind::Cut(pieces)
    }
}

/// Puts what flows in into the innermost call of what follows; gives it back if there is none.
fn into_call(left: Expr, right: &mut Expr, span: Span) -> Option<Expr> {
    match &mut right.kind {
        ExprKind::Call { arguments, piped, .. } if !*piped => {
            arguments.insert(0, Argument { name: None, value: left });
            *piped = true;
            None
        }
        ExprKind::With { base, .. } => {
            base.span = Span { start: span.start, ..base.span };
            into_call(left, base, span)
        }
        _ => Some(left),
    }
}

/// Names the call that this ends with.
fn set_handle(expression: &mut Expr, name: Name) -> bool {
    match &mut expression.kind {
        ExprKind::Call { handle, .. } if handle.is_none() => {
            *handle = Some(name);
            true
        }
        ExprKind::With { base, .. } => set_handle(base, name),
        ExprKind::Broken => true,
        _ => false,
    }
}

fn chained(at: Span) -> Diagnostic {
    Diagnostic::error("T0116", "comparisons don't chain", at)
        .help("compare two by two: `a < b and b < c`")
}

fn leads_nowhere(at: Span, right: &Expr) -> Diagnostic {
    let message = "`|>` leads into a call, and this is none";
    let error = Diagnostic::error("T0114", message, right.span).label(at, "flows in here");
    match &right.kind {
        ExprKind::Name(name) => {
            let end = Span { start: right.span.end, end: right.span.end };
            error.help(format!("write the parentheses too: `|> {name}()`")).fix(
                "add the parentheses",
                end,
                "()",
            )
        }
        _ => error.help("write `|> stage(arguments)`: the left side is its first argument"),
    }
}

/// `blur<ACEScg>(plate)`, which reads like two comparisons.
fn written_space(left: &Expr, operator: &Infix, at: Span, right: Span) -> Option<Diagnostic> {
    let ExprKind::Binary { operator: Binary::Less, at: open, left, right: space } = &left.kind
    else {
        return None;
    };
    let Infix::Binary(Binary::Greater) = operator else { return None };
    let (ExprKind::Name(name), ExprKind::Name(of)) = (&left.kind, &space.kind) else { return None };
    // Written without blanks, and named as spaces are.
    let close = left.span.end == open.start
        && open.end == space.span.start
        && space.span.end == at.start
        && right.start <= at.end + 1
        && of.starts_with(char::is_uppercase);
    close.then(|| {
        let message = format!("the pictures that `{name}` works on are not written at a call");
        Diagnostic::error("T0119", message, open.to(at))
            .help(format!("they follow from what it is given: write `{name}(…)`"))
    })
}
