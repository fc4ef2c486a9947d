//! Changes of a text that is right.

use libfuzzer_sys::arbitrary::{self, Arbitrary};

/// Bytes that are put in the place of others. Both ends are taken modulo what there is.
#[derive(Debug, Arbitrary)]
pub(crate) struct Edit<'a> {
    at: u16,
    length: u8,
    /// Where to copy from, instead of `text`: signed elements moved and doubled are what attacks are made of.
    copy: Option<(u16, u16)>,
    text: &'a [u8],
}

/// The bytes with at most eight edits, one after the other.
pub(crate) fn edited(original: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut xml = original.to_vec();
    for edit in edits.iter().take(8) {
        let at = usize::from(edit.at) % (xml.len() + 1);
        let end = (at + usize::from(edit.length)).min(xml.len());
        let text = match edit.copy {
            Some((from, length)) => {
                let from = usize::from(from) % original.len();
                &original[from..(from + usize::from(length)).min(original.len())]
            }
            None => edit.text,
        };
        xml.splice(at..end, text.iter().copied());
    }
    xml
}
