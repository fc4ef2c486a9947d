//! The page of a connection.

mod lately;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use vestibule_domain::connection::{Connection, ConnectionDraft};
use vestibule_domain::ports::ServiceProvider;
use vestibule_domain::refresh::{MetadataRefresh, warnings};
use vestibule_domain::settings::SettingsDraft;

use super::metadata::{ChangeShown, ProviderShown};
use super::products::{PRODUCTS, Product};
use super::settings_form::{self, Choices, Mappable};
use super::{details, state};
use crate::portal::differences::Difference;
use crate::portal::form::Form;
use crate::portal::frame::{Badge, Choice, Frame, Here, Instant, Notice, Tone};
use crate::portal::list;
use crate::portal::visit::AtConnection;
use crate::web::{Failure, Site, page, set_policy};
use lately::Lately;

/// What a page's address says besides the path.
#[derive(Default)]
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
    /// The same of the details.
    pub(super) details_meanwhile: Vec<Difference>,
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
        Self { metadata, settings, details, saved_meanwhile: Vec::new(), details_meanwhile: Vec::new() }
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
    lately: Lately,
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
    name_id_formats: Vec<Choice>,
    sign_requests: Vec<Choice>,
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

impl Give {
    fn to_connect(site: &Site, at: &AtConnection) -> Self {
        let (public_url, slug) = (&site.app.public_url, at.slug());
        let service_provider = ServiceProvider::new(public_url, slug);
        Self {
            acs_url: service_provider.acs_url(),
            entity_id: service_provider.entity_id(),
            sign_in_url: format!("{public_url}/sso/{slug}/login?connection={}", at.key()),
        }
    }
}

/// How metadata by address is kept fresh.
struct Refreshed {
    fetched_at: Instant,
    next_at: Instant,
    failure: Option<String>,
    pending: Option<ChangeShown>,
}

pub(super) async fn show(
    State(site): State<Site>,
    at: AtConnection,
    list::Asked { form: query, .. }: list::Asked,
) -> Result<Response, Failure> {
    let asked = Asked {
        product: query.optional("product"),
        done: query.optional("done"),
        sign_in: query.optional("sign_in"),
    };
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
    let here = at.home();
    let product = Product::chosen(asked.product.as_deref(), connection.identity_provider.as_ref());
    let provider = connection.identity_provider.as_ref();
    let mut frame = at.visit.frame(Here::SingleSignOn);
    let is_administrators = world.is_administrators(connection).await.map_err(Failure::store)?;
    frame.notice = asked.done.as_deref().and_then(done).or_else(|| only_to_be_seen(at, is_administrators));
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
            lately: Lately::of(site, at).await?,
            products: products(&here, product),
            product,
            give: Give::to_connect(site, at),
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

/// What somebody is told of a connection that they may not change, and an operator of one that others may not.
fn only_to_be_seen(at: &AtConnection, is_administrators: bool) -> Option<Notice> {
    let told = |text: &str| Some(Notice { tone: Tone::Notice, text: text.to_owned() });
    if is_administrators && at.visit.is_operator() {
        return told(
            "Administrators sign in through this connection. Whoever runs its identity provider can come as any of them who may sign in so.",
        );
    }
    if is_administrators {
        return told(
            "Administrators of this service sign in through this connection: it is looked at and tested here, and only an operator changes it.",
        );
    }
    let is_closed = at.visit.is_guest() && at.view.connection.details.enabled;
    let text = "People sign in through this connection already: by a setup link it is looked at and tested, and not changed.";
    is_closed.then(|| Notice::new(Tone::Notice, text))
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

/// The products that the page can speak of, the chosen one marked.
fn products(here: &str, chosen: &Product) -> Vec<ProductLink> {
    let link = |one: &Product| ProductLink {
        name: one.name,
        href: format!("{here}?product={}#give", one.key),
        is_chosen: one.key == chosen.key,
    };
    PRODUCTS.iter().map(link).collect()
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
