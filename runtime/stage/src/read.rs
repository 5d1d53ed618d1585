//! What a stage says it needs.

use toma_media::Window;

/// One thing that a result depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// An input at a time of the shot.
    Input {
        /// The port path: `image`, `layers[2]`.
        port: String,
        /// The frame. Stills answer the same at any.
        time: i64,
        /// The part that is needed.
        region: Region,
    },
    /// The stage's own result at an earlier time (a scan). Before the domain it is
    /// [`crate::Given::Nothing`].
    Own {
        /// The frame, earlier than the one asked for.
        time: i64,
    },
    /// Bytes of a file that a [`crate::Sampling::Blob`] parameter names.
    Blob {
        /// The parameter.
        parameter: &'static str,
        /// Which file of the pattern; ignored for a path without a frame number.
        frame: i64,
        /// What to do if there is no such file.
        missing: Missing,
    },
}

impl Read {
    /// All of an input at one time.
    pub fn input(port: impl Into<String>, time: i64) -> Self {
        Self::Input { port: port.into(), time, region: Region::All }
    }

    /// All of an input at each frame from `time - before` to `time + after`.
    pub fn window(port: &str, time: i64, before: u32, after: u32) -> impl Iterator<Item = Self> {
        (time - i64::from(before)..=time + i64::from(after))
            .map(move |time| Self::input(port, time))
    }
}

/// The part of a picture that is asked for. The engine asks for all of it today; a stage may say
/// that it needs less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Region {
    /// Every sample there is.
    All,
    /// These pixels.
    Window(Window),
}

/// What stands in for a file that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Nothing: a message that names all gaps, before anything runs.
    Error,
    /// The latest file before it, else the first one.
    Hold,
    /// The nearest file, the earlier one of two.
    Nearest,
    /// Nothing: the stage gets [`crate::Given::Missing`] and makes a picture that can't be overlooked.
    Marker,
}
