//! A browser that is used by the keyboard alone: by Tab, Enter, Space and arrows. At each stop one must see where one is.

use serde_json::{Value, json};
use thirtyfour::{Key, TypingData};

use crate::browser::Browser;

/// How many stops somebody would go through on a page.
const MOST_STOPS: usize = 400;

/// Where the focus is, and what is to be reached. A choice of several (radio buttons) has one stop: the chosen one, or the first.
const LOOK: &str = r#"
const wanted = document.querySelector(arguments[0]);
const stop = (() => {
  if (wanted?.type !== "radio") return wanted;
  const all = [...document.querySelectorAll(`input[type=radio][name="${wanted.name}"]`)];
  return all.find((one) => one.checked) ?? wanted;
})();
const at = document.activeElement;
const box = at.getBoundingClientRect();
const style = getComputedStyle(at);
const middle = [(Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2, (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2];
const top = document.elementFromPoint(...middle);
return {
  there: !!wanted,
  reached: at === stop,
  chosen: at === wanted,
  back: !!stop && !!(at.compareDocumentPosition(stop) & Node.DOCUMENT_POSITION_PRECEDING),
  nowhere: at === document.body || at === document.documentElement,
  outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  in_view: box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight,
  covered: !!top && top !== at && !at.contains(top) && !top.contains(at) && !at.labels?.length,
  kind: wanted?.tagName === "INPUT" ? wanted.type : wanted?.tagName.toLowerCase(),
  what: at.outerHTML.slice(0, 160),
};
"#;

/// What stands in whose way who reads or uses the page without seeing or pointing at it.
const TABINDEX: &str =
    "return document.querySelectorAll('[tabindex]:not([tabindex=\"0\"]):not([tabindex=\"-1\"])').length";

impl Browser {
    /// From now on the keyboard does what is asked for.
    #[must_use]
    pub fn by_keyboard(mut self) -> Self {
        self.keyboard_alone = true;
        self
    }

    /// Goes to the next stop, or back to the one before.
    pub async fn tab(&self, back: bool) {
        // As keys of the keyboard and not of an element: a field for a file takes nothing but paths.
        let keys = self.driver.action_chain();
        let keys = if back {
            keys.key_down(Key::Shift).send_keys(Key::Tab).key_up(Key::Shift)
        } else {
            keys.send_keys(Key::Tab)
        };
        keys.perform().await.unwrap();
    }

    /// Presses keys where the focus is.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        self.driver.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// The id of what has the focus; empty where that has none.
    pub async fn focused(&self) -> String {
        let id = self.driver.execute("return document.activeElement.id", []).await.unwrap();
        id.convert().unwrap()
    }

    async fn stop(&self, css: &str) -> Value {
        self.driver.execute(LOOK, vec![json!(css)]).await.unwrap().json().clone()
    }

    /// Goes to what a CSS selector finds, and answers what it is.
    pub(crate) async fn reach(&self, css: &str) -> String {
        self.until(css).await;
        let jumps = self.driver.execute(TABINDEX, []).await.unwrap();
        assert_eq!(jumps.json(), 0, "the order of {} is not that of its text", self.url().await);
        let mut way = Vec::new();
        for _ in 0..MOST_STOPS {
            let seen = self.stop(css).await;
            if seen["reached"] == true {
                self.must_be_seen(&seen).await;
                return seen["kind"].as_str().unwrap().to_owned();
            }
            self.tab(seen["back"] == true).await;
            let seen = self.stop(css).await;
            if seen["nowhere"] == false {
                self.must_be_seen(&seen).await;
            }
            way.push(seen["what"].as_str().unwrap().to_owned());
        }
        panic!("{css} is not reached on {} by way of {way:#?}", self.url().await);
    }

    async fn must_be_seen(&self, stop: &Value) {
        let place = self.url().await;
        assert!(stop["outlined"] == true, "one does not see that this has the focus on {place}: {stop:#}");
        assert!(stop["in_view"] == true, "what has the focus is not in sight on {place}: {stop:#}");
        assert!(stop["covered"] == false, "what has the focus is covered on {place}: {stop:#}");
    }

    /// Presses a button, follows a link, checks a box, chooses one of several.
    pub(crate) async fn press_on(&self, css: &str) {
        match self.reach(css).await.as_str() {
            "checkbox" => self.press(" ").await,
            "radio" => {
                for _ in 0..MOST_STOPS {
                    if self.stop(css).await["chosen"] == true {
                        return self.press(" ").await;
                    }
                    self.press(Key::Down).await;
                }
                panic!("{css} is not chosen");
            }
            _ => self.press(Key::Enter).await,
        }
    }

    /// Types a text in place of what is in a field.
    pub(crate) async fn type_into(&self, css: &str, text: &str) {
        self.reach(css).await;
        self.press(Key::Control + "a").await;
        self.press(Key::Delete).await;
        if !text.is_empty() {
            self.press(text).await;
        }
    }
}
