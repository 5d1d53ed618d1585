//! Names, types, units, colour spaces and lowering to a plan.

mod declaration;
mod system;

pub use declaration::{ParameterDeclaration, PortDeclaration, Sampling, StageDeclaration};
pub use system::{Family, PictureHeader, System};

use std::sync::Arc;
use toma_plan::Plan;
use toma_syntax::diagnostic::Diagnostic;

/// A compiler over the files of a project. It keeps what it has found out, so that a change costs only what
/// depends on it.
pub struct Compiler {
    system: Arc<dyn System>,
}

impl Compiler {
    /// A compiler that asks `system` for everything it hasn't been told.
    pub fn new(system: Arc<dyn System>) -> Self {
        Self { system }
    }

    /// A file's text, in place of what `System` would say.
    pub fn set_file(&mut self, path: &str, text: String) {
        let _ = (path, text, &self.system);
    }

    /// Forgets what `System` has answered: files, headers and colour spaces may have changed.
    pub fn refresh(&mut self) {}

    /// Everything there is to say about a file and the project's modules it uses: spans counted from the
    /// beginning of their files, sorted, every label with its file.
    pub fn check(&self, path: &str) -> Vec<Diagnostic> {
        let _ = path;
        Vec::new()
    }

    /// The names of a file's shots, in the order of the text.
    pub fn shots(&self, path: &str) -> Vec<String> {
        let _ = path;
        Vec::new()
    }

    /// A shot as a plan, or what stands against it. Warnings come with the plan.
    pub fn plan(&self, path: &str, shot: &str) -> (Option<Plan>, Vec<Diagnostic>) {
        let _ = (path, shot);
        (None, Vec::new())
    }

    /// A stage by module and name: `std.comp.over`.
    pub fn declaration(&self, stage: &str) -> Option<StageDeclaration> {
        Self::declarations().into_iter().find(|declaration| declaration.name == stage)
    }

    /// All stages of the standard library.
    pub fn declarations() -> Vec<StageDeclaration> {
        Vec::new()
    }
}

/// The page of an error code: Markdown.
pub fn explain(code: &str) -> Option<&'static str> {
    let _ = code;
    None
}
