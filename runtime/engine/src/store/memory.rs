//! Results in memory, the least recently used given up first.

use crate::encode::Digest;
use crate::store::Values;
use std::collections::{BTreeMap, HashMap};

/// A cache bounded by bytes.
pub(crate) struct Memory {
    limit: u64,
    bytes: u64,
    clock: u64,
    entries: HashMap<Digest, Entry>,
    /// Keys by the time of their last use.
    order: BTreeMap<u64, Digest>,
}

struct Entry {
    values: Values,
    bytes: u64,
    used: u64,
}

impl Memory {
    /// An empty cache of so many bytes.
    pub(crate) fn new(limit: u64) -> Self {
        Self { limit, bytes: 0, clock: 0, entries: HashMap::new(), order: BTreeMap::new() }
    }

    /// The values of a key, if they are still there.
    pub(crate) fn get(&mut self, key: &Digest) -> Option<Values> {
        self.clock += 1;
        let entry = self.entries.get_mut(key)?;
        self.order.remove(&entry.used);
        entry.used = self.clock;
        self.order.insert(entry.used, *key);
        Some(entry.values.clone())
    }

    /// Is the key there?
    pub(crate) fn has(&self, key: &Digest) -> bool {
        self.entries.contains_key(key)
    }

    /// Keeps values, giving up others. What is larger than the whole cache is not kept.
    pub(crate) fn put(&mut self, key: Digest, values: &Values) {
        // An entry has its price even if it holds no pixel.
        let bytes = values.iter().map(toma_stage::Value::bytes).sum::<u64>() + 256;
        if bytes > self.limit || self.entries.contains_key(&key) {
            return;
        }
        while self.bytes + bytes > self.limit {
            let Some((_, oldest)) = self.order.pop_first() else { break };
            if let Some(entry) = self.entries.remove(&oldest) {
                self.bytes -= entry.bytes;
            }
        }
        self.clock += 1;
        self.bytes += bytes;
        self.order.insert(self.clock, key);
        self.entries.insert(key, Entry { values: values.clone(), bytes, used: self.clock });
    }

    /// Gives up everything.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.limit);
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Entries held.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use toma_stage::{Table, Value};

    #[test]
    fn the_least_recently_used_is_given_up_first() {
        let values = |numbers: usize| -> Values {
            let columns = [("x".to_owned(), vec![0.0; numbers])].into();
            Arc::new(vec![Value::Table(Arc::new(Table { columns }))])
        };
        let key = |name: &str| Digest::of(name.as_bytes());
        let mut memory = Memory::new(3000);
        memory.put(key("a"), &values(100));
        memory.put(key("b"), &values(100));
        assert!(memory.get(&key("a")).is_some());
        memory.put(key("c"), &values(100));
        assert!(memory.has(&key("a")) && memory.has(&key("c")) && !memory.has(&key("b")));
        memory.put(key("huge"), &values(1000));
        assert!(!memory.has(&key("huge")) && memory.len() == 2);
        assert!(memory.bytes() <= 3000);
    }
}
