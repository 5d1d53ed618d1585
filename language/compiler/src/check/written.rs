//! Written types: names to types, generics, traits, colour spaces.

use super::Checker;
use crate::database::{colour_space, colour_space_names};
use crate::names::{listed, nearest};
use crate::report::{ItemRef, Report};
use crate::scope::Definition;
use crate::signature::plain_text;
use crate::types::{
    Bound, LATER_TYPES, NAMED_SPACES, PLAIN_TYPES, PORT_TYPES, Space, Type, Vector,
};
use toma_syntax::ast::{self, Name, TypeKind};
use toma_syntax::diagnostic::Span;

impl Checker<'_> {
    /// Takes note of the generics of a signature.
    pub(crate) fn generics(&mut self, written: &[(Name, Option<Name>)]) {
        for (name, bound) in written {
            let found = bound.as_ref().map(|bound| {
                let mut known = Bound::NAMED.into_iter();
                (bound, known.find(|(name, _)| *name == bound.text).map(|(_, known)| known))
            });
            let known = match found {
                None => Bound::Space(None),
                Some((_, Some(known))) => known,
                Some((bound, None)) => {
                    self.no_such_bound(bound);
                    Bound::Space(None)
                }
            };
            self.generics.push((name.text.clone(), known));
        }
    }

    fn no_such_bound(&mut self, bound: &Name) {
        let known = Bound::NAMED.map(|(name, _)| name);
        let near = nearest(&bound.text, known);
        let help = match near {
            None if NAMED_SPACES.iter().any(|(name, _)| *name == bound.text) => format!(
                "`{0}` is one colour space: write `Clip<{0}>` in place of a generic",
                bound.text
            ),
            None if matches!(bound.text.as_str(), "Clip" | "Image" | "Matte" | "Depth") => {
                format!("`{}` is one sort of picture; `Picture` stands for any sort", bound.text)
            }
            _ => format!(
                "a colour space is asked for by {}, a picture of any sort by `Picture`",
                listed(&["Space", "Linear", "Log", "Display", "Data"], "or")
            ),
        };
        let message =
            format!("there is no sort of colour space or picture called `{}`", bound.text);
        let report = Report::error("T0219", message, self.spot(bound.span))
            .help(help)
            .did_you_mean(near, self.spot(bound.span));
        self.report(report);
    }

    /// Names in written types count as used.
    pub(crate) fn mention_types(&mut self, signature: &ast::Signature) {
        fn names(ty: &ast::Type, visit: &mut dyn FnMut(&str)) {
            if let TypeKind::Named { path, arguments } = &ty.kind {
                path.names.iter().for_each(|name| visit(&name.text));
                for ty in arguments {
                    names(ty, visit);
                }
            }
        }
        let mut found = Vec::new();
        for ty in
            signature.parameters.iter().map(|parameter| &parameter.ty).chain(&signature.result)
        {
            names(ty, &mut |name| found.push(name.to_owned()));
        }
        for name in found {
            self.definition(&name);
        }
    }

    /// A written type.
    pub(crate) fn written_type(&mut self, ty: &ast::Type) -> Type {
        let plain = match &ty.kind {
            TypeKind::Broken => {
                self.incomplete = true;
                Type::Unknown
            }
            TypeKind::Space(text) => match self.space_named(text) {
                Some(space) => Type::Space(space),
                None => Type::Unknown,
            },
            TypeKind::Named { path, arguments } => {
                if let [name] = path.names.as_slice() {
                    self.named_type(&name.text, arguments, ty.span)
                } else {
                    let found = self.resolve(&path.names);
                    let found = found.map(|found| {
                        if found.taken == path.names.len() {
                            found.definition
                        } else {
                            Definition::Module(String::new())
                        }
                    });
                    let name = super::path::written_path(&path.names);
                    let plain = self.type_of(found, &name, ty.span);
                    self.without_arguments(plain, &name, arguments, ty.span)
                }
            }
        };
        if ty.optional && plain != Type::Unknown { Type::Optional(Box::new(plain)) } else { plain }
    }

    fn named_type(&mut self, name: &str, arguments: &[ast::Type], span: Span) -> Type {
        match name {
            "Clip" | "Image" => return self.picture_type(name == "Image", arguments, span),
            "Curve" | "List" => {
                let [inner] = arguments else {
                    return self.type_arguments(name, "one type, as in `Curve<Ratio>`", span);
                };
                let inner = Box::new(self.written_type(inner));
                if name == "Curve" && inner.is_port() {
                    let takes =
                        "values such as numbers: pictures change from frame to frame anyway";
                    return self.type_arguments(name, takes, span);
                }
                return if name == "Curve" { Type::Curve(inner) } else { Type::List(inner) };
            }
            _ => {}
        }
        let plain = if let Some((_, ty)) = PLAIN_TYPES.iter().find(|(known, _)| *known == name) {
            Some(ty.clone())
        } else if let Some(port) = PORT_TYPES.iter().find(|known| **known == name) {
            Some(Type::Port(port))
        } else if let Some(vector) = Vector::by_name(name) {
            Some(Type::Vector(vector))
        } else if self.generics.contains(&(name.to_owned(), Bound::Picture)) {
            Some(Type::Generic(name.to_owned()))
        } else {
            self.space_by_name(name).map(Type::Space)
        };
        if let Some(plain) = plain {
            if arguments.is_empty() {
                return plain;
            }
            return self.type_arguments(name, "nothing between `<` and `>`", span);
        }
        if LATER_TYPES.contains(&name) {
            self.unsupported(&format!("the type `{name}` is"), span);
            return Type::Unknown;
        }
        let word = Name { text: name.to_owned(), span };
        let found = self.resolve(&[word]).map(|found| found.definition);
        let plain = self.type_of(found, name, span);
        self.without_arguments(plain, name, arguments, span)
    }

    fn without_arguments(
        &mut self,
        plain: Type,
        name: &str,
        arguments: &[ast::Type],
        span: Span,
    ) -> Type {
        if arguments.is_empty() || plain == Type::Unknown {
            return plain;
        }
        self.type_arguments(name, "nothing between `<` and `>`", span)
    }

    /// The type that a name or path of the file means.
    fn type_of(&mut self, found: Option<Definition>, name: &str, span: Span) -> Type {
        match found {
            Some(Definition::Unknown) => Type::Unknown,
            Some(Definition::Item { item, word }) if word == "record" || word == "enum" => {
                declared_type(item, &word)
            }
            _ => {
                let known = PLAIN_TYPES
                    .iter()
                    .map(|(name, _)| *name)
                    .chain(PORT_TYPES)
                    .chain(NAMED_SPACES.iter().map(|(name, _)| *name))
                    .chain(["Clip", "Image", "Curve", "List", "Rgb", "Point", "Box", "Work"])
                    .chain(self.generics.iter().map(|(name, _)| name.as_str()))
                    .chain(self.scope().names.iter().filter_map(|(name, known)| match known {
                        Definition::Item { word, .. } if word == "record" || word == "enum" => {
                            Some(name.as_str())
                        }
                        _ => None,
                    }));
                let near = nearest(name, known);
                let report =
                    Report::error("T0218", format!("there is no type `{name}`"), self.spot(span));
                let report = match number_of_others(name) {
                    Some(help) => report.help(help),
                    None => report.did_you_mean(near, self.spot(span)),
                };
                self.report(report);
                Type::Unknown
            }
        }
    }

    fn type_arguments(&mut self, name: &str, takes: &str, span: Span) -> Type {
        let report = Report::error("T0219", format!("`{name}` takes {takes}"), self.spot(span));
        self.report(report);
        Type::Unknown
    }

    fn picture_type(&mut self, still: bool, arguments: &[ast::Type], span: Span) -> Type {
        let name = if still { "Image" } else { "Clip" };
        let (space, alpha) = match arguments {
            [space] => (space, None),
            [space, alpha] => (space, Some(alpha)),
            _ => {
                return self.type_arguments(name, "a colour space, as in `Clip<ACEScg>`", span);
            }
        };
        let straight = match alpha {
            None => false,
            Some(ast::Type { kind: TypeKind::Named { path, .. }, .. })
                if path.names.iter().map(|name| name.text.as_str()).eq(["straight"]) =>
            {
                true
            }
            Some(other) => {
                let takes = "a colour space and perhaps `straight`, as in `Clip<ACEScg, straight>`";
                return self.type_arguments(name, takes, other.span);
            }
        };
        let space = match self.written_type(space) {
            Type::Space(space) => space,
            Type::Unknown => Space::Unknown,
            Type::Generic(picture) => {
                let report = Report::error(
                    "T0323",
                    format!("`{picture}` is a picture, not a colour space"),
                    self.spot(space.span),
                )
                .help(format!("write `{picture}` by itself, or ask for a colour space: `<S: Space>` and `{name}<S>`"));
                self.report(report);
                Space::Unknown
            }
            other => {
                let report = Report::error(
                    "T0323",
                    format!("`{other}` is no colour space"),
                    self.spot(space.span),
                )
                .help("write a colour space there, as in `Clip<ACEScg>`");
                self.report(report);
                Space::Unknown
            }
        };
        Type::Picture { still, space, straight }
    }

    /// A colour space with a name of its own, a generic, or the working space.
    pub(crate) fn space_by_name(&self, name: &str) -> Option<Space> {
        if let Some((name, Bound::Space(family))) =
            self.generics.iter().find(|(known, _)| known == name)
        {
            return Some(Space::Generic { name: name.clone(), family: *family });
        }
        if name == "Work" {
            return Some(self.work.clone().unwrap_or(Space::Work));
        }
        Space::named(name)
    }

    /// `Space("ARRI LogC4")`
    pub(crate) fn space_named(&mut self, text: &ast::Text) -> Option<Space> {
        let Some(name) = plain_text(text) else {
            let report = Report::error(
                "T0323",
                "the name of a colour space is written out",
                self.spot(text.span),
            )
            .help("it decides what can be done with the picture, so it can't be put together from parts");
            self.report(report);
            return None;
        };
        // The names of the language are names here too.
        if let Some(space) = Space::named(&name) {
            return Some(space);
        }
        let world = self.db.world();
        if let Some(family) = colour_space(self.db, world, name.clone()) {
            return Some(Space::Known { name, family });
        }
        let known = colour_space_names(self.db, world);
        let near = nearest(&name, known.iter().map(String::as_str)).or_else(|| {
            let lower = name.to_lowercase();
            known.iter().find(|known| known.to_lowercase().contains(&lower)).cloned()
        });
        let mut report = Report::error(
            "T0323",
            format!("there is no colour space called \"{name}\""),
            self.spot(text.span),
        );
        if let Some(near) = near {
            report = report.help(format!("did you mean \"{near}\"?")).fix(
                format!("write \"{near}\""),
                self.spot(text.span),
                format!("\"{near}\""),
            );
        }
        self.report(report);
        None
    }
}

/// The type that a `record` or `enum` declares.
pub(crate) fn declared_type(item: ItemRef, word: &str) -> Type {
    if word == "record" { Type::Record(item) } else { Type::Enum(item) }
}

/// What the numbers of other languages are called here.
fn number_of_others(name: &str) -> Option<&'static str> {
    matches!(name, "Number" | "Num" | "Double" | "Real" | "Decimal" | "Numeric").then_some(
        "a number says what it measures: `Int` or `Float` for a plain one, `Ratio` for a share, `Length` for pixels, `Angle`, `Time`, `FrameCount`, `Stops`, `Kelvin`",
    )
}
