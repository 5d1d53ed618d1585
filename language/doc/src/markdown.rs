//! Markdown to HTML and to lines for a terminal. Programs in it are coloured; headings of pages get marks to
//! link to.

use crate::highlight;
use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html,
};
use std::fmt::Write as _;

fn events(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH)
}

/// Text that stands in HTML.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// A program, coloured.
pub(crate) fn program(text: &str) -> String {
    let mut out = String::from("<pre class=\"toma\"><code>");
    for (sort, piece) in highlight::pieces(text.trim_end()) {
        let piece = escaped(&piece);
        match sort.class() {
            "" => out.push_str(&piece),
            class => {
                out.push_str("<span class=\"");
                out.push_str(class);
                out.push_str("\">");
                out.push_str(&piece);
                out.push_str("</span>");
            }
        }
    }
    out.push_str("</code></pre>\n");
    out
}

/// A block that isn't a program: a message or a plan as the compiler says it.
fn said(word: &str, text: &str) -> String {
    let class = match word {
        "message" => "message",
        "plan" => "plan",
        _ => "said",
    };
    let mut out = format!("<pre class=\"{class}\"><code>");
    for line in text.trim_end().lines() {
        let line_class = match () {
            () if class != "message" => "",
            () if line.starts_with("error") => "error",
            () if line.starts_with("warning") => "warning",
            () if line.trim_start().starts_with("help:") => "help",
            () if line.trim_start().starts_with("fix:") => "fix",
            () => "",
        };
        let line = escaped(line);
        if line_class.is_empty() {
            out.push_str(&line);
        } else {
            let _ = write!(out, "<span class=\"{line_class}\">{line}</span>");
        }
        out.push('\n');
    }
    out.push_str("</code></pre>\n");
    out
}

/// A mark for a heading: `Names and modules` is `names-and-modules`.
pub(crate) fn mark(title: &str) -> String {
    let mut mark = String::new();
    for c in title.to_lowercase().chars() {
        if c.is_alphanumeric() {
            mark.push(c);
        } else if !mark.ends_with('-') && !mark.is_empty() {
            mark.push('-');
        }
    }
    mark.trim_end_matches('-').to_owned()
}

/// What Markdown has: its HTML and its headings.
pub(crate) struct Page {
    pub(crate) html: String,
    /// Level, title and mark of each heading, in order.
    pub(crate) headings: Vec<(u8, String, String)>,
}

/// Markdown as HTML. `link` may lead links elsewhere, and make links of `code` that names something.
pub(crate) fn page(
    markdown: &str,
    link: &dyn Fn(&str) -> Option<String>,
    code: &dyn Fn(&str) -> Option<String>,
) -> Page {
    let mut out: Vec<Event<'_>> = Vec::new();
    let mut headings: Vec<(u8, String, String)> = Vec::new();
    let mut block: Option<(String, String)> = None;
    let mut heading: Option<(HeadingLevel, String, usize)> = None;
    let mut in_link = 0_u32;
    for event in events(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let word = match kind {
                    CodeBlockKind::Fenced(word) => word.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                block = Some((word, String::new()));
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some((word, text)) = block.take() {
                    let html = match word.split_whitespace().next() {
                        Some("toma" | "test") => program(&text),
                        word => said(word.unwrap_or_default(), &text),
                    };
                    out.push(Event::Html(CowStr::from(html)));
                }
            }
            Event::Text(text) if block.is_some() => {
                if let Some((_, own)) = &mut block {
                    own.push_str(&text);
                }
            }
            Event::Start(Tag::Heading { level, .. }) => {
                heading = Some((level, String::new(), out.len()));
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((level, title, at)) = heading.take() {
                    let mark = mark(&title);
                    let level = level as u8;
                    out.insert(at, Event::Html(CowStr::from(format!("<h{level} id=\"{mark}\">"))));
                    out.push(Event::Html(CowStr::from(format!(
                        "<a class=\"mark\" href=\"#{mark}\" aria-label=\"link to this section\">#</a></h{level}>\n"
                    ))));
                    headings.push((level, title, mark));
                }
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                in_link += 1;
                let dest_url = link(&dest_url).map_or(dest_url, CowStr::from);
                out.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            Event::End(TagEnd::Link) => {
                in_link = in_link.saturating_sub(1);
                out.push(Event::End(TagEnd::Link));
            }
            Event::Code(text) => {
                if let Some((_, title, _)) = &mut heading {
                    title.push_str(&text);
                }
                match code(&text).filter(|_| in_link == 0 && heading.is_none()) {
                    Some(to) => out.push(Event::InlineHtml(CowStr::from(format!(
                        "<a class=\"code\" href=\"{}\"><code>{}</code></a>",
                        escaped(&to),
                        escaped(&text)
                    )))),
                    None => out.push(Event::Code(text)),
                }
            }
            Event::Text(text) => {
                if let Some((_, title, _)) = &mut heading {
                    title.push_str(&text);
                }
                out.push(Event::Text(text));
            }
            // Nobody's HTML but ours.
            Event::Html(text) | Event::InlineHtml(text) => out.push(Event::Text(text)),
            other => out.push(other),
        }
    }
    let mut text = String::new();
    html::push_html(&mut text, out.into_iter());
    Page { html: text, headings }
}

/// The first sentence of a Markdown text, without marks: for lists.
pub(crate) fn first_sentence(markdown: &str) -> String {
    let mut text = String::new();
    for event in events(markdown) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_)) => break,
            _ => {}
        }
    }
    match text.find(". ") {
        Some(end) => text.get(..=end).unwrap_or(&text).to_owned(),
        None => text,
    }
}

/// The programs in a Markdown text.
pub(crate) fn programs(markdown: &str) -> Vec<String> {
    let mut programs = Vec::new();
    let mut open = false;
    for event in events(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(word))) if &*word == "toma" => {
                open = true;
                programs.push(String::new());
            }
            Event::End(TagEnd::CodeBlock) => open = false,
            Event::Text(text) if open => {
                if let Some(last) = programs.last_mut() {
                    last.push_str(&text);
                }
            }
            _ => {}
        }
    }
    programs
}

/// Markdown without its programs.
pub(crate) fn prose(markdown: &str) -> String {
    let mut lines = Vec::new();
    let mut fence = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            fence = !fence;
        } else if !fence {
            lines.push(line);
        }
    }
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# What `over` is\n\nOne sentence. Two.\n\n```toma\nconst a = 1\n```\n\n```message\nerror[T0100]: <no>\n  help: yes\n```\n\n<b>not bold</b> [x](y.md)\n";

    #[test]
    fn programs_are_coloured_and_foreign_html_is_text() {
        let page = page(TEXT, &|to| Some(to.replace(".md", ".html")), &|_| None);
        assert!(page.html.contains("<span class=\"w\">const</span>"), "{}", page.html);
        assert!(page.html.contains("&lt;b&gt;"), "{}", page.html);
        assert!(page.html.contains("<span class=\"error\">error[T0100]: &lt;no&gt;</span>"));
        assert!(page.html.contains("href=\"y.html\""));
        assert_eq!(page.headings, [(1, "What over is".into(), "what-over-is".into())]);
    }

    #[test]
    fn sentences_and_programs_are_found() {
        assert_eq!(first_sentence("The `A` over B. More.\n\nOther."), "The A over B.");
        assert_eq!(programs(TEXT), ["const a = 1\n"]);
        assert!(!prose(TEXT).contains("const"));
    }
}
