//! How much a shot is before it is lowered: nodes counted saturating, each recipe once. Also who calls
//! whom: a recipe that calls itself has no end.

use crate::check::{Constants, fragment_of};
use crate::database::{Db, item_id};
use crate::document::outline;
use crate::evaluate::{evaluate, frame_count};
use crate::report::{ItemRef, Report, Spot};
use crate::signature::signature_of;
use crate::term::{Block, Term, TermKind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::rc::Rc;
use toma_plan::Value;

/// Nodes that a shot may have.
const MOST_NODES: u64 = 100_000;

/// The terms that an item consists of, and where they stand: a recipe's body, a shot with everything that it
/// comes with.
fn each_term(db: &dyn Db, item: &ItemRef, visit: &mut dyn FnMut(&ItemRef, &Term)) {
    if item.key.starts_with("shot ") {
        outline(db, item_id(db, item)).each_term(db, visit);
    } else {
        fragment_of(db, item).terms().for_each(|term| visit(item, term));
    }
}

/// Who calls whom, as far as it was asked: the recipes that an item calls, each once, in order of the calls.
#[derive(Default)]
pub(crate) struct Callees {
    known: FxHashMap<ItemRef, Rc<[ItemRef]>>,
}

impl Callees {
    fn of(&mut self, db: &dyn Db, item: &ItemRef) -> Rc<[ItemRef]> {
        if let Some(known) = self.known.get(item) {
            return Rc::clone(known);
        }
        let mut seen: FxHashSet<&ItemRef> = FxHashSet::default();
        let calls = calls(db, item);
        let recipes = calls.iter().map(|(callee, _)| callee).filter(|callee| is_recipe(callee));
        let recipes: Rc<[ItemRef]> =
            recipes.filter(|callee| seen.insert(callee)).cloned().collect();
        self.known.insert(item.clone(), Rc::clone(&recipes));
        recipes
    }
}

/// The recipes and stages that an item calls, in order, and where.
fn calls(db: &dyn Db, item: &ItemRef) -> Vec<(ItemRef, Spot)> {
    let mut calls = Vec::new();
    each_term(db, item, &mut |item, term| {
        term.calls(&mut |call, span| {
            calls.push((call.callee.clone(), Spot { item: item.clone(), span }));
        });
    });
    calls
}

fn is_recipe(item: &ItemRef) -> bool {
    item.key.starts_with("recipe ")
}

/// The recipes that a body reaches, each once; the body itself is not among them.
pub(crate) fn recipes(db: &dyn Db, item: &ItemRef, callees: &mut Callees) -> Vec<ItemRef> {
    let mut order = Vec::new();
    let mut seen = FxHashSet::default();
    let mut queue = VecDeque::from([item.clone()]);
    while let Some(next) = queue.pop_front() {
        for callee in callees.of(db, &next).iter() {
            if seen.insert(callee.clone()) {
                order.push(callee.clone());
                queue.push_back(callee.clone());
            }
        }
    }
    order
}

/// Do recipes call each other in a circle, anywhere below these, or below them in one file only? One walk, so
/// that the usual answer, no, costs little.
pub(crate) fn has_circle(
    db: &dyn Db,
    roots: &[ItemRef],
    only: Option<&str>,
    callees: &mut Callees,
) -> bool {
    // Done with, or still on the way down.
    let mut done: FxHashMap<ItemRef, bool> = FxHashMap::default();
    let mut stack: Vec<(ItemRef, bool)> = roots.iter().map(|root| (root.clone(), false)).collect();
    while let Some((item, leaving)) = stack.pop() {
        if leaving {
            done.insert(item, true);
            continue;
        }
        match done.get(&item) {
            Some(true) => continue,
            Some(false) => return true,
            None => {}
        }
        done.insert(item.clone(), false);
        stack.push((item.clone(), true));
        let meant = |callee: &&ItemRef| only.is_none_or(|file| callee.file == file);
        for callee in callees.of(db, &item).iter().filter(meant) {
            match done.get(callee) {
                Some(true) => {}
                Some(false) => return true,
                None => stack.push((callee.clone(), false)),
            }
        }
    }
    false
}

/// The shortest way from a recipe back to itself, with the places of the calls.
fn circle(db: &dyn Db, item: &ItemRef) -> Option<Vec<Spot>> {
    let mut came: FxHashMap<ItemRef, (ItemRef, Spot)> = FxHashMap::default();
    let mut queue = VecDeque::from([item.clone()]);
    while let Some(next) = queue.pop_front() {
        for (callee, span) in calls(db, &next) {
            if callee == *item {
                let mut spots = vec![span];
                let mut at = next;
                while let Some((from, span)) = came.get(&at) {
                    spots.push(span.clone());
                    at = from.clone();
                }
                spots.reverse();
                return Some(spots);
            }
            if is_recipe(&callee) && !came.contains_key(&callee) && callee != *item {
                came.insert(callee.clone(), (next.clone(), span));
                queue.push_back(callee);
            }
        }
    }
    None
}

/// Says that a recipe calls itself, at one recipe of each circle only.
pub(crate) fn recursion(db: &dyn Db, item: &ItemRef) -> Option<Report> {
    let spots = circle(db, item)?;
    if spots.iter().any(|spot| spot.item < *item) {
        return None;
    }
    let name = name_of(db, item);
    let mut spots = spots.into_iter();
    let first = spots.next()?;
    let mut report = if spots.len() == 0 {
        Report::error("T0216", format!("`{name}` calls itself"), first).saying("here")
    } else {
        Report::error("T0216", format!("`{name}` calls itself through other recipes"), first)
            .saying("it calls this")
    };
    let last = spots.len();
    for (index, spot) in spots.take(8).enumerate() {
        let text = if index + 1 == last { "which calls it again" } else { "which calls this" };
        report = report.label(spot, text);
    }
    Some(report.help("every program ends: a recipe can only use recipes that don't use it"))
}

fn name_of(db: &dyn Db, item: &ItemRef) -> String {
    signature_of(db, item).map(|signature| signature.name.clone()).unwrap_or_default()
}

/// What a call is multiplied by: the lengths of the lists by rule that it stands in, as far as they are
/// written out. What is worked out is counted while the shot is lowered.
fn length(db: &dyn Db, over: &Term) -> u64 {
    match evaluate(over, &Constants(db)) {
        Ok(Value::List(values)) => values.len() as u64,
        Ok(Value::Frames(frames)) => frame_count(frames),
        Ok(Value::Steps { frames, every }) => frame_count(frames).div_ceil(u64::from(every.max(1))),
        _ => 1,
    }
}

/// The calls that a term makes at most: of several branches, the one with most.
fn nodes(db: &dyn Db, term: &Term, counted: &FxHashMap<ItemRef, u64>) -> u64 {
    let block = |block: &Block| {
        let lets = block.lets.iter().map(|line| nodes(db, &line.value, counted));
        lets.fold(nodes(db, &block.result, counted), u64::saturating_add)
    };
    match &term.kind {
        TermKind::Call(call) => {
            // A recipe that makes nothing is work too.
            let own = counted.get(&call.callee).copied().unwrap_or(1).max(1);
            let arguments = call.arguments.iter().flatten();
            arguments.map(|term| nodes(db, term, counted)).fold(own, u64::saturating_add)
        }
        TermKind::If { branches, otherwise } => {
            let conditions = branches.iter().map(|(condition, _)| nodes(db, condition, counted));
            let conditions = conditions.fold(0, u64::saturating_add);
            let most = branches.iter().map(|(_, body)| block(body)).max().unwrap_or_default();
            conditions.saturating_add(most.max(block(otherwise)))
        }
        TermKind::Match(subject, arms) => {
            let most = arms.iter().map(|arm| block(&arm.block)).max().unwrap_or_default();
            nodes(db, subject, counted).saturating_add(most)
        }
        TermKind::Comprehension { over, value, .. } => {
            let each = nodes(db, value, counted);
            let all = if each == 0 { 0 } else { each.saturating_mul(length(db, over)) };
            nodes(db, over, counted).saturating_add(all)
        }
        _ => {
            let mut sum: u64 = 0;
            term.children(&mut |child| sum = sum.saturating_add(nodes(db, child, counted)));
            sum
        }
    }
}

/// The recipes that an item calls, where, and in lists of what length.
fn weighed(db: &dyn Db, item: &ItemRef) -> Vec<(ItemRef, Spot, u64)> {
    fn walk(
        db: &dyn Db,
        item: &ItemRef,
        term: &Term,
        times: u64,
        found: &mut Vec<(ItemRef, Spot, u64)>,
    ) {
        if let TermKind::Comprehension { over, value, .. } = &term.kind {
            walk(db, item, over, times, found);
            walk(db, item, value, times.saturating_mul(length(db, over)), found);
            return;
        }
        term.children(&mut |child| walk(db, item, child, times, found));
        if let TermKind::Call(call) = &term.kind {
            let spot = Spot { item: item.clone(), span: term.span };
            found.push((call.callee.clone(), spot, times));
        }
    }
    let mut found = Vec::new();
    each_term(db, item, &mut |item, term| walk(db, item, term, 1, &mut found));
    found
}

/// Counts a shot's nodes before any is made; says where they double if they are too many.
pub(crate) fn over_budget(db: &dyn Db, shot: &ItemRef, callees: &mut Callees) -> Option<Report> {
    let mut counted: FxHashMap<ItemRef, u64> = FxHashMap::default();
    let mut stack = vec![shot.clone()];
    // Callees first; there are no circles when this is asked.
    while let Some(item) = stack.last().cloned() {
        if counted.contains_key(&item) {
            stack.pop();
            continue;
        }
        let callees = callees.of(db, &item);
        let open: Vec<ItemRef> =
            callees.iter().filter(|callee| !counted.contains_key(*callee)).cloned().collect();
        if open.is_empty() {
            let mut sum: u64 = 0;
            each_term(db, &item, &mut |_, term| {
                sum = sum.saturating_add(nodes(db, term, &counted));
            });
            counted.insert(item, sum);
            stack.pop();
        } else {
            stack.extend(open);
        }
    }
    let nodes = counted.get(shot).copied().unwrap_or_default();
    if nodes <= MOST_NODES {
        return None;
    }
    // From the shot down the heaviest way.
    let weight = |(callee, _, times): &(ItemRef, Spot, u64)| {
        counted.get(callee).copied().unwrap_or(1).max(1).saturating_mul(*times)
    };
    let heaviest = |item: &ItemRef| weighed(db, item).into_iter().max_by_key(weight);
    let words =
        if nodes == u64::MAX { "more than can be counted".to_owned() } else { nodes.to_string() };
    let (mut callee, span, times) = heaviest(shot)?;
    let mut report = Report::error(
        "T0420",
        format!("this shot would be {words} calls of stages, and {MOST_NODES} is the most"),
        span,
    )
    .saying(if times > 1 {
        format!("this call is made {times} times")
    } else {
        "most of them are in here".to_owned()
    });
    let mut shown = 0;
    while is_recipe(&callee) {
        let calls = weighed(db, &callee);
        let Some((next, span, _)) = calls.iter().max_by_key(|call| weight(call)).cloned() else {
            break;
        };
        let times = calls
            .iter()
            .filter(|(other, ..)| *other == next)
            .fold(0, |sum: u64, (.., times)| sum.saturating_add(*times));
        if times > 1 && shown < 4 {
            let text =
                format!("`{}` calls `{}` {times} times", name_of(db, &callee), name_of(db, &next));
            report = report.label(span, text);
            shown += 1;
        }
        callee = next;
    }
    Some(report.help("name a result with `let` and use the name, instead of making it again"))
}
