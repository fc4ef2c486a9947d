//! What every page of the portal has around it.

use chrono::{DateTime, SecondsFormat, Utc};
use vestibule_domain::connection::Connection;
use vestibule_domain::organization::Organization;
use vestibule_domain::text::LocationName;

use super::theme::Theme;
use crate::web::assets;

/// What every page has around it.
#[derive(Clone)]
pub(crate) struct Frame {
    pub(crate) style: String,
    pub(crate) script: String,
    pub(crate) icon: String,
    pub(crate) theme: Theme,
    /// The page's own address, to come back to.
    pub(crate) address: String,
    /// Who is signed in.
    pub(crate) administrator: Option<String>,
    /// By which setup link somebody came, and until when, where they are no administrator.
    pub(crate) setup_link: Option<CameBy>,
    pub(crate) organization: Option<Named>,
    pub(crate) sections: Vec<Section>,
    pub(crate) notice: Option<Notice>,
}

/// A setup link, as the frame names it.
#[derive(Clone)]
pub(crate) struct CameBy {
    /// Who was mailed it.
    pub(crate) email: String,
    pub(crate) until: Instant,
}

/// An organization, as the frame names it.
#[derive(Clone)]
pub(crate) struct Named {
    pub(crate) name: String,
}

/// A link in the list of sections.
#[derive(Clone)]
pub(crate) struct Section {
    pub(crate) name: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) href: String,
    pub(crate) is_here: bool,
    /// The heading above it, where a part of the list begins.
    pub(crate) part: Option<&'static str>,
}

/// What a page says before all else.
#[derive(Clone)]
pub(crate) struct Notice {
    pub(crate) tone: Tone,
    pub(crate) text: String,
}

impl Notice {
    pub(crate) fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }

    /// That something was done.
    pub(crate) fn good(text: impl Into<String>) -> Self {
        Self::new(Tone::Good, text)
    }
}

/// How something is, beside the words for it: a colour and an icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Notice,
    Warning,
    Bad,
    Neutral,
}

impl std::fmt::Display for Tone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Tone {
    /// Its name in the stylesheet.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Bad => "bad",
            Self::Neutral => "neutral",
        }
    }
}

/// A state in a word or two.
pub(crate) struct Badge {
    pub(crate) tone: Tone,
    pub(crate) text: String,
}

impl Badge {
    pub(crate) fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }
}

/// An instant, as a page shows it.
#[derive(Clone)]
pub(crate) struct Instant {
    /// RFC 3339, for the script and for who points at it.
    pub(crate) exact: String,
    /// For people, in UTC.
    pub(crate) text: String,
}

impl From<DateTime<Utc>> for Instant {
    fn from(at: DateTime<Utc>) -> Self {
        Self {
            exact: at.to_rfc3339_opts(SecondsFormat::Secs, true),
            text: at.format("%-d %b %Y, %H:%M UTC").to_string(),
        }
    }
}

/// A value to choose.
#[derive(Clone)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) text: String,
    /// The value of the other list that it belongs to.
    pub(crate) of: Option<String>,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into(), of: None }
    }

    /// The choices behind one for nothing.
    pub(crate) fn none_or(text: &str, choices: impl IntoIterator<Item = Self>) -> Vec<Self> {
        std::iter::once(Self::new("", text)).chain(choices).collect()
    }
}

impl From<&Connection> for Choice {
    fn from(connection: &Connection) -> Self {
        Self::new(connection.details.key.as_str(), connection.details.display_name.as_str())
    }
}

impl From<&LocationName> for Choice {
    fn from(location: &LocationName) -> Self {
        Self::new(location.as_str(), location.as_str())
    }
}

/// The pages of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
    Overview,
    SingleSignOn,
    Users,
    SignIns,
    Catalog,
    Audit,
    Keys,
    Administrators,
    Settings,
}

impl Here {
    /// Its name, icon, address below the organization's, and the heading above it.
    fn shown(self) -> (&'static str, &'static str, &'static str, Option<&'static str>) {
        match self {
            Self::Overview => ("Overview", "overview", "", None),
            Self::Users => ("Users", "users", "/users", Some("People")),
            Self::SignIns => ("Sign-ins", "sign-ins", "/sign-ins", None),
            Self::SingleSignOn => ("Single sign-on", "single-sign-on", "/sso", Some("Settings")),
            Self::Catalog => ("Catalog", "catalog", "/catalog", None),
            Self::Keys => ("API keys", "keys", "/api-keys", None),
            Self::Administrators => ("Administrators", "administrators", "/administrators", None),
            Self::Settings => ("Organization", "organizations", "/settings", None),
            Self::Audit => ("Audit log", "audit", "/audit", None),
        }
    }
}

pub(crate) const SECTIONS: [Here; 9] = [
    Here::Overview,
    Here::Users,
    Here::SignIns,
    Here::SingleSignOn,
    Here::Catalog,
    Here::Keys,
    Here::Administrators,
    Here::Settings,
    Here::Audit,
];

impl Frame {
    /// Around a page that nobody need be signed in for.
    pub(crate) fn outside(theme: Theme, address: impl Into<String>) -> Self {
        Self {
            style: assets::style_path(),
            script: assets::script_path(),
            icon: assets::icon_path(),
            theme,
            address: address.into(),
            administrator: None,
            setup_link: None,
            organization: None,
            sections: Vec::new(),
            notice: None,
        }
    }

    /// The same in an organization.
    pub(crate) fn within(mut self, organization: &Organization, here: Here, reachable: &[Here]) -> Self {
        self.organization = Some(Named { name: organization.name.to_string() });
        let shown = SECTIONS.into_iter().filter(|section| reachable.contains(section));
        self.sections = shown
            .map(|section| {
                let (name, icon, path, part) = section.shown();
                let href = format!("/admin/{}{path}", organization.slug);
                Section { name, icon, href, is_here: section == here, part }
            })
            .collect();
        self
    }
}
