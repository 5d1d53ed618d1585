//! What is on every page: the head, the list at the side, the search box.

use super::Site;
use crate::book::chapters;
use crate::markdown::escaped;
use std::fmt::Write as _;

/// The page that is being made.
#[derive(Debug, Clone, Default)]
pub(super) struct Here {
    /// Empty for the first page.
    pub(super) title: String,
    /// Its file.
    pub(super) page: String,
    /// What can be jumped to on it.
    pub(super) headings: Vec<(u8, String, String)>,
}

/// The frame around pages.
pub(super) struct Layout {
    /// Groups of links: title, and each link's text and page.
    groups: Vec<(&'static str, Vec<(String, String)>)>,
}

impl Layout {
    pub(super) fn new(site: &Site) -> Self {
        let modules = |list: &[crate::Module]| -> Vec<(String, String)> {
            list.iter().map(|one| (one.name.clone(), format!("{}.html", one.name))).collect()
        };
        let book = chapters().iter().map(|one| (one.title.clone(), one.page())).collect();
        let mut library = modules(&site.library);
        library.push(("Types".to_owned(), "types.html".to_owned()));
        let mut groups = vec![("The book", book)];
        if !site.project.is_empty() {
            groups.push(("This project", modules(&site.project)));
        }
        groups.push(("The library", library));
        groups.push(("More", vec![("Messages".to_owned(), "messages.html".to_owned())]));
        Self { groups }
    }

    /// A whole page around its content.
    pub(super) fn page(&self, here: &Here, content: &str) -> String {
        let title = if here.title.is_empty() {
            "Toma".to_owned()
        } else {
            format!("{} · Toma", escaped(&here.title))
        };
        let mut html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
             <link rel=\"stylesheet\" href=\"style.css\">\n<script src=\"site.js\"></script>\n\
             <script src=\"search.js\" defer></script>\n</head>\n<body>\n"
        );
        html.push_str(
            "<a class=\"skip\" href=\"#content\">To the content</a>\n<aside>\n<div class=\"top\"><a class=\"name\" \
             href=\"index.html\">Toma</a><button id=\"light\" type=\"button\" aria-label=\"light or dark\">◐</button></div>\n\
             <div class=\"search\"><input id=\"search\" type=\"search\" placeholder=\"Search  /\" \
             aria-label=\"search\" autocomplete=\"off\" spellcheck=\"false\"><ol id=\"found\" hidden></ol></div>\n<nav>\n",
        );
        for (title, links) in &self.groups {
            let _ = writeln!(html, "<h2>{title}</h2>\n<ul>");
            for (text, page) in links {
                let own = *page == here.page
                    || here.page.strip_suffix(".html").is_some_and(|own| {
                        own.starts_with(&format!("{text}.")) && text.contains('.')
                    });
                let class = if own { " class=\"here\"" } else { "" };
                let _ = write!(html, "<li{class}><a href=\"{page}\">{}</a>", escaped(text));
                if own && !here.headings.is_empty() {
                    html.push_str("<ul>");
                    for (_, text, mark) in &here.headings {
                        let _ = write!(html, "<li><a href=\"#{mark}\">{}</a></li>", escaped(text));
                    }
                    html.push_str("</ul>");
                }
                html.push_str("</li>\n");
            }
            html.push_str("</ul>\n");
        }
        html.push_str("</nav>\n</aside>\n<main id=\"content\">\n");
        html.push_str(content);
        html.push_str("</main>\n</body>\n</html>\n");
        html
    }
}
