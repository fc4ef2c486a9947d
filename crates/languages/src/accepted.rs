//! What a browser says that its person reads.

/// The most ranges that are looked at.
const MOST: usize = 32;

/// The language ranges of an `Accept-Language` header, best first; those that are not wanted are left out.
pub(crate) fn ranges(header: &str) -> Vec<&str> {
    let mut ranges: Vec<_> = header.split(',').take(MOST).filter_map(weighted).collect();
    // Equal ones stay in the order in which they were written.
    ranges.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    ranges.into_iter().map(|(range, _)| range).collect()
}

/// A range and its weight in thousandths.
fn weighted(part: &str) -> Option<(&str, u32)> {
    let mut parts = part.split(';').map(str::trim);
    let range = parts.next().filter(|range| !range.is_empty() && *range != "*")?;
    let weight = match parts.find_map(|part| part.strip_prefix("q=")) {
        None => 1_000,
        Some(text) => thousandths(text),
    };
    (weight > 0).then_some((range, weight))
}

/// A weight (RFC 9110 §12.4.2); what is none counts as nothing.
fn thousandths(text: &str) -> u32 {
    let weight: f32 = text.parse().unwrap_or_default();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between 0 and 1000, and what is not a number becomes 0"
    )]
    let thousandths = (weight.clamp(0.0, 1.0) * 1_000.0).round() as u32;
    thousandths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_come_best_first() {
        assert_eq!(ranges("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5"), ["fr-CH", "fr", "en", "de"]);
        assert_eq!(ranges("en;q=0.2,de ; q=0.9, es"), ["es", "de", "en"]);
        assert_eq!(ranges("de;q=0, fr;q=x, es;q=NaN, pt;q=7"), ["pt"]);
        assert_eq!(ranges(" , ,;q=1"), [""; 0]);
        assert_eq!(ranges(&"a,".repeat(1_000)).len(), MOST);
    }
}
