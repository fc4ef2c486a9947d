//! Organizations and connections.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;
use vestibule_domain::branding::{Branding, Color, LogoMark};
use vestibule_domain::catalog::Catalog;
use vestibule_domain::connection::{
    Connection, ConnectionDetails, ConnectionView, IdentityProvider, NameIdFormat, RequestSettings,
    SignRequests, TechnicalContact,
};
use vestibule_domain::ids::Version;
use vestibule_domain::organization::{Locale, Organization};
use vestibule_domain::return_to::{Origin, WebUrl};
use vestibule_domain::settings::Settings;
use vestibule_domain::text::{ConnectionKey, DisplayName, OrganizationSlug};

use crate::codec::{Document, Hash, Instant, Text};

#[derive(FromRow, Serialize, Deserialize)]
pub(crate) struct OrganizationRow {
    pub(crate) id: Uuid,
    pub(crate) slug: Text<OrganizationSlug>,
    pub(crate) name: Text<DisplayName>,
    pub(crate) jit_provisioning_enabled: bool,
    pub(crate) application_url: Option<Text<WebUrl>>,
    pub(crate) allowed_return_origins: Document<Vec<Origin>>,
    pub(crate) locale: Option<Text<Locale>>,
    pub(crate) accent_color: Option<Text<Color>>,
    pub(crate) logo: Option<Document<LogoMark>>,
    pub(crate) keep_arrivals_days: Option<i32>,
    pub(crate) version: i64,
    pub(crate) catalog_version: i64,
    pub(crate) created_at: Instant,
    pub(crate) updated_at: Instant,
}

/// An organization with its catalog.
#[derive(FromRow, Serialize, Deserialize)]
pub(crate) struct WholeOrganizationRow {
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub(crate) row: OrganizationRow,
    pub(crate) catalog: Document<Catalog>,
}

#[expect(clippy::struct_excessive_bools, reason = "each is a column")]
#[derive(FromRow, Serialize)]
pub(crate) struct ConnectionRow {
    pub(crate) organization_id: Uuid,
    pub(crate) id: Uuid,
    pub(crate) key: Text<ConnectionKey>,
    pub(crate) display_name: Text<DisplayName>,
    pub(crate) enabled: bool,
    pub(crate) sp_initiated: bool,
    pub(crate) allow_idp_initiated: bool,
    pub(crate) force_authn: bool,
    pub(crate) name_id_format: Option<Text<NameIdFormat>>,
    pub(crate) sign_requests: Text<SignRequests>,
    pub(crate) single_logout: bool,
    pub(crate) technical_contact: Option<Document<TechnicalContact>>,
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub(crate) identity_provider: IdentityProviderColumns,
    pub(crate) settings: Document<Settings>,
    pub(crate) version: i64,
    pub(crate) identity_provider_version: i64,
    pub(crate) settings_version: i64,
    pub(crate) created_at: Instant,
    pub(crate) updated_at: Instant,
}

/// An identity provider and the hash of its entity id, by which it is found and unique.
#[derive(FromRow, Serialize)]
pub(crate) struct IdentityProviderColumns {
    pub(crate) identity_provider: Option<Document<IdentityProvider>>,
    pub(crate) entity_id_hash: Option<Hash>,
}

impl From<&Organization> for OrganizationRow {
    fn from(organization: &Organization) -> Self {
        let Organization { slug, name, application_url, allowed_return_origins, locale, branding, .. } =
            organization.clone();
        Self {
            id: organization.id.0,
            slug: Text(slug),
            name: Text(name),
            jit_provisioning_enabled: organization.jit_provisioning_enabled,
            application_url: application_url.map(Text),
            allowed_return_origins: Document(allowed_return_origins),
            locale: locale.map(Text),
            accent_color: branding.accent_color.map(Text),
            logo: branding.logo.map(Document),
            keep_arrivals_days: organization.keep_arrivals_days.map(i32::from),
            version: organization.version.0,
            catalog_version: organization.catalog_version.0,
            created_at: organization.created_at.into(),
            updated_at: organization.updated_at.into(),
        }
    }
}

impl From<OrganizationRow> for Organization {
    fn from(row: OrganizationRow) -> Self {
        Self {
            id: row.id.into(),
            slug: row.slug.0,
            name: row.name.0,
            jit_provisioning_enabled: row.jit_provisioning_enabled,
            application_url: row.application_url.map(|url| url.0),
            allowed_return_origins: row.allowed_return_origins.0,
            locale: row.locale.map(|locale| locale.0),
            branding: Branding {
                accent_color: row.accent_color.map(|color| color.0),
                logo: row.logo.map(|logo| logo.0),
            },
            // What does not fit was never written; the shortest time is the safest.
            keep_arrivals_days: row.keep_arrivals_days.map(|days| u16::try_from(days).unwrap_or_default()),
            version: Version(row.version),
            catalog_version: Version(row.catalog_version),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

impl From<&Organization> for WholeOrganizationRow {
    fn from(organization: &Organization) -> Self {
        Self { row: organization.into(), catalog: Document(Catalog::default()) }
    }
}

impl From<Option<&IdentityProvider>> for IdentityProviderColumns {
    fn from(identity_provider: Option<&IdentityProvider>) -> Self {
        Self {
            identity_provider: identity_provider.cloned().map(Document),
            entity_id_hash: identity_provider.map(|idp| Hash::of(idp.metadata.entity_id.as_str())),
        }
    }
}

impl From<&Connection> for ConnectionRow {
    fn from(connection: &Connection) -> Self {
        let ConnectionDetails { key, display_name, technical_contact, requests, .. } =
            connection.details.clone();
        Self {
            organization_id: connection.organization_id.0,
            id: connection.id.0,
            key: Text(key),
            display_name: Text(display_name),
            enabled: connection.details.enabled,
            sp_initiated: connection.details.sp_initiated,
            allow_idp_initiated: connection.details.allow_idp_initiated,
            force_authn: requests.force_authn,
            name_id_format: requests.name_id_format.map(Text),
            sign_requests: Text(requests.sign_requests),
            single_logout: requests.single_logout,
            technical_contact: technical_contact.map(Document),
            identity_provider: connection.identity_provider.as_ref().into(),
            settings: Document(connection.settings.clone()),
            version: connection.version.0,
            identity_provider_version: connection.identity_provider_version.0,
            settings_version: connection.settings_version.0,
            created_at: connection.created_at.into(),
            updated_at: connection.updated_at.into(),
        }
    }
}

impl From<ConnectionRow> for Connection {
    fn from(row: ConnectionRow) -> Self {
        Self {
            id: row.id.into(),
            organization_id: row.organization_id.into(),
            details: ConnectionDetails {
                key: row.key.0,
                display_name: row.display_name.0,
                enabled: row.enabled,
                sp_initiated: row.sp_initiated,
                allow_idp_initiated: row.allow_idp_initiated,
                requests: RequestSettings {
                    force_authn: row.force_authn,
                    name_id_format: row.name_id_format.map(|format| format.0),
                    sign_requests: row.sign_requests.0,
                    single_logout: row.single_logout,
                },
                technical_contact: row.technical_contact.map(|contact| contact.0),
            },
            identity_provider: row.identity_provider.identity_provider.map(|idp| idp.0),
            settings: row.settings.0,
            version: Version(row.version),
            identity_provider_version: Version(row.identity_provider_version),
            settings_version: Version(row.settings_version),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// A connection with its organization and catalog.
pub(crate) fn view(organization: WholeOrganizationRow, connection: ConnectionRow) -> ConnectionView {
    ConnectionView {
        organization: organization.row.into(),
        catalog: organization.catalog.0,
        connection: connection.into(),
    }
}
