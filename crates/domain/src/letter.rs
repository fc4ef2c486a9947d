//! Letters: mails that are rows before they are mails.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::email::EmailAddress;
use crate::ids::{LetterId, LinkId, OrganizationId};
use crate::organization::Locale;
use crate::text::{DisplayName, OrganizationSlug, PersonName};

/// A letter in the outbox. It is written in the transaction of what it tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its row; also the mail's Message-ID, so that a mail delivered twice can be told.
    pub id: LetterId,
    /// In whose name it is sent.
    pub organization_id: OrganizationId,
    /// To whom.
    pub to: EmailAddress,
    /// What it says.
    pub content: LetterContent,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// What every letter names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correspondence {
    /// The organization's name in URLs.
    pub organization: OrganizationSlug,
    /// The organization's name.
    pub organization_name: DisplayName,
    /// The first name of the addressee.
    pub first_name: PersonName,
    /// The language to write in.
    pub locale: Locale,
}

/// What a letter says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum LetterContent {
    /// An account was created at the first sign-in.
    Welcome {
        /// To whom, from whom.
        #[serde(flatten)]
        about: Correspondence,
    },
    /// Somebody signed in with this address: is it you? The link's token is derived from the installation's key.
    LinkVerification {
        /// To whom, from whom.
        #[serde(flatten)]
        about: Correspondence,
        /// The link that waits.
        link: LinkId,
        /// What people call the connection.
        connection_name: DisplayName,
        /// Until when it can be opened.
        expires_at: DateTime<Utc>,
    },
    /// To the old address: it is not the account's any more.
    AddressChanged {
        /// To whom, from whom.
        #[serde(flatten)]
        about: Correspondence,
    },
}

impl LetterContent {
    /// The kind's word, as logs and template names have it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Welcome { .. } => "welcome",
            Self::LinkVerification { .. } => "link_verification",
            Self::AddressChanged { .. } => "address_changed",
        }
    }

    /// To whom, from whom.
    #[must_use]
    pub fn about(&self) -> &Correspondence {
        match self {
            Self::Welcome { about }
            | Self::LinkVerification { about, .. }
            | Self::AddressChanged { about } => about,
        }
    }
}
