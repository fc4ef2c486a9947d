//! The stylesheet, the script and the icon, which are part of the program. Their names have a hash of their content, so that browsers
//! may keep them forever.
//!
//! They are sent packed to whoever takes that. Pages are not: how small a page becomes would tell what is beside that which somebody else
//! has put into it (BREACH, CVE-2013-3587). These are the same for everybody.

use std::borrow::Cow;
use std::io::Write as _;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use super::accent;
use super::failure::Failure;
use crate::problem::Problem;

struct Asset {
    name: String,
    kind: &'static str,
    content: &'static str,
    /// The content as gzip (RFC 1952); nothing, if it could not be packed.
    packed: Option<Vec<u8>>,
}

impl Asset {
    fn new(stem: &str, extension: &str, kind: &'static str, content: &'static str) -> Self {
        Self {
            name: format!("{stem}-{}.{extension}", hash(content)),
            kind,
            content,
            packed: packed(content).ok(),
        }
    }
}

fn packed(content: &str) -> std::io::Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(content.as_bytes())?;
    packed.finish()
}

/// Whether a browser takes gzip (RFC 9110 §12.5.3).
fn takes_gzip(headers: &HeaderMap) -> bool {
    let said = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    said.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

/// What tells one content from another, in a name.
pub(super) fn hash(content: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(content.as_bytes())[..9])
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("style", "css", "text/css; charset=utf-8", include_str!("../../assets/style.css"))
});
static SCRIPT: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("portal", "js", "text/javascript; charset=utf-8", include_str!("../../assets/portal.js"))
});
static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_str!("../../assets/icon.svg")));

/// The stylesheet's address.
pub(crate) fn style_path() -> String {
    format!("/assets/{}", STYLE.name)
}

/// The address of the Admin Portal's script.
pub(crate) fn script_path() -> String {
    format!("/assets/{}", SCRIPT.name)
}

/// The icon's address.
pub(crate) fn icon_path() -> String {
    format!("/assets/{}", ICON.name)
}

pub(super) async fn asset(Path(name): Path<String>, asked: HeaderMap) -> Result<Response, Failure> {
    let asset = [&*STYLE, &*SCRIPT, &*ICON].into_iter().find(|asset| asset.name == name);
    let (kind, content) = match asset {
        Some(asset) => (asset.kind, Cow::Borrowed(asset.content)),
        None => (STYLE.kind, accent::named(&name).ok_or_else(Problem::not_found)?.into()),
    };
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (VARY, "accept-encoding"),
    ];
    match asset.and_then(|asset| asset.packed.as_deref()) {
        Some(packed) if takes_gzip(&asked) => {
            Ok((headers, [(CONTENT_ENCODING, "gzip")], packed).into_response())
        }
        _ => Ok((headers, content).into_response()),
    }
}

/// For browsers that ask for it by the name that everybody knows.
pub(super) async fn icon() -> Response {
    let headers = [(CONTENT_TYPE, ICON.kind), (CACHE_CONTROL, "public, max-age=86400")];
    (headers, ICON.content).into_response()
}
