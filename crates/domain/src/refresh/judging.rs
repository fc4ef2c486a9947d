//! What becomes of what an address says now.

use chrono::{DateTime, Utc};

use super::schedule::{next_refresh, next_retry};
use super::{MetadataRefresh, PendingMetadata, RefreshFailure};
use crate::connection::{IdentityProvider, IdpMetadata};
use crate::ports::{MetadataError, Random};

/// What a refresh came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// The address says what is believed already, or what was rejected before.
    Unchanged,
    /// It says something else, which is believed from now on.
    Taken,
    /// It says something else, which awaits approval.
    Pending,
    /// It could not be fetched, or what it says cannot be taken.
    Failed(MetadataError),
}

/// What is to be written of a refresh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What it came to.
    pub outcome: RefreshOutcome,
    /// How the metadata is kept fresh from now on.
    pub refresh: MetadataRefresh,
    /// The identity provider by its new description, where it has one.
    pub taken: Option<IdentityProvider>,
    /// Whether something awaits approval that did not before.
    pub is_news: bool,
}

/// Judges what the address said. A failure, another entity id and an unapproved change leave what is believed as it is.
#[must_use]
pub fn judge(
    current: &IdentityProvider,
    before: &MetadataRefresh,
    said: Result<IdpMetadata, MetadataError>,
    now: DateTime<Utc>,
    random: &dyn Random,
) -> Judgement {
    match said.and_then(|metadata| of_the_same(current, metadata)) {
        Ok(metadata) => judge_description(current, before, metadata, now, random),
        Err(error) => Judgement {
            refresh: failed(before, &error, now, random),
            outcome: RefreshOutcome::Failed(error),
            taken: None,
            is_news: false,
        },
    }
}

/// Another entity id is another identity provider: nobody but an administrator may say that people come from there.
fn of_the_same(current: &IdentityProvider, metadata: IdpMetadata) -> Result<IdpMetadata, MetadataError> {
    if metadata.entity_id == current.metadata.entity_id {
        return Ok(metadata);
    }
    Err(MetadataError::new(
        "entity_id_changed",
        "The address describes another identity provider now: the entityID is another one. If that is right, save the address again.",
    ))
}

fn judge_description(
    current: &IdentityProvider,
    before: &MetadataRefresh,
    metadata: IdpMetadata,
    now: DateTime<Utc>,
    random: &dyn Random,
) -> Judgement {
    let refresh = MetadataRefresh {
        next_at: next_refresh(&metadata, now, random),
        fetched_at: now,
        valid_until: metadata.valid_until,
        failure: None,
        pending: None,
        rejected: None,
    };
    let digest = metadata.digest();
    let judged = |outcome, refresh| Judgement { outcome, refresh, taken: None, is_news: false };
    if digest == current.metadata.digest() {
        return judged(RefreshOutcome::Unchanged, refresh);
    }
    if current.trust_metadata_url {
        let taken = Some(current.described_by(metadata, now));
        return Judgement { taken, ..judged(RefreshOutcome::Taken, refresh) };
    }
    if before.rejected.as_ref() == Some(&digest) {
        return judged(RefreshOutcome::Unchanged, MetadataRefresh { rejected: Some(digest), ..refresh });
    }
    let known = before.pending.as_ref().filter(|pending| pending.digest() == digest);
    let fetched_at = known.map_or(now, |pending| pending.fetched_at);
    let pending = Some(PendingMetadata { metadata, fetched_at });
    let is_news = known.is_none();
    Judgement { is_news, ..judged(RefreshOutcome::Pending, MetadataRefresh { pending, ..refresh }) }
}

fn failed(
    before: &MetadataRefresh,
    error: &MetadataError,
    now: DateTime<Utc>,
    random: &dyn Random,
) -> MetadataRefresh {
    let earlier = before.failure.as_ref();
    let count = earlier.map_or(0, |failure| failure.count).saturating_add(1);
    let failure = RefreshFailure {
        code: error.code.to_owned(),
        message: error.message.clone(),
        at: now,
        since: earlier.map_or(now, |failure| failure.since),
        count,
        told: earlier.is_some_and(|failure| failure.told),
    };
    MetadataRefresh { next_at: next_retry(count, now, random), failure: Some(failure), ..before.clone() }
}
