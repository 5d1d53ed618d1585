//! A layer's body: what it stands in and comes from, its lets and writes beside those that it inherits. Only
//! what this item says is looked at here; how all of it fits together is `document.rs`.

use super::shot::{Inherited, layer_word, seed_of_layers};
use super::{Checker, Local, Slot, item_name, layer, layers_of};
use crate::database::{Db, ItemId, item_id};
use crate::document::{Document, document};
use crate::modules::name_spot;
use crate::names::{listed, nearest};
use crate::report::{ItemRef, Report, Spot};
use crate::scope::Definition;
use crate::signature::Parameter;
use crate::term::{Fragment, LetTerm, LineTerm, NameTerm};
use crate::types::{Space, Type};
use rustc_hash::{FxHashMap, FxHashSet};
use toma_syntax::ast::{self, ClauseKind, LayerWord, Let};
use toma_syntax::diagnostic::Span;

/// Shots that one may come from, each from the next.
pub(crate) const MOST_SHOTS: usize = 100;

/// Does a shot come from more shots than it may? Then it is looked at as if it came from none.
#[salsa::tracked(returns(copy))]
pub(crate) fn too_far<'db>(db: &'db dyn Db, shot: ItemId<'db>) -> bool {
    if crate::inheritance::beyond(db, shot) {
        return true;
    }
    let mut seen = FxHashSet::from_iter([shot]);
    let mut next = layer(db, shot).from.as_ref();
    while let Some((from, _)) = next {
        let from = item_id(db, from);
        if !seen.insert(from) {
            // A circle is told as what it is.
            return false;
        }
        if seen.len() > MOST_SHOTS + 1 {
            return true;
        }
        next = layer(db, from).from.as_ref();
    }
    false
}

/// Does a shot come from more shots than it may? Only the first one is told.
fn comes_too_far(db: &dyn Db, shot: &ItemRef) -> bool {
    let mut next = Some(shot.clone());
    let mut count = 0;
    while let Some(item) = next.filter(|_| count <= MOST_SHOTS + 2) {
        next = layer(db, item_id(db, &item)).from.as_ref().map(|(from, _)| from.clone());
        count += 1;
    }
    count == MOST_SHOTS + 2
}

/// The shots that come from each other in a circle through this one, itself first; each with the place where
/// it says so.
pub(crate) fn circle_of_shots(db: &dyn Db, shot: &ItemRef) -> Option<Vec<(ItemRef, Span)>> {
    let mut chain: Vec<(ItemRef, Span)> = Vec::new();
    let mut next = shot.clone();
    loop {
        let (from, span) = layer(db, item_id(db, &next)).from.clone()?;
        chain.push((next, span));
        if from == *shot {
            return Some(chain);
        }
        if chain.len() > MOST_SHOTS || chain.iter().any(|(known, _)| *known == from) {
            return None;
        }
        next = from;
    }
}

/// The shot that this one comes from, unless they come from each other in a circle.
pub(crate) fn base_of(db: &dyn Db, shot: &ItemRef) -> Option<ItemRef> {
    if too_far(db, item_id(db, shot)) {
        return None;
    }
    let mut seen = vec![shot.clone()];
    let base = layer(db, item_id(db, shot)).from.as_ref()?.0.clone();
    let mut next = Some(base.clone());
    while let Some(item) = next {
        if seen.len() > MOST_SHOTS || seen.contains(&item) {
            return None;
        }
        next = layer(db, item_id(db, &item)).from.as_ref().map(|(from, _)| from.clone());
        seen.push(item);
    }
    Some(base)
}

impl Checker<'_> {
    /// The item that a path of a layer's head means, and its word. `None` if that was reported.
    fn layer_by_path(
        &mut self,
        path: &ast::Path,
        code: &'static str,
        what: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Option<(ItemRef, String)> {
        let first = path.names.first()?;
        let found = self.resolve(&path.names);
        let definition = found.map(|found| {
            if found.taken == path.names.len() {
                found.definition
            } else {
                Definition::Module(String::new())
            }
        });
        match definition {
            Some(Definition::Item { item, word }) => Some((item, word)),
            Some(Definition::Unknown) => None,
            _ => {
                let known =
                    self.scope().names.iter().filter_map(|(name, definition)| match definition {
                        Definition::Item { word, .. } if fits(word) => Some(name.as_str()),
                        _ => None,
                    });
                let known: Vec<&str> = known.collect();
                let is_one = path.names.len() == 1;
                let near = nearest(&first.text, known.iter().copied()).filter(|_| is_one);
                let near = near.or_else(|| match known.as_slice() {
                    [only] if is_one && begins_alike(&first.text, only) => Some((*only).to_owned()),
                    _ => None,
                });
                let report = Report::error(
                    code,
                    format!(
                        "there is no {what} called `{}`",
                        super::path::written_path(&path.names)
                    ),
                    self.spot(path.span),
                );
                let report = match known.as_slice() {
                    known if near.is_none() && (1..=8).contains(&known.len()) => {
                        report.help(format!("this file has {}", listed(known, "and")))
                    }
                    _ => report.did_you_mean(near, self.spot(path.span)),
                };
                self.report(report);
                None
            }
        }
    }

    /// What a layer stands in.
    pub(super) fn within(&mut self, path: &ast::Path, word: LayerWord) -> Option<ItemRef> {
        let outer = |found: &str| match word {
            LayerWord::Shot => matches!(found, "show" | "sequence"),
            LayerWord::Sequence => found == "show",
            LayerWord::Show => false,
        };
        let (item, found) = self.layer_by_path(path, "T0511", "show or sequence", outer)?;
        if outer(&found) {
            return Some(item);
        }
        let report = Report::error(
            "T0511",
            format!(
                "a {} can't stand in `{}`, which is a {found}",
                layer_word(word),
                item_name(&item)
            ),
            self.spot(path.span),
        )
        .help("a shot stands in a sequence or a show, a sequence in a show");
        self.report(report);
        None
    }

    /// The shot that a shot comes from.
    pub(super) fn derived(&mut self, path: &ast::Path, word: LayerWord) -> Option<ItemRef> {
        if word != LayerWord::Shot {
            let report = Report::error(
                "T0519",
                format!("only a shot comes `from` another, and this is a {}", layer_word(word)),
                self.spot(path.span),
            )
            .help("a sequence stands `in` a show; what its shots share is written in it");
            self.report(report);
            return None;
        }
        let (item, found) = self.layer_by_path(path, "T0519", "shot", |word| word == "shot")?;
        if found == "shot" {
            return Some(item);
        }
        let help = if matches!(found.as_str(), "show" | "sequence") {
            format!("a shot stands in a {found}: write `in {}`", item_name(&item))
        } else {
            "name the shot whose text this one begins with".to_owned()
        };
        let report = Report::error(
            "T0519",
            format!("`{}` is a {found}, and a shot comes from another shot", item_name(&item)),
            self.spot(path.span),
        )
        .help(help);
        self.report(report);
        None
    }

    /// A whole layer: a shot's lets and writes, and what isn't supported yet.
    pub(crate) fn layer_body(
        &mut self,
        item: ItemId<'_>,
        written: &ast::Layer,
        fragment: &mut Fragment,
    ) {
        let own = layer(self.db, item);
        self.incomplete |= own.broken;
        self.unread = written.broken || (written.from.is_some() && own.from.is_none());
        let shot = written.word == LayerWord::Shot;
        for clause in &written.clauses {
            let what = match &clause.kind {
                ClauseKind::Gate { .. } => "gates are",
                ClauseKind::Review { .. } => "reviews are",
                ClauseKind::Policy(_) => "policies are",
                ClauseKind::Retake { .. } => "retakes are",
                ClauseKind::Wedge { .. } => "wedges are",
                ClauseKind::Variants { .. } => "variants are",
                ClauseKind::Pick { .. } => "takes are",
                ClauseKind::Let(_) | ClauseKind::Write(_) | ClauseKind::Drop(_) if !shot => {
                    self.only_in_shots(clause, written);
                    continue;
                }
                _ => continue,
            };
            self.unsupported(what, clause.span);
        }
        let me = self.item.clone();
        let chain = layers_of(self.db, &me);
        self.circle(&chain, written);
        self.in_shot = shot;
        let space = chain.iter().find_map(|known| known.layer.space.clone());
        self.work = Some(space.or_else(|| Space::named("ACEScg")).unwrap_or(Space::Unknown));
        for known in chain.iter().rev() {
            for parameter in &known.layer.parameters {
                self.layer_parameter(&known.item, parameter);
            }
        }
        fragment.parameters = self.locals.len() as u32;
        if shot {
            self.circle_of_shots();
            self.clauses_that_miss(&chain, written);
            self.frames_with_handles(&chain, written);
            let base = base_of(self.db, &me);
            let base = base.as_ref().map(|base| document(self.db, item_id(self.db, base)));
            self.shot_lines(written, base, fragment);
        }
        self.names_of_sets(written);
        fragment.names = self
            .locals
            .iter()
            .map(|local| NameTerm {
                name: local.name.clone(),
                ty: local.ty.clone(),
                spot: Spot { item: local.item.clone(), span: local.span },
            })
            .collect();
        if shot {
            let added = fragment.lines.iter().filter(|line| line.slot == line.visible).count();
            self.unused(added);
            self.hiding(self.locals.len());
        }
    }

    fn only_in_shots(&mut self, clause: &ast::Clause, written: &ast::Layer) {
        let (what, help) = match &clause.kind {
            ClauseKind::Let(_) => (
                "a `let`",
                "make it a `recipe` that the shots call, or a `param` if it is a value that they share",
            ),
            ClauseKind::Write(_) => {
                ("a `write`", "write it in the shot, or in one that the others come `from`")
            }
            _ => ("a `drop`", "drop it in the shot that doesn't want it"),
        };
        let word = layer_word(written.word);
        let report = Report::error(
            "T0517",
            format!("{what} stands in a shot, and `{}` is a {word}", written.name.text),
            self.spot(clause.span),
        )
        .help(help);
        self.report(report);
        self.incomplete = true;
    }

    fn circle(&mut self, chain: &[Inherited<'_>], written: &ast::Layer) {
        let closes = chain.last().is_some_and(|known| known.layer.within.is_some());
        if let (true, Some(path)) = (closes, &written.within) {
            let report = Report::error(
                "T0512",
                "these layers stand in each other in a circle",
                self.spot(path.span),
            );
            self.report(report);
        }
    }

    /// Said once, at the first of the shots.
    fn circle_of_shots(&mut self) {
        let Some(circle) = circle_of_shots(self.db, &self.item.clone()) else {
            if layer(self.db, item_id(self.db, &self.item)).from.is_some()
                && base_of(self.db, &self.item).is_none()
            {
                // It comes from shots that come from each other; that is said there.
                if comes_too_far(self.db, &self.item) {
                    let item = self.item.clone();
                    let message = format!("this shot comes from more than {MOST_SHOTS} others");
                    let report = Report::error("T0420", message, name_spot(self.db, &item))
                        .help("let it come from one of the first of them");
                    self.report(report);
                }
                self.incomplete = true;
                self.unread = true;
            }
            return;
        };
        self.incomplete = true;
        self.unread = true;
        if circle.iter().any(|(item, _)| *item < self.item) {
            return;
        }
        let mut links = circle.iter();
        let Some((_, span)) = links.next() else { return };
        let mut report = Report::error(
            "T0518",
            if circle.len() == 1 {
                "this shot comes from itself"
            } else {
                "these shots come from each other in a circle"
            },
            self.spot(*span),
        )
        .help("one of them has to stand by itself, without `from`");
        for (item, span) in links.take(8) {
            let text = format!("`{}` comes from this", item_name(item));
            report = report.label(Spot { item: item.clone(), span: *span }, text);
        }
        self.report(report);
    }

    fn layer_parameter(&mut self, item: &ItemRef, parameter: &Parameter) {
        self.remember_parameter(item, parameter);
        let local = Local {
            name: parameter.name.clone(),
            span: parameter.span,
            item: item.clone(),
            ty: parameter.ty.clone(),
            used: true,
        };
        self.locals.push(local);
    }

    /// A shot's lets and writes, behind those that it comes with.
    fn shot_lines(
        &mut self,
        written: &ast::Layer,
        base: Option<&Document>,
        fragment: &mut Fragment,
    ) {
        for inherited in base.iter().flat_map(|base| &base.lets) {
            let spot = Spot { item: inherited.item.clone(), span: inherited.span };
            let clash = self.locals.first_of(&inherited.name);
            if let Some(clash) = clash {
                // Said at the shot that merges both, if it wasn't before.
                let there = Spot { item: clash.item.clone(), span: clash.span };
                let own = clash.item == self.item;
                let here = if own { there.clone() } else { self.spot(written.name.span) };
                let mut report = Report::error(
                    "T0204",
                    format!("`{}` has two meanings in this shot", inherited.name),
                    here,
                )
                .label(spot.clone(), "the one that it comes with")
                .help("a name means one thing in a shot: give one of them another name");
                if !own {
                    report = report.label(there, "the other one");
                }
                self.report(report);
            }
            self.locals.push(Local {
                name: inherited.name.clone(),
                span: spot.span,
                item: spot.item,
                ty: inherited.ty.clone(),
                used: true,
            });
        }
        let first = fragment.parameters as usize;
        let inherited = self.locals.len();
        let lets = || {
            written.clauses.iter().filter_map(|clause| match &clause.kind {
                ClauseKind::Let(line) => Some(line),
                _ => None,
            })
        };
        let known: FxHashMap<String, usize> = self
            .locals
            .iter()
            .take(inherited)
            .skip(first)
            .enumerate()
            .map(|(slot, local)| (local.name.clone(), slot))
            .collect();
        // A name that is replaced has a meaning above its line: that of the merged shot.
        self.later = lets()
            .filter(|line| !known.contains_key(&line.name.text))
            .map(|line| (line.name.text.as_str(), line.name.span))
            .collect();
        let mut replaced: FxHashMap<&str, Span> = FxHashMap::default();
        for line in lets() {
            let visible = self.locals.len() as u32;
            self.needs.clear();
            let slot = known.get(&line.name.text);
            let (slot, term) = match slot {
                Some(slot) => {
                    let index = first + slot;
                    if let Some(first) = replaced.get(line.name.text.as_str()) {
                        let report = Report::error(
                            "T0204",
                            format!("`{}` is replaced twice", line.name.text),
                            self.spot(line.name.span),
                        )
                        .saying("the second time")
                        .label(self.spot(*first), "the first time")
                        .help("keep one of them");
                        self.report(report);
                    }
                    replaced.entry(line.name.text.as_str()).or_insert(line.name.span);
                    (index as u32, self.replace(line, index))
                }
                None => (visible, self.bind(line)),
            };
            let needs = self.needs.iter().copied().filter(|index| *index < visible).collect();
            fragment.lines.push(LineTerm { span: line.name.span, slot, visible, needs });
            fragment.lets.push(term);
        }
        self.settle(fragment);
        let mut names: Vec<(String, Span)> = Vec::new();
        for clause in &written.clauses {
            match &clause.kind {
                ClauseKind::Write(write) => {
                    self.needs.clear();
                    if let Some(write) = self.write(write, &mut names, clause.span) {
                        fragment.writes.push(write);
                        fragment.needs.push(self.needs.iter().copied().collect());
                    }
                }
                ClauseKind::Drop(name) => self.drop_write(name, written, base),
                _ => {}
            }
        }
        let kept =
            base.is_some_and(|base| base.writes.iter().any(|write| !dropped(written, &write.name)));
        if names.is_empty() && !kept && !self.incomplete {
            let report = Report::error(
                "T0504",
                format!("the shot `{}` writes nothing", written.name.text),
                self.spot(written.name.span),
            )
            .help("add a line such as `write \"renders/{shot}.%04d.exr\" = comp`");
            self.report(report);
        }
    }

    /// A `let` in place of one that the shot comes with.
    fn replace(&mut self, line: &Let, index: usize) -> LetTerm {
        let name = line.name.text.clone();
        let inherited = self.locals.get(index).cloned();
        let expected = inherited.as_ref().map_or(Type::Unknown, |local| local.ty.clone());
        let written = line.ty.as_ref().map(|ty| self.written_type(ty));
        let value = match &written {
            Some(ty) => {
                let slot = Slot::new(format!("`{name}`"), None);
                self.value(&line.value, ty, &slot)
            }
            None => self.expr(&line.value, Some(&expected)),
        };
        let found = match &written {
            Some(ty) if !value.ty.is_unknown() => ty.clone(),
            _ => value.ty.clone(),
        };
        let (mut was, mut is) = (expected.clone(), found);
        self.settle_type(&mut was);
        self.settle_type(&mut is);
        if let Some(inherited) = inherited
            && !super::fit::agrees(&is, &was)
                | matches!((&is, &was), (Type::Picture { space, .. }, Type::Picture { space: other, .. })
                if space != other && *space != Space::Unknown && *other != Space::Unknown)
        {
            let from = item_name(&inherited.item).to_owned();
            let report = Report::error(
                "T0520",
                format!("`{name}` is {} here, and {} in `{from}`", is.words(), was.words()),
                self.spot(line.name.span),
            )
            .saying(is.words())
            .label(Spot { item: inherited.item, span: inherited.span }, was.words())
            .help(format!(
                "what `{from}` makes of it expects that kind: give the new one another name, or convert it"
            ));
            self.report(report);
            return LetTerm { name, ty: None, value: crate::term::Term::unknown(value.span) };
        }
        LetTerm { name, ty: Some(expected), value }
    }

    fn drop_write(&mut self, name: &ast::Name, written: &ast::Layer, base: Option<&Document>) {
        let known: Vec<&str> =
            base.iter().flat_map(|base| &base.writes).map(|write| write.name.as_str()).collect();
        if known.contains(&name.text.as_str()) || self.incomplete {
            return;
        }
        let own = written.clauses.iter().any(|clause| {
            matches!(&clause.kind, ClauseKind::Write(write)
                if write.name.as_ref().is_some_and(|known| known.text == name.text))
        });
        let near = nearest(&name.text, known.iter().copied());
        let report = Report::error(
            "T0521",
            format!("there is no write `{}` to drop", name.text),
            self.spot(name.span),
        );
        let report = if own {
            report.help("it is this shot's own: take it out instead")
        } else if near.is_some() {
            report.did_you_mean(near, self.spot(name.span))
        } else if known.is_empty() {
            report.help("`drop` takes out a write of the shot that this one comes `from`")
        } else {
            report.help(format!("the shot comes with {}", crate::names::listed(&known, "and")))
        };
        self.report(report);
    }
}

/// Does the layer drop a write of that name?
pub(crate) fn dropped(written: &ast::Layer, name: &str) -> bool {
    written
        .clauses
        .iter()
        .any(|clause| matches!(&clause.kind, ClauseKind::Drop(dropped) if dropped.text == name))
}

/// The seed that a shot has; from its name where nothing is said.
pub(crate) fn seed_of(chain: &[Inherited<'_>], name: &str) -> u64 {
    seed_of_layers(chain).unwrap_or_else(|| crate::evaluate::seed_of_name(name))
}

/// Is one of these the beginning of the other? Names of layers are short: `Q`, `E04`.
fn begins_alike(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    one.starts_with(&other) || other.starts_with(&one)
}
