//! The first page of an organization: how its connections are, who came lately, and what needs somebody's attention.

mod chart;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use chrono::{Duration, NaiveDate, NaiveTime};
use vestibule_domain::connection::Connection;
use vestibule_domain::ports::{DayCount, Page, SignInFilter};
use vestibule_domain::refresh::warnings;
use vestibule_domain::refusal::RefusalCode;
use vestibule_domain::sign_in::Outcome;

use super::frame::{Badge, Frame, Here, Instant};
use super::sign_ins::Line;
use super::visit::Visit;
use super::{sso, unknown};
use crate::openapi::Routes;
use crate::web::{Failure, Site, page};
use chart::Chart;

/// How many days the chart has, today included.
const DAYS: i64 = 30;
/// How many of the latest sign-ins the page has.
const LATEST: u32 = 5;
/// How many of the latest refusals for an unknown value are looked at, and how many such values are told of at most.
const LOOKED_AT: u32 = 200;
const MOST_VALUES: usize = 5;

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal").page("/admin/{org}", get(show))
}

#[derive(Template)]
#[template(path = "portal/overview.html")]
struct OverviewPage {
    frame: Frame,
    home: String,
    jit_enabled: bool,
    connections: Vec<ConnectionLine>,
    attention: Vec<Attention>,
    chart: Chart,
    latest: Vec<Line>,
}

struct ConnectionLine {
    href: String,
    name: String,
    state: Badge,
    certificate: Option<Badge>,
}

/// Something to look after.
struct Attention {
    href: String,
    text: String,
}

async fn show(State(site): State<Site>, visit: Visit) -> Result<Response, Failure> {
    let world = &site.app.world;
    let (store, now, home) = (&world.store, world.now(), visit.home());
    let organization = visit.organization.id;
    let connections = store.connections(organization).await.map_err(Failure::store)?;
    let today = now.date_naive();
    let first = today - Duration::days(DAYS - 1);
    let counts = store.sign_ins_by_day(organization, first.and_time(NaiveTime::MIN).and_utc());
    let counts = counts.await.map_err(Failure::store)?;
    let latest = Page { after: None, limit: LATEST };
    let latest =
        store.sign_ins(organization, &SignInFilter::default(), latest).await.map_err(Failure::store)?;
    let mut attention: Vec<_> = rising(&counts, today, &home).into_iter().collect();
    attention.extend(undelivered(&site, &visit).await?);
    attention.extend(unknown_values(&site, &visit, first).await?);
    for connection in &connections {
        let refresh = store.metadata_refresh(connection.id).await.map_err(Failure::store)?;
        let found = connection
            .identity_provider
            .as_ref()
            .map(|provider| warnings(provider, refresh.as_ref().map(|tracked| &tracked.refresh), now));
        attention.extend(found.unwrap_or_default().into_iter().map(|warning| Attention {
            href: format!("{home}/sso/{}#provider", connection.details.key),
            text: format!("{}: {}", connection.details.display_name, warning.message),
        }));
    }
    let line = |connection: &Connection| ConnectionLine {
        href: format!("{home}/sso/{}", connection.details.key),
        name: connection.details.display_name.to_string(),
        state: sso::state_of(connection, now),
        certificate: sso::certificate_of(connection, now),
    };
    Ok(page(
        StatusCode::OK,
        &OverviewPage {
            frame: visit.frame(Here::Overview),
            jit_enabled: visit.organization.jit_provisioning_enabled,
            connections: connections.iter().map(line).collect(),
            attention,
            chart: Chart::of(&counts, first, DAYS),
            latest: latest.items.iter().map(|record| Line::of(record, &home)).collect(),
            home,
        },
    ))
}

/// Whether there were more refused sign-ins in the last week than in the one before, and no mere few.
fn rising(counts: &[DayCount], today: NaiveDate, home: &str) -> Option<Attention> {
    let refused = |from: i64, to: i64| -> u64 {
        let days = (today - Duration::days(from))..(today - Duration::days(to));
        let of_days = counts.iter().filter(|one| one.outcome == Outcome::Refused && days.contains(&one.day));
        of_days.map(|one| one.count).sum()
    };
    let (last, before) = (refused(6, -1), refused(13, 6));
    (last >= 5 && last > 2 * before).then(|| Attention {
        href: format!("{home}/sign-ins?outcome=refused"),
        text: format!("{last} sign-ins were refused in the last seven days, {before} in the seven before."),
    })
}

/// Mails that did not arrive.
async fn undelivered(site: &Site, visit: &Visit) -> Result<Option<Attention>, Failure> {
    let world = &site.app.world;
    let written_by = world.now() - Duration::hours(1);
    let found = world.store.undelivered(visit.organization.id, written_by).await.map_err(Failure::store)?;
    let mails = |count: u64| if count == 1 { "1 mail".to_owned() } else { format!("{count} mails") };
    let parts = [
        (found.given_up, "could not be delivered"),
        (found.waiting, "waited for more than an hour to be sent"),
    ];
    let parts: Vec<_> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", mails(count)))
        .collect();
    Ok(found.newest.map(|newest| Attention {
        href: format!("{}/users", visit.home()),
        text: format!(
            "{}; the newest was written on {}. Look whether the addresses are right, and ask whoever runs this service to look at its mail \
             server and its log.",
            parts.join(", "),
            Instant::from(newest).text
        ),
    }))
}

/// Values for which people were refused since that day.
async fn unknown_values(site: &Site, visit: &Visit, since: NaiveDate) -> Result<Vec<Attention>, Failure> {
    let (store, organization) = (&site.app.world.store, visit.organization.id);
    let (catalog, _) = store.catalog(organization).await.map_err(Failure::store)?;
    let mut attention = Vec::new();
    for code in [RefusalCode::UnknownLocation, RefusalCode::InvalidUserTypeOrRole] {
        let filter = SignInFilter {
            code: Some(code),
            since: Some(since.and_time(NaiveTime::MIN).and_utc()),
            ..SignInFilter::default()
        };
        let page = Page { after: None, limit: LOOKED_AT };
        let refused = store.sign_ins(organization, &filter, page).await.map_err(Failure::store)?;
        let values = unknown::values(&refused.items, &catalog);
        attention.extend(values.iter().take(MOST_VALUES).map(|one| Attention {
            href: format!("{}/sign-ins?code={code}&since={since}", visit.home()),
            text: format!(
                "{}: {} is nothing that this organization knows, and {} refused for it. Add it to the catalog, or translate it.",
                one.field,
                one.in_words(),
                if one.sign_ins == 1 { "a sign-in was".to_owned() } else { format!("{} sign-ins were", one.sign_ins) },
            ),
        }));
    }
    Ok(attention)
}
