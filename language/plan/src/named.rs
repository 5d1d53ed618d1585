//! Values by name, in the order of the names. A node has two or three of them and a shot has many nodes, so
//! they lie in one list, as long as they are.

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Index;

/// Values by name, each name once. It is read as [`std::collections::BTreeMap`] is, takes as much room as there
/// is in it, and has its JSON form. Many are put in with `extend` or `collect`, which sort once.
#[derive(Clone, PartialEq)]
pub struct Named<V> {
    /// By name.
    entries: Vec<(String, V)>,
}

impl<V> Named<V> {
    /// Nothing yet; it takes no memory.
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Nothing yet, with room for so many.
    pub fn with_capacity(count: usize) -> Self {
        Self { entries: Vec::with_capacity(count) }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Is there nothing?
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&V> {
        let at = self.find(name).ok()?;
        self.entries.get(at).map(|(_, value)| value)
    }

    /// Is there one of that name?
    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// Puts a value in, and gives the one back that it replaces. Made for few.
    pub fn insert(&mut self, name: String, value: V) -> Option<V> {
        match self.find(&name) {
            Ok(at) => self.entries.get_mut(at).map(|(_, old)| std::mem::replace(old, value)),
            Err(at) => {
                self.entries.insert(at, (name, value));
                None
            }
        }
    }

    /// Takes a value out.
    pub fn remove(&mut self, name: &str) -> Option<V> {
        self.find(name).ok().map(|at| self.entries.remove(at).1)
    }

    /// Names and values, by name.
    pub fn iter(&self) -> Iter<'_, V> {
        self.entries.iter().map(|(name, value)| (name, value))
    }

    /// The names, in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &String> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(name, _)| name)
    }

    /// The values, by name.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(_, value)| value)
    }

    /// The values, by name, to change them.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> + ExactSizeIterator {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    /// Where it is, or where it would be.
    fn find(&self, name: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|(known, _)| known.as_str().cmp(name))
    }
}

/// Names and values; see [`Named::iter`].
pub type Iter<'a, V> =
    std::iter::Map<std::slice::Iter<'a, (String, V)>, fn(&'a (String, V)) -> (&'a String, &'a V)>;

impl<V> Default for Named<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V> Extend<(String, V)> for Named<V> {
    /// Of one name the last value stays.
    fn extend<T: IntoIterator<Item = (String, V)>>(&mut self, more: T) {
        let more = more.into_iter();
        self.entries.reserve_exact(more.size_hint().0);
        self.entries.extend(more);
        self.entries.sort_by(|a, b| a.0.cmp(&b.0));
        // The sort keeps the order of equal names, so the later value is handed to the one that stays.
        self.entries.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                std::mem::swap(&mut later.1, &mut earlier.1);
            }
            same
        });
    }
}

impl<V> FromIterator<(String, V)> for Named<V> {
    fn from_iter<T: IntoIterator<Item = (String, V)>>(entries: T) -> Self {
        let mut named = Self::new();
        named.extend(entries);
        named
    }
}

impl<V, const N: usize> From<[(String, V); N]> for Named<V> {
    fn from(entries: [(String, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<'a, V> IntoIterator for &'a Named<V> {
    type Item = (&'a String, &'a V);
    type IntoIter = Iter<'a, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter().map(|(name, value)| (name, value))
    }
}

impl<V> IntoIterator for Named<V> {
    type Item = (String, V);
    type IntoIter = std::vec::IntoIter<(String, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<V> Index<&str> for Named<V> {
    type Output = V;

    /// # Panics
    /// If there is none of that name.
    fn index(&self, name: &str) -> &V {
        #[expect(clippy::expect_used, reason = "that is what an index promises")]
        self.get(name).expect("there is one of that name")
    }
}

impl<V: fmt::Debug> fmt::Debug for Named<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<V: Serialize> Serialize for Named<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Named<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Entries<V> {
            type Value = Named<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("values by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Named<V>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries.into_iter().collect())
            }
        }
        deserializer.deserialize_map(Entries(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Names in orders that are no order.
    const ORDERS: [&[&str]; 4] =
        [&[], &["b", "a", "c"], &["layers[10]", "layers[2]", "layers"], &["a", "b", "a", "c", "a"]];

    #[test]
    fn it_holds_what_a_map_holds_however_it_is_filled() {
        for names in ORDERS {
            let entries = || names.iter().enumerate().map(|(at, name)| ((*name).to_owned(), at));
            let map: BTreeMap<String, usize> = entries().collect();
            let mut one_by_one = Named::new();
            for (name, at) in entries() {
                one_by_one.insert(name, at);
            }
            let at_once: Named<usize> = entries().collect();
            assert_eq!(one_by_one, at_once);
            assert!(map.iter().eq(&at_once), "{at_once:?} is not {map:?}");
            assert_eq!(format!("{map:?}"), format!("{at_once:?}"));
            for name in ["a", "b", "layers[2]", "none"] {
                assert_eq!(map.get(name), at_once.get(name), "{name}");
            }
        }
    }

    #[test]
    fn a_replaced_value_is_given_back() {
        let mut named = Named::from([("a".to_owned(), 1)]);
        assert_eq!(named.insert("a".to_owned(), 2), Some(1));
        assert_eq!(named.insert("b".to_owned(), 3), None);
        assert_eq!((named["a"], named.len()), (2, 2));
        assert_eq!((named.remove("a"), named.remove("a")), (Some(2), None));
    }
}
