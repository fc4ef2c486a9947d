//! What failures are in plain words. What a sign-in ended as has its words in the domain's catalogue.

use vestibule_domain::messages::{ENGLISH, Messages as _, Refused};
use vestibule_domain::ports::LogoutOutcome;
use vestibule_domain::refusal::RefusalCode;

const fn again(title: &'static str, happened: &'static str, advice: &'static str) -> Refused {
    Refused { title, happened, advice, again: true }
}

const fn final_(title: &'static str, happened: &'static str, advice: &'static str) -> Refused {
    Refused { title, happened, advice, again: false }
}

const NOT_BELIEVED: &str = "We couldn’t sign you in";

/// What a stable code means to the person who is shown it. Nothing here says more than the code does.
pub(super) fn failing(code: &str) -> Refused {
    match RefusalCode::from_word(code) {
        Some(code) => ENGLISH.refused(code),
        None => failed(code),
    }
}

fn failed(code: &str) -> Refused {
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
        "untrusted_logout" => final_(
            "You may still be signed in",
            "A message that was to sign you out is not one that your identity provider has signed for this service just now.",
            "Sign out in your application itself, and close the browser on a computer that others use.",
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

/// What a person is told of their identity provider's session, once the one here has ended.
pub(super) fn signed_out_elsewhere(outcome: Option<LogoutOutcome>) -> &'static str {
    match outcome {
        Some(LogoutOutcome::Ended) => "You are signed out at your identity provider, too.",
        Some(LogoutOutcome::Partly) => {
            "You are signed out at your identity provider, too, but not of every application. On a computer that others use, close the browser."
        }
        Some(LogoutOutcome::Failed) => {
            "Your identity provider did not sign you out. On a computer that others use, sign out there, and close the browser."
        }
        None => {
            "You may still be signed in at your identity provider. On a computer that others use, sign out there too, and close the browser."
        }
    }
}
