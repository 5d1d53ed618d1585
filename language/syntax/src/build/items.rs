//! Items, their heads and their types.

use super::{Builder, Lead};
use crate::ast::{
    Expr, Import, Item, ItemKind, Layer, LayerWord, Name, Parameter, Path, Recipe, Refinement,
    Requirement, Signature, Text, Type, TypeKind, Variant,
};
use crate::diagnostic::{Diagnostic, Span};
use crate::explain::{foreign, missing_comma};
use crate::pair::Pair;
use crate::rule::Rule;
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
        for part in file_item.inner() {
            match part.rule() {
                Rule::Doc => self.doc(&part, &mut lead),
                Rule::Attribute => {
                    let attribute = self.attribute(part);
                    lead.attributes.push(attribute);
                }
                Rule::Public => {
                    public = true;
                    span.start = self.span(&part).start;
                }
                Rule::BrokenItem => {
                    self.broken(&part);
                    kind = ItemKind::Broken(self.name_of_broken(&part));
                }
                Rule::BrokenRest => {
                    self.behind_the_end(&part, matches!(kind, ItemKind::Use(_)));
                }
                Rule::End => {}
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
        match item.rule() {
            Rule::UseItem => ItemKind::Use(self.imports(item)),
            Rule::RecipeItem => self.recipe(item),
            Rule::StageItem => {
                let mut head = Head::default();
                self.head(item, &mut head);
                head.signature().map_or(ItemKind::Broken(None), |(head, _)| ItemKind::Stage(head))
            }
            Rule::LayerItem => self.layer(item),
            Rule::RecordItem => self.record(item),
            Rule::EnumItem => self.enumeration(item),
            Rule::ConstItem => self.constant(item),
            Rule::PolicyItem => self.policy(item),
            Rule::TestItem => self.test(item),
            _ => ItemKind::Broken(None),
        }
    }

    /// Text behind an item's closing brace.
    fn behind_the_end(&mut self, pair: &Pair<'_>, of_use: bool) {
        let span = self.span(pair);
        if self.ready.mistakes.iter().any(|m| span.start <= m.start() && m.start() <= span.end) {
            return;
        }
        let text = pair.text();
        let line = text.lines().next().unwrap_or_default().trim_end();
        // The brackets that were put into the text stand in no file.
        let begin = pair.begin();
        let up_to = |len: usize| {
            let end = self.ready.original(begin + len) as u32;
            Span { end: end.max(span.start), ..span }
        };
        let here = up_to(line.len());
        for (sign, rest) in [(".", line.strip_prefix('.')), ("as", line.strip_prefix("as"))] {
            if of_use && rest.is_some_and(|rest| rest.trim().is_empty()) {
                let message = format!("a name is missing behind `{sign}`");
                let help = "it reads as in `use std.finish.{grain, measure_grain as measure}`";
                return self.say(Diagnostic::error("T0125", message, here).help(help));
            }
        }
        if of_use && ["sa", "az", "is", "ass", "a"].contains(&first_word(line)) {
            let word = first_word(line);
            let here = up_to(word.len());
            let message = format!("`{word}` can't stand here");
            let error = Diagnostic::error("T0125", message, here).help("did you mean `as`?");
            return self.say(error.fix("write `as`", here, "as"));
        }
        if let Some(explained) = foreign(line) {
            let sign = up_to(explained.at.end);
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
        for part in item.inner() {
            match part.rule() {
                Rule::Path => base = Some(self.path(&part)),
                Rule::Name => alias = Some(self.name(&part)),
                Rule::UseList => {
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
        for part in list.inner() {
            match part.rule() {
                Rule::Imported => {
                    let mut names = part.inner().filter(|p| p.rule() == Rule::Name);
                    let (name, alias) = (names.next(), names.next());
                    if let Some(name) = name {
                        import(self.name(&name), alias.map(|alias| self.name(&alias)));
                    }
                }
                Rule::BrokenImport => {
                    self.broken(&part);
                    // Its words were meant as names: whoever uses them is not to blame.
                    let (text, at) = (part.text(), part.begin());
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
        for part in item.inner() {
            match part.rule() {
                Rule::RecipeHead => self.head(part, &mut head),
                Rule::BrokenRecipeHead => {
                    self.broken(&part);
                    head.name = self.first_name(part.text(), part.begin());
                    head.broken = true;
                }
                Rule::Body => body = Some(self.body(part)),
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
        for part in pair.inner() {
            match part.rule() {
                Rule::Name => head.name = Some(self.name(&part)),
                Rule::Generics => {
                    for generic in part.inner().filter(|p| p.rule() == Rule::Generic) {
                        let mut names = generic.inner().filter(|p| p.rule() == Rule::Name);
                        let (name, bound) = (names.next(), names.next());
                        if let Some(name) = name {
                            let bound = bound.map(|bound| self.name(&bound));
                            head.generics.push((self.name(&name), bound));
                        }
                    }
                }
                Rule::Parameters => self.parameters(part, head),
                Rule::Type => head.result = Some(self.ty(part)),
                Rule::BrokenResult => {
                    self.broken(&part);
                    head.broken = true;
                }
                _ => {}
            }
        }
    }

    fn parameters(&mut self, pair: Pair<'_>, head: &mut Head) {
        let mut lead = Lead::default();
        let mut before: Option<(&str, u32)> = None;
        for part in pair.inner() {
            match part.rule() {
                Rule::Doc => self.doc(&part, &mut lead),
                Rule::Parameter => {
                    before = Some((part.text(), self.span(&part).start));
                    let parameter = self.parameter(part);
                    head.parameters.extend(parameter);
                }
                Rule::MissingComma => {
                    if let Some((text, start)) = before {
                        let explained = missing_comma(text);
                        let end = start + explained.at.end as u32;
                        self.say(explained.diagnostic(Span { start: end, end }));
                    }
                }
                Rule::BrokenParameter => match self.broken_parameter(&part) {
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
        for part in pair.inner() {
            match part.rule() {
                Rule::Doc => self.doc(&part, &mut lead),
                Rule::Attribute => {
                    let attribute = self.attribute(part);
                    lead.attributes.push(attribute);
                }
                Rule::Name => name = Some(self.name(&part)),
                Rule::Type => ty = Some(self.ty(part)),
                Rule::Refinement => self.refinement(part, &mut refinements),
                Rule::Expression => default = Some(self.expression(part)),
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
        for line in pair.text().split_inclusive(['\r', '\n']) {
            let code = line.trim_start();
            if !code.is_empty() && !code.starts_with(['/', '@']) {
                let name = self.first_name(line, pair.begin() + offset)?;
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
        for part in pair.inner() {
            match part.rule() {
                Rule::Expression => refinements.push(Refinement::In(self.expression(part))),
                Rule::List => refinements.push(Refinement::OneOf(self.primary(part))),
                Rule::Step => {
                    for value in part.inner().filter(|p| p.rule() == Rule::Expression) {
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
        for part in pair.inner() {
            match part.rule() {
                Rule::Optional => optional = true,
                Rule::SpaceName => {
                    for text in part.inner().filter(|p| p.rule() == Rule::Text) {
                        kind = TypeKind::Space(self.text(text));
                    }
                }
                Rule::TypePath => {
                    let (mut path, mut arguments) = (None, Vec::new());
                    for part in part.inner() {
                        match part.rule() {
                            Rule::Path => path = Some(self.path(&part)),
                            Rule::TypeArguments => {
                                let types = part.inner().filter(|p| p.rule() == Rule::Type);
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
        for part in item.inner() {
            match part.rule() {
                Rule::LayerWord => {
                    word = match part.text().trim_end() {
                        "show" => LayerWord::Show,
                        "sequence" => LayerWord::Sequence,
                        _ => LayerWord::Shot,
                    };
                }
                Rule::LayerHead => {
                    for part in part.inner() {
                        match part.rule() {
                            Rule::Name => name = Some(self.name(&part)),
                            Rule::Within => within = inner_path(part).map(|p| self.path(&p)),
                            Rule::Derived => from = inner_path(part).map(|p| self.path(&p)),
                            _ => {}
                        }
                    }
                }
                Rule::BrokenLayerHead => {
                    self.broken(&part);
                    name = self.first_name(part.text(), part.begin());
                    broken = true;
                }
                Rule::Clauses => clauses = self.clauses(part, &mut broken),
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
        for part in item.inner() {
            match part.rule() {
                Rule::Name => name = Some(self.name(&part)),
                Rule::Field => fields.extend(self.parameter(part)),
                Rule::BrokenField => fields.extend(self.broken_parameter(&part)),
                Rule::Doc => self.doc(&part, &mut lead),
                _ => {}
            }
        }
        self.dangling(&mut lead);
        name.map_or(ItemKind::Broken(None), |name| ItemKind::Record { name, fields })
    }

    fn enumeration(&mut self, item: Pair<'_>) -> ItemKind {
        let (mut name, mut variants, mut lead) = (None, Vec::new(), Lead::default());
        for part in item.inner() {
            match part.rule() {
                Rule::Name => name = Some(self.name(&part)),
                Rule::Variant => {
                    variants.extend(self.variant(part));
                }
                Rule::BrokenVariant => {
                    let variant = self.broken_parameter(&part);
                    variants.extend(variant.map(|variant| Variant {
                        docs: String::new(),
                        attributes: Vec::new(),
                        name: variant.name,
                        fields: Vec::new(),
                    }));
                }
                Rule::Doc => self.doc(&part, &mut lead),
                _ => {}
            }
        }
        self.dangling(&mut lead);
        name.map_or(ItemKind::Broken(None), |name| ItemKind::Enum { name, variants })
    }

    fn variant(&mut self, pair: Pair<'_>) -> Option<Variant> {
        let (mut name, mut fields, mut lead) = (None, Vec::new(), Lead::default());
        for part in pair.inner() {
            match part.rule() {
                Rule::Doc => self.doc(&part, &mut lead),
                Rule::Attribute => {
                    let attribute = self.attribute(part);
                    lead.attributes.push(attribute);
                }
                Rule::Name => name = Some(self.name(&part)),
                Rule::Parameters => {
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
        for part in item.inner() {
            match part.rule() {
                Rule::Name => name = Some(self.name(&part)),
                Rule::Type => ty = Some(self.ty(part)),
                Rule::Expression => value = Some(self.expression(part)),
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
        for part in item.inner() {
            match part.rule() {
                Rule::Name => name = Some(self.name(&part)),
                Rule::Doc => self.doc(&part, &mut lead),
                Rule::BrokenRule => {
                    self.broken(&part);
                    lead = Lead::default();
                }
                Rule::Requirement => {
                    let (mut condition, mut reason): (Option<Expr>, Option<Text>) = (None, None);
                    for part in part.inner() {
                        match part.rule() {
                            Rule::Expression => condition = Some(self.expression(part)),
                            Rule::Text => reason = Some(self.text(part)),
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
        for part in item.inner() {
            match part.rule() {
                Rule::Text => title = Some(self.text(part)),
                Rule::Body => body = Some(self.claims(part)),
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
    pair.inner().find(|p| p.rule() == Rule::Path)
}
