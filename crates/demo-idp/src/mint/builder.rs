//! Builds a response, starting with a right one.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, Utc};

use super::{
    Assertion, Attribute, AttributeValue, AuthnStatement, Conditions, EncryptionOptions, MintError,
    NameIdentifier, Place, Prefixes, SignatureOptions, SigningKey, Status, Subject, SubjectConfirmation,
    Target, encrypt, format, instant, method, random_id, sign, status,
};

/// Builds a response, right or wrong.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of SAML core 2.0 §3.2.2")]
pub struct ResponseBuilder {
    pub id: Option<String>,
    pub version: Option<String>,
    pub issue_instant: Option<String>,
    pub destination: Option<String>,
    pub in_response_to: Option<String>,
    pub issuer: Option<NameIdentifier>,
    pub status: Option<Status>,
    /// The assertion; [`Place::InsteadOfAssertion`] puts something else in its place.
    pub assertion: Assertion,
    /// Prefixes of SAML's namespaces.
    pub prefixes: Prefixes,
    pub(super) raw: Vec<(Place, String)>,
    response_signature: Option<(SigningKey, SignatureOptions)>,
    assertion_signature: Option<(SigningKey, SignatureOptions)>,
    encryption: Option<(Vec<u8>, EncryptionOptions)>,
}

impl ResponseBuilder {
    /// An unsolicited response, good for five minutes, that a service provider accepts once it is signed.
    #[must_use]
    pub fn new(
        now: DateTime<Utc>,
        acs_url: &str,
        sp_entity_id: &str,
        idp_entity_id: &str,
        name_id: &str,
    ) -> Self {
        let soon = instant(now + Duration::minutes(5));
        let now = instant(now);
        let name_id = NameIdentifier { format: Some(format::UNSPECIFIED.to_owned()), ..name_id.into() };
        let confirmation = SubjectConfirmation {
            method: method::BEARER.to_owned(),
            recipient: Some(acs_url.to_owned()),
            not_on_or_after: Some(soon.clone()),
            ..SubjectConfirmation::default()
        };
        let assertion = Assertion {
            id: Some(random_id()),
            version: Some("2.0".to_owned()),
            issue_instant: Some(now.clone()),
            issuer: Some(idp_entity_id.into()),
            subject: Some(Subject { name_id: Some(name_id), confirmations: vec![confirmation] }),
            conditions: Some(Conditions {
                not_before: Some(now.clone()),
                not_on_or_after: Some(soon),
                audience_restrictions: vec![vec![sp_entity_id.to_owned()]],
                ..Conditions::default()
            }),
            authn_statements: vec![AuthnStatement {
                authn_instant: Some(now.clone()),
                session_index: Some(random_id()),
                session_not_on_or_after: None,
                class: Some("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport".to_owned()),
            }],
            attribute_statements: Vec::new(),
        };
        Self {
            id: Some(random_id()),
            version: Some("2.0".to_owned()),
            issue_instant: Some(now),
            destination: Some(acs_url.to_owned()),
            in_response_to: None,
            issuer: Some(idp_entity_id.into()),
            status: Some(Status { codes: vec![status::SUCCESS.to_owned()], ..Status::default() }),
            assertion,
            prefixes: Prefixes::default(),
            raw: Vec::new(),
            response_signature: None,
            assertion_signature: None,
            encryption: None,
        }
    }

    /// Answers a request, in the response and in every subject confirmation.
    #[must_use]
    pub fn in_response_to(mut self, request_id: &str) -> Self {
        self.in_response_to = Some(request_id.to_owned());
        for confirmation in self.assertion.subject.iter_mut().flat_map(|subject| &mut subject.confirmations) {
            confirmation.in_response_to = Some(request_id.to_owned());
        }
        self
    }

    /// Adds an attribute with these values to the last attribute statement.
    #[must_use]
    pub fn attribute<V: Into<AttributeValue>>(self, name: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.attribute_element(Attribute::new(name, values))
    }

    /// Adds an attribute to the last attribute statement.
    #[must_use]
    pub fn attribute_element(mut self, attribute: Attribute) -> Self {
        match self.assertion.attribute_statements.last_mut() {
            Some(statement) => statement.push(attribute),
            None => self.assertion.attribute_statements.push(vec![attribute]),
        }
        self
    }

    /// Changes anything: `.with(|r| r.assertion.id = None)`.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Changes the NameID, which is made where there is none.
    #[must_use]
    pub fn name_id(mut self, change: impl FnOnce(&mut NameIdentifier)) -> Self {
        change(self.assertion.subject.get_or_insert_default().name_id.get_or_insert_default());
        self
    }

    /// Changes the first subject confirmation, if there is one.
    #[must_use]
    pub fn confirmation(mut self, change: impl FnOnce(&mut SubjectConfirmation)) -> Self {
        if let Some(first) =
            self.assertion.subject.as_mut().and_then(|subject| subject.confirmations.first_mut())
        {
            change(first);
        }
        self
    }

    /// Changes the conditions, which are made where there are none.
    #[must_use]
    pub fn conditions(mut self, change: impl FnOnce(&mut Conditions)) -> Self {
        change(self.assertion.conditions.get_or_insert_default());
        self
    }

    /// Changes the first authentication statement, if there is one.
    #[must_use]
    pub fn authn_statement(mut self, change: impl FnOnce(&mut AuthnStatement)) -> Self {
        if let Some(first) = self.assertion.authn_statements.first_mut() {
            change(first);
        }
        self
    }

    /// Changes the status, which is made where there is none.
    #[must_use]
    pub fn status(mut self, change: impl FnOnce(&mut Status)) -> Self {
        change(self.status.get_or_insert_default());
        self
    }

    /// Puts raw XML (or raw attributes) somewhere; several at one place follow each other.
    #[must_use]
    pub fn inject(mut self, place: Place, xml: &str) -> Self {
        self.raw.push((place, xml.to_owned()));
        self
    }

    /// Signs the response.
    #[must_use]
    pub fn sign_response(self, key: &SigningKey) -> Self {
        self.sign_response_with(key, SignatureOptions::default())
    }

    /// Signs the response in a way of one's own.
    #[must_use]
    pub fn sign_response_with(mut self, key: &SigningKey, options: SignatureOptions) -> Self {
        self.response_signature = Some((key.clone(), options));
        self
    }

    /// Signs the assertion; where the response is signed too, the assertion is signed first.
    #[must_use]
    pub fn sign_assertion(self, key: &SigningKey) -> Self {
        self.sign_assertion_with(key, SignatureOptions::default())
    }

    /// Signs the assertion in a way of one's own.
    #[must_use]
    pub fn sign_assertion_with(mut self, key: &SigningKey, options: SignatureOptions) -> Self {
        self.assertion_signature = Some((key.clone(), options));
        self
    }

    /// Encrypts the assertion for the holder of a certificate (DER): after it is signed, and before the response is.
    #[must_use]
    pub fn encrypt_assertion(self, certificate: &[u8]) -> Self {
        self.encrypt_assertion_with(certificate, EncryptionOptions::default())
    }

    /// Encrypts the assertion in a way of one's own.
    #[must_use]
    pub fn encrypt_assertion_with(mut self, certificate: &[u8], options: EncryptionOptions) -> Self {
        self.encryption = Some((certificate.to_vec(), options));
        self
    }

    /// The response as XML, signed and encrypted as asked.
    ///
    /// # Errors
    ///
    /// Where raw XML makes a signed response malformed, or OpenSSL refuses.
    pub fn build(&self) -> Result<String, MintError> {
        let mut xml = self.unsigned_xml();
        if let Some((key, options)) = &self.assertion_signature {
            xml = sign(&xml, &Target::Assertion, key, options)?;
        }
        if let Some((certificate, options)) = &self.encryption {
            xml = encrypt(&xml, certificate, options)?;
        }
        if let Some((key, options)) = &self.response_signature {
            xml = sign(&xml, &Target::Root, key, options)?;
        }
        Ok(format!("{}{xml}{}", self.raw_at(Place::BeforeResponse), self.raw_at(Place::AfterResponse)))
    }

    /// [`build`](Self::build) for tests and benchmarks.
    ///
    /// # Panics
    ///
    /// Where `build` fails.
    #[must_use]
    pub fn xml(&self) -> String {
        #[expect(clippy::expect_used, reason = "for tests, which want the panic")]
        self.build().expect("the response can be minted")
    }

    /// The response as it is posted: [`xml`](Self::xml) in base64.
    ///
    /// # Panics
    ///
    /// Where `build` fails.
    #[must_use]
    pub fn encoded(&self) -> String {
        encode(&self.xml())
    }

    pub(super) fn raw_at(&self, place: Place) -> String {
        self.raw.iter().filter(|(at, _)| *at == place).map(|(_, xml)| xml.as_str()).collect()
    }
}

/// XML as the `SAMLResponse` of the POST binding.
#[must_use]
pub fn encode(xml: &str) -> String {
    STANDARD.encode(xml)
}
