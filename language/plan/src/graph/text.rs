//! The plan as a tree of text: from what is written down to the sources.

use super::{ambient, called, yields};
use crate::{NodeId, Plan, Value, written};
use std::fmt::Write as _;

/// From each output down to the sources. A node that several read stands at the first; the others say its
/// name with an arrow.
pub fn text(plan: &Plan) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}: {}", plan.shot, ambient(plan));
    let mut shown = vec![false; plan.nodes.len()];
    for output in &plan.outputs {
        let purpose = output.purpose.as_ref().map(|it| format!(" for {it}")).unwrap_or_default();
        let _ = writeln!(
            out,
            "\nwrite {} -> {}  {} {}..{}{purpose}",
            output.name, output.path, output.format, output.frames.first, output.frames.last
        );
        below(plan, output.input.node, &mut shown, &mut out);
    }
    out
}

/// A line of the tree that is still to be written.
struct Branch {
    node: NodeId,
    /// The port it feeds.
    port: String,
    /// What stands before it.
    lead: String,
    last: bool,
}

fn below(plan: &Plan, root: NodeId, shown: &mut [bool], out: &mut String) {
    let root = Branch { node: root, port: String::new(), lead: String::new(), last: true };
    let mut stack = vec![root];
    while let Some(Branch { node: NodeId(index), port, lead, last }) = stack.pop() {
        let Some(node) = plan.nodes.get(index as usize) else { continue };
        let branch = if last { "└─ " } else { "├─ " };
        let port = if port.is_empty() { port } else { format!("{port}: ") };
        let known =
            shown.get_mut(index as usize).is_none_or(|shown| std::mem::replace(shown, true));
        if known {
            let _ = writeln!(out, "{lead}{branch}{port}{} ↑", node.path);
            continue;
        }
        let _ = writeln!(
            out,
            "{lead}{branch}{port}{}  {}  {}",
            node.path,
            called(&node.stage),
            yields(node)
        );
        let lead = format!("{lead}{}", if last { "   " } else { "│  " });
        let bar = if node.inputs.is_empty() { "  " } else { "│ " };
        let values: Vec<String> = node
            .parameters
            .iter()
            .filter(|(_, value)| **value != Value::None)
            .map(|(name, value)| format!("{name} {}", written::short(value)))
            .collect();
        for line in wrapped(&values) {
            let _ = writeln!(out, "{lead}{bar}  {line}");
        }
        let count = node.inputs.len();
        let inputs = node.inputs.iter().enumerate().rev();
        stack.extend(inputs.map(|(place, (port, input))| Branch {
            node: input.node,
            port: port.clone(),
            lead: lead.clone(),
            last: place + 1 == count,
        }));
    }
}

/// Values in lines of about 90 characters.
fn wrapped(values: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for value in values {
        match lines.last_mut() {
            Some(line) if line.chars().count() + value.chars().count() < 88 => {
                line.push_str(", ");
                line.push_str(value);
            }
            _ => lines.push(value.clone()),
        }
    }
    lines
}
