//! What the service answers, described for programs: the OpenAPI document, made of the code that answers.
//!
//! A route is added to `Routes` with its description or not at all. Most of a description is said by the handler itself:
//! its extractors know which headers they read and which problems they answer, the code that reads a body or a query
//! describes it in a mode of its own, and answers are described by the types that are serialized. What is left is said
//! beside the handler: a name, a sentence, and the problems of the use-case.
//!
//! # Invariants
//!
//! - Nothing is answered at an address that the document does not know, but for pages for people and what they load.
//! - No schema of a body is written down beside the code that reads it.

mod described;
mod document;
mod operation;
mod routes;
pub(crate) mod texts;
mod word;

pub use document::document;

pub(crate) use described::{Described, Handled};
pub(crate) use operation::{Header, LOCATION, Operation, Parameter};
pub(crate) use routes::Placed;
pub(crate) use routes::Routes;
pub(crate) use word::Word;
