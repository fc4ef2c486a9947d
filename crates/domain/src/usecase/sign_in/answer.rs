//! What a sign-in answers to the one who posted the response.

use chrono::{DateTime, Utc};

use crate::connection::TechnicalContact;
use crate::ids::SignInId;
use crate::organization::{Locale, Organization};
use crate::ports::StoreError;
use crate::refusal::RefusalCode;
use crate::return_to::ReturnTo;
use crate::token::Token;

/// How a sign-in ended for the person.
#[derive(Debug, Clone)]
pub enum SignInAnswer {
    /// They are signed in.
    Welcomed(Welcomed),
    /// They are not.
    Refused(Refused),
}

/// A person who is signed in.
#[derive(Debug, Clone)]
pub struct Welcomed {
    /// The sign-in's reference.
    pub id: SignInId,
    /// The session, for the cookie.
    pub session: Token,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// Where the person wanted to go.
    pub return_to: Option<ReturnTo>,
    /// Whose person it is.
    pub organization: Organization,
    /// Which language the identity provider says that they speak.
    pub language: Option<Locale>,
}

/// A person who is not.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The reference that an administrator can look up.
    pub id: SignInId,
    /// Why.
    pub code: RefusalCode,
    /// Whose people these are.
    pub organization: Organization,
    /// Whom to ask, if somebody is named.
    pub contact: Option<TechnicalContact>,
    /// Which language the identity provider says that they speak.
    pub language: Option<Locale>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No organization has that slug.
    #[error("there is no such organization")]
    OrganizationNotFound,
    /// The store failed; nothing was written.
    #[error(transparent)]
    Store(#[from] StoreError),
}
