//! The `toma` command: reads the command line, calls what does the work, ends with a documented code.

/// A line on the output. A reader that has gone away (`| head`) is no reason to fall over.
macro_rules! outln {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($words)*);
    }};
}

/// Like `eprintln!`, but whoever stops reading, `2>&1 | head`, ends nothing.
macro_rules! errln {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($words)*);
    }};
}

/// Like [`errln!`], without an end of the line.
macro_rules! err {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = write!(std::io::stderr(), $($words)*);
    }};
}

mod arguments;
mod cache;
mod check;
mod diff;
mod disk;
mod doc;
mod exit;
mod failures;
mod fix;
mod forecast;
mod format;
mod frames;
mod graph;
mod info;
mod keep;
mod lines;
mod lock;
mod new;
mod package;
mod pinned;
mod program;
mod progress;
mod render;
mod report;
mod sources;
mod studio;
mod test;
mod tweak;
mod value;
mod why;

use arguments::{Arguments, Command};
use clap::Parser as _;
use std::process::ExitCode;

/// Checking makes and drops millions of small values on all cores; the system's allocator took a third of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let exit = match &arguments.command {
        Command::Check(arguments) => check::check(arguments),
        Command::Fmt(arguments) => format::fmt(arguments),
        Command::Test(arguments) => test::test(arguments),
        Command::Render(arguments) => render::render(arguments),
        Command::Plan { shot, graph: Some(form), out, .. } => {
            graph::graph(shot, *form, out.as_deref())
        }
        Command::Plan { shot, state, frames, output, json, .. } => {
            forecast::plan(shot, state, *frames, output.as_deref(), *json)
        }
        Command::Diff(arguments) => diff::diff(arguments),
        Command::Why { what, json, file, state } => why::why(what, *json, file.as_deref(), state),
        Command::Info { file } => info::info(file),
        Command::Doc(arguments) => doc::doc(arguments),
        Command::Explain { code } => info::explain(code),
        Command::Tweak { action } => tweak::tweak(action),
        Command::Lock(asked) => lock::lock(asked),
        Command::Schema { of } => info::schema(*of),
        Command::New { folder } => new::new(folder),
        Command::Cache { action } => cache::cache(action),
    };
    exit.into()
}
