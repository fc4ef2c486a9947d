//! Hashes that cost nothing.

use async_trait::async_trait;

use crate::administrator::{Password, PasswordHash};
use crate::ports::{PasswordError, Passwords};
use crate::token::sha256_hex;

/// Hashes passwords at once, and takes those for guessable that have `password` in them.
#[derive(Debug, Clone, Copy, Default)]
pub struct PaperPasswords;

#[async_trait]
impl Passwords for PaperPasswords {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, PasswordError> {
        Ok(PasswordHash(format!("$paper${}", sha256_hex(password.reveal().as_bytes()))))
    }

    async fn verify(
        &self,
        password: Option<&Password>,
        hash: Option<&PasswordHash>,
    ) -> Result<bool, PasswordError> {
        let (Some(password), Some(hash)) = (password, hash) else { return Ok(false) };
        Ok(self.hash(password).await? == *hash)
    }

    async fn is_guessable(&self, password: &Password, words: &[&str]) -> Result<bool, PasswordError> {
        let lower = password.reveal().to_lowercase();
        let has = |word: &str| !word.is_empty() && lower.contains(word);
        Ok(has("password") || words.iter().any(|word| has(&word.to_lowercase())))
    }
}

/// Has no time for anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct BusyPasswords;

#[async_trait]
impl Passwords for BusyPasswords {
    async fn hash(&self, _: &Password) -> Result<PasswordHash, PasswordError> {
        Err(PasswordError::Busy)
    }

    async fn verify(&self, _: Option<&Password>, _: Option<&PasswordHash>) -> Result<bool, PasswordError> {
        Err(PasswordError::Busy)
    }

    async fn is_guessable(&self, _: &Password, _: &[&str]) -> Result<bool, PasswordError> {
        Err(PasswordError::Busy)
    }
}
