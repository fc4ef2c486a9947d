//! Sentences with code in them.

/// A sentence with code in it, which stands between backticks where it is written.
pub(crate) struct Prose(pub(crate) Vec<Piece>);

/// A part of a sentence.
pub(crate) struct Piece {
    pub(crate) is_code: bool,
    pub(crate) text: String,
}

impl Prose {
    /// The sentence that is written so.
    pub(crate) fn of(text: &str) -> Self {
        let pieces = text.split('`').enumerate().filter(|(_, piece)| !piece.is_empty());
        Self(pieces.map(|(index, piece)| Piece { is_code: index % 2 == 1, text: piece.to_owned() }).collect())
    }
}
