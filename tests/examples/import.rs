//! Measures an import: how fast the rows are received and worked off, and what memory the service takes meanwhile.
//!
//! `make bench-import`, or under `scripts/with-test-services`, with the number of rows and `sqlite` or `postgres`.

#![expect(clippy::unwrap_used, reason = "what goes wrong ends the measurement")]
#![expect(clippy::print_stdout, reason = "the measurement is what it prints")]

use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use serde_json::Value;
use vestibule_tests::{Database, Service};

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let rows: usize = arguments.next().unwrap().parse().unwrap();
    let name = arguments.next().unwrap();
    let database = if name == "postgres" { Database::postgres() } else { Database::Sqlite };
    let service = Service::start(database).await;
    service.set_up_acme().await;
    let mut table = String::from("email,first_name,last_name,location,user_type,role\n");
    for number in 0..rows {
        let person = number.wrapping_mul(2_654_435_761) % 4_294_967_296;
        let _ = writeln!(table, "person.{person}@acme.example,Ada,Lovelace,London,employee,learner");
    }
    let size = table.len() / 1_000_000;
    let idle = resident(&service);
    let begun = Instant::now();
    let accepted = service.send_table("", "bench", table).await;
    let received = begun.elapsed();
    assert_eq!(accepted.status, 202, "{accepted:#?}");
    let mut most = resident(&service);
    let path = format!("organizations/acme/imports/{}", accepted.body["id"].as_str().unwrap());
    let import = loop {
        let import = service.must("GET", &path, &Value::Null).await;
        most = most.max(resident(&service));
        if import["state"] != "running" {
            break import;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let worked = begun.elapsed().saturating_sub(received);
    assert_eq!(import["counts"]["created"], rows, "{import:#}");
    let rate = |time: Duration| Duration::from_secs(rows as u64).div_duration_f64(time);
    println!(
        "{name}: {rows} rows, {size} MB: received {:.0} rows/s, worked off {:.0} rows/s; resident {} MB before, {} MB at most \
         ({} MB ever)",
        rate(received),
        rate(worked),
        idle / 1_000,
        most / 1_000,
        status(&service, "VmHWM:") / 1_000,
    );
}

/// The memory that the service has now, in KB.
fn resident(service: &Service) -> u64 {
    status(service, "VmRSS:")
}

fn status(service: &Service, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", service.process())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
