//! Colours, and whether they can be read on each other.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::TextError;

/// The least contrast between text and what is behind it (WCAG 2.2, success criterion 1.4.3, level AA).
pub const LEAST_CONTRAST: f64 = 4.5;

/// In how many steps a colour becomes black or white.
const STEPS: u16 = 64;

/// A colour of sRGB, written as `#rrggbb`.
///
/// ```
/// use vestibule_domain::branding::Color;
///
/// let yellow: Color = "#FFD500".parse()?;
/// assert_eq!(yellow.to_string(), "#ffd500");
/// assert_eq!(yellow.text(), Color::BLACK);
/// assert!(yellow.contrast(Color::WHITE) < 1.5);
/// assert!(yellow.legible_on(Color::WHITE).contrast(Color::WHITE) >= 4.5);
/// # Ok::<(), vestibule_domain::text::TextError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Color([u8; 3]);

impl Color {
    /// Black.
    pub const BLACK: Self = Self([0; 3]);
    /// White.
    pub const WHITE: Self = Self([255; 3]);
    /// The service's own, by day and by night, for organizations that have none.
    pub const OWN: [Self; 2] = [Self([0x2c, 0x4f, 0xb8]), Self([0x9d, 0xb4, 0xff])];

    /// A colour of so much red, green and blue.
    #[must_use]
    pub const fn of(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Takes `#rrggbb`, in letters of either case.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let malformed = TextError::Malformed("a colour like #2c4fb8");
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(malformed)?;
        let valid = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| valid).ok_or(malformed)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }

    /// The ratio of contrast between two colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance() + 0.05, other.luminance() + 0.05);
        one.max(two) / one.min(two)
    }

    /// The colour of text on this one: black or white, whichever can be read better. That is always enough.
    #[must_use]
    pub fn text(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) { Self::WHITE } else { Self::BLACK }
    }

    /// This colour, or the nearest to it on the way to black or white, that can be read on `ground`.
    #[must_use]
    pub fn legible_on(self, ground: Self) -> Self {
        let end = ground.text();
        let mut tones = (0..=STEPS).map(|step| self.towards(end, step));
        tones.find(|tone| tone.contrast(ground) >= LEAST_CONTRAST).unwrap_or(end)
    }

    /// The colour that is `step` of 64 parts of the way to `end`.
    #[must_use]
    pub fn towards(self, end: Self, step: u16) -> Self {
        let step = step.min(STEPS);
        let mut mixed = self.0;
        for (own, other) in mixed.iter_mut().zip(end.0) {
            let sum = u16::from(*own) * (STEPS - step) + u16::from(other) * step;
            *own = u8::try_from(sum / STEPS).unwrap_or(u8::MAX);
        }
        Self(mixed)
    }

    /// How bright it is, from 0 to 1 (WCAG 2.2, "relative luminance").
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|value| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([red, green, blue]) = self;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl fmt::Debug for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Color {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Color {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::parse(&text)
    }
}

impl From<Color> for String {
    fn from(color: Color) -> Self {
        color.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn contrasts_are_those_of_the_standard() {
        assert!((Color::BLACK.contrast(Color::WHITE) - 21.0).abs() < 1e-9);
        assert!((Color::WHITE.contrast(Color::WHITE) - 1.0).abs() < 1e-9);
        // The examples by which people know the limit: #767676 just passes on white, #777777 just fails.
        assert!(Color::of(0x76, 0x76, 0x76).contrast(Color::WHITE) >= LEAST_CONTRAST);
        assert!(Color::of(0x77, 0x77, 0x77).contrast(Color::WHITE) < LEAST_CONTRAST);
    }

    #[test]
    fn a_colour_has_six_digits() {
        for wrong in ["", "#", "2c4fb8", "#2c4fb", "#2c4fb88", "#2c4fbg", "#+c4fb8", "#2c4f é", "red", "#fff"]
        {
            assert!(Color::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Color::parse("#2C4FB8"), Ok(Color::of(0x2c, 0x4f, 0xb8)));
    }

    proptest! {
        #[test]
        fn every_colour_can_be_written_on_and_read_anywhere(color: [u8; 3], ground: [u8; 3]) {
            let (color, ground) = (Color(color), Color(ground));
            prop_assert!(color.text().contrast(color) >= LEAST_CONTRAST);
            let legible = color.legible_on(ground);
            prop_assert!(legible.contrast(ground) >= LEAST_CONTRAST);
            if color.contrast(ground) >= LEAST_CONTRAST {
                prop_assert_eq!(legible, color);
            }
            prop_assert_eq!(Color::parse(&color.to_string()), Ok(color));
        }
    }
}
