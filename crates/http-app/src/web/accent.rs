//! The stylesheet of an organization's colour: the stylesheet of every page, with other values in place of its own.
//!
//! It is made of the colour alone, and its name has the colour and a hash of what was made of it. So whoever asks by a name gets what the
//! name says or nothing, and browsers may keep it for good.

use vestibule_domain::branding::Color;

use super::assets::hash;

/// The darkest of what is behind text in the light theme: `--calm` of the stylesheet.
const LIGHT_GROUND: Color = Color::of(0xec, 0xee, 0xf3);
/// The brightest of what is behind text in the dark theme: `--surface` of the stylesheet.
const DARK_GROUND: Color = Color::of(0x1b, 0x1e, 0x26);

/// How many of 64 parts a button is stronger while a pointer is over it.
const STRONGER: u16 = 10;

const STEM: &str = "accent-";

/// The address of a colour's stylesheet.
pub(super) fn path(color: Color) -> String {
    format!("/assets/{}", name(color))
}

/// The stylesheet of that name, if it is one of a colour's.
pub(super) fn named(asked: &str) -> Option<String> {
    let digits = asked.strip_prefix(STEM)?.get(..6)?;
    let color = Color::parse(&format!("#{digits}")).ok()?;
    (name(color) == asked).then(|| sheet(color))
}

fn name(color: Color) -> String {
    let digits = color.to_string();
    format!("{STEM}{}-{}.css", digits.trim_start_matches('#'), hash(&sheet(color)))
}

/// A colour in one of the two themes.
pub(crate) struct Shade {
    /// What is behind it.
    pub(crate) ground: Color,
    /// The colour, or the nearest to it that can be read on the ground.
    pub(crate) accent: Color,
    /// The same while a pointer is over it.
    strong: Color,
    /// What is written on it.
    pub(crate) text: Color,
}

/// A colour by day and by night. One that could not be read on the page's ground is darkened or brightened until it can.
pub(crate) fn shades(color: Color) -> [Shade; 2] {
    [LIGHT_GROUND, DARK_GROUND].map(|ground| {
        let accent = color.legible_on(ground);
        let text = accent.text();
        // Away from the text, so that what is written on it can be read all the better.
        let strong = accent.towards(if text == Color::WHITE { Color::BLACK } else { Color::WHITE }, STRONGER);
        Shade { ground, accent, strong, text }
    })
}

fn sheet(color: Color) -> String {
    let [light, dark] = shades(color);
    let value = |of: fn(&Shade) -> Color| format!("light-dark({}, {})", of(&light), of(&dark));
    format!(
        ":root {{ --accent: {}; --accent-strong: {}; --accent-text: {}; }}\n",
        value(|shade| shade.accent),
        value(|shade| shade.strong),
        value(|shade| shade.text)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grounds_are_those_of_the_stylesheet() {
        let style = include_str!("../../assets/style.css");
        assert!(style.contains(&format!("--calm: light-dark({LIGHT_GROUND},")));
        assert!(style.contains(&format!("--surface: light-dark(#ffffff, {DARK_GROUND});")));
    }

    #[test]
    fn the_services_own_colours_are_those_of_the_stylesheet() {
        let [light, dark] = Color::OWN;
        let style = include_str!("../../assets/style.css");
        assert!(style.contains(&format!("--accent: light-dark({light}, {dark});")));
        let [[light_shade, _], [_, dark_shade]] = Color::OWN.map(shades);
        assert_eq!([light_shade.accent, dark_shade.accent], Color::OWN);
    }

    #[test]
    fn a_colour_is_read_in_both_themes() {
        let yellow: Color = "#ffd500".parse().unwrap();
        let sheet = sheet(yellow);
        assert!(sheet.contains(", #ffd500); --accent-strong"), "{sheet}");
        assert!(!sheet.contains("light-dark(#ffd500"), "{sheet}");
        assert!(sheet.contains(", #000000); }"), "{sheet}");
    }

    #[test]
    fn a_stylesheet_has_one_name() {
        let blue: Color = "#2c4fb8".parse().unwrap();
        assert_eq!(named(&name(blue)), Some(sheet(blue)));
        let other = name(blue).replacen("2c4fb8", "2c4fb9", 1);
        for wrong in [&*other, "accent-", "accent-2c4fb8.css", "accent-é2c4fb8-x.css", "style.css"] {
            assert_eq!(named(wrong), None, "{wrong}");
        }
    }
}
