//! What arrived at a sign-in: the names with its record, and the whole of it sealed, for a while.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{OrganizationId, SignInId};
use crate::organization::Organization;
use crate::ports::{EncodedResponse, KeyError, Vault};
use crate::profile::Profile;

/// An attribute that arrived, without what it said.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrivedAttribute {
    /// Its `Name`, cut to a bound.
    pub name: String,
    /// How many values it had.
    pub values: usize,
}

impl std::fmt::Debug for ArrivedAttribute {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ArrivedAttribute({:?}: {})", self.name, self.values)
    }
}

/// The most attributes that a record names, and the most characters of each name.
const MOST_NAMES: usize = 200;
const MOST_CHARACTERS: usize = 256;

/// The names of what arrived, with how many values each had.
#[must_use]
pub fn names(profile: &Profile) -> Vec<ArrivedAttribute> {
    let named = |(name, values): (&String, &Vec<String>)| ArrivedAttribute {
        name: name.chars().take(MOST_CHARACTERS).collect(),
        values: values.len(),
    };
    profile.attributes.iter().take(MOST_NAMES).map(named).collect()
}

/// What arrived, as it arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// Of a response that was believed: who the person was said to be.
    Profile(Profile),
    /// A response that was not believed, as it was posted.
    Response(EncodedResponse),
}

/// What arrived, under the key of the installation.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedArrival {
    /// The bytes that the [`Vault`] made.
    pub sealed: Vec<u8>,
    /// Until when it is kept.
    pub forget_after: DateTime<Utc>,
}

impl std::fmt::Debug for SealedArrival {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedArrival({} bytes, until {})", self.sealed.len(), self.forget_after)
    }
}

/// The most bytes of a profile that are kept, and of a response that nobody vouches for: strangers can send many of those.
const MOST_PROFILE: usize = 256 * 1024;
const MOST_RESPONSE: usize = 20 * 1024;

impl Arrival {
    /// Seals it for the row of a sign-in, to be kept for so long. None where it is too large to be kept.
    ///
    /// # Errors
    /// The vault's.
    pub fn seal(
        &self,
        vault: &dyn Vault,
        organization: OrganizationId,
        sign_in: SignInId,
        until: DateTime<Utc>,
    ) -> Result<Option<SealedArrival>, KeyError> {
        let most = match self {
            Self::Profile(_) => MOST_PROFILE,
            Self::Response(_) => MOST_RESPONSE,
        };
        let json = serde_json::to_vec(self).map_err(|_| KeyError::Failed)?;
        if json.len() > most {
            return Ok(None);
        }
        let sealed = vault.seal(&place(organization, sign_in), &json)?;
        Ok(Some(SealedArrival { sealed, forget_after: until }))
    }

    /// Opens what was sealed for the row of a sign-in.
    ///
    /// # Errors
    /// [`KeyError::Sealed`]: it was sealed under another key, or for another row.
    pub fn open(
        sealed: &SealedArrival,
        vault: &dyn Vault,
        organization: OrganizationId,
        sign_in: SignInId,
    ) -> Result<Self, KeyError> {
        let json = vault.open(&place(organization, sign_in), &sealed.sealed)?;
        serde_json::from_slice(&json).map_err(|_| KeyError::Sealed)
    }
}

/// What a sealed arrival is bound to: moved into another row, or another organization's, it does not open.
fn place(organization: OrganizationId, sign_in: SignInId) -> Vec<u8> {
    [b"vestibule arrival\0", &organization.0.as_bytes()[..], sign_in.0.as_bytes()].concat()
}

/// The most days for which what arrives may be kept.
pub const MOST_KEPT_DAYS: u16 = 3_650;

/// For how long what arrives is kept; none: not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep(pub Option<Duration>);

impl Keep {
    /// So many days; 0: not at all.
    #[must_use]
    pub fn days(days: u16) -> Self {
        Self((days > 0).then(|| Duration::days(days.into())))
    }

    /// For no longer than an organization wants, if it says.
    #[must_use]
    pub fn for_organization(self, organization: &Organization) -> Self {
        match organization.keep_arrivals_days.map(Self::days) {
            Some(Self(wanted)) => Self(self.0.zip(wanted).map(|(longest, wanted)| longest.min(wanted))),
            None => self,
        }
    }
}

impl Default for Keep {
    /// A week.
    fn default() -> Self {
        Self::days(7)
    }
}
