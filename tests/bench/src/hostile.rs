//! Programs and files that mean no good, as large as asked for: what the row `hostile` measures at a megabyte,
//! and what the tests try in small. It only makes texts, and knows nothing of who reads them.

mod bodies;
mod chains;
mod growing;
mod items;
mod patterns;
mod projects;

/// Files by path. What is checked is `shot.toma`.
pub type Files = Vec<(String, Vec<u8>)>;

/// An input that can be made in any size.
pub struct Input {
    /// What it is.
    pub name: String,
    /// As long as it says, whatever size is asked for.
    pub fixed: bool,
    /// It is one of the patterns, which are many.
    pub pattern: bool,
    files: Box<dyn Fn(usize) -> Files>,
}

impl Input {
    /// The files, of about so many bytes together.
    pub fn files(&self, bytes: usize) -> Files {
        (self.files)(bytes)
    }
}

/// Everything that is tried.
pub fn all() -> Vec<Input> {
    let mut all = items::all();
    all.extend(bodies::all());
    all.extend(chains::all());
    all.extend(growing::all());
    all.extend(projects::all());
    all.extend(patterns::all());
    all
}

/// The lines that every shot here begins with.
const SHOT: &str = "shot A {\n    frames 1..2\n    rate 24fps\n    format 8x8\n    space ACEScg\n";

fn one(text: String) -> Files {
    vec![("shot.toma".to_owned(), text.into_bytes())]
}

/// Files of any number, as large as asked for.
fn several(name: impl Into<String>, files: impl Fn(usize) -> Files + 'static) -> Input {
    Input { name: name.into(), fixed: false, pattern: false, files: Box::new(files) }
}

/// One file.
fn input(name: impl Into<String>, text: impl Fn(usize) -> String + 'static) -> Input {
    several(name, move |bytes| one(text(bytes)))
}

/// Lines by number.
fn joined(numbers: std::ops::Range<usize>, line: impl Fn(usize) -> String) -> String {
    numbers.map(line).collect()
}

/// `before`, lines by number until the bytes are there, `after`.
fn filled(bytes: usize, before: &str, line: &dyn Fn(usize) -> String, after: &str) -> String {
    let mut text = before.to_owned();
    let mut number = 0;
    while text.len() + after.len() < bytes {
        text.push_str(&line(number));
        number += 1;
    }
    text + after
}

fn lines(
    name: &str,
    before: &'static str,
    line: impl Fn(usize) -> String + 'static,
    after: &'static str,
) -> Input {
    input(name, move |bytes| filled(bytes, before, &line, after))
}

/// Lines of a shot.
fn shot(name: &str, line: impl Fn(usize) -> String + 'static) -> Input {
    lines(name, SHOT, line, "}\n")
}
