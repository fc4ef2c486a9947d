//! Every route that changes something, as the router itself lists them, refuses whoever has no business there, and changes nothing then. A
//! new route fails here until somebody has said who may take it.

use axum::http::Method;
use chrono::Duration;
use serde_json::{Value, json};
use vestibule_http_app::web::addresses;

use crate::administrators::ROOT;
use crate::installation::{BOB, EVE, HERE, Installation, Route, routes};
use crate::support::{HTTPS, Service};

/// What must be there before anything is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behind {
    /// An API key.
    Key,
    /// A signed-in administrator: any, or one of the organization that the path names.
    Administrator,
    /// A signed-in operator.
    Operator,
    /// Something else that the request itself proves: a password, a mailed token; or nothing, where it is about the browser alone.
    Proof,
    /// A signature of an identity provider, which is on another site.
    Signature,
}

/// What is taken from whoever has no session, and what proves that they may.
const WITHOUT_SESSION: [&str; 9] = [
    // A password.
    "/admin/sign-in",
    // Ends or changes what this browser alone has.
    "/admin/sign-out",
    "/admin/theme",
    "/session/logout",
    // An address, to which a mail goes.
    "/admin/lost-password",
    // A token that was printed, or mailed.
    "/admin/first/{token}",
    "/admin/set-password/{token}",
    "/admin/setup/{token}",
    "/sso/{org}/link/{token}",
];

/// What identity providers send.
const SIGNED: [&str; 2] = ["/sso/{org}/acs", "/sso/{org}/slo"];

/// What every administrator may do with themselves.
const OF_ONESELF: [&str; 2] = ["/admin/account/password", "/admin/account/sign-out-elsewhere"];

/// What nobody but an operator does with an organization.
const OF_OPERATORS: [&str; 1] = ["/admin/{org}/settings/delete"];

fn behind(path: &str) -> Behind {
    match path {
        _ if path.starts_with("/api/v1/") => Behind::Key,
        _ if WITHOUT_SESSION.contains(&path) => Behind::Proof,
        _ if SIGNED.contains(&path) => Behind::Signature,
        _ if OF_OPERATORS.contains(&path) => Behind::Operator,
        _ if OF_ONESELF.contains(&path) || path.starts_with("/admin/{org}/") => Behind::Administrator,
        _ if path.starts_with("/admin/") => Behind::Operator,
        _ => panic!("nobody has said who may send something to {path}"),
    }
}

fn changes(method: &Method) -> bool {
    ![Method::GET, Method::HEAD, Method::OPTIONS].contains(method)
}

/// Every route that is behind that, and can change something.
async fn changing(service: &Service, which: impl Fn(Behind) -> bool) -> Vec<Route> {
    let mut routes = routes(service).await;
    routes.retain(|(path, method)| changes(method) && which(behind(path)));
    assert!(!routes.is_empty());
    routes
}

impl Installation {
    /// Sends a request that is refused so, and changes nothing.
    async fn refuses(
        &self,
        route: &Route,
        organization: &str,
        headers: &[(&str, &str)],
        refusals: &[(u16, &str)],
    ) {
        let before = self.service.store.everything();
        let answer = self.send(route, organization, headers).await;
        let told = refusals.iter().any(|(status, code)| {
            let names = [format!("data-error-code=\"{code}\""), format!("\"code\":\"{code}\"")];
            answer.status == *status && names.iter().any(|name| answer.body.contains(name))
        });
        assert!(told, "{route:?} {headers:?}: {} {}", answer.status, answer.body);
        assert_eq!(answer.header("set-cookie"), "", "{route:?}");
        assert!(self.service.store.everything() == before, "{route:?} {headers:?} changed something");
    }
}

#[tokio::test]
async fn the_router_lists_what_it_serves() {
    let service = Service::acme().await;
    let routes = routes(&service).await;
    let count = |which: fn(&Route) -> bool| routes.iter().filter(|route| which(route)).count();
    assert!(count(|(path, method)| path.starts_with("/admin") && changes(method)) > 25, "{routes:#?}");
    assert!(count(|(path, method)| path.starts_with("/api/v1") && changes(method)) > 25, "{routes:#?}");
    for known in WITHOUT_SESSION.iter().chain(&SIGNED).chain(&OF_ONESELF).chain(&OF_OPERATORS) {
        assert!(routes.iter().any(|(path, method)| path == known && changes(method)), "{known} is gone");
    }
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let there = Installation::new().await;
    let root = there.service.signed_in(ROOT).await;
    let of_people = |behind| ![Behind::Key, Behind::Signature].contains(&behind);
    for route in changing(&there.service, of_people).await {
        for elsewhere in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[("origin", HTTPS), ("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
        ] {
            let headers = [elsewhere, &[("cookie", root.as_str())]].concat();
            there.refuses(&route, "acme", &headers, &[(403, "cross_site_request")]).await;
        }
    }
}

#[tokio::test]
async fn the_portal_takes_nothing_that_does_not_say_where_it_is_from() {
    let there = Installation::new().await;
    let root = there.service.signed_in(ROOT).await;
    let portal =
        changing(&there.service, |_| true).await.into_iter().filter(|(path, _)| path.starts_with("/admin"));
    for route in portal {
        for cookie in [root.as_str(), ""] {
            there.refuses(&route, "acme", &[("cookie", cookie)], &[(403, "cross_site_request")]).await;
        }
    }
}

#[tokio::test]
async fn nothing_is_changed_without_a_session() {
    let there = Installation::new().await;
    let root = there.service.signed_in(ROOT).await;
    let behind_session = |behind| [Behind::Administrator, Behind::Operator].contains(&behind);
    let routes = changing(&there.service, behind_session).await;
    there.service.clock.advance(Duration::minutes(31));
    let strange = format!("__Host-vestibule_admin={}", "0".repeat(64));
    for route in routes {
        for cookie in ["", "__Host-vestibule_admin=x", strange.as_str(), root.as_str()] {
            let ended = [(401, "session_ended")];
            there.refuses(&route, "acme", &[HERE, ("cookie", cookie)], &ended).await;
        }
    }
}

#[tokio::test]
async fn an_administrator_changes_nothing_of_another_organization() {
    let there = Installation::new().await;
    let eve = there.service.signed_in(EVE).await;
    for route in changing(&there.service, |behind| behind == Behind::Administrator).await {
        if route.0.starts_with("/admin/{org}") {
            let missing = [(404, "organization_not_found")];
            there.refuses(&route, "acme", &[HERE, ("cookie", &eve)], &missing).await;
            there.refuses(&route, "nowhere", &[HERE, ("cookie", &eve)], &missing).await;
        }
    }
}

#[tokio::test]
async fn an_administrator_does_nothing_that_is_an_operators() {
    let there = Installation::new().await;
    let bob = there.service.signed_in(BOB).await;
    for route in changing(&there.service, |behind| behind == Behind::Operator).await {
        there.refuses(&route, "acme", &[HERE, ("cookie", &bob)], &[(404, "not_found")]).await;
    }
}

#[tokio::test]
async fn a_row_is_found_in_its_own_organization_alone() {
    let there = Installation::new().await;
    let (root, eve) = (there.service.signed_in(ROOT).await, there.service.signed_in(EVE).await);
    let mut tried = 0;
    for route in changing(&there.service, |behind| behind == Behind::Administrator).await {
        let names_a_row = route.0.strip_prefix("/admin/{org}/").is_some_and(|rest| rest.contains('{'));
        for cookie in [&root, &eve].into_iter().filter(|_| names_a_row) {
            let missing = [
                (404, "not_found"),
                (404, "connection_not_found"),
                (404, "user_not_found"),
                (404, "api_key_not_found"),
                (404, "administrator_not_found"),
                (404, "setup_link_not_found"),
            ];
            there.refuses(&route, "rival", &[HERE, ("cookie", cookie)], &missing).await;
            tried += 1;
        }
    }
    assert!(tried > 20, "only {tried} were tried");
}

/// The other half: whoever has business there is not refused, so that the refusals are no accident of a wrong path.
#[tokio::test]
async fn who_may_take_a_route_gets_through() {
    let there = Installation::new().await;
    let behind_session = |behind| [Behind::Administrator, Behind::Operator].contains(&behind);
    for route in changing(&there.service, behind_session).await {
        for who in [ROOT, BOB] {
            let there = Installation::new().await;
            let cookie = there.service.signed_in(who).await;
            let answer = there.send(&route, "acme", &[HERE, ("cookie", &cookie)]).await;
            let codes =
                ["session_ended", "cross_site_request", "operator_only", "method_not_allowed", "not_found"];
            let missing =
                ["organization", "connection", "user", "api_key"].map(|what| format!("{what}_not_found"));
            let codes = codes.into_iter().chain(missing.iter().map(String::as_str));
            let refused = codes
                .map(|code| format!("data-error-code=\"{code}\""))
                .any(|name| answer.body.contains(&name));
            let may = who == ROOT || behind(&route.0) == Behind::Administrator;
            assert_eq!(refused, !may, "{who} {route:?}: {} {}", answer.status, answer.body);
        }
    }
}

#[tokio::test]
async fn a_method_that_an_address_has_not_changes_nothing() {
    let there = Installation::new().await;
    let root = there.service.signed_in(ROOT).await;
    let routes = routes(&there.service).await;
    let headers = [HERE, ("cookie", root.as_str()), ("authorization", there.service.operator())];
    for path in addresses() {
        let has = |method: &Method| routes.iter().any(|(known, has)| *known == path && has == method);
        let all = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        for method in all.into_iter().filter(|method| !has(method)) {
            let wrong = [(405, "method_not_allowed")];
            there.refuses(&(path.clone(), method), "acme", &headers, &wrong).await;
        }
    }
    // Neither does one that another method pretends to be.
    for route in routes.iter().filter(|(path, method)| path.starts_with("/admin") && changes(method)) {
        let headers = [("cookie", root.as_str()), ("x-http-method-override", "POST")];
        let before = there.service.store.everything();
        there.send(&(route.0.clone(), Method::GET), "acme", &headers).await;
        assert!(there.service.store.everything() == before, "{route:?}");
    }
}

#[tokio::test]
async fn the_api_answers_nobody_without_a_key() {
    let there = Installation::new().await;
    let root = there.service.signed_in(ROOT).await;
    let strange = format!("Bearer vk_{}", "f".repeat(64));
    let api = routes(&there.service).await.into_iter().filter(|(path, _)| path.starts_with("/api/v1/"));
    for route in api.filter(|(_, method)| *method != Method::HEAD) {
        for key in ["", "Bearer", "Bearer vk_1", &strange] {
            // A portal's session is no key.
            let headers = [("authorization", key), ("cookie", root.as_str()), HERE];
            there.refuses(&route, "acme", &headers, &[(401, "unauthorized")]).await;
        }
    }
}

#[tokio::test]
async fn a_key_of_another_organization_changes_nothing() {
    let there = Installation::new().await;
    let made = there.service.api("POST", "organizations/rival/api-keys", &json!({"name": "eve"})).await;
    let key = format!("Bearer {}", made["key"].as_str().unwrap());
    let headers = [("authorization", key.as_str())];
    // The first use is written down.
    let warm = ("/api/v1/organizations/{org}".to_owned(), Method::GET);
    assert_eq!(there.send(&warm, "rival", &headers).await.status, 200);
    while there.service.api("GET", "organizations/rival/api-keys", &Value::Null).await["items"][0]["last_used_at"].is_null() {
        tokio::task::yield_now().await;
    }
    for route in changing(&there.service, |behind| behind == Behind::Key).await {
        match route.0.strip_prefix("/api/v1/organizations/{org}") {
            None => {
                let missing = [(403, "operator_only"), (404, "not_found")];
                there.refuses(&route, "acme", &headers, &missing).await;
            }
            Some(rest) => {
                there.refuses(&route, "acme", &headers, &[(404, "organization_not_found")]).await;
                if rest.contains('{') {
                    let before = there.service.store.everything();
                    let answer = there.send(&route, "rival", &headers).await;
                    assert!((400..500).contains(&answer.status), "{route:?}: {}", answer.body);
                    assert!(there.service.store.everything() == before, "{route:?} changed something");
                }
            }
        }
    }
}
