//! Of the Subject: who it is about, and that it may be brought here, now.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use roxmltree::Node;
use vestibule_domain::name_id::{NameId, NameIdentifier, Qualifiers};
use vestibule_domain::ports::{Expectation, Rejection};

use super::{Clock, instant};
use crate::limits::SKEW;
use crate::names::{BEARER, SAML};
use crate::xml::{elements, named, only, text, unqualified};

/// The `NameID` of a subject.
pub(crate) struct NameIdElement<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) format: Option<&'a str>,
    pub(super) qualifiers: Qualifiers,
}

impl NameIdElement<'_> {
    /// The same, as a session keeps it.
    pub(crate) fn identifier(&self) -> Option<NameIdentifier> {
        let value = NameId::from_assertion(&self.text, None).ok()?.to_string();
        let format = self.format.map(str::to_owned);
        Some(NameIdentifier { value, format, qualifiers: self.qualifiers.clone() })
    }
}

/// The bearer confirmation that holds.
pub(super) struct Confirmation<'a> {
    pub(super) in_response_to: Option<&'a str>,
    /// Until when any of the bearer confirmations holds, which is how long the assertion must be remembered.
    pub(super) not_on_or_after: DateTime<Utc>,
}

/// The Subject, of which an assertion that signs in has one (SAML profiles 2.0 §4.1.4.2).
pub(super) fn subject<'a>(assertion: Node<'a, 'a>) -> Result<Node<'a, 'a>, Rejection> {
    only(assertion, SAML, "Subject").ok_or(Rejection::Subject)
}

/// One `NameID` of text that can be told apart; no `BaseID`, no `EncryptedID`.
pub(super) fn name_id<'a>(subject: Node<'a, 'a>) -> Result<NameIdElement<'a>, Rejection> {
    let others = elements(subject).any(|child| {
        !child.has_tag_name((SAML, "NameID")) && !child.has_tag_name((SAML, "SubjectConfirmation"))
    });
    name_id_element(only(subject, SAML, "NameID").filter(|_| !others).ok_or(Rejection::Subject)?)
}

/// What a `NameID` says, if it is text that can be told apart.
pub(crate) fn name_id_element<'a>(name_id: Node<'a, 'a>) -> Result<NameIdElement<'a>, Rejection> {
    let text = text(name_id).ok_or(Rejection::Subject)?;
    // Whether its format can be used is a rule, which explains itself; what it is made of is judged here.
    NameId::from_assertion(&text, None).map_err(|_| Rejection::NameIdText)?;
    let attribute = |name| unqualified(name_id, name).map(str::to_owned);
    let qualifiers = Qualifiers {
        name_qualifier: attribute("NameQualifier"),
        sp_name_qualifier: attribute("SPNameQualifier"),
    };
    Ok(NameIdElement { text, format: unqualified(name_id, "Format"), qualifiers })
}

/// A bearer confirmation that holds here and now (SAML profiles 2.0 §4.1.4.3); one among several will do, and where none
/// does, the first tells why.
pub(super) fn bearer<'a>(
    subject: Node<'a, 'a>,
    expectation: &Expectation,
    clock: Clock,
) -> Result<Confirmation<'a>, Rejection> {
    let bearers = || {
        named(subject, SAML, "SubjectConfirmation")
            .filter(|confirmation| unqualified(*confirmation, "Method") == Some(BEARER))
    };
    let mut why = Rejection::NoBearerConfirmation;
    let mut holding = None;
    for (index, confirmation) in bearers().enumerate() {
        match holds(confirmation, expectation, clock) {
            Ok(data) if holding.is_none() => holding = Some(data),
            Err(rejection) if index == 0 => why = rejection,
            _ => {}
        }
    }
    let data = holding.ok_or(why)?;
    let mut not_on_or_after = expiry(data)?;
    for data in bearers().filter_map(|confirmation| only(confirmation, SAML, "SubjectConfirmationData")) {
        not_on_or_after = not_on_or_after.max(expiry(data).unwrap_or(not_on_or_after));
    }
    Ok(Confirmation { in_response_to: unqualified(data, "InResponseTo"), not_on_or_after })
}

fn holds<'a>(
    confirmation: Node<'a, 'a>,
    expectation: &Expectation,
    clock: Clock,
) -> Result<Node<'a, 'a>, Rejection> {
    let data = only(confirmation, SAML, "SubjectConfirmationData").ok_or(Rejection::NoBearerConfirmation)?;
    recipient(data, expectation)?;
    no_not_before(data)?;
    not_over(data, clock)?;
    Ok(data)
}

fn recipient(data: Node, expectation: &Expectation) -> Result<(), Rejection> {
    let ours = unqualified(data, "Recipient") == Some(expectation.acs_url.as_str());
    if ours { Ok(()) } else { Err(Rejection::Recipient) }
}

fn no_not_before(data: Node) -> Result<(), Rejection> {
    if unqualified(data, "NotBefore").is_some() { Err(Rejection::ConfirmationNotBefore) } else { Ok(()) }
}

fn not_over(data: Node, clock: Clock) -> Result<(), Rejection> {
    clock.refuse(expiry(data)? <= clock.now - SKEW, Rejection::ConfirmationExpired)
}

fn expiry(data: Node) -> Result<DateTime<Utc>, Rejection> {
    instant::required(data, "NotOnOrAfter", "NotOnOrAfter of the bearer confirmation")
}

/// The request that is answered, on which the Response and the confirmation must agree: both name one, or neither does.
pub(super) fn in_response_to<'a>(
    response: Node,
    confirmed: Option<&'a str>,
) -> Result<Option<&'a str>, Rejection> {
    if unqualified(response, "InResponseTo") == confirmed {
        Ok(confirmed)
    } else {
        Err(Rejection::InResponseToDisagrees)
    }
}
