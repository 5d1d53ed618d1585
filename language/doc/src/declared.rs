//! What a module's text declares, read with the ordinary parser: items with their docs, their declarations as
//! they are written, parameters with units and bounds. Nothing is checked here.

use toma_compiler::unit_of;
use toma_syntax::ast::{
    Attribute, ExprKind, Item as Written, ItemKind, Parameter as WrittenParameter, Refinement,
    TextPart, Type, TypeKind,
};
use toma_syntax::diagnostic::Span;
use toma_syntax::{ItemTextKind, items, parse_item};

/// A module's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// As programs write it: `std.comp`.
    pub name: String,
    /// `//!` at its beginning: Markdown.
    pub docs: String,
    /// In the order of the text, without `use`, tests and what can't be read.
    pub items: Vec<Item>,
    /// The whole text.
    pub source: String,
}

/// Something that a module declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// `over`
    pub name: String,
    /// `std.comp.over`
    pub path: String,
    /// `stage`, `recipe`, `record`, `enum`, `const`, `show`, `sequence`, `shot`, `policy`.
    pub word: &'static str,
    /// May other files use it?
    pub public: bool,
    /// `///` above it: Markdown.
    pub docs: String,
    /// What `@deprecated` says.
    pub deprecated: Option<String>,
    /// As written, without docs, attributes and bodies.
    pub declaration: String,
    /// Generics and their traits, as written: `S: Linear`.
    pub generics: Vec<String>,
    /// Parameters of recipes and stages, fields of records, `param`s of layers.
    pub parameters: Vec<Parameter>,
    /// Cases of an `enum`.
    pub cases: Vec<Case>,
    /// The type of the result as written; empty for what has none.
    pub result: String,
    /// `@version` of a stage.
    pub version: Option<String>,
    /// `@class`: `exact`, `network`.
    pub class: Option<String>,
    /// `@weights`.
    pub weights: Option<String>,
    /// `@ambient`: what it reads of the shot beside its parameters.
    pub ambient: Vec<String>,
}

/// A parameter or a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// `///` above it: Markdown.
    pub docs: String,
    /// Its type as written.
    pub ty: String,
    /// Does a picture come through it?
    pub port: bool,
    /// The unit in which its numbers are written; empty without.
    pub unit: &'static str,
    /// `in a..b` as written: `0%..100%`.
    pub range: Option<String>,
    /// `step s` as written.
    pub step: Option<String>,
    /// `one of […]` as written.
    pub choices: Option<String>,
    /// Behind `=`, as written.
    pub default: Option<String>,
    /// It may be left out though it has no default: `T?`.
    pub optional: bool,
    /// What `@deprecated` says.
    pub deprecated: Option<String>,
    /// What `@ui` says: `group: "Edge"`.
    pub control: Option<String>,
    /// How it is read when it isn't simply its value at the frame: `over the shutter`.
    pub sampling: Option<&'static str>,
}

/// A case of an `enum`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// `///` above it: Markdown.
    pub docs: String,
    /// What it carries.
    pub fields: Vec<Parameter>,
}

impl Module {
    /// Reads a module's text. `name` is how programs call it.
    pub fn read(name: &str, text: &str) -> Self {
        let pieces = items(text);
        let docs = pieces.iter().filter(|piece| piece.kind == ItemTextKind::FileDoc);
        let docs: Vec<&str> = docs.map(|piece| piece.text(text)).collect();
        let declared = pieces.iter().filter(|piece| piece.kind == ItemTextKind::Item);
        Self {
            name: name.to_owned(),
            docs: without_marks(&docs.join("\n")),
            items: declared.filter_map(|piece| item(name, piece.text(text))).collect(),
            source: text.to_owned(),
        }
    }

    /// The item of that name.
    pub fn item(&self, name: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.name == name)
    }

    /// What others may use.
    pub fn public(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.public)
    }
}

/// The text of `//!` lines.
fn without_marks(docs: &str) -> String {
    let lines = docs.lines().filter_map(|line| line.trim_start().strip_prefix("//!"));
    let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n").trim().to_owned()
}

fn item(module: &str, text: &str) -> Option<Item> {
    let written = parse_item(text).item;
    let cut = |span: Span| cut(text, span);
    let mut item = Item {
        name: String::new(),
        path: String::new(),
        word: "",
        public: written.public,
        docs: written.docs.trim().to_owned(),
        deprecated: deprecated(&written.attributes),
        declaration: String::new(),
        generics: Vec::new(),
        parameters: Vec::new(),
        cases: Vec::new(),
        result: String::new(),
        version: argument(text, &written.attributes, "version"),
        class: argument(text, &written.attributes, "class"),
        weights: argument(text, &written.attributes, "weights"),
        ambient: words(text, &written.attributes, "ambient"),
    };
    let parameters = |list: &[WrittenParameter], generics: &[String]| -> Vec<Parameter> {
        list.iter().map(|one| parameter(text, one, generics)).collect()
    };
    let mut end = written.span.end;
    let (word, name) = match &written.kind {
        ItemKind::Recipe(recipe) => {
            end = recipe.signature.result.as_ref().map_or(recipe.body.span.start, |ty| ty.span.end);
            ("recipe", recipe.signature.name.text.clone())
        }
        ItemKind::Stage(signature) => ("stage", signature.name.text.clone()),
        ItemKind::Record { name, fields } => {
            item.parameters = parameters(fields, &[]);
            ("record", name.text.clone())
        }
        ItemKind::Enum { name, variants } => {
            item.cases = variants
                .iter()
                .map(|case| Case {
                    name: case.name.text.clone(),
                    docs: case.docs.trim().to_owned(),
                    fields: parameters(&case.fields, &[]),
                })
                .collect();
            ("enum", name.text.clone())
        }
        ItemKind::Const { name, ty, .. } => {
            item.result = ty.as_ref().map(|ty| cut(ty.span)).unwrap_or_default();
            ("const", name.text.clone())
        }
        ItemKind::Layer(layer) => {
            item.parameters = layer
                .clauses
                .iter()
                .filter_map(|clause| match &clause.kind {
                    toma_syntax::ast::ClauseKind::Param(one) => {
                        let mut one = parameter(text, one, &[]);
                        if one.docs.is_empty() {
                            clause.docs.trim().clone_into(&mut one.docs);
                        }
                        Some(one)
                    }
                    _ => None,
                })
                .collect();
            let word = match layer.word {
                toma_syntax::ast::LayerWord::Show => "show",
                toma_syntax::ast::LayerWord::Sequence => "sequence",
                toma_syntax::ast::LayerWord::Shot => "shot",
            };
            // What stands between the braces is read in the file.
            end = layer.name.span.end;
            let outer = layer.within.iter().chain(&layer.from).map(|path| path.span.end);
            end = outer.max().unwrap_or(end);
            (word, layer.name.text.clone())
        }
        ItemKind::Policy { name, .. } => ("policy", name.text.clone()),
        ItemKind::Use(_) | ItemKind::Test { .. } | ItemKind::Broken(_) => return None,
    };
    if let ItemKind::Recipe(toma_syntax::ast::Recipe { signature, .. })
    | ItemKind::Stage(signature) = &written.kind
    {
        let names: Vec<String> =
            signature.generics.iter().map(|(name, _)| name.text.clone()).collect();
        item.generics = signature
            .generics
            .iter()
            .map(|(name, bound)| match bound {
                Some(bound) => format!("{}: {}", name.text, bound.text),
                None => name.text.clone(),
            })
            .collect();
        item.parameters = parameters(&signature.parameters, &names);
        item.result = signature.result.as_ref().map(|ty| cut(ty.span)).unwrap_or_default();
    }
    let span = Span { start: declaration_start(text, &written), end };
    item.declaration = without_docs(&cut(span));
    item.path = format!("{module}.{name}");
    item.name = name;
    item.word = word;
    Some(item)
}

/// Where the declaration begins, at `pub` or the word: docs and attributes stand in front.
fn declaration_start(text: &str, written: &Written) -> u32 {
    let start = written.span.start as usize;
    let Some(front) = text.get(..start) else { return written.span.start };
    match front.trim_end().strip_suffix("pub") {
        Some(before) if written.public => before.len() as u32,
        _ => written.span.start,
    }
}

/// The declaration without the docs and attributes of its parameters, which are shown beside it.
fn without_docs(declaration: &str) -> String {
    let kept = declaration.lines().filter(|line| {
        let line = line.trim_start();
        !line.starts_with("//") && !line.starts_with('@')
    });
    let kept: Vec<&str> = kept.map(str::trim_end).collect();
    kept.join("\n").trim().to_owned()
}

fn cut(text: &str, span: Span) -> String {
    text.get(span.start as usize..span.end as usize).unwrap_or_default().to_owned()
}

/// Names of types whose values come through ports.
const PICTURES: [&str; 9] =
    ["Clip", "Image", "Matte", "Depth", "Flow", "Normals", "Crypto", "Data", "Table"];

fn parameter(text: &str, written: &WrittenParameter, generics: &[String]) -> Parameter {
    let mut parameter = Parameter {
        name: written.name.text.clone(),
        docs: written.docs.trim().to_owned(),
        ty: cut(text, written.ty.span),
        port: is_port(&written.ty),
        unit: unit(&written.ty, generics),
        range: None,
        step: None,
        choices: None,
        default: written.default.as_ref().map(|value| cut(text, value.span)),
        optional: written.ty.optional,
        deprecated: deprecated(&written.attributes),
        control: written.attributes.iter().find(|one| one.name.text == "ui").map(|one| {
            let parts = one.arguments.iter().map(|argument| {
                let value = cut(text, argument.value.span);
                argument
                    .name
                    .as_ref()
                    .map_or(value.clone(), |name| format!("{}: {value}", name.text))
            });
            parts.collect::<Vec<_>>().join(", ")
        }),
        sampling: sampling(&written.attributes),
    };
    for refinement in &written.refinements {
        match refinement {
            Refinement::In(range) => parameter.range = Some(cut(text, range.span)),
            Refinement::Step(step) => parameter.step = Some(cut(text, step.span)),
            Refinement::OneOf(choices) => parameter.choices = Some(cut(text, choices.span)),
        }
    }
    parameter
}

/// The outermost name of a type, and what it is made of.
fn named(ty: &Type) -> Option<(&str, &[Type])> {
    match &ty.kind {
        TypeKind::Named { path, arguments } => {
            Some((path.names.last()?.text.as_str(), arguments.as_slice()))
        }
        _ => None,
    }
}

fn is_port(ty: &Type) -> bool {
    match named(ty) {
        Some(("List", [inner])) => is_port(inner),
        Some((name, _)) => PICTURES.contains(&name),
        None => false,
    }
}

fn unit(ty: &Type, generics: &[String]) -> &'static str {
    match named(ty) {
        Some(("Curve" | "List", [inner])) => unit(inner, generics),
        Some((name, [])) if !generics.iter().any(|generic| generic == name) => {
            unit_of(name).unwrap_or_default()
        }
        _ => "",
    }
}

fn deprecated(attributes: &[Attribute]) -> Option<String> {
    let attribute = attributes.iter().find(|one| one.name.text == "deprecated")?;
    let text = attribute.arguments.first().and_then(|argument| match &argument.value.kind {
        ExprKind::Text(text) => Some(text.parts.iter().filter_map(|part| match part {
            TextPart::Plain(plain) => Some(plain.as_str()),
            TextPart::Hole { .. } => None,
        })),
        _ => None,
    });
    Some(text.map(Iterator::collect).unwrap_or_default())
}

fn words(text: &str, attributes: &[Attribute], name: &str) -> Vec<String> {
    let found = attributes.iter().find(|attribute| attribute.name.text == name);
    let arguments = found.map(|attribute| attribute.arguments.as_slice()).unwrap_or_default();
    let values = arguments.iter().map(|argument| cut(text, argument.value.span));
    values.map(|value| value.trim_matches('"').to_owned()).collect()
}

fn argument(text: &str, attributes: &[Attribute], name: &str) -> Option<String> {
    words(text, attributes, name).into_iter().next()
}

fn sampling(attributes: &[Attribute]) -> Option<&'static str> {
    attributes.iter().find_map(|attribute| match attribute.name.text.as_str() {
        "shutter" => Some("while the shutter is open"),
        "window" => Some("over the frames before and behind"),
        "whole" => Some("over the whole shot"),
        "blob" => Some("as a file: its bytes count, not its name"),
        "placing" => Some("it only decides which frame or file is read"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
//! Looks.
//!
//! Of film.

use std.filter.blur

/// Warmer.
@deprecated(\"use sunset\")
pub recipe warm<S: Linear>(
    /// The picture.
    plate: Clip<S>,
    @ui(group: \"Light\")
    amount: Curve<Ratio> in 0%..100% step 5% = 40%,
    mode: Text one of [\"a\", \"b\"] = \"a\",
    mask: Matte?,
) -> Clip<S> {
    plate
}

record Pair { a: Length, b: Depth }
";

    #[test]
    fn a_module_is_read_with_docs_units_and_bounds() {
        let module = Module::read("looks", TEXT);
        assert_eq!(module.docs, "Looks.\n\nOf film.");
        let [warm, pair] = module.items.as_slice() else { panic!("{module:#?}") };
        assert_eq!((warm.path.as_str(), warm.word, warm.public), ("looks.warm", "recipe", true));
        assert_eq!(warm.deprecated.as_deref(), Some("use sunset"));
        assert_eq!(warm.result, "Clip<S>");
        assert!(
            warm.declaration.starts_with("pub recipe warm<S: Linear>("),
            "{}",
            warm.declaration
        );
        assert!(warm.declaration.ends_with("-> Clip<S>"), "{}", warm.declaration);
        assert!(!warm.declaration.contains("The picture"));
        let [plate, amount, mode, mask] = warm.parameters.as_slice() else { panic!("{warm:#?}") };
        assert!(plate.port && mask.port && mask.optional && !amount.port);
        assert_eq!((amount.unit, amount.range.as_deref()), ("%", Some("0%..100%")));
        assert_eq!((amount.step.as_deref(), amount.default.as_deref()), (Some("5%"), Some("40%")));
        assert_eq!(amount.control.as_deref(), Some("group: \"Light\""));
        assert_eq!(mode.choices.as_deref(), Some("[\"a\", \"b\"]"));
        assert_eq!(
            (pair.word, pair.parameters.len(), pair.parameters[0].unit),
            ("record", 2, "px")
        );
    }
}
