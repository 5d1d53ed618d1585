//! Why a network gave no answer: one enum, a code of the 08 range for each cause, and what to do.

use std::path::PathBuf;

/// Why weights couldn't be used, or a network didn't run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// No card has that name.
    #[error("there is no network called `{name}`; known are {}", known.join(", "))]
    Unknown {
        /// As asked for.
        name: String,
        /// Names of all cards.
        known: Vec<String>,
    },
    /// The file is in none of the folders.
    #[error("the weights of `{name}` are missing: no {} in {}", file.display(), folders_text(folders))]
    Missing {
        /// The network.
        name: String,
        /// Below each folder.
        file: PathBuf,
        /// In the order in which they were searched.
        folders: Vec<PathBuf>,
    },
    /// The file is there but can't be read.
    #[error("the weights of `{name}` can't be read: {}: {reason}", file.display())]
    Unreadable {
        /// The network.
        name: String,
        /// The file.
        file: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// The file's content is not the one that the card pins.
    #[error(
        "the weights in {} are not those of `{name}`: sha256 begins {found}, the card says {expected}",
        file.display()
    )]
    Altered {
        /// The network.
        name: String,
        /// The file.
        file: PathBuf,
        /// First 12 hex digits of the card's sha256.
        expected: String,
        /// First 12 hex digits of the file's sha256.
        found: String,
    },
    /// The file is a Python pickle, which can run any program when it is opened.
    #[error("{} is a Python pickle ({kind}), which Toma never opens", file.display())]
    Pickle {
        /// The file.
        file: PathBuf,
        /// What it begins with: `zip archive` or `pickle stream`.
        kind: &'static str,
    },
    /// A safetensors file that isn't one, or holds other tensors than the network has.
    #[error("{} doesn't hold the tensors of `{name}`: {reason}", file.display())]
    Tensors {
        /// The network.
        name: String,
        /// The file.
        file: PathBuf,
        /// Which tensor, what it should be and what it is.
        reason: String,
    },
    /// A picture that the network can't take.
    #[error("`{name}` can't take this picture: {reason}")]
    Picture {
        /// The network.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The tensor library refused an operation: a mistake in Toma.
    #[error("`{name}` failed inside: {reason}")]
    Failed {
        /// The network.
        name: String,
        /// The library's words.
        reason: String,
    },
    /// The caller took the question back.
    #[error("cancelled")]
    Cancelled,
}

impl ModelError {
    /// Its page among the error codes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "T0801",
            Self::Altered { .. } => "T0802",
            Self::Pickle { .. } => "T0803",
            Self::Tensors { .. } => "T0804",
            Self::Unreadable { .. } => "T0805",
            Self::Unknown { .. } => "T0806",
            Self::Picture { .. } => "T0807",
            Self::Failed { .. } | Self::Cancelled => "T0808",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Unknown { .. } => "use one of the names above".to_owned(),
            Self::Missing { .. } => {
                "put the file there, or set TOMA_MODELS to the folder that holds it; \
                 the file comes with Toma's source and packages"
                    .to_owned()
            }
            Self::Unreadable { .. } => "check that the file may be read".to_owned(),
            Self::Altered { file, .. } => format!(
                "delete {} and put the original back (it comes with Toma, and `convert.py` beside \
                 the card makes it again); results of other weights would carry the wrong name",
                file.display()
            ),
            Self::Pickle { .. } => {
                "convert it where you trust it: load it with torch.load(..., weights_only=True) and \
                 write it with safetensors.torch.save_file"
                    .to_owned()
            }
            Self::Tensors { .. } => {
                "use the file that the card's `convert.py` makes: names and shapes must be those of \
                 the published network"
                    .to_owned()
            }
            Self::Picture { .. } => "check what the stage is given".to_owned(),
            Self::Failed { .. } => {
                "this is a mistake in Toma: please report it with the shot".to_owned()
            }
            Self::Cancelled => "nothing: the result was no longer wanted".to_owned(),
        }
    }

    /// What a network's run gives: `None` is a run that was cancelled.
    pub(crate) fn answered<T>(
        name: &str,
        run: candle_core::Result<Option<T>>,
    ) -> Result<T, ModelError> {
        run.map_err(|error| Self::failed(name, &error))?.ok_or(Self::Cancelled)
    }

    /// An error of the tensor library while `name` ran.
    pub(crate) fn failed(name: &str, error: &candle_core::Error) -> Self {
        Self::Failed { name: name.to_owned(), reason: error.to_string() }
    }
}

fn folders_text(folders: &[PathBuf]) -> String {
    if folders.is_empty() {
        return "any folder, because none was given".to_owned();
    }
    let names: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    names.join(", ")
}
