//! Logos: pictures of a few kinds, looked at before they are kept.

use serde::{Deserialize, Serialize};

use crate::token::sha256_hex;
use crate::words::words;

/// The most bytes of a logo.
pub const MOST_BYTES: usize = 128 * 1024;
/// The least width and height of a logo, in pixels.
pub const LEAST_SIDE: usize = 16;
/// The most width and height of a logo, in pixels.
pub const MOST_SIDE: usize = 2_048;

/// How much of the digest tells one logo from another.
const DIGITS: usize = 20;

words! {
    /// Kinds of pictures, by their media types. SVG is none of them: it is a document that can hold scripts.
    LogoKind {
        /// Portable Network Graphics.
        Png = "image/png",
        /// JPEG.
        Jpeg = "image/jpeg",
        /// WebP.
        Webp = "image/webp",
    }
}

impl LogoKind {
    /// How names of such files end.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
        }
    }
}

/// What is known of a logo without looking at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoMark {
    /// What kind of picture it is.
    pub kind: LogoKind,
    /// The beginning of its SHA-256 digest, in hexadecimal: another logo has another.
    pub digest: String,
    /// Its width in pixels.
    pub width: usize,
    /// Its height in pixels.
    pub height: usize,
}

impl LogoMark {
    /// The name of its file, which no other logo has.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.digest, self.kind.extension())
    }
}

/// A logo that was looked at.
#[derive(Clone, PartialEq, Eq)]
pub struct Logo {
    /// What is known of it.
    pub mark: LogoMark,
    /// The file.
    pub content: Vec<u8>,
}

/// Why a file is no logo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    /// There is too much of it.
    #[error("must be at most 128 KiB")]
    TooLarge,
    /// It begins as no picture that is taken does.
    #[error("must be a PNG, JPEG or WebP picture")]
    UnknownKind,
    /// It does not say how large the picture is.
    #[error("must be a whole picture: its size cannot be read")]
    Damaged,
    /// The picture is too small or too large.
    #[error("must be 16 to 2048 pixels wide and high")]
    Dimensions,
}

impl LogoError {
    /// A stable word for programs.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::UnknownKind => "unknown_kind",
            Self::Damaged => "damaged",
            Self::Dimensions => "dimensions",
        }
    }
}

impl Logo {
    /// Takes a file if it is a picture that pages and mails can show. What it is, its bytes say.
    ///
    /// # Errors
    /// It is none.
    pub fn read(content: Vec<u8>) -> Result<Self, LogoError> {
        if content.len() > MOST_BYTES {
            return Err(LogoError::TooLarge);
        }
        let kind = kind_of(&content).ok_or(LogoError::UnknownKind)?;
        let size = imagesize::blob_size(&content).map_err(|_| LogoError::Damaged)?;
        let fits = |side| (LEAST_SIDE..=MOST_SIDE).contains(&side);
        if !fits(size.width) || !fits(size.height) {
            return Err(LogoError::Dimensions);
        }
        let mut digest = sha256_hex(&content);
        digest.truncate(DIGITS);
        Ok(Self { mark: LogoMark { kind, digest, width: size.width, height: size.height }, content })
    }
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Logo").field("mark", &self.mark).finish_non_exhaustive()
    }
}

/// The kind of a picture, by how it begins.
fn kind_of(content: &[u8]) -> Option<LogoKind> {
    match imagesize::image_type(content).ok()? {
        imagesize::ImageType::Png => Some(LogoKind::Png),
        imagesize::ImageType::Jpeg => Some(LogoKind::Jpeg),
        imagesize::ImageType::Webp => Some(LogoKind::Webp),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The beginning of a JPEG file: a start of frame says its size (ITU-T T.81, §B.2.2).
    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut file = vec![0xff, 0xd8, 0xff, 0xc0, 0, 11, 8];
        file.extend(height.to_be_bytes().into_iter().chain(width.to_be_bytes()));
        file.extend([1, 1, 0x11, 0, 0xff, 0xd9]);
        file
    }

    /// The beginning of a WebP file without loss (RFC 9649, §2.6).
    fn webp(width: u32, height: u32) -> Vec<u8> {
        let size = (width - 1) | ((height - 1) << 14);
        [&b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f"[..], &size.to_le_bytes(), &[0; 8]].concat()
    }

    #[test]
    fn pictures_of_three_kinds_are_taken() {
        let png = crate::testing::logo(300, 100).content;
        for (file, kind) in
            [(png, LogoKind::Png), (jpeg(300, 100), LogoKind::Jpeg), (webp(300, 100), LogoKind::Webp)]
        {
            let mark = Logo::read(file).unwrap().mark;
            assert_eq!((mark.kind, mark.width, mark.height), (kind, 300, 100));
            assert_eq!(mark.file_name(), format!("{}.{}", mark.digest, kind.extension()));
        }
    }

    #[test]
    fn other_files_are_not() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
        for other in [svg, b"GIF89a\x10\0\x10\0".to_vec(), b"BM".to_vec(), Vec::new(), vec![0; 64]] {
            assert_eq!(Logo::read(other), Err(LogoError::UnknownKind));
        }
        let mut png = crate::testing::logo(300, 100).content;
        png.truncate(18);
        assert_eq!(Logo::read(png), Err(LogoError::Damaged));
        for size in [(15, 64), (64, 15), (2_049, 64), (64, 2_049)] {
            assert_eq!(Logo::read(jpeg(size.0, size.1)), Err(LogoError::Dimensions), "{size:?}");
        }
        let mut large = crate::testing::logo(300, 100).content;
        large.resize(MOST_BYTES, 0);
        assert!(Logo::read(large.clone()).is_ok());
        large.push(0);
        assert_eq!(Logo::read(large), Err(LogoError::TooLarge));
    }

    proptest! {
        #[test]
        fn nothing_that_only_begins_as_a_picture_does_harm(kind in 0..3_usize, bytes: Vec<u8>) {
            let begins = [&b"\x89PNG\r\n\x1a\n"[..], &b"\xff\xd8\xff"[..], &b"RIFF\x1a\0\0\0WEBPVP8"[..]];
            let _ = Logo::read([begins[kind], &bytes].concat());
        }
    }
}
