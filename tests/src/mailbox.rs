//! Mails that the service sent, as the person gets them.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use mailparse::{MailHeaderMap as _, ParsedMail};

use crate::environment::variable;
use crate::program::PATIENCE;

/// A mail as it arrived.
#[derive(Debug, Clone)]
pub struct Mail {
    /// To whom.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// The part for programs without HTML.
    pub text: String,
    /// The other one.
    pub html: String,
}

/// The folder of `file://` mails.
pub struct OutboxFolder(pub PathBuf);

/// What the tests' mail server has taken.
pub struct SmtpMailbox;

impl OutboxFolder {
    /// Every mail to that address, once there are `count`; what there is otherwise, after a while.
    pub async fn mails_to(&self, address: &str, count: usize) -> Vec<Mail> {
        mails(&self.0, address, count).await
    }
}

impl SmtpMailbox {
    /// Every mail to that address, once there are `count`; what there is otherwise, after a while.
    pub async fn mails_to(&self, address: &str, count: usize) -> Vec<Mail> {
        mails(&PathBuf::from(variable("VESTIBULE_TEST_SMTP_MAILDIR")), address, count).await
    }
}

async fn mails(folder: &PathBuf, address: &str, count: usize) -> Vec<Mail> {
    let end = Instant::now() + PATIENCE;
    loop {
        let found: Vec<Mail> = read(folder).into_iter().filter(|mail| mail.to.contains(address)).collect();
        if found.len() >= count || Instant::now() > end {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn read(folder: &PathBuf) -> Vec<Mail> {
    let files = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
        .map(|path| mail(&fs::read(path).unwrap()))
        .collect()
}

fn mail(bytes: &[u8]) -> Mail {
    let parsed = mailparse::parse_mail(bytes).unwrap();
    let header = |name: &str| parsed.headers.get_first_value(name).unwrap_or_default();
    Mail {
        to: header("To"),
        subject: header("Subject"),
        text: part(&parsed, "text/plain"),
        html: part(&parsed, "text/html"),
    }
}

fn part(mail: &ParsedMail<'_>, kind: &str) -> String {
    let part = mail.parts().find(|part| part.ctype.mimetype == kind);
    part.map(|part| part.get_body().unwrap()).unwrap_or_default()
}

impl Mail {
    /// The first address in the text that begins with `start`.
    #[must_use]
    pub fn link(&self, start: &str) -> String {
        let from = self.text.find(start).unwrap_or_else(|| panic!("no {start} in {}", self.text));
        self.text[from..].split_whitespace().next().unwrap().to_owned()
    }
}
