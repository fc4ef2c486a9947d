//! What an error of the domain is to a program: its status, its stable code, and a sentence.

use std::error::Error;

use axum::http::StatusCode;
use vestibule_domain::ports::{PasswordError, StoreError, UniqueKey};
use vestibule_domain::problem::Problems;
use vestibule_domain::usecase::{AdminError, Bounded, IdempotencyError, ImportError, RotationError};

use super::Problem;

/// After how many seconds it is worth trying again when the database did not answer.
const DATABASE_RETRY: u32 = 5;

/// The same when too many requests with keys are remembered, which are forgotten after a day.
const KEYS_RETRY: u32 = 3_600;

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::temporarily_unavailable(5),
            PasswordError::Failed => {
                tracing::error!(error = %error, "a password could not be looked at");
                Self::internal_error()
            }
        }
    }
}

impl From<AdminError> for Problem {
    fn from(error: AdminError) -> Self {
        match error {
            AdminError::NotFound(what) => not_found(what),
            AdminError::Invalid(problems) => Self::invalid_request(problems),
            AdminError::Stale => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "precondition_failed",
                "it was changed meanwhile; read it again",
            ),
            AdminError::Taken(key) => key.into(),
            AdminError::InUse(values) => {
                let values: Vec<_> = values.iter().map(ToString::to_string).collect();
                Self::conflict("value_in_use", format!("these are still in use: {}", values.join(", ")))
            }
            AdminError::TooMany(bounded) => {
                let code = match bounded {
                    Bounded::Connections => "too_many_connections",
                    Bounded::ApiKeys => "too_many_api_keys",
                    Bounded::Trials => "too_many_trials",
                    Bounded::Administrators => "too_many_administrators",
                    Bounded::SetupLinks => "too_many_setup_links",
                };
                Self::conflict(code, error.to_string())
            }
            AdminError::TooSoon(_) => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "mailed_lately",
                "this address was mailed a short while ago, or often enough today",
            ),
            AdminError::NotBySetupLink => {
                Self::new(StatusCode::FORBIDDEN, "not_by_setup_link", error.to_string())
            }
            AdminError::AdministratorsConnection => {
                Self::new(StatusCode::FORBIDDEN, "administrators_connection", error.to_string())
            }
            AdminError::OperatorOnly => {
                Self::new(StatusCode::FORBIDDEN, "operator_only", "only an operator may do this")
            }
            AdminError::Oneself => {
                Self::conflict("not_to_oneself", "somebody else has to do this: nobody does it to themselves")
            }
            AdminError::Password(error) => error.into(),
            AdminError::Rotation(error) => error.into(),
            AdminError::SealedElsewhere => Self::conflict(
                "arrival_unreadable",
                "it was sealed under the key of another key file; with that it can be read",
            ),
            AdminError::Import(error) => error.into(),
            AdminError::Key(error) => {
                tracing::error!(error = %error, "a key of the service could not be made");
                Self::internal_error()
            }
            AdminError::NotByUrl => Self::conflict(
                "metadata_not_by_url",
                "the metadata did not come from an address, so that there is nothing to fetch",
            ),
            AdminError::Metadata(error) => {
                let mut problems = Problems::default();
                problems.add("", error.code, error.message);
                Self::invalid_request(problems)
            }
            AdminError::Store(error) => error.into(),
        }
    }
}

/// What there is not.
fn not_found(what: &str) -> Problem {
    match what {
        "organization" => Problem::organization_not_found(),
        "connection" => Problem::connection_not_found(),
        "logo" => Problem::new(StatusCode::NOT_FOUND, "logo_not_found", "the organization has no logo"),
        "user" => Problem::new(StatusCode::NOT_FOUND, "user_not_found", "the organization has no such user"),
        "assignment" => Problem::new(
            StatusCode::NOT_FOUND,
            "assignment_not_found",
            "the user has no role of such a user type",
        ),
        "identity" => Problem::new(
            StatusCode::NOT_FOUND,
            "identity_not_found",
            "the user has no identity on this connection",
        ),
        "sign-in" => {
            Problem::new(StatusCode::NOT_FOUND, "sign_in_not_found", "the organization has no such sign-in")
        }
        "arrival" => Problem::new(
            StatusCode::NOT_FOUND,
            "arrival_not_kept",
            "what arrived at this sign-in is not kept, or not any more",
        ),
        "service key" => {
            Problem::new(StatusCode::NOT_FOUND, "service_key_not_found", "the service has no such key")
        }
        "import" => {
            Problem::new(StatusCode::NOT_FOUND, "import_not_found", "the organization has no such import")
        }
        "API key" => Problem::new(StatusCode::NOT_FOUND, "api_key_not_found", "there is no such key here"),
        "setup link" => Problem::new(
            StatusCode::NOT_FOUND,
            "setup_link_not_found",
            "the organization has no such setup link",
        ),
        "administrator" => Problem::new(
            StatusCode::NOT_FOUND,
            "administrator_not_found",
            "there is no such administrator here",
        ),
        "audit event" => {
            Problem::new(StatusCode::NOT_FOUND, "audit_event_not_found", "there is no such event here")
        }
        "pending metadata" => Problem::new(
            StatusCode::NOT_FOUND,
            "pending_metadata_not_found",
            "no change of the metadata awaits approval",
        ),
        _ => Problem::not_found(),
    }
}

impl From<Problems> for Problem {
    fn from(problems: Problems) -> Self {
        Self::invalid_request(problems)
    }
}

impl From<UniqueKey> for Problem {
    fn from(key: UniqueKey) -> Self {
        match key {
            UniqueKey::OrganizationSlug => Self::conflict("slug_taken", "another organization has this slug"),
            UniqueKey::ConnectionKey => {
                Self::conflict("key_taken", "another connection of the organization has this key")
            }
            UniqueKey::EntityId => Self::conflict(
                "entity_id_taken",
                "another connection of the organization believes the identity provider with this entity id",
            ),
            UniqueKey::Email => {
                Self::conflict("email_in_use", "another user of the organization has this address")
            }
            UniqueKey::Administrator => {
                Self::conflict("email_in_use", "another administrator has this address")
            }
            UniqueKey::ServiceKey => RotationError::NextExists.into(),
            UniqueKey::Identity => Self::conflict(
                "name_id_in_use",
                "another user of the organization has this NameID on the connection",
            ),
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let detail = error.to_string();
        match error {
            ImportError::Busy(_) => Self::conflict("import_not_ended", detail),
            ImportError::KeyInUse => Self::conflict("idempotency_key_in_use", detail),
            ImportError::KeyReused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail)
            }
            ImportError::TooManyRows => Self::new(StatusCode::PAYLOAD_TOO_LARGE, "request_too_large", detail),
            ImportError::NotApplicable => Self::conflict("import_not_applicable", detail),
            ImportError::Stopped => Self::conflict("import_cancelled", detail),
        }
    }
}

impl From<IdempotencyError> for Problem {
    fn from(error: IdempotencyError) -> Self {
        let detail = error.to_string();
        match error {
            IdempotencyError::InUse => Self::conflict("idempotency_key_in_use", detail),
            IdempotencyError::Reused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail)
            }
            IdempotencyError::TooMany => Self::too_many_requests(KEYS_RETRY),
            IdempotencyError::SealedElsewhere => Self::conflict("idempotent_answer_unreadable", detail),
            IdempotencyError::Store(error) => error.into(),
        }
    }
}

impl From<RotationError> for Problem {
    fn from(error: RotationError) -> Self {
        let code = match error {
            RotationError::NextExists => "next_key_exists",
            RotationError::PreviousExists => "previous_key_exists",
            RotationError::NotNext => "not_the_next_key",
            RotationError::IsCurrent => "current_key",
        };
        Self::conflict(code, error.to_string())
    }
}

/// This is where a failing store is handled, so it is where the failure is logged.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken(key) => key.into(),
            // Somebody else was faster again and again, or what the change belongs to has just gone.
            StoreError::Conflict => Self::temporarily_unavailable(1),
            StoreError::Unavailable(ref source) => {
                tracing::error!(error = %error, cause = causes(&**source), "the database did not answer");
                Self::temporarily_unavailable(DATABASE_RETRY)
            }
            StoreError::Corrupt(ref source) => {
                tracing::error!(error = %error, cause = causes(&**source), "a stored row cannot be read");
                Self::internal_error()
            }
        }
    }
}

/// An error with all its sources, in one line.
fn causes(error: &(dyn Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
    use axum::response::IntoResponse as _;

    use super::*;

    #[test]
    fn a_store_that_does_not_answer_is_a_matter_of_trying_again() {
        let response = Problem::from(StoreError::Unavailable("no route to host".into())).into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[RETRY_AFTER], "5");
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
    }

    #[test]
    fn a_corrupt_row_is_told_to_the_log_alone() {
        let problem = Problem::from(StoreError::Corrupt("no such role: king".into()));
        assert_eq!((problem.status(), problem.code()), (StatusCode::INTERNAL_SERVER_ERROR, "internal_error"));
        assert!(!format!("{problem:?}").contains("king"));
    }

    #[test]
    fn what_another_key_sealed_is_no_fault_of_the_service() {
        let problem = Problem::from(AdminError::SealedElsewhere);
        assert_eq!((problem.status(), problem.code()), (StatusCode::CONFLICT, "arrival_unreadable"));
    }

    #[test]
    fn causes_are_told_in_one_line() {
        let error = StoreError::Unavailable("timed out".into());
        assert_eq!(causes(&error), "the database did not answer: timed out");
    }
}
