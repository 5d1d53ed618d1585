//! The pages: the library with its pictures, the book, the messages. Static files that need no network; one
//! style sheet, one small script for the search box.

mod declared;
mod layout;
mod links;
mod messages;
mod types;

use crate::book::chapters;
use crate::declared::{Item, Module};
use crate::markdown::{escaped, first_sentence, page};
use layout::{Here, Layout};
use links::Links;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What pages are made of.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// The standard library's modules, in the order of its chapters.
    pub library: Vec<Module>,
    /// The project's modules; none where there is no project.
    pub project: Vec<Module>,
    /// Names that need no `use`, and what they stand for: `over`, `std.comp.over`.
    pub everyday: Vec<(String, String)>,
    /// The pictures of examples that were rendered, by the item's path.
    pub pictures: BTreeMap<String, Vec<Shown>>,
}

/// A rendered picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What it shows.
    pub caption: String,
    /// Its file, relative to the pages.
    pub file: String,
}

/// A file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Relative to the site's folder.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// All pages, the style sheet and the script.
pub fn pages(site: &Site) -> Vec<File> {
    let links = Links::new(site);
    let layout = Layout::new(site);
    let mut files = vec![
        File { path: "style.css".to_owned(), text: include_str!("style.css").to_owned() },
        File { path: "site.js".to_owned(), text: include_str!("site.js").to_owned() },
        File { path: "index.html".to_owned(), text: layout.page(&Here::default(), &start(site)) },
    ];
    for module in site.library.iter().chain(&site.project) {
        files.push(declared::module(site, module, &layout, &links));
        for item in shown(site, module) {
            files.push(declared::item(site, module, item, &layout, &links));
        }
    }
    files.extend(book(&layout, &links));
    files.extend(messages::pages(&layout, &links));
    files.push(types::page(&layout));
    files.push(search(site));
    files
}

/// The items of a module that have pages: the library's public ones, all of a project's.
fn shown<'a>(site: &Site, module: &'a Module) -> impl Iterator<Item = &'a Item> {
    let library = site.library.iter().any(|known| known.name == module.name);
    module.items.iter().filter(move |item| item.public || !library)
}

/// The first page.
fn start(site: &Site) -> String {
    let mut html = String::from(
        "<header class=\"hero\"><h1>Toma</h1>\n<p>Shot recipes as code: what the language says, what its library \
         does, and what its messages mean.</p></header>\n",
    );
    html.push_str("<section><h2>The book</h2>\n<ol class=\"chapters\">\n");
    for chapter in chapters() {
        let about = escaped(&first_sentence(body(chapter.text)));
        let _ = writeln!(
            html,
            "<li><a href=\"{}\">{}</a><span>{about}</span></li>",
            chapter.page(),
            escaped(&chapter.title)
        );
    }
    html.push_str("</ol></section>\n");
    for (title, modules) in
        [("This project", &site.project), ("The standard library", &site.library)]
    {
        if modules.is_empty() {
            continue;
        }
        let _ = writeln!(html, "<section><h2>{title}</h2>");
        for module in modules {
            let _ = writeln!(
                html,
                "<h3><a href=\"{0}.html\">{0}</a></h3>\n<p class=\"about\">{1}</p>",
                escaped(&module.name),
                escaped(&first_sentence(&module.docs))
            );
            html.push_str(&declared::cards(site, module));
        }
        html.push_str("</section>\n");
    }
    html.push_str(
        "<section><h2>Messages</h2>\n<p>Every message has a code, and every code a page with a wrong and a right \
         program: <a href=\"messages.html\">all messages</a>.</p></section>\n",
    );
    html
}

/// A chapter without its title.
fn body(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, body)| body)
}

fn book(layout: &Layout, links: &Links) -> Vec<File> {
    let chapters = chapters();
    chapters
        .iter()
        .enumerate()
        .map(|(nth, chapter)| {
            let page = page(chapter.text, &|to| links.leads(to), &|code| links.named(code));
            let mut html = format!("<article class=\"book\">\n{}", links.codes_in(&page.html));
            html.push_str("<nav class=\"turn\">");
            if let Some(before) = nth.checked_sub(1).and_then(|nth| chapters.get(nth)) {
                let title = escaped(&before.title);
                let _ = write!(html, "<a rel=\"prev\" href=\"{}\">← {title}</a>", before.page());
            }
            if let Some(next) = chapters.get(nth + 1) {
                let title = escaped(&next.title);
                let _ = write!(html, "<a rel=\"next\" href=\"{}\">{title} →</a>", next.page());
            }
            html.push_str("</nav>\n</article>\n");
            let here = Here {
                title: chapter.title.clone(),
                page: chapter.page(),
                headings: page.headings.into_iter().filter(|(level, ..)| *level == 2).collect(),
            };
            File { path: chapter.page(), text: layout.page(&here, &html) }
        })
        .collect()
}

/// What the search box looks through: a script that sets one list, because pages that are opened from the disk
/// may load scripts but no data.
fn search(site: &Site) -> File {
    let mut entries: Vec<(String, String, String, String)> = Vec::new();
    for module in site.library.iter().chain(&site.project) {
        let about = first_sentence(&module.docs);
        let page = format!("{}.html", module.name);
        entries.push((module.name.clone(), "module".to_owned(), about, page));
        for item in shown(site, module) {
            let about = first_sentence(&item.docs);
            entries.push((
                item.path.clone(),
                item.word.to_owned(),
                about,
                format!("{}.html", item.path),
            ));
            for parameter in &item.parameters {
                entries.push((
                    format!("{}.{}", item.name, parameter.name),
                    "parameter".to_owned(),
                    first_sentence(&parameter.docs),
                    format!("{}.html#{}", item.path, parameter.name),
                ));
            }
        }
    }
    for chapter in chapters() {
        let about = first_sentence(body(chapter.text));
        entries.push((chapter.title.clone(), "chapter".to_owned(), about, chapter.page()));
    }
    for code in toma_compiler::codes() {
        let title = messages::title(code);
        entries.push((code.to_owned(), "message".to_owned(), title, format!("{code}.html")));
    }
    let mut text = String::from("var TOMA_INDEX = [\n");
    for (name, word, about, page) in entries {
        let _ = writeln!(
            text,
            "[{},{},{},{}],",
            quoted(&name),
            quoted(&word),
            quoted(&about),
            quoted(&page)
        );
    }
    text.push_str("];\n");
    File { path: "search.js".to_owned(), text }
}

/// A text of a script.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push(' '),
            '<' => out.push_str("\\u003c"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
