//! Two readings of a document, to be compared: what the gate accepts, libxml reads alike or not at all.
#![expect(unsafe_code, reason = "the crate libxml has no safe form of canonicalization")]

use std::ffi::{CStr, c_int};
use std::ptr::null_mut;

use libxml::bindings::{xmlC14NDocDumpMemory, xmlC14NMode_XML_C14N_EXCLUSIVE_1_0, xmlFree};
use libxml::parser::{Parser, ParserOptions};
use libxml::tree::Document;

use crate::canonical::canonical;
use crate::{gate, xmlsec};

/// The exclusive canonical form of a document by our reading, if the parts of the gate accept it that know XML alone.
#[must_use]
pub fn by_the_gate(xml: &str) -> Option<String> {
    let xml = gate::normalize(xml).ok()?;
    let document = gate::parse(&xml).ok()?;
    Some(canonical(document.root_element(), None, &[]))
}

/// What libxml makes of a document.
#[derive(Debug, PartialEq, Eq)]
pub enum Reading {
    /// It is not well-formed.
    Refused,
    /// It has no canonical form, because a namespace has a relative name (Canonical XML 1.0 §1.3).
    NotCanonical,
    /// The exclusive canonical form.
    Canonical(String),
}

/// What libxml makes of the text that it would get from the gate, when it is told to recover nothing.
#[must_use]
pub fn by_libxml(xml: &str) -> Reading {
    xmlsec::harden();
    let Ok(xml) = gate::normalize(xml) else { return Reading::Refused };
    let options = ParserOptions { recover: false, no_net: true, ..ParserOptions::default() };
    match Parser::default().parse_string_with_options(&xml, options) {
        Ok(document) => canonical_by_libxml(&document).map_or(Reading::NotCanonical, Reading::Canonical),
        Err(_) => Reading::Refused,
    }
}

fn canonical_by_libxml(document: &Document) -> Option<String> {
    let mode = c_int::try_from(xmlC14NMode_XML_C14N_EXCLUSIVE_1_0).ok()?;
    let mut text = null_mut();
    // SAFETY: the document lives until the call returns; without a set of nodes it is canonicalized as a whole. What is
    // written is a text of libxml's own that ends with NUL, which is copied and then freed by it.
    unsafe {
        let length = xmlC14NDocDumpMemory(document.doc_ptr(), null_mut(), mode, null_mut(), 0, &raw mut text);
        if length < 0 || text.is_null() {
            return None;
        }
        let copy = CStr::from_ptr(text.cast()).to_str().ok().map(str::to_owned);
        if let Some(free) = xmlFree {
            free(text.cast());
        }
        copy
    }
}
