//! Pages of the messages' codes, and the list of them.

use super::File;
use super::layout::{Here, Layout};
use super::links::Links;
use crate::markdown::{escaped, page};
use std::fmt::Write as _;
use toma_compiler::{codes, explain};

/// What families of codes are about, by their first digits.
const FAMILIES: [(&str, &str); 9] = [
    ("T01", "How programs are written"),
    ("T02", "Names, modules and projects"),
    ("T03", "Types, spaces, alpha and formats"),
    ("T04", "Values: units, ranges, curves, budgets"),
    ("T05", "Shots, documents and tweaks"),
    ("T06", "Sources and media"),
    ("T07", "Outputs, records and commands"),
    ("T08", "Networks and their weights"),
    ("T09", "Mistakes in Toma itself"),
];

/// The title of a code's page, without the code.
pub(super) fn title(code: &str) -> String {
    let first = explain(code).and_then(|page| page.lines().next()).unwrap_or_default();
    first.split_once(": ").map_or(first, |(_, title)| title).to_owned()
}

/// The list and the pages.
pub(super) fn pages(layout: &Layout, links: &Links) -> Vec<File> {
    let mut files = Vec::new();
    let mut list = String::from(
        "<header><h1>Messages</h1></header>\n<p>Each message of Toma carries a code. <code>toma explain T0321</code> \
         shows the same page in a terminal.</p>\n",
    );
    for (front, about) in FAMILIES {
        let own: Vec<&str> = codes().filter(|code| code.starts_with(front)).collect();
        if own.is_empty() {
            continue;
        }
        let _ = writeln!(list, "<h2>{about}</h2>\n<ul class=\"codes\">");
        for code in own {
            let _ = writeln!(
                list,
                "<li><a href=\"{code}.html\"><code>{code}</code> {}</a></li>",
                escaped(&title(code))
            );
        }
        list.push_str("</ul>\n");
    }
    let here = |title: &str| Here {
        title: title.to_owned(),
        page: "messages.html".to_owned(),
        headings: Vec::new(),
    };
    files.push(File {
        path: "messages.html".to_owned(),
        text: layout.page(&here("Messages"), &list),
    });
    for code in codes() {
        let Some(text) = explain(code) else { continue };
        let page = page(text, &|to| links.leads(to), &|name| links.named(name));
        let html = format!("<article class=\"code-page\">\n{}</article>\n", page.html);
        files.push(File { path: format!("{code}.html"), text: layout.page(&here(code), &html) });
    }
    files
}
