//! Lists the chapters of the specification, so that a new one is in the book by being there.

#![expect(clippy::disallowed_methods, reason = "a build script lives on the disk")]

use std::fmt::Write as _;
use std::{env, fs, path::Path};

fn main() {
    let own = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let folder = Path::new(&own).join("../../tests/spec");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("the folder of the chapters is there")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
        .collect();
    names.sort();
    let mut text =
        String::from("/// Name and text of each chapter.\nconst TEXTS: &[(&str, &str)] = &[\n");
    for name in names {
        let chapter = folder.join(format!("{name}.md"));
        writeln!(text, "    ({name:?}, include_str!({:?})),", chapter.display().to_string())
            .expect("writing to a string");
    }
    text.push_str("];\n");
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("chapters.rs");
    fs::write(out, text).expect("cargo's folder is writable");
}
