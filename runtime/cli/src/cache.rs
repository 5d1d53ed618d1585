//! `toma cache`: looks after results that are kept.

use crate::arguments::{CacheAction, CacheFolder, State};
use crate::exit::Exit;
use crate::program::{Program, plain, refuse};
use crate::report::{self, Format};
use crate::sources::Sources;
use crate::studio;
use std::path::{Path, PathBuf};
use toma_engine::{Engine, EngineError, Settings};
use toma_stage::Registry;

/// Does what is asked.
pub(crate) fn cache(action: &CacheAction) -> Exit {
    let (CacheAction::Stat(folder) | CacheAction::Verify(folder) | CacheAction::Clear(folder)) =
        action;
    let state = match folder_of(folder) {
        Ok(state) => state,
        Err(exit) => return exit,
    };
    let engine = match Engine::open(Settings::new(&state, "."), Registry::default()) {
        Ok(engine) => engine,
        Err(error) => {
            return refuse(plain("T0905", error.to_string(), "try again"), Exit::Surroundings);
        }
    };
    match action {
        CacheAction::Stat(_) => stat(&engine, &state),
        CacheAction::Verify(_) => verify(&engine),
        CacheAction::Clear(_) => clear(&engine),
    }
}

/// The state folder that is meant: given, or that of a program's folder.
fn folder_of(folder: &CacheFolder) -> Result<PathBuf, Exit> {
    let CacheFolder { of, state } = folder;
    let found = match (of, state) {
        (_, State { cache: Some(cache), .. }) => cache.clone(),
        (Some(of), _) if of.is_dir() && of.join("store").exists() => of.clone(),
        (Some(of), _) if of.is_dir() => of_project(of)?,
        (Some(of), _) if of.exists() => of_project(&studio::folder_of(of))?,
        (Some(of), _) => {
            let message = format!("there is no {}", of.display());
            return Err(refuse(
                plain("T0200", message, "name a `.toma` file or the cache's folder"),
                Exit::Usage,
            ));
        }
        (None, _) => of_project(Path::new("."))?,
    };
    if found.is_dir() {
        return Ok(found);
    }
    let message = format!("there is no cache at {}", found.display());
    let help = "a render makes one beside the shot's file; name that file, or --cache FOLDER";
    Err(refuse(plain("T0707", message, help), Exit::Surroundings))
}

/// Where renders of a folder's programs keep their results: as `toma.yaml` says, or in `.toma` there.
fn of_project(folder: &Path) -> Result<PathBuf, Exit> {
    let program = Program::empty(folder).map_err(|diagnostic| refuse(diagnostic, Exit::Program))?;
    Ok(studio::state_of(
        &program.state(&State { cache: None, models: None, threads: None }),
        folder,
    ))
}

fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn stat(engine: &Engine, state: &Path) -> Exit {
    let stat = engine.cache_stat();
    outln!("{}: {}, {}", state.display(), entries(stat.entries), megabytes(stat.bytes));
    Exit::Done
}

fn verify(engine: &Engine) -> Exit {
    let check = engine.cache_verify();
    outln!("{} checked, {} bad", entries(check.entries), check.removed.len());
    if check.removed.is_empty() {
        return Exit::Done;
    }
    for (path, why) in &check.removed {
        outln!("  removed {}: {why}", path.display());
    }
    let message = format!(
        "{} of {} were damaged and are removed",
        check.removed.len(),
        entries(check.entries)
    );
    refuse(
        plain("T0706", message, "they are computed again when they are needed; check the disk"),
        Exit::Surroundings,
    )
}

fn clear(engine: &Engine) -> Exit {
    match engine.cache_clear() {
        Ok((count, bytes)) => {
            outln!("{} removed, {}", entries(count), megabytes(bytes));
            Exit::Done
        }
        Err(EngineError::Refused(failures)) => {
            let plan_free: Vec<_> = failures
                .iter()
                .map(|failure| plain("T0705", failure.message.clone(), &failure.help))
                .collect();
            report::print(&plan_free, &Sources::default(), Format::Human);
            Exit::Surroundings
        }
        Err(error) => refuse(
            plain("T0705", error.to_string(), "check the folder's permissions"),
            Exit::Surroundings,
        ),
    }
}
