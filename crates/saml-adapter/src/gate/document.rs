//! From the posted text to XML text: base64, UTF-8, the XML declaration.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use vestibule_domain::ports::Rejection;

use crate::limits::MAX_ENCODED_BYTES;
use crate::xml::is_space;

/// The XML of a posted response, without byte order mark and XML declaration: what every parser gets.
pub(crate) fn decode(encoded: &str) -> Result<String, Rejection> {
    if encoded.len() > MAX_ENCODED_BYTES {
        return Err(Rejection::TooLarge(MAX_ENCODED_BYTES));
    }
    let bytes = strict_base64(encoded).ok_or(Rejection::NotBase64)?;
    let text = String::from_utf8(bytes).map_err(|_| Rejection::NotUtf8)?;
    normalize(&text)
}

/// A text without byte order mark and XML declaration, and with one kind of line end.
pub(crate) fn normalize(text: &str) -> Result<String, Rejection> {
    body(text).map(with_line_feeds)
}

/// Line ends as XML 1.0 §2.11 has them, before any parser sees them: ours keeps a carriage return before CDATA.
pub(crate) fn with_line_feeds(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

/// Base64 (RFC 4648 §4), in lines or not, and nothing else.
fn strict_base64(encoded: &str) -> Option<Vec<u8>> {
    if encoded.is_empty() {
        return None;
    }
    STANDARD.decode(encoded).ok().or_else(|| {
        let one_line: Vec<u8> = encoded.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
        STANDARD.decode(one_line).ok()
    })
}

/// The document after its byte order mark, its declaration and the space before its root.
pub(crate) fn body(text: &str) -> Result<&str, Rejection> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let text = after_declaration(text)?.trim_start_matches([' ', '\t', '\r', '\n']);
    if text.starts_with('<') { Ok(text) } else { Err(Rejection::NotWellFormed) }
}

/// Takes the declaration off, if it says nothing but XML 1.0 and UTF-8 (XML 1.0 §2.8).
fn after_declaration(text: &str) -> Result<&str, Rejection> {
    let Some(declaration) = text.strip_prefix("<?xml") else { return Ok(text) };
    if !declaration.as_bytes().first().copied().is_some_and(is_space) {
        // <?xml-stylesheet …?>
        return Err(Rejection::ProcessingInstruction);
    }
    let (declaration, rest) = declaration.split_once("?>").ok_or(Rejection::NotWellFormed)?;
    let (version, declaration) = pseudo_attribute(declaration, "version")?;
    let (encoding, declaration) = pseudo_attribute(declaration, "encoding")?;
    let (standalone, declaration) = pseudo_attribute(declaration, "standalone")?;
    if !declaration.bytes().all(is_space) {
        return Err(Rejection::NotWellFormed);
    }
    if version.ok_or(Rejection::NotWellFormed)? != "1.0" {
        return Err(Rejection::NotXml10);
    }
    if encoding.is_some_and(|encoding| !encoding.eq_ignore_ascii_case("UTF-8")) {
        return Err(Rejection::NotUtf8);
    }
    if standalone.is_some_and(|standalone| !matches!(standalone, "yes" | "no")) {
        return Err(Rejection::NotWellFormed);
    }
    Ok(rest)
}

/// `name="value"` at the start of a declaration's text, if it is this name, and the text after it.
fn pseudo_attribute<'a>(text: &'a str, name: &str) -> Result<(Option<&'a str>, &'a str), Rejection> {
    let malformed = Rejection::NotWellFormed;
    let space = [' ', '\t', '\r', '\n'];
    let start = text.trim_start_matches(space);
    let Some(rest) = start.strip_prefix(name) else { return Ok((None, text)) };
    if start.len() == text.len() {
        return Err(malformed);
    }
    let rest = rest.trim_start_matches(space).strip_prefix('=').ok_or(malformed.clone())?;
    let rest = rest.trim_start_matches(space);
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\'')).ok_or(malformed.clone())?;
    let (value, rest) = rest[1..].split_once(quote).ok_or(malformed)?;
    Ok((Some(value), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Result<String, Rejection> {
        decode(&STANDARD.encode(bytes))
    }

    #[test]
    fn base64_may_be_in_lines_and_nothing_else() {
        let encoded = STANDARD.encode("<a>some text</a>");
        let (start, end) = encoded.split_at(8);
        for right in [encoded.clone(), format!("{start}\r\n{end}"), format!("{start}\n{end}\n")] {
            assert_eq!(decode(&right).as_deref(), Ok("<a>some text</a>"));
        }
        let unpadded = encoded.trim_end_matches('=').to_owned();
        for wrong in [
            String::new(),
            "\n".repeat(3),
            "<a/>".to_owned(),
            format!("{start} {end}"),
            format!("{start}\t{end}"),
            format!("{start}*{end}"),
            format!("{encoded}="),
            format!("{encoded}{encoded}"),
            unpadded,
            "PGE+-_==".to_owned(),
            "PGEvPh==".to_owned(),
            format!("{encoded}\0"),
        ] {
            assert_ne!(decode(&wrong).as_deref(), Ok("<a>some text</a>"), "{wrong:?}");
            assert!(
                matches!(decode(&wrong), Err(Rejection::NotBase64 | Rejection::NotWellFormed)),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn a_response_over_the_limit_is_not_decoded() {
        let largest = "A".repeat(MAX_ENCODED_BYTES);
        assert_ne!(decode(&largest), Err(Rejection::TooLarge(MAX_ENCODED_BYTES)));
        assert_eq!(decode(&(largest + "A")), Err(Rejection::TooLarge(MAX_ENCODED_BYTES)));
    }

    #[test]
    fn lines_end_in_one_way() {
        assert_eq!(
            decoded(b"<a>\r\n\r<![CDATA[\r]]>&#13;</a>").as_deref(),
            Ok("<a>\n\n<![CDATA[\n]]>&#13;</a>")
        );
    }

    #[test]
    fn only_utf_8_is_read() {
        assert_eq!(decoded("\u{FEFF}<a/>".as_bytes()).as_deref(), Ok("<a/>"));
        assert_eq!(decoded("\u{FEFF}\u{FEFF}<a/>".as_bytes()), Err(Rejection::NotWellFormed));
        assert_eq!(decoded(b"<a>\xFF</a>"), Err(Rejection::NotUtf8));
        assert_eq!(decoded(b"<a>\xC0\x80</a>"), Err(Rejection::NotUtf8));
        let utf_16: Vec<u8> = "\u{FEFF}<a/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&utf_16), Err(Rejection::NotUtf8));
        let utf_16: Vec<u8> = "<a/>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&utf_16), Err(Rejection::NotWellFormed));
    }

    #[test]
    fn a_declaration_says_xml_1_0_and_utf_8_or_nothing() {
        for right in [
            "<?xml version=\"1.0\"?><a/>",
            "<?xml version='1.0' encoding='utf-8'?>\r\n<a/>",
            "<?xml\tversion = \"1.0\" encoding=\"UTF-8\" standalone=\"no\" ?><a/>",
            "\n <a/>",
        ] {
            assert_eq!(body(right), Ok("<a/>"), "{right}");
        }
        for (wrong, rejection) in [
            ("<?xml version=\"1.1\"?><a/>", Rejection::NotXml10),
            ("<?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>", Rejection::NotUtf8),
            ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>", Rejection::NotUtf8),
            ("<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>", Rejection::NotUtf8),
            ("<?xml encoding=\"UTF-8\"?><a/>", Rejection::NotWellFormed),
            ("<?xml version=\"1.0\"encoding=\"UTF-8\"?><a/>", Rejection::NotWellFormed),
            ("<?xml version=\"1.0\" standalone=\"maybe\"?><a/>", Rejection::NotWellFormed),
            ("<?xml version=\"1.0\" x=\"y\"?><a/>", Rejection::NotWellFormed),
            ("<?xml version=\"1.0\" <a/>", Rejection::NotWellFormed),
            ("<?xml-stylesheet href=\"x\"?><a/>", Rejection::ProcessingInstruction),
            ("text", Rejection::NotWellFormed),
            ("", Rejection::NotWellFormed),
        ] {
            assert_eq!(body(wrong), Err(rejection), "{wrong}");
        }
    }
}
