//! What went wrong, told to a person as a page and to a program as problem details.

use std::any::Any;

use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use vestibule_domain::connection::TechnicalContact;
use vestibule_domain::organization::{Locale, Organization};
use vestibule_domain::ports::{MessageError, StoreError};
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::usecase::{BeginError, LinkError, LogoutError, Refused, SignInError};

use super::asked::Asked;
use super::pages::{self, ErrorPage};
use super::reader::Reader;
use crate::portal;
use crate::problem::Problem;

/// A problem, and what its page says besides. As a response it is problem details; the frame makes a page of it for those
/// who asked for one.
#[derive(Clone)]
pub(crate) struct Failure {
    problem: Problem,
    reference: Option<String>,
    organization: Option<Box<Organization>>,
    contact: Option<Box<TechnicalContact>>,
    /// Where a person is led who can do something about it there.
    elsewhere: Option<String>,
    /// Which language the identity provider says that the person speaks.
    language: Option<Locale>,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { problem, reference: None, organization: None, contact: None, elsewhere: None, language: None }
    }
}

impl Failure {
    /// The store failed.
    pub(crate) fn store(error: StoreError) -> Self {
        Problem::from(error).into()
    }

    /// A problem that a person does something about at another place.
    pub(crate) fn elsewhere(problem: Problem, place: String) -> Self {
        Self { elsewhere: Some(place), ..Self::from(problem) }
    }

    /// The same failure, in an organization's name.
    pub(super) fn of(self, organization: Organization) -> Self {
        Self { organization: Some(Box::new(organization)), ..self }
    }

    /// The page that says it.
    fn page(&self, reader: Reader) -> Response {
        pages::page(
            self.problem.status(),
            &ErrorPage::new(
                reader.asserted(self.language.as_ref()),
                self.problem.code(),
                self.reference.as_deref(),
                self.organization.as_deref(),
                self.contact.as_deref(),
            ),
        )
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        let status = match refused.code {
            RefusalCode::MalformedResponse => StatusCode::BAD_REQUEST,
            _ => StatusCode::FORBIDDEN,
        };
        let detail = "the sign-in was refused; an administrator can look it up by the reference";
        Self {
            problem: Problem::new(status, refused.code.as_str(), detail).with_reference(refused.id),
            reference: Some(refused.id.to_string()),
            organization: Some(Box::new(refused.organization)),
            contact: refused.contact.map(Box::new),
            elsewhere: None,
            language: refused.language,
        }
    }
}

impl From<BeginError> for Failure {
    fn from(error: BeginError) -> Self {
        match error {
            BeginError::OrganizationNotFound => Problem::organization_not_found(),
            BeginError::ConnectionNotFound => Problem::connection_not_found(),
            BeginError::NotConfigured => Problem::sso_not_configured(),
            BeginError::ConnectionDisabled => Problem::new(
                StatusCode::FORBIDDEN,
                RefusalCode::ConnectionDisabled.as_str(),
                "nobody can sign in through the connection from here",
            ),
            BeginError::ReturnTo(_) => Problem::new(
                StatusCode::BAD_REQUEST,
                "return_to_not_allowed",
                "return_to must be a path here, or a URL of an origin that the organization lists",
            ),
            BeginError::Message(MessageError::Key(error)) => {
                tracing::error!(reason = %error, "a request cannot be signed");
                Problem::internal_error()
            }
            BeginError::Message(MessageError::Metadata(error)) => {
                tracing::warn!(
                    metadata.code = error.code,
                    "the identity provider's metadata offers no way to ask it"
                );
                Problem::sso_not_configured()
            }
            BeginError::Store(error) => error.into(),
        }
        .into()
    }
}

impl From<SignInError> for Failure {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::OrganizationNotFound => Problem::organization_not_found().into(),
            SignInError::Store(error) => Self::store(error),
        }
    }
}

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Gone => {
                Problem::new(StatusCode::GONE, "link_expired", "the link was used, or is too old").into()
            }
            LinkError::Store(error) => Self::store(error),
        }
    }
}

impl From<LogoutError> for Failure {
    fn from(error: LogoutError) -> Self {
        match error {
            LogoutError::OrganizationNotFound => Problem::organization_not_found().into(),
            LogoutError::NotBelieved { organization, .. } => Self::from(Problem::new(
                StatusCode::FORBIDDEN,
                "untrusted_logout",
                "the message is not signed by the identity provider, not for this service, or too old",
            ))
            .of(*organization),
            LogoutError::Message(error) => {
                tracing::error!(reason = %error, "the identity provider cannot be answered");
                Problem::internal_error().into()
            }
            LogoutError::Store(error) => Self::store(error),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.problem.clone().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What a request that panicked answers. The log has where it was.
pub(super) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    Failure::from(Problem::internal_error()).into_response()
}

/// The response as the caller understands it: a page where it tells of a failure to a person.
pub(super) fn told(response: Response, asked: Asked, reader: Reader) -> Response {
    let mut response = complete(response);
    match (response.extensions_mut().remove::<Failure>(), asked) {
        (Some(failure), Asked::Page) => in_place_of(&response, failure.page(reader)),
        (Some(Failure { elsewhere: Some(place), .. }), Asked::PortalPage(_)) => {
            (StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response()
        }
        (Some(failure), Asked::PortalPage(theme)) => {
            in_place_of(&response, portal::failure(&failure.problem, theme))
        }
        _ => response,
    }
}

fn in_place_of(response: &Response, mut page: Response) -> Response {
    keep_headers(response.headers(), page.headers_mut());
    page
}

/// What axum itself refuses has no problem details yet.
fn complete(response: Response) -> Response {
    let by_axum =
        response.headers().get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let problem = match response.status() {
        StatusCode::METHOD_NOT_ALLOWED if by_axum => Problem::method_not_allowed(),
        // A path that is not UTF-8 is the one thing that a handler here leaves to axum.
        StatusCode::BAD_REQUEST if by_axum => Problem::not_found(),
        _ => return response,
    };
    let mut told = Failure::from(problem).into_response();
    keep_headers(response.headers(), told.headers_mut());
    told
}

/// Takes over what is not about the body: `Allow`, `Retry-After`, cookies, ….
fn keep_headers(from: &HeaderMap, to: &mut HeaderMap) {
    for (name, value) in from {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH && !to.contains_key(name) {
            to.append(name, value.clone());
        }
    }
}
