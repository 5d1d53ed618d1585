//! What can be said of an item from outside: a recipe's or stage's parameters and result.

use crate::check::path::deprecated;
use crate::check::{Checker, Slot};
use crate::database::{Db, ItemId, item_id};
use crate::evaluate::{Closed, coerce, evaluate};
use crate::report::{ItemRef, Report};
use crate::source::{item_tree, reference};
use crate::term::Term;
use crate::types::{Bound, Type};
use toma_plan::Value;
use toma_syntax::ast::{Attribute, ExprKind, ItemKind, Parameter as Written, Refinement};
use toma_syntax::diagnostic::Span;

/// Values that a default may consist of.
const MOST_OF_A_DEFAULT: usize = 5_000;

/// The head of a recipe or stage, resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Signature {
    pub(crate) item: ItemRef,
    pub(crate) name: String,
    pub(crate) name_span: Span,
    pub(crate) generics: Vec<(String, Bound)>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) result: Type,
    /// Parameters are missing that could not be read: say nothing about unknown ones.
    pub(crate) broken: bool,
    /// Of stages only.
    pub(crate) stage: Option<StageFacts>,
    /// Names of items that its defaults and bounds use.
    pub(crate) used: std::collections::BTreeSet<String>,
    pub(crate) reports: Vec<Report>,
}

/// What the attributes of a stage say.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct StageFacts {
    pub(crate) version: u32,
    pub(crate) weights: Option<String>,
    pub(crate) class: Option<String>,
    pub(crate) ambient: Vec<String>,
    /// Generics whose names the node gets as parameters: of two, it converts from the first into the second.
    pub(crate) spaces: Vec<String>,
    /// It mixes pixels with others: nothing for pictures of names.
    pub(crate) mixing: bool,
}

/// A parameter, resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) ty: Type,
    pub(crate) default: Option<Term>,
    /// `in a..b`: in base units, and where it stands.
    pub(crate) range: Option<(f64, f64, Span)>,
    /// `one of […]`
    pub(crate) choices: Vec<Value>,
    /// `@format`: the format of the stage's result.
    pub(crate) gives_format: bool,
    /// `@never_zero`: nothing can be computed with 0, above and below it lies what can.
    pub(crate) never_zero: bool,
    /// `@deprecated("…")`
    pub(crate) deprecated: Option<String>,
}

impl Parameter {
    /// May an argument for it be left out?
    pub(crate) fn is_optional(&self) -> bool {
        self.default.is_some() || matches!(self.ty, Type::Optional(_))
    }
}

/// The signature of a recipe or stage; `None` for other items.
#[salsa::tracked(cycle_result = signature_of_circle)]
pub(crate) fn signature<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Option<Signature> {
    let tree = item_tree(db, item);
    let (head, broken) = match &tree.kind {
        ItemKind::Recipe(recipe) => (&recipe.signature, recipe.head_broken),
        ItemKind::Stage(signature) => (signature, false),
        _ => return None,
    };
    let key = reference(item.file(db).path(db), item.key(db));
    let mut checker = Checker::new(db, key.clone());
    checker.generics(&head.generics);
    let parameters = checker.parameters(&head.parameters);
    let result = head.result.as_ref().map_or(Type::Unknown, |ty| checker.written_type(ty));
    let stage = matches!(tree.kind, ItemKind::Stage(_)).then(|| facts(&tree.attributes));
    Some(Signature {
        item: key,
        name: head.name.text.clone(),
        name_span: head.name.span,
        generics: checker.generics.clone(),
        parameters,
        result,
        broken,
        stage,
        used: checker.used.clone(),
        reports: checker.finish(),
    })
}

/// A default that needs its own signature: reported where the circle of constants is.
fn signature_of_circle(_: &dyn Db, _: salsa::Id, _: ItemId<'_>) -> Option<Signature> {
    None
}

/// The signature that a reference means.
pub(crate) fn signature_of<'db>(db: &'db dyn Db, item: &ItemRef) -> Option<&'db Signature> {
    signature(db, item_id(db, item)).as_ref()
}

/// The words and texts between an attribute's parentheses.
fn words(attribute: &Attribute) -> Vec<String> {
    attribute.arguments.iter().filter_map(|argument| word(&argument.value.kind)).collect()
}

/// A name, or a text without holes. `none` is a word like any other here: `compression: none`.
pub(crate) fn word(value: &ExprKind) -> Option<String> {
    match value {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::None => Some("none".to_owned()),
        ExprKind::Text(text) => plain_text(text),
        _ => None,
    }
}

/// A text without holes.
pub(crate) fn plain_text(text: &toma_syntax::ast::Text) -> Option<String> {
    text.parts
        .iter()
        .map(|part| match part {
            toma_syntax::ast::TextPart::Plain(plain) => Some(plain.as_str()),
            toma_syntax::ast::TextPart::Hole { .. } => None,
        })
        .collect()
}

pub(crate) fn facts(attributes: &[Attribute]) -> StageFacts {
    let mut facts = StageFacts { version: 1, ..StageFacts::default() };
    for attribute in attributes {
        match attribute.name.text.as_str() {
            "version" => {
                if let Some(ExprKind::Number { value, .. }) =
                    attribute.arguments.first().map(|argument| &argument.value.kind)
                {
                    facts.version = *value as u32;
                }
            }
            "weights" => facts.weights = words(attribute).into_iter().next(),
            "class" => facts.class = words(attribute).into_iter().next(),
            "ambient" => facts.ambient = words(attribute),
            "spaces" => facts.spaces = words(attribute),
            "mixing" => facts.mixing = true,
            _ => {}
        }
    }
    facts
}

impl Checker<'_> {
    /// Resolves written parameters: of a recipe, a stage or a layer.
    pub(crate) fn parameters(&mut self, written: &[Written]) -> Vec<Parameter> {
        let mut parameters: Vec<Parameter> = Vec::new();
        for parameter in written {
            if let Some(first) = parameters.iter().find(|first| first.name == parameter.name.text) {
                let report = Report::error(
                    "T0204",
                    format!("there are two parameters called `{}`", parameter.name.text),
                    self.spot(parameter.name.span),
                )
                .saying("the second one")
                .label(self.spot(first.span), "the first one");
                self.report(report);
                continue;
            }
            let resolved = self.parameter(parameter);
            parameters.push(resolved);
        }
        parameters
    }

    /// Resolves one written parameter.
    pub(crate) fn parameter(&mut self, written: &Written) -> Parameter {
        let ty = self.written_type(&written.ty);
        let mut parameter = Parameter {
            name: written.name.text.clone(),
            span: written.name.span,
            ty,
            default: None,
            range: None,
            choices: Vec::new(),
            never_zero: written.attributes.iter().any(|known| known.name.text == "never_zero"),
            gives_format: written.attributes.iter().any(|known| known.name.text == "format"),
            deprecated: deprecated(&written.attributes),
        };
        if self.is_too_long() {
            parameter.default = written.default.as_ref().map(|default| Term::unknown(default.span));
            return parameter;
        }
        let plain = parameter.ty.core().clone();
        for refinement in &written.refinements {
            self.refine(&mut parameter, &plain, refinement);
        }
        if let Some(default) = &written.default {
            if parameter.ty == Type::Seed {
                let report = Report::error(
                    "T0411",
                    format!("the seed `{}` has a default", parameter.name),
                    self.spot(default.span),
                )
                .help("a seed is always passed, so that nothing is random by accident: take the default away");
                self.report(report);
            } else {
                let slot = Slot::new(format!("the default of `{}`", parameter.name), None);
                let term = self.value(default, &parameter.ty.clone(), &slot);
                let term = self.default_without_calls(term, &parameter.name);
                let term = self.default_of_some_size(term, &parameter.name);
                self.bound(&term, &parameter, &slot);
                parameter.default = Some(term);
            }
        }
        parameter
    }

    /// A default is there before anything is rendered.
    fn default_without_calls(&mut self, term: Term, name: &str) -> Term {
        let mut first = None;
        term.calls(&mut |_, span| first = first.or(Some(span)));
        let Some(span) = first else { return term };
        let report = Report::error(
            "T0363",
            format!("the default of `{name}` is written out, and this would be rendered"),
            self.spot(span),
        )
        .help("write a value there; what may be left out is `T?`, and a `match` says what stands in for it");
        self.report(report);
        Term::unknown(term.span)
    }

    /// A default is copied to wherever it is left out: one that holds others twice doubles at every step.
    fn default_of_some_size(&mut self, term: Term, name: &str) -> Term {
        fn count(term: &Term, sum: &mut usize) {
            *sum += 1;
            if *sum <= MOST_OF_A_DEFAULT {
                term.children(&mut |child| count(child, sum));
            }
        }
        let mut sum = 0;
        count(&term, &mut sum);
        if sum <= MOST_OF_A_DEFAULT {
            return term;
        }
        let message = format!(
            "the default of `{name}` consists of more than {MOST_OF_A_DEFAULT} values, with all the defaults in it"
        );
        let report = Report::error("T0420", message, self.spot(term.span))
            .help("make it smaller, or a `const`, which is made once");
        self.report(report);
        Term::unknown(term.span)
    }

    fn refine(&mut self, parameter: &mut Parameter, plain: &Type, refinement: &Refinement) {
        let (span, word) = match refinement {
            Refinement::In(range) => (range.span, "in"),
            Refinement::Step(step) => (step.span, "step"),
            Refinement::OneOf(choices) => (choices.span, "one of"),
        };
        let bounded = matches!(plain, Type::Int | Type::Number(_) | Type::Vector(_));
        let listed = bounded
            || matches!(plain, Type::Text | Type::Path | Type::Size | Type::Rate | Type::Date);
        if plain.is_unknown() {
            return;
        }
        if !(bounded || listed && word == "one of") {
            let report = Report::error(
                "T0301",
                format!("`{word}` is for numbers, and `{}` is {}", parameter.name, plain.words()),
                self.spot(span),
            )
            .help(match word {
                "one of" => "what a number, text, size, rate or date may be is listed by `one of`",
                _ if listed => "list what it may be: `one of [a, b]`",
                _ => "take it away: only numbers, and what is made of them, have bounds",
            });
            self.report(if word == "one of" {
                Report {
                    message: format!(
                        "`one of` lists values, and `{}` is {}",
                        parameter.name,
                        plain.words()
                    ),
                    ..report
                }
            } else {
                report
            });
            return;
        }
        let slot = Slot::new(
            format!(
                "each {} of `{}`",
                if word == "one of" { "choice" } else { "bound" },
                parameter.name
            ),
            None,
        );
        match refinement {
            Refinement::In(range) => {
                if let ExprKind::Binary {
                    operator: toma_syntax::ast::Binary::Range,
                    left,
                    right,
                    ..
                } = &range.kind
                {
                    // Of a point or colour each component lies there.
                    let one = match plain {
                        Type::Vector(vector) => Type::Number(vector.components().0),
                        other => other.clone(),
                    };
                    let end = |checker: &mut Self, value| {
                        let term = checker.value(value, &one, &slot);
                        let value = coerce(evaluate(&term, &Closed).ok()?, &one);
                        crate::evaluate::number(&value)
                    };
                    if let (Some(low), Some(high)) = (end(self, left), end(self, right)) {
                        if low > high {
                            let report = Report::error(
                                "T0513",
                                format!("the bounds of `{}` end before they begin", parameter.name),
                                self.spot(range.span),
                            )
                            .help("write the lower one first, as in `in 0%..100%`");
                            self.report(report);
                            return;
                        }
                        parameter.range = Some((low, high, range.span));
                    }
                } else {
                    let report = Report::error(
                        "T0301",
                        format!("the bounds of `{}` are no range", parameter.name),
                        self.spot(range.span),
                    )
                    .help("write both ends, as in `in 0%..100%`");
                    self.report(report);
                }
            }
            Refinement::Step(step) => {
                // A step only shapes the slider; its type is checked all the same.
                self.value(step, plain, &slot);
            }
            Refinement::OneOf(choices) => {
                let list = Type::List(Box::new(plain.clone()));
                let term = self.value(choices, &list, &slot);
                if let Ok(Value::List(values)) = evaluate(&term, &Closed) {
                    parameter.choices =
                        values.into_iter().map(|value| coerce(value, plain)).collect();
                }
            }
        }
    }
}
