//! Every check with what it found, also after one that fails: for who sets up a connection.

use chrono::{DateTime, SecondsFormat, Utc};
use roxmltree::Node;
use vestibule_domain::connection::IdpMetadata;
use vestibule_domain::ports::{Examination, Examined, Expectation, Lifetimes, Rejection};

use super::{Clock, Subjects, conditions, instant, response, statements, subject};
use crate::names::SAML;
use crate::xml::{named, only, text, unqualified};

/// The most characters of what there is that are told.
const MOST_CHARACTERS: usize = 500;

/// What each check finds. The same functions judge a sign-in; here none keeps the next one from being asked.
pub(crate) fn each(
    subjects: &Subjects,
    trusted: &IdpMetadata,
    expectation: &Expectation,
    now: DateTime<Utc>,
) -> Vec<Examined> {
    let &Subjects { response, response_is_signed, assertion, was_encrypted } = subjects;
    let clock = Clock { now, lifetimes: Lifetimes::Enforced };
    let timeless = Clock { now, lifetimes: Lifetimes::Ignored };
    let found = |examination, result| Examined::new(examination, result);
    // Whoever may sign for one organization may put another's encrypted assertion into a response of their own. Of whom it speaks
    // is told where it is meant for this organization.
    let is_ours = || audience(assertion, expectation).is_ok();
    let person = if !was_encrypted || is_ours() { name_id(assertion) } else { None };
    let issuer = response::response_issuer(response, trusted)
        .and_then(|()| response::assertion_issuer(assertion, trusted));
    vec![
        found(Examination::Status, response::status(response)),
        found(Examination::Issuer, issuer)
            .expecting(trusted.entity_id.as_str())
            .receiving(issuer_of(assertion).or_else(|| issuer_of(response))),
        found(Examination::Destination, response::destination(response, response_is_signed, expectation))
            .expecting(&*expectation.acs_url)
            .receiving(unqualified(response, "Destination").map(cut)),
        found(Examination::Recipient, bearer(assertion, expectation, timeless))
            .expecting(&*expectation.acs_url)
            .receiving(recipients(assertion)),
        found(Examination::Audience, audience(assertion, expectation))
            .expecting(&*expectation.audience)
            .receiving(audiences(assertion)),
        found(Examination::Times, times(subjects, expectation, clock))
            .expecting(now.to_rfc3339_opts(SecondsFormat::Secs, true))
            .receiving(instants(subjects, now)),
        found(Examination::Subject, subject::subject(assertion).and_then(subject::name_id).map(drop))
            .receiving(person),
        found(Examination::Statements, statements_of(assertion, timeless)),
    ]
}

fn bearer(assertion: Node, expectation: &Expectation, clock: Clock) -> Result<(), Rejection> {
    // SAML profiles 2.0 §4.1.4.3.
    let subject = only(assertion, SAML, "Subject").ok_or(Rejection::Subject)?;
    subject::bearer(subject, expectation, clock).map(drop)
}

fn audience(assertion: Node, expectation: &Expectation) -> Result<(), Rejection> {
    let conditions = only(assertion, SAML, "Conditions").ok_or(Rejection::NoConditions)?;
    conditions::audience(conditions, expectation)?;
    conditions::all_known(conditions)
}

fn times(subjects: &Subjects, expectation: &Expectation, clock: Clock) -> Result<(), Rejection> {
    let assertion = subjects.assertion;
    response::issue_instant("response", subjects.response, clock)?;
    response::issue_instant("assertion", assertion, clock)?;
    if let Some(conditions) = only(assertion, SAML, "Conditions") {
        conditions::not_before(conditions, clock)?;
        conditions::not_on_or_after(conditions, clock)?;
    }
    // What else is wrong with the confirmation is found where its recipient is looked at.
    if let Err(rejection @ Rejection::ConfirmationExpired) = bearer(assertion, expectation, clock) {
        return Err(rejection);
    }
    match statements::authentication(assertion, clock) {
        Err(rejection @ Rejection::SessionOver) => Err(rejection),
        _ => Ok(()),
    }
}

fn statements_of(assertion: Node, clock: Clock) -> Result<(), Rejection> {
    statements::authentication(assertion, clock)?;
    statements::attributes(assertion).map(drop)
}

fn issuer_of(message: Node) -> Option<String> {
    only(message, SAML, "Issuer").and_then(|issuer| text(issuer)).map(|issuer| cut(&issuer))
}

fn name_id(assertion: Node) -> Option<String> {
    let name_id = only(only(assertion, SAML, "Subject")?, SAML, "NameID")?;
    let said = text(name_id)?;
    let format = unqualified(name_id, "Format").and_then(|format| format.rsplit(':').next());
    Some(cut(&format.map_or_else(|| said.to_string(), |format| format!("{said} ({format})"))))
}

fn recipients(assertion: Node) -> Option<String> {
    let confirmations = named(only(assertion, SAML, "Subject")?, SAML, "SubjectConfirmation");
    let data = confirmations.filter_map(|one| only(one, SAML, "SubjectConfirmationData"));
    joined(data.filter_map(|data| unqualified(data, "Recipient").map(str::to_owned)))
}

fn audiences(assertion: Node) -> Option<String> {
    let restrictions = named(only(assertion, SAML, "Conditions")?, SAML, "AudienceRestriction");
    let audiences = restrictions.flat_map(|restriction| named(restriction, SAML, "Audience"));
    joined(audiences.filter_map(|audience| text(audience).map(|said| said.to_string())))
}

fn instants(subjects: &Subjects, now: DateTime<Utc>) -> Option<String> {
    let conditions = only(subjects.assertion, SAML, "Conditions");
    let named = [
        ("IssueInstant", unqualified(subjects.response, "IssueInstant").map(|said| with_skew(said, now))),
        (
            "NotBefore",
            conditions.and_then(|conditions| unqualified(conditions, "NotBefore")).map(str::to_owned),
        ),
        (
            "NotOnOrAfter",
            conditions.and_then(|conditions| unqualified(conditions, "NotOnOrAfter")).map(str::to_owned),
        ),
    ];
    joined(named.into_iter().filter_map(|(name, said)| said.map(|said| format!("{name} {said}"))))
}

/// An instant of their clock, and how far it is from ours: what the clocks differ by, and the time on the way.
fn with_skew(said: &str, now: DateTime<Utc>) -> String {
    let Some(at) = instant::parse(said) else { return said.to_owned() };
    let milliseconds = (now - at).num_milliseconds();
    let side = if milliseconds < 0 { "ahead of" } else { "behind" };
    let (seconds, tenths) = (milliseconds.unsigned_abs() / 1_000, milliseconds.unsigned_abs() % 1_000 / 100);
    format!("{said} ({seconds}.{tenths} s {side} this service)")
}

fn joined(texts: impl Iterator<Item = String>) -> Option<String> {
    let all = texts.take(20).collect::<Vec<_>>().join(", ");
    Some(cut(&all)).filter(|text| !text.is_empty())
}

fn cut(text: &str) -> String {
    text.chars().take(MOST_CHARACTERS).collect()
}
