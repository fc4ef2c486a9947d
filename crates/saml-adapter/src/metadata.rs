//! Reads the metadata of an identity provider (SAML metadata 2.0), as the products in the field write it, and tells an
//! administrator what is wrong with anything else.

mod certificates;
mod duration;
mod mistake;
mod signed;

pub(crate) use certificates::described;
use chrono::{DateTime, Utc};
use roxmltree::Node;
use vestibule_domain::connection::{Binding, IdpMetadata, SloEndpoint, SsoEndpoint};
use vestibule_domain::ports::{MetadataError, Rejection};
use vestibule_domain::return_to::WebUrl;
use vestibule_domain::text::EntityId;

use crate::checks::instant;
use crate::gate::{self, Asides};
use crate::limits::{MAX_METADATA_BYTES, MAX_METADATA_ELEMENTS};
use crate::names::{HTTP_POST, HTTP_REDIRECT, MD, SAMLP};
use crate::xml::{self, named, unqualified};

pub(crate) use certificates::from_pem;
pub(crate) use signed::signed;

/// Reads the metadata of exactly one identity provider.
pub(crate) fn parse(text: &str, now: DateTime<Utc>) -> Result<IdpMetadata, MetadataError> {
    let text = gated(text)?;
    let document = xml::parse(text, MAX_METADATA_ELEMENTS).ok_or_else(|| not_xml(text))?;
    let (entity, role) = identity_provider(document.root_element())?;
    let valid_until = valid_until(role)?;
    if valid_until.is_some_and(|until| until <= now) {
        return Err(MetadataError::new(
            "expired",
            "The metadata has expired: its validUntil is past. Get it from the identity provider anew.",
        ));
    }
    Ok(IdpMetadata {
        entity_id: entity_id(entity)?,
        sso_endpoints: sso_endpoints(role)?,
        slo_endpoints: slo_endpoints(role),
        certificates: certificates::of(role)?,
        wants_signed_requests: matches!(unqualified(role, "WantAuthnRequestsSigned"), Some("true" | "1")),
        valid_until,
        cache_seconds: cache_seconds(role),
    })
}

/// The text of a document that may be parsed.
fn gated(text: &str) -> Result<&str, MetadataError> {
    if text.len() > MAX_METADATA_BYTES {
        return Err(MetadataError::new("too_large", "The metadata is larger than 1 MiB."));
    }
    mistake::recognize(text)?;
    let text = gate::body(text).map_err(|rejection| not_read(&rejection, text))?;
    gate::scan(text, MAX_METADATA_ELEMENTS, Asides::Skipped)
        .map_err(|rejection| not_read(&rejection, text))?;
    Ok(text)
}

/// What stops in the middle is told from other damage: it is what copying from a window leaves.
fn not_xml(text: &str) -> MetadataError {
    let ends_as_metadata =
        ["EntityDescriptor>", "EntitiesDescriptor>"].iter().any(|end| text.trim_end().ends_with(end));
    let begins_as_metadata =
        ["EntityDescriptor", "EntitiesDescriptor"].iter().any(|name| text.contains(name));
    if begins_as_metadata && !ends_as_metadata {
        return MetadataError::new(
            "truncated",
            "The metadata stops before its end: copy the whole file, down to its last line.",
        );
    }
    MetadataError::new("not_xml", "This is not XML, or XML that is damaged: copy the whole file as it is.")
}

fn not_read(rejection: &Rejection, text: &str) -> MetadataError {
    match rejection {
        Rejection::DocumentType => MetadataError::new(
            "document_type",
            "The metadata has a document type declaration, which is not accepted.",
        ),
        Rejection::NotUtf8 => MetadataError::new(
            "not_utf8",
            "The metadata says that it is not UTF-8: save it as UTF-8 and say so.",
        ),
        Rejection::TooDeep(_)
        | Rejection::TooManyElements(_)
        | Rejection::TooManyAttributes(_)
        | Rejection::TooManyNamespaces(_)
        | Rejection::NamespaceTooLong(_) => {
            MetadataError::new("too_large", "The metadata has more elements or attributes than is accepted.")
        }
        _ => not_xml(text),
    }
}

/// The one entity with the role of an identity provider of SAML 2.0, and that role.
fn identity_provider<'a, 'i>(root: Node<'a, 'i>) -> Result<(Node<'a, 'i>, Node<'a, 'i>), MetadataError> {
    let is = |node: Node, name: &'static str| node.has_tag_name((MD, name));
    if !is(root, "EntityDescriptor") && !is(root, "EntitiesDescriptor") {
        return Err(MetadataError::new(
            "not_metadata",
            "This is XML, but not SAML 2.0 metadata: its root is neither EntityDescriptor nor EntitiesDescriptor.",
        ));
    }
    let entities = || root.descendants().filter(|node| is(*node, "EntityDescriptor"));
    let mut providers = entities().filter_map(|entity| {
        named(entity, MD, "IDPSSODescriptor").find(|role| speaks_saml_2(*role)).map(|role| (entity, role))
    });
    match (providers.next(), providers.next()) {
        (Some(only), None) => Ok(only),
        (Some(_), Some(_)) => Err(MetadataError::new(
            "several_identity_providers",
            "The metadata describes several identity providers: take that of the one that people sign in to.",
        )),
        (None, _) if entities().any(|entity| named(entity, MD, "SPSSODescriptor").next().is_some()) => {
            Err(MetadataError::new(
                "service_provider_metadata",
                "This is the metadata of a service provider. What is needed here is the identity provider's.",
            ))
        }
        (None, _) => Err(MetadataError::new(
            "no_identity_provider",
            "The metadata describes no identity provider for SAML 2.0 (no IDPSSODescriptor).",
        )),
    }
}

fn speaks_saml_2(role: Node) -> bool {
    unqualified(role, "protocolSupportEnumeration")
        .is_some_and(|protocols| protocols.split_ascii_whitespace().any(|protocol| protocol == SAMLP))
}

fn entity_id(entity: Node) -> Result<EntityId, MetadataError> {
    let id = unqualified(entity, "entityID").unwrap_or_default();
    EntityId::parse(id)
        .map_err(|error| MetadataError::new("invalid_entity_id", format!("The entityID {error}.")))
}

/// The earliest end of validity of the role, its entity and all around it (SAML metadata 2.0 §2.3.1).
fn valid_until(role: Node) -> Result<Option<DateTime<Utc>>, MetadataError> {
    let mut earliest: Option<DateTime<Utc>> = None;
    for text in role.ancestors().filter_map(|node| unqualified(node, "validUntil")) {
        let instant = instant::parse(text)
            .or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.to_utc()))
            .ok_or_else(|| {
                MetadataError::new("invalid_valid_until", "The metadata's validUntil is not an instant.")
            })?;
        earliest = Some(earliest.map_or(instant, |known| known.min(instant)));
    }
    Ok(earliest)
}

/// The shortest time for which the role, its entity and all around it may be kept (SAML metadata 2.0 §2.3.1). One that
/// cannot be read is none: it says how often to fetch, and nothing about whom to believe.
fn cache_seconds(role: Node) -> Option<u64> {
    let durations = role.ancestors().filter_map(|node| unqualified(node, "cacheDuration"));
    durations.filter_map(duration::seconds).min()
}

fn binding(service: Node) -> Option<Binding> {
    match unqualified(service, "Binding") {
        Some(HTTP_REDIRECT) => Some(Binding::Redirect),
        Some(HTTP_POST) => Some(Binding::Post),
        _ => None,
    }
}

/// The single logout services by the same bindings. Nobody needs one to sign in, so that one that cannot be used is passed over.
fn slo_endpoints(role: Node) -> Vec<SloEndpoint> {
    let url = |service, name| unqualified(service, name).map(|text| WebUrl::parse(text.trim()).ok());
    let endpoint = |service| {
        Some(SloEndpoint {
            binding: binding(service)?,
            location: url(service, "Location")??,
            response_location: url(service, "ResponseLocation").map_or(Some(None), |url| url.map(Some))?,
        })
    };
    named(role, MD, "SingleLogoutService").filter_map(endpoint).collect()
}

/// The single sign-on services by the two bindings that a browser can follow; others are passed over.
fn sso_endpoints(role: Node) -> Result<Vec<SsoEndpoint>, MetadataError> {
    let mut endpoints = Vec::new();
    for service in named(role, MD, "SingleSignOnService") {
        let Some(binding) = binding(service) else { continue };
        let location =
            WebUrl::parse(unqualified(service, "Location").unwrap_or_default().trim()).map_err(|error| {
                MetadataError::new(
                    "invalid_sso_url",
                    format!("The Location of a SingleSignOnService {error}."),
                )
            })?;
        endpoints.push(SsoEndpoint { binding, location });
    }
    if endpoints.is_empty() {
        return Err(MetadataError::new(
            "no_sso_endpoint",
            "The identity provider has no SingleSignOnService by the HTTP-Redirect or HTTP-POST binding.",
        ));
    }
    Ok(endpoints)
}

#[cfg(test)]
mod tests;
