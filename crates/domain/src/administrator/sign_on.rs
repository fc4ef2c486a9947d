//! Administrators who sign in by single sign-on, through the one connection that an operator has named for it.

use chrono::{DateTime, TimeDelta, Utc};

use super::Administrator;
use crate::connection::ConnectionVersions;
use crate::email::EmailAddress;
use crate::field::Field;
use crate::ids::{AdministratorId, ConnectionId, NamingId, OrganizationId, Version};
use crate::name_id::NameId;
use crate::profile::Profile;
use crate::settings::Settings;
use crate::sign_in::UsedAssertion;
use crate::text::{ConnectionKey, EntityId, OrganizationSlug};
use crate::token::TokenHash;
use crate::words::words;

use super::PortalSession;

/// What the id of such a request begins with, so that an answer to one is never taken for a person's.
pub const PREFIX: &str = "_admin";

/// How long an answer is waited for.
pub const PENDING: TimeDelta = TimeDelta::minutes(10);

/// The connection through which administrators sign in. There is one in the installation, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdministratorsConnection {
    /// That it was named. What began by it, or was linked through it, ends with it, also where the same connection is named again.
    pub id: NamingId,
    /// Whose connection it is.
    pub organization_id: OrganizationId,
    /// The connection.
    pub connection_id: ConnectionId,
    /// The organization's name in URLs.
    pub organization: OrganizationSlug,
    /// The connection's name in URLs.
    pub connection: ConnectionKey,
    /// Since when.
    pub named_at: DateTime<Utc>,
}

/// Whether somebody may sign in by single sign-on, and as whom the identity provider knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SingleSignOn {
    /// They may not.
    Forbidden,
    /// They may, and have not yet: the first identity that has their address is theirs.
    Allowed,
    /// They may, as this one and no other.
    Linked(LinkedIdentity),
}

/// As whom the identity provider knows an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// The identity provider. Another one may have the same NameIDs, and mean others by them.
    pub issuer: EntityId,
    /// Its name for them.
    pub name_id: NameId,
    /// Since when.
    pub at: DateTime<Utc>,
}

impl SingleSignOn {
    /// Whether they have signed in so.
    #[must_use]
    pub fn is_linked(&self) -> bool {
        matches!(self, Self::Linked(_))
    }

    /// The word for it.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Allowed => "allowed",
            Self::Linked(_) => "linked",
        }
    }
}

/// An administrator's sign-in that began here and awaits the identity provider's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdministratorRequest {
    /// The ID of the AuthnRequest, which is the RelayState too.
    pub id: String,
    /// By which naming of a connection.
    pub naming_id: NamingId,
    /// The hash of the cookie of the browser in which it began.
    pub browser: TokenHash,
    /// The session that the browser had then, which ends. A browser sends no word of it along with the answer.
    pub instead_of: Option<TokenHash>,
    /// Where they wanted to go.
    pub return_to: Option<String>,
    /// Until when an answer is taken.
    pub expires_at: DateTime<Utc>,
}

words!(
    /// Why an administrator is not signed in, though the identity provider is believed.
    SignOnRefusal {
        /// The connection lets nobody in.
        ConnectionDisabled = "connection_disabled",
        /// Nobody can be known again by such a NameID.
        UnusableNameId = "unusable_name_id",
        /// No administrator has the identity or the address.
        UnknownAdministrator = "unknown_administrator",
        /// Whoever has the address may not sign in so.
        NotAllowed = "single_sign_on_not_allowed",
        /// Whoever has the address is known as somebody else.
        OtherIdentity = "other_identity",
        /// They are kept out, or administer nothing.
        Disabled = "administrator_disabled",
    }
);

/// What is known of whoever the identity provider vouches for.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The administrator who is linked to exactly this identity.
    pub by_identity: Option<Administrator>,
    /// The administrator of the asserted address.
    pub by_email: Option<Administrator>,
}

/// The address of an administrator that an identity provider says: the one value of the attribute that has addresses, or the NameID on a
/// connection that maps none.
///
/// It is stricter than of people. No table of translations makes another address of what arrived: whoever administered the organization
/// before the connection was named may have written it. And where the attribute is missing the NameID is none, which is chosen by
/// whoever has it at many identity providers.
#[must_use]
pub fn said_address(profile: &Profile, settings: &Settings) -> Option<EmailAddress> {
    let Some(attribute) = settings.attribute(Field::Email) else {
        return profile.name_id().ok().and_then(|name_id| EmailAddress::parse(name_id.as_str()).ok());
    };
    let received = profile.attributes.get(attribute.as_str())?;
    let mut values = received.iter().map(|value| value.trim()).filter(|value| !value.is_empty());
    let first = values.next()?;
    if values.all(|other| other == first) { EmailAddress::parse(first).ok() } else { None }
}

/// Who signs in, and the identity that they are linked to by it where it is their first time.
///
/// # Errors
/// Nobody does, and whom it is of, as far as that is known. An address counts once: as long as nobody is linked by it.
pub fn recognize(
    name_id: Option<&NameId>,
    issuer: &EntityId,
    known: Known,
    now: DateTime<Utc>,
) -> Result<(Administrator, Option<LinkedIdentity>), (SignOnRefusal, Option<AdministratorId>)> {
    let Some(name_id) = name_id else { return Err((SignOnRefusal::UnusableNameId, None)) };
    let (administrator, link) = match (known.by_identity, known.by_email) {
        (Some(linked), _) => (linked, None),
        (None, Some(named)) => match named.single_sign_on {
            SingleSignOn::Forbidden => return Err((SignOnRefusal::NotAllowed, Some(named.id))),
            SingleSignOn::Linked(_) => return Err((SignOnRefusal::OtherIdentity, Some(named.id))),
            SingleSignOn::Allowed => {
                let link = LinkedIdentity { issuer: issuer.clone(), name_id: name_id.clone(), at: now };
                (named, Some(link))
            }
        },
        (None, None) => return Err((SignOnRefusal::UnknownAdministrator, None)),
    };
    if administrator.may_act() {
        Ok((administrator, link))
    } else {
        Err((SignOnRefusal::Disabled, Some(administrator.id)))
    }
}

/// The answer that a decision stands on: all of it must still be so when the decision is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredRequest {
    /// The request, which is gone then.
    pub request_id: String,
    /// By which naming it began.
    pub naming_id: NamingId,
    /// Whose connection was believed.
    pub organization_id: OrganizationId,
    /// The connection.
    pub connection_id: ConnectionId,
    /// As it was.
    pub versions: ConnectionVersions,
    /// The assertion that is used up.
    pub assertion: UsedAssertion,
}

/// All that the sign-in of an administrator writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BegunSignOn {
    /// What it stands on.
    pub answered: AnsweredRequest,
    /// The session, of the same naming.
    pub session: PortalSession,
    /// The administrator's version before. It is one more if they are linked by it.
    pub version: Version,
    /// As whom they are known from now on, if this is their first time.
    pub link: Option<LinkedIdentity>,
    /// The session that the browser had.
    pub instead_of: Option<TokenHash>,
}
