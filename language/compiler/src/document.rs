//! A shot as one document: the clauses of its show, its sequence, the shots it comes from and its own put
//! together. Every clause keeps the item that says it, and is checked in that item's scope; what is wrong only
//! where they meet is reported at the shot that puts them together.
//!
//! **Invariant**: there are no positions in it, so moving text merges nothing anew.

mod order;
mod settings;
mod shape;

use crate::check::{Inherited, base_of, dropped, fragment_of, item_name, layers_of, seed_of};
use crate::database::{Db, ItemId, item_id};
use crate::project::tweaks::tweaks_of;
use crate::report::{ItemRef, Report, Spot};
use crate::source::{item_tree, reference};
use crate::term::{Fragment, Term};
use crate::types::{Space, Type};
use std::sync::Arc;
use toma_plan::{FrameRange, FrameRate, Layer};
use toma_syntax::ast::ItemKind;
use toma_syntax::diagnostic::Span;

pub(crate) use settings::{Setting, holds_picture};
pub(crate) use shape::outline;

/// A shot put together.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Document {
    /// Who has a say, weakest first.
    pub(crate) parts: Vec<Part>,
    pub(crate) facts: Facts,
    /// `param`s, weakest layer first.
    pub(crate) parameters: Vec<Entry>,
    /// Lets in the order of the text; one that was replaced stands where the first one stood.
    pub(crate) lets: Vec<Entry>,
    /// In which order they are worked out.
    pub(crate) order: Vec<Step>,
    pub(crate) writes: Vec<Entry>,
    /// Weakest first.
    pub(crate) settings: Vec<Setting>,
    /// What is wrong only here.
    pub(crate) reports: Vec<Report>,
}

/// An item that has a say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    pub(crate) item: ItemRef,
    pub(crate) layer: Layer,
}

/// The small clauses.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Facts {
    pub(crate) frames: Option<FrameRange>,
    pub(crate) handles: u32,
    pub(crate) rate: Option<FrameRate>,
    pub(crate) format: Option<(u32, u32)>,
    pub(crate) space: Option<Space>,
    pub(crate) seed: u64,
}

/// A `param`, `let` or `write` of the document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// Who says it.
    pub(crate) item: ItemRef,
    /// Which of the item's.
    pub(crate) index: usize,
    /// Its name's place.
    pub(crate) span: Span,
    pub(crate) ty: Type,
    /// The item's place among the parts.
    pub(crate) rank: usize,
}

impl Entry {
    pub(crate) fn spot(&self) -> Spot {
        Spot { item: self.item.clone(), span: self.span }
    }
}

/// A step of working a document out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Parameter(usize),
    Let(usize),
}

impl Document {
    /// How strong an item is here.
    pub(crate) fn rank(&self, item: &ItemRef) -> usize {
        self.parts.iter().position(|part| part.item == *item).unwrap_or_default()
    }

    /// The layer of a rank; nothing is weaker than the bodies of recipes.
    pub(crate) fn layer(&self, rank: usize) -> Layer {
        self.parts.get(rank).map_or(Layer::Default, |part| part.layer)
    }

    /// Every term that the document consists of, with its item.
    pub(crate) fn each_term(&self, db: &dyn Db, visit: &mut dyn FnMut(&ItemRef, &Term)) {
        // Most of them stand in one item.
        let mut last: Option<(&ItemRef, Arc<Fragment>)> = None;
        let mut fragment_of = |item| match &last {
            Some((known, fragment)) if *known == item => Arc::clone(fragment),
            _ => Arc::clone(&last.insert((item, fragment_of(db, item))).1),
        };
        for entry in &self.lets {
            let fragment = fragment_of(&entry.item);
            if let Some(line) = fragment.lets.get(entry.index) {
                visit(&entry.item, &line.value);
            }
        }
        for entry in &self.writes {
            let fragment = fragment_of(&entry.item);
            if let Some(write) = fragment.writes.get(entry.index) {
                visit(&entry.item, &write.picture);
            }
        }
        for setting in &self.settings {
            visit(&setting.item, &setting.value);
        }
    }

    pub(crate) fn shelf<'a>(&'a self, shot: &'a ItemRef) -> crate::address::Shelf<'a> {
        crate::address::Shelf {
            shot: item_name(shot),
            parameters: &self.parameters,
            lets: &self.lets,
        }
    }
}

/// A shot with everything that it inherits; for a show or sequence what it says of `param`s.
#[salsa::tracked]
pub(crate) fn document<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Document {
    let me = reference(item.file(db).path(db), item.key(db));
    let chain = layers_of(db, &me);
    let base = base_of(db, &me).map(|base| document(db, item_id(db, &base)));
    let mut document = Document {
        parts: chain
            .iter()
            .rev()
            .map(|known| Part { item: known.item.clone(), layer: known.strength })
            .collect(),
        facts: facts(&chain, &me),
        ..Document::default()
    };
    // The sequence and the show are the weakest, whoever says where the shot stands.
    document.parts.sort_by_key(|part| part.layer);
    let tweaks = me.key.starts_with("shot ").then(|| tweaks_of(db, &me.file, item_name(&me)));
    let tweaks = tweaks.flatten();
    if let Some(tweaks) = tweaks {
        document.parts.push(Part { item: tweaks.item.clone(), layer: Layer::Tweaks });
    }
    for known in chain.iter().rev() {
        for (index, parameter) in known.layer.parameters.iter().enumerate() {
            document.parameters.retain(|entry| entry.name != parameter.name);
            document.parameters.push(Entry {
                name: parameter.name.clone(),
                item: known.item.clone(),
                index,
                span: parameter.span,
                ty: parameter.ty.clone(),
                rank: 0,
            });
        }
    }
    let fragment = fragment_of(db, &me);
    document.lets = base.map(|base| base.lets.clone()).unwrap_or_default();
    document.writes = base.map(|base| base.writes.clone()).unwrap_or_default();
    document.own(db, &me, &fragment);
    let ranks: Vec<ItemRef> = document.parts.iter().map(|part| part.item.clone()).collect();
    let rank = |item: &ItemRef| ranks.iter().position(|known| known == item).unwrap_or_default();
    let entries =
        document.parameters.iter_mut().chain(&mut document.lets).chain(&mut document.writes);
    for entry in entries {
        entry.rank = rank(&entry.item);
    }
    document.settle_settings(db, &me, base, tweaks);
    document.put_in_order(db, &me);
    document
}

impl Document {
    /// The shot's own lets and writes, in place of those that they replace or behind the others.
    fn own(&mut self, db: &dyn Db, me: &ItemRef, fragment: &Fragment) {
        let tree = item_tree(db, item_id(db, me));
        let ItemKind::Layer(written) = &tree.kind else { return };
        for (index, (line, place)) in fragment.lets.iter().zip(&fragment.lines).enumerate() {
            let ty = fragment
                .names
                .get(place.slot as usize)
                .map_or(Type::Unknown, |name| name.ty.clone());
            let own = Entry {
                name: line.name.clone(),
                item: me.clone(),
                index,
                span: place.span,
                ty,
                rank: 0,
            };
            match self.lets.iter_mut().find(|entry| entry.name == own.name) {
                Some(entry) => *entry = own,
                None => self.lets.push(own),
            }
        }
        self.writes.retain(|entry| !dropped(written, &entry.name));
        for (index, write) in fragment.writes.iter().enumerate() {
            let own = Entry {
                name: write.name.clone(),
                item: me.clone(),
                index,
                span: write.path_span,
                ty: Type::Unknown,
                rank: 0,
            };
            match self.writes.iter_mut().find(|entry| entry.name == own.name && entry.item != *me) {
                Some(entry) => *entry = own,
                None => self.writes.push(own),
            }
        }
    }

    fn entry(&self, step: Step) -> Option<&Entry> {
        match step {
            Step::Parameter(index) => self.parameters.get(index),
            Step::Let(index) => self.lets.get(index),
        }
    }
}

fn facts(chain: &[Inherited<'_>], me: &ItemRef) -> Facts {
    Facts {
        frames: chain.iter().find_map(|known| known.layer.frames),
        handles: chain.iter().find_map(|known| known.layer.handles).unwrap_or_default(),
        rate: chain.iter().find_map(|known| known.layer.rate),
        format: chain.iter().find_map(|known| known.layer.format),
        space: chain.iter().find_map(|known| known.layer.space.clone()),
        seed: seed_of(chain, item_name(me)),
    }
}

/// The spot of a shot's name, for what is wrong with all of it.
fn whole(db: &dyn Db, me: &ItemRef) -> Spot {
    crate::modules::name_spot(db, me)
}
