//! Mails to a mail server (RFC 5321).

mod refusal;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message};
use vestibule_domain::letter::Letter;
use vestibule_domain::ports::{MailError, Mailer};

use self::refusal::{Refusal, Step};
use crate::composer::Composer;
use crate::mail_url::{Encryption, SmtpServer};
use crate::mailer::Unusable;

/// Hands mails to a mail server, each over a connection of its own: an answer is never taken for that of another mail, and a
/// server that was away is noticed at once.
#[derive(Clone)]
pub struct SmtpMailer {
    server: SmtpServer,
    tls: Option<TlsParameters>,
    greeting: ClientId,
    patience: Duration,
    composer: Arc<Composer>,
}

/// How long connecting may take, and how long handing over a mail may: together well below the lease of a letter.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long the server may take to say goodbye. Nothing depends on it.
const GOODBYE: Duration = Duration::from_secs(2);

impl SmtpMailer {
    /// Sends through this server. Connects to nobody yet.
    ///
    /// # Errors
    /// This machine has no certificates to know the server by.
    pub fn new(server: SmtpServer, composer: Arc<Composer>) -> Result<Self, Unusable> {
        let tls = match server.encryption {
            Encryption::Never => None,
            Encryption::IfOffered | Encryption::Required | Encryption::FromTheStart => {
                let parameters = TlsParameters::new(server.host.clone());
                Some(parameters.map_err(|_| {
                    Unusable("this machine has no certificates to know the mail server by".to_owned())
                })?)
            }
        };
        let greeting = server.greeting.clone().map_or_else(ClientId::default, ClientId::Domain);
        Ok(Self { server, tls, greeting, patience: PATIENCE, composer })
    }

    /// Waits this long for a connection and this long for a mail to be taken, in place of a minute each.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Whether the server takes the login and the sender. Sends nothing.
    ///
    /// # Errors
    /// Says why not.
    pub async fn check(&self) -> Result<(), Unusable> {
        let answered = async {
            let mut connection = self.within_patience(self.connect()).await?;
            let answer =
                self.within_patience(name_sender(&mut connection, self.composer.sender().clone())).await;
            goodbye(connection, &answer).await;
            answer
        };
        answered.await.map_err(|refusal| {
            Unusable(format!("the mail server {}:{}: {refusal}", self.server.host, self.server.port))
        })
    }

    async fn hand_over(&self, message: &Message) -> Result<(), Refusal> {
        let mut connection = self.within_patience(self.connect()).await?;
        let answer = self.within_patience(say(&mut connection, message)).await;
        goodbye(connection, &answer).await;
        answer
    }

    /// A connection that is encrypted and logged in as the URL demands.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Refusal> {
        let from_the_start = self.tls.clone().filter(|_| self.server.encryption == Encryption::FromTheStart);
        let address = (self.server.host.as_str(), self.server.port);
        let connecting = AsyncSmtpConnection::connect_tokio1(
            address,
            Some(self.patience),
            &self.greeting,
            from_the_start,
            None,
        );
        let mut connection = connecting.await.map_err(at(Step::Connect))?;
        if let Some(tls) = &self.tls
            && self.wants_starttls(&connection)
        {
            connection.starttls(tls.clone(), &self.greeting).await.map_err(at(Step::Encrypt))?;
        }
        if let Some(credentials) = &self.server.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(at(Step::LogIn))?;
        }
        Ok(connection)
    }

    fn wants_starttls(&self, connection: &AsyncSmtpConnection) -> bool {
        match self.server.encryption {
            Encryption::Never | Encryption::FromTheStart => false,
            Encryption::IfOffered => connection.can_starttls(),
            // A server that does not offer it is an error.
            Encryption::Required => true,
        }
    }

    async fn within_patience<T>(
        &self,
        work: impl Future<Output = Result<T, Refusal>> + Send,
    ) -> Result<T, Refusal> {
        tokio::time::timeout(self.patience, work).await.unwrap_or(Err(Refusal::Silence(self.patience)))
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = self.composer.message(letter)?;
        Ok(self.hand_over(&message).await?)
    }
}

impl std::fmt::Debug for SmtpMailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpMailer").field("server", &self.server).finish_non_exhaustive()
    }
}

/// The whole of one mail (RFC 5321 §3.3). Messages are ASCII, so that no extension is needed.
async fn say(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Refusal> {
    let envelope = message.envelope();
    if let Some(sender) = envelope.from() {
        name_sender(connection, sender.clone()).await?;
    }
    for recipient in envelope.to() {
        let recipient = Rcpt::new(recipient.clone(), Vec::new());
        connection.command(recipient).await.map_err(at(Step::NameRecipient))?;
    }
    connection.command(Data).await.map_err(at(Step::HandOver))?;
    connection.message(&message.formatted()).await.map_err(at(Step::HandOver))?;
    Ok(())
}

async fn name_sender(connection: &mut AsyncSmtpConnection, sender: Address) -> Result<(), Refusal> {
    connection.command(Mail::new(Some(sender), Vec::new())).await.map_err(at(Step::NameSender))?;
    Ok(())
}

/// Ends a conversation politely, unless the server is silent. The mail is taken or not already.
async fn goodbye(mut connection: AsyncSmtpConnection, answer: &Result<(), Refusal>) {
    if !matches!(answer, Err(Refusal::Silence(_))) {
        let _ = tokio::time::timeout(GOODBYE, connection.quit()).await;
    }
}

fn at(step: Step) -> impl FnOnce(Error) -> Refusal {
    move |error| Refusal::At(step, error)
}
