//! Turning a decision into the rows that it writes.

use chrono::{DateTime, Duration, Utc};

use super::{Keeping, World};
use crate::arrival::{self, Arrival};
use crate::connection::ConnectionView;
use crate::decide::{Decision, Verdict};
use crate::ids::{OrganizationId, SignInId, UserId, Version};
use crate::letter::{Correspondence, Letter, LetterContent};
use crate::name_id::NameId;
use crate::organization::Locale;
use crate::ports::Rejection;
use crate::profile::{Profile, VerifiedAssertion};
use crate::provenance::{Origins, Provenance};
use crate::refusal::RefusalCode;
use crate::sign_in::{
    ConnectionRef, LINK_LIFETIME, MatchedBy, Outcome, PendingLink, Recording, Session, SignInRecord,
    Snapshot, UsedAssertion, UserWrite, WelcomeEmail,
};
use crate::token::{SecretKey, Token};
use crate::user::{CreatedBy, Identity, User, UserProfile};

/// How long a session lasts, unless the identity provider wants it to end earlier.
const SESSION: Duration = Duration::hours(8);
/// How much longer than its own time a used assertion is remembered: the skew that a verifier grants.
pub(in crate::usecase) const SKEW: Duration = Duration::seconds(180);
/// The most characters of a NameID that a record keeps.
const MOST_NAME_ID: usize = 1_024;

/// A verified response with what the rules made of it.
pub(super) struct Judged<'a> {
    pub(super) view: &'a ConnectionView,
    pub(super) snapshot: &'a Snapshot,
    pub(super) assertion: &'a VerifiedAssertion,
    pub(super) decision: Decision,
    pub(super) now: DateTime<Utc>,
}

/// How it ends for the person.
pub(super) enum Ending {
    SignedIn { session: Token, expires_at: DateTime<Utc> },
    Refused(RefusalCode),
}

impl Judged<'_> {
    /// The one write, and how it ends for the person once it is written.
    pub(super) fn recording(self, world: &World, key: &SecretKey, keeping: &Keeping) -> (Recording, Ending) {
        let (view, now) = (self.view, self.now);
        let record = SignInRecord {
            verified_by: Some(self.assertion.verified_by.clone()),
            ..record_of(world.id(), view, self.snapshot, &self.assertion.profile, &self.decision, now)
        };
        let arrival = || Arrival::Profile(self.assertion.profile.clone());
        let mut recording = Recording {
            arrival: keeping.seal(arrival, &view.organization, record.id, now),
            record,
            connection_id: view.connection.id,
            basis: view.basis(),
            assertion: UsedAssertion {
                id: self.assertion.assertion_id.clone(),
                forget_after: self.assertion.not_on_or_after + SKEW,
            },
            request_id: self.snapshot.request.as_ref().map(|request| request.id.clone()),
            user: UserWrite::Nothing,
            link: None,
            letters: Vec::new(),
            session: None,
        };
        let language = self.assertion.profile.language();
        let asserted = language.as_ref();
        let letter = |addressee: &User, content: &dyn Fn(Correspondence) -> LetterContent| Letter {
            id: world.id(),
            organization_id: Some(view.organization.id),
            to: addressee.profile.email.clone(),
            user_id: Some(addressee.id),
            content: content(correspondence(view, &addressee.profile, asserted)),
            created_at: now,
        };
        let origins =
            self.decision.sources.in_sign_in(&view.connection.details.key, recording.record.id, now);
        let user = match self.decision.verdict {
            Verdict::Refuse(code) => return (recording, Ending::Refused(code)),
            Verdict::AskOwner { user, name_id } => {
                let link = pending_link(world, key, view, &user, name_id, now);
                if !self.snapshot.may_mail_link(&link.identity, &link.email, now) {
                    return (recording, Ending::Refused(RefusalCode::LinkVerificationSent));
                }
                recording.letters.push(letter(&user, &|about| LetterContent::LinkVerification {
                    about,
                    link: link.id,
                    connection_name: view.connection.details.display_name.clone(),
                    expires_at: link.expires_at,
                }));
                recording.link = Some(link);
                return (recording, Ending::Refused(RefusalCode::LinkVerificationSent));
            }
            Verdict::Create { profile, name_id, welcome } => {
                let user = new_user(world.id(), view, profile, &origins, name_id, now);
                if welcome {
                    recording.letters.push(letter(&user, &|about| LetterContent::Welcome { about }));
                }
                recording.user = UserWrite::Create(user.clone());
                user
            }
            Verdict::SignIn { user, profile, bind, old_address } => {
                let decided_on = user.version;
                let user = updated_user(*user, view, profile, &origins, bind, now);
                if let Some(to) = old_address {
                    let letter = letter(&user, &|about| LetterContent::AddressChanged { about });
                    recording.letters.push(Letter { to, ..letter });
                }
                recording.user = UserWrite::Update { user: user.clone(), decided_on };
                user
            }
        };
        let token = Token::generate(&*world.random);
        let session = new_session(world, view, self.assertion, &user, &token, now);
        let ending = Ending::SignedIn { session: token, expires_at: session.expires_at };
        recording.record.user_id = Some(user.id);
        recording.session = Some(session);
        (recording, ending)
    }
}

/// The row of the history for a decision.
pub(in crate::usecase) fn record_of(
    id: SignInId,
    view: &ConnectionView,
    snapshot: &Snapshot,
    profile: &Profile,
    decision: &Decision,
    now: DateTime<Utc>,
) -> SignInRecord {
    SignInRecord {
        connection: Some(reference(view)),
        outcome: decision.outcome(),
        code: decision.code(),
        user_id: matched_user(snapshot, decision.matched_by),
        name_id: Some(profile.name_id.trim().chars().take(MOST_NAME_ID).collect()),
        settings_version: Some(view.connection.settings_version),
        matched_by: decision.matched_by,
        changes: decision.changes.clone(),
        explanation: decision.explanation.clone(),
        warnings: decision.warnings.clone(),
        welcome_email: decision.welcome_email(),
        arrived: arrival::names(profile),
        ..blank(id, view.organization.id, now)
    }
}

/// The row of the history for a response that is not believed: it names nobody.
pub(in crate::usecase) fn untrusted(
    id: SignInId,
    organization: OrganizationId,
    view: Option<&ConnectionView>,
    rejection: &Rejection,
    now: DateTime<Utc>,
) -> SignInRecord {
    SignInRecord {
        connection: view.map(reference),
        code: Some(rejection.code()),
        detail: Some(rejection.to_string()),
        rejection: Some(rejection.clone()),
        ..blank(id, organization, now)
    }
}

fn blank(id: SignInId, organization_id: OrganizationId, at: DateTime<Utc>) -> SignInRecord {
    SignInRecord {
        id,
        organization_id,
        at,
        connection: None,
        outcome: Outcome::Refused,
        code: None,
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
    }
}

fn reference(view: &ConnectionView) -> ConnectionRef {
    ConnectionRef { id: view.connection.id, key: view.connection.details.key.clone() }
}

fn matched_user(snapshot: &Snapshot, matched_by: MatchedBy) -> Option<UserId> {
    match matched_by {
        MatchedBy::Identity => snapshot.by_identity.as_ref(),
        MatchedBy::Email => snapshot.by_email.as_ref(),
        MatchedBy::None => None,
    }
    .map(|user| user.id)
}

/// In the language that the identity provider says they speak, or else in the organization's.
fn correspondence(view: &ConnectionView, user: &UserProfile, asserted: Option<&Locale>) -> Correspondence {
    Correspondence::with(&view.organization, user.first_name.clone(), asserted)
}

fn new_user(
    id: UserId,
    view: &ConnectionView,
    profile: UserProfile,
    origins: &Origins,
    name_id: NameId,
    now: DateTime<Utc>,
) -> User {
    User {
        id,
        organization_id: view.organization.id,
        provenance: Provenance::of_new(&profile, origins),
        profile,
        identities: vec![Identity { connection_id: view.connection.id, name_id }],
        active: true,
        created_by: CreatedBy::Sso,
        version: Version::FIRST,
        created_at: now,
        updated_at: now,
        last_sign_in_at: Some(now),
    }
}

fn updated_user(
    user: User,
    view: &ConnectionView,
    profile: UserProfile,
    origins: &Origins,
    bind: Option<NameId>,
    now: DateTime<Utc>,
) -> User {
    let changed = profile != user.profile || bind.is_some();
    let provenance = user.provenance.changed(&user.profile, &profile, origins);
    let mut identities = user.identities;
    identities.extend(bind.map(|name_id| Identity { connection_id: view.connection.id, name_id }));
    User {
        profile,
        provenance,
        identities,
        version: user.version.next(),
        updated_at: if changed { now } else { user.updated_at },
        last_sign_in_at: Some(now),
        ..user
    }
}

fn new_session(
    world: &World,
    view: &ConnectionView,
    assertion: &VerifiedAssertion,
    user: &User,
    token: &Token,
    now: DateTime<Utc>,
) -> Session {
    let longest = now + SESSION;
    Session {
        id: world.id(),
        organization_id: view.organization.id,
        user_id: user.id,
        connection_id: view.connection.id,
        session_index: assertion.session_index.clone(),
        name_id: Some(assertion.profile.name_identifier()),
        token_hash: token.hash(),
        created_at: now,
        expires_at: assertion.session_not_on_or_after.map_or(longest, |end| end.min(longest)),
    }
}

fn pending_link(
    world: &World,
    key: &SecretKey,
    view: &ConnectionView,
    user: &User,
    name_id: NameId,
    now: DateTime<Utc>,
) -> PendingLink {
    let id = world.id();
    PendingLink {
        id,
        organization_id: view.organization.id,
        user_id: user.id,
        identity: Identity { connection_id: view.connection.id, name_id },
        email: user.profile.email.clone(),
        token_hash: key.link_token(id).hash(),
        expires_at: now + LINK_LIFETIME,
    }
}
