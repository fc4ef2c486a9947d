//! The names of the rules: the `rule` of an explanation, the code of a settings fault, the name of a test.

use crate::words::words;

words!(
    /// A provisioning rule. docs/reference/rules.md says what each does, with an example.
    Rule {
        /// An identity of the connection has this NameID.
        MatchIdentity = "match_identity",
        /// An identity differs from the NameID only in letter case or surrounding space.
        MatchNearMiss = "match_near_miss",
        /// A user without an identity on the connection has the asserted address.
        MatchEmail = "match_email",
        /// The user with the asserted address has another identity on the connection.
        MatchBoundElsewhere = "match_bound_elsewhere",
        /// Nobody matches: a new user.
        MatchNone = "match_none",
        /// The matched user is deactivated.
        MatchDeactivated = "match_deactivated",
        /// Nobody can be recognised by such a NameID.
        MatchUnusableNameId = "match_unusable_name_id",
        /// The asserted address is in none of the connection's domains.
        EmailDomain = "email_domain",
        /// Whether a first sign-in may create a user.
        Registration = "registration",
        /// A new user needs a first and a last name.
        RequiredName = "required_name",
        /// A new user needs an address.
        RequiredEmail = "required_email",
        /// A sent and valid value is taken.
        MappedAttribute = "mapped_attribute",
        /// A new user gets the default where nothing was sent.
        DefaultValue = "default_value",
        /// The role of a type that was sent without one.
        RoleOfType = "role_of_type",
        /// The resulting pair must be in the catalog.
        PairInCatalog = "pair_in_catalog",
        /// A sent value is not valid.
        InvalidValue = "invalid_value",
        /// Who may assign a privileged pair.
        PrivilegedPair = "privileged_pair",
        /// A created user is welcomed by one mail.
        Welcome = "welcome",
        /// What was not sent stays as it is.
        KeepCurrent = "keep_current",
        /// An asserted address replaces the stored one.
        EmailChange = "email_change",
        /// A pair of a type that the user lacks is added.
        AddAssignment = "add_assignment",
        /// The role of a type that the user has is changed.
        ChangeRole = "change_role",
        /// The user holds the pair already.
        SameAssignment = "same_assignment",
        /// Half a pair changes nothing.
        IncompletePair = "incomplete_pair",
        /// No sign-in removes an assignment.
        NeverRemoved = "never_removed",
        /// Automatic registration needs both names mapped.
        SaveRequiresNames = "save_requires_names",
        /// Automatic registration needs a source for user type and role.
        SaveRequiresPair = "save_requires_pair",
        /// Defaults are whole, in the catalog, and not privileged.
        SaveDefaultPair = "save_default_pair",
        /// Automatic registration needs the operator's consent.
        SaveJitNotEnabled = "save_jit_not_enabled",
        /// Defaults without automatic registration have no effect.
        SaveInertDefaults = "save_inert_defaults",
        /// Without a mapped address the NameID serves.
        SaveEmailUnmapped = "save_email_unmapped",
        /// A translation leads to a valid value.
        SaveTranslationTarget = "save_translation_target",
        /// An attribute name is 1 to 256 characters without surrounding space.
        SaveAttributeName = "save_attribute_name",
        /// Settings that somebody else saved meanwhile are not overwritten.
        SaveVersion = "save_version",
    }
);
