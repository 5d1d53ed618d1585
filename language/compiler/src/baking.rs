//! Tweaks led to the places in a shot's text that they are about, so that they can be written there.
//!
//! No query: places are looked up in texts as they are now.

use crate::controls::control;
use crate::database::{Db, item_id};
use crate::document::document;
use crate::project::tweaks::{path_of, tweaks_of};
use crate::project::{self, Led};
use crate::report::place;
use crate::source::reference;
use toma_syntax::diagnostic::Span;

/// A file's text with the tweaks of one of its shots in it, in several spellings.
pub(crate) fn baked(db: &dyn Db, path: &str, shot: &str) -> Vec<String> {
    let text = db.file(path).text(db).clone();
    let written = db.file(&path_of(path, shot)).text(db).clone();
    let (Some(text), Some(tweaks), Some(written)) = (text, tweaks_of(db, path, shot), written)
    else {
        return Vec::new();
    };
    let me = reference(path, &format!("shot {shot}"));
    let mut led = Led::default();
    for setting in &document(db, item_id(db, &me)).settings {
        if setting.item == me {
            let place = place(db, &setting.spot());
            let span = Span { start: place.start, end: place.end };
            led.own.insert(span, setting.target.clone());
        } else if setting.item == tweaks.item {
            led.tweaked.insert(setting.address.span, setting.target.clone());
        }
    }
    for tweak in tweaks.entries.iter().filter(|tweak| tweak.frames.is_none()) {
        let span = tweak.set.target.span;
        let address = written.get(span.start as usize..span.end as usize).unwrap_or_default();
        let Ok(control) = control(db, &me, address) else { continue };
        let literal = control
            .origins
            .iter()
            .find(|origin| origin.place.file == path && origin.frames.is_none() && !origin.hard);
        if let Some(origin) = literal {
            let place = Span { start: origin.place.start, end: origin.place.end };
            led.literals.insert(span, place);
        }
    }
    project::baked(&text, shot, tweaks, &written, &led)
}
