//! The store in memory keeps the contract, and the contract has no clause that nobody runs.

use std::sync::Arc;

use vestibule_domain::testing::contract::Clause;
use vestibule_domain::testing::{MemoryStore, block_on};

fn on_memory(clause: Clause) {
    block_on(clause(Arc::new(MemoryStore::default())));
}

vestibule_domain::store_contract!(on_memory);
