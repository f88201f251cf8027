//! What is in memory while a turn is under way: changed at once, so that the rest of the turn sees
//! it, and put back if the turn's transaction fails.
//!
//! Rooms keep in these what the history holds too. What only memory holds, and what is found again
//! by itself, needs none of it.

use std::collections::BTreeMap;

/// A value that can be put back.
#[derive(Debug)]
pub(crate) struct Staged<T> {
    value: T,
    before: Option<T>,
}

impl<T> Staged<T> {
    /// A value as it stands in the history.
    pub(crate) const fn new(value: T) -> Self {
        Self {
            value,
            before: None,
        }
    }

    /// The value as the turn under way has it.
    pub(crate) const fn get(&self) -> &T {
        &self.value
    }

    /// Changes it until the turn ends.
    pub(crate) fn set(&mut self, value: T) {
        let before = std::mem::replace(&mut self.value, value);
        self.before.get_or_insert(before);
    }

    /// The turn stands in the history.
    pub(crate) fn commit(&mut self) {
        self.before = None;
    }

    /// The turn has not happened.
    pub(crate) fn rollback(&mut self) {
        if let Some(before) = self.before.take() {
            self.value = before;
        }
    }
}

/// A map whose changes can be put back.
#[derive(Debug)]
pub(crate) struct StagedMap<K, V> {
    values: BTreeMap<K, V>,
    before: BTreeMap<K, Option<V>>,
}

impl<K, V> Default for StagedMap<K, V> {
    fn default() -> Self {
        Self {
            values: BTreeMap::new(),
            before: BTreeMap::new(),
        }
    }
}

impl<K: Ord + Clone, V: Clone> StagedMap<K, V> {
    /// The value of a key.
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.values.get(key)
    }

    /// Gives a key a value, or none.
    pub(crate) fn set(&mut self, key: K, value: Option<V>) {
        let before = match value {
            Some(value) => self.values.insert(key.clone(), value),
            None => self.values.remove(&key),
        };
        self.before.entry(key).or_insert(before);
    }

    /// All keys with their values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.values.iter()
    }

    /// The turn stands in the history.
    pub(crate) fn commit(&mut self) {
        self.before.clear();
    }

    /// The turn has not happened.
    pub(crate) fn rollback(&mut self) {
        for (key, before) in std::mem::take(&mut self.before) {
            match before {
                Some(value) => self.values.insert(key, value),
                None => self.values.remove(&key),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_value_is_put_back_to_what_it_was_before_the_turn() {
        let mut value = Staged::new(1);
        value.set(2);
        value.set(3);
        assert_eq!(*value.get(), 3);
        value.rollback();
        assert_eq!(*value.get(), 1);
        value.set(4);
        value.commit();
        value.rollback();
        assert_eq!(*value.get(), 4);
    }

    proptest! {
        #[test]
        fn a_map_is_what_the_turns_made_that_were_committed(
            turns in proptest::collection::vec(
                (any::<bool>(), proptest::collection::vec((0u8..6, proptest::option::of(0u8..9)), 0..8)),
                0..20,
            )
        ) {
            let (mut map, mut model) = (StagedMap::default(), BTreeMap::new());
            for (commits, changes) in turns {
                let mut after = model.clone();
                for (key, value) in changes {
                    map.set(key, value);
                    match value {
                        Some(value) => after.insert(key, value),
                        None => after.remove(&key),
                    };
                    prop_assert_eq!(map.get(&key), after.get(&key));
                }
                if commits {
                    map.commit();
                    model = after;
                } else {
                    map.rollback();
                }
                prop_assert!(map.iter().eq(model.iter()));
            }
        }
    }
}
