//! The codes of refused sign-ins.

use crate::words::words;

words!(
    /// Why a sign-in was refused, as a stable code. It tells a stranger nothing more.
    RefusalCode {
        /// Not base64, not well-formed XML, or over a limit.
        MalformedResponse = "malformed_response",
        /// Not signed, or not by a key of the connection.
        UntrustedSignature = "untrusted_signature",
        /// A shape, algorithm or feature that is not accepted.
        UnsupportedResponse = "unsupported_response",
        /// Its time is over.
        ResponseExpired = "response_expired",
        /// Its time has not come.
        ResponseNotYetValid = "response_not_yet_valid",
        /// Meant for another service.
        WrongAudience = "wrong_audience",
        /// The subject may be confirmed elsewhere only.
        WrongRecipient = "wrong_recipient",
        /// Sent to another address.
        WrongDestination = "wrong_destination",
        /// From an identity provider that is not the connection's.
        WrongIssuer = "wrong_issuer",
        /// Nobody asked, and the connection does not allow that.
        UnsolicitedResponse = "unsolicited_response",
        /// An answer to a request that is not pending in this browser.
        UnknownRequest = "unknown_request",
        /// Used before.
        ReplayedResponse = "replayed_response",
        /// The identity provider itself says that the sign-in failed.
        IdentityProviderError = "identity_provider_error",
        /// The connection lets nobody in.
        ConnectionDisabled = "connection_disabled",
        /// Nobody matches, and no user may be created.
        RegistrationDisabled = "registration_disabled",
        /// A name is missing or invalid.
        MissingRequiredAttribute = "missing_required_attribute",
        /// An address is missing or invalid.
        MissingEmail = "missing_email",
        /// The user type and role are no pair that may be assigned.
        InvalidUserTypeOrRole = "invalid_user_type_or_role",
        /// The address belongs to another user.
        EmailInUse = "email_in_use",
        /// The address is in none of the connection's domains.
        EmailDomainNotAllowed = "email_domain_not_allowed",
        /// The user is deactivated.
        UserDeactivated = "user_deactivated",
        /// The NameID is almost that of another identity.
        AmbiguousMatch = "ambiguous_match",
        /// The location is not in the catalog.
        UnknownLocation = "unknown_location",
        /// A mail asks the address's owner to confirm the link.
        LinkVerificationSent = "link_verification_sent",
    }
);
