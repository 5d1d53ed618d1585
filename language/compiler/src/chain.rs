//! How far items lead on to items: constants made of constants, records of records, defaults of defaults.
//! Whoever asks what one is asks for the next, so a chain is measured, without asking any of them, before its
//! first item is looked at. Only names are followed here; what they are worth is not known.
//!
//! **Invariant**: an item that is not [`too_long`] needs at most [`MOST_LINKS`] others below each other.

use crate::check::path::path_names;
use crate::data::enums_with;
use crate::database::{Db, File, ItemId, item_id};
use crate::modules::{Definition, resolve_in};
use crate::report::{ItemRef, Report, Spot};
use crate::scope::named;
use crate::source::{heads, item_tree, name_span, reference};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use toma_syntax::ast::{
    Argument, Body, Expr, ExprKind, Item, ItemKind, Name, Parameter, Pattern, Refinement, Text,
    TextPart, Type, TypeKind,
};

/// Items that may be made of each other, each of the next.
pub(crate) const MOST_LINKS: usize = 200;

/// What an item names that has to be known before the item itself is.
#[salsa::tracked]
fn links<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Vec<ItemRef> {
    let file = item.file(db);
    let path = file.path(db);
    let mut mentioned = Mentioned::default();
    mentioned.item(&item_tree(db, item));
    let mut found = BTreeSet::new();
    for names in &mentioned.paths {
        let Some(first) = names.first() else { continue };
        let definition = match named(db, file, first.text.clone()) {
            Some(Definition::Module(module)) if names.len() > 1 => {
                resolve_in(db, path, module, names).ok().map(|found| found.definition)
            }
            definition => definition,
        };
        match definition {
            Some(Definition::Item { item, word }) if leads_on(&word) => {
                found.insert(item);
            }
            None if first.text.starts_with(char::is_uppercase) => {
                // A case, of whichever enum.
                let enums = enums_with(db, file, first.text.clone());
                found.extend(enums.iter().map(|(_, item)| item.clone()));
            }
            _ => {}
        }
    }
    found.into_iter().collect()
}

/// Sorts of items that are made of others in what they say to the outside.
fn leads_on(word: &str) -> bool {
    matches!(word, "const" | "record" | "enum" | "recipe" | "stage")
}

/// The items of a file that stand too high above others, and how high: 1 above what stands for itself.
#[salsa::tracked]
fn heights(db: &dyn Db, file: File) -> BTreeMap<String, usize> {
    let path = file.path(db);
    if path.starts_with("std/") {
        return BTreeMap::new();
    }
    let own: Vec<ItemRef> = heads(db, file)
        .iter()
        .filter(|head| leads_on(&head.word))
        .map(|head| reference(path, &head.key))
        .collect();
    let near = near(db, &own);
    let mut heights: HashMap<&ItemRef, usize> = HashMap::new();
    for item in &own {
        measure(item, &near, &mut heights);
    }
    let high = |item: &ItemRef| heights.get(item).copied().filter(|height| *height > MOST_LINKS);
    own.iter().filter_map(|item| Some((item.key.clone(), high(item)?))).collect()
}

/// What these lead to in as many steps as are allowed, and one more: no longer chain is needed to tell that it
/// is too long.
fn near(db: &dyn Db, own: &[ItemRef]) -> HashMap<ItemRef, Vec<ItemRef>> {
    let mut near: HashMap<ItemRef, Vec<ItemRef>> = HashMap::new();
    let mut edge: Vec<ItemRef> = own.to_vec();
    for _ in 0..=MOST_LINKS {
        let mut next = Vec::new();
        for item in edge {
            if near.contains_key(&item) || item.file.starts_with("std/") {
                continue;
            }
            let links = links(db, item_id(db, &item));
            next.extend(links.iter().cloned());
            near.insert(item, links.clone());
        }
        if next.is_empty() {
            break;
        }
        edge = next;
    }
    near
}

/// The longest way down from an item. Circles are told elsewhere: the way back up counts nothing.
fn measure<'a>(
    item: &'a ItemRef,
    near: &'a HashMap<ItemRef, Vec<ItemRef>>,
    heights: &mut HashMap<&'a ItemRef, usize>,
) {
    let below = |item: &ItemRef| near.get(item).map(Vec::as_slice).unwrap_or_default();
    // An item, what it leads to, and the height that it has by what was seen.
    let mut way: Vec<(&ItemRef, std::slice::Iter<ItemRef>, usize)> = Vec::new();
    if heights.contains_key(item) {
        return;
    }
    heights.insert(item, 0);
    way.push((item, below(item).iter(), 1));
    while let Some((_, links, height)) = way.last_mut() {
        let Some(next) = links.next() else {
            if let Some((done, _, height)) = way.pop() {
                heights.insert(done, height);
                if let Some((.., above)) = way.last_mut() {
                    *above = (*above).max(height + 1);
                }
            }
            continue;
        };
        if let Some(known) = heights.get(next) {
            *height = (*height).max(known + 1);
        } else {
            heights.insert(next, 0);
            way.push((next, below(next).iter(), 1));
        }
    }
}

/// How high an item stands, if that is too high.
#[salsa::tracked(returns(copy))]
fn height<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Option<usize> {
    heights(db, item.file(db)).get(item.key(db)).copied()
}

/// Is an item made of more others, each of the next, than it may be? Then it is not asked what it is made of.
pub(crate) fn too_long<'db>(db: &'db dyn Db, item: ItemId<'db>) -> bool {
    let word = item.key(db).split(' ').next().unwrap_or_default();
    leads_on(word) && height(db, item).is_some()
}

/// Says so, at the last one of the chain that is too high: those above it are not to blame.
pub(crate) fn overlong<'db>(db: &'db dyn Db, item: ItemId<'db>, tree: &Item) -> Option<Report> {
    if height(db, item)? > MOST_LINKS + 1 {
        return None;
    }
    let key = reference(item.file(db).path(db), item.key(db));
    let name = crate::types::declared_name(&key).to_owned();
    let message =
        format!("`{name}` is made of {MOST_LINKS} others, each of the next, and that is the most");
    let below = links(db, item).iter().find(|below| **below != key);
    let mut report = Report::error("T0421", message, Spot { item: key, span: name_span(tree) })
        .saying("and of this");
    if let Some(below) = below {
        report = report.label(crate::data::declaration(db, below), "which is made of others again");
    }
    Some(report.help("write one of them out as a value of its own, so that the chain ends there"))
}

/// Which of these items lead to each other: every circle as places in the list, in its order, the one that
/// begins first in front. (Kosaraju's two walks.)
pub(crate) fn circles_among(db: &dyn Db, items: &[ItemRef]) -> Vec<Vec<usize>> {
    let places: HashMap<&ItemRef, usize> =
        items.iter().enumerate().map(|(place, item)| (item, place)).collect();
    let mut down: Vec<Vec<usize>> = Vec::new();
    let mut up: Vec<Vec<usize>> = vec![Vec::new(); items.len()];
    for (place, item) in items.iter().enumerate() {
        let below = links(db, item_id(db, item)).iter();
        let below: Vec<usize> = below.filter_map(|item| places.get(item).copied()).collect();
        for below in &below {
            up.get_mut(*below).into_iter().for_each(|up| up.push(place));
        }
        down.push(below);
    }
    let all = walk(0..items.len(), &down).concat();
    let mut circles = walk(all.into_iter().rev(), &up);
    for circle in &mut circles {
        circle.sort_unstable();
    }
    circles.sort_unstable();
    circles
}

/// What each beginning leads to that none before it did, those further away first.
fn walk(beginnings: impl Iterator<Item = usize>, links: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut seen = vec![false; links.len()];
    let mut enter = |at: usize| {
        let new = seen.get_mut(at).is_some_and(|seen| !std::mem::replace(seen, true));
        new.then(|| (at, links.get(at).map(Vec::as_slice).unwrap_or_default().iter()))
    };
    let mut found = Vec::new();
    for beginning in beginnings {
        let mut way: Vec<_> = enter(beginning).into_iter().collect();
        let mut left = Vec::new();
        while let Some((at, below)) = way.last_mut() {
            let at = *at;
            if let Some(next) = below.next() {
                way.extend(enter(*next));
            } else {
                way.pop();
                left.push(at);
            }
        }
        found.push(left);
    }
    found.retain(|left| !left.is_empty());
    found
}

/// The names in what an item says to the outside.
#[derive(Default)]
struct Mentioned {
    paths: Vec<Vec<Name>>,
}

impl Mentioned {
    fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Const { ty, value, .. } => {
                if let Some(ty) = ty {
                    self.ty(ty);
                }
                self.expr(value);
            }
            ItemKind::Record { fields, .. } => self.parameters(fields),
            ItemKind::Enum { variants, .. } => {
                for variant in variants {
                    self.parameters(&variant.fields);
                }
            }
            ItemKind::Recipe(recipe) => self.parameters(&recipe.signature.parameters),
            ItemKind::Stage(signature) => self.parameters(&signature.parameters),
            _ => {}
        }
    }

    fn parameters(&mut self, parameters: &[Parameter]) {
        for parameter in parameters {
            self.ty(&parameter.ty);
            for refinement in &parameter.refinements {
                let (Refinement::In(value) | Refinement::Step(value) | Refinement::OneOf(value)) =
                    refinement;
                self.expr(value);
            }
            if let Some(value) = &parameter.default {
                self.expr(value);
            }
        }
    }

    fn ty(&mut self, ty: &Type) {
        if let TypeKind::Named { path, arguments } = &ty.kind {
            self.paths.push(path.names.clone());
            for argument in arguments {
                self.ty(argument);
            }
        }
    }

    fn text(&mut self, text: &Text) {
        for part in &text.parts {
            if let TextPart::Hole { value, .. } = part {
                self.expr(value);
            }
        }
    }

    fn body(&mut self, body: &Body) {
        for line in &body.lets {
            if let Some(ty) = &line.ty {
                self.ty(ty);
            }
            self.expr(&line.value);
        }
        for value in &body.results {
            self.expr(value);
        }
    }

    fn arguments(&mut self, arguments: &[Argument]) {
        for argument in arguments {
            self.expr(&argument.value);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        if let Some(names) = path_names(expr) {
            self.paths.push(names);
            return;
        }
        match &expr.kind {
            ExprKind::Text(text) => self.text(text),
            ExprKind::List(values) => {
                for value in values {
                    self.expr(value);
                }
            }
            ExprKind::Comprehension { over, value, .. } => {
                self.expr(over);
                self.expr(value);
            }
            ExprKind::Curve(keys) => {
                for key in keys {
                    self.expr(&key.frame);
                    self.expr(&key.value);
                    if let Some((_, arguments)) = &key.ease {
                        self.arguments(arguments);
                    }
                }
            }
            ExprKind::Cut(pieces) => {
                for (frames, value) in pieces {
                    if let Some(frames) = frames {
                        self.expr(frames);
                    }
                    self.expr(value);
                }
            }
            ExprKind::Call { function, arguments, .. } => {
                self.expr(function);
                self.arguments(arguments);
            }
            ExprKind::Field { base, .. } => self.expr(base),
            ExprKind::With { base, fields } => {
                self.expr(base);
                self.arguments(fields);
            }
            ExprKind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    self.expr(condition);
                    self.body(body);
                }
                if let Some(body) = otherwise {
                    self.body(body);
                }
            }
            ExprKind::Match { subject, arms } => {
                self.expr(subject);
                for arm in arms {
                    match &arm.pattern {
                        Pattern::Value(value) => self.expr(value),
                        Pattern::Case { name, .. } => self.paths.push(vec![name.clone()]),
                        Pattern::Else(_) => {}
                    }
                    self.body(&arm.body);
                }
            }
            ExprKind::Unary { operand, .. } => self.expr(operand),
            ExprKind::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            _ => {}
        }
    }
}
