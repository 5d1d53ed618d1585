//! Attributes: which there are, and where they may stand. One that nobody knows is a warning, so that a file
//! written for a newer Toma still renders.

use super::Checker;
use crate::names::{listed, nearest};
use crate::report::Report;
use toma_syntax::ast::{Attribute, ClauseKind, ExprKind, Item, ItemKind, Parameter};

/// In front of items.
const ON_ITEMS: [&str; 1] = ["deprecated"];
/// In front of `stage`s, beside those of all items.
const ON_STAGES: [&str; 7] =
    ["deprecated", "version", "class", "weights", "spaces", "ambient", "mixing"];
/// In front of parameters of recipes and layers.
const ON_PARAMETERS: [&str; 2] = ["ui", "deprecated"];
/// In front of a record's fields.
const ON_FIELDS: [&str; 3] = ["layer", "ui", "deprecated"];
/// What shapes a control.
const OF_UI: [&str; 4] = ["group", "label", "step", "order"];

impl Checker<'_> {
    /// Looks at every attribute of an item.
    pub(crate) fn attributes(&mut self, item: &Item) {
        // What the standard library says to the runtime is held against it by a test.
        if self.item.file.starts_with("std/") {
            return;
        }
        let known: &[&str] = match item.kind {
            ItemKind::Stage(_) => &ON_STAGES,
            ItemKind::Test { .. } => &super::test::ON_TESTS,
            _ => &ON_ITEMS,
        };
        self.attributes_among(&item.attributes, known, "here");
        match &item.kind {
            ItemKind::Recipe(recipe) => self.attributes_of(&recipe.signature.parameters),
            ItemKind::Record { fields, .. } => {
                for field in fields {
                    self.attributes_among(&field.attributes, &ON_FIELDS, "in front of a field");
                }
            }
            ItemKind::Enum { variants, .. } => {
                for variant in variants {
                    self.attributes_among(&variant.attributes, &ON_ITEMS, "in front of a case");
                }
            }
            ItemKind::Layer(layer) => {
                for clause in &layer.clauses {
                    let known: &[&str] = match &clause.kind {
                        ClauseKind::Param(parameter) => {
                            self.attributes_of(std::slice::from_ref(parameter));
                            &ON_PARAMETERS
                        }
                        _ => &[],
                    };
                    self.attributes_among(&clause.attributes, known, "in front of this clause");
                }
            }
            _ => {}
        }
    }

    fn attributes_of(&mut self, parameters: &[Parameter]) {
        for parameter in parameters {
            self.attributes_among(&parameter.attributes, &ON_PARAMETERS, "in front of a parameter");
        }
    }

    fn attributes_among(&mut self, attributes: &[Attribute], known: &[&str], place: &str) {
        for attribute in attributes {
            let name = attribute.name.text.as_str();
            match name {
                _ if !known.contains(&name) => self.unknown_attribute(attribute, known, place),
                "deprecated" => self.deprecated_says_why(attribute),
                "ui" => self.ui_keys(attribute),
                _ => {}
            }
        }
    }

    fn unknown_attribute(&mut self, attribute: &Attribute, known: &[&str], place: &str) {
        let name = &attribute.name;
        let spot = self.spot(name.span);
        let elsewhere = ON_STAGES.iter().chain(&ON_FIELDS).any(|other| *other == name.text);
        let message = if elsewhere {
            format!("`@{}` means nothing {place}", name.text)
        } else {
            format!("there is no attribute `@{}`", name.text)
        };
        let known_here: Vec<String> = known.iter().map(|name| format!("@{name}")).collect();
        let near = nearest(&name.text, known.iter().copied());
        let report = Report::warning("T0267", message, spot.clone());
        self.report(match near {
            Some(near) => report.help(format!("did you mean `@{near}`?")).fix(
                format!("write `@{near}`"),
                spot,
                near,
            ),
            None if known.is_empty() => report.help("nothing can stand in front of this clause"),
            None => report.help(format!("{place} can stand {}", listed(&known_here, "or"))),
        });
    }

    fn deprecated_says_why(&mut self, attribute: &Attribute) {
        let says = attribute
            .arguments
            .first()
            .is_some_and(|argument| matches!(&argument.value.kind, ExprKind::Text(_)));
        if !says {
            let message = "`@deprecated` doesn't say what to use instead";
            let report = Report::warning("T0268", message, self.spot(attribute.name.span))
                .help("say it in quotes: `@deprecated(\"use blur\")`");
            self.report(report);
        }
    }

    fn ui_keys(&mut self, attribute: &Attribute) {
        for argument in &attribute.arguments {
            let Some(name) = &argument.name else {
                let report = Report::warning(
                    "T0268",
                    "what `@ui` says has a name",
                    self.spot(argument.value.span),
                )
                .help("as in `@ui(group: \"Edge\", step: 0.1px)`");
                self.report(report);
                continue;
            };
            let text = matches!(&argument.value.kind, ExprKind::Text(_));
            if !OF_UI.contains(&name.text.as_str()) {
                let message = format!("`@ui` knows no `{}`", name.text);
                let near = nearest(&name.text, OF_UI);
                let report = Report::warning("T0268", message, self.spot(name.span))
                    .help(format!("it is one of {}", listed(&OF_UI, "and")))
                    .did_you_mean(near, self.spot(name.span));
                self.report(report);
            } else if matches!(name.text.as_str(), "group" | "label") && !text {
                let message = format!("`{}` of `@ui` is a text", name.text);
                let report = Report::warning("T0268", message, self.spot(argument.value.span))
                    .help(format!("put it in quotes: `{}: \"Edge\"`", name.text));
                self.report(report);
            }
        }
    }
}
