//! What a sign-in writes beside the user.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::FromRow;
use uuid::Uuid;
use vestibule_domain::arrival::ArrivedAttribute;
use vestibule_domain::email::EmailAddress;
use vestibule_domain::explanation::{Change, Entry, Warning};
use vestibule_domain::ids::Version;
use vestibule_domain::name_id::{NameId, NameIdentifier};
use vestibule_domain::ports::DayCount;
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::return_to::ReturnTo;
use vestibule_domain::sign_in::{
    ConnectionRef, LoginRequest, MailedLink, MatchedBy, Outcome, PendingLink, Session, SignInRecord,
    WelcomeEmail,
};
use vestibule_domain::text::ConnectionKey;
use vestibule_domain::user::Identity;

use super::IdentityRow;
use crate::codec::{Document, Hash, Instant, Opaque, Text};

#[derive(FromRow, Serialize)]
pub(crate) struct SignInRow {
    pub(crate) organization_id: Uuid,
    pub(crate) id: Uuid,
    pub(crate) at: Instant,
    pub(crate) connection_id: Option<Uuid>,
    pub(crate) connection_key: Option<Text<ConnectionKey>>,
    pub(crate) outcome: Text<Outcome>,
    pub(crate) code: Option<Text<RefusalCode>>,
    pub(crate) user_id: Option<Uuid>,
    pub(crate) settings_version: Option<i64>,
    pub(crate) matched_by: Text<MatchedBy>,
    pub(crate) welcome_email: Text<WelcomeEmail>,
    pub(crate) untrusted: bool,
    pub(crate) report: Document<Report>,
}

/// A row that is read: what is written of a person who is erased may still be in it.
#[derive(FromRow)]
pub(crate) struct ReadSignInRow {
    #[sqlx(flatten)]
    pub(crate) row: SignInRow,
    erased: bool,
}

/// What of a sign-in is read and never searched for.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    detail: Option<String>,
    /// As JSON, so that a check that only a newer version knows does not make the row unreadable.
    #[serde(default)]
    rejection: Option<Value>,
    name_id: Option<String>,
    verified_by: Option<String>,
    changes: Vec<Change>,
    explanation: Vec<Entry>,
    warnings: Vec<Warning>,
    /// Rows of before have none.
    #[serde(default)]
    arrived: Vec<ArrivedAttribute>,
}

#[derive(FromRow, Serialize)]
pub(crate) struct RequestRow {
    pub(crate) organization_id: Uuid,
    pub(crate) id: Opaque,
    pub(crate) connection_id: Uuid,
    pub(crate) browser: Hash,
    pub(crate) return_to: Option<Document<ReturnTo>>,
    pub(crate) expires_at: Instant,
}

#[derive(FromRow, Serialize)]
pub(crate) struct LinkRow {
    pub(crate) organization_id: Uuid,
    pub(crate) id: Uuid,
    pub(crate) user_id: Uuid,
    pub(crate) connection_id: Uuid,
    pub(crate) name_id: Text<NameId>,
    pub(crate) name_id_hash: Hash,
    pub(crate) name_id_folded_hash: Hash,
    pub(crate) email: Text<EmailAddress>,
    pub(crate) token_hash: Hash,
    pub(crate) expires_at: Instant,
}

/// The columns of a link on which the next one depends.
#[derive(FromRow, Deserialize)]
pub(crate) struct MailedLinkRow {
    connection_id: Uuid,
    name_id: Text<NameId>,
    email: Text<EmailAddress>,
    expires_at: Instant,
}

#[derive(FromRow, Serialize)]
pub(crate) struct SessionRow {
    pub(crate) organization_id: Uuid,
    pub(crate) id: Uuid,
    pub(crate) user_id: Uuid,
    pub(crate) connection_id: Uuid,
    pub(crate) session_index: Option<Opaque>,
    pub(crate) name_id: Option<Document<NameIdentifier>>,
    pub(crate) name_id_hash: Option<Hash>,
    pub(crate) token_hash: Hash,
    pub(crate) created_at: Instant,
    pub(crate) expires_at: Instant,
}

impl LinkRow {
    /// The identity that the link binds.
    pub(crate) fn identity(&self) -> IdentityRow {
        IdentityRow {
            organization_id: self.organization_id,
            connection_id: self.connection_id,
            user_id: self.user_id,
            name_id: self.name_id.clone(),
            name_id_hash: self.name_id_hash,
            name_id_folded_hash: self.name_id_folded_hash,
        }
    }
}

impl From<&SignInRecord> for SignInRow {
    fn from(record: &SignInRecord) -> Self {
        let untrusted =
            record.user_id.is_none() && record.name_id.is_none() && record.settings_version.is_none();
        Self {
            organization_id: record.organization_id.0,
            id: record.id.0,
            at: record.at.into(),
            connection_id: record.connection.as_ref().map(|connection| connection.id.0),
            connection_key: record.connection.as_ref().map(|connection| Text(connection.key.clone())),
            outcome: Text(record.outcome),
            code: record.code.map(Text),
            user_id: record.user_id.map(|user| user.0),
            settings_version: record.settings_version.map(|version| version.0),
            matched_by: Text(record.matched_by),
            welcome_email: Text(record.welcome_email),
            untrusted,
            report: Document(Report {
                detail: record.detail.clone(),
                rejection: record
                    .rejection
                    .as_ref()
                    .and_then(|rejection| serde_json::to_value(rejection).ok()),
                name_id: record.name_id.clone(),
                verified_by: record.verified_by.clone(),
                changes: record.changes.clone(),
                explanation: record.explanation.clone(),
                warnings: record.warnings.clone(),
                arrived: record.arrived.clone(),
            }),
        }
    }
}

impl From<ReadSignInRow> for SignInRecord {
    fn from(read: ReadSignInRow) -> Self {
        let record = Self::from(read.row);
        if read.erased { record.without_person() } else { record }
    }
}

impl From<SignInRow> for SignInRecord {
    fn from(row: SignInRow) -> Self {
        let report = row.report.0;
        let connection = row.connection_id.zip(row.connection_key);
        Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            at: row.at.into(),
            connection: connection.map(|(id, key)| ConnectionRef { id: id.into(), key: key.0 }),
            outcome: row.outcome.0,
            code: row.code.map(|code| code.0),
            detail: report.detail,
            rejection: report.rejection.and_then(|rejection| serde_json::from_value(rejection).ok()),
            user_id: row.user_id.map(Into::into),
            name_id: report.name_id,
            settings_version: row.settings_version.map(Version),
            matched_by: row.matched_by.0,
            changes: report.changes,
            explanation: report.explanation,
            warnings: report.warnings,
            welcome_email: row.welcome_email.0,
            verified_by: report.verified_by,
            arrived: report.arrived,
        }
    }
}

impl From<&LoginRequest> for RequestRow {
    fn from(request: &LoginRequest) -> Self {
        Self {
            organization_id: request.organization_id.0,
            id: Opaque(request.id.clone()),
            connection_id: request.connection_id.0,
            browser: request.browser.into(),
            return_to: request.return_to.clone().map(Document),
            expires_at: request.expires_at.into(),
        }
    }
}

impl From<RequestRow> for LoginRequest {
    fn from(row: RequestRow) -> Self {
        Self {
            id: row.id.0,
            organization_id: row.organization_id.into(),
            connection_id: row.connection_id.into(),
            browser: row.browser.into(),
            return_to: row.return_to.map(|place| place.0),
            expires_at: row.expires_at.into(),
        }
    }
}

impl From<MailedLinkRow> for MailedLink {
    fn from(row: MailedLinkRow) -> Self {
        Self {
            identity: Identity { connection_id: row.connection_id.into(), name_id: row.name_id.0 },
            email: row.email.0,
            expires_at: row.expires_at.into(),
        }
    }
}

impl From<&PendingLink> for LinkRow {
    fn from(link: &PendingLink) -> Self {
        Self {
            organization_id: link.organization_id.0,
            id: link.id.0,
            user_id: link.user_id.0,
            connection_id: link.identity.connection_id.0,
            name_id: Text(link.identity.name_id.clone()),
            name_id_hash: Hash::of(link.identity.name_id.as_str()),
            name_id_folded_hash: Hash::of(&link.identity.name_id.folded()),
            email: Text(link.email.clone()),
            token_hash: link.token_hash.into(),
            expires_at: link.expires_at.into(),
        }
    }
}

impl From<LinkRow> for PendingLink {
    fn from(row: LinkRow) -> Self {
        Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            user_id: row.user_id.into(),
            identity: Identity { connection_id: row.connection_id.into(), name_id: row.name_id.0 },
            email: row.email.0,
            token_hash: row.token_hash.into(),
            expires_at: row.expires_at.into(),
        }
    }
}

impl From<&Session> for SessionRow {
    fn from(session: &Session) -> Self {
        Self {
            organization_id: session.organization_id.0,
            id: session.id.0,
            user_id: session.user_id.0,
            connection_id: session.connection_id.0,
            session_index: session.session_index.clone().map(Opaque),
            name_id: session.name_id.clone().map(Document),
            name_id_hash: session.name_id.as_ref().map(|name_id| Hash::of(&name_id.value)),
            token_hash: session.token_hash.into(),
            created_at: session.created_at.into(),
            expires_at: session.expires_at.into(),
        }
    }
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            user_id: row.user_id.into(),
            connection_id: row.connection_id.into(),
            session_index: row.session_index.map(|index| index.0),
            name_id: row.name_id.map(|name_id| name_id.0),
            token_hash: row.token_hash.into(),
            created_at: row.created_at.into(),
            expires_at: row.expires_at.into(),
        }
    }
}

/// How many sign-ins ended so on a day.
#[derive(FromRow)]
pub(crate) struct DayCountRow {
    day: NaiveDate,
    outcome: Text<Outcome>,
    count: i64,
}

impl From<DayCountRow> for DayCount {
    fn from(row: DayCountRow) -> Self {
        Self { day: row.day, outcome: row.outcome.0, count: row.count.unsigned_abs() }
    }
}
