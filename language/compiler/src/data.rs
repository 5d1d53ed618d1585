//! What the declaration of a `record` or `enum` says, resolved: fields with their types, bounds, defaults
//! and layers; cases with their payloads. Nothing is known here of values or of who uses them.
//!
//! **Invariant**: the declaration of one record never looks into that of another: a field's type is a
//! name. So records may mention each other in any order, and [`circle`] alone follows them.

#![expect(clippy::needless_pass_by_value, reason = "salsa keeps the arguments of queries")]

use crate::check::Checker;
use crate::database::{Db, ItemId, item_id};
use crate::report::{ItemRef, Report, Spot};
use crate::signature::{Parameter, plain_text};
use crate::source::{item_tree, name_span, reference};
use crate::types::{Type, declared_name};
use rustc_hash::FxHashMap;
use std::collections::{BTreeSet, VecDeque};
use toma_syntax::ast::{ExprKind, ItemKind, Parameter as Written, TypeKind};
use toma_syntax::diagnostic::Span;

/// A `record`, resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecordSignature {
    pub(crate) item: ItemRef,
    pub(crate) name: String,
    pub(crate) name_span: Span,
    /// In the order of the text.
    pub(crate) fields: Vec<RecordField>,
    /// A field is missing that could not be read: say nothing about unknown ones.
    pub(crate) broken: bool,
    /// Names of items that its types, defaults and bounds use.
    pub(crate) used: BTreeSet<String>,
    pub(crate) reports: Vec<Report>,
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecordField {
    /// Its name, type, bounds and default.
    pub(crate) parameter: Parameter,
    /// `@layer("spec")`: which layer of a file it is.
    pub(crate) layer: Option<String>,
}

/// An `enum`, resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EnumSignature {
    pub(crate) item: ItemRef,
    pub(crate) name: String,
    pub(crate) name_span: Span,
    /// In the order of the text.
    pub(crate) cases: Vec<CaseSignature>,
    /// A case is missing that could not be read.
    pub(crate) broken: bool,
    pub(crate) used: BTreeSet<String>,
    pub(crate) reports: Vec<Report>,
}

/// A case of an enum.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CaseSignature {
    pub(crate) name: String,
    pub(crate) span: Span,
    /// Its payload, in order.
    pub(crate) fields: Vec<Parameter>,
    /// Some of its payload could not be read.
    pub(crate) broken: bool,
}

impl EnumSignature {
    pub(crate) fn case(&self, name: &str) -> Option<&CaseSignature> {
        self.cases.iter().find(|case| case.name == name)
    }
}

/// The declaration of a record; `None` for other items.
#[salsa::tracked(cycle_result = record_of_circle)]
pub(crate) fn record_signature<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Option<RecordSignature> {
    let tree = item_tree(db, item);
    let ItemKind::Record { name, fields } = &tree.kind else { return None };
    let key = reference(item.file(db).path(db), item.key(db));
    let mut checker = Checker::new(db, key.clone());
    let resolved = checker.fields(fields, "fields");
    let broken = resolved.len() < fields.len() || is_broken(fields);
    let layers = checker.layers(fields, &resolved);
    let fields = resolved.into_iter().zip(layers);
    Some(RecordSignature {
        item: key,
        name: name.text.clone(),
        name_span: name.span,
        fields: fields.map(|(parameter, layer)| RecordField { parameter, layer }).collect(),
        broken,
        used: checker.used.clone(),
        reports: checker.finish(),
    })
}

/// A default that is made of the record itself: reported where the circle of constants is.
fn record_of_circle(_: &dyn Db, _: salsa::Id, _: ItemId<'_>) -> Option<RecordSignature> {
    None
}

/// The record that a reference means.
pub(crate) fn record_of<'db>(db: &'db dyn Db, item: &ItemRef) -> Option<&'db RecordSignature> {
    record_signature(db, item_id(db, item)).as_ref()
}

/// The declaration of an enum; `None` for other items.
#[salsa::tracked(cycle_result = enum_of_circle)]
pub(crate) fn enum_signature<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Option<EnumSignature> {
    let tree = item_tree(db, item);
    let ItemKind::Enum { name, variants } = &tree.kind else { return None };
    let key = reference(item.file(db).path(db), item.key(db));
    let mut checker = Checker::new(db, key.clone());
    let mut cases: Vec<CaseSignature> = Vec::new();
    for variant in variants {
        if let Some(first) = cases.iter().find(|first| first.name == variant.name.text) {
            let report = Report::error(
                "T0204",
                format!("there are two cases called `{}`", variant.name.text),
                checker.spot(variant.name.span),
            )
            .saying("the second one")
            .label(checker.spot(first.span), "the first one");
            checker.report(report);
            continue;
        }
        let fields = checker.fields(&variant.fields, "values");
        cases.push(CaseSignature {
            name: variant.name.text.clone(),
            span: variant.name.span,
            broken: is_broken(&variant.fields),
            fields,
        });
    }
    let readable = crate::lower::is_read(db, item);
    if cases.is_empty() && readable {
        let report = Report::error(
            "T0367",
            format!("the enum `{}` has no case", name.text),
            checker.spot(name.span),
        )
        .help("write what it chooses between: `enum Quality { Draft, Fine }`");
        checker.report(report);
    }
    Some(EnumSignature {
        item: key,
        name: name.text.clone(),
        name_span: name.span,
        cases,
        broken: !readable,
        used: checker.used.clone(),
        reports: checker.finish(),
    })
}

fn enum_of_circle(_: &dyn Db, _: salsa::Id, _: ItemId<'_>) -> Option<EnumSignature> {
    None
}

/// The enum that a reference means.
pub(crate) fn enum_of<'db>(db: &'db dyn Db, item: &ItemRef) -> Option<&'db EnumSignature> {
    enum_signature(db, item_id(db, item)).as_ref()
}

/// Could a field's type not be read?
fn is_broken(fields: &[Written]) -> bool {
    fields.iter().any(|field| field.ty.kind == TypeKind::Broken)
}

impl Checker<'_> {
    /// Resolves the fields of a record or the payload of a case. Of two with one name the first stays.
    fn fields(&mut self, written: &[Written], what: &str) -> Vec<Parameter> {
        let mut fields: Vec<Parameter> = Vec::new();
        for field in written {
            if let Some(first) = fields.iter().find(|first| first.name == field.name.text) {
                let report = Report::error(
                    "T0204",
                    format!("there are two {what} called `{}`", field.name.text),
                    self.spot(field.name.span),
                )
                .saying("the second one")
                .label(self.spot(first.span), "the first one");
                self.report(report);
                continue;
            }
            let resolved = self.parameter(field);
            fields.push(resolved);
        }
        fields
    }

    /// The layer of each field, as far as it says one.
    fn layers(&mut self, written: &[Written], fields: &[Parameter]) -> Vec<Option<String>> {
        let mut seen: Vec<(String, Span)> = Vec::new();
        let mut layers = Vec::with_capacity(fields.len());
        for field in fields {
            let attribute =
                written.iter().find(|written| written.name.span == field.span).and_then(
                    |written| written.attributes.iter().find(|known| known.name.text == "layer"),
                );
            let Some(attribute) = attribute else {
                layers.push(None);
                continue;
            };
            let name = match attribute.arguments.as_slice() {
                [one] if one.name.is_none() => match &one.value.kind {
                    ExprKind::Text(text) => plain_text(text).filter(|name| !name.is_empty()),
                    _ => None,
                },
                _ => None,
            };
            layers.push(self.layer_name(field, name.as_deref(), attribute.name.span, &mut seen));
        }
        layers
    }

    fn layer_name(
        &mut self,
        field: &Parameter,
        name: Option<&str>,
        span: Span,
        seen: &mut Vec<(String, Span)>,
    ) -> Option<String> {
        let core = field.ty.core();
        let report = match name {
            _ if core.is_unknown() => return None,
            None => {
                Report::error("T0360", "`@layer` takes the layer's name in quotes", self.spot(span))
                    .help("as it stands in the file: `@layer(\"spec\") specular: Clip<ACEScg>`")
            }
            Some(_) if !matches!(core, Type::Picture { .. } | Type::Port(_)) => Report::error(
                "T0360",
                format!(
                    "`{}` is {}, and only pictures are layers of a file",
                    field.name,
                    core.words()
                ),
                self.spot(span),
            )
            .label(self.spot(field.span), "this field")
            .help("take the `@layer` away"),
            Some(name) => {
                let first = seen.iter().find(|(known, _)| known == name);
                let Some((_, first)) = first else {
                    seen.push((name.to_owned(), span));
                    return Some(name.to_owned());
                };
                Report::error(
                    "T0360",
                    format!("two fields are the layer \"{name}\""),
                    self.spot(span),
                )
                .saying("the second one")
                .label(self.spot(*first), "the first one")
                .help("each layer of a file is one field: name another one")
            }
        };
        self.report(report);
        None
    }
}

/// The records and enums that a declaration holds directly, and which field or payload holds them.
fn held(db: &dyn Db, item: &ItemRef) -> Vec<(ItemRef, Span)> {
    fn inside(ty: &Type) -> Option<&ItemRef> {
        match ty {
            Type::Record(item) | Type::Enum(item) => Some(item),
            Type::List(inner) | Type::Optional(inner) | Type::Curve(inner) => inside(inner),
            _ => None,
        }
    }
    let mut found = Vec::new();
    let mut note = |field: &Parameter| {
        found.extend(inside(&field.ty).map(|held| (held.clone(), field.span)));
    };
    if let Some(record) = record_of(db, item) {
        record.fields.iter().for_each(|field| note(&field.parameter));
    } else if let Some(choice) = enum_of(db, item) {
        choice.cases.iter().flat_map(|case| &case.fields).for_each(note);
    }
    found
}

/// Does it hold itself, or something that does? Asked once of each, so that the usual answer, no, costs little.
#[salsa::tracked(returns(copy), cycle_result = endless_in_circle)]
fn endless<'db>(db: &'db dyn Db, item: ItemId<'db>) -> bool {
    if crate::chain::too_long(db, item) {
        return false;
    }
    let own = reference(item.file(db).path(db), item.key(db));
    held(db, &own).iter().any(|(inner, _)| endless(db, item_id(db, inner)))
}

fn endless_in_circle(_: &dyn Db, _: salsa::Id, _: ItemId<'_>) -> bool {
    true
}

/// Says that a record or enum holds itself, with the way back to it; once for each circle.
pub(crate) fn circle(db: &dyn Db, item: &ItemRef) -> Option<Report> {
    if !endless(db, item_id(db, item)) {
        return None;
    }
    let mut came: FxHashMap<ItemRef, (ItemRef, Span)> = FxHashMap::default();
    let mut queue = VecDeque::from([item.clone()]);
    while let Some(next) = queue.pop_front() {
        for (inner, span) in held(db, &next) {
            if inner == *item {
                let mut spots = vec![Spot { item: next.clone(), span }];
                let mut at = next;
                while let Some((from, span)) = came.get(&at) {
                    spots.push(Spot { item: from.clone(), span: *span });
                    at = from.clone();
                }
                spots.reverse();
                return said_once(item, spots);
            }
            if !came.contains_key(&inner) {
                came.insert(inner.clone(), (next.clone(), span));
                queue.push_back(inner);
            }
        }
    }
    None
}

fn said_once(item: &ItemRef, spots: Vec<Spot>) -> Option<Report> {
    if spots.iter().any(|spot| spot.item < *item) {
        return None;
    }
    let name = declared_name(item);
    let count = spots.len();
    let mut spots = spots.into_iter();
    let first = spots.next()?;
    let mut report = if count == 1 {
        Report::error("T0359", format!("`{name}` holds itself"), first).saying("here")
    } else {
        Report::error("T0359", format!("`{name}` holds itself through others"), first)
            .saying("it holds this")
    };
    for (index, spot) in spots.take(8).enumerate() {
        let text = if index + 2 == count { "which holds it again" } else { "which holds this" };
        report = report.label(spot, text);
    }
    Some(report.help(
        "every value is finite: name the inner one in a `let` or parameter of its own instead",
    ))
}

/// Where the name of a declared type stands.
pub(crate) fn declaration(db: &dyn Db, item: &ItemRef) -> Spot {
    Spot { item: item.clone(), span: name_span(&item_tree(db, item_id(db, item))) }
}

/// The enums of a file's scope that have a case of this name, by the names they have there. A query of its
/// own, so that a change of other cases reaches nobody who uses this one.
#[salsa::tracked]
pub(crate) fn enums_with(
    db: &dyn Db,
    file: crate::database::File,
    case: String,
) -> Vec<(String, ItemRef)> {
    cases(db, file).get(&case).cloned().unwrap_or_default()
}

/// All cases that a file's scope knows, with their enums.
#[salsa::tracked]
fn cases(db: &dyn Db, file: crate::database::File) -> FxHashMap<String, Vec<(String, ItemRef)>> {
    use crate::modules::Definition;
    use crate::scope::scope;
    let mut cases: FxHashMap<String, Vec<(String, ItemRef)>> = FxHashMap::default();
    for (name, definition) in &scope(db, file).names {
        let Definition::Item { item, word } = definition else { continue };
        if word != "enum" {
            continue;
        }
        for case in case_names(db, item_id(db, item)) {
            cases.entry(case.clone()).or_default().push((name.clone(), item.clone()));
        }
    }
    cases
}

/// The names of an enum's cases. What they carry is not asked: a default in one may be a case of another.
#[salsa::tracked]
pub(crate) fn case_names<'db>(db: &'db dyn Db, item: ItemId<'db>) -> BTreeSet<String> {
    match &item_tree(db, item).kind {
        ItemKind::Enum { variants, .. } => {
            variants.iter().map(|variant| variant.name.text.clone()).collect()
        }
        _ => BTreeSet::new(),
    }
}
