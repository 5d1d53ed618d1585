//! What a stage is asked, and what it is given.

use crate::{CancelToken, Read, Settings, StageError, Table, Value};
use std::sync::Arc;
use toma_media::{Frame, Size};

/// A question to a stage: everything that [`crate::Stage::reads`] may depend on.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The frame asked for. For [`crate::Span::Clip`] the domain's first; for a chunk its first.
    pub time: i64,
    /// Parameters as read at that time; in a [`Job`] without those that only place.
    pub settings: &'a Settings,
    /// Ports that are connected, with the frames at which each has pictures of its own.
    pub inputs: &'a [(String, Option<(i64, i64)>)],
    /// The frames at which this node has results, where it is bounded.
    pub domain: Option<(i64, i64)>,
    /// Ambient values, those declared filled in.
    pub ambient: &'a Ambient,
    /// Pixels of the full format a pixel of the result stands for; 1 is full size.
    pub scale: u32,
}

impl Request<'_> {
    /// Is the port connected?
    pub fn has(&self, port: &str) -> bool {
        self.inputs.iter().any(|(name, _)| name == port)
    }
}

/// Values of the shot. Only those that the stage declared are present.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ambient {
    /// The number of the frame.
    pub frame: Option<i64>,
    /// The shot's format.
    pub format: Option<Size>,
    /// The shot's rate as a ratio.
    pub rate: Option<(u32, u32)>,
    /// The working space's name.
    pub space: Option<String>,
}

/// What a [`Read`] came to.
#[derive(Debug, Clone)]
pub enum Given {
    /// An input. Outside a source that is black there, an empty picture of the source's format.
    Value(Value),
    /// A file's bytes, and its name for messages.
    Blob {
        /// The content, whose hash is in the key.
        bytes: Arc<[u8]>,
        /// The file's name. Messages only.
        name: String,
    },
    /// No file, and [`crate::Missing::Marker`] was asked for.
    Missing {
        /// The format of the node's picture where the plan knows it, else the shot's. In the key.
        format: Size,
    },
    /// No earlier result of a scan: it begins here.
    Nothing,
}

/// A request with everything that was read for it.
#[derive(Debug)]
pub struct Job<'a> {
    /// The question.
    pub request: Request<'a>,
    /// As declared, in order.
    pub reads: &'a [Read],
    /// For each read.
    pub given: &'a [Given],
    /// To be checked between row blocks.
    pub cancel: &'a CancelToken,
}

impl Job<'_> {
    /// Parameters as read.
    pub fn settings(&self) -> &Settings {
        self.request.settings
    }

    /// The picture of a port at the frame asked for.
    ///
    /// # Errors
    /// When it was not declared as read: a mistake in the stage.
    pub fn frame(&self, port: &str) -> Result<&Arc<Frame>, StageError> {
        self.frame_at(port, self.request.time)
    }

    /// The picture of a port at a time.
    ///
    /// # Errors
    /// When it was not declared as read: a mistake in the stage.
    pub fn frame_at(&self, port: &str, time: i64) -> Result<&Arc<Frame>, StageError> {
        match self.value_at(port, time) {
            Some(Value::Frame(frame)) => Ok(frame),
            _ => Err(Self::undeclared(port, time, "picture")),
        }
    }

    /// The table of a port at the frame asked for.
    ///
    /// # Errors
    /// When it was not declared as read: a mistake in the stage.
    pub fn table(&self, port: &str) -> Result<&Arc<Table>, StageError> {
        match self.value_at(port, self.request.time) {
            Some(Value::Table(table)) => Ok(table),
            _ => Err(Self::undeclared(port, self.request.time, "table")),
        }
    }

    fn value_at(&self, port: &str, time: i64) -> Option<&Value> {
        self.reads.iter().zip(self.given).find_map(|(read, given)| match (read, given) {
            (Read::Input { port: name, time: at, .. }, Given::Value(value))
                if name == port && *at == time =>
            {
                Some(value)
            }
            _ => None,
        })
    }

    fn undeclared(port: &str, time: i64, what: &str) -> StageError {
        StageError::failed(
            "T0901",
            format!("the stage took a {what} from `{port}` at frame {time} without declaring it"),
            "this is a mistake in Toma: please report it with the shot",
        )
    }
}
