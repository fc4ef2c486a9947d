//! Signing in to the portal.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::administrator::{Administrator, AttemptKey, Attempts, Password, PortalSession, SESSION_LIMIT};
use crate::email::EmailAddress;
use crate::ports::{Origin, PasswordError, Passwords, SignedInAdministrator, StoreError};
use crate::token::Token;
use crate::usecase::World;
use crate::usecase::world::ATTEMPTS;

/// Signs an administrator in by their password. Whether the address or the password was wrong, nobody is told, neither by the answer nor by
/// its time.
#[derive(Clone)]
pub struct SignInAdministrator {
    /// The store, the time and chance.
    pub world: World,
    /// Who hashes passwords.
    pub passwords: Arc<dyn Passwords>,
}

/// What somebody typed.
#[derive(Clone)]
pub struct AdministratorSignIn<'a> {
    /// As their address.
    pub email: &'a str,
    /// As their password.
    pub password: &'a str,
    /// From where.
    pub origin: Origin,
    /// The session that the browser had, which ends.
    pub instead_of: Option<Token>,
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum AdministratorSignInError {
    /// Nobody has that address, it is not their password, or they are kept out.
    #[error("the address or the password is wrong")]
    Refused,
    /// There were too many attempts for that address from there.
    #[error("the next attempt is looked at from {0} on")]
    TooEarly(DateTime<Utc>),
    /// The password could not be looked at.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The store failed; nothing was written, or the attempt alone.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SignInAdministrator {
    /// The token of a new session, and who is signed in.
    ///
    /// # Errors
    /// See [`AdministratorSignInError`].
    #[tracing::instrument(name = "sign_in_administrator", skip_all)]
    pub async fn run(
        &self,
        typed: &AdministratorSignIn<'_>,
    ) -> Result<(Token, SignedInAdministrator), AdministratorSignInError> {
        let email = typed.email.trim();
        let key = AttemptKey::of(email, typed.origin.address);
        let counted = count_attempt(&self.world, &key).await?;
        let email = EmailAddress::parse(email).ok();
        let password = Password::presented(typed.password);
        for _ in 0..ATTEMPTS {
            let administrator = match &email {
                Some(email) => self.world.store.administrator_by_email(email).await?,
                None => None,
            };
            let administrator = administrator.filter(Administrator::may_act);
            let hash = administrator.as_ref().and_then(|administrator| administrator.password.as_ref());
            let verified = self.passwords.verify(password.as_ref(), hash).await;
            let right = unless_busy(&self.world, &key, counted, verified).await?;
            let Some(administrator) = administrator.filter(|_| right) else { break };
            match self.begin(typed, administrator, &key).await {
                // Somebody changed the row since: it is read again.
                Err(StoreError::Conflict) => {}
                begun => return Ok(begun?),
            }
        }
        let address = typed.origin.address.map(tracing::field::display);
        tracing::warn!(client.address = address, "an administrator's sign-in was refused");
        Err(AdministratorSignInError::Refused)
    }

    async fn begin(
        &self,
        typed: &AdministratorSignIn<'_>,
        administrator: Administrator,
        key: &AttemptKey,
    ) -> Result<(Token, SignedInAdministrator), StoreError> {
        let world = &self.world;
        let (now, token) = (world.now(), Token::generate(&*world.random));
        let session = PortalSession {
            id: world.id(),
            administrator_id: administrator.id,
            token_hash: token.hash(),
            naming_id: None,
            address: typed.origin.address,
            created_at: now,
            last_seen_at: now,
            expires_at: now + SESSION_LIMIT,
        };
        let actor = administrator.acting_from(typed.origin.clone());
        let audit = world.audit(&actor, None, "administrator.signed_in", administrator.id);
        let before = typed.instead_of.as_ref().map(Token::hash);
        world
            .store
            .begin_portal_session(&session, administrator.version, before.as_ref(), key, &audit)
            .await?;
        let administrator = Administrator { last_signed_in_at: Some(now), ..administrator };
        Ok((token, SignedInAdministrator { session, administrator }))
    }
}

/// Counts an attempt before anybody looks at its password.
pub(super) async fn count_attempt(
    world: &World,
    key: &AttemptKey,
) -> Result<Attempts, AdministratorSignInError> {
    for _ in 0..ATTEMPTS {
        let seen = world.store.attempts(key).await?;
        let attempts = Attempts::with_one_more(seen.as_ref(), world.now())
            .map_err(AdministratorSignInError::TooEarly)?;
        match world.store.count_attempt(key, seen.as_ref(), &attempts).await {
            Err(StoreError::Conflict) => {}
            counted => return Ok(counted.map(|()| attempts)?),
        }
    }
    // So many at once are no person's.
    Err(AdministratorSignInError::TooEarly(world.now() + TimeDelta::seconds(1)))
}

/// Whether the password is right. An attempt that nobody had time to look at does not count: otherwise whoever keeps all desks busy would
/// let everybody else wait.
pub(super) async fn unless_busy(
    world: &World,
    key: &AttemptKey,
    counted: Attempts,
    verified: Result<bool, PasswordError>,
) -> Result<bool, AdministratorSignInError> {
    if matches!(verified, Err(PasswordError::Busy)) {
        let without = counted.without_the_last(world.now());
        match world.store.count_attempt(key, Some(&counted), &without).await {
            // There was another one meanwhile, which counts.
            Err(StoreError::Conflict) => {}
            taken_back => taken_back?,
        }
    }
    Ok(verified?)
}
