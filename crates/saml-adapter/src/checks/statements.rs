//! Of the statements: that somebody signed in (SAML core 2.0 §2.7.2), and what is said of them (§2.7.3).

use chrono::{DateTime, Utc};
use roxmltree::Node;
use vestibule_domain::ports::Rejection;
use vestibule_domain::profile::Profile;

use super::subject::NameIdElement;
use super::{Clock, instant};
use crate::names::{SAML, XSI};
use crate::xml::{elements, named, unqualified};

/// What the `AuthnStatements` say of the identity provider's session.
pub(super) struct Authentication {
    /// The earliest end of a session.
    pub(super) session_not_on_or_after: Option<DateTime<Utc>>,
    /// The first name of a session.
    pub(super) session_index: Option<String>,
}

/// Somebody signed in, and that session is not over. A session's end knows no skew.
pub(super) fn authentication(assertion: Node, clock: Clock) -> Result<Authentication, Rejection> {
    let mut statements = named(assertion, SAML, "AuthnStatement").peekable();
    if statements.peek().is_none() {
        return Err(Rejection::NoAuthnStatement);
    }
    let mut authentication = Authentication { session_not_on_or_after: None, session_index: None };
    for statement in statements {
        if let Some(end) = instant::optional(statement, "SessionNotOnOrAfter", "SessionNotOnOrAfter")? {
            clock.refuse(end <= clock.now, Rejection::SessionOver)?;
            let earlier = authentication.session_not_on_or_after.map_or(end, |known| known.min(end));
            authentication.session_not_on_or_after = Some(earlier);
        }
        if authentication.session_index.is_none() {
            authentication.session_index = unqualified(statement, "SessionIndex").map(str::to_owned);
        }
    }
    Ok(authentication)
}

/// All attributes of all statements.
pub(super) struct Attributes(Profile);

/// Reads every attribute. A value that is nil or empty was not sent, and neither was an attribute of such values alone.
pub(super) fn attributes(assertion: Node) -> Result<Attributes, Rejection> {
    let mut profile = Profile::default();
    let statements = named(assertion, SAML, "AttributeStatement");
    for attribute in statements.flat_map(|statement| elements(statement)) {
        let name = unqualified(attribute, "Name").filter(|_| attribute.has_tag_name((SAML, "Attribute")));
        let name = name.ok_or(Rejection::UnreadableAttribute)?;
        let mut values =
            named(attribute, SAML, "AttributeValue").filter_map(|value| value_of(value)).peekable();
        if values.peek().is_none() {
            continue;
        }
        profile.attributes.entry(name.to_owned()).or_default().extend(values);
        if let Some(friendly) = unqualified(attribute, "FriendlyName") {
            profile.friendly_names.entry(friendly.to_owned()).or_insert_with(|| name.to_owned());
        }
    }
    Ok(Attributes(profile))
}

impl Attributes {
    pub(super) fn with_name_id(self, name_id: NameIdElement) -> Profile {
        Profile {
            name_id: name_id.text.into_owned(),
            name_id_format: name_id.format.map(str::to_owned),
            name_id_qualifiers: name_id.qualifiers,
            ..self.0
        }
    }
}

/// The text of a value, and of an element in it (as `eduPersonTargetedID` has a `NameID`) without the space around it.
fn value_of(value: Node) -> Option<String> {
    if matches!(value.attribute((XSI, "nil")), Some("true" | "1")) {
        return None;
    }
    let nested = elements(value).next().is_some();
    let texts = value.descendants().filter(Node::is_text).filter_map(|node| node.text());
    let text: String =
        if nested { texts.map(str::trim).collect::<Vec<_>>().join("") } else { texts.collect() };
    (!text.trim().is_empty()).then_some(text)
}
