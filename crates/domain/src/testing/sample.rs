//! An organization to test with, complete down to its people.
#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a sample that cannot be made is a failed test"
)]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::FrozenClock;
use crate::branding::{Color, Logo};
use crate::catalog::{Catalog, CatalogDraft, RoleDraft, UserTypeDraft};
use crate::connection::{
    Binding, Certificate, Connection, ConnectionDetails, ConnectionView, IdentityProvider, IdpMetadata,
    MetadataOrigin, NameIdFormat, RequestSettings, SignRequests, SloEndpoint, SsoEndpoint, TechnicalContact,
};
use crate::email::{EmailAddress, EmailDomain};
use crate::ids::Version;
use crate::name_id::NameId;
use crate::organization::{Locale, Organization, OrganizationDetails};
use crate::ports::{Actor, AuditEvent, Clock, Store};
use crate::provenance::{FieldSource, Origin, Provenance, Source};
use crate::return_to::WebUrl;
use crate::settings::{
    Defaults, LinkByEmail, OnInvalidValue, OptionalField, Registration, Settings, Translation,
};
use crate::text::{
    AttributeName, DisplayName, EntityId, LocationName, PersonName, RoleKey, TextError, UserTypeKey,
};
use crate::user::{CreatedBy, Identity, User, UserProfile};

/// The instant at which samples were made: [`FrozenClock::default`]'s.
pub(super) fn then() -> DateTime<Utc> {
    FrozenClock::default().now()
}

/// An id that no other has; later ones sort after earlier ones, and all of them before those that a use-case makes
/// at the same instant.
pub(super) fn id<T: From<Uuid>>() -> T {
    static DRAWN: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [0; 10];
    bytes[2..].copy_from_slice(&DRAWN.fetch_add(1, Ordering::SeqCst).to_be_bytes());
    let before = then() - Duration::milliseconds(1);
    let millis = u64::try_from(before.timestamp_millis()).unwrap_or_default();
    T::from(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
}

/// An audit event as any change needs one.
pub(super) fn audit() -> AuditEvent {
    AuditEvent {
        id: id(),
        organization_id: None,
        at: then() + Duration::microseconds(1),
        actor: Actor::CommandLine,
        action: "sample.changed".into(),
        subject: "sample".to_owned(),
        before: Some(serde_json::json!({"it": "was"})),
        after: None,
    }
}

pub(super) fn text<T>(parsed: Result<T, TextError>) -> T {
    parsed.expect("a sample value is well-formed")
}

/// A logo of that size: the beginning of a PNG file, which says as much (PNG, third edition, §11.2.1).
///
/// # Panics
/// The size is none that a logo may have.
#[must_use]
pub fn logo(width: u32, height: u32) -> Logo {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    file.extend(width.to_be_bytes().into_iter().chain(height.to_be_bytes()));
    file.extend([8, 6, 0, 0, 0]);
    Logo::read(file).expect("a logo may have that size")
}

/// An organization with a catalog, one connection that registers people, and what makes users of it.
#[derive(Debug, Clone)]
pub struct Acme {
    /// The organization, as it is once [`install`](Self::install)ed.
    pub organization: Organization,
    /// Employees (clerk, manager), contractors (visitor), administrators (owner: privileged); Berlin, Zürich.
    pub catalog: Catalog,
    /// Its connection `okta`: registration is open, every field is mapped.
    pub connection: Connection,
}

/// The organization `acme`, not in any store yet.
#[must_use]
pub fn acme() -> Acme {
    Acme::named("acme")
}

impl Acme {
    /// The same organization under another slug, with ids of its own.
    #[must_use]
    pub fn named(slug: &str) -> Self {
        let details = OrganizationDetails {
            slug: text(slug.parse()),
            name: text(DisplayName::parse("Acme — Ümläut & Søn")),
            jit_provisioning_enabled: true,
            application_url: Some(text(WebUrl::parse("https://app.acme.example/home?a=b"))),
            allowed_return_origins: vec![text(crate::return_to::Origin::parse("https://app.acme.example"))],
            locale: Some(text(Locale::parse("pt-BR"))),
            accent_color: Some(text(Color::parse("#2c4fb8"))),
            keep_arrivals_days: Some(30),
        };
        let mut organization = Organization::new(id(), details, then());
        organization.catalog_version = Version::FIRST.next();
        let connection = connection(&organization, "okta");
        Self { organization, catalog: catalog(), connection }
    }

    /// Another connection of the organization.
    #[must_use]
    pub fn connection(&self, key: &str) -> Connection {
        connection(&self.organization, key)
    }

    /// What a sign-in through the connection is decided on.
    #[must_use]
    pub fn view(&self) -> ConnectionView {
        ConnectionView {
            organization: self.organization.clone(),
            catalog: self.catalog.clone(),
            connection: self.connection.clone(),
        }
    }

    /// An employee (clerk, in Berlin) whose NameID on the connection is the address.
    #[must_use]
    pub fn user(&self, email: &str) -> User {
        let assignments =
            BTreeMap::from([(text(UserTypeKey::parse("employee")), text(RoleKey::parse("clerk")))]);
        User {
            id: id(),
            organization_id: self.organization.id,
            profile: UserProfile {
                email: text(EmailAddress::parse(email)),
                first_name: text(PersonName::parse("Zoë")),
                last_name: text(PersonName::parse("O’Brien")),
                location: Some(text(LocationName::parse("Berlin"))),
                assignments,
            },
            provenance: Provenance {
                first_name: Some(Origin {
                    source: Source::SignIn {
                        connection: self.connection.details.key.clone(),
                        sign_in: id(),
                        from: FieldSource::Attribute(text(AttributeName::parse("giv\u{e9}nName"))),
                    },
                    at: then(),
                }),
                assignments: BTreeMap::from([(
                    text(UserTypeKey::parse("employee")),
                    Origin { source: Source::Administrator, at: then() },
                )]),
                ..Provenance::default()
            },
            identities: vec![Identity {
                connection_id: self.connection.id,
                name_id: text(NameId::parse(email)),
            }],
            active: true,
            created_by: CreatedBy::Sso,
            version: Version::FIRST,
            created_at: then(),
            updated_at: then(),
            last_sign_in_at: None,
        }
    }

    /// Writes organization, catalog and connection into a store.
    ///
    /// # Panics
    /// When the store refuses.
    pub async fn install(&self, store: &dyn Store) {
        let new = Organization { catalog_version: Version::FIRST, ..self.organization.clone() };
        store.create_organization(&new, &audit()).await.expect("the organization is created");
        let in_use = store.replace_catalog(new.id, &self.catalog, Version::FIRST, &audit()).await;
        assert_eq!(in_use.expect("the catalog is replaced"), []);
        store.create_connection(&self.connection, &audit()).await.expect("the connection is created");
    }

    /// Writes a user into a store that has the organization.
    ///
    /// # Panics
    /// When the store refuses.
    pub async fn install_user(&self, store: &dyn Store, user: &User) {
        let catalog = self.organization.catalog_version;
        store.create_user(user, catalog, &audit()).await.expect("the user is created");
    }
}

fn catalog() -> Catalog {
    let role =
        |key: &str, privileged| RoleDraft { key: key.to_owned(), name: key.to_uppercase(), privileged };
    let user_type = |key: &str, roles| UserTypeDraft { key: key.to_owned(), name: key.to_uppercase(), roles };
    let draft = CatalogDraft {
        user_types: vec![
            user_type("employee", vec![role("clerk", false), role("manager", false)]),
            user_type("contractor", vec![role("visitor", false)]),
            user_type("administrator", vec![role("owner", true)]),
        ],
        locations: vec!["Berlin".to_owned(), "Zürich".to_owned()],
    };
    draft.parse().expect("a sample catalog has no fault")
}

fn connection(organization: &Organization, key: &str) -> Connection {
    let details = ConnectionDetails {
        key: text(key.parse()),
        display_name: text(DisplayName::parse("Okta für alle")),
        enabled: true,
        sp_initiated: true,
        allow_idp_initiated: true,
        requests: RequestSettings {
            force_authn: true,
            name_id_format: Some(NameIdFormat::Persistent),
            sign_requests: SignRequests::Never,
            single_logout: true,
        },
        technical_contact: Some(TechnicalContact {
            name: text(DisplayName::parse("Help Desk")),
            email: text(EmailAddress::parse("help@acme.example")),
            phone: Some(text(DisplayName::parse("+49 30 1234"))),
        }),
    };
    Connection {
        id: id(),
        organization_id: organization.id,
        details,
        identity_provider: Some(identity_provider(&format!("https://{key}.example/idp"))),
        settings: settings(),
        version: Version::FIRST,
        identity_provider_version: Version::FIRST,
        settings_version: Version::FIRST,
        created_at: then(),
        updated_at: then(),
    }
}

pub(super) fn identity_provider(entity_id: &str) -> IdentityProvider {
    IdentityProvider {
        metadata: IdpMetadata {
            entity_id: text(EntityId::parse(entity_id)),
            sso_endpoints: vec![SsoEndpoint {
                binding: Binding::Redirect,
                location: text(WebUrl::parse("https://okta.example/sso")),
            }],
            slo_endpoints: vec![SloEndpoint {
                binding: Binding::Post,
                location: text(WebUrl::parse("https://okta.example/slo")),
                response_location: Some(text(WebUrl::parse("https://okta.example/slo/done"))),
            }],
            certificates: vec![Certificate {
                der: vec![0, 1, 254, 255],
                subject: "CN=Okta, O=“Acme”".to_owned(),
                sha256_fingerprint: "00ff".to_owned(),
                not_before: then() - Duration::days(30),
                not_after: then() + Duration::days(3650),
            }],
            wants_signed_requests: true,
            valid_until: Some(then() + Duration::days(7)),
            cache_seconds: Some(21_600),
        },
        source: MetadataOrigin::Url(text(WebUrl::parse("https://okta.example/metadata"))),
        fetched_at: then(),
        trust_metadata_url: false,
        metadata_signing_certificate: None,
    }
}

/// Settings in which nothing has its default value.
fn settings() -> Settings {
    let attribute = |name: &str| text(AttributeName::parse(name));
    let field_names = [
        (OptionalField::Email, "mail"),
        (OptionalField::Location, "l"),
        (OptionalField::UserType, "userType"),
        (OptionalField::Role, "role"),
    ];
    let translation = Translation { received: "Zurich".to_owned(), value: "Zürich".to_owned() };
    Settings {
        registration: Registration::Open {
            first_name: attribute("givenName"),
            last_name: attribute("sn"),
            defaults: Defaults {
                assignment: Some(crate::catalog::Assignment {
                    user_type: text(UserTypeKey::parse("employee")),
                    role: text(RoleKey::parse("clerk")),
                }),
                location: Some(text(LocationName::parse("Berlin"))),
            },
        },
        suppress_welcome_emails: false,
        optional: field_names.into_iter().map(|(field, name)| (field, attribute(name))).collect(),
        translations: BTreeMap::from([(crate::field::Field::Location, vec![translation])]),
        link_by_email: LinkByEmail::TrustedDomains,
        email_domains: vec![text(EmailDomain::parse("acme.example"))],
        on_invalid_value: OnInvalidValue::KeepCurrent,
        allow_privileged_assignments: true,
    }
}
