//! Statements that fill an organization with very many users at once, for benchmarks and for tests of plans.
//!
//! Of `count` users 40 % have a first name that begins with `a`, a third each is in Berlin, in Zürich and nowhere, ten are not active, the last
//! tenth came by signing in and the others by an import, and nobody in Berlin is a manager save for the last hundred.

/// How a database writes what differs.
pub(super) struct Dialect {
    numbers: &'static str,
    id: &'static str,
    hash: &'static str,
    now: &'static str,
}

/// SQLite.
pub(super) const SQLITE: Dialect = Dialect {
    numbers: "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})",
    id: "unhex(printf('%032x', n))",
    hash: "unhex(printf('%064x', n))",
    now: "1700000000000000",
};

/// PostgreSQL.
pub(super) const POSTGRES: Dialect = Dialect {
    numbers: "WITH numbers AS (SELECT n FROM generate_series(1, {count}) AS n)",
    id: "lpad(to_hex(n), 32, '0')::uuid",
    hash: "decode(lpad(to_hex(n), 64, '0'), 'hex')",
    now: "now()",
};

impl Dialect {
    /// The statements. `organization` and `connection` are literals of ids.
    pub(super) fn fill(&self, organization: &str, connection: &str, count: u32) -> Vec<String> {
        let Self { numbers, id, hash, now } = self;
        let (last_tenth, last_hundred, rare) = (count / 10 * 9, count - 100, count / 10);
        let numbers = numbers.replace("{count}", &count.to_string());
        let insert =
            |into: &str, select: String| format!("INSERT INTO {into} {numbers} SELECT {select} FROM numbers");
        let first = "CASE WHEN n % 5 < 2 THEN 'Ada' ELSE 'Zoe' END";
        vec![
            insert(
                "users (organization_id, id, email, email_normalized, first_name, first_name_folded, last_name, \
                 last_name_folded, location, active, created_by, version, created_at, updated_at)",
                format!(
                    "{organization}, {id}, 'user' || n || '@acme.example', 'user' || n || '@acme.example', {first}, \
                     lower({first}), 'Name' || n % 1000, 'name' || n % 1000, \
                     CASE n % 3 WHEN 0 THEN 'Berlin' WHEN 1 THEN 'Zürich' END, n % {rare} <> 0, \
                     CASE WHEN n <= {last_tenth} THEN 'import' ELSE 'sso' END, 1, {now}, {now}"
                ),
            ),
            insert(
                "assignments (organization_id, user_id, user_type, role)",
                format!(
                    "{organization}, {id}, 'employee', \
                     CASE WHEN n % 3 <> 0 AND n % 2 = 0 OR n > {last_hundred} THEN 'manager' ELSE 'clerk' END"
                ),
            ),
            insert(
                "identities (organization_id, connection_id, name_id_hash, name_id_folded_hash, name_id, user_id)",
                format!("{organization}, {connection}, {hash}, {hash}, 'n' || n, {id}"),
            ),
        ]
    }
}
