//! What can be wrong with a response on purpose, and what a service provider ought to answer.

use chrono::Duration;

use crate::mint::{MintError, Place, ResponseBuilder, SigningKey, status};

/// How a response is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    Unsigned,
    Tampered,
    OtherKey,
    WrongAudience,
    WrongRecipient,
    Expired,
    NotYetValid,
    Failed,
    Replay,
}

impl Fault {
    pub(super) const ALL: [Self; 10] = [
        Self::None,
        Self::Unsigned,
        Self::Tampered,
        Self::OtherKey,
        Self::WrongAudience,
        Self::WrongRecipient,
        Self::Expired,
        Self::NotYetValid,
        Self::Failed,
        Self::Replay,
    ];

    /// The value in forms.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Unsigned => "unsigned",
            Self::Tampered => "tampered",
            Self::OtherKey => "other-key",
            Self::WrongAudience => "wrong-audience",
            Self::WrongRecipient => "wrong-recipient",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::Failed => "failed",
            Self::Replay => "replay",
        }
    }

    pub(super) fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.key() == key)
    }

    /// The text in forms.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::None => "as it should be",
            Self::Unsigned => "not signed (untrusted_signature)",
            Self::Tampered => "changed after signing (untrusted_signature)",
            Self::OtherKey => "signed by another key (untrusted_signature)",
            Self::WrongAudience => "meant for another service (wrong_audience)",
            Self::WrongRecipient => "sent to another address (wrong_recipient)",
            Self::Expired => "an hour old (response_expired)",
            Self::NotYetValid => "an hour early (response_not_yet_valid)",
            Self::Failed => "saying that signing in failed (identity_provider_error)",
            Self::Replay => "the last one once more (replayed_response)",
        }
    }

    /// Makes the response wrong, signs it, and gives its XML. A replay is nothing that can be made: it is as it should be.
    pub(super) fn mint(self, response: ResponseBuilder, own_key: &SigningKey) -> Result<String, MintError> {
        let signed = |response: ResponseBuilder, key: &SigningKey| {
            response.sign_assertion(key).sign_response(key).build()
        };
        match self {
            Self::None | Self::Replay | Self::Expired | Self::NotYetValid => signed(response, own_key),
            Self::Unsigned => response.build(),
            Self::Tampered => {
                Ok(signed(response, own_key)?.replacen("</saml:NameID>", ".evil.example</saml:NameID>", 1))
            }
            Self::OtherKey => signed(response, &SigningKey::demo()),
            Self::WrongAudience => signed(
                response.conditions(|conditions| {
                    conditions.audience_restrictions =
                        vec![vec!["https://another.example/metadata".to_owned()]];
                }),
                own_key,
            ),
            Self::WrongRecipient => signed(
                response.confirmation(|confirmation| {
                    confirmation.recipient = Some("https://another.example/acs".to_owned());
                }),
                own_key,
            ),
            // Nobody signed in, so there is no assertion.
            Self::Failed => response
                .status(|failed| {
                    failed.codes = vec![status::RESPONDER.to_owned(), status::AUTHN_FAILED.to_owned()];
                    failed.message = Some("The demo was asked to fail.".to_owned());
                })
                .inject(Place::InsteadOfAssertion, "")
                .sign_response(own_key)
                .build(),
        }
    }

    /// How far from now the response's own now is.
    pub(super) fn delay(self) -> Duration {
        match self {
            Self::Expired => Duration::hours(-1),
            Self::NotYetValid => Duration::hours(1),
            _ => Duration::zero(),
        }
    }
}
