//! In which order a document's `param`s and lets are worked out: as the text has them, but what is needed
//! first, so that a `let` that was replaced may use new ones. A circle is refused with the chain of places.

use super::{Document, Setting, Step, whole};
use crate::address::{Site, Target};
use crate::check::{check_body, fragment_of, item_name};
use crate::database::{Db, item_id};
use crate::report::{ItemRef, Report, Spot};
use rustc_hash::{FxHashMap, FxHashSet};

/// Why one thing needs another: where that is said.
struct Need {
    step: Step,
    spot: Spot,
    words: String,
}

impl Document {
    pub(super) fn put_in_order(&mut self, db: &dyn Db, me: &ItemRef) {
        let mut reports = Vec::new();
        let count = self.parameters.len() + self.lets.len();
        let steps: Vec<Step> = (0..self.parameters.len())
            .map(Step::Parameter)
            .chain((0..self.lets.len()).map(Step::Let))
            .collect();
        let named: FxHashMap<&str, Step> = steps
            .iter()
            .filter_map(|step| Some((self.entry(*step)?.name.as_str(), *step)))
            .collect();
        let mut about: FxHashMap<Step, Vec<&Setting>> = FxHashMap::default();
        for setting in &self.settings {
            let (Target::Parameter(root) | Target::Call(Site { root, .. })) = &setting.target;
            if let Some(step) = named.get(root.as_str()) {
                about.entry(*step).or_default().push(setting);
            }
        }
        let needs: Vec<Vec<Need>> = steps
            .iter()
            .map(|step| {
                let about = about.get(step).map(Vec::as_slice).unwrap_or_default();
                self.needs(db, me, *step, &named, about, &mut reports)
            })
            .collect();
        self.writes_that_miss(db, me, &named, &mut reports);
        drop(about);
        let number = |step: Step| match step {
            Step::Parameter(index) => index,
            Step::Let(index) => self.parameters.len() + index,
        };
        // 0: not looked at, 1: on the way down, 2: done.
        let doubled = doubled(db, me);
        let mut state = vec![0_u8; count];
        let mut order = Vec::with_capacity(count);
        let mut way: Vec<(Step, usize)> = Vec::new();
        for step in &steps {
            if state.get(number(*step)) != Some(&0) {
                continue;
            }
            way.push((*step, 0));
            if let Some(state) = state.get_mut(number(*step)) {
                *state = 1;
            }
            while let Some((current, next)) = way.last_mut() {
                let at = number(*current);
                let need = needs.get(at).and_then(|needs| needs.get(*next));
                let Some(need) = need else {
                    if let Some(state) = state.get_mut(at) {
                        *state = 2;
                    }
                    order.push(*current);
                    way.pop();
                    continue;
                };
                *next += 1;
                let wanted = need.step;
                match state.get(number(wanted)).copied() {
                    Some(0) => {
                        if let Some(state) = state.get_mut(number(wanted)) {
                            *state = 1;
                        }
                        way.push((wanted, 0));
                    }
                    Some(1) => {
                        let from = way.iter().position(|(step, _)| *step == wanted);
                        let links: Vec<&Need> = way
                            .iter()
                            .skip(from.unwrap_or_default())
                            .filter_map(|(step, next)| {
                                needs.get(number(*step))?.get(next.checked_sub(1)?)
                            })
                            .collect();
                        // A name that stands twice has been said, and is no circle that was meant.
                        if links.iter().any(|link| doubled.contains(&link.spot)) {
                            continue;
                        }
                        let report = circle(db, me, &links);
                        // Two ways around through one line are one mistake.
                        if !reports.iter().any(|known: &Report| {
                            known.code == report.code
                                && known.labels.first().map(|label| &label.0)
                                    == report.labels.first().map(|label| &label.0)
                        }) {
                            reports.push(report);
                        }
                    }
                    _ => {}
                }
            }
        }
        self.order = order;
        self.reports.extend(reports);
    }

    /// What a step needs before it.
    fn needs(
        &self,
        db: &dyn Db,
        me: &ItemRef,
        step: Step,
        named: &FxHashMap<&str, Step>,
        about: &[&Setting],
        reports: &mut Vec<Report>,
    ) -> Vec<Need> {
        let mut needs = Vec::new();
        let Some(entry) = self.entry(step) else { return needs };
        if matches!(step, Step::Let(_)) {
            let fragment = fragment_of(db, &entry.item);
            let lines = fragment.lines.get(entry.index);
            for index in lines.iter().flat_map(|line| &line.needs) {
                let Some(name) = fragment.names.get(*index as usize) else { continue };
                let wanted = named.get(name.name.as_str()).copied();
                match wanted.and_then(|wanted| Some((wanted, self.entry(wanted)?))) {
                    Some((wanted, found))
                        if found.ty == name.ty || matches!(wanted, Step::Let(_)) =>
                    {
                        let words = format!("`{}` needs `{}`", entry.name, name.name);
                        needs.push(Need { step: wanted, spot: entry.spot(), words });
                    }
                    _ if entry.item == *me => {}
                    found => {
                        let there = found.map(|(_, found)| found.spot());
                        reports.push(missing(db, me, &entry.name, &entry.spot(), name, there));
                    }
                }
            }
        }
        for setting in about {
            for name in &setting.needs {
                if let Some(wanted) = named.get(name.as_str()) {
                    let words = format!("this sets {} by `{name}`", setting.words);
                    needs.push(Need { step: *wanted, spot: setting.spot(), words });
                }
            }
        }
        needs
    }

    fn writes_that_miss(
        &self,
        db: &dyn Db,
        me: &ItemRef,
        named: &FxHashMap<&str, Step>,
        reports: &mut Vec<Report>,
    ) {
        for entry in self.writes.iter().filter(|entry| entry.item != *me) {
            let fragment = fragment_of(db, &entry.item);
            let mut said = FxHashSet::default();
            for index in fragment.needs.get(entry.index).into_iter().flatten() {
                let Some(name) = fragment.names.get(*index as usize) else { continue };
                if !named.contains_key(name.name.as_str()) && said.insert(*index) {
                    reports.push(missing(db, me, &entry.name, &entry.spot(), name, None));
                }
            }
        }
    }
}

/// Where names stand for the second time in one body.
fn doubled(db: &dyn Db, me: &ItemRef) -> FxHashSet<Spot> {
    let said = check_body(db, item_id(db, me)).reports.iter();
    let twice = said.filter(|report| report.code == "T0204");
    twice.filter_map(|report| report.labels.first().map(|(spot, _)| spot.clone())).collect()
}

fn missing(
    db: &dyn Db,
    me: &ItemRef,
    user: &str,
    spot: &Spot,
    name: &crate::term::NameTerm,
    there: Option<Spot>,
) -> Report {
    let message = match there {
        Some(_) => format!("`{user}` comes with `{}` of another kind than it is here", name.name),
        None => format!("`{user}` needs `{}`, which there isn't where this shot stands", name.name),
    };
    let mut report = Report::error("T0523", message, whole(db, me))
        .label(spot.clone(), format!("comes from `{}`", item_name(&spot.item)))
        .label(name.spot.clone(), format!("`{}` as it was meant", name.name));
    if let Some(there) = there {
        report = report.label(there, "as it is here");
    }
    report.help(format!(
        "add `param {}: {}` to this shot or to what it stands in, or replace `{user}`",
        name.name, name.ty
    ))
}

fn circle(db: &dyn Db, me: &ItemRef, links: &[&Need]) -> Report {
    let own = links.iter().position(|link| link.spot.item == *me);
    let start = own.unwrap_or_default();
    let first = links.get(start).map_or_else(|| whole(db, me), |link| link.spot.clone());
    let first = if own.is_some() { first } else { whole(db, me) };
    let message = if links.len() == 1 {
        "in this shot something is made of itself"
    } else {
        "in this shot these are made of each other in a circle"
    };
    let mut report = Report::error("T0522", message, first);
    let chain = links.iter().cycle().skip(start).take(links.len().min(8));
    for (index, link) in chain.enumerate() {
        if index == 0 && own.is_some() {
            report = report.saying(link.words.clone());
        } else {
            report = report.label(link.spot.clone(), link.words.clone());
        }
    }
    report.help("let one of them use something else; what is replaced can't use what is made of it")
}
