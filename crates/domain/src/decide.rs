//! The rules of a sign-in: values in, a decision out.
//!
//! The same [`decide`] answers a sign-in, a simulation and a test. A refusal is a value, not an error.

mod existing_user;
mod explaining;
mod matching;
mod new_user;

use crate::asserted::Asserted;
use crate::catalog::{Assignment, Catalog};
use crate::connection::ConnectionView;
use crate::email::EmailAddress;
use crate::explanation::{Change, Entry, Note, Warning};
use crate::ids::ConnectionId;
use crate::name_id::NameId;
use crate::provenance::Sources;
use crate::refusal::RefusalCode;
use crate::settings::Settings;
use crate::sign_in::{MatchedBy, Outcome, Snapshot, WelcomeEmail};
use crate::user::{User, UserProfile};

use explaining::Explanation;
use matching::Match;

/// What an organization and its connection want.
#[derive(Debug, Clone, Copy)]
pub struct Policy<'a> {
    /// The connection that the sign-in came through.
    pub connection_id: ConnectionId,
    /// Its settings.
    pub settings: &'a Settings,
    /// The values valid in the organization.
    pub catalog: &'a Catalog,
    /// Whether the connection lets anybody in.
    pub enabled: bool,
    /// Whether the operator has enabled just-in-time provisioning for the organization.
    pub jit_enabled: bool,
}

impl<'a> Policy<'a> {
    /// The policy of a connection as it is saved.
    #[must_use]
    pub fn of(view: &'a ConnectionView) -> Self {
        Self {
            connection_id: view.connection.id,
            settings: &view.connection.settings,
            catalog: &view.catalog,
            enabled: view.connection.details.enabled,
            jit_enabled: view.organization.jit_provisioning_enabled,
        }
    }
}

/// What becomes of a sign-in, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What becomes of it.
    pub verdict: Verdict,
    /// How the person was recognised.
    pub matched_by: MatchedBy,
    /// What of the sign-in the values of the profile come from, where they change.
    pub sources: Sources,
    /// What changes; nothing when refused.
    pub changes: Vec<Change>,
    /// Which rule decided what: at most one entry a topic.
    pub explanation: Vec<Entry>,
    /// What an administrator should look at; nothing when refused, which the explanation tells.
    pub warnings: Vec<Warning>,
}

/// What becomes of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A user is created and signed in.
    Create {
        /// Who they are.
        profile: UserProfile,
        /// The identity to bind.
        name_id: NameId,
        /// Whether a welcome mail is written.
        welcome: bool,
    },
    /// An existing user is signed in.
    SignIn {
        /// The user as the snapshot has them.
        user: Box<User>,
        /// Who they are afterwards.
        profile: UserProfile,
        /// The identity to bind, where they were recognised by their address.
        bind: Option<NameId>,
        /// The old address, to be told that it is not the account's any more.
        old_address: Option<EmailAddress>,
    },
    /// Nobody is signed in until the owner of the address confirms that the identity is theirs.
    AskOwner {
        /// The user with the address.
        user: Box<User>,
        /// The identity to bind then.
        name_id: NameId,
    },
    /// Nobody is signed in.
    Refuse(RefusalCode),
}

impl Decision {
    /// How the sign-in ends.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match &self.verdict {
            Verdict::Create { .. } => Outcome::Created,
            Verdict::SignIn { bind: None, .. } if self.changes.is_empty() => Outcome::Unchanged,
            Verdict::SignIn { .. } => Outcome::Updated,
            Verdict::AskOwner { .. } | Verdict::Refuse(_) => Outcome::Refused,
        }
    }

    /// Why it is refused, if it is.
    #[must_use]
    pub fn code(&self) -> Option<RefusalCode> {
        match &self.verdict {
            Verdict::Refuse(code) => Some(*code),
            Verdict::AskOwner { .. } => Some(RefusalCode::LinkVerificationSent),
            Verdict::Create { .. } | Verdict::SignIn { .. } => None,
        }
    }

    /// Rule `welcome`: whether the person is welcomed.
    #[must_use]
    pub fn welcome_email(&self) -> WelcomeEmail {
        match &self.verdict {
            Verdict::Create { welcome: true, .. } => WelcomeEmail::Queued,
            Verdict::Create { welcome: false, .. } => WelcomeEmail::Suppressed,
            _ => WelcomeEmail::NotApplicable,
        }
    }
}

/// Decides one sign-in.
///
/// ```
/// use vestibule_domain::asserted::Asserted;
/// use vestibule_domain::catalog::Catalog;
/// use vestibule_domain::decide::{Policy, decide};
/// use vestibule_domain::ids::ConnectionId;
/// use vestibule_domain::profile::Profile;
/// use vestibule_domain::refusal::RefusalCode;
/// use vestibule_domain::settings::Settings;
/// use vestibule_domain::sign_in::Snapshot;
///
/// // A new connection creates nobody, and nobody is known yet.
/// let (settings, catalog) = (Settings::default(), Catalog::default());
/// let policy = Policy {
///     connection_id: ConnectionId(uuid::Uuid::nil()),
///     settings: &settings,
///     catalog: &catalog,
///     enabled: true,
///     jit_enabled: true,
/// };
/// let profile = Profile { name_id: "ada@acme.example".to_owned(), ..Profile::default() };
/// let asserted = Asserted::read(&profile, &settings, &catalog);
///
/// let decision = decide(&policy, &Snapshot::default(), &asserted);
/// assert_eq!(decision.code(), Some(RefusalCode::RegistrationDisabled));
/// assert_eq!(decision.explanation[0].rule.as_str(), "registration");
/// ```
#[must_use]
pub fn decide(policy: &Policy<'_>, snapshot: &Snapshot, asserted: &Asserted) -> Decision {
    let mut case = Case {
        policy,
        snapshot,
        asserted,
        matched_by: MatchedBy::None,
        explanation: Explanation::starting_with(asserted.entries()),
        changes: Vec::new(),
        warnings: Vec::new(),
    };
    match case.verdict() {
        Ok(verdict) => case.close(verdict),
        Err(code) => {
            case.changes.clear();
            case.warnings.clear();
            case.close(Verdict::Refuse(code))
        }
    }
}

/// One sign-in while it is decided. Its methods are the rules; an `Err` is a rule's refusal.
struct Case<'a> {
    policy: &'a Policy<'a>,
    snapshot: &'a Snapshot,
    asserted: &'a Asserted,
    matched_by: MatchedBy,
    explanation: Explanation,
    changes: Vec<Change>,
    warnings: Vec<Warning>,
}

impl Case<'_> {
    fn verdict(&mut self) -> Result<Verdict, RefusalCode> {
        if !self.policy.enabled {
            return Err(RefusalCode::ConnectionDisabled);
        }
        match self.find_user()? {
            Match::Nobody { name_id } => self.new_user(name_id),
            Match::User { user, bind } => self.existing_user(user, bind),
            Match::AskOwner { user, name_id } => Ok(Verdict::AskOwner { user, name_id }),
        }
    }

    /// What keeps this sign-in from assigning a pair: the catalog, or its privilege.
    fn why_not_grantable(&self, pair: &Assignment) -> Option<Note> {
        match self.policy.catalog.role_of(pair) {
            None => Some(Note::NotARoleOfTheType),
            Some(role) if !role.privileged => None,
            Some(_) if !self.policy.settings.allow_privileged_assignments => Some(Note::PrivilegedNotAllowed),
            Some(_) if !self.asserted.both_halves_sent() => Some(Note::PrivilegedFilledIn),
            Some(_) => None,
        }
    }

    fn close(self, verdict: Verdict) -> Decision {
        Decision {
            verdict,
            matched_by: self.matched_by,
            sources: Sources::of(self.asserted),
            changes: self.changes,
            explanation: self.explanation.into_entries(),
            warnings: self.warnings,
        }
    }
}
