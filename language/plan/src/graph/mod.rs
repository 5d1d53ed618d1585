//! The plan as something to look at: a text tree, Graphviz's DOT, a drawing of our own. Pure: the same plan
//! gives the same bytes. It knows nothing of forecasts, keys or pixels.

mod dot;
mod layout;
mod svg;
mod text;

pub use dot::dot;
pub use svg::{MOST_DRAWN, svg};
pub use text::text;

use crate::{Node, Plan};

/// The chapter of the standard library that a stage stands in: `comp` of `std.comp.over`.
fn chapter(stage: &str) -> &str {
    let mut names = stage.rsplit('.');
    names.next();
    names.next().unwrap_or_default()
}

/// The stage as people call it: `comp.over` of `std.comp.over`.
fn called(stage: &str) -> &str {
    stage.strip_prefix("std.").unwrap_or(stage)
}

/// What a node yields, in words: `Clip<ACEScg> 768x576`.
fn yields(node: &Node) -> String {
    let port = |port: &crate::Port| {
        let name = if port.name == "out" { String::new() } else { format!("{}: ", port.name) };
        match port.format {
            Some((width, height)) => format!("{name}{} {width}x{height}", port.kind),
            None => format!("{name}{}", port.kind),
        }
    };
    node.ports.iter().map(port).collect::<Vec<_>>().join(", ")
}

/// What surrounds the nodes, in one line.
fn ambient(plan: &Plan) -> String {
    let ambient = &plan.ambient;
    let handles = match ambient.handles {
        0 => String::new(),
        handles => format!(" handles {handles}"),
    };
    format!(
        "frames {}..{}{handles}, {}, {}x{}, {}",
        ambient.frames.first,
        ambient.frames.last,
        crate::written::rate(ambient.rate),
        ambient.format.0,
        ambient.format.1,
        ambient.space
    )
}

/// Colour of a chapter: fill and edge. Others are grey.
fn colours(chapter: &str) -> (&'static str, &'static str) {
    match chapter {
        "source" => ("#dcefdc", "#4f8a56"),
        "color" => ("#fde8cf", "#b9762b"),
        "comp" => ("#d8e6f7", "#3f6fa8"),
        "matte" => ("#e8def5", "#7556a8"),
        "filter" => ("#fbdcdc", "#b25252"),
        "transform" => ("#d3efee", "#33827f"),
        "time" => ("#f6efc6", "#8f7d1f"),
        "finish" => ("#efe3d5", "#85613a"),
        "understand" => ("#f7d9ec", "#a64a87"),
        "restore" => ("#d5f0e3", "#2e8560"),
        "generate" => ("#f9d8d0", "#ad4a2d"),
        "scene" => ("#dfe0f5", "#5558a5"),
        _ => ("#e9e9ec", "#6d6d78"),
    }
}
