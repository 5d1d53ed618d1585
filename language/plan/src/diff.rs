//! What differs between two plans of a shot: ambient values, nodes, parameters with who set them, outputs.
//!
//! Pure data from pure data. Which frames come out differently is no matter of plans but of keys, and said
//! by the engine.

use crate::{Input, Node, NodeId, Origins, Plan, Value, ValueOrigin};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Everything that differs.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct PlanDiff {
    /// Ambient values: frames, handles, rate, format, space.
    pub ambient: Vec<Changed>,
    /// Nodes, in the order of the later plan; those that it lacks behind.
    pub nodes: Vec<NodeDiff>,
    /// Outputs by name.
    pub outputs: Vec<OutputDiff>,
}

/// Something that has another value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    /// What it is.
    pub name: String,
    /// What it was.
    pub before: String,
    /// What it is now.
    pub after: String,
}

/// A node that is not as it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub enum NodeDiff {
    /// Only the later plan has it.
    Added {
        /// Its path.
        path: String,
        /// Its stage.
        stage: String,
        /// Its place in the later plan.
        #[serde(skip)]
        node: NodeId,
    },
    /// Only the earlier plan has it.
    Removed {
        /// Its path.
        path: String,
        /// Its stage.
        stage: String,
        /// Its place in the earlier plan.
        #[serde(skip)]
        node: NodeId,
    },
    /// Both have it, and something of it differs.
    Changed {
        /// Its path in the later plan.
        path: String,
        /// Its path in the earlier plan, where that is another.
        #[serde(skip_serializing_if = "Option::is_none")]
        renamed_from: Option<String>,
        /// The stage and its version, where they differ.
        #[serde(skip_serializing_if = "Option::is_none")]
        stage: Option<Changed>,
        /// Parameters that differ.
        parameters: Vec<ParameterDiff>,
        /// Ports that read something else.
        inputs: Vec<InputDiff>,
        /// Type, domain and edges.
        other: Vec<Changed>,
        /// Its place in the later plan.
        #[serde(skip)]
        node: NodeId,
    },
}

/// A parameter whose value differs. An absent side is a parameter that the stage had or has not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ParameterDiff {
    /// Its name.
    pub name: String,
    /// The earlier value.
    pub before: Option<Value>,
    /// The later value.
    pub after: Option<Value>,
    /// Who set it, and where.
    pub before_from: Option<ValueOrigin>,
    /// Who sets it now, and where.
    pub after_from: Option<ValueOrigin>,
}

/// A port that reads something else; by paths of nodes, with the port behind a dot where it isn't `out`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InputDiff {
    /// The port.
    pub port: String,
    /// What it read.
    pub before: Option<String>,
    /// What it reads.
    pub after: Option<String>,
}

/// An output that is not as it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub enum OutputDiff {
    /// Only the later plan has it.
    Added {
        /// Its name.
        name: String,
        /// Its file pattern.
        path: String,
    },
    /// Only the earlier plan has it.
    Removed {
        /// Its name.
        name: String,
        /// Its file pattern.
        path: String,
    },
    /// Both have it, and something of it differs.
    Changed {
        /// Its name.
        name: String,
        /// Path, format, settings, frames, purpose, what is written.
        fields: Vec<Changed>,
    },
}

impl PlanDiff {
    /// Does nothing differ?
    pub fn is_empty(&self) -> bool {
        self.ambient.is_empty() && self.nodes.is_empty() && self.outputs.is_empty()
    }
}

/// What differs between two plans.
pub fn diff(before: &Plan, after: &Plan) -> PlanDiff {
    let pairs = matched(before, after);
    PlanDiff {
        ambient: ambient(before, after),
        nodes: nodes(before, after, &pairs),
        outputs: outputs(before, after, &pairs),
    }
}

fn note(changes: &mut Vec<Changed>, name: &str, before: String, after: String) {
    if before != after {
        changes.push(Changed { name: name.to_owned(), before, after });
    }
}

fn frames(range: crate::FrameRange) -> String {
    format!("{}..{}", range.first, range.last)
}

fn ambient(before: &Plan, after: &Plan) -> Vec<Changed> {
    let (a, b) = (&before.ambient, &after.ambient);
    let mut changes = Vec::new();
    let size = |(width, height): (u32, u32)| format!("{width}x{height}");
    note(&mut changes, "frames", frames(a.frames), frames(b.frames));
    note(&mut changes, "handles", a.handles.to_string(), b.handles.to_string());
    note(&mut changes, "rate", crate::written::rate(a.rate), crate::written::rate(b.rate));
    note(&mut changes, "format", size(a.format), size(b.format));
    note(&mut changes, "space", a.space.clone(), b.space.clone());
    changes
}

/// For each node of the later plan the one of the earlier plan that it continues: of the same path and stage,
/// then among the rest of the same stage, parameters and inputs, then of the same path.
fn matched(before: &Plan, after: &Plan) -> Vec<Option<usize>> {
    let by_path: HashMap<&str, usize> =
        before.nodes.iter().enumerate().map(|(at, node)| (node.path.as_str(), at)).collect();
    let mut taken = vec![false; before.nodes.len()];
    let mut pairs: Vec<Option<usize>> = vec![None; after.nodes.len()];
    let mut take = |pair: &mut Option<usize>, at: usize| {
        let free = taken.get_mut(at).is_some_and(|taken| !std::mem::replace(taken, true));
        if free {
            *pair = Some(at);
        }
        free
    };
    for (pair, node) in pairs.iter_mut().zip(&after.nodes) {
        let same = by_path.get(node.path.as_str()).copied();
        if let Some(at) = same
            && before.nodes.get(at).is_some_and(|old| old.stage == node.stage)
        {
            let _ = take(pair, at);
        }
    }
    // What they compute, with what they read named by the nodes that continue each other.
    let structure = |node: &Node, name: &dyn Fn(usize) -> String| {
        let inputs: Vec<String> = node
            .inputs
            .iter()
            .map(|(port, input)| format!("{port}={}.{}", name(input.node.0 as usize), input.port))
            .collect();
        format!("{} {} {:?} {}", node.stage, node.version, node.parameters, inputs.join(" "))
    };
    let mut rest: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, node) in before.nodes.iter().enumerate().rev() {
        rest.entry(structure(node, &|at| format!("#{at}"))).or_default().push(at);
    }
    for at in 0..after.nodes.len() {
        if pairs.get(at).copied().flatten().is_some() {
            continue;
        }
        let Some(node) = after.nodes.get(at) else { continue };
        let name = |read: usize| match pairs.get(read).copied().flatten() {
            Some(old) => format!("#{old}"),
            None => format!("new {read}"),
        };
        let same = structure(node, &name);
        let (Some(pair), Some(all)) = (pairs.get_mut(at), rest.get_mut(&same)) else { continue };
        while let Some(old) = all.pop() {
            if take(pair, old) {
                break;
            }
        }
    }
    for (pair, node) in pairs.iter_mut().zip(&after.nodes) {
        if let (None, Some(at)) = (*pair, by_path.get(node.path.as_str())) {
            let _ = take(pair, *at);
        }
    }
    pairs
}

/// For each node of the earlier plan, the one that continues it.
fn continued(before: &Plan, pairs: &[Option<usize>]) -> Vec<Option<usize>> {
    let mut continued = vec![None; before.nodes.len()];
    for (new, old) in pairs.iter().enumerate() {
        if let Some(place) = old.and_then(|old| continued.get_mut(old)) {
            *place = Some(new);
        }
    }
    continued
}

/// How the later plan calls a node of the earlier one.
fn now(before: &Plan, continued: &[Option<usize>], after: &Plan, input: &Input) -> String {
    let old = input.node.0 as usize;
    let place = continued.get(old).copied().flatten();
    let node = place.map_or_else(|| before.nodes.get(old), |place| after.nodes.get(place));
    called(node, input)
}

fn called(node: Option<&Node>, input: &Input) -> String {
    let path = node.map_or("", |node| node.path.as_str());
    if input.port == "out" { path.to_owned() } else { format!("{path}.{}", input.port) }
}

fn origin(origins: &Origins, node: usize, parameter: &str) -> Option<ValueOrigin> {
    origins.nodes.get(node)?.parameters.get(parameter).cloned()
}

fn nodes(before: &Plan, after: &Plan, pairs: &[Option<usize>]) -> Vec<NodeDiff> {
    let continued = continued(before, pairs);
    let mut found = Vec::new();
    for (index, (new, pair)) in after.nodes.iter().zip(pairs).enumerate() {
        let node = NodeId(index as u32);
        let Some((at, old)) = pair.and_then(|at| Some((at, before.nodes.get(at)?))) else {
            found.push(NodeDiff::Added { path: new.path.clone(), stage: new.stage.clone(), node });
            continue;
        };
        let stage = |node: &Node| format!("{} version {}", node.stage, node.version);
        let mut stages = Vec::new();
        note(&mut stages, "stage", stage(old), stage(new));
        let names: BTreeSet<&String> = old.parameters.keys().chain(new.parameters.keys()).collect();
        let parameters: Vec<ParameterDiff> = names
            .into_iter()
            .filter(|name| old.parameters.get(name) != new.parameters.get(name))
            .map(|name| ParameterDiff {
                name: name.clone(),
                before: old.parameters.get(name).cloned(),
                after: new.parameters.get(name).cloned(),
                before_from: origin(&before.origins, at, name),
                after_from: origin(&after.origins, index, name),
            })
            .collect();
        let ports: BTreeSet<&String> = old.inputs.keys().chain(new.inputs.keys()).collect();
        let inputs: Vec<InputDiff> = ports
            .into_iter()
            .filter_map(|port| {
                let was = old.inputs.get(port).map(|input| now(before, &continued, after, input));
                let is = new
                    .inputs
                    .get(port)
                    .map(|input| called(after.nodes.get(input.node.0 as usize), input));
                (was != is).then(|| InputDiff { port: port.clone(), before: was, after: is })
            })
            .collect();
        let mut other = Vec::new();
        let kinds = |node: &Node| {
            let kind = |port: &crate::Port| match port.format {
                Some((width, height)) => format!("{} {width}x{height}", port.kind),
                None => port.kind.clone(),
            };
            node.ports.iter().map(kind).collect::<Vec<_>>().join(", ")
        };
        note(&mut other, "yields", kinds(old), kinds(new));
        let domain = |node: &Node| match node.domain {
            crate::Domain::Still => "one picture".to_owned(),
            crate::Domain::Inputs => "as its inputs".to_owned(),
            crate::Domain::Frames(range) => frames(range),
        };
        note(&mut other, "domain", domain(old), domain(new));
        let outside = |node: &Node| format!("{:?}", node.outside).to_lowercase();
        note(&mut other, "outside", outside(old), outside(new));
        let weights = |node: &Node| node.weights.clone().unwrap_or_else(|| "none".to_owned());
        note(&mut other, "weights", weights(old), weights(new));
        let renamed_from = (old.path != new.path).then(|| old.path.clone());
        let stage = stages.pop();
        let same = stage.is_none() && parameters.is_empty() && inputs.is_empty();
        if !same || renamed_from.is_some() || !other.is_empty() {
            let path = new.path.clone();
            found.push(NodeDiff::Changed {
                path,
                renamed_from,
                stage,
                parameters,
                inputs,
                other,
                node,
            });
        }
    }
    for (index, (old, new)) in before.nodes.iter().zip(&continued).enumerate() {
        if new.is_none() {
            let node = NodeId(index as u32);
            let (path, stage) = (old.path.clone(), old.stage.clone());
            found.push(NodeDiff::Removed { path, stage, node });
        }
    }
    found
}

fn outputs(before: &Plan, after: &Plan, pairs: &[Option<usize>]) -> Vec<OutputDiff> {
    let continued = continued(before, pairs);
    let old: BTreeMap<&str, &crate::Output> =
        before.outputs.iter().map(|output| (output.name.as_str(), output)).collect();
    let mut found = Vec::new();
    for new in &after.outputs {
        let Some(old) = old.get(new.name.as_str()) else {
            found.push(OutputDiff::Added { name: new.name.clone(), path: new.path.clone() });
            continue;
        };
        let mut fields = Vec::new();
        note(&mut fields, "path", old.path.clone(), new.path.clone());
        note(&mut fields, "format", old.format.clone(), new.format.clone());
        let settings: BTreeSet<&String> = old.settings.keys().chain(new.settings.keys()).collect();
        for name in settings {
            let shown = |value: Option<&Value>| {
                value.map_or_else(|| "by itself".to_owned(), crate::written::value)
            };
            note(&mut fields, name, shown(old.settings.get(name)), shown(new.settings.get(name)));
        }
        note(&mut fields, "frames", frames(old.frames), frames(new.frames));
        let purpose = |output: &crate::Output| output.purpose.clone().unwrap_or_default();
        note(&mut fields, "purpose", purpose(old), purpose(new));
        let written = called(after.nodes.get(new.input.node.0 as usize), &new.input);
        note(&mut fields, "writes", now(before, &continued, after, &old.input), written);
        if !fields.is_empty() {
            found.push(OutputDiff::Changed { name: new.name.clone(), fields });
        }
    }
    for gone in &before.outputs {
        if !after.outputs.iter().any(|output| output.name == gone.name) {
            found.push(OutputDiff::Removed { name: gone.name.clone(), path: gone.path.clone() });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ambient, Dimension, Domain, FrameRange, FrameRate, Output, Outside, Port, SCHEMA};

    /// Nodes by path, stage, what they read, and an amount; the last is written.
    fn plan(nodes: &[(&str, &str, &[u32], f64)]) -> Plan {
        let frames = FrameRange { first: 1, last: 10 };
        let node = |(path, stage, reads, amount): &(&str, &str, &[u32], f64)| Node {
            path: (*path).to_owned(),
            stage: (*stage).to_owned(),
            version: 1,
            parameters: [(
                "amount".to_owned(),
                Value::Number { value: *amount, dimension: Dimension::Scalar },
            )]
            .into(),
            inputs: reads
                .iter()
                .enumerate()
                .map(|(at, read)| {
                    (format!("in{at}"), Input { node: NodeId(*read), port: "out".into() })
                })
                .collect(),
            ports: vec![Port { name: "out".into(), kind: "Clip<ACEScg>".into(), format: None }],
            domain: Domain::Inputs,
            outside: Outside::Error,
            weights: None,
        };
        Plan {
            schema: SCHEMA,
            shot: "A".into(),
            ambient: Ambient {
                frames,
                handles: 0,
                rate: FrameRate { frames: 24, seconds: 1 },
                format: (64, 36),
                space: "ACEScg".into(),
            },
            nodes: nodes.iter().map(node).collect(),
            outputs: vec![Output {
                name: "main".into(),
                path: "a.%04d.exr".into(),
                format: "exr".into(),
                settings: BTreeMap::new(),
                frames,
                purpose: None,
                input: Input { node: NodeId(nodes.len() as u32 - 1), port: "out".into() },
            }],
            origins: Origins::default(),
        }
    }

    #[test]
    fn a_plan_does_not_differ_from_itself() {
        let one = plan(&[("a", "read", &[], 0.0), ("b", "blur", &[0], 1.0)]);
        assert!(diff(&one, &one).is_empty());
    }

    #[test]
    fn a_renamed_node_is_no_new_one_and_what_reads_it_is_not_rewired() {
        let one =
            plan(&[("a", "read", &[], 0.0), ("b", "blur", &[0], 1.0), ("c", "over", &[1], 0.0)]);
        let two =
            plan(&[("a", "read", &[], 0.0), ("x", "blur", &[0], 1.0), ("c", "over", &[1], 0.0)]);
        let found = diff(&one, &two);
        let [NodeDiff::Changed { path, renamed_from, parameters, inputs, .. }] =
            found.nodes.as_slice()
        else {
            panic!("{found:?}");
        };
        assert_eq!((path.as_str(), renamed_from.as_deref()), ("x", Some("b")));
        assert!(parameters.is_empty() && inputs.is_empty() && found.outputs.is_empty());
    }

    #[test]
    fn what_stands_between_is_added_and_what_reads_it_is_rewired() {
        let one = plan(&[("a", "read", &[], 0.0), ("c", "over", &[0], 0.0)]);
        let two =
            plan(&[("a", "read", &[], 0.0), ("b", "blur", &[0], 2.0), ("c", "over", &[1], 0.5)]);
        let found = diff(&one, &two);
        assert!(matches!(&found.nodes[0], NodeDiff::Added { path, .. } if path == "b"));
        let NodeDiff::Changed { path, parameters, inputs, .. } = &found.nodes[1] else {
            panic!("{found:?}");
        };
        assert_eq!(path, "c");
        assert_eq!(inputs[0].before.as_deref(), Some("a"));
        assert_eq!(inputs[0].after.as_deref(), Some("b"));
        assert_eq!(crate::written::value(parameters[0].after.as_ref().unwrap()), "0.5");
        assert!(
            matches!(&diff(&two, &one).nodes[1], NodeDiff::Removed { path, .. } if path == "b")
        );
    }

    #[test]
    fn ambient_values_and_outputs_differ_by_themselves() {
        let one = plan(&[("a", "read", &[], 0.0)]);
        let mut two = one.clone();
        two.ambient.frames.last = 12;
        two.outputs[0].purpose = Some("final".into());
        let found = diff(&one, &two);
        assert_eq!(found.ambient[0].after, "1..12");
        assert!(
            matches!(&found.outputs[0], OutputDiff::Changed { fields, .. } if fields[0].name == "purpose")
        );
        assert!(found.nodes.is_empty());
    }
}
