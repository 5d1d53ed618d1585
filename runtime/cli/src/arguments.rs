//! The command line.

use crate::frames;
use crate::report::Format;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use toma_plan::FrameRange;

/// Shot recipes as code.
#[derive(Debug, Parser)]
#[command(name = "toma", version, about, arg_required_else_help = true, after_help = EXITS)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXITS: &str = "Exit codes: 0 done; 1 the text has errors, nothing ran; 2 wrong command line; 3 some \
    frames or tests failed, the others are written; 4 nothing ran, because plates, outputs, weights or another render \
    stand against it; 130 interrupted.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check files: names, types, colour spaces, ranges. Runs nothing
    Check(Check),
    /// Write programs in their one canonical form. There are no options of style
    Fmt(Fmt),
    /// Run the tests of files: `test` items, and test blocks in docs
    Test(Test),
    /// Render what shots write
    Render(Render),
    /// Show what a render would run, and what it would find done
    Plan {
        #[command(flatten)]
        shot: Shot,
        #[command(flatten)]
        state: State,
        /// Only these frames: `1005` or `1001..1010`
        #[arg(long, value_parser = frames::parse, allow_hyphen_values = true)]
        frames: Option<FrameRange>,
        /// Only this output
        #[arg(long, value_name = "NAME")]
        output: Option<String>,
        /// Print the whole plan as JSON, with the forecast for each node
        #[arg(long)]
        json: bool,
        /// Show the plan itself instead of a forecast
        #[arg(
            long,
            value_name = "FORM",
            num_args = 0..=1,
            default_missing_value = "text",
            conflicts_with_all = ["json", "frames", "output"]
        )]
        graph: Option<Graph>,
        /// Write the graph to this file instead of the output
        #[arg(long, value_name = "FILE", requires = "graph")]
        out: Option<PathBuf>,
    },
    /// Show what differs between two programs or revisions: values, nodes, and the exact frames
    Diff(Diff),
    /// Show who says what a value is, or what one node's picture at one frame is made of and what changed in it
    Why {
        /// A value, `lamplight.fall/gen.strength`, or a node, `lamplight.fall/gen`. The file with the shot may stand
        /// in front, the frame behind: `toma why lamplight.toma lamplight.fall 1004`
        #[arg(
            required = true,
            num_args = 1..=3,
            allow_negative_numbers = true,
            value_name = "[FILE] SHOT.ADDRESS [FRAME]"
        )]
        what: Vec<String>,
        /// Print a value's origins as JSON
        #[arg(long)]
        json: bool,
        /// The file with the shot; otherwise the files below this folder are searched, then those of the project
        #[arg(long)]
        file: Option<PathBuf>,
        #[command(flatten)]
        state: State,
    },
    /// Show what a picture file says about itself
    Info {
        /// An EXR, PNG or JPEG file
        file: PathBuf,
    },
    /// Show what a stage, recipe or module is: `toma doc over`, `toma doc std.comp`, `toma doc looks.film.warm`
    Doc(Doc),
    /// Explain a message's code, such as T0321
    Explain {
        /// The code
        code: String,
    },
    /// Look at and change what artists have moved: the shot's tweak file
    Tweak {
        #[command(subcommand)]
        action: TweakAction,
    },
    /// Fetch the project's packages and pin what they hold in toma.lock
    Lock(Lock),
    /// Print the JSON schema of a YAML file of Toma's
    Schema {
        /// Of which; a list of them if left out
        of: Option<Schema>,
    },
    /// Make a project: a plate, a recipe, a shot and a README
    New {
        /// The folder to make; its last part is the project's name
        folder: PathBuf,
    },
    /// Look after the cache
    Cache {
        #[command(subcommand)]
        action: CacheAction,
    },
}

/// What is checked, and how it is said.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// `.toma` files, or folders with them
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// How messages are shown
    #[arg(long, default_value = "human")]
    pub(crate) format: Format,
    /// Mend what can only have been meant one way: spelling, punctuation
    #[arg(long)]
    pub(crate) fix: bool,
    /// Also apply first suggestions, which choose between meanings: a conversion, a unit
    #[arg(long, requires = "fix")]
    pub(crate) suggestions: bool,
    /// Show what would be mended, and write nothing
    #[arg(long, requires = "fix")]
    pub(crate) dry_run: bool,
}

/// What is formatted.
#[derive(Debug, Args)]
pub(crate) struct Fmt {
    /// `.toma` files, or folders with them; this folder if left out
    pub(crate) files: Vec<PathBuf>,
    /// Write nothing; show what would change, and end with 1 if anything would
    #[arg(long)]
    pub(crate) check: bool,
    /// From the input to the output, for editors
    #[arg(long, conflicts_with_all = ["files", "check"])]
    pub(crate) stdin: bool,
}

/// Which tests are run.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// `.toma` files, or folders with them; this folder if left out
    pub(crate) files: Vec<PathBuf>,
    /// Only tests with this in their title
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,
    /// One object a line: each test, then the counts
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) state: State,
}

/// What is compared, and how that is shown.
#[derive(Debug, Args)]
#[command(after_help = DIFFS)]
pub(crate) struct Diff {
    /// Two `.toma` files, each as it is or as `REVISION:FILE`; or one or two revisions, with `-- FILE`
    #[arg(required = true, num_args = 1..=2, value_name = "SIDE")]
    pub(crate) sides: Vec<String>,
    /// The file whose revisions are compared
    #[arg(last = true, num_args = 0..=1, value_name = "FILE")]
    pub(crate) file: Vec<PathBuf>,
    /// Only this shot
    #[arg(long, value_name = "NAME")]
    pub(crate) shot: Option<String>,
    /// One object a line, for each shot
    #[arg(long)]
    pub(crate) json: bool,
    /// Render both sides of frames that differ, onto a page in this folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) pictures: Option<PathBuf>,
    /// How many frames of each output are rendered for the page, evenly chosen
    #[arg(long, value_name = "N", default_value = "12", requires = "pictures")]
    pub(crate) limit: usize,
    /// Open the page
    #[arg(long, requires = "pictures")]
    pub(crate) open: bool,
    /// End with 1 if something differs
    #[arg(long)]
    pub(crate) exit_code: bool,
    #[command(flatten)]
    pub(crate) state: State,
}

const DIFFS: &str = "Examples: `toma diff a.toma b.toma`; `toma diff main~1:shots/a.toma shots/a.toma`; \
    `toma diff main~1 main -- shots/a.toma`; `toma diff main~1 -- shots/a.toma`.";

/// How a plan is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Graph {
    /// A tree, from what is written down to the sources
    Text,
    /// Everything, for other programs; see the book's chapter about plans
    Json,
    /// A drawing
    Svg,
    /// Graphviz's language
    Dot,
}

#[derive(Debug, Args)]
pub(crate) struct Doc {
    /// What to show; the list of the standard library if left out
    pub(crate) name: Option<String>,
    /// Print the module's text instead
    #[arg(long)]
    pub(crate) source: bool,
    /// Make the pages of the library, the book and the messages, and show them in a browser
    #[arg(long)]
    pub(crate) open: bool,
    /// The folder for the pages; `.toma/doc` if left out
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Make the pages without rendering the examples
    #[arg(long)]
    pub(crate) no_pictures: bool,
    #[command(flatten)]
    pub(crate) state: State,
}

/// Which shot of which file.
#[derive(Debug, Args)]
pub(crate) struct Shot {
    /// The `.toma` file
    pub(crate) file: PathBuf,
    /// Which shot; all of the file if left out
    #[arg(long, value_name = "NAME")]
    pub(crate) shot: Option<String>,
}

/// Where caches and ledgers are.
#[derive(Debug, Clone, Args)]
pub(crate) struct State {
    /// The folder for caches and records; `.toma` beside the shot's file if left out
    #[arg(long, value_name = "FOLDER", env = "TOMA_CACHE")]
    pub(crate) cache: Option<PathBuf>,
    /// The folder with models' weights, searched before the ones that ship with Toma
    #[arg(long, value_name = "FOLDER")]
    pub(crate) models: Option<PathBuf>,
    /// Threads to use; all cores if left out
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
}

#[derive(Debug, Args)]
pub(crate) struct Render {
    #[command(flatten)]
    pub(crate) shot: Shot,
    #[command(flatten)]
    pub(crate) state: State,
    /// Only these frames: `1005` or `1001..1010`
    #[arg(long, value_parser = frames::parse, allow_hyphen_values = true)]
    pub(crate) frames: Option<FrameRange>,
    /// Only this output
    #[arg(long, value_name = "NAME")]
    pub(crate) output: Option<String>,
    /// Where networks run. This build has `cpu`
    #[arg(long, default_value = "cpu")]
    pub(crate) device: String,
    /// Overwrite files that Toma did not write
    #[arg(long)]
    pub(crate) force: bool,
    /// One event a line on the output, as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Keep no result and look none up. What was computed before still counts as rebuilt
    #[arg(long)]
    pub(crate) no_cache: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CacheAction {
    /// How many entries, how many bytes
    Stat(CacheFolder),
    /// Read every entry and check its sums
    Verify(CacheFolder),
    /// Remove every entry. Records of what was written stay
    Clear(CacheFolder),
}

#[derive(Debug, Args)]
pub(crate) struct CacheFolder {
    /// A `.toma` file or the cache's folder; `.toma` in this folder if left out
    pub(crate) of: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) state: State,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TweakAction {
    /// Set a value of a shot
    Set {
        /// The shot
        shot: String,
        /// What is set: `fall.dust`, `fall/gen.strength`, `warmth`
        address: String,
        /// The value as it would stand in the file: `55%`, `"a text"`, `{1001: 0%, last: 100% smooth}`
        #[arg(allow_hyphen_values = true)]
        value: String,
        /// Only these frames: `1040..last`
        #[arg(long, value_name = "FRAMES", allow_hyphen_values = true)]
        at: Option<String>,
        /// Also silence what the shot and its sequence set for single ranges
        #[arg(long)]
        hard: bool,
        /// The file with the shot; otherwise the `.toma` files below this folder are searched
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// Take a value out again
    Unset {
        /// The shot
        shot: String,
        /// What was set
        address: String,
        /// Only these frames
        #[arg(long, value_name = "FRAMES", allow_hyphen_values = true)]
        at: Option<String>,
        /// The file with the shot; otherwise the `.toma` files below this folder are searched
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// Show what is tweaked
    List {
        /// The shot
        shot: String,
        /// One object a line
        #[arg(long)]
        json: bool,
        /// The file with the shot; otherwise the `.toma` files below this folder are searched
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// Write the tweaks into the shot's text, and take the tweak file away
    Bake {
        /// The shot
        shot: String,
        /// The file with the shot; otherwise the `.toma` files below this folder are searched
        #[arg(long)]
        file: Option<PathBuf>,
    },
}

/// Which project is locked.
#[derive(Debug, Args)]
pub(crate) struct Lock {
    /// The project's folder, or a file in it; this folder if left out
    pub(crate) project: Option<PathBuf>,
    /// Take this package as it is now, also if it is not what was locked
    #[arg(long, value_name = "NAME")]
    pub(crate) update: Vec<String>,
}

/// The files that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Schema {
    /// `toma.yaml`
    Project,
    /// `toma.lock`
    Lock,
    /// `SHOT.tweaks.yaml`
    Tweaks,
}
