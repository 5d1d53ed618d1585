//! The plan as a drawing: sources above, what is written below, one colour a chapter.

use super::layout::{Item, layout};
use super::{ambient, called, chapter, colours, yields};
use crate::{Plan, Value, written};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Nodes of a plan that can be drawn; nobody finds anything in more.
pub const MOST_DRAWN: usize = 600;

const MARGIN: f64 = 28.0;
const HEAD: f64 = 62.0;
const NODE: f64 = 52.0;
const SMALL: f64 = 10.0;

/// Width of a text: average of a sans serif's letters.
fn width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * 0.56
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A path cut in its middle where it is long.
fn cut(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let half = most / 2;
    let head: String = text.chars().take(half).collect();
    let tail: String = text.chars().skip(count - half).collect();
    format!("{head}…{tail}")
}

struct Words {
    title: String,
    stage: String,
    kind: String,
}

fn words(plan: &Plan) -> Vec<Words> {
    let mut words: Vec<Words> = plan
        .nodes
        .iter()
        .map(|node| Words {
            title: cut(&node.path, 34),
            stage: called(&node.stage).to_owned(),
            kind: cut(&yields(node), 34),
        })
        .collect();
    words.extend(plan.outputs.iter().map(|output| Words {
        title: format!("write {}", output.name),
        stage: cut(&output.path, 40),
        kind: format!("{}, {}..{}", output.format, output.frames.first, output.frames.last),
    }));
    words
}

/// A drawing of the plan; `None` if it has more than [`MOST_DRAWN`] nodes.
pub fn svg(plan: &Plan) -> Option<String> {
    if plan.nodes.len() > MOST_DRAWN {
        return None;
    }
    let words = words(plan);
    let reads = plan
        .nodes
        .iter()
        .map(|node| node.inputs.values().map(|input| input.node.0 as usize).collect())
        .chain(plan.outputs.iter().map(|output| vec![output.input.node.0 as usize]));
    let items: Vec<Item> = words
        .iter()
        .zip(reads)
        .enumerate()
        .map(|(index, (words, reads))| Item {
            width: [
                width(&words.title, 12.5),
                width(&words.stage, SMALL),
                width(&words.kind, SMALL),
            ]
            .into_iter()
            .fold(70.0, f64::max)
                + 24.0,
            height: NODE,
            reads,
            bottom: index >= plan.nodes.len(),
        })
        .collect();
    let placed = layout(&items);
    let title = width(&plan.shot, 17.0).max(width(&ambient(plan), 11.0));
    let (wide, high) =
        (placed.width.max(title) + 2.0 * MARGIN, placed.height + HEAD + 2.0 * MARGIN + 26.0);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide:.0}\" height=\"{high:.0}\" viewBox=\"0 0 {wide:.0} {high:.0}\" font-family=\"Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif\">"
    );
    let _ = writeln!(out, "<title>{}</title>", escaped(&plan.shot));
    let _ = writeln!(out, "<rect width=\"100%\" height=\"100%\" fill=\"#fbfbfc\"/>");
    let _ = writeln!(
        out,
        "<text x=\"{MARGIN}\" y=\"{:.0}\" font-size=\"17\" font-weight=\"600\" fill=\"#20242c\">{}</text>",
        MARGIN + 12.0,
        escaped(&plan.shot)
    );
    let _ = writeln!(
        out,
        "<text x=\"{MARGIN}\" y=\"{:.0}\" font-size=\"11\" fill=\"#5b6270\">{}</text>",
        MARGIN + 30.0,
        escaped(&ambient(plan))
    );
    let shift = (MARGIN + (wide - 2.0 * MARGIN - placed.width) / 2.0, MARGIN + HEAD);
    let at = |(x, y): (f64, f64)| (x + shift.0, y + shift.1);
    for (index, item) in items.iter().enumerate() {
        edges(plan, index, item, &items, &placed.centres, &placed.bends, &at, &mut out);
    }
    for (index, ((item, words), centre)) in
        items.iter().zip(&words).zip(&placed.centres).enumerate()
    {
        node(plan, index, item, words, at(*centre), &mut out);
    }
    legend(plan, high - MARGIN / 2.0 - 4.0, &mut out);
    out.push_str("</svg>\n");
    Some(out)
}

#[expect(clippy::too_many_arguments, reason = "what one drawing step sees of the whole")]
fn edges(
    plan: &Plan,
    index: usize,
    item: &Item,
    items: &[Item],
    centres: &[(f64, f64)],
    bends: &[Vec<Vec<(f64, f64)>>],
    at: &dyn Fn((f64, f64)) -> (f64, f64),
    out: &mut String,
) {
    let Some(centre) = centres.get(index) else { return };
    let (x, y) = at(*centre);
    let output = index >= plan.nodes.len();
    let ports: Vec<&str> = plan
        .nodes
        .get(index)
        .map(|node| node.inputs.keys().map(String::as_str).collect())
        .unwrap_or_default();
    // Ends stand along the box's upper edge, in the order of where they come from.
    let from = |place: usize| {
        let bend = bends.get(index).and_then(|own| own.get(place)).and_then(|chain| chain.last());
        let read = item.reads.get(place).and_then(|read| centres.get(*read));
        bend.or(read).map_or(0.0, |(x, _)| *x)
    };
    let mut order: Vec<usize> = (0..item.reads.len()).collect();
    order.sort_by(|a, b| from(*a).total_cmp(&from(*b)));
    let step = item.width / (order.len() + 1) as f64;
    for (slot, place) in order.iter().enumerate() {
        let Some((read, source)) =
            item.reads.get(*place).and_then(|read| Some((items.get(*read)?, centres.get(*read)?)))
        else {
            continue;
        };
        let (sx, sy) = at(*source);
        let end = (x - item.width / 2.0 + step * (slot + 1) as f64, y - item.height / 2.0);
        let mut points = vec![(sx, sy + read.height / 2.0)];
        let own = bends.get(index).and_then(|own| own.get(*place));
        points.extend(own.into_iter().flatten().map(|bend| at(*bend)));
        points.push(end);
        let mut path = String::new();
        for pair in points.windows(2) {
            if let [(ax, ay), (bx, by)] = pair {
                if path.is_empty() {
                    let _ = write!(path, "M{ax:.1} {ay:.1}");
                }
                let middle = f64::midpoint(*ay, *by);
                let _ = write!(path, "C{ax:.1} {middle:.1} {bx:.1} {middle:.1} {bx:.1} {by:.1}");
            }
        }
        let (colour, thick) = if output { ("#2f3440", 2.2) } else { ("#9aa1ae", 1.4) };
        let _ = writeln!(
            out,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{thick}\"/>"
        );
        if let Some(port) = ports.get(*place) {
            let _ = writeln!(
                out,
                "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"8.5\" text-anchor=\"middle\" fill=\"#6a7180\" stroke=\"#fbfbfc\" stroke-width=\"3\" paint-order=\"stroke\">{}</text>",
                end.0,
                end.1 - 4.0,
                escaped(port)
            );
        }
    }
}

fn node(
    plan: &Plan,
    index: usize,
    item: &Item,
    words: &Words,
    (x, y): (f64, f64),
    out: &mut String,
) {
    let node = plan.nodes.get(index);
    let (fill, edge) = node.map_or(("#2f3440", "#2f3440"), |node| colours(chapter(&node.stage)));
    let (dark, light) =
        if node.is_some() { ("#20242c", "#5b6270") } else { ("#ffffff", "#c9ced8") };
    let _ = writeln!(out, "<g>");
    if let Some(node) = node {
        let values: Vec<String> = node
            .parameters
            .iter()
            .filter(|(_, value)| **value != Value::None)
            .map(|(name, value)| format!("{name}: {}", written::short(value)))
            .collect();
        let tip = format!("{}\n{}\n{}", node.path, node.stage, values.join("\n"));
        let tip = tip.lines().map(escaped).collect::<Vec<_>>().join("\n");
        let _ = writeln!(out, "<title>{tip}</title>");
    }
    let _ = writeln!(
        out,
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"7\" fill=\"{fill}\" stroke=\"{edge}\" stroke-width=\"1.3\"/>",
        x - item.width / 2.0,
        y - item.height / 2.0,
        item.width,
        item.height
    );
    let lines = [
        (&words.title, -9.0, 12.5, " font-weight=\"600\"", dark),
        (&words.stage, 5.0, SMALL, "", edge_or(node.is_some(), edge, light)),
        (&words.kind, 18.0, SMALL, "", light),
    ];
    for (text, down, size, weight, colour) in lines {
        let _ = writeln!(
            out,
            "<text x=\"{x:.1}\" y=\"{:.1}\" font-size=\"{size}\"{weight} text-anchor=\"middle\" fill=\"{colour}\">{}</text>",
            y + down,
            escaped(text)
        );
    }
    let _ = writeln!(out, "</g>");
}

fn edge_or<'a>(node: bool, edge: &'a str, light: &'a str) -> &'a str {
    if node { edge } else { light }
}

/// The chapters that occur, with their colours.
fn legend(plan: &Plan, y: f64, out: &mut String) {
    let chapters: BTreeSet<&str> = plan.nodes.iter().map(|node| chapter(&node.stage)).collect();
    let mut x = MARGIN;
    for chapter in chapters {
        let (fill, edge) = colours(chapter);
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{:.1}\" width=\"11\" height=\"11\" rx=\"3\" fill=\"{fill}\" stroke=\"{edge}\"/><text x=\"{:.1}\" y=\"{y:.1}\" font-size=\"10\" fill=\"#5b6270\">{}</text>",
            y - 9.5,
            x + 16.0,
            escaped(chapter)
        );
        x += 34.0 + width(chapter, 10.0);
    }
}
