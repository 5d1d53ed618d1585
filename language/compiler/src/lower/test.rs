//! A checked test to a plan of the pictures that it looks at, and its operands worked out.

use super::picture::Val;
use super::{Body, Facts, Graph, Lowering, is_sound, output};
use crate::budget::{Callees, has_circle, over_budget, recipes};
use crate::check::fragment_of;
use crate::claim::{Claim, Operand};
use crate::database::{Db, ItemId};
use crate::document::document;
use crate::evaluate::seed_of_name;
use crate::report::{Report, Spot};
use crate::source::reference;
use std::collections::BTreeMap;
use std::sync::Arc;
use toma_plan::{Ambient, FrameRange, Named, Origins, Output, Plan, SCHEMA};
use toma_syntax::diagnostic::Span;

/// A lowered test.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct TestGraph {
    /// Its plan has no outputs. Without a plan, something is wrong.
    pub(crate) graph: Graph,
    pub(crate) operands: Vec<Operand>,
    pub(crate) claims: Vec<(Claim, Span)>,
    pub(crate) title: String,
    pub(crate) frames: Option<FrameRange>,
    pub(crate) tolerance: f64,
}

/// The graph of a test.
#[salsa::tracked]
pub(crate) fn test_graph<'db>(db: &'db dyn Db, item: ItemId<'db>) -> TestGraph {
    let own = reference(item.file(db).path(db), item.key(db));
    let fragment = fragment_of(db, &own);
    let Some(test) = &fragment.test else { return TestGraph::default() };
    let mut callees = Callees::default();
    let sound =
        is_sound(db, &own) && recipes(db, &own, &mut callees).iter().all(|item| is_sound(db, item));
    if !sound || has_circle(db, std::slice::from_ref(&own), None, &mut callees) {
        return TestGraph::default();
    }
    let refused = |report| TestGraph {
        graph: Graph { reports: vec![report], ..Graph::default() },
        ..TestGraph::default()
    };
    if let Some(report) = over_budget(db, &own, &mut callees) {
        return refused(report);
    }
    let facts = Facts {
        name: test.title.clone(),
        frames: test.frames,
        handles: 0,
        rate: test.rate,
        format: test.format,
        space: test.space.clone(),
        seed: test.seed.unwrap_or_else(|| seed_of_name(&test.title)),
    };
    let mut lowering = Lowering::new(db, own.clone(), facts, document(db, item));
    let mut body = Body {
        item: own.clone(),
        locals: Vec::new(),
        spaces: Named::new(),
        chain: Arc::default(),
        site: None,
    };
    lowering.lets(&fragment.lets, &mut body, "");
    let mut operands = Vec::with_capacity(test.operands.len());
    // Outputs keep alive what claims look at, while the rest is dropped.
    let mut outputs = Vec::new();
    for term in &test.operands {
        let path = lowering.unique("claim".to_owned());
        let set = lowering.lower(term, &body, Some(&path), &path);
        let value = lowering.value(&set.val);
        match (set.val, value) {
            (Val::Picture(picture), _) => {
                let index = picture.input.node.0 as usize;
                let node = lowering.nodes.get(index).map(|node| node.path.clone());
                let port = picture.input.port.clone();
                operands.push(Operand::Picture { node: node.unwrap_or_default(), port });
                outputs.push(Output {
                    name: path,
                    path: String::new(),
                    format: "exr".to_owned(),
                    settings: BTreeMap::new(),
                    frames: test.frames,
                    purpose: None,
                    input: picture.input.clone(),
                });
            }
            (_, Some(value)) => operands.push(Operand::Value(value)),
            (_, None) => {
                let spot = Spot { item: own.clone(), span: term.span };
                if lowering.reports.iter().all(|report| !report.is_error()) {
                    lowering.reports.push(
                        Report::error(
                            "T0583",
                            "what this is worth isn't known before something is rendered",
                            spot,
                        )
                        .help("measure pictures in the line itself: `mean(comp).red < 0.2`"),
                    );
                }
                operands.push(Operand::Value(toma_plan::Value::None));
            }
        }
    }
    let reports = std::mem::take(&mut lowering.reports);
    if reports.iter().any(Report::is_error) {
        return TestGraph { graph: Graph { reports, ..Graph::default() }, ..TestGraph::default() };
    }
    let mut plan = Plan {
        schema: SCHEMA,
        shot: test.title.clone(),
        ambient: Ambient {
            frames: test.frames,
            handles: 0,
            rate: test.rate,
            format: test.format,
            space: test.space.clone(),
        },
        nodes: lowering.nodes,
        outputs,
        origins: Origins::default(),
    };
    let nodes = output::drop_unread(&mut plan, lowering.spots);
    plan.outputs.clear();
    TestGraph {
        graph: Graph { plan: Some(plan), nodes, reports, ..Graph::default() },
        operands,
        claims: test.claims.clone(),
        title: test.title.clone(),
        frames: Some(test.frames),
        tolerance: test.tolerance,
    }
}
