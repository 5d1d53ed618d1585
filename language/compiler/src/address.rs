//! Addresses: `fall.dust`, `fall/gen.strength`, `warmth`. One notion for `set`, tweaks, `toma why` and the
//! viewer. An address is resolved to a call site, the chain of the calls around a call and its own, which
//! stays what it is whatever nodes are called.
//!
//! **Rule**: each name is looked for inside what the names before it mean; the nearest depth wins, and on one
//! depth a `let` before a handle before the name of a stage or recipe. Two at the nearest depth are refused.

use crate::check::fragment_of;
use crate::database::Db;
use crate::document::Entry;
use crate::names::{listed, nearest};
use crate::report::{ItemRef, Report, Spot};
use crate::signature::{Parameter, Signature, signature_of};
use crate::term::{CallTerm, Fragment, Term, TermKind};
use crate::types::{Space, Type};
use std::collections::HashMap;
use std::sync::Arc;
use toma_syntax::ast;

/// Calls looked at for one name at most.
const MOST_CALLS: usize = 100_000;

/// What is set.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// A `param` of the shot or its layers.
    Parameter(String),
    /// A parameter of a call.
    Call(Site),
}

/// A parameter of one call of a shot.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Site {
    /// The shot's `let`, or its write, that the call belongs to.
    pub(crate) root: String,
    /// The calls of recipes around it, outermost first, then its own.
    pub(crate) chain: Vec<Spot>,
    pub(crate) parameter: String,
}

/// Where an address leads.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) target: Target,
    pub(crate) parameter: Parameter,
    /// The parameter's type, the call's spaces put in.
    pub(crate) ty: Type,
    /// The item that declares the parameter.
    pub(crate) owner: ItemRef,
    /// "`dust` of `collapse`"
    pub(crate) words: String,
}

/// Why it leads nowhere.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lost {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    /// Which of its names is wrong, nodes and fields counted through.
    pub(crate) at: usize,
    pub(crate) near: Option<String>,
    pub(crate) help: String,
    pub(crate) label: Option<(Spot, String)>,
}

/// What addresses of a shot lead to.
#[derive(Clone, Copy)]
pub(crate) struct Shelf<'a> {
    pub(crate) shot: &'a str,
    pub(crate) parameters: &'a [Entry],
    pub(crate) lets: &'a [Entry],
}

/// A call and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) chain: Vec<Spot>,
    pub(crate) callee: ItemRef,
    pub(crate) name: String,
    pub(crate) handle: Option<String>,
    /// The callee's generics as they are here.
    pub(crate) spaces: Vec<(String, Space)>,
    /// Types of the arguments that are written, by parameter.
    pub(crate) given: Vec<Option<Type>>,
    /// Its node's path, without numbers.
    pub(crate) path: String,
}

/// A `let` of a body and what surrounds it.
#[derive(Debug, Clone)]
struct Line {
    fragment: Arc<Fragment>,
    index: usize,
    item: ItemRef,
    chain: Vec<Spot>,
    spaces: Vec<(String, Space)>,
    path: String,
}

enum Place {
    Line(Line),
    Call(Call),
}

/// `fall/gen.strength` as names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Names {
    pub(crate) nodes: Vec<String>,
    pub(crate) fields: Vec<String>,
}

impl Names {
    /// As the language reads it.
    pub(crate) fn of(address: &ast::Address) -> Self {
        let texts = |names: &[ast::Name]| names.iter().map(|name| name.text.clone()).collect();
        Self { nodes: texts(&address.nodes), fields: texts(&address.fields) }
    }
}

impl Lost {
    /// As a report about an address that stands in a text.
    pub(crate) fn report(&self, address: &ast::Address, item: &ItemRef) -> Report {
        let name = address.nodes.iter().chain(&address.fields).nth(self.at);
        let spot = Spot { item: item.clone(), span: name.map_or(address.span, |name| name.span) };
        let mut report =
            Report::error(self.code, self.message.clone(), spot.clone()).help(self.help.clone());
        if let Some((spot, text)) = &self.label {
            report = report.label(spot.clone(), text.clone());
        }
        report.did_you_mean(self.near.clone(), spot)
    }
}

impl Shelf<'_> {
    /// Follows an address.
    #[expect(clippy::result_large_err, reason = "made once for a mistake, and then shown")]
    pub(crate) fn resolve(&self, db: &dyn Db, names: &Names) -> Result<Found, Lost> {
        let Some((root, inner)) = names.nodes.split_first() else {
            return Err(self.no_root(""));
        };
        let entry = self.lets.iter().find(|entry| entry.name == *root);
        let Some(entry) = entry else {
            let parameter = self.parameters.iter().rev().find(|entry| entry.name == *root);
            let Some(entry) = parameter else { return Err(self.no_root(root)) };
            if !inner.is_empty() || !names.fields.is_empty() {
                return Err(Lost {
                    code: "T0527",
                    message: format!("`{root}` is a `param` and has nothing inside"),
                    at: 1,
                    near: None,
                    help: format!("set the whole of it: `{root}`"),
                    label: Some((entry.spot(), "declared here".to_owned())),
                });
            }
            return parameter_of(db, entry).ok_or_else(|| self.no_root(root));
        };
        let mut place = Place::Line(Line {
            fragment: fragment_of(db, &entry.item),
            index: entry.index,
            item: entry.item.clone(),
            chain: Vec::new(),
            spaces: Vec::new(),
            path: root.clone(),
        });
        for (at, name) in inner.iter().enumerate() {
            place = step(db, &place, name).map_err(|lost| Lost { at: at + 1, ..lost })?;
        }
        let whole = names.nodes.join("/");
        let call = match place {
            Place::Call(call) => call,
            Place::Line(line) => line.last_call(db).ok_or_else(|| Lost {
                code: "T0527",
                message: format!("`{whole}` is not made by a call, so it has no parameters"),
                at: inner.len(),
                near: None,
                help: inside_of(&line.calls(db), &whole, root),
                label: (line.chain.is_empty()).then(|| (entry.spot(), "made here".to_owned())),
            })?,
        };
        let last = names.nodes.len();
        let Some(signature) = signature_of(db, &call.callee) else {
            return Err(self.no_root(root));
        };
        match names.fields.as_slice() {
            [] => Err(Lost {
                code: "T0525",
                message: format!(
                    "`{whole}` is made by `{}`; this doesn't say which of its parameters",
                    call.name
                ),
                at: inner.len(),
                near: None,
                help: match offered(signature).as_slice() {
                    [] => "it has none".to_owned(),
                    known => format!("it has {}", listed(known, "and")),
                },
                label: None,
            }),
            [field] => call.parameter(signature, root, field).ok_or_else(|| {
                let known = offered(signature);
                Lost {
                    code: "T0525",
                    message: format!("`{}` has no parameter `{field}`", call.name),
                    at: last,
                    near: nearest(field, known.iter().map(String::as_str)),
                    help: match known.as_slice() {
                        [] => "it has none".to_owned(),
                        known => format!("it has {}", listed(known, "and")),
                    },
                    label: (!signature.item.file.starts_with("std/")).then(|| {
                        let spot = Spot { item: signature.item.clone(), span: signature.name_span };
                        (spot, "declared here".to_owned())
                    }),
                }
            }),
            [field, part, ..] => {
                let parameter = call.parameter(signature, root, field);
                let is_record = parameter.is_some_and(|found| matches!(found.ty, Type::Record(_)));
                Err(Lost {
                    code: "T0527",
                    message: format!("a part of `{field}` can't be set by itself"),
                    at: last + 1,
                    near: None,
                    help: if is_record {
                        format!(
                            "set the whole of it: `set {whole}.{field} = r with ({part}: …)`, where `r` is a record made by a `let` above"
                        )
                    } else {
                        format!("set the whole of it: `{whole}.{field}`")
                    },
                    label: None,
                })
            }
        }
    }

    fn no_root(&self, root: &str) -> Lost {
        let lets = self.lets.iter().map(|entry| entry.name.as_str());
        let parameters = self.parameters.iter().map(|entry| entry.name.as_str());
        let known: Vec<&str> = lets.chain(parameters).collect();
        Lost {
            code: "T0524",
            message: format!(
                "the shot `{}` has no `let` and no `param` called `{root}`",
                self.shot
            ),
            at: 0,
            near: nearest(root, known.iter().copied()),
            help: match known.as_slice() {
                [] => "it has none".to_owned(),
                known if known.len() > 12 => {
                    format!(
                        "it has {} and others",
                        listed(known.get(..12).unwrap_or_default(), "and")
                    )
                }
                known => format!("it has {}", listed(known, "and")),
            },
            label: None,
        }
    }
}

/// What can be set of a line that is no call itself: `if`, `match`, a list, a sum.
fn inside_of(calls: &[Call], whole: &str, root: &str) -> String {
    let instead = format!("replace the whole `let {root}` in the shot");
    let named: Vec<&str> = calls.iter().map(Call::called).collect();
    let once = |call: &&Call| named.iter().filter(|name| **name == call.called()).count() == 1;
    let mut alone: Vec<String> =
        calls.iter().filter(once).map(|call| format!("{whole}/{}.…", call.called())).collect();
    alone.truncate(8);
    match (calls, alone.as_slice()) {
        ([], _) => format!("no call stands in it: {instead}"),
        ([call, ..], []) => format!(
            "give one of the calls inside it a name, `{}(…) as edge`, or {instead}",
            call.name
        ),
        (_, alone) => {
            format!("set a parameter of a call inside it, {}, or {instead}", listed(alone, "or"))
        }
    }
}

/// The names of the parameters that an address may mean.
pub(crate) fn offered(signature: &Signature) -> Vec<String> {
    signature.parameters.iter().map(|parameter| parameter.name.clone()).collect()
}

impl Call {
    fn of(
        call: &CallTerm,
        span: toma_syntax::diagnostic::Span,
        item: &ItemRef,
        chain: &[Spot],
        around: &[(String, Space)],
        path: String,
        db: &dyn Db,
    ) -> Self {
        let mut own = chain.to_vec();
        own.push(Spot { item: item.clone(), span });
        let generics = signature_of(db, &call.callee).map(|signature| &signature.generics);
        let spaces = generics
            .into_iter()
            .flatten()
            .zip(&call.spaces)
            .map(|((name, _), space)| (name.clone(), placed(space, around)))
            .collect();
        Self {
            chain: own,
            callee: call.callee.clone(),
            name: call.name.clone(),
            handle: call.handle.clone(),
            spaces,
            given: call
                .arguments
                .iter()
                .map(|given| given.as_ref().map(|term| instantiated(&term.ty, around)))
                .collect(),
            path,
        }
    }

    pub(crate) fn is_recipe(&self) -> bool {
        self.callee.key.starts_with("recipe ")
    }

    /// One of its parameters.
    pub(crate) fn parameter(&self, signature: &Signature, root: &str, name: &str) -> Option<Found> {
        let index = signature.parameters.iter().position(|parameter| parameter.name == name)?;
        let parameter = signature.parameters.get(index)?.clone();
        let mut ty = instantiated(&parameter.ty, &self.spaces);
        // What a call yields may depend on whether it is given stills.
        // One that takes any sort of picture was checked with the sort that it is given. A recipe gives what
        // its head says.
        match (&ty, self.given.get(index)) {
            (Type::Picture { .. }, Some(Some(given @ Type::Picture { still: true, .. })))
                if !self.is_recipe() =>
            {
                ty = given.clone();
            }
            (Type::Generic(_), Some(Some(given))) => ty = given.clone(),
            _ => {}
        }
        Some(Found {
            target: Target::Call(Site {
                root: root.to_owned(),
                chain: self.chain.clone(),
                parameter: name.to_owned(),
            }),
            ty,
            parameter,
            owner: signature.item.clone(),
            words: format!("`{name}` of `{}`", self.name),
        })
    }

    /// What it is called where nothing surrounds it.
    pub(crate) fn called(&self) -> &str {
        self.handle.as_deref().unwrap_or(&self.name)
    }
}

/// A space of a body as it is where the body is called.
fn placed(space: &Space, around: &[(String, Space)]) -> Space {
    match space {
        Space::Generic { name, .. } => around
            .iter()
            .find(|(known, _)| known == name)
            .map_or_else(|| space.clone(), |(_, space)| space.clone()),
        other => other.clone(),
    }
}

fn instantiated(ty: &Type, around: &[(String, Space)]) -> Type {
    match ty {
        Type::Picture { still, space, straight } => {
            Type::Picture { still: *still, space: placed(space, around), straight: *straight }
        }
        Type::Space(space) => Type::Space(placed(space, around)),
        Type::Curve(inner) => Type::Curve(Box::new(instantiated(inner, around))),
        Type::List(inner) => Type::List(Box::new(instantiated(inner, around))),
        Type::Optional(inner) => Type::Optional(Box::new(instantiated(inner, around))),
        other => other.clone(),
    }
}

impl Line {
    fn term(&self) -> Option<&Term> {
        self.fragment.lets.get(self.index).map(|line| &line.value)
    }

    fn last_call(&self, db: &dyn Db) -> Option<Call> {
        let term = self.term()?;
        let TermKind::Call(call) = &term.kind else { return None };
        let path = self.path.clone();
        Some(Call::of(call, term.span, &self.item, &self.chain, &self.spaces, path, db))
    }

    fn calls(&self, db: &dyn Db) -> Vec<Call> {
        self.term().map_or_else(Vec::new, |term| {
            calls_of(db, term, &self.item, &self.chain, &self.spaces, &self.path, Some(&self.path))
        })
    }
}

/// The calls of a term, the last one under its own path.
fn calls_of(
    db: &dyn Db,
    term: &Term,
    item: &ItemRef,
    chain: &[Spot],
    spaces: &[(String, Space)],
    base: &str,
    own: Option<&str>,
) -> Vec<Call> {
    let mut found = Vec::new();
    term.calls(&mut |call, span| {
        let name = call.handle.as_deref().unwrap_or(&call.name);
        let path = match own {
            Some(own) if span == term.span => own.to_owned(),
            _ => format!("{base}/{name}"),
        };
        found.push(Call::of(call, span, item, chain, spaces, path, db));
    });
    found
}

/// A recipe's lets and calls, as they are in one call of it.
struct Inside {
    lines: Vec<(String, Line)>,
    /// Those of the lets and those of the result.
    calls: Vec<Call>,
}

fn inside(db: &dyn Db, call: &Call) -> Inside {
    let fragment = fragment_of(db, &call.callee);
    let line = |index: usize, name: &str| Line {
        fragment: fragment.clone(),
        index,
        item: call.callee.clone(),
        chain: call.chain.clone(),
        spaces: call.spaces.clone(),
        path: format!("{}/{name}", call.path),
    };
    let lines: Vec<(String, Line)> = fragment
        .lets
        .iter()
        .enumerate()
        .map(|(index, own)| (own.name.clone(), line(index, &own.name)))
        .collect();
    let mut calls: Vec<Call> = lines.iter().flat_map(|(_, line)| line.calls(db)).collect();
    if let Some(result) = &fragment.result {
        calls.extend(calls_of(
            db,
            result,
            &call.callee,
            &call.chain,
            &call.spaces,
            &call.path,
            None,
        ));
    }
    Inside { lines, calls }
}

/// The shot's calls by their paths: of each of its lets, those inside recipes behind those around them.
pub(crate) fn each_call(db: &dyn Db, lets: &[Entry], most: usize) -> Vec<(String, Call)> {
    let mut all = Vec::new();
    for entry in lets {
        let line = Line {
            fragment: fragment_of(db, &entry.item),
            index: entry.index,
            item: entry.item.clone(),
            chain: Vec::new(),
            spaces: Vec::new(),
            path: entry.name.clone(),
        };
        // The last call first: it is what the name means.
        let mut stack = line.calls(db);
        while let Some(call) = stack.pop() {
            if all.len() >= most {
                return all;
            }
            if call.is_recipe() {
                let mut calls = inside(db, &call).calls;
                calls.reverse();
                stack.extend(calls);
            }
            all.push((entry.name.clone(), call));
        }
    }
    all
}

/// How deep below a recipe's body a name is, and nothing where it isn't. Each recipe is looked at once.
struct Depths<'a> {
    db: &'a dyn Db,
    name: &'a str,
    known: HashMap<ItemRef, Option<usize>>,
}

impl Depths<'_> {
    fn of(&mut self, recipe: &ItemRef) -> Option<usize> {
        if let Some(known) = self.known.get(recipe) {
            return *known;
        }
        // Recipes that call each other in a circle are refused elsewhere.
        self.known.insert(recipe.clone(), None);
        let fragment = fragment_of(self.db, recipe);
        let mut here = fragment.lets.iter().any(|line| line.name == self.name);
        let mut callees: Vec<ItemRef> = Vec::new();
        for term in fragment.terms() {
            term.calls(&mut |call, _| {
                here |= call.handle.as_deref() == Some(self.name) || call.name == self.name;
                if call.callee.key.starts_with("recipe ") && !callees.contains(&call.callee) {
                    callees.push(call.callee.clone());
                }
            });
        }
        let depth = if here {
            Some(0)
        } else {
            callees.iter().filter_map(|callee| self.of(callee)).min().map(|depth| depth + 1)
        };
        self.known.insert(recipe.clone(), depth);
        depth
    }
}

/// A `param` by its place among those of its layer.
fn parameter_of(db: &dyn Db, entry: &Entry) -> Option<Found> {
    let layer = crate::check::layer(db, crate::database::item_id(db, &entry.item));
    let parameter = layer.parameters.get(entry.index)?.clone();
    Some(Found {
        target: Target::Parameter(entry.name.clone()),
        ty: parameter.ty.clone(),
        parameter,
        owner: entry.item.clone(),
        words: format!("`{}`", entry.name),
    })
}

/// What a name means inside a place.
#[expect(clippy::result_large_err, reason = "made once for a mistake, and then shown")]
fn step(db: &dyn Db, place: &Place, name: &str) -> Result<Place, Lost> {
    let (path, mut lines, mut calls) = match place {
        Place::Line(line) => (line.path.clone(), Vec::new(), line.calls(db)),
        Place::Call(call) if call.is_recipe() => {
            let inside = inside(db, call);
            (call.path.clone(), inside.lines, inside.calls)
        }
        Place::Call(call) => (call.path.clone(), Vec::new(), Vec::new()),
    };
    let mut depths = Depths { db, name, known: HashMap::new() };
    let mut known: Vec<String> = Vec::new();
    let mut looked = 0;
    loop {
        known.extend(lines.iter().map(|(name, _)| name.clone()));
        known.extend(calls.iter().map(|call| call.called().to_owned()));
        let named: Vec<&Line> =
            lines.iter().filter(|(known, _)| known == name).map(|(_, line)| line).collect();
        let handled: Vec<&Call> =
            calls.iter().filter(|call| call.handle.as_deref() == Some(name)).collect();
        let staged: Vec<&Call> = calls.iter().filter(|call| call.name == name).collect();
        let sites = if handled.is_empty() { staged } else { handled };
        match (named.as_slice(), sites.as_slice()) {
            ([line], _) => return Ok(Place::Line((*line).clone())),
            ([], [call]) => return Ok(Place::Call((*call).clone())),
            ([], []) => {}
            ([], several) => {
                return Err(ambiguous(name, several.iter().map(|call| call.path.clone())));
            }
            (several, _) => {
                return Err(ambiguous(name, several.iter().map(|line| line.path.clone())));
            }
        }
        // Only into those recipes in which it is nearest.
        let nearest_depth = calls
            .iter()
            .filter(|call| call.is_recipe())
            .filter_map(|call| depths.of(&call.callee))
            .min();
        let Some(depth) = nearest_depth else { break };
        let (mut inner_lines, mut inner_calls) = (Vec::new(), Vec::new());
        for call in calls.iter().filter(|call| call.is_recipe()) {
            if depths.of(&call.callee) == Some(depth) && looked < MOST_CALLS {
                let inside = inside(db, call);
                looked += inside.calls.len() + 1;
                inner_lines.extend(inside.lines);
                inner_calls.extend(inside.calls);
            }
        }
        if looked >= MOST_CALLS {
            break;
        }
        (lines, calls) = (inner_lines, inner_calls);
    }
    for call in calls.iter().filter(|call| call.is_recipe()).take(64) {
        let fragment = fragment_of(db, &call.callee);
        known.extend(fragment.lets.iter().map(|line| line.name.clone()));
        for term in fragment.terms() {
            term.calls(&mut |call, _| {
                known.push(call.handle.clone().unwrap_or_else(|| call.name.clone()));
            });
        }
    }
    known.sort();
    known.dedup();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    Err(Lost {
        code: "T0524",
        message: format!("there is no `{name}` inside `{path}`"),
        at: 0,
        near: nearest(name, known.iter().copied()),
        help: match known.as_slice() {
            [] => format!("nothing is called inside `{path}`"),
            known => format!("it has {}", listed(known.get(..12).unwrap_or(known), "and")),
        },
        label: None,
    })
}

fn ambiguous(name: &str, paths: impl Iterator<Item = String>) -> Lost {
    let paths: Vec<String> = paths.collect();
    let mut distinct = paths.clone();
    distinct.sort();
    distinct.dedup();
    let help = if distinct.len() == paths.len() {
        format!("write which one: {}", listed(distinct.get(..8).unwrap_or(&distinct), "or"))
    } else {
        format!("give one of them a name where it is called: `{name}(…) as edge`")
    };
    Lost {
        code: "T0526",
        message: format!("`{name}` may mean {} calls here", paths.len()),
        at: 0,
        near: None,
        help,
        label: None,
    }
}
