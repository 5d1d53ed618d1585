//! The values of a shot put into its graph. Moving a slider ends here: the graph is made anew only if what it
//! is made of has changed.

use super::late::{Bounded, Formula, Knowing, moved, setting_value};
use super::spent::Spent;
use super::{Graph, Lowering, is_still, lowering};
use crate::database::{Db, ItemId};
use crate::document::{Setting, document, outline};
use crate::evaluate::{MOST_STEPS, Weight, elements, split};
use crate::report::{Report, Spot};
use crate::source::reference;
use std::cell::Cell;
use std::sync::Arc;
use toma_plan::{Layer, Value};
use toma_syntax::diagnostic::Span;

/// A lowered shot in which values are missing.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Template {
    /// Nothing where the shot has to be lowered with all its values.
    graph: Option<Arc<Graph>>,
    /// There is nothing to be put in: the graph is what it is.
    is_whole: bool,
    formulas: Vec<Formula>,
    /// How many values each gives at most.
    sizes: Vec<usize>,
    bounded: Vec<Bounded>,
    /// What was used up without the formulas.
    spent: Spent,
    steps: u64,
}

impl Template {
    fn whole(graph: Graph) -> Self {
        Self { graph: Some(Arc::new(graph)), is_whole: true, ..Self::default() }
    }
}

/// The graph of a shot, as far as no slider moves it.
#[salsa::tracked]
pub(crate) fn shot_graph<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Template {
    let shot = reference(item.file(db).path(db), item.key(db));
    let outline = outline(db, item);
    let mut lowering = match lowering(db, &shot, outline) {
        Ok(lowering) => lowering,
        Err(graph) => return Template::whole(graph),
    };
    lowering.late.item = Some(item);
    let graph = lowering.lowered(outline);
    lowering.template(graph)
}

/// The graph of a shot with the values it has. What is wrong with those, too.
#[salsa::tracked]
pub(crate) fn shot_values<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Arc<Graph> {
    put_in(db, item).unwrap_or_else(|| shot_at_once(db, item).clone())
}

/// The values put into the graph, if nothing is wrong with them and they change nothing of what it is made of.
fn put_in<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Option<Arc<Graph>> {
    let template = shot_graph(db, item);
    let graph = template.graph.as_ref()?;
    if template.is_whole {
        return Some(graph.clone());
    }
    template.filled(db, item, graph).map(Arc::new)
}

/// A shot's graph with its values put in, as far as that goes, and the same lowered at once, in full: for tests
/// that hold one against the other.
pub(crate) fn both_ways<'db>(db: &'db dyn Db, item: ItemId<'db>) -> (Option<String>, String) {
    let words = |graph: &Graph| format!("{graph:?}");
    (put_in(db, item).as_deref().map(words), words(shot_at_once(db, item)))
}

/// The graph of a shot lowered with all its values: where one is wrong or changes what the graph is made of,
/// this is the way to say so.
#[salsa::tracked]
fn shot_at_once<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Arc<Graph> {
    let shot = reference(item.file(db).path(db), item.key(db));
    let document = document(db, item);
    let graph = lowering(db, &shot, document)
        .map_or_else(|graph| graph, |mut lowering| lowering.lowered(document));
    Arc::new(graph)
}

impl Lowering<'_> {
    fn template(mut self, graph: Graph) -> Template {
        let tweaks = self.tweaks();
        let speaks_of_tweaks = |report: &Report| {
            let labels = report.labels.iter().map(|(spot, _)| spot);
            let fixes = report.fixes.iter().map(|(_, spot, ..)| spot);
            labels.chain(fixes).any(|spot| Some(&spot.item) == tweaks.as_ref())
        };
        let is_whole = self.late.formulas.is_empty() && tweaks.is_none();
        if is_whole {
            let wanted = self.db.keeps_graphs();
            return Template::whole(if wanted { graph } else { graph.looked_through() });
        }
        let unsure = self.late.is_given_up.get()
            || graph.plan.is_none()
            || graph.reports.iter().any(speaks_of_tweaks);
        if unsure {
            return Template::default();
        }
        Template {
            graph: Some(Arc::new(graph)),
            is_whole,
            formulas: std::mem::take(&mut self.late.formulas),
            sizes: std::mem::take(&mut self.late.sizes),
            bounded: std::mem::take(&mut self.late.bounded),
            spent: self.spent,
            steps: self.steps.get(),
        }
    }

    fn tweaks(&self) -> Option<crate::report::ItemRef> {
        let mut parts = self.document.parts.iter();
        parts.find(|part| part.layer == Layer::Tweaks).map(|part| part.item.clone())
    }
}

impl Template {
    /// The graph with its values; nothing if one is wrong, or if there is too much of them.
    fn filled<'db>(&self, db: &'db dyn Db, item: ItemId<'db>, graph: &Graph) -> Option<Graph> {
        let values = self.values(db, item)?;
        let shot = reference(item.file(db).path(db), item.key(db));
        let value = |index: u32| values.get(index as usize);
        for Bounded { formula, parameter } in &self.bounded {
            let nowhere = Spot { item: shot.clone(), span: Span::default() };
            if crate::check::out_of_bounds(value(*formula)?, parameter, "", nowhere, None).is_some()
            {
                return None;
            }
        }
        let mut graph = graph.clone();
        let mut held = self.spent.held;
        let plan = graph.plan.as_mut()?;
        for (node, spots) in plan.nodes.iter_mut().zip(&mut graph.nodes) {
            for late in spots.late.drain(..) {
                let value = match value(late.formula)? {
                    Value::Seed(seed) => Value::Seed(split(*seed, &node.stage)),
                    value => value.clone(),
                };
                if is_still(&value) != late.still {
                    return None;
                }
                held.add(&value);
                node.parameters.insert(late.parameter, value);
            }
            if super::equal::same(node).is_some() {
                return None;
            }
        }
        if held.too_much().is_some() {
            return None;
        }
        let document = document(db, item);
        if let Some(tweaks) = document.parts.iter().find(|part| part.layer == Layer::Tweaks) {
            let places: Vec<Spot> = document.settings.iter().map(Setting::value_spot).collect();
            for node in &mut graph.nodes {
                node.parameters
                    .values_mut()
                    .for_each(|(_, spot)| moved(spot, &tweaks.item, &places));
                let claims = node.settings.values_mut().flatten();
                claims.for_each(|claim| moved(&mut claim.spot, &tweaks.item, &places));
            }
        }
        Some(graph)
    }

    /// What the formulas are worth.
    fn values<'db>(&self, db: &'db dyn Db, item: ItemId<'db>) -> Option<Vec<Value>> {
        let shot = reference(item.file(db).path(db), item.key(db));
        let steps = Cell::new(self.steps);
        let knowing = Knowing::of(db, item, &shot, &steps);
        let setting = |index| setting_value(db, item, index);
        let mut made = self.spent.made;
        let mut values: Vec<Value> = Vec::with_capacity(self.formulas.len());
        for (formula, most) in self.formulas.iter().zip(&self.sizes) {
            let known = |index: u32| values.get(index as usize).cloned();
            let value = formula.worth(&known, &setting, &knowing)?;
            if matches!(formula, Formula::Setting(_) | Formula::Term { .. }) {
                made = made.with(Weight::of(&value));
            }
            let too_much = made.too_much().is_some() || steps.get() > MOST_STEPS;
            if too_much || elements(&value) > *most {
                return None;
            }
            values.push(value);
        }
        Some(values)
    }
}
