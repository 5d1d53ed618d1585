//! Names, types, units, colour spaces and lowering to a plan.
//!
//! Layers of queries, each knowing only the one before: `items` (a file cut) → `parsed` and `item_tree`
//! (an item without its positions) → `scope` (what names mean) → `signature` → `check_body` → `fragment` →
//! `shot_graph` → `shot_values`. Diagnostics are data that queries return. The compiler does no I/O:
//! [`System`] is the only door. Start reading at [`Compiler`], then `source.rs`, `check/mod.rs`, `lower/mod.rs`.
//!
//! **Invariants**: no query depends on where an item stands in its file; it never depends on a crate of the
//! runtime; no text makes it panic.

mod address;
mod advice;
mod ahead;
mod baking;
mod budget;
mod chain;
mod check;
mod circles;
mod claim;
mod colour;
mod controls;
mod crowd;
mod data;
mod database;
mod declaration;
mod diagnose;
mod doctests;
mod document;
mod evaluate;
mod explain;
mod function;
mod inheritance;
mod later;
mod layers;
mod library;
mod lookup;
mod lower;
mod measure;
mod modules;
mod names;
mod nuke;
mod places;
mod project;
mod report;
mod scope;
mod signature;
mod source;
mod system;
mod term;
mod types;
mod unused;

pub use claim::{Assertion, Claim, Comparison, Measure, Measured, Operand, OperandId, TestCase};
pub use controls::Control;
pub use declaration::{ParameterDeclaration, PortDeclaration, Sampling, StageDeclaration};
pub use explain::{codes, explain};
pub use lookup::{Found, library, type_words, unit_of};
pub use names::nearest;
pub use project::{
    Manifest, ManifestPackage, SchemaOf, Source, TweakEdit, TweakLine, edit_tweaks, folders_named,
    lock_text, read_tweaks, schema, tweaks_path,
};
pub use system::{Family, NoConversion, PictureHeader, System};

use crate::circles::Uses;
use crate::database::{Database, Db, ItemId};
use crate::lower::shot_values;
use crate::report::place;
use crate::source::{heads, reference};
use std::sync::Arc;
use toma_plan::{NodeOrigin, Origins, Plan, ValueOrigin};
use toma_syntax::diagnostic::{Diagnostic, Severity};

/// A compiler over the files of a project. It keeps what it has found out, so that a change costs only what
/// depends on it.
pub struct Compiler {
    database: Database,
}

/// Stack for one question. Long chains of recipes and constants go deep; pages are used only then.
const STACK: usize = 256 << 20;

impl Compiler {
    /// A compiler that asks `system` for everything it hasn't been told.
    pub fn new(system: Arc<dyn System>) -> Self {
        Self { database: Database::new(system, None) }
    }

    /// The same, telling `watcher` the name of every query that runs: `check_body(Id(3))`. For tests that
    /// count what an edit costs.
    pub fn watched(
        system: Arc<dyn System>,
        watcher: impl Fn(String) + Send + Sync + 'static,
    ) -> Self {
        Self { database: Database::new(system, Some(Box::new(watcher))) }
    }

    /// A file's text, in place of what [`System`] would say.
    pub fn set_file(&mut self, path: &str, text: String) {
        self.database.set_file(path, text);
    }

    /// Forgets what [`System`] has answered: files, headers and colour spaces may have changed.
    pub fn refresh(&mut self) {
        self.database.refresh();
    }

    /// Everything there is to say about a file and the project's modules it uses: spans counted from the
    /// beginning of their files, sorted, every label with its file.
    pub fn check(&self, path: &str) -> Vec<Diagnostic> {
        ahead::look_ahead(&self.database, &[path.to_owned()]);
        self.ask(|db| diagnose::files(&mut Uses::new(db), db, path, None))
    }

    /// [`Self::check`] of several files, in their order, and what they do to each other. Files are read and checked on all cores.
    pub fn check_files(&self, paths: &[String]) -> Vec<(String, Vec<Diagnostic>)> {
        ahead::look_ahead(&self.database, paths);
        self.ask(|db| {
            let mut uses = Uses::new(db);
            let said = |path: &String| (path.clone(), diagnose::files(&mut uses, db, path, None));
            let mut all: Vec<(String, Vec<Diagnostic>)> = paths.iter().map(said).collect();
            for (path, found) in diagnose::one_place(db, paths) {
                if let Some((_, said)) = all.iter_mut().find(|(known, _)| *known == path) {
                    said.push(found);
                }
            }
            all
        })
    }

    /// The same compiler for somebody who only checks: what shots are lowered to is forgotten once it was
    /// looked through, so that a large project needs less memory.
    pub fn only_to_check(mut self) -> Checks {
        self.database.only_checks();
        Checks(self)
    }

    /// The names of a file's shots, in the order of the text.
    pub fn shots(&self, path: &str) -> Vec<String> {
        self.ask(|db| shots(db, path))
    }

    /// A shot as a plan, or what stands against it: everything that [`Self::check`] says but about other
    /// shots. Warnings come with the plan.
    pub fn plan(&self, path: &str, shot: &str) -> (Option<Plan>, Vec<Diagnostic>) {
        self.ask(|db| {
            let file = db.file(path);
            let known = shots(db, path);
            let mut found = diagnose::files(&mut Uses::new(db), db, path, Some(shot));
            if file.text(db).is_some() && !known.iter().any(|name| name == shot) {
                found.push(diagnose::no_such_shot(path, shot, &known));
            }
            if found.iter().any(|found| found.severity == Severity::Error) {
                return (None, found);
            }
            let graph = shot_values(db, ItemId::new(db, file, format!("shot {shot}")));
            let plan = graph.plan.clone().map(|plan| Plan { origins: origins(db, graph), ..plan });
            (plan, found)
        })
    }

    /// How a shot is lowered when a slider moved, if that way can be gone, and how it is lowered at once: what
    /// both must say, in full. For tests.
    #[doc(hidden)]
    pub fn both_ways(&self, path: &str, shot: &str) -> (Option<String>, String) {
        self.ask(|db| lower::both_ways(db, ItemId::new(db, db.file(path), format!("shot {shot}"))))
    }

    /// The project that a file belongs to: the nearest `toma.yaml` in or above its folder. What is wrong with
    /// it is said by [`Self::check`].
    pub fn manifest(&self, path: &str) -> Option<Manifest> {
        self.ask(|db| project::manifest_of(db, path))
    }

    /// Everything that can be set in a shot, with what it is now: `param`s, then the parameters of its calls.
    pub fn controls(&self, path: &str, shot: &str) -> Vec<Control> {
        self.ask(|db| controls::controls(db, &reference(path, &format!("shot {shot}"))))
    }

    /// What one address of a shot leads to: `fall/gen.strength`, `warmth`.
    ///
    /// # Errors
    /// What is wrong with the address, with the nearest one that would have been right.
    pub fn control(&self, path: &str, shot: &str, address: &str) -> Result<Control, Diagnostic> {
        self.ask(|db| controls::control(db, &reference(path, &format!("shot {shot}")), address))
    }

    /// A file's text with the tweaks of one of its shots written into it, in several spellings, smallest change
    /// first. Some may mean something else than the tweaks: hold their plans against the shot's.
    pub fn baked(&self, path: &str, shot: &str) -> Vec<String> {
        self.ask(|db| baking::baked(db, path, shot))
    }

    /// The tests of a file that nothing stands against, items and docs, in the order of the text. What stands
    /// against the others [`Self::check`] says.
    pub fn tests(&self, path: &str) -> Vec<TestCase> {
        self.ask(|db| tests(db, path))
    }

    /// What a name of the prelude or a path leads to; paths begin in the folder that files are counted from.
    ///
    /// # Errors
    /// That there is nothing of that name, with what was probably meant.
    pub fn lookup(&self, path: &str) -> Result<Found, Diagnostic> {
        self.ask(|db| lookup::lookup(db, path))
    }

    /// The names that every file knows without a `use`, and what they stand for: `over`, `std.comp.over`.
    pub fn everyday(&self) -> Vec<(String, String)> {
        self.ask(lookup::everyday)
    }

    /// The text of a file, as the compiler sees it; also of the standard library's.
    pub fn text(&self, path: &str) -> Option<Arc<str>> {
        self.ask(|db| db.file(path).text(db).clone())
    }

    /// A stage by module and name: `std.comp.over`.
    pub fn declaration(&self, stage: &str) -> Option<StageDeclaration> {
        Self::declarations().into_iter().find(|declaration| declaration.name == stage)
    }

    /// All stages of the standard library.
    pub fn declarations() -> Vec<StageDeclaration> {
        declaration::all()
    }

    /// Asks on a thread with room for deep programs; on this one where no other can be had.
    fn ask<T: Send>(&self, question: impl Fn(&dyn Db) -> T + Sync) -> T {
        let database = self.database.clone();
        let answer = std::thread::scope(|scope| {
            let deep = std::thread::Builder::new().stack_size(STACK);
            let thread = deep.spawn_scoped(scope, || {
                let database = database;
                question(&database)
            });
            thread.ok().map(std::thread::ScopedJoinHandle::join)
        });
        match answer {
            Some(Ok(answer)) => answer,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => question(&self.database),
        }
    }
}

/// A compiler that can't be asked for plans any more; see [`Compiler::only_to_check`].
pub struct Checks(Compiler);

impl Checks {
    /// See [`Compiler::check_files`].
    pub fn check_files(&self, paths: &[String]) -> Vec<(String, Vec<Diagnostic>)> {
        self.0.check_files(paths)
    }
}

/// The shots of a file.
fn shots(db: &dyn Db, path: &str) -> Vec<String> {
    let shots = heads(db, db.file(path)).iter().filter(|head| head.word == "shot");
    let named = shots.filter(|head| head.nth == 1 && !head.name.is_empty());
    named.map(|head| head.name.clone()).collect()
}

/// The tests of a file, in the order of the text.
fn tests(db: &dyn Db, path: &str) -> Vec<TestCase> {
    let file = db.file(path);
    let mut slices: Vec<_> =
        source::items(db, file).iter().filter(|slice| slice.head.word == "test").collect();
    slices.sort_by_key(|slice| slice.start);
    let case = |slice: &&source::Slice| {
        let id = ItemId::new(db, file, slice.head.key.as_str());
        let item = source::reference(path, &slice.head.key);
        let graph = lower::test_graph(db, id);
        let plan = graph.graph.plan.clone()?;
        let span = source::name_span(&source::item_tree(db, id));
        let title = match &slice.head.doc {
            Some(of) if of.is_empty() => "the file's docs".to_owned(),
            Some(of) => format!("the docs of `{of}`"),
            None => graph.title.clone(),
        };
        let placed = |span| place(db, &report::Spot { item: item.clone(), span });
        Some(TestCase {
            title,
            place: placed(span),
            plan: Plan { origins: origins(db, &graph.graph), ..plan },
            frames: graph.frames?,
            tolerance: graph.tolerance,
            operands: graph.operands.clone(),
            assertions: graph
                .claims
                .iter()
                .map(|(claim, span)| Assertion { claim: claim.clone(), place: placed(*span) })
                .collect(),
        })
    };
    slices.iter().filter_map(case).collect()
}

/// Where a graph's nodes came from, in files.
fn origins(db: &dyn Db, graph: &lower::Graph) -> Origins {
    let nodes = graph.nodes.iter().map(|node| NodeOrigin {
        call: place(db, &node.call),
        chain: node.chain.iter().map(|spot| place(db, spot)).collect(),
        parameters: node
            .parameters
            .iter()
            .map(|(name, (layer, spot))| {
                let settings = node.settings.get(name).map(Vec::as_slice).unwrap_or_default();
                let settings =
                    settings.iter().map(|claim| controls::setting_origin(db, claim)).collect();
                (name.clone(), ValueOrigin { layer: *layer, place: place(db, spot), settings })
            })
            .collect(),
    });
    Origins {
        nodes: nodes.collect(),
        outputs: graph.outputs.iter().map(|spot| place(db, spot)).collect(),
    }
}
