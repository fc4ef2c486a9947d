//! How an organization looks in its mails.

use minijinja::{Value, context};
use vestibule_domain::branding::{Color, LogoMark};
use vestibule_domain::letter::About;

/// What is behind text in the light scheme: the darker of the two grounds that `layout.mjml` names.
const LIGHT_GROUND: Color = Color::of(0xf4, 0xf5, 0xf8);
/// What is behind text in the dark scheme: the brighter of the two.
const DARK_GROUND: Color = Color::of(0x1b, 0x1e, 0x26);

/// The most of a mail that a logo takes, in pixels: its width and height.
const MOST: (usize, usize) = (220, 44);

/// What templates name `look` and `logo`.
pub(crate) fn of(about: &About<'_>, origin: &str) -> Value {
    let accent = about.branding.and_then(|branding| branding.accent_color);
    let [light, dark] = accent.map_or(Color::OWN, |color| [color, color]);
    let (light, dark) = (light.legible_on(LIGHT_GROUND), dark.legible_on(DARK_GROUND));
    let mark = about.branding.and_then(|branding| branding.logo.as_ref());
    context! {
        accent => light.to_string(),
        accent_text => light.text().to_string(),
        dark_accent => dark.to_string(),
        dark_accent_text => dark.text().to_string(),
        logo => mark.zip(about.organization).map(|(mark, of)| logo(mark, origin, of.as_str())),
    }
}

/// A logo by the address that shows whichever is the organization's on the day of reading. What it was at the time of writing is
/// in the query, which nobody reads: servers that keep pictures for mail programs do so by their whole address.
fn logo(mark: &LogoMark, origin: &str, organization: &str) -> Value {
    let (width, height) = size(mark);
    context! {
        address => format!("{origin}/sso/{organization}/logo?{}", mark.digest),
        width,
        height,
    }
}

/// As large as it fits, and no larger than it is.
fn size(mark: &LogoMark) -> (usize, usize) {
    let height = MOST.1.min(mark.height).min(MOST.0 * mark.height / mark.width.max(1)).max(1);
    ((height * mark.width / mark.height.max(1)).clamp(1, MOST.0), height)
}

#[cfg(test)]
mod tests {
    use vestibule_domain::branding::LogoKind;

    use super::*;

    #[test]
    fn a_logo_keeps_its_shape() {
        let shown =
            |width, height| size(&LogoMark { kind: LogoKind::Png, digest: String::new(), width, height });
        assert_eq!(shown(300, 100), (132, 44));
        assert_eq!(shown(2_048, 16), (128, 1));
        assert_eq!(shown(16, 2_048), (1, 44));
        assert_eq!(shown(32, 32), (32, 32));
        assert_eq!(shown(2_048, 1_024), (88, 44));
    }

    #[test]
    fn grounds_are_those_of_the_layout() {
        let layout = include_str!("../templates/layout.mjml");
        for ground in [LIGHT_GROUND, DARK_GROUND] {
            assert!(layout.contains(&format!("background-color: {ground}")), "{ground}");
        }
    }
}
