//! What to do about a response that a check refused, for an administrator. What the check found is the text of the
//! [`Rejection`] itself.

use crate::ports::Rejection;
use crate::usecase::{Checked, Checkpoint};

const TOO_MUCH: &str = "Let the identity provider send less. Most often it sends every group of the person, where only a few are mapped: send those alone.";
const GARBLED: &str = "Let the person sign in again. If it stays so, something between the identity provider and this service changes what is sent: a proxy, or an extension of the browser.";
const NOT_USUAL: &str = "No identity provider writes this by itself. Look for a template or an add-on there that does; if nobody knows of one, somebody may be trying to deceive this service.";
const SIGNATURE: &str = "Let the identity provider sign in the usual way of SAML 2.0: one enveloped signature in the response or the assertion, exclusive canonicalization, RSA or ECDSA with SHA-256.";
const KEYS: &str = "Upload the metadata of the identity provider again (`PUT …/identity-provider`): its certificate may have changed. Compare the fingerprints with those that it shows.";
const ENCRYPTION: &str = "Let the identity provider encrypt by AES-GCM, with the key encrypted by RSA-OAEP, to the certificate in this service's metadata; or switch encryption off there, as the connection to it is encrypted anyway.";
const CLOCKS: &str = "Compare the clocks of the identity provider and of this service, and let both be set by the network (NTP). Three minutes apart are allowed.";
const TOO_LATE: &str = "Let the person sign in again: going back in the browser sends an old response. If it happens at once, compare the clocks of the identity provider and of this service.";
const ACS: &str = "Correct the ACS URL at the identity provider (there also: reply URL, recipient, destination): `https://HOST/sso/ORGANIZATION/acs`. If it is right there, `VESTIBULE_PUBLIC_URL` is not the address that people use.";
const ISSUER: &str = "Upload the metadata of the identity provider, and of the application there, that people use: the entity id (issuer) must be the same, letter by letter.";
const SHAPE: &str = "The identity provider writes something that this service does not understand, and what is not understood is not believed. Take its standard settings for a SAML 2.0 web application.";
const NAME_ID: &str = "Let the identity provider send one NameID that is not empty, is not encrypted, and stays the same for the person: an e-mail address or a persistent identifier.";

/// What was found of a response at a checkpoint.
pub(super) fn checked(checked: &Checked) -> String {
    let Some(rejection) = &checked.rejection else { return passed(checked) };
    let matters = match checked.checkpoint {
        Checkpoint::Signature => "So nothing in it counts.",
        Checkpoint::Age => "A simulation overlooks that: its time would refuse it, if it were posted now.",
        Checkpoint::Use => "A simulation overlooks that: a sign-in would refuse it.",
        Checkpoint::Request => {
            "A simulation overlooks that: a sign-in would refuse it, unless it belongs to one that was just begun."
        }
    };
    let found = rejection.to_string();
    let mut letters = found.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}. {matters} {}", letters.as_str(), advice(rejection))
}

fn passed(checked: &Checked) -> String {
    match checked.checkpoint {
        Checkpoint::Signature => format!(
            "The signature is valid by the certificate {} of this connection, and the response is meant for this service.",
            checked.certificate.as_deref().unwrap_or("without a name")
        ),
        Checkpoint::Age => "It is valid at this moment.".to_owned(),
        Checkpoint::Use => "It was not used before.".to_owned(),
        Checkpoint::Request => {
            "It answers a request that is pending, or none where the connection takes such.".to_owned()
        }
    }
}

pub(super) fn advice(rejection: &Rejection) -> &'static str {
    match rejection {
        Rejection::TooLarge(_)
        | Rejection::TooDeep(_)
        | Rejection::TooManyElements(_)
        | Rejection::TooManyAttributes(_)
        | Rejection::TooManyNamespaces(_)
        | Rejection::NamespaceTooLong(_) => TOO_MUCH,
        Rejection::NotBase64 | Rejection::NotUtf8 | Rejection::NotWellFormed => GARBLED,
        Rejection::NotXml10
        | Rejection::DocumentType
        | Rejection::ProcessingInstruction
        | Rejection::Comment
        | Rejection::InvalidId
        | Rejection::DuplicateId
        | Rejection::UnexpectedElement
        | Rejection::UnexpectedAssertion
        | Rejection::SamlInExtensions
        | Rejection::SignedSomethingElse
        | Rejection::CipherReference
        | Rejection::InResponseToDisagrees => NOT_USUAL,
        Rejection::NotAResponse => {
            "Something else than a response was posted to the ACS URL, a logout message perhaps: look at which address the identity provider has for what."
        }
        Rejection::NoAssertion => {
            "The identity provider says that it succeeded, and says nothing about the person. Look whether the person, or a group of theirs, is assigned to the application there."
        }
        Rejection::EncryptedAssertion
        | Rejection::EncryptionParts
        | Rejection::EncryptionMethod
        | Rejection::KeyTransport => ENCRYPTION,
        Rejection::UnprotectedEncryption => {
            "Let the identity provider sign the response as well as the assertion, or encrypt by AES-GCM: what AES-CBC encrypts can be changed on the way unnoticed."
        }
        Rejection::NotDecrypted => {
            "Give the identity provider this service's metadata of today: it encrypts to a certificate that is no longer in use."
        }
        Rejection::MisplacedSignature
        | Rejection::SignatureParts
        | Rejection::CanonicalizationMethod
        | Rejection::SignatureMethod
        | Rejection::ReferenceCount
        | Rejection::ReferenceUri
        | Rejection::Transforms
        | Rejection::DigestMethod
        | Rejection::SignatureNotBase64 => SIGNATURE,
        Rejection::NotSigned => {
            "Switch on signing at the identity provider: of the response, of the assertion, or of both."
        }
        Rejection::NoTrustedKey | Rejection::InvalidSignature => KEYS,
        Rejection::Version
        | Rejection::Instant(_)
        | Rejection::ConfirmationNotBefore
        | Rejection::NoConditions
        | Rejection::UnknownCondition
        | Rejection::NoAuthnStatement
        | Rejection::NoBearerConfirmation => SHAPE,
        Rejection::Status(_) => {
            "The identity provider did not sign the person in. Its log says why: often the person is not assigned to the application, broke off, or must sign in there in another way."
        }
        Rejection::Destination | Rejection::Recipient => ACS,
        Rejection::ResponseIssuer | Rejection::AssertionIssuer | Rejection::UnknownIssuer => ISSUER,
        Rejection::IssuedInFuture(_) | Rejection::ConditionsNotYetValid => CLOCKS,
        Rejection::IssuedTooLongAgo(_)
        | Rejection::ConfirmationExpired
        | Rejection::ConditionsExpired
        | Rejection::SessionOver => TOO_LATE,
        Rejection::Subject | Rejection::NameIdText => NAME_ID,
        Rejection::Audience => {
            "Correct the entity id of this service at the identity provider (there also: audience, identifier): `https://HOST/sso/ORGANIZATION/metadata`."
        }
        Rejection::UnreadableAttribute => {
            "Let the identity provider send each attribute with a name, and not encrypted by itself: the assertion as a whole can be."
        }
        Rejection::Unsolicited => {
            "Let people start at this service (`https://HOST/sso/ORGANIZATION/login`), or allow sign-ins that start at the identity provider (`allow_idp_initiated` of the connection), if that is meant."
        }
        Rejection::UnknownRequest => {
            "Let the person sign in again. A sign-in must end within ten minutes, and each response works once."
        }
        Rejection::WrongBrowser => {
            "Let the person sign in again, in one browser that takes cookies of this service. If they did not start a sign-in themselves, somebody may have sent them theirs."
        }
        Rejection::Replayed => {
            "Let the person sign in again: going back in the browser, or reloading, sends a used response. If they did neither, ask who else has their responses."
        }
    }
}
