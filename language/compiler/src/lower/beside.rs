//! Values that are wrong beside other mistakes: a shot with errors makes no plan, and still its values are worked out
//! as far as they are known. What depends on a mistake is unknown here, and nothing is said of it.

use super::{is_item_sound, is_read, is_sound, prepared};
use crate::budget::{Callees, has_circle, recipes};
use crate::database::{Db, ItemId, item_id};
use crate::document::{document, outline};
use crate::report::{Report, Spot};
use crate::source::reference;
use toma_plan::Layer;

/// What only a value can be wrong with.
const OF_VALUES: [&str; 7] = ["T0401", "T0402", "T0405", "T0407", "T0431", "T0432", "T0444"];

/// What is wrong with values of a shot that can't be lowered, because something else is wrong too.
#[salsa::tracked(returns(ref))]
pub(crate) fn beside_mistakes<'db>(db: &'db dyn Db, item: ItemId<'db>) -> Vec<Report> {
    let shot = reference(item.file(db).path(db), item.key(db));
    let document = document(db, item);
    let wrong = |reports: &[Report]| reports.iter().any(Report::is_error);
    let mut callees = Callees::default();
    let mut items = vec![item];
    let written = document.parts.iter().filter(|part| part.layer != Layer::Tweaks);
    items.extend(written.map(|part| item_id(db, &part.item)));
    if wrong(&document.reports)
        || has_circle(db, std::slice::from_ref(&shot), None, &mut callees)
        || document.parts.iter().any(|part| {
            part.layer == Layer::From && wrong(&outline(db, item_id(db, &part.item)).reports)
        })
    {
        return Vec::new();
    }
    let called = recipes(db, &shot, &mut callees);
    // What can't be read may have set a value, and what is in order is lowered anyway.
    let readable = |id: &ItemId<'_>| is_read(db, *id) && !crate::inheritance::beyond(db, *id);
    if !items.iter().all(readable)
        || !called.iter().all(|recipe| readable(&item_id(db, recipe)))
        || items.iter().all(|id| is_item_sound(db, *id))
            && called.iter().all(|recipe| is_sound(db, recipe))
    {
        return Vec::new();
    }
    let Ok(mut lowering) = prepared(db, &shot, document, &mut callees) else { return Vec::new() };
    let mut reports = lowering.lowered(document).reports;
    reports.retain(|report| report.is_error() && OF_VALUES.contains(&report.code));
    reports
}

/// Is something wrong at this place already?
pub(crate) fn is_said(reports: &[Report], report: &Report) -> bool {
    let Some((spot, _)) = report.labels.first() else { return true };
    let meets = |other: &Spot| {
        other.item == spot.item
            && other.span.start <= spot.span.end
            && spot.span.start <= other.span.end
    };
    reports
        .iter()
        .filter(|said| said.is_error())
        .any(|said| said.labels.iter().any(|(other, _)| meets(other)))
}
