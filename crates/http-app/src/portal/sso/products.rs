//! What the identity providers that most companies have call the things that are exchanged, in their own words.

use vestibule_domain::connection::IdentityProvider;

/// A product that signs people in.
pub(crate) struct Product {
    /// Its name in addresses.
    pub(crate) key: &'static str,
    /// Its name for people.
    pub(crate) name: &'static str,
    /// What it calls the address that takes responses.
    pub(crate) acs_url: &'static str,
    /// What it calls the name of this service.
    pub(crate) entity_id: &'static str,
    /// What it calls the address where a sign-in starts here.
    pub(crate) sign_in_url: &'static str,
    /// What is done there, before its metadata is taken here.
    pub(crate) steps: &'static [&'static str],
    /// Where its metadata is found.
    pub(crate) metadata: &'static str,
    /// How it sends attributes.
    pub(crate) attributes: &'static str,
    /// What addresses of its metadata have in them.
    hosts: &'static [&'static str],
}

/// All of them; the last one is any other.
pub(crate) const PRODUCTS: [Product; 4] = [
    Product {
        key: "okta",
        name: "Okta",
        acs_url: "Single sign-on URL",
        entity_id: "Audience URI (SP Entity ID)",
        sign_in_url: "Login page URL (optional)",
        steps: &[
            "In the Okta Admin Console open Applications > Applications and choose Create App Integration, then SAML 2.0.",
            "Under Configure SAML, copy the values below into Single sign-on URL and Audience URI. Leave “Use this for Recipient URL and Destination URL” checked.",
            "Choose a Name ID format that stays the same for a person: Unspecified with “Okta username”, or Persistent.",
            "Under Attribute Statements add the attributes that you map below, for instance FirstName with the value user.firstName.",
            "Assign the people or groups who may sign in, on the tab Assignments.",
        ],
        metadata: "On the application’s tab Sign On, under SAML 2.0 > Metadata details, copy the Metadata URL.",
        attributes: "Okta sends an attribute under exactly the Name of its attribute statement.",
        hosts: &["okta.com", "oktapreview.com", "okta-emea.com"],
    },
    Product {
        key: "entra",
        name: "Microsoft Entra ID",
        acs_url: "Reply URL (Assertion Consumer Service URL)",
        entity_id: "Identifier (Entity ID)",
        sign_in_url: "Sign on URL (Optional)",
        steps: &[
            "In the Microsoft Entra admin center open Enterprise applications, choose New application, then Create your own application (non-gallery).",
            "Open Single sign-on, choose SAML, and edit Basic SAML Configuration: copy the values below into Identifier and Reply URL.",
            "Under Attributes & Claims keep user.userprincipalname or, better, user.objectid as the Unique User Identifier: it must stay the same for a person.",
            "Under Users and groups assign who may sign in.",
        ],
        metadata: "On the page Single sign-on, under SAML Certificates, copy the App Federation Metadata Url.",
        attributes: "Entra sends a claim under its namespace and name together, for instance http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname.",
        hosts: &["login.microsoftonline.com", "sts.windows.net", "login.microsoftonline.us"],
    },
    Product {
        key: "google",
        name: "Google Workspace",
        acs_url: "ACS URL",
        entity_id: "Entity ID",
        sign_in_url: "Start URL (optional)",
        steps: &[
            "In the Google Admin console open Apps > Web and mobile apps, choose Add app, then Add custom SAML app.",
            "On the page Google Identity Provider details choose Download metadata, and keep the file for the next step here.",
            "On the page Service provider details copy the values below into ACS URL and Entity ID. Leave Signed response as it is, and choose Basic Information > Primary email as Name ID.",
            "On the page Attribute mapping add the attributes that you map below, for instance First name as FirstName.",
            "Turn the app on for the people who may sign in, under User access.",
        ],
        metadata: "Upload the file that you downloaded there: Google publishes no address for it.",
        attributes: "Google sends an attribute under the name that you type at App attributes.",
        hosts: &["accounts.google.com"],
    },
    Product {
        key: "other",
        name: "Another product",
        acs_url: "Assertion consumer service (ACS) URL",
        entity_id: "Entity ID (audience)",
        sign_in_url: "Sign-in URL",
        steps: &[
            "Create an application for SAML 2.0 in your identity provider. If it can read the metadata of a service provider, give it the metadata URL below: then there is nothing to type.",
            "Otherwise copy the values below. The binding is HTTP POST; responses or assertions must be signed, with SHA-256 or better.",
            "Choose a NameID that stays the same for a person, for instance a persistent id.",
            "Let it send the attributes that you map below.",
        ],
        metadata: "Your identity provider has its metadata at an address or as a file, often called “IdP metadata” or “federation metadata”.",
        attributes: "The name of an attribute is the Name in the response, not its FriendlyName.",
        hosts: &[],
    },
];

const OTHER: &Product = &PRODUCTS[3];

impl Product {
    /// The product of that name; of none, the one that the identity provider looks like.
    pub(crate) fn chosen(key: Option<&str>, provider: Option<&IdentityProvider>) -> &'static Self {
        let named = PRODUCTS.iter().find(|product| Some(product.key) == key);
        named.or_else(|| Self::recognized(provider?)).unwrap_or(OTHER)
    }

    fn recognized(provider: &IdentityProvider) -> Option<&'static Self> {
        let metadata = &provider.metadata;
        let places = metadata.sso_endpoints.iter().map(|endpoint| endpoint.location.as_str());
        let addresses: Vec<_> = places.chain([metadata.entity_id.as_str()]).collect();
        PRODUCTS.iter().find(|product| addresses.iter().any(|address| product.has_host_of(address)))
    }

    fn has_host_of(&self, address: &str) -> bool {
        let Some(host) = url::Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned))
        else {
            return false;
        };
        self.hosts
            .iter()
            .any(|own| host.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_known_by_its_host_alone() {
        let product =
            |address: &str| PRODUCTS.iter().find(|product| product.has_host_of(address)).map(|p| p.key);
        assert_eq!(product("https://acme.okta.com/app/x/sso/saml"), Some("okta"));
        assert_eq!(product("https://sts.windows.net/0c6b/"), Some("entra"));
        assert_eq!(product("https://accounts.google.com/o/saml2?idpid=C1"), Some("google"));
        assert_eq!(product("https://notokta.com/okta.com"), None);
        assert_eq!(product("urn:acme:okta.com"), None);
    }
}
