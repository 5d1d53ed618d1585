//! The salsa database: files by path, read through [`System`] when somebody first asks for them.

#![expect(clippy::needless_pass_by_value, reason = "salsa keeps the arguments of queries")]

use crate::library;
use crate::report::ItemRef;
use crate::system::{Family, NoConversion, PictureHeader, System};
use rustc_hash::FxHashMap;
use salsa::{Durability, Setter};
use std::sync::{Arc, PoisonError, RwLock};

/// A file that there is, or that somebody has asked for.
#[salsa::input]
pub(crate) struct File {
    /// As given to the compiler; `std/…` for the standard library.
    pub(crate) path: String,
    /// `None` if there is no such file.
    pub(crate) text: Option<Arc<str>>,
}

/// Stands for everything that [`System`] answers beside texts.
#[salsa::input]
pub(crate) struct World {
    /// Rises when the answers may have changed.
    #[returns(copy)]
    pub(crate) revision: u64,
}

/// An item of a file, by its word and name.
#[salsa::interned]
pub(crate) struct ItemId<'db> {
    #[returns(copy)]
    pub(crate) file: File,
    pub(crate) key: String,
}

/// What queries may ask the database beside each other.
#[salsa::db]
pub(crate) trait Db: salsa::Database {
    /// The file of that path, there or not.
    fn file(&self, path: &str) -> File;
    /// The door to the outside. Only the queries below may use it.
    fn system(&self) -> &dyn System;
    /// What those queries depend on.
    fn world(&self) -> World;
    /// Are the graphs of shots wanted behind what is said of them?
    fn keeps_graphs(&self) -> bool;
}

/// The item that a reference means.
pub(crate) fn item_id<'db>(db: &'db dyn Db, item: &ItemRef) -> ItemId<'db> {
    ItemId::new(db, db.file(&item.file), item.key.as_str())
}

/// Which sort of colour space a name of the configuration means.
#[salsa::tracked(returns(copy))]
pub(crate) fn colour_space(db: &dyn Db, world: World, name: String) -> Option<Family> {
    world.revision(db);
    db.system().colour_space(&name)
}

/// Why colour can't be brought from one space into another.
#[salsa::tracked(returns(clone))]
pub(crate) fn no_conversion(
    db: &dyn Db,
    world: World,
    from: String,
    to: String,
) -> Option<NoConversion> {
    world.revision(db);
    db.system().no_conversion(&from, &to)
}

/// All names of the colour configuration.
#[salsa::tracked(returns(clone))]
pub(crate) fn colour_space_names(db: &dyn Db, world: World) -> Vec<String> {
    world.revision(db);
    db.system().colour_space_names()
}

/// A picture's header.
#[salsa::tracked(returns(clone))]
pub(crate) fn picture_header(
    db: &dyn Db,
    world: World,
    pattern: String,
    frame: i64,
) -> Option<PictureHeader> {
    world.revision(db);
    db.system().picture_header(&pattern, frame)
}

/// Is there such a file?
#[salsa::tracked(returns(copy))]
pub(crate) fn file_exists(db: &dyn Db, world: World, path: String) -> bool {
    world.revision(db);
    db.system().exists(&path)
}

/// Is there such a folder?
#[salsa::tracked(returns(copy))]
pub(crate) fn folder_exists(db: &dyn Db, world: World, path: String) -> bool {
    world.revision(db);
    db.system().folder_exists(&path)
}

/// The manifest that governs the files of a folder.
#[salsa::tracked(returns(clone))]
pub(crate) fn manifest_above(db: &dyn Db, world: World, folder: String) -> Option<String> {
    world.revision(db);
    db.system().manifest(&folder)
}

/// The hash of a package's files.
#[salsa::tracked(returns(clone))]
pub(crate) fn package_digest(
    db: &dyn Db,
    world: World,
    folder: String,
) -> Option<Result<String, String>> {
    world.revision(db);
    db.system().package_digest(&folder)
}

/// The names in a folder.
#[salsa::tracked(returns(clone))]
pub(crate) fn folder(db: &dyn Db, world: World, path: String) -> Vec<String> {
    world.revision(db);
    db.system().list(&path)
}

/// The one implementation of [`Db`].
#[salsa::db]
#[derive(Clone)]
pub(crate) struct Database {
    storage: salsa::Storage<Self>,
    system: Arc<dyn System>,
    files: Arc<RwLock<FxHashMap<String, Known>>>,
    world: Option<World>,
    only_checks: bool,
}

#[derive(Clone, Copy)]
struct Known {
    file: File,
    /// Its text was set, not read.
    told: bool,
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {
    fn file(&self, path: &str) -> File {
        // Asked at every name of another item, by all threads at once.
        let known = self.files.read().unwrap_or_else(PoisonError::into_inner).get(path).copied();
        if let Some(known) = known {
            return known.file;
        }
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = files.get(path) {
            return known.file;
        }
        let standard = library::text(path);
        // Files that somebody edits become LOW by `set_file`: an edit then asks nothing of the others.
        let durability = if standard.is_some() { Durability::HIGH } else { Durability::MEDIUM };
        let text = standard.map(str::to_owned).or_else(|| self.system.read_text(path));
        let file =
            File::builder(path.to_owned(), text.map(Arc::from)).durability(durability).new(self);
        files.insert(path.to_owned(), Known { file, told: false });
        file
    }

    fn system(&self) -> &dyn System {
        &*self.system
    }

    fn world(&self) -> World {
        self.world.unwrap_or_else(|| World::new(self, 0))
    }

    fn keeps_graphs(&self) -> bool {
        !self.only_checks
    }
}

/// Called with the name of every query that runs.
pub(crate) type Watcher = Box<dyn Fn(String) + Send + Sync>;

impl Database {
    pub(crate) fn new(system: Arc<dyn System>, watcher: Option<Watcher>) -> Self {
        let callback = watcher.map(|watcher| {
            Box::new(move |event: salsa::Event| {
                if let salsa::EventKind::WillExecute { database_key } = event.kind {
                    watcher(format!("{database_key:?}"));
                }
            }) as Box<dyn Fn(salsa::Event) + Send + Sync>
        });
        let mut database = Self {
            storage: salsa::Storage::new(callback),
            system,
            files: Arc::default(),
            world: None,
            only_checks: false,
        };
        let world = World::builder(0).durability(Durability::MEDIUM).new(&database);
        database.world = Some(world);
        database
    }

    /// From now on nobody asks for a graph.
    pub(crate) fn only_checks(&mut self) {
        self.only_checks = true;
    }

    /// A text in place of what the system would say.
    pub(crate) fn set_file(&mut self, path: &str, text: String) {
        let file = self.file(path);
        if file.text(self).as_deref() != Some(text.as_str()) {
            file.set_text(self).with_durability(Durability::LOW).to(Some(Arc::from(text)));
        }
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        files.insert(path.to_owned(), Known { file, told: true });
    }

    /// Asks the system again for everything that it was asked before.
    pub(crate) fn refresh(&mut self) {
        let files: Vec<(String, Known)> = {
            let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
            files.iter().map(|(path, known)| (path.clone(), *known)).collect()
        };
        for (path, known) in files {
            if known.told || library::text(&path).is_some() {
                continue;
            }
            let text: Option<Arc<str>> = self.system.read_text(&path).map(Arc::from);
            if *known.file.text(self) != text {
                known.file.set_text(self).with_durability(Durability::MEDIUM).to(text);
            }
        }
        let world = self.world();
        let revision = world.revision(self);
        world.set_revision(self).with_durability(Durability::MEDIUM).to(revision + 1);
    }
}
