//! The record of one sign-in, and the one atomic write that a sign-in is.

use chrono::{DateTime, Duration, Utc};

use crate::arrival::{ArrivedAttribute, SealedArrival};
use crate::connection::Basis;
use crate::email::EmailAddress;
use crate::explanation::{Change, Entry, Topic, Warning};
use crate::ids::{ConnectionId, LinkId, OrganizationId, SessionId, SignInId, UserId, Version};
use crate::letter::Letter;
use crate::name_id::{NameId, NameIdentifier};
use crate::ports::Rejection;
use crate::refusal::RefusalCode;
use crate::return_to::ReturnTo;
use crate::rule::Rule;
use crate::text::ConnectionKey;
use crate::token::TokenHash;
use crate::user::{Identity, User};
use crate::words::words;

/// What a sign-in ended as, and why: a row of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInRecord {
    /// Its row, and the reference that a refused person is shown.
    pub id: SignInId,
    /// Whose sign-in it was.
    pub organization_id: OrganizationId,
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// Through which connection, if the issuer named one.
    pub connection: Option<ConnectionRef>,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it was refused.
    pub code: Option<RefusalCode>,
    /// What exactly was wrong with a response that was not believed, for the administrator.
    pub detail: Option<String>,
    /// Which check that was. None, where the response was believed, and in a row from before it was kept.
    pub rejection: Option<Rejection>,
    /// The user who was matched, signed in or not, or created.
    pub user_id: Option<UserId>,
    /// The NameID as it was believed.
    pub name_id: Option<String>,
    /// The version of the settings that decided.
    pub settings_version: Option<Version>,
    /// How the person was recognised.
    pub matched_by: MatchedBy,
    /// What changed.
    pub changes: Vec<Change>,
    /// Which rule decided what.
    pub explanation: Vec<Entry>,
    /// What an administrator should look at.
    pub warnings: Vec<Warning>,
    /// Whether the person was welcomed.
    pub welcome_email: WelcomeEmail,
    /// The fingerprint of the certificate that verified the response.
    pub verified_by: Option<String>,
    /// Which attributes arrived in a response that was believed.
    pub arrived: Vec<ArrivedAttribute>,
}

impl SignInRecord {
    /// The rule that made a change: the one that the explanation has at its field.
    #[must_use]
    pub fn rule_of(&self, change: &Change) -> Option<Rule> {
        self.explanation.iter().find(|entry| entry.field == change.field).map(|entry| entry.rule)
    }

    /// How the sign-in ended for one of the things that an explanation is about: it may have changed others alone.
    #[must_use]
    pub fn outcome_of(&self, topic: Topic) -> Outcome {
        match self.outcome {
            Outcome::Updated if self.changes.iter().all(|change| change.field != topic) => Outcome::Unchanged,
            outcome => outcome,
        }
    }
}

/// The connection of a record, which keeps its key when the connection is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionRef {
    /// Its row.
    pub id: ConnectionId,
    /// Its name in URLs at that time.
    pub key: ConnectionKey,
}

words!(
    /// How a sign-in ended.
    Outcome {
        /// A user was created and signed in.
        Created = "created",
        /// A user was signed in, and something of theirs changed.
        Updated = "updated",
        /// A user was signed in.
        Unchanged = "unchanged",
        /// Nobody was signed in.
        Refused = "refused",
    }
);
words!(
    /// How a person was recognised.
    MatchedBy {
        /// By the connection and the NameID.
        Identity = "identity",
        /// By the e-mail address.
        Email = "email",
        /// Not at all.
        None = "none",
    }
);
words!(
    /// Whether a welcome mail was written.
    WelcomeEmail {
        /// It lies in the outbox.
        Queued = "queued",
        /// The connection wants none.
        Suppressed = "suppressed",
        /// Nobody was created.
        NotApplicable = "not_applicable",
    }
);

/// All that one verified response writes, in one atomic step or not at all.
#[derive(Debug, Clone)]
pub struct Recording {
    /// The row of the history.
    pub record: SignInRecord,
    /// What arrived, where it is kept.
    pub arrival: Option<SealedArrival>,
    /// Through which connection.
    pub connection_id: ConnectionId,
    /// What it was decided on. If any of it changed, or the connection or one of these versions is gone, nothing is written.
    pub basis: Basis,
    /// The assertion that is used up.
    pub assertion: UsedAssertion,
    /// The request that is answered and gone.
    pub request_id: Option<String>,
    /// What becomes of the user.
    pub user: UserWrite,
    /// A link that awaits its verification.
    pub link: Option<PendingLink>,
    /// The letters to send.
    pub letters: Vec<Letter>,
    /// The session of the person who is signed in.
    pub session: Option<Session>,
}

/// An assertion that no second sign-in through its connection may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedAssertion {
    /// Its ID.
    pub id: String,
    /// From when on it need not be remembered, because it would be refused as expired.
    pub forget_after: DateTime<Utc>,
}

/// What becomes of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserWrite {
    /// Nothing: the sign-in is refused.
    Nothing,
    /// The user is created, with identities and assignments.
    Create(User),
    /// The row becomes this one if it still has the version before; assignments and identities are added or
    /// changed to what stands here, and none is removed.
    Update {
        /// The user afterwards, with its next version.
        user: User,
        /// The version that the decision was made on.
        decided_on: Version,
    },
}

/// An identity that waits for the owner of an address to confirm it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingLink {
    /// Its row.
    pub id: LinkId,
    /// In which organization.
    pub organization_id: OrganizationId,
    /// Whose it would become.
    pub user_id: UserId,
    /// What would be bound.
    pub identity: Identity,
    /// Where the link is mailed to. Once the user has another address, whoever reads this one does not own the account.
    pub email: EmailAddress,
    /// The hash of the token in the mailed link.
    pub token_hash: TokenHash,
    /// Until when the link can be opened.
    pub expires_at: DateTime<Utc>,
}

impl PendingLink {
    /// Whether whoever reads the mail has the address that the user has now.
    #[must_use]
    pub fn is_mailed_to(&self, user: &User) -> bool {
        user.profile.email.is_same_as(&self.email)
    }
}

/// A signed-in person's session with this service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its row.
    pub id: SessionId,
    /// In which organization.
    pub organization_id: OrganizationId,
    /// Whose.
    pub user_id: UserId,
    /// Through which connection.
    pub connection_id: ConnectionId,
    /// The identity provider's name for its session, for single logout.
    pub session_index: Option<String>,
    /// The identity provider's name for the person in that session, for single logout. None in a session that began before it was
    /// kept.
    pub name_id: Option<NameIdentifier>,
    /// The hash of the token in the cookie.
    pub token_hash: TokenHash,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// A sign-in that began here and awaits the identity provider's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginRequest {
    /// The ID of the AuthnRequest: `_` and 160 random bits in hexadecimal. It is the RelayState too.
    pub id: String,
    /// In which organization.
    pub organization_id: OrganizationId,
    /// Through which connection.
    pub connection_id: ConnectionId,
    /// The hash of the cookie of the browser in which it began.
    pub browser: TokenHash,
    /// Where the person wants to go.
    pub return_to: Option<ReturnTo>,
    /// Until when an answer is taken.
    pub expires_at: DateTime<Utc>,
}

/// What one decision needs to know, read in one step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The user with exactly this identity.
    pub by_identity: Option<User>,
    /// NameIDs of the connection that differ from the asked one only in letter case or surrounding space.
    pub near_misses: Vec<NameId>,
    /// The user with the asserted address, without letter case.
    pub by_email: Option<User>,
    /// The links that were mailed to this user, have not been used and may have expired: the last [`MOST_LINKS`], newest first.
    pub links: Vec<MailedLink>,
    /// Whether the assertion was used before.
    pub assertion_used: bool,
    /// The request that the response says it answers, if it is pending (it may have expired).
    pub request: Option<LoginRequest>,
}

/// How long a link verification can be opened.
pub const LINK_LIFETIME: Duration = Duration::hours(24);

/// The most links of one user that can be opened at a time. Whoever can sign in as the owner of an address says cannot fill the owner's mailbox.
pub const MOST_LINKS: usize = 10;

/// How long a mailed link stands for a further one for the same identity.
pub const LINK_AGAIN_AFTER: Duration = Duration::minutes(10);

/// A link verification that was mailed, as far as the next one depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailedLink {
    /// What it would bind.
    pub identity: Identity,
    /// Where it was mailed to.
    pub email: EmailAddress,
    /// Until when it can be opened.
    pub expires_at: DateTime<Utc>,
}

impl Snapshot {
    /// Whether a further link, for this identity to this address, is mailed now. Otherwise those that were mailed do.
    #[must_use]
    pub fn may_mail_link(&self, identity: &Identity, email: &EmailAddress, now: DateTime<Utc>) -> bool {
        let open: Vec<&MailedLink> = self.links.iter().filter(|link| now < link.expires_at).collect();
        let just_mailed = open.iter().any(|link| {
            let mailed_at = link.expires_at - LINK_LIFETIME;
            link.identity == *identity && link.email.is_same_as(email) && now < mailed_at + LINK_AGAIN_AFTER
        });
        open.len() < MOST_LINKS && !just_mailed
    }
}

/// What a snapshot is taken of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// In which organization.
    pub organization_id: OrganizationId,
    /// Through which connection.
    pub connection_id: ConnectionId,
    /// The NameID, where it can be used.
    pub name_id: Option<NameId>,
    /// The asserted address.
    pub email: Option<crate::email::EmailAddress>,
    /// The assertion; none in a simulation that has none.
    pub assertion_id: Option<String>,
    /// The request that it answers.
    pub request_id: Option<String>,
}
