//! Whether a response is believed: the gate, the signature, the checks.

use std::ops::Range;

use chrono::{DateTime, Utc};
use openssl::pkey::{PKey, Private};
use roxmltree::Document;
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::ports::{
    Claim, EncodedResponse, Examination, Examined, Expectation, Rejection, ResponseVerifier,
};
use vestibule_domain::profile::VerifiedAssertion;
use vestibule_domain::service_key::{KeyUsage, ServiceKey};
use vestibule_domain::text::EntityId;

use crate::checks::{self, Subjects};
use crate::decryption::decrypted;
use crate::gate::{self, Envelope, Form, Mode, Payload};
use crate::keyring::Keyring;
use crate::limits::MAX_ELEMENTS;
use crate::names::SAML;
use crate::signature::{self, Keys, Signed};
use crate::xml::{self, only, text};

/// Believes responses by samael, behind a gate and before checks of our own. It remembers the kinds of keys, so make one
/// and share it.
#[derive(Debug, Default)]
pub struct SamaelVerifier {
    pub(crate) keys: Keys,
    keyring: Option<Keyring>,
}

impl SamaelVerifier {
    /// A verifier, which refuses encrypted assertions.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A verifier that decrypts assertions with keys that this keyring opens.
    #[must_use]
    pub fn with_keyring(keyring: Keyring) -> Self {
        Self { keyring: Some(keyring), ..Self::default() }
    }

    fn signed(&self, xml: &str, envelope: &Envelope, trusted: &IdpMetadata) -> Result<Signed, Rejection> {
        signature::verify(xml, envelope, &trusted.certificates, &self.keys)
    }

    /// The private keys, the current one first.
    fn decryption_keys(&self, keys: &[ServiceKey]) -> Result<Vec<PKey<Private>>, Rejection> {
        let keyring = self.keyring.as_ref().ok_or(Rejection::EncryptedAssertion)?;
        // One that does not open is told where the service starts; the others may do.
        Ok(ServiceKey::published(keys, KeyUsage::Encryption)
            .filter_map(|key| keyring.open(key).ok())
            .collect())
    }

    /// What `judge` says of a response that is signed by a key of who is trusted, and of the certificate by which it is.
    fn judged<T>(
        &self,
        response: &EncodedResponse,
        trusted: &IdpMetadata,
        keys: &[ServiceKey],
        judge: impl Fn(&Subjects, String) -> Result<T, Rejection>,
    ) -> Result<T, Rejection> {
        let xml = gate::decode(&response.0)?;
        let document = gate::parse(&xml)?;
        let envelope = gate::inspect(&document, Form::Received)?;
        if let Payload::Plain(_) = envelope.payload {
            let signed = self.signed(&xml, &envelope, trusted)?;
            let digested = parse_digested(&signed.digested)?;
            return judge(&Subjects::of(&digested, envelope.response)?, signed.verified_by);
        }

        let keys = self.decryption_keys(keys)?;
        // What is encrypted is decrypted where it stands. Where the Response is signed that is in the bytes that its signature covers,
        // and they are the envelope from here on.
        let outer = match &envelope.response_signature {
            Some(_) => Some(self.signed(&xml, &envelope, trusted)?),
            None => None,
        };
        let covered = outer.as_ref().map(|signed| &signed.digested);
        let clear = in_the_clear(covered.unwrap_or(&xml), covered.is_some(), &keys)?;
        let veil = |rejection| veiled(rejection, clear.mode);
        let document = gate::parse(&clear.xml).map_err(|_| Rejection::NotDecrypted)?;
        // One element, no more and no less.
        if !document.descendants().any(|node| node.is_element() && node.range() == clear.place) {
            return Err(Rejection::NotDecrypted);
        }
        let envelope = gate::inspect(&document, Form::Decrypted).map_err(veil)?;
        let Payload::Plain(assertion) = envelope.payload else { return Err(Rejection::NotDecrypted) };
        let inner = match &envelope.assertion_signature {
            Some(_) => Some(self.signed(&clear.xml, &envelope, trusted).map_err(veil)?),
            None => None,
        };
        let signed = outer.as_ref().or(inner.as_ref()).ok_or(Rejection::NotSigned)?;
        let digested =
            inner.as_ref().map(|inner| parse_digested(&inner.digested)).transpose().map_err(veil)?;
        let assertion = digested.as_ref().map_or(assertion, Document::root_element);
        checks::assertion_issuer(assertion, trusted).map_err(veil)?;
        let subjects = Subjects {
            response: envelope.response,
            response_is_signed: outer.is_some(),
            assertion,
            was_encrypted: true,
        };
        judge(&subjects, signed.verified_by.clone())
    }
}

impl ResponseVerifier for SamaelVerifier {
    fn claim(&self, response: &EncodedResponse) -> Result<Claim, Rejection> {
        let xml = gate::decode(&response.0)?;
        let document = gate::parse(&xml)?;
        let envelope = gate::inspect(&document, Form::Received)?;
        let (message, encrypted, rejection) = match envelope.payload {
            Payload::Plain(assertion) => (assertion, false, Rejection::AssertionIssuer),
            Payload::Encrypted(_) => (envelope.response, true, Rejection::ResponseIssuer),
        };
        let issuer = only(message, SAML, "Issuer").and_then(|issuer| text(issuer));
        let issuer = issuer.and_then(|issuer| EntityId::parse(issuer).ok()).ok_or(rejection)?;
        Ok(Claim { issuer, encrypted })
    }

    fn verify(
        &self,
        response: &EncodedResponse,
        trusted: &IdpMetadata,
        keys: &[ServiceKey],
        expectation: &Expectation,
        now: DateTime<Utc>,
    ) -> Result<VerifiedAssertion, Rejection> {
        self.judged(response, trusted, keys, |subjects, verified_by| {
            checks::all(subjects, trusted, expectation, now, verified_by)
        })
    }

    fn examine(
        &self,
        response: &EncodedResponse,
        trusted: &IdpMetadata,
        keys: &[ServiceKey],
        expectation: &Expectation,
        now: DateTime<Utc>,
    ) -> Vec<Examined> {
        let each = |subjects: &Subjects| checks::each(subjects, trusted, expectation, now);
        let judged = self.judged(response, trusted, keys, |subjects, verified_by| {
            let signature = Examined::new(Examination::Signature, Ok(())).receiving(Some(verified_by));
            Ok(std::iter::once(signature).chain(each(subjects)).collect())
        });
        let form = || Examined::new(Examination::Form, Ok(()));
        match judged {
            Ok(found) => std::iter::once(form()).chain::<Vec<_>>(found).collect(),
            Err(rejection) => match in_the_envelope(response, each) {
                Err(rejection) => vec![Examined::new(Examination::Form, Err(rejection))],
                Ok(found) => {
                    let signature = Examined::new(Examination::Signature, Err(rejection));
                    [form(), signature].into_iter().chain(found).collect()
                }
            },
        }
    }
}

/// What is found of a response that no signature vouches for: nothing, where its assertion cannot be read.
fn in_the_envelope(
    response: &EncodedResponse,
    each: impl Fn(&Subjects) -> Vec<Examined>,
) -> Result<Vec<Examined>, Rejection> {
    let xml = gate::decode(&response.0)?;
    let document = gate::parse(&xml)?;
    let envelope = gate::inspect(&document, Form::Received)?;
    let Payload::Plain(assertion) = envelope.payload else { return Ok(Vec::new()) };
    let response_is_signed = envelope.response_signature.is_some();
    Ok(each(&Subjects { response: envelope.response, response_is_signed, assertion, was_encrypted: false }))
}

/// A response whose assertion is in the clear.
struct Clear {
    xml: String,
    /// Where in it what was decrypted stands.
    place: Range<usize>,
    /// How it was encrypted.
    mode: Mode,
}

/// What is told of something that is wrong with what was decrypted, as long as it may be anybody's.
///
/// That it is no assertion is told like a failure of decryption. By AES-GCM the rest is told as it is: who can learn from it has
/// encrypted it. By AES-CBC nothing is: whoever signs for one organization may put blocks of another's assertion into a response of
/// their own, and would learn from each answer what is in them (Jager and Somorovsky, How to Break XML Encryption, 2011).
fn veiled(rejection: Rejection, mode: Mode) -> Rejection {
    match (mode, rejection) {
        (Mode::Cbc, _)
        | (
            Mode::Gcm,
            Rejection::NotAResponse
            | Rejection::NoAssertion
            | Rejection::EncryptedAssertion
            | Rejection::UnexpectedAssertion,
        ) => Rejection::NotDecrypted,
        (Mode::Gcm, other) => other,
    }
}

/// Decrypts the assertion of a response. `is_signed` is whether a signature covers the text.
fn in_the_clear(xml: &str, is_signed: bool, keys: &[PKey<Private>]) -> Result<Clear, Rejection> {
    let document = gate::parse(xml)?;
    let Payload::Encrypted(encrypted) = gate::inspect(&document, Form::Received)?.payload else {
        return Err(Rejection::SignedSomethingElse);
    };
    let mode = encrypted.content.mode;
    if mode == Mode::Cbc && !is_signed {
        return Err(Rejection::UnprotectedEncryption);
    }
    let (xml, place) = decrypted(xml, &encrypted, keys)?;
    Ok(Clear { xml, place, mode })
}

fn parse_digested(digested: &str) -> Result<Document<'_>, Rejection> {
    xml::parse(digested, MAX_ELEMENTS).ok_or(Rejection::SignedSomethingElse)
}
