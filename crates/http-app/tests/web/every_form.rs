//! Every form of the portal, as the pages have them that the router lists, comes back with what was typed and what is wrong with it.

use axum::http::Method;
use scraper::{ElementRef, Html, Selector};
use url::form_urlencoded;

use crate::administrators::ROOT;
use crate::installation::{FORM, HERE, Installation, odd_name};
use crate::support::Answer;

/// A field that somebody types into.
const TYPED: &str =
    "input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=file]), textarea";

/// A form, sent by one of its buttons.
#[derive(Debug, Clone)]
struct Filled {
    action: String,
    /// Whether its fields are parts, so that it can have a file.
    in_parts: bool,
    fields: Vec<(String, String)>,
    /// The names of those that somebody types into, but for passwords, which nobody gets back.
    typed: Vec<String>,
}

fn all<'a>(of: ElementRef<'a>, css: &str) -> Vec<ElementRef<'a>> {
    of.select(&Selector::parse(css).unwrap()).collect()
}

fn attribute(element: ElementRef<'_>, name: &str) -> String {
    element.attr(name).unwrap_or_default().to_owned()
}

/// What a label or a link says, without what it says of optional fields.
fn named(element: ElementRef<'_>) -> String {
    let optional: String = all(element, ".optional").iter().flat_map(ElementRef::text).collect();
    let text = element.text().collect::<String>().to_lowercase();
    let text = text.trim().trim_end_matches(&*optional.to_lowercase()).trim();
    text.trim_start_matches("or ").to_owned()
}

/// What a field has in it, as a browser would send it.
fn value(field: ElementRef<'_>) -> Option<(String, String)> {
    let name = attribute(field, "name");
    let value = match field.value().name() {
        "textarea" => {
            let text: String = field.text().collect();
            text.strip_prefix('\n').unwrap_or(&text).to_owned()
        }
        "select" => {
            let options = all(field, "option");
            let chosen =
                options.iter().find(|option| option.attr("selected").is_some()).or(options.first())?;
            attribute(*chosen, "value")
        }
        _ => match field.attr("type") {
            Some("file") => return None,
            Some("checkbox" | "radio") if field.attr("checked").is_none() => return None,
            _ => attribute(field, "value"),
        },
    };
    Some((name, value))
}

/// Every way to send one of a page's forms.
fn forms(page: &str, address: &str) -> Vec<Filled> {
    let page = Html::parse_document(page);
    let mut found = Vec::new();
    for form in all(page.root_element(), "form[method=post]") {
        let fields = all(form, "input[name], textarea[name], select[name]");
        let typed = all(form, TYPED);
        let typed = typed
            .iter()
            .filter(|field| field.attr("type") != Some("password") && field.attr("readonly").is_none());
        let sent = Filled {
            action: form.attr("action").filter(|action| !action.is_empty()).unwrap_or(address).to_owned(),
            in_parts: form.attr("enctype") == Some("multipart/form-data"),
            fields: fields.into_iter().filter_map(value).collect(),
            typed: typed.map(|field| attribute(*field, "name")).filter(|name| !name.is_empty()).collect(),
        };
        let buttons = all(form, "button");
        assert!(!buttons.is_empty(), "{address}: a form for {} has no button", sent.action);
        for button in buttons.into_iter().filter(|button| button.attr("type") != Some("button")) {
            let mut sent = sent.clone();
            if let Some(action) = button.attr("formaction") {
                action.clone_into(&mut sent.action);
            }
            if let Some(name) = button.attr("name") {
                sent.fields.push((name.to_owned(), attribute(button, "value")));
            }
            found.push(sent);
        }
    }
    found
}

impl Filled {
    /// The same form with that typed into all of its fields, passwords too.
    fn typing(mut self, page: &str, text: &str) -> Self {
        let page = Html::parse_document(page);
        for field in all(page.root_element(), TYPED) {
            let name = attribute(field, "name");
            for (_, value) in self.fields.iter_mut().filter(|(known, _)| *known == name) {
                text.clone_into(value);
            }
        }
        self
    }

    async fn send(&self, there: &Installation, cookie: &str) -> Answer {
        let (kind, body) = if self.in_parts {
            let parts = self.fields.iter().map(|(name, value)| {
                format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            });
            ("multipart/form-data; boundary=x", parts.chain(["--x--\r\n".to_owned()]).collect::<String>())
        } else {
            (FORM.1, form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish())
        };
        let headers = [("content-type", kind), HERE, ("cookie", cookie)];
        there.service.send(Method::POST, &self.action, &headers, body.into_bytes()).await
    }

    /// Fails where the form is refused without saying what is wrong beside each field, or where something that was typed is lost.
    fn must_come_back(&self, answer: &Answer) {
        let say = || format!("{} {}", self.action, answer.body);
        assert!(answer.status < 500, "{} {}", answer.status, say());
        if [200, 201, 303].contains(&answer.status) {
            return;
        }
        let page = Html::parse_document(&answer.body);
        assert_eq!(all(page.root_element(), "x-evil").len(), 0, "{}", say());
        let links = all(page.root_element(), "#faults a");
        if links.is_empty() {
            // Nothing was typed that could be lost, and the page says what to do.
            assert!(self.typed.is_empty(), "{} lost {:?}: {}", answer.status, self.typed, say());
            assert!(!all(page.root_element(), "main[data-error-code] .button").is_empty(), "{}", say());
            return;
        }
        for link in links {
            let fault = attribute(link, "href");
            if fault == "#saved_meanwhile" {
                assert_eq!(all(page.root_element(), "#saved_meanwhile td").len() % 2, 0, "{}", say());
                continue;
            }
            let fields = all(page.root_element(), &format!("{fault}:is(input, textarea, select)"));
            assert_eq!(fields.len(), 1, "the fault {fault} has no field: {}", say());
            assert_eq!(fields[0].attr("aria-invalid"), Some("true"), "{fault}: {}", say());
            assert_ne!(fields[0].attr("type"), Some("hidden"), "{fault}");
            let described = attribute(fields[0], "aria-describedby");
            for id in described.split_whitespace() {
                assert_eq!(all(page.root_element(), &format!("#{id}")).len(), 1, "{fault} {id}: {}", say());
            }
            assert!(described.contains("-fault"), "{fault}: {described}");
            for label in all(page.root_element(), &format!("label[for='{}']", &fault[1..])) {
                assert!(named(link).ends_with(&named(label)), "{fault} is called {:?}", named(link));
            }
        }
        let fields: Vec<_> = forms(&answer.body, "").into_iter().flat_map(|form| form.fields).collect();
        for (name, typed) in self.fields.iter().filter(|(name, _)| self.typed.contains(name)) {
            let kept = fields.iter().any(|(known, value)| known == name && value.trim() == typed.trim());
            assert!(kept || typed.trim().is_empty(), "{name} was {typed:?}, and is lost: {}", say());
        }
    }
}

/// Every form of every page, each with its page, on an installation of its own.
async fn of_every_form(each: impl AsyncFn(&Installation, &str, &str, Filled)) -> usize {
    let mut there = Installation::odd().await;
    let mut pages = there.pages().await;
    let mut sent = 0;
    for number in 0..pages.len() {
        for form in 0.. {
            let cookie = there.service.signed_in(ROOT).await;
            let answer = there.service.visit(&pages[number], &cookie).await;
            if answer.status != 200 {
                // The form before has taken it away.
                there = Installation::odd().await;
                pages = there.pages().await;
                let cookie = there.service.signed_in(ROOT).await;
                let answer = there.service.visit(&pages[number], &cookie).await;
                assert_eq!(answer.status, 200, "{}", pages[number]);
                continue;
            }
            let Some(filled) = forms(&answer.body, &pages[number]).into_iter().nth(form) else { break };
            each(&there, &cookie, &answer.body, filled).await;
            sent += 1;
        }
    }
    sent
}

/// Types a text into every field of every form.
async fn comes_back(text: &str) {
    let sent = of_every_form(async |there, cookie, page, form| {
        let form = form.typing(page, text);
        let answer = form.send(there, cookie).await;
        form.must_come_back(&answer);
    })
    .await;
    assert!(sent > 40, "only {sent} forms were sent");
}

#[tokio::test(start_paused = true)]
async fn what_was_left_empty_comes_back_with_its_faults() {
    comes_back("").await;
}

#[tokio::test(start_paused = true)]
async fn an_odd_text_comes_back_with_its_faults() {
    comes_back(&odd_name()).await;
}

#[tokio::test(start_paused = true)]
async fn two_lines_come_back_with_their_faults() {
    comes_back(&format!("{}\n{}", odd_name(), odd_name())).await;
}

#[tokio::test(start_paused = true)]
async fn a_long_text_comes_back_with_its_faults() {
    comes_back(&"x".repeat(20_000)).await;
}

#[tokio::test(start_paused = true)]
async fn a_form_that_is_sent_twice_loses_nothing() {
    of_every_form(async |there, cookie, _, form| {
        let first = form.send(there, cookie).await;
        form.must_come_back(&first);
        let second = form.send(there, cookie).await;
        form.must_come_back(&second);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_form_whose_session_has_ended_says_how_it_is_not_lost() {
    of_every_form(async |there, cookie, _, form| {
        // These need none.
        if ["/admin/theme", "/admin/sign-out", "/admin/lost-password"].contains(&&*form.action) {
            return;
        }
        there.service.press("/admin/sign-out", cookie).await;
        let answer = form.send(there, cookie).await;
        answer.is_page(401, "session_ended");
        assert!(answer.body.contains("it sends once more what you typed"), "{}", answer.body);
    })
    .await;
}
