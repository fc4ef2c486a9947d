//! Chromium, as a person uses it.

use std::process::Command;
use std::time::{Duration, Instant};

use reqwest::Client;
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::{By, ChromeCapabilities, ChromiumLikeCapabilities as _, DesiredCapabilities, WebDriver};
use url::Url;

use crate::environment::variable;
use crate::program::{PATIENCE, Program, free_port};

/// Without these Chromium asks its maker's hosts for many things, and needs more than a container has.
const ARGUMENTS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // For the pictures.
    "--hide-scrollbars",
];

/// A browser with an empty profile.
pub struct Browser {
    pub(crate) driver: WebDriver,
    pub(crate) keyboard_alone: bool,
    _chromedriver: Program,
    _folder: TempDir,
}

impl Browser {
    /// A browser that runs scripts, or one that does not.
    pub async fn start(scripts: bool) -> Self {
        // Plain http needs no cryptography, but the client does not start without.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut command = Command::new(variable("CHROMEDRIVER"));
        let chromedriver =
            Program::start(command.arg(format!("--port={port}")), &folder.path().join("chromedriver.log"));
        let mut capabilities = DesiredCapabilities::chrome();
        capabilities.set_binary(&variable("CHROMIUM")).unwrap();
        for argument in ARGUMENTS {
            capabilities.add_arg(argument).unwrap();
        }
        let profile = folder.path().join("profile");
        capabilities.add_arg(&format!("--user-data-dir={}", profile.display())).unwrap();
        if !scripts {
            forbid_scripts(&mut capabilities);
        }
        let driver = connect(&format!("http://127.0.0.1:{port}"), &capabilities).await;
        driver.set_window_rect(0, 0, 1_280, 1_000).await.unwrap();
        Self { driver, keyboard_alone: false, _chromedriver: chromedriver, _folder: folder }
    }

    /// Opens an address.
    pub async fn open(&self, url: &str) {
        self.driver.goto(url).await.unwrap();
    }

    /// Clicks what a CSS selector finds, once it is there.
    pub async fn click(&self, css: &str) {
        if self.keyboard_alone {
            return self.press_on(css).await;
        }
        self.until(css).await;
        self.driver.find(By::Css(css)).await.unwrap().click().await.unwrap();
    }

    /// Types a text into a field, in place of what is there.
    pub async fn fill(&self, css: &str, text: &str) {
        if self.keyboard_alone {
            return self.type_into(css, text).await;
        }
        self.until(css).await;
        let field = self.driver.find(By::Css(css)).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Chooses a value of a list, or a file of an input.
    pub async fn choose(&self, css: &str, value: &str) {
        if self.keyboard_alone {
            // What a browser asks for a file with is the system's; the driver answers in its place.
            self.reach(css).await;
        }
        self.until(css).await;
        self.driver.find(By::Css(css)).await.unwrap().send_keys(value).await.unwrap();
    }

    /// Goes on in the tab that was opened last.
    pub async fn to_newest_tab(&self) {
        let end = Instant::now() + PATIENCE;
        let tabs = loop {
            let tabs = self.driver.windows().await.unwrap();
            if tabs.len() > 1 {
                break tabs;
            }
            assert!(Instant::now() < end, "no other tab was opened: {}", self.page().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        self.driver.switch_to_window(tabs.last().unwrap().clone()).await.unwrap();
    }

    /// Closes the tab, and goes on in the first one.
    pub async fn close_tab(&self) {
        self.driver.close_window().await.unwrap();
        let tabs = self.driver.windows().await.unwrap();
        self.driver.switch_to_window(tabs[0].clone()).await.unwrap();
    }

    /// Waits until a CSS selector finds something, and answers its text as a person sees it.
    pub async fn until(&self, css: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Ok(element) = self.driver.find(By::Css(css)).await
                && let Ok(text) = element.text().await
            {
                return text;
            }
            assert!(Instant::now() < end, "no {css} on {}: {}", self.url().await, self.page().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// An attribute of what a CSS selector finds, once it is there.
    pub async fn attribute(&self, css: &str, name: &str) -> Option<String> {
        self.until(css).await;
        self.driver.find(By::Css(css)).await.unwrap().attr(name).await.unwrap()
    }

    /// How many elements a CSS selector finds.
    pub async fn count(&self, css: &str) -> usize {
        self.driver.find_all(By::Css(css)).await.unwrap().len()
    }

    /// Where it is.
    pub async fn url(&self) -> Url {
        self.driver.current_url().await.unwrap()
    }

    /// The page's source.
    pub async fn page(&self) -> String {
        self.driver.source().await.unwrap()
    }

    /// Ends the browser. Chromium outlives a chromedriver that is merely killed.
    pub async fn quit(self) {
        self.driver.quit().await.unwrap();
    }
}

fn forbid_scripts(capabilities: &mut ChromeCapabilities) {
    let blocked = json!({"profile.managed_default_content_settings.javascript": 2});
    capabilities.add_experimental_option("prefs", blocked).unwrap();
}

async fn connect(url: &str, capabilities: &ChromeCapabilities) -> WebDriver {
    // A test that fails drops its driver, which then ends Chromium from a thread of its own while the test's runtime stands still. A
    // connection that is kept open would be read by nobody, and the failure be told two minutes later.
    let client = Client::builder().no_proxy().pool_max_idle_per_host(0).timeout(PATIENCE).build().unwrap();
    let end = Instant::now() + PATIENCE;
    loop {
        match WebDriver::builder(url, capabilities.clone()).client(client.clone()).await {
            Ok(driver) => return driver,
            Err(error) => assert!(Instant::now() < end, "chromedriver does not answer: {error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
