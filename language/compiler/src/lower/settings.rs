//! What wins at a call: its argument or default, and what is set there. The strongest base value, and over it
//! the values at some frames, each from its first frame to its last; outside of them not a bit changes.

use super::late::{Formula, lay_over, shape_of};
use super::picture::Val;
use super::taken::Taken;
use super::{Body, ClaimSpot, Lowering, Set};
use crate::address::Target;
use crate::check::{Constants, fragment_of, layer};
use crate::database::item_id;
use crate::document::{Document, Setting};
use crate::evaluate::evaluate;
use crate::report::{ItemRef, Report, Spot};
use crate::signature::{Parameter, Signature};
use crate::term::Fragment;
use crate::types::Type;
use rustc_hash::FxHashMap;
use std::rc::Rc;
use std::sync::Arc;
use toma_plan::{Curve, FrameRange, Layer, Named, Shape, Value};

/// Everybody who has a say in a value, strongest first; nothing where only one has.
pub(super) type Claims = Option<Rc<[ClaimSpot]>>;

/// A call's values, as somebody asked for.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// The calls around it, outermost first, then its own.
    pub(crate) chain: Vec<Spot>,
    /// Of a `param`: its name, and no chain.
    pub(crate) parameter: Option<String>,
    /// One for each parameter: the value if it is a plain one, and who has a say.
    pub(crate) values: Vec<(Option<Value>, Vec<ClaimSpot>)>,
}

/// Settings by the calls that they are about: a tree of call spots.
#[derive(Debug, Default)]
pub(super) struct Sites {
    nodes: Vec<SiteNode>,
}

#[derive(Debug, Default)]
struct SiteNode {
    children: FxHashMap<Spot, u32>,
    /// Settings of the document by parameter, weakest first.
    settings: FxHashMap<String, Vec<usize>>,
}

impl Sites {
    pub(super) fn of(document: &Document) -> Self {
        let mut sites = Self { nodes: vec![SiteNode::default()] };
        for (index, setting) in document.settings.iter().enumerate() {
            let (chain, parameter) = match &setting.target {
                Target::Parameter(name) => (&[][..], name),
                Target::Call(site) => (site.chain.as_slice(), &site.parameter),
            };
            let mut at = 0;
            for spot in chain {
                let next = sites.nodes.len() as u32;
                let Some(node) = sites.nodes.get_mut(at as usize) else { break };
                let child = *node.children.entry(spot.clone()).or_insert(next);
                if child == next {
                    sites.nodes.push(SiteNode::default());
                }
                at = child;
            }
            if let Some(node) = sites.nodes.get_mut(at as usize) {
                node.settings.entry(parameter.clone()).or_default().push(index);
            }
        }
        sites
    }

    /// What is set in a call that stands in another.
    pub(super) fn child(&self, site: Option<u32>, call: &Spot) -> Option<u32> {
        self.nodes.get(site? as usize)?.children.get(call).copied()
    }

    /// Does the document set that parameter of a call?
    pub(super) fn sets(&self, site: Option<u32>, parameter: &str) -> bool {
        let node = site.and_then(|site| self.nodes.get(site as usize));
        node.is_some_and(|node| node.settings.contains_key(parameter))
    }

    fn settings(&self, site: Option<u32>, parameter: &str) -> Vec<usize> {
        let node = site.and_then(|site| self.nodes.get(site as usize));
        node.and_then(|node| node.settings.get(parameter)).cloned().unwrap_or_default()
    }
}

impl Lowering<'_> {
    /// How strong what a body's text says is: a recipe's is as weak as a default.
    pub(super) fn layer_of(&self, body: &Body) -> Layer {
        if body.chain.is_empty() {
            self.document
                .parts
                .iter()
                .find(|part| part.item == body.item)
                .map_or(Layer::Default, |part| part.layer)
        } else {
            Layer::Default
        }
    }

    /// A body of an item of the document, in which only the needed names have a value.
    pub(super) fn body_of(
        &self,
        item: &ItemRef,
        fragment: &Fragment,
        visible: usize,
        needs: &[u32],
    ) -> Body {
        let nothing = Set {
            val: Val::Unknown,
            layer: Layer::Default,
            spot: Spot { item: item.clone(), span: toma_syntax::diagnostic::Span::default() },
            claims: None,
        };
        let nothing = Rc::new(nothing);
        let mut locals: Vec<Rc<Set>> = (0..visible).map(|_| nothing.clone()).collect();
        for need in needs {
            let name = fragment.names.get(*need as usize);
            let set = name.and_then(|name| self.finished.get(&name.name));
            if let (Some(local), Some(set)) = (locals.get_mut(*need as usize), set) {
                *local = set.clone();
            }
        }
        Body {
            item: item.clone(),
            locals,
            spaces: Named::new(),
            chain: Arc::default(),
            site: Some(0),
        }
    }

    pub(super) fn document_let(&mut self, document: &Document, index: usize) {
        let Some(entry) = document.lets.get(index) else { return };
        let fragment = fragment_of(self.db, &entry.item);
        let (Some(line), Some(place)) =
            (fragment.lets.get(entry.index), fragment.lines.get(entry.index))
        else {
            return;
        };
        let body = self.body_of(&entry.item, &fragment, place.visible as usize, &place.needs);
        let path = self.unique(line.name.clone());
        let mut set = self.lower(&line.value, &body, Some(&path), &path);
        if let Some(ty) = &line.ty {
            set.val = self.typed(set.val, ty);
        }
        self.finished.insert(entry.name.clone(), Rc::new(set));
    }

    pub(super) fn layer_parameter(&mut self, document: &Document, index: usize) {
        let Some(entry) = document.parameters.get(index) else { return };
        let declared = layer(self.db, item_id(self.db, &entry.item));
        let Some(parameter) = declared.parameters.get(entry.index) else { return };
        let fragment = fragment_of(self.db, &entry.item);
        let body = self.body_of(&entry.item, &fragment, 0, &[]);
        let spot = entry.spot();
        let val = match &parameter.default {
            Some(term) => {
                let val = self.worth(term, &body);
                self.typed(val, &parameter.ty)
            }
            None => Val::Static(Value::None),
        };
        let base = Set { val, layer: document.layer(entry.rank), spot: spot.clone(), claims: None };
        let settings = self.sites.settings(Some(0), &entry.name);
        let base_val = base.val.clone();
        let mut set = self.strongest(base, entry.rank, &settings, parameter, None, &body);
        if let (Val::Static(value), Some(default)) = (&base_val, &parameter.default)
            && super::node::stands(&set, &spot)
        {
            let here = Spot { item: entry.item.clone(), span: default.span };
            let name = format!("`{}`", parameter.name);
            let report = crate::check::out_of_bounds(value, parameter, &name, here, None);
            // What needs nothing of the shot has been said where it was checked.
            let open = evaluate(default, &Constants(self.db)).is_err();
            if let Some(report) = report.filter(|_| open) {
                self.reports.push(report);
                set.val = Val::Unknown;
            }
        }
        if let (Val::Late(index, _), true) = (&base_val, super::node::stands(&set, &spot)) {
            self.bound_later(*index, parameter);
        }
        // Only where somebody asks: looking at a late value makes the graph depend on it.
        let values = self.seen.is_some().then(|| vec![self.value_of(&set)]);
        if let (Some(seen), Some(values)) = (&mut self.seen, values) {
            seen.push(Seen { chain: Vec::new(), parameter: Some(entry.name.clone()), values });
        }
        self.finished.insert(entry.name.clone(), Rc::new(set));
    }

    /// An argument or default, with what is set there.
    pub(super) fn claimed(
        &mut self,
        base: Set,
        site: Option<u32>,
        parameter: &Parameter,
        signature: &Signature,
        body: &Body,
        written: bool,
    ) -> Set {
        let settings = self.sites.settings(site, &parameter.name);
        if settings.is_empty() {
            return base;
        }
        let rank =
            if written && body.chain.is_empty() { self.document.rank(&body.item) + 1 } else { 0 };
        // Weaker than what is set in the layer whose text it is.
        self.strongest_of(base, rank, &settings, parameter, Some(signature), body)
    }

    fn strongest(
        &mut self,
        base: Set,
        rank: usize,
        settings: &[usize],
        parameter: &Parameter,
        signature: Option<&Signature>,
        body: &Body,
    ) -> Set {
        if settings.is_empty() {
            return base;
        }
        self.strongest_of(base, rank + 1, settings, parameter, signature, body)
    }

    /// `rank` is one more than that of the layer that gives the base; 0 for defaults and recipes' bodies.
    fn strongest_of(
        &mut self,
        base: Set,
        rank: usize,
        settings: &[usize],
        parameter: &Parameter,
        signature: Option<&Signature>,
        body: &Body,
    ) -> Set {
        let document = self.document;
        let all: Vec<(u32, &Setting)> = settings
            .iter()
            .filter_map(|index| Some((*index as u32, document.settings.get(*index)?)))
            .collect();
        let strength = |setting: &Setting| setting.rank + 1;
        let best = all
            .iter()
            .filter(|(_, setting)| setting.frames.is_none() && strength(setting) >= rank)
            .max_by_key(|(_, setting)| setting.rank);
        let hard = all
            .iter()
            .filter(|(_, setting)| setting.hard && setting.frames.is_none())
            .map(|(_, setting)| setting.rank)
            .max();
        let silent = |setting: &Setting| hard.is_some_and(|hard| setting.rank < hard);
        let mut claims: Vec<(usize, bool, ClaimSpot)> = all
            .iter()
            .map(|(number, setting)| {
                let wins = match setting.frames {
                    Some(_) => !silent(setting),
                    None => best.is_some_and(|(best, _)| best == number),
                };
                let claim = ClaimSpot {
                    layer: document.layer(setting.rank),
                    spot: setting.value_spot(),
                    frames: setting.frames,
                    hard: setting.hard,
                    silenced: !wins,
                };
                (strength(setting), setting.frames.is_some(), claim)
            })
            .collect();
        let from = base.claims.as_ref().map(|claims| claims.to_vec()).unwrap_or_default();
        if from.is_empty() {
            let claim = ClaimSpot {
                layer: base.layer,
                spot: base.spot.clone(),
                frames: None,
                hard: false,
                silenced: best.is_some(),
            };
            claims.insert(0, (rank, false, claim));
        }
        // Strongest first; of equal ones the later.
        claims.sort_by_key(|(strength, at, _)| (*strength, *at));
        let mut claims: Vec<ClaimSpot> =
            claims.into_iter().rev().map(|(.., claim)| claim).collect();
        let mut taken = Taken::default();
        for claim in claims.iter_mut().filter(|claim| !claim.silenced) {
            claim.silenced = claim.frames.is_some_and(|frames| !taken.take(frames));
        }
        claims.extend(
            from.into_iter()
                .map(|claim| ClaimSpot { silenced: claim.silenced || best.is_some(), ..claim }),
        );
        let mut set = match best {
            Some(best) => self.setting(*best, parameter, signature, body),
            None => base,
        };
        let pieces: Vec<(u32, &Setting)> = all
            .iter()
            .filter(|(_, setting)| setting.frames.is_some() && !silent(setting))
            .copied()
            .collect();
        if !pieces.is_empty() {
            set.val = self.pieces(&set.val, &pieces, parameter, signature, body);
        }
        set.claims = Some(claims.into());
        set
    }

    /// What a `set` gives.
    fn setting(
        &mut self,
        (number, setting): (u32, &Setting),
        parameter: &Parameter,
        signature: Option<&Signature>,
        around: &Body,
    ) -> Set {
        let needs: Vec<u32> = setting
            .names
            .iter()
            .enumerate()
            .filter(|(_, name)| setting.needs.contains(name))
            .map(|(index, _)| index as u32)
            .collect();
        let names = Fragment {
            names: setting
                .names
                .iter()
                .map(|name| crate::term::NameTerm {
                    name: name.clone(),
                    ty: Type::Unknown,
                    spot: setting.spot(),
                })
                .collect(),
            ..Fragment::default()
        };
        let mut body = self.body_of(&setting.item, &names, setting.names.len(), &needs);
        // What it calls itself is at nobody's address.
        body.site = None;
        let base = setting.address.names.nodes.join("/");
        let mut set = self.lower(&setting.value, &body, None, &base);
        if setting.left_out {
            set.val = self.keep(Formula::Setting(number));
        }
        set.val = self.typed(set.val, &parameter.ty);
        set.layer = self.document.layer(setting.rank);
        set.spot = setting.value_spot();
        if let Some(signature) = signature {
            self.bounds(&mut set, parameter, signature, &setting.value_spot(), around);
        } else if let Val::Late(index, _) = set.val {
            self.bound_later(index, parameter);
        } else if let Val::Static(value) = &set.val {
            let place = setting.value_spot();
            let report = crate::check::out_of_bounds(value, parameter, &setting.words, place, None);
            self.reports.extend(report);
        }
        set
    }

    /// A base value with other values at some frames.
    fn pieces(
        &mut self,
        base: &Val,
        pieces: &[(u32, &Setting)],
        parameter: &Parameter,
        signature: Option<&Signature>,
        body: &Body,
    ) -> Val {
        let mut sets = Vec::with_capacity(pieces.len());
        for piece in pieces {
            sets.push(self.setting(*piece, parameter, signature, body));
        }
        if base.is_late() || sets.iter().any(|set| set.val.is_late()) {
            let late = self.late_pieces(base, pieces, &sets);
            return late.unwrap_or_else(|| self.give_up());
        }
        let Val::Static(base) = base else { return Val::Unknown };
        let Some((base, dimension)) = shape_of(base) else {
            if let Some((_, first)) = pieces.first() {
                self.reports.push(
                    Report::error(
                        "T0528",
                        format!("{} is absent at all other frames", first.words),
                        first.spot(),
                    )
                    .help("set it without `at` first, so that every frame has a value"),
                );
            }
            return Val::Unknown;
        };
        let mut parts: Vec<(FrameRange, Shape)> = Vec::with_capacity(pieces.len());
        for ((_, setting), set) in pieces.iter().zip(&sets) {
            let (Val::Static(value), Some(frames)) = (&set.val, setting.frames) else {
                return Val::Unknown;
            };
            let Some((shape, _)) = shape_of(value) else { return Val::Unknown };
            lay_over(&mut parts, frames, shape);
        }
        let shape = Shape::Pieces { base: Box::new(base), pieces: parts };
        Val::Static(Value::Curve(Curve { shape, dimension }))
    }

    /// Keeps what a call was given, if somebody asks for it.
    pub(super) fn record(&mut self, sets: &[Set], here: &Spot, body: &Body) {
        if self.seen.is_none() {
            return;
        }
        let values = sets.iter().map(|set| self.value_of(set)).collect();
        let Some(seen) = &mut self.seen else { return };
        let mut chain: Vec<Spot> = body.chain.iter().rev().cloned().collect();
        chain.push(here.clone());
        seen.push(Seen { chain, parameter: None, values });
    }

    fn late_pieces(&mut self, base: &Val, pieces: &[(u32, &Setting)], sets: &[Set]) -> Option<Val> {
        let base = self.operand(base)?;
        let mut parts = Vec::with_capacity(pieces.len());
        for ((_, setting), set) in pieces.iter().zip(sets) {
            parts.push((setting.frames?, self.operand(&set.val)?));
        }
        Some(self.keep(Formula::Pieces { base, pieces: parts }))
    }

    fn value_of(&self, set: &Set) -> (Option<Value>, Vec<ClaimSpot>) {
        let claims = match &set.claims {
            Some(claims) => claims.to_vec(),
            None => vec![ClaimSpot {
                layer: set.layer,
                spot: set.spot.clone(),
                frames: None,
                hard: false,
                silenced: false,
            }],
        };
        (self.value(&set.val), claims)
    }
}
