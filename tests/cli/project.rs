//! A scratch project for a test: a folder with programs and plates, and the `toma` program in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder that goes away with the test.
pub(crate) struct Project {
    folder: tempfile::TempDir,
}

/// How a command ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    pub(crate) fn new(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Fails the test unless the command ended with this code.
    #[track_caller]
    pub(crate) fn with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n{}\n{}", self.out, self.err);
        self
    }

    /// Fails the test unless the messages say all of this. Line breaks of the layout don't count.
    #[track_caller]
    pub(crate) fn saying(self, parts: &[&str]) -> Self {
        let flat = flat(&self.err);
        for part in parts {
            assert!(flat.contains(&self::flat(part)), "`{part}` is not said:\n{}", self.err);
        }
        self
    }

    /// The counts of the last line of a render with `--json`.
    #[track_caller]
    pub(crate) fn done(&self) -> Counts {
        let line = self.out.lines().last().unwrap_or_default();
        let done: serde_json::Value = serde_json::from_str(line)
            .unwrap_or_else(|error| panic!("{error}: {line}\n{}", self.err));
        assert_eq!(done["event"], "done", "{line}");
        let count = |name: &str| done[name].as_u64().unwrap_or_else(|| panic!("{name} in {line}"));
        assert!(done["seconds"].is_number(), "{line}");
        Counts {
            computed: count("computed"),
            rebuilt: count("rebuilt"),
            cached: count("cached"),
            failed: count("failed"),
        }
    }

    /// Nodes and frames of the events of one kind, in order of node and frame.
    pub(crate) fn pairs(&self, kind: &str) -> Vec<(String, Option<i64>)> {
        let mut pairs: Vec<(String, Option<i64>)> = self
            .out
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .filter(|event| event["event"] == kind)
            .map(|event| {
                (event["node"].as_str().unwrap_or_default().to_owned(), event["frame"].as_i64())
            })
            .collect();
        pairs.sort();
        pairs
    }
}

/// Pairs of node and frame.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) computed: u64,
    pub(crate) rebuilt: u64,
    pub(crate) cached: u64,
    pub(crate) failed: u64,
}

fn flat(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c == '│')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

impl Project {
    /// With one program, `shot.toma`.
    pub(crate) fn new(program: &str) -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a scratch folder") };
        project.write("shot.toma", program);
        project
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("inside the project")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }

    /// Changes the program.
    #[track_caller]
    pub(crate) fn edit(&self, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path("shot.toma")).expect("the program");
        assert!(text.contains(from), "nothing to edit: {from}");
        self.write("shot.toma", text.replacen(from, to, 1));
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_toma"));
        command
            .current_dir(self.folder.path())
            .args(arguments)
            .env_remove("TOMA_CACHE")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn toma(&self, arguments: &[&str]) -> Ended {
        Ended::new(&self.command(arguments).output().expect("toma runs"))
    }

    /// Files below a folder, by name, without the folder of caches.
    pub(crate) fn files(&self, folder: &str) -> Vec<String> {
        let mut names = Vec::new();
        let mut folders = vec![self.path(folder)];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(&folder) else { continue };
            for entry in entries.flatten() {
                let path = entry.path();
                if path.is_dir() {
                    if path.file_name().is_some_and(|name| name != ".toma") {
                        folders.push(path);
                    }
                } else if let Ok(name) = path.strip_prefix(self.folder.path()) {
                    names.push(name.display().to_string());
                }
            }
        }
        names.sort();
        names
    }
}

/// Renders a plate of noise, half EXR, as `plates/plate.####.exr` with these frames.
pub(crate) fn plate(project: &Project, frames: &str, size: &str) {
    let program = format!(
        "shot plate {{\n    frames {frames}\n    rate 24fps\n    format {size}\n    seed 7\n\
         \x20   let a = noise(seed:, size: 9px, evolve: {{1000: 0, 1100: 40}})\n\
         \x20   write \"plates/plate.%04d.exr\" as exr(depth: half) = a\n}}\n"
    );
    project.write("plate.toma", program);
    project.toma(&["render", "plate.toma", "--cache", ".plate-cache"]).with(0);
    std::fs::remove_file(project.path("plate.toma")).expect("the plate's program");
    std::fs::remove_dir_all(project.path(".plate-cache")).expect("the plate's cache");
}

/// Is `path` below the project without temporary files of outputs?
pub(crate) fn no_partial_files(project: &Project) {
    let left: Vec<String> = project
        .files("")
        .into_iter()
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "tmp"))
        .collect();
    assert!(left.is_empty(), "left behind: {left:?}");
}
