//! Pages of modules and of what they declare.

use super::layout::{Here, Layout};
use super::links::Links;
use super::{File, Shown, Site, shown};
use crate::declared::{Item, Module, Parameter};
use crate::markdown::{escaped, first_sentence, page, program, programs, prose};
use crate::text::{bounds, facts};
use std::fmt::Write as _;

fn markdown(text: &str, links: &Links) -> String {
    page(text, &|to| links.leads(to), &|code| links.named(code)).html
}

/// A card for each item of a module: its picture, its name, its first sentence.
pub(super) fn cards(site: &Site, module: &Module) -> String {
    let mut html = String::from("<ul class=\"cards\">\n");
    for item in shown(site, module) {
        let picture = site.pictures.get(&item.path).and_then(|shown| shown.last());
        let picture = picture.map_or_else(
            || "<span class=\"none\"></span>".to_owned(),
            |one| {
                format!(
                    "<img src=\"{}\" alt=\"\" loading=\"lazy\" width=\"480\" height=\"270\">",
                    escaped(&one.file)
                )
            },
        );
        let class = if item.deprecated.is_some() { " class=\"old\"" } else { "" };
        let _ = writeln!(
            html,
            "<li{class}><a href=\"{}.html\">{picture}<b>{}</b><small>{}</small><span>{}</span></a></li>",
            escaped(&item.path),
            escaped(&item.name),
            if item.public { item.word.to_owned() } else { format!("private {}", item.word) },
            escaped(&first_sentence(&item.docs)),
        );
    }
    html.push_str("</ul>\n");
    html
}

/// The page of a module.
pub(super) fn module(site: &Site, module: &Module, layout: &Layout, links: &Links) -> File {
    let mut html = format!(
        "<header><p class=\"kind\">module</p><h1>{}</h1></header>\n{}",
        escaped(&module.name),
        markdown(&module.docs, links)
    );
    html.push_str(&cards(site, module));
    let _ = write!(
        html,
        "<details class=\"source\"><summary>The module's text</summary>\n{}</details>\n",
        program(&module.source)
    );
    let path = format!("{}.html", module.name);
    let here = Here { title: module.name.clone(), page: path.clone(), headings: Vec::new() };
    File { path, text: layout.page(&here, &html) }
}

/// The page of an item.
pub(super) fn item(
    site: &Site,
    module: &Module,
    item: &Item,
    layout: &Layout,
    links: &Links,
) -> File {
    let everyday = site.everyday.iter().any(|(_, path)| *path == item.path);
    let known = match (item.public, everyday) {
        (false, _) => "not offered to other files".to_owned(),
        (true, true) => "known everywhere, without a <code>use</code>".to_owned(),
        (true, false) => format!("<code>use {}</code>", escaped(&item.path)),
    };
    let mut html = format!(
        "<header><p class=\"kind\">{} of <a href=\"{2}.html\">{2}</a></p><h1>{1}</h1>\n<p class=\"known\">{known}</p></header>\n",
        item.word,
        escaped(&item.name),
        escaped(&module.name),
    );
    if let Some(text) = &item.deprecated {
        let _ = writeln!(
            html,
            "<p class=\"warning\"><b>Not wanted any longer.</b> {}</p>",
            escaped(text)
        );
    }
    html.push_str(&program(&item.declaration));
    html.push_str(&markdown(&prose(&item.docs), links));
    if let Some(pictures) = site.pictures.get(&item.path) {
        html.push_str(&figures(pictures));
    }
    for example in programs(&item.docs) {
        html.push_str(&program(&example));
    }
    let (ports, settings): (Vec<_>, Vec<_>) = item.parameters.iter().partition(|one| one.port);
    let fields = matches!(item.word, "record" | "show" | "sequence" | "shot");
    html.push_str(&table(if fields { "Pictures" } else { "Inputs" }, &ports, links));
    html.push_str(&table(if fields { "Fields" } else { "Parameters" }, &settings, links));
    if !item.cases.is_empty() {
        html.push_str("<h2 id=\"cases\">Cases</h2>\n<dl>\n");
        for case in &item.cases {
            let fields: Vec<String> = case
                .fields
                .iter()
                .map(|one| format!("{}: {}", escaped(&one.name), links.ty(&one.ty)))
                .collect();
            let carried =
                if fields.is_empty() { String::new() } else { format!("({})", fields.join(", ")) };
            let _ = writeln!(
                html,
                "<dt id=\"{0}\"><code>{0}{carried}</code></dt><dd>{1}</dd>",
                escaped(&case.name),
                markdown(&case.docs, links)
            );
        }
        html.push_str("</dl>\n");
    }
    if !item.result.is_empty() {
        let _ = writeln!(
            html,
            "<h2 id=\"result\">Result</h2>\n<p><code>{}</code></p>",
            links.ty(&item.result)
        );
    }
    let facts = facts(item);
    if !facts.is_empty() {
        html.push_str("<h2 id=\"reads\">What it reads</h2>\n<ul>\n");
        for fact in facts {
            let _ = writeln!(html, "<li>{}</li>", inline(&markdown(&fact, links)));
        }
        html.push_str("</ul>\n");
    }
    let path = format!("{}.html", item.path);
    let siblings = shown(site, module).map(|one| one.name.as_str()).collect::<Vec<_>>();
    let at = siblings.iter().position(|name| *name == item.name);
    html.push_str("<nav class=\"turn\">");
    if let Some(before) = at.and_then(|at| at.checked_sub(1)).and_then(|at| siblings.get(at)) {
        let _ =
            write!(html, "<a rel=\"prev\" href=\"{}.{before}.html\">← {before}</a>", module.name);
    }
    if let Some(next) = at.and_then(|at| siblings.get(at + 1)) {
        let _ = write!(html, "<a rel=\"next\" href=\"{}.{next}.html\">{next} →</a>", module.name);
    }
    html.push_str("</nav>\n");
    let here = Here { title: item.path.clone(), page: path.clone(), headings: Vec::new() };
    File { path, text: layout.page(&here, &html) }
}

/// The pictures of an example: what went in, and what came out, larger.
fn figures(pictures: &[Shown]) -> String {
    let Some((result, inputs)) = pictures.split_last() else { return String::new() };
    let figure = |one: &Shown| {
        format!(
            "<figure><img src=\"{}\" alt=\"{}\" width=\"480\" height=\"270\"><figcaption>{}</figcaption></figure>",
            escaped(&one.file),
            escaped(&one.caption),
            escaped(&one.caption)
        )
    };
    let mut html = String::from("<h2 id=\"example\">Example</h2>\n<div class=\"pictures\">\n");
    if !inputs.is_empty() {
        html.push_str("<div class=\"inputs\">");
        for input in inputs {
            html.push_str(&figure(input));
        }
        html.push_str("</div><span class=\"arrow\" aria-hidden=\"true\">→</span>");
    }
    html.push_str(&figure(result));
    html.push_str("\n</div>\n");
    html
}

/// HTML of one paragraph without the paragraph.
fn inline(html: &str) -> &str {
    html.trim().trim_start_matches("<p>").trim_end_matches("</p>")
}

fn table(title: &str, list: &[&Parameter], links: &Links) -> String {
    if list.is_empty() {
        return String::new();
    }
    let mut html =
        format!("<h2 id=\"{}\">{title}</h2>\n<dl class=\"parameters\">\n", title.to_lowercase());
    for one in list {
        let _ = write!(
            html,
            "<dt id=\"{0}\"><code><b>{0}</b>: {1}",
            escaped(&one.name),
            links.ty(&one.ty)
        );
        if let Some(default) = &one.default {
            let _ = write!(html, " <i>= {}</i>", escaped(default));
        }
        html.push_str("</code></dt>\n<dd>");
        let mut tags = bounds(one);
        if !one.unit.is_empty() && one.range.is_none() {
            tags.push(format!("in {}", one.unit));
        }
        if one.default.is_none() {
            tags.push(if one.optional { "may be left out" } else { "needed" }.to_owned());
        }
        tags.extend(one.control.as_ref().map(|control| format!("shown with {control}")));
        tags.extend(one.sampling.map(|how| format!("read {how}")));
        for tag in tags {
            let _ = write!(html, "<span class=\"tag\">{}</span>", escaped(&tag));
        }
        if let Some(text) = &one.deprecated {
            let text = escaped(text);
            let _ =
                write!(html, "<span class=\"tag warning\">not wanted any longer: {text}</span>");
        }
        html.push_str(&markdown(&one.docs, links));
        html.push_str("</dd>\n");
    }
    html.push_str("</dl>\n");
    html
}
