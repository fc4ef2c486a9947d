//! Importing users in the Admin Portal.

use axum::http::Method;
use serde_json::{Value, json};
use vestibule_domain::usecase::ImportUsers;

use crate::administrators::{ROOT, with_root};
use crate::support::{Answer, HTTPS, Service};

const HEADER: &str = "email,first_name,last_name,location,user_type,role\n";

/// A service, and the cookie of an operator.
async fn as_root() -> (Service, String) {
    let service = with_root().await;
    let root = service.signed_in(ROOT).await;
    (service, root)
}

/// Sends a file, and answers the address of its import.
async fn send(service: &Service, cookie: &str, kind: &str, rows: &str) -> String {
    let field = |name: &str, value: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{HEADER}{rows}\r\n--x--\r\n"
    );
    let headers =
        [("content-type", "multipart/form-data; boundary=x"), ("origin", HTTPS), ("cookie", cookie)];
    let body = field("kind", kind) + &file;
    let answer = service.send(Method::POST, "/admin/acme/imports", &headers, body.into_bytes()).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").to_owned()
}

/// The numbers of the lines that a page shows.
fn lines(answer: &Answer) -> Vec<u32> {
    let cells = answer.body.split("data-label=\"Line\">").skip(1);
    cells.map(|cell| cell.split('<').next().unwrap().parse().unwrap()).collect()
}

/// Where a link of the page leads.
fn link(answer: &Answer, rel: &str) -> Option<String> {
    let (before, _) = answer.body.split_once(&format!("\" rel=\"{rel}\""))?;
    let (_, href) = before.rsplit_once("href=\"")?;
    Some(href.replace("&amp;", "&").replace("&#38;", "&").trim_end_matches("#rows").to_owned())
}

async fn users(service: &Service) -> usize {
    let users = service.api("GET", "organizations/acme/users", &Value::Null).await;
    users["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_trial_is_applied_from_its_page_once() {
    let (service, root) = as_root().await;
    let rows = "zoe@acme.example,Zoe,Zimmer,,,\nyan@acme.example,Yan,Young,,,\n";
    let trial = send(&service, &root, "trial", rows).await;
    let page = service.visit(&trial, &root).await;
    assert!(page.body.contains("<h1>Trial: nothing was written</h1>"), "{}", page.body);
    assert!(page.body.contains(&format!("action=\"{trial}/apply\"")));
    let before = users(&service).await;
    send(&service, &root, "import", "yan@acme.example,Yan,Young,,,\n").await;

    let applied = service.press(&format!("{trial}/apply"), &root).await;
    assert_eq!((applied.status, applied.header("location")), (303, trial.as_str()), "{}", applied.body);
    assert_eq!(users(&service).await, before + 2);
    let page = service.visit(&trial, &root).await;
    assert!(page.body.contains("<h1>Import</h1>") && page.body.contains("It was tried first"));
    assert!(page.body.contains("One row became something else than the trial had said"));
    assert!(!page.body.contains("/apply\""));
    let otherwise = service.visit(&format!("{trial}?rows=unforeseen"), &root).await;
    assert_eq!(lines(&otherwise), [3]);
    assert!(otherwise.body.contains("The trial had said: Created"));

    let again = service.press(&format!("{trial}/apply"), &root).await;
    assert_eq!(again.status, 409);
    assert!(again.body.contains("It was applied already, and nothing is done twice"));
    let imports = service.visit("/admin/acme/imports", &root).await;
    assert!(imports.body.contains("<td>Import, tried first</td>"));
}

#[tokio::test]
async fn a_trial_that_cannot_be_applied_says_why() {
    let (service, root) = as_root().await;
    let nothing = send(&service, &root, "trial", "zoe@acme.example,Zoe,,,,\n").await;
    let page = service.visit(&nothing, &root).await;
    assert!(page.body.contains("There is nothing to import"), "{}", page.body);
    assert!(page.body.contains("A new user needs a last name."));
    assert!(!page.body.contains("/apply\""));
    let refused = service.press(&format!("{nothing}/apply"), &root).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("this trial cannot be applied any more"));

    let trial = send(&service, &root, "trial", "zoe@acme.example,Zoe,Zimmer,,,\n").await;
    let zoe = json!({"email": "xe@acme.example", "first_name": "Xe", "last_name": "Xu"});
    let xe = service.api("POST", "organizations/acme/users", &zoe).await["id"].as_str().unwrap().to_owned();
    service.api("DELETE", &format!("organizations/acme/users/{xe}?purge=true"), &Value::Null).await;
    let page = service.visit(&trial, &root).await;
    assert!(page.body.contains("The file of this trial is not kept any more"), "{}", page.body);
    assert!(!page.body.contains("/apply\""));
}

#[tokio::test]
async fn every_row_is_shown_by_outcome_and_a_page_at_a_time() {
    use std::fmt::Write as _;
    let (service, root) = as_root().await;
    let mut rows = String::new();
    for number in 0..450 {
        let location = if number % 9 == 0 { "Atlantis" } else { "" };
        let _ = writeln!(rows, "u{number}@acme.example,U,Ser,{location},,");
    }
    let trial = send(&service, &root, "trial", &rows).await;
    let first = service.visit(&trial, &root).await;
    assert_eq!(lines(&first), (2..202).collect::<Vec<_>>());
    assert!(first.body.contains("All (450)") && first.body.contains("Refused (50)"));
    assert_eq!(link(&first, "prev"), None);
    let second = service.visit(&link(&first, "next").unwrap(), &root).await;
    assert_eq!(lines(&second), (202..402).collect::<Vec<_>>());
    let third = service.visit(&link(&second, "next").unwrap(), &root).await;
    assert_eq!(lines(&third), (402..452).collect::<Vec<_>>());
    assert_eq!(link(&third, "next"), None);
    let back = service.visit(&link(&third, "prev").unwrap(), &root).await;
    assert_eq!(lines(&back), lines(&second));
    let back = service.visit(&link(&back, "prev").unwrap(), &root).await;
    assert_eq!((lines(&back), link(&back, "prev")), (lines(&first), None));

    let refused = service.visit(&format!("{trial}?rows=refused"), &root).await;
    assert_eq!(lines(&refused), (0..50).map(|nth| 2 + 9 * nth).collect::<Vec<_>>());
    assert!(refused.body.contains("The location is not in the catalog. Add it there"));
    let created = service.visit(&format!("{trial}?rows=created"), &root).await;
    assert_eq!(lines(&created).len(), 200);
    assert!(link(&created, "next").unwrap().contains("rows=created&after="));
    let none = service.visit(&format!("{trial}?rows=updated"), &root).await;
    assert!(none.body.contains("No row is like this."));
    // What cannot be meant is as if it were not there.
    let odd = service.visit(&format!("{trial}?rows=%00&after=-1&before=x"), &root).await;
    assert_eq!(lines(&odd), lines(&first));
}

#[tokio::test]
async fn an_import_that_goes_on_is_followed() {
    let (service, root) = as_root().await;
    let rows = "u@acme.example,U,Ser,Atlantis,,\n".repeat(10_001);
    let import = send(&service, &root, "import", &(rows + "zoe@acme.example,Zoe,Zimmer,,,\n")).await;
    let page = service.visit(&import, &root).await;
    assert!(page.body.contains("data-follow data-told=\"10001 of 10002 rows are done\""), "{}", page.body);
    assert!(page.body.contains("<noscript><meta http-equiv=\"refresh\" content=\"3\"></noscript>"));
    assert!(page.header("content-security-policy").contains("connect-src 'self';"));
    assert_eq!(lines(&page), [0; 0]);
    let list = service.visit("/admin/acme/imports", &root).await;
    assert!(!list.header("content-security-policy").contains("connect-src"));
    let busy = send_refused(&service, &root).await;
    assert!(busy.body.contains("has not ended"), "{}", busy.body);

    while ImportUsers(service.world()).run(100).await.unwrap() {}
    let page = service.visit(&import, &root).await;
    assert!(!page.body.contains("data-follow") && !page.body.contains("http-equiv"));
    assert!(
        page.body.contains(
            "data-told=\"Done, with refused rows: 1 created, 0 updated, 0 unchanged, 10001 refused\""
        )
    );
}

/// A file that is sent while another one is imported.
async fn send_refused(service: &Service, cookie: &str) -> Answer {
    let headers =
        [("content-type", "multipart/form-data; boundary=x"), ("origin", HTTPS), ("cookie", cookie)];
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{HEADER}\r\n--x--\r\n"
    );
    let answer = service.send(Method::POST, "/admin/acme/imports", &headers, body.into_bytes()).await;
    assert_eq!(answer.status, 409, "{}", answer.body);
    answer
}
