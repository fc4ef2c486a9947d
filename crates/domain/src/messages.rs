//! What the service tells people of a sign-in, in words: one catalogue, keyed by rule and code, with a file (and a folder of its
//! name) for each language.
//!
//! Whoever adds a language implements [`Messages`] once more. Each of its methods takes the data that the rules write down, and every
//! implementation is a `match` without a catch-all: a rule, note, code or check that has no words in some language does not compile.
//!
//! ```
//! use vestibule_domain::explanation::{Entry, Topic};
//! use vestibule_domain::messages::{ENGLISH, Messages as _};
//! use vestibule_domain::rule::Rule;
//! use vestibule_domain::sign_in::Outcome;
//!
//! let entry = Entry::new(Topic::Location, Rule::DefaultValue).resulting("New York");
//! assert_eq!(
//!     ENGLISH.entry(&entry, Outcome::Created),
//!     "No location was sent, so the connection's default was taken: New York."
//! );
//! ```

mod en;

use crate::explanation::{Entry, Note, Topic, Warning};
use crate::ports::{Rejection, ServiceProvider};
use crate::refusal::RefusalCode;
use crate::sign_in::{Outcome, SignInRecord};
use crate::usecase::Checked;

pub use en::{ENGLISH, English};

/// A sign-in in the words of one language, for administrators: what happened, and what to do about it. What the person themselves is told,
/// no more than a code says, is not here.
pub trait Messages: Send + Sync {
    /// How a sign-in ended, in one sentence.
    fn summary(&self, record: &SignInRecord) -> String;

    /// What an administrator can do about a sign-in that was refused. None, if it was not. The service's own addresses, which they compare
    /// with what an identity provider has, are those of `here`.
    fn advice(&self, record: &SignInRecord, here: &ServiceProvider) -> Option<String>;

    /// What a rule did, of a sign-in that [ended so for what the entry is about](SignInRecord::outcome_of).
    fn entry(&self, entry: &Entry, outcome: Outcome) -> String;

    /// What a warning is about, and what to do.
    fn warning(&self, warning: &Warning) -> String;

    /// What else there is to know about a decision: part of a sentence, without a capital and a full stop.
    fn note(&self, note: &Note) -> String;

    /// A refusal, for an administrator.
    fn refusal(&self, code: RefusalCode) -> Refusal;

    /// What to do about a response that a check refused. What the check found is its [`Display`](std::fmt::Display).
    fn check(&self, rejection: &Rejection, here: &ServiceProvider) -> String;

    /// What was found of a response at a checkpoint of a simulation.
    fn checked(&self, checked: &Checked, here: &ServiceProvider) -> String;

    /// What an entry is about, as the heading of a line.
    fn topic(&self, topic: Topic) -> &'static str;

    /// A note as a sentence.
    fn sentence(&self, note: &Note) -> String;
}

/// Why a sign-in was refused, for an administrator who need not know SAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// What happened: part of a sentence, without a capital and a full stop.
    pub why: &'static str,
    /// What to do, in sentences.
    pub advice: &'static str,
}
