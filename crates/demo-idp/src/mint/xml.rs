//! Writes XML text: escaping as canonical XML has it, and no self-closing tags.

/// Escapes text content (Canonical XML 1.0 §2.3).
pub(super) fn escape_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\r', "&#xD;")
}

/// Escapes the value of an attribute (Canonical XML 1.0 §2.3).
pub(super) fn escape_attribute(value: &str) -> String {
    value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
        .replace('\t', "&#x9;")
        .replace('\n', "&#xA;")
        .replace('\r', "&#xD;")
}

/// A name with its prefix; the empty prefix is the default namespace.
pub(super) fn qualified(prefix: &str, local: &str) -> String {
    if prefix.is_empty() { local.to_owned() } else { format!("{prefix}:{local}") }
}

/// The start tag being written of an element whose content is already XML.
pub(super) struct Element {
    name: String,
    attributes: String,
}

impl Element {
    pub(super) fn new(prefix: &str, local: &str) -> Self {
        Self { name: qualified(prefix, local), attributes: String::new() }
    }

    /// Declares a namespace; the empty prefix declares the default one.
    pub(super) fn namespace(self, prefix: &str, uri: &str) -> Self {
        let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
        self.attribute(&name, uri)
    }

    pub(super) fn attribute(mut self, name: &str, value: &str) -> Self {
        self.attributes.extend([" ", name, "=\"", &escape_attribute(value), "\""]);
        self
    }

    /// An attribute that is left out when there is no value.
    pub(super) fn optional(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.attribute(name, value),
            None => self,
        }
    }

    /// Attributes as raw text.
    pub(super) fn raw_attributes(mut self, raw: &str) -> Self {
        if !raw.is_empty() {
            self.attributes.push(' ');
            self.attributes.push_str(raw.trim_start());
        }
        self
    }

    /// The element around content that is already XML.
    pub(super) fn around(self, content: &str) -> String {
        format!("<{0}{1}>{content}</{0}>", self.name, self.attributes)
    }

    /// The element around text.
    pub(super) fn text(self, text: &str) -> String {
        self.around(&escape_text(text))
    }
}
