//! Writes a response as XML.

use super::xml::Element;
use super::{
    Assertion, Attribute, AttributeValue, AuthnStatement, Conditions, NameIdentifier, Place, Prefixes,
    ResponseBuilder, Status, Subject, SubjectConfirmation,
};

const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const XS: &str = "http://www.w3.org/2001/XMLSchema";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

impl ResponseBuilder {
    /// The response without signatures and without what goes around it.
    pub(super) fn unsigned_xml(&self) -> String {
        let Prefixes { protocol, assertion } = &self.prefixes;
        let mut content = self.raw_at(Place::ResponseStart);
        if let Some(issuer) = &self.issuer {
            // Declared here too: with an empty prefix nothing above has declared it.
            content +=
                &name_identifier(Element::new(assertion, "Issuer").namespace(assertion, ASSERTION), issuer);
        }
        content += &self.raw_at(Place::ResponseAfterIssuer);
        if let Some(status) = &self.status {
            content += &status_xml(protocol, status);
        }
        content += &self.raw_at(Place::BeforeAssertion);
        content += &if self.raw.iter().any(|(place, _)| *place == Place::InsteadOfAssertion) {
            self.raw_at(Place::InsteadOfAssertion)
        } else {
            self.assertion_xml(&self.assertion)
        };
        content += &self.raw_at(Place::ResponseEnd);
        Element::new(protocol, "Response")
            .namespace(protocol, PROTOCOL)
            .optional("Destination", self.destination.as_deref())
            .optional("ID", self.id.as_deref())
            .optional("InResponseTo", self.in_response_to.as_deref())
            .optional("IssueInstant", self.issue_instant.as_deref())
            .optional("Version", self.version.as_deref())
            .raw_attributes(&self.raw_at(Place::ResponseAttributes))
            .around(&content)
    }

    /// An assertion as this response would write it, not signed: for a second one at some [`Place`].
    #[must_use]
    pub fn assertion_xml(&self, assertion: &Assertion) -> String {
        let prefix = &self.prefixes.assertion;
        let mut content = self.raw_at(Place::AssertionStart);
        if let Some(issuer) = &assertion.issuer {
            content += &name_identifier(Element::new(prefix, "Issuer"), issuer);
        }
        content += &self.raw_at(Place::AssertionAfterIssuer);
        if let Some(subject) = &assertion.subject {
            content += &self.subject_xml(subject);
        }
        if let Some(conditions) = &assertion.conditions {
            content += &conditions_xml(prefix, conditions);
        }
        content += &self.raw_at(Place::AfterConditions);
        content.extend(
            assertion.authn_statements.iter().map(|statement| authn_statement_xml(prefix, statement)),
        );
        content.extend(assertion.attribute_statements.iter().map(|attributes| {
            let attributes: String =
                attributes.iter().map(|attribute| attribute_xml(prefix, attribute)).collect();
            Element::new(prefix, "AttributeStatement").around(&attributes)
        }));
        content += &self.raw_at(Place::AssertionEnd);
        Element::new(prefix, "Assertion")
            .namespace(prefix, ASSERTION)
            .optional("ID", assertion.id.as_deref())
            .optional("IssueInstant", assertion.issue_instant.as_deref())
            .optional("Version", assertion.version.as_deref())
            .raw_attributes(&self.raw_at(Place::AssertionAttributes))
            .around(&content)
    }

    fn subject_xml(&self, subject: &Subject) -> String {
        let prefix = &self.prefixes.assertion;
        let mut content = String::new();
        if let Some(name_id) = &subject.name_id {
            content += &name_identifier(Element::new(prefix, "NameID"), name_id);
        }
        let data = self.raw_at(Place::SubjectConfirmationData);
        content.extend(subject.confirmations.iter().map(|each| confirmation_xml(prefix, each, &data)));
        content += &self.raw_at(Place::SubjectEnd);
        Element::new(prefix, "Subject").around(&content)
    }
}

fn name_identifier(element: Element, name: &NameIdentifier) -> String {
    element
        .optional("Format", name.format.as_deref())
        .optional("NameQualifier", name.name_qualifier.as_deref())
        .optional("SPNameQualifier", name.sp_name_qualifier.as_deref())
        .optional("SPProvidedID", name.sp_provided_id.as_deref())
        .text(&name.value)
}

fn status_xml(prefix: &str, status: &Status) -> String {
    let mut content = status.codes.iter().rev().fold(String::new(), |inner, code| {
        Element::new(prefix, "StatusCode").attribute("Value", code).around(&inner)
    });
    if let Some(message) = &status.message {
        content += &Element::new(prefix, "StatusMessage").text(message);
    }
    if let Some(detail) = &status.detail {
        content += &Element::new(prefix, "StatusDetail").around(detail);
    }
    Element::new(prefix, "Status").around(&content)
}

fn confirmation_xml(prefix: &str, confirmation: &SubjectConfirmation, raw: &str) -> String {
    let data = Element::new(prefix, "SubjectConfirmationData")
        .optional("Address", confirmation.address.as_deref())
        .optional("InResponseTo", confirmation.in_response_to.as_deref())
        .optional("NotBefore", confirmation.not_before.as_deref())
        .optional("NotOnOrAfter", confirmation.not_on_or_after.as_deref())
        .optional("Recipient", confirmation.recipient.as_deref())
        .around(raw);
    Element::new(prefix, "SubjectConfirmation")
        .attribute("Method", &confirmation.method)
        .around(if confirmation.without_data { "" } else { &data })
}

fn conditions_xml(prefix: &str, conditions: &Conditions) -> String {
    let audiences = |audiences: &[String]| -> String {
        audiences.iter().map(|audience| Element::new(prefix, "Audience").text(audience)).collect()
    };
    let mut content: String = conditions
        .audience_restrictions
        .iter()
        .map(|restriction| Element::new(prefix, "AudienceRestriction").around(&audiences(restriction)))
        .collect();
    if conditions.one_time_use {
        content += &Element::new(prefix, "OneTimeUse").around("");
    }
    if let Some(restriction) = &conditions.proxy_restriction {
        content += &Element::new(prefix, "ProxyRestriction")
            .optional("Count", restriction.count.as_deref())
            .around(&audiences(&restriction.audiences));
    }
    content += &conditions.raw;
    Element::new(prefix, "Conditions")
        .optional("NotBefore", conditions.not_before.as_deref())
        .optional("NotOnOrAfter", conditions.not_on_or_after.as_deref())
        .around(&content)
}

fn authn_statement_xml(prefix: &str, statement: &AuthnStatement) -> String {
    let class =
        statement.class.as_ref().map(|class| Element::new(prefix, "AuthnContextClassRef").text(class));
    Element::new(prefix, "AuthnStatement")
        .optional("AuthnInstant", statement.authn_instant.as_deref())
        .optional("SessionIndex", statement.session_index.as_deref())
        .optional("SessionNotOnOrAfter", statement.session_not_on_or_after.as_deref())
        .around(&Element::new(prefix, "AuthnContext").around(&class.unwrap_or_default()))
}

fn attribute_xml(prefix: &str, attribute: &Attribute) -> String {
    let values: String = attribute.values.iter().map(|value| value_xml(prefix, value)).collect();
    Element::new(prefix, "Attribute")
        .optional("FriendlyName", attribute.friendly_name.as_deref())
        .optional("Name", attribute.name.as_deref())
        .optional("NameFormat", attribute.name_format.as_deref())
        .around(&values)
}

fn value_xml(prefix: &str, value: &AttributeValue) -> String {
    let element = Element::new(prefix, "AttributeValue");
    match value {
        AttributeValue::Text(text) => element.text(text),
        AttributeValue::Typed { text, xsi_type } => {
            element.namespace("xs", XS).namespace("xsi", XSI).attribute("xsi:type", xsi_type).text(text)
        }
        AttributeValue::Nil => element.namespace("xsi", XSI).attribute("xsi:nil", "true").around(""),
        AttributeValue::Raw(xml) => element.around(xml),
    }
}
