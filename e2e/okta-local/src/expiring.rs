//! A map whose entries have an end, so that what nobody comes back for does not stay for ever.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

use okta_types::UnixTime;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Below this many entries nothing is swept.
const SMALL: usize = 1024;

/// Entries are gone for readers at their end; their memory is freed when the map has doubled.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound = "K: Eq + Hash + Serialize + DeserializeOwned, V: Serialize + DeserializeOwned")]
pub(crate) struct ExpiringMap<K, V> {
    entries: HashMap<K, (UnixTime, V)>,
    sweep_at: usize,
}

impl<K, V> Default for ExpiringMap<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), sweep_at: SMALL }
    }
}

impl<K: Eq + Hash, V> ExpiringMap<K, V> {
    /// Adds or replaces an entry that is there until `end`.
    pub(crate) fn insert(&mut self, key: K, value: V, end: UnixTime, now: UnixTime) {
        if self.entries.len() >= self.sweep_at {
            self.entries.retain(|_, (end, _)| now < *end);
            self.sweep_at = SMALL.max(2 * self.entries.len());
        }
        self.entries.insert(key, (end, value));
    }

    /// The entry, if it is there at this time.
    pub(crate) fn get_mut<Q: Eq + Hash + ?Sized>(&mut self, key: &Q, now: UnixTime) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.entries.get_mut(key).filter(|(end, _)| now < *end).map(|(_, value)| value)
    }

    /// Moves the end of an entry.
    pub(crate) fn prolong<Q: Eq + Hash + ?Sized>(&mut self, key: &Q, until: UnixTime)
    where
        K: Borrow<Q>,
    {
        if let Some((end, _)) = self.entries.get_mut(key) {
            *end = until;
        }
    }

    /// Moves the end of all such entries.
    pub(crate) fn prolong_where(&mut self, chosen: impl Fn(&V) -> bool, until: UnixTime) {
        self.entries.values_mut().filter(|(_, value)| chosen(value)).for_each(|(end, _)| *end = until);
    }

    /// All that is there at this time.
    pub(crate) fn values(&self, now: UnixTime) -> impl Iterator<Item = &V> {
        self.entries.values().filter(move |(end, _)| now < *end).map(|(_, value)| value)
    }

    /// Takes the entry out.
    pub(crate) fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q, now: UnixTime) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.entries.remove(key).filter(|(end, _)| now < *end).map(|(_, value)| value)
    }

    /// Takes out all that are not to be kept, and says how many.
    pub(crate) fn retain(&mut self, keep: impl Fn(&V) -> bool) -> usize {
        let before = self.entries.len();
        self.entries.retain(|_, (_, value)| keep(value));
        before - self.entries.len()
    }

    /// How many are kept, those at their end too.
    pub(crate) fn count(&self) -> usize {
        self.entries.len()
    }

    /// Removes every entry.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_gone_at_its_end() {
        let mut map = ExpiringMap::default();
        map.insert("a", 1, UnixTime(10), UnixTime(0));
        assert_eq!(map.get_mut("a", UnixTime(9)), Some(&mut 1));
        assert_eq!(map.get_mut("a", UnixTime(10)), None);
        map.prolong("a", UnixTime(20));
        assert_eq!(map.remove("a", UnixTime(10)), Some(1));
        assert_eq!(map.get_mut("a", UnixTime(0)), None);
    }

    #[test]
    fn memory_is_bounded_by_what_is_alive() {
        let mut map = ExpiringMap::default();
        for second in 0..100_000 {
            map.insert(second, (), UnixTime(second + 10), UnixTime(second));
        }
        assert!(map.entries.len() <= SMALL + 10, "{}", map.entries.len());
    }
}
