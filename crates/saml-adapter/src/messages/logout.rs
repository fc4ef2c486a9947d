//! LogoutRequests and LogoutResponses (SAML core 2.0 §3.7).

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use quick_xml::escape::escape;
use vestibule_domain::connection::{Binding, IdpMetadata, SloEndpoint};
use vestibule_domain::ports::{
    Delivery, LogoutMessages, LogoutRequestMessage, LogoutResponseMessage, MessageError, MessageField,
    ServiceProvider, Signer,
};
use vestibule_domain::return_to::WebUrl;

use super::XmlMessages;
use super::bindings::Outgoing;
use crate::names::{SAML, SAMLP, STATUS_PREFIX};

impl LogoutMessages for XmlMessages {
    fn logout_request(
        &self,
        request: &LogoutRequestMessage<'_>,
        identity_provider: &IdpMetadata,
        signer: Signer<'_>,
    ) -> Result<Option<Delivery>, MessageError> {
        let Some(endpoint) = endpoint(identity_provider, Binding::Redirect) else { return Ok(None) };
        let message = Outgoing {
            field: MessageField::Request,
            id: request.id.to_owned(),
            xml: request_xml(request, &endpoint.location),
            relay_state: None,
        };
        message.by(endpoint.binding, &endpoint.location, signer).map(Some)
    }

    fn logout_response(
        &self,
        response: &LogoutResponseMessage<'_>,
        identity_provider: &IdpMetadata,
        signer: Signer<'_>,
    ) -> Result<Option<Delivery>, MessageError> {
        let Some(endpoint) = endpoint(identity_provider, response.binding) else { return Ok(None) };
        let location = endpoint.response_location.as_ref().unwrap_or(&endpoint.location);
        let message = Outgoing {
            field: MessageField::Response,
            id: response.id.to_owned(),
            xml: response_xml(response, location),
            relay_state: response.relay_state.map(str::to_owned),
        };
        message.by(endpoint.binding, location, signer).map(Some)
    }
}

/// The endpoint by this binding; failing that, any.
fn endpoint(identity_provider: &IdpMetadata, binding: Binding) -> Option<&SloEndpoint> {
    let endpoints = &identity_provider.slo_endpoints;
    endpoints.iter().find(|endpoint| endpoint.binding == binding).or(endpoints.first())
}

fn request_xml(request: &LogoutRequestMessage<'_>, destination: &WebUrl) -> String {
    let name_id = request.name_id;
    let attributes = [
        ("NameQualifier", &name_id.qualifiers.name_qualifier),
        ("SPNameQualifier", &name_id.qualifiers.sp_name_qualifier),
        ("Format", &name_id.format),
    ];
    let attributes = attributes.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    let attributes = attributes.fold(String::new(), |mut text, (name, value)| {
        // Writing to a String never fails.
        let _ = write!(text, " {name}=\"{}\"", escape(value));
        text
    });
    let index = request.session_index.map_or_else(String::new, |index| {
        format!("<samlp:SessionIndex>{}</samlp:SessionIndex>", escape(index))
    });
    format!(
        r#"<samlp:LogoutRequest {} NotOnOrAfter="{}">{}<saml:NameID xmlns:saml="{SAML}"{attributes}>{}</saml:NameID>{index}</samlp:LogoutRequest>"#,
        common(request.id, request.issued_at, destination),
        instant(request.not_on_or_after),
        issuer(request.service_provider),
        escape(&name_id.value),
    )
}

/// The sessions have ended, or there were none: both are success (SAML core 2.0 §3.7.3.2).
fn response_xml(response: &LogoutResponseMessage<'_>, destination: &WebUrl) -> String {
    format!(
        r#"<samlp:LogoutResponse {} InResponseTo="{}">{}<samlp:Status><samlp:StatusCode Value="{STATUS_PREFIX}Success"/></samlp:Status></samlp:LogoutResponse>"#,
        common(response.id, response.issued_at, destination),
        escape(response.in_response_to),
        issuer(response.service_provider),
    )
}

fn common(id: &str, issued_at: DateTime<Utc>, destination: &WebUrl) -> String {
    format!(
        r#"xmlns:samlp="{SAMLP}" ID="{}" Version="2.0" IssueInstant="{}" Destination="{}""#,
        escape(id),
        instant(issued_at),
        escape(destination.as_str()),
    )
}

fn issuer(service_provider: &ServiceProvider) -> String {
    format!(r#"<saml:Issuer xmlns:saml="{SAML}">{}</saml:Issuer>"#, escape(service_provider.entity_id()))
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
