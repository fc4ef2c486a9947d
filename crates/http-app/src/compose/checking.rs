//! Whether everything is there that the service needs.

use vestibule_domain::ports::StoreError;
use vestibule_domain::token::SecretKey;

use super::{Installation, no_database};
use crate::check::{self, Finding};

impl Installation {
    /// Looks at everything that the service needs. Changes nothing, but for a folder of mails that is missing.
    pub async fn check(&self) -> Vec<Finding> {
        let key_file = self.config.secret_key_file.display();
        let mut findings = vec![match self.config.secret_key {
            Some(_) => Finding::fine(format!("key file: {key_file} holds a key")),
            None => Finding::notice(format!("key file: {key_file} is not there yet; `serve` makes it")),
        }];
        findings.extend(self.check_database().await);
        findings.push(self.check_mail().await);
        findings
    }

    async fn check_database(&self) -> Vec<Finding> {
        if let Some(file) = self.database.missing_file() {
            return vec![Finding::wrong(format!("database: {}", no_database(file)))];
        }
        let world = self.world();
        let looked = async {
            world.store.ready().await?;
            let keys =
                check::service_keys(&world, self.keyring().as_ref().map(|keyring| keyring as _)).await?;
            let certificates = check::certificates(&world).await?;
            Ok::<_, StoreError>([keys, certificates].concat())
        };
        let looked = looked.await;
        self.database.close().await;
        match looked {
            Ok(found) => {
                let ready = Finding::fine("database: it answers, and has the tables of this version");
                [vec![ready], found].concat()
            }
            // What the caller of a store can do about it helps nobody here; what went wrong does.
            Err(error) => {
                vec![Finding::wrong(format!("database: {}", anyhow::Error::new(error).root_cause()))]
            }
        }
    }

    async fn check_mail(&self) -> Finding {
        // Nothing is sent, so that any key will do where none is there yet.
        let key = self.config.secret_key.clone().unwrap_or_else(|| SecretKey::new(&[0; 32]));
        let checked = match self.mailer(key) {
            Ok(mailer) => mailer.check().await.map_err(anyhow::Error::new),
            Err(error) => Err(error),
        };
        match checked {
            Ok(()) => Finding::fine("mail: it can be sent"),
            Err(error) => Finding::wrong(format!("mail: {error:#}")),
        }
    }
}
