//! What queries say: diagnostics whose places are counted in an item's numbered positions, so that moving
//! text changes none of them. [`resolve`] turns them into places of files, outside all caching.

use crate::database::{Db, item_id};
use crate::source::{item_start, places};
use std::sync::Arc;
use toma_plan::Place;
use toma_syntax::diagnostic::{Diagnostic, Fix, Label, Severity, Span};

/// Which item of which file: its word and name (`recipe collapse`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ItemKey {
    pub(crate) file: String,
    pub(crate) key: String,
}

/// An item, cheap to copy about.
pub(crate) type ItemRef = Arc<ItemKey>;

/// A place in an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Spot {
    pub(crate) item: ItemRef,
    /// Numbered positions; see [`crate::places`].
    pub(crate) span: Span,
}

impl Spot {
    /// The empty place before an item and its docs.
    pub(crate) fn before(item: ItemRef) -> Self {
        // A number that no item has; see `place`.
        Self { item, span: Span { start: u32::MAX, end: u32::MAX } }
    }
}

/// A diagnostic before its places are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) labels: Vec<(Spot, String)>,
    pub(crate) help: Option<String>,
    /// Title, place, text, and whether it is surely what was meant.
    pub(crate) fixes: Vec<(String, Spot, String, bool)>,
}

impl Report {
    pub(crate) fn error(code: &'static str, message: impl Into<String>, spot: Spot) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: vec![(spot, String::new())],
            help: None,
            fixes: Vec::new(),
        }
    }

    pub(crate) fn warning(code: &'static str, message: impl Into<String>, spot: Spot) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message, spot) }
    }

    /// "Not supported yet", said at its place.
    pub(crate) fn unsupported(what: &str, spot: Spot) -> Self {
        Self::error("T0590", format!("{what} not supported yet"), spot).help(
            "it is part of the language and this release reads it, but can't check or render it",
        )
    }

    pub(crate) fn saying(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = self.labels.first_mut() {
            label.1 = text.into();
        }
        self
    }

    pub(crate) fn label(mut self, spot: Spot, text: impl Into<String>) -> Self {
        self.labels.push((spot, text.into()));
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds help if there is some.
    pub(crate) fn maybe_help(self, help: Option<String>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    pub(crate) fn fix(
        mut self,
        title: impl Into<String>,
        spot: Spot,
        text: impl Into<String>,
    ) -> Self {
        self.fixes.push((title.into(), spot, text.into(), true));
        self
    }

    /// A change that would mend it, one of several with different meanings: shown, never applied unasked.
    pub(crate) fn suggest(
        mut self,
        title: impl Into<String>,
        spot: Spot,
        text: impl Into<String>,
    ) -> Self {
        self.fixes.push((title.into(), spot, text.into(), false));
        self
    }

    /// "Did you mean": help and a fix that writes the name there.
    pub(crate) fn did_you_mean(self, nearest: Option<String>, spot: Spot) -> Self {
        match nearest {
            Some(name) => self.help(format!("did you mean `{name}`?")).fix(
                format!("write `{name}`"),
                spot,
                name,
            ),
            None => self,
        }
    }

    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Where a spot is in its file, in bytes.
pub(crate) fn place(db: &dyn Db, spot: &Spot) -> Place {
    if spot.item.key.is_empty() {
        // A YAML file has no items: its places are bytes already.
        let Span { start, end } = spot.span;
        return Place { file: spot.item.file.clone(), start, end: end.max(start) };
    }
    let item = item_id(db, &spot.item);
    let positions = places(db, item);
    let start = item_start(db, &spot.item);
    // A number that the item hasn't got is its beginning: that of `Spot::before`.
    let position = |index: u32| start + positions.get(index as usize).copied().unwrap_or_default();
    Place {
        file: spot.item.file.clone(),
        start: position(spot.span.start),
        end: position(spot.span.end).max(position(spot.span.start)),
    }
}

/// The general advice for a report where it stands.
fn advice(report: &Report) -> &'static str {
    let file = report.labels.first().map_or("", |(spot, _)| spot.item.file.as_str());
    match report.code {
        "T0201" if file.ends_with("tweaks.yaml") => {
            "a tweak holds values: a number with its unit, a text, `Rgb(…)`, the name of a case"
        }
        code => crate::advice::general(code),
    }
}

/// The diagnostic with its places.
pub(crate) fn resolve(db: &dyn Db, report: &Report) -> Diagnostic {
    let at = |spot: &Spot| {
        let place = place(db, spot);
        (place.file, Span { start: place.start, end: place.end })
    };
    Diagnostic {
        code: report.code,
        severity: report.severity,
        message: report.message.clone(),
        labels: report
            .labels
            .iter()
            .map(|(spot, text)| {
                let (file, span) = at(spot);
                Label { file, span, text: text.clone() }
            })
            .collect(),
        help: report.help.clone().or_else(|| Some(advice(report).to_owned())),
        fixes: report
            .fixes
            .iter()
            .map(|(title, spot, text, safe)| {
                let (file, span) = at(spot);
                Fix { title: title.clone(), file, span, text: text.clone(), safe: *safe }
            })
            .collect(),
    }
}
