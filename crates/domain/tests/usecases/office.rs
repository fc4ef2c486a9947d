//! What the tests of use-cases share: an organization at work, and those who write and read SAML for it.

use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use vestibule_domain::connection::{Certificate, Connection, ConnectionDetails, IdpMetadata};
use vestibule_domain::ids::{ApiKeyId, OrganizationId, Version};
use vestibule_domain::ports::{
    Actor, Administration, AuditEvent, Delivery, Directory, KeyRole, MessageError, MetadataError,
    MetadataSource, Origin, RequestMessage, SamlMessages, ServiceProvider, Signer,
};
use vestibule_domain::return_to::WebUrl;
use vestibule_domain::service_key::ServiceKey;
use vestibule_domain::settings::Settings;
use vestibule_domain::settings::SettingsDraft;
use vestibule_domain::testing::{PaperKeysmith, acme, block_on};
use vestibule_domain::text::{ConnectionKey, OrganizationSlug};
use vestibule_domain::usecase::{BeginSignIn, RefreshMetadata, SaveIdentityProvider, SaveSettings, World};

use crate::installation::{Installation, PUBLIC_URL};
use crate::saml::Response;

/// Acme, which knows nobody yet. Its connection `okta` registers people; `givenName`, `sn` and the rest are mapped.
pub(crate) fn office() -> Installation {
    Installation::of(acme())
}

/// Acme, which knows `ada@acme.example` by that NameID.
pub(crate) fn office_with_ada() -> Installation {
    let office = office();
    let ada = office.acme.user("ada@acme.example");
    office.knows(&ada);
    office
}

/// The response of somebody who signs in for the first time.
pub(crate) fn newcomer(office: &Installation, id: &str) -> Response {
    let mut response = office.response(id, "new@acme.example");
    response.attributes.insert("givenName".into(), vec!["Nora".into()]);
    response.attributes.insert("sn".into(), vec!["New".into()]);
    response
}

pub(crate) fn slug() -> OrganizationSlug {
    "acme".parse().unwrap()
}

pub(crate) fn okta() -> ConnectionKey {
    "okta".parse().unwrap()
}

pub(crate) const OPERATOR: Actor = Actor::CommandLine;

/// Where somebody may come from.
pub(crate) fn somewhere() -> Origin {
    Origin { address: Some([192, 0, 2, 7].into()), request_id: Some("r-1".to_owned()) }
}

/// Somebody with a key of one organization.
pub(crate) fn administrator(organization: OrganizationId) -> Actor {
    let role = KeyRole::OrganizationAdmin(organization);
    Actor::ApiKey { id: ApiKeyId(organization.0), name: None, role, origin: Origin::default() }
}

impl Installation {
    /// The connection as it is stored.
    pub(crate) fn connection(&self) -> Connection {
        let view = block_on(self.store.connection_by_key(self.acme.organization.id, &okta())).unwrap();
        view.unwrap().connection
    }

    pub(crate) fn set(&self, edit: impl FnOnce(&mut SettingsDraft)) -> Settings {
        let mut draft = SettingsDraft::from(&self.connection().settings);
        edit(&mut draft);
        let save = SaveSettings(self.world());
        block_on(save.run(&OPERATOR, &slug(), &okta(), None, &draft)).unwrap().0.settings
    }

    /// Changes what is said of the connection, past all rules.
    pub(crate) fn change_connection(&self, edit: impl FnOnce(&mut ConnectionDetails)) {
        let before = self.connection();
        let mut details = before.details.clone();
        edit(&mut details);
        let noted = self.noted();
        block_on(self.store.replace_connection(before.id, &details, before.version, &noted)).unwrap();
    }

    /// Another connection, of an identity provider of its own.
    pub(crate) fn add_connection(&self, key: &str, edit: impl FnOnce(&mut Connection)) -> Connection {
        let mut connection = self.acme.connection(key);
        edit(&mut connection);
        block_on(self.store.create_connection(&connection, &self.noted())).unwrap();
        connection
    }

    /// An audit event for what a test does behind the use-cases' back.
    pub(crate) fn noted(&self) -> AuditEvent {
        AuditEvent {
            id: self.world().id(),
            organization_id: None,
            at: self.world().now(),
            actor: OPERATOR,
            action: "test.changed".into(),
            subject: "acme".into(),
            before: None,
            after: None,
        }
    }

    pub(crate) fn begin(world: World) -> BeginSignIn {
        BeginSignIn {
            world,
            messages: Arc::new(OneLineMessages),
            keysmith: Arc::new(PaperKeysmith),
            public_url: PUBLIC_URL.into(),
        }
    }

    pub(crate) fn save_identity_provider(world: World) -> SaveIdentityProvider {
        SaveIdentityProvider { world, messages: Arc::new(OneLineMessages), source: Arc::new(OneLineMessages) }
    }

    pub(crate) fn refresh_metadata(world: World) -> RefreshMetadata {
        RefreshMetadata { world, messages: Arc::new(OneLineMessages), source: Arc::new(OneLineMessages) }
    }

    /// The action of the newest audit event, and its subject.
    pub(crate) fn last_audit(&self) -> (&'static str, String) {
        let last = self.contents().audit.pop().unwrap();
        let Cow::Borrowed(action) = last.action else { panic!("{}", last.action) };
        (action, last.subject)
    }
}

/// The version of what nobody has changed yet.
pub(crate) const FIRST: Option<Version> = Some(Version::FIRST);

/// Metadata is `idp <entity id>`, perhaps with fingerprints of certificates and with `sso=<address>`, and lies at `<entity id>/metadata`; a request is its ID, in a URL.
pub(crate) struct OneLineMessages;

impl SamlMessages for OneLineMessages {
    fn authn_request(
        &self,
        request: &RequestMessage<'_>,
        idp: &IdpMetadata,
        signer: Option<Signer<'_>>,
    ) -> Result<Delivery, MessageError> {
        let Some(endpoint) = idp.sso_endpoints.first() else {
            return Err(MetadataError::new("no_endpoint", "offers no endpoint").into());
        };
        let mut url = format!("{}?id={}", endpoint.location, request.id);
        if let Some(signer) = signer {
            signer.sign(request.id.as_bytes())?;
            url = format!("{url}&key={}", signer.key.id);
        }
        Ok(Delivery::Redirect(WebUrl::parse(url).unwrap()))
    }

    fn sp_metadata(&self, service_provider: &ServiceProvider, _: &[ServiceKey]) -> String {
        service_provider.entity_id()
    }

    /// Whoever signs writes their fingerprint at the end.
    fn signed_metadata(&self, xml: &str, by: &Certificate) -> Result<String, MetadataError> {
        let signed = xml.strip_suffix(&format!(" signed {}", by.sha256_fingerprint));
        signed
            .map(ToOwned::to_owned)
            .ok_or_else(|| MetadataError::new("metadata_signature_missing", "is not signed"))
    }

    fn parse_certificate(&self, pem: &str) -> Result<Certificate, MetadataError> {
        let sample = acme().connection.identity_provider.unwrap().metadata.certificates.remove(0);
        match pem.strip_prefix("pem ") {
            Some(fingerprint) => Ok(Certificate { sha256_fingerprint: fingerprint.to_owned(), ..sample }),
            None => Err(MetadataError::new("unreadable_certificate", "is no certificate")),
        }
    }

    fn parse_idp_metadata(&self, xml: &str, _now: DateTime<Utc>) -> Result<IdpMetadata, MetadataError> {
        let mut words = xml.strip_prefix("idp ").unwrap_or_default().split(' ');
        let entity_id = words.next().and_then(|entity_id| entity_id.parse().ok());
        let entity_id = entity_id.ok_or_else(|| MetadataError::new("not_metadata", "is no metadata"))?;
        let mut metadata = IdpMetadata { entity_id, ..acme().connection.identity_provider.unwrap().metadata };
        let sample = metadata.certificates[0].clone();
        for (index, word) in words.enumerate() {
            if let Some(location) = word.strip_prefix("sso=") {
                metadata.sso_endpoints[0].location = location.parse().unwrap();
                continue;
            }
            if index == 0 {
                metadata.certificates.clear();
            }
            if word == "keyless" {
                continue;
            }
            let (der, sha256_fingerprint) = (word.as_bytes().to_vec(), word.to_owned());
            metadata.certificates.push(Certificate { der, sha256_fingerprint, ..sample.clone() });
        }
        if metadata.certificates.is_empty() {
            return Err(MetadataError::new("no_signing_key", "has no key"));
        }
        Ok(metadata)
    }
}

#[async_trait]
impl MetadataSource for OneLineMessages {
    async fn fetch(&self, url: &WebUrl) -> Result<String, MetadataError> {
        let entity_id = url.as_str().strip_suffix("/metadata");
        entity_id
            .map(|entity_id| format!("idp {entity_id}"))
            .ok_or_else(|| MetadataError::new("unreachable", "does not answer"))
    }
}
