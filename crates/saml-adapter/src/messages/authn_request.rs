//! AuthnRequests (SAML core 2.0 §3.4.1).

use chrono::SecondsFormat;
use quick_xml::escape::escape;
use vestibule_domain::connection::NameIdFormat;
use vestibule_domain::ports::RequestMessage;
use vestibule_domain::return_to::WebUrl;

use crate::names::{EMAIL_ADDRESS, HTTP_POST, PERSISTENT, SAML, SAMLP, UNSPECIFIED};

/// A request for an endpoint. Which `NameID` comes back is the identity provider's affair, unless the connection asks for a format.
pub(super) fn xml(request: &RequestMessage<'_>, destination: &WebUrl) -> String {
    let service_provider = request.service_provider;
    format!(
        concat!(
            r#"<samlp:AuthnRequest xmlns:samlp="{}" ID="{}" Version="2.0" IssueInstant="{}" Destination="{}" {}"#,
            r#"ProtocolBinding="{}" AssertionConsumerServiceURL="{}">"#,
            r#"<saml:Issuer xmlns:saml="{}">{}</saml:Issuer>{}</samlp:AuthnRequest>"#,
        ),
        SAMLP,
        escape(request.id),
        request.issued_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        escape(destination.as_str()),
        if request.settings.force_authn { r#"ForceAuthn="true" "# } else { "" },
        HTTP_POST,
        escape(service_provider.acs_url()),
        SAML,
        escape(service_provider.entity_id()),
        request.settings.name_id_format.map(name_id_policy).unwrap_or_default(),
    )
}

/// The identity provider may make a new name for a person whom it has never named to us (SAML core 2.0 §3.4.1.1).
fn name_id_policy(format: NameIdFormat) -> String {
    let format = match format {
        NameIdFormat::Unspecified => UNSPECIFIED,
        NameIdFormat::EmailAddress => EMAIL_ADDRESS,
        NameIdFormat::Persistent => PERSISTENT,
    };
    format!(r#"<samlp:NameIDPolicy Format="{format}" AllowCreate="true"/>"#)
}
