//! Checks a body against the signatures it uses, and makes its [`Fragment`]. It looks at one item and at the
//! heads of others, never into their bodies.
//!
//! **Invariant**: what is wrong gets the type `Unknown`, with which everything agrees: one mistake, one
//! report.

mod attribute;
mod bare;
mod block;
mod call;
mod choice;
mod curve;
mod cut;
mod deprecation;
mod expr;
mod fit;
mod function;
mod generic;
mod interval;
mod layers;
mod list;
mod locals;
mod logic;
mod merge;
mod number;
pub(crate) mod path;
mod pattern;
mod presence;
mod reader;
mod record;
mod remedy;
mod setting;
mod shot;
mod test;
mod text;
mod written;

pub(crate) use cut::{in_two, open_frames, ranges_words};
pub(crate) use fit::Slot;
pub(crate) use merge::{base_of, dropped, seed_of};
pub(crate) use number::{out_of_bounds, rate};
pub(crate) use setting::Asked;
pub(crate) use shot::{Inherited, item_name, layer, layers_of};
pub(crate) use test::TestTerm;

use self::locals::{Later, Locals};
use crate::chain::{overlong, too_long};
use crate::crowd::MOST_REPORTS;
use crate::data::{case_names, circle, enum_signature, record_signature};
use crate::database::{Db, ItemId, item_id};
use crate::names::nearest;
use crate::report::{ItemRef, Report, Spot};
use crate::scope::Definition;
use crate::signature::{Parameter, signature};
use crate::source::{item_tree, reference};
use crate::term::{Fragment, LetTerm, Term, TermKind};
use crate::types::{Bound, Space, Type};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use toma_plan::Value;
use toma_syntax::ast::{Body, ItemKind, Let, Name};
use toma_syntax::diagnostic::Span;

/// A checked item.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Checked {
    pub(crate) reports: Vec<Report>,
    pub(crate) fragment: Arc<Fragment>,
    /// Names of items that it uses.
    pub(crate) used: BTreeSet<String>,
    /// Something in it could not be looked at: nobody may be called unused because of it.
    pub(crate) incomplete: bool,
}

/// Checks an item.
#[salsa::tracked(cycle_result = check_of_circle)]
pub(crate) fn check_body<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Checked {
    let tree = item_tree(db, item);
    let key = reference(item.file(db).path(db), item.key(db));
    let mut checker = Checker::new(db, key);
    let mut fragment = Fragment::default();
    checker.attributes(&tree);
    let too_long = checker.too_long;
    if too_long {
        checker.incomplete = true;
        checker.reports.extend(overlong(db, item, &tree));
    }
    match &tree.kind {
        ItemKind::Use(_) => {}
        ItemKind::Recipe(recipe) => {
            if let Some(signature) = signature(db, item) {
                checker.generics.clone_from(&signature.generics);
                checker.mention_types(&recipe.signature);
                let result = signature.result.clone();
                for parameter in &signature.parameters {
                    checker.parameter_local(parameter);
                }
                fragment.parameters = checker.locals.len() as u32;
                let slot = Slot::new(
                    format!("the result of `{}`", signature.name),
                    recipe.signature.result.as_ref().map(|ty| checker.spot(ty.span)),
                );
                fragment.result = checker.body(&recipe.body, &mut fragment.lets, &result, &slot);
                checker.unused_parameters(signature);
                checker.hiding(checker.locals.len());
            }
        }
        ItemKind::Stage(head) => {
            if !checker.item.file.starts_with("std/") {
                let report = Report::error(
                    "T0221",
                    format!(
                        "the stage `{}` is declared outside the standard library",
                        head.name.text
                    ),
                    checker.spot(head.name.span),
                )
                .help("stages are what Toma itself implements; write a `recipe` made of them");
                checker.report(report);
            }
            checker.mention_types(head);
        }
        ItemKind::Const { name, .. } if too_long => {
            fragment.result = Some(Term::unknown(name.span));
        }
        ItemKind::Const { ty, value, name } => {
            let term = match ty {
                Some(ty) => {
                    let ty = checker.written_type(ty);
                    let slot = Slot::new(format!("`{}`", name.text), None);
                    checker.value(value, &ty, &slot)
                }
                None => checker.expr(value, None),
            };
            let term = checker.no_picture(term);
            fragment.result = Some(term);
        }
        // That is said of the file.
        ItemKind::Layer(_) if crate::inheritance::beyond(db, item) => checker.incomplete = true,
        ItemKind::Layer(layer) => checker.layer_body(item, layer, &mut fragment),
        ItemKind::Record { .. } => {
            if let Some(record) = record_signature(db, item) {
                checker.declared_data(&record.used, &record.reports);
            }
        }
        ItemKind::Enum { .. } => {
            if let Some(choice) = enum_signature(db, item) {
                checker.declared_data(&choice.used, &choice.reports);
            }
        }
        ItemKind::Policy { name, .. } => checker.unsupported("policies are", name.span),
        ItemKind::Test { title, body } => {
            checker.test(&tree.attributes, title, body, &mut fragment);
        }
        ItemKind::Broken(_) => checker.incomplete = true,
    }
    checker.settle(&mut fragment);
    checker.count_the_rest();
    let Checker { reports, used, incomplete, .. } = checker;
    Checked { reports, fragment: Arc::new(fragment), used, incomplete }
}

/// A constant that is made of itself.
fn check_of_circle<'db>(db: &'db dyn Db, id: salsa::Id, item: ItemId<'db>) -> Checked {
    let tree = item_tree(db, item);
    let key = reference(item.file(db).path(db), item.key(db));
    let span = crate::source::name_span(&tree);
    let fragment = fragment_of_circle(db, id, item);
    let report =
        Report::error("T0206", "this constant is made of itself", Spot { item: key, span })
            .help("one of the constants in the circle has to be a value of its own");
    Checked { reports: vec![report], fragment, used: BTreeSet::new(), incomplete: true }
}

/// What an item is made of, without what there was to say about it.
#[salsa::tracked(returns(clone), cycle_result = fragment_of_circle)]
pub(crate) fn fragment<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Arc<Fragment> {
    check_body(db, item).fragment.clone()
}

/// A circle can also be entered here, when the bounds of a curve's keys are asked for.
fn fragment_of_circle<'db>(db: &'db dyn Db, _: salsa::Id, item: ItemId<'db>) -> Arc<Fragment> {
    let span = crate::source::name_span(&item_tree(db, item));
    Arc::new(Fragment { result: Some(Term::unknown(span)), ..Fragment::default() })
}

/// The fragment that a reference means.
pub(crate) fn fragment_of(db: &dyn Db, item: &ItemRef) -> Arc<Fragment> {
    fragment(db, item_id(db, item))
}

/// A name in a body.
#[derive(Debug, Clone)]
pub(crate) struct Local {
    pub(crate) name: String,
    pub(crate) span: Span,
    /// In which item it stands; a layer's parameter stands in another.
    pub(crate) item: ItemRef,
    pub(crate) ty: Type,
    pub(crate) used: bool,
}

/// What is known of a generic of a call while its arguments are looked at.
#[derive(Debug, Clone)]
pub(crate) struct Var {
    /// What it was found to be.
    pub(crate) space: Option<Space>,
    /// The same for one that stands for a picture.
    pub(crate) picture: Option<Type>,
    /// What it has to be.
    pub(crate) bound: Bound,
    /// The stage that asks for it.
    pub(crate) callee: String,
    /// The argument that decided it.
    pub(crate) decided: Option<Span>,
}

/// The state of checking one item.
#[expect(clippy::struct_excessive_bools, reason = "states of a check, each by itself")]
pub(crate) struct Checker<'db> {
    pub(crate) db: &'db dyn Db,
    pub(crate) item: ItemRef,
    pub(crate) generics: Vec<(String, Bound)>,
    pub(crate) locals: Locals,
    /// Names that come further down in the body.
    pub(crate) later: Later,
    /// The `let` being looked at.
    pub(crate) current: Option<(String, Span)>,
    pub(crate) vars: Vec<Var>,
    /// The working space, in a shot.
    pub(crate) work: Option<Space>,
    pub(crate) in_shot: bool,
    pub(crate) in_path: bool,
    pub(crate) depth: u32,
    pub(crate) too_deep: bool,
    pub(crate) incomplete: bool,
    /// Too much stands below it: what its heads' values are made of is not asked.
    too_long: bool,
    /// Lines of the body are missing here: they could not be read, or stand in another shot.
    pub(crate) unread: bool,
    pub(crate) used: BTreeSet<String>,
    /// Stages and recipes that it calls, by the names it calls them.
    pub(crate) called: BTreeMap<String, ItemRef>,
    /// Locals that were looked up since somebody last asked.
    pub(crate) needs: BTreeSet<u32>,
    /// How far names can go, by item and place of the name.
    reaches: FxHashMap<(ItemRef, u32), interval::Reach>,
    reports: Vec<Report>,
}

impl<'db> Checker<'db> {
    pub(crate) fn new(db: &'db dyn Db, item: ItemRef) -> Self {
        let too_long = too_long(db, item_id(db, &item));
        Self {
            db,
            item,
            too_long,
            generics: Vec::new(),
            locals: Locals::default(),
            later: Later::default(),
            current: None,
            vars: Vec::new(),
            work: None,
            in_shot: false,
            in_path: false,
            depth: 0,
            too_deep: false,
            incomplete: false,
            unread: false,
            used: BTreeSet::new(),
            called: BTreeMap::new(),
            needs: BTreeSet::new(),
            reaches: FxHashMap::default(),
            reports: Vec::new(),
        }
    }

    /// Does more stand below the item than may?
    pub(crate) fn is_too_long(&self) -> bool {
        self.too_long
    }

    pub(crate) fn finish(self) -> Vec<Report> {
        self.reports
    }

    pub(crate) fn report(&mut self, report: Report) {
        self.reports.push(report);
    }

    /// More messages than anybody reads are counted.
    fn count_the_rest(&mut self) {
        if self.reports.len() <= MOST_REPORTS {
            return;
        }
        let more = self.reports.split_off(MOST_REPORTS);
        let spot = more.first().and_then(|first| first.labels.first()).map(|(spot, _)| spot);
        let spot = spot.cloned().unwrap_or_else(|| self.spot(Span::default()));
        let message = format!("{} more messages follow about this item", more.len());
        let report = if more.iter().any(Report::is_error) {
            Report::error("T0100", message, spot)
        } else {
            Report::warning("T0100", message, spot)
        };
        self.report(report.help("mend the ones above first"));
    }

    /// How many reports there are, to go back to.
    pub(crate) fn report_count(&self) -> usize {
        self.reports.len()
    }

    /// Was this said since there were so many reports?
    pub(crate) fn says_since(&self, count: usize, code: &str) -> bool {
        self.reports.iter().skip(count).any(|report| report.code == code)
    }

    /// Takes back what was said since there were so many reports.
    pub(crate) fn forget_reports(&mut self, count: usize) {
        self.reports.truncate(count);
    }

    /// A place in this item.
    pub(crate) fn spot(&self, span: Span) -> Spot {
        Spot { item: self.item.clone(), span }
    }

    /// Takes over what was found out about a record or enum.
    fn declared_data(&mut self, used: &BTreeSet<String>, reports: &[Report]) {
        self.used.extend(used.iter().cloned());
        self.reports.extend(reports.iter().cloned());
        let item = self.item.clone();
        self.reports.extend(circle(self.db, &item));
    }

    pub(crate) fn unsupported(&mut self, what: &str, span: Span) {
        self.incomplete = true;
        self.report(Report::unsupported(what, self.spot(span)));
    }

    /// A name of the body, its place among them.
    pub(crate) fn find_local(&mut self, name: &str) -> Option<(u32, &Local)> {
        let index = self.locals.last_of(name)?;
        self.needs.insert(index as u32);
        let local = self.locals.get_mut(index)?;
        local.used = true;
        Some((index as u32, local))
    }

    pub(crate) fn parameter_local(&mut self, parameter: &Parameter) {
        let item = self.item.clone();
        self.remember_parameter(&item, parameter);
        self.locals.push(Local {
            name: parameter.name.clone(),
            span: parameter.span,
            item,
            ty: parameter.ty.clone(),
            used: parameter.name.starts_with('_'),
        });
    }

    /// Checks a recipe's lines and its result.
    fn body(
        &mut self,
        body: &Body,
        lets: &mut Vec<LetTerm>,
        result: &Type,
        slot: &Slot,
    ) -> Option<Term> {
        self.incomplete |= body.broken;
        self.unread = body.broken;
        self.later =
            body.lets.iter().map(|line| (line.name.text.as_str(), line.name.span)).collect();
        for line in &body.lets {
            let line = self.bind(line);
            lets.push(line);
        }
        let (last, extra) = body.results.split_last()?;
        for value in extra {
            // The parser has said that it goes nowhere.
            self.expr(value, None);
        }
        let term = self.value(last, result, slot);
        self.unused(lets.len());
        Some(term)
    }

    /// Checks a `let` and makes its name known.
    pub(crate) fn bind(&mut self, line: &Let) -> LetTerm {
        self.later.arrived(&line.name.text, line.name.span);
        let outer = self.current.replace((line.name.text.clone(), line.name.span));
        let written = line.ty.as_ref().map(|ty| self.written_type(ty));
        let value = match &written {
            Some(ty) => {
                let slot = Slot::new(format!("`{}`", line.name.text), None);
                self.value(&line.value, ty, &slot)
            }
            None => self.expr(&line.value, None),
        };
        self.current = outer;
        let ty = match &written {
            Some(ty) if !value.ty.is_unknown() => ty.clone(),
            _ => value.ty.clone(),
        };
        let broken = value.kind == TermKind::Unknown && self.incomplete;
        self.remember_let(line.name.span.start, &value);
        self.introduce(&line.name, ty, broken);
        LetTerm { name: line.name.text.clone(), ty: written, value }
    }

    /// Makes a name known, which has to be new. `used`: whether it may stay unused.
    pub(crate) fn introduce(&mut self, name: &Name, ty: Type, used: bool) {
        let first = self.locals.first_of(&name.text).filter(|_| name.text != "_");
        if let Some(first) = first {
            let spot = Spot { item: first.item.clone(), span: first.span };
            let report = Report::error(
                "T0204",
                format!("`{}` has a meaning here already", name.text),
                self.spot(name.span),
            )
            .saying("named again")
            .label(spot, "the first one")
            .help("a name means one thing in a body: give this one another name");
            self.report(report);
        }
        self.locals.push(Local {
            name: name.text.clone(),
            span: name.span,
            item: self.item.clone(),
            ty,
            used: used || name.text.starts_with('_'),
        });
    }

    /// Says which of the last `count` names nobody used.
    pub(crate) fn unused(&mut self, count: usize) {
        if self.incomplete {
            return;
        }
        let from = self.locals.len().saturating_sub(count);
        let reports: Vec<Report> = self
            .locals
            .iter()
            .skip(from)
            .filter(|local| !local.used)
            .map(|local| {
                Report::warning(
                    "T0209",
                    format!("`{}` is never used", local.name),
                    self.spot(local.span),
                )
                .help("nothing that is written depends on it, so it isn't rendered")
            })
            .collect();
        self.reports.extend(reports);
    }

    /// A constant holds no picture.
    fn no_picture(&mut self, term: Term) -> Term {
        let mut first = None;
        term.calls(&mut |_, span| first = Some(span));
        let Some(span) = first else { return term };
        let report = Report::error(
            "T0222",
            "a constant is a value that is written out, not something that is rendered",
            self.spot(span),
        )
        .help("make it a `recipe` without parameters");
        self.report(report);
        Term::unknown(term.span)
    }

    /// "Did you mean" among everything that a name may mean in an expression.
    pub(crate) fn nearest_value(&self, name: &str) -> Option<String> {
        // Nobody will read it.
        if self.reports.len() > MOST_REPORTS {
            return None;
        }
        let spaces = crate::types::NAMED_SPACES.iter().map(|(name, _)| *name);
        let constants =
            self.scope().names.iter().filter_map(|(name, definition)| match definition {
                Definition::Item { word, .. } if word == "const" => Some(name.as_str()),
                _ => None,
            });
        let locals = self.locals.iter().map(|local| local.name.as_str());
        let enums = self.scope().names.values().filter_map(|definition| match definition {
            Definition::Item { item, word } if word == "enum" => {
                Some(case_names(self.db, item_id(self.db, item)))
            }
            _ => None,
        });
        let cases = enums.flatten().map(String::as_str);
        nearest(name, locals.chain(cases).chain(constants).chain(spaces).chain(["first", "last"]))
    }
}

/// What a `const` is worth.
pub(crate) fn constant(db: &dyn Db, item: &ItemRef) -> Option<(Value, Type)> {
    let value = constant_value(db, item_id(db, item)).as_ref().ok()?;
    let ty = fragment_of(db, item).result.as_ref()?.ty.clone();
    Some((crate::evaluate::coerce(value.clone(), &ty), ty))
}

/// A `const` worked out, or why it can't be.
#[salsa::tracked(cycle_result = constant_of_circle)]
pub(crate) fn constant_value<'db>(
    db: &'db dyn Db,
    item: ItemId<'db>,
) -> Result<Value, crate::evaluate::Trouble> {
    match &fragment(db, item).result {
        Some(term) => crate::evaluate::evaluate(term, &Constants(db)),
        None => Err(crate::evaluate::Trouble::Open),
    }
}

fn constant_of_circle(
    _: &dyn Db,
    _: salsa::Id,
    _: ItemId<'_>,
) -> Result<Value, crate::evaluate::Trouble> {
    Err(crate::evaluate::Trouble::Open)
}

/// Nothing is known but constants.
pub(crate) struct Constants<'db>(pub(crate) &'db dyn Db);

impl crate::evaluate::Surroundings for Constants<'_> {
    fn local(&self, _: u32) -> Option<Value> {
        None
    }
    fn named(&self, item: &ItemRef) -> Option<Value> {
        constant(self.0, item).map(|(value, _)| value)
    }
    fn frames(&self) -> Option<toma_plan::FrameRange> {
        None
    }
    fn shot(&self) -> Option<(u64, &str)> {
        None
    }
}
