//! When a sign-in conflicts, and that it then leaves no trace.

use std::sync::Arc;

use super::fixture::*;
use crate::connection::Basis;
use crate::ids::Version;
use crate::ports::Store;
use crate::sign_in::{Recording, UserWrite};
use crate::user::{Identity, User};

pub async fn nothing_is_written_when_what_it_was_decided_on_changed(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let request = request(&acme.view());
    store.open_request(&request).await.unwrap();
    let basis = acme.view().basis();
    let changed: [fn(&mut Basis) -> &mut Version; 5] = [
        |basis| &mut basis.organization,
        |basis| &mut basis.catalog,
        |basis| &mut basis.connection,
        |basis| &mut basis.identity_provider,
        |basis| &mut basis.settings,
    ];
    let decided = creation(&acme.view(), &acme.user("ada@acme.example"));
    let decided = Recording { request_id: Some(request.id), ..decided };
    for version in changed {
        let mut stale = Recording { basis, ..decided.clone() };
        *version(&mut stale.basis) = Version(version(&mut stale.basis).0 + 1);
        conflicts_without_a_trace(&store, &stale).await;
    }
    store.record(&decided).await.unwrap();
}

pub async fn nothing_is_written_through_a_connection_that_is_gone(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    store.delete_connection(acme.connection.id, acme.connection.version, &audit()).await.unwrap();
    conflicts_without_a_trace(&store, &creation(&acme.view(), &acme.user("ada@acme.example"))).await;
    conflicts_without_a_trace(&store, &refusal(&acme.view())).await;
}

pub async fn nothing_is_written_through_a_connection_of_another_organization(store: Arc<dyn Store>) {
    let (acme, other) = (with_acme(&store).await, Acme::named("other"));
    other.install(&*store).await;
    let mut mixed = acme.view();
    mixed.connection = other.connection;
    conflicts_without_a_trace(&store, &refusal(&mixed)).await;
}

pub async fn nothing_is_written_when_the_assertion_is_used(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let used = refusal(&acme.view());
    store.record(&used).await.unwrap();
    let replayed = creation(&acme.view(), &acme.user("ada@acme.example"));
    conflicts_without_a_trace(&store, &Recording { assertion: used.assertion, ..replayed }).await;
}

pub async fn nothing_is_written_when_the_request_is_gone(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let recording = creation(&acme.view(), &acme.user("ada@acme.example"));
    let request_id = Some("_never".to_owned());
    conflicts_without_a_trace(&store, &Recording { request_id, ..recording }).await;
}

pub async fn nothing_is_written_when_the_request_is_of_another_connection(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mut elsewhere = acme.view();
    elsewhere.connection = acme.connection("entra");
    store.create_connection(&elsewhere.connection, &audit()).await.unwrap();
    let request = request(&elsewhere);
    store.open_request(&request).await.unwrap();
    let recording = creation(&acme.view(), &acme.user("ada@acme.example"));
    conflicts_without_a_trace(&store, &Recording { request_id: Some(request.id), ..recording }).await;
}

pub async fn nothing_is_written_when_the_user_changed(store: Arc<dyn Store>) {
    let (acme, before) = with_user(&store).await;
    let mut decided = update(&acme.view(), &before, before.clone());
    decided.letters = vec![letter(&acme.view(), &before)];
    store.record(&update(&acme.view(), &before, before.clone())).await.unwrap();
    conflicts_without_a_trace(&store, &decided).await;
}

pub async fn nothing_is_written_of_a_refused_user_who_does_not_exist(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mut recording = refusal(&acme.view());
    recording.record.user_id = Some(id());
    conflicts_without_a_trace(&store, &recording).await;
}

pub async fn nothing_is_written_when_the_user_does_not_exist(store: Arc<dyn Store>) {
    let (acme, other) = (with_acme(&store).await, Acme::named("other"));
    other.install(&*store).await;
    let nobody = acme.user("ada@acme.example");
    conflicts_without_a_trace(&store, &update(&acme.view(), &nobody, nobody.clone())).await;
    let stranger = other.user("eve@acme.example");
    other.install_user(&*store, &stranger).await;
    let taken_over =
        User { organization_id: acme.organization.id, identities: Vec::new(), ..stranger.clone() };
    conflicts_without_a_trace(&store, &update(&acme.view(), &stranger, taken_over)).await;
    assert_eq!(stored(&store, &stranger).await, stranger);
}

pub async fn nothing_is_written_when_the_address_is_taken(store: Arc<dyn Store>) {
    let (acme, _) = with_user(&store).await;
    let mut second = acme.user("ADA@acme.example");
    second.identities[0].name_id = name_id("another");
    conflicts_without_a_trace(&store, &creation(&acme.view(), &second)).await;
}

pub async fn nothing_is_written_when_an_update_takes_an_address(store: Arc<dyn Store>) {
    let (acme, _) = with_user(&store).await;
    let eve = acme.user("eve@acme.example");
    acme.install_user(&*store, &eve).await;
    let mut after = eve.clone();
    after.profile.email = text("Ada@acme.example".parse());
    conflicts_without_a_trace(&store, &update(&acme.view(), &eve, after)).await;
}

pub async fn nothing_is_written_when_the_identity_is_taken(store: Arc<dyn Store>) {
    let (acme, ada) = with_user(&store).await;
    let mut second = acme.user("eve@acme.example");
    second.identities = ada.identities.clone();
    conflicts_without_a_trace(&store, &creation(&acme.view(), &second)).await;
    second.identities = Vec::new();
    acme.install_user(&*store, &second).await;
    let after = User { identities: ada.identities, ..second.clone() };
    conflicts_without_a_trace(&store, &update(&acme.view(), &second, after)).await;
}

pub async fn nothing_is_written_when_the_user_has_another_identity_on_the_connection(store: Arc<dyn Store>) {
    let (acme, before) = with_user(&store).await;
    let second = Identity { connection_id: acme.connection.id, name_id: name_id("another") };
    let after = User { identities: vec![second.clone()], ..before.clone() };
    conflicts_without_a_trace(&store, &update(&acme.view(), &before, after)).await;
    let mut twice = acme.user("eve@acme.example");
    twice.identities.push(second);
    conflicts_without_a_trace(&store, &creation(&acme.view(), &twice)).await;
}

pub async fn nothing_is_written_when_a_letter_or_session_exists(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let first = creation(&acme.view(), &acme.user("ada@acme.example"));
    store.record(&first).await.unwrap();
    let second = creation(&acme.view(), &acme.user("eve@acme.example"));
    let same_letter = Recording { letters: first.letters, ..second.clone() };
    must_conflict(store.record(&same_letter).await);
    let mut same_token = second.clone();
    same_token.session.as_mut().unwrap().token_hash = first.session.unwrap().token_hash;
    must_conflict(store.record(&same_token).await);
    let UserWrite::Create(eve) = &second.user else { panic!("a creation creates") };
    assert_eq!(store.user(eve.organization_id, eve.id).await.unwrap(), None);
    store.record(&second).await.unwrap();
}
