//! Giving an organization another logo.

use super::{AdminError, World, decide_again, must_be};
use crate::branding::{Logo, LogoError};
use crate::ids::Version;
use crate::organization::Organization;
use crate::ports::Actor;
use crate::problem::Problems;
use crate::text::OrganizationSlug;

/// Gives an organization a logo in place of the one it has, or takes it away.
#[derive(Clone)]
pub struct ChangeLogo(pub World);

impl ChangeLogo {
    /// The organization with this file as its logo; none takes the logo away.
    ///
    /// # Errors
    /// The file is no logo, there is none to take away, a stale version, no such organization, or the store's.
    #[tracing::instrument(name = "change_logo", skip_all, fields(organization.slug = %slug))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        expected: Option<Version>,
        file: Option<Vec<u8>>,
    ) -> Result<Organization, AdminError> {
        let logo = file.map(Logo::read).transpose().map_err(faulty)?;
        decide_again(|| self.attempt(actor, slug, expected, logo.as_ref())).await
    }

    async fn attempt(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        expected: Option<Version>,
        logo: Option<&Logo>,
    ) -> Result<Organization, AdminError> {
        let world = &self.0;
        let before = world.organization(slug).await?;
        must_be(before.version, expected)?;
        if logo.is_none() && before.branding.logo.is_none() {
            return Err(AdminError::NotFound("logo"));
        }
        let after = before.with_logo(logo.map(|logo| logo.mark.clone()), world.now());
        let action = if logo.is_some() { "logo.changed" } else { "logo.removed" };
        let mut audit = world.audit(actor, Some(after.id), action, slug);
        if let Some(mark) = &before.branding.logo {
            audit = audit.from(mark);
        }
        if let Some(mark) = &after.branding.logo {
            audit = audit.to(mark);
        }
        world.store.replace_logo(&after, logo, &audit).await?;
        Ok(after)
    }
}

/// The file as a whole is at fault.
fn faulty(error: LogoError) -> Problems {
    let mut problems = Problems::default();
    problems.add("", error.code(), error.to_string());
    problems
}
