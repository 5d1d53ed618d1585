//! The page of the language's own types.

use super::File;
use super::layout::{Here, Layout};
use crate::markdown::{escaped, mark};
use std::fmt::Write as _;
use toma_compiler::{type_words, unit_of};

/// Name, unit and words of each type.
pub(super) fn page(layout: &Layout) -> File {
    let mut html = String::from(
        "<header><h1>Types</h1></header>\n<p>What the language knows by itself; records and enums are declared in \
         modules. <code>Curve&lt;T&gt;</code> is a value per frame, <code>List&lt;T&gt;</code> several, \
         <code>T?</code> one that may be left out.</p>\n<table>\n<thead><tr><th>Type</th><th>Written in</th><th>What it \
         is</th></tr></thead>\n<tbody>\n",
    );
    for (name, words) in type_words() {
        let unit = unit_of(&name).unwrap_or_default();
        let _ = writeln!(
            html,
            "<tr id=\"{}\"><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
            mark(&name),
            escaped(&name),
            escaped(unit),
            escaped(&words)
        );
    }
    html.push_str("</tbody>\n</table>\n");
    let here =
        Here { title: "Types".to_owned(), page: "types.html".to_owned(), headings: Vec::new() };
    File { path: "types.html".to_owned(), text: layout.page(&here, &html) }
}
