//! What the latest sign-ins tell of a connection.

use std::collections::BTreeMap;

use vestibule_domain::catalog::Catalog;
use vestibule_domain::explanation::Note;
use vestibule_domain::messages::{ENGLISH, Messages as _};
use vestibule_domain::ports::{Page, SignInFilter};
use vestibule_domain::sign_in::SignInRecord;

use crate::portal::frame::Instant;
use crate::portal::unknown;
use crate::portal::visit::AtConnection;
use crate::web::{Failure, Site};

/// How many of the latest sign-ins are looked at.
const LATEST: u32 = 100;
/// How many values that nobody knows are told of.
const MOST_VALUES: usize = 5;

/// When somebody came in or was refused last, and what arrived.
pub(super) struct Lately {
    pub(super) last_success: Option<Past>,
    pub(super) last_failure: Option<Past>,
    pub(super) seen: Vec<SeenAttribute>,
    pub(super) near_misses: Vec<String>,
}

/// A sign-in of before.
pub(super) struct Past {
    pub(super) at: Instant,
    pub(super) href: String,
}

/// An attribute that arrived lately.
pub(super) struct SeenAttribute {
    pub(super) name: String,
    pub(super) sign_ins: usize,
}

impl Lately {
    pub(super) async fn of(site: &Site, at: &AtConnection) -> Result<Self, Failure> {
        let latest = newest(site, at, None, LATEST).await?;
        Ok(Self {
            last_success: last(site, at, false).await?,
            last_failure: last(site, at, true).await?,
            seen: seen(&latest),
            near_misses: near_misses(&latest, &at.view.catalog, at.visit.is_guest()),
        })
    }
}

async fn newest(
    site: &Site,
    at: &AtConnection,
    refused: Option<bool>,
    limit: u32,
) -> Result<Vec<SignInRecord>, Failure> {
    let filter = SignInFilter { connection: Some(at.view.connection.id), refused, ..SignInFilter::default() };
    let page = Page { after: None, limit };
    let found = site.app.world.store.sign_ins(at.view.organization.id, &filter, page).await;
    Ok(found.map_err(Failure::store)?.items)
}

/// The last one that was refused, or that was not. Whoever came by a setup link is shown neither.
async fn last(site: &Site, at: &AtConnection, refused: bool) -> Result<Option<Past>, Failure> {
    if at.visit.is_guest() {
        return Ok(None);
    }
    let found = newest(site, at, Some(refused), 1).await?.pop();
    Ok(found.map(|record| Past {
        at: record.at.into(),
        href: format!("{}/sign-ins/{}", at.visit.home(), record.id),
    }))
}

/// The attributes that arrived lately, those of most sign-ins first.
fn seen(latest: &[SignInRecord]) -> Vec<SeenAttribute> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for attribute in latest.iter().flat_map(|record| &record.arrived) {
        *counts.entry(&attribute.name).or_default() += 1;
    }
    let mut seen: Vec<_> = counts
        .into_iter()
        .map(|(name, sign_ins)| SeenAttribute { name: name.to_owned(), sign_ins })
        .collect();
    seen.sort_by_key(|one| std::cmp::Reverse(one.sign_ins));
    seen
}

/// Attributes that lately arrived under almost the name that is mapped, and values that are in no catalog. Values are of people, and where the
/// wrong attribute is mapped, their names: whoever came by a setup link is not told them.
fn near_misses(latest: &[SignInRecord], catalog: &Catalog, is_guest: bool) -> Vec<String> {
    let notes = latest.iter().flat_map(|record| &record.explanation).filter_map(|entry| entry.note.as_ref());
    let mut texts: Vec<_> = notes
        .filter(|note| matches!(note, Note::AttributeNearMiss { .. }))
        .map(|note| ENGLISH.sentence(note))
        .collect();
    texts.sort();
    texts.dedup();
    let told = if is_guest { 0 } else { MOST_VALUES };
    let values = unknown::values(latest, catalog).into_iter().take(told);
    texts.extend(values.map(|one| {
        format!(
            "{} arrived as {}, which the catalog does not have: add it there, or translate it below.",
            one.field,
            one.in_words()
        )
    }));
    texts
}
