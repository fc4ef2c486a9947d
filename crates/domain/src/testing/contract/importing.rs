//! Imports: tables that are received and worked off.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

use super::super::future::together;
use super::fixture::*;
use crate::ids::{ImportId, Version};
use crate::import::{
    Import, ImportCursor, ImportFailure, ImportOptions, ImportRow, ImportState, RowCounts, RowFault,
    RowOutcome, RowResult,
};
use crate::ports::{
    Actor, BegunImport, KeyRole, Origin, Page, ResultsFrom::After, ResultsFrom::Before, ResultsWanted,
    RowsWanted, SettledPeople, Store, UserFilter,
};
use crate::user::{CreatedBy, Identity, User};

/// An import that nobody has begun yet.
pub(super) fn new_import(acme: &Acme) -> Import {
    Import {
        id: id(),
        organization_id: acme.organization.id,
        actor: Actor::ApiKey {
            id: id(),
            name: None,
            role: KeyRole::OrganizationAdmin(acme.organization.id),
            origin: Origin { address: Some([192, 0, 2, 7].into()), request_id: Some("r \"1\"".to_owned()) },
        },
        options: ImportOptions { dry_run: false, welcome: true },
        idempotency: Some(token()),
        digest: None,
        state: ImportState::Receiving,
        failure: None,
        rows_total: 0,
        refused_on_arrival: 0,
        counts: RowCounts::default(),
        cursor: ImportCursor::default(),
        attempt: 0,
        created_at: then(),
        ended_at: None,
        applicable_until: None,
        applied_at: None,
    }
}

pub(super) fn row(line: u32, email: &str, name_id: &str) -> ImportRow {
    let connection = if name_id.is_empty() { "" } else { "okta" };
    ImportRow::new(line, [email, "Zoë", "O’Brien", "Zürich", "employee", "clerk", connection, name_id])
}

pub(super) fn refused(line: u32) -> RowResult {
    let fault = RowFault {
        pointer: "/email".to_owned(),
        code: "invalid".to_owned(),
        message: "must be “an address”\n".to_owned(),
    };
    RowResult { line, outcome: RowOutcome::Refused, foreseen: None, user_id: None, faults: vec![fault] }
}

fn made(line: u32, user: &User) -> RowResult {
    RowResult {
        line,
        outcome: RowOutcome::Created,
        foreseen: None,
        user_id: Some(user.id),
        faults: Vec::new(),
    }
}

/// An import that has received this table, and is its receiver's to work off until `later(60)`.
async fn started(store: &Arc<dyn Store>, acme: &Acme, rows: &[ImportRow], results: &[RowResult]) -> Import {
    started_as(store, new_import(acme), rows, results).await
}

/// The same, of this import.
pub(super) async fn started_as(
    store: &Arc<dyn Store>,
    import: Import,
    rows: &[ImportRow],
    results: &[RowResult],
) -> Import {
    assert_eq!(store.begin_import(&import, later(60)).await.unwrap(), BegunImport::New);
    store.receive_rows(&import, rows, results, later(60)).await.unwrap();
    store.start_import(&import, "0abc", later(60)).await.unwrap();
    stored_import(store, &import).await.unwrap()
}

pub(super) async fn stored_import(store: &Arc<dyn Store>, import: &Import) -> Option<Import> {
    store.import(import.organization_id, import.id, later(1)).await.unwrap()
}

pub(super) async fn end(
    store: &Arc<dyn Store>,
    import: &Import,
    state: ImportState,
    kept_until: DateTime<Utc>,
) {
    let ended = Import { state, ended_at: Some(later(5)), ..import.clone() };
    store.end_import(&ended, kept_until, &audit()).await.unwrap();
}

/// What became of the person of one row, who is new.
pub(super) fn creation_of(import: &Import, acme: &Acme, row: &ImportRow) -> SettledPeople {
    let user = User { created_by: CreatedBy::Import, identities: Vec::new(), ..acme.user(&row.email) };
    SettledPeople {
        import: import.clone(),
        catalog: acme.organization.catalog_version,
        letters: vec![letter(&acme.view(), &user)],
        results: vec![made(row.line, &user)],
        created: vec![user],
        updated: Vec::new(),
        cursor: row.place(),
        lease_end: later(90),
    }
}

/// Settles, which must conflict and leave no trace.
async fn settles_without_a_trace(store: &Arc<dyn Store>, settled: &SettledPeople) {
    let organization = settled.import.organization_id;
    let all = async || {
        (
            store.users(organization, &UserFilter::default(), ALL).await.unwrap().items,
            stored_import(store, &settled.import).await,
            store
                .import_results(organization, settled.import.id, ResultsWanted::after(0, 1_000))
                .await
                .unwrap(),
        )
    };
    let before = all().await;
    must_conflict(store.settle_people(settled).await);
    assert_eq!(all().await, before);
    let letters = store.claim(later(1), Duration::zero(), 1_000).await.unwrap();
    assert!(settled.letters.iter().all(|letter| letters.iter().all(|claimed| claimed.letter != *letter)));
}

pub async fn an_import_is_read_back_as_it_goes_on(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let import = new_import(&acme);
    assert_eq!(store.begin_import(&import, later(60)).await.unwrap(), BegunImport::New);
    assert_eq!(stored_import(&store, &import).await, Some(import.clone()));
    let rows = [row(2, "ada@acme.example", ""), row(3, "bob@acme.example", "00u1")];
    store.receive_rows(&import, &rows, &[refused(4)], later(60)).await.unwrap();
    let counts = RowCounts { refused: 1, ..RowCounts::default() };
    let received = Import { rows_total: 3, counts, ..import.clone() };
    assert_eq!(stored_import(&store, &import).await, Some(received.clone()));
    store.start_import(&received, "0abc", later(60)).await.unwrap();
    let digest = Some("0abc".to_owned());
    let running =
        Import { state: ImportState::Running, digest, attempt: 1, refused_on_arrival: 1, ..received };
    assert_eq!(stored_import(&store, &import).await, Some(running.clone()));
    store.settle_people(&creation_of(&running, &acme, &rows[0])).await.unwrap();
    let counts = RowCounts { created: 1, refused: 1, ..RowCounts::default() };
    let further = Import { counts, cursor: rows[0].place(), ..running };
    assert_eq!(stored_import(&store, &import).await, Some(further.clone()));
    let failed = Import {
        state: ImportState::Failed,
        failure: Some(ImportFailure::StoredRowUnreadable),
        ended_at: Some(later(7)),
        ..further
    };
    store.end_import(&failed, later(100), &audit()).await.unwrap();
    let without_a_name = Import { cursor: ImportCursor::default(), ..failed };
    assert_eq!(stored_import(&store, &import).await, Some(without_a_name));
}

pub async fn imports_are_paged_newest_first(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mut all = Vec::new();
    for _ in 0..3 {
        let import = started(&store, &acme, &[], &[]).await;
        end(&store, &import, ImportState::Done, later(100)).await;
        all.insert(0, import.id);
    }
    let list = async |page| {
        let page = store.imports(acme.organization.id, page, later(1)).await.unwrap();
        (page.items.into_iter().map(|import| import.id).collect::<Vec<ImportId>>(), page.next)
    };
    assert_eq!(list(ALL).await, (all.clone(), None));
    let (first, next) = list(Page { after: None, limit: 2 }).await;
    assert_eq!((&first[..], next), (&all[..2], Some(all[1].0)));
    assert_eq!(list(Page { after: next, limit: 2 }).await, (all[2..].to_vec(), None));
}

pub async fn an_organization_sees_no_import_of_another(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let rival = Acme::named("rival");
    rival.install(&*store).await;
    let import = started(&store, &acme, &[], &[refused(2)]).await;
    let id = rival.organization.id;
    assert_eq!(store.import(id, import.id, later(1)).await.unwrap(), None);
    assert_eq!(store.imports(id, ALL, later(1)).await.unwrap().items, []);
    assert_eq!(store.import_results(id, import.id, ResultsWanted::after(0, 10)).await.unwrap(), []);
    let foreign = Import { organization_id: id, ..import.clone() };
    must_conflict(store.receive_rows(&foreign, &[], &[], later(60)).await);
    let ended = Import { state: ImportState::Cancelled, ..foreign.clone() };
    must_conflict(store.end_import(&ended, later(100), &audit()).await);
    store.abandon_import(&foreign).await.unwrap();
    assert_eq!(stored_import(&store, &import).await, Some(import.clone()));
    end(&store, &import, ImportState::Done, later(100)).await;
    must_conflict(store.remove_import(&foreign, later(1), &audit()).await);
}

pub async fn an_organization_has_one_import_at_a_time(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let first = new_import(&acme);
    assert_eq!(store.begin_import(&first, later(60)).await.unwrap(), BegunImport::New);
    let second = new_import(&acme);
    assert_eq!(store.begin_import(&second, later(60)).await.unwrap(), BegunImport::Busy(first.id));
    store.start_import(&first, "0abc", later(60)).await.unwrap();
    assert_eq!(store.begin_import(&second, later(60)).await.unwrap(), BegunImport::Busy(first.id));
    let rival = Acme::named("rival");
    rival.install(&*store).await;
    assert_eq!(store.begin_import(&new_import(&rival), later(60)).await.unwrap(), BegunImport::New);
    let first = stored_import(&store, &first).await.unwrap();
    end(&store, &first, ImportState::Done, later(100)).await;
    assert_eq!(store.begin_import(&second, later(60)).await.unwrap(), BegunImport::New);
    must_conflict(store.begin_import(&new_import(&Acme::named("nobody")), later(60)).await);
}

pub async fn an_import_is_known_by_its_key(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let first = started(&store, &acme, &[], &[]).await;
    let again = Import { idempotency: first.idempotency, ..new_import(&acme) };
    let known = BegunImport::Known(Box::new(first.clone()));
    assert_eq!(store.begin_import(&again, later(60)).await.unwrap(), known);
    end(&store, &first, ImportState::Done, later(100)).await;
    let ended = stored_import(&store, &first).await.unwrap();
    let known = BegunImport::Known(Box::new(ended.clone()));
    assert_eq!(store.begin_import(&again, later(60)).await.unwrap(), known);
    store.remove_import(&ended, later(8), &audit()).await.unwrap();
    assert_eq!(store.begin_import(&again, later(60)).await.unwrap(), BegunImport::New);
    store.abandon_import(&again).await.unwrap();
    for _ in 0..2 {
        let without = Import { idempotency: None, ..new_import(&acme) };
        assert_eq!(store.begin_import(&without, later(60)).await.unwrap(), BegunImport::New);
        store.start_import(&without, "0abc", later(60)).await.unwrap();
        let without = stored_import(&store, &without).await.unwrap();
        end(&store, &without, ImportState::Done, later(100)).await;
    }
}

pub async fn a_table_that_stops_arriving_fails_when_its_lease_ends(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let lost = new_import(&acme);
    store.begin_import(&lost, later(60)).await.unwrap();
    store.receive_rows(&lost, &[row(2, "ada@acme.example", "")], &[], later(70)).await.unwrap();
    let again = |at| Import { idempotency: lost.idempotency, created_at: later(at), ..new_import(&acme) };
    let (early, late) = (again(69), again(70));
    assert!(matches!(store.begin_import(&early, later(200)).await.unwrap(), BegunImport::Known(_)));
    assert_eq!(store.begin_import(&late, later(200)).await.unwrap(), BegunImport::New);
    let failed = stored_import(&store, &lost).await.unwrap();
    assert_eq!(failed.state, ImportState::Failed);
    assert_eq!(failed.failure, Some(ImportFailure::UploadInterrupted));
    assert_eq!((failed.ended_at, failed.idempotency), (Some(later(70)), None));
    must_conflict(store.receive_rows(&lost, &[], &[], later(200)).await);
    must_conflict(store.start_import(&lost, "0abc", later(200)).await);

    store.sweep_imports(later(199), later(500), 100).await.unwrap();
    assert_eq!(stored_import(&store, &late).await.unwrap().state, ImportState::Receiving);
    store.sweep_imports(later(200), later(500), 100).await.unwrap();
    assert_eq!(stored_import(&store, &late).await.unwrap().state, ImportState::Failed);
}

pub async fn an_abandoned_table_was_never_there(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let import = new_import(&acme);
    store.begin_import(&import, later(60)).await.unwrap();
    store.receive_rows(&import, &[row(2, "ada@acme.example", "")], &[refused(3)], later(60)).await.unwrap();
    store.abandon_import(&import).await.unwrap();
    assert_eq!(stored_import(&store, &import).await, None);
    store.sweep_imports(later(1), later(500), 100).await.unwrap();
    assert_eq!(
        store.import_results(acme.organization.id, import.id, ResultsWanted::after(0, 10)).await.unwrap(),
        []
    );
    assert_eq!(store.import_rows(&import, 10).await.unwrap(), []);
    let started = started(&store, &acme, &[], &[]).await;
    store.abandon_import(&started).await.unwrap();
    assert_eq!(stored_import(&store, &started).await, Some(started));
}

pub async fn rows_are_worked_off_by_person_and_line(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let rows = [
        row(2, "zoe@acme.example", "a"),
        row(10, "ADA@acme.example", "b"),
        row(3, "ada@acme.example", ""),
        row(4, "ada-b@acme.example", "c"),
    ];
    let import = started(&store, &acme, &rows, &[]).await;
    let [zoe, second, first, other] = rows;
    let by_person = [other, first, second, zoe];
    assert_eq!(store.import_rows(&import, 10).await.unwrap(), by_person);
    assert_eq!(store.import_rows(&import, 2).await.unwrap(), by_person[..2]);
    let after = Import { cursor: by_person[1].place(), ..import };
    assert_eq!(store.import_rows(&after, 10).await.unwrap(), by_person[2..]);
}

pub async fn results_are_listed_by_line(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let rows = [row(10, "ada@acme.example", "")];
    let import = started(&store, &acme, &rows, &[refused(200), refused(3)]).await;
    let settled = creation_of(&import, &acme, &rows[0]);
    store.settle_people(&settled).await.unwrap();
    let all = [refused(3), made(10, &settled.created[0]), refused(200)];
    let list = async |of, from, limit| {
        let wanted = ResultsWanted { of, from, limit };
        store.import_results(acme.organization.id, import.id, wanted).await.unwrap()
    };
    for (from, limit, expected) in [
        (After(0), 10, &all[..]),
        (After(0), 2, &all[..2]),
        (After(3), 10, &all[1..]),
        (After(200), 10, &[]),
        (Before(u32::MAX), 2, &all[1..]),
        (Before(200), 1, &all[1..2]),
        (Before(3), 10, &[]),
    ] {
        assert_eq!(list(RowsWanted::All, from, limit).await, expected, "{limit} {from:?}");
    }
    let refused = RowsWanted::Of(RowOutcome::Refused);
    assert_eq!(list(refused, After(0), 10).await, [all[0].clone(), all[2].clone()]);
    assert_eq!(list(refused, After(3), 1).await, all[2..]);
    assert_eq!(list(refused, Before(200), 1).await, all[..1]);
    assert_eq!(list(RowsWanted::Of(RowOutcome::Created), After(0), 10).await, all[1..2]);
    assert_eq!(list(RowsWanted::Of(RowOutcome::Unchanged), After(0), 10).await, []);
    assert_eq!(list(RowsWanted::Unforeseen, After(0), 10).await, []);
}

pub async fn an_import_is_claimed_by_one_at_a_time(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let lease = Duration::seconds(60);
    let receiving = new_import(&acme);
    store.begin_import(&receiving, then()).await.unwrap();
    assert_eq!(store.claim_import(later(59), lease).await.unwrap(), None);
    store.start_import(&receiving, "0abc", later(60)).await.unwrap();
    let import = stored_import(&store, &receiving).await.unwrap();
    assert_eq!(store.claim_import(later(59), lease).await.unwrap(), None);
    let claimed = Import { attempt: 2, ..import.clone() };
    assert_eq!(store.claim_import(later(60), lease).await.unwrap(), Some(claimed.clone()));
    assert_eq!(store.claim_import(later(119), lease).await.unwrap(), None);
    let ended = Import { state: ImportState::Done, ..import };
    must_conflict(store.end_import(&ended, later(900), &audit()).await);
    end(&store, &claimed, ImportState::Done, later(900)).await;
    assert_eq!(store.claim_import(later(500), lease).await.unwrap(), None);
}

pub async fn the_import_that_has_waited_longest_is_claimed_first(store: Arc<dyn Store>) {
    let (acme, rival) = (with_acme(&store).await, Acme::named("rival"));
    rival.install(&*store).await;
    let mut imports = Vec::new();
    for (acme, due) in [(&acme, 20), (&rival, 10)] {
        let import = new_import(acme);
        store.begin_import(&import, later(60)).await.unwrap();
        store.start_import(&import, "0abc", later(due)).await.unwrap();
        imports.push(import.id);
    }
    let claim = async || {
        let claimed = store.claim_import(later(30), Duration::seconds(60)).await.unwrap();
        claimed.map(|import| import.id)
    };
    assert_eq!(claim().await, Some(imports[1]));
    assert_eq!(claim().await, Some(imports[0]));
    assert_eq!(claim().await, None);
}

pub async fn what_rows_touch_is_found(store: Arc<dyn Store>) {
    let (acme, ada) = with_user(&store).await;
    let rows = [
        row(2, "ADA@acme.example", "ada@acme.example"),
        row(3, "bob@acme.example", "bob"),
        row(4, "cid@acme.example", "bob"),
        row(5, "bob@acme.example", "bob"),
        row(6, "dan@acme.example", ""),
        row(7, "eve@acme.example", ""),
    ];
    let import = started(&store, &acme, &rows, &[]).await;
    let identity = |name: &str| Identity { connection_id: acme.connection.id, name_id: name_id(name) };
    let identities = [identity("ada@acme.example"), identity("bob"), identity("bob")];
    let found = store.import_surroundings(&import, &rows[..4], &identities).await.unwrap();
    assert_eq!(found.organization, acme.organization);
    assert_eq!(found.users, std::slice::from_ref(&ada));
    assert_eq!(found.holders, [(identity("ada@acme.example"), ada.id)]);
    let mut rivals = found.rivals;
    rivals.sort_unstable();
    assert_eq!(rivals, [(3, 4), (4, 3), (5, 4)]);
    let nobody = store.import_surroundings(&import, &rows[4..], &[]).await.unwrap();
    assert_eq!((nobody.users, nobody.holders, nobody.rivals), (Vec::new(), Vec::new(), Vec::new()));
}

pub async fn people_are_written_with_their_results(store: Arc<dyn Store>) {
    let (acme, ada) = with_user(&store).await;
    let second = acme.connection("entra");
    store.create_connection(&second, &audit()).await.unwrap();
    let rows = [row(2, "bob@acme.example", ""), row(3, "ada@acme.example", "")];
    let import = started(&store, &acme, &rows, &[]).await;
    let mut settled = creation_of(&import, &acme, &rows[0]);
    let identities = vec![Identity { connection_id: acme.connection.id, name_id: name_id("bob") }];
    settled.created[0].identities = identities;
    let mut after = User { version: Version(2), updated_at: later(4), ..ada.clone() };
    after.profile.assignments.extend([pair("employee", "manager"), pair("contractor", "visitor")]);
    after.profile.last_name = crate::text::PersonName::parse("Lovelace").unwrap();
    after.identities.push(Identity { connection_id: second.id, name_id: name_id("ada-2") });
    settled.updated.push(after.clone());
    store.settle_people(&settled).await.unwrap();
    assert_eq!(stored(&store, &ada).await, after);
    assert_eq!(stored(&store, &settled.created[0]).await, settled.created[0]);
    let letters = store.claim(later(1), Duration::zero(), 10).await.unwrap();
    assert_eq!(letters.into_iter().map(|claimed| claimed.letter).collect::<Vec<_>>(), settled.letters);
}

pub async fn people_are_settled_on_what_was_seen_alone(store: Arc<dyn Store>) {
    let (acme, ada) = with_user(&store).await;
    let bob = row(2, "bob@acme.example", "");
    let import = started(&store, &acme, std::slice::from_ref(&bob), &[]).await;
    let good = creation_of(&import, &acme, &bob);
    settles_without_a_trace(&store, &SettledPeople { catalog: Version(7), ..good.clone() }).await;
    let other = Import { attempt: 2, ..import.clone() };
    settles_without_a_trace(&store, &SettledPeople { import: other, ..good.clone() }).await;
    let stale = User { version: Version(3), ..ada.clone() };
    settles_without_a_trace(&store, &SettledPeople { updated: vec![stale], ..good.clone() }).await;
    let unknown = User { id: id(), version: Version(2), identities: Vec::new(), ..ada.clone() };
    settles_without_a_trace(&store, &SettledPeople { updated: vec![unknown], ..good.clone() }).await;
    let taken = User { id: id(), identities: Vec::new(), ..ada.clone() };
    settles_without_a_trace(&store, &SettledPeople { created: vec![taken], ..good.clone() }).await;
    let identified = User { identities: ada.identities.clone(), ..good.created[0].clone() };
    settles_without_a_trace(&store, &SettledPeople { created: vec![identified], ..good.clone() }).await;
    let elsewhere = Identity { connection_id: id(), name_id: name_id("bob") };
    let elsewhere = User { identities: vec![elsewhere], ..good.created[0].clone() };
    settles_without_a_trace(&store, &SettledPeople { created: vec![elsewhere], ..good.clone() }).await;

    store.settle_people(&good).await.unwrap();
    end(&store, &import, ImportState::Cancelled, later(100)).await;
    settles_without_a_trace(&store, &creation_of(&import, &acme, &row(3, "cid@acme.example", ""))).await;
}

pub async fn an_import_ends_once(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let import = started(&store, &acme, &[], &[]).await;
    must_conflict(store.remove_import(&import, later(1), &audit()).await);
    end(&store, &import, ImportState::Done, later(100)).await;
    let cancelled = Import { state: ImportState::Cancelled, ..import };
    must_conflict(store.end_import(&cancelled, later(100), &audit()).await);
    let receiving = new_import(&acme);
    store.begin_import(&receiving, later(60)).await.unwrap();
    end(&store, &receiving, ImportState::Cancelled, later(100)).await;
    assert_eq!(stored_import(&store, &receiving).await.unwrap().state, ImportState::Cancelled);
}

pub async fn an_import_is_kept_for_a_time_and_its_table_is_not(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let rows = [2, 3, 4].map(|line| row(line, &format!("u{line}@acme.example"), ""));
    let import = started(&store, &acme, &rows, &[refused(5), refused(6), refused(7)]).await;
    assert_eq!(store.sweep_imports(later(1), later(500), 100).await.unwrap(), 0);
    end(&store, &import, ImportState::Done, later(100)).await;
    assert_eq!(store.sweep_imports(later(99), later(500), 2).await.unwrap(), 2);
    assert_eq!(store.import_rows(&import, 10).await.unwrap().len(), 1);
    assert_eq!(store.sweep_imports(later(99), later(500), 2).await.unwrap(), 1);
    assert_eq!(store.import_rows(&import, 10).await.unwrap(), []);
    assert_eq!(store.sweep_imports(later(99), later(500), 2).await.unwrap(), 0);
    let results = async || {
        store
            .import_results(acme.organization.id, import.id, ResultsWanted::after(0, 10))
            .await
            .unwrap()
            .len()
    };
    assert_eq!(results().await, 3);
    let seen = async |at| store.import(acme.organization.id, import.id, later(at)).await.unwrap().is_some();
    assert!(seen(99).await && !seen(100).await);
    assert_eq!(store.sweep_imports(later(100), later(500), 2).await.unwrap(), 2);
    assert_eq!(results().await, 1);
    assert_eq!(store.sweep_imports(later(100), later(500), 2).await.unwrap(), 1);
    assert_eq!(results().await, 0);
    store.sweep_imports(later(100), later(500), 2).await.unwrap();
    assert!(!seen(1).await, "the import itself is gone");
}

pub async fn a_removed_import_is_seen_no_more(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let import = started(&store, &acme, &[], &[refused(2)]).await;
    end(&store, &import, ImportState::Done, later(100)).await;
    store.remove_import(&import, later(1), &audit()).await.unwrap();
    assert_eq!(stored_import(&store, &import).await, None);
    assert_eq!(store.imports(acme.organization.id, ALL, later(1)).await.unwrap().items, []);
    must_conflict(store.remove_import(&import, later(1), &audit()).await);
    assert_eq!(store.sweep_imports(later(1), later(500), 10).await.unwrap(), 1);
}

pub async fn an_import_goes_with_its_organization(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let rows = [row(2, "ada@acme.example", "")];
    let import = started(&store, &acme, &rows, &[refused(3)]).await;
    let organization = &acme.organization;
    store.delete_organization(organization.id, organization.version, &audit()).await.unwrap();
    assert_eq!(stored_import(&store, &import).await, None);
    assert_eq!(store.import_rows(&import, 10).await.unwrap(), []);
    assert_eq!(
        store.import_results(organization.id, import.id, ResultsWanted::after(0, 10)).await.unwrap(),
        []
    );
    must_conflict(store.settle_people(&creation_of(&import, &acme, &rows[0])).await);
}

pub async fn of_two_simultaneous_imports_one_begins(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    for _ in 0..10 {
        let imports = [new_import(&acme), new_import(&acme)];
        let begin = |index: usize| store.begin_import(&imports[index], later(60));
        let (one, other) = together(begin(0), begin(1)).await;
        let begun: Vec<_> =
            [one, other].into_iter().map(|begun| matches!(begun, Ok(BegunImport::New))).collect();
        assert_eq!(begun.iter().filter(|begun| **begun).count(), 1);
        for import in &imports {
            store.abandon_import(import).await.unwrap();
        }
    }
}

pub async fn two_simultaneous_claims_share_no_import(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let import = started(&store, &acme, &[], &[]).await;
    for round in 1..10 {
        let claim = || store.claim_import(later(60 * round), Duration::seconds(60));
        let (one, other) = together(claim(), claim()).await;
        let claimed: Vec<_> = [one.unwrap(), other.unwrap()].into_iter().flatten().collect();
        assert_eq!(claimed.len(), 1);
        assert_eq!(i64::from(claimed[0].attempt), 1 + round);
        assert_eq!(claimed[0].id, import.id);
    }
}
