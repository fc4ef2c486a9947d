//! Sign-ins a day, as a chart and as a table.

use chrono::{Days, NaiveDate};
use vestibule_domain::ports::DayCount;
use vestibule_domain::sign_in::Outcome;

/// The height of the chart's columns, in the units of its drawing.
const HEIGHT: u64 = 120;
/// The width of a day.
const WIDTH: u64 = 24;

/// The chart of some days.
pub(crate) struct Chart {
    pub(crate) days: Vec<Day>,
    pub(crate) width: u64,
    pub(crate) most: u64,
    pub(crate) signed_in: u64,
    pub(crate) refused: u64,
}

/// A day's column, and its numbers.
pub(crate) struct Day {
    pub(crate) date: NaiveDate,
    pub(crate) name: String,
    pub(crate) created: u64,
    pub(crate) updated: u64,
    pub(crate) unchanged: u64,
    pub(crate) refused: u64,
    pub(crate) x: u64,
    /// Where the upper part begins, and its height: those who were refused.
    pub(crate) refused_y: u64,
    pub(crate) refused_height: u64,
    /// The same of the lower part: those who came in.
    pub(crate) signed_in_y: u64,
    pub(crate) signed_in_height: u64,
}

impl Day {
    pub(crate) fn is_empty(&self) -> bool {
        self.created + self.updated + self.unchanged + self.refused == 0
    }
}

impl Chart {
    pub(crate) fn is_empty(&self) -> bool {
        self.signed_in + self.refused == 0
    }

    pub(crate) fn of(counts: &[DayCount], first: NaiveDate, days: i64) -> Self {
        let dates = (0..days.unsigned_abs()).map(|day| first + Days::new(day));
        let count = |day: NaiveDate, outcome: Outcome| {
            counts.iter().find(|one| one.day == day && one.outcome == outcome).map_or(0, |one| one.count)
        };
        let all = |day: NaiveDate| Outcome::ALL.iter().map(|outcome| count(day, *outcome)).sum::<u64>();
        let most = dates.clone().map(all).max().unwrap_or_default().max(1);
        let scaled = |number: u64| (number * HEIGHT).div_ceil(most);
        let day = |(index, date): (usize, NaiveDate)| {
            let refused = count(date, Outcome::Refused);
            let signed_in_height = scaled(all(date) - refused);
            let refused_height = scaled(refused);
            Day {
                date,
                name: date.format("%-d %b").to_string(),
                created: count(date, Outcome::Created),
                updated: count(date, Outcome::Updated),
                unchanged: count(date, Outcome::Unchanged),
                refused,
                x: index as u64 * WIDTH,
                signed_in_y: HEIGHT - signed_in_height.min(HEIGHT),
                signed_in_height,
                refused_y: HEIGHT.saturating_sub(signed_in_height + refused_height),
                refused_height,
            }
        };
        let days: Vec<_> = dates.enumerate().map(day).collect();
        let refused = days.iter().map(|day| day.refused).sum();
        Self {
            width: days.len() as u64 * WIDTH,
            most,
            signed_in: days.iter().map(|day| day.created + day.updated + day.unchanged).sum(),
            refused,
            days,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_has_a_column_and_the_busiest_the_highest() {
        let first = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        let one = |day, outcome, count| DayCount { day: first + Days::new(day), outcome, count };
        let counts =
            [one(0, Outcome::Created, 3), one(2, Outcome::Unchanged, 6), one(2, Outcome::Refused, 6)];
        let chart = Chart::of(&counts, first, 3);
        let heights: Vec<_> =
            chart.days.iter().map(|day| (day.signed_in_height, day.refused_height)).collect();
        assert_eq!(heights, [(30, 0), (0, 0), (60, 60)]);
        assert_eq!((chart.signed_in, chart.refused, chart.most), (9, 6, 12));
        assert_eq!(chart.days[2].refused_y, 0);
    }
}
