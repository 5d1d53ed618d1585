//! Calls: who is called, which argument is whose, what the generics are.

use super::block::Wanted;
use super::generic::stillness;
use super::{Checker, Slot, Var};
use crate::crowd::MOST_REPORTS;
use crate::database::item_id;
use crate::function::{FUNCTIONS, Function};
use crate::later;
use crate::library::{MODULES, module_name};
use crate::names::{listed, nearest};
use crate::nuke;
use crate::report::{ItemRef, Report, Spot};
use crate::scope::Definition;
use crate::signature::{Parameter, Signature, signature_of};
use crate::source::{Head, heads, item_tree, reference};
use crate::term::{CallTerm, Term, TermKind};
use crate::types::{LATER_TYPES, Space, Type, Vector};
use toma_syntax::ast::{Argument, Expr, ExprKind, Name};
use toma_syntax::diagnostic::Span;

enum Callee<'db> {
    Signature(&'db Signature),
    Vector(Vector),
    /// `min` and its like.
    Function(Function),
    Space,
    Split(Term),
    /// Reported, or not to be blamed.
    Unknown,
}

impl<'db> Checker<'db> {
    /// Checks a call.
    pub(crate) fn call(
        &mut self,
        function: &Expr,
        arguments: &[Argument],
        piped: bool,
        handle: Option<&Name>,
        expected: Option<&Type>,
        span: Span,
    ) -> Term {
        match self.callee(function) {
            Callee::Signature(signature) => {
                let at = function.span;
                let Some(record) = Self::wanted_layers(signature, expected) else {
                    return self.call_of(signature, at, arguments, piped, handle, span);
                };
                let arguments = self.with_space(&record, arguments, at);
                let term = self.call_of(signature, at, &arguments, piped, handle, span);
                self.read_as(&record, term)
            }
            Callee::Vector(vector) => self.vector(vector, arguments, span),
            Callee::Function(function) => self.function(function, arguments, span),
            Callee::Space => {
                if let [Argument { name: None, value: Expr { kind: ExprKind::Text(text), .. } }] =
                    arguments
                {
                    return match self.space_named(text) {
                        Some(space) => {
                            Term::new(TermKind::Space(space.clone()), Type::Space(space), span)
                        }
                        None => Term::unknown(span),
                    };
                }
                let report = Report::error(
                    "T0323",
                    "`Space(…)` takes the name of a colour space in quotes",
                    self.spot(span),
                )
                .help("as in `Space(\"ARRI LogC4\")`");
                self.report(report);
                Term::unknown(span)
            }
            Callee::Split(seed) => {
                let [Argument { name: None, value }] = arguments else {
                    let report = Report::error(
                        "T0214",
                        "`split` takes one label in quotes",
                        self.spot(span),
                    )
                    .help("as in `seed.split(\"dust\")`");
                    self.report(report);
                    return Term::unknown(span);
                };
                let slot = Slot::new("the label of `split`".to_owned(), None);
                let label = self.value(value, &Type::Text, &slot);
                if label.ty.is_unknown() {
                    return Term::unknown(span);
                }
                let kind = TermKind::Split(Box::new(seed), Box::new(label));
                Term::new(kind, Type::Seed, span)
            }
            Callee::Unknown => {
                // What is passed is looked at all the same, for its own mistakes.
                for argument in arguments {
                    self.expr(&argument.value, None);
                }
                Term::unknown(span)
            }
        }
    }

    fn callee(&mut self, function: &Expr) -> Callee<'db> {
        match &function.kind {
            ExprKind::Name(name) => self.callee_by_name(name, function.span),
            ExprKind::Field { base, name } => {
                if let Some(names) = self.module_path(function)
                    && let Some(found) = self.resolve(&names)
                    && found.taken == names.len()
                {
                    let path = super::path::written_path(&names);
                    return self.callee_of(Some(found.definition), &path, name.span);
                }
                let base = self.expr(base, None);
                match (&base.ty, name.text.as_str()) {
                    (Type::Seed, "split") => Callee::Split(base),
                    (Type::Seed, other) => {
                        let report = Report::error(
                            "T0202",
                            format!("a seed has no `{other}`"),
                            self.spot(name.span),
                        )
                        .help("independent seeds are made by `seed.split(\"label\")`");
                        self.report(report);
                        Callee::Unknown
                    }
                    (ty, _) if ty.is_unknown() => Callee::Unknown,
                    _ => {
                        self.called_inside(&base, name);
                        Callee::Unknown
                    }
                }
            }
            ExprKind::Broken => {
                self.incomplete = true;
                Callee::Unknown
            }
            _ => {
                let report =
                    Report::error("T0217", "this can't be called", self.spot(function.span))
                        .help("only stages and recipes are called");
                self.report(report);
                Callee::Unknown
            }
        }
    }

    /// `plate.blur(3px)`
    fn called_inside(&mut self, base: &Term, name: &Name) {
        let called = &name.text;
        let message = format!("`{called}` isn't inside of {}", base.ty.words());
        let report = Report::error("T0217", message, self.spot(name.span))
            .label(self.spot(base.span), base.ty.words());
        let local = match base.kind {
            TermKind::Local(index) => self.locals.get(index as usize),
            _ => None,
        };
        let word = local.map_or("…", |local| local.name.as_str());
        let named = self.named(called);
        let known = matches!(
            &named,
            Some(Definition::Item { word, .. }) if matches!(word.as_str(), "recipe" | "stage")
        ) || Function::by_name(called).is_some()
            || self.module_that_has(called).is_some();
        let report = if known {
            let dot = self.spot(Span { start: base.span.end, end: name.span.start });
            report.help(format!("pass it on with `|>`: `{word} |> {called}(…)`")).suggest(
                "write `|>`",
                dot,
                " |> ",
            )
        } else {
            report.help("only stages and recipes are called: `plate |> blur(3px)`")
        };
        self.report(report);
    }

    fn callee_by_name(&mut self, name: &str, span: Span) -> Callee<'db> {
        let word = Name { text: name.to_owned(), span };
        let found = self.resolve(&[word]).map(|found| found.definition);
        self.callee_of(found, name, span)
    }

    /// What is called by a name or path of the file.
    fn callee_of(&mut self, found: Option<Definition>, name: &str, span: Span) -> Callee<'db> {
        match found {
            Some(Definition::Item { item, word }) => match word.as_str() {
                "recipe" | "stage" => {
                    self.called.insert(name.to_owned(), item.clone());
                    let signature = signature_of(self.db, &item);
                    self.incomplete |= signature.is_none();
                    signature.map_or(Callee::Unknown, Callee::Signature)
                }
                word => {
                    let report = Report::error(
                        "T0217",
                        format!("`{name}` is a {word} and can't be called"),
                        self.spot(span),
                    )
                    .help("only stages and recipes are called");
                    self.report(report);
                    Callee::Unknown
                }
            },
            Some(Definition::Module(_)) => {
                let report = Report::error(
                    "T0217",
                    format!("`{name}` is a module and can't be called"),
                    self.spot(span),
                )
                .help(format!("call something in it: `{name}.…(…)`"));
                self.report(report);
                Callee::Unknown
            }
            Some(Definition::Unknown) => {
                self.incomplete = true;
                Callee::Unknown
            }
            None => {
                if let Some(vector) = Vector::by_name(name) {
                    return Callee::Vector(vector);
                }
                if name == "Space" {
                    return Callee::Space;
                }
                if let Some(function) = Function::by_name(name) {
                    return Callee::Function(function);
                }
                self.no_such_callee(name, span);
                Callee::Unknown
            }
        }
    }

    fn no_such_callee(&mut self, name: &str, span: Span) {
        if let Some(local) = self.locals.first_of(name) {
            let report = Report::error(
                "T0217",
                format!("`{name}` is {} and can't be called", local.ty.words()),
                self.spot(span),
            )
            .label(Spot { item: local.item.clone(), span: local.span }, "it is made here")
            .help("only stages and recipes are called");
            self.report(report);
            return;
        }
        let report = Report::error(
            "T0202",
            format!("there is no stage or recipe called `{name}`"),
            self.spot(span),
        );
        if self.report_count() > MOST_REPORTS {
            self.report(report);
            return;
        }
        if crate::claim::MEASURES.contains(&name) {
            let report =
                report.help("it is a measure of pictures: only the claims of a `test` ask for it");
            self.report(report);
            return;
        }
        if let Some(module) = self.module_that_has(name) {
            let report = self.with_import(report, &module, name);
            self.report(report);
            return;
        }
        if later::is_stage(name) || LATER_TYPES.contains(&name) {
            self.unsupported(&format!("`{name}` is"), span);
            return;
        }
        if let Some(help) = nuke::here(name) {
            self.report(report.help(help));
            return;
        }
        let known: Vec<&str> = self
            .scope()
            .names
            .iter()
            .filter_map(|(name, definition)| match definition {
                Definition::Item { word, .. }
                    if matches!(word.as_str(), "recipe" | "stage" | "record") =>
                {
                    Some(name.as_str())
                }
                _ => None,
            })
            .chain(FUNCTIONS.iter().map(|(name, _)| *name))
            .collect();
        let report = match nearest(name, known) {
            Some(near) => report.did_you_mean(Some(near), self.spot(span)),
            None => match nearest(name, self.offered().iter().map(|(_, known)| known.as_str())) {
                Some(near) => {
                    let module = self.module_that_has(&near).unwrap_or_default();
                    report.help(format!(
                        "did you mean `{near}`? it is in `{module}`: write `use {module}.{near}` above"
                    ))
                }
                None => report,
            },
        };
        self.report(report);
    }

    /// What brings a name of the standard library into this file.
    fn with_import(&self, report: Report, module: &str, name: &str) -> Report {
        let line = format!("use {module}.{name}");
        let heads = heads(self.db, self.db.file(&self.item.file));
        let of = |head: &Head| reference(&self.item.file, &head.key);
        let last_use = heads.iter().rev().find(|head| head.word == "use").map(|head| {
            let item = of(head);
            let end = item_tree(self.db, item_id(self.db, &item)).span.end;
            (Spot { item, span: Span { start: end, end } }, format!("\n{line}"))
        });
        let place = last_use.or_else(|| {
            let first = heads.first()?;
            Some((Spot::before(of(first)), format!("{line}\n\n")))
        });
        let report = report.help(format!("it is in `{module}`: write `{line}` above"));
        match place {
            Some((spot, text)) => report.fix(format!("write `{line}` above"), spot, text),
            None => report,
        }
    }

    /// The module of the standard library that offers a name.
    fn module_that_has(&self, name: &str) -> Option<String> {
        let mut offered = self.offered().into_iter();
        offered.find(|(_, known)| known == name).map(|(path, _)| module_name(path))
    }

    /// Everything that the standard library offers to be called, and the path of its module.
    fn offered(&self) -> Vec<(&'static str, String)> {
        let mut offered = Vec::new();
        for (path, _) in MODULES {
            let heads = heads(self.db, self.db.file(path)).iter();
            let public = heads
                .filter(|head| head.public && matches!(head.word.as_str(), "stage" | "recipe"));
            offered.extend(public.map(|head| (*path, head.name.clone())));
        }
        offered
    }

    fn call_of(
        &mut self,
        signature: &'db Signature,
        function: Span,
        arguments: &[Argument],
        piped: bool,
        handle: Option<&Name>,
        span: Span,
    ) -> Term {
        let first_var = self.vars.len() as u32;
        let generics: Vec<(String, Space)> = signature
            .generics
            .iter()
            .zip(first_var..)
            .map(|((name, bound), var)| {
                self.vars.push(Var {
                    space: None,
                    picture: None,
                    bound: *bound,
                    callee: signature.name.clone(),
                    decided: None,
                });
                (name.clone(), Space::Var(var))
            })
            .collect();
        let mut given: Vec<Option<Term>> = vec![None; signature.parameters.len()];
        let mut places: Vec<Option<Span>> = vec![None; signature.parameters.len()];
        let mut positions = 0;
        let mut named = false;
        let mut wrong = signature.broken;
        self.incomplete |= signature.broken;
        // What flows in is no such thing as it takes: then what it gives isn't what was meant, either.
        let mut strange = false;
        for (index, argument) in arguments.iter().enumerate() {
            let place = if let Some(name) = &argument.name {
                named = true;
                signature.parameters.iter().position(|known| known.name == name.text)
            } else if named {
                // The parser has said that its place isn't clear.
                wrong = true;
                self.expr(&argument.value, None);
                continue;
            } else {
                positions += 1;
                // Behind a parameter that can't be read nobody knows which is which.
                Some(positions - 1).filter(|_| !signature.broken)
            };
            let Some((place, parameter)) =
                place.and_then(|place| Some((place, signature.parameters.get(place)?)))
            else {
                self.no_such_parameter(signature, argument, &mut wrong);
                continue;
            };
            let at = argument.name.as_ref().map_or(argument.value.span, |name| name.span);
            if let Some(first) = places.get(place).copied().flatten() {
                wrong = true;
                self.expr(&argument.value, None);
                // What went there by mistake has been said.
                let mistaken = given.get(place).and_then(Option::as_ref);
                if mistaken.is_some_and(|term| term.kind == TermKind::Unknown) {
                    continue;
                }
                let report = Report::error(
                    "T0213",
                    format!("`{}` of `{}` is given twice", parameter.name, signature.name),
                    self.spot(at),
                )
                .saying("given again")
                .label(
                    self.spot(first),
                    if piped && place == 0 && index != 0 {
                        "the picture from the left of `|>` goes here first"
                    } else {
                        "given first"
                    },
                );
                self.report(report);
                continue;
            }
            if let Some(slot) = places.get_mut(place) {
                *slot = Some(at);
            }
            let said = self.report_count();
            let flows_in = piped && index == 0;
            let term = self.argument(signature, parameter, &generics, argument, flows_in);
            // Where what flows in is wrong, nobody knows which of the others belong where.
            wrong |= flows_in && term.kind == TermKind::Unknown && self.report_count() > said;
            strange |=
                wrong && flows_in && parameter.ty.is_picture() && self.says_since(said, "T0301");
            if let Some(slot) = given.get_mut(place) {
                *slot = Some(term);
            }
        }
        if !wrong {
            wrong = self.missing(signature, &given, function);
        }
        // What no argument has decided is not to be blamed further on.
        for var in self.vars.iter_mut().skip(first_var as usize) {
            var.space.get_or_insert(Space::Unknown);
            var.picture.get_or_insert(Type::Unknown);
        }
        let mut ty = self.instantiate(&signature.result, &generics);
        self.settle_type(&mut ty);
        let ty = stillness(signature, &given, ty);
        if wrong {
            // Its type is known all the same, so that what follows can be checked.
            let ty = if signature.broken || strange { Type::Unknown } else { ty };
            return Term::new(TermKind::Unknown, ty, span);
        }
        if self.conversion(signature, &generics, span) || self.mixed_names(signature, &given) {
            return Term::new(TermKind::Unknown, ty, span);
        }
        Term::new(
            TermKind::Call(Box::new(CallTerm {
                callee: signature.item.clone(),
                name: signature.name.clone(),
                arguments: given,
                spaces: generics.into_iter().map(|(_, space)| space).collect(),
                handle: handle.map(|name| name.text.clone()),
            })),
            ty,
            span,
        )
    }

    fn argument(
        &mut self,
        signature: &Signature,
        parameter: &Parameter,
        generics: &[(String, Space)],
        argument: &Argument,
        flows_in: bool,
    ) -> Term {
        let expected = self.instantiate(&parameter.ty, generics);
        let declared = Spot { item: signature.item.clone(), span: parameter.span };
        let slot =
            Slot::new(format!("`{}` of `{}`", parameter.name, signature.name), Some(declared));
        if self.bare_choice(&argument.value, parameter, &slot) {
            return Term::unknown(argument.value.span);
        }
        let term = self.expr_wanted(&argument.value, Wanted::Put(&expected, &slot));
        let term = if flows_in && term.ty.is_picture() && takes_no_picture(signature) {
            self.no_picture_flows_in(signature, &term)
        } else {
            self.fit(term, &expected, &slot)
        };
        if !term.ty.is_unknown() {
            self.bound(&term, parameter, &slot);
        }
        let at = argument.name.as_ref().map_or(argument.value.span, |name| name.span);
        self.outdated_parameter(signature, parameter, at, argument.name.is_some());
        term
    }

    /// A picture is passed to what makes its own: `plate |> read()`
    fn no_picture_flows_in(&mut self, signature: &Signature, term: &Term) -> Term {
        let name = &signature.name;
        let message = format!("`{name}` takes no picture, and one is passed to it with `|>`");
        let report = Report::error("T0301", message, self.spot(term.span))
            .saying(term.ty.words())
            .help(format!("call it by itself, and name what it gives: `let other = {name}(…)`"));
        let report = self.declared_at(report, &signature.item);
        self.report(report);
        Term::unknown(term.span)
    }

    fn no_such_parameter(&mut self, signature: &Signature, argument: &Argument, wrong: &mut bool) {
        self.expr(&argument.value, None);
        if signature.broken {
            return;
        }
        let known: Vec<&str> =
            signature.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        let report = match &argument.name {
            Some(name)
                if is_standard(&signature.item)
                    && later::is_parameter(&signature.name, &name.text) =>
            {
                let what = format!("`{}` of `{}` is", name.text, signature.name);
                Report::unsupported(&what, self.spot(name.span))
            }
            Some(name) => {
                let report = Report::error(
                    "T0205",
                    format!("`{}` has no parameter `{}`", signature.name, name.text),
                    self.spot(name.span),
                );
                match nearest(&name.text, known.iter().copied()) {
                    Some(near) => report.did_you_mean(Some(near), self.spot(name.span)),
                    None if known.is_empty() => report,
                    None => report.help(format!("it has {}", listed(&known, "and"))),
                }
            }
            None if *wrong => return,
            None => Report::error(
                "T0215",
                format!(
                    "`{}` takes {} argument{}, and this is one more",
                    signature.name,
                    known.len(),
                    if known.len() == 1 { "" } else { "s" }
                ),
                self.spot(argument.value.span),
            ),
        };
        *wrong = true;
        let report = self.declared_at(report, &signature.item);
        self.report(report);
    }

    /// Says which arguments are missing; true if some are.
    fn missing(&mut self, signature: &Signature, given: &[Option<Term>], function: Span) -> bool {
        let missing: Vec<&Parameter> = signature
            .parameters
            .iter()
            .zip(given)
            .filter(|(parameter, given)| given.is_none() && !parameter.is_optional())
            .map(|(parameter, _)| parameter)
            .collect();
        if missing.is_empty() {
            return false;
        }
        // One that is wrong where it is declared may have been meant to have a default.
        let missing: Vec<&Parameter> =
            missing.into_iter().filter(|parameter| !parameter.ty.is_unknown()).collect();
        let names: Vec<&str> = missing.iter().map(|parameter| parameter.name.as_str()).collect();
        if names.is_empty() {
            return true;
        }
        let report = Report::error(
            "T0214",
            format!("`{}` also needs {}", signature.name, listed(&names, "and")),
            self.spot(function),
        );
        let has_seed = self.in_shot || self.locals.knows("seed");
        let report = match missing.as_slice() {
            [parameter] if parameter.ty == Type::Seed && has_seed => report.help(format!(
                "pass the shot's seed, or an independent one by label: `{}: seed.split(\"{}\")`",
                parameter.name, signature.name
            )),
            [parameter] if parameter.ty == Type::Seed => report.help(
                "a recipe is given its randomness: add the parameter `seed: Seed` and pass it on",
            ),
            [parameter] if matches!(parameter.ty, Type::Space(_)) => report.help(format!(
                "say which colour space: `{}(ACEScg)`, or `{}(Space(\"ARRI LogC4\"))`",
                signature.name, signature.name
            )),
            [parameter] => report.help(format!(
                "give it by name, `{}: …`: it takes {}",
                parameter.name,
                parameter.ty.words()
            )),
            _ => report,
        };
        let report = self.declared_at(report, &signature.item);
        self.report(report);
        true
    }

    /// What is to be said of the spaces that a stage converts between, as far as they are known; true if it can't.
    fn conversion(
        &mut self,
        signature: &Signature,
        generics: &[(String, Space)],
        span: Span,
    ) -> bool {
        let Some(facts) = &signature.stage else { return false };
        let settled = |name: &String| {
            let space = generics.iter().find(|(known, _)| known == name).map(|(_, space)| space)?;
            Some(self.settled(space))
        };
        let spaces: Vec<Space> = facts.spaces.iter().filter_map(settled).collect();
        let [from, to] = spaces.as_slice() else { return false };
        if let (Space::Known { name: from, .. }, Space::Known { name: to, .. }) = (from, to)
            && let Some(report) = crate::colour::refused(self.db, from, to, self.spot(span))
        {
            self.report(report);
            return true;
        }
        if signature.name == "to" && is_standard(&signature.item) {
            let report = crate::colour::clips(from.family(), to.family(), self.spot(span));
            if let Some(report) = report {
                self.report(report);
            }
        }
        false
    }

    /// Says that names can't be mixed, where a stage that mixes pixels is given an ID matte; true if it did.
    fn mixed_names(&mut self, signature: &Signature, given: &[Option<Term>]) -> bool {
        if !signature.stage.as_ref().is_some_and(|facts| facts.mixing) {
            return false;
        }
        let names = |term: &&Term| *term.ty.core() == Type::Port("Crypto");
        let Some(span) = given.iter().flatten().find(names).map(|term| term.span) else {
            return false;
        };
        let report = Report::error(
            "T0381",
            format!("`{}` mixes pixels, and an ID matte holds names", signature.name),
            self.spot(span),
        )
        .saying("an ID matte")
        .help("names can't be mixed: make the matte of one of them first, and use that");
        self.report(report);
        true
    }
}

/// Can none of its parameters be a picture?
fn takes_no_picture(signature: &Signature) -> bool {
    fn may_hold(ty: &Type) -> bool {
        match ty {
            Type::List(inner) | Type::Optional(inner) => may_hold(inner),
            Type::Generic(_) | Type::Var(_) | Type::Record(_) | Type::Enum(_) | Type::Unknown => {
                true
            }
            ty => ty.is_picture() || ty.is_port(),
        }
    }
    !signature.broken && !signature.parameters.iter().any(|parameter| may_hold(&parameter.ty))
}

/// Is it of the standard library?
fn is_standard(item: &ItemRef) -> bool {
    item.file.starts_with("std/")
}
