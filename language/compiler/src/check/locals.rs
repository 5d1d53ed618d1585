//! The names of a body, found by name as fast among many thousands as among three. Knows nothing of what they
//! mean.

use super::Local;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use toma_syntax::diagnostic::Span;

/// The names that are known, in the order in which they became so.
///
/// **Invariant**: `places` has the numbers of each name, rising; so a name is never changed in place.
#[derive(Debug, Default)]
pub(crate) struct Locals {
    all: Vec<Local>,
    places: FxHashMap<String, Vec<usize>>,
}

impl Locals {
    pub(crate) fn push(&mut self, local: Local) {
        self.places.entry(local.name.clone()).or_default().push(self.all.len());
        self.all.push(local);
    }

    /// Forgets all but the first `count`.
    pub(crate) fn truncate(&mut self, count: usize) {
        for local in self.all.drain(count.min(self.all.len())..) {
            if let Some(places) = self.places.get_mut(&local.name) {
                places.pop();
                if places.is_empty() {
                    self.places.remove(&local.name);
                }
            }
        }
    }

    /// The number of the last one of that name: what the name means.
    pub(crate) fn last_of(&self, name: &str) -> Option<usize> {
        self.places.get(name)?.last().copied()
    }

    /// The first one of that name.
    pub(crate) fn first_of(&self, name: &str) -> Option<&Local> {
        self.all.get(*self.places.get(name)?.first()?)
    }

    /// Is there one of that name?
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }
}

impl Deref for Locals {
    type Target = [Local];

    fn deref(&self) -> &[Local] {
        &self.all
    }
}

impl DerefMut for Locals {
    fn deref_mut(&mut self) -> &mut [Local] {
        &mut self.all
    }
}

/// Names that come further down, and where.
#[derive(Debug, Default)]
pub(crate) struct Later(FxHashMap<String, VecDeque<Span>>);

impl Later {
    pub(crate) fn add(&mut self, name: &str, span: Span) {
        self.0.entry(name.to_owned()).or_default().push_back(span);
    }

    /// Takes one out: it is there now.
    pub(crate) fn arrived(&mut self, name: &str, span: Span) {
        let Some(spans) = self.0.get_mut(name) else { return };
        if let Some(place) = spans.iter().position(|known| *known == span) {
            spans.remove(place);
        }
        if spans.is_empty() {
            self.0.remove(name);
        }
    }

    /// Where the first one of that name stands.
    pub(crate) fn find(&self, name: &str) -> Option<Span> {
        self.0.get(name)?.front().copied()
    }
}

impl<'a> FromIterator<(&'a str, Span)> for Later {
    fn from_iter<T: IntoIterator<Item = (&'a str, Span)>>(names: T) -> Self {
        let mut later = Self::default();
        names.into_iter().for_each(|(name, span)| later.add(name, span));
        later
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::reference;
    use crate::types::Type;

    #[test]
    fn a_name_means_its_last_one_until_that_is_forgotten() {
        let mut locals = Locals::default();
        for (index, name) in ["a", "b", "a", "c"].into_iter().enumerate() {
            let (item, span) = (reference("f", "shot A"), Span::new(index, index + 1));
            locals.push(Local { name: name.to_owned(), span, item, ty: Type::Int, used: false });
        }
        assert_eq!((locals.last_of("a"), locals.last_of("b")), (Some(2), Some(1)));
        assert_eq!(locals.first_of("a").map(|local| local.span), Some(Span::new(0, 1)));
        locals.truncate(2);
        assert_eq!((locals.last_of("a"), locals.knows("c")), (Some(0), false));
        assert_eq!(locals.len(), 2);
    }

    #[test]
    fn what_has_arrived_comes_no_more() {
        let (one, two) = (Span::new(0, 1), Span::new(2, 3));
        let mut later: Later = [("a", one), ("a", two)].into_iter().collect();
        later.arrived("a", one);
        assert_eq!(later.find("a"), Some(two));
        later.arrived("a", two);
        assert_eq!(later.find("a"), None);
    }
}
