//! Durations (XML Schema part 2, `xs:duration`).

/// The seconds of each designator before and after the `T`, in their order. A month has 30 days and a year 365, which is
/// near enough for a time to keep a copy.
const DATE: [(char, u64); 3] = [('Y', 365 * 86_400), ('M', 30 * 86_400), ('D', 86_400)];
const TIME: [(char, u64); 3] = [('H', 3_600), ('M', 60), ('S', 1)];

/// The whole seconds of a duration such as `P1DT12H` or `PT604800.000S`, if it is one and not negative.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let text = text.trim().strip_prefix('P')?;
    let (date, time) = match text.split_once('T') {
        // A `T` announces something.
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None if text.is_empty() => return None,
        None => (text, ""),
    };
    part(date, &DATE)?.checked_add(part(time, &TIME)?)
}

/// Numbers with designators, each designator once and in order.
fn part(mut text: &str, designators: &[(char, u64)]) -> Option<u64> {
    let mut sum: u64 = 0;
    let mut left = designators;
    while !text.is_empty() {
        let end = text.find(|c: char| c.is_ascii_alphabetic())?;
        let designator = text[end..].chars().next()?;
        let at = left.iter().position(|(known, _)| *known == designator)?;
        let number = match (text[..end].split_once('.'), designator) {
            (Some((whole, fraction)), 'S') if is_digits(fraction) => whole,
            (Some(_), _) => return None,
            (None, _) => &text[..end],
        };
        if !is_digits(number) {
            return None;
        }
        sum = sum.checked_add(number.parse::<u64>().ok()?.checked_mul(left[at].1)?)?;
        left = &left[at + 1..];
        text = &text[end + 1..];
    }
    Some(sum)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_the_standard_writes_them() {
        for (text, expected) in [
            ("PT1H", 3_600),
            ("P1D", 86_400),
            ("P0Y0M30DT0H0M0.000S", 30 * 86_400),
            ("PT604800S", 604_800),
            ("PT6H30M", 23_400),
            ("P1Y2M", 365 * 86_400 + 60 * 86_400),
            ("PT1M", 60),
            ("P1M", 30 * 86_400),
            ("PT0S", 0),
            (" PT1H\n", 3_600),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for wrong in [
            "",
            "P",
            "PT",
            "P1",
            "1D",
            "-P1D",
            "P-1D",
            "P1DT",
            "PT1D",
            "P1H",
            "P1D1Y",
            "PT1S1S",
            "PT1.5H",
            "PT.5S",
            "PT5.S",
            "P1D ago",
            "PT99999999999999999999S",
            "P99999999999999Y",
            "PT1é",
            "P١D",
        ] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
