//! What a render looks like while it goes on: bars on a terminal, plain lines elsewhere, JSON on demand.

use crate::report;
use crate::sources::Sources;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;
use toma_engine::{Event, Reason, Summary};
use toma_syntax::diagnostic::Diagnostic;

/// How events are shown.
pub(crate) enum Progress {
    /// A bar that says frames a second, the time left and how much was found done.
    Bar(ProgressBar, Mutex<Counted>),
    /// A line for each file.
    Lines,
    /// A JSON object for each event.
    Json,
}

/// What the bar says beside the frames.
#[derive(Default)]
pub(crate) struct Counted {
    ran: usize,
    cached: usize,
}

/// The last line of a run in JSON: pairs of node and frame.
#[derive(Serialize)]
struct Done {
    event: &'static str,
    computed: usize,
    rebuilt: usize,
    cached: usize,
    failed: usize,
    seconds: f64,
    written: usize,
    up_to_date: usize,
    not_written: usize,
}

impl Progress {
    /// JSON if asked for, else a bar on a terminal, else lines.
    pub(crate) fn new(json: bool) -> Self {
        if json {
            return Self::Json;
        }
        if !std::io::stderr().is_terminal() {
            return Self::Lines;
        }
        let bar = ProgressBar::new(0);
        let style = "{prefix} {wide_bar:.cyan} {pos}/{len} frames  {per_sec}  {eta} left  {msg}";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style.with_key(
                "per_sec",
                |state: &indicatif::ProgressState, out: &mut dyn std::fmt::Write| {
                    let _ = write!(out, "{:.1} fps", state.per_sec());
                },
            ));
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Self::Bar(bar, Mutex::default())
    }

    /// The shot whose events come now.
    pub(crate) fn shot(&self, name: &str) {
        if let Self::Bar(bar, _) = self {
            bar.set_prefix(name.to_owned());
            bar.set_position(0);
        }
    }

    /// Shows an event.
    pub(crate) fn show(&self, event: &Event) {
        match self {
            Self::Json => {
                if let Ok(line) = serde_json::to_string(event) {
                    print_line(&line);
                }
            }
            Self::Bar(bar, counted) => {
                if let Event::Planned { files, up_to_date, .. } = event {
                    bar.set_length((*files).max(1) as u64);
                    bar.set_position(*up_to_date as u64);
                    bar.reset_eta();
                }
                if let Ok(mut counted) = counted.lock() {
                    match event {
                        Event::Computed { .. } | Event::Rebuilt { .. } => counted.ran += 1,
                        Event::Cached { .. } => counted.cached += 1,
                        _ => {}
                    }
                    bar.set_message(format!("{} ran, {} cached", counted.ran, counted.cached));
                }
                if matches!(event, Event::Written { .. } | Event::NotWritten { .. }) {
                    bar.inc(1);
                }
                if let Some(line) = line(event, true) {
                    bar.suspend(|| errln!("{line}"));
                }
            }
            Self::Lines => {
                if let Some(line) = line(event, false) {
                    errln!("{line}");
                }
            }
        }
    }

    /// A line between two events.
    pub(crate) fn say(&self, text: &str) {
        match self {
            Self::Bar(bar, _) => bar.suspend(|| err!("{text}")),
            Self::Lines | Self::Json => err!("{text}"),
        }
    }

    /// Somebody pressed ctrl-C.
    pub(crate) fn interrupted(&self) {
        if let Self::Json = self {
            print_line("{\"event\":\"interrupted\"}");
        }
        self.say("interrupted: what was finished is kept, nothing is half written\n");
    }

    /// Messages between two events: to people as text, with `--json` also as events.
    pub(crate) fn tell(&self, diagnostics: &[Diagnostic], sources: &Sources) {
        for diagnostic in diagnostics {
            if let Self::Json = self {
                print_line(&report::json(diagnostic, sources, Some("message")));
            }
            self.say(&report::human(diagnostic, sources, report::colour()));
        }
    }

    /// The end.
    pub(crate) fn done(&self, summary: &Summary) {
        match self {
            Self::Json => {
                let done = Done {
                    event: "done",
                    computed: summary.computed,
                    rebuilt: summary.rebuilt,
                    cached: summary.cached,
                    failed: summary.failed,
                    seconds: summary.seconds,
                    written: summary.written,
                    up_to_date: summary.up_to_date,
                    not_written: summary.not_written,
                };
                if let Ok(line) = serde_json::to_string(&done) {
                    print_line(&line);
                }
                return;
            }
            Self::Bar(bar, _) => bar.finish_and_clear(),
            Self::Lines => {}
        }
        let lost = match summary.not_written {
            0 => String::new(),
            files => format!(", {files} not written"),
        };
        errln!(
            "{} written, {} up to date{lost} in {:.1} s: {} computed, {} rebuilt, {} cached, {} failed",
            summary.written,
            summary.up_to_date,
            summary.seconds,
            summary.computed,
            summary.rebuilt,
            summary.cached,
            summary.failed
        );
    }
}

fn print_line(line: &str) {
    // A reader that has gone away is no reason to stop a render.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A path as somebody in this folder would write it.
fn near(path: &Path) -> &Path {
    let here = std::env::current_dir().ok();
    here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path)
}

/// The line for an event, if it is worth one. On a terminal the bar says what is going well.
fn line(event: &Event, terminal: bool) -> Option<String> {
    match event {
        Event::Planned { files, up_to_date, .. } if !terminal => {
            Some(format!("{files} files to have, {up_to_date} of them up to date"))
        }
        Event::Written { path, reason, .. } => {
            let why = match reason {
                Reason::New | Reason::Changed => "",
                Reason::Gone => " (it was gone)",
                Reason::Altered => " (it was no longer what Toma had written)",
                Reason::Forced => " (over a file that Toma did not write, as you asked)",
            };
            (!terminal || !why.is_empty()).then(|| format!("wrote {}{why}", near(path).display()))
        }
        Event::Replanned { files } => {
            let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
            Some(format!("changed while it was read, planning again: {}", files.join(", ")))
        }
        Event::Warning(failure) => Some(format!(
            "warning[{}]: {}\n  help: {}",
            failure.code, failure.message, failure.help
        )),
        _ => None,
    }
}
