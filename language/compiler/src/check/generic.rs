//! Generics over pictures: one sort of picture in, the same one out. What is known of them while the
//! arguments of a call are looked at, and whether what comes out stands still.

use super::{Checker, Slot};
use crate::report::Report;
use crate::signature::Signature;
use crate::term::{Term, TermKind};
use crate::types::{Space, Type};
use toma_plan::Value;

impl Checker<'_> {
    /// What a generic picture is as far as is known by now.
    pub(super) fn settled_picture(&self, index: u32) -> Type {
        match self.vars.get(index as usize).and_then(|var| var.picture.clone()) {
            Some(mut ty) => {
                self.settle_type(&mut ty);
                ty
            }
            None => Type::Var(index),
        }
    }

    /// Makes an argument the picture that a generic stands for, or says why it can't be.
    pub(super) fn fit_sort(&mut self, term: Term, index: u32, slot: &Slot) -> Term {
        let mut found = term.ty.clone();
        self.settle_type(&mut found);
        let known = self.settled_picture(index);
        let decided = self.vars.get(index as usize).and_then(|var| var.decided);
        let fits = match (&known, &found) {
            (Type::Var(_), found) if !found.is_picture() => {
                let report = self.misfit(&term, &known, slot, "T0301");
                self.decide(index, Type::Unknown, None);
                return report;
            }
            (Type::Var(_), found) => {
                self.decide(index, found.clone(), Some(&term));
                true
            }
            (Type::Unknown, _) => true,
            (
                Type::Picture { still, space, straight },
                Type::Picture { still: found_still, space: found_space, straight: other },
            ) => {
                if self.same_alpha(&term, *straight, *other, slot) {
                    let unknown = |space: &Space| *space == Space::Unknown;
                    let same = space == found_space || unknown(space) || unknown(found_space);
                    if !same {
                        self.two_spaces(space, found_space, decided, &term, slot);
                    } else if *still && !found_still {
                        self.decide(index, known.clone().moving(), None);
                    }
                    same
                } else {
                    false
                }
            }
            (known, found) if known == found => true,
            (known, found) => {
                let mut report = Report::error(
                    "T0326",
                    "these pictures are of different sorts",
                    self.spot(term.span),
                )
                .saying(found.words())
                .help(format!("{} has to be of the same sort as the first one", slot.name));
                if let Some(decided) = decided {
                    report = report.label(self.spot(decided), known.words());
                }
                let report = self.let_label(report, &term);
                self.report(report);
                false
            }
        };
        if fits {
            return term;
        }
        // Neither is right: what comes of them is not to blame.
        self.decide(index, Type::Unknown, None);
        Term::unknown(term.span)
    }

    fn decide(&mut self, index: u32, picture: Type, by: Option<&Term>) {
        if let Some(var) = self.vars.get_mut(index as usize) {
            var.picture = Some(picture);
            var.decided = by.map_or(var.decided, |term| Some(term.span));
        }
    }
}

/// The type of a call's result: a stage of stills gives a still, unless something about it changes over time.
/// A recipe gives what its head says; where that is a generic picture, its body may have made it move.
pub(super) fn stillness(signature: &Signature, given: &[Option<Term>], result: Type) -> Type {
    let Type::Picture { space, straight, still } = result else { return result };
    let still = match (&signature.stage, &signature.result) {
        (None, Type::Generic(_)) => false,
        (None, _) => still,
        (Some(facts), _) => {
            let frame = facts.ambient.iter().any(|name| name == "frame");
            let file = signature.name != "read" || is_single_file(signature, given);
            still || (!frame && file && given.iter().flatten().all(|term| stands_still(&term.ty)))
        }
    };
    Type::Picture { still, space, straight }
}

/// Is it surely the same at every frame?
fn stands_still(ty: &Type) -> bool {
    match ty {
        Type::Picture { still, .. } => *still,
        Type::List(inner) | Type::Optional(inner) => stands_still(inner),
        Type::Curve(_) | Type::Unknown => false,
        ty => !ty.is_port(),
    }
}

/// Does `read` name one file, at its own place in time?
fn is_single_file(signature: &Signature, given: &[Option<Term>]) -> bool {
    let argument = |name: &str| {
        let mut known = signature.parameters.iter().zip(given);
        known.find(|(parameter, _)| parameter.name == name).and_then(|(_, term)| term.as_ref())
    };
    let single = matches!(
        argument("path").map(|term| &term.kind),
        Some(TermKind::Constant(Value::Text(path) | Value::Path(path)))
            if !crate::lower::has_frame(path)
    );
    single && argument("frames").is_none()
}
