//! A table as CSV (RFC 4180), read while it arrives.
//!
//! `csv-core` takes the text apart. It is lenient with quotes, and so [`Quotes`] reads along and is not: a quote in the wrong
//! place makes two readers see two tables. What makes the whole table doubtful refuses it; what concerns a row alone refuses
//! that row.

mod quotes;

use std::collections::BTreeMap;

use vestibule_domain::import::{COLUMNS, ImportRow, REQUIRED_COLUMNS};
use vestibule_domain::problem::Problems;

use quotes::Quotes;

/// The most bytes of a row. The longest legal values together need fewer.
const MOST_ROW: usize = 16 * 1024;
/// The most columns that are looked at.
const MOST_COLUMNS: usize = 64;
/// The most bytes before the first line ends.
const MOST_HEADER: usize = 8 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What was read of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// A row.
    Row(ImportRow),
    /// A row that cannot be one, by its line.
    Faulty(u32, Problems),
}

/// A table that arrives.
#[derive(Default)]
pub(super) struct Table {
    /// What has arrived of the first line, until it is whole.
    head: Vec<u8>,
    body: Option<Splitter>,
}

impl Table {
    /// Reads the next bytes, and adds the rows that they complete.
    ///
    /// # Errors
    /// What is wrong with the table as a whole.
    pub(super) fn read(&mut self, bytes: &[u8], rows: &mut Vec<Read>) -> Result<(), Problems> {
        if let Some(body) = &mut self.body {
            return body.read(bytes, rows);
        }
        self.head.extend_from_slice(bytes);
        if has_first_line(&self.head) {
            return self.open(rows);
        }
        if self.head.len() > MOST_HEADER { Err(no_header(1)) } else { Ok(()) }
    }

    /// The table has arrived whole.
    ///
    /// # Errors
    /// What is wrong with it as a whole.
    pub(super) fn finish(mut self, rows: &mut Vec<Read>) -> Result<(), Problems> {
        if self.body.is_none() {
            self.open(rows)?;
        }
        match self.body {
            Some(body) => body.finish(rows),
            None => Ok(()),
        }
    }

    fn open(&mut self, rows: &mut Vec<Read>) -> Result<(), Problems> {
        let head = std::mem::take(&mut self.head);
        let text = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&head);
        let line = text.split(|byte| is_line_end(*byte)).find(|line| !line.is_empty()).unwrap_or_default();
        if line.len() > MOST_HEADER {
            return Err(no_header(1));
        }
        // No known column has either in its name.
        let delimiter = if line.contains(&b';') && !line.contains(&b',') { b';' } else { b',' };
        self.body.insert(Splitter::new(delimiter)).read(text, rows)
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn has_first_line(head: &[u8]) -> bool {
    let text = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    let begin = text.iter().position(|byte| !is_line_end(*byte));
    begin.is_some_and(|begin| text[begin..].iter().any(|byte| is_line_end(*byte)))
}

/// A fault of the whole table.
fn fault(code: &'static str, line: u32, what: &str) -> Problems {
    let mut problems = Problems::default();
    problems.add("", code, format!("the line {line} {what}"));
    problems
}

/// No list of column names is so long.
fn no_header(line: u32) -> Problems {
    fault("no_header", line, "is no header: it is too long")
}

/// Takes the text apart into rows.
struct Splitter {
    reader: Box<csv_core::Reader>,
    quotes: Quotes,
    columns: Option<Columns>,
    /// The values of the row that is read, one after another, and where each ends.
    values: Vec<u8>,
    ends: Vec<usize>,
    filled: usize,
    ended: usize,
    is_too_long: bool,
}

impl Splitter {
    fn new(delimiter: u8) -> Self {
        Self {
            reader: Box::new(csv_core::ReaderBuilder::new().delimiter(delimiter).build()),
            quotes: Quotes::new(delimiter),
            columns: None,
            values: vec![0; MOST_ROW],
            ends: vec![0; MOST_COLUMNS],
            filled: 0,
            ended: 0,
            is_too_long: false,
        }
    }

    fn read(&mut self, mut bytes: &[u8], rows: &mut Vec<Read>) -> Result<(), Problems> {
        while !bytes.is_empty() {
            let taken = self.step(bytes, rows)?;
            bytes = &bytes[taken..];
        }
        Ok(())
    }

    fn finish(mut self, rows: &mut Vec<Read>) -> Result<(), Problems> {
        self.quotes.finish()?;
        // Without bytes the reader is told that there are no more. It completes the last row, and is done then.
        while self.columns.is_none() || self.filled > 0 || self.ended > 0 {
            let before = (self.columns.is_some(), self.filled, self.ended);
            self.step(&[], rows)?;
            if before == (self.columns.is_some(), self.filled, self.ended) {
                break;
            }
        }
        if self.columns.is_none() {
            return Err(fault("no_header", 1, "is missing: the table is empty"));
        }
        Ok(())
    }

    /// Reads up to the end of a row, if it is there. Answers how many bytes that took.
    fn step(&mut self, bytes: &[u8], rows: &mut Vec<Read>) -> Result<usize, Problems> {
        use csv_core::ReadRecordResult::{End, InputEmpty, OutputEndsFull, OutputFull, Record};
        let (values, ends) = (&mut self.values[self.filled..], &mut self.ends[self.ended..]);
        let (result, taken, filled, ended) = self.reader.read_record(bytes, values, ends);
        self.quotes.read(&bytes[..taken])?;
        self.filled += filled;
        self.ended += ended;
        match result {
            InputEmpty | End => {}
            // The rest of the row is read, and forgotten.
            OutputFull | OutputEndsFull => {
                (self.filled, self.ended) = (0, 0);
                self.is_too_long = true;
            }
            Record => self.complete(rows)?,
        }
        Ok(taken)
    }

    /// Takes the row that was read.
    fn complete(&mut self, rows: &mut Vec<Read>) -> Result<(), Problems> {
        let line = self.quotes.row_begins_at();
        let is_too_long = std::mem::take(&mut self.is_too_long);
        let count = std::mem::take(&mut self.ended);
        self.filled = 0;
        if is_too_long {
            if self.columns.is_none() {
                return Err(no_header(line));
            }
            rows.push(faulty(
                line,
                "too_long",
                format!("has more than {MOST_ROW} bytes or {MOST_COLUMNS} values"),
            ));
            return Ok(());
        }
        let mut values = Vec::with_capacity(count);
        let mut begin = 0;
        for end in &self.ends[..count] {
            let value = std::str::from_utf8(&self.values[begin..*end]);
            values.push(value.map_err(|_| fault("not_utf8", line, "is not in UTF-8"))?);
            begin = *end;
        }
        match &self.columns {
            None => self.columns = Some(Columns::read(&values)?),
            // Spreadsheets write such lines at the end.
            Some(_) if values.iter().all(|value| value.trim().is_empty()) => {}
            Some(columns) if columns.count != count => {
                let wanted = columns.count;
                rows.push(faulty(
                    line,
                    "wrong_number_of_columns",
                    format!("has {count} values, and the header names {wanted} columns"),
                ));
            }
            Some(columns) => rows.push(Read::Row(ImportRow::new(line, columns.of(&values)))),
        }
        Ok(())
    }
}

fn faulty(line: u32, code: &'static str, message: String) -> Read {
    let mut problems = Problems::default();
    problems.add("", code, message);
    Read::Faulty(line, problems)
}

/// At which place of a row each of [`COLUMNS`] stands.
struct Columns {
    places: [Option<usize>; COLUMNS.len()],
    count: usize,
}

impl Columns {
    /// Reads the header.
    fn read(names: &[&str]) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let mut seen = BTreeMap::new();
        for (place, name) in names.iter().map(|name| name.trim()).enumerate() {
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            if seen.insert(name, place).is_some() {
                problems.add(pointer, "duplicate", "is in the header already");
            } else if !COLUMNS.contains(&name) {
                problems.add(pointer, "unknown_column", format!("is none of {}", COLUMNS.join(", ")));
            }
        }
        for name in &COLUMNS[..REQUIRED_COLUMNS] {
            if !seen.contains_key(name) {
                problems.add(format!("/{name}"), "required", "is not in the header");
            }
        }
        // One without the other says nothing.
        for (name, other) in [("connection", "name_id"), ("name_id", "connection")] {
            if seen.contains_key(other) && !seen.contains_key(name) {
                problems.add(format!("/{name}"), "required", format!("is needed beside {other}"));
            }
        }
        let places = COLUMNS.map(|name| seen.get(name).copied());
        problems.into_result(Self { places, count: names.len() })
    }

    /// The values of a row, in the order of [`COLUMNS`].
    fn of<'a>(&self, values: &[&'a str]) -> [&'a str; COLUMNS.len()] {
        self.places.map(|place| place.and_then(|place| values.get(place).copied()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
