//! Of the Conditions (SAML core 2.0 §2.5.1): when, for whom, and nothing that is not understood.

use roxmltree::Node;
use vestibule_domain::ports::{Expectation, Rejection};

use super::{Clock, instant};
use crate::limits::SKEW;
use crate::names::SAML;
use crate::xml::{elements, named, only, text};

/// The Conditions, which must be there once.
pub(super) fn conditions<'a>(assertion: Node<'a, 'a>) -> Result<Node<'a, 'a>, Rejection> {
    only(assertion, SAML, "Conditions").ok_or(Rejection::NoConditions)
}

/// Its time has come.
pub(super) fn not_before(conditions: Node, clock: Clock) -> Result<(), Rejection> {
    let from = instant::optional(conditions, "NotBefore", "NotBefore of the conditions")?;
    clock.refuse(from.is_some_and(|from| from > clock.now + SKEW), Rejection::ConditionsNotYetValid)
}

/// Its time is not over.
pub(super) fn not_on_or_after(conditions: Node, clock: Clock) -> Result<(), Rejection> {
    let until = instant::optional(conditions, "NotOnOrAfter", "NotOnOrAfter of the conditions")?;
    clock.refuse(until.is_some_and(|until| until <= clock.now - SKEW), Rejection::ConditionsExpired)
}

/// Every `AudienceRestriction`, and there is one, names this service (SAML core 2.0 §2.5.1.4).
pub(super) fn audience(conditions: Node, expectation: &Expectation) -> Result<(), Rejection> {
    let names_us = |restriction: Node| {
        named(restriction, SAML, "Audience")
            .any(|audience| text(audience).as_deref() == Some(expectation.audience.as_str()))
    };
    let mut restrictions = named(conditions, SAML, "AudienceRestriction").peekable();
    if restrictions.peek().is_some() && restrictions.all(names_us) {
        Ok(())
    } else {
        Err(Rejection::Audience)
    }
}

/// No condition but those that are understood; one is used once here anyway, and nothing is passed on to others.
pub(super) fn all_known(conditions: Node) -> Result<(), Rejection> {
    let known = ["AudienceRestriction", "OneTimeUse", "ProxyRestriction"];
    let is_known = |condition: Node| known.iter().any(|name| condition.has_tag_name((SAML, *name)));
    if elements(conditions).all(is_known) { Ok(()) } else { Err(Rejection::UnknownCondition) }
}
