//! What arrived at sign-ins.

use std::sync::Arc;

use super::fixture::*;
use crate::arrival::SealedArrival;
use crate::ports::Store;
use crate::sign_in::{Recording, SignInRecord};

pub async fn what_arrived_is_kept_with_its_sign_in_until_its_time_is_over(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let recording = Recording { arrival: Some(arrival(60)), ..refusal(&acme.view()) };
    store.record(&recording).await.unwrap();
    let bare = refusal(&acme.view());
    store.record(&bare).await.unwrap();
    let (organization, id) = (acme.organization.id, recording.record.id);
    assert_eq!(store.arrival(organization, id, later(59)).await.unwrap(), recording.arrival);
    assert_eq!(
        store.look_at_arrival(organization, id, later(59), &audit()).await.unwrap(),
        recording.arrival
    );
    assert_eq!(store.arrival(organization, id, later(60)).await.unwrap(), None);
    assert_eq!(store.look_at_arrival(organization, id, later(60), &audit()).await.unwrap(), None);
    assert_eq!(store.arrival(organization, bare.record.id, then()).await.unwrap(), None);
}

pub async fn what_arrived_in_another_organization_is_not_there(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let rival = Acme::named("rival");
    rival.install(&*store).await;
    let recording = Recording { arrival: Some(arrival(60)), ..refusal(&acme.view()) };
    store.record(&recording).await.unwrap();
    let (elsewhere, id) = (rival.organization.id, recording.record.id);
    assert_eq!(store.arrival(elsewhere, id, then()).await.unwrap(), None);
    assert_eq!(store.look_at_arrival(elsewhere, id, then(), &audit()).await.unwrap(), None);
}

pub async fn what_arrived_untrusted_is_kept_where_its_record_is(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let mut kept = Vec::new();
    for expected in [true, false] {
        let record = untrusted_record(&acme.view());
        let sealed = arrival(60);
        assert_eq!(store.record_untrusted(&record, Some(&sealed), 1, later(-60)).await.unwrap(), expected);
        kept.push(store.arrival(acme.organization.id, record.id, then()).await.unwrap());
    }
    assert_eq!(kept, [Some(arrival(60)), None]);
}

pub async fn nothing_that_arrived_is_kept_of_what_is_not_recorded(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let first = refusal(&acme.view());
    store.record(&first).await.unwrap();
    let again =
        Recording { arrival: Some(arrival(60)), assertion: first.assertion.clone(), ..refusal(&acme.view()) };
    must_conflict(store.record(&again).await);
    assert_eq!(store.arrival(acme.organization.id, again.record.id, then()).await.unwrap(), None);
}

pub async fn a_purged_user_takes_along_what_arrived(store: Arc<dyn Store>) {
    let (acme, user) = with_user(&store).await;
    let of_user = |recording: Recording| Recording {
        record: SignInRecord { user_id: Some(user.id), ..recording.record },
        arrival: Some(arrival(60)),
        ..recording
    };
    let (hers, another) = (of_user(refusal(&acme.view())), refusal(&acme.view()));
    let another = Recording { arrival: Some(arrival(60)), ..another };
    store.record(&hers).await.unwrap();
    store.record(&another).await.unwrap();
    let (organization, version) = (acme.organization.id, stored(&store, &user).await.version);
    store.purge_user(organization, user.id, version, &audit()).await.unwrap();
    assert_eq!(store.arrival(organization, hers.record.id, then()).await.unwrap(), None);
    let kept: Option<SealedArrival> = store.arrival(organization, another.record.id, then()).await.unwrap();
    assert_eq!(kept, another.arrival, "nobody else's");
}
