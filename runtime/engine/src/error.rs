//! What can go wrong, with where it happened: enough for a caller to point into the text.

use crate::Summary;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use toma_media::MediaError;
use toma_stage::StageError;

/// Something that has no result, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Failure {
    /// The code of the page `toma explain` shows.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The path of the node where it went wrong, by which `Plan::origins` gives the place in the text.
    pub node: Option<String>,
    /// The parameter, where one is to blame.
    pub parameter: Option<String>,
    /// The output, where it is about a file that is to be written.
    pub output: Option<String>,
    /// The frame; none for what is one for all times.
    pub frame: Option<i64>,
    /// Files that are concerned.
    pub files: Vec<PathBuf>,
    /// From the failure that stopped this one back to where it began; empty where it began.
    pub because: Vec<Cause>,
}

/// A link of a chain of causes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// The node's path.
    pub node: String,
    /// The frame; none for what is one for all times.
    pub frame: Option<i64>,
}

impl Failure {
    /// A failure that names no place yet.
    pub fn new(
        code: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            help: help.into(),
            node: None,
            parameter: None,
            output: None,
            frame: None,
            files: Vec::new(),
            because: Vec::new(),
        }
    }

    /// A mistake in Toma itself.
    pub(crate) fn mistake(code: &str, message: impl Into<String>) -> Self {
        Self::new(code, message, "this is a mistake in Toma: please report it with the shot")
    }

    /// With the node and frame where it happened.
    #[must_use]
    pub(crate) fn at(mut self, node: &str, frame: Option<i64>) -> Self {
        self.node = Some(node.to_owned());
        self.frame = frame;
        self
    }

    /// With the parameter that is to blame.
    #[must_use]
    pub(crate) fn parameter(mut self, name: &str) -> Self {
        self.parameter = Some(name.to_owned());
        self
    }

    /// With the output that it is about.
    #[must_use]
    pub(crate) fn output(mut self, name: &str) -> Self {
        self.output = Some(name.to_owned());
        self
    }

    /// With files that are concerned.
    #[must_use]
    pub(crate) fn files(mut self, files: Vec<PathBuf>) -> Self {
        self.files = files;
        self
    }

    /// The failure of what needed this one's result.
    pub(crate) fn poisoning(&self, node: &str, frame: Option<i64>) -> Self {
        let mut because = Vec::new();
        if let Some(path) = &self.node {
            because.push(Cause { node: path.clone(), frame: self.frame });
        }
        // A scan's chain can be ten thousand frames long: its beginning and its end say it all.
        because.extend(self.because.iter().take(15).cloned());
        if let Some(last) = self.because.last()
            && because.last() != Some(last)
        {
            because.push(last.clone());
        }
        Self { because, ..self.clone() }.at(node, frame)
    }
}

impl From<StageError> for Failure {
    fn from(error: StageError) -> Self {
        match error {
            StageError::Cancelled => {
                Self::mistake("T0903", "the stage gave up although nobody had asked it to")
            }
            StageError::Failed { code, message, help } => Self::new(code, message, help),
        }
    }
}

impl From<MediaError> for Failure {
    fn from(error: MediaError) -> Self {
        Self::new(error.code(), error.to_string(), error.help())
    }
}

/// Why a whole request has no answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// Known before anything ran; nothing ran. All that is wrong, at once.
    #[error("{}", summary(.0))]
    Refused(Vec<Failure>),
    /// One value was asked for and has failed.
    #[error("{}", .0.message)]
    Failed(Arc<Failure>),
    /// Somebody took the question back. What was finished is kept: this is what it came to.
    #[error("cancelled")]
    Cancelled(Box<Summary>),
    /// Another process renders this shot into the same state folder (T0703).
    #[error("the shot `{shot}` is being rendered by {}", holder(*.process))]
    Locked {
        /// The shot.
        shot: String,
        /// The other process, if it left its number.
        process: Option<u32>,
    },
    /// The engine can't start (T0905).
    #[error("{0}")]
    Start(String),
}

impl EngineError {
    /// The code of the first thing that is wrong; none for a cancelled request.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(failures) => failures.first().map(|failure| failure.code.as_str()),
            Self::Failed(failure) => Some(&failure.code),
            Self::Cancelled(_) => None,
            Self::Locked { .. } => Some("T0703"),
            Self::Start(_) => Some("T0905"),
        }
    }
}

fn summary(failures: &[Failure]) -> String {
    failures.iter().map(|failure| failure.message.as_str()).collect::<Vec<_>>().join("\n")
}

fn holder(process: Option<u32>) -> String {
    process.map_or_else(|| "another process".to_owned(), |id| format!("process {id}"))
}
