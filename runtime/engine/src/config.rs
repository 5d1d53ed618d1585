//! How an engine is set up.

use std::path::PathBuf;

/// Where an engine works and what it may use.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder of everything that the engine remembers: results, keys, the ledger, the history.
    pub state: PathBuf,
    /// What relative paths of a plan start from: the folder of the shot's file.
    pub root: PathBuf,
    /// Threads; 0 is one for each core.
    pub threads: usize,
    /// Bytes for values in memory, results that are kept there included.
    pub memory_bytes: u64,
    /// What is kept of results.
    pub caching: Caching,
    /// When a result is worth a file.
    pub limits: Limits,
    /// The colour configuration with everything it refers to, as one text that changes with any of it.
    /// In the keys of stages that declare it.
    pub colour_config: String,
}

impl Settings {
    /// An engine that keeps everything, with every core and 4 GiB.
    pub fn new(state: impl Into<PathBuf>, root: impl Into<PathBuf>) -> Self {
        Self {
            state: state.into(),
            root: root.into(),
            threads: 0,
            memory_bytes: 4 << 30,
            caching: Caching::Full,
            limits: Limits::default(),
            colour_config: String::new(),
        }
    }
}

/// What is kept of results. The bits of results never depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// Nothing: every request computes what it needs.
    Off,
    /// In memory, as long as the engine lives.
    Memory,
    /// In memory and on disk.
    Full,
}

/// From when on a result that is neither a network's nor a clip's is worth a file: both must hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Seconds that it took.
    pub kept_from_seconds: f64,
    /// Seconds that it took for a byte.
    pub kept_from_seconds_per_byte: f64,
}

impl Default for Limits {
    /// 5 ms, and ten times what reading a byte from a slow disk takes.
    fn default() -> Self {
        Self { kept_from_seconds: 0.005, kept_from_seconds_per_byte: 2e-8 }
    }
}
