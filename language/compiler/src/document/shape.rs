//! A document without what a slider moves: which calls something is set at, when and by whom, and nothing of
//! what the values are. What depends on this alone stays when a value is set to another one.

use super::{Document, Setting, document, holds_picture};
use crate::database::{Db, ItemId};
use crate::report::Report;
use crate::term::{Term, TermKind};
use toma_plan::Layer;
use toma_syntax::diagnostic::Span;

impl Setting {
    /// Is its value worth the same whatever the rest of the shot is?
    fn is_closed(&self) -> bool {
        self.needs.is_empty() && !holds_picture(&self.ty) && !self.value.needs_lowering()
    }
}

/// A shot's document, in which values that stand alone are left out: [`Setting::left_out`] says so. Of tweaks
/// the place of a value is its setting's number, as the bytes of a YAML file move with every value.
#[salsa::tracked]
pub(crate) fn outline<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Document {
    let mut outline = document(db, item).clone();
    outline.reports.retain(Report::is_error);
    let tweaks = outline.parts.iter().position(|part| part.layer == Layer::Tweaks);
    for (index, setting) in outline.settings.iter_mut().enumerate() {
        let mut span = setting.value.span;
        if tweaks == Some(setting.rank) {
            let number = u32::try_from(index).unwrap_or(u32::MAX);
            span = Span { start: number, end: number };
            setting.address.span = span;
            setting.at = None;
            setting.value.span = span;
        }
        if setting.is_closed() {
            setting.left_out = true;
            setting.value = Term::unknown(span);
        }
    }
    outline
}

impl Term {
    /// Is there something in it that only lowering knows: what a call gives, a field, a choice?
    pub(crate) fn needs_lowering(&self) -> bool {
        let mut found = self.is_for_lowering();
        if !found {
            self.children(&mut |child| found = found || child.needs_lowering());
        }
        found
    }

    /// Is it itself something that only lowering knows?
    pub(crate) fn is_for_lowering(&self) -> bool {
        matches!(
            self.kind,
            TermKind::Call(_)
                | TermKind::Record(_)
                | TermKind::Case { .. }
                | TermKind::Field(..)
                | TermKind::With(..)
                | TermKind::If { .. }
                | TermKind::Match(..)
                | TermKind::Comprehension { .. }
        )
    }
}
