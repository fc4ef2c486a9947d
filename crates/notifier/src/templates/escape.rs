//! Text that is filled into markup.

use std::fmt::Write as _;

use minijinja::{Error, ErrorKind, Output, State, Value};

/// Writes a value into markup: what a template or a macro wrote as it is, everything else as text. Whether the template asks for
/// escaping does not matter.
pub(super) fn format(out: &mut Output, _: &mut State, value: &Value) -> Result<(), Error> {
    let text = value.to_string();
    let written = if value.is_safe() { out.write_str(&text) } else { write(out, &text) };
    written.map_err(|_| Error::new(ErrorKind::WriteFailure, "the mail cannot be written"))
}

/// Writes text for an element or a quoted attribute. MJML attributes are written as Rust writes strings (with `\u{301}` for an accent of its
/// own), so that what Rust would write in such a way goes by its number.
fn write(out: &mut Output, text: &str) -> std::fmt::Result {
    for c in text.chars() {
        match c {
            '<' => out.write_str("&lt;")?,
            '>' => out.write_str("&gt;")?,
            '&' => out.write_str("&amp;")?,
            '"' => out.write_str("&quot;")?,
            '\'' => out.write_str("&#39;")?,
            '\\' => out.write_str("&#92;")?,
            c if c.escape_debug().count() > 1 => write!(out, "&#x{:x};", u32::from(c))?,
            c => out.write_char(c)?,
        }
    }
    Ok(())
}
