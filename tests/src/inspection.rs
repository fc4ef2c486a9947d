//! Pages as they are looked at: by day and by night, on a desk and on a telephone, by a person and by axe.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::environment::variable;

/// The screens and schemes in which every page must be right. The last is how a browser of these tests usually is.
const LOOKS: [Look; 4] = [
    Look { scheme: "dark", width: 320 },
    Look { scheme: "light", width: 320 },
    Look { scheme: "dark", width: 1_280 },
    Look { scheme: "light", width: 1_280 },
];

/// What WCAG 2.2 AA wants, and what axe's makers think better.
const RULES: [&str; 6] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/// Runs axe, and tells the rule and the place of each fault.
const FAULTS: &str = "const [rules, done] = arguments;
axe.run({runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']}).then(
    found => done(found.violations.flatMap(({id, nodes}) => nodes.map(({target, failureSummary}) => `${id} at ${target}: ${failureSummary}`))),
    error => done([`axe failed: ${error}`]));";

/// What is wider than the screen, and is not in a part of the page that scrolls by itself.
const WIDER: &str =
    "const wide = document.documentElement.scrollWidth, screen = document.documentElement.clientWidth;
return wide > screen ? [`the page is ${wide} px wide on a screen of ${screen}`] : [];";

/// Where an element is on the page: left, top, width and height, with 16 px around it.
const PLACE: &str = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
return [box.x + scrollX - 16, box.y + scrollY - 16, box.width + 32, box.height + 32];";

#[derive(Clone, Copy)]
struct Look {
    scheme: &'static str,
    width: u32,
}

impl Look {
    /// What tells its pictures from those of the usual look.
    fn suffix(self) -> &'static str {
        match (self.scheme, self.width) {
            ("dark", 320) => "-dark-320",
            ("dark", _) => "-dark",
            (_, 320) => "-320",
            _ => "",
        }
    }
}

impl Browser {
    /// Looks at the page by day and by night, wide and narrow, and answers what is wrong with it. Leaves a picture of each
    /// look ([`Self::picture`]).
    pub async fn inspect(&self, name: &str) -> Vec<String> {
        self.driver.execute(&fs::read_to_string(variable("VESTIBULE_TEST_AXE")).unwrap(), []).await.unwrap();
        let mut findings = Vec::new();
        for look in LOOKS {
            self.look(look).await;
            let faults = self.driver.execute_async(FAULTS, [json!(RULES)]).await.unwrap();
            let wider = self.driver.execute(WIDER, []).await.unwrap();
            let found = [faults, wider].map(|found| found.convert::<Vec<String>>().unwrap()).concat();
            let at = format!("{name}, {}, {} px", look.scheme, look.width);
            findings.extend(found.into_iter().map(|finding| format!("{at}: {finding}")));
            self.picture(&format!("{name}{}", look.suffix())).await;
        }
        findings
    }

    async fn look(&self, look: Look) {
        let features = json!([{"name": "prefers-color-scheme", "value": look.scheme},
                              // No colour is looked at while it changes.
                              {"name": "prefers-reduced-motion", "value": "reduce"}]);
        self.command("Emulation.setEmulatedMedia", json!({"features": features})).await;
        let screen = json!({"width": look.width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.command("Emulation.setDeviceMetricsOverride", screen).await;
    }

    /// Leaves a picture of the whole page in the folder `VESTIBULE_SCREENSHOTS`, if there is one.
    pub async fn picture(&self, name: &str) {
        let page = &self.command("Page.getLayoutMetrics", json!({})).await["cssContentSize"];
        self.capture(name, json!([0, 0, page["width"], page["height"]])).await;
    }

    /// The same of what a CSS selector finds, with a little around it.
    pub async fn picture_of(&self, name: &str, css: &str) {
        self.until(css).await;
        let place = self.driver.execute(PLACE, [json!(css)]).await.unwrap();
        self.capture(name, place.json().clone()).await;
    }

    async fn capture(&self, name: &str, place: Value) {
        #[expect(
            clippy::disallowed_methods,
            reason = "the service's configuration is another matter than the tests'"
        )]
        let Ok(folder) = std::env::var("VESTIBULE_SCREENSHOTS") else { return };
        let clip = json!({"x": place[0], "y": place[1], "width": place[2], "height": place[3], "scale": 1});
        let parameters = json!({"captureBeyondViewport": true, "clip": clip});
        let picture = self.command("Page.captureScreenshot", parameters).await;
        let picture = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
        fs::create_dir_all(&folder).unwrap();
        fs::write(format!("{folder}/{name}.png"), picture).unwrap();
    }

    /// A command of the Chrome DevTools Protocol.
    pub(crate) async fn command(&self, name: &str, parameters: Value) -> Value {
        self.driver.cdp().send_raw(name, parameters).await.unwrap()
    }
}
