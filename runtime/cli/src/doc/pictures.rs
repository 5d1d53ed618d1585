//! Renders the examples of the library's stages over a small plate, with the engine that renders shots.

use crate::arguments::State;
use crate::disk::Disk;
use crate::exit::Exit;
use crate::program::plain;
use crate::report::{self, Format};
use crate::sources::Sources;
use crate::studio;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use toma_compiler::Compiler;
use toma_doc::Item;
use toma_doc::example::{Example, FRAME, SHOT, example};
use toma_doc::site::Shown;
use toma_engine::{Caching, Engine, Event, RenderRequest};
use toma_media::colour::ColourSpaces;
use toma_plan::{FrameRange, Plan};
use toma_stage::CancelToken;
use toma_syntax::diagnostic::{Diagnostic, Severity};

/// Three frames of the gallery's plate: two people cross a lawn. Source and licence stand beside the plate.
const PLATE: [(&str, &[u8]); 3] = [
    ("walk.0001.jpg", include_bytes!("../../../../recipes/lamplight/plates/walk.1009.jpg")),
    ("walk.0002.jpg", include_bytes!("../../../../recipes/lamplight/plates/walk.1010.jpg")),
    ("walk.0003.jpg", include_bytes!("../../../../recipes/lamplight/plates/walk.1011.jpg")),
];

/// The pictures of every item's example, by the item's path. Pictures lie in `out/pictures`; those that are
/// there and right are not rendered again.
///
/// # Errors
/// How the command ends. What went wrong has been said.
pub(super) fn render(
    items: &[&Item],
    out: &Path,
    state: &State,
    colour: &Arc<dyn ColourSpaces>,
) -> Result<BTreeMap<String, Vec<Shown>>, Exit> {
    let plates = out.join("plates");
    std::fs::create_dir_all(&plates).map_err(|error| super::unwritable(&plates, &error))?;
    for (name, bytes) in PLATE {
        let path = plates.join(name);
        super::put(&path, bytes).map_err(|error| super::unwritable(&path, &error))?;
    }
    let engine = studio::engine(state, out, Arc::clone(colour), Caching::Full)?;
    let mut pictures = BTreeMap::new();
    // Examples without a recipe to call (records, constants) have no picture, which is no mistake.
    let examples = items.iter().filter(|item| matches!(item.word, "stage" | "recipe"));
    for item in examples {
        let failed = match example(item) {
            Ok(example) => match one(&example, out, &engine, colour) {
                Ok(()) => {
                    let shown = example.pictures.into_iter();
                    let shown = shown.map(|one| Shown { caption: one.caption, file: one.file });
                    pictures.insert(item.path.clone(), shown.collect());
                    continue;
                }
                Err(said) => said,
            },
            Err(why) => vec![without(&item.path, &why)],
        };
        report::print(&failed, &Sources::default(), Format::Human);
    }
    Ok(pictures)
}

fn without(path: &str, why: &str) -> Diagnostic {
    let message = format!("the example of `{path}` has no picture");
    Diagnostic { severity: Severity::Warning, ..plain("T0747", message, why) }
}

/// Renders one example, or says what stands against it.
fn one(
    example: &Example,
    out: &Path,
    engine: &Engine,
    colour: &Arc<dyn ColourSpaces>,
) -> Result<(), Vec<Diagnostic>> {
    let path = out.join("example.toma").display().to_string().replace('\\', "/");
    let mut compiler =
        Compiler::new(Arc::new(Disk { colour: Arc::new(Arc::clone(colour).into()) }));
    compiler.set_file(&path, example.program.clone());
    let (plan, said) = compiler.plan(&path, SHOT);
    let plan: Plan = plan.ok_or(said)?;
    let request = RenderRequest {
        outputs: None,
        frames: Some(FrameRange { first: FRAME, last: FRAME }),
        // Pages of an older Toma may lie there.
        force: true,
        cancel: CancelToken::default(),
    };
    let failures: Mutex<Vec<String>> = Mutex::default();
    let ended = engine.render(&plan, &request, &|event| {
        if let Event::Failed(failure) = event
            && let Ok(mut failures) = failures.lock()
        {
            failures.push(failure.message.clone());
        }
    });
    let failures = failures.into_inner().unwrap_or_default();
    match ended {
        Err(error) => Err(vec![without(&example.text, &error.to_string())]),
        Ok(_) if !failures.is_empty() => Err(vec![without(&example.text, &failures.join("; "))]),
        Ok(_) => Ok(()),
    }
}
