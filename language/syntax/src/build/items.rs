//! Items, their heads and their types.

use super::{Builder, Lead};
use crate::ast::{
    Expr, Import, Item, ItemKind, Layer, LayerWord, Name, Parameter, Path, Recipe, Refinement,
    Requirement, Signature, Text, Type, TypeKind, Variant,
};
use crate::diagnostic::{Diagnostic, Span};
use crate::explain::foreign;
use crate::grammar::{Pair, Rule};
use crate::words::{ITEM_WORDS, first_word};

/// A recipe's or stage's head, and whether a part of it was lost.
#[derive(Default)]
struct Head {
    name: Option<Name>,
    generics: Vec<(Name, Option<Name>)>,
    parameters: Vec<Parameter>,
    result: Option<Type>,
    broken: bool,
}

impl Head {
    /// `None` if it has not even a name.
    fn signature(self) -> Option<(Signature, bool)> {
        let Self { name, generics, parameters, result, broken } = self;
        Some((Signature { name: name?, generics, parameters, result }, broken))
    }
}

impl Builder<'_> {
    pub(super) fn file_item(&mut self, file_item: Pair<'_>) -> Item {
        let mut lead = Lead::default();
        let mut public = false;
        let mut kind = ItemKind::Broken(None);
        let mut span = self.span(&file_item);
        for part in file_item.into_inner() {
            match part.as_rule() {
                Rule::doc => self.doc(&part, &mut lead),
                Rule::attribute => {
                    let attribute = self.attribute(part);
                    lead.attributes.push(attribute);
                }
                Rule::public => {
                    public = true;
                    span.start = self.span(&part).start;
                }
                Rule::broken_item => {
                    self.broken(&part);
                    kind = ItemKind::Broken(self.name_of_broken(&part));
                }
                Rule::broken_rest => {
                    self.behind_the_end(&part, matches!(kind, ItemKind::Use(_)));
                }
                Rule::EOI => {}
                _ => {
                    let here = self.span(&part);
                    span = Span { start: if public { span.start } else { here.start }, ..here };
                    kind = self.kind(part);
                }
            }
        }
        Item { docs: lead.take_docs(), attributes: lead.attributes, public, kind, span }
    }

    fn kind(&mut self, item: Pair<'_>) -> ItemKind {
        match item.as_rule() {
            Rule::use_item => ItemKind::Use(self.imports(item)),
            Rule::recipe_item => self.recipe(item),
            Rule::stage_item => {
                let mut head = Head::default();
                self.head(item, &mut head);
                head.signature().map_or(ItemKind::Broken(None), |(head, _)| ItemKind::Stage(head))
            }
            Rule::layer_item => self.layer(item),
            Rule::record_item => self.record(item),
            Rule::enum_item => self.enumeration(item),
            Rule::const_item => self.constant(item),
            Rule::policy_item => self.policy(item),
            Rule::test_item => self.test(item),
            _ => ItemKind::Broken(None),
        }
    }

    /// Text behind an item's closing brace.
    fn behind_the_end(&mut self, pair: &Pair<'_>, of_use: bool) {
        let span = self.span(pair);
        if self.ready.mistakes.iter().any(|m| span.start <= m.start() && m.start() <= span.end) {
            return;
        }
        let text = pair.as_str();
        let line = text.lines().next().unwrap_or_default().trim_end();
        let here = Span { end: span.start + line.len() as u32, ..span };
        for (sign, rest) in [(".", line.strip_prefix('.')), ("as", line.strip_prefix("as"))] {
            if of_use && rest.is_some_and(|rest| rest.trim().is_empty()) {
                let message = format!("a name is missing behind `{sign}`");
                let help = "it reads as in `use std.finish.{grain, measure_grain as measure}`";
                return self.say(Diagnostic::error("T0125", message, here).help(help));
            }
        }
        if of_use && ["sa", "az", "is", "ass", "a"].contains(&first_word(line)) {
            let word = first_word(line);
            let here = Span { end: span.start + word.len() as u32, ..span };
            let message = format!("`{word}` can't stand here");
            let error = Diagnostic::error("T0125", message, here).help("did you mean `as`?");
            return self.say(error.fix("write `as`", here, "as"));
        }
        if let Some(explained) = foreign(line) {
            let sign = Span { end: span.start + explained.at.end as u32, ..span };
            return self.say(explained.diagnostic(sign));
        }
        let help = if ITEM_WORDS.contains(&first_word(line.trim_start())) {
            "an item begins at the very left of its line: take away the blanks in front of it"
        } else {
            "move it into the braces, or begin an item with its word at the left: `shot A {`"
        };
        self.say(
            Diagnostic::error("T0119", "this stands behind the end of the item", here).help(help),
        );
    }

    // `use a.b.{c, d as e}`
    fn imports(&mut self, item: Pair<'_>) -> Vec<Import> {
        let mut imports = Vec::new();
        let mut base: Option<Path> = None;
        let mut alias = None;
        let mut listed = false;
        for part in item.into_inner() {
            match part.as_rule() {
                Rule::path => base = Some(self.path(&part)),
                Rule::name => alias = Some(self.name(&part)),
                Rule::use_list => {
                    listed = true;
                    self.import_list(part, base.as_ref(), &mut imports);
                }
                _ => {}
            }
        }
        if let (false, Some(path)) = (listed, base)
            && let Some(alias) = alias.or_else(|| path.names.last().cloned())
        {
            imports.push(Import { path, alias });
        }
        imports
    }

    fn import_list(&mut self, list: Pair<'_>, base: Option<&Path>, imports: &mut Vec<Import>) {
        let Some(base) = base else { return };
        let mut import = |name: Name, alias: Option<Name>| {
            let mut path = base.clone();
            let alias = alias.unwrap_or_else(|| name.clone());
            path.span = name.span;
            path.names.push(name);
            imports.push(Import { path, alias });
        };
        for part in list.into_inner() {
            match part.as_rule() {
                Rule::imported => {
                    let mut names = part.into_inner().filter(|p| p.as_rule() == Rule::name);
                    let (name, alias) = (names.next(), names.next());
                    if let Some(name) = name {
                        import(self.name(&name), alias.map(|alias| self.name(&alias)));
                    }
                }
                Rule::broken_import => {
                    self.broken(&part);
                    // Its words were meant as names: whoever uses them is not to blame.
                    let (text, at) = (part.as_str(), part.as_span().start());
                    let mut offset = 0;
                    for word in text.split_inclusive([' ', '\t', '\r', '\n']) {
                        if let Some(name) = self.first_name(word, at + offset)
                            && name.text != "as"
                        {
                            import(name, None);
                        }
                        offset += word.len();
                    }
                }
                _ => {}
            }
        }
    }

    fn recipe(&mut self, item: Pair<'_>) -> ItemKind {
        let mut head = Head::default();
        let mut body = None;
        for part in item.into_inner() {
            match part.as_rule() {
                Rule::recipe_head => self.head(part, &mut head),
                Rule::broken_recipe_head => {
                    self.broken(&part);
                    head.name = self.first_name(part.as_str(), part.as_span().start());
                    head.broken = true;
                }
                Rule::body => body = Some(self.body(part)),
                _ => {}
            }
        }
        match (head.signature(), body) {
            (Some((signature, head_broken)), Some(body)) => {
                ItemKind::Recipe(Recipe { signature, head_broken, body })
            }
            _ => ItemKind::Broken(None),
        }
    }

    fn head(&mut self, pair: Pair<'_>, head: &mut Head) {
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => head.name = Some(self.name(&part)),
                Rule::generics => {
                    for generic in part.into_inner().filter(|p| p.as_rule() == Rule::generic) {
                        let mut names = generic.into_inner().filter(|p| p.as_rule() == Rule::name);
                        let (name, bound) = (names.next(), names.next());
                        if let Some(name) = name {
                            let bound = bound.map(|bound| self.name(&bound));
                            head.generics.push((self.name(&name), bound));
                        }
                    }
                }
                Rule::parameters => self.parameters(part, head),
                Rule::type_ => head.result = Some(self.ty(part)),
                Rule::broken_result => {
                    self.broken(&part);
                    head.broken = true;
                }
                _ => {}
            }
        }
    }

    fn parameters(&mut self, pair: Pair<'_>, head: &mut Head) {
        let mut lead = Lead::default();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::doc => self.doc(&part, &mut lead),
                Rule::parameter => {
                    let parameter = self.parameter(part);
                    head.parameters.extend(parameter);
                }
                Rule::broken_parameter => match self.broken_parameter(&part) {
                    Some(parameter) => head.parameters.push(parameter),
                    None => head.broken = true,
                },
                _ => {}
            }
        }
        self.dangling(&mut lead);
    }

    /// A parameter, a field or a `param` clause.
    pub(super) fn parameter(&mut self, pair: Pair<'_>) -> Option<Parameter> {
        let mut lead = Lead::default();
        let (mut name, mut ty, mut refinements, mut default) = (None, None, Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::doc => self.doc(&part, &mut lead),
                Rule::attribute => {
                    let attribute = self.attribute(part);
                    lead.attributes.push(attribute);
                }
                Rule::name => name = Some(self.name(&part)),
                Rule::type_ => ty = Some(self.ty(part)),
                Rule::refinement => self.refinement(part, &mut refinements),
                Rule::expression => default = Some(self.expression(part)),
                _ => {}
            }
        }
        let docs = lead.take_docs();
        Some(Parameter {
            docs,
            attributes: lead.attributes,
            name: name?,
            ty: ty?,
            refinements,
            default,
        })
    }

    /// Keeps the name of a parameter or field that could not be read.
    fn broken_parameter(&mut self, pair: &Pair<'_>) -> Option<Parameter> {
        self.broken(pair);
        let mut offset = 0;
        for line in pair.as_str().split_inclusive(['\r', '\n']) {
            let code = line.trim_start();
            if !code.is_empty() && !code.starts_with(['/', '@']) {
                let name = self.first_name(line, pair.as_span().start() + offset)?;
                let ty = Type { kind: TypeKind::Broken, optional: false, span: name.span };
                return Some(Parameter {
                    docs: String::new(),
                    attributes: Vec::new(),
                    name,
                    ty,
                    refinements: Vec::new(),
                    default: None,
                });
            }
            offset += line.len();
        }
        None
    }

    fn refinement(&mut self, pair: Pair<'_>, refinements: &mut Vec<Refinement>) {
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::expression => refinements.push(Refinement::In(self.expression(part))),
                Rule::list => refinements.push(Refinement::OneOf(self.primary(part))),
                Rule::step => {
                    for value in part.into_inner().filter(|p| p.as_rule() == Rule::expression) {
                        refinements.push(Refinement::Step(self.expression(value)));
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn ty(&mut self, pair: Pair<'_>) -> Type {
        let span = self.span(&pair);
        let (mut kind, mut optional) = (TypeKind::Broken, false);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::optional => optional = true,
                Rule::space_name => {
                    for text in part.into_inner().filter(|p| p.as_rule() == Rule::text) {
                        kind = TypeKind::Space(self.text(text));
                    }
                }
                Rule::type_path => {
                    let (mut path, mut arguments) = (None, Vec::new());
                    for part in part.into_inner() {
                        match part.as_rule() {
                            Rule::path => path = Some(self.path(&part)),
                            Rule::type_arguments => {
                                let types =
                                    part.into_inner().filter(|p| p.as_rule() == Rule::type_);
                                arguments = types.map(|ty| self.ty(ty)).collect();
                            }
                            _ => {}
                        }
                    }
                    if let Some(path) = path {
                        kind = TypeKind::Named { path, arguments };
                    }
                }
                _ => {}
            }
        }
        Type { kind, optional, span }
    }

    fn layer(&mut self, item: Pair<'_>) -> ItemKind {
        let mut word = LayerWord::Shot;
        let (mut name, mut within, mut from, mut broken) = (None, None, None, false);
        let mut clauses = Vec::new();
        for part in item.into_inner() {
            match part.as_rule() {
                Rule::layer_word => {
                    word = match part.as_str().trim_end() {
                        "show" => LayerWord::Show,
                        "sequence" => LayerWord::Sequence,
                        _ => LayerWord::Shot,
                    };
                }
                Rule::layer_head => {
                    for part in part.into_inner() {
                        match part.as_rule() {
                            Rule::name => name = Some(self.name(&part)),
                            Rule::within => within = inner_path(part).map(|p| self.path(&p)),
                            Rule::derived => from = inner_path(part).map(|p| self.path(&p)),
                            _ => {}
                        }
                    }
                }
                Rule::broken_layer_head => {
                    self.broken(&part);
                    name = self.first_name(part.as_str(), part.as_span().start());
                    broken = true;
                }
                Rule::clauses => clauses = self.clauses(part, &mut broken),
                _ => {}
            }
        }
        match name {
            Some(name) => ItemKind::Layer(Layer { word, name, within, from, clauses, broken }),
            None => ItemKind::Broken(None),
        }
    }

    fn record(&mut self, item: Pair<'_>) -> ItemKind {
        let (mut name, mut fields, mut lead) = (None, Vec::new(), Lead::default());
        for part in item.into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::field => fields.extend(self.parameter(part)),
                Rule::broken_field => fields.extend(self.broken_parameter(&part)),
                Rule::doc => self.doc(&part, &mut lead),
                _ => {}
            }
        }
        self.dangling(&mut lead);
        name.map_or(ItemKind::Broken(None), |name| ItemKind::Record { name, fields })
    }

    fn enumeration(&mut self, item: Pair<'_>) -> ItemKind {
        let (mut name, mut variants, mut lead) = (None, Vec::new(), Lead::default());
        for part in item.into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::variant => {
                    variants.extend(self.variant(part));
                }
                Rule::broken_variant => {
                    let variant = self.broken_parameter(&part);
                    variants.extend(variant.map(|variant| Variant {
                        docs: String::new(),
                        attributes: Vec::new(),
                        name: variant.name,
                        fields: Vec::new(),
                    }));
                }
                Rule::doc => self.doc(&part, &mut lead),
                _ => {}
            }
        }
        self.dangling(&mut lead);
        name.map_or(ItemKind::Broken(None), |name| ItemKind::Enum { name, variants })
    }

    fn variant(&mut self, pair: Pair<'_>) -> Option<Variant> {
        let (mut name, mut fields, mut lead) = (None, Vec::new(), Lead::default());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::doc => self.doc(&part, &mut lead),
                Rule::attribute => {
                    let attribute = self.attribute(part);
                    lead.attributes.push(attribute);
                }
                Rule::name => name = Some(self.name(&part)),
                Rule::parameters => {
                    let mut head = Head::default();
                    self.parameters(part, &mut head);
                    fields = head.parameters;
                }
                _ => {}
            }
        }
        let docs = lead.take_docs();
        Some(Variant { docs, attributes: lead.attributes, name: name?, fields })
    }

    fn constant(&mut self, item: Pair<'_>) -> ItemKind {
        let (mut name, mut ty, mut value) = (None, None, None);
        for part in item.into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::type_ => ty = Some(self.ty(part)),
                Rule::expression => value = Some(self.expression(part)),
                _ => {}
            }
        }
        match (name, value) {
            (Some(name), Some(value)) => ItemKind::Const { name, ty, value },
            (name, _) => ItemKind::Broken(name),
        }
    }

    fn policy(&mut self, item: Pair<'_>) -> ItemKind {
        let (mut name, mut rules, mut lead) = (None, Vec::new(), Lead::default());
        for part in item.into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::doc => self.doc(&part, &mut lead),
                Rule::broken_rule => {
                    self.broken(&part);
                    lead = Lead::default();
                }
                Rule::requirement => {
                    let (mut condition, mut reason): (Option<Expr>, Option<Text>) = (None, None);
                    for part in part.into_inner() {
                        match part.as_rule() {
                            Rule::expression => condition = Some(self.expression(part)),
                            Rule::text => reason = Some(self.text(part)),
                            _ => {}
                        }
                    }
                    let docs = lead.take_docs();
                    rules.extend(condition.map(|condition| Requirement {
                        docs,
                        condition,
                        reason,
                    }));
                }
                _ => {}
            }
        }
        self.dangling(&mut lead);
        name.map_or(ItemKind::Broken(None), |name| ItemKind::Policy { name, rules })
    }

    fn test(&mut self, item: Pair<'_>) -> ItemKind {
        let (mut title, mut body) = (None, None);
        for part in item.into_inner() {
            match part.as_rule() {
                Rule::text => title = Some(self.text(part)),
                Rule::body => body = Some(self.claims(part)),
                _ => {}
            }
        }
        match (title, body) {
            (Some(title), Some(body)) => ItemKind::Test { title, body },
            _ => ItemKind::Broken(None),
        }
    }
}

fn inner_path(pair: Pair<'_>) -> Option<Pair<'_>> {
    pair.into_inner().find(|p| p.as_rule() == Rule::path)
}
