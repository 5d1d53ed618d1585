//! The formatter's speed: megabytes of programs a second on one core, beside parsing alone.

use crate::project::{Extent, project};
use std::time::Instant;

/// Megabytes a second that the formatter is to reach.
const LIMIT: f64 = 3.0;
/// Runs of each measurement; the best counts.
const RUNS: usize = 5;

fn best(bytes: usize, mut run: impl FnMut()) -> f64 {
    let seconds = (0..RUNS).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    });
    bytes as f64 / 1e6 / seconds.fold(f64::INFINITY, f64::min)
}

/// Measures and prints.
pub(crate) fn run() {
    let files = project(Extent { shots: 1000, definitions: 10_000, files: 100 });
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    println!("Formatting: {} files, {:.2} MB, one core", files.len(), bytes as f64 / 1e6);
    let parsing = best(bytes, || {
        for (_, text) in &files {
            std::hint::black_box(toma_syntax::parse_file(text));
        }
    });
    let mut unread = 0;
    let formatting = best(bytes, || {
        for (_, text) in &files {
            unread += toma_syntax::format(text).unread.len();
        }
    });
    assert!(unread == 0, "the project has programs that can't be read");
    println!("  parse   {parsing:>6.2} MB/s");
    println!(
        "  format  {formatting:>6.2} MB/s   {:.2} of parsing   limit {LIMIT:.1} MB/s: {}",
        formatting / parsing,
        if formatting >= LIMIT { "kept" } else { "missed" }
    );
}
