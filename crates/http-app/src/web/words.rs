//! What rules and failures are in plain words.

use vestibule_domain::explanation::{Note, Topic};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::rule::Rule;

/// A failure in plain words.
pub(super) struct Failing {
    /// The heading.
    pub(super) title: &'static str,
    /// What happened.
    pub(super) happened: &'static str,
    /// What to do.
    pub(super) advice: &'static str,
    /// Whether it makes sense to try again.
    pub(super) again: bool,
}

const fn again(title: &'static str, happened: &'static str, advice: &'static str) -> Failing {
    Failing { title, happened, advice, again: true }
}

const fn final_(title: &'static str, happened: &'static str, advice: &'static str) -> Failing {
    Failing { title, happened, advice, again: false }
}

const NOT_BELIEVED: &str = "We couldn’t sign you in";
const NO_ACCESS: &str = "You don’t have access yet";
const TELL_SETUP: &str =
    "This is a matter of how single sign-on is set up. Ask your administrator to look at it.";

/// What a stable code means to the person who is shown it. Nothing here says more than the code does.
pub(super) fn failing(code: &str) -> Failing {
    match RefusalCode::from_word(code) {
        Some(code) => refused(code),
        None => failed(code),
    }
}

#[expect(clippy::too_many_lines, reason = "one entry a code")]
fn refused(code: RefusalCode) -> Failing {
    match code {
        RefusalCode::MalformedResponse => again(
            NOT_BELIEVED,
            "What your identity provider sent could not be read.",
            "Try once more. If it happens again, tell your administrator.",
        ),
        RefusalCode::UntrustedSignature => again(
            NOT_BELIEVED,
            "What your identity provider sent is not signed with a key that this organization trusts.",
            TELL_SETUP,
        ),
        RefusalCode::UnsupportedResponse => again(
            NOT_BELIEVED,
            "Your identity provider sent an answer of a kind that is not accepted here.",
            TELL_SETUP,
        ),
        RefusalCode::ResponseExpired => again(
            "This sign-in took too long",
            "The answer of your identity provider had expired when it arrived.",
            "Sign in again. If it happens again at once, tell your administrator: a clock may be wrong.",
        ),
        RefusalCode::ResponseNotYetValid => again(
            NOT_BELIEVED,
            "The answer of your identity provider is not valid yet.",
            "Try again in a few minutes. If it happens again, tell your administrator: a clock may be wrong.",
        ),
        RefusalCode::WrongAudience | RefusalCode::WrongRecipient | RefusalCode::WrongDestination => again(
            NOT_BELIEVED,
            "The answer of your identity provider was meant for another service.",
            TELL_SETUP,
        ),
        RefusalCode::WrongIssuer => again(
            NOT_BELIEVED,
            "The answer came from an identity provider that this organization does not use.",
            TELL_SETUP,
        ),
        RefusalCode::UnsolicitedResponse => again(
            "Please start here",
            "This organization wants sign-ins to start on this page, and not at the identity provider.",
            "Use the button below.",
        ),
        RefusalCode::UnknownRequest => again(
            "This sign-in is over",
            "It was begun too long ago, in another browser, or is finished already.",
            "Sign in again in this browser. Cookies must be allowed for this site.",
        ),
        RefusalCode::ReplayedResponse => again(
            "This sign-in was used already",
            "Each sign-in works once. Going back in the browser, or reloading, sends the same one again.",
            "Sign in again.",
        ),
        RefusalCode::IdentityProviderError => again(
            "Your identity provider did not sign you in",
            "It says itself that the sign-in failed, or was broken off.",
            "Try again. If it happens again, ask those who run your identity provider.",
        ),
        RefusalCode::ConnectionDisabled => final_(
            "Sign-in is switched off",
            "This way to sign in is switched off at the moment.",
            "Ask your administrator.",
        ),
        RefusalCode::RegistrationDisabled => again(
            NO_ACCESS,
            "Your identity provider knows you, but there is no account for you here, and accounts are not made automatically.",
            "Ask your administrator for an account.",
        ),
        RefusalCode::MissingRequiredAttribute => again(
            NO_ACCESS,
            "Your identity provider did not send a name that can be used, and an account needs one.",
            TELL_SETUP,
        ),
        RefusalCode::MissingEmail => again(
            NO_ACCESS,
            "Your identity provider did not send an e-mail address that can be used, and an account needs one.",
            TELL_SETUP,
        ),
        RefusalCode::InvalidUserTypeOrRole => again(
            NO_ACCESS,
            "Your identity provider did not send a user type and role that may be given here.",
            TELL_SETUP,
        ),
        RefusalCode::EmailInUse => again(
            "We couldn’t match your account",
            "The e-mail address that your identity provider sent cannot be used for your account.",
            "Ask your administrator to look at it.",
        ),
        RefusalCode::EmailDomainNotAllowed => again(
            NO_ACCESS,
            "Addresses like yours cannot sign in here.",
            "Sign in with your address at this organization, or ask your administrator.",
        ),
        RefusalCode::UserDeactivated => again(
            "Your account is switched off",
            "You cannot sign in with it at the moment.",
            "If you think that is a mistake, ask your administrator.",
        ),
        RefusalCode::AmbiguousMatch => again(
            "We couldn’t match your account",
            "The name that your identity provider knows you by is almost, but not quite, one that is known here.",
            TELL_SETUP,
        ),
        RefusalCode::UnknownLocation => again(
            NO_ACCESS,
            "Your identity provider sent a location that this organization does not know.",
            TELL_SETUP,
        ),
        RefusalCode::LinkVerificationSent => again(
            "Check your mail",
            "You may have an account already. To be sure that it is yours, a mail with a link was sent to its address.",
            "Open the link, and then sign in again. It works once, for 24 hours.",
        ),
    }
}

fn failed(code: &str) -> Failing {
    match code {
        "organization_not_found" => final_(
            "There is no such organization",
            "The address may be mistyped, or the organization has another one now.",
            "Check the link that you were given.",
        ),
        "connection_not_found" => again(
            "There is no such way to sign in",
            "The organization has no connection of this name.",
            "Use the button below, or check the link that you were given.",
        ),
        "sso_not_configured" => final_(
            "Single sign-on is not set up yet",
            "This organization has no identity provider that can be asked.",
            "Ask your administrator.",
        ),
        "return_to_not_allowed" => again(
            "That link leads elsewhere",
            "After the sign-in it would send you to a place that this organization has not listed.",
            "Use the button below, or go to your application and start there.",
        ),
        "link_expired" => again(
            "This link does not work any more",
            "It was used already, or is older than 24 hours.",
            "Sign in again: a new mail is sent if one is needed.",
        ),
        "response_too_large" => again(
            NOT_BELIEVED,
            "Your identity provider sent more than can be taken in.",
            "Ask your administrator: often too many groups are sent along.",
        ),
        "unsupported_media_type" => final_(
            NOT_BELIEVED,
            "What arrived is not the form that an identity provider sends.",
            "Go back to where you started, and try again.",
        ),
        "too_many_requests" => final_(
            "Please wait a moment",
            "There were too many attempts from your network in a short time.",
            "Try again in a minute.",
        ),
        "temporarily_unavailable" | "request_timeout" => final_(
            "We’ll be right back",
            "The service cannot answer just now. Nothing of yours was changed.",
            "Wait a moment, and try again.",
        ),
        "cross_site_request" => final_(
            "That did not come from here",
            "Another site tried to use this page, so nothing was done.",
            "Go back to the page that you were on, and try again.",
        ),
        "method_not_allowed" | "not_found" => final_(
            "There is nothing here",
            "The address may be mistyped, or the page has moved.",
            "Use the sign-in link that your organization gave you.",
        ),
        _ => final_(
            "Something went wrong",
            "It was the service’s fault, not yours. It has been noted.",
            "Try again in a moment. If it happens again, tell your administrator.",
        ),
    }
}

/// What an entry is about.
pub(super) fn topic(topic: Topic) -> &'static str {
    match topic {
        Topic::Identity => "Who you are",
        Topic::Registration => "Registration",
        Topic::FirstName => "First name",
        Topic::LastName => "Last name",
        Topic::Email => "E-mail address",
        Topic::Location => "Location",
        Topic::UserType => "User type",
        Topic::Role => "Role",
        Topic::Assignments => "User type and role",
    }
}

/// What a rule did, to the person whose sign-in it decided.
pub(super) fn why(rule: Rule) -> &'static str {
    match rule {
        Rule::MatchIdentity => "You were recognised by the name that your identity provider knows you by.",
        Rule::MatchEmail => "You were recognised by your e-mail address.",
        Rule::MatchNearMiss => "The name you are known by is almost that of somebody else.",
        Rule::MatchBoundElsewhere => "Your address belongs to an account with another identity.",
        Rule::MatchNone => "Nobody was recognised, so you are new here.",
        Rule::MatchDeactivated => "The account is switched off.",
        Rule::MatchUnusableNameId => "Nobody can be recognised by such a name.",
        Rule::EmailDomain => "Only addresses of certain domains may sign in.",
        Rule::Registration => "Accounts are not made automatically here.",
        Rule::RequiredName => "A new account needs a name.",
        Rule::RequiredEmail => "A new account needs an e-mail address.",
        Rule::MappedAttribute => "Your identity provider sent it.",
        Rule::DefaultValue => "Your identity provider sent nothing, so the organization’s default was taken.",
        Rule::RoleOfType => "A user type was sent without a role, so the role that goes with it was taken.",
        Rule::PairInCatalog => "The organization’s catalog has this user type and role.",
        Rule::InvalidValue => "What was sent is not a valid value.",
        Rule::PrivilegedPair => "This role can be given only where that is allowed explicitly.",
        Rule::Welcome => "A new account is welcomed by one mail.",
        Rule::KeepCurrent => "Your identity provider sent nothing, so it stayed as it was.",
        Rule::EmailChange => "Your identity provider sent another address.",
        Rule::AddAssignment => {
            "Your identity provider sent a user type that you did not have, so it was added."
        }
        Rule::ChangeRole => "Your identity provider sent another role for this user type.",
        Rule::SameAssignment => "You had what your identity provider sent.",
        Rule::IncompletePair => "User type and role are both needed; only one was sent, so nothing changed.",
        Rule::NeverRemoved => "A sign-in never takes anything away.",
        Rule::SaveRequiresNames
        | Rule::SaveRequiresPair
        | Rule::SaveDefaultPair
        | Rule::SaveJitNotEnabled
        | Rule::SaveInertDefaults
        | Rule::SaveEmailUnmapped
        | Rule::SaveTranslationTarget
        | Rule::SaveAttributeName
        | Rule::SaveVersion => "This rule is about settings, not about sign-ins.",
    }
}

/// A note as a sentence.
pub(super) fn note(note: &Note) -> String {
    let text = note.to_string();
    let text = text.strip_prefix("multiple_values: ").unwrap_or(&text);
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).chain(std::iter::once('.')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_a_sentence() {
        let told = note(&Note::MultipleValues { count: 2 });
        assert_eq!(told, "2 different values arrived, and nothing says which of them counts.");
        assert!(note(&Note::OnlyRole).starts_with("The user type has only"));
    }

    #[test]
    fn every_refusal_says_what_to_do() {
        for code in RefusalCode::ALL {
            let words = failing(code.as_str());
            assert!(!words.title.is_empty() && words.happened.ends_with('.') && words.advice.ends_with('.'));
        }
    }
}
