//! Mails to the mail server of the test services.

use std::sync::Arc;

use vestibule_domain::letter::{Correspondence, LetterContent};
use vestibule_domain::ports::{MailError, Mailer as _};
use vestibule_domain::testing::{CountingRandom, FrozenClock, MemoryStore};
use vestibule_domain::text::DisplayName;
use vestibule_domain::usecase::{DeliverLetters, Deliveries, World};

use crate::support::{
    Received, about, address, header, letter, link_verification, mailer, test_server, welcome,
};

#[tokio::test]
async fn a_mail_arrives_with_its_headers_and_both_parts() {
    let to = address("headers");
    let letter = letter(0xabc, &to, link_verification(about()));
    mailer(&test_server()).send(&letter).await.unwrap();

    let received = Received::by(&to).await;
    assert!(received.envelope.contains("\"mail_from\": \"no-reply@acme.example\""), "{}", received.envelope);
    let mail = received.parsed();
    assert_eq!(header(&mail, "From"), "\"Acme SSO\" <no-reply@acme.example>");
    assert_eq!(header(&mail, "To"), to);
    assert_eq!(header(&mail, "Subject"), "Was this you? Confirm your sign-in to Acme & Søn");
    assert_eq!(header(&mail, "Date"), "Fri, 02 Jan 2026 03:04:05 +0000");
    assert_eq!(header(&mail, "Message-ID"), format!("<{}@acme.example>", letter.id));
    assert_eq!(header(&mail, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(&mail, "MIME-Version"), "1.0");
    assert_eq!(mail.ctype.mimetype, "multipart/alternative");

    let kinds: Vec<_> = mail.subparts.iter().map(|part| part.ctype.mimetype.as_str()).collect();
    assert_eq!(kinds, ["text/plain", "text/html"], "the last one is the best (RFC 2046 §5.1.4)");
    for part in &mail.subparts {
        assert_eq!(part.ctype.charset, "utf-8");
        let body = part.get_body().unwrap();
        assert!(body.contains("/sso/acme/link/") && body.contains("Zoë") && body.contains("Okta “für alle”"));
    }
}

#[tokio::test]
async fn names_of_every_script_and_length_arrive() {
    for (case, first_name, organization_name) in [
        ("markup", "<b>Ada</b> & \"Co\"", "</title><script>alert(1)</script>".to_owned()),
        ("right-to-left", "مريم", "חברת בדיקה בע״מ".to_owned()),
        ("emoji", "👩🏽‍🚀", "🦊".repeat(254)),
        ("long", "é", "W".repeat(254)),
        ("words", "Ada", "ab ".repeat(84) + "c"),
    ] {
        let to = address(case);
        let about = Correspondence {
            first_name: first_name.parse().unwrap(),
            organization_name: organization_name.parse().unwrap(),
            ..about()
        };
        let letter = letter(1, &to, LetterContent::Welcome { about });
        mailer(&test_server()).send(&letter).await.unwrap();
        let received = Received::by(&to).await;
        let mail = received.parsed();
        assert_eq!(header(&mail, "Subject"), format!("Your {organization_name} account is ready"), "{case}");
        let text = mail.subparts[0].get_body().unwrap();
        assert!(text.contains(first_name) && text.contains(&organization_name), "{case}");
        let longest = received.message.split(|byte| *byte == b'\n').map(<[u8]>::len).max().unwrap();
        assert!(longest <= 998, "{case} has a line of {longest} characters (RFC 5322 §2.1.1)");
    }
}

#[tokio::test]
async fn no_name_adds_a_header_or_hides_what_is_read() {
    assert!(
        "Acme\u{2028}Bcc: eve@evil.example".parse::<DisplayName>().is_err(),
        "no organization is called so"
    );
    for (number, name) in [
        (1, "Acme =?utf-8?q?=0D=0ABcc:_eve@evil.example?="),
        (2, "Acme =?utf-8?b?4oCubW9jLmxpdmU=?="),
        (3, "Acme\",<eve@evil.example>"),
        (4, "Bcc: eve@evil.example"),
    ] {
        let to = address(&format!("injection{number}"));
        let about = Correspondence { organization_name: name.parse().unwrap(), ..about() };
        mailer(&test_server()).send(&letter(1, &to, LetterContent::Welcome { about })).await.unwrap();
        let received = Received::by(&to).await;
        assert!(received.envelope.contains(&format!("\"rcpt_tos\": [\"{to}\"]")), "{}", received.envelope);
        let mail = received.parsed();
        let names: Vec<_> = mail.headers.iter().map(mailparse::MailHeader::get_key).collect();
        assert!(!names.iter().any(|name| name.eq_ignore_ascii_case("bcc")), "{names:?}");
        let subject = header(&mail, "Subject");
        let hidden = |c: char| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2028}');
        assert!(!subject.contains(hidden), "{subject:?}");
    }
}

#[tokio::test]
async fn what_the_server_refuses_for_now_is_tried_again() {
    let to = address("transient");
    let refused = mailer(&test_server()).send(&welcome(1, &to)).await.unwrap_err();
    assert_eq!(refused, MailError::Transient("refused the recipient (451 4.3.0)".to_owned()));

    let (store, clock) = (Arc::new(MemoryStore::default()), Arc::new(FrozenClock::default()));
    store.post(&welcome(1, &to));
    let random = Arc::new(CountingRandom::default());
    let world = World { store, clock: clock.clone(), random };
    let deliver = DeliverLetters { world, mailer: Arc::new(mailer(&test_server())) };
    let postponed = Deliveries { postponed: 1, ..Deliveries::default() };
    assert_eq!(deliver.run(10).await.unwrap(), postponed);
    assert_eq!(deliver.run(10).await.unwrap(), Deliveries::default());
    clock.advance(chrono::Duration::seconds(40));
    assert_eq!(deliver.run(10).await.unwrap(), postponed);
    assert!(Received::all_by(&to).is_empty());
}

#[tokio::test]
async fn what_the_server_refuses_for_good_is_given_up_and_the_others_are_sent() {
    let (gone, there) = (address("permanent"), address("given-up-beside"));
    let refused = mailer(&test_server()).send(&welcome(1, &gone)).await.unwrap_err();
    assert_eq!(refused, MailError::Permanent("refused the recipient (550 5.1.1)".to_owned()));

    let store = Arc::new(MemoryStore::default());
    store.post(&welcome(1, &gone));
    store.post(&welcome(2, &there));
    let world =
        World { store, clock: Arc::new(FrozenClock::default()), random: Arc::new(CountingRandom::default()) };
    let deliver = DeliverLetters { world, mailer: Arc::new(mailer(&test_server())) };
    let deliveries = deliver.run(10).await.unwrap();
    assert_eq!(deliveries, Deliveries { delivered: 1, given_up: 1, ..Deliveries::default() });
    Received::by(&there).await;
}

#[tokio::test]
async fn a_server_that_works_passes_the_check() {
    mailer(&test_server()).check().await.unwrap();
}
