//! The codes of refused sign-ins, for an administrator. docs/reference/rules.md has the same words.

use crate::messages::Refusal;
use crate::refusal::RefusalCode;

pub(super) fn refusal(code: RefusalCode) -> Refusal {
    let (why, advice) = match code {
        RefusalCode::MalformedResponse => (
            "what arrived is not base64, not well-formed XML, or over a limit of depth or number",
            "Let the person sign in again. If it stays so, read `detail`: often too many groups are sent along.",
        ),
        RefusalCode::UntrustedSignature => (
            "the response is not signed, or by no certificate that the connection knows",
            "Upload the metadata of the identity provider again: its certificate may have changed. If nothing is signed, switch signing on there.",
        ),
        RefusalCode::UnsupportedResponse => (
            "the response has a shape, an algorithm or a feature that is not accepted, or a NameID by which nobody can be recognised",
            "Read `detail`, and change the identity provider: signatures with SHA-256, a NameID that is not empty and stays the same.",
        ),
        RefusalCode::ResponseExpired => (
            "the response is too old",
            "Compare the clocks of both sides, which may be three minutes apart. Who went back in the browser signs in again.",
        ),
        RefusalCode::ResponseNotYetValid => (
            "the response is not valid yet",
            "Compare the clocks of both sides, which may be three minutes apart.",
        ),
        RefusalCode::WrongAudience => (
            "the response is meant for another service",
            "Correct the entity id (audience) of this service at the identity provider: `https://HOST/sso/ORGANIZATION/metadata`.",
        ),
        RefusalCode::WrongRecipient => (
            "the person may be confirmed at another address only",
            "Correct the ACS URL (recipient) at the identity provider: `https://HOST/sso/ORGANIZATION/acs`.",
        ),
        RefusalCode::WrongDestination => (
            "the response was sent to another address",
            "Correct the ACS URL (destination) at the identity provider, and compare `VESTIBULE_PUBLIC_URL`.",
        ),
        RefusalCode::WrongIssuer => (
            "the response is from an identity provider that no connection has",
            "Upload the metadata of the identity provider, and of the application there, that people use.",
        ),
        RefusalCode::UnsolicitedResponse => (
            "nobody asked for the response, and the connection does not take such",
            "Let people start at this service, or allow sign-ins that start at the identity provider (`allow_idp_initiated` of the connection).",
        ),
        RefusalCode::UnknownRequest => (
            "the request that the response answers is over, or was started in another browser",
            "Let the person sign in again, in one browser, with cookies allowed, within ten minutes.",
        ),
        RefusalCode::ReplayedResponse => (
            "the response was used before",
            "Let the person sign in again. If it happens to people who did nothing twice, ask who else has their responses.",
        ),
        RefusalCode::IdentityProviderError => (
            "the identity provider itself says that the sign-in failed",
            "Look into the log of the identity provider; `detail` has the status that it answered.",
        ),
        RefusalCode::ConnectionDisabled => (
            "the connection lets nobody in at the moment",
            "Enable the connection (`enabled`), if people are to come in through it.",
        ),
        RefusalCode::RegistrationDisabled => (
            "nobody was recognised, and no user may be created",
            "Create the user, or allow automatic registration (`allow_automatic_registration`). If the note names the organization, an operator enables just-in-time provisioning for it (`jit_provisioning_enabled`).",
        ),
        RefusalCode::MissingRequiredAttribute => (
            "no first or last name arrived that can be used",
            "Map the attribute that the identity provider sends, letter by letter, or let it send the one that is mapped.",
        ),
        RefusalCode::MissingEmail => (
            "no e-mail address arrived that can be used",
            "Map the attribute that the identity provider sends, letter by letter, or let it send the one that is mapped.",
        ),
        RefusalCode::InvalidUserTypeOrRole => (
            "what arrived leads to no user type and role that may be given",
            "Correct what is sent, the value translations or the catalog. A privileged role needs the connection's permission (`allow_privileged_assignments`).",
        ),
        RefusalCode::EmailInUse => (
            "the e-mail address belongs to another user, or to one who may not be linked",
            "Find out whose the address is. If the person got a new NameID, give it to the user (`identities`).",
        ),
        RefusalCode::EmailDomainNotAllowed => (
            "the e-mail address is in none of the domains that the connection allows",
            "Add the domain to those of the connection (`email_domains`), if it is yours.",
        ),
        RefusalCode::UserDeactivated => (
            "the user who was recognised is deactivated",
            "Activate the user (`active`), if the person is to come in.",
        ),
        RefusalCode::AmbiguousMatch => (
            "the NameID is almost that of another identity",
            "Correct the NameID on one side: at the identity provider, or at the user (`identities`).",
        ),
        RefusalCode::UnknownLocation => (
            "the location is not in the catalog",
            "Add the location to the catalog, or a value translation for what is sent.",
        ),
        RefusalCode::LinkVerificationSent => (
            "a user has the e-mail address, and its owner was asked by mail whether it is the same person",
            "Nothing is wrong: the person opens the mail within 24 hours, presses the button, and signs in again.",
        ),
    };
    Refusal { why, advice }
}
