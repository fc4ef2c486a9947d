//! What this service asks of an identity provider, and how.

use serde::{Deserialize, Serialize};

use crate::words::words;

words!(
    /// The form in which an identity provider is asked to name people (SAML core 2.0 §8.3). Transient is none of them: by
    /// such a NameID nobody is recognised a second time.
    NameIdFormat {
        /// As the identity provider thinks best.
        Unspecified = "unspecified",
        /// An e-mail address.
        EmailAddress = "email_address",
        /// A pseudonym that stays the same.
        Persistent = "persistent",
    }
);
words!(
    /// Whether this service signs what it asks.
    SignRequests {
        /// Where the metadata wants it.
        WhenWanted = "when_wanted",
        /// Always.
        Always = "always",
        /// Never, whatever the metadata wants.
        Never = "never",
    }
);

/// What this service asks of an identity provider, and how (SAML core 2.0 §3.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestSettings {
    /// Whether people must prove anew who they are, although the identity provider knows them already.
    pub force_authn: bool,
    /// In which form the identity provider is asked to name people; none leaves it to the identity provider.
    pub name_id_format: Option<NameIdFormat>,
    /// Whether requests are signed.
    pub sign_requests: SignRequests,
    /// Whether who signs out here signs out at the identity provider, too (SAML profiles 2.0 §4.4).
    pub single_logout: bool,
}

impl Default for RequestSettings {
    fn default() -> Self {
        Self {
            force_authn: false,
            name_id_format: None,
            sign_requests: SignRequests::WhenWanted,
            single_logout: false,
        }
    }
}

impl SignRequests {
    /// Whether a request is signed that goes to an identity provider which wants that or not.
    #[must_use]
    pub fn applies(self, wanted: bool) -> bool {
        match self {
            Self::WhenWanted => wanted,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_signed_as_wanted_unless_somebody_says_otherwise() {
        let signed = |setting: SignRequests| [setting.applies(true), setting.applies(false)];
        assert_eq!(signed(SignRequests::WhenWanted), [true, false]);
        assert_eq!(signed(SignRequests::Always), [true, true]);
        assert_eq!(signed(SignRequests::Never), [false, false]);
    }
}
