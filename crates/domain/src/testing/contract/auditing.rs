//! The audit trail.

use std::sync::Arc;

use serde_json::json;

use super::fixture::*;
use crate::email::EmailAddress;
use crate::ids::{AuditEventId, OrganizationId};
use crate::ports::{Actor, AuditEvent, AuditFilter, KeyRole, Origin, Page, Store};
use crate::text::DisplayName;

/// An event at that second.
pub(super) fn event_at(organization_id: Option<OrganizationId>, second: i64) -> AuditEvent {
    let random: uuid::Uuid = id();
    let millis = u64::try_from(later(second).timestamp_millis()).unwrap();
    let mut bytes = [0; 10];
    bytes.copy_from_slice(&random.as_bytes()[6..]);
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid();
    AuditEvent { id: id.into(), organization_id, at: later(second), ..audit() }
}

/// Writes an event, beside a change that says nothing here.
pub(super) async fn write(store: &Arc<dyn Store>, event: &AuditEvent) {
    let organization = Acme::named(&format!("o{}", event.id.0.simple())).organization;
    store.create_organization(&organization, event).await.unwrap();
}

async fn found(
    store: &Arc<dyn Store>,
    organization: Option<OrganizationId>,
    filter: AuditFilter,
) -> Vec<AuditEventId> {
    let page = store.audit_events(organization, &filter, ALL).await.unwrap();
    page.items.iter().map(|event| event.id).collect()
}

pub async fn every_field_of_an_audit_event_is_read_back(store: Arc<dyn Store>) {
    let organization = Some(id());
    let name = Some(text(DisplayName::parse("CI “\u{1F98A}”")));
    let of_network = Origin { address: Some("2001:db8:1:2::".parse().unwrap()), request_id: None };
    let of_request = Origin { address: Some([192, 0, 2, 7].into()), request_id: Some("r \"1\"".to_owned()) };
    let actors = [
        Actor::ApiKey { id: id(), name, role: KeyRole::Operator, origin: of_request },
        Actor::ApiKey {
            id: id(),
            name: None,
            role: KeyRole::OrganizationAdmin(id()),
            origin: Origin::default(),
        },
        Actor::Administrator {
            id: id(),
            email: text(EmailAddress::parse("Root@acme.example")),
            operator: true,
            origin: of_network.clone(),
        },
        Actor::User { id: id(), origin: of_network },
        Actor::CommandLine,
        Actor::System,
    ];
    for (actor, owner) in actors.into_iter().zip([organization, None, organization, None, None]) {
        let event = AuditEvent {
            actor,
            action: "thing.changed".into(),
            subject: "an ’odd\" \\ one".to_owned(),
            before: Some(json!({"name": "a", "list": [1, null]})),
            after: Some(json!("b\u{0}")),
            ..event_at(owner, 1)
        };
        write(&store, &event).await;
        assert_eq!(store.audit_event(owner, event.id).await.unwrap(), Some(event.clone()));
        let bare = AuditEvent { before: None, after: None, ..event_at(owner, 2) };
        write(&store, &bare).await;
        assert_eq!(store.audit_event(owner, bare.id).await.unwrap(), Some(bare));
    }
    assert_eq!(store.audit_event(organization, id()).await.unwrap(), None);
}

pub async fn audit_events_are_paged_newest_first(store: Arc<dyn Store>) {
    for organization in [None, Some(id())] {
        let mut all = Vec::new();
        for second in 0..5 {
            let event = event_at(organization, second);
            write(&store, &event).await;
            all.insert(0, event);
        }
        for filter in [
            AuditFilter::default(),
            AuditFilter { actor: Some("command_line".to_owned()), ..AuditFilter::default() },
            AuditFilter { subject: Some("sample".to_owned()), ..AuditFilter::default() },
            AuditFilter { action: Some("sample.changed".to_owned()), ..AuditFilter::default() },
            AuditFilter { since: Some(later(-100)), until: Some(later(100)), ..AuditFilter::default() },
        ] {
            let mut page = Page { after: None, limit: 2 };
            let mut seen = Vec::new();
            for expected in [2, 2, 1] {
                let part = store.audit_events(organization, &filter, page).await.unwrap();
                assert_eq!((part.items.len(), part.next.is_some()), (expected, expected == 2));
                seen.extend(part.items);
                page.after = part.next;
            }
            assert_eq!(seen, all, "{filter:?}");
        }
    }
}

pub async fn audit_events_are_filtered_by_every_condition(store: Arc<dyn Store>) {
    let organization = Some(id());
    let key = Actor::ApiKey { id: id(), name: None, role: KeyRole::Operator, origin: Origin::default() };
    let mut ids = Vec::new();
    for (second, actor, action, subject) in [
        (10, Actor::CommandLine, "user.created", "ada"),
        (20, key.clone(), "user.created", "eve"),
        (30, key.clone(), "user.changed", "ada"),
    ] {
        let event = AuditEvent {
            actor,
            action: action.into(),
            subject: subject.to_owned(),
            ..event_at(organization, second)
        };
        write(&store, &event).await;
        ids.push(event.id);
    }
    let none = AuditFilter::default();
    let word = |word: &str| Some(word.to_owned());
    let by_key = AuditFilter { actor: Some(key.key()), ..none.clone() };
    let created = AuditFilter { action: word("user.created"), ..none.clone() };
    let of_ada = AuditFilter { subject: word("ada"), ..none.clone() };
    for (filter, expected) in [
        (none.clone(), &[2, 1, 0][..]),
        (by_key.clone(), &[2, 1]),
        (AuditFilter { actor: word("command_line"), ..none.clone() }, &[0]),
        (AuditFilter { actor: word("system"), ..none.clone() }, &[]),
        (created.clone(), &[1, 0]),
        (of_ada.clone(), &[2, 0]),
        (AuditFilter { subject: word("Ada"), ..none.clone() }, &[]),
        (AuditFilter { actor: by_key.actor.clone(), ..created.clone() }, &[1]),
        (AuditFilter { subject: of_ada.subject.clone(), ..created.clone() }, &[0]),
        (AuditFilter { actor: by_key.actor.clone(), ..of_ada.clone() }, &[2]),
        (AuditFilter { actor: by_key.actor, action: created.action, ..of_ada }, &[]),
        (AuditFilter { since: Some(later(20)), ..none.clone() }, &[2, 1]),
        (AuditFilter { until: Some(later(20)), ..none.clone() }, &[0]),
        (AuditFilter { since: Some(later(11)), until: Some(later(30)), ..none.clone() }, &[1]),
        (AuditFilter { since: Some(later(21)), subject: word("eve"), ..none }, &[]),
    ] {
        let expected: Vec<_> = expected.iter().map(|index| ids[*index]).collect();
        assert_eq!(found(&store, organization, filter.clone()).await, expected, "{filter:?}");
    }
}

pub async fn an_organization_sees_no_audit_event_of_another(store: Arc<dyn Store>) {
    let owners = [None, Some(id()), Some(id())];
    let mut ids = Vec::new();
    for owner in owners {
        let event = event_at(owner, 1);
        write(&store, &event).await;
        ids.push(event.id);
    }
    for (index, owner) in owners.into_iter().enumerate() {
        assert_eq!(found(&store, owner, AuditFilter::default()).await, [ids[index]]);
        for (other, id) in ids.iter().enumerate() {
            assert_eq!(store.audit_event(owner, *id).await.unwrap().is_some(), index == other);
        }
    }
}

pub async fn the_trail_of_a_deleted_organization_is_gone_but_for_its_deletion(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let organization = acme.organization.id;
    let connection = acme.connection("entra");
    let event = event_at(Some(organization), 1);
    store.create_connection(&connection, &event).await.unwrap();
    assert_eq!(store.audit_event(Some(organization), event.id).await.unwrap(), Some(event));
    let deletion = event_at(None, 2);
    store.delete_organization(organization, acme.organization.version, &deletion).await.unwrap();
    assert!(found(&store, Some(organization), AuditFilter::default()).await.is_empty());
    assert_eq!(store.audit_event(None, deletion.id).await.unwrap(), Some(deletion));
}
