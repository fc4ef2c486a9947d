//! Deciding a sign-in on one read, and writing it down in one write: one statement each.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, Row as _};
use vestibule_domain::arrival::SealedArrival;
use vestibule_domain::email::EmailAddress;
use vestibule_domain::name_id::NameId;
use vestibule_domain::ports::{SignInStore, StoreError};
use vestibule_domain::sign_in::{
    LoginRequest, MOST_LINKS, MailedLink, Recording, SignInRecord, Snapshot, Subject, UserWrite,
};
use vestibule_domain::user::User;

use super::{PostgresStore, failed, insert, raced};
use crate::codec::{Hash, Instant, Opaque};
use crate::error::unless_conflict;
use crate::rows::{
    ArrivalRow, AssignmentRow, IdentityRow, LinkRow, MailedLinkRow, NewLetter, PersonRow, RequestRow,
    SessionRow, SignInRow, UserRow,
};

/// Whoever is missing is NULL, and the request, which has columns of bytes, is joined.
const SNAPSHOT: &str = "
SELECT
    (
        SELECT to_json(p) FROM people AS p WHERE p.organization_id = $1 AND p.id = (
            SELECT i.user_id FROM identities AS i
            WHERE i.organization_id = $1 AND i.connection_id = $2 AND i.name_id_hash = $3
        )
    ) AS by_identity,
    (
        SELECT coalesce(json_agg(i.name_id ORDER BY i.name_id), '[]') FROM identities AS i
        WHERE i.organization_id = $1 AND i.connection_id = $2 AND i.name_id_folded_hash = $4 AND i.name_id_hash <> $3
    ) AS near_misses,
    (
        SELECT to_json(p) FROM people AS p WHERE p.organization_id = $1 AND p.email_normalized = $5
    ) AS by_email,
    (
        SELECT coalesce(json_agg(to_json(m) ORDER BY m.expires_at DESC), '[]') FROM (
            SELECT l.connection_id, l.name_id, l.email, l.expires_at FROM links AS l
            WHERE l.organization_id = $1 AND l.user_id = (
                SELECT u.id FROM users AS u WHERE u.organization_id = $1 AND u.email_normalized = $5
            )
            ORDER BY l.expires_at DESC LIMIT $8
        ) AS m
    ) AS links,
    EXISTS (
        SELECT FROM used_assertions AS a
        WHERE a.organization_id = $1 AND a.connection_id = $2 AND a.assertion_hash = $6
    ) AS assertion_used,
    r.*
FROM (VALUES (1)) AS always LEFT JOIN login_requests AS r ON r.organization_id = $1 AND r.id = $7
";

/// Everything or nothing in one statement. First come the conditions, and the locks that keep them true until the end: `holds` has a
/// row only where all of them do, and every write takes its rows from there. A unique key that is taken meanwhile is an error, and
/// undoes the rest.
///
/// The organization is locked before the connection, as everywhere. A condition whose row somebody else is changing waits for
/// them and is looked at again (PostgreSQL documentation, §13.2.1).
const RECORD: &str = concat!(
    "
WITH basis AS MATERIALIZED (
    SELECT 1 FROM organizations AS o JOIN connections AS c ON c.organization_id = o.id
    WHERE o.id = $1 AND c.id = $2 AND o.version = $3 AND o.catalog_version = $4
    AND c.version = $5 AND c.identity_provider_version = $6 AND c.settings_version = $7
    FOR SHARE OF o, c
),
request AS MATERIALIZED (
    SELECT 1 FROM login_requests WHERE organization_id = $1 AND id = $8 AND connection_id = $2 FOR UPDATE
),
before AS MATERIALIZED (
    SELECT 1 FROM users WHERE organization_id = $1 AND id = $9 AND version = $10 FOR UPDATE
),
matched AS MATERIALIZED (
    SELECT 1 FROM users WHERE organization_id = $1 AND id = $20 FOR KEY SHARE
),
holds AS MATERIALIZED (
    SELECT 1 WHERE EXISTS (SELECT FROM basis)
    AND ($8 IS NULL OR EXISTS (SELECT FROM request))
    AND ($10 IS NULL OR EXISTS (SELECT FROM before))
    AND ($20 IS NULL OR EXISTS (SELECT FROM matched))
),
used AS (
    INSERT INTO used_assertions (organization_id, connection_id, assertion_hash, forget_after)
    SELECT $1, $2, $11, $12 FROM holds
),
answered AS (
    DELETE FROM login_requests USING holds WHERE organization_id = $1 AND id = $8
),
created AS (",
    insert!(users, "$13"),
    ", holds WHERE $10 IS NULL),
updated AS (
    UPDATE users AS u SET email = n.email, email_normalized = n.email_normalized, first_name = n.first_name,
        first_name_folded = n.first_name_folded, last_name = n.last_name, last_name_folded = n.last_name_folded,
        location = n.location, active = n.active, version = n.version, updated_at = n.updated_at,
        last_sign_in_at = n.last_sign_in_at, provenance = n.provenance
    FROM jsonb_populate_recordset(NULL::users, $13) AS n, holds
    WHERE u.organization_id = $1 AND u.id = $9 AND $10 IS NOT NULL
),
assigned AS (",
    insert!(assignments, "$14"),
    ", holds WHERE TRUE ON CONFLICT (organization_id, user_id, user_type) DO UPDATE SET role = excluded.role
    WHERE assignments.role <> excluded.role
),
identified AS (",
    insert!(identities, "$15"),
    " AS n, holds WHERE NOT EXISTS (
        SELECT FROM identities AS i WHERE i.organization_id = n.organization_id AND i.connection_id = n.connection_id
        AND i.name_id_hash = n.name_id_hash AND i.user_id = n.user_id
    )
),
linked AS (",
    insert!(links, "$16"),
    ", holds),
posted AS (",
    insert!(letters, "$17"),
    ", holds),
opened AS (",
    insert!(sessions, "$18"),
    ", holds),
noted AS (",
    insert!(sign_ins, "$19"),
    ", holds),
kept AS (",
    insert!(arrivals, "$21"),
    ", holds)
SELECT EXISTS (SELECT FROM holds)"
);

/// Whether an organization ($1) has fewer untrusted sign-ins since an instant ($2) than a number ($3).
macro_rules! untrusted_are_fewer {
    () => {
        "(SELECT count(*) FROM (
            SELECT FROM sign_ins AS s WHERE s.organization_id = $1 AND s.at >= $2 AND s.untrusted LIMIT $3
        ) AS counted) < $3"
    };
}

/// Whether there is room for one more. It is asked first, without a lock, so that whoever sends nonsense keeps nobody waiting once the history is
/// full of it.
const HAS_ROOM: &str = concat!("SELECT ", untrusted_are_fewer!());

const RECORD_UNTRUSTED: &str = concat!(
    "WITH noted AS (",
    insert!(sign_ins, "$4"),
    " WHERE ",
    untrusted_are_fewer!(),
    " RETURNING 1
), kept AS (",
    insert!(arrivals, "$5"),
    ", noted)
SELECT EXISTS (SELECT FROM noted)"
);

#[async_trait]
impl SignInStore for PostgresStore {
    async fn open_request(&self, request: &LoginRequest) -> Result<(), StoreError> {
        let insert = sqlx::query(insert!(login_requests, "$1")).bind(Json([RequestRow::from(request)]));
        self.in_time(async { insert.execute(&self.pool).await.map_err(raced) }).await?;
        Ok(())
    }

    async fn snapshot(&self, subject: &Subject) -> Result<Snapshot, StoreError> {
        let name_id = subject.name_id.as_ref();
        let read = sqlx::query(SNAPSHOT)
            .bind(subject.organization_id.0)
            .bind(subject.connection_id.0)
            .bind(name_id.map(|name_id| Hash::of(name_id.as_str())))
            .bind(name_id.map(|name_id| Hash::of(&name_id.folded())))
            .bind(subject.email.as_ref().map(EmailAddress::normalized))
            .bind(subject.assertion_id.as_deref().map(Hash::of))
            .bind(subject.request_id.clone().map(Opaque))
            .bind(i64::try_from(MOST_LINKS).unwrap_or(i64::MAX));
        self.answer(async { snapshot(&read.fetch_one(&self.pool).await?) }).await
    }

    async fn record(&self, recording: &Recording) -> Result<(), StoreError> {
        let basis = recording.basis;
        let (user, decided_on) = match &recording.user {
            UserWrite::Nothing => (None, None),
            UserWrite::Create(user) => (Some(user), None),
            UserWrite::Update { user, decided_on } => (Some(user), Some(decided_on.0)),
        };
        // Nothing is written of somebody who was erased meanwhile. Who is created or updated is guarded already.
        let matched = recording.record.user_id.filter(|_| user.is_none());
        let write = sqlx::query_scalar(RECORD)
            .bind(recording.record.organization_id.0)
            .bind(recording.connection_id.0)
            .bind(basis.organization.0)
            .bind(basis.catalog.0)
            .bind(basis.connection.0)
            .bind(basis.identity_provider.0)
            .bind(basis.settings.0)
            .bind(recording.request_id.clone().map(Opaque))
            .bind(user.map(|user| user.id.0))
            .bind(decided_on)
            .bind(Hash::of(&recording.assertion.id))
            .bind(Instant::from(recording.assertion.forget_after))
            .bind(Json(Vec::from_iter(user.map(UserRow::from))))
            .bind(Json(user.map(AssignmentRow::all_of).unwrap_or_default()))
            .bind(Json(user.map(IdentityRow::all_of).unwrap_or_default()))
            .bind(Json(Vec::from_iter(recording.link.as_ref().map(LinkRow::from))))
            .bind(Json(recording.letters.iter().map(NewLetter::from).collect::<Vec<_>>()))
            .bind(Json(Vec::from_iter(recording.session.as_ref().map(SessionRow::from))))
            .bind(Json([SignInRow::from(&recording.record)]))
            .bind(matched.map(|id| id.0))
            .bind(Json(Vec::from_iter(ArrivalRow::of(&recording.record, recording.arrival.as_ref()))));
        let held = self.in_time(async { write.fetch_one(&self.pool).await.map_err(raced) }).await?;
        unless_conflict(held)
    }

    async fn record_untrusted(
        &self,
        record: &SignInRecord,
        arrival: Option<&SealedArrival>,
        most: u32,
        since: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let (organization, since) = (record.organization_id.0, Instant::from(since));
        let room = sqlx::query_scalar(HAS_ROOM).bind(organization).bind(since).bind(i64::from(most));
        let insert = sqlx::query_scalar(RECORD_UNTRUSTED)
            .bind(organization)
            .bind(since)
            .bind(i64::from(most))
            .bind(Json([SignInRow::from(record)]))
            .bind(Json(Vec::from_iter(ArrivalRow::of(record, arrival))));
        self.in_time(async {
            if !room.fetch_one(&self.pool).await.map_err(failed)? {
                return Ok(false);
            }
            let mut transaction = self.write().await?;
            // Of those that come at once each counts what the one before has committed.
            sqlx::query("SELECT FROM organizations WHERE id = $1 FOR NO KEY UPDATE")
                .bind(organization)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            let kept = insert.fetch_one(&mut *transaction).await.map_err(raced)?;
            transaction.commit().await.map_err(failed)?;
            Ok(kept)
        })
        .await
    }
}

fn snapshot(row: &PgRow) -> sqlx::Result<Snapshot> {
    let person = |column| {
        row.try_get::<Option<Json<PersonRow>>, _>(column)
            .map(|person| person.map(|person| User::from(person.0)))
    };
    let request = match row.try_get::<Option<Opaque>, _>("id")? {
        Some(_) => Some(RequestRow::from_row(row)?.into()),
        None => None,
    };
    Ok(Snapshot {
        by_identity: person("by_identity")?,
        near_misses: row.try_get::<Json<Vec<NameId>>, _>("near_misses")?.0,
        by_email: person("by_email")?,
        links: row
            .try_get::<Json<Vec<MailedLinkRow>>, _>("links")?
            .0
            .into_iter()
            .map(MailedLink::from)
            .collect(),
        assertion_used: row.try_get("assertion_used")?,
        request,
    })
}
