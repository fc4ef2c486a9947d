//! The fields of a profile that an attribute can fill.

use crate::words::words;

words!(
    /// A field that can be mapped to an attribute, in the order in which fields are explained.
    Field {
        /// The first name.
        FirstName = "first_name",
        /// The last name.
        LastName = "last_name",
        /// The e-mail address.
        Email = "email",
        /// The location.
        Location = "location",
        /// The user type of the assignment.
        UserType = "user_type",
        /// The role of the assignment.
        Role = "role",
    }
);
