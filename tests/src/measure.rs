//! What a browser measures of a page.

use serde_json::json;
use url::Url;

use crate::browser::Browser;

/// A page as it was shown.
#[derive(Debug)]
pub struct Measured {
    /// How many pixels it is wider than the window.
    pub too_wide: i64,
    /// What stands out of the window, and cannot be scrolled by itself.
    pub sticking_out: Vec<String>,
    /// How far things have moved while it was loaded: the sum of the browser's own scores (Layout Instability, W3C).
    pub shift: f64,
    /// How many bytes were sent for it: its document, style, script and pictures.
    pub bytes: u64,
    /// How many milliseconds went by from the request until it was there.
    pub milliseconds: f64,
    /// Where its links lead.
    pub links: Vec<Url>,
}

const MEASURE: &str = r#"
const done = arguments[0];
let shift = 0;
const observer = new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) shift += entry.value;
});
observer.observe({ type: "layout-shift", buffered: true });
const scrolls = (element) => {
  for (let at = element.parentElement; at; at = at.parentElement) {
    if (getComputedStyle(at).overflowX !== "visible") return true;
  }
  return false;
};
const width = document.documentElement.clientWidth;
const out = [...document.body.querySelectorAll("*")].filter(
  (element) => element.getBoundingClientRect().right > width + 1 && !scrolls(element));
const [document_] = performance.getEntriesByType("navigation");
const parts = [document_, ...performance.getEntriesByType("resource")];
setTimeout(() => done({
  too_wide: document.documentElement.scrollWidth - width,
  sticking_out: out.map((element) => element.outerHTML.slice(0, 120)),
  shift,
  bytes: parts.reduce((sum, part) => sum + part.encodedBodySize, 0),
  milliseconds: document_.loadEventEnd - document_.requestStart,
  links: [...document.links].map((link) => link.href),
}), 150);
"#;

impl Browser {
    /// From now on pages are shown in a window of that size.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.command("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// From now on everything is loaded anew, as at a first visit.
    pub async fn forget_what_was_loaded(&self) {
        self.command("Network.enable", json!({})).await;
        self.command("Network.setCacheDisabled", json!({"cacheDisabled": true})).await;
    }

    /// Measures the page.
    pub async fn measure(&self) -> Measured {
        let measured = self.driver.execute_async(MEASURE, []).await.unwrap();
        let measured = measured.json();
        let texts = |name: &str| -> Vec<String> {
            let texts = measured[name].as_array().unwrap().iter();
            texts.map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let number = |name: &str| measured[name].as_f64().unwrap();
        Measured {
            too_wide: measured["too_wide"].as_i64().unwrap(),
            sticking_out: texts("sticking_out"),
            shift: number("shift"),
            bytes: measured["bytes"].as_u64().unwrap(),
            milliseconds: number("milliseconds"),
            links: texts("links").iter().filter_map(|link| Url::parse(link).ok()).collect(),
        }
    }
}
