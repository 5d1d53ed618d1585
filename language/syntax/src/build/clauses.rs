//! The clauses of layers, and bodies: lines of `let`, then one result.

use super::{Builder, Lead};
use crate::ast::{
    Address, Body, Clause, ClauseKind, Expr, ExprKind, Let, Name, Set, Text, TextPart, Write,
};
use crate::diagnostic::{Diagnostic, Span};
use crate::pair::Pair;
use crate::rule::Rule;

/// The parts that most clauses are made of, in order of their kind.
#[derive(Default)]
struct Parts {
    names: Vec<Name>,
    expressions: Vec<Expr>,
    texts: Vec<Text>,
    target: Option<Address>,
}

impl Parts {
    fn name(&mut self) -> Option<Name> {
        (!self.names.is_empty()).then(|| self.names.remove(0))
    }

    fn expression(&mut self) -> Option<Expr> {
        (!self.expressions.is_empty()).then(|| self.expressions.remove(0))
    }

    fn text(&mut self) -> Option<Text> {
        (!self.texts.is_empty()).then(|| self.texts.remove(0))
    }
}

impl Builder<'_> {
    pub(super) fn clauses(&mut self, pair: Pair<'_>, broken: &mut bool) -> Vec<Clause> {
        let mut clauses = Vec::new();
        let mut lead = Lead::default();
        let mut unread = None;
        for part in pair.inner() {
            match part.rule() {
                Rule::OpenBrace | Rule::NewlineOrEnd => {}
                Rule::CloseBrace => self.dangling(&mut lead),
                Rule::Doc => self.doc(&part, &mut lead),
                Rule::Attribute => {
                    let attribute = self.attribute(part);
                    lead.attributes.push(attribute);
                }
                other => {
                    let span = self.span(&part);
                    let kind = if other == Rule::BrokenClause {
                        *broken = true;
                        if !self.goes_on_from(&mut unread, &part) {
                            self.broken(&part);
                        }
                        self.salvaged(&part).map(ClauseKind::Let)
                    } else {
                        unread = None;
                        self.clause(part, broken)
                    };
                    let docs = lead.take_docs();
                    let attributes = std::mem::take(&mut lead.attributes);
                    clauses.extend(kind.map(|kind| Clause { docs, attributes, kind, span }));
                }
            }
        }
        // Items are kept, and their clauses are large.
        clauses.shrink_to_fit();
        clauses
    }

    fn clause(&mut self, pair: Pair<'_>, broken: &mut bool) -> Option<ClauseKind> {
        let sort = pair.rule();
        match sort {
            Rule::LetClause => return self.let_clause(pair).map(ClauseKind::Let),
            Rule::SetClause => return self.set(pair).map(ClauseKind::Set),
            Rule::AtClause => return self.at(pair, broken),
            Rule::ParamClause => return self.parameter(pair).map(ClauseKind::Param),
            Rule::WriteClause => return self.write(pair).map(ClauseKind::Write),
            Rule::GateClause => return self.gate(pair),
            Rule::RetakeClause => return self.retake(pair),
            Rule::WedgeClause => return self.wedge(pair),
            Rule::SpaceClause => {
                let ty = pair.inner().find(|p| p.rule() == Rule::Type)?;
                return Some(ClauseKind::Space(self.ty(ty)));
            }
            Rule::PolicyClause => {
                let path = pair.inner().find(|p| p.rule() == Rule::Path)?;
                return Some(ClauseKind::Policy(self.path(&path)));
            }
            _ => {}
        }
        let mut parts = self.parts(pair);
        Some(match sort {
            Rule::FramesClause => {
                ClauseKind::Frames { range: parts.expression()?, handles: parts.expression() }
            }
            Rule::RateClause => ClauseKind::Rate(parts.expression()?),
            Rule::FormatClause => ClauseKind::Format(parts.expression()?),
            Rule::SeedClause => ClauseKind::Seed(parts.expression()?),
            Rule::ReviewClause => {
                ClauseKind::Review { picture: parts.expression()?, by: parts.text()? }
            }
            Rule::DropClause => ClauseKind::Drop(parts.name()?),
            Rule::VariantsClause => {
                ClauseKind::Variants { target: parts.target.take()?, count: parts.expression()? }
            }
            Rule::PickClause => ClauseKind::Pick { take: parts.name()?, by: parts.text()? },
            _ => return None,
        })
    }

    fn parts(&mut self, pair: Pair<'_>) -> Parts {
        let mut parts = Parts::default();
        for part in pair.inner() {
            match part.rule() {
                Rule::Name => parts.names.push(self.name(&part)),
                Rule::Expression | Rule::FrameRange => {
                    let expression = self.expression(part);
                    parts.expressions.push(expression);
                }
                Rule::Text => {
                    let text = self.text(part);
                    parts.texts.push(text);
                }
                Rule::Address => parts.target = Some(self.address(&part)),
                _ => {}
            }
        }
        parts
    }

    /// `fall/gen.strength`; the pair is atomic.
    fn address(&self, pair: &Pair<'_>) -> Address {
        let (text, at) = (pair.text(), pair.begin());
        let nodes_end = text.find('.').unwrap_or(text.len());
        let nodes = self.names(&text[..nodes_end], at, '/');
        let fields = match text.get(nodes_end + 1..) {
            Some(fields) => self.names(fields, at + nodes_end + 1, '.'),
            None => Vec::new(),
        };
        Address { nodes, fields, span: self.span(pair) }
    }

    fn let_clause(&mut self, pair: Pair<'_>) -> Option<Let> {
        let (mut name, mut ty, mut value) = (None, None, None);
        for part in pair.inner() {
            match part.rule() {
                Rule::Name => name = Some(self.name(&part)),
                Rule::Type => ty = Some(self.ty(part)),
                Rule::Expression => value = Some(self.expression(part)),
                _ => {}
            }
        }
        Some(Let { name: name?, ty, value: value? })
    }

    /// Does this line belong to the broken one right above, which it is indented under? That one
    /// is explained already. `unread` is the broken line above, and becomes this one.
    fn goes_on_from(&self, unread: &mut Option<usize>, pair: &Pair<'_>) -> bool {
        let start = self.span(pair).start as usize;
        let above = self.item.get(..start).unwrap_or_default();
        let indent = above.len() - above.rfind('\n').map_or(0, |newline| newline + 1);
        let belongs = unread.is_some_and(|least| indent > least);
        if !belongs {
            *unread = (pair.rule() != Rule::Result).then_some(indent);
        }
        belongs
    }

    /// The name of a `let` or `param` that could not be read.
    fn salvaged(&self, pair: &Pair<'_>) -> Option<Let> {
        let (text, at) = (pair.text(), pair.begin());
        let rest = text.strip_prefix("let").or_else(|| text.strip_prefix("param"))?;
        if !rest.starts_with([' ', '\t']) {
            return None;
        }
        let name = self.first_name(rest, at + text.len() - rest.len())?;
        let value = Expr { kind: ExprKind::Broken, span: self.span(pair) };
        Some(Let { name, ty: None, value })
    }

    fn set(&mut self, pair: Pair<'_>) -> Option<Set> {
        let hard = pair.text().starts_with("set!");
        let mut parts = self.parts(pair);
        Some(Set { hard, target: parts.target.take()?, value: parts.expression()? })
    }

    fn at(&mut self, pair: Pair<'_>, broken: &mut bool) -> Option<ClauseKind> {
        let (mut frames, mut sets, mut lead) = (None, Vec::new(), Lead::default());
        for part in pair.inner() {
            match part.rule() {
                Rule::Expression => frames = Some(self.expression(part)),
                Rule::Doc => self.doc(&part, &mut lead),
                Rule::SetClause => {
                    sets.extend(self.set(part));
                    lead = Lead::default();
                }
                Rule::BrokenSet => {
                    *broken = true;
                    self.broken(&part);
                    lead = Lead::default();
                }
                _ => {}
            }
        }
        self.dangling(&mut lead);
        Some(ClauseKind::At { frames: frames?, sets })
    }

    fn write(&mut self, pair: Pair<'_>) -> Option<Write> {
        let (mut name, mut path, mut format, mut handles) = (None, None, None, false);
        let (mut purpose, mut picture) = (None, None);
        for part in pair.inner() {
            match part.rule() {
                Rule::Name => name = Some(self.name(&part)),
                Rule::Text => path = Some(self.text(part)),
                Rule::FileFormat => format = self.name_and_arguments(part),
                Rule::WithHandles => handles = true,
                Rule::Purpose => {
                    purpose = part.inner().find(|p| p.rule() == Rule::Name);
                }
                Rule::Expression => picture = Some(self.expression(part)),
                _ => {}
            }
        }
        let purpose = purpose.map(|name| self.name(&name));
        Some(Write { name, path: path?, format, handles, purpose, picture: picture? })
    }

    fn gate(&mut self, pair: Pair<'_>) -> Option<ClauseKind> {
        let (mut name, mut condition, mut exceptions) = (None, None, Vec::new());
        for part in pair.inner() {
            match part.rule() {
                Rule::Name => name = Some(self.name(&part)),
                Rule::Expression => condition = Some(self.expression(part)),
                Rule::Exception => {
                    let mut parts = self.parts(part);
                    exceptions.extend(parts.expression().zip(parts.text()));
                }
                _ => {}
            }
        }
        Some(ClauseKind::Gate { name: name?, condition: condition?, exceptions })
    }

    fn retake(&mut self, pair: Pair<'_>) -> Option<ClauseKind> {
        let mut settings = Vec::new();
        for part in pair.clone().inner().filter(|p| p.rule() == Rule::Settings) {
            for setting in part.inner().filter(|p| p.rule() == Rule::Setting) {
                let mut parts = self.parts(setting);
                settings.extend(parts.name().zip(parts.expression()));
            }
        }
        let mut parts = self.parts(pair);
        let (target, frames) = (parts.target.take()?, parts.expression()?);
        Some(ClauseKind::Retake { target, frames, take: parts.name()?, settings })
    }

    fn wedge(&mut self, pair: Pair<'_>) -> Option<ClauseKind> {
        let over = pair.clone().inner().find(|p| p.rule() == Rule::Shots).map(|shots| {
            let parts = vec![TextPart::Plain(shots.text().to_owned())];
            Text { parts, span: self.span(&shots) }
        });
        let mut parts = self.parts(pair);
        Some(ClauseKind::Wedge { target: parts.target.take()?, values: parts.expression()?, over })
    }

    /// Lines of `let`, then exactly one result.
    pub(super) fn body(&mut self, pair: Pair<'_>) -> Body {
        self.lines(pair, false)
    }

    /// Lines of a test: `let`s and any number of expressions, each of which claims something.
    pub(super) fn claims(&mut self, pair: Pair<'_>) -> Body {
        self.lines(pair, true)
    }

    fn lines(&mut self, pair: Pair<'_>, claims: bool) -> Body {
        let mut body = Body { span: self.span(&pair), ..Body::default() };
        let mut lead = Lead::default();
        let (mut last_is_result, mut closed) = (false, true);
        let mut unread = None;
        for part in pair.inner() {
            let sort = part.rule();
            match sort {
                Rule::Doc => {
                    self.doc(&part, &mut lead);
                    continue;
                }
                Rule::LetClause => body.lets.extend(self.let_clause(part)),
                Rule::Result if self.goes_on_from(&mut unread, &part) => continue,
                Rule::Result => {
                    for value in part.inner().filter(|p| p.rule() == Rule::Expression) {
                        let value = self.expression(value);
                        body.results.push(value);
                    }
                }
                Rule::BrokenLine => {
                    body.broken = true;
                    if !self.goes_on_from(&mut unread, &part) {
                        self.broken(&part);
                    }
                    body.lets.extend(self.salvaged(&part));
                }
                Rule::CloseBrace => {
                    closed = !self.forgotten(&part);
                    continue;
                }
                _ => continue,
            }
            last_is_result = sort == Rule::Result;
            lead = Lead::default();
        }
        self.dangling(&mut lead);
        if !claims && (closed || body.results.len() > 1) {
            self.one_result_and_last(&body, last_is_result);
        }
        body
    }

    fn one_result_and_last(&mut self, body: &Body, last_is_result: bool) {
        let Some((last, others)) = body.results.split_last() else {
            if !body.broken {
                let end = body.span.end;
                let brace = Span { start: end.saturating_sub(1).max(body.span.start), end };
                self.say(
                    Diagnostic::error("T0117", "this body has no result", brace).help(
                        "its last line is its result: write the picture or value alone there",
                    ),
                );
            }
            return;
        };
        for unused in others {
            self.say(unused_value(unused.span));
        }
        if !last_is_result && !body.broken {
            self.say(
                Diagnostic::error("T0117", "the result is not the last line", last.span)
                    .help("a body is lines of `let`, then its result: move this line to the end"),
            );
        }
    }
}

fn unused_value(span: Span) -> Diagnostic {
    Diagnostic::error("T0117", "nothing uses this value", span).help(
        "a body has one result, its last line; give the others a name: `let soft = …`, \
         or go on with `|>` at the beginning of the next line",
    )
}
