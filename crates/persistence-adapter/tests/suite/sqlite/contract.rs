//! Every clause on a file of its own.

use vestibule_domain::testing::contract::Clause;

use super::{File, block_on};

fn on_a_new_file(clause: Clause) {
    block_on(async {
        let file = File::new();
        let database = file.open().await;
        clause(database.store()).await;
        database.close().await;
    });
}

vestibule_domain::store_contract!(on_a_new_file);
