//! What mails say, in each language.

use std::collections::BTreeSet;

use mailparse::parse_mail;
use proptest::prelude::*;
use scraper::{Html, Node};
use vestibule_domain::branding::Branding;
use vestibule_domain::letter::{Correspondence, Letter, LetterContent, ToAdministrator};
use vestibule_domain::ports::Mail;
use vestibule_domain::testing::logo;
use vestibule_domain::token::SecretKey;
use vestibule_languages::Language;

use crate::support::{about, composer, letter, link_verification, then, to_administrators, to_the_contact};

const TO: &str = "zoe@acme.example";

fn mail(content: LetterContent) -> Mail {
    composer().mail(&letter(1, TO, content)).unwrap()
}

/// One letter of each kind.
fn every_kind(about: &Correspondence, subject: &str) -> Vec<LetterContent> {
    let of_people = [
        LetterContent::Welcome { about: about.clone() },
        link_verification(about.clone()),
        LetterContent::AddressChanged { about: about.clone() },
    ];
    of_people.into_iter().chain(to_the_contact(about, subject)).chain(to_administrators(about)).collect()
}

fn in_language(language: Language) -> Correspondence {
    Correspondence { locale: language.tag().parse().unwrap(), ..about() }
}

/// What a mail program fetches or follows.
fn addresses(html: &str, attribute: &str) -> BTreeSet<String> {
    let document = Html::parse_document(html);
    let elements = document.tree.nodes().filter_map(|node| node.value().as_element());
    elements.filter_map(|element| element.attr(attribute)).map(str::to_owned).collect()
}

/// The elements of a document and the names of their attributes: what a value can never change.
fn skeleton(html: &str) -> Vec<String> {
    let document = Html::parse_document(html);
    let named = |node: &Node| {
        let element = node.as_element()?;
        Some(format!("{} {:?}", element.name(), element.attrs().map(|(name, _)| name).collect::<Vec<_>>()))
    };
    document.tree.values().filter_map(named).collect()
}

fn shown(html: &str) -> String {
    Html::parse_document(html).root_element().text().collect()
}

#[test]
fn every_mail_in_every_language() {
    for language in Language::all() {
        let mails = every_kind(&in_language(language), "CN=idp.example, O=Acme & Søn").into_iter().map(mail);
        let written: Vec<_> =
            mails.map(|mail| format!("Subject: {}\n\n{}", mail.subject, mail.text)).collect();
        insta::assert_snapshot!(format!("mails_in_{}", language.tag()), written.join("\n\n======\n\n"));
    }
}

#[test]
fn a_mail_in_an_organizations_look() {
    let branding =
        Branding { accent_color: Some("#ffd500".parse().unwrap()), logo: Some(logo(300, 100).mark) };
    let html = mail(link_verification(Correspondence { branding, ..about() })).html;
    insta::assert_snapshot!(html);
}

#[test]
fn a_logo_is_all_that_a_mail_loads() {
    let mark = logo(300, 100).mark;
    let address = format!("https://sso.acme.example/sso/acme/logo?{}", mark.digest);
    for logo in [None, Some(mark)] {
        let expected: BTreeSet<_> = logo.iter().map(|_| address.clone()).collect();
        let branding = Branding { accent_color: None, logo };
        for content in every_kind(&Correspondence { branding, ..about() }, "CN=x") {
            let html = mail(content).html;
            assert_eq!(addresses(&html, "src"), expected);
            let lower = html.to_lowercase();
            for loading in ["url(", "@import", "<link", "<script", "srcset", "background=", "<iframe"] {
                assert!(!lower.contains(loading), "{loading}");
            }
        }
    }
}

#[test]
fn both_parts_have_every_link_and_no_other() {
    for language in Language::all() {
        for content in every_kind(&in_language(language), "CN=x") {
            let place = match content {
                LetterContent::Welcome { .. } | LetterContent::LinkVerification { .. } => Some("sso/acme/"),
                LetterContent::LostPassword { .. } | LetterContent::Invitation { .. } => {
                    Some("admin/set-password/")
                }
                LetterContent::SetupLink { .. } => Some("admin/setup/"),
                _ => None,
            };
            let mail = mail(content);
            let links = addresses(&mail.html, "href");
            assert_eq!(links.len(), usize::from(place.is_some()));
            for (link, place) in links.iter().zip(place) {
                assert!(mail.text.lines().any(|line| line == link), "{}", mail.text);
                assert!(link.starts_with(&format!("https://sso.acme.example/{place}")), "{link}");
            }
        }
    }
}

#[test]
fn a_document_says_its_language_and_what_it_is_about() {
    for language in Language::all() {
        let mail = mail(LetterContent::Welcome { about: in_language(language) });
        assert!(mail.html.contains(&format!("<html lang=\"{}\" dir=\"ltr\"", language.tag())));
        assert!(shown(&mail.html).contains(&mail.subject));
        assert!(mail.html.contains("prefers-color-scheme: dark"));
    }
}

#[test]
fn a_language_without_words_is_written_in_english() {
    let welcome = |locale: &str| {
        let about = Correspondence { locale: locale.parse().unwrap(), ..about() };
        mail(LetterContent::Welcome { about }).text
    };
    assert!(welcome("tlh").starts_with("Hello "));
    assert!(welcome("de-AT").starts_with("Guten Tag "));
    assert!(welcome("pt-BR").starts_with("Olá, "));
}

#[test]
fn dates_are_written_as_the_language_does() {
    let of = |tag: &str| {
        let about = Correspondence { locale: tag.parse().unwrap(), ..about() };
        mail(link_verification(about))
    };
    for (tag, date) in [
        ("en", "3 January 2026, 03:04 UTC"),
        ("de", "3. Januar 2026, 03:04 Uhr UTC"),
        ("fr", "3 janvier 2026, 03:04 UTC"),
        ("es", "3 de enero de 2026, 03:04 UTC"),
        ("pt", "3 de janeiro de 2026, 03:04 UTC"),
    ] {
        let mail = of(tag);
        assert!(mail.text.contains(date) && shown(&mail.html).contains(date), "{}", mail.text);
    }
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
fn a_link_says_that_a_button_is_to_be_pressed() {
    let token = SecretKey::new(&[7; 32]).link_token(uuid::Uuid::from_u128(4).into());
    let link = format!("https://sso.acme.example/sso/acme/link/{}", token.reveal());
    let mail = mail(link_verification(about()));
    for part in [&mail.text, &shown(&mail.html)] {
        assert!(part.contains(&link));
        assert!(part.contains("24 hours after the sign-in"));
        assert!(part.contains("press “Yes, that was me”. Nothing happens until you press that button"));
        assert!(part.contains("It was not you?"));
    }
}

/// What people, organizations, connections, certificates and failures may be called.
fn names() -> Vec<String> {
    let mut names: Vec<_> = [
        r#"A<img src=x onerror="a('b')"> & {{ 7 * 7 }}"#,
        "A</p></mj-text></mj-column></mj-section><mj-raw><script>alert(1)</script></mj-raw>",
        "A<mj-text>{% for x in [1] %}{{ link }}{% endfor %}{# no #}<!--",
        r#"A" onload="alert(1)" x='\"#,
        "A--> ]]> <![CDATA[ &lt;b&gt; &#60;b&#62; &amp;",
        "A مريم שלום",
        "A 👩🏽‍🚀 🏳️‍🌈 e\u{301}\u{302}",
        "A $' %s ${x} \\u{41} \\n",
    ]
    .map(str::to_owned)
    .into();
    names.push(format!("A{}", "W".repeat(253)));
    names
}

/// To an operator no organization writes, and nobody is known by a first name.
#[test]
fn the_service_writes_to_its_operators() {
    let link = uuid::Uuid::from_u128(5).into();
    for (content, place) in [
        (
            LetterContent::LostPassword { about: ToAdministrator::by(None), link, expires_at: then() },
            SecretKey::new(&[7; 32]).password_link_token(link),
        ),
        (
            LetterContent::Invitation {
                about: ToAdministrator::by(None),
                link,
                invited_by: None,
                expires_at: then(),
            },
            SecretKey::new(&[7; 32]).password_link_token(link),
        ),
    ] {
        let mail = mail(content);
        let address = format!("https://sso.acme.example/admin/set-password/{}", place.reveal());
        assert!(mail.subject.contains("Vestibule"), "{}", mail.subject);
        assert!(mail.text.contains(&format!("\n{address}\n")), "{}", mail.text);
        assert!(addresses(&mail.html, "href").contains(&address) && addresses(&mail.html, "src").is_empty());
    }
}

#[test]
fn a_name_is_text_in_each_value_of_each_kind_in_each_language() {
    let plain = Branding { accent_color: None, logo: Some(logo(300, 100).mark) };
    for language in Language::all() {
        let named = |name: &str| {
            let about = Correspondence {
                first_name: name.parse().unwrap(),
                organization_name: name.parse().unwrap(),
                branding: plain.clone(),
                ..in_language(language)
            };
            let mut contents = every_kind(&about, name);
            for content in &mut contents {
                match content {
                    LetterContent::LinkVerification { connection_name, .. } => {
                        *connection_name = name.parse().unwrap();
                    }
                    LetterContent::CertificateExpires { connection, .. }
                    | LetterContent::MetadataAwaitsApproval { connection, .. } => {
                        connection.name = name.parse().unwrap();
                    }
                    LetterContent::MetadataNotRefreshed { connection, reason, .. } => {
                        connection.name = name.parse().unwrap();
                        name.clone_into(reason);
                    }
                    LetterContent::Welcome { .. }
                    | LetterContent::AddressChanged { .. }
                    | LetterContent::LostPassword { .. }
                    | LetterContent::Invitation { .. }
                    | LetterContent::SetupLink { .. } => {}
                }
            }
            contents.into_iter().map(|content| (content.kind(), mail(content))).collect::<Vec<_>>()
        };
        let expected = named("Ada");
        for name in names() {
            for ((kind, mail), (_, plain)) in named(&name).iter().zip(&expected) {
                let case = format!("{kind} {language:?} {name}");
                assert_eq!(skeleton(&mail.html), skeleton(&plain.html), "{case}");
                assert!(shown(&mail.html).contains(&name), "{case}: {}", mail.html);
                assert!(addresses(&mail.html, "alt").contains(&name), "{case}");
                assert!(mail.text.contains(&name) && mail.subject.contains(&name), "{case}");
                assert_eq!(mail.text.lines().count(), plain.text.lines().count(), "{case}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_a_person_is_called_is_shown_as_it_is(name in "A[\\PC<>&\"'{}%#\\\\-]{0,60}") {
        let Ok(first_name) = name.parse() else { return Ok(()) };
        let shown_name = |first_name| mail(link_verification(Correspondence { first_name, ..about() }));
        let (named, plain) = (shown_name(first_name), shown_name("Ada".parse().unwrap()));
        prop_assert_eq!(skeleton(&named.html), skeleton(&plain.html));
        prop_assert!(shown(&named.html).contains(name.trim()), "{}", named.html);
        prop_assert!(named.text.contains(name.trim()));
    }
}

/// Whoever writes metadata chooses what its certificates are called.
#[test]
fn what_a_certificate_is_called_is_one_line_and_no_markup() {
    let subject = "CN=<img src=x>\r\n\r\nBcc: eve@evil.example {{ 7 * 7 }}\u{202E}";
    for content in to_the_contact(&about(), subject).into_iter().take(2) {
        let mail = mail(content);
        for part in [mail.text, shown(&mail.html)] {
            assert!(part.contains("CN=<img src=x> Bcc: eve@evil.example {{ 7 * 7 }}"), "{part}");
            assert!(!part.contains(['\r', '\u{202E}']));
        }
    }
}

#[tokio::test]
async fn the_same_letter_is_the_same_mail() {
    use vestibule_domain::ports::Mailer as _;

    let branding = Branding { accent_color: None, logo: Some(logo(300, 100).mark) };
    let letter: Letter = letter(7, TO, link_verification(Correspondence { branding, ..about() }));
    let mut mails = Vec::new();
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let mailer = crate::support::mailer(&format!("file://{}", folder.path().display()));
        mailer.send(&letter).await.unwrap();
        mails.push(std::fs::read(folder.path().join(format!("{}.eml", letter.id))).unwrap());
    }
    assert!(mails.windows(2).all(|two| two[0] == two[1]));
    assert!(mails[0].is_ascii() && parse_mail(&mails[0]).unwrap().subparts.len() == 2);
}
