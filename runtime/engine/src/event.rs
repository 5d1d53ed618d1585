//! What the engine tells while it works.

use crate::Failure;
use serde::Serialize;
use std::path::PathBuf;

/// One thing that happened. A pair is a node with a frame; a still or an artefact of a whole clip is
/// one pair without a frame, a chunk is one pair with its first frame.
///
/// Every pair of a request's closure gets exactly one of `Computed`, `Rebuilt`, `Cached`, `Failed`. A pair
/// whose value was given up for want of memory, and which ran again for that, gets one more `Rebuilt` for
/// each such run. A request that is cancelled tells only of what it came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Keys are made; work begins.
    Planned {
        /// Pairs in the closure of the request.
        pairs: usize,
        /// Files that the request writes.
        files: usize,
        /// Those of them that are as they should be already.
        up_to_date: usize,
    },
    /// A result that no earlier run had.
    Computed {
        /// The node's path.
        node: String,
        /// The frame.
        frame: Option<i64>,
        /// How long it took.
        seconds: f64,
    },
    /// A result that an earlier run had, or this request before, whose bytes were not kept.
    Rebuilt {
        /// The node's path.
        node: String,
        /// The frame.
        frame: Option<i64>,
        /// How long it took.
        seconds: f64,
    },
    /// A pair that did not have to run.
    Cached {
        /// The node's path.
        node: String,
        /// The frame.
        frame: Option<i64>,
    },
    /// A pair without a result.
    Failed(Failure),
    /// A file was written.
    Written {
        /// The output's name.
        output: String,
        /// The frame.
        frame: i64,
        /// The file.
        path: PathBuf,
        /// Why.
        reason: Reason,
    },
    /// A file is as it should be.
    UpToDate {
        /// The output's name.
        output: String,
        /// The frame.
        frame: i64,
        /// The file.
        path: PathBuf,
    },
    /// A file was not written, and is as it was before.
    NotWritten {
        /// The output's name.
        output: String,
        /// The frame.
        frame: i64,
        /// The file.
        path: PathBuf,
        /// Why.
        failure: Failure,
    },
    /// Source files changed while they were read: what depends on them is planned again.
    Replanned {
        /// The files.
        files: Vec<PathBuf>,
    },
    /// Something is not as it should be, and the render goes on.
    Warning(Failure),
}

/// Why a file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is the first time.
    New,
    /// What it shows has changed.
    Changed,
    /// It was gone.
    Gone,
    /// It was no longer what Toma had written.
    Altered,
    /// Toma had not written it, and was told to overwrite it.
    Forced,
}

/// What a request came to, in pairs and files.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Pairs that no earlier run had.
    pub computed: usize,
    /// Runs of pairs that an earlier run had, or this request before, whose bytes were not kept.
    pub rebuilt: usize,
    /// Pairs that did not have to run.
    pub cached: usize,
    /// Pairs without a result, those that needed one of these included.
    pub failed: usize,
    /// Files written.
    pub written: usize,
    /// Files that were as they should be.
    pub up_to_date: usize,
    /// Files that could not be written.
    pub not_written: usize,
    /// From the request to the end.
    pub seconds: f64,
}
