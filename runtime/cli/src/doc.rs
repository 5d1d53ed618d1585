//! `toma doc`: what names mean, in the terminal and as pages.

mod pictures;

use crate::arguments::Doc;
use crate::disk::Disk;
use crate::exit::Exit;
use crate::program::{plain, refuse};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use toma_compiler::{Compiler, Found, library};
use toma_doc::site::{Site, pages};
use toma_doc::text::{self, Ink};
use toma_doc::{Item, Module};
use toma_media::colour::{BuiltinColour, ColourSpaces};
use toma_media::{MediaError, write_atomic};

/// How deep folders are searched for the project's modules.
const DEEPEST: u32 = 8;
/// Modules of a project that become pages.
const MOST_MODULES: usize = 2000;

/// Shows what a name means, or makes the pages.
pub(crate) fn doc(arguments: &Doc) -> Exit {
    let colour: Arc<dyn ColourSpaces> = match BuiltinColour::new() {
        Ok(colour) => Arc::new(colour),
        Err(error) => {
            return refuse(
                plain(error.code(), error.to_string(), &error.help()),
                Exit::Surroundings,
            );
        }
    };
    let compiler = Compiler::new(Arc::new(Disk { colour: Arc::new(Arc::clone(&colour).into()) }));
    if arguments.open || arguments.out.is_some() {
        return site(arguments, &compiler, &colour);
    }
    if let Some(name) = &arguments.name {
        show(&compiler, name, arguments.source)
    } else {
        let ink = ink();
        let modules: Vec<Module> = standard();
        print(&text::modules("The standard library", modules.iter(), ink));
        print(
            "`toma doc std.comp` lists a module, `toma doc over` explains a stage, `toma doc --open` makes pages.\n",
        );
        Exit::Done
    }
}

/// Writes a text; a reader that has gone away is no mistake.
fn print(text: &str) {
    outln!("{}", text.trim_end());
}

fn ink() -> Ink {
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    if colour { Ink::Colour } else { Ink::Plain }
}

/// The order in which the standard library is read; modules that aren't named here follow by name.
const CHAPTERS: [&str; 7] = ["source", "color", "comp", "matte", "filter", "transform", "time"];

/// The standard library's modules.
fn standard() -> Vec<Module> {
    let mut modules: Vec<Module> =
        library().map(|(path, text)| Module::read(&module_name(path), text)).collect();
    modules.sort_by_key(|module| {
        let own = module.name.trim_start_matches("std.");
        CHAPTERS.iter().position(|name| *name == own).unwrap_or(CHAPTERS.len())
    });
    modules
}

/// `looks/film.toma` is `looks.film`.
fn module_name(path: &str) -> String {
    path.strip_suffix(".toma").unwrap_or(path).trim_start_matches("./").replace('/', ".")
}

fn show(compiler: &Compiler, name: &str, source: bool) -> Exit {
    let found = match compiler.lookup(name) {
        Ok(found) => found,
        Err(diagnostic) => return refuse(diagnostic, Exit::Usage),
    };
    let file = match &found {
        Found::Item { file, .. } => Some(file.clone()),
        Found::Module { file, .. } => file.clone(),
    };
    let source_text = file.as_ref().and_then(|file| compiler.text(file));
    if source {
        if let Some(text) = &source_text {
            print(text);
            return Exit::Done;
        }
        let message = format!("`{name}` is a folder and has no text of its own");
        return refuse(plain("T0745", message, "ask for one of the modules in it"), Exit::Usage);
    }
    let read =
        |file: &str| Module::read(&module_name(file), source_text.as_deref().unwrap_or_default());
    match found {
        Found::Item { file, name } => {
            if let Some(item) = read(&file).item(&name) {
                print(&text::item(item, ink()));
            } else {
                let message = format!("`{name}` of {file} can't be read");
                return refuse(
                    plain("T0745", message, "`toma check` says what is wrong with it"),
                    Exit::Program,
                );
            }
        }
        Found::Module { name, file, modules } => {
            if name == "std" {
                let all = standard();
                print(&text::modules("The standard library", all.iter(), ink()));
                return Exit::Done;
            }
            let module = file.as_ref().map_or_else(|| Module::read(&name, ""), |file| read(file));
            print(&text::module(&module, &modules, ink()));
        }
    }
    Exit::Done
}

/// Makes the pages, and shows them if that is asked for.
fn site(arguments: &Doc, compiler: &Compiler, colour: &Arc<dyn ColourSpaces>) -> Exit {
    let out = arguments.out.clone().unwrap_or_else(|| PathBuf::from(".toma/doc"));
    let mut site = Site {
        library: standard(),
        project: project(&out),
        everyday: compiler.everyday(),
        pictures: BTreeMap::new(),
    };
    if let Err(error) = std::fs::create_dir_all(&out) {
        return unwritable(&out, &error);
    }
    if !arguments.no_pictures {
        let items: Vec<&Item> = site.library.iter().flat_map(Module::public).collect();
        match pictures::render(&items, &out, &arguments.state, colour) {
            Ok(pictures) => site.pictures = pictures,
            Err(exit) => return exit,
        }
    }
    let files = pages(&site);
    for file in &files {
        let path = out.join(&file.path);
        if let Err(error) = put(&path, file.text.as_bytes()) {
            return unwritable(&path, &error);
        }
    }
    let index = out.join("index.html");
    outln!("{} pages in {}", files.len() - 3, out.display());
    if arguments.open && !opened(&index) {
        outln!("no browser was found: open {}", absolute(&index).display());
    }
    Exit::Done
}

/// Writes a file whole or not at all; one that is there and right is left alone.
fn put(path: &Path, bytes: &[u8]) -> Result<(), MediaError> {
    if std::fs::read(path).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    write_atomic(path, bytes, true)
}

fn unwritable(path: &Path, error: &dyn Display) -> Exit {
    let message = format!("{} can't be written: {error}", path.display());
    refuse(plain("T0746", message, "choose another folder with `--out`"), Exit::Surroundings)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Hands the page to the desktop's browser.
fn opened(page: &Path) -> bool {
    let page = absolute(page);
    let (program, front): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let run = Command::new(program)
        .args(front)
        .arg(&page)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    run.is_ok_and(|status| status.success())
}

/// The modules below this folder, but for what renders and pages left there.
fn project(out: &Path) -> Vec<Module> {
    let mut found = Vec::new();
    let mut folders = vec![(PathBuf::from("."), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let mut paths: Vec<PathBuf> =
            entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let linked = path.is_symlink();
            if path.is_dir() && !linked && depth < DEEPEST && !name.starts_with('.') && path != *out
            {
                folders.push((path, depth + 1));
            } else if name.strip_suffix(".toma").is_some() && found.len() < MOST_MODULES {
                found.push(path);
            }
        }
    }
    found.sort();
    let read = found.iter().filter_map(|path| {
        let text = std::fs::read_to_string(path).ok()?;
        let name = module_name(&path.to_string_lossy().replace('\\', "/"));
        let module = Module::read(&name, &text);
        (!module.items.is_empty()).then_some(module)
    });
    read.collect()
}
