//! Sign-ins are read along indexes, in their order.

use sqlx::{AssertSqlSafe, Row as _};
use vestibule_domain::ids::{ConnectionId, UserId};
use vestibule_domain::ports::Page;
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::testing::Acme;

use super::*;
use crate::codec::{Instant, Text};
use crate::planning::{self, block_on};
use crate::rows::rows_of;

const PAGE: Page = Page { after: None, limit: 50 };

/// Each filter that has a statement of its own, and by which column its index finds sign-ins besides the organization.
fn filters(acme: &Acme) -> [(SignInFilter, Option<&'static str>); 7] {
    let none = SignInFilter::default();
    let connection: Option<ConnectionId> = Some(acme.connection.id);
    let code = Some(RefusalCode::UnknownLocation);
    [
        (none.clone(), None),
        (
            SignInFilter { user_id: Some(UserId(acme.connection.id.0)), connection, ..none.clone() },
            Some("user_id"),
        ),
        (SignInFilter { connection, ..none.clone() }, Some("connection_id")),
        (SignInFilter { connection, refused: Some(false), ..none.clone() }, Some("connection_id")),
        (SignInFilter { connection, refused: Some(true), ..none.clone() }, Some("connection_id")),
        (SignInFilter { connection, outcome: Some(Outcome::Refused), ..none.clone() }, Some("connection_id")),
        (SignInFilter { code, connection, ..none }, Some("code")),
    ]
}

/// 30,000 sign-ins of a hundred people through a connection or another one, of which one in a hundred is refused.
fn sign_ins(
    acme: &Acme,
    blob: impl Fn(&str) -> String,
    id: &str,
    at: &str,
    no: &str,
    series: &str,
) -> String {
    let hex = |id: uuid::Uuid| blob(&format!("'{}'", id.simple()));
    format!(
        "INSERT INTO sign_ins (organization_id, id, at, connection_id, outcome, code, user_id, matched_by, welcome_email, \
         untrusted, report) SELECT {organization}, {id}, {at}, CASE n % 2 WHEN 0 THEN {connection} ELSE {other} END, \
         CASE n % 100 WHEN 0 THEN 'refused' ELSE 'unchanged' END, \
         CASE n % 300 WHEN 0 THEN 'unknown_location' WHEN 100 THEN 'missing_email' END, \
         CASE n % 500 WHEN 1 THEN {connection} ELSE {other} END, 'identity', 'not_applicable', {no}, '{{}}' FROM {series}",
        organization = hex(acme.organization.id.0),
        connection = hex(acme.connection.id.0),
        other = hex(uuid::Uuid::nil()),
    )
}

#[test]
fn sqlite_reads_the_history_along_indexes_and_sorts_nothing() {
    let fill = |acme: &Acme| {
        let series = "(WITH RECURSIVE s (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < 29999) SELECT n FROM s)";
        vec![sign_ins(acme, |hex| format!("x{hex}"), "randomblob(16)", "1800000000000000 + n", "0", series)]
    };
    block_on(planning::sqlite(fill, async |_, acme, connection| {
        for (filter, column) in filters(acme) {
            let explain = format!("EXPLAIN QUERY PLAN {}", ON_SQLITE.page(&filter));
            let explain =
                bind_history!(sqlx::query(AssertSqlSafe(explain)), acme.organization.id, &filter, PAGE);
            let rows = explain.fetch_all(&mut *connection).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
            let found = column.map_or("(organization_id=? AND id<".to_owned(), |column| {
                format!("(organization_id=? AND {column}=? AND id<")
            });
            assert!(plan[0].starts_with("SEARCH s ") && plan[0].contains(&found), "{filter:?}: {plan:#?}");
            assert!(!plan.iter().any(|line| line.contains("B-TREE")), "{filter:?}: {plan:#?}");
        }
    }));
}

#[test]
fn postgres_reads_the_history_along_indexes_and_sorts_nothing() {
    let fill = |acme: &Acme| {
        let series = "generate_series(0, 29999) AS n";
        let at = "to_timestamp(1800000000 + n)";
        vec![sign_ins(acme, |hex| format!("{hex}::uuid"), "gen_random_uuid()", at, "false", series)]
    };
    block_on(planning::postgres("history", fill, async |_, acme, connection| {
        for (filter, column) in filters(acme) {
            let explain = format!("EXPLAIN {}", ON_POSTGRES.page(&filter));
            let explain = bind_history!(
                sqlx::query_scalar(AssertSqlSafe(explain)),
                acme.organization.id,
                &filter,
                PAGE
            );
            let plan: Vec<String> = explain.persistent(false).fetch_all(&mut *connection).await.unwrap();
            let plan = plan.join("\n");
            assert!(!plan.contains("Seq Scan on sign_ins") && !plan.contains("Sort"), "{filter:?}:\n{plan}");
            let condition = column.map_or_else(|| "id < ".to_owned(), |column| format!("({column} = "));
            let by_index = plan.lines().any(|line| line.contains("Index Cond:") && line.contains(&condition));
            assert!(by_index, "{filter:?}:\n{plan}");
        }
    }));
}
