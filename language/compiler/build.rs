//! Lists the pages of the error codes, so that a new page is embedded by being there.

#![expect(clippy::disallowed_methods, reason = "a build script lives on the disk")]

use std::fmt::Write as _;
use std::{env, fs, path::Path};

fn main() {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("errors");
    println!("cargo::rerun-if-changed=errors");
    let mut codes: Vec<String> = fs::read_dir(&folder)
        .expect("the folder of the pages is there")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
        .filter(|name| name.starts_with('T'))
        .collect();
    codes.sort();
    let mut text =
        String::from("/// Code and page, in order.\nconst PAGES: &[(&str, &str)] = &[\n");
    for code in codes {
        let page = folder.join(format!("{code}.md"));
        writeln!(text, "    ({code:?}, include_str!({:?})),", page.display().to_string())
            .expect("writing to a string");
    }
    text.push_str("];\n");
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("pages.rs");
    fs::write(out, text).expect("cargo's folder is writable");
}
