//! Gathers what the queries say about files, with places counted in the files.

use crate::budget::{Callees, has_circle, recursion};
use crate::chain;
use crate::check::{check_body, constant_value, layer, layers_of};
use crate::circles::{Uses, leads_back};
use crate::crowd;
use crate::database::{Db, File, ItemId, item_id};
use crate::document::document;
use crate::evaluate::{Trouble, Weight};
use crate::inheritance::overfull;
use crate::lower::{beside_mistakes, is_said, place_of, shot_values, test_graph};
use crate::modules::name_spot;
use crate::names::nearest;
use crate::project::paths::{folder_of, joined};
use crate::project::{project, tweaks::tweaks_of, unclaimed::unclaimed_beside};
use crate::report::{ItemRef, Report, Spot, resolve};
use crate::scope::scope;
use crate::signature::signature;
use crate::source::{item_tree, items, name_span, open_doc_tests, parsed, reference, strays};
use crate::unused::unused;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use toma_syntax::diagnostic::{Diagnostic, Label, Severity, Span};

/// Constants of a circle that are marked besides the first.
const MOST_OF_A_CIRCLE: usize = 11;

/// Bytes that the values of a file's constants may take together.
const MOST_OF_CONSTANTS: usize = 32 << 20;

/// Everything about a file and the project's files it uses; of its shots only one, if one is named. `uses` may
/// know of other files already.
pub(crate) fn files<'db>(
    uses: &mut Uses<'db>,
    db: &'db dyn Db,
    path: &str,
    shot: Option<&str>,
) -> Vec<Diagnostic> {
    let first = db.file(path);
    if first.text(db).is_none() {
        let missing =
            Diagnostic::error("T0200", format!("there is no file `{path}`"), Span::default())
                .help("or it isn't text in UTF-8");
        return vec![in_file(missing, path)];
    }
    // Nothing is kept of what is said of one shot.
    let own = shot.map(|shot| file(db, path, Some(shot)));
    let reached = uses.reached(first, shot.map(|_| [].as_slice()));
    let mut all: Vec<Diagnostic> =
        project(db, path).reports.iter().map(|report| resolve(db, report)).collect();
    all.extend(unclaimed_beside(db, path).iter().map(|report| resolve(db, report)));
    let mut seen: HashSet<Diagnostic> = all.iter().cloned().collect();
    for (index, (file, words)) in reached.said.iter().enumerate() {
        let mut found = words.to_vec();
        if index == 0 {
            found.extend(own.iter().flatten().cloned());
            found.extend(reached.reports.iter().map(|report| resolve(db, report)));
        }
        let path = file.path(db);
        found.sort_by(|a, b| {
            let at = |found: &Diagnostic| {
                found.labels.first().map(|label| (label.file != *path, label.span.start))
            };
            at(a).cmp(&at(b))
        });
        for found in found {
            if seen.insert(found.clone()) {
                all.push(found);
            }
        }
    }
    nearer_circle(&mut all);
    all.iter_mut().for_each(crowd::shorten);
    all
}

/// Says which file a diagnostic of the parser is about.
fn in_file(mut diagnostic: Diagnostic, path: &str) -> Diagnostic {
    for label in diagnostic.labels.iter_mut().filter(|label| label.file.is_empty()) {
        path.clone_into(&mut label.file);
    }
    for fix in diagnostic.fixes.iter_mut().filter(|fix| fix.file.is_empty()) {
        path.clone_into(&mut fix.file);
    }
    diagnostic
}

/// Everything about a file by itself.
#[salsa::tracked]
pub(crate) fn said(db: &dyn Db, file_: File) -> Vec<Diagnostic> {
    file(db, file_.path(db), None)
}

fn file(db: &dyn Db, path: &str, shot: Option<&str>) -> Vec<Diagnostic> {
    let file = db.file(path);
    let mut found: Vec<Diagnostic> =
        strays(db, file).into_iter().map(|stray| in_file(stray, path)).collect();
    let mut reports: Vec<Report> = scope(db, file).reports.clone();
    reports.extend(overfull(db, file));
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut incomplete = !found.is_empty();
    let mut paths: BTreeMap<String, Spot> = BTreeMap::new();
    let recipes: Vec<_> = items(db, file)
        .iter()
        .filter(|slice| slice.head.word == "recipe")
        .map(|slice| reference(path, &slice.head.key))
        .collect();
    // A recipe of this file is in no circle with others if the files are in none.
    let only = (!leads_back(db, file)).then_some(path);
    let circle = has_circle(db, &recipes, only, &mut Callees::default());
    let mut constants: usize = 0;
    let mut broken: Vec<ItemId<'_>> = Vec::new();
    // What the shot comes from is part of it.
    let needed: HashSet<ItemRef> = shot.map_or_else(HashSet::new, |shot| {
        let shot = reference(path, &format!("shot {shot}"));
        layers_of(db, &shot).into_iter().map(|known| known.item).collect()
    });
    for slice in items(db, file) {
        let item = reference(path, &slice.head.key);
        let id = ItemId::new(db, file, slice.head.key.as_str());
        // Who renders a shot doesn't wait for tests.
        let other_shot = match slice.head.word.as_str() {
            "shot" => shot.is_some_and(|shot| slice.head.name != shot) && !needed.contains(&item),
            "test" => shot.is_some(),
            _ => false,
        };
        let parsed = parsed(db, id);
        incomplete |= !parsed.diagnostics.is_empty();
        let checked = check_body(db, id);
        used.extend(checked.used.iter().cloned());
        incomplete |= checked.incomplete || checked.reports.iter().any(Report::is_error);
        let layer = layer(db, id);
        used.extend(layer.used.iter().cloned());
        if other_shot {
            continue;
        }
        found.extend(
            parsed
                .diagnostics
                .iter()
                .map(|found| in_file(found.clone().shifted(slice.start), path)),
        );
        reports.extend(layer.reports.iter().cloned());
        if let Some(signature) = signature(db, id) {
            used.extend(signature.used.iter().cloned());
            reports.extend(signature.reports.iter().cloned());
        }
        // What seems unused beside a mistake may be used by what was meant.
        let wrong = !parsed.diagnostics.is_empty() || checked.reports.iter().any(Report::is_error);
        let said = checked.reports.iter().filter(|report| !(wrong && report.code == "T0209"));
        reports.extend(said.cloned());
        match slice.head.word.as_str() {
            "recipe" if circle => reports.extend(recursion(db, &item)),
            "const" if checked.reports.is_empty() && constants < MOST_OF_CONSTANTS => {
                match constant_value(db, id) {
                    Ok(value) => constants = constants.saturating_add(Weight::of(value).bytes()),
                    Err(Trouble::Wrong { code, message, span }) => {
                        // What became too large took its time too.
                        constants +=
                            if code.starts_with("T0420") { MOST_OF_CONSTANTS / 10 } else { 0 };
                        let spot = Spot { item: item.clone(), span: *span };
                        reports.push(Report::error(code, message.clone(), spot));
                    }
                    Err(Trouble::Open) => {}
                }
                if constants >= MOST_OF_CONSTANTS {
                    reports.push(heavy_constants(name_spot(db, &item)));
                }
            }
            "shot" => {
                if let Some(tweaks) = tweaks_of(db, path, &slice.head.name) {
                    reports.extend(tweaks.reports.iter().cloned());
                }
                reports.extend(document(db, id).reports.iter().cloned());
                let graph = shot_values(db, id);
                reports.extend(graph.reports.iter().cloned());
                if graph.plan.is_none() && graph.reports.is_empty() {
                    broken.push(id);
                }
                // Two shots of one name are one mistake: their files then have one name too.
                let again = slice.head.nth > 1;
                let outputs = graph.plan.iter().filter(|_| !again).flat_map(|plan| &plan.outputs);
                for (output, spot) in outputs.zip(&graph.outputs) {
                    let place = place_of(&output.path);
                    match paths.get(&place) {
                        Some(first) => {
                            let own = spot.item == item;
                            let here = if own { spot.clone() } else { name_spot(db, &item) };
                            let message = format!("two shots write to `{}`", output.path);
                            let mut report = Report::error("T0506", message, here)
                                .help("put the shot's name into the path: `{shot}`");
                            if !own {
                                report = report.label(spot.clone(), "the shot comes with this");
                            }
                            if first != spot {
                                report = report.label(first.clone(), "the other one");
                            }
                            reports.push(report);
                        }
                        None => {
                            paths.insert(place, spot.clone());
                        }
                    }
                }
            }
            "test" => {
                if slice.head.doc.is_none() && slice.head.nth > 1 {
                    reports.push(twice(db, path, &slice.head.name, item));
                }
                reports.extend(test_graph(db, id).graph.reports.iter().cloned());
            }
            _ => {}
        }
    }
    found.extend(open_doc_tests(db, file).into_iter().map(|span| {
        let open = Diagnostic::error("T0585", "this test in the docs never ends", span)
            .saying("begins here")
            .help("end the block with a line that holds nothing but three backquotes");
        in_file(open, path)
    }));
    once_a_circle(db, &mut reports);
    for shot in broken {
        let values = beside_mistakes(db, shot).iter();
        let more: Vec<Report> =
            values.filter(|report| !is_said(&reports, report)).cloned().collect();
        reports.extend(more);
    }
    if !incomplete && !path.starts_with("std/") {
        reports.extend(unused(db, file, &used));
    }
    let mut resolved: Vec<Diagnostic> = reports.iter().map(|report| resolve(db, report)).collect();
    if let Some(text) = file.text(db).as_deref().filter(|_| !found.is_empty()) {
        beside_a_slip(&mut resolved, &found, path, text);
    }
    found.append(&mut resolved);
    crowd::count_the_rest(&mut found, path);
    found
}

/// Up to here the constants of a file were worked out.
fn heavy_constants(spot: Spot) -> Report {
    let most = MOST_OF_CONSTANTS >> 20;
    let message =
        format!("up to here the constants of this file hold {most} MB, and that is the most");
    Report::error("T0420", message, spot)
        .saying("those behind it are not worked out")
        .help("make long lists and texts shorter, or move some constants into a file of their own")
}

/// Of a line that can't be read as it stands only what is in front of the slip can be believed, and of that only
/// that names lead nowhere: what is missing or doesn't fit may come of the slip.
fn beside_a_slip(said: &mut Vec<Diagnostic>, slips: &[Diagnostic], path: &str, text: &str) {
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let place_of = |found: &Diagnostic| {
        let label = found.labels.first().filter(|label| label.file == path)?;
        let line = ends.partition_point(|end| *end < label.span.start as usize);
        Some((line, label.span))
    };
    let mut first: BTreeMap<usize, u32> = BTreeMap::new();
    for (line, span) in slips.iter().filter_map(place_of) {
        let slip = first.entry(line).or_insert(span.start);
        *slip = span.start.min(*slip);
    }
    said.retain(|found| {
        let Some((line, span)) = place_of(found) else { return true };
        let Some(slip) = first.get(&line) else { return true };
        let between = text.get(span.end as usize..*slip as usize);
        match found.code {
            "T0202" | "T0205" | "T0207" | "T0218" | "T0220" => between.is_some(),
            // Words of a text without quotes follow each other.
            "T0201" => between.is_some_and(|text| text.contains([',', '|', ')'])),
            _ => false,
        }
    });
}

/// Writes of several files that lead to one place; said of the later one. Places are counted from the folder that
/// the files are counted from.
pub(crate) fn one_place(db: &dyn Db, paths: &[String]) -> Vec<(String, Diagnostic)> {
    let mut places: HashMap<String, (&str, Spot)> = HashMap::new();
    let mut found = Vec::new();
    for path in paths {
        for (output, written, spot) in writes(db, db.file(path)) {
            let place = joined(folder_of(path), written);
            match places.get(&place) {
                Some((other, first)) if *other != path.as_str() => {
                    let report =
                        Report::error("T0506", format!("two files write to `{output}`"), spot.clone())
                            .label(first.clone(), "the other one")
                            .help("put the shot's name into the path, `{shot}`, and call the shots differently");
                    found.push((path.clone(), resolve(db, &report)));
                }
                Some(_) => {}
                None => {
                    places.insert(place, (path, spot.clone()));
                }
            }
        }
    }
    found
}

/// What a file's shots write: the path as it is said, the place, and where that stands.
#[salsa::tracked]
fn writes(db: &dyn Db, file: File) -> Vec<(String, String, Spot)> {
    let mut written = Vec::new();
    for slice in items(db, file).iter().filter(|slice| slice.head.word == "shot") {
        let item = reference(file.path(db), &slice.head.key);
        let graph = shot_values(db, ItemId::new(db, file, slice.head.key.clone()));
        let outputs = graph.plan.iter().flat_map(|plan| &plan.outputs).zip(&graph.outputs);
        written.extend(outputs.map(|(output, spot)| {
            let own = spot.item.file == *file.path(db);
            let spot = if own { spot.clone() } else { name_spot(db, &item) };
            (output.path.clone(), place_of(&output.path), spot)
        }));
    }
    written
}

/// Where recipes or shots lead in a circle, so do their files: the nearer mistake is said.
fn nearer_circle(all: &mut Vec<Diagnostic>) {
    let files = |found: &Diagnostic| -> BTreeSet<String> {
        found.labels.iter().map(|label| label.file.clone()).collect()
    };
    let near: Vec<BTreeSet<String>> = all
        .iter()
        .filter(|found| matches!(found.code, "T0216" | "T0359" | "T0512" | "T0518"))
        .map(files)
        .collect();
    all.retain(|found| {
        found.code != "T0211" || !near.iter().any(|near| files(found).is_subset(near))
    });
}

/// Two tests of one title: nobody could say which of them failed.
fn twice(db: &dyn Db, path: &str, title: &str, second: ItemRef) -> Report {
    let title_of = |item: ItemRef| {
        let span = name_span(&item_tree(db, item_id(db, &item)));
        Spot { item, span }
    };
    Report::error("T0582", format!("there are two tests called \"{title}\""), title_of(second))
        .saying("the second one")
        .label(title_of(reference(path, &format!("test {title}"))), "the first one")
        .help("give one of them another title, which says what it shows")
}

/// Constants that are made of each other are one mistake: each circle is told once, at its first constant.
fn once_a_circle(db: &dyn Db, reports: &mut Vec<Report>) {
    let place = |report: &Report| {
        let in_circle = report.code == "T0206" && report.message.starts_with("this constant");
        report.labels.first().filter(|_| in_circle).map(|(spot, _)| spot.clone())
    };
    let places: Vec<Spot> = reports.iter().filter_map(place).collect();
    let items: Vec<ItemRef> = places.iter().map(|spot| spot.item.clone()).collect();
    let mut circles: BTreeMap<usize, Vec<Spot>> = BTreeMap::new();
    for circle in chain::circles_among(db, &items) {
        let spots = circle.iter().filter_map(|nth| places.get(*nth).cloned());
        circles.insert(circle.first().copied().unwrap_or_default(), spots.collect());
    }
    let mut nth = 0;
    reports.retain_mut(|report| {
        if place(report).is_none() {
            return true;
        }
        let circle = circles.remove(&nth);
        nth += 1;
        let Some(circle) = circle else { return false };
        if circle.len() > 1 {
            "these constants are made of each other in a circle".clone_into(&mut report.message);
            let others = circle.into_iter().skip(1).take(MOST_OF_A_CIRCLE);
            report.labels.extend(others.map(|spot| (spot, String::new())));
        }
        true
    });
}

/// A shot was asked for that the file doesn't have.
pub(crate) fn no_such_shot(path: &str, shot: &str, known: &[String]) -> Diagnostic {
    let near = nearest(shot, known.iter().map(String::as_str));
    let help = match (near, known) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => "it has none".to_owned(),
        (None, known) => format!("it has {}", crate::names::listed(known, "and")),
    };
    Diagnostic {
        code: "T0515",
        severity: Severity::Error,
        message: format!("`{path}` has no shot called `{shot}`"),
        labels: vec![Label { file: path.to_owned(), span: Span::default(), text: String::new() }],
        help: Some(help),
        fixes: Vec::new(),
    }
}
