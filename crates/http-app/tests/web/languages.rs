//! Pages in the language of whoever reads them.

use serde_json::json;
use vestibule_languages::Language;

use crate::support::Service;

/// The language of the page, and its heading.
async fn page(service: &Service, headers: &[(&str, &str)]) -> (String, String) {
    let page = service.get("/sso/acme/signed-out", headers).await;
    (page.between("<html lang=\"", "\"").to_owned(), page.between("<h1>", "</h1>").to_owned())
}

#[tokio::test]
async fn the_language_is_the_asserted_the_organizations_the_browsers_or_english() {
    let service = Service::acme().await;
    service.api("PATCH", "organizations/acme", &json!({"locale": null})).await;
    let german = [("accept-language", "de-CH, fr;q=0.5")];
    assert_eq!(page(&service, &[]).await.0, "en");
    assert_eq!(page(&service, &german).await, ("de".into(), "Sie sind abgemeldet".into()));
    service.api("PATCH", "organizations/acme", &json!({"locale": "fr-CA"})).await;
    assert_eq!(page(&service, &german).await, ("fr".into(), "Vous êtes déconnecté".into()));
    // A language that there is no file of is none.
    service.api("PATCH", "organizations/acme", &json!({"locale": "tlh"})).await;
    assert_eq!(page(&service, &german).await.0, "de");

    let response = service.response("ada@acme.example").attribute("preferredLanguage", ["pt-BR"]);
    let answer = service.answer(response, &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let cookies: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    let remembered = cookies.iter().find(|cookie| cookie.starts_with("vestibule_language=pt; ")).unwrap();
    assert!(remembered.contains("HttpOnly; SameSite=Lax; Secure"), "{remembered}");
    let with_cookie = [german[0], ("cookie", "vestibule_language=pt")];
    assert_eq!(page(&service, &with_cookie).await, ("pt".into(), "Você saiu".into()));
    assert_eq!(page(&service, &[german[0], ("cookie", "vestibule_language=<b>")]).await.0, "de");
}

#[tokio::test]
async fn who_is_refused_reads_why_in_the_language_that_was_asserted() {
    let service = Service::acme().await;
    let response = service.response("ada@acme.example").attribute("Location", ["Atlantis"]);
    let refused = service.answer(response.attribute("locale", ["es_MX"]), &[]).await;
    refused.is_page(403, "unknown_location");
    assert!(refused.body.contains("<html lang=\"es\" dir=\"ltr\">"), "{}", refused.body);
    assert_eq!(refused.between("<h1>", "</h1>"), "Todavía no tiene acceso");
    assert!(refused.body.contains("Si necesita ayuda"), "{}", refused.body);
    // Whom nobody vouches for is told in the browser's.
    let headers = [("accept-language", "fr")];
    service.post_form(&[("SAMLResponse", "PGE+")], &headers).await.is_page(400, "malformed_response");
    let unknown = service.get("/sso/nobody/login", &headers).await;
    assert_eq!(unknown.between("<h1>", "</h1>"), "Cette organisation n’existe pas");
}

#[tokio::test]
async fn every_page_is_whole_in_every_language() {
    let service = Service::acme().await;
    service.api("PATCH", "organizations/acme", &json!({"locale": null})).await;
    let session = service.sign_in("ada@acme.example").await;
    for language in Language::all() {
        let headers = [("accept-language", language.tag()), ("cookie", session.as_str())];
        for path in ["/", "/nothing", "/sso/acme/signed-in", "/sso/acme/signed-out", "/sso/acme/link/x"] {
            let page = service.get(path, &headers).await;
            assert!(
                page.body.contains(&format!("<html lang=\"{}\"", language.tag())),
                "{path}: {}",
                page.body
            );
            // A text that is not there would show its key, and a placeholder without a value its name.
            for trace in ["{$", "{-", "signed-in.", "signed-out.", "topic-", "why-", "help."] {
                assert!(!page.body.contains(trace), "{} {path}: {trace}: {}", language.tag(), page.body);
            }
        }
        let page = service.get("/sso/acme/signed-in", &headers).await;
        assert!(
            page.body.contains(&language.say("why-mapped_attribute").replace('\'', "&#39;")),
            "{}",
            page.body
        );
    }
}

#[tokio::test]
async fn names_of_any_script_stand_on_a_page_as_they_are() {
    let service = Service::acme().await;
    for (name, shown) in [
        ("<b>&\"'", "&#60;b&#62;&#38;&#34;&#39;"),
        ("שלום", "\u{2068}שלום Lovelace\u{2069}"),
        ("👩🏽‍🚀", "👩🏽‍🚀 Lovelace"),
        (&"ë".repeat(254), &"ë".repeat(254)),
    ] {
        let response = service.response("ada@acme.example").with(|response| {
            for attribute in response.assertion.attribute_statements.iter_mut().flatten() {
                if attribute.name.as_deref() == Some("FirstName") {
                    attribute.values = vec![name.into()];
                }
            }
        });
        let answer = service.answer(response, &[]).await;
        assert_eq!(answer.status, 303, "{name}: {}", answer.body);
        let page = service.get("/sso/acme/signed-in", &[("cookie", &answer.cookie())]).await;
        assert!(page.between("<h1>", "</h1>").contains(shown), "{}", page.body);
    }
}
