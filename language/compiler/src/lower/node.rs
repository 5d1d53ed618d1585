//! Calls: of recipes, put in at their place, and of stages, which become nodes.

use super::late::Operand;
use super::picture::{Picture, Val};
use super::record::Unknown;
use super::time::{Bounds, add};
use super::{Body, LateParameter, Lowering, NodeSpots, Set, is_still, pictures};
use crate::database::{file_exists, folder, picture_header};
use crate::evaluate::{beyond_all_frames, split};
use crate::library::module_name;
use crate::names::nearest;
use crate::project::source_path;
use crate::report::{Report, Spot};
use crate::signature::{Parameter, Signature, StageFacts};
use crate::term::{CallTerm, Term, TermKind};
use crate::types::{NAMED_SPACES, Space, Type, written};
use std::rc::Rc;
use std::sync::Arc;
use toma_plan::{
    Dimension, Domain, FrameRange, Input, Layer, Named, Node, NodeId, Outside, Port, Value,
};

/// Does lowering itself look at what a stage is given here: where its pictures lie, which format they have,
/// which frames it reads?
fn is_looked_at(signature: &Signature, parameter: &Parameter, set: &Set) -> bool {
    let mut read = Vec::new();
    pictures(set, &mut read);
    let (file, name) = (signature.item.file.as_str(), signature.name.as_str());
    !read.is_empty()
        || parameter.gives_format
        || parameter.ty.is_port()
        || parameter.ty.core() == &Type::Number(Dimension::FrameCount)
        || file == "std/time.toma"
        || (file == "std/source.toma" && name.starts_with("read"))
}

/// Does the value that stood there first, at this place, still hold for the frames that nothing else is said of?
pub(super) fn stands(set: &Set, base: &Spot) -> bool {
    set.claims.as_ref().is_none_or(|claims| {
        claims.iter().any(|claim| claim.frames.is_none() && !claim.silenced && claim.spot == *base)
    })
}

impl Lowering<'_> {
    pub(super) fn call(
        &mut self,
        call: &CallTerm,
        ty: &Type,
        here: &Spot,
        body: &Body,
        own: Option<&str>,
        base: &str,
    ) -> Val {
        let callee = self.callee(&call.callee);
        let Some(signature) = callee.signature else { return Val::Unknown };
        let site = self.sites.child(body.site, here);
        let mut sets = Vec::with_capacity(signature.parameters.len());
        let mut uses = Vec::new();
        for (parameter, argument) in signature.parameters.iter().zip(&call.arguments) {
            let set = match argument {
                Some(term) => {
                    let mut set = self.lower(term, body, None, base);
                    set.val = self.typed(set.val, &parameter.ty);
                    let here = Spot { item: body.item.clone(), span: term.span };
                    places(term, &set, &here, &mut uses);
                    set
                }
                None => self.default(parameter, signature),
            };
            let mut set = set;
            if !self.sites.sets(site, &parameter.name) {
                // It stays what it is.
                if let Some(term) = argument.as_ref().filter(|_| stands(&set, &set.spot)) {
                    let here = Spot { item: body.item.clone(), span: term.span };
                    self.bounds(&mut set, parameter, signature, &here, body);
                }
                self.settle_if_looked_at(&mut set, signature, parameter);
                sets.push(set);
                continue;
            }
            let written = argument.as_ref().map(|term| (set.val.clone(), term.span));
            let spot = set.spot.clone();
            let mut set = self.claimed(set, site, parameter, signature, body, argument.is_some());
            if let Some((val, span)) = written
                && stands(&set, &spot)
            {
                // What a `set` has replaced may have been anything.
                let here = Spot { item: body.item.clone(), span };
                let mut base = Set { val, ..set.clone() };
                self.bounds(&mut base, parameter, signature, &here, body);
                if matches!(base.val, Val::Unknown) {
                    set.val = Val::Unknown;
                }
            }
            self.settle_if_looked_at(&mut set, signature, parameter);
            sets.push(set);
        }
        // Named behind its arguments: of two calls of one stage the first in the text has no number.
        let path = own.map_or_else(
            || self.named(base, call.handle.as_deref().unwrap_or(&call.name)),
            str::to_owned,
        );
        let path = path.as_str();
        self.record(&sets, here, body);
        let spaces: Named<String> = signature
            .generics
            .iter()
            .zip(&call.spaces)
            .map(|((name, _), space)| (name.clone(), self.space(space, body)))
            .collect();
        if let Some(facts) = &signature.stage
            && self.no_conversion(call, signature, facts, &spaces, here, body)
        {
            return Val::Unknown;
        }
        if let (Some(_), Type::Record(item)) = (&signature.stage, ty) {
            self.read_record(item, signature, &sets, here, body, path)
        } else if let Some(facts) = &signature.stage {
            self.stage(signature, facts, &sets, &uses, &spaces, here, body, path)
        } else {
            let mut chain = Vec::with_capacity(body.chain.len() + 1);
            chain.push(here.clone());
            chain.extend(body.chain.iter().cloned());
            let locals = sets.into_iter().map(Rc::new).collect();
            let chain = Arc::new(chain);
            let mut inner = Body { item: call.callee.clone(), locals, spaces, chain, site };
            let element = std::mem::take(&mut self.element);
            let fragment = callee.fragment.as_deref();
            self.lets(fragment.map_or(&[], |fragment| &fragment.lets), &mut inner, path);
            let val = match fragment.and_then(|fragment| fragment.result.as_ref()) {
                Some(result) => {
                    let val = self.lower(result, &inner, Some(path), path).val;
                    self.typed(val, &signature.result)
                }
                None => Val::Unknown,
            };
            self.element = element;
            val
        }
    }

    fn settle_if_looked_at(&mut self, set: &mut Set, signature: &Signature, parameter: &Parameter) {
        if signature.stage.is_some() && is_looked_at(signature, parameter, set) {
            self.settle(set);
        }
    }

    /// What is to be said of the spaces that a stage converts between, where a recipe's own text says too little
    /// of them; true if it can't.
    fn no_conversion(
        &mut self,
        call: &CallTerm,
        signature: &Signature,
        facts: &StageFacts,
        spaces: &Named<String>,
        here: &Spot,
        body: &Body,
    ) -> bool {
        let [from, to] = facts.spaces.as_slice() else { return false };
        if call.spaces.iter().all(|space| matches!(space, Space::Known { .. })) {
            return false;
        }
        let (Some(from), Some(to)) = (spaces.get(from), spaces.get(to)) else { return false };
        let refused = crate::colour::refused(self.db, from, to, here.clone());
        let family = |name| crate::colour::family(self.db, name);
        let known = |index: usize| call.spaces.get(index).and_then(Space::family).is_some();
        let clips = if refused.is_some() || signature.name != "to" || known(0) && known(1) {
            None
        } else {
            crate::colour::clips(family(from), family(to), here.clone())
        };
        let is_refused = refused.is_some();
        let Some(mut report) = refused.or(clips) else { return false };
        // Said once, however often the recipe is used.
        let said = |other: &Report| {
            other.code == report.code && other.labels.first().is_some_and(|(spot, _)| spot == here)
        };
        if !self.reports.iter().any(said) {
            for call in body.chain.iter().take(4) {
                report = report.label(call.clone(), "in this call");
            }
            self.reports.push(report);
        }
        is_refused
    }

    fn default(&mut self, parameter: &Parameter, signature: &Signature) -> Set {
        let body = Body {
            item: signature.item.clone(),
            locals: Vec::new(),
            spaces: Named::new(),
            chain: Arc::default(),
            site: None,
        };
        let (val, span) = match &parameter.default {
            Some(term) => {
                let val = self.worth(term, &body);
                (self.typed(val, &parameter.ty), term.span)
            }
            None => (Val::Static(Value::None), parameter.span),
        };
        let spot = Spot { item: signature.item.clone(), span };
        Set { val, layer: Layer::Default, spot, claims: None }
    }

    /// Says where a value is out of its bounds; nothing more is said about it then.
    pub(super) fn bounds(
        &mut self,
        set: &mut Set,
        parameter: &Parameter,
        signature: &Signature,
        here: &Spot,
        body: &Body,
    ) {
        if let Val::Late(index, _) = set.val {
            self.bound_later(index, parameter);
        }
        let Val::Static(value) = &set.val else { return };
        let declared = Spot { item: signature.item.clone(), span: parameter.span };
        let name = format_args!("`{}` of `{}`", parameter.name, signature.name);
        let report =
            crate::check::out_of_bounds(value, parameter, name, here.clone(), Some(&declared));
        if let Some(mut report) = report {
            for call in body.chain.iter().take(4) {
                report = report.label(call.clone(), "in this call");
            }
            self.reports.push(report);
            set.val = Val::Unknown;
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a node is made of just these")]
    pub(super) fn stage(
        &mut self,
        signature: &Signature,
        facts: &StageFacts,
        sets: &[Set],
        uses: &[Spot],
        spaces: &Named<String>,
        here: &Spot,
        body: &Body,
        path: &str,
    ) -> Val {
        let stage = [&module_name(&signature.item.file), ".", &signature.name].concat();
        let mut node = Node {
            path: path.to_owned(),
            stage,
            version: facts.version,
            parameters: Named::with_capacity(signature.parameters.len() + facts.spaces.len()),
            inputs: Named::new(),
            ports: Vec::with_capacity(1),
            domain: Domain::Inputs,
            outside: Outside::Error,
            weights: facts.weights.clone(),
        };
        let mut origins = Named::with_capacity(signature.parameters.len() + facts.spaces.len());
        let mut settings = Named::new();
        let mut ports: Vec<(String, Input)> = Vec::new();
        let mut late = Vec::new();
        let mut broken = false;
        for (parameter, set) in signature.parameters.iter().zip(sets) {
            let counts = parameter.ty.core() == &Type::Number(Dimension::FrameCount);
            if let (Val::Static(Value::Number { value, dimension }), true) = (&set.val, counts)
                && value.fract() != 0.0
            {
                let report = Report::error(
                    "T0401",
                    format!(
                        "`{}` of `{}` is a whole number of frames, and this is {}",
                        parameter.name,
                        signature.name,
                        written(*value, *dimension)
                    ),
                    set.spot.clone(),
                );
                self.reports.push(report.help("give it whole frames, without a fraction"));
            }
            origins.insert(parameter.name.clone(), (set.layer, set.spot.clone()));
            if let Some(claims) = &set.claims {
                settings.insert(parameter.name.clone(), claims.to_vec());
            }
            match &set.val {
                Val::Unknown => broken = true,
                val if val.is_late() => match self.operand(val) {
                    Some(Operand::Formula(formula)) => {
                        let still = self.is_late_still(formula);
                        late.push(LateParameter {
                            parameter: parameter.name.clone(),
                            formula,
                            still,
                        });
                    }
                    _ => broken = true,
                },
                Val::Space(_) => {
                    origins.remove(&parameter.name);
                }
                Val::Static(Value::None) if parameter.ty.is_port() => {}
                Val::Static(Value::Seed(seed)) => {
                    // Two stages that are given one seed don't draw the same numbers.
                    let seed = Value::Seed(split(*seed, &node.stage));
                    node.parameters.insert(parameter.name.clone(), seed);
                }
                Val::Static(value) => {
                    node.parameters.insert(parameter.name.clone(), value.clone());
                }
                Val::Picture(picture) => {
                    ports.push((parameter.name.clone(), picture.input.clone()));
                }
                Val::List(_) | Val::Record(_) | Val::Case(..) | Val::Late(..) => {
                    let name = &parameter.name;
                    match super::record::taken_apart(&set.val, name, &mut ports) {
                        Ok(Some(value)) => {
                            node.parameters.insert(name.clone(), value);
                        }
                        Ok(None) => {}
                        Err(Unknown) => broken = true,
                    }
                }
            }
        }
        if broken {
            return Val::Unknown;
        }
        node.inputs.extend(ports);
        for name in &facts.spaces {
            if let Some(space) = spaces.get(name) {
                node.parameters.insert(name.clone(), Value::Text(space.clone()));
                origins.insert(name.clone(), (Layer::Shot, here.clone()));
            }
        }
        self.black_is_white(&node, signature, here);
        let mut read = Vec::new();
        for set in sets {
            pictures(set, &mut read);
        }
        let read: Vec<(&Picture, Spot)> =
            read.into_iter().map(|(picture, made)| (picture, made.clone())).collect();
        let mut still = read.iter().all(|(picture, _)| picture.still)
            && node.parameters.values().all(is_still)
            && late.iter().all(|late: &LateParameter| late.still)
            && !facts.ambient.iter().any(|name| name == "frame");
        let mut only: Vec<Bounds> = Vec::new();
        for bounds in read.iter().flat_map(|(picture, _)| &picture.only) {
            add(&mut only, bounds.clone());
        }
        let mut format = self.common_format(&read, uses, here);
        let given = signature.parameters.iter().find(|parameter| parameter.gives_format);
        if let Some(Value::Size(width, height)) =
            given.and_then(|parameter| node.parameters.get(&parameter.name))
        {
            format = Some((*width, *height));
        }
        if read.is_empty() && format.is_none() {
            format = Some(self.facts.format);
        }
        let mut rate = self.common_rate(&read, uses, here);
        // One thing after the other is no still, even of stills.
        still &= node.stage != "std.time.splice";
        node.domain = if still { Domain::Still } else { Domain::Inputs };
        match node.stage.as_str() {
            "std.source.read" | "std.source.read_layer" => {
                let (frames, found) = self.source(&mut node, sets, signature, here);
                // That of its files or, if none can be looked at, unknown.
                format = found;
                match frames {
                    Some(has) => {
                        node.domain = Domain::Frames(has);
                        if node.outside == Outside::Error {
                            add(&mut only, Bounds { has, when: None, spot: here.clone() });
                        }
                    }
                    None => node.domain = Domain::Still,
                }
                rate = match node.parameters.get("rate") {
                    Some(Value::Rate(rate)) => Some(*rate),
                    _ => Some(self.facts.rate),
                };
            }
            _ => self.in_time(&mut node, &read, &mut only, &mut rate, here, body),
        }
        let still = node.domain == Domain::Still;
        if still {
            rate = None;
        } else if read.iter().all(|(picture, _)| picture.still) {
            // Made here, or moving from here on: at the shot's rate.
            rate = rate.or(Some(self.facts.rate));
        }
        if !self.holds(&node, here, body) {
            return Val::Unknown;
        }
        let kind = self.kind(signature, sets, spaces, still);
        node.ports.push(Port { name: "out".to_owned(), kind: kind.clone(), format });
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(node);
        self.spots.push(NodeSpots {
            call: here.clone(),
            chain: Arc::clone(&body.chain),
            parameters: origins,
            settings,
            late,
        });
        let input = Input { node: id, port: "out".to_owned() };
        Val::Picture(Rc::new(Picture { input, format, still, only, rate, kind }))
    }

    /// The type as the language writes it, with this call's spaces.
    fn kind(
        &self,
        signature: &Signature,
        sets: &[Set],
        spaces: &Named<String>,
        stands: bool,
    ) -> String {
        match &signature.result {
            Type::Picture { space, straight, still } => {
                let name = match space {
                    Space::Known { name, .. } => name.clone(),
                    Space::Generic { name, .. } => spaces.get(name).cloned().unwrap_or_default(),
                    _ => self.facts.space.clone(),
                };
                let still = *still || stands;
                if NAMED_SPACES.iter().any(|(known, _)| *known == name) && !straight {
                    // What most pictures are, in few steps.
                    return [if still { "Image<" } else { "Clip<" }, &name, ">"].concat();
                }
                let space = Space::Known { name, family: crate::system::Family::Linear };
                Type::Picture { still, space, straight: *straight }.to_string()
            }
            result @ Type::Generic(_) => {
                let of_sort = |ty: &Type| match ty {
                    Type::List(inner) => inner.as_ref() == result,
                    ty => ty.core() == result,
                };
                let mut found = Vec::new();
                for (parameter, set) in signature.parameters.iter().zip(sets) {
                    if of_sort(&parameter.ty) {
                        pictures(set, &mut found);
                    }
                }
                let kind = found.first().map_or("Data", |(picture, _)| picture.kind.as_str());
                let inside = kind.strip_prefix("Clip<").or_else(|| kind.strip_prefix("Image<"));
                match inside {
                    Some(inside) => format!("{}<{inside}", if stands { "Image" } else { "Clip" }),
                    None => kind.to_owned(),
                }
            }
            other => other.to_string(),
        }
    }

    /// The format of the pictures that are put together.
    fn common_format(
        &mut self,
        read: &[(&Picture, Spot)],
        uses: &[Spot],
        here: &Spot,
    ) -> Option<(u32, u32)> {
        let known = || {
            let places = read.iter().zip(uses);
            places.filter_map(|((picture, made), place)| Some((picture.format?, made, place)))
        };
        let (first, first_made, first_use) = known().next()?;
        if let Some((other, other_made, other_use)) = known().find(|(other, ..)| *other != first) {
            let words = |(width, height): (u32, u32)| format!("{width}x{height}");
            let (place, made, target) = if other == self.facts.format {
                (first_use, first_made, other)
            } else {
                (other_use, other_made, first)
            };
            let stage = format!("reformat({}, fit: \"fit\")", words(target));
            let mut report = Report::error(
                "T0331",
                "pictures of two formats are put together here",
                here.clone(),
            )
            .label(first_made.clone(), words(first))
            .label(other_made.clone(), words(other))
            .help(format!("bring one into the other's format: `|> {stage}`"));
            // A recipe doesn't know the formats of those who call it.
            if made.item == here.item {
                let behind = super::behind(place);
                report =
                    report.suggest(format!("insert `|> {stage}`"), behind, format!(" |> {stage}"));
            }
            self.reports.push(report);
            // Whatever this meets next is not to blame.
            return None;
        }
        Some(first)
    }

    /// A source's frames, as far as it has some of its own, and its format.
    fn source(
        &mut self,
        node: &mut Node,
        sets: &[Set],
        signature: &Signature,
        here: &Spot,
    ) -> (Option<FrameRange>, Option<(u32, u32)>) {
        node.outside = match node.parameters.get("outside") {
            Some(Value::Text(word)) if word == "hold" => Outside::Hold,
            Some(Value::Text(word)) if word == "black" => Outside::Black,
            _ => Outside::Error,
        };
        let Some(Value::Path(path)) = node.parameters.get("path").cloned() else {
            return (None, None);
        };
        let path = source_path(self.db, &self.shot.file, &path);
        node.parameters.insert("path".to_owned(), Value::Path(path.clone()));
        let frames = match node.parameters.get("frames") {
            Some(Value::Frames(frames)) => Some(*frames),
            _ => None,
        };
        let start = match node.parameters.get("start") {
            Some(Value::Int(start)) => Some(*start),
            _ => None,
        };
        let spot_of = |name: &str| {
            signature
                .parameters
                .iter()
                .zip(sets)
                .find(|(parameter, _)| parameter.name == name)
                .map_or(here, |(_, set)| &set.spot)
                .clone()
        };
        if frames.is_none() && start.is_some() {
            self.reports.push(
                Report::error("T0214", "`start` of `read` also needs `frames`", spot_of("start"))
                    .help("say which files are used: `frames: 1..24, start: 1001`"),
            );
        }
        let beyond = start.and_then(|start| Some((beyond_all_frames(start)?, spot_of("start"))));
        if let Some((message, spot)) = beyond {
            self.reports.push(Report::error("T0401", message, spot));
        }
        let numbered = super::output::has_frame(&path);
        let domain = match (frames, start) {
            (Some(frames), Some(start)) => {
                let last = start.saturating_add(frames.last.saturating_sub(frames.first));
                Some(FrameRange { first: start, last })
            }
            (Some(frames), None) => Some(frames),
            (None, _) if numbered => Some(self.facts.with_handles()),
            (None, _) => None,
        };
        let first = frames.map_or(self.facts.frames.first, |frames| frames.first);
        let full = self.beside_shot(&path);
        let world = self.db.world();
        let header = picture_header(self.db, world, full.clone(), first);
        if let Some(header) = header {
            return (domain, Some(header.format));
        }
        let range = frames.unwrap_or_else(|| self.facts.with_handles());
        let there = self.first_file(&full, range, first);
        // A gap that the source fills by itself is nothing to speak of.
        let filled = there.is_some()
            && node.parameters.get("missing") != Some(&Value::Text("error".to_owned()));
        if !filled && !file_exists(self.db, world, super::output::numbered(&full, first)) {
            let cut = frames.unwrap_or(self.facts.frames);
            match self.absent_frames(&path, &full, cut, frames.is_some()) {
                Some((message, help)) if numbered => {
                    let report = Report::warning("T0210", message, spot_of("path"));
                    self.reports.push(report.help(help));
                }
                _ => self.missing_file(&path, &full, first, numbered, spot_of("path")),
            }
        }
        let header = there.and_then(|there| picture_header(self.db, world, full, there));
        (domain, header.map(|header| header.format))
    }

    /// A path that counts from the shot's file, as the compiler's paths count.
    pub(super) fn beside_shot(&self, path: &str) -> String {
        let folder_of = self.shot.file.rfind('/').map_or("", |slash| &self.shot.file[..=slash]);
        if path.starts_with('/') { path.to_owned() } else { format!("{folder_of}{path}") }
    }

    /// The first frame of a range whose file is there, but for one.
    pub(super) fn first_file(&self, full: &str, range: FrameRange, but: i64) -> Option<i64> {
        let (parent, name) = full.rsplit_once('/').unwrap_or(("", full));
        let (before, behind) = super::output::around_frame(name)?;
        let names = folder(self.db, self.db.world(), parent.to_owned());
        let frames = names.iter().filter_map(|found| {
            let number = found.strip_prefix(before)?.strip_suffix(behind)?;
            let frame: i64 = number.parse().ok()?;
            (super::output::numbered(name, frame) == *found).then_some(frame)
        });
        frames.filter(|frame| *frame != but && range.first <= *frame && *frame <= range.last).min()
    }

    fn missing_file(&mut self, path: &str, full: &str, frame: i64, numbered: bool, spot: Spot) {
        let (parent, name) = full.rsplit_once('/').unwrap_or(("", full));
        let world = self.db.world();
        if !numbered && !full.is_empty() && !folder(self.db, world, full.to_owned()).is_empty() {
            let report = Report::warning("T0210", format!("`{path}` is a folder"), spot);
            let example = format!("`{}/name.%04d.exr`", path.trim_end_matches('/'));
            self.reports.push(report.help(format!("name the pictures in it: {example}")));
            return;
        }
        let names = folder(self.db, world, parent.to_owned());
        let wanted = super::output::numbered(name, frame);
        let message = if numbered {
            format!("there is no file `{path}` for frame {frame}")
        } else {
            format!("there is no file `{path}`")
        };
        let report = Report::warning("T0210", message, spot);
        let near = nearest(&wanted, names.iter().map(String::as_str));
        let help = match near {
            Some(near) => {
                format!("there is `{near}` beside it; the path is relative to the shot's file")
            }
            None if names.is_empty() => {
                format!(
                    "there is nothing in the folder `{}`",
                    if parent.is_empty() { "." } else { parent }
                )
            }
            None => {
                "the path is relative to the shot's file; rendering stops if it is still missing"
                    .to_owned()
            }
        };
        self.reports.push(report.help(help));
    }
}

/// Where the pictures of an argument are used, one place for each.
fn places(term: &Term, set: &Set, here: &Spot, found: &mut Vec<Spot>) {
    match (&term.kind, &set.val) {
        (TermKind::List(terms), Val::List(sets)) if terms.len() == sets.len() => {
            for (term, set) in terms.iter().zip(sets.iter()) {
                let here = Spot { item: here.item.clone(), span: term.span };
                places(term, set, &here, found);
            }
        }
        _ => {
            let mut count = Vec::new();
            pictures(set, &mut count);
            found.extend(count.iter().map(|_| here.clone()));
        }
    }
}
