//! What the domain's texts look like, as JSON Schema. Each has a test that holds it against the domain's own reading; what the
//! patterns leave open is tried by schemathesis.

use serde_json::{Value, json};
use vestibule_domain::text::INVISIBLE;

/// What cannot stand at the ends of a line: Unicode's white space, but for the controls.
const SPACE: &str = r" \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
/// What cannot stand in a line: controls, and characters that change the direction of text.
const FORBIDDEN: &str = r"\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069";

const LABEL: &str = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
const LOWER_LABEL: &str = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const ATOM: &str = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";

/// One line of text.
fn line(most: usize) -> Value {
    json!({
        "minLength": 1,
        "maxLength": most,
        "pattern": format!("^[^{SPACE}{FORBIDDEN}]([^{FORBIDDEN}]*[^{SPACE}{FORBIDDEN}])?$"),
    })
}

/// One line of text all of whose characters are seen.
fn seen(most: usize) -> Value {
    let invisible = INVISIBLE.map(|(from, to)| format!(r"\u{:04x}-\u{:04x}", u32::from(from), u32::from(to)));
    let forbidden = format!("{FORBIDDEN}{}", invisible.concat());
    json!({
        "minLength": 1,
        "maxLength": most,
        "pattern": format!("^[^{SPACE}{forbidden}]([^{forbidden}]*[^{SPACE}{forbidden}])?$"),
    })
}

/// A name for people.
pub(crate) fn name() -> Value {
    seen(254)
}

/// A person's first or last name.
pub(crate) fn person() -> Value {
    line(254)
}

/// The name of a location.
pub(crate) fn location() -> Value {
    seen(254)
}

/// The key of a user type or role.
pub(crate) fn key() -> Value {
    seen(100)
}

/// The `Name` of an attribute.
pub(crate) fn attribute() -> Value {
    line(256)
}

/// An organization's slug, or a connection's key.
pub(crate) fn slug() -> Value {
    json!({"minLength": 1, "maxLength": 63, "pattern": "^[a-z0-9-]{1,63}$"})
}

/// An e-mail address.
pub(crate) fn email() -> Value {
    json!({
        "minLength": 3,
        "maxLength": 254,
        "format": "email",
        "pattern": format!(r"^{ATOM}(\.{ATOM})*@{LABEL}(\.{LABEL})*$"),
    })
}

/// The domain of an e-mail address.
pub(crate) fn email_domain() -> Value {
    json!({"minLength": 1, "maxLength": 253, "pattern": format!(r"^{LOWER_LABEL}(\.{LOWER_LABEL})*$")})
}

/// An address on the web.
pub(crate) fn web_url() -> Value {
    json!({"maxLength": 2048, "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?:[^\u0000- \u007f\\]+$"})
}

/// An origin.
pub(crate) fn origin() -> Value {
    json!({"maxLength": 2048, "pattern": r"^https?://[^\u0000- \u007f/?#@\\]+$"})
}

/// A language tag.
pub(crate) fn language() -> Value {
    json!({"minLength": 2, "maxLength": 35, "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"})
}

/// A colour.
pub(crate) fn color() -> Value {
    json!({"minLength": 7, "maxLength": 7, "pattern": "^#[0-9A-Fa-f]{6}$"})
}

/// A NameID.
pub(crate) fn name_id() -> Value {
    json!({"minLength": 1, "maxLength": 1024})
}

/// A value that an identity provider sends.
pub(crate) fn received() -> Value {
    json!({"minLength": 1, "maxLength": 1024, "pattern": r"^[^\u0000]*[^\s\u0000][^\u0000]*$"})
}

/// The id of a row.
pub(crate) fn id() -> Value {
    json!({"format": "uuid", "minLength": 36, "maxLength": 36})
}

#[cfg(test)]
mod tests {
    use vestibule_domain::email::EmailAddress;
    use vestibule_domain::organization::Locale;
    use vestibule_domain::return_to::WebUrl;
    use vestibule_domain::text::{
        AttributeName, DisplayName, LocationName, OrganizationSlug, PersonName, RoleKey,
    };

    use super::*;

    /// The schema's longest text is taken, and one that is longer by a character is not.
    fn ends_where<T, E>(
        schema: &Value,
        text: impl Fn(usize) -> String,
        parse: impl Fn(String) -> Result<T, E>,
    ) {
        let most = usize::try_from(schema["maxLength"].as_u64().unwrap()).unwrap();
        assert!(parse(text(most)).is_ok(), "{most}");
        assert!(parse(text(most + 1)).is_err(), "{}", most + 1);
    }

    #[test]
    fn a_text_is_as_long_as_the_domain_takes_it() {
        let a = |length| "a".repeat(length);
        ends_where(&name(), a, DisplayName::parse);
        ends_where(&person(), a, PersonName::parse);
        ends_where(&location(), a, LocationName::parse);
        ends_where(&key(), a, RoleKey::parse);
        ends_where(&attribute(), a, AttributeName::parse);
        ends_where(&slug(), a, OrganizationSlug::parse);
        ends_where(&name_id(), a, |text| vestibule_domain::name_id::NameId::from_assertion(&text, None));
        let address = |length: usize| format!("a@{}{}", "b.".repeat(100), "c".repeat(length - 202));
        ends_where(&email(), address, EmailAddress::parse);
        ends_where(
            &web_url(),
            |length| format!("https://a.example/{}", "b".repeat(length - 18)),
            WebUrl::parse,
        );
        ends_where(
            &language(),
            |length| format!("en{}", "-abcdefgh".repeat(4))[..length.min(38)].to_owned(),
            Locale::parse,
        );
    }
}
