//! From a file's name to a compiler that has read it, and to plans.

use crate::disk::Disk;
use crate::exit::Exit;
use crate::report::{self, Format};
use crate::sources::Sources;
use std::path::Path;
use std::sync::Arc;
use toma_compiler::Compiler;
use toma_media::colour::{BuiltinColour, ColourSpaces};
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
    let bytes = std::fs::read(path).map_err(|error| {
        let missing = error.kind() == std::io::ErrorKind::NotFound;
        let near = path.parent().map(programs_in).unwrap_or_default();
        let help = match (missing, near.is_empty()) {
            (true, true) => "check the path and the folder you are in".to_owned(),
            (true, false) => format!("there is {} in that folder", near.join(", ")),
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

impl Program {
    /// Reads a program. What is wrong with its text is not found here but by [`Program::check`].
    ///
    /// # Errors
    /// When the file can't be read as text, or the colour configuration can't be loaded.
    pub(crate) fn load(path: &Path) -> Result<Self, Diagnostic> {
        let text = text_of(path)?;
        let colour: Arc<dyn ColourSpaces> = Arc::new(
            BuiltinColour::new()
                .map_err(|error| plain(error.code(), error.to_string(), &error.help()))?,
        );
        let path = path.display().to_string().replace('\\', "/");
        let mut sources = Sources::default();
        sources.add(&path, &text);
        let mut compiler = Compiler::new(Arc::new(Disk { colour: Arc::clone(&colour) }));
        compiler.set_file(&path, text);
        Ok(Self { compiler, colour, sources, path })
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
            eprintln!("{}: {}; nothing was run", self.path, report::count(&said));
        }
        plans
    }
}
