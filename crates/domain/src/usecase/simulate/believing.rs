//! Whether a response is believed, and what would refuse it if it were posted now.

use super::{Presented, Simulate};
use crate::connection::ConnectionView;
use crate::ports::{EncodedResponse, Lifetimes, Rejection, StoreError};
use crate::profile::VerifiedAssertion;
use crate::sign_in::Subject;
use crate::usecase::sign_in::expectation;
use crate::words::words;

words!(
    /// What is looked at of a response.
    Checkpoint {
        /// Its shape, its signature, and all conditions but its times.
        Signature = "signature",
        /// Its times.
        Age = "age",
        /// Whether it was used before.
        Use = "use",
        /// The request that it answers.
        Request = "request",
    }
);

/// What was found at a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Where.
    pub checkpoint: Checkpoint,
    /// What a sign-in would be refused for; nothing, where it would not be.
    pub rejection: Option<Rejection>,
    /// Whose certificate verified the signature, as it calls itself.
    pub certificate: Option<String>,
}

impl Checked {
    fn new(checkpoint: Checkpoint, found: Result<(), Rejection>) -> Self {
        Self { checkpoint, rejection: found.err(), certificate: None }
    }
}

impl Simulate {
    /// Believes a response or not, whatever its age, its use and its request; those are noted in `checks`.
    pub(super) async fn believe(
        &self,
        view: &ConnectionView,
        response: &EncodedResponse,
        checks: &mut Vec<Checked>,
    ) -> Result<Presented, crate::usecase::AdminError> {
        let verified = match self.verifier.claim(response) {
            Ok(claim) => {
                let keys = self.world.keys_for(&claim).await?;
                let now = self.world.now();
                let verify = |lifetimes| {
                    let trusted =
                        view.connection.identity_provider.as_ref().ok_or(Rejection::UnknownIssuer)?;
                    let expectation = expectation(&self.public_url, &view.organization, lifetimes);
                    self.verifier.verify(response, &trusted.metadata, &keys, &expectation, now)
                };
                verify(Lifetimes::Ignored).map(|assertion| (assertion, verify(Lifetimes::Enforced).map(drop)))
            }
            Err(rejection) => Err(rejection),
        };
        let (assertion, in_time) = match verified {
            Ok(verified) => verified,
            Err(rejection) => {
                checks.push(Checked::new(Checkpoint::Signature, Err(rejection.clone())));
                return Ok(self.untrusted(view, &rejection));
            }
        };
        checks.push(Checked {
            certificate: certificate(view, &assertion.verified_by),
            ..Checked::new(Checkpoint::Signature, Ok(()))
        });
        checks.push(Checked::new(Checkpoint::Age, in_time));
        self.look_up(view, &assertion, checks).await?;
        Ok(Presented::Profile(assertion.profile, Some(assertion.verified_by)))
    }

    /// What only the store knows.
    async fn look_up(
        &self,
        view: &ConnectionView,
        assertion: &VerifiedAssertion,
        checks: &mut Vec<Checked>,
    ) -> Result<(), StoreError> {
        let subject = Subject {
            organization_id: view.organization.id,
            connection_id: view.connection.id,
            name_id: None,
            email: None,
            assertion_id: Some(assertion.assertion_id.clone()),
            request_id: assertion.in_response_to.clone(),
        };
        let snapshot = self.world.store.snapshot(&subject).await?;
        let unused = if snapshot.assertion_used { Err(Rejection::Replayed) } else { Ok(()) };
        checks.push(Checked::new(Checkpoint::Use, unused));
        let expected = match (&assertion.in_response_to, &snapshot.request) {
            (None, _) if view.connection.details.allow_idp_initiated => Ok(()),
            (None, _) => Err(Rejection::Unsolicited),
            (Some(_), Some(request))
                if request.connection_id == view.connection.id && request.expires_at > self.world.now() =>
            {
                Ok(())
            }
            (Some(_), _) => Err(Rejection::UnknownRequest),
        };
        checks.push(Checked::new(Checkpoint::Request, expected));
        Ok(())
    }
}

fn certificate(view: &ConnectionView, fingerprint: &str) -> Option<String> {
    let certificates = &view.connection.identity_provider.as_ref()?.metadata.certificates;
    let verified = certificates.iter().find(|known| known.sha256_fingerprint == fingerprint);
    verified.map(|certificate| certificate.subject.clone())
}
