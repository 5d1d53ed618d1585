//! What is set in a document: every `set` and `at` of its layers, led to its target and checked as an argument
//! there would be. Stronger ones come later; which value wins is worked out when the shot is lowered.

use super::{Document, Part};
use crate::address::{Found, Lost, Names, Target};
use crate::check::{Asked, Constants, Slot, fragment_of, item_name};
use crate::database::{Db, item_id};
use crate::evaluate::{Surroundings, Trouble, evaluate};
use crate::project::tweaks::{Tweaks, as_case, as_text};
use crate::report::{ItemRef, Report, Spot};
use crate::source::item_tree;
use crate::term::{NameTerm, Term};
use crate::types::{Space, Type};
use std::collections::HashSet;
use toma_plan::{FrameRange, Layer, Value};
use toma_syntax::ast::{self, ClauseKind, ItemKind};
use toma_syntax::diagnostic::Span;

/// Recipes that are looked through for a mistake that an address may have met.
const MOST_RECIPES: usize = 256;

/// One `set`, at its target.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Setting {
    /// Who says it, and how strong that is.
    pub(crate) item: ItemRef,
    pub(crate) rank: usize,
    pub(crate) address: Address,
    pub(crate) target: Target,
    /// The type that the target has.
    pub(crate) ty: Type,
    /// "`dust` of `collapse`"
    pub(crate) words: String,
    pub(crate) hard: bool,
    /// The range of its `at`, as written.
    pub(crate) at: Option<Term>,
    /// The same in this shot.
    pub(crate) frames: Option<FrameRange>,
    pub(crate) value: Term,
    /// The value was left out, and is asked for by the setting's number.
    pub(crate) left_out: bool,
    /// Names that the value needs.
    pub(crate) needs: Vec<String>,
    /// The names that the value's locals mean, by number.
    pub(crate) names: Vec<String>,
}

/// An address as it stands in a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Address {
    pub(crate) names: Names,
    pub(crate) span: Span,
}

impl Setting {
    /// Its address.
    pub(crate) fn spot(&self) -> Spot {
        Spot { item: self.item.clone(), span: self.address.span }
    }

    /// Its value.
    pub(crate) fn value_spot(&self) -> Spot {
        Spot { item: self.item.clone(), span: self.value.span }
    }
}

/// A `set` before it is known what it sets.
struct Written<'a> {
    set: &'a ast::Set,
    at: Option<&'a ast::Expr>,
}

/// The frames of the shot and constants.
struct Frames<'db> {
    db: &'db dyn Db,
    frames: Option<FrameRange>,
}

impl Surroundings for Frames<'_> {
    fn local(&self, _: u32) -> Option<Value> {
        None
    }
    fn named(&self, item: &ItemRef) -> Option<Value> {
        Constants(self.db).named(item)
    }
    fn frames(&self) -> Option<FrameRange> {
        self.frames
    }
    fn shot(&self) -> Option<(u64, &str)> {
        None
    }
}

fn written(layer: &ast::Layer) -> Vec<Written<'_>> {
    let mut all = Vec::new();
    for clause in &layer.clauses {
        match &clause.kind {
            ClauseKind::Set(set) => all.push(Written { set, at: None }),
            ClauseKind::At { frames, sets } => {
                all.extend(sets.iter().map(|set| Written { set, at: Some(frames) }));
            }
            _ => {}
        }
    }
    all
}

impl Document {
    /// Every `set` of the layers, weakest first.
    pub(super) fn settle_settings(
        &mut self,
        db: &dyn Db,
        me: &ItemRef,
        base: Option<&Document>,
        tweaks: Option<&Tweaks>,
    ) {
        for (rank, part) in self.parts.clone().iter().enumerate() {
            match part.layer {
                Layer::From => {
                    let inherited = base.iter().flat_map(|base| &base.settings);
                    let inherited: Vec<Setting> =
                        inherited.filter(|setting| setting.item == part.item).cloned().collect();
                    for setting in inherited {
                        self.inherit(db, me, rank, setting);
                    }
                }
                Layer::Tweaks => {
                    for tweak in tweaks.iter().flat_map(|tweaks| &tweaks.entries) {
                        let one = Written { set: &tweak.set, at: tweak.frames.as_ref() };
                        self.add(db, me, rank, part, &[], &one);
                    }
                }
                Layer::Default => {}
                Layer::Show | Layer::Sequence | Layer::Shot => {
                    let tree = item_tree(db, item_id(db, &part.item));
                    if let ItemKind::Layer(layer) = &tree.kind {
                        let names = fragment_of(db, &part.item).names.clone();
                        for one in written(layer) {
                            self.add(db, me, rank, part, &names, &one);
                        }
                    }
                }
            }
        }
        self.twice();
    }

    fn work(&self) -> Space {
        self.facts.space.clone().or_else(|| Space::named("ACEScg")).unwrap_or(Space::Unknown)
    }

    /// A `set` of this shot, its show or sequence, or its tweaks.
    fn add(
        &mut self,
        db: &dyn Db,
        me: &ItemRef,
        rank: usize,
        part: &Part,
        names: &[NameTerm],
        written: &Written<'_>,
    ) {
        let address = &written.set.target;
        let spot = Spot { item: part.item.clone(), span: address.span };
        let shelf = self.shelf(me);
        let found = match shelf.resolve(db, &Names::of(address)) {
            Ok(found) => found,
            // What a show says of `fall` is said to the shots that have one.
            Err(Lost { code: "T0524", at: 0, .. })
                if matches!(part.layer, Layer::Show | Layer::Sequence)
                    && !address.fields.is_empty() =>
            {
                return;
            }
            Err(lost) => {
                let unread = self.is_unread(db, me) || lost.at > 0 && self.calls_a_mistake(db);
                if !(unread && matches!(lost.code, "T0524" | "T0527")) {
                    self.reports.push(astray(&lost, address, &part.item, me));
                }
                return;
            }
        };
        let refused = Self::refused(part, &found, spot.clone(), written)
            .or_else(|| of_several(part, &found, &written.set.value));
        if let Some(report) = refused {
            self.reports.push(report);
            return;
        }
        let parameters = self.parameters.len();
        // A `param` is there before every `let`.
        let seen = match found.target {
            Target::Parameter(_) => {
                let count = names
                    .iter()
                    .take_while(|name| self.parameters.iter().any(|known| known.name == name.name))
                    .count();
                names.get(..count.min(parameters)).unwrap_or_default()
            }
            Target::Call(_) => names,
        };
        let work = self.work();
        let asked = Asked {
            item: &part.item,
            names: seen,
            work: &work,
            in_shot: matches!(part.layer, Layer::Shot),
        };
        let declared = Spot { item: found.owner.clone(), span: found.parameter.span };
        let slot = Slot::new(found.words.clone(), Some(declared));
        let tweak = part.layer == Layer::Tweaks;
        let text = if tweak { meant(&written.set.value, &found.ty) } else { None };
        let value = text.as_ref().unwrap_or(&written.set.value);
        let answered = asked.value(db, value, &found.ty, &found.parameter, &slot);
        let wrong = answered.reports.iter().any(Report::is_error);
        let unquoted = unquoted(&written.set.value).filter(|_| tweak);
        self.reports.extend(answered.reports.into_iter().map(|report| match &unquoted {
            Some(value) if report.code == "T0301" => {
                report.help(format!("take the quotes off: `{value}`"))
            }
            _ => report,
        }));
        let mut at = None;
        if let Some(frames) = written.at {
            let answered = asked.frames(db, frames);
            let unread = answered.reports.iter().any(Report::is_error);
            for report in answered.reports {
                if !self.reports.contains(&report) {
                    self.reports.push(report);
                }
            }
            if unread {
                return;
            }
            at = Some(answered.term);
        }
        if wrong || answered.term.ty.is_unknown() {
            return;
        }
        let setting = Setting {
            item: part.item.clone(),
            rank,
            address: Address { names: Names::of(address), span: address.span },
            target: found.target,
            ty: found.ty,
            words: found.words,
            hard: written.set.hard,
            at,
            frames: None,
            needs: answered
                .needs
                .iter()
                .filter_map(|index| Some(seen.get(*index as usize)?.name.clone()))
                .collect(),
            names: seen.iter().map(|name| name.name.clone()).collect(),
            value: answered.term,
            left_out: false,
        };
        self.place(db, setting, true);
    }

    /// Parts of the shot could not be read: what an address means may be among them.
    fn is_unread(&self, db: &dyn Db, me: &ItemRef) -> bool {
        let shots =
            self.parts.iter().filter(|part| matches!(part.layer, Layer::From | Layer::Shot));
        let mut shots = shots.map(|part| item_id(db, &part.item));
        let own = crate::check::check_body(db, item_id(db, me));
        own.incomplete || shots.any(|id| crate::check::check_body(db, id).incomplete)
    }

    /// The shot, or a recipe that it calls, has a mistake: what is missing inside of a call may come of that.
    fn calls_a_mistake(&self, db: &dyn Db) -> bool {
        let shots =
            self.parts.iter().filter(|part| matches!(part.layer, Layer::From | Layer::Shot));
        let mut way: Vec<ItemRef> = shots.map(|part| part.item.clone()).collect();
        let mut seen: HashSet<ItemRef> = HashSet::new();
        while let Some(item) = way.pop().filter(|_| seen.len() < MOST_RECIPES) {
            let checked = crate::check::check_body(db, item_id(db, &item));
            if checked.incomplete || checked.reports.iter().any(Report::is_error) {
                return true;
            }
            if seen.insert(item) {
                for term in checked.fragment.terms() {
                    term.calls(&mut |call, _| {
                        let own = !call.callee.file.starts_with("std/");
                        if own && call.callee.key.starts_with("recipe ") {
                            way.push(call.callee.clone());
                        }
                    });
                }
            }
        }
        false
    }

    /// A `set` of a shot that this one comes from, led to its target anew.
    fn inherit(&mut self, db: &dyn Db, me: &ItemRef, rank: usize, setting: Setting) {
        let replaced = |document: &Self, root: &str| {
            document.lets.iter().any(|entry| entry.name == root && entry.rank > rank)
        };
        let root = setting.address.names.nodes.first().cloned().unwrap_or_default();
        match self.shelf(me).resolve(db, &setting.address.names) {
            Ok(found) if found.ty == setting.ty => {
                let setting = Setting { rank, target: found.target, ..setting };
                self.place(db, setting, false);
            }
            // It was about a `let` that is another now.
            _ if replaced(self, &root) => {}
            Ok(found) => {
                let declared = Spot { item: found.owner.clone(), span: found.parameter.span };
                let report = Report::error(
                    "T0523",
                    format!("{} is of another kind in this shot", found.words),
                    super::whole(db, me),
                )
                .label(setting.spot(), format!("`{}` sets it", item_name(&setting.item)))
                .label(declared, "as it is here")
                .help("replace what it is set in, or let both be of one kind");
                self.reports.push(report);
            }
            Err(lost) => {
                let report = Report::error(lost.code, lost.message.clone(), super::whole(db, me))
                    .label(setting.spot(), format!("`{}` sets it", item_name(&setting.item)))
                    .help(lost.help.clone());
                self.reports.push(report);
            }
        }
    }

    /// What can't be set at all, or not this way.
    fn refused(part: &Part, found: &Found, spot: Spot, written: &Written<'_>) -> Option<Report> {
        let core = found.ty.core();
        let declared = Spot { item: found.owner.clone(), span: found.parameter.span };
        let standard = declared.item.file.starts_with("std/");
        let labelled = |report: Report| {
            if standard { report } else { report.label(declared.clone(), "declared here") }
        };
        if matches!(core, Type::Space(_)) {
            return Some(labelled(
                Report::error(
                    "T0527",
                    format!("{} chooses the picture's type and can't be set", found.words),
                    spot,
                )
                .help("change it where the call is written: what comes behind depends on it"),
            ));
        }
        if part.layer == Layer::Tweaks && holds_picture(&found.ty) {
            return Some(labelled(
                Report::error(
                    "T0527",
                    format!("{} is a picture, and a tweak holds values", found.words),
                    spot,
                )
                .help("set it in the shot's text"),
            ));
        }
        let is_curve = match &found.ty {
            Type::Curve(_) => true,
            Type::Optional(inner) => matches!(inner.as_ref(), Type::Curve(_)),
            _ => false,
        };
        if written.at.is_some() && !is_curve {
            return Some(labelled(
                Report::error(
                    "T0528",
                    format!("{} has one value for the whole shot", found.words),
                    spot,
                )
                .saying("`at` sets what may change over time")
                .help(if holds_picture(&found.ty) {
                    "choose between two pictures over time with `cut { 1001..1010: a, else: b }`"
                } else {
                    "set it without `at`; only a parameter of type `Curve<…>` has a value a frame"
                }),
            ));
        }
        None
    }

    /// Works out when it holds, and keeps it.
    fn place(&mut self, db: &dyn Db, mut setting: Setting, own: bool) {
        setting.frames = None;
        if let Some(at) = &setting.at {
            let spot = Spot { item: setting.item.clone(), span: at.span };
            let frames = Frames { db, frames: self.facts.frames };
            let range = match evaluate(at, &frames) {
                Ok(Value::Frames(range)) => range,
                Ok(value) => match crate::evaluate::number(&value) {
                    Some(frame) if frame.fract() == 0.0 => {
                        FrameRange { first: frame as i64, last: frame as i64 }
                    }
                    _ => {
                        let report =
                            Report::error("T0530", "`at` is followed by a range of frames", spot);
                        self.reports.push(report.help("write both ends: `at 1040..last { … }`"));
                        return;
                    }
                },
                Err(Trouble::Wrong { code, message, span }) => {
                    // `at 1040..last` of a longer shot says nothing of this one.
                    if own {
                        let spot = Spot { item: setting.item.clone(), span };
                        let report = Report::error(code, message, spot);
                        if !self.reports.contains(&report) {
                            self.reports.push(report);
                        }
                    }
                    return;
                }
                Err(Trouble::Open) => {
                    if own && self.facts.frames.is_some() {
                        let report = Report::error(
                            "T0530",
                            "the frames of an `at` are written out, and these depend on something else",
                            spot,
                        );
                        self.reports
                            .push(report.help("write frame numbers, `first`, `last` or constants"));
                    }
                    return;
                }
            };
            let handles = i64::from(self.facts.handles);
            let outside = self.facts.frames.is_some_and(|frames| {
                range.last < frames.first.saturating_sub(handles)
                    || range.first > frames.last.saturating_add(handles)
            });
            if outside && own {
                let frames = self.facts.frames.unwrap_or(range);
                let report = Report::warning(
                    "T0531",
                    format!(
                        "this `at` is about the frames {}..{}, and the shot has {}..{}",
                        range.first,
                        range.last,
                        frames.first.saturating_sub(handles),
                        frames.last.saturating_add(handles)
                    ),
                    spot,
                )
                .help("nobody sees it; `first` and `last` are the shot's own frames");
                if !self.reports.contains(&report) {
                    self.reports.push(report);
                }
            }
            setting.frames = Some(range);
        }
        self.settings.push(setting);
    }

    /// One layer says a thing once.
    fn twice(&mut self) {
        let mut reports = Vec::new();
        for (index, setting) in self.settings.iter().enumerate() {
            let layer = self.layer(setting.rank);
            if layer == Layer::From {
                // Said where it stands.
                continue;
            }
            let before = self.settings.iter().take(index);
            let first = before.rev().find(|first| {
                first.rank == setting.rank
                    && first.target == setting.target
                    && first.frames == setting.frames
            });
            if let Some(first) = first {
                let when = if setting.frames.is_some() { " at these frames" } else { "" };
                reports.push(
                    Report::error(
                        "T0529",
                        format!("{} is set twice{when}", setting.words),
                        setting.spot(),
                    )
                    .saying("the second time")
                    .label(first.spot(), "the first time")
                    .help("keep one of them"),
                );
            }
        }
        self.reports.extend(reports);
    }
}

/// What is wrong with an address that leads nowhere.
fn astray(lost: &Lost, address: &ast::Address, item: &ItemRef, me: &ItemRef) -> Report {
    let report = lost.report(address, item);
    let first = address.nodes.first().map_or("", |name| name.text.as_str());
    // `A.soft.size`, as `toma why` writes it.
    if lost.code == "T0524" && lost.at == 0 && first == item_name(me) {
        return report.help(format!("leave `{first}.` out: addresses begin inside the shot"));
    }
    report
}

/// A tweak that is put together: only cases of enums are, and positions and colours.
fn of_several(part: &Part, found: &Found, value: &ast::Expr) -> Option<Report> {
    let inner = match &value.kind {
        ast::ExprKind::List(values) => {
            return values.iter().find_map(|value| of_several(part, found, value));
        }
        ast::ExprKind::Call { function, .. } => function,
        _ => return None,
    };
    let (ast::ExprKind::Name(name)
    | ast::ExprKind::Field { name: ast::Name { text: name, .. }, .. }) = &inner.kind
    else {
        return None;
    };
    let simple = matches!(name.as_str(), "Rgb" | "Point" | "Box");
    if part.layer != Layer::Tweaks || simple || matches!(core_of(&found.ty), Type::Enum(_)) {
        return None;
    }
    let spot = Spot { item: part.item.clone(), span: value.span };
    let message = format!("a tweak holds single values, and `{name}(…)` is made of several");
    Some(Report::error("T0554", message, spot).help(
        "set it in the `.toma` file; of what is made of several only `Rgb(…)`, `Point(…)`, `Box(…)` and the cases \
         of an enum can be tweaked",
    ))
}

/// What a tweak means by a bare word: the text where text is wanted, the case where an enum is. There are no
/// names in a tweak, so elsewhere it is a text that doesn't fit.
fn meant(value: &ast::Expr, ty: &Type) -> Option<ast::Expr> {
    match core_of(ty) {
        Type::Text | Type::Path => Some(as_text(value)),
        Type::Enum(item) => Some(as_case(value, item_name(item))),
        _ => match &value.kind {
            ast::ExprKind::Name(word) if !matches!(word.as_str(), "first" | "last") => {
                Some(as_text(value))
            }
            _ => None,
        },
    }
}

/// What a text would be without its quotes, if that is a value.
fn unquoted(value: &ast::Expr) -> Option<String> {
    let ast::ExprKind::Text(text) = &value.kind else { return None };
    let [ast::TextPart::Plain(text)] = text.parts.as_slice() else { return None };
    let (read, wrong) = toma_syntax::parse_expression(text);
    let is_value = wrong.is_empty()
        && matches!(
            read.kind,
            ast::ExprKind::Number { .. }
                | ast::ExprKind::Size(..)
                | ast::ExprKind::Bool(_)
                | ast::ExprKind::Date(..)
                | ast::ExprKind::Unary { .. }
        );
    is_value.then(|| text.clone())
}

/// What a list's or an optional's elements are.
fn core_of(ty: &Type) -> &Type {
    match ty {
        Type::List(inner) | Type::Curve(inner) | Type::Optional(inner) => core_of(inner),
        ty => ty,
    }
}

/// Does a value of the type hold pictures?
pub(crate) fn holds_picture(ty: &Type) -> bool {
    match ty {
        Type::List(inner) | Type::Curve(inner) | Type::Optional(inner) => holds_picture(inner),
        ty => ty.is_port() || matches!(ty, Type::Picture { .. }),
    }
}
