//! Deciding a sign-in on one read, and writing it down in one write.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use vestibule_domain::arrival::SealedArrival;
use vestibule_domain::ids::{OrganizationId, UserId, Version};
use vestibule_domain::letter::Letter;
use vestibule_domain::name_id::NameId;
use vestibule_domain::ports::{SignInStore, StoreError};
use vestibule_domain::sign_in::{
    LoginRequest, MOST_LINKS, MailedLink, Recording, SignInRecord, Snapshot, Subject, UserWrite,
};
use vestibule_domain::user::User;

use super::users::{add_identity, insert_user, put_assignments, update_user};
use super::{SqliteStore, failed, raced};
use crate::codec::{Hash, Instant, Opaque, Text};
use crate::error::unless_conflict;
use crate::rows::{
    ArrivalRow, IdentityRow, LinkRow, MailedLinkRow, NewLetter, PersonRow, RequestRow, SessionRow, SignInRow,
};

#[async_trait]
impl SignInStore for SqliteStore {
    async fn open_request(&self, request: &LoginRequest) -> Result<(), StoreError> {
        let row = RequestRow::from(request);
        sqlx::query(
            "INSERT INTO login_requests (organization_id, id, connection_id, browser, return_to, expires_at) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(row.organization_id)
        .bind(row.id)
        .bind(row.connection_id)
        .bind(row.browser)
        .bind(row.return_to)
        .bind(row.expires_at)
        .execute(&self.writer)
        .await
        .map_err(raced)?;
        Ok(())
    }

    async fn snapshot(&self, subject: &Subject) -> Result<Snapshot, StoreError> {
        let mut state = self.read().await?;
        snapshot(&mut state, subject).await.map_err(failed)
    }

    async fn record(&self, recording: &Recording) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        must_be_decided_on(&mut transaction, recording).await?;
        use_up(&mut transaction, recording).await?;
        write_user(&mut transaction, recording).await?;
        write_beside(&mut transaction, recording).await.map_err(raced)?;
        transaction.commit().await.map_err(failed)
    }

    async fn record_untrusted(
        &self,
        record: &SignInRecord,
        arrival: Option<&SealedArrival>,
        most: u32,
        since: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        let room: bool = sqlx::query_scalar(
            "SELECT count(*) < ? FROM sign_ins WHERE organization_id = ? AND at >= ? AND untrusted",
        )
        .bind(most)
        .bind(record.organization_id.0)
        .bind(Instant::from(since))
        .fetch_one(&mut *transaction)
        .await
        .map_err(failed)?;
        if room {
            insert_sign_in(&mut transaction, record, arrival).await.map_err(raced)?;
            transaction.commit().await.map_err(failed)?;
        }
        Ok(room)
    }
}

async fn snapshot(state: &mut SqliteConnection, subject: &Subject) -> sqlx::Result<Snapshot> {
    let (organization, connection) = (subject.organization_id.0, subject.connection_id.0);
    let mut snapshot = Snapshot::default();
    if let Some(name_id) = &subject.name_id {
        let hash = Hash::of(name_id.as_str());
        let row: Option<PersonRow> = sqlx::query_as(
            "SELECT * FROM people WHERE organization_id = ?1 AND id = ( \
             SELECT user_id FROM identities WHERE organization_id = ?1 AND connection_id = ?2 AND name_id_hash = ?3)",
        )
        .bind(organization)
        .bind(connection)
        .bind(hash)
        .fetch_optional(&mut *state)
        .await?;
        snapshot.by_identity = row.map(User::from);
        let near_misses: Vec<Text<NameId>> = sqlx::query_scalar(
            "SELECT name_id FROM identities \
             WHERE organization_id = ? AND connection_id = ? AND name_id_folded_hash = ? AND name_id_hash <> ? \
             ORDER BY name_id",
        )
        .bind(organization)
        .bind(connection)
        .bind(Hash::of(&name_id.folded()))
        .bind(hash)
        .fetch_all(&mut *state)
        .await?;
        snapshot.near_misses = near_misses.into_iter().map(|name_id| name_id.0).collect();
    }
    if let Some(email) = &subject.email {
        let row: Option<PersonRow> =
            sqlx::query_as("SELECT * FROM people WHERE organization_id = ? AND email_normalized = ?")
                .bind(organization)
                .bind(email.normalized())
                .fetch_optional(&mut *state)
                .await?;
        snapshot.by_email = row.map(User::from);
    }
    if let Some(user) = &snapshot.by_email {
        let links: Vec<MailedLinkRow> = sqlx::query_as(
            "SELECT connection_id, name_id, email, expires_at FROM links \
             WHERE organization_id = ? AND user_id = ? ORDER BY expires_at DESC LIMIT ?",
        )
        .bind(organization)
        .bind(user.id.0)
        .bind(i64::try_from(MOST_LINKS).unwrap_or(i64::MAX))
        .fetch_all(&mut *state)
        .await?;
        snapshot.links = links.into_iter().map(MailedLink::from).collect();
    }
    if let Some(assertion) = &subject.assertion_id {
        snapshot.assertion_used = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM used_assertions \
             WHERE organization_id = ? AND connection_id = ? AND assertion_hash = ?)",
        )
        .bind(organization)
        .bind(connection)
        .bind(Hash::of(assertion))
        .fetch_one(&mut *state)
        .await?;
    }
    if let Some(request) = &subject.request_id {
        let row: Option<RequestRow> =
            sqlx::query_as("SELECT * FROM login_requests WHERE organization_id = ? AND id = ?")
                .bind(organization)
                .bind(Opaque(request.clone()))
                .fetch_optional(state)
                .await?;
        snapshot.request = row.map(LoginRequest::from);
    }
    Ok(snapshot)
}

async fn must_be_decided_on(
    transaction: &mut SqliteConnection,
    recording: &Recording,
) -> Result<(), StoreError> {
    let basis = recording.basis;
    let holds: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM organizations AS o JOIN connections AS c ON c.organization_id = o.id \
         WHERE o.id = ? AND c.id = ? AND o.version = ? AND o.catalog_version = ? \
         AND c.version = ? AND c.identity_provider_version = ? AND c.settings_version = ?)",
    )
    .bind(recording.record.organization_id.0)
    .bind(recording.connection_id.0)
    .bind(basis.organization.0)
    .bind(basis.catalog.0)
    .bind(basis.connection.0)
    .bind(basis.identity_provider.0)
    .bind(basis.settings.0)
    .fetch_one(transaction)
    .await
    .map_err(failed)?;
    unless_conflict(holds)
}

/// The assertion, and the request that it answers.
async fn use_up(transaction: &mut SqliteConnection, recording: &Recording) -> Result<(), StoreError> {
    let (organization, connection) = (recording.record.organization_id.0, recording.connection_id.0);
    sqlx::query(
        "INSERT INTO used_assertions (organization_id, connection_id, assertion_hash, forget_after) \
         VALUES (?, ?, ?, ?)",
    )
    .bind(organization)
    .bind(connection)
    .bind(Hash::of(&recording.assertion.id))
    .bind(Instant::from(recording.assertion.forget_after))
    .execute(&mut *transaction)
    .await
    .map_err(raced)?;
    let Some(request) = &recording.request_id else { return Ok(()) };
    let answered =
        sqlx::query("DELETE FROM login_requests WHERE organization_id = ? AND id = ? AND connection_id = ?")
            .bind(organization)
            .bind(Opaque(request.clone()))
            .bind(connection)
            .execute(transaction)
            .await
            .map_err(failed)?;
    unless_conflict(answered.rows_affected() == 1)
}

async fn write_user(transaction: &mut SqliteConnection, recording: &Recording) -> Result<(), StoreError> {
    match &recording.user {
        UserWrite::Nothing => match recording.record.user_id {
            Some(id) => must_exist(transaction, recording.record.organization_id, id).await,
            None => Ok(()),
        },
        UserWrite::Create(user) => insert_user(transaction, user).await.map_err(raced),
        UserWrite::Update { user, decided_on } => add_to_user(transaction, user, *decided_on).await,
    }
}

/// Nothing is written of somebody who was erased meanwhile.
pub(super) async fn must_exist(
    transaction: &mut SqliteConnection,
    organization: OrganizationId,
    id: UserId,
) -> Result<(), StoreError> {
    let exists: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM users WHERE organization_id = ? AND id = ?)")
            .bind(organization.0)
            .bind(id.0)
            .fetch_one(transaction)
            .await
            .map_err(failed)?;
    unless_conflict(exists)
}

/// Assignments and identities are added or changed; none is removed.
pub(super) async fn add_to_user(
    transaction: &mut SqliteConnection,
    user: &User,
    decided_on: Version,
) -> Result<(), StoreError> {
    unless_conflict(update_user(transaction, user, decided_on).await.map_err(raced)?)?;
    put_assignments(transaction, user).await.map_err(raced)?;
    for identity in IdentityRow::all_of(user) {
        let bound: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM identities \
             WHERE organization_id = ? AND connection_id = ? AND name_id_hash = ? AND user_id = ?)",
        )
        .bind(identity.organization_id)
        .bind(identity.connection_id)
        .bind(identity.name_id_hash)
        .bind(identity.user_id)
        .fetch_one(&mut *transaction)
        .await
        .map_err(failed)?;
        if !bound {
            add_identity(transaction, &identity).await.map_err(raced)?;
        }
    }
    Ok(())
}

/// Link, letters, session and history.
async fn write_beside(transaction: &mut SqliteConnection, recording: &Recording) -> sqlx::Result<()> {
    if let Some(link) = &recording.link {
        let row = LinkRow::from(link);
        sqlx::query(
            "INSERT INTO links \
             (organization_id, id, user_id, connection_id, name_id, name_id_hash, name_id_folded_hash, \
             email, token_hash, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(row.organization_id)
        .bind(row.id)
        .bind(row.user_id)
        .bind(row.connection_id)
        .bind(row.name_id)
        .bind(row.name_id_hash)
        .bind(row.name_id_folded_hash)
        .bind(row.email)
        .bind(row.token_hash)
        .bind(row.expires_at)
        .execute(&mut *transaction)
        .await?;
    }
    for letter in &recording.letters {
        insert_letter(transaction, letter).await?;
    }
    if let Some(session) = &recording.session {
        let row = SessionRow::from(session);
        sqlx::query(
            "INSERT INTO sessions \
             (organization_id, id, user_id, connection_id, session_index, name_id, name_id_hash, token_hash, \
             created_at, expires_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(row.organization_id)
        .bind(row.id)
        .bind(row.user_id)
        .bind(row.connection_id)
        .bind(row.session_index)
        .bind(row.name_id)
        .bind(row.name_id_hash)
        .bind(row.token_hash)
        .bind(row.created_at)
        .bind(row.expires_at)
        .execute(&mut *transaction)
        .await?;
    }
    insert_sign_in(transaction, &recording.record, recording.arrival.as_ref()).await
}

pub(super) async fn insert_letter(transaction: &mut SqliteConnection, letter: &Letter) -> sqlx::Result<()> {
    let row = NewLetter::from(letter);
    sqlx::query(
        "INSERT INTO letters (organization_id, id, recipient, user_id, content, created_at, due_at) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(row.organization_id)
    .bind(row.id)
    .bind(row.recipient)
    .bind(row.user_id)
    .bind(row.content)
    .bind(row.created_at)
    .bind(row.due_at)
    .execute(transaction)
    .await
    .map(drop)
}

/// The row of the history, and what arrived, where it is kept.
async fn insert_sign_in(
    transaction: &mut SqliteConnection,
    record: &SignInRecord,
    arrival: Option<&SealedArrival>,
) -> sqlx::Result<()> {
    let row = SignInRow::from(record);
    sqlx::query(
        "INSERT INTO sign_ins (organization_id, id, at, connection_id, connection_key, outcome, code, user_id, \
         settings_version, matched_by, welcome_email, untrusted, report) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(row.organization_id)
    .bind(row.id)
    .bind(row.at)
    .bind(row.connection_id)
    .bind(row.connection_key)
    .bind(row.outcome)
    .bind(row.code)
    .bind(row.user_id)
    .bind(row.settings_version)
    .bind(row.matched_by)
    .bind(row.welcome_email)
    .bind(row.untrusted)
    .bind(row.report)
    .execute(&mut *transaction)
    .await?;
    let Some(row) = ArrivalRow::of(record, arrival) else { return Ok(()) };
    sqlx::query(
        "INSERT INTO arrivals (organization_id, sign_in_id, user_id, sealed, forget_after) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(row.organization_id)
    .bind(row.sign_in_id)
    .bind(row.user_id)
    .bind(row.sealed)
    .bind(row.forget_after)
    .execute(transaction)
    .await
    .map(drop)
}
