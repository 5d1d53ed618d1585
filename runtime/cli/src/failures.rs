//! The engine's failures as messages that point into the text.

use crate::exit::Exit;
use crate::frames;
use crate::program::plain;
use toma_engine::{EngineError, Failure, RenderRequest};
use toma_plan::{Place, Plan};
use toma_syntax::diagnostic::{Diagnostic, Label, Severity, Span};

/// A code as the messages' pages write it.
fn code(text: &str) -> &'static str {
    toma_compiler::explain(text).and_then(|page| page.get(2..7)).unwrap_or("T0901")
}

fn label(place: &Place, text: impl Into<String>) -> Label {
    let span = Span { start: place.start, end: place.end };
    Label { file: place.file.clone(), span, text: text.into() }
}

/// A failure at its place in the text: the parameter to blame, else the call, else the output that it stopped;
/// and the calls of recipes around it.
pub(crate) fn diagnostic(plan: &Plan, failure: &Failure, frames: &str) -> Diagnostic {
    let mut labels = Vec::new();
    let node = failure.node.as_deref();
    let index = plan.nodes.iter().position(|one| Some(one.path.as_str()) == node);
    let at_frames = match frames {
        "" => String::new(),
        one if !one.contains([',', '.']) => format!("at frame {one}"),
        several => format!("at frames {several}"),
    };
    if let Some(origin) = index.and_then(|index| plan.origins.nodes.get(index)) {
        let parameter = failure.parameter.as_ref().and_then(|name| origin.parameters.get(name));
        labels.push(label(
            parameter.map_or(&origin.call, |parameter| &parameter.place),
            at_frames.as_str(),
        ));
        for call in &origin.chain {
            labels.push(label(call, "called from here"));
        }
    } else {
        let concerned = |output: &toma_plan::Output| Some(&output.name) == failure.output.as_ref();
        let position = plan.outputs.iter().position(concerned);
        if let Some(place) = position.and_then(|position| plan.origins.outputs.get(position)) {
            labels.push(label(place, at_frames.as_str()));
        }
    }
    let said = &failure.message;
    let message = if labels.is_empty() && !at_frames.is_empty() {
        format!("{said}, {at_frames}")
    } else {
        said.clone()
    };
    Diagnostic {
        code: code(&failure.code),
        severity: Severity::Error,
        message,
        labels,
        help: (!failure.help.is_empty()).then(|| failure.help.clone()),
        fixes: Vec::new(),
    }
}

/// Failures that say the same for several frames, as one message with all its frames. What only failed
/// because something else did is left out.
pub(crate) fn gathered(plan: &Plan, failures: &[Failure]) -> Vec<Diagnostic> {
    let mut groups: Vec<(&Failure, Vec<i64>)> = Vec::new();
    for failure in failures.iter().filter(|failure| failure.because.is_empty()) {
        // Messages about outputs name the file, which differs from frame to frame.
        let same = |first: &Failure| {
            first.code == failure.code
                && first.node == failure.node
                && first.output == failure.output
                && (first.message == failure.message || failure.output.is_some())
        };
        match groups.iter_mut().find(|(first, _)| same(first)) {
            Some((_, numbers)) => numbers.extend(failure.frame),
            None => groups.push((failure, failure.frame.into_iter().collect())),
        }
    }
    groups
        .into_iter()
        .map(|(failure, mut numbers)| {
            numbers.sort_unstable();
            numbers.dedup();
            diagnostic(plan, failure, &frames::shown(numbers))
        })
        .collect()
}

/// The shots that a request asks something of. If it asks nothing of any, the first one is there to say so.
pub(crate) fn asked<'p>(plans: &'p [Plan], request: &RenderRequest) -> Vec<&'p Plan> {
    let asked = |plan: &&Plan| {
        plan.outputs.iter().any(|output| {
            let named = request.outputs.as_ref().is_none_or(|names| names.contains(&output.name));
            let in_time = request.frames.is_none_or(|frames| {
                frames.first <= output.frames.last && output.frames.first <= frames.last
            });
            named && in_time
        })
    };
    let found: Vec<&Plan> = plans.iter().filter(asked).collect();
    if found.is_empty() { plans.iter().take(1).collect() } else { found }
}

/// Why a request has no answer, and how the command ends.
pub(crate) fn refusal(plan: &Plan, error: &EngineError) -> (Vec<Diagnostic>, Exit) {
    match error {
        EngineError::Refused(failures) => {
            let usage = failures.iter().all(|failure| failure.code == "T0709");
            (gathered(plan, failures), if usage { Exit::Usage } else { Exit::Surroundings })
        }
        EngineError::Failed(failure) => {
            let frame = failure.frame.map(|frame| frame.to_string()).unwrap_or_default();
            (vec![diagnostic(plan, failure, &frame)], Exit::Surroundings)
        }
        EngineError::Cancelled(_) => (Vec::new(), Exit::Interrupted),
        EngineError::Locked { .. } => {
            let help = "wait until it is done, or stop it; two renders of one shot would write the same files";
            (vec![plain("T0703", error.to_string(), help)], Exit::Surroundings)
        }
        EngineError::Start(_) => (
            vec![plain("T0905", error.to_string(), "close other programs and try again")],
            Exit::Surroundings,
        ),
    }
}
