//! Every page of the portal, as the router lists them, shows the oddest names as they are.

use std::collections::BTreeSet;

use scraper::{Html, Selector};

use crate::administrators::ROOT;
use crate::installation::{Installation, odd_name};

fn count(page: &Html, css: &str) -> usize {
    page.select(&Selector::parse(css).unwrap()).count()
}

/// All values of an attribute.
fn all(page: &Html, attribute: &str) -> Vec<String> {
    let with = Selector::parse(&format!("[{attribute}]")).unwrap();
    page.select(&with).map(|element| element.attr(attribute).unwrap().to_owned()).collect()
}

#[tokio::test]
async fn no_name_becomes_part_of_a_page() {
    let there = Installation::odd().await;
    let root = there.service.signed_in(ROOT).await;
    let (name, mut named) = (odd_name(), 0);
    for path in there.pages().await {
        let answer = there.service.visit(&path, &root).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let page = Html::parse_document(&answer.body);
        assert_eq!(count(&page, "x-evil, [onclick]"), 0, "{path}: {}", answer.body);
        let text = page.root_element().text().collect::<String>();
        let is_whole = text.contains(&name) || all(&page, "value").contains(&name);
        assert!(is_whole || !path.starts_with("/admin/acme"), "{path} does not say the organization's name");
        assert_eq!(count(&page, "h1"), 1, "{path}");
        // A mail, which a page has in a frame, is an article.
        let is_mail = path.ends_with("/mails/shown");
        assert_eq!(count(&page, if is_mail { "[role=article]" } else { "main" }), 1, "{path}");
        let ids = all(&page, "id");
        let unique: BTreeSet<_> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len(), "{path} has an id twice: {ids:?}");
        named += usize::from(is_whole);
    }
    assert!(named > 15, "only {named} pages were looked at");
}
