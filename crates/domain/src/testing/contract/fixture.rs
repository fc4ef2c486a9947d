//! What the clauses begin with.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};

pub(super) use super::super::sample::{audit, id, identity_provider, logo, text, then};
pub(super) use super::super::{Acme, acme};
use crate::arrival::{ArrivedAttribute, SealedArrival};
use crate::catalog::Assignment;
use crate::connection::ConnectionView;
use crate::explanation::{Change, Entry, Note, Topic, Warning};
use crate::field::Field;
use crate::ids::LetterId;
use crate::letter::{Correspondence, Letter, LetterContent};
use crate::name_id::{NameId, NameIdentifier, Qualifiers};
use crate::ports::{Page, Rejection, SignInFilter, Store, StoreError, UniqueKey, UserFilter};
use crate::refusal::RefusalCode;
use crate::rule::Rule;
use crate::service_key::{KeyState, KeyUsage, SealedKey, ServiceKey};
use crate::settings::Settings;
use crate::sign_in::{
    ConnectionRef, LoginRequest, MatchedBy, Outcome, PendingLink, Recording, Session, SignInRecord, Snapshot,
    Subject, UsedAssertion, UserWrite, WelcomeEmail,
};
use crate::text::{RoleKey, UserTypeKey};
use crate::token::TokenHash;
use crate::user::{Identity, User};

/// The whole of any list that a clause makes.
pub(super) const ALL: Page = Page { after: None, limit: 1_000 };

/// A store that has the organization `acme`.
pub(super) async fn with_acme(store: &Arc<dyn Store>) -> Acme {
    let acme = acme();
    acme.install(&**store).await;
    acme
}

/// A store that has the organization `acme`, no value of whose catalog is a default.
pub(super) async fn with_acme_without_defaults(store: &Arc<dyn Store>) -> Acme {
    let mut acme = acme();
    acme.connection.settings = Settings::default();
    acme.install(&**store).await;
    acme
}

/// A store that has the organization `acme` and one user of it.
pub(super) async fn with_user(store: &Arc<dyn Store>) -> (Acme, User) {
    let acme = with_acme(store).await;
    let user = acme.user("ada@acme.example");
    acme.install_user(&**store, &user).await;
    (acme, user)
}

/// A hash that no other token has.
pub(super) fn token() -> TokenHash {
    let id: uuid::Uuid = id();
    let mut hash = [7; 32];
    hash[..16].copy_from_slice(id.as_bytes());
    TokenHash(hash)
}

pub(super) fn name_id(value: &str) -> NameId {
    text(NameId::parse(value))
}

pub(super) fn pair(user_type: &str, role: &str) -> (UserTypeKey, RoleKey) {
    (text(UserTypeKey::parse(user_type)), text(RoleKey::parse(role)))
}

pub(super) fn assignment(user_type: &str, role: &str) -> Assignment {
    let (user_type, role) = pair(user_type, role);
    Assignment { user_type, role }
}

pub(super) fn later(seconds: i64) -> DateTime<Utc> {
    then() + Duration::seconds(seconds)
}

/// A record in which every field says something.
pub(super) fn full_record(view: &ConnectionView) -> SignInRecord {
    let note = Note::AttributeNearMiss {
        arrived: "Sn \u{1F98A} \" \\".to_owned(),
        difference: crate::explanation::NameDifference::Case,
    };
    let entry = Entry {
        translated: Some("O’Brien".to_owned()),
        ..Entry::new(Topic::from(Field::LastName), Rule::MappedAttribute)
            .receiving(
                view.connection.settings.attribute(Field::LastName),
                &["O’Brien".to_owned(), String::new()],
            )
            .resulting("O’Brian")
            .noting(Some(note))
    };
    SignInRecord {
        id: id(),
        organization_id: view.organization.id,
        at: then(),
        connection: Some(ConnectionRef { id: view.connection.id, key: view.connection.details.key.clone() }),
        outcome: Outcome::Created,
        code: Some(RefusalCode::UnknownLocation),
        detail: Some("a detail: “what”\n'else'".to_owned()),
        rejection: Some(Rejection::Instant("what “else”".into())),
        user_id: Some(id()),
        name_id: Some("Ada\u{A0}".to_owned()),
        settings_version: Some(view.connection.settings_version),
        matched_by: MatchedBy::Email,
        changes: vec![Change { field: Topic::Location, before: None, after: Some("Zürich".to_owned()) }],
        explanation: vec![entry, Entry::new(Topic::Assignments, Rule::NeverRemoved)],
        warnings: vec![Warning {
            field: Topic::Location,
            code: RefusalCode::UnknownLocation,
            note: Some(Note::MultipleValues { count: 2 }),
        }],
        welcome_email: WelcomeEmail::Queued,
        verified_by: Some("00ff".to_owned()),
        arrived: vec![ArrivedAttribute { name: "groups “all”".to_owned(), values: 3 }],
    }
}

/// A record in which no field says more than it must.
pub(super) fn untrusted_record(view: &ConnectionView) -> SignInRecord {
    SignInRecord {
        connection: None,
        outcome: Outcome::Refused,
        code: Some(RefusalCode::UntrustedSignature),
        detail: None,
        rejection: None,
        user_id: None,
        name_id: None,
        settings_version: None,
        matched_by: MatchedBy::None,
        changes: Vec::new(),
        explanation: Vec::new(),
        warnings: Vec::new(),
        welcome_email: WelcomeEmail::NotApplicable,
        verified_by: None,
        arrived: Vec::new(),
        ..full_record(view)
    }
}

/// A refused sign-in, which writes history and nothing else.
pub(super) fn refusal(view: &ConnectionView) -> Recording {
    let record = SignInRecord { outcome: Outcome::Refused, user_id: None, ..full_record(view) };
    Recording {
        connection_id: view.connection.id,
        basis: view.basis(),
        assertion: UsedAssertion { id: format!("_{}", record.id), forget_after: later(600) },
        request_id: None,
        user: UserWrite::Nothing,
        link: None,
        letters: Vec::new(),
        session: None,
        arrival: None,
        record,
    }
}

/// A first sign-in, which writes everything but a link.
pub(super) fn creation(view: &ConnectionView, user: &User) -> Recording {
    let recording = signed_in(view, user);
    Recording { user: UserWrite::Create(user.clone()), letters: vec![letter(view, user)], ..recording }
}

/// A later sign-in of the user, who becomes `after`.
pub(super) fn update(view: &ConnectionView, before: &User, after: User) -> Recording {
    let user = User { version: before.version.next(), ..after };
    let write = UserWrite::Update { user, decided_on: before.version };
    Recording { user: write, ..signed_in(view, before) }
}

fn signed_in(view: &ConnectionView, user: &User) -> Recording {
    let recording = refusal(view);
    let record =
        SignInRecord { user_id: Some(user.id), outcome: Outcome::Updated, code: None, ..recording.record };
    Recording { session: Some(session(view, user)), record, ..recording }
}

/// Something sealed, which is kept until that second.
pub(super) fn arrival(seconds: i64) -> SealedArrival {
    SealedArrival { sealed: vec![0, 255, 1, 254], forget_after: later(seconds) }
}

/// A NameID with everything that may stand by it.
pub(super) fn name_identifier(value: &str) -> NameIdentifier {
    NameIdentifier {
        value: value.to_owned(),
        format: Some("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".to_owned()),
        qualifiers: Qualifiers {
            name_qualifier: Some("https://okta.example/idp".to_owned()),
            sp_name_qualifier: Some("ü".to_owned()),
        },
    }
}

pub(super) fn session(view: &ConnectionView, user: &User) -> Session {
    Session {
        id: id(),
        organization_id: view.organization.id,
        user_id: user.id,
        connection_id: view.connection.id,
        session_index: Some("index-1".to_owned()),
        name_id: Some(name_identifier(&user.profile.email.to_string())),
        token_hash: token(),
        created_at: then(),
        expires_at: later(3600),
    }
}

pub(super) fn letter(view: &ConnectionView, user: &User) -> Letter {
    Letter {
        id: id::<LetterId>(),
        organization_id: Some(view.organization.id),
        to: user.profile.email.clone(),
        user_id: Some(user.id),
        content: LetterContent::Welcome { about: correspondence(view, user) },
        created_at: then(),
    }
}

pub(super) fn correspondence(view: &ConnectionView, user: &User) -> Correspondence {
    Correspondence::with(&view.organization, user.profile.first_name.clone(), None)
}

pub(super) fn link(view: &ConnectionView, user: &User, name: &str) -> PendingLink {
    PendingLink {
        id: id(),
        organization_id: view.organization.id,
        user_id: user.id,
        identity: Identity { connection_id: view.connection.id, name_id: name_id(name) },
        email: user.profile.email.clone(),
        token_hash: token(),
        expires_at: later(3600),
    }
}

pub(super) fn request(view: &ConnectionView) -> LoginRequest {
    LoginRequest {
        id: format!("_{}", id::<uuid::Uuid>()),
        organization_id: view.organization.id,
        connection_id: view.connection.id,
        browser: token(),
        return_to: crate::return_to::ReturnTo::parse("/reports?x=ü".trim_end_matches('ü'), &[]).ok(),
        expires_at: later(600),
    }
}

/// What a decision on this NameID and address would be told.
pub(super) fn subject(view: &ConnectionView, name: &str, email: &str) -> Subject {
    Subject {
        organization_id: view.organization.id,
        connection_id: view.connection.id,
        name_id: Some(name_id(name)),
        email: Some(text(email.parse())),
        assertion_id: None,
        request_id: None,
    }
}

/// A key of the service's own, of which no byte is left out.
pub(super) fn service_key(usage: KeyUsage, state: KeyState) -> ServiceKey {
    let mut metadata = identity_provider("https://okta.example/idp").metadata;
    ServiceKey {
        id: id(),
        usage,
        state,
        certificate: metadata.certificates.remove(0),
        sealed: SealedKey((0..=255).collect()),
        created_at: then(),
    }
}

/// Everything that can be seen of what a recording would write.
#[derive(Debug, PartialEq)]
pub(super) struct Seen {
    users: Vec<User>,
    history: Vec<SignInRecord>,
    snapshot: Snapshot,
    session: bool,
    link: bool,
}

pub(super) async fn seen(store: &Arc<dyn Store>, recording: &Recording) -> Seen {
    let organization = recording.record.organization_id;
    let user = match &recording.user {
        UserWrite::Nothing => None,
        UserWrite::Create(user) | UserWrite::Update { user, .. } => Some(user),
    };
    let subject = Subject {
        organization_id: organization,
        connection_id: recording.connection_id,
        name_id: user.and_then(|user| user.identity_on(recording.connection_id).cloned()),
        email: user.map(|user| user.profile.email.clone()),
        assertion_id: Some(recording.assertion.id.clone()),
        request_id: recording.request_id.clone(),
    };
    let session = match &recording.session {
        Some(session) => store.session(&session.token_hash, then()).await.unwrap().is_some(),
        None => false,
    };
    let link = match &recording.link {
        Some(link) => store.pending_link(&link.token_hash, then()).await.unwrap().is_some(),
        None => false,
    };
    Seen {
        users: store.users(organization, &UserFilter::default(), ALL).await.unwrap().items,
        history: store.sign_ins(organization, &SignInFilter::default(), ALL).await.unwrap().items,
        snapshot: store.snapshot(&subject).await.unwrap(),
        session,
        link,
    }
}

/// Records, which must conflict and leave no trace.
pub(super) async fn conflicts_without_a_trace(store: &Arc<dyn Store>, recording: &Recording) {
    let before = seen(store, recording).await;
    must_conflict(store.record(recording).await);
    assert_eq!(seen(store, recording).await, before);
    let letters = store.claim(later(1), Duration::zero(), 1_000).await.unwrap();
    for letter in &recording.letters {
        assert!(letters.iter().all(|claimed| claimed.letter != *letter), "a letter was written");
    }
}

pub(super) fn must_conflict<T: std::fmt::Debug>(result: Result<T, StoreError>) {
    assert!(matches!(result, Err(StoreError::Conflict)), "not a conflict: {result:?}");
}

pub(super) fn must_be_taken<T: std::fmt::Debug>(result: Result<T, StoreError>, key: UniqueKey) {
    assert!(
        matches!(result, Err(StoreError::Taken(taken)) if taken == key),
        "not taken ({key:?}): {result:?}"
    );
}

/// Writes a change of a user by hand. Answers the user as they are then.
pub(super) async fn replaced(store: &Arc<dyn Store>, acme: &Acme, user: User) -> User {
    let user = User { version: user.version.next(), ..user };
    store.replace_user(&user, acme.organization.catalog_version, &audit()).await.unwrap();
    user
}

/// The user as the store has them now.
pub(super) async fn stored(store: &Arc<dyn Store>, user: &User) -> User {
    store.user(user.organization_id, user.id).await.unwrap().unwrap()
}
