//! E-mail addresses and their domains.

use crate::text::{TextError, plain_debug, redacted_debug, text_type};

const ADDRESS: &str = "an e-mail address like ada@example.com";

text_type!(
    /// An e-mail address: ASCII, `dot-atom@domain` (RFC 5322 §3.4.1), at most 254 characters (RFC 5321 §4.5.3.1).
    ///
    /// Kept as written; two addresses are the same when their [`normalized`](Self::normalized) forms are.
    EmailAddress,
    address
);
text_type!(
    /// The domain of an e-mail address, in lower case.
    EmailDomain,
    |text| if is_domain(text) && !text.bytes().any(|b| b.is_ascii_uppercase()) {
        Ok(())
    } else {
        Err(TextError::Malformed("a domain like example.com, in lower case"))
    }
);
redacted_debug!(EmailAddress);
plain_debug!(EmailDomain);

impl EmailAddress {
    /// The form in which addresses are compared: without letter case.
    #[must_use]
    pub fn normalized(&self) -> String {
        self.as_str().to_ascii_lowercase()
    }

    /// Whether both are one address but for letter case.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.as_str().eq_ignore_ascii_case(other.as_str())
    }

    /// Whether the address is in one of `domains` itself; a subdomain is another domain.
    ///
    /// ```
    /// use vestibule_domain::email::{EmailAddress, EmailDomain};
    ///
    /// let domains = [EmailDomain::parse("acme.example")?];
    /// assert!(EmailAddress::parse("Ada@ACME.example")?.is_in(&domains));
    /// assert!(!EmailAddress::parse("ada@mail.acme.example")?.is_in(&domains));
    /// # Ok::<(), vestibule_domain::text::TextError>(())
    /// ```
    #[must_use]
    pub fn is_in(&self, domains: &[EmailDomain]) -> bool {
        let domain = self.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
        domains.iter().any(|allowed| allowed.as_str().eq_ignore_ascii_case(domain))
    }
}

fn address(text: &str) -> Result<(), TextError> {
    if text.len() > 254 {
        return Err(TextError::TooLong(254));
    }
    match text.split_once('@') {
        Some((local, domain)) if is_dot_atom(local) && local.len() <= 64 && is_domain(domain) => Ok(()),
        _ => Err(TextError::Malformed(ADDRESS)),
    }
}

/// RFC 5322 §3.2.3.
fn is_dot_atom(text: &str) -> bool {
    text.split('.').all(|atom| {
        !atom.is_empty()
            && atom.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    })
}

/// RFC 1123 §2.1: labels of letters, digits and inner hyphens.
fn is_domain(text: &str) -> bool {
    text.len() <= 253
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_dot_atom_at_a_domain() {
        for right in ["ada@acme.example", "a.b+c'd@x-y.example", "a@localhost"] {
            assert!(EmailAddress::parse(right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "ada",
            "@acme.example",
            "ada@",
            "a@b@c",
            "a..b@c.d",
            ".a@c.d",
            "a b@c.d",
            "a@-c.d",
            "a@c..d",
            "\"a\"@c.d",
            "ä@c.d",
            "a@ä.d",
            "a@c.d\r\nBcc: x@y.z",
            "<a@c.d>",
            "a@[127.0.0.1]",
        ] {
            assert!(EmailAddress::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(EmailAddress::parse(format!("a@{}", "b.".repeat(130))), Err(TextError::TooLong(254)));
    }

    #[test]
    fn addresses_are_compared_without_letter_case() {
        let address = EmailAddress::parse("Ada@Acme.Example").unwrap();
        assert!(address.is_same_as(&EmailAddress::parse("ada@acme.example").unwrap()));
        assert_eq!(address.as_str(), "Ada@Acme.Example");
        assert!(address.is_in(&[EmailDomain::parse("acme.example").unwrap()]));
        assert!(!address.is_in(&[EmailDomain::parse("example").unwrap()]));
        assert!(!address.is_in(&[]));
    }
}
