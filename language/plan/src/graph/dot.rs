//! The plan in Graphviz's language, for those who lay it out themselves.

use super::{ambient, called, chapter, colours, yields};
use crate::Plan;
use std::fmt::Write as _;

/// A text as DOT quotes it.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// `digraph { … }`: a node for each call of a stage, an edge with its port's name for each picture that is
/// read, a box for each output.
pub fn dot(plan: &Plan) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "digraph {} {{", quoted(&plan.shot));
    let title = format!("{}: {}", plan.shot, ambient(plan));
    let _ =
        writeln!(out, "    graph [label={}, labelloc=t, fontname=\"Helvetica\"]", quoted(&title));
    out.push_str(
        "    node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=10]\n    \
         edge [fontname=\"Helvetica\", fontsize=8, color=\"#6d6d78\"]\n",
    );
    for (index, node) in plan.nodes.iter().enumerate() {
        let (fill, edge) = colours(chapter(&node.stage));
        let label = quoted(&format!("{}\n{}\n{}", node.path, called(&node.stage), yields(node)));
        let _ =
            writeln!(out, "    n{index} [label={label}, fillcolor=\"{fill}\", color=\"{edge}\"]");
    }
    for (index, output) in plan.outputs.iter().enumerate() {
        let label = quoted(&format!("write {}\n{}", output.name, output.path));
        let _ = writeln!(
            out,
            "    w{index} [label={label}, shape=box, style=filled, fillcolor=\"#2f3440\", fontcolor=white]"
        );
    }
    for (index, node) in plan.nodes.iter().enumerate() {
        for (port, input) in &node.inputs {
            let label = quoted(port);
            let _ = writeln!(out, "    n{} -> n{index} [label={label}]", input.node.0);
        }
    }
    for (index, output) in plan.outputs.iter().enumerate() {
        let _ = writeln!(out, "    n{} -> w{index} [penwidth=2]", output.input.node.0);
    }
    out.push_str("}\n");
    out
}
