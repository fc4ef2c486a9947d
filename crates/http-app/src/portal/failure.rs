//! What went wrong, told to an administrator.

use askama::Template;
use axum::response::Response;

use super::form::capitalized;
use super::frame::Frame;
use super::theme::Theme;
use crate::problem::Problem;
use crate::web::page;

#[derive(Template)]
#[template(path = "portal/failure.html")]
struct FailurePage {
    frame: Frame,
    code: &'static str,
    title: &'static str,
    happened: String,
    advice: &'static str,
}

/// The page that says it.
pub(crate) fn failure(problem: &Problem, theme: Theme) -> Response {
    let (title, advice) = words(problem.code());
    let shown = page(
        problem.status(),
        &FailurePage {
            frame: Frame::outside(theme, "/admin"),
            code: problem.code(),
            title,
            happened: format!("{}.", capitalized(problem.detail())),
            advice,
        },
    );
    super::with_policy(shown)
}

fn words(code: &str) -> (&'static str, &'static str) {
    match code {
        "pending_metadata_not_found" => (
            "There is nothing to decide any more",
            "Somebody decided it already, or the identity provider took the change back. Open the connection to see how it is now.",
        ),
        _ if code.ends_with("not_found") => (
            "There is no such page",
            "It may have been renamed or deleted, or it belongs to an organization that you do not administer.",
        ),
        "session_ended" => (
            "You are signed out",
            "Nothing was changed. Sign in in another tab of this browser, then come back here and load this page again: \
             it sends once more what you typed.",
        ),
        "link_expired" => (
            "This link does not work any more",
            "A lost password gets a new one from the sign-in page, and whoever invited you \
             invites you again. Where there is no administrator yet, a new start of the service prints a new link.",
        ),
        "not_by_setup_link" => (
            "A setup link may not do this",
            "Nothing was changed. Ask whoever mailed you the link: an administrator enables a connection, and changes one through which people sign in already.",
        ),
        "administrators_connection" => (
            "Only an operator may change this connection",
            "Nothing was changed. Administrators of this service sign in through it. Ask whoever runs the service.",
        ),
        "operator_only" => ("Only an operator may do this", "Ask whoever runs this service."),
        "cross_site_request" => (
            "This form was sent from somewhere else",
            "Nothing was changed. Open the page in this browser and do it there, if you meant to.",
        ),
        "malformed_form" | "method_not_allowed" => {
            ("This form cannot be read", "Nothing was changed. Open the page again and fill it in anew.")
        }
        "precondition_failed" => (
            "Somebody changed this meanwhile",
            "Nothing was changed by you. Open the page again to see how it is now.",
        ),
        "request_too_large" => ("That is too large", "Nothing was changed. Send less at once."),
        "mailed_lately" => (
            "A mail went there a short while ago",
            "Nothing was sent. Wait ten minutes, and let them look among the unwanted mails; five mails a day are the most.",
        ),
        "too_many_requests" => ("That was too often", "Wait a little, then try again."),
        "temporarily_unavailable" => {
            ("Just now this does not work", "Nothing was changed. Try again in a minute.")
        }
        "request_timeout" => {
            ("That took too long", "Open the page again to see what was done, then try again.")
        }
        "internal_error" => {
            ("Something went wrong here", "Tell whoever runs this service; the log has what happened.")
        }
        _ => ("That cannot be done", "Nothing was changed. Go back and look at it again."),
    }
}
