//! Events are read along indexes, in their order.

use chrono::DateTime;
use sqlx::{AssertSqlSafe, Row as _};
use vestibule_domain::ids::OrganizationId;
use vestibule_domain::ports::{AuditFilter, Page};
use vestibule_domain::testing::Acme;

use super::*;
use crate::codec::Instant;
use crate::planning::{self, block_on};
use crate::rows::{ids_of, rows_of, trail_of};

const PAGE: Page = Page { after: None, limit: 50 };

/// Each filter that has a statement of its own, and by which column its index finds events besides the organization.
fn filters() -> [(AuditFilter, Option<&'static str>); 6] {
    let none = AuditFilter::default();
    let word = |word: &str| Some(word.to_owned());
    let (since, until) =
        (DateTime::from_timestamp(1_800_000_000, 0), DateTime::from_timestamp(1_800_000_500, 0));
    [
        (none.clone(), None),
        (AuditFilter { since, until, ..none.clone() }, None),
        (AuditFilter { actor: word("a7"), ..none.clone() }, Some("actor_key")),
        (AuditFilter { action: word("user.changed"), ..none.clone() }, Some("action")),
        (AuditFilter { subject: word("s7"), ..none.clone() }, Some("subject")),
        (
            AuditFilter { actor: word("a7"), action: word("user.changed"), subject: word("s7"), ..none },
            Some("subject"),
        ),
    ]
}

/// 30,000 events of ten kinds, by a hundred people, about three thousand things, a second apart.
fn events(organization: &str, id: &str, at: &str, series: &str) -> String {
    format!(
        "INSERT INTO audit_events (organization_id, id, at, actor, actor_key, action, subject) \
         SELECT {organization}, {id}, {at}, '{{\"kind\":\"system\"}}', 'a' || (n % 100), \
         CASE n % 10 WHEN 0 THEN 'user.changed' ELSE 'kind' || (n % 10) END, 's' || (n % 3000) FROM {series}"
    )
}

#[test]
fn sqlite_reads_a_trail_along_indexes_and_sorts_nothing() {
    let fill = |acme: &Acme| {
        let organization = format!("x'{}'", acme.organization.id.0.simple());
        let series = "(WITH RECURSIVE s (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < 29999) SELECT n FROM s)";
        vec![events(&organization, "randomblob(16)", "(1800000000 + n) * 1000000", series)]
    };
    block_on(planning::sqlite(fill, async |_, acme, connection| {
        let organization: Option<OrganizationId> = Some(acme.organization.id);
        for (filter, column) in filters() {
            let explain = format!("EXPLAIN QUERY PLAN {}", ON_SQLITE.page(&filter));
            let explain = bind_trail!(sqlx::query(AssertSqlSafe(explain)), organization, &filter, PAGE);
            let rows = explain.fetch_all(&mut *connection).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
            let found = column.map_or("(organization_id=? AND id>".to_owned(), |column| {
                format!("(organization_id=? AND {column}=? AND id>")
            });
            assert!(plan[0].starts_with("SEARCH a ") && plan[0].contains(&found), "{filter:?}: {plan:#?}");
            let bad = |line: &&String| {
                line.starts_with("SCAN") && !line.contains("CONSTANT") || line.contains("B-TREE")
            };
            assert_eq!(plan.iter().find(bad), None, "{filter:?}: {plan:#?}");
        }
    }));
}

#[test]
fn postgres_reads_a_trail_along_indexes_and_sorts_nothing() {
    let fill = |acme: &Acme| {
        let organization = format!("'{}'::uuid", acme.organization.id);
        let at = "to_timestamp(1800000000 + n)";
        vec![events(&organization, "gen_random_uuid()", at, "generate_series(0, 29999) AS n")]
    };
    block_on(planning::postgres("trail", fill, async |_, acme, connection| {
        let organization: Option<OrganizationId> = Some(acme.organization.id);
        for (filter, column) in filters() {
            let explain = format!("EXPLAIN {}", ON_POSTGRES.page(&filter));
            let explain =
                bind_trail!(sqlx::query_scalar(AssertSqlSafe(explain)), organization, &filter, PAGE);
            let plan: Vec<String> = explain.persistent(false).fetch_all(&mut *connection).await.unwrap();
            let plan = plan.join("\n");
            assert!(
                !plan.contains("Seq Scan on audit_events") && !plan.contains("Sort"),
                "{filter:?}:\n{plan}"
            );
            let condition = column.map_or_else(|| "id >= ".to_owned(), |column| format!("({column} = "));
            let by_index = plan.lines().any(|line| line.contains("Index Cond:") && line.contains(&condition));
            assert!(by_index, "{filter:?}:\n{plan}");
        }
    }));
}
