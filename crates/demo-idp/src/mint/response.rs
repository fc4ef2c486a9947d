//! What a response says (SAML core 2.0 §2 and §3): every value is text, so that every one can be wrong.

use chrono::{DateTime, SecondsFormat, Utc};

/// Status codes (SAML core 2.0 §3.2.2.2).
pub mod status {
    /// All is well.
    pub const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
    /// The requester is at fault.
    pub const REQUESTER: &str = "urn:oasis:names:tc:SAML:2.0:status:Requester";
    /// The responder is at fault.
    pub const RESPONDER: &str = "urn:oasis:names:tc:SAML:2.0:status:Responder";
    /// The person could not be authenticated.
    pub const AUTHN_FAILED: &str = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed";
}

/// Formats of a NameID (SAML core 2.0 §8.3).
pub mod format {
    /// Not said.
    pub const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
    /// An e-mail address.
    pub const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    /// The same opaque value each time.
    pub const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
    /// Another value each time.
    pub const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
}

/// Methods of a subject confirmation (SAML profiles 2.0 §3).
pub mod method {
    /// Whoever brings it.
    pub const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
    /// Whoever holds a key.
    pub const HOLDER_OF_KEY: &str = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key";
    /// Whoever the sender vouches for.
    pub const SENDER_VOUCHES: &str = "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches";
}

/// The value of an Issuer or a NameID.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the attributes of SAML core 2.0 §2.2.2")]
pub struct NameIdentifier {
    /// The text.
    pub value: String,
    pub format: Option<String>,
    pub name_qualifier: Option<String>,
    pub sp_name_qualifier: Option<String>,
    pub sp_provided_id: Option<String>,
}

impl From<&str> for NameIdentifier {
    fn from(value: &str) -> Self {
        Self { value: value.to_owned(), ..Self::default() }
    }
}

/// The status of a response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// The codes, each nested in the one before it.
    pub codes: Vec<String>,
    /// The message.
    pub message: Option<String>,
    /// Raw XML for `StatusDetail`.
    pub detail: Option<String>,
}

/// The subject of an assertion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// Who it is.
    pub name_id: Option<NameIdentifier>,
    /// How that is confirmed.
    pub confirmations: Vec<SubjectConfirmation>,
}

/// A subject confirmation and its data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the attributes of SAML core 2.0 §2.4.1.2")]
pub struct SubjectConfirmation {
    /// The method, one of [`method`] or anything else.
    pub method: String,
    pub recipient: Option<String>,
    pub not_before: Option<String>,
    pub not_on_or_after: Option<String>,
    pub in_response_to: Option<String>,
    pub address: Option<String>,
    /// Leaves `SubjectConfirmationData` out, whatever the fields say.
    pub without_data: bool,
}

/// The conditions of an assertion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of SAML core 2.0 §2.5.1")]
pub struct Conditions {
    pub not_before: Option<String>,
    pub not_on_or_after: Option<String>,
    /// One list of audiences for each `AudienceRestriction`.
    pub audience_restrictions: Vec<Vec<String>>,
    pub one_time_use: bool,
    pub proxy_restriction: Option<ProxyRestriction>,
    /// Raw XML after all the others: a condition that nobody knows.
    pub raw: String,
}

/// How far an assertion may be passed on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of SAML core 2.0 §2.5.1.6")]
pub struct ProxyRestriction {
    pub count: Option<String>,
    pub audiences: Vec<String>,
}

/// How and when a person signed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the attributes of SAML core 2.0 §2.7.2")]
pub struct AuthnStatement {
    pub authn_instant: Option<String>,
    pub session_index: Option<String>,
    pub session_not_on_or_after: Option<String>,
    /// The `AuthnContextClassRef`.
    pub class: Option<String>,
}

/// An attribute and its values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the attributes of SAML core 2.0 §2.7.3.1")]
pub struct Attribute {
    pub name: Option<String>,
    pub name_format: Option<String>,
    pub friendly_name: Option<String>,
    pub values: Vec<AttributeValue>,
}

impl Attribute {
    /// An attribute of the basic name format.
    pub fn new<V: Into<AttributeValue>>(name: &str, values: impl IntoIterator<Item = V>) -> Self {
        Self {
            name: Some(name.to_owned()),
            name_format: Some("urn:oasis:names:tc:SAML:2.0:attrname-format:basic".to_owned()),
            friendly_name: None,
            values: values.into_iter().map(Into::into).collect(),
        }
    }
}

/// One value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeValue {
    /// Text, which is escaped.
    Text(String),
    /// Text with an `xsi:type`, such as `xs:string`.
    Typed {
        /// The text, which is escaped.
        text: String,
        /// The type.
        xsi_type: String,
    },
    /// `xsi:nil="true"`.
    Nil,
    /// Raw XML inside the `AttributeValue`.
    Raw(String),
}

impl From<&str> for AttributeValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for AttributeValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// An assertion.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields are those of SAML core 2.0 §2.3.3")]
pub struct Assertion {
    pub id: Option<String>,
    pub version: Option<String>,
    pub issue_instant: Option<String>,
    pub issuer: Option<NameIdentifier>,
    pub subject: Option<Subject>,
    pub conditions: Option<Conditions>,
    pub authn_statements: Vec<AuthnStatement>,
    /// One list of attributes for each `AttributeStatement`.
    pub attribute_statements: Vec<Vec<Attribute>>,
}

/// The prefixes of SAML's two namespaces; an empty one makes it the default namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefixes {
    /// `urn:oasis:names:tc:SAML:2.0:protocol`
    pub protocol: String,
    /// `urn:oasis:names:tc:SAML:2.0:assertion`
    pub assertion: String,
}

impl Default for Prefixes {
    fn default() -> Self {
        Self { protocol: "samlp".to_owned(), assertion: "saml".to_owned() }
    }
}

/// Where raw XML can go. What is inside a signed element must be well-formed; the two outside the response need not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Before the response: an XML declaration, a DOCTYPE, anything.
    BeforeResponse,
    /// Attributes of the response, such as `Consent="…"` or `xmlns:x="…"`.
    ResponseAttributes,
    /// Before the response's Issuer.
    ResponseStart,
    /// After the response's Issuer, where `Extensions` go.
    ResponseAfterIssuer,
    /// Before the assertion.
    BeforeAssertion,
    /// In the assertion's place; an empty text leaves the assertion out.
    InsteadOfAssertion,
    /// After the assertion.
    ResponseEnd,
    /// After the response: trailing garbage.
    AfterResponse,
    /// Attributes of the assertion.
    AssertionAttributes,
    /// Before the assertion's Issuer.
    AssertionStart,
    /// After the assertion's Issuer.
    AssertionAfterIssuer,
    /// At the end of the Subject.
    SubjectEnd,
    /// Inside every `SubjectConfirmationData`.
    SubjectConfirmationData,
    /// After the Conditions, where `Advice` goes.
    AfterConditions,
    /// At the end of the assertion, where further statements go.
    AssertionEnd,
}

/// An instant as SAML writes it: UTC, to the second where it falls on one, else to the millisecond.
#[must_use]
pub fn instant(instant: DateTime<Utc>) -> String {
    let precision =
        if instant.timestamp_subsec_millis() == 0 { SecondsFormat::Secs } else { SecondsFormat::Millis };
    instant.to_rfc3339_opts(precision, true)
}

/// A new id: `_` and 160 random bits in hexadecimal digits.
///
/// # Panics
///
/// Where the operating system has no random bytes.
#[must_use]
pub fn random_id() -> String {
    let mut bytes = [0; 20];
    #[expect(clippy::expect_used, reason = "no id can be made without random bytes")]
    openssl::rand::rand_bytes(&mut bytes).expect("random bytes");
    bytes.iter().fold(String::from("_"), |id, byte| format!("{id}{byte:02x}"))
}
