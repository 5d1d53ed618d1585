//! The contract between the engine and what computes pixels.
//!
//! A [`Stage`] declares what it reads; the engine makes keys from that alone, hands over exactly what
//! was declared, and keeps what comes back. This crate knows no plan, no engine, no network library.
//!
//! **Invariants**
//! - A stage is a pure function of its [`Job`]: no clock, no file, no global state, no randomness but
//!   a seed among its settings. Equal jobs give equal bits, on any number of threads.
//! - A stage sees only the settings, ambient values, inputs and blobs that it declared; while it runs,
//!   not the settings that only place ([`Sampling::Placing`]).
//! - [`Declaration::version`] changes with every change of pixels.

mod cancel;
mod declaration;
mod job;
mod read;
mod registry;
mod setting;
mod value;

pub use cancel::CancelToken;
pub use declaration::{
    AmbientValue, Declaration, InputPort, Kind, NumericClass, OutputPort, Parameter, Precision,
    Sampling, Span,
};
pub use job::{Ambient, Given, Job, Request};
pub use read::{Missing, Read, Region};
pub use registry::Registry;
pub use setting::{Setting, Settings};
pub use value::{Answer, Sequence, Table, Value};

/// Something that computes values from values.
pub trait Stage: Send + Sync {
    /// Its name, version, ports and parameters: the same as the declaration in the standard library.
    fn declaration(&self) -> &Declaration;

    /// What the request needs, in the order in which [`Job`] will hold it.
    ///
    /// Called before anything is computed, often and for many frames: it must be cheap, and depends
    /// on nothing but the request.
    ///
    /// # Errors
    /// When the settings make no sense together.
    fn reads(&self, request: &Request<'_>) -> Result<Vec<Read>, StageError>;

    /// The value.
    ///
    /// # Errors
    /// [`StageError::Cancelled`] soon after the token says so; [`StageError::Failed`] with what is
    /// wrong with the input and what to do.
    fn run(&self, job: &Job<'_>) -> Result<Answer, StageError>;

    /// The input port that the result equals, bit for bit and with its window and metadata, as the
    /// settings alone prove. The engine then neither keys nor runs the stage.
    fn identity(&self, _settings: &Settings) -> Option<&'static str> {
        None
    }

    /// The input port that the result equals, as [`Self::identity`], with the number of frames by which
    /// it is later: the result at `t` is the input at `t - by`. The settings decide alone, those that only
    /// place included. The engine then neither keys nor runs the stage.
    fn forwards(&self, settings: &Settings) -> Option<(&'static str, i64)> {
        self.identity(settings).map(|port| (port, 0))
    }

    /// As [`Self::forwards`] for one time: the input port that the result at `time` equals, and at which of
    /// the input's times. For stages whose settings choose another input, or another step, as time goes on.
    fn forwards_at(
        &self,
        settings: &Settings,
        time: i64,
    ) -> Option<(std::borrow::Cow<'static, str>, i64)> {
        self.forwards(settings).map(|(port, by)| (port.into(), time.saturating_sub(by)))
    }

    /// How results are divided over time.
    fn span(&self, _settings: &Settings) -> Span {
        Span::Frame
    }

    /// The frames at which the result exists, given those of the connected inputs; `None` where it has
    /// no bounds. It exists where all inputs do, later by as much as [`Self::forwards`] says.
    fn domain(
        &self,
        settings: &Settings,
        inputs: &[(String, Option<(i64, i64)>)],
    ) -> Option<(i64, i64)> {
        let by = self.forwards(settings).map_or(0, |(_, by)| by);
        inputs
            .iter()
            .filter_map(|(_, domain)| *domain)
            .reduce(|a, b| (a.0.max(b.0), a.1.min(b.1)))
            .map(|(first, last)| (first.saturating_add(by), last.saturating_add(by)))
    }

    /// Bytes that a run holds at its peak, results included, inputs not. Here the request always knows
    /// the shot's format.
    fn memory(&self, request: &Request<'_>) -> u64 {
        let (width, height) =
            request.ambient.format.map_or((0, 0), |size| (size.width, size.height));
        u64::from(width) * u64::from(height) * 4 * 4
    }

    /// The digest of the weights that a run would use, for stages that declare weights.
    ///
    /// # Errors
    /// When the weights are absent or are not those of their card.
    fn weights(&self) -> Result<Option<[u8; 32]>, StageError> {
        Ok(None)
    }
}

/// Why a stage has no result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StageError {
    /// Somebody took the question back.
    #[error("cancelled")]
    Cancelled,
    /// The input can't be processed.
    #[error("{message}")]
    Failed {
        /// The diagnostic's code, such as `T0611`.
        code: &'static str,
        /// What is wrong, in the artist's words.
        message: String,
        /// What to do.
        help: String,
    },
}

impl StageError {
    /// A failure with a code, what is wrong, and what to do.
    pub fn failed(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Failed { code, message: message.into(), help: help.into() }
    }
}
