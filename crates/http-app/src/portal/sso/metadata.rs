//! Taking an identity provider's metadata: looked at first, then saved.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use vestibule_domain::connection::{Binding, Certificate, IdpMetadata};
use vestibule_domain::problem::Problems;
use vestibule_domain::refresh::RefreshOutcome;
use vestibule_domain::usecase::{
    AdminError, ApproveMetadata, IdentityProviderDraft, MetadataDraft, RejectMetadata,
};

use super::connection::{Asked, Forms, shown};
use crate::portal::form::Form;
use crate::portal::frame::{Badge, Frame, Here, Instant, Tone};
use crate::portal::places::lead_to;
use crate::portal::visit::AtConnection;
use crate::problem::Problem;
use crate::web::{Failure, Site, page};

/// An identity provider, as its metadata describes it.
pub(in crate::portal) struct ProviderShown {
    pub(in crate::portal) entity_id: String,
    pub(in crate::portal) sso_urls: Vec<String>,
    pub(in crate::portal) certificates: Vec<CertificateShown>,
}

pub(in crate::portal) struct CertificateShown {
    pub(in crate::portal) subject: String,
    pub(in crate::portal) sha256_fingerprint: String,
    pub(in crate::portal) not_after: Instant,
    pub(in crate::portal) state: Badge,
}

/// What other metadata would change.
pub(super) struct ChangeShown {
    pub(super) digest: String,
    pub(super) added: Vec<CertificateShown>,
    pub(super) removed: Vec<CertificateShown>,
    /// The addresses to sign in at, before and after, where they are others.
    pub(super) endpoints: Option<(Vec<String>, Vec<String>)>,
    /// The entity id before, where it is another one.
    pub(super) entity_id: Option<String>,
}

impl ProviderShown {
    pub(in crate::portal) fn new(metadata: &IdpMetadata, now: DateTime<Utc>) -> Self {
        Self {
            entity_id: metadata.entity_id.to_string(),
            sso_urls: sso_urls(metadata),
            certificates: metadata.certificates.iter().map(|one| CertificateShown::new(one, now)).collect(),
        }
    }
}

fn sso_urls(metadata: &IdpMetadata) -> Vec<String> {
    let endpoints = metadata.sso_endpoints.iter();
    endpoints
        .map(|endpoint| {
            let binding = match endpoint.binding {
                Binding::Redirect => "redirect",
                Binding::Post => "form post",
            };
            format!("{} ({binding})", endpoint.location)
        })
        .collect()
}

impl CertificateShown {
    fn new(certificate: &Certificate, now: DateTime<Utc>) -> Self {
        let days = (certificate.not_after - now).num_days();
        let state = match days {
            _ if certificate.not_after <= now => Badge::new(Tone::Bad, "Expired"),
            ..=7 => Badge::new(Tone::Bad, format!("{days} days left")),
            8..=30 => Badge::new(Tone::Warning, format!("{days} days left")),
            31..=60 => Badge::new(Tone::Notice, format!("{days} days left")),
            _ => Badge::new(Tone::Good, "Valid"),
        };
        Self {
            subject: certificate.subject.clone(),
            sha256_fingerprint: certificate.sha256_fingerprint.clone(),
            not_after: certificate.not_after.into(),
            state,
        }
    }
}

impl ChangeShown {
    pub(super) fn between(before: &IdpMetadata, after: &IdpMetadata, now: DateTime<Utc>) -> Self {
        let change = before.change_to(after);
        let all = |certificates: Vec<&Certificate>| {
            certificates.into_iter().map(|one| CertificateShown::new(one, now)).collect()
        };
        Self {
            digest: String::new(),
            added: all(change.added),
            removed: all(change.removed),
            endpoints: change.endpoints_changed.then(|| (sso_urls(before), sso_urls(after))),
            entity_id: (before.entity_id != after.entity_id).then(|| before.entity_id.to_string()),
        }
    }

    fn is_none(&self) -> bool {
        self.added.is_empty()
            && self.removed.is_empty()
            && self.endpoints.is_none()
            && self.entity_id.is_none()
    }
}

/// Metadata before it is saved.
#[derive(Template)]
#[template(path = "portal/sso/metadata.html")]
struct PreviewPage {
    frame: Frame,
    home: String,
    here: String,
    name: String,
    provider: ProviderShown,
    change: Option<ChangeShown>,
    form: Form,
}

/// Shows what the metadata says; saves it when it has been looked at.
pub(super) async fn take(
    State(site): State<Site>,
    at: AtConnection,
    form: Form,
) -> Result<Response, Failure> {
    let draft = match draft(&form) {
        Ok(draft) => draft,
        Err(problems) => return faulty(&site, &at, form.with(problems)).await,
    };
    let save = site.app.save_identity_provider();
    let connection = &at.view.connection;
    let world = &site.app.world;
    let done = if form.text("looked_at").is_empty() {
        save.preview(&draft).await.map(Some)
    } else {
        let expected = Some(form.opened_at());
        save.run(&at.visit.actor, at.slug(), at.key(), expected, &draft).await.map(|_| None)
    };
    match done {
        Ok(None) => Ok(lead_to(&format!("{}?done=metadata#provider", at.home()))),
        Ok(Some(metadata)) => {
            let before = connection.identity_provider.as_ref().map(|provider| &provider.metadata);
            let mut form = form;
            if let MetadataDraft::Xml(xml) = draft.metadata {
                form.set("metadata_xml", xml);
            }
            form.open_at(connection.identity_provider_version);
            Ok(page(
                StatusCode::OK,
                &PreviewPage {
                    frame: at.visit.frame(Here::SingleSignOn),
                    home: at.visit.home(),
                    here: at.home(),
                    name: connection.details.display_name.to_string(),
                    provider: ProviderShown::new(&metadata, world.now()),
                    change: before.map(|before| ChangeShown::between(before, &metadata, world.now())),
                    form,
                },
            ))
        }
        Err(AdminError::Metadata(fault)) => {
            let field = if form.optional("metadata_xml").is_some() { "metadata_xml" } else { "metadata_url" };
            faulty(&site, &at, form.at_fault(field, fault.message)).await
        }
        Err(AdminError::Invalid(problems)) => faulty(&site, &at, form.with(problems)).await,
        Err(AdminError::Taken(_)) => {
            let form =
                form.at_fault("metadata_xml", "another connection of this organization has this entity id");
            faulty(&site, &at, form).await
        }
        Err(AdminError::Stale) => {
            let text = "somebody saved other metadata meanwhile: look at what is there now, and try again";
            faulty(&site, &at, form.at_fault("metadata_xml", text)).await
        }
        Err(error) => Err(Problem::from(error).into()),
    }
}

/// The metadata that a form has, by one way of two.
fn draft(form: &Form) -> Result<IdentityProviderDraft, Problems> {
    // With the script a file comes as the text, and without it as a file.
    let xml = form.optional("metadata_xml").or_else(|| form.optional("metadata_file"));
    let metadata = match (xml, form.optional("metadata_url")) {
        (Some(xml), _) => MetadataDraft::Xml(xml),
        (None, Some(url)) => MetadataDraft::Url(url),
        (None, None) => {
            let mut problems = Problems::default();
            problems.add("/metadata_url", "required", "give the metadata's address, or the metadata itself");
            return Err(problems);
        }
    };
    let by_url = matches!(metadata, MetadataDraft::Url(_));
    Ok(IdentityProviderDraft {
        metadata,
        trust_metadata_url: by_url && form.is_checked("trust_metadata_url"),
        metadata_signing_certificate: form.optional("metadata_signing_certificate"),
    })
}

async fn faulty(site: &Site, at: &AtConnection, form: Form) -> Result<Response, Failure> {
    let forms = Forms { metadata: form, ..Forms::saved(&at.view.connection) };
    shown(site, at, StatusCode::UNPROCESSABLE_ENTITY, forms, Asked::default()).await
}

/// Fetches metadata by address now.
pub(super) async fn refresh(State(site): State<Site>, at: AtConnection) -> Result<Response, Failure> {
    let refresh = site.app.refresh_metadata();
    let outcome = refresh.run_one(&at.visit.actor, at.slug(), at.key()).await.map_err(Problem::from)?;
    let word = match outcome {
        RefreshOutcome::Unchanged => "refreshed",
        RefreshOutcome::Taken => "taken",
        RefreshOutcome::Pending => "pending",
        // The page has the failure where it tells of the address.
        RefreshOutcome::Failed(_) => "failed",
    };
    Ok(lead_to(&format!("{}?done={word}#provider", at.home())))
}

/// Approves or rejects a change that waits.
pub(super) async fn decide(
    State(site): State<Site>,
    at: AtConnection,
    form: Form,
) -> Result<Response, Failure> {
    let (world, actor) = (site.app.world.clone(), &at.visit.actor);
    let digest = form.text("digest");
    let word = if form.text("decision") == "approve" {
        ApproveMetadata(world).run(actor, at.slug(), at.key(), None, digest).await.map_err(Problem::from)?;
        "approved"
    } else {
        RejectMetadata(world).run(actor, at.slug(), at.key(), None, digest).await.map_err(Problem::from)?;
        "rejected"
    };
    Ok(lead_to(&format!("{}?done={word}#provider", at.home())))
}
