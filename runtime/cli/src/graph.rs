//! `toma plan --graph`: the plan itself, as text, JSON, a drawing or Graphviz's language.

use crate::arguments::{Graph, Shot};
use crate::exit::Exit;
use crate::program::{Program, plain, refuse};
use std::path::Path;
use toma_media::write_atomic;
use toma_plan::{Plan, graph as drawn};

/// Prints graphs, or writes one to a file.
pub(crate) fn graph(shot: &Shot, form: Graph, out: Option<&Path>) -> Exit {
    let program = match Program::load(&shot.file) {
        Ok(program) => program,
        Err(diagnostic) => return refuse(diagnostic, Exit::Program),
    };
    let plans = match program.plans_or_say(shot.shot.as_deref()) {
        Ok(plans) => plans,
        Err(exit) => return exit,
    };
    // One drawing, one digraph, one file: they are of one shot.
    if plans.len() > 1 && (out.is_some() || form == Graph::Svg) {
        let names: Vec<&str> = plans.iter().map(|plan| plan.shot.as_str()).collect();
        let message = format!("{} has {} shots", program.path, names.len());
        let help = format!("say which one to draw with --shot: {}", names.join(", "));
        return refuse(plain("T0752", message, &help), Exit::Usage);
    }
    for (place, plan) in plans.iter().enumerate() {
        let text = match text(plan, form) {
            Ok(text) => text,
            Err(exit) => return exit,
        };
        let Some(out) = out else {
            if place > 0 && form == Graph::Text {
                outln!();
            }
            outln!("{}", text.trim_end());
            continue;
        };
        if let Err(error) = write_atomic(out, text.as_bytes(), true) {
            let diagnostic = plain(error.code(), error.to_string(), &error.help());
            return refuse(diagnostic, Exit::Surroundings);
        }
        errln!("{}: {}", plan.shot, out.display());
    }
    Exit::Done
}

fn text(plan: &Plan, form: Graph) -> Result<String, Exit> {
    Ok(match form {
        Graph::Text => drawn::text(plan),
        Graph::Dot => drawn::dot(plan),
        Graph::Json => match serde_json::to_string(plan) {
            Ok(json) => json + "\n",
            Err(error) => {
                let help = "this is a mistake in Toma: please report it with the file";
                return Err(refuse(plain("T0904", error.to_string(), help), Exit::Program));
            }
        },
        Graph::Svg => {
            if let Some(svg) = drawn::svg(plan) {
                svg
            } else {
                let message = format!(
                    "a drawing of {} nodes would show nothing; {} are the most",
                    plan.nodes.len(),
                    drawn::MOST_DRAWN
                );
                let help = "take `--graph dot`, and let Graphviz lay out the part that matters";
                return Err(refuse(plain("T0752", message, help), Exit::Usage));
            }
        }
    })
}
