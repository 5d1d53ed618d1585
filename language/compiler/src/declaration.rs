//! Stages as the standard library declares them: plain data for the test that holds them against the
//! implementations, and for the documentation.

use crate::library::{MODULES, module_name};
use crate::signature::{facts, plain_text, word};
use crate::types::PORT_TYPES;
use toma_syntax::ast::{Attribute, Item, ItemKind, Path, Signature, Type, TypeKind};
use toma_syntax::{ItemTextKind, items, parse_item};

/// One `stage` of the standard library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageDeclaration {
    /// Module and name: `std.comp.over`.
    pub name: String,
    /// `@version`.
    pub version: u32,
    /// `///` above it.
    pub docs: String,
    /// May programs call it?
    pub public: bool,
    /// Pictures and data it takes.
    pub ports: Vec<PortDeclaration>,
    /// Settings it takes, the names of `@spaces` among them.
    pub parameters: Vec<ParameterDeclaration>,
    /// The type of its result as written.
    pub result: String,
    /// `@ambient`: `frame`, `format`, `rate`, `space`, `colour_config`.
    pub ambient: Vec<String>,
    /// `@class`: `exact` where nothing is said.
    pub class: String,
    /// `@weights`.
    pub weights: Option<String>,
}

/// A place for a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortDeclaration {
    /// Its name.
    pub name: String,
    /// Its type as written, without `?` and `List<…>`.
    pub kind: String,
    /// `T?`
    pub optional: bool,
    /// `List<T>`: ports `name[0]`, `name[1]`, …
    pub many: bool,
}

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterDeclaration {
    /// Its name.
    pub name: String,
    /// Its type as written; `Text` for the names of `@spaces`.
    pub kind: String,
    /// When it is read.
    pub sampling: Sampling,
    /// `///` above it.
    pub docs: String,
    /// It has no default and isn't optional.
    pub required: bool,
}

/// When a parameter is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sampling {
    /// At the frame asked for.
    At,
    /// `@shutter(length: …, samples: …)`
    Shutter {
        /// The parameter that says how long it is open.
        length: String,
        /// The parameter that says how often it is read.
        samples: String,
    },
    /// `@window(before: …, after: …)`
    Window {
        /// The parameter that says how many frames before.
        before: String,
        /// The parameter that says how many frames behind.
        after: String,
    },
    /// `@whole`
    Whole,
    /// `@blob`
    Blob,
    /// `@placing`
    Placing,
}

/// Every stage of the standard library, from its embedded text.
pub(crate) fn all() -> Vec<StageDeclaration> {
    let mut all = Vec::new();
    for (path, text) in MODULES {
        for piece in items(text).into_iter().filter(|piece| piece.kind == ItemTextKind::Item) {
            let item = parse_item(piece.text(text)).item;
            if let ItemKind::Stage(signature) = &item.kind {
                all.push(declaration(path, &item, signature));
            }
        }
    }
    all
}

fn declaration(path: &str, item: &Item, signature: &Signature) -> StageDeclaration {
    let facts = facts(&item.attributes);
    let mut ports = Vec::new();
    let mut parameters = Vec::new();
    let generic = |ty: &Type| {
        matches!(&ty.kind, TypeKind::Named { path, .. }
        if path.names.iter().all(|name| signature.generics.iter().any(|(known, _)| known.text == name.text)))
    };
    for parameter in &signature.parameters {
        let (plain, many) = inside_list(&parameter.ty);
        if is_port(plain) || is_picture_generic(signature, plain) {
            ports.push(PortDeclaration {
                name: parameter.name.text.clone(),
                kind: written(&Type { optional: false, ..plain.clone() }),
                optional: parameter.ty.optional,
                many,
            });
        } else if !generic(&parameter.ty) {
            parameters.push(ParameterDeclaration {
                name: parameter.name.text.clone(),
                kind: written(&parameter.ty),
                sampling: sampling(&parameter.attributes),
                docs: parameter.docs.clone(),
                required: parameter.default.is_none() && !parameter.ty.optional,
            });
        }
    }
    for space in &facts.spaces {
        parameters.push(ParameterDeclaration {
            name: space.clone(),
            kind: "Text".to_owned(),
            sampling: Sampling::At,
            docs: "The name of the colour space; filled in by the compiler.".to_owned(),
            required: true,
        });
    }
    StageDeclaration {
        name: format!("{}.{}", module_name(path), signature.name.text),
        version: facts.version,
        docs: item.docs.clone(),
        public: item.public,
        ports,
        parameters,
        result: signature.result.as_ref().map(written).unwrap_or_default(),
        ambient: facts.ambient,
        class: facts.class.unwrap_or_else(|| "exact".to_owned()),
        weights: facts.weights,
    }
}

fn inside_list(ty: &Type) -> (&Type, bool) {
    match &ty.kind {
        TypeKind::Named { path, arguments } if named(path, "List") => {
            (arguments.first().unwrap_or(ty), true)
        }
        _ => (ty, false),
    }
}

fn named(path: &Path, name: &str) -> bool {
    matches!(path.names.as_slice(), [one] if one.text == name)
}

fn is_port(ty: &Type) -> bool {
    let TypeKind::Named { path, .. } = &ty.kind else { return false };
    let pictures = ["Clip", "Image"].into_iter().chain(PORT_TYPES);
    pictures.into_iter().any(|name| named(path, name))
}

/// Is it a generic that stands for a picture?
fn is_picture_generic(signature: &Signature, ty: &Type) -> bool {
    let TypeKind::Named { path, .. } = &ty.kind else { return false };
    let bound = |bound: &Option<toma_syntax::ast::Name>| {
        bound.as_ref().is_some_and(|bound| bound.text == "Picture")
    };
    signature.generics.iter().any(|(known, asked)| bound(asked) && named(path, &known.text))
}

fn sampling(attributes: &[Attribute]) -> Sampling {
    for attribute in attributes {
        let argument = |name: &str| {
            let found = attribute
                .arguments
                .iter()
                .find(|argument| argument.name.as_ref().is_some_and(|known| known.text == name));
            found.and_then(|argument| word(&argument.value.kind)).unwrap_or_default()
        };
        match attribute.name.text.as_str() {
            "shutter" => {
                return Sampling::Shutter {
                    length: argument("length"),
                    samples: argument("samples"),
                };
            }
            "window" => {
                return Sampling::Window { before: argument("before"), after: argument("after") };
            }
            "whole" => return Sampling::Whole,
            "blob" => return Sampling::Blob,
            "placing" => return Sampling::Placing,
            _ => {}
        }
    }
    Sampling::At
}

/// A type as it was written.
fn written(ty: &Type) -> String {
    let plain = match &ty.kind {
        TypeKind::Broken => "_".to_owned(),
        TypeKind::Space(text) => format!("Space(\"{}\")", plain_text(text).unwrap_or_default()),
        TypeKind::Named { path, arguments } => {
            let names: Vec<&str> = path.names.iter().map(|name| name.text.as_str()).collect();
            let arguments: Vec<String> = arguments.iter().map(written).collect();
            match arguments.as_slice() {
                [] => names.join("."),
                arguments => format!("{}<{}>", names.join("."), arguments.join(", ")),
            }
        }
    };
    if ty.optional { format!("{plain}?") } else { plain }
}
