//! Why a response is not believed.

use crate::refusal::RefusalCode;

/// Why a response is not believed: the code that a stranger sees, and what exactly was wrong, for the administrator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Rejection {
    code: RefusalCode,
    detail: String,
}

impl Rejection {
    /// A rejection. `detail` names no person.
    #[must_use]
    pub fn new(code: RefusalCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> RefusalCode {
        self.code
    }
}
