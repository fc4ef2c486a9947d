//! Forms: what they send, names repeated and all.

use std::collections::BTreeMap;

use url::form_urlencoded;

/// The fields of a query or a form, in their order.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// The first field of that name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The first field of that name, or nothing.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    fn all(&self, name: &'static str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The attributes of a form edited by hand: a row with no name is left out, a line is a value.
    pub(super) fn attributes(&self) -> BTreeMap<String, Vec<String>> {
        let mut attributes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, values) in
            self.all("attribute").zip(self.all("values")).filter(|(name, _)| !name.is_empty())
        {
            let values = values.trim_end_matches(['\r', '\n']).lines().map(str::to_owned);
            attributes.entry(name.to_owned()).or_default().extend(values);
        }
        // An attribute whose values were emptied is sent with one empty value.
        attributes
            .values_mut()
            .filter(|values| values.is_empty())
            .for_each(|values| values.push(String::new()));
        attributes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_value_and_a_nameless_row_is_nothing() {
        let fields = Fields::parse(
            b"attribute=Role&values=a%0D%0Ab%0D%0A&attribute=&values=c&attribute=Empty&values=",
        );
        let attributes = fields.attributes();
        assert_eq!(attributes.len(), 2);
        assert_eq!(attributes["Role"], ["a", "b"]);
        assert_eq!(attributes["Empty"], [""]);
    }
}
