//! Saving provisioning settings.

use super::{AdminError, World, decide_again, may_change, must_be};
use crate::ids::Version;
use crate::ports::Actor;
use crate::settings::{SavedSettings, SettingsDraft};
use crate::text::{ConnectionKey, OrganizationSlug};

/// Saves a connection's provisioning settings. They take effect for the next response received.
#[derive(Clone)]
pub struct SaveSettings(pub World);

impl SaveSettings {
    /// The saved settings with their warnings, and their version.
    ///
    /// # Errors
    /// All faults of the draft, a stale version (rule `save_version`), no such connection, or the store's.
    #[tracing::instrument(name = "save_settings", skip_all, fields(organization.slug = %slug, connection.key = %key))]
    pub async fn run(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
        expected: Option<Version>,
        draft: &SettingsDraft,
    ) -> Result<(SavedSettings, Version), AdminError> {
        decide_again(|| self.attempt(actor, slug, key, expected, draft)).await
    }

    async fn attempt(
        &self,
        actor: &Actor,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
        expected: Option<Version>,
        draft: &SettingsDraft,
    ) -> Result<(SavedSettings, Version), AdminError> {
        let world = &self.0;
        let view = world.connection(slug, key).await?;
        let version = view.connection.settings_version;
        may_change(world, actor, &view.connection).await?;
        must_be(version, expected)?;
        let saved = draft.parse(&view.catalog, view.organization.jit_provisioning_enabled)?;
        let audit = world
            .audit(actor, Some(view.organization.id), "settings.changed", key)
            .from(&SettingsDraft::from(&view.connection.settings))
            .to(draft);
        let catalog = view.organization.catalog_version;
        world.store.replace_settings(view.connection.id, &saved.settings, version, catalog, &audit).await?;
        Ok((saved, version.next()))
    }
}
