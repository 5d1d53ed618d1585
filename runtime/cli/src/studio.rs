//! An engine for a program: where its state lies, which stages it has, which weights and colours.

use crate::arguments::State;
use crate::exit::Exit;
use crate::program::{plain, refuse};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toma_engine::{Caching, Engine, Settings};
use toma_media::colour::ColourSpaces;
use toma_models::{Models, cards};

/// The folder of a file, `.` for a bare name.
pub(crate) fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// The folder of caches and records for programs of a folder.
pub(crate) fn state_of(state: &State, folder: &Path) -> PathBuf {
    state.cache.clone().unwrap_or_else(|| folder.join(".toma"))
}

/// An engine whose relative paths start from `folder`.
///
/// # Errors
/// How the command ends, when the engine can't start.
pub(crate) fn engine(
    state: &State,
    folder: &Path,
    colour: Arc<dyn ColourSpaces>,
    caching: Caching,
) -> Result<Engine, Exit> {
    let mut folders: Vec<PathBuf> = state.models.iter().cloned().collect();
    if let Some(models) = &state.models
        && !cards().iter().any(|card| models.join(&card.file).is_file())
    {
        let files: Vec<&str> = cards().iter().map(|card| card.file.as_str()).collect();
        let message = format!("{} holds no network's weights", models.display());
        let help = format!("it has to hold {}", files.join(" or "));
        return Err(refuse(plain("T0801", message, &help), Exit::Surroundings));
    }
    folders.extend(Models::default_folders());
    let settings = Settings {
        threads: state.threads.unwrap_or(0),
        caching,
        colour_config: colour.identity(),
        ..Settings::new(state_of(state, folder), folder)
    };
    let registry = toma_stages::registry(colour, Arc::new(Models::new(folders)));
    Engine::open(settings, registry).map_err(|error| {
        let help = "close other programs and try again";
        refuse(plain("T0905", error.to_string(), help), Exit::Surroundings)
    })
}
