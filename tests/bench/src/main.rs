//! Benchmarks that print a ratio beside a peer or a limit in the same run. They never fail: machines are
//! noisy, and what counts is the ratio.
//!
//! `cargo run --release -p toma-bench [exr|format|hostile|language|render]`. Peers are found through `TOMA_PYTHON`, a Python with
//! OpenImageIO; without it a line says that the peer was left out.

mod bad_input;
mod exr;
mod format;
mod language;
mod project;
mod render;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let [row, work, name] = wanted.as_slice()
        && row == "hostile-one"
    {
        bad_input::alone(work, name);
        return;
    }
    let runs = |name: &str| wanted.is_empty() || wanted.iter().any(|one| one == name);
    if runs("exr") {
        exr::run();
    }
    if runs("format") {
        format::run();
    }
    if runs("hostile") {
        bad_input::run();
    }
    if runs("language") {
        language::run();
    }
    if runs("render") {
        render::run();
    }
}
