//! Signing in to the portal, and out.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, Utc};
use url::form_urlencoded;
use vestibule_domain::ports::Origin;
use vestibule_domain::token::Token;
use vestibule_domain::usecase::{AdministratorSignIn, AdministratorSignInError, SignInAdministrator};

use super::form::Form;
use super::frame::{Frame, Notice};
use super::places::{lead_to, own_path};
use super::session::current;
use super::sign_on::{offered, told};
use super::theme::Theme;
use crate::openapi::Routes;
use crate::problem::Problem;
use crate::web::{Client, Cookie, Failure, Site, Trying, Whence, page};

/// The page to sign in at.
pub(super) const ADDRESS: &str = "/admin/sign-in";

pub(super) fn routes() -> Routes<Site> {
    Routes::of("Admin Portal").page(ADDRESS, get(show).post(sign_in)).page("/admin/sign-out", post(sign_out))
}

#[derive(Template)]
#[template(path = "portal/sign_in.html")]
struct SignInPage {
    frame: Frame,
    form: Form,
    /// Where single sign-on begins, if it is set up.
    single_sign_on: Option<String>,
}

/// The page; or where it leads, if somebody is signed in already.
async fn show(
    State(site): State<Site>,
    jar: CookieJar,
    theme: Theme,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let place = asked(query.as_deref(), "return_to").unwrap_or_default();
    if current(&site, &jar).await?.is_some() {
        return Ok(lead_to(&place));
    }
    let mut form = Form::default();
    form.set("return_to", own_path(&place).unwrap_or_default());
    let said = asked(query.as_deref(), "done")
        .filter(|done| done == "password")
        .map(|_| Notice::good("Your password is set. Sign in with it."));
    let said = said.or_else(|| told(query.as_deref()));
    shown(&site, StatusCode::OK, theme, form, said).await
}

async fn shown(
    site: &Site,
    status: StatusCode,
    theme: Theme,
    form: Form,
    notice: Option<Notice>,
) -> Result<Response, Failure> {
    let form = form.without(&["password"]);
    let place = form.text("return_to");
    let single_sign_on = offered(site, place).await?;
    let address = if place.is_empty() { ADDRESS.to_owned() } else { address_before(place) };
    let frame = Frame { notice, ..Frame::outside(theme, address) };
    Ok(page(status, &SignInPage { frame, form, single_sign_on }))
}

async fn sign_in(
    State(site): State<Site>,
    client: Client,
    Whence(origin): Whence,
    jar: CookieJar,
    theme: Theme,
    form: Form,
) -> Result<Response, Failure> {
    site.limits.take(Trying::Password(client))?;
    match begin(&site, &jar, form.text("email"), form.text("password"), origin).await {
        Ok(token) => {
            let cookie = Cookie::Administrator.set(&token, &site.public_url);
            Ok(([cookie], lead_to(form.text("return_to"))).into_response())
        }
        Err(error) => refused(error, &site, theme, form).await,
    }
}

/// Begins a session in place of the browser's.
pub(super) async fn begin(
    site: &Site,
    jar: &CookieJar,
    email: &str,
    password: &str,
    origin: Origin,
) -> Result<Token, AdministratorSignInError> {
    let sign_in =
        SignInAdministrator { world: site.app.world.clone(), passwords: site.app.passwords.clone() };
    let instead_of = Cookie::Administrator.token(jar, &site.public_url);
    let (token, _) = sign_in.run(&AdministratorSignIn { email, password, origin, instead_of }).await?;
    Ok(token)
}

async fn refused(
    error: AdministratorSignInError,
    site: &Site,
    theme: Theme,
    form: Form,
) -> Result<Response, Failure> {
    match error {
        AdministratorSignInError::Refused => {
            let form = form.at_fault("email", "the e-mail address or the password is wrong");
            shown(site, StatusCode::FORBIDDEN, theme, form, None).await
        }
        AdministratorSignInError::TooEarly(at) => {
            let seconds = seconds_until(at, site.app.world.now());
            let form = form.at_fault("email", too_early(seconds));
            let answer = shown(site, StatusCode::TOO_MANY_REQUESTS, theme, form, None).await?;
            Ok(([(RETRY_AFTER, seconds.to_string())], answer).into_response())
        }
        AdministratorSignInError::Password(error) => Err(Problem::from(error).into()),
        AdministratorSignInError::Store(error) => Err(Failure::store(error)),
    }
}

/// What is told to somebody who tried too often.
pub(super) fn too_early(seconds: i64) -> String {
    let wait = match seconds {
        1 => "a second".to_owned(),
        ..120 => format!("{seconds} seconds"),
        _ => format!("{} minutes", (seconds + 59) / 60),
    };
    format!("too many attempts: the next one is looked at in {wait}")
}

/// How many whole seconds there are until then; at least one.
pub(super) fn seconds_until(at: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    ((at - now).num_milliseconds() + 999).div_euclid(1_000).max(1)
}

/// Ends the session of the browser. Who has none is where they wanted to be already.
async fn sign_out(State(site): State<Site>, jar: CookieJar) -> Result<Response, Failure> {
    if let Some(token) = Cookie::Administrator.token(&jar, &site.public_url) {
        let store = &site.app.world.store;
        store.end_portal_session(&token.hash()).await.map_err(Failure::store)?;
        store.end_setup_session(&token.hash()).await.map_err(Failure::store)?;
    }
    let removal = Cookie::Administrator.removal(&site.public_url);
    Ok((StatusCode::SEE_OTHER, [removal, (LOCATION, ADDRESS.to_owned())]).into_response())
}

/// Where somebody signs in who wanted to be at that place.
pub(super) fn address_before(place: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", place).finish();
    format!("{ADDRESS}?{query}")
}

/// A parameter of a query, if it is there.
pub(super) fn asked(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query?.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
