//! Organizations: the tenants.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::arrival::MOST_KEPT_DAYS;
use crate::branding::{Branding, Color, LogoMark};
use crate::ids::{OrganizationId, Version};
use crate::problem::Problems;
use crate::return_to::{Origin, WebUrl};
use crate::text::{DisplayName, OrganizationSlug, TextError, plain_debug, text_type};

text_type!(
    /// A language tag (RFC 5646) such as `en` or `pt-BR`.
    Locale,
    |text| {
        let well_formed = (2..=35).contains(&text.len())
            && text.split('-').all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
            && text.split('-').next().is_some_and(|language| language.len() >= 2 && language.bytes().all(|b| b.is_ascii_alphabetic()));
        if well_formed { Ok(()) } else { Err(TextError::Malformed("a language tag like en or pt-BR")) }
    }
);
plain_debug!(Locale);

impl Default for Locale {
    fn default() -> Self {
        Self("en".to_owned())
    }
}

/// A company whose people sign in. Everything else belongs to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its row.
    pub id: OrganizationId,
    /// Its name in URLs.
    pub slug: OrganizationSlug,
    /// Its name for people.
    pub name: DisplayName,
    /// Whether the operator allows just-in-time provisioning here at all.
    pub jit_provisioning_enabled: bool,
    /// Where a person goes after a sign-in that names no other place.
    pub application_url: Option<WebUrl>,
    /// The origins that `return_to` may lead to.
    pub allowed_return_origins: Vec<Origin>,
    /// The language of its mails and pages, unless the identity provider says which one a person speaks; none is that of the browser.
    pub locale: Option<Locale>,
    /// How its pages and mails look.
    pub branding: Branding,
    /// For how many days what arrives at its sign-ins is kept at most, 0: not at all; none: for as long as the service keeps it.
    pub keep_arrivals_days: Option<u16>,
    /// How often it was written.
    pub version: Version,
    /// How often its catalog was written.
    pub catalog_version: Version,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub updated_at: DateTime<Utc>,
}

/// What an administrator may say of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationDetails {
    /// Its name in URLs.
    pub slug: OrganizationSlug,
    /// Its name for people.
    pub name: DisplayName,
    /// Whether the operator allows just-in-time provisioning here at all.
    pub jit_provisioning_enabled: bool,
    /// Where a person goes after a sign-in that names no other place.
    pub application_url: Option<WebUrl>,
    /// The origins that `return_to` may lead to.
    pub allowed_return_origins: Vec<Origin>,
    /// The language of its mails and pages; none is that of the person's browser.
    pub locale: Option<Locale>,
    /// The colour of its mails and pages.
    pub accent_color: Option<Color>,
    /// For how many days what arrives at its sign-ins is kept at most, 0: not at all; none: for as long as the service keeps it.
    pub keep_arrivals_days: Option<u16>,
}

/// An organization as somebody wrote it down, not looked at yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganizationDraft {
    /// Its name in URLs.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Whether just-in-time provisioning is enabled for it.
    pub jit_provisioning_enabled: bool,
    /// Where a person goes after a sign-in that names no other place.
    pub application_url: Option<String>,
    /// The origins that `return_to` may lead to.
    pub allowed_return_origins: Vec<String>,
    /// Its language; each person's own when left out.
    pub locale: Option<String>,
    /// Its colour.
    pub accent_color: Option<String>,
    /// For how many days what arrives is kept at most; as the service does, when left out.
    pub keep_arrivals_days: Option<i64>,
}

/// The most origins of an organization.
pub const MOST_ORIGINS: usize = 50;

/// Slugs that no organization has: its pages in the Admin Portal would be behind the portal's own, at `/admin/{slug}`.
const RESERVED: [&str; 10] = [
    "account",
    "administrators",
    "first",
    "lost-password",
    "organizations",
    "set-password",
    "setup",
    "sign-in",
    "sign-out",
    "theme",
];

impl OrganizationDraft {
    /// The details that the draft describes.
    ///
    /// # Errors
    /// All faults at once.
    pub fn parse(&self) -> Result<OrganizationDetails, Problems> {
        let mut problems = Problems::default();
        let slug = problems.text("/slug", OrganizationSlug::parse(&self.slug));
        if slug.as_ref().is_some_and(|slug| RESERVED.contains(&slug.as_str())) {
            problems.add("/slug", "reserved", "is an address of the Admin Portal itself: take another one");
        }
        let name = problems.text("/name", DisplayName::parse(&self.name));
        let application_url = self
            .application_url
            .as_ref()
            .and_then(|url| problems.text("/application_url", WebUrl::parse(url)));
        problems.at_most(MOST_ORIGINS, self.allowed_return_origins.len(), "/allowed_return_origins");
        let allowed_return_origins = self
            .allowed_return_origins
            .iter()
            .enumerate()
            .filter_map(|(index, origin)| {
                problems.text(&format!("/allowed_return_origins/{index}"), Origin::parse(origin))
            })
            .collect();
        let locale = self.locale.as_ref().and_then(|tag| problems.text("/locale", Locale::parse(tag)));
        let accent_color = self
            .accent_color
            .as_ref()
            .and_then(|color| problems.text("/branding/accent_color", Color::parse(color)));
        let keep_arrivals_days = self.keep_arrivals_days.and_then(|days| {
            let days = u16::try_from(days).ok().filter(|days| *days <= MOST_KEPT_DAYS);
            if days.is_none() {
                let message = format!("must be a whole number from 0 to {MOST_KEPT_DAYS}");
                problems.add("/keep_arrivals_days", "invalid", message);
            }
            days
        });
        match (slug, name) {
            (Some(slug), Some(name)) => problems.into_result(OrganizationDetails {
                slug,
                name,
                jit_provisioning_enabled: self.jit_provisioning_enabled,
                application_url,
                allowed_return_origins,
                locale,
                accent_color,
                keep_arrivals_days,
            }),
            _ => Err(problems),
        }
    }
}

impl Organization {
    /// A new organization with these details.
    #[must_use]
    pub fn new(id: OrganizationId, details: OrganizationDetails, now: DateTime<Utc>) -> Self {
        Self {
            id,
            slug: details.slug,
            name: details.name,
            jit_provisioning_enabled: details.jit_provisioning_enabled,
            application_url: details.application_url,
            allowed_return_origins: details.allowed_return_origins,
            locale: details.locale,
            branding: Branding { accent_color: details.accent_color, logo: None },
            keep_arrivals_days: details.keep_arrivals_days,
            version: Version::FIRST,
            catalog_version: Version::FIRST,
            created_at: now,
            updated_at: now,
        }
    }

    /// What an administrator says of it today.
    #[must_use]
    pub fn details(&self) -> OrganizationDetails {
        OrganizationDetails {
            slug: self.slug.clone(),
            name: self.name.clone(),
            jit_provisioning_enabled: self.jit_provisioning_enabled,
            application_url: self.application_url.clone(),
            allowed_return_origins: self.allowed_return_origins.clone(),
            locale: self.locale.clone(),
            accent_color: self.branding.accent_color,
            keep_arrivals_days: self.keep_arrivals_days,
        }
    }

    /// The same organization with other details, one version on.
    #[must_use]
    pub fn with_details(&self, details: OrganizationDetails, now: DateTime<Utc>) -> Self {
        let changed = Self::new(self.id, details, now);
        Self {
            branding: Branding { logo: self.branding.logo.clone(), ..changed.branding },
            version: self.version.next(),
            catalog_version: self.catalog_version,
            created_at: self.created_at,
            ..changed
        }
    }

    /// The same organization with another logo, or without one, one version on.
    #[must_use]
    pub fn with_logo(&self, logo: Option<LogoMark>, now: DateTime<Utc>) -> Self {
        Self {
            branding: Branding { logo, ..self.branding.clone() },
            version: self.version.next(),
            updated_at: now,
            ..self.clone()
        }
    }
}
