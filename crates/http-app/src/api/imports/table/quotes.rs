//! Where quotes may stand (RFC 4180 §2), and on which line a row begins.

use vestibule_domain::problem::Problems;

use super::{fault, is_line_end};

/// Reads along with the reader of the table.
pub(super) struct Quotes {
    delimiter: u8,
    at: Place,
    line: u32,
    after_return: bool,
    row_line: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before a row, where empty lines may stand.
    BetweenRows,
    /// Before a value.
    BeforeValue,
    /// In a value without quotes.
    InValue,
    /// In a value with quotes.
    InQuotes,
    /// After a quote in such a value: it ends there, or another one follows and is a part of it.
    AfterQuote,
}

impl Quotes {
    pub(super) fn new(delimiter: u8) -> Self {
        Self { delimiter, at: Place::BetweenRows, line: 1, after_return: false, row_line: 1 }
    }

    /// The line on which the row that was read last begins.
    pub(super) fn row_begins_at(&self) -> u32 {
        self.row_line
    }

    /// Reads the next bytes.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<(), Problems> {
        for byte in bytes {
            self.at = self.after(*byte).ok_or_else(|| {
                fault(
                    "broken_quotes",
                    self.line,
                    "has a quote where none may stand: double it, and quote the value",
                )
            })?;
            // CR, LF, and both together end one line.
            if *byte == b'\r' || (*byte == b'\n' && !self.after_return) {
                self.line = self.line.saturating_add(1);
            }
            self.after_return = *byte == b'\r';
        }
        Ok(())
    }

    /// Nothing more comes.
    pub(super) fn finish(&self) -> Result<(), Problems> {
        if self.at == Place::InQuotes {
            return Err(fault(
                "broken_quotes",
                self.row_line,
                "begins a row with a quote that is never closed",
            ));
        }
        Ok(())
    }

    fn after(&mut self, byte: u8) -> Option<Place> {
        if self.at == Place::BetweenRows && !is_line_end(byte) {
            self.row_line = self.line;
            self.at = Place::BeforeValue;
        }
        let ends_row = is_line_end(byte);
        match (self.at, byte) {
            (Place::InQuotes, b'"') => Some(Place::AfterQuote),
            (Place::InQuotes, _) | (Place::BeforeValue | Place::AfterQuote, b'"') => Some(Place::InQuotes),
            (_, _) if ends_row => Some(Place::BetweenRows),
            (_, _) if byte == self.delimiter => Some(Place::BeforeValue),
            (Place::InValue, b'"') | (Place::AfterQuote, _) => None,
            (_, _) => Some(Place::InValue),
        }
    }
}
