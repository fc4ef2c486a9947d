//! The organization Acme, and the identity providers that its connections believe.

use serde_json::{Value, json};
use vestibule_demo_idp::mint::{ResponseBuilder, SigningKey, metadata};

use crate::service::Service;

/// What Acme's administrator writes down about an identity provider.
pub struct Provider {
    /// The key of the connection.
    pub key: &'static str,
    /// The attribute that is the first name.
    pub first_name: &'static str,
    /// The attribute that is the last name.
    pub last_name: &'static str,
}

/// Responses that a test mints itself.
pub const DEMO: Provider = Provider { key: "demo", first_name: "FirstName", last_name: "LastName" };

/// npm's saml-idp, whose attributes have the names that it is told.
pub const SAML_IDP: Provider = Provider { key: "saml-idp", ..DEMO };

/// pysaml2, which writes `givenName` and `sn` as their OIDs (RFC 4519, by the X.500/LDAP attribute profile).
pub const PYSAML2: Provider =
    Provider { key: "pysaml2", first_name: "urn:oid:2.5.4.42", last_name: "urn:oid:2.5.4.4" };

/// Who mints responses, as they name themselves.
const MINT: &str = "https://idp.example";

/// The metadata of [`DEMO`].
#[must_use]
pub fn minted_metadata() -> String {
    minted_metadata_of(&[&SigningKey::demo()])
}

/// The same with these keys in place of the usual one.
#[must_use]
pub fn minted_metadata_of(keys: &[&SigningKey]) -> String {
    let certificates: Vec<_> = keys.iter().map(|key| key.certificate_der()).collect();
    metadata(MINT, "https://idp.example/sso", &certificates).xml()
}

impl Service {
    /// Makes the organization with its catalog.
    pub async fn set_up_acme(&self) {
        self.must(
            "POST",
            "organizations",
            &json!({"slug": "acme", "name": "Acme", "jit_provisioning_enabled": true}),
        )
        .await;
        let roles = json!([{"key": "learner", "name": "Learner", "privileged": false},
                           {"key": "supervisor", "name": "Supervisor", "privileged": false}]);
        self.must(
            "PUT",
            "organizations/acme/catalog",
            &json!({"user_types": [{"key": "employee", "name": "Employee", "roles": roles}],
                    "locations": [{"name": "New York"}, {"name": "London"}]}),
        )
        .await;
    }

    /// Adds a connection that registers people.
    pub async fn connect(&self, provider: &Provider, metadata_xml: &str) {
        self.connect_with(provider, &json!({"metadata_xml": metadata_xml})).await;
    }

    /// The same with what is said of the identity provider.
    pub async fn connect_with(&self, provider: &Provider, identity_provider: &Value) {
        let key = provider.key;
        self.must(
            "POST",
            "organizations/acme/connections",
            &json!({"key": key, "display_name": format!("Sign-in by {key}"), "allow_idp_initiated": true}),
        )
        .await;
        self.must(
            "PUT",
            &format!("organizations/acme/connections/{key}/provisioning"),
            &provider.settings(&json!({})),
        )
        .await;
        self.must(
            "PUT",
            &format!("organizations/acme/connections/{key}/identity-provider"),
            identity_provider,
        )
        .await;
    }

    /// A response of [`DEMO`] for a person, to be signed.
    #[must_use]
    pub fn minted(&self, name_id: &str, first_name: &str) -> ResponseBuilder {
        self.minted_person(name_id, first_name, "Lovelace")
    }

    /// The same for somebody of another family.
    #[must_use]
    pub fn minted_person(&self, name_id: &str, first_name: &str, last_name: &str) -> ResponseBuilder {
        let now = std::time::SystemTime::now().into();
        ResponseBuilder::new(now, &self.acs_url(), &self.entity_id(), MINT, name_id)
            .attribute("FirstName", [first_name])
            .attribute("LastName", [last_name])
    }

    /// The same, signed and ready to be posted.
    #[must_use]
    pub fn minted_response(&self, name_id: &str) -> String {
        self.minted(name_id, "Ada").sign_assertion(&SigningKey::demo()).encoded()
    }
}

impl Provider {
    /// Settings that register people, with these members in place of the usual ones.
    #[must_use]
    pub fn settings(&self, changes: &Value) -> Value {
        let mut settings = json!({
            "allow_automatic_registration": true,
            "suppress_welcome_emails": false,
            "defaults": {"user_type": "employee", "role": "learner", "location": "New York"},
            "attribute_mapping": {"first_name": self.first_name, "last_name": self.last_name, "email": null,
                                  "location": null, "user_type": null, "role": null},
            "value_translations": {},
            "link_by_email": "verify",
            "email_domains": [],
            "on_invalid_value": "refuse",
            "allow_privileged_assignments": false,
        });
        for (name, value) in changes.as_object().unwrap() {
            settings[name] = value.clone();
        }
        settings
    }
}
