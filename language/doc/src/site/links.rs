//! Where names and links lead.

use super::{Site, shown};
use crate::markdown::{escaped, mark};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Names that have pages.
pub(super) struct Links {
    /// A name as it is written, and its page.
    pages: BTreeMap<String, String>,
}

impl Links {
    pub(super) fn new(site: &Site) -> Self {
        let mut pages = BTreeMap::new();
        for name in toma_compiler::type_words().into_iter().map(|(name, _)| name) {
            let place = format!("types.html#{}", mark(&name));
            pages.insert(name, place);
        }
        for module in site.library.iter().chain(&site.project) {
            pages.insert(module.name.clone(), format!("{}.html", module.name));
            for item in shown(site, module) {
                let page = format!("{}.html", item.path);
                if matches!(item.word, "record" | "enum") {
                    pages.insert(item.name.clone(), page.clone());
                }
                pages.insert(item.path.clone(), page);
            }
        }
        for (name, path) in &site.everyday {
            pages.insert(name.clone(), format!("{path}.html"));
        }
        for code in toma_compiler::codes() {
            pages.insert(code.to_owned(), format!("{code}.html"));
        }
        Self { pages }
    }

    /// The page of something that is named in `code`.
    pub(super) fn named(&self, code: &str) -> Option<String> {
        let name = code.split('(').next().unwrap_or(code).trim();
        let name = name.strip_prefix("toma explain ").unwrap_or(name);
        let plain = name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
        // Small words such as `seed` or `to` are stages only where they are called or stand alone.
        plain.then(|| self.pages.get(name).cloned()).flatten()
    }

    /// The page of a Markdown file that a link leads to.
    pub(super) fn leads(&self, to: &str) -> Option<String> {
        let (file, place) = to.split_once('#').unwrap_or((to, ""));
        let name = file.strip_suffix(".md")?.rsplit('/').next()?;
        let page = match self.pages.get(name) {
            Some(page) => page.clone(),
            None => format!("book-{}.html", mark(name)),
        };
        Some(if place.is_empty() { page } else { format!("{page}#{place}") })
    }

    /// A type as written, its names as links.
    pub(super) fn ty(&self, written: &str) -> String {
        let mut out = String::new();
        let mut word = String::new();
        let finish = |word: &mut String, out: &mut String| {
            match self.pages.get(word.as_str()) {
                Some(page) if !word.is_empty() => {
                    let _ = write!(out, "<a href=\"{page}\">{}</a>", escaped(word));
                }
                _ => out.push_str(&escaped(word)),
            }
            word.clear();
        };
        for c in written.chars() {
            if c.is_alphanumeric() || c == '_' || c == '.' {
                word.push(c);
            } else {
                finish(&mut word, &mut out);
                out.push_str(&escaped(&c.to_string()));
            }
        }
        finish(&mut word, &mut out);
        out
    }

    /// Makes links of the codes in messages: `error[T0321]`.
    pub(super) fn codes_in(&self, html: &str) -> String {
        let mut out = String::with_capacity(html.len());
        let mut rest = html;
        while let Some(at) = rest.find("[T") {
            let (front, back) = rest.split_at(at + 1);
            out.push_str(front);
            match back
                .get(..5)
                .filter(|code| back.get(5..6) == Some("]") && self.pages.contains_key(*code))
            {
                Some(code) => {
                    let _ = write!(out, "<a href=\"{code}.html\">{code}</a>");
                    rest = back.get(5..).unwrap_or_default();
                }
                None => rest = back,
            }
        }
        out.push_str(rest);
        out
    }
}
