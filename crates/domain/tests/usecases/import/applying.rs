//! Applying a dry run.

use std::sync::Arc;

use chrono::Duration;
use vestibule_domain::ids::ImportId;
use vestibule_domain::import::{Import, ImportOptions, ImportRow, ImportState, RowCounts};
use vestibule_domain::ports::{Actor, Clock as _, Imports as _, Store};
use vestibule_domain::testing::{FailingStore, Failure, block_on};
use vestibule_domain::usecase::{
    AdminError, ApplyImport, DeleteImport, ImportError, ImportUsers, SaveCatalog, World,
};

use super::{Created, Refused, Unchanged, Updated};
use super::{faults, import, import_with, many, outcomes, received, results, row, users};
use crate::installation::Installation;
use crate::office::{OPERATOR, office, office_with_ada, slug};

const TRIED: ImportOptions = ImportOptions { dry_run: true, welcome: true };

fn apply_in(world: World, id: ImportId) -> Result<Import, AdminError> {
    block_on(ApplyImport(world).run(&Actor::CommandLine, &slug(), id))
}

/// Why it cannot be applied.
fn refusal(office: &Installation, import: &Import) -> ImportError {
    match apply_in(office.world(), import.id) {
        Err(AdminError::Import(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// Applies a dry run, and works it off.
fn applied(office: &Installation, import: &Import) -> Import {
    let running = apply_in(office.world(), import.id).unwrap();
    block_on(ImportUsers(office.world()).finish(running)).unwrap().unwrap()
}

fn stored(office: &Installation, import: &Import) -> Import {
    let now = office.clock.now();
    block_on(office.store.import(import.organization_id, import.id, now)).unwrap().unwrap()
}

fn bob() -> ImportRow {
    row(2, &["bob@acme.example", "Bob", "Builder"])
}

#[test]
fn a_dry_run_that_is_applied_does_what_it_had_said() {
    let office = office_with_ada();
    let rows = [bob(), row(3, &["ada@acme.example", "Adah"]), row(4, &["nobody"])];
    let (tried, said) = import_with(&office, TRIED, &rows);
    assert_eq!(tried.applicable_until, tried.ended_at.map(|ended| ended + Duration::hours(24)));
    let told = office.contents().audit.len();
    let done = applied(&office, &tried);
    assert_eq!((done.id, done.state), (tried.id, ImportState::Done));
    assert_eq!((done.options.dry_run, done.options.welcome), (false, true));
    assert_eq!((done.counts, done.applicable_until), (tried.counts, None));
    assert_eq!(done.applied_at, Some(office.clock.now()));
    let after = results(&office, &done);
    assert_eq!(outcomes(&after), outcomes(&said));
    assert!(after.iter().all(|result| result.foreseen.is_none()));
    assert_eq!(users(&office).len(), 2);
    assert_eq!(office.contents().letters.len(), 1, "somebody is welcomed");
    let audit = office.contents().audit;
    assert_eq!(audit.len(), told + 1, "it is one event");
    assert_eq!(office.last_audit(), ("users.imported", tried.id.to_string()));
    assert_eq!(audit.last().unwrap().actor, Actor::CommandLine);
    assert_eq!(audit.last().unwrap().after.as_ref().unwrap()["dry_run"], false);
}

#[test]
fn what_changed_since_the_dry_run_is_decided_anew_and_told() {
    let office = office_with_ada();
    let rows = [
        bob(),
        row(3, &["cid@acme.example", "Cid", "Cipher", "", "contractor", "visitor"]),
        row(4, &["ada@acme.example", "Adah"]),
        row(5, &["dan@acme.example", "", "Dare"]),
        row(6, &["eve@acme.example", "Eve", "Evans", "Atlantis"]),
    ];
    let (tried, said) = import_with(&office, TRIED, &rows);
    assert_eq!(outcomes(&said), [Created, Created, Updated, Refused, Refused]);
    import(&office, &[bob(), row(3, &["dan@acme.example", "Dan", "D"])]);
    office.set(|settings| {
        settings.allow_automatic_registration = false;
        settings.defaults = vestibule_domain::settings::DefaultsDraft::default();
        settings.value_translations.clear();
    });
    let atlantis = crate::catalog::draft(&office, |catalog| {
        catalog.user_types.retain(|user_type| user_type.key != "contractor");
        catalog.locations.push("Atlantis".to_owned());
    });
    block_on(SaveCatalog(office.world()).run(&OPERATOR, &slug(), None, &atlantis)).unwrap();

    let done = applied(&office, &tried);
    let after = results(&office, &done);
    assert_eq!(outcomes(&after), [Unchanged, Refused, Updated, Updated, Refused]);
    let foreseen: Vec<_> = after.iter().map(|result| result.foreseen).collect();
    assert_eq!(foreseen, [Some(Created), Some(Created), None, Some(Refused), None]);
    assert_eq!(faults(&after[1]), [("/user_type", "invalid_user_type_or_role")]);
    assert_eq!(faults(&after[3]), []);
    // What was refused when it arrived is not kept, and stays refused.
    assert_eq!(faults(&after[4]), [("/location", "unknown_location")]);
    assert_eq!(done.counts, RowCounts { updated: 2, unchanged: 1, refused: 2, unforeseen: 3, created: 0 });
    assert_eq!(RowCounts::of(&after), done.counts);
    assert_eq!(done.counts.all(), done.rows_total);
}

#[test]
fn a_dry_run_is_applied_once() {
    let office = office();
    let (tried, _) = import_with(&office, TRIED, &[bob()]);
    let running = apply_in(office.world(), tried.id).unwrap();
    assert_eq!(refusal(&office, &tried), ImportError::NotApplicable);
    block_on(ImportUsers(office.world()).finish(running)).unwrap();
    assert_eq!(refusal(&office, &tried), ImportError::NotApplicable);
    assert!(matches!(apply_in(office.world(), office.world().id()), Err(AdminError::NotFound("import"))));
    // Of two at once the one who comes later is told the same.
    let (again, _) = import_with(&office, TRIED, &[row(2, &["cid@acme.example", "Cid", "Cipher"])]);
    let late = FailingStore::at(office.store.clone(), 3, Failure::Conflict);
    assert_eq!(apply_in(office.world_on(Arc::new(late)), again.id).unwrap().id, again.id);
}

#[test]
fn only_a_dry_run_with_something_to_do_can_be_applied_and_for_a_day() {
    let office = office_with_ada();
    let refused = [row(2, &["nobody"]), row(3, &["ada@acme.example"])];
    let (nothing, _) = import_with(&office, TRIED, &refused);
    assert_eq!(nothing.applicable_until, None);
    assert_eq!(refusal(&office, &nothing), ImportError::NotApplicable);
    let (real, _) = import_with(&office, ImportOptions::default(), &[bob()]);
    assert_eq!(refusal(&office, &real), ImportError::NotApplicable);

    let cid = row(2, &["cid@acme.example", "Cid", "Cipher"]);
    let (tried, _) = import_with(&office, TRIED, std::slice::from_ref(&cid));
    let running = received(&office, TRIED, &[cid]);
    assert_eq!(refusal(&office, &running), ImportError::NotApplicable);
    assert_eq!(refusal(&office, &tried), ImportError::Busy(running.id));
    block_on(DeleteImport(office.world()).run(&OPERATOR, &slug(), running.id)).unwrap();
    assert_eq!(stored(&office, &running).applicable_until, None, "it was stopped");
    office.clock.advance(Duration::hours(24));
    assert_eq!(refusal(&office, &tried), ImportError::NotApplicable);
}

#[test]
fn whoever_goes_on_with_an_application_does_nothing_twice() {
    let office = office();
    let (tried, said) = import_with(&office, ImportOptions { welcome: false, ..TRIED }, &many());
    apply_in(office.world(), tried.id).unwrap();
    for nth in [4, 9, 14, 6] {
        let failing: Arc<dyn Store> =
            Arc::new(FailingStore::from(office.store.clone(), nth, Failure::Unavailable));
        office.clock.advance(Duration::minutes(2));
        assert!(block_on(ImportUsers(office.world_on(failing)).run(100)).is_err(), "{nth}");
    }
    office.clock.advance(Duration::minutes(2));
    while block_on(ImportUsers(office.world()).run(1)).unwrap() {}
    let done = stored(&office, &tried);
    assert_eq!((done.state, done.counts), (ImportState::Done, tried.counts));
    assert_eq!(outcomes(&results(&office, &done)), outcomes(&said));
    assert!(users(&office).iter().all(|user| user.version.0 == 1), "somebody was written twice");
}
