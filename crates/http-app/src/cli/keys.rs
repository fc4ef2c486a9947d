//! What can be done with the service's own keys.

use clap::{Args, Subcommand};
use vestibule_domain::service_key::KeyUsage;

use crate::config::{Faults, Flags};

/// What can be done with the service's own keys.
#[derive(Subcommand)]
pub enum KeysCommand {
    /// List them, a line each: use, state, id, SHA-256 fingerprint and end of the certificate.
    List(Flags),
    /// Begin a rotation: add the next key, which the metadata then has beside the current one.
    Rotate(KeyFlags),
    /// Make the next key the current one, once the identity providers have read the metadata.
    Activate(KeyFlags),
    /// End a rotation: remove the previous key.
    Retire(KeyFlags),
}

/// A step of a rotation of the service's own keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotationStep {
    /// The next key is added.
    Rotate,
    /// It becomes the current one.
    Activate,
    /// The previous one is removed.
    Retire,
}

/// Which of the service's own keys is meant, not looked at yet.
#[derive(Args)]
pub struct KeyFlags {
    /// What the key is for: signing or encryption.
    #[arg(long = "use", value_name = "USE")]
    pub usage: String,
    /// The service's settings.
    #[command(flatten)]
    pub settings: Flags,
}

impl KeyFlags {
    /// What the key is for.
    ///
    /// # Errors
    /// It is no use of a key.
    pub fn parse_usage(&self) -> Result<KeyUsage, Faults> {
        let mut faults = Faults::default();
        let usage =
            KeyUsage::from_word(&self.usage).ok_or_else(|| "must be signing or encryption".to_owned());
        faults.keep("--use", usage).ok_or(faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Command, command};

    #[test]
    fn a_step_of_a_rotation_names_a_use() {
        let parse = |usage: &str| match command(&["keys", "rotate", "--use"], &[usage]) {
            Command::Keys(KeysCommand::Rotate(flags)) => flags.parse_usage(),
            _ => panic!("another command"),
        };
        assert_eq!(parse("signing").unwrap(), KeyUsage::Signing);
        assert_eq!(parse("encryption").unwrap(), KeyUsage::Encryption);
        assert!(parse("both").unwrap_err().to_string().starts_with("--use: "), "no variable has it");
    }
}
