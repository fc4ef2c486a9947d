//! Who the person is: the `match_…` rules and `email_domain`.

use super::Case;
use crate::asserted::Value;
use crate::explanation::{Entry, Note, Topic};
use crate::name_id::NameId;
use crate::refusal::RefusalCode;
use crate::rule::Rule;
use crate::settings::LinkByEmail;
use crate::sign_in::MatchedBy;
use crate::user::User;

/// Whom a sign-in belongs to.
pub(super) enum Match {
    /// To nobody yet: rule `match_none`.
    Nobody { name_id: NameId },
    /// To a user, whose identity may still have to be bound.
    User { user: Box<User>, bind: Option<NameId> },
    /// Perhaps to a user, who is asked by mail.
    AskOwner { user: Box<User>, name_id: NameId },
}

impl Case<'_> {
    pub(super) fn find_user(&mut self) -> Result<Match, RefusalCode> {
        let name_id = self.usable_name_id()?;
        if let Some(user) = &self.snapshot.by_identity {
            self.must_be_active(user, MatchedBy::Identity)?;
            self.matched_by = MatchedBy::Identity;
            self.explanation.say(self.identity_entry(Rule::MatchIdentity).resulting(&name_id));
            self.address_must_be_in_domains()?;
            return Ok(Match::User { user: Box::new(user.clone()), bind: None });
        }
        let by_email = self.snapshot.by_email.as_ref();
        if let Some(user) = by_email {
            self.must_be_active(user, MatchedBy::Email)?;
        }
        self.must_not_be_a_near_miss()?;
        let Some(user) = by_email else {
            self.address_must_be_in_domains()?;
            return Ok(Match::Nobody { name_id });
        };
        self.matched_by = MatchedBy::Email;
        self.explanation.say(self.identity_entry(Rule::MatchEmail));
        self.address_must_be_in_domains()?;
        self.must_not_be_bound_elsewhere(user)?;
        self.link_by_email(user, name_id)
    }

    /// Rule `match_unusable_name_id`.
    fn usable_name_id(&mut self) -> Result<NameId, RefusalCode> {
        self.asserted.name_id.clone().map_err(|error| {
            let note = Note::Unfit { reason: error.to_string() };
            self.explanation.say(self.identity_entry(Rule::MatchUnusableNameId).noting(Some(note)));
            RefusalCode::UnsupportedResponse
        })
    }

    /// Rule `match_deactivated`, before any other reason that there may be to refuse the user.
    fn must_be_active(&mut self, user: &User, matched_by: MatchedBy) -> Result<(), RefusalCode> {
        if user.active {
            return Ok(());
        }
        self.matched_by = matched_by;
        self.explanation.say(self.identity_entry(Rule::MatchDeactivated));
        Err(RefusalCode::UserDeactivated)
    }

    /// Rule `match_near_miss`.
    fn must_not_be_a_near_miss(&mut self) -> Result<(), RefusalCode> {
        if self.snapshot.near_misses.is_empty() {
            return Ok(());
        }
        self.explanation.say(self.identity_entry(Rule::MatchNearMiss).noting(Some(Note::NameIdNearMiss)));
        Err(RefusalCode::AmbiguousMatch)
    }

    /// Rule `email_domain`.
    fn address_must_be_in_domains(&mut self) -> Result<(), RefusalCode> {
        let domains = &self.policy.settings.email_domains;
        let Some(address) = self.asserted.address() else { return Ok(()) };
        if domains.is_empty() || address.is_in(domains) {
            return Ok(());
        }
        let mut entry = self.asserted.email.entry(Rule::EmailDomain);
        if let Value::NotSent = self.asserted.email.value {
            entry.received = vec![address.to_string()];
            entry = entry.noting_if_silent(Note::AddressFromNameId);
        }
        self.explanation.say(entry);
        Err(RefusalCode::EmailDomainNotAllowed)
    }

    /// Rule `match_bound_elsewhere`.
    fn must_not_be_bound_elsewhere(&mut self, user: &User) -> Result<(), RefusalCode> {
        if user.identity_on(self.policy.connection_id).is_none() {
            return Ok(());
        }
        self.explanation.say(self.identity_entry(Rule::MatchBoundElsewhere).noting(Some(Note::AddressTaken)));
        Err(RefusalCode::EmailInUse)
    }

    /// Rule `match_email`.
    fn link_by_email(&mut self, user: &User, name_id: NameId) -> Result<Match, RefusalCode> {
        let settings = self.policy.settings;
        let in_trusted_domain =
            self.asserted.address().is_some_and(|address| address.is_in(&settings.email_domains));
        let entry = self.identity_entry(Rule::MatchEmail);
        let user = Box::new(user.clone());
        match settings.link_by_email {
            LinkByEmail::Never => {
                self.explanation.say(entry.noting(Some(Note::LinkingOff)));
                Err(RefusalCode::EmailInUse)
            }
            LinkByEmail::TrustedDomains if in_trusted_domain && !user.is_privileged(self.policy.catalog) => {
                self.explanation.say(entry.resulting(&name_id));
                Ok(Match::User { user, bind: Some(name_id) })
            }
            LinkByEmail::TrustedDomains | LinkByEmail::Verify => {
                self.explanation.say(entry.noting(Some(Note::LinkMailed)));
                Ok(Match::AskOwner { user, name_id })
            }
        }
    }

    fn identity_entry(&self, rule: Rule) -> Entry {
        Entry::new(Topic::Identity, rule).receiving(None, std::slice::from_ref(&self.asserted.raw_name_id))
    }
}
