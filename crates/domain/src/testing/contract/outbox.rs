//! The outbox.

use std::sync::Arc;

use chrono::Duration;

use super::fixture::*;
use crate::letter::{CertificateInLetter, ConnectionInLetter, Letter, LetterContent, ToAdministrator};
use crate::ports::{Settlement, Store, Undelivered};
use crate::sign_in::Recording;

const LEASE: Duration = Duration::seconds(60);

async fn post(store: &Arc<dyn Store>, acme: &Acme, letters: Vec<Letter>) {
    store.record(&Recording { letters, ..refusal(&acme.view()) }).await.unwrap();
}

/// A store with one letter.
async fn with_letter(store: &Arc<dyn Store>) -> Letter {
    let acme = with_acme(store).await;
    let letter = letter(&acme.view(), &acme.user("ada@acme.example"));
    post(store, &acme, vec![letter.clone()]).await;
    letter
}

/// The attempt of the one letter, if it can be claimed at that second.
async fn attempt_at(store: &Arc<dyn Store>, seconds: i64) -> Option<u32> {
    let claimed = store.claim(later(seconds), LEASE, 10).await.unwrap();
    assert!(claimed.len() <= 1);
    claimed.first().map(|claimed| claimed.attempt)
}

pub async fn letters_are_claimed_oldest_first_and_once(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let ada = acme.user("ada@acme.example");
    let letters: Vec<_> =
        [3, 1, 2].map(|seconds| Letter { created_at: later(seconds), ..letter(&acme.view(), &ada) }).into();
    post(&store, &acme, letters.clone()).await;
    assert!(store.claim(later(0), LEASE, 10).await.unwrap().is_empty(), "not written yet");
    let first = store.claim(later(5), LEASE, 2).await.unwrap();
    assert_eq!(first.iter().map(|claimed| &claimed.letter).collect::<Vec<_>>(), [&letters[1], &letters[2]]);
    assert!(first.iter().all(|claimed| claimed.attempt == 1));
    let second = store.claim(later(5), LEASE, 2).await.unwrap();
    assert_eq!(second.iter().map(|claimed| &claimed.letter).collect::<Vec<_>>(), [&letters[0]]);
    assert!(store.claim(later(5), LEASE, 2).await.unwrap().is_empty());
}

pub async fn every_kind_of_letter_is_read_back(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let ada = acme.user("ada@acme.example");
    let mut about = correspondence(&acme.view(), &ada);
    about.branding.logo = Some(crate::testing::logo(300, 100).mark);
    let connection = ConnectionInLetter::from(&acme.view());
    let provider = identity_provider("https://okta.example/idp");
    let certificate = CertificateInLetter::from(&provider.metadata.certificates[0]);
    let contents = [
        LetterContent::Welcome { about: about.clone() },
        LetterContent::LinkVerification {
            about: about.clone(),
            link: id(),
            connection_name: acme.connection.details.display_name.clone(),
            expires_at: later(600),
        },
        LetterContent::CertificateExpires {
            about: about.clone(),
            connection: connection.clone(),
            certificate: certificate.clone(),
        },
        LetterContent::MetadataAwaitsApproval {
            about: about.clone(),
            connection: connection.clone(),
            added: vec![certificate.clone(), certificate.clone()],
            removed: vec![certificate],
            endpoints_changed: true,
        },
        LetterContent::MetadataNotRefreshed {
            about: about.clone(),
            connection,
            since: later(5),
            reason: "it “failed”".to_owned(),
        },
        LetterContent::AddressChanged { about },
        LetterContent::LostPassword { about: ToAdministrator::by(None), link: id(), expires_at: later(600) },
        LetterContent::Invitation {
            about: ToAdministrator::by(Some(&acme.organization)),
            link: id(),
            invited_by: Some(ada.profile.email.clone()),
            expires_at: later(600),
        },
        LetterContent::SetupLink {
            about: ToAdministrator::by(Some(&acme.organization)),
            link: id(),
            invited_by: None,
            expires_at: later(600),
        },
    ];
    let letters = contents.map(|content| Letter { content, ..letter(&acme.view(), &ada) });
    post(&store, &acme, letters.to_vec()).await;
    let claimed = store.claim(later(1), LEASE, 10).await.unwrap();
    assert_eq!(claimed.into_iter().map(|claimed| claimed.letter).collect::<Vec<_>>(), letters);
}

pub async fn a_letter_may_be_in_no_organizations_name(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let of_acme = letter(&acme.view(), &acme.user("ada@acme.example"));
    let of_nobody = Letter { id: id(), organization_id: None, ..of_acme.clone() };
    post(&store, &acme, vec![of_nobody.clone(), of_acme]).await;
    store.delete_organization(acme.organization.id, acme.organization.version, &audit()).await.unwrap();
    let claimed = store.claim(later(1), LEASE, 10).await.unwrap();
    assert_eq!(claimed.iter().map(|claimed| &claimed.letter).collect::<Vec<_>>(), [&of_nobody]);
    store.settle(of_nobody.id, 1, &Settlement::Delivered, later(2)).await.unwrap();
}

pub async fn a_lease_that_ends_frees_the_letter(store: Arc<dyn Store>) {
    with_letter(&store).await;
    assert_eq!(attempt_at(&store, 1).await, Some(1));
    assert_eq!(attempt_at(&store, 60).await, None);
    assert_eq!(attempt_at(&store, 61).await, Some(2));
}

pub async fn a_delivered_letter_is_never_claimed_again(store: Arc<dyn Store>) {
    let letter = with_letter(&store).await;
    assert_eq!(attempt_at(&store, 1).await, Some(1));
    store.settle(letter.id, 1, &Settlement::Delivered, later(2)).await.unwrap();
    assert_eq!(attempt_at(&store, 900_000).await, None);
}

pub async fn a_letter_given_up_is_never_claimed_again(store: Arc<dyn Store>) {
    let letter = with_letter(&store).await;
    assert_eq!(attempt_at(&store, 1).await, Some(1));
    let given_up = Settlement::GivenUp { reason: "no such mailbox\0\r\n".to_owned() };
    store.settle(letter.id, 1, &given_up, later(2)).await.unwrap();
    assert_eq!(attempt_at(&store, 900_000).await, None);
}

pub async fn a_letter_is_tried_again_when_it_is_due(store: Arc<dyn Store>) {
    let letter = with_letter(&store).await;
    assert_eq!(attempt_at(&store, 1).await, Some(1));
    let retry = |seconds| Settlement::RetryAt { at: later(seconds), reason: "greylisted\0".to_owned() };
    store.settle(letter.id, 1, &retry(5), later(2)).await.unwrap();
    assert_eq!(attempt_at(&store, 4).await, None);
    assert_eq!(attempt_at(&store, 5).await, Some(2), "earlier than the lease would have ended");
    store.settle(letter.id, 2, &retry(500), later(6)).await.unwrap();
    assert_eq!(attempt_at(&store, 499).await, None);
    assert_eq!(attempt_at(&store, 500).await, Some(3));
}

pub async fn who_lost_the_lease_cannot_settle(store: Arc<dyn Store>) {
    let letter = with_letter(&store).await;
    assert_eq!(attempt_at(&store, 1).await, Some(1));
    assert_eq!(attempt_at(&store, 61).await, Some(2));
    must_conflict(store.settle(letter.id, 1, &Settlement::Delivered, later(62)).await);
    store.settle(letter.id, 2, &Settlement::Delivered, later(63)).await.unwrap();
}

pub async fn a_letter_is_settled_once_an_attempt(store: Arc<dyn Store>) {
    let letter = with_letter(&store).await;
    assert_eq!(attempt_at(&store, 1).await, Some(1));
    let retry = Settlement::RetryAt { at: later(5), reason: "later".to_owned() };
    store.settle(letter.id, 1, &retry, later(2)).await.unwrap();
    must_conflict(store.settle(letter.id, 1, &Settlement::Delivered, later(2)).await);
    assert_eq!(attempt_at(&store, 5).await, Some(2));
    store.settle(letter.id, 2, &Settlement::Delivered, later(6)).await.unwrap();
    must_conflict(store.settle(letter.id, 2, &retry, later(6)).await);
}

pub async fn nobody_settles_what_was_never_claimed(store: Arc<dyn Store>) {
    let letter = with_letter(&store).await;
    for attempt in [0, 1] {
        must_conflict(store.settle(letter.id, attempt, &Settlement::Delivered, later(2)).await);
    }
    must_conflict(store.settle(id(), 1, &Settlement::Delivered, later(2)).await);
    assert_eq!(attempt_at(&store, 3).await, Some(1));
}

pub async fn letters_that_did_not_arrive_are_counted(store: Arc<dyn Store>) {
    let acme = with_acme(&store).await;
    let ada = acme.user("ada@acme.example");
    let organization = acme.organization.id;
    let letters: Vec<_> = [1, 2, 3, 4]
        .map(|seconds| Letter { created_at: later(seconds), ..letter(&acme.view(), &ada) })
        .into();
    post(&store, &acme, letters.clone()).await;
    assert_eq!(store.undelivered(organization, later(0)).await.unwrap(), Undelivered::default());
    store.claim(later(3), LEASE, 3).await.unwrap();
    let failing = || "refused\0".to_owned();
    let given_up = Settlement::GivenUp { reason: failing() };
    let retry = Settlement::RetryAt { at: later(9), reason: failing() };
    for (letter, settlement) in letters.iter().zip([given_up, Settlement::Delivered, retry]) {
        store.settle(letter.id, 1, &settlement, later(4)).await.unwrap();
    }
    let newest = |seconds| Some(later(seconds));
    for (written_by, waiting, newest) in [(2, 0, newest(1)), (3, 1, newest(3)), (4, 2, newest(4))] {
        let found = store.undelivered(organization, later(written_by)).await.unwrap();
        assert_eq!(found, Undelivered { given_up: 1, waiting, newest }, "{written_by}");
    }
    assert_eq!(store.undelivered(id(), later(9)).await.unwrap(), Undelivered::default());
}
