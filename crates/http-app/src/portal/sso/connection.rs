//! The page of a connection.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use vestibule_domain::catalog::Catalog;
use vestibule_domain::connection::{Connection, ConnectionDraft};
use vestibule_domain::explanation::Note;
use vestibule_domain::messages::{ENGLISH, Messages as _};
use vestibule_domain::ports::{Page, ServiceProvider, SignInFilter};
use vestibule_domain::refresh::{MetadataRefresh, warnings};
use vestibule_domain::settings::SettingsDraft;
use vestibule_domain::sign_in::SignInRecord;

use super::metadata::{ChangeShown, ProviderShown};
use super::products::{PRODUCTS, Product};
use super::settings_form::{self, Choices, Mappable};
use super::{details, state};
use crate::portal::differences::Difference;
use crate::portal::form::Form;
use crate::portal::frame::{Badge, Choice, Frame, Here, Instant, Notice, Tone};
use crate::portal::unknown;
use crate::portal::visit::AtConnection;
use crate::web::{Failure, Site, page, set_policy};

/// How many of the latest sign-ins are looked at for what this page says of them.
const LATEST: u32 = 100;
/// How many values that nobody knows are told of.
const MOST_VALUES: usize = 5;

/// What a page's address says besides the path.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    product: Option<String>,
    done: Option<String>,
    sign_in: Option<String>,
}

/// The forms of the page, as they are to be shown.
pub(super) struct Forms {
    pub(super) metadata: Form,
    pub(super) settings: Form,
    pub(super) details: Form,
    /// The settings that somebody saved since this form was opened, as a list of differences.
    pub(super) saved_meanwhile: Vec<Difference>,
}

impl Forms {
    /// As everything is saved.
    pub(super) fn saved(connection: &Connection) -> Self {
        let mut settings = settings_form::filled(&SettingsDraft::from(&connection.settings));
        settings.open_at(connection.settings_version);
        let mut metadata = Form::default();
        let url = connection.identity_provider.as_ref().and_then(|provider| provider.metadata_url());
        metadata.set("metadata_url", url.map(ToString::to_string).unwrap_or_default());
        let trusted =
            connection.identity_provider.as_ref().is_some_and(|provider| provider.trust_metadata_url);
        metadata.check("trust_metadata_url", trusted);
        let mut details = details::filled(&ConnectionDraft::from(&connection.details));
        details.open_at(connection.version);
        Self { metadata, settings, details, saved_meanwhile: Vec::new() }
    }
}

#[derive(Template)]
#[template(path = "portal/sso/connection.html")]
struct ConnectionPage {
    frame: Frame,
    home: String,
    here: String,
    name: String,
    /// Whether the reader came by a setup link.
    is_guest: bool,
    enabled: bool,
    /// As what the connection is shown, for the button that enables it.
    seen_as: String,
    state: Badge,
    certificate: Option<Badge>,
    last_success: Option<Past>,
    last_failure: Option<Past>,
    products: Vec<ProductLink>,
    product: &'static Product,
    give: Give,
    provider: Option<ProviderShown>,
    provider_warnings: Vec<String>,
    refreshed: Option<Refreshed>,
    forms: Forms,
    jit_enabled: bool,
    choices: Choices,
    mappable: Vec<Mappable>,
    seen: Vec<SeenAttribute>,
    near_misses: Vec<String>,
    name_id_formats: Vec<Choice>,
    sign_requests: Vec<Choice>,
}

/// A sign-in of before.
struct Past {
    at: Instant,
    href: String,
}

struct ProductLink {
    name: &'static str,
    href: String,
    is_chosen: bool,
}

/// What the identity provider must be given.
struct Give {
    acs_url: String,
    entity_id: String,
    sign_in_url: String,
}

/// How metadata by address is kept fresh.
struct Refreshed {
    fetched_at: Instant,
    next_at: Instant,
    failure: Option<String>,
    pending: Option<ChangeShown>,
}

/// An attribute that arrived lately.
struct SeenAttribute {
    name: String,
    sign_ins: usize,
}

pub(super) async fn show(
    State(site): State<Site>,
    at: AtConnection,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let mut forms = Forms::saved(&at.view.connection);
    forms.settings.set("try/sign_in_id", asked.sign_in.as_deref().unwrap_or_default());
    shown(&site, &at, StatusCode::OK, forms, asked).await
}

/// The page with these settings, saved or not.
pub(super) async fn with_settings(
    site: &Site,
    at: &AtConnection,
    status: StatusCode,
    settings: Form,
) -> Result<Response, Failure> {
    let forms = Forms { settings, ..Forms::saved(&at.view.connection) };
    shown(site, at, status, forms, Asked::default()).await
}

/// The page with settings that cannot be saved or tried.
pub(super) async fn with_faulty_settings(
    site: &Site,
    at: &AtConnection,
    settings: Form,
) -> Result<Response, Failure> {
    with_settings(site, at, StatusCode::UNPROCESSABLE_ENTITY, settings).await
}

/// The page with these forms.
pub(super) async fn shown(
    site: &Site,
    at: &AtConnection,
    status: StatusCode,
    forms: Forms,
    asked: Asked,
) -> Result<Response, Failure> {
    let world = &site.app.world;
    let connection = &at.view.connection;
    let organization = &at.view.organization;
    let tracked = world.store.metadata_refresh(connection.id).await.map_err(Failure::store)?;
    let refresh = tracked.map(|tracked| tracked.refresh);
    let of_this = SignInFilter { connection: Some(connection.id), ..SignInFilter::default() };
    let newest = async |filter: &SignInFilter, limit| {
        let page = Page { after: None, limit };
        Ok::<_, Failure>(
            world.store.sign_ins(organization.id, filter, page).await.map_err(Failure::store)?.items,
        )
    };
    let latest = newest(&of_this, LATEST).await?;
    let past = async |refused: bool| {
        let filter = SignInFilter { refused: Some(refused), ..of_this.clone() };
        let found = newest(&filter, 1).await?.pop().filter(|_| !at.visit.is_guest());
        let past = |one: SignInRecord| Past {
            at: one.at.into(),
            href: format!("{}/sign-ins/{}", at.visit.home(), one.id),
        };
        Ok::<_, Failure>(found.map(past))
    };
    let (last_success, last_failure) = (past(false).await?, past(true).await?);
    let service_provider = ServiceProvider::new(&site.app.public_url, &organization.slug);
    let here = at.home();
    let product = Product::chosen(asked.product.as_deref(), connection.identity_provider.as_ref());
    let provider = connection.identity_provider.as_ref();
    let mut frame = at.visit.frame(Here::SingleSignOn);
    frame.notice = asked.done.as_deref().and_then(done).or_else(|| only_to_be_seen(at));
    let mut shown = page(
        status,
        &ConnectionPage {
            home: at.visit.home(),
            name: connection.details.display_name.to_string(),
            is_guest: at.visit.is_guest(),
            enabled: connection.details.enabled,
            seen_as: details::seen(connection.versions()),
            state: state::of(connection, world.now()),
            certificate: state::certificate(connection, world.now()),
            last_success,
            last_failure,
            products: PRODUCTS
                .iter()
                .map(|one| ProductLink {
                    name: one.name,
                    href: format!("{here}?product={}#give", one.key),
                    is_chosen: one.key == product.key,
                })
                .collect(),
            product,
            give: Give {
                acs_url: service_provider.acs_url(),
                entity_id: service_provider.entity_id(),
                sign_in_url: format!(
                    "{}/sso/{}/login?connection={}",
                    site.app.public_url, organization.slug, connection.details.key
                ),
            },
            provider: provider.map(|provider| ProviderShown::new(&provider.metadata, world.now())),
            provider_warnings: provider
                .map(|provider| warnings(provider, refresh.as_ref(), world.now()))
                .unwrap_or_default()
                .into_iter()
                .map(|warning| warning.message)
                .collect(),
            refreshed: refresh.map(|refresh| refreshed(&refresh, connection, world.now())),
            jit_enabled: organization.jit_provisioning_enabled,
            choices: Choices::of(&at.view.catalog),
            mappable: settings_form::mappable(&forms.settings),
            seen: seen(&latest),
            near_misses: near_misses(&latest, &at.view.catalog, at.visit.is_guest()),
            name_id_formats: details::name_id_formats(),
            sign_requests: details::sign_requests(),
            forms,
            here,
            frame,
        },
    );
    // Browsers hold `form-action` against redirects too, and a trial leads to the identity provider.
    if let Some(endpoint) = provider.and_then(|provider| provider.metadata.sso_endpoints.first()) {
        set_policy(&mut shown, "script-src 'self'; form-action 'self'", endpoint.location.as_str());
    }
    Ok(shown)
}

/// What whoever came by a setup link is told of a connection that they may not change.
fn only_to_be_seen(at: &AtConnection) -> Option<Notice> {
    let is_closed = at.visit.is_guest() && at.view.connection.details.enabled;
    is_closed.then(|| Notice {
        tone: Tone::Notice,
        text: "People sign in through this connection already: by a setup link it is looked at and tested, and not changed."
            .to_owned(),
    })
}

/// What was done, after a form led back here.
fn done(word: &str) -> Option<Notice> {
    Some(Notice::good(match word {
        "created" => "The connection is created. It lets nobody in until you enable it.",
        "provisioning" => "Saved. It counts from the next sign-in on.",
        "metadata" => "Saved. Responses are believed by these certificates from now on.",
        "refreshed" => "The metadata was fetched: nothing has changed.",
        "taken" => "The metadata was fetched, and what has changed is taken over.",
        "pending" => "The metadata was fetched: what has changed waits for your approval.",
        "approved" => "Approved. Responses are believed by these certificates from now on.",
        "rejected" => "Rejected. What was believed before is believed still.",
        "details" => "Saved.",
        "enabled" => "Enabled: people can sign in through this connection.",
        "disabled" => "Disabled: this connection lets nobody in.",
        _ => return None,
    }))
}

fn refreshed(refresh: &MetadataRefresh, connection: &Connection, now: DateTime<Utc>) -> Refreshed {
    let before = connection.identity_provider.as_ref().map(|provider| &provider.metadata);
    Refreshed {
        fetched_at: refresh.fetched_at.into(),
        next_at: refresh.next_at.into(),
        failure: refresh.failure.as_ref().map(|failure| failure.message.clone()),
        pending: refresh.pending.as_ref().and_then(|pending| {
            let change = ChangeShown::between(before?, &pending.metadata, now);
            Some(ChangeShown { digest: pending.digest(), ..change })
        }),
    }
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
