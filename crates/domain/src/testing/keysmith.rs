//! Keys that lock nothing.

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};

use crate::connection::Certificate;
use crate::ids::ServiceKeyId;
use crate::ports::{KeyError, Keysmith, NewKey};
use crate::service_key::{KeyUsage, SealedKey, ServiceKey};

/// Makes keys of paper: they open where they were made for, and nothing more can be done with them.
#[derive(Debug, Clone, Copy, Default)]
pub struct PaperKeysmith;

#[async_trait]
impl Keysmith for PaperKeysmith {
    async fn make(&self, id: ServiceKeyId, usage: KeyUsage, now: DateTime<Utc>) -> Result<NewKey, KeyError> {
        let certificate = Certificate {
            der: id.0.as_bytes().to_vec(),
            subject: "CN=Vestibule".to_owned(),
            sha256_fingerprint: id.0.simple().to_string(),
            not_before: now,
            not_after: now + Duration::days(3_650),
        };
        Ok(NewKey { certificate, sealed: sealed(id, usage) })
    }

    fn check(&self, key: &ServiceKey) -> Result<(), KeyError> {
        if key.sealed == sealed(key.id, key.usage) { Ok(()) } else { Err(KeyError::Sealed) }
    }

    fn sign(&self, key: &ServiceKey, bytes: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.check(key)?;
        Ok([b"signed ", bytes].concat())
    }
}

fn sealed(id: ServiceKeyId, usage: KeyUsage) -> SealedKey {
    SealedKey([id.0.as_bytes(), usage.as_str().as_bytes()].concat())
}
