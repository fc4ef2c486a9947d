//! What is shown to the person who signs in.

use crate::explanation::Topic;
use crate::messages::Refused;
use crate::refusal::RefusalCode;
use crate::rule::Rule;

const fn again(title: &'static str, happened: &'static str, advice: &'static str) -> Refused {
    Refused { title, happened, advice, again: true }
}

const fn final_(title: &'static str, happened: &'static str, advice: &'static str) -> Refused {
    Refused { title, happened, advice, again: false }
}

const NOT_BELIEVED: &str = "We couldn’t sign you in";
const NO_ACCESS: &str = "You don’t have access yet";
const TELL_SETUP: &str =
    "This is a matter of how single sign-on is set up. Ask your administrator to look at it.";

#[expect(clippy::too_many_lines, reason = "one entry a code")]
pub(super) fn refused(code: RefusalCode) -> Refused {
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
