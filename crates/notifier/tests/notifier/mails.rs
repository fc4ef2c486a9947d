//! What mails say.

use mailparse::parse_mail;
use vestibule_domain::letter::{Correspondence, Letter, LetterContent};
use vestibule_domain::token::SecretKey;
use vestibule_notifier::Mail;

use crate::support::{about, composer, letter, link_verification, then, to_the_contact};

const TO: &str = "zoe@acme.example";

fn mail(content: LetterContent) -> Mail {
    composer().mail(&letter(1, TO, content)).unwrap()
}

fn shown(content: LetterContent) -> String {
    let mail = mail(content);
    format!("Subject: {}\n\n{}\n\n{}", mail.subject, mail.text, mail.html)
}

#[test]
fn the_welcome_mail() {
    insta::assert_snapshot!(shown(LetterContent::Welcome { about: about() }));
}

#[test]
fn the_link_verification_mail() {
    insta::assert_snapshot!(shown(link_verification(about())));
}

#[test]
fn the_mail_to_an_old_address() {
    insta::assert_snapshot!(shown(LetterContent::AddressChanged { about: about() }));
}

#[test]
fn the_mails_to_a_technical_contact() {
    let [expires, awaits, failed] = to_the_contact(&about(), "CN=idp.example, O=Acme & Søn");
    insta::assert_snapshot!("a_certificate_that_ends", shown(expires));
    insta::assert_snapshot!("metadata_that_awaits_approval", shown(awaits));
    insta::assert_snapshot!("metadata_that_is_not_refreshed", shown(failed));
}

#[test]
fn the_last_day_is_one_day() {
    let [expires, ..] = to_the_contact(&about(), "CN=x");
    let LetterContent::CertificateExpires { about, connection, mut certificate } = expires else {
        unreachable!()
    };
    for hours in [1, 24] {
        certificate.not_after = then() + chrono::Duration::hours(hours);
        let (about, connection) = (about.clone(), connection.clone());
        let content =
            LetterContent::CertificateExpires { about, connection, certificate: certificate.clone() };
        assert!(mail(content).subject.ends_with("ends in 1 day"));
    }
}

/// Whoever writes metadata chooses what its certificates are called.
#[test]
fn what_a_certificate_is_called_is_one_line_and_no_markup() {
    let subject = "CN=<img src=x>\r\n\r\nHello {{ 7 * 7 }}\u{202E}";
    for content in to_the_contact(&about(), subject).into_iter().take(2) {
        let mail = mail(content);
        assert!(!mail.html.contains("<img") && mail.html.contains("&lt;img src=x&gt; Hello {{ 7 * 7 }}"));
        assert!(mail.text.contains("CN=<img src=x> Hello {{ 7 * 7 }}\n"), "{}", mail.text);
    }
}

#[test]
fn a_link_says_until_when_it_works_and_that_a_button_is_to_be_pressed() {
    let token = SecretKey::new(&[7; 32]).link_token(uuid::Uuid::from_u128(4).into());
    let link = format!("https://sso.acme.example/sso/acme/link/{}", token.reveal());
    let mail = mail(link_verification(about()));
    for part in [&mail.text, &mail.html] {
        assert!(part.contains(&link));
        assert!(part.contains("3 January 2026, 03:04 UTC"), "{part}");
        assert!(part.contains("24 hours after the sign-in"));
        assert!(part.contains("Nothing happens until you press that button"));
        assert!(part.contains("It was not you?"));
    }
}

#[test]
fn an_hour_is_one_hour() {
    let LetterContent::LinkVerification { about, link, connection_name, .. } = link_verification(about())
    else {
        unreachable!()
    };
    let expires_at = then() + chrono::Duration::hours(1);
    let mail = mail(LetterContent::LinkVerification { about, link, connection_name, expires_at });
    assert!(mail.text.contains("which is 1 hour after the sign-in"), "{}", mail.text);
}

#[test]
fn what_people_are_called_is_escaped_in_html_alone() {
    let markup = r#"<img src=x onerror="a('b')"> & {{ 7 * 7 }}"#;
    let about = Correspondence {
        first_name: markup.parse().unwrap(),
        organization_name: format!("{markup} Ltd").parse().unwrap(),
        ..about()
    };
    let LetterContent::LinkVerification { link, expires_at, .. } = link_verification(about.clone()) else {
        unreachable!()
    };
    let connection_name = format!("{markup} IdP").parse().unwrap();
    for content in [
        LetterContent::Welcome { about: about.clone() },
        LetterContent::AddressChanged { about: about.clone() },
        LetterContent::LinkVerification { about: about.clone(), link, connection_name, expires_at },
    ] {
        let mail = mail(content);
        assert!(!mail.html.contains("<img") && mail.html.contains("&lt;img src=x onerror=&quot;a(&#x27;b"));
        assert!(mail.text.contains(markup) && mail.subject.contains(markup));
        for part in [&mail.html, &mail.text] {
            assert!(part.contains("{{ 7 * 7 }}"), "a name is no template");
        }
    }
}

#[test]
fn a_language_without_templates_is_written_in_english() {
    let about = Correspondence { locale: "pt-BR".parse().unwrap(), ..about() };
    let mail = mail(LetterContent::Welcome { about });
    assert!(mail.html.contains(r#"<html lang="en""#) && mail.text.starts_with("Hello "));
}

#[test]
fn no_mail_loads_anything() {
    for content in [LetterContent::Welcome { about: about() }, link_verification(about())] {
        let html = mail(content).html.to_lowercase();
        for loading in ["<img", "src=", "url(", "@import", "<link", "<script"] {
            assert!(!html.contains(loading), "{loading}");
        }
    }
}

#[tokio::test]
async fn the_same_letter_is_the_same_mail() {
    use vestibule_domain::ports::Mailer as _;

    let letter: Letter = letter(7, TO, link_verification(about()));
    let mut mails = Vec::new();
    for _ in 0..2 {
        let folder = tempfile::tempdir().unwrap();
        let mailer = crate::support::mailer(&format!("file://{}", folder.path().display()));
        mailer.send(&letter).await.unwrap();
        mails.push(std::fs::read(folder.path().join(format!("{}.eml", letter.id))).unwrap());
    }
    assert_eq!(mails[0], mails[1]);
    assert!(mails[0].is_ascii() && parse_mail(&mails[0]).unwrap().subparts.len() == 2);
}
