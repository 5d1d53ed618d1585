//! What can go wrong between a file and a frame, in an artist's words. Knows no stage and no place in
//! a program: whoever calls adds the shot, the node and the frame.

/// Why a picture was not read, written or converted. Every message names the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// T0601: frames of a sequence have no file.
    #[error("{pattern}: no file for frames {frames}{hint}")]
    FramesMissing {
        /// The sequence's pattern or path.
        pattern: String,
        /// The frames as text: `1003, 1007–1012`.
        frames: String,
        /// Empty, or what lies in the folder under nearly that name, beginning with `; `.
        hint: String,
    },
    /// T0602: a file or folder can't be opened.
    #[error("{file} can't be opened: {why}")]
    Unreadable {
        /// The file's path.
        file: String,
        /// What the system says, in words.
        why: String,
    },
    /// T0603: the bytes are of no kind that Toma reads.
    #[error("{file} is not a picture that Toma reads{looks}")]
    UnknownKind {
        /// The file's name.
        file: String,
        /// Empty, or `: it looks like a QuickTime movie`.
        looks: String,
    },
    /// T0604: the file ends too early.
    #[error("{file} is cut short: {what}")]
    Truncated {
        /// The file's name.
        file: String,
        /// What is missing.
        what: String,
    },
    /// T0605: the file contradicts itself.
    #[error("{file} is damaged: {what}")]
    Damaged {
        /// The file's name.
        file: String,
        /// What makes no sense.
        what: String,
    },
    /// T0606: the file claims more than the budget allows.
    #[error("{file} asks for too much memory: {what}")]
    TooLarge {
        /// The file's name.
        file: String,
        /// What it claims, and the limit.
        what: String,
    },
    /// T0607: a sound file of a form that isn't read.
    #[error("{file} can't be read: {what}")]
    Unsupported {
        /// The file's name.
        file: String,
        /// The form.
        what: String,
        /// What to do instead.
        advice: String,
    },
    /// T0608: a setting of a `write … as FORMAT(…)` that doesn't exist or has no such value.
    #[error("{what}")]
    Setting {
        /// The fact.
        what: String,
        /// What there is to choose from.
        advice: String,
    },
    /// T0609: a picture that the chosen format can't hold.
    #[error("{what}")]
    DoesNotFit {
        /// The fact.
        what: String,
        /// What to do instead.
        advice: String,
    },
    /// T0610: a file pattern that names no sequence.
    #[error("the file pattern \"{pattern}\" {what}")]
    Pattern {
        /// The pattern as written.
        pattern: String,
        /// What is wrong with it.
        what: String,
    },
    /// T0611: no colour space of that name.
    #[error("there is no colour space \"{name}\" in {config}")]
    UnknownSpace {
        /// The name asked for.
        name: String,
        /// The colour configuration's name.
        config: String,
        /// The nearest names, best first; may be empty.
        near: Vec<String>,
    },
    /// T0612: two colour spaces between which there is no conversion.
    #[error("\"{from}\" can't be converted to \"{to}\": {why}")]
    NoConversion {
        /// The picture's space.
        from: String,
        /// The space asked for.
        to: String,
        /// Why.
        why: String,
    },
    /// T0613: a conversion whose result would depend on the machine.
    #[error(
        "\"{from}\" can't be converted to \"{to}\": \"{space}\" is defined by a table that can't be \
         computed the same on every machine yet"
    )]
    NotExact {
        /// The picture's space.
        from: String,
        /// The space asked for.
        to: String,
        /// Which of them it is.
        space: String,
    },
    /// T0711: the folder of an output can't be written to.
    #[error("{path} can't be written: {why}")]
    Unwritable {
        /// The output's path.
        path: String,
        /// What the system says, in words.
        why: String,
    },
    /// T0712: the disk is full.
    #[error("{path} can't be written: the disk is full")]
    DiskFull {
        /// The output's path.
        path: String,
    },
    /// T0713: something that is not a file has the output's name.
    #[error("{path} can't be written: there is a folder of that name")]
    TargetIsFolder {
        /// The output's path.
        path: String,
    },
    /// T0714: there is a file already and overwriting was not asked for.
    #[error("{path} exists already")]
    Exists {
        /// The output's path.
        path: String,
    },
}

impl MediaError {
    /// The error's code: the page `toma explain` shows.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FramesMissing { .. } => "T0601",
            Self::Unreadable { .. } => "T0602",
            Self::UnknownKind { .. } => "T0603",
            Self::Truncated { .. } => "T0604",
            Self::Damaged { .. } => "T0605",
            Self::TooLarge { .. } => "T0606",
            Self::Unsupported { .. } => "T0607",
            Self::Setting { .. } => "T0608",
            Self::DoesNotFit { .. } => "T0609",
            Self::Pattern { .. } => "T0610",
            Self::UnknownSpace { .. } => "T0611",
            Self::NoConversion { .. } => "T0612",
            Self::NotExact { .. } => "T0613",
            Self::Unwritable { .. } => "T0711",
            Self::DiskFull { .. } => "T0712",
            Self::TargetIsFolder { .. } => "T0713",
            Self::Exists { .. } => "T0714",
        }
    }

    /// What to do about it, as one sentence without a full stop.
    pub fn help(&self) -> String {
        match self {
            Self::FramesMissing { .. } => {
                "bring the files, shorten the frame range, or say what to show instead: \
                 `missing: \"hold\"`"
                    .into()
            }
            Self::Unreadable { .. } => "check the path and who may read it".into(),
            Self::UnknownKind { .. } => {
                "Toma reads EXR, PNG and JPEG: convert the file to one of them".into()
            }
            Self::Truncated { .. } => {
                "copy or render the file again; it may still be on its way".into()
            }
            Self::Damaged { .. } => "copy or render the file again".into(),
            Self::TooLarge { .. } => "if the picture really is that large, cut it into pieces; \
                 otherwise the file is damaged or hostile"
                .into(),
            Self::Unsupported { advice, .. }
            | Self::Setting { advice, .. }
            | Self::DoesNotFit { advice, .. } => advice.clone(),
            Self::Pattern { .. } => {
                "write the frame number as %04d or ####, once, in the file's name".into()
            }
            Self::UnknownSpace { near, .. } if near.is_empty() => {
                "write the name as it stands in the ACES studio configuration".into()
            }
            Self::UnknownSpace { near, .. } => {
                let names: Vec<String> = near.iter().map(|name| format!("\"{name}\"")).collect();
                format!("did you mean {}?", names.join(" or "))
            }
            Self::NoConversion { .. } => {
                "data is never colour-converted: name the space that the file was written in".into()
            }
            Self::NotExact { .. } => {
                "convert the files with another tool to a space such as ACEScg, \
                 \"ACEScct\" or \"Rec.2100-PQ - Display\", and name that"
                    .into()
            }
            Self::Unwritable { .. } => {
                "check that the folder exists and that you may write there".into()
            }
            Self::DiskFull { .. } => "make room on the disk, then render again".into(),
            Self::TargetIsFolder { .. } => "choose another file name".into(),
            Self::Exists { .. } => {
                "choose another name, or render with --force to overwrite it".into()
            }
        }
    }
}
