//! From a file's name to a compiler that has read it, and to plans.

use crate::arguments::State;
use crate::disk::{Disk, bytes_of, manifest_for};
use crate::exit::Exit;
use crate::report::{self, Format};
use crate::sources::Sources;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use toma_compiler::{Compiler, Family, Manifest};
use toma_media::colour::{BuiltinColour, ColourSpaces, SpaceFamily};
use toma_plan::Plan;
use toma_syntax::diagnostic::{Diagnostic, Severity};

/// The compiler's warning about a plate that is not there (yet).
const NO_SUCH_PLATE: &str = "T0210";

/// A compiler with one program in it.
pub(crate) struct Program {
    pub(crate) compiler: Compiler,
    pub(crate) colour: Arc<dyn ColourSpaces>,
    pub(crate) sources: Sources,
    /// As given on the command line, with `/` between folders.
    pub(crate) path: String,
    /// The `toma.yaml` that it was opened under.
    pub(crate) manifest: Option<String>,
}

/// A message about something that has no place in a program.
pub(crate) fn plain(code: &'static str, message: impl Into<String>, help: &str) -> Diagnostic {
    Diagnostic {
        code,
        severity: Severity::Error,
        message: message.into(),
        labels: Vec::new(),
        help: Some(help.to_owned()),
        fixes: Vec::new(),
    }
}

/// Prints one message without a place and says how the command ends.
pub(crate) fn refuse(diagnostic: Diagnostic, exit: Exit) -> Exit {
    report::print(&[diagnostic], &Sources::default(), Format::Human);
    exit
}

/// The text of a program, or why it can't be had.
pub(crate) fn text_of(path: &Path) -> Result<String, Diagnostic> {
    let shown = path.display();
    if path.is_dir() {
        let inside = programs_in(path);
        let help = if inside.is_empty() {
            "give the name of a `.toma` file".to_owned()
        } else {
            format!("did you mean {}?", inside.join(" or "))
        };
        return Err(plain("T0200", format!("{shown} is a folder, not a `.toma` file"), &help));
    }
    let bytes = bytes_of(path).map_err(|error| {
        let missing = error.kind() == std::io::ErrorKind::NotFound;
        let near = path.parent().map(programs_in).unwrap_or_default();
        let help = match (missing, near.is_empty()) {
            (true, true) => "check the path and the folder you are in".to_owned(),
            (true, false) => format!("there is {} in that folder", near.join(", ")),
            (false, _) if error.kind() == std::io::ErrorKind::InvalidInput => {
                "give the name of a `.toma` file".to_owned()
            }
            (false, _) => "check that you may read the file".to_owned(),
        };
        let said =
            if missing { format!("there is no file {shown}") } else { format!("{shown}: {error}") };
        plain("T0200", said, &help)
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let line = error
            .as_bytes()
            .iter()
            .take(error.utf8_error().valid_up_to())
            .filter(|b| **b == b'\n')
            .count()
            + 1;
        plain(
            "T0200",
            format!("{shown} is not UTF-8 text: line {line} has bytes that are no characters"),
            "save the file as UTF-8 in your editor",
        )
    })
}

fn programs_in(folder: &Path) -> Vec<String> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "toma"))
        .map(|path| path.display().to_string())
        .collect();
    names.sort();
    names.truncate(5);
    names
}

/// The colours of a project; the built-in ones where it names none.
pub(crate) fn colours(manifest: Option<&Manifest>) -> Result<Arc<dyn ColourSpaces>, Diagnostic> {
    let config = manifest.and_then(|manifest| manifest.colour.as_deref());
    let colour = match config {
        None => BuiltinColour::new(),
        Some(file) if Path::new(file).is_file() => BuiltinColour::from_file(Path::new(file)),
        // A file that is missing is said by the check, at its place.
        Some(file) if file.strip_suffix(".ocio").is_some() => BuiltinColour::new(),
        Some(name) => BuiltinColour::named(name),
    };
    let colour = colour.map_err(|error| {
        let help = "`colour: {config: …}` of toma.yaml takes an OpenColorIO file, or the name of a built-in \
                    configuration";
        plain("T0737", error.to_string(), help)
    })?;
    let stated = manifest.map(|manifest| &manifest.spaces).into_iter().flatten();
    let stated: Vec<(String, SpaceFamily)> = stated
        .map(|(name, family)| {
            let family = match family {
                Family::Linear => SpaceFamily::Linear,
                Family::Log => SpaceFamily::Log,
                Family::Display => SpaceFamily::Display,
                Family::Data => SpaceFamily::Data,
            };
            (name.clone(), family)
        })
        .collect();
    Ok(Arc::new(colour.with_families(&stated)))
}

impl Program {
    /// Reads a program. What is wrong with its text is not found here but by [`Program::check`].
    ///
    /// # Errors
    /// When the file can't be read as text, or the colour configuration can't be loaded.
    pub(crate) fn load(path: &Path) -> Result<Self, Diagnostic> {
        Self::with(path, text_of(path)?)
    }

    fn with(path: &Path, text: String) -> Result<Self, Diagnostic> {
        let path = path.display().to_string().replace('\\', "/");
        let mut sources = Sources::default();
        sources.add(&path, &text);
        let known: Arc<OnceLock<Arc<dyn ColourSpaces>>> = Arc::default();
        let mut compiler = Compiler::new(Arc::new(Disk { colour: Arc::clone(&known) }));
        compiler.set_file(&path, text);
        let manifest = compiler.manifest(&path);
        let colour = colours(manifest.as_ref())?;
        let manifest = manifest.map(|manifest| manifest.file);
        let colour = known.get_or_init(|| colour).clone();
        Ok(Self { compiler, colour, sources, path, manifest })
    }

    /// A compiler with an empty program in a folder, for questions about the project.
    ///
    /// # Errors
    /// When the colour configuration can't be loaded.
    pub(crate) fn empty(folder: &Path) -> Result<Self, Diagnostic> {
        let name = "project.toma";
        let bare = folder == Path::new(".") || folder.as_os_str().is_empty();
        let path = if bare { PathBuf::from(name) } else { folder.join(name) };
        Self::with(&path, String::new())
    }

    /// Does a file stand under the same `toma.yaml`, or under none as this program? Then it has the same colours.
    pub(crate) fn shares(&self, file: &Path) -> bool {
        self.manifest == manifest_for(file)
    }

    /// Reads another program into the same compiler, which is then the one meant.
    ///
    /// # Errors
    /// When the file can't be read as text.
    pub(crate) fn turn_to(&mut self, path: &Path) -> Result<(), Diagnostic> {
        let text = text_of(path)?;
        self.path = path.display().to_string().replace('\\', "/");
        self.sources.add(&self.path, &text);
        self.compiler.set_file(&self.path, text);
        Ok(())
    }

    /// The state as the project wants it, where the command line says nothing.
    pub(crate) fn state(&self, given: &State) -> State {
        let mut state = given.clone();
        let Some(manifest) = self.compiler.manifest(&self.path) else { return state };
        if let (None, Some(cache)) = (&state.cache, &manifest.cache) {
            // Records count paths from the shot's folder, so shots of different folders keep their own.
            let folder = self.path.rfind('/').map_or("", |slash| &self.path[..slash]);
            let below = folder.strip_prefix(manifest.folder.as_str()).unwrap_or_default();
            let below = below.trim_start_matches('/');
            let cache = PathBuf::from(cache);
            state.cache = Some(if below.is_empty() { cache } else { cache.join(below) });
        }
        state.models = state.models.or(manifest.models.map(PathBuf::from));
        state
    }

    /// Everything there is to say about the program.
    pub(crate) fn check(&self) -> Vec<Diagnostic> {
        self.compiler.check(&self.path)
    }

    /// The plans of one shot or of all, in the order of the text, with everything there is to say. Whether
    /// plates are there is left to the engine, which knows what to do about each gap.
    ///
    /// # Errors
    /// Everything there is to say, when the program has errors, no shot, or not that shot.
    pub(crate) fn plans(
        &self,
        shot: Option<&str>,
    ) -> Result<(Vec<Plan>, Vec<Diagnostic>), Vec<Diagnostic>> {
        let shots = self.compiler.shots(&self.path);
        let wanted = match shot {
            // An error in another shot of the file is no reason not to render this one.
            Some(name) if shots.iter().any(|shot| shot == name) => vec![name],
            Some(name) => {
                let help = if shots.is_empty() {
                    "the file has none".to_owned()
                } else {
                    format!("the file has {}", shots.join(", "))
                };
                let message = format!("there is no shot `{name}` in {}", self.path);
                return Err(vec![plain("T0515", message, &help)]);
            }
            None => shots.iter().map(String::as_str).collect(),
        };
        let mut said: Vec<Diagnostic> = if shot.is_none() { self.check() } else { Vec::new() };
        let mut plans = Vec::new();
        for shot in &wanted {
            let (plan, diagnostics) = self.compiler.plan(&self.path, shot);
            for diagnostic in diagnostics {
                if !said.contains(&diagnostic) {
                    said.push(diagnostic);
                }
            }
            plans.extend(plan);
        }
        said.retain(|one| one.code != NO_SUCH_PLATE);
        said.extend(self.changed_weights(&plans));
        if said.iter().any(|one| one.severity == Severity::Error) {
            return Err(said);
        }
        if wanted.is_empty() {
            let message = format!("{} has no shot", self.path);
            let help = "only a `shot` is rendered: write one that calls the recipes of this file";
            said.push(plain("T0515", message, help));
            return Err(said);
        }
        if plans.len() < wanted.len() {
            let help = "this is a mistake in Toma: please report it with the file";
            said.push(plain("T0904", "a shot without an error has no plan", help));
            return Err(said);
        }
        Ok((plans, said))
    }

    /// Weights that are not those of the project's lock.
    fn changed_weights(&self, plans: &[Plan]) -> Vec<Diagnostic> {
        let Some(manifest) = self.compiler.manifest(&self.path) else { return Vec::new() };
        let used: BTreeSet<&String> =
            plans.iter().flat_map(|plan| &plan.nodes).filter_map(|n| n.weights.as_ref()).collect();
        let changed = used.into_iter().filter_map(|name| {
            let locked = manifest.weights.get(name)?;
            let card = toma_models::cards().iter().find(|card| card.name == *name)?;
            (card.sha256 != *locked).then(|| {
                let help = format!(
                    "this Toma has {}, toma.lock says {locked}; run `toma lock` if the change is meant",
                    card.sha256
                );
                plain("T0738", format!("the weights `{name}` are not what was locked"), &help)
            })
        });
        changed.collect()
    }

    /// [`Program::plans`] for commands that speak to people.
    ///
    /// # Errors
    /// How the command ends. What is wrong has been said.
    pub(crate) fn plans_or_say(&self, shot: Option<&str>) -> Result<Vec<Plan>, Exit> {
        let (said, plans) = match self.plans(shot) {
            Ok((plans, said)) => (said, Ok(plans)),
            Err(said) => (said, Err(Exit::Program)),
        };
        report::print(&said, &self.sources, Format::Human);
        if plans.is_err() {
            errln!("{}: {}; nothing was run", self.path, report::count(&said));
        }
        plans
    }
}
