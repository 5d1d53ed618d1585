//! The gallery's first shot as a user renders it: cold, again with nothing changed, and after one edit.
//! Times whole processes of the `toma` beside this program.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// One render: seconds of the whole process, and its last line.
fn render(toma: &Path, shot: &Path) -> Result<(f64, String), String> {
    let start = Instant::now();
    let output = Command::new(toma)
        .args(["render", "--json", "--shot", "lamplight_0010"])
        .arg(shot)
        .output()
        .map_err(|error| format!("{}: {error}", toma.display()))?;
    let seconds = start.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap_or_default().to_owned();
    if output.status.success() {
        Ok((seconds, last))
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn copied(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            if name == "plates" {
                copied(&path, &to.join(name))?;
            }
        } else {
            std::fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

/// Measures and prints.
pub(crate) fn run() {
    let scratch = std::env::temp_dir().join(format!("toma-bench-shot-{}", std::process::id()));
    if let Err(why) = measured(&scratch) {
        println!("the gallery's first shot: left out: {why}");
    }
    let _ = std::fs::remove_dir_all(&scratch);
}

fn measured(scratch: &Path) -> Result<(), String> {
    let toma = std::env::current_exe()
        .map_err(|error| error.to_string())?
        .with_file_name(format!("toma{}", std::env::consts::EXE_SUFFIX));
    if !toma.is_file() {
        return Err("build it first: cargo build --release".to_owned());
    }
    let gallery: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../recipes/lamplight");
    copied(&gallery, scratch).map_err(|error| error.to_string())?;
    let shot = scratch.join("lamplight.toma");
    println!("The gallery's first shot, whole processes");
    let (cold, counts) = render(&toma, &shot)?;
    println!("  cold                {cold:7.2} s  {counts}");
    let (again, counts) = render(&toma, &shot)?;
    println!("  again               {again:7.2} s  {counts}   ratio to 0.5 s: {:.2}", again / 0.5);
    let text = std::fs::read_to_string(&shot).map_err(|error| error.to_string())?;
    let edited = text.replacen("= -3.2stops", "= -3stops", 1);
    if edited == text {
        return Err("the shot no longer has the parameter that is edited here".to_owned());
    }
    std::fs::write(&shot, edited).map_err(|error| error.to_string())?;
    let (edit, counts) = render(&toma, &shot)?;
    println!("  one parameter moved {edit:7.2} s  {counts}   ratio to cold: {:.3}", edit / cold);
    Ok(())
}
