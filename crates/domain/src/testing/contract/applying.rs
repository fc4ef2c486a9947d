//! Dry runs that are applied, and how many imports are kept.

use std::sync::Arc;

use chrono::Duration;

use super::super::future::together;
use super::fixture::*;
use super::importing::{creation_of, end, new_import, refused, row, started_as, stored_import};
use crate::import::{Import, ImportOptions, ImportRow, ImportState, RowCounts, RowOutcome, RowResult};
use crate::ports::{
    Actor, AppliedImport, BegunImport, Page, ResultsFrom, ResultsWanted, RowsWanted, SettledPeople, Store,
};

/// The lease of whoever claims it.
const LEASE: Duration = Duration::seconds(60);

const TRIED: ImportOptions = ImportOptions { dry_run: true, welcome: true };

/// A dry run of these rows and a refused one, that has ended, and can be applied until `later(100)`.
async fn tried(store: &Arc<dyn Store>, acme: &Acme, rows: &[ImportRow]) -> Import {
    let import = Import { options: TRIED, ..new_import(acme) };
    let import = started_as(store, import, rows, &[refused(9)]).await;
    for row in rows {
        store.settle_people(&foreseen(&import, acme, row)).await.unwrap();
    }
    end_applicable(store, &import).await;
    stored_import(store, &import).await.unwrap()
}

async fn end_applicable(store: &Arc<dyn Store>, import: &Import) {
    let until = Import { applicable_until: Some(later(100)), ..import.clone() };
    end(store, &until, ImportState::Done, later(500)).await;
}

/// What a dry run says of somebody new.
fn foreseen(import: &Import, acme: &Acme, row: &ImportRow) -> SettledPeople {
    let result = RowResult {
        line: row.line,
        outcome: RowOutcome::Created,
        foreseen: None,
        user_id: None,
        faults: Vec::new(),
    };
    let settled = creation_of(import, acme, row);
    SettledPeople { created: Vec::new(), letters: Vec::new(), results: vec![result], ..settled }
}

fn applied(import: &Import, at: i64) -> Import {
    import.applied_by(&Actor::CommandLine, later(at))
}

/// How many rows of its table there are.
async fn rows_of(store: &Arc<dyn Store>, import: &Import) -> usize {
    store.import_rows(import, 100).await.unwrap().len()
}

async fn results_of(store: &Arc<dyn Store>, import: &Import, of: RowsWanted) -> Vec<RowResult> {
    let wanted = ResultsWanted { of, from: ResultsFrom::After(0), limit: 100 };
    store.import_results(import.organization_id, import.id, wanted).await.unwrap()
}

pub async fn a_dry_run_is_applied_with_the_table_that_it_had(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let rows = [row(2, "ada@acme.example", ""), row(3, "bob@acme.example", "")];
    let import = tried(&store, &acme, &rows).await;
    assert_eq!((import.refused_on_arrival, import.applicable_until), (1, Some(later(100))));
    assert_eq!(results_of(&store, &import, RowsWanted::Of(RowOutcome::Created)).await.len(), 2);
    store.sweep_imports(later(99), later(500), 100).await.unwrap();
    let running = applied(&import, 99);
    assert_eq!(store.apply_import(&running, later(130)).await.unwrap(), AppliedImport::Running);
    assert_eq!(stored_import(&store, &import).await, Some(running.clone()));
    assert_eq!(results_of(&store, &import, RowsWanted::All).await, [refused(9)], "nothing is done yet");
    assert_eq!(results_of(&store, &import, RowsWanted::Of(RowOutcome::Created)).await, []);
    assert_eq!(store.claim_import(later(129), LEASE).await.unwrap(), None);
    let claimed = store.claim_import(later(130), LEASE).await.unwrap().unwrap();
    assert_eq!(claimed, Import { attempt: running.attempt + 1, ..running.clone() });
    assert_eq!(store.import_rows(&claimed, 10).await.unwrap(), rows);

    let found = store.import_surroundings(&claimed, &rows[..1], &[]).await.unwrap();
    assert_eq!(found.foreseen, [(2, RowOutcome::Created)]);
    let made = creation_of(&claimed, &acme, &rows[0]);
    store.settle_people(&made).await.unwrap();
    let claimed = stored_import(&store, &import).await.unwrap();
    let result = RowResult { foreseen: Some(RowOutcome::Created), ..refused(3) };
    let settled = SettledPeople { results: vec![result.clone()], ..foreseen(&claimed, &acme, &rows[1]) };
    store.settle_people(&settled).await.unwrap();
    let all = [made.results[0].clone(), result.clone(), refused(9)];
    assert_eq!(results_of(&store, &import, RowsWanted::All).await, all);
    assert_eq!(results_of(&store, &import, RowsWanted::Unforeseen).await, [result]);
    let counts = RowCounts { created: 1, refused: 2, unforeseen: 1, ..RowCounts::default() };
    let done = stored_import(&store, &import).await.unwrap();
    assert_eq!(done.counts, counts);
    end(&store, &done, ImportState::Done, later(500)).await;
    assert_eq!(stored_import(&store, &import).await.unwrap().applicable_until, None);
    assert_eq!(store.sweep_imports(later(140), later(500), 100).await.unwrap(), 2);
}

pub async fn what_nobody_tried_has_nothing_foreseen(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let rows = [row(2, "ada@acme.example", "")];
    let import = started_as(&store, new_import(&acme), &rows, &[]).await;
    let found = store.import_surroundings(&import, &rows, &[]).await.unwrap();
    assert_eq!(found.foreseen, []);
}

pub async fn a_dry_run_is_applied_once_and_in_its_time(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let import = tried(&store, &acme, &[row(2, "ada@acme.example", "")]).await;
    let foreign = Import { organization_id: Acme::named("rival").organization.id, ..import.clone() };
    must_conflict(store.apply_import(&applied(&foreign, 10), later(60)).await);
    must_conflict(store.apply_import(&applied(&import, 100), later(160)).await);
    let other = started_as(&store, new_import(&acme), &[], &[]).await;
    let busy = AppliedImport::Busy(other.id);
    assert_eq!(store.apply_import(&applied(&import, 10), later(60)).await.unwrap(), busy);
    assert_eq!(stored_import(&store, &import).await, Some(import.clone()));
    end(&store, &other, ImportState::Done, later(500)).await;
    must_conflict(store.apply_import(&applied(&other, 10), later(60)).await);
    let running = applied(&import, 10);
    assert_eq!(store.apply_import(&running, later(60)).await.unwrap(), AppliedImport::Running);
    must_conflict(store.apply_import(&running, later(60)).await);
    let next = new_import(&acme);
    assert_eq!(store.begin_import(&next, later(60)).await.unwrap(), BegunImport::Busy(import.id));
    end(&store, &running, ImportState::Done, later(500)).await;
    must_conflict(store.apply_import(&applied(&running, 10), later(60)).await);
}

pub async fn of_two_who_apply_a_dry_run_at_once_one_does(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    for _ in 0..10 {
        let import = tried(&store, &acme, &[]).await;
        let running = applied(&import, 10);
        let apply = || store.apply_import(&running, later(60));
        let (one, other) = together(apply(), apply()).await;
        let begun = [one, other].into_iter().filter(|begun| matches!(begun, Ok(AppliedImport::Running)));
        assert_eq!(begun.count(), 1);
        end(&store, &applied(&import, 10), ImportState::Done, later(500)).await;
    }
}

pub async fn an_application_and_a_new_import_do_not_both_begin(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    for _ in 0..10 {
        let import = tried(&store, &acme, &[]).await;
        let (running, next) = (applied(&import, 10), new_import(&acme));
        let apply =
            async { matches!(store.apply_import(&running, later(60)).await, Ok(AppliedImport::Running)) };
        let begin = async { matches!(store.begin_import(&next, later(60)).await, Ok(BegunImport::New)) };
        let (applied, begun) = together(apply, begin).await;
        assert!(applied != begun, "both or none: {applied}");
        if applied {
            end(&store, &running, ImportState::Done, later(500)).await;
        }
        store.abandon_import(&next).await.unwrap();
    }
}

pub async fn a_table_is_kept_until_it_cannot_be_applied_any_more(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let rows = [row(2, "ada@acme.example", ""), row(3, "bob@acme.example", "")];
    let import = tried(&store, &acme, &rows).await;
    assert_eq!(store.sweep_imports(later(99), later(500), 100).await.unwrap(), 0);
    assert_eq!(rows_of(&store, &import).await, 2);
    assert_eq!(store.sweep_imports(later(100), later(500), 100).await.unwrap(), 2);
    assert_eq!(stored_import(&store, &import).await.unwrap().applicable_until, None);
    // Whoever has a clock that is slower does not apply what is left.
    must_conflict(store.apply_import(&applied(&import, 99), later(160)).await);

    let removed = tried(&store, &acme, &rows).await;
    store.remove_import(&removed, later(10), &audit()).await.unwrap();
    must_conflict(store.apply_import(&applied(&removed, 10), later(60)).await);
    store.sweep_imports(later(10), later(500), 100).await.unwrap();
    assert_eq!(rows_of(&store, &removed).await, 0);
}

pub async fn who_is_erased_is_in_no_table_that_is_kept(store: Arc<dyn Store>) {
    let (acme, ada) = with_user(&store).await;
    let rival = Acme::named("rival");
    rival.install(&*store).await;
    let rows = [row(2, "ada@acme.example", ""), row(3, "bob@acme.example", "")];
    let kept = tried(&store, &acme, &rows).await;
    let foreign = tried(&store, &rival, &rows).await;
    let running = Import { options: TRIED, ..new_import(&acme) };
    let running = started_as(&store, running, &rows, &[]).await;
    must_conflict(store.purge_user(ada.organization_id, ada.id, ada.version.next(), &audit()).await);
    assert_eq!(stored_import(&store, &kept).await, Some(kept.clone()));
    store.purge_user(ada.organization_id, ada.id, ada.version, &audit()).await.unwrap();
    end_applicable(&store, &running).await;
    store.sweep_imports(later(10), later(500), 100).await.unwrap();
    for import in [&kept, &running] {
        assert_eq!(rows_of(&store, import).await, 0);
        assert_eq!(stored_import(&store, import).await.unwrap().applicable_until, None);
        must_conflict(store.apply_import(&applied(import, 10), later(60)).await);
    }
    assert_eq!(stored_import(&store, &foreign).await, Some(foreign.clone()));
    assert_eq!(rows_of(&store, &foreign).await, 2);
    // What is sent afterwards is sent by who knows that.
    tried(&store, &acme, &rows).await.applicable_until.unwrap();
}

pub async fn an_organization_has_a_bounded_number_of_tables(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let rival = Acme::named("rival");
    rival.install(&*store).await;
    let rows = [row(2, "ada@acme.example", "")];
    let foreign = tried(&store, &rival, &rows).await;
    let mut imports = Vec::new();
    for _ in 0..4 {
        imports.push(tried(&store, &acme, &rows).await);
    }
    let mut kept = Vec::new();
    for import in imports.iter().chain([&foreign]) {
        kept.push(stored_import(&store, import).await.unwrap().applicable_until.is_some());
    }
    assert_eq!(kept, [false, true, true, true, true]);
    must_conflict(store.apply_import(&applied(&imports[0], 10), later(60)).await);
    assert_eq!(store.sweep_imports(later(10), later(500), 100).await.unwrap(), 1);
}

pub async fn an_organization_has_a_bounded_number_of_imports(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let rival = Acme::named("rival");
    rival.install(&*store).await;
    let foreign = started_as(&store, new_import(&rival), &[], &[]).await;
    end(&store, &foreign, ImportState::Done, later(500)).await;
    let mut imports = Vec::new();
    for _ in 0..102 {
        let import = started_as(&store, new_import(&acme), &[], &[]).await;
        end(&store, &import, ImportState::Done, later(500)).await;
        imports.push(import);
    }
    let all = Page { after: None, limit: 200 };
    let seen = store.imports(acme.organization.id, all, later(1)).await.unwrap().items;
    let ids = |imports: &[Import]| imports.iter().map(|import| import.id).collect::<Vec<_>>();
    imports.reverse();
    assert_eq!(ids(&seen), ids(&imports[..100]));
    // By its key, the oldest is known no more.
    let again = Import { idempotency: imports[101].idempotency, ..new_import(&acme) };
    assert_eq!(store.begin_import(&again, later(60)).await.unwrap(), BegunImport::New);
    assert!(stored_import(&store, &foreign).await.is_some());
}
