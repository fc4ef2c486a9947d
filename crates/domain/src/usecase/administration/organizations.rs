//! Creating, changing and deleting organizations.

use super::{AdminError, World, decide_again, is_operator, must_be};
use crate::ids::Version;
use crate::organization::{Organization, OrganizationDraft};
use crate::ports::Actor;
use crate::text::OrganizationSlug;

/// Creates an organization with an empty catalog.
#[derive(Clone)]
pub struct CreateOrganization(pub World);

impl CreateOrganization {
    /// The new organization.
    ///
    /// # Errors
    /// Faults of the draft, a taken slug, no operator, or the store's.
    #[tracing::instrument(name = "create_organization", skip_all)]
    pub async fn run(&self, actor: &Actor, draft: &OrganizationDraft) -> Result<Organization, AdminError> {
        if !is_operator(actor) {
            return Err(AdminError::OperatorOnly);
        }
        let world = &self.0;
        let organization = Organization::new(world.id(), draft.parse()?, world.now());
        // As its deletion, it is an event of the installation, which outlives the organization.
        let audit =
            world.audit(actor, None, "organization.created", &organization.slug).to(&organization.details());
        world.store.create_organization(&organization, &audit).await?;
        Ok(organization)
    }
}

/// Changes what is said of an organization.
#[derive(Clone)]
pub struct ChangeOrganization(pub World);

impl ChangeOrganization {
    /// The organization after `edit`.
    ///
    /// # Errors
    /// Faults of the result, a stale version, a taken slug, a change that only an operator may make, or the store's.
    #[tracing::instrument(name = "change_organization", skip_all, fields(organization.slug = %slug))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        expected: Option<Version>,
        edit: &(dyn Fn(&mut OrganizationDraft) + Send + Sync),
    ) -> Result<Organization, AdminError> {
        decide_again(|| self.attempt(actor, slug, expected, edit)).await
    }

    async fn attempt(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        expected: Option<Version>,
        edit: &(dyn Fn(&mut OrganizationDraft) + Send + Sync),
    ) -> Result<Organization, AdminError> {
        let world = &self.0;
        let before = world.organization(slug).await?;
        must_be(before.version, expected)?;
        let mut draft = OrganizationDraft::from(&before);
        edit(&mut draft);
        let details = draft.parse()?;
        let operators = details.slug != before.slug
            || details.name != before.name
            || details.jit_provisioning_enabled != before.jit_provisioning_enabled;
        if operators && !is_operator(actor) {
            return Err(AdminError::OperatorOnly);
        }
        let after = before.with_details(details, world.now());
        let audit = world
            .audit(actor, Some(after.id), "organization.changed", &after.slug)
            .from(&before.details())
            .to(&after.details());
        world.store.replace_organization(&after, &audit).await?;
        Ok(after)
    }
}

/// Deletes an organization with all that is in it.
#[derive(Clone)]
pub struct DeleteOrganization(pub World);

impl DeleteOrganization {
    /// Deletes it.
    ///
    /// # Errors
    /// No such organization, a stale version, no operator, or the store's.
    #[tracing::instrument(name = "delete_organization", skip_all, fields(organization.slug = %slug))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        expected: Option<Version>,
    ) -> Result<(), AdminError> {
        if !is_operator(actor) {
            return Err(AdminError::OperatorOnly);
        }
        decide_again(|| self.attempt(actor, slug, expected)).await
    }

    async fn attempt(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        expected: Option<Version>,
    ) -> Result<(), AdminError> {
        let world = &self.0;
        let organization = world.organization(slug).await?;
        must_be(organization.version, expected)?;
        // The event outlives the organization, so it belongs to the installation.
        let audit = world.audit(actor, None, "organization.deleted", slug).from(&organization.details());
        Ok(world.store.delete_organization(organization.id, organization.version, &audit).await?)
    }
}

impl From<&Organization> for OrganizationDraft {
    fn from(organization: &Organization) -> Self {
        Self {
            slug: organization.slug.to_string(),
            name: organization.name.to_string(),
            jit_provisioning_enabled: organization.jit_provisioning_enabled,
            application_url: organization.application_url.as_ref().map(ToString::to_string),
            allowed_return_origins: organization
                .allowed_return_origins
                .iter()
                .map(ToString::to_string)
                .collect(),
            locale: organization.locale.as_ref().map(ToString::to_string),
            accent_color: organization.branding.accent_color.map(String::from),
            keep_arrivals_days: organization.keep_arrivals_days.map(i64::from),
        }
    }
}
