//! Whom a refresh tells by mail: the connection's technical contact, where it has one.

use super::{RefreshMetadata, TELL_AFTER};
use crate::connection::{Certificate, ConnectionView, IdentityProvider};
use crate::letter::{CertificateInLetter, ConnectionInLetter, Correspondence, Letter, LetterContent};
use crate::refresh::Judgement;
use crate::usecase::World;

impl RefreshMetadata {
    /// One letter of each change that begins to wait, and one of a failure that has lasted for days, which then is noted as
    /// told.
    pub(super) fn letters(
        &self,
        view: &ConnectionView,
        provider: &IdentityProvider,
        judgement: &mut Judgement,
    ) -> Vec<Letter> {
        if view.connection.details.technical_contact.is_none() {
            return Vec::new();
        }
        let connection = ConnectionInLetter::from(view);
        if let Some(pending) = judgement.refresh.pending.as_ref().filter(|_| judgement.is_news) {
            let change = provider.metadata.change_to(&pending.metadata);
            let named =
                |these: &[&Certificate]| these.iter().map(|one| CertificateInLetter::from(*one)).collect();
            let (added, removed) = (named(&change.added), named(&change.removed));
            let endpoints_changed = change.endpoints_changed;
            let content = |about| LetterContent::MetadataAwaitsApproval {
                about,
                connection,
                added,
                removed,
                endpoints_changed,
            };
            return to_contact(&self.world, view, content).into_iter().collect();
        }
        match &mut judgement.refresh.failure {
            Some(failure) if !failure.told && failure.at - failure.since >= TELL_AFTER => {
                failure.told = true;
                let (since, reason) = (failure.since, failure.message.clone());
                let content =
                    |about| LetterContent::MetadataNotRefreshed { about, connection, since, reason };
                to_contact(&self.world, view, content).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A letter to the technical contact of a connection, where it has one.
pub(in crate::usecase) fn to_contact(
    world: &World,
    view: &ConnectionView,
    content: impl FnOnce(Correspondence) -> LetterContent,
) -> Option<Letter> {
    let contact = view.connection.details.technical_contact.as_ref()?;
    Some(Letter {
        id: world.id(),
        organization_id: Some(view.organization.id),
        to: contact.email.clone(),
        user_id: None,
        content: content(Correspondence::with_contact(&view.organization, contact)),
        created_at: world.now(),
    })
}

impl From<&ConnectionView> for ConnectionInLetter {
    fn from(view: &ConnectionView) -> Self {
        let details = &view.connection.details;
        Self { key: details.key.clone(), name: details.display_name.clone() }
    }
}
