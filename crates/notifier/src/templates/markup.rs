//! From MJML to the HTML that mail programs understand.

use std::collections::HashMap;

use mrml::prelude::parser::{Error, ParserOptions, Span, Warning};
use mrml::prelude::render::RenderOptions;

/// What is wrong with MJML. It repeats nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the filled-in MJML: {reason}")]
pub(crate) struct MarkupError {
    /// In which line, from 1.
    pub(crate) line: usize,
    /// What it is.
    pub(crate) reason: String,
}

/// The HTML of a mail, which names no font of another host.
pub(super) fn html(mjml: &str) -> Result<String, MarkupError> {
    let parsed = mrml::parse_with_options(mjml, &ParserOptions::default())
        .map_err(|error| MarkupError { line: line_of(mjml, &error), reason: said(&error).to_owned() })?;
    // Otherwise each of a list of fonts that a template names is fetched from Google's server.
    let options = RenderOptions { disable_comments: true, social_icon_origin: None, fonts: HashMap::new() };
    let rendered = parsed.element.render(&options);
    rendered.map_err(|_| MarkupError { line: 1, reason: "it cannot be made HTML".to_owned() })
}

/// What is not wrong enough to be refused when a mail is sent: elements and attributes that nothing knows.
pub(super) fn oddities(mjml: &str, html: &str) -> Vec<MarkupError> {
    let parsed = mrml::parse_with_options(mjml, &ParserOptions::default());
    let warnings = parsed.map(|parsed| parsed.warnings).unwrap_or_default();
    let of = |warning: &Warning| MarkupError {
        line: line_at(mjml, warning.span.start),
        reason: warning.kind.to_string(),
    };
    // What is no element of MJML is left as it is.
    let left = html.match_indices("<mj-").map(|(at, _)| {
        let element = name(&html[at..]);
        let line = line_at(mjml, mjml.find(element).unwrap_or_default());
        MarkupError { line, reason: format!("there is no element {element}>") }
    });
    warnings.iter().map(of).chain(left).collect()
}

/// The beginning of a tag, up to its name's end.
fn name(tag: &str) -> &str {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '<' | '/' | '-');
    tag.split(|c| !is_of_name(c)).next().unwrap_or_default()
}

/// In which line the element stands that another one's end closes, or nothing. The parser notices only at the end that one is missing.
fn unclosed(mjml: &str) -> Option<usize> {
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (at, _) in mjml.match_indices('<') {
        let rest = &mjml[at..];
        if let Some(closing) = name(rest).strip_prefix("</mj") {
            let (opened, element) = open.pop()?;
            if element != closing {
                return Some(line_at(mjml, opened));
            }
        } else if let Some(opening) = name(rest).strip_prefix("<mj") {
            let tag = rest.split('>').next().unwrap_or_default();
            if !tag.ends_with('/') {
                open.push((at, opening));
            }
        }
    }
    open.pop().map(|(opened, _)| line_at(mjml, opened))
}

fn line_of(mjml: &str, error: &Error) -> usize {
    match error {
        Error::UnexpectedElement { position: Span { start, .. }, .. }
        | Error::MissingAttribute { position: Span { start, .. }, .. }
        | Error::InvalidAttribute { position: Span { start, .. }, .. }
        | Error::InvalidFormat { position: Span { start, .. }, .. }
        | Error::IncludeLoaderError { position: Span { start, .. }, .. } => line_at(mjml, *start),
        Error::UnexpectedToken { position: Span { start, .. }, .. } => {
            unclosed(mjml).unwrap_or_else(|| line_at(mjml, *start))
        }
        Error::ParserError { source, .. } => usize::try_from(source.pos().row).unwrap_or(1),
        Error::EndOfStream { .. } => unclosed(mjml).unwrap_or_else(|| mjml.lines().count().max(1)),
        Error::SizeLimit { .. } | Error::NoRootNode => 1,
    }
}

fn line_at(mjml: &str, position: usize) -> usize {
    mjml.bytes().take(position).filter(|byte| *byte == b'\n').count() + 1
}

fn said(error: &Error) -> &'static str {
    match error {
        Error::UnexpectedElement { .. } => "no such element is possible here",
        Error::UnexpectedToken { .. } => "this is not possible here, or an element is not closed",
        Error::MissingAttribute { .. } => "an attribute is missing",
        Error::InvalidAttribute { .. } => "an attribute has no such value",
        Error::InvalidFormat { .. } => "it is not well-formed",
        Error::EndOfStream { .. } => "this element is not closed",
        Error::SizeLimit { .. } => "it is too large",
        Error::ParserError { .. } => "it cannot be read",
        Error::NoRootNode => "there is no element <mjml>",
        Error::IncludeLoaderError { .. } => "<mj-include> is not possible; use {% include %}",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_has_its_line() {
        let wrong = [
            ("<mjml>\n<mj-body>\n<mj-section>\n</mj-body>\n</mjml>", 3),
            ("<mjml>\n<mj-body>\n<mj-section>\n<mj-spacer />\n</mj-section>\n", 2),
            ("<mjml>\n<mj-body>\n", 2),
            ("", 1),
            ("<mjml><mj-body>\n<mj-include path=\"/etc/passwd\" />\n</mj-body></mjml>", 2),
        ];
        for (mjml, line) in wrong {
            assert_eq!(html(mjml).unwrap_err().line, line, "{mjml}: {:?}", html(mjml));
        }
        let odd = "<mjml colour=\"red\">\n<mj-body>\n<mj-nonsense />\n</mj-body></mjml>";
        let lines: Vec<_> = oddities(odd, &html(odd).unwrap()).iter().map(|odd| odd.line).collect();
        assert_eq!(lines, [1, 3]);
    }

    #[test]
    fn no_font_comes_from_elsewhere() {
        let html = html(
            "<mjml><mj-body><mj-section><mj-column><mj-text font-family=\"Roboto, Lato\">x</mj-text></mj-column></mj-section></mj-body></mjml>",
        );
        assert!(!html.unwrap().contains("googleapis"));
    }
}
