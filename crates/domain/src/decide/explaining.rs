//! The explanation while it is written.

use std::collections::BTreeMap;

use crate::explanation::{Entry, Topic};

/// One entry a topic: whichever rule speaks last of a topic has decided it.
pub(super) struct Explanation(BTreeMap<Topic, Entry>);

impl Explanation {
    pub(super) fn starting_with(entries: Vec<Entry>) -> Self {
        Self(entries.into_iter().map(|entry| (entry.field, entry)).collect())
    }

    pub(super) fn say(&mut self, entry: Entry) {
        self.0.insert(entry.field, entry);
    }

    pub(super) fn into_entries(self) -> Vec<Entry> {
        self.0.into_values().collect()
    }
}
