//! The language book: the chapters of the literate specification, in the order in which they are read. What a
//! chapter shows was run by a test, so the book can't say what isn't so.

use crate::markdown::mark;

include!(concat!(env!("OUT_DIR"), "/chapters.rs"));

/// The order of the chapters; those that aren't named here follow by name.
const ORDER: [&str; 16] = [
    "programs",
    "values",
    "curves",
    "pictures",
    "colour",
    "shots",
    "documents",
    "tweaks",
    "data",
    "choice",
    "modules",
    "project",
    "tests",
    "commands",
    "plan",
    "format",
];

/// A chapter.
#[derive(Debug, Clone)]
pub(crate) struct Chapter {
    /// Its file's name without the ending.
    pub(crate) name: &'static str,
    /// Plain text: what the chapter's heading marks as code is only said.
    pub(crate) title: String,
    /// Markdown.
    pub(crate) text: &'static str,
}

/// All chapters, in order.
pub(crate) fn chapters() -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = TEXTS
        .iter()
        .map(|(name, text)| {
            let title = text.lines().find_map(|line| line.strip_prefix("# "));
            Chapter { name, title: title.map_or(*name, str::trim).replace('`', ""), text }
        })
        .collect();
    let place = |name: &str| ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len());
    chapters.sort_by_key(|chapter| (place(chapter.name), chapter.name));
    chapters
}

impl Chapter {
    /// The page that it becomes.
    pub(crate) fn page(&self) -> String {
        format!("book-{}.html", mark(self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_have_titles_and_begin_with_programs() {
        let chapters = chapters();
        assert_eq!(chapters[0].name, "programs");
        assert!(chapters.iter().all(|chapter| chapter.text.starts_with("# ")), "{chapters:?}");
        assert!(chapters.iter().any(|chapter| chapter.name == "modules"));
    }
}
