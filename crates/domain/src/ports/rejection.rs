//! Why a response is not believed.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::refusal::RefusalCode;

/// Why a response is not believed: one variant for each check, in the order in which the checks are made. The text is
/// for the administrator and names no person; a stranger sees the [`code`](Self::code) alone.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    thiserror::Error,
    strum::IntoStaticStr,
    strum::EnumIter,
    strum::VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[non_exhaustive]
pub enum Rejection {
    // --- as received
    /// Over the limit of size.
    #[error("the response is larger than {0} bytes")]
    TooLarge(usize),
    /// Not base64, or base64 with anything else in it.
    #[error("the response is not base64")]
    NotBase64,
    /// Another encoding than UTF-8, declared or real.
    #[error("the response is not UTF-8, or says that it is not")]
    NotUtf8,
    /// XML, but not 1.0.
    #[error("the response is not XML 1.0")]
    NotXml10,
    /// A document type declaration.
    #[error("the response has a document type declaration")]
    DocumentType,
    /// A processing instruction.
    #[error("the response has a processing instruction")]
    ProcessingInstruction,
    /// A comment.
    #[error("the response has a comment in it")]
    Comment,
    /// Elements in elements, too many.
    #[error("the response nests elements more than {0} deep, or very many nearly so")]
    TooDeep(usize),
    /// Too many elements.
    #[error("the response has more than {0} elements")]
    TooManyElements(usize),
    /// Too many attributes on one element, or on all together.
    #[error("an element of the response has more than {0} attributes, or very many have nearly so many")]
    TooManyAttributes(usize),
    /// Too many namespace declarations in force at one element.
    #[error("more than {0} namespaces are declared around an element of the response")]
    TooManyNamespaces(usize),
    /// A namespace whose name is too long.
    #[error("a namespace in the response has a name of more than {0} bytes")]
    NamespaceTooLong(usize),
    /// Not well-formed, by the strict rules of XML 1.0 and of namespaces.
    #[error("the response is not well-formed XML")]
    NotWellFormed,

    // --- its shape
    /// The root is another element.
    #[error("the document is not a SAML 2.0 response")]
    NotAResponse,
    /// An ID that is not a name.
    #[error("an ID in the response is not a name without a colon")]
    InvalidId,
    /// Two elements with one ID.
    #[error("two elements of the response have the same ID")]
    DuplicateId,
    /// An element that a Response does not have, or has once.
    #[error("the response has a child element that is not its own, or one of them twice")]
    UnexpectedElement,
    /// Neither an assertion nor an encrypted one, though the status is Success.
    #[error("the response has no assertion")]
    NoAssertion,
    /// A second assertion, or one that is no child of the Response.
    #[error("the response has more than one assertion, or one in a wrong place")]
    UnexpectedAssertion,
    /// Extensions that hold elements of SAML.
    #[error("the response's Extensions hold elements of SAML")]
    SamlInExtensions,
    /// An assertion that is encrypted, where there is no key to decrypt any, or inside another one.
    #[error("the assertion is encrypted, and this service has no key for it")]
    EncryptedAssertion,

    // --- the shape of its encryption
    /// Not one `EncryptedData` with one `EncryptedKey`, or parts of them that are not accepted.
    #[error("the encrypted assertion is not one EncryptedData with one EncryptedKey, each with its value")]
    EncryptionParts,
    /// What is encrypted is to be fetched from somewhere.
    #[error("the encrypted assertion refers to its content by a CipherReference")]
    CipherReference,
    /// Another encryption of the content.
    #[error("the assertion is encrypted by another method than AES-GCM or AES-CBC with 128, 192 or 256 bits")]
    EncryptionMethod,
    /// Another encryption of the key.
    #[error(
        "the key of the encrypted assertion is encrypted by another method than RSA-OAEP with SHA-1 or SHA-256"
    )]
    KeyTransport,
    /// AES-CBC, which anybody may change unnoticed, without a signature around it.
    #[error(
        "the assertion is encrypted by AES-CBC in a response that is not signed: let the identity provider sign the response too, or encrypt by AES-GCM"
    )]
    UnprotectedEncryption,

    // --- the shape of its signatures
    /// A signature elsewhere than after the Issuer of the Response or the Assertion, or two of them there.
    #[error("a signature is not in its place, directly after the issuer, or is not the only one there")]
    MisplacedSignature,
    /// Not SignedInfo, SignatureValue and perhaps KeyInfo.
    #[error("a signature has other parts than SignedInfo, SignatureValue and KeyInfo")]
    SignatureParts,
    /// Another canonicalization of SignedInfo.
    #[error("a signature uses another canonicalization than exclusive XML canonicalization without comments")]
    CanonicalizationMethod,
    /// Another signature method.
    #[error("a signature uses another method than RSA or ECDSA with SHA-256, SHA-384 or SHA-512")]
    SignatureMethod,
    /// No reference, or several.
    #[error("a signature has not exactly one reference")]
    ReferenceCount,
    /// A reference to something else than the element that the signature is in.
    #[error("a signature refers to something else than the element that it is in")]
    ReferenceUri,
    /// Other transforms.
    #[error(
        "a signature uses other transforms than enveloped-signature followed by exclusive canonicalization"
    )]
    Transforms,
    /// Another digest method.
    #[error("a signature uses another digest than SHA-256, SHA-384 or SHA-512")]
    DigestMethod,
    /// A digest or signature value that is not base64 text alone.
    #[error("a digest or signature value is not base64 text")]
    SignatureNotBase64,

    // --- the signature
    /// The connection has no key to believe.
    #[error("the connection has no usable signing certificate, so no response can be believed")]
    NoTrustedKey,
    /// Neither the Response nor the Assertion is signed.
    #[error("neither the response nor its assertion is signed")]
    NotSigned,
    /// A signature that no certificate of the connection verifies, or one over other content.
    #[error("a signature is not valid by any certificate of the connection")]
    InvalidSignature,
    /// The bytes that the signature covers are not the element that it is in.
    #[error("the signature covers something else than the element that it is in")]
    SignedSomethingElse,
    /// No key of this service decrypts the assertion, or what comes out is no XML. Which of it is not told: the difference is what an
    /// attacker would ask for.
    #[error(
        "the assertion cannot be decrypted with the keys of this service: give the identity provider its current metadata"
    )]
    NotDecrypted,

    // --- the response
    /// Not SAML 2.0.
    #[error("the version is not 2.0")]
    Version,
    /// The identity provider says that it failed; the word is the last part of its status code, if it is SAML's own.
    #[error("the identity provider answered with a status other than Success ({0})")]
    Status(String),
    /// Sent to another address, or signed without saying where to.
    #[error("the response's Destination is not this service's assertion consumer address")]
    Destination,
    /// The Response's issuer is another one.
    #[error("the response's Issuer is not the connection's identity provider")]
    ResponseIssuer,
    /// The Assertion's issuer is another one.
    #[error("the assertion's Issuer is not the connection's identity provider")]
    AssertionIssuer,
    /// An instant that is missing, not UTC or not an instant.
    #[error("the {0} is missing or is not an instant in UTC")]
    Instant(Cow<'static, str>),
    /// Issued later than now.
    #[error("the {0} was issued in the future: compare the clocks")]
    IssuedInFuture(Cow<'static, str>),
    /// Issued too long ago.
    #[error("the {0} was issued more than five minutes ago")]
    IssuedTooLongAgo(Cow<'static, str>),

    // --- the subject
    /// Not one Subject with one NameID of text.
    #[error("the assertion has not exactly one subject with one NameID that is text alone")]
    Subject,
    /// A NameID that nobody could be recognised by.
    #[error("the NameID is empty, too long, or has characters that cannot be seen")]
    NameIdText,
    /// No bearer confirmation with data.
    #[error("the subject has no bearer confirmation with its data")]
    NoBearerConfirmation,
    /// The subject may be confirmed elsewhere.
    #[error("the bearer confirmation's Recipient is not this service's assertion consumer address")]
    Recipient,
    /// A bearer confirmation with NotBefore (SAML profiles 2.0 §4.1.4.2).
    #[error("the bearer confirmation has a NotBefore, which it must not have")]
    ConfirmationNotBefore,
    /// The time to confirm the subject is over.
    #[error("the time to confirm the subject is over")]
    ConfirmationExpired,
    /// The Response and the confirmation name different requests.
    #[error("the response and its bearer confirmation do not answer the same request")]
    InResponseToDisagrees,

    // --- the conditions
    /// Not exactly one Conditions.
    #[error("the assertion has not exactly one Conditions")]
    NoConditions,
    /// Not valid yet.
    #[error("the assertion's conditions are not valid yet: compare the clocks")]
    ConditionsNotYetValid,
    /// Not valid any more.
    #[error("the assertion's conditions have expired")]
    ConditionsExpired,
    /// No AudienceRestriction, or one without this service.
    #[error("an audience restriction is missing, or one does not name this service")]
    Audience,
    /// A condition that is not understood (SAML core 2.0 §2.5.1).
    #[error("the assertion has a condition that this service does not know")]
    UnknownCondition,

    // --- the statements
    /// Nobody signed in.
    #[error("the assertion has no AuthnStatement")]
    NoAuthnStatement,
    /// The identity provider's session is over.
    #[error("the identity provider's session is over")]
    SessionOver,
    /// An attribute that is encrypted, or has no name.
    #[error("the assertion has an attribute that is encrypted or has no name")]
    UnreadableAttribute,

    // --- what only the store knows
    /// No connection of the organization has that issuer, or it has no identity provider yet.
    #[error("no connection of the organization has the response's issuer")]
    UnknownIssuer,
    /// Nobody asked, and the connection does not allow that.
    #[error(
        "the response answers no request, and the connection allows no sign-in that starts at the identity provider"
    )]
    Unsolicited,
    /// The request is not pending, has expired, or is another organization's or connection's.
    #[error("the response answers a request that is not pending on this connection")]
    UnknownRequest,
    /// The request was started in another browser.
    #[error("the response answers a request that was started in another browser")]
    WrongBrowser,
    /// Used before.
    #[error("the assertion was used before")]
    Replayed,
}

impl Rejection {
    /// The name of the check that refused: a stable word.
    #[must_use]
    pub fn check(&self) -> &'static str {
        self.into()
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> RefusalCode {
        match self {
            Self::TooLarge(_)
            | Self::NotBase64
            | Self::NotUtf8
            | Self::TooDeep(_)
            | Self::TooManyElements(_)
            | Self::TooManyAttributes(_)
            | Self::TooManyNamespaces(_)
            | Self::NamespaceTooLong(_)
            | Self::NotWellFormed => RefusalCode::MalformedResponse,
            Self::NotXml10
            | Self::DocumentType
            | Self::ProcessingInstruction
            | Self::Comment
            | Self::NotAResponse
            | Self::InvalidId
            | Self::DuplicateId
            | Self::UnexpectedElement
            | Self::NoAssertion
            | Self::UnexpectedAssertion
            | Self::SamlInExtensions
            | Self::EncryptedAssertion
            | Self::EncryptionParts
            | Self::CipherReference
            | Self::EncryptionMethod
            | Self::KeyTransport
            | Self::UnprotectedEncryption
            | Self::MisplacedSignature
            | Self::SignatureParts
            | Self::CanonicalizationMethod
            | Self::SignatureMethod
            | Self::ReferenceCount
            | Self::ReferenceUri
            | Self::Transforms
            | Self::DigestMethod
            | Self::SignatureNotBase64
            | Self::Version
            | Self::Instant(_)
            | Self::Subject
            | Self::NameIdText
            | Self::NoBearerConfirmation
            | Self::ConfirmationNotBefore
            | Self::NoConditions
            | Self::UnknownCondition
            | Self::NoAuthnStatement
            | Self::UnreadableAttribute => RefusalCode::UnsupportedResponse,
            Self::NoTrustedKey
            | Self::NotSigned
            | Self::InvalidSignature
            | Self::SignedSomethingElse
            | Self::NotDecrypted => RefusalCode::UntrustedSignature,
            Self::Status(_) => RefusalCode::IdentityProviderError,
            Self::Destination => RefusalCode::WrongDestination,
            Self::ResponseIssuer | Self::AssertionIssuer | Self::UnknownIssuer => RefusalCode::WrongIssuer,
            Self::IssuedInFuture(_) | Self::ConditionsNotYetValid => RefusalCode::ResponseNotYetValid,
            Self::IssuedTooLongAgo(_)
            | Self::ConfirmationExpired
            | Self::ConditionsExpired
            | Self::SessionOver => RefusalCode::ResponseExpired,
            Self::Recipient => RefusalCode::WrongRecipient,
            Self::Audience => RefusalCode::WrongAudience,
            Self::InResponseToDisagrees | Self::UnknownRequest | Self::WrongBrowser => {
                RefusalCode::UnknownRequest
            }
            Self::Unsolicited => RefusalCode::UnsolicitedResponse,
            Self::Replayed => RefusalCode::ReplayedResponse,
        }
    }
}
