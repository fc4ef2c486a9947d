//! How an organization looks to its people: its colour and its logo.

mod color;
mod logo;

use serde::{Deserialize, Serialize};

pub use color::{Color, LEAST_CONTRAST};
pub use logo::{LEAST_SIDE, Logo, LogoError, LogoKind, LogoMark, MOST_BYTES, MOST_SIDE};

/// How pages and mails of an organization look. What is not said is as the service has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branding {
    /// The colour of buttons, links and marks.
    pub accent_color: Option<Color>,
    /// The logo, which is kept apart.
    pub logo: Option<LogoMark>,
}

impl Branding {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}
