//! The only door to the outside. The compiler reads no file by itself and knows no picture library.

/// What the compiler may ask of the machine it runs on. Paths are as the compiler was given them, joined
/// with `/`. Answers are kept until [`crate::Compiler::refresh`].
pub trait System: Send + Sync {
    /// The text of a file; `None` if there is none or it isn't UTF-8.
    fn read_text(&self, path: &str) -> Option<String>;
    /// Is there a file of that name?
    fn exists(&self, path: &str) -> bool;
    /// The names in a folder, for "did you mean"; empty if there is none.
    fn list(&self, folder: &str) -> Vec<String>;
    /// Is there a folder of that name? `""` is the current one.
    fn folder_exists(&self, folder: &str) -> bool {
        folder.is_empty() || !self.list(folder).is_empty()
    }
    /// The nearest `toma.yaml` in or above a folder (`""`, or ending with `/`), named from where the compiler's
    /// paths count. Those that can see above that place look there, too.
    fn manifest(&self, folder: &str) -> Option<String> {
        let mut folder = folder;
        loop {
            let path = format!("{folder}toma.yaml");
            if self.exists(&path) {
                return Some(path);
            }
            let above = folder.strip_suffix('/')?;
            folder = above.get(..above.rfind('/').map_or(0, |slash| slash + 1))?;
        }
    }
    /// `blake3:…` over the names and bytes of a package's files, names sorted, or why there is no such hash;
    /// `None` if there is no such folder.
    fn package_digest(&self, folder: &str) -> Option<Result<String, String>> {
        let _ = folder;
        None
    }
    /// What a picture's header says, at one frame of a file pattern (`plate.%04d.exr`, `plate.####.exr`) or of a
    /// single file. `None` if there is no such picture or its header can't be read.
    fn picture_header(&self, pattern: &str, frame: i64) -> Option<PictureHeader>;
    /// Which sort of colour space the name means in the colour configuration; `None` if it has none so called.
    fn colour_space(&self, name: &str) -> Option<Family>;
    /// All names of the colour configuration.
    fn colour_space_names(&self) -> Vec<String>;
    /// Why colour can't be brought from one space into another; `None` if it can.
    fn no_conversion(&self, from: &str, to: &str) -> Option<NoConversion> {
        let _ = (from, to);
        None
    }
}

/// Why there is no conversion between two colour spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoConversion {
    /// This space is a table, which gives other bits on other machines.
    Table(String),
    /// The configuration has no way between them, for this reason.
    NoWay(String),
}

/// What matters of a picture's header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureHeader {
    /// Width and height of the display window, in pixels.
    pub format: (u32, u32),
    /// The channels' full names: `R`, `spec.R`.
    pub channels: Vec<String>,
}

/// Sorts of colour spaces: what the language calls the traits of a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Proportional to light: pictures may be added and blurred. May exceed 1.
    Linear,
    /// A camera's logarithmic encoding.
    Log,
    /// What a display takes: bounded, 0 to 1.
    Display,
    /// Not a colour at all.
    Data,
}

impl Family {
    /// As the language writes the trait.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "Linear",
            Self::Log => "Log",
            Self::Display => "Display",
            Self::Data => "Data",
        }
    }

    /// As messages say it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Linear => "scene-linear",
            Self::Log => "logarithmic",
            Self::Display => "display-referred",
            Self::Data => "no colour",
        }
    }

    /// `a scene-linear picture`
    pub(crate) fn picture(self) -> String {
        match self {
            Self::Data => "a picture that holds no colour (data)".to_owned(),
            family => format!("a {} picture", family.words()),
        }
    }
}
