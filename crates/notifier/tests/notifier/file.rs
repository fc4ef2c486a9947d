//! Mails as files.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use vestibule_domain::ports::{MailError, Mailer as _};

use crate::support::{header, mailer, welcome};

const TO: &str = "ada@acme.example";

fn url(folder: &Path) -> String {
    format!("file://{}", folder.display())
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn a_mail_is_a_file_that_only_its_owner_reads() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("not/yet/there");
    let letter = welcome(1, TO);
    mailer(&url(&folder)).send(&letter).await.unwrap();
    assert_eq!(names(&folder), [format!("{}.eml", letter.id)]);
    let file = folder.join(format!("{}.eml", letter.id));
    assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));
    let content = std::fs::read(file).unwrap();
    assert_eq!(header(&mailparse::parse_mail(&content).unwrap(), "To"), TO);
}

#[tokio::test]
async fn a_letter_sent_twice_makes_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let mailer = mailer(&url(folder.path()));
    for letter in [welcome(1, TO), welcome(1, TO), welcome(2, TO)] {
        mailer.send(&letter).await.unwrap();
    }
    assert_eq!(names(folder.path()).len(), 2);
}

#[tokio::test]
async fn a_folder_that_is_none_is_told_and_tried_again() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("file");
    std::fs::write(&file, "").unwrap();
    let mailer = mailer(&url(&file.join("folder")));
    let refused = mailer.send(&welcome(1, TO)).await.unwrap_err();
    assert!(matches!(&refused, MailError::Transient(reason) if !reason.contains(TO)), "{refused}");
    let told = mailer.check().await.unwrap_err().to_string();
    assert!(told.starts_with("the folder ") && told.contains("cannot be used: "), "{told}");
}

#[tokio::test]
async fn a_check_makes_the_folder_and_leaves_nothing_in_it() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("outbox");
    mailer(&url(&folder)).check().await.unwrap();
    assert_eq!(names(&folder), Vec::<String>::new());
    assert_eq!(mode(&folder), 0o700);
}
