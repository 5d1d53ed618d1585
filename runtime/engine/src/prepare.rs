//! A plan's nodes with their stages: everything about a node that no frame changes.

use crate::Failure;
use crate::sampling::{Sampled, is_animated, is_fixed};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use toma_media::Size;
use toma_plan::{Domain, FrameRange, Input, Node, Plan};
use toma_stage::{
    Ambient, AmbientValue, Declaration, Registry, Request, Settings, Span, Stage, StageError,
};

/// Frames, both ends included.
pub(crate) type Bounds = (i64, i64);

/// A plan that can be asked for frames.
pub(crate) struct Prepared<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) nodes: Vec<Prepare>,
    /// The shot with its handles.
    pub(crate) whole: FrameRange,
}

/// A node.
pub(crate) struct Prepare {
    pub(crate) path: String,
    pub(crate) stage: Arc<dyn Stage>,
    pub(crate) declaration: Declaration,
    /// One for all times.
    pub(crate) still: bool,
    pub(crate) span: Span,
    /// Where it has results of its own; for a clip, the frames that it is made of.
    pub(crate) domain: Option<Bounds>,
    /// Connected ports with their domains, as stages see them.
    pub(crate) inputs: Vec<(String, Option<Bounds>)>,
    /// Connected ports with who makes them: node and port.
    pub(crate) links: BTreeMap<String, (usize, u16)>,
    /// Settings that are the same at every frame.
    pub(crate) fixed: Option<Sampled>,
}

impl<'p> Prepared<'p> {
    /// Holds a plan against the stages there are.
    pub(crate) fn new(plan: &'p Plan, registry: &Registry) -> Result<Self, Vec<Failure>> {
        if plan.schema != toma_plan::SCHEMA {
            let message = format!(
                "the plan is of version {}, and this engine knows version {}",
                plan.schema,
                toma_plan::SCHEMA
            );
            return Err(vec![Failure::mistake("T0904", message)]);
        }
        let frames = plan.ambient.frames;
        let handles = i64::from(plan.ambient.handles);
        let whole = FrameRange {
            first: frames.first.saturating_sub(handles),
            last: frames.last.saturating_add(handles).max(frames.first),
        };
        if count((whole.first, whole.last)) > MOST_FRAMES {
            let what = format!(
                "the shot with its handles has {} frames",
                count((whole.first, whole.last))
            );
            return Err(vec![too_many(&what)]);
        }
        let mut prepared = Self { plan, nodes: Vec::with_capacity(plan.nodes.len()), whole };
        let mut failures = Vec::new();
        for node in &plan.nodes {
            match prepared.prepare(node, registry) {
                Ok(node) => prepared.nodes.push(node),
                Err(failure) => {
                    failures.push(failure.at(&node.path, None));
                    break;
                }
            }
        }
        if failures.is_empty() { Ok(prepared) } else { Err(failures) }
    }

    fn prepare(&self, node: &Node, registry: &Registry) -> Result<Prepare, Failure> {
        let stage = registry.get(&node.stage).ok_or_else(|| {
            mismatch(&format!("there is no stage `{}` in this program", node.stage))
        })?;
        let declaration = *stage.declaration();
        if declaration.version != node.version {
            return Err(mismatch(&format!(
                "it asks for version {} of `{}`, and this program has version {}",
                node.version, node.stage, declaration.version
            )));
        }
        let mut links = BTreeMap::new();
        let mut inputs = Vec::new();
        let mut still = node.domain == Domain::Still;
        for (port, input) in &node.inputs {
            let (source, index) = self.port(input).ok_or_else(|| {
                mismatch(&format!("`{port}` takes `{}` from a node that has none", input.port))
            })?;
            let Some(from) = self.nodes.get(source) else {
                return Err(mismatch("its nodes are not in order"));
            };
            still &= from.still;
            // What a clip comes to is there at all times.
            let there = if from.span == Span::Clip { None } else { from.domain };
            inputs.push((port.clone(), there));
            links.insert(port.clone(), (source, index));
        }
        still &= !is_animated(node) && !declaration.ambient.contains(&AmbientValue::FrameNumber);
        let first = self.plan.ambient.frames.first;
        let settings = Sampled::at(&declaration, node, first, self.whole)?;
        let span = stage.span(&settings.asked);
        let mut domain = match node.domain {
            Domain::Still => None,
            Domain::Frames(range) => Some((range.first, range.last)),
            Domain::Inputs => stage.domain(&settings.asked, &inputs),
        };
        if span != Span::Frame && domain.is_none() {
            domain = Some((self.whole.first, self.whole.last));
        }
        if let (Span::Clip, Some(bounds)) = (span, domain)
            && count(bounds) > MOST_FRAMES
        {
            return Err(too_many(&format!("the clip has {} frames", count(bounds))));
        }
        if let Span::Chunk { length, overlap } = span
            && overlap >= length
        {
            return Err(mismatch("its chunks are no longer than they overlap"));
        }
        let fixed = is_fixed(&declaration, node).then_some(settings);
        Ok(Prepare {
            path: node.path.clone(),
            stage: Arc::clone(stage),
            declaration,
            still,
            span,
            domain,
            inputs,
            links,
            fixed,
        })
    }

    /// The node and the place of the port that an input names.
    pub(crate) fn port(&self, input: &Input) -> Option<(usize, u16)> {
        let index = input.node.0 as usize;
        let node = self.nodes.get(index)?;
        let port = node.declaration.outputs.iter().position(|port| port.name == input.port)?;
        Some((index, u16::try_from(port).ok()?))
    }

    /// The node of a plan.
    pub(crate) fn node(&self, index: usize) -> Result<(&Prepare, &'p Node), Failure> {
        self.nodes
            .get(index)
            .zip(self.plan.nodes.get(index))
            .ok_or_else(|| mismatch("it names a node that it has not"))
    }

    /// The format of a node's port where the plan knows it, else the shot's.
    pub(crate) fn format(&self, index: usize, port: u16) -> (u32, u32) {
        let declared = self.nodes.get(index).zip(self.plan.nodes.get(index));
        declared
            .and_then(|(prepare, node)| {
                let declared = prepare.declaration.outputs.get(usize::from(port))?;
                node.ports.iter().find(|port| port.name == declared.name)?.format
            })
            .unwrap_or(self.plan.ambient.format)
    }

    /// The type of a node's port as the language writes it.
    pub(crate) fn kind(&self, index: usize, port: u16) -> Option<&'p str> {
        let (prepare, node) = self.node(index).ok()?;
        let declared = prepare.declaration.outputs.get(usize::from(port))?;
        node.ports.iter().find(|port| port.name == declared.name).map(|port| port.kind.as_str())
    }

    /// The settings of a node at a time.
    pub(crate) fn settings(&self, index: usize, time: i64) -> Result<Sampled, Failure> {
        let (prepare, node) = self.node(index)?;
        match &prepare.fixed {
            Some(settings) => Ok(settings.clone()),
            None => Ok(Sampled::at(&prepare.declaration, node, time, self.whole)?),
        }
    }

    /// The ambient values that a node declares, at a time.
    pub(crate) fn ambient(&self, prepare: &Prepare, time: i64) -> Ambient {
        let shot = &self.plan.ambient;
        let has = |value| prepare.declaration.ambient.contains(&value);
        let (width, height) = shot.format;
        Ambient {
            frame: has(AmbientValue::FrameNumber).then_some(time),
            format: has(AmbientValue::Format).then_some(Size { width, height }),
            rate: has(AmbientValue::Rate).then_some((shot.rate.frames, shot.rate.seconds)),
            space: has(AmbientValue::Space).then(|| shot.space.clone()),
        }
    }
}

/// Asks a stage with a request.
pub(crate) fn with_request<R>(
    prepare: &Prepare,
    ambient: &Ambient,
    settings: &Settings,
    time: i64,
    ask: impl FnOnce(&Request<'_>) -> R,
) -> R {
    ask(&Request {
        time,
        settings,
        inputs: &prepare.inputs,
        domain: prepare.domain,
        ambient,
        scale: 1,
    })
}

/// Calls into a stage; a panic in there is a mistake in Toma, and costs only what needed the answer.
pub(crate) fn guarded<R>(
    stage: &str,
    call: impl FnOnce() -> Result<R, StageError>,
) -> Result<R, StageError> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| {
        let why = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "without a word".to_owned());
        Err(StageError::failed(
            "T0902",
            format!("the stage `{stage}` broke: {why}"),
            "this is a mistake in Toma: please report it with the shot",
        ))
    })
}

/// Longer shots, and outputs of more files, are mistakes: nobody has the disk for them.
pub(crate) const MOST_FRAMES: u64 = 1_000_000;

/// How many frames lie within bounds.
pub(crate) fn count((first, last): Bounds) -> u64 {
    if last < first { 0 } else { last.abs_diff(first).saturating_add(1) }
}

/// What is said of a request that is larger than anybody can mean.
pub(crate) fn too_many(what: &str) -> Failure {
    Failure::new(
        "T0715",
        format!("{what}: more than Toma takes"),
        format!("look for a slip in the frames and handles; {MOST_FRAMES} frames are the most"),
    )
}

fn mismatch(what: &str) -> Failure {
    Failure::mistake("T0904", format!("the plan does not fit this program: {what}"))
}
