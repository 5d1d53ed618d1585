//! From a checked shot to its plan: recipes are put in where they are called, values worked out, paths
//! given. Nothing is checked here that can be checked without the values.

mod absent;
mod beside;
mod choice;
mod cut;
mod equal;
mod late;
mod layers;
mod node;
mod output;
mod picture;
mod record;
mod settings;
mod spent;
mod taken;
mod test;
mod time;
mod values;

pub(crate) use beside::{beside_mistakes, is_said};
pub(crate) use output::{has_frame, place_of};
pub(crate) use settings::Seen;
pub(crate) use test::test_graph;
pub(crate) use values::{both_ways, shot_values};

use crate::budget::{Callees, has_circle, over_budget, recipes};
use crate::check::{Constants, check_body, fragment_of, layer};
use crate::database::{Db, ItemId, item_id};
use crate::document::{Document, Step, document, outline};
use crate::evaluate::{Surroundings, Trouble, evaluate};
use crate::report::{ItemRef, Report, Spot};
use crate::signature::{Signature, signature, signature_of};
use crate::source::parsed;
use crate::term::{Fragment, LetTerm, Term, TermKind};
use crate::types::Space;
use late::Late;
use picture::{Picture, Val};
use rustc_hash::{FxHashMap, FxHashSet};
use settings::{Claims, Sites};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use toma_plan::{Ambient, FrameRange, FrameRate, Layer, Named, Node, Origins, Plan, SCHEMA, Value};
use toma_syntax::diagnostic::Severity;

/// How deep recipes may stand in each other.
const DEEPEST: usize = 500;

/// Calls that a shot may make.
const MOST_CALLS: u64 = 100_000;
/// So many copied values are as much work as one that is worked out.
const COPIES: u64 = 64;

/// A lowered shot; its places are spots still.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Graph {
    /// Without origins. `None` if something is wrong.
    pub(crate) plan: Option<Plan>,
    pub(crate) nodes: Vec<NodeSpots>,
    pub(crate) outputs: Vec<Spot>,
    pub(crate) reports: Vec<Report>,
}

impl Graph {
    /// What is left when it was looked through and nobody asks for its nodes.
    fn looked_through(mut self) -> Self {
        if let Some(plan) = &mut self.plan {
            plan.nodes = Vec::new();
        }
        self.nodes = Vec::new();
        self
    }
}

/// Where a node came from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NodeSpots {
    pub(crate) call: Spot,
    pub(crate) chain: Arc<Vec<Spot>>,
    pub(crate) parameters: Named<(Layer, Spot)>,
    /// Where several have a say: all of them, strongest first.
    pub(crate) settings: Named<Vec<ClaimSpot>>,
    /// What is still to be put in.
    late: Vec<LateParameter>,
}

/// A parameter of a node that a slider may move.
#[derive(Debug, Clone, PartialEq)]
struct LateParameter {
    parameter: String,
    formula: u32,
    /// The graph was made for a value that is the same at all frames.
    still: bool,
}

/// One who has a say in a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ClaimSpot {
    pub(crate) layer: Layer,
    pub(crate) spot: Spot,
    pub(crate) frames: Option<FrameRange>,
    pub(crate) hard: bool,
    pub(crate) silenced: bool,
}

/// Was everything in the item's text read?
#[salsa::tracked(returns(copy))]
pub(crate) fn is_read<'db>(db: &'db dyn Db, item: ItemId<'db>) -> bool {
    parsed(db, item).diagnostics.iter().all(|found| found.severity != Severity::Error)
}

/// Is the item free of errors?
fn is_sound(db: &dyn Db, item: &ItemRef) -> bool {
    is_item_sound(db, item_id(db, item))
}

/// The same. Asked for by itself, so that an edit that leaves it so lowers nothing again.
#[salsa::tracked(returns(copy))]
fn is_item_sound<'db>(db: &'db dyn Db, id: ItemId<'db>) -> bool {
    let clean = |reports: &[Report]| reports.iter().all(|report| !report.is_error());
    is_read(db, id)
        && !crate::inheritance::beyond(db, id)
        && clean(&check_body(db, id).reports)
        && signature(db, id).as_ref().is_none_or(|signature| clean(&signature.reports))
        && clean(&layer(db, id).reports)
}

/// What every call of a shot is given, and its `param`s; nothing if something stands against lowering it.
pub(crate) fn values_of(db: &dyn Db, shot: &ItemRef) -> Vec<Seen> {
    let document = document(db, item_id(db, shot));
    let Ok(mut lowering) = lowering(db, shot, document) else { return Vec::new() };
    lowering.seen = Some(Vec::new());
    lowering.lowered(document);
    lowering.seen.unwrap_or_default()
}

/// Ready to lower a shot, if nothing stands against it.
#[expect(clippy::result_large_err, reason = "made once for a mistake, and then shown")]
fn lowering<'db>(
    db: &'db dyn Db,
    shot: &ItemRef,
    document: &'db Document,
) -> Result<Lowering<'db>, Graph> {
    let clean = document.reports.iter().all(|report| !report.is_error());
    let mut callees = Callees::default();
    let mut written = document.parts.iter().filter(|part| part.layer != Layer::Tweaks);
    if !clean
        || !written.all(|part| is_sound(db, &part.item))
        || has_circle(db, std::slice::from_ref(shot), None, &mut callees)
        || !recipes(db, shot, &mut callees).iter().all(|item| is_sound(db, item))
    {
        return Err(Graph::default());
    }
    let settled = document.parts.iter().filter(|part| part.layer == Layer::From);
    // What is wrong where an inherited shot is put together is said there.
    for part in settled {
        let base = outline(db, item_id(db, &part.item));
        if base.reports.iter().any(Report::is_error) {
            return Err(Graph::default());
        }
    }
    prepared(db, shot, document, &mut callees)
}

/// The same, with whatever is wrong in it.
#[expect(clippy::result_large_err, reason = "made once for a mistake, and then shown")]
fn prepared<'db>(
    db: &'db dyn Db,
    shot: &ItemRef,
    document: &'db Document,
    callees: &mut Callees,
) -> Result<Lowering<'db>, Graph> {
    if let Some(report) = over_budget(db, shot, callees) {
        return Err(Graph { reports: vec![report], ..Graph::default() });
    }
    let facts = &document.facts;
    let (Some(frames), Some(rate), Some(format)) = (facts.frames, facts.rate, facts.format) else {
        return Err(Graph::default());
    };
    let space = match &facts.space {
        Some(Space::Known { name, .. }) => name.clone(),
        _ => "ACEScg".to_owned(),
    };
    let name = crate::check::item_name(shot).to_owned();
    let facts =
        Facts { name, frames, handles: facts.handles, rate, format, space, seed: facts.seed };
    Ok(Lowering::new(db, shot.clone(), facts, document))
}

/// What is known of the shot.
struct Facts {
    name: String,
    frames: FrameRange,
    handles: u32,
    rate: FrameRate,
    format: (u32, u32),
    space: String,
    seed: u64,
}

impl Facts {
    fn with_handles(&self) -> FrameRange {
        let handles = i64::from(self.handles);
        FrameRange {
            first: self.frames.first.saturating_sub(handles),
            last: self.frames.last.saturating_add(handles),
        }
    }
}

/// A value and who set it.
#[derive(Debug, Clone)]
struct Set {
    val: Val,
    layer: Layer,
    spot: Spot,
    /// Everybody who has a say, if several have.
    claims: Claims,
}

/// A body being lowered.
#[derive(Clone)]
struct Body {
    item: ItemRef,
    locals: Vec<Rc<Set>>,
    spaces: Named<String>,
    /// The calls that it stands in, innermost first.
    chain: Arc<Vec<Spot>>,
    /// What is set inside of it.
    site: Option<u32>,
}

/// What surrounds a term of a body.
struct Around<'a, 'db> {
    lowering: &'a Lowering<'db>,
    body: &'a Body,
}

impl Surroundings for Around<'_, '_> {
    fn local(&self, index: u32) -> Option<Value> {
        let val = &self.body.locals.get(index as usize)?.val;
        // A copy of much, made often, is work too.
        let steps = &self.lowering.steps;
        steps.set(steps.get().saturating_add(val.size() as u64 / COPIES));
        let value = self.lowering.value(val)?;
        self.lowering.moves(&value);
        Some(value)
    }
    fn named(&self, item: &ItemRef) -> Option<Value> {
        let value = Constants(self.lowering.db).named(item)?;
        self.lowering.moves(&value);
        Some(value)
    }
    fn frames(&self) -> Option<FrameRange> {
        Some(self.lowering.facts.frames)
    }
    fn shot(&self) -> Option<(u64, &str)> {
        Some((self.lowering.facts.seed, &self.lowering.facts.name))
    }
    fn steps(&self) -> Option<&Cell<u64>> {
        Some(&self.lowering.steps)
    }
}

struct Lowering<'db> {
    db: &'db dyn Db,
    shot: ItemRef,
    facts: Facts,
    nodes: Vec<Node>,
    spots: Vec<NodeSpots>,
    reports: Vec<Report>,
    paths: FxHashMap<String, u32>,
    depth: usize,
    /// Calls put in so far, elements made by `for`, and steps of working values out.
    calls: u64,
    elements: usize,
    steps: Cell<u64>,
    /// One of them was too many: nothing more is made.
    exhausted: bool,
    /// Behind the names of calls: which element of a list by rule they belong to.
    element: String,
    document: &'db Document,
    sites: Sites,
    /// What is worked out already of the shot's `param`s and lets.
    finished: FxHashMap<String, Rc<Set>>,
    /// Values by call, if somebody asks for them.
    seen: Option<Vec<Seen>>,
    spent: spent::Spent,
    late: Late<'db>,
    /// What was asked of the database about callees already: a shot calls the same few over and over.
    callees: FxHashMap<ItemRef, Callee<'db>>,
}

/// A recipe or stage that is called.
#[derive(Clone)]
struct Callee<'db> {
    signature: Option<&'db Signature>,
    /// Nothing of a stage.
    fragment: Option<Arc<Fragment>>,
}

impl<'db> Lowering<'db> {
    fn new(db: &'db dyn Db, shot: ItemRef, facts: Facts, document: &'db Document) -> Self {
        Self {
            db,
            shot,
            facts,
            nodes: Vec::new(),
            spots: Vec::new(),
            reports: Vec::new(),
            paths: FxHashMap::default(),
            depth: 0,
            calls: 0,
            elements: 0,
            steps: Cell::new(0),
            exhausted: false,
            element: String::new(),
            document,
            sites: Sites::of(document),
            finished: FxHashMap::default(),
            seen: None,
            spent: spent::Spent::default(),
            late: Late::default(),
            callees: FxHashMap::default(),
        }
    }

    fn lowered(&mut self, document: &Document) -> Graph {
        for step in &document.order {
            match step {
                Step::Parameter(index) => self.layer_parameter(document, *index),
                Step::Let(index) => self.document_let(document, *index),
            }
        }
        let (outputs, spots) = self.outputs(document);
        // Of the elements of a list the first that is wrong speaks for all.
        let mut known = FxHashSet::default();
        let mut seen = std::mem::take(&mut self.reports);
        seen.retain(|report| {
            let spots: Vec<Spot> = report.labels.iter().map(|(spot, _)| spot.clone()).collect();
            known.insert((report.code, spots))
        });
        if seen.iter().any(Report::is_error) {
            return Graph { reports: seen, ..Graph::default() };
        }
        let ambient = Ambient {
            frames: self.facts.frames,
            handles: self.facts.handles,
            rate: self.facts.rate,
            format: self.facts.format,
            space: self.facts.space.clone(),
        };
        let mut plan = Plan {
            schema: SCHEMA,
            shot: self.facts.name.clone(),
            ambient,
            nodes: std::mem::take(&mut self.nodes),
            outputs,
            origins: Origins::default(),
        };
        let nodes = output::drop_unread(&mut plan, std::mem::take(&mut self.spots));
        Graph { plan: Some(plan), nodes, outputs: spots, reports: seen }
    }

    fn callee(&mut self, item: &ItemRef) -> Callee<'db> {
        if let Some(known) = self.callees.get(item) {
            return known.clone();
        }
        let signature = signature_of(self.db, item);
        let is_recipe = signature.is_some_and(|signature| signature.stage.is_none());
        let fragment = is_recipe.then(|| fragment_of(self.db, item));
        let callee = Callee { signature, fragment };
        self.callees.insert(item.clone(), callee.clone());
        callee
    }

    fn lets(&mut self, lets: &[LetTerm], body: &mut Body, prefix: &str) {
        for line in lets {
            let path = self.named(prefix, &line.name);
            // The path holds the element; what stands in it needs no second mark.
            let element = std::mem::take(&mut self.element);
            let mut set = self.lower(&line.value, body, Some(&path), &path);
            self.element = element;
            if let Some(ty) = &line.ty {
                set.val = self.typed(set.val, ty);
            }
            body.locals.push(Rc::new(set));
        }
    }

    /// The path of a call or `let`, with the element it belongs to.
    fn named(&mut self, prefix: &str, name: &str) -> String {
        let mut path = join(prefix, name);
        path.push_str(&self.element);
        self.unique(path)
    }

    /// The path, or with a number behind it if it is taken.
    fn unique(&mut self, path: String) -> String {
        let Some(count) = self.paths.get_mut(path.as_str()) else {
            self.paths.insert(path.clone(), 1);
            return path;
        };
        *count += 1;
        format!("{path}#{count}")
    }

    /// A term's worth. `own` is the path of its last call, `base` what the paths of inner ones begin with.
    fn lower(&mut self, term: &Term, body: &Body, own: Option<&str>, base: &str) -> Set {
        let here = Spot { item: body.item.clone(), span: term.span };
        let val = match &term.kind {
            TermKind::Local(index) => {
                if let Some(set) = body.locals.get(*index as usize) {
                    return set.as_ref().clone();
                }
                Val::Unknown
            }
            TermKind::Call(call) => {
                if self.exhausted {
                    Val::Unknown
                } else if self.depth >= DEEPEST {
                    let report = Report::error(
                        "T0421",
                        format!("recipes stand in each other more than {DEEPEST} deep here"),
                        here.clone(),
                    );
                    self.reports.push(report);
                    Val::Unknown
                } else {
                    self.depth += 1;
                    self.calls += 1;
                    if self.calls > MOST_CALLS {
                        self.exhaust(
                            &format!("this shot makes more than {MOST_CALLS} calls"),
                            &here,
                            body,
                        );
                    }
                    let val = self.call(call, &term.ty, &here, body, own, base);
                    self.depth -= 1;
                    val
                }
            }
            TermKind::Space(space) => Val::Space(self.space(space, body)),
            TermKind::List(terms) if term.ty.may_hold_pictures() => {
                let sets = terms.iter().map(|term| self.lower(term, body, None, base)).collect();
                self.within_budget(Val::List(Rc::new(sets)), &here)
            }
            TermKind::Record(_)
            | TermKind::Case { .. }
            | TermKind::Field(..)
            | TermKind::With(..)
            | TermKind::If { .. }
            | TermKind::Match(..)
            | TermKind::Comprehension { .. } => {
                return self.structure(term, here, body, own, base);
            }
            _ if term.needs_lowering() => {
                let mut term = term.clone();
                let mut late = Vec::new();
                self.make_plain(&mut term, body, base, &mut late);
                if late.is_empty() {
                    self.worth(&term, body)
                } else {
                    let mut inner = body.clone();
                    inner.locals.extend(late);
                    self.worth(&term, &inner)
                }
            }
            _ => self.worth(term, body),
        };
        Set { val, layer: self.layer_of(body), spot: here, claims: None }
    }

    /// What a term without pictures is worth.
    fn worth(&mut self, term: &Term, body: &Body) -> Val {
        if self.exhausted {
            return Val::Unknown;
        }
        if let Some(late) = self.late_term(term, &body.locals) {
            return late;
        }
        let here = Spot { item: body.item.clone(), span: term.span };
        match evaluate(term, &Around { lowering: self, body }) {
            Ok(value) if self.makes(&value, &here, body) => Val::Static(value),
            Ok(_) | Err(Trouble::Open) => Val::Unknown,
            Err(Trouble::Wrong { code, message, span }) => {
                let mut report =
                    Report::error(code, message, Spot { item: body.item.clone(), span });
                for call in body.chain.iter().take(4) {
                    report = report.label(call.clone(), "in this call");
                }
                self.reports.push(report);
                Val::Unknown
            }
        }
    }

    /// The name of a space as it stands in plans.
    fn space(&self, space: &Space, body: &Body) -> String {
        match space {
            Space::Known { name, .. } => name.clone(),
            Space::Generic { name, .. } => {
                body.spaces.get(name).cloned().unwrap_or_else(|| self.facts.space.clone())
            }
            Space::Work | Space::Var(_) | Space::Unknown => self.facts.space.clone(),
        }
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { [prefix, "/", name].concat() }
}

/// The empty place behind a stretch.
fn behind(spot: &Spot) -> Spot {
    let mut behind = spot.clone();
    behind.span.start = behind.span.end;
    behind
}

/// Is everything of it known, and does it never change?
fn is_still(value: &Value) -> bool {
    match value {
        Value::Curve(_) => false,
        Value::List(values) => values.iter().all(is_still),
        Value::Record(values) | Value::Case { values, .. } => values.values().all(is_still),
        _ => true,
    }
}

/// Pictures in a value, in order.
fn pictures<'a>(set: &'a Set, found: &mut Vec<(&'a Picture, &'a Spot)>) {
    match &set.val {
        Val::Picture(picture) => found.push((picture, &set.spot)),
        Val::List(sets) => sets.iter().for_each(|set| pictures(set, found)),
        Val::Record(fields) | Val::Case(_, fields) => {
            fields.named.iter().for_each(|(_, set)| pictures(set, found));
        }
        _ => {}
    }
}
