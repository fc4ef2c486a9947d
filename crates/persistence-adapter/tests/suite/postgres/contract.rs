//! Every clause in a schema of its own.

use vestibule_domain::testing::contract::Clause;

use super::on_a_new_schema;

fn on_a_new_database(clause: Clause) {
    on_a_new_schema(async |schema| {
        let database = schema.open().await;
        clause(database.store()).await;
        database.close().await;
    });
}

vestibule_domain::store_contract!(on_a_new_database);
