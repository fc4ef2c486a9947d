//! What arrived at a sign-in, as JSON.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use vestibule_domain::arrival::Arrival;
use vestibule_domain::profile::Profile;

/// What arrived: of a response that was believed what it said of the person, of another the response itself.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Arrival")]
pub(super) struct ArrivedShape {
    /// Until when it is kept.
    kept_until: DateTime<Utc>,
    /// The NameID, as it stood in a response that was believed.
    name_id: Option<String>,
    /// Its format.
    name_id_format: Option<String>,
    /// The values of each attribute, in the order in which they stood there.
    attributes: Option<BTreeMap<String, Vec<String>>>,
    /// The response as it was posted, where it was not believed: nobody vouches for anything in it.
    saml_response: Option<String>,
}

impl ArrivedShape {
    pub(super) fn of(arrival: Arrival, kept_until: DateTime<Utc>) -> Self {
        match arrival {
            Arrival::Profile(Profile { name_id, name_id_format, attributes, .. }) => Self {
                kept_until,
                name_id: Some(name_id),
                name_id_format,
                attributes: Some(attributes),
                saml_response: None,
            },
            Arrival::Response(response) => Self {
                kept_until,
                name_id: None,
                name_id_format: None,
                attributes: None,
                saml_response: Some(response.0),
            },
        }
    }
}
