//! Importing users.

#[path = "import/applying.rs"]
mod applying;

use std::sync::Arc;

use vestibule_domain::catalog::CatalogDraft;
use vestibule_domain::import::{
    Import, ImportFailure, ImportOptions, ImportRow, ImportState, RowCounts, RowOutcome, RowResult,
};
use vestibule_domain::letter::LetterContent;
use vestibule_domain::ports::{Clock as _, Imports as _, ResultsWanted, Store};
use vestibule_domain::problem::Problems;
use vestibule_domain::provenance::{Origin, Source};
use vestibule_domain::testing::{FailingStore, Failure, block_on};
use vestibule_domain::usecase::{
    AdminError, BeginImport, DeleteImport, ImportBegun, ImportError, ImportUsers, Reception, SaveCatalog,
    World,
};
use vestibule_domain::user::{CreatedBy, User};

use crate::installation::Installation;
use crate::office::{OPERATOR, office, office_with_ada, slug};

/// The row of a line, of values in the order of the documentation; what is left out is empty.
fn row(line: u32, values: &[&str]) -> ImportRow {
    let mut all = [""; 8];
    all[..values.len()].copy_from_slice(values);
    ImportRow::new(line, all)
}

fn begin(world: World, options: ImportOptions, key: Option<&str>) -> Result<ImportBegun, AdminError> {
    let organization = block_on(world.organization(&slug())).unwrap();
    block_on(BeginImport(world).run(&OPERATOR, &organization, options, key))
}

fn reception(office: &Installation, options: ImportOptions, key: Option<&str>) -> Box<Reception> {
    match begin(office.world(), options, key).unwrap() {
        ImportBegun::New(reception) => reception,
        ImportBegun::Known(import) => panic!("{import:?} is known"),
    }
}

fn received(office: &Installation, options: ImportOptions, rows: &[ImportRow]) -> Import {
    let mut reception = reception(office, options, None);
    for row in rows {
        block_on(reception.take(row.clone())).unwrap();
    }
    block_on(reception.finish()).unwrap()
}

fn results(office: &Installation, import: &Import) -> Vec<RowResult> {
    block_on(office.store.import_results(import.organization_id, import.id, ResultsWanted::after(0, 100_000)))
        .unwrap()
}

fn import_with(
    office: &Installation,
    options: ImportOptions,
    rows: &[ImportRow],
) -> (Import, Vec<RowResult>) {
    let started = received(office, options, rows);
    let import = block_on(ImportUsers(office.world()).finish(started)).unwrap().unwrap();
    assert_eq!(import.state, ImportState::Done);
    let results = results(office, &import);
    assert_eq!(RowCounts::of(&results), import.counts);
    (import, results)
}

/// What becomes of rows, as a dry run says and as it is then.
fn import(office: &Installation, rows: &[ImportRow]) -> Vec<RowResult> {
    let before = office.contents();
    let dry_run = ImportOptions { dry_run: true, ..ImportOptions::default() };
    let (_, foreseen) = import_with(office, dry_run, rows);
    let after = office.contents();
    assert_eq!((&after.users, &after.letters), (&before.users, &before.letters), "a dry run wrote something");
    let (_, results) = import_with(office, ImportOptions::default(), rows);
    let outcomes = |results: &[RowResult]| -> Vec<_> {
        results.iter().map(|result| (result.line, result.outcome, result.faults.clone())).collect()
    };
    assert_eq!(outcomes(&foreseen), outcomes(&results), "a dry run said otherwise");
    results
}

fn outcomes(results: &[RowResult]) -> Vec<RowOutcome> {
    results.iter().map(|result| result.outcome).collect()
}

/// The column and code of each fault.
fn faults(result: &RowResult) -> Vec<(&str, &str)> {
    result.faults.iter().map(|fault| (&*fault.pointer, &*fault.code)).collect()
}

fn users(office: &Installation) -> Vec<User> {
    office.contents().users
}

use RowOutcome::{Created, Refused, Unchanged, Updated};

#[test]
fn a_row_makes_a_user_and_no_mail() {
    let office = office();
    let values =
        [" Bob@acme.example ", "Bob", "Builder", "Zürich", "administrator", "owner", "okta", " 00u1"];
    let results = import(&office, &[row(2, &values)]);
    assert_eq!(outcomes(&results), [Created]);
    let contents = office.contents();
    let [bob] = &contents.users[..] else { panic!("{} users", contents.users.len()) };
    assert_eq!(results[0].user_id, Some(bob.id));
    assert_eq!((bob.created_by, bob.active, bob.version.0), (CreatedBy::Import, true, 1));
    assert_eq!(bob.profile.email.as_str(), "Bob@acme.example");
    assert_eq!(bob.profile.location.as_ref().unwrap().as_str(), "Zürich");
    assert_eq!(bob.profile.assignments.len(), 1);
    assert_eq!(bob.identities[0].name_id.as_str(), "00u1");
    assert_eq!(bob.provenance.email.as_ref().unwrap().source, Source::Import);
    assert_eq!(contents.letters, []);
}

#[test]
fn who_is_created_is_welcomed_where_that_is_asked_for() {
    let office = office_with_ada();
    let options = ImportOptions { welcome: true, ..ImportOptions::default() };
    let rows = [row(2, &["ada@acme.example", "Adah"]), row(3, &["bob@acme.example", "Bob", "Builder"])];
    import_with(&office, ImportOptions { dry_run: true, ..options }, &rows);
    assert_eq!(office.contents().letters, []);
    import_with(&office, options, &rows);
    let letters = office.contents().letters;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].to.as_str(), "bob@acme.example");
    let LetterContent::Welcome { about } = &letters[0].content else { panic!("no welcome") };
    assert_eq!((about.first_name.as_str(), &about.organization), ("Bob", &slug()));
}

#[test]
fn an_existing_user_gets_what_is_said_and_loses_nothing() {
    let office = office_with_ada();
    let before = users(&office).remove(0);
    let nothing = import(&office, &[row(2, &["ADA@acme.example"])]);
    assert_eq!((outcomes(&nothing), nothing[0].user_id), (vec![Unchanged], Some(before.id)));
    assert_eq!(users(&office), std::slice::from_ref(&before));

    office.add_connection("entra", |connection| connection.identity_provider = None);
    let rows = [
        row(2, &["ADA@acme.example", "", "Lovelace", "Zürich", "employee", "manager"]),
        row(3, &["ada@acme.example", "", "", "", "contractor", "visitor", "entra", "ada"]),
        row(4, &["ada@acme.example", "", "Lovelace", "", "employee", "manager", "okta", "ada@acme.example"]),
    ];
    assert_eq!(outcomes(&import(&office, &rows)), [Updated, Updated, Unchanged]);
    let after = users(&office).remove(0);
    assert_eq!(after.profile.email, before.profile.email);
    assert_eq!(after.profile.first_name, before.profile.first_name);
    assert_eq!(after.profile.last_name.as_str(), "Lovelace");
    let held: Vec<_> = after.profile.assignments.iter().map(|(t, r)| (t.as_str(), r.as_str())).collect();
    assert_eq!(held, [("contractor", "visitor"), ("employee", "manager")]);
    assert_eq!(after.identities.len(), 2);
    let source = |origin: &Option<Origin>| origin.as_ref().map(|origin| origin.source.clone());
    assert_eq!(source(&after.provenance.last_name), Some(Source::Import));
    assert_eq!(after.provenance.first_name, before.provenance.first_name);
    assert_eq!((after.version, after.created_by), (before.version.next(), before.created_by));
    assert_eq!(outcomes(&import(&office, &rows)), [Unchanged; 3]);
}

#[test]
fn a_deactivated_user_is_changed_and_stays_so() {
    let office = office();
    office.knows(&User { active: false, ..office.acme.user("ada@acme.example") });
    assert_eq!(outcomes(&import(&office, &[row(2, &["ada@acme.example", "Ada"])])), [Updated]);
    assert!(!users(&office)[0].active);
}

#[test]
fn every_fault_of_a_row_is_named_and_the_others_are_done() {
    let office = office_with_ada();
    let rows = [
        row(2, &["", "Bob", "Builder"]),
        row(3, &["bob", "B\u{202E}b", " ", "Atlantis", "pilot", "clerk", "ping", "\u{200B}"]),
        row(4, &["cid@acme.example", "Cid", "Cipher", "berlin", "employee", "Clerk", "okta", ""]),
        row(5, &["dan@acme.example", "Dan", "Dare", "", "employee", "", "", "dan"]),
        row(6, &["eve@acme.example", "Eve", "Evans", "", "", "clerk", "okta", "ada@acme.example"]),
        row(7, &["fay@acme.example", "", "Fox"]),
        row(8, &["ada@acme.example", "", "", "", "", "", "okta", "another"]),
        row(9, &["gus@acme.example", "Gus", "Green"]),
    ];
    let results = import(&office, &rows);
    let (unknown, connection) = ("invalid_user_type_or_role", "connection_not_found");
    let expected: [&[(&str, &str)]; 8] = [
        &[("/email", "required")],
        &[
            ("/email", "invalid"),
            ("/first_name", "invalid"),
            ("/location", "unknown_location"),
            ("/user_type", unknown),
            ("/connection", connection),
            ("/name_id", "invalid"),
        ],
        &[("/location", "unknown_location"), ("/role", unknown), ("/name_id", "required")],
        &[("/role", "required"), ("/connection", "required")],
        &[("/user_type", "required")],
        &[("/first_name", "required")],
        &[("/name_id", "name_id_in_use")],
        &[],
    ];
    assert_eq!(results.iter().map(faults).collect::<Vec<_>>(), expected);
    assert_eq!(outcomes(&results), [[Refused; 7].as_slice(), &[Created]].concat());
    let taken =
        import(&office, &[row(2, &["eve@acme.example", "E", "E", "", "", "", "okta", "ada@acme.example"])]);
    assert_eq!(faults(&taken[0]), [("/name_id", "name_id_in_use")]);
    let said: String =
        results.iter().flat_map(|result| &result.faults).map(|fault| &*fault.message).collect();
    assert!(!said.contains("Bob") && !said.contains("acme"), "a message names a person: {said}");
}

#[test]
fn a_row_with_a_fault_does_not_refuse_the_persons_others() {
    let office = office();
    let rows = [
        row(2, &["bob@acme.example", "Bob", "Builder", "", "employee", "king"]),
        row(3, &["bob@acme.example", "Bob", "Builder", "", "contractor", "visitor"]),
        row(4, &["cid@acme.example", "Cid", "Cipher", "Atlantis"]),
        row(5, &["cid@acme.example", "", "", "Berlin"]),
        row(6, &["dan@acme.example"]),
        row(7, &["dan@acme.example", "Dan", "Dare"]),
    ];
    let results = import(&office, &rows);
    assert_eq!(outcomes(&results), [Refused, Created, Refused, Refused, Created, Unchanged]);
    // The name of a row that is refused is not taken.
    assert_eq!(faults(&results[2]), [("/location", "unknown_location")]);
    assert_eq!(faults(&results[3]), [("/first_name", "required"), ("/last_name", "required")]);
    office.add_connection("entra", |connection| connection.identity_provider = None);
    office.knows(&office.acme.user("eve@acme.example"));
    let rows = [
        row(2, &["fay@acme.example", "Fay", "Fox", "", "", "", "okta", "eve@acme.example"]),
        row(3, &["fay@acme.example", "", "Fox", "", "", "", "entra", "fay"]),
    ];
    let results = import(&office, &rows);
    assert_eq!(faults(&results[0]), [("/name_id", "name_id_in_use")]);
    assert_eq!(faults(&results[1]), [("/first_name", "required")]);
    assert_eq!(users(&office).len(), 3);
}

#[test]
fn rows_that_contradict_each_other_are_refused_by_their_lines() {
    let office = office_with_ada();
    let contradict = |column: usize, one: &'static str, other: &'static str| {
        let mut values = ["ada@acme.example", "", "", "", "employee", "clerk", "okta", "ada@acme.example"];
        values[column] = one;
        let first = row(2, &values);
        values[column] = other;
        [first, row(3, &["ada@acme.example"]), row(9, &values)]
    };
    let cases = [
        ("/first_name", contradict(1, "Ada", "ada")),
        ("/last_name", contradict(2, "Lovelace", "Byron")),
        ("/location", contradict(3, "Berlin", "Zürich")),
        ("/role", contradict(5, "clerk", "manager")),
        ("/name_id", contradict(7, "ada@acme.example", "ada")),
    ];
    for (column, rows) in cases {
        let results = import(&office, &rows);
        assert_eq!(outcomes(&results), [Refused; 3], "{column}");
        for result in results {
            assert_eq!((&*result.faults[0].pointer, &*result.faults[0].code), (column, "contradictory"));
            assert_eq!(result.faults[0].message, "the lines 2 and 9 say different things of one person");
        }
    }
}

#[test]
fn an_identity_that_a_table_gives_to_two_people_is_given_to_none() {
    let office = office();
    let rows = [
        row(2, &["bob@acme.example", "Bob", "Builder", "", "", "", "okta", "same"]),
        row(3, &["cid@acme.example", "Cid", "Cipher", "", "", "", "okta", "same"]),
        row(4, &["bob@acme.example", "Bob", "Builder"]),
    ];
    let results = import(&office, &rows);
    assert_eq!(outcomes(&results), [Refused, Refused, Created]);
    assert_eq!(results[0].faults[0].message, "the line 3 gives this NameID to somebody else");
    assert_eq!(faults(&results[1]), [("/name_id", "contradictory")]);
}

#[test]
fn a_person_has_a_bounded_number_of_rows() {
    let office = office();
    let crowd = (0..600).map(|index| row(2 + index, &["bob@acme.example", "Bob", "Builder"]));
    let others = (0..600).map(|index| row(700 + index, &[&format!("u{index}@acme.example"), "U", "Ser"]));
    let rows: Vec<_> = crowd.chain(others).collect();
    let results = import(&office, &rows);
    assert!(results[..600].iter().all(|result| faults(result) == [("/email", "too_many")]));
    assert!(results[600..].iter().all(|result| result.outcome == Created));
    let rows: Vec<_> = (0..200).map(|index| row(2 + index, &["cid@acme.example", "Cid", "Cipher"])).collect();
    assert_eq!(outcomes(&import(&office, &rows))[..2], [Created, Unchanged]);
}

#[test]
fn an_import_is_told_once_with_its_counts() {
    let office = office();
    let rows = [row(2, &["bob@acme.example", "Bob", "Builder"]), row(3, &["nobody"])];
    let before = office.contents().audit.len();
    let (import, _) = import_with(&office, ImportOptions::default(), &rows);
    let audit = office.contents().audit;
    assert_eq!(audit.len(), before + 1);
    assert_eq!(office.last_audit(), ("users.imported", import.id.to_string()));
    let event = audit.last().unwrap();
    assert_eq!(event.actor, OPERATOR);
    let after = event.after.as_ref().unwrap();
    assert_eq!(after["rows_total"], 2);
    assert_eq!(
        after["counts"],
        serde_json::json!({"created": 1, "updated": 0, "unchanged": 0, "refused": 1, "unforeseen": 0})
    );
    assert!(!after.to_string().contains("acme"), "{after}");
}

#[test]
fn an_organization_has_one_import_at_a_time() {
    let office = office();
    let first = received(&office, ImportOptions::default(), &[row(2, &["bob@acme.example", "B", "B"])]);
    let second = begin(office.world(), ImportOptions::default(), None);
    assert!(matches!(second, Err(AdminError::Import(ImportError::Busy(id))) if id == first.id));
    block_on(DeleteImport(office.world()).run(&OPERATOR, &slug(), first.id)).unwrap();
    assert_eq!(office.last_audit().0, "import.cancelled");
    let ended = block_on(ImportUsers(office.world()).finish(first.clone())).unwrap().unwrap();
    assert_eq!(ended.state, ImportState::Cancelled);
    assert_eq!(users(&office), []);
    import(&office, &[row(2, &["bob@acme.example", "B", "B"])]);
    block_on(DeleteImport(office.world()).run(&OPERATOR, &slug(), first.id)).unwrap();
    assert_eq!(office.last_audit().0, "import.removed");
    let gone = block_on(DeleteImport(office.world()).run(&OPERATOR, &slug(), first.id));
    assert!(matches!(gone, Err(AdminError::NotFound("import"))));
}

#[test]
fn a_key_is_in_use_while_its_table_arrives_and_known_afterwards() {
    let office = office();
    let options = ImportOptions::default();
    let mut first = reception(&office, options, Some("key"));
    block_on(first.arrived(b"table")).unwrap();
    let again = begin(office.world(), options, Some("key"));
    assert!(matches!(again, Err(AdminError::Import(ImportError::KeyInUse))));
    let import = block_on(first.finish()).unwrap();
    let Ok(ImportBegun::Known(known)) = begin(office.world(), options, Some("key")) else { panic!() };
    assert_eq!(known.id, import.id);
    let other = begin(office.world(), options, Some("other key"));
    assert!(matches!(other, Err(AdminError::Import(ImportError::Busy(_)))));
}

#[test]
fn a_table_that_is_abandoned_or_stopped_leaves_nothing() {
    let office = office();
    let mut table = reception(&office, ImportOptions::default(), None);
    for line in 2..2_000 {
        block_on(table.take(row(line, &[&format!("u{line}@acme.example"), "U", "Ser"]))).unwrap();
    }
    block_on(table.refuse(2_000, Problems::default())).unwrap();
    assert_eq!(table.rows(), 1_999);
    block_on(table.abandon()).unwrap();
    let table = reception(&office, ImportOptions::default(), None);
    let all = vestibule_domain::ports::Page { after: None, limit: 10 };
    let store = &office.store;
    let seen = block_on(store.imports(office.acme.organization.id, all, office.clock.now())).unwrap().items;
    assert_eq!(seen.len(), 1);
    block_on(DeleteImport(office.world()).run(&OPERATOR, &slug(), seen[0].id)).unwrap();
    assert!(matches!(block_on(table.finish()), Err(AdminError::Import(ImportError::Stopped))));
    assert_eq!(users(&office), []);
}

/// A table of many people, some of whom have faults.
fn many() -> Vec<ImportRow> {
    let row = |line: u32| match line % 10 {
        0 => row(line, &["nobody", "N", "N"]),
        1 => row(line, &[&format!("u{}@acme.example", line - 1), "", "", "", "contractor", "visitor"]),
        _ => row(line, &[&format!("u{line}@acme.example"), "U", "Ser", "Berlin", "employee", "clerk"]),
    };
    (2..1_200).map(row).collect()
}

#[test]
fn whoever_goes_on_does_nothing_twice() {
    let office = office();
    let rows = many();
    let expected = {
        let other = self::office();
        import_with(&other, ImportOptions::default(), &rows);
        users(&other).len()
    };
    let started = received(&office, ImportOptions::default(), &rows);
    for nth in [3, 8, 13, 6] {
        // The process that has it dies at some call.
        let failing: Arc<dyn Store> =
            Arc::new(FailingStore::from(office.store.clone(), nth, Failure::Unavailable));
        office.clock.advance(chrono::Duration::minutes(2));
        assert!(block_on(ImportUsers(office.world_on(failing)).run(100)).is_err(), "{nth}");
    }
    // And the first one, which was slow, has lost it.
    let found = block_on(ImportUsers(office.world()).finish(started.clone())).unwrap().unwrap();
    assert_eq!(found.state, ImportState::Running);
    office.clock.advance(chrono::Duration::minutes(2));
    let mut turns = 0;
    while block_on(ImportUsers(office.world()).run(1)).unwrap() {
        turns += 1;
    }
    assert!(turns > 1, "the rest took a step");
    let now = office.clock.now();
    let ended = block_on(office.store.import(started.organization_id, started.id, now)).unwrap().unwrap();
    assert_eq!((ended.state, ended.counts.all()), (ImportState::Done, ended.rows_total));
    assert_eq!(results(&office, &ended).len(), rows.len());
    assert_eq!(users(&office).len(), expected);
    assert!(users(&office).iter().all(|user| user.version.0 == 1), "somebody was written twice");
    let imported = office.contents().audit.into_iter().filter(|event| event.action == "users.imported");
    assert_eq!(imported.count(), 1);
}

#[test]
fn somebody_who_is_faster_is_looked_at_again() {
    let office = office();
    let started = received(&office, ImportOptions::default(), &many());
    let mut failed = 0;
    for nth in 1..=12 {
        let failing = Arc::new(FailingStore::at(office.store.clone(), nth, Failure::Conflict));
        let world = office.world_on(failing);
        office.clock.advance(chrono::Duration::minutes(2));
        match block_on(ImportUsers(world).run(1)) {
            Ok(_) => {}
            Err(_) => failed += 1,
        }
    }
    assert!(failed <= 3, "a conflict of the reads before a step ends the turn, and no other");
    office.clock.advance(chrono::Duration::minutes(2));
    while block_on(ImportUsers(office.world()).run(10)).unwrap() {}
    let now = office.clock.now();
    let ended = block_on(office.store.import(started.organization_id, started.id, now)).unwrap().unwrap();
    assert_eq!((ended.state, ended.counts.all()), (ImportState::Done, ended.rows_total));
}

#[test]
fn an_import_that_meets_a_row_that_makes_no_sense_fails() {
    let office = office();
    let started = received(&office, ImportOptions::default(), &[row(2, &["bob@acme.example", "B", "B"])]);
    let failing = Arc::new(FailingStore::at(office.store.clone(), 2, Failure::Corrupt));
    let ended = block_on(ImportUsers(office.world_on(failing)).finish(started)).unwrap().unwrap();
    assert_eq!((ended.state, ended.failure), (ImportState::Failed, Some(ImportFailure::StoredRowUnreadable)));
    assert_eq!(office.last_audit().0, "users.imported");
    import(&office, &[row(2, &["bob@acme.example", "B", "B"])]);
}

#[test]
fn values_are_checked_against_the_catalog_of_when_they_are_written() {
    let office = office();
    let values = ["bob@acme.example", "Bob", "Builder", "", "contractor", "visitor"];
    let started = received(&office, ImportOptions::default(), &[row(2, &values)]);
    office.set(|settings| {
        settings.allow_automatic_registration = false;
        settings.defaults = vestibule_domain::settings::DefaultsDraft::default();
        settings.value_translations.clear();
    });
    block_on(SaveCatalog(office.world()).run(&OPERATOR, &slug(), None, &CatalogDraft::default())).unwrap();
    let ended = block_on(ImportUsers(office.world()).finish(started)).unwrap().unwrap();
    assert_eq!(faults(&results(&office, &ended)[0]), [("/user_type", "invalid_user_type_or_role")]);
    assert_eq!(users(&office), []);
}

#[test]
fn nothing_that_is_logged_of_a_row_names_a_person() {
    let shown = format!("{:?}", row(7, &["ada@acme.example", "Ada", "Lovelace"]));
    assert_eq!(shown, "ImportRow(line 7)");
    let place = row(7, &["ada@acme.example"]).place();
    assert_eq!(format!("{place:?}"), "ImportCursor(line 7)");
}
