//! A trial of settings that need not be saved: a sign-in for real, of which nothing comes but a report.

use chrono::{DateTime, Duration, Utc};

use crate::ids::{ConnectionId, OrganizationId};
use crate::ports::{EncodedResponse, KeyError, Vault};
use crate::settings::SettingsDraft;
use crate::token::TokenHash;

/// What the id of a trial's request begins with, so that an answer to one is told apart without a look into the store.
pub const PREFIX: &str = "_trial";

/// How long an answer is waited for.
pub const PENDING: Duration = Duration::minutes(10);

/// How long an answer is kept.
pub const KEPT: Duration = Duration::hours(1);

/// The most bytes of an answer that is kept. A larger one would not be believed.
const MOST_ANSWER: usize = 512 * 1024;

/// A trial of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The ID of the AuthnRequest, which is the RelayState too.
    pub id: String,
    /// In which organization.
    pub organization_id: OrganizationId,
    /// Through which connection.
    pub connection_id: ConnectionId,
    /// The hash of the cookie of the browser in which it began.
    pub browser: TokenHash,
    /// The settings that are tried.
    pub draft: SettingsDraft,
    /// Until when an answer is taken, and afterwards, until when it is kept.
    pub expires_at: DateTime<Utc>,
    /// What came.
    pub answer: Option<TrialAnswer>,
}

/// What an identity provider answered.
#[derive(Clone, PartialEq, Eq)]
pub struct TrialAnswer {
    /// When.
    pub at: DateTime<Utc>,
    /// The response as it was posted, as the [`Vault`] sealed it.
    pub sealed: Vec<u8>,
}

impl std::fmt::Debug for TrialAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TrialAnswer({} bytes, {})", self.sealed.len(), self.at)
    }
}

impl Trial {
    /// Seals what was answered. None where it is too large to be kept.
    ///
    /// # Errors
    /// The vault's.
    pub fn seal(
        &self,
        vault: &dyn Vault,
        response: &EncodedResponse,
        at: DateTime<Utc>,
    ) -> Result<Option<TrialAnswer>, KeyError> {
        if response.0.len() > MOST_ANSWER {
            return Ok(None);
        }
        let sealed = vault.seal(&self.place(), response.0.as_bytes())?;
        Ok(Some(TrialAnswer { at, sealed }))
    }

    /// What was answered.
    ///
    /// # Errors
    /// [`KeyError::Sealed`]: it was sealed under another key, or for another trial.
    pub fn open(&self, vault: &dyn Vault, answer: &TrialAnswer) -> Result<EncodedResponse, KeyError> {
        let bytes = vault.open(&self.place(), &answer.sealed)?;
        String::from_utf8(bytes).map(EncodedResponse).map_err(|_| KeyError::Sealed)
    }

    fn place(&self) -> Vec<u8> {
        [b"vestibule trial\0", &self.organization_id.0.as_bytes()[..], self.id.as_bytes()].concat()
    }
}
