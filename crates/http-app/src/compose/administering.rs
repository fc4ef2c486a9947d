//! API keys and administrators, as the command line has them.

use anyhow::Context as _;
use vestibule_domain::administrator::Administrator;
use vestibule_domain::email::EmailAddress;
use vestibule_domain::ids::ApiKeyId;
use vestibule_domain::ports::{Actor, ApiKey, Page, Paged, StoreError};
use vestibule_domain::text::{ConnectionKey, OrganizationSlug};
use vestibule_domain::token::Token;
use vestibule_domain::usecase::{
    AdminError, AdministratorChange, AdministratorDraft, ChangeAdministrator, CreateAdministrator,
    CreateApiKey, DisableAdministrator, KeyOwner, KeysMade, NameAdministratorsConnection, RevokeApiKey,
    SetPassword, UnnameAdministratorsConnection, World,
};

use super::{Installation, passwords};
use crate::cli::NewApiKey;

impl Installation {
    /// Creates a key of the administration API.
    ///
    /// # Errors
    /// The database does not answer, or the organization does not exist.
    pub async fn create_api_key(&self, key: &NewApiKey) -> anyhow::Result<Token> {
        self.on_database(async |world| {
            let (_, token) = CreateApiKey(world).run(&Actor::CommandLine, &key.draft, &key.owner).await?;
            Ok(token)
        })
        .await
    }

    /// The keys of the administration API that are an organization's, or the operators', oldest first.
    ///
    /// # Errors
    /// The database does not answer, or the organization does not exist.
    pub async fn api_keys(&self, owner: &KeyOwner) -> anyhow::Result<Vec<ApiKey>> {
        self.on_known_database(async |world| {
            let organization = match owner {
                KeyOwner::Operator => None,
                KeyOwner::Organization(slug) => Some(world.organization(slug).await?.id),
            };
            Ok(all(async |page| world.store.api_keys(organization, page).await).await?)
        })
        .await
    }

    /// Revokes a key of the administration API, whosever it is, and answers it.
    ///
    /// # Errors
    /// The database does not answer, or there is no such key.
    pub async fn revoke_api_key(&self, id: ApiKeyId) -> anyhow::Result<ApiKey> {
        self.on_known_database(async |world| {
            let key = world.store.api_key_by_id(id).await?.context("there is no such key")?;
            RevokeApiKey(world).run(&Actor::CommandLine, key.role.organization(), id).await?;
            Ok(key)
        })
        .await
    }

    /// Makes an administrator of the Admin Portal.
    ///
    /// # Errors
    /// Faults of the draft, a taken address, or the database does not answer, or the organization does not exist.
    pub async fn create_administrator(
        &self,
        draft: &AdministratorDraft,
        owner: &KeyOwner,
    ) -> anyhow::Result<Administrator> {
        self.on_database(async |world| {
            let create = CreateAdministrator { world, passwords: passwords() };
            match create.run(&Actor::CommandLine, draft, owner).await {
                Err(AdminError::Taken(_)) => {
                    Err(anyhow::anyhow!("there is an administrator with this address already"))
                }
                created => created.map_err(in_words),
            }
        })
        .await
    }

    /// All administrators, oldest first.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn administrators(&self) -> anyhow::Result<Vec<Administrator>> {
        self.on_known_database(async |world| {
            Ok(all(async |page| world.store.administrators(None, page).await).await?)
        })
        .await
    }

    /// Sets an administrator's password.
    ///
    /// # Errors
    /// A fault of the password, there is no administrator with this address, or the database does not answer.
    pub async fn set_password(&self, email: &EmailAddress, password: &str) -> anyhow::Result<Administrator> {
        self.on_known_database(async |world| {
            let found = administrator_of(&world, email).await?;
            let set = SetPassword { world, passwords: passwords() };
            set.run(found.id, password).await.map_err(in_words)
        })
        .await
    }

    /// Keeps an administrator out, and answers the API keys that they made and that are still there.
    ///
    /// # Errors
    /// There is none with this address, nobody else is an operator, or the database does not answer.
    pub async fn disable_administrator(
        &self,
        email: &EmailAddress,
        keys: KeysMade,
    ) -> anyhow::Result<(Administrator, Vec<ApiKey>)> {
        self.on_known_database(async |world| {
            let found = administrator_of(&world, email).await?;
            let disable = DisableAdministrator(world.clone());
            let administrator = disable.run(&Actor::CommandLine, found.id, keys).await?;
            let left = all(async |page| world.store.api_keys_made_by(found.id, page).await).await?;
            Ok((administrator, left))
        })
        .await
    }

    /// Lets administrators sign in through a connection, as it is now, and answers whom it believes, in a line for each certificate.
    ///
    /// # Errors
    /// There is no such connection, it lets nobody in, or the database does not answer.
    pub async fn name_administrators_connection(
        &self,
        slug: &OrganizationSlug,
        key: &ConnectionKey,
    ) -> anyhow::Result<String> {
        self.on_known_database(async |world| {
            let connection = world.connection(slug, key).await?.connection;
            let name = NameAdministratorsConnection(world);
            name.run(&Actor::CommandLine, slug, key, connection.versions()).await.map_err(in_words)?;
            let provider = connection.identity_provider.context("it has no identity provider")?.metadata;
            let (entity_id, certificates) = (provider.entity_id, provider.certificates.iter());
            let lines =
                certificates.map(|one| format!("{slug}\t{key}\t{entity_id}\t{}", one.sha256_fingerprint));
            Ok(lines.collect::<Vec<_>>().join("\n"))
        })
        .await
    }

    /// Lets no administrator sign in by single sign-on any more.
    ///
    /// # Errors
    /// No connection is named, or the database does not answer.
    pub async fn unname_administrators_connection(&self) -> anyhow::Result<String> {
        self.on_known_database(async |world| {
            let unnamed = UnnameAdministratorsConnection(world).run(&Actor::CommandLine).await?;
            Ok(format!("{}\t{}\toff", unnamed.organization, unnamed.connection))
        })
        .await
    }

    /// Changes an administrator.
    ///
    /// # Errors
    /// There is none with this address, the change cannot be made, or the database does not answer.
    pub async fn change_administrator(
        &self,
        email: &EmailAddress,
        change: &AdministratorChange,
    ) -> anyhow::Result<Administrator> {
        self.on_known_database(async |world| {
            let found = administrator_of(&world, email).await?;
            Ok(ChangeAdministrator(world).run(&Actor::CommandLine, found.id, None, change).await?)
        })
        .await
    }
}

async fn administrator_of(world: &World, email: &EmailAddress) -> anyhow::Result<Administrator> {
    let found = world.store.administrator_by_email(email).await?;
    found.context("there is no administrator with this address")
}

/// What is wrong, as somebody reads it who has typed values and sent no JSON.
fn in_words(error: AdminError) -> anyhow::Error {
    let AdminError::Invalid(problems) = error else { return error.into() };
    let faults = problems.0.iter();
    let faults =
        faults.map(|fault| format!("the {} {}", fault.pointer.trim_start_matches('/'), fault.message));
    anyhow::Error::msg(faults.collect::<Vec<_>>().join("; "))
}

/// All items of a list that is read page by page.
async fn all<T>(page: impl AsyncFn(Page) -> Result<Paged<T>, StoreError>) -> Result<Vec<T>, StoreError> {
    let (mut items, mut after) = (Vec::new(), None);
    loop {
        let part = page(Page { after, limit: 200 }).await?;
        items.extend(part.items);
        after = part.next;
        if after.is_none() {
            return Ok(items);
        }
    }
}
