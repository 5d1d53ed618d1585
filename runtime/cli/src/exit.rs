//! What the program's exit code says. The README lists them.

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was done.
    Done = 0,
    /// The text has errors; nothing ran.
    Program = 1,
    /// The command line is wrong.
    Usage = 2,
    /// Some frames failed; the others are written.
    Frames = 3,
    /// Nothing ran: plates, outputs, weights or another render stand against it.
    Surroundings = 4,
    /// Somebody pressed ctrl-C.
    Interrupted = 130,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
