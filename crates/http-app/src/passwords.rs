//! Passwords of administrators, hashed by Argon2id, off the threads that answer requests.

use std::sync::Arc;
use std::thread::available_parallelism;

use argon2::Argon2;
use argon2::password_hash::{Error, PasswordHasher as _, PasswordVerifier as _};
use async_trait::async_trait;
use tokio::sync::Semaphore;
use vestibule_domain::administrator::{Password, PasswordHash};
use vestibule_domain::ports::{PasswordError, Passwords, Random};
use zxcvbn::{Score, zxcvbn};

/// How many may wait for their turn, for each that is looked at. More are told to come again: they would wait for longer than anybody does.
const WAITING_FOR_EACH: usize = 16;

/// How many bytes a salt has (RFC 9106 §3.1).
const SALT: usize = 16;

/// Argon2id (RFC 9106) with 19 MiB of memory, two passes and one lane, which is the least that OWASP's password storage cheat sheet
/// asks for. At most as many at once as there are processors.
#[derive(Clone)]
pub struct Argon2Passwords {
    random: Arc<dyn Random>,
    /// Those that are looked at.
    desks: Arc<Semaphore>,
    /// These, and those that wait.
    room: Arc<Semaphore>,
}

impl Argon2Passwords {
    /// Hashes with salts of this randomness.
    #[must_use]
    pub fn new(random: Arc<dyn Random>) -> Self {
        let processors = available_parallelism().map_or(1, usize::from);
        Self::with_desks(random, processors)
    }

    fn with_desks(random: Arc<dyn Random>, desks: usize) -> Self {
        Self {
            random,
            desks: Arc::new(Semaphore::new(desks)),
            room: Arc::new(Semaphore::new(desks * (1 + WAITING_FOR_EACH))),
        }
    }

    /// Works on a thread of its own, once there is one free.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _place = self.room.try_acquire().map_err(|_| PasswordError::Busy)?;
        let desk = self.desks.clone().acquire_owned().await.map_err(|_| PasswordError::Failed)?;
        // The desk goes along: who asked may be gone before the work is done.
        let done = tokio::task::spawn_blocking(move || {
            let _desk = desk;
            work()
        });
        done.await.map_err(|_| PasswordError::Failed)?
    }
}

#[async_trait]
impl Passwords for Argon2Passwords {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, PasswordError> {
        let (password, mut salt) = (password.clone(), [0; SALT]);
        self.random.fill(&mut salt);
        self.work(move || hashed(password.reveal(), &salt)).await
    }

    async fn verify(
        &self,
        password: Option<&Password>,
        hash: Option<&PasswordHash>,
    ) -> Result<bool, PasswordError> {
        let (password, hash) = (password.cloned(), hash.cloned());
        self.work(move || {
            let text = password.as_ref().map_or("", Password::reveal);
            let Some(hash) = hash else { return hashed(text, &[0; SALT]).map(|_| false) };
            match Argon2::default().verify_password(text.as_bytes(), hash.0.as_str()) {
                Ok(()) => Ok(password.is_some()),
                Err(Error::PasswordInvalid) => Ok(false),
                Err(_) => Err(PasswordError::Failed),
            }
        })
        .await
    }

    async fn is_guessable(&self, password: &Password, words: &[&str]) -> Result<bool, PasswordError> {
        let password = password.clone();
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        self.work(move || {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            Ok(zxcvbn(password.reveal(), &words).score() < Score::Three)
        })
        .await
    }
}

fn hashed(text: &str, salt: &[u8]) -> Result<PasswordHash, PasswordError> {
    let hash = Argon2::default().hash_password_with_salt(text.as_bytes(), salt);
    hash.map(|hash| PasswordHash(hash.to_string())).map_err(|_| PasswordError::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::SystemRandom;

    fn passwords() -> Argon2Passwords {
        Argon2Passwords::new(Arc::new(SystemRandom))
    }

    fn password(text: &str) -> Password {
        Password::presented(text).unwrap()
    }

    #[tokio::test]
    async fn a_password_is_known_by_its_hash() {
        let passwords = passwords();
        let right = password("correct horse battery staple");
        let hash = passwords.hash(&right).await.unwrap();
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.0);
        assert_ne!(hash, passwords.hash(&right).await.unwrap(), "salted");
        assert!(passwords.verify(Some(&right), Some(&hash)).await.unwrap());
        for wrong in ["correct horse battery stapl", "correct horse battery staple ", ""] {
            assert!(!passwords.verify(Some(&password(wrong)), Some(&hash)).await.unwrap(), "{wrong}");
        }
        assert!(!passwords.verify(None, Some(&hash)).await.unwrap());
        assert!(!passwords.verify(Some(&right), None).await.unwrap());
        let broken = PasswordHash("$argon2id$".to_owned());
        assert_eq!(passwords.verify(Some(&right), Some(&broken)).await, Err(PasswordError::Failed));
    }

    #[tokio::test]
    async fn nobody_without_a_hash_is_the_owner_of_an_empty_password() {
        let passwords = passwords();
        let hash = passwords.hash(&password("")).await.unwrap();
        assert!(!passwords.verify(None, Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn what_most_people_choose_is_guessable() {
        let passwords = passwords();
        let words = ["ada.lovelace@acme.example", "ada.lovelace", "acme.example", "vestibule"];
        for guessable in
            ["password1234", "123456789012", "qwertyuiopas", "aaaaaaaaaaaa", "vestibule2026", "ada.lovelace1"]
        {
            assert!(passwords.is_guessable(&password(guessable), &words).await.unwrap(), "{guessable}");
        }
        for good in ["correct horse battery staple", "zkrP-84 lamp Ürümqi"] {
            assert!(!passwords.is_guessable(&password(good), &words).await.unwrap(), "{good}");
        }
    }

    #[tokio::test]
    async fn who_comes_when_the_room_is_full_is_sent_away() {
        let passwords = Argon2Passwords::with_desks(Arc::new(SystemRandom), 1);
        let held = passwords.desks.clone().acquire_owned().await.unwrap();
        let waiting: Vec<_> = (0..=WAITING_FOR_EACH)
            .map(|_| {
                let passwords = passwords.clone();
                tokio::spawn(async move { passwords.is_guessable(&password("x"), &[]).await })
            })
            .collect();
        while passwords.room.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(passwords.hash(&password("x")).await, Err(PasswordError::Busy));
        drop(held);
        for one in waiting {
            assert_eq!(one.await.unwrap(), Ok(true));
        }
    }
}
