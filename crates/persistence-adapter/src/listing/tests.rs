//! Pages are read along indexes, and end where enough was looked at.

#[path = "../../benches/users/population.rs"]
mod population;

use sqlx::{AssertSqlSafe, PgConnection, Row as _, SqliteConnection};
use vestibule_domain::ports::Store;
use vestibule_domain::testing::Acme;

use super::*;
use crate::Database;
use crate::planning::{self, block_on};
use population::{Dialect, POSTGRES, SQLITE};

/// More than are looked at for one page, three times over.
const COUNT: u32 = 30_000;

const WAYS: [Way; 10] = [
    Way::All,
    Way::Email,
    Way::NameId,
    Way::Text,
    Way::Role,
    Way::UserType,
    Way::Connection,
    Way::Location,
    Way::CreatedBy,
    Way::Active,
];

/// Everything asked for at once.
fn full(acme: &Acme) -> UserFilter {
    UserFilter {
        email: Some("user7@acme.example".to_owned()),
        name_id: Some("n7".to_owned()),
        text: Some("a".to_owned()),
        active: Some(true),
        location: Some("Berlin".to_owned()),
        user_type: Some("employee".to_owned()),
        role: Some("manager".to_owned()),
        connection: Some(acme.connection.id),
        created_by: Some(CreatedBy::Import),
    }
}

const PAGE: Page = Page { after: None, limit: 50 };

fn filling(dialect: &Dialect, acme: &Acme, literal: impl Fn(Uuid) -> String) -> Vec<String> {
    dialect.fill(&literal(acme.organization.id.0), &literal(acme.connection.id.0), COUNT)
}

async fn sqlite(run: impl AsyncFnOnce(&Database, &Acme, &mut SqliteConnection)) {
    let fill = |acme: &Acme| filling(&SQLITE, acme, |id| format!("x'{}'", id.simple()));
    planning::sqlite(fill, run).await;
}

async fn postgres(name: &str, run: impl AsyncFnOnce(&Database, &Acme, &mut PgConnection)) {
    let fill = |acme: &Acme| filling(&POSTGRES, acme, |id| format!("'{id}'::uuid"));
    planning::postgres(&format!("listing_{name}"), fill, run).await;
}

#[test]
fn sqlite_reads_along_indexes_and_sorts_nothing() {
    block_on(sqlite(async |_, acme, connection| {
        let asked = Asked::new(acme.organization.id, &full(acme), PAGE);
        for way in WAYS {
            for statement in [on_sqlite(way), reach(way)] {
                let explain = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}")));
                let explain = bind_asked!(explain, asked, Uuid::max(), asked.limit);
                let rows = explain.fetch_all(&mut *connection).await.unwrap();
                let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
                let scans = |line: &&String| {
                    line.starts_with("SCAN") && !line.starts_with("SCAN d") && !line.starts_with("SCAN m")
                };
                assert_eq!(plan.iter().find(scans), None, "{way:?}: {plan:#?}");
                if way == Way::NameId {
                    let by_hash = |line: &String| line.contains("connection_id=? AND name_id_hash=?");
                    assert!(plan.iter().any(by_hash), "{plan:#?}");
                }
                // A user's own few identities are put in order for each user.
                let sorts =
                    |line: &String| line.contains("TEMP B-TREE") && !line.contains("json_group_array");
                let sorts = plan.iter().any(sorts);
                // These are few: an address has one user, a NameID one on each connection, and a text few, or it is not this way.
                let may_sort = matches!(way, Way::Email | Way::NameId | Way::Text);
                assert!(!sorts || may_sort, "{way:?}: {plan:#?}");
            }
        }
    }));
}

#[test]
fn postgres_reads_along_indexes_and_sorts_nothing() {
    block_on(postgres("plans", async |_, acme, connection| {
        // Each condition alone, and all of them; each with the planner's own idea of how many there are.
        for filter in [UserFilter { email: None, name_id: None, ..full(acme) }, full(acme)] {
            for way in WAYS {
                // That way is gone where few have the text.
                let text = if way == Way::Text { "user299" } else { "a" };
                let filter = UserFilter { text: Some(text.to_owned()), ..filter.clone() };
                let asked = Asked::new(acme.organization.id, &filter, PAGE);
                for statement in [on_postgres(way), reach(way)] {
                    let explain = sqlx::query_scalar(AssertSqlSafe(format!("EXPLAIN {statement}")));
                    let explain = bind_asked!(explain, asked, Uuid::max(), asked.limit).persistent(false);
                    let plan: Vec<String> = explain.fetch_all(&mut *connection).await.unwrap();
                    let plan = plan.join("\n");
                    assert!(!plan.contains("Seq Scan on users"), "{way:?}:\n{plan}");
                    assert!(!plan.contains("Seq Scan on assignments"), "{way:?}:\n{plan}");
                    assert!(!plan.contains("Seq Scan on identities"), "{way:?}:\n{plan}");
                    let may_sort = matches!(way, Way::Email | Way::NameId | Way::Text);
                    assert!(!plan.contains("Sort") || may_sort, "{way:?}:\n{plan}");
                }
            }
        }
    }));
}

/// Walks through lists whose conditions are seldom met together, and finds all that there are, in more than one page.
async fn walks_find_all(store: &dyn Store, acme: &Acme) {
    let none = UserFilter::default();
    let berlin = Some("Berlin".to_owned());
    let manager = UserFilter {
        user_type: Some("employee".to_owned()),
        role: Some("manager".to_owned()),
        ..none.clone()
    };
    let cases = [
        (UserFilter { location: berlin.clone(), ..manager.clone() }, 34),
        (UserFilter { active: Some(false), created_by: Some(CreatedBy::Import), ..none.clone() }, 9),
        (UserFilter { active: Some(false), location: berlin.clone(), ..none.clone() }, 10),
        (UserFilter { text: Some("a".to_owned()), active: Some(false), ..none.clone() }, 10),
        (UserFilter { text: Some("user29999".to_owned()), ..manager.clone() }, 1),
        (
            UserFilter { text: Some("zoe".to_owned()), created_by: Some(CreatedBy::Sso), ..none.clone() },
            1_800,
        ),
        (UserFilter { text: Some("nobody".to_owned()), ..none.clone() }, 0),
        (UserFilter { text: Some("user".to_owned()), connection: Some(acme.connection.id), ..none }, 30_000),
    ];
    for (filter, expected) in cases {
        let mut page = Page { after: None, limit: 200 };
        let (mut found, mut pages) = (0, 0);
        loop {
            let part = store.users(acme.organization.id, &filter, page).await.unwrap();
            assert!(part.items.len() <= 200);
            found += part.items.len();
            pages += 1;
            assert!(part.next.is_none_or(|next| page.after.is_none_or(|after| next > after)), "{filter:?}");
            page.after = part.next;
            if page.after.is_none() {
                break;
            }
        }
        assert_eq!(found, expected, "{filter:?}");
        assert!(pages <= expected / 200 + 12, "{pages} pages: {filter:?}");
    }
}

#[test]
fn sqlite_finds_what_is_far_apart() {
    block_on(sqlite(async |database, acme, _| walks_find_all(&*database.store(), acme).await));
}

#[test]
fn postgres_finds_what_is_far_apart() {
    block_on(postgres("walks", async |database, acme, _| walks_find_all(&*database.store(), acme).await));
}
