//! Records that are read from files and written to them: every field is a layer that a file can hold.

use super::Checker;
use crate::data::{RecordField, record_of};
use crate::layers::{Sort, layers};
use crate::report::{ItemRef, Report, Spot};
use crate::signature::Signature;
use crate::term::{Term, TermKind};
use crate::types::{Space, Type, declared_name};
use toma_syntax::ast::{Argument, Expr, ExprKind, Name, Text, TextPart};
use toma_syntax::diagnostic::Span;

impl Checker<'_> {
    /// The record that a `read` is to yield.
    pub(super) fn wanted_layers(signature: &Signature, expected: Option<&Type>) -> Option<ItemRef> {
        let Type::Record(item) = expected?.core() else { return None };
        let read = signature.item.file == "std/source.toma" && signature.name == "read";
        read.then(|| item.clone())
    }

    /// The arguments, and the space of the record's colour where they don't say it.
    pub(super) fn with_space(
        &self,
        record: &ItemRef,
        arguments: &[Argument],
        span: Span,
    ) -> Vec<Argument> {
        let mut all = arguments.to_vec();
        let named = |name: &str| {
            let known =
                |argument: &Argument| argument.name.as_ref().is_some_and(|n| n.text == name);
            arguments.iter().any(known)
        };
        let unnamed = arguments.iter().filter(|argument| argument.name.is_none()).count();
        let before = usize::from(!named("path"));
        if named("space") || unnamed > before {
            return all;
        }
        let mut spaces = record_of(self.db, record)
            .into_iter()
            .flat_map(|record| &record.fields)
            .filter_map(|field| match field.parameter.ty.core() {
                Type::Picture { space, .. } => Some(space.clone()),
                _ => None,
            });
        let expr = |kind| Expr { kind, span };
        let value = match spaces.next() {
            Some(Space::Known { name, .. }) => {
                let text = Text { parts: vec![TextPart::Plain(name)], span };
                expr(ExprKind::Call {
                    function: Box::new(expr(ExprKind::Name("Space".to_owned()))),
                    arguments: vec![Argument { name: None, value: expr(ExprKind::Text(text)) }],
                    piped: false,
                    handle: None,
                })
            }
            _ => expr(ExprKind::Name("Work".to_owned())),
        };
        all.push(Argument { name: Some(Name { text: "space".to_owned(), span }), value });
        all
    }

    /// The call of `read` as one that yields the record: is every field something that a file can hold?
    pub(super) fn read_as(&mut self, item: &ItemRef, term: Term) -> Term {
        let ty = Type::Record(item.clone());
        let wrong = Term::new(TermKind::Unknown, ty.clone(), term.span);
        if term.kind == TermKind::Unknown {
            return wrong;
        }
        let Some(record) = record_of(self.db, item) else {
            self.incomplete = true;
            return wrong;
        };
        if record.broken {
            return wrong;
        }
        let Type::Picture { space, still, .. } = &term.ty else { return wrong };
        let space = self.settled(space);
        let mut right = self.holds_pictures(item, &term, "read from a file");
        for field in &record.fields {
            right &= self.can_be_read(item, field, &space, *still, term.span);
        }
        right &= self.separate(item, term.span);
        if right { Term { ty, ..term } } else { wrong }
    }

    /// Says so where there is no picture in a record.
    fn holds_pictures(&mut self, item: &ItemRef, term: &Term, what: &str) -> bool {
        let Some(record) = record_of(self.db, item) else { return false };
        let unknown = |field: &RecordField| field.parameter.ty.is_unknown();
        if layers(record).iter().any(Option::is_some) || record.fields.iter().any(unknown) {
            return true;
        }
        // A field that is no layer says it by itself.
        if record.fields.iter().any(|field| field.parameter.ty.core().may_hold_pictures()) {
            return true;
        }
        let report = Report::error(
            "T0376",
            format!("`{}` holds no picture, so it can't be {what}", declared_name(item)),
            self.spot(term.span),
        )
        .label(crate::data::declaration(self.db, item), "declared here")
        .help("give it a picture: `rgba: Clip<ACEScg>`");
        self.report(report);
        false
    }

    fn can_be_read(
        &mut self,
        item: &ItemRef,
        field: &RecordField,
        space: &Space,
        still: bool,
        span: Span,
    ) -> bool {
        let parameter = &field.parameter;
        let ty = &parameter.ty;
        let name = format!("`{}` of `{}`", parameter.name, declared_name(item));
        let place = Spot { item: item.clone(), span: parameter.span };
        let here = self.spot(span);
        let report = match ty {
            ty if ty.is_unknown() => return false,
            Type::Optional(inner) if Sort::of(inner).is_some() => {
                Report::unsupported(&format!("{name} may be absent, and that is"), here)
            }
            _ if ty.core() == &Type::Port("Crypto") => {
                Report::unsupported(&format!("{name} is an ID matte, and reading one is"), here)
            }
            Type::Picture { straight: true, .. } => Report::error(
                "T0376",
                format!("{name} has straight alpha, and files have associated alpha"),
                here,
            )
            .help("let the field be `Clip<…>`, and use `|> unpremultiply()` where it is needed"),
            Type::Picture { still: true, .. } if !still => Report::error(
                "T0376",
                format!("{name} is one image, and this reads one for each frame"),
                here,
            )
            .help("let the field be a `Clip<…>`, or name a single file"),
            Type::Picture { space: wanted, .. } => {
                let work = |space: &Space| match space {
                    Space::Work => self.work.clone().unwrap_or(Space::Work),
                    space => space.clone(),
                };
                let (wanted, space) = (work(wanted), work(space));
                if wanted == space || wanted == Space::Unknown || space == Space::Unknown {
                    return true;
                }
                Report::error(
                    "T0377",
                    format!("{name} is in {wanted}, and this is read as {space}"),
                    here,
                )
                .help("leave `space` out: each colour is read in the space of its field")
            }
            ty if Sort::of(ty).is_some() => return true,
            ty if ty.may_hold_pictures() => Report::error(
                "T0376",
                format!("{name} is {}, and a layer of a file is one picture", ty.words()),
                here,
            )
            .help("name each picture as a field of its own, with its `@layer`"),
            _ if parameter.is_optional() => return true,
            ty => Report::error(
                "T0376",
                format!("{name} is {}, and a file holds only pictures", ty.words()),
                here,
            )
            .help("give the field a default, or build the record from its parts"),
        };
        self.report(report.label(place, "this field"));
        false
    }

    /// Says so where two fields would be the same channels.
    fn separate(&mut self, item: &ItemRef, span: Span) -> bool {
        let Some(record) = record_of(self.db, item) else { return false };
        let all = layers(record);
        let named = || {
            let fields = record.fields.iter().zip(&all);
            fields.filter_map(|(field, layer)| Some((field, layer.as_ref()?.written())))
        };
        for (index, (field, name)) in named().enumerate() {
            let Some((first, _)) = named().take(index).find(|(_, known)| *known == name) else {
                continue;
            };
            let place =
                |field: &RecordField| Spot { item: item.clone(), span: field.parameter.span };
            let report = Report::error(
                "T0380",
                format!("two fields of `{}` are the same channels of a file", declared_name(item)),
                self.spot(span),
            )
            .label(place(field), "this one")
            .label(place(first), "and this one")
            .help("name the layer of one of them: `@layer(\"…\")`");
            self.report(report);
            return false;
        }
        true
    }

    /// May this record be written as a file of this format?
    pub(super) fn can_be_written(
        &mut self,
        item: &ItemRef,
        picture: &Term,
        format: Option<&str>,
        path: Span,
    ) -> bool {
        let Some(record) = record_of(self.db, item) else {
            self.incomplete = true;
            return false;
        };
        if record.broken || !self.holds_pictures(item, picture, "written") {
            return false;
        }
        if let Some(format) = format.filter(|format| *format != "exr") {
            self.only_exr(format, "a record with its layers", picture.span, path);
            return false;
        }
        for field in &record.fields {
            let ty = field.parameter.ty.core();
            let name = format!("`{}` of `{}`", field.parameter.name, declared_name(item));
            let place = Spot { item: item.clone(), span: field.parameter.span };
            let here = self.spot(picture.span);
            let report = match ty {
                ty if ty.is_unknown() => return false,
                Type::Port("Crypto") => {
                    Report::unsupported(&format!("{name} is an ID matte, and writing one is"), here)
                }
                Type::Picture { straight: true, .. } => Report::error(
                    "T0379",
                    format!("{name} has straight alpha, and files have associated alpha"),
                    here,
                )
                .help("let the field be `Clip<…>`, and `|> premultiply()` what is put there"),
                ty if Sort::of(ty).is_some() || !ty.may_hold_pictures() => continue,
                ty => Report::error(
                    "T0379",
                    format!("{name} is {}, and a layer of a file is one picture", ty.words()),
                    here,
                )
                .help("write a record whose fields are pictures themselves"),
            };
            self.report(report.label(place, "this field"));
            return false;
        }
        self.separate(item, picture.span)
    }

    /// Only EXR holds layers, and numbers that are no colour.
    pub(super) fn only_exr(&mut self, format: &str, what: &str, span: Span, path: Span) {
        let report = Report::error(
            "T0379",
            format!("a {} can't hold {what}", format.to_uppercase()),
            self.spot(span),
        )
        .label(self.spot(path), "written here")
        .help("write an EXR: let the path end in `.exr`");
        self.report(report);
    }
}
