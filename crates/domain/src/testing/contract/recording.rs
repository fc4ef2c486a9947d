//! What a sign-in writes.

use std::sync::Arc;

use super::fixture::*;
use crate::ports::{AuditEvent, SignInFilter, Store, UserFilter};
use crate::sign_in::{Recording, SignInRecord, Snapshot};
use crate::text::{EntityId, LocationName, PersonName};
use crate::user::{CreatedBy, Identity, User};

pub async fn a_first_sign_in_writes_everything(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let view = acme.view();
    let request = request(&view);
    store.open_request(&request).await.unwrap();
    let mut user = acme.user("Ada@acme.example");
    user.profile.assignments.extend([pair("contractor", "visitor")]);
    let recording = Recording { request_id: Some(request.id.clone()), ..creation(&view, &user) };
    store.record(&recording).await.unwrap();

    assert_eq!(stored(&store, &user).await, user);
    let mut subject = subject(&view, "Ada@acme.example", "ada@acme.example");
    subject.assertion_id = Some(recording.assertion.id.clone());
    subject.request_id = Some(request.id);
    let expected = Snapshot {
        by_identity: Some(user.clone()),
        by_email: Some(user.clone()),
        assertion_used: true,
        ..Snapshot::default()
    };
    assert_eq!(store.snapshot(&subject).await.unwrap(), expected);
    let record = store.sign_in(user.organization_id, recording.record.id).await.unwrap();
    assert_eq!(record, Some(recording.record));
    let letters = store.claim(later(1), chrono::Duration::seconds(60), 10).await.unwrap();
    assert_eq!(letters.into_iter().map(|claimed| claimed.letter).collect::<Vec<_>>(), recording.letters);
    let session = recording.session.unwrap();
    let signed_in = store.session(&session.token_hash, later(1)).await.unwrap().unwrap();
    assert_eq!((signed_in.session, signed_in.user), (session, user));
}

pub async fn a_refusal_writes_history_alone(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let recording = refusal(&acme.view());
    store.record(&recording).await.unwrap();
    let id = acme.organization.id;
    assert_eq!(store.sign_in(id, recording.record.id).await.unwrap(), Some(recording.record));
    assert!(store.users(id, &UserFilter::default(), ALL).await.unwrap().items.is_empty());
    assert!(store.claim(later(1), chrono::Duration::zero(), 10).await.unwrap().is_empty());
}

pub async fn a_question_to_the_owner_of_an_address_writes_a_link(store: Arc<dyn Store>) {
    let (acme, user) = with_user(&store).await;
    let link = link(&acme.view(), &user, "somebody");
    let letters = vec![letter(&acme.view(), &user)];
    let recording = Recording { link: Some(link.clone()), letters, ..refusal(&acme.view()) };
    store.record(&recording).await.unwrap();
    let (found, owner, organization) = store.pending_link(&link.token_hash, later(1)).await.unwrap().unwrap();
    assert_eq!((found, owner, organization), (link, user, acme.organization.name));
    assert_eq!(store.claim(later(1), chrono::Duration::zero(), 10).await.unwrap().len(), 1);
}

pub async fn an_update_changes_the_row_and_nothing_about_how_it_came_to_be(store: Arc<dyn Store>) {
    let (acme, before) = with_user(&store).await;
    let mut after = before.clone();
    after.profile.email = text("Ada.Love@acme.example".parse());
    after.profile.first_name = text(PersonName::parse("Ada"));
    after.profile.last_name = text(PersonName::parse("Love"));
    after.profile.location = Some(text(LocationName::parse("Zürich")));
    after.provenance.location = after.provenance.first_name.take();
    after.updated_at = later(5);
    after.last_sign_in_at = Some(later(5));
    let forged = User { created_by: CreatedBy::Import, created_at: later(9), ..after.clone() };
    store.record(&update(&acme.view(), &before, forged)).await.unwrap();
    after.version = before.version.next();
    assert_eq!(stored(&store, &before).await, after);
    let found = store.snapshot(&subject(&acme.view(), "x", "ada.love@ACME.example")).await.unwrap();
    assert_eq!(found.by_email, Some(after));
    let gone = store.snapshot(&subject(&acme.view(), "x", "ada@acme.example")).await.unwrap();
    assert_eq!(gone.by_email, None);
}

pub async fn an_update_adds_and_changes_assignments_and_removes_none(store: Arc<dyn Store>) {
    let (acme, before) = with_user(&store).await;
    let mut more = before.clone();
    more.profile.assignments = [pair("contractor", "visitor")].into();
    store.record(&update(&acme.view(), &before, more)).await.unwrap();
    let both = stored(&store, &before).await;
    assert_eq!(both.profile.assignments, [pair("employee", "clerk"), pair("contractor", "visitor")].into());
    let mut changed = both.clone();
    changed.profile.assignments = [pair("employee", "manager")].into();
    store.record(&update(&acme.view(), &both, changed)).await.unwrap();
    let after = stored(&store, &before).await;
    assert_eq!(
        after.profile.assignments,
        [pair("employee", "manager"), pair("contractor", "visitor")].into()
    );
}

pub async fn an_update_adds_identities_and_removes_none(store: Arc<dyn Store>) {
    let (acme, before) = with_user(&store).await;
    let other = acme.connection("entra");
    store.create_connection(&other, &audit()).await.unwrap();
    let added = Identity { connection_id: other.id, name_id: name_id("ada-2") };
    let after = User { identities: vec![added.clone()], ..before.clone() };
    store.record(&update(&acme.view(), &before, after)).await.unwrap();
    let identities = stored(&store, &before).await.identities;
    assert_eq!(identities, [before.identities[0].clone(), added]);
    let unchanged = stored(&store, &before).await;
    store.record(&update(&acme.view(), &unchanged, unchanged.clone())).await.unwrap();
    assert_eq!(stored(&store, &before).await.identities, identities);
}

pub async fn a_request_is_answered_once(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let request = request(&acme.view());
    store.open_request(&request).await.unwrap();
    must_conflict(store.open_request(&request).await);
    let first = Recording { request_id: Some(request.id.clone()), ..refusal(&acme.view()) };
    store.record(&first).await.unwrap();
    let second = Recording { request_id: Some(request.id), ..refusal(&acme.view()) };
    conflicts_without_a_trace(&store, &second).await;
}

pub async fn a_name_id_in_another_letter_case_is_another_identity(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    for (email, name) in [("ada@acme.example", "ada"), ("eve@acme.example", "ADA")] {
        let mut user = acme.user(email);
        user.identities[0].name_id = name_id(name);
        store.record(&creation(&acme.view(), &user)).await.unwrap();
        let found = store.snapshot(&subject(&acme.view(), name, "x@acme.example")).await.unwrap();
        assert_eq!(found.by_identity, Some(user));
    }
}

pub async fn the_same_name_id_and_address_may_exist_in_another_organization(store: Arc<dyn Store>) {
    let (acme, other) = (with_acme(&store).await, Acme::named("other"));
    other.install(&*store).await;
    for organization in [acme, other] {
        let user = organization.user("ada@acme.example");
        store.record(&creation(&organization.view(), &user)).await.unwrap();
        let subject = subject(&organization.view(), "ada@acme.example", "ada@acme.example");
        assert_eq!(store.snapshot(&subject).await.unwrap().by_identity, Some(user));
    }
}

pub async fn untrusted_responses_are_kept_up_to_a_number(store: Arc<dyn Store>) {
    let (acme, other) = (with_acme(&store).await, Acme::named("other"));
    other.install(&*store).await;
    let record = |seconds| SignInRecord { at: later(seconds), ..untrusted_record(&acme.view()) };
    for (seconds, kept) in [(0, true), (1, true), (2, false)] {
        assert_eq!(store.record_untrusted(&record(seconds), None, 2, later(0)).await.unwrap(), kept);
    }
    assert!(store.record_untrusted(&record(3), None, 2, later(1)).await.unwrap(), "older ones do not count");
    assert!(!store.record_untrusted(&record(4), None, 0, later(4)).await.unwrap(), "none is none");
    let elsewhere = untrusted_record(&other.view());
    assert!(store.record_untrusted(&elsewhere, None, 1, later(0)).await.unwrap());
    let history = store.sign_ins(acme.organization.id, &SignInFilter::default(), ALL).await.unwrap().items;
    let seconds: Vec<_> = history.iter().map(|row| (row.at - later(0)).num_seconds()).collect();
    assert_eq!(seconds, [3, 1, 0]);
}

pub async fn responses_that_were_verified_do_not_count_as_untrusted(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    for _ in 0..3 {
        store.record(&refusal(&acme.view())).await.unwrap();
    }
    assert!(store.record_untrusted(&untrusted_record(&acme.view()), None, 1, later(-60)).await.unwrap());
    assert!(!store.record_untrusted(&untrusted_record(&acme.view()), None, 1, later(-60)).await.unwrap());
}

pub async fn any_text_can_be_recorded(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let view = acme.view();
    let any = "\0\u{1}\u{FFFF}\u{10FFFF}'\"\\\\u0000";
    let mut recording = creation(&view, &acme.user("ada@acme.example"));
    recording.assertion.id = any.repeat(1_000);
    recording.record.detail = Some(any.to_owned());
    recording.record.name_id = Some(any.to_owned());
    recording.record.changes[0].after = Some(any.to_owned());
    recording.record.explanation[0].received = vec![any.to_owned()];
    recording.session.as_mut().unwrap().session_index = Some(any.to_owned());
    store.record(&recording).await.unwrap();
    let session = recording.session.unwrap();
    assert_eq!(store.session(&session.token_hash, later(1)).await.unwrap().unwrap().session, session);
    let mut subject = subject(&view, "x", "x@acme.example");
    subject.assertion_id = Some(recording.assertion.id);
    subject.request_id = Some(any.to_owned());
    let used = Snapshot { assertion_used: true, ..Snapshot::default() };
    assert_eq!(store.snapshot(&subject).await.unwrap(), used);
    let unknown = Recording { request_id: Some(any.to_owned()), ..refusal(&view) };
    must_conflict(store.record(&unknown).await);
    let record = store.sign_in(acme.organization.id, recording.record.id).await.unwrap();
    assert_eq!(record, Some(recording.record));
    let event = AuditEvent { subject: any.to_owned(), after: Some(any.into()), ..audit() };
    let catalog = acme.organization.catalog_version;
    store.create_user(&acme.user("eve@acme.example"), catalog, &event).await.unwrap();
}

pub async fn the_longest_texts_are_kept_and_told_apart(store: Arc<dyn Store>) {
    let mut acme = Acme::named("acme");
    // Four bytes each and all different, so that no database makes them short.
    let longest: String = ('\u{20000}'..).take(1_023).collect();
    acme.connection.identity_provider = Some(identity_provider(&format!("{longest}a")));
    acme.install(&*store).await;
    let mut second = acme.connection("entra");
    second.identity_provider = Some(identity_provider(&format!("{longest}b")));
    store.create_connection(&second, &audit()).await.unwrap();
    for (end, email) in [("a", "ada@acme.example"), ("A", "eve@acme.example")] {
        let mut user = acme.user(email);
        user.profile.first_name = text(PersonName::parse(longest.chars().take(254).collect::<String>()));
        user.identities[0].name_id = name_id(&format!("{longest}{end}"));
        store.record(&creation(&acme.view(), &user)).await.unwrap();
        let subject = subject(&acme.view(), &format!("{longest}{end}"), "x@acme.example");
        assert_eq!(store.snapshot(&subject).await.unwrap().by_identity, Some(user));
    }
    for (end, connection) in [("a", &acme.connection), ("b", &second)] {
        let issuer = text(EntityId::parse(format!("{longest}{end}")));
        let found = store.connection_by_issuer(acme.organization.id, &issuer).await.unwrap().unwrap();
        assert_eq!(found.connection, *connection);
    }
}
