//! The checks, on the bytes that a signature covers, by our clock. One function a check, in the order of
//! `docs/explanation/saml-trust.md`.

mod conditions;
mod examining;
pub(crate) mod instant;
mod response;
mod statements;
mod subject;

use chrono::{DateTime, Utc};
pub(crate) use examining::each;
pub(crate) use response::{assertion_issuer, issue_instant, issuer_is, status, version};
use roxmltree::{Document, Node};
pub(crate) use subject::name_id_element;
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::ports::{Expectation, Lifetimes, Rejection};
use vestibule_domain::profile::VerifiedAssertion;

use crate::names::{SAML, SAMLP};
use crate::xml::{only, unqualified};

/// What is judged.
pub(crate) struct Subjects<'a> {
    /// The Response. Where only its assertion is signed nothing vouches for it, and it serves as a further reason to refuse.
    pub(crate) response: Node<'a, 'a>,
    /// Whether the Response is signed.
    pub(crate) response_is_signed: bool,
    /// The Assertion, signed.
    pub(crate) assertion: Node<'a, 'a>,
    /// Whether this service decrypted it: who sent it need not know what is in it.
    pub(crate) was_encrypted: bool,
}

impl<'a> Subjects<'a> {
    /// Finds both in what was digested, and the unsigned Response in the envelope where it must.
    pub(crate) fn of(digested: &'a Document<'a>, envelope: Node<'a, 'a>) -> Result<Self, Rejection> {
        let root = digested.root_element();
        if root.has_tag_name((SAMLP, "Response")) {
            let assertion = only(root, SAML, "Assertion").ok_or(Rejection::SignedSomethingElse)?;
            return Ok(Self { response: root, response_is_signed: true, assertion, was_encrypted: false });
        }
        Ok(Self { response: envelope, response_is_signed: false, assertion: root, was_encrypted: false })
    }
}

/// The clock, and whether it matters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    now: DateTime<Utc>,
    lifetimes: Lifetimes,
}

impl Clock {
    /// A clock that matters.
    pub(crate) fn enforced(now: DateTime<Utc>) -> Self {
        Self { now, lifetimes: Lifetimes::Enforced }
    }

    /// Refuses what is wrong with a time, unless times are ignored.
    fn refuse(self, wrong: bool, rejection: Rejection) -> Result<(), Rejection> {
        if wrong && self.lifetimes == Lifetimes::Enforced { Err(rejection) } else { Ok(()) }
    }
}

/// Makes every check, and of what passes them an assertion that is vouched for.
pub(crate) fn all(
    subjects: &Subjects,
    trusted: &IdpMetadata,
    expectation: &Expectation,
    now: DateTime<Utc>,
    verified_by: String,
) -> Result<VerifiedAssertion, Rejection> {
    let &Subjects { response, response_is_signed, assertion, .. } = subjects;
    let clock = Clock { now, lifetimes: expectation.lifetimes };

    response::version(response)?;
    response::version(assertion)?;
    response::status(response)?;
    response::destination(response, response_is_signed, expectation)?;
    response::response_issuer(response, trusted)?;
    response::assertion_issuer(assertion, trusted)?;
    response::issue_instant("response", response, clock)?;
    response::issue_instant("assertion", assertion, clock)?;

    let subject = subject::subject(assertion)?;
    let name_id = subject::name_id(subject)?;
    let confirmation = subject::bearer(subject, expectation, clock)?;
    let in_response_to = subject::in_response_to(response, confirmation.in_response_to)?;

    let conditions = conditions::conditions(assertion)?;
    conditions::not_before(conditions, clock)?;
    conditions::not_on_or_after(conditions, clock)?;
    conditions::audience(conditions, expectation)?;
    conditions::all_known(conditions)?;

    let authentication = statements::authentication(assertion, clock)?;
    let attributes = statements::attributes(assertion)?;

    Ok(VerifiedAssertion {
        assertion_id: unqualified(assertion, "ID").ok_or(Rejection::InvalidId)?.to_owned(),
        issuer: trusted.entity_id.clone(),
        in_response_to: in_response_to.map(str::to_owned),
        not_on_or_after: confirmation.not_on_or_after,
        session_not_on_or_after: authentication.session_not_on_or_after,
        session_index: authentication.session_index,
        verified_by,
        profile: attributes.with_name_id(name_id),
    })
}
