//! Telling technical contacts of certificates that end.

use super::refresh_metadata::to_contact;
use super::world::World;
use crate::connection::{Certificate, Connection, ConnectionView};
use crate::letter::{CertificateInLetter, ConnectionInLetter, LetterContent};
use crate::organization::Organization;
use crate::ports::{CertificateWarning, Page, StoreError};
use crate::refresh::due_warning;

/// Writes a letter of each signing certificate that ends soon, to the technical contact of its connection: once for each of the
/// [days](crate::refresh::WARN_BEFORE_DAYS), however many processes look.
#[derive(Clone)]
pub struct WarnOfCertificates(pub World);

/// How many organizations are read at once.
const AT_ONCE: u32 = 200;

impl WarnOfCertificates {
    /// Looks at every enabled connection. Answers how many letters were written.
    ///
    /// # Errors
    /// The store's. What was written stays, and the rest is written the next time.
    #[tracing::instrument(name = "warn_of_certificates", skip_all)]
    pub async fn run(&self) -> Result<u32, StoreError> {
        let store = &self.0.store;
        let (mut letters, mut after) = (0, None);
        loop {
            let page = store.organizations(Page { after, limit: AT_ONCE }).await?;
            for organization in &page.items {
                for connection in store.connections(organization.id).await? {
                    letters += self.of_connection(organization, connection).await?;
                }
            }
            after = page.next;
            if after.is_none() {
                return Ok(letters);
            }
        }
    }

    async fn of_connection(
        &self,
        organization: &Organization,
        connection: Connection,
    ) -> Result<u32, StoreError> {
        let Some(provider) = connection.identity_provider.clone().filter(|_| connection.details.enabled)
        else {
            return Ok(0);
        };
        let view = ConnectionView {
            organization: organization.clone(),
            catalog: crate::catalog::Catalog::default(),
            connection,
        };
        let mut letters = 0;
        for certificate in &provider.metadata.certificates {
            match self.of_certificate(&view, certificate).await {
                Ok(written) => letters += u32::from(written),
                // The connection went meanwhile.
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(letters)
    }

    async fn of_certificate(
        &self,
        view: &ConnectionView,
        certificate: &Certificate,
    ) -> Result<bool, StoreError> {
        let world = &self.0;
        let Some(days) = due_warning(certificate, world.now()) else { return Ok(false) };
        let content = |about| LetterContent::CertificateExpires {
            about,
            connection: ConnectionInLetter::from(view),
            certificate: CertificateInLetter::from(certificate),
        };
        let Some(letter) = to_contact(world, view, content) else { return Ok(false) };
        let warning = CertificateWarning {
            organization_id: view.organization.id,
            connection_id: view.connection.id,
            sha256_fingerprint: certificate.sha256_fingerprint.clone(),
            days,
            at: world.now(),
        };
        world.store.warn_of_certificate(&warning, &letter).await
    }
}
