# What people read, in English. Each file of this folder is a language, by its tag (RFC 5646), and has the same messages.
# A file is written in Fluent (https://projectfluent.org/fluent/guide/).

language = English
direction = ltr
instant = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
    } { $year }, { $time } UTC

## Around each page

skip = To the content
sign-in = Sign-in
sign-out = Sign out
sign-in-again = Sign in again
sign-in-to = Sign in to { $organization }
by-service = Sign-in by Vestibule

## The first page, for who comes without an organization's link

home = This is where people sign in
    .lead = Each organization has a sign-in link of its own. Use the one that yours gave you, or open your application: it leads you here when you need to sign in.
    .help = You don’t have a link? Ask your organization’s administrator.

## A choice between ways to sign in

choose = Sign in
    .lead = How do you want to sign in?
    .help = Not sure? Choose the one where you sign in to your other work.

## On the way to the identity provider

sending = One moment
    .heading = One moment…
    .lead = You go on to your identity provider. If nothing happens, use the button.
    .action = Continue

## Below each refusal

help = If you need help
    .ask = Ask
    .email = E-mail
    .phone = Telephone
    .tell-contact = Tell them this reference, by which they can look it up:
    .tell-administrator = Tell your administrator this reference, by which they can look it up:
    .code = Code:

## The page behind a mailed link

link = Confirm your account
    .heading = Is this your account?
    .lead = Somebody signed in to { $organization } through your organization’s identity provider with the address below. If it was you, confirm it: from then on you sign in to this account that way.
    .action = Yes, that was me
    .not-you = It was not you? Close this page: nothing happens, and the link stops working on { $expires }. Tell your administrator if it comes again.
linked = Confirmed
    .heading = The account is yours
    .lead = Sign in once more to get in. From now on it works without this step.

## After signing out

signed-out = Signed out
    .heading = You’re signed out
    .action = Sign in to { $organization } again
    .ended = You are signed out at your identity provider, too.
    .partly = You are signed out at your identity provider, too, but not of every application. On a computer that others use, close the browser.
    .failed = Your identity provider did not sign you out. On a computer that others use, sign out there, and close the browser.
    .alone = You may still be signed in at your identity provider. On a computer that others use, sign out there too, and close the browser.

## After signing in

signed-in = Signed in
    .heading = You’re signed in, { $name }
    .organization = Organization
    .through = Signed in through
    .until = Signed in until
    .none = none
    .changes = What changed
    .from = from
    .to = to
    .nothing = nothing
    .warnings = Not taken over
    .warned = what your identity provider sent is not valid here, so it stayed as it was.
    .why = Why your account looks like this
    .why-lead = Your organization’s rules decided this on { $at } from what your identity provider sent.
    .as-it-was = as it was
    .no-value = no value
    .attribute = Attribute looked for
    .arrived = What arrived
    .rule = Rule:
    .reference = If something is wrong, tell your administrator this reference:
outcome-created = New account
    .happened = Your account was created at this sign-in.
    .welcomed = A welcome mail is on its way to you.
outcome-updated = Updated
    .happened = Your account was brought up to date at this sign-in.
outcome-unchanged = Signed in
    .happened = Your account is as it was before.
outcome-refused = Refused
    .happened = This sign-in was refused.

## What a line is about

topic-identity = Who you are
topic-registration = Registration
topic-first_name = First name
topic-last_name = Last name
topic-email = E-mail address
topic-location = Location
topic-user_type = User type
topic-role = Role
topic-assignments = User type and role

## What a rule did, by the rule's name

why-match_identity = You were recognised by the name that your identity provider knows you by.
why-match_email = You were recognised by your e-mail address.
why-match_near_miss = The name you are known by is almost that of somebody else.
why-match_bound_elsewhere = Your address belongs to an account with another identity.
why-match_none = Nobody was recognised, so you are new here.
why-match_deactivated = The account is switched off.
why-match_unusable_name_id = Nobody can be recognised by such a name.
why-email_domain = Only addresses of certain domains may sign in.
why-registration = Accounts are not made automatically here.
why-required_name = A new account needs a name.
why-required_email = A new account needs an e-mail address.
why-mapped_attribute = Your identity provider sent it.
why-default_value = Your identity provider sent nothing, so the organization’s default was taken.
why-role_of_type = A user type was sent without a role, so the role that goes with it was taken.
why-pair_in_catalog = The organization’s catalog has this user type and role.
why-invalid_value = What was sent is not a valid value.
why-privileged_pair = This role can be given only where that is allowed explicitly.
why-welcome = A new account is welcomed by one mail.
why-keep_current = Your identity provider sent nothing, so it stayed as it was.
why-email_change = Your identity provider sent another address.
why-add_assignment = Your identity provider sent a user type that you did not have, so it was added.
why-change_role = Your identity provider sent another role for this user type.
why-same_assignment = You had what your identity provider sent.
why-incomplete_pair = User type and role are both needed; only one was sent, so nothing changed.
why-never_removed = A sign-in never takes anything away.
why-settings = This rule is about settings, not about sign-ins.

## What else there is to know

note-multiple_values = { $count } different values arrived, and nothing says which of them counts.
note-not_in_catalog = The value is not in the organization’s catalog; upper and lower case count.
note-looks_like_an_id = The value is not in the organization’s catalog; it looks like an id, but the location’s name is needed.
note-unfit = The value does not have the form that is needed.
note-near_miss = An attribute named “{ $arrived }” arrived, which is almost, but not quite, the one looked for.
note-address_taken = Another user of the organization has this address.
note-name_id_near_miss = Somebody is known by a name that differs only in upper and lower case or in spaces.
note-not_a_role_of_the_type = The role is not one of the user type’s roles.
note-role_missing = A user type was sent without a role, and it is not clear which of its roles is meant.
note-user_type_missing = A role was sent without a user type, and both are needed.
note-pair_missing = No user type and role were sent, and there is no default for them.
note-only_role = The user type has only this role, so it counts as sent.
note-privileged_not_allowed = The role gives special rights, and may not be given in this way.
note-privileged_filled_in = The role gives special rights, so user type and role must both be sent.
note-registration_off = Accounts are not made automatically here.
note-jit_not_enabled = Accounts are not made automatically for this organization.
note-address_from_name_id = The name that your identity provider knows you by serves as the e-mail address.
note-link_mailed = A user has this address; a link was mailed there.
note-linking_off = A user has this address, and accounts are not linked by address here.
note-letter_case_only = Only upper and lower case differ from the stored address, which is no change.

## Why a sign-in was refused, by its code

refused-malformed_response = We couldn’t sign you in
    .happened = What your identity provider sent could not be read.
    .advice = Try once more. If it happens again, tell your administrator.
refused-untrusted_signature = We couldn’t sign you in
    .happened = What your identity provider sent is not signed with a key that this organization trusts.
    .advice = This is a matter of how single sign-on is set up. Ask your administrator to look at it.
refused-unsupported_response = We couldn’t sign you in
    .happened = Your identity provider sent an answer of a kind that is not accepted here.
    .advice = This is a matter of how single sign-on is set up. Ask your administrator to look at it.
refused-response_expired = This sign-in took too long
    .happened = The answer of your identity provider had expired when it arrived.
    .advice = Sign in again. If it happens again at once, tell your administrator: a clock may be wrong.
refused-response_not_yet_valid = We couldn’t sign you in
    .happened = The answer of your identity provider is not valid yet.
    .advice = Try again in a few minutes. If it happens again, tell your administrator: a clock may be wrong.
refused-wrong_audience = We couldn’t sign you in
    .happened = The answer of your identity provider was meant for another service.
    .advice = This is a matter of how single sign-on is set up. Ask your administrator to look at it.
refused-wrong_recipient = We couldn’t sign you in
    .happened = The answer of your identity provider was meant for another service.
    .advice = This is a matter of how single sign-on is set up. Ask your administrator to look at it.
refused-wrong_destination = We couldn’t sign you in
    .happened = The answer of your identity provider was meant for another service.
    .advice = This is a matter of how single sign-on is set up. Ask your administrator to look at it.
refused-wrong_issuer = We couldn’t sign you in
    .happened = The answer came from an identity provider that this organization does not use.
    .advice = This is a matter of how single sign-on is set up. Ask your administrator to look at it.
refused-unsolicited_response = Please start here
    .happened = This organization wants sign-ins to start on this page, and not at the identity provider.
    .advice = Use the button below.
refused-unknown_request = This sign-in is over
    .happened = It was begun too long ago, in another browser, or is finished already.
    .advice = Sign in again in this browser. Cookies must be allowed for this site.
refused-replayed_response = This sign-in was used already
    .happened = Each sign-in works once. Going back in the browser, or reloading, sends the same one again.
    .advice = Sign in again.
refused-identity_provider_error = Your identity provider did not sign you in
    .happened = It says itself that the sign-in failed, or was broken off.
    .advice = Try again. If it happens again, ask those who run your identity provider.
refused-connection_disabled = Sign-in is switched off
    .happened = This way to sign in is switched off at the moment.
    .advice = Ask your administrator.
refused-registration_disabled = You don’t have access yet
    .happened = Your identity provider knows you, but there is no account for you here, and accounts are not made automatically.
    .advice = Ask your administrator for an account.
refused-missing_required_attribute = You don’t have access yet
    .happened = Your identity provider did not send a name that can be used, and an account needs one.
    .advice = This is a matter of how single sign-on is set up. Ask your administrator to look at it.
refused-missing_email = You don’t have access yet
    .happened = Your identity provider did not send an e-mail address that can be used, and an account needs one.
    .advice = This is a matter of how single sign-on is set up. Ask your administrator to look at it.
refused-invalid_user_type_or_role = You don’t have access yet
    .happened = Your identity provider did not send a user type and role that may be given here.
    .advice = This is a matter of how single sign-on is set up. Ask your administrator to look at it.
refused-email_in_use = We couldn’t match your account
    .happened = The e-mail address that your identity provider sent cannot be used for your account.
    .advice = Ask your administrator to look at it.
refused-email_domain_not_allowed = You don’t have access yet
    .happened = Addresses like yours cannot sign in here.
    .advice = Sign in with your address at this organization, or ask your administrator.
refused-user_deactivated = Your account is switched off
    .happened = You cannot sign in with it at the moment.
    .advice = If you think that is a mistake, ask your administrator.
refused-ambiguous_match = We couldn’t match your account
    .happened = The name that your identity provider knows you by is almost, but not quite, one that is known here.
    .advice = This is a matter of how single sign-on is set up. Ask your administrator to look at it.
refused-unknown_location = You don’t have access yet
    .happened = Your identity provider sent a location that this organization does not know.
    .advice = This is a matter of how single sign-on is set up. Ask your administrator to look at it.
refused-link_verification_sent = Check your mail
    .happened = You may have an account already. To be sure that it is yours, a mail with a link was sent to its address.
    .advice = Open the link, and then sign in again. It works once, for 24 hours.

## What else may go wrong

failed-organization_not_found = There is no such organization
    .happened = The address may be mistyped, or the organization has another one now.
    .advice = Check the link that you were given.
failed-connection_not_found = There is no such way to sign in
    .happened = The organization has no connection of this name.
    .advice = Use the button below, or check the link that you were given.
failed-sso_not_configured = Single sign-on is not set up yet
    .happened = This organization has no identity provider that can be asked.
    .advice = Ask your administrator.
failed-return_to_not_allowed = That link leads elsewhere
    .happened = After the sign-in it would send you to a place that this organization has not listed.
    .advice = Use the button below, or go to your application and start there.
failed-link_expired = This link does not work any more
    .happened = It was used already, or is older than 24 hours.
    .advice = Sign in again: a new mail is sent if one is needed.
failed-untrusted_logout = You may still be signed in
    .happened = A message that was to sign you out is not one that your identity provider has signed for this service just now.
    .advice = Sign out in your application itself, and close the browser on a computer that others use.
failed-response_too_large = We couldn’t sign you in
    .happened = Your identity provider sent more than can be taken in.
    .advice = Ask your administrator: often too many groups are sent along.
failed-unsupported_media_type = We couldn’t sign you in
    .happened = What arrived is not the form that an identity provider sends.
    .advice = Go back to where you started, and try again.
failed-too_many_requests = Please wait a moment
    .happened = There were too many attempts from your network in a short time.
    .advice = Try again in a minute.
failed-temporarily_unavailable = We’ll be right back
    .happened = The service cannot answer just now. Nothing of yours was changed.
    .advice = Wait a moment, and try again.
failed-cross_site_request = That did not come from here
    .happened = Another site tried to use this page, so nothing was done.
    .advice = Go back to the page that you were on, and try again.
failed-not_found = There is nothing here
    .happened = The address may be mistyped, or the page has moved.
    .advice = Use the sign-in link that your organization gave you.
failed-otherwise = Something went wrong
    .happened = It was the service’s fault, not yours. It has been noted.
    .advice = Try again in a moment. If it happens again, tell your administrator.

## Mails: in each of them

mail-hello = Hello { $name },
mail-by-hand = If the button does not work, open this address:
mail-no-answer = No answer is needed, and nobody reads answers to it.
mail-to-contact = { $organization } sent this mail to the technical contact of the connection.
mail-what-to-do = What to do
mail-certificate = Certificate
    .added = New certificate
    .removed = Certificate that goes
    .ends = Ends: { $at }

## The mail to somebody for whom an account was made

mail-welcome = Welcome, { $name }
    .subject = Your { $organization } account is ready
    .preview = You can sign in with the account that you already use at your organization.
    .happened = An account at { $organization } was made for you. There is nothing else to set up.
    .password = You need no new password: you sign in with the account that you already use at your organization.
    .action = Sign in
    .open = Sign in whenever you like:
    .not-you = You did not expect an account? Then please tell the person who looks after accounts at your organization, since somebody else may be using yours.
    .why = { $organization } sent you this mail because an account was created with this address.

## The mail that asks whether a sign-in was theirs

mail-link = Was this you, { $name }?
    .subject = Was this you? Confirm your sign-in to { $organization }
    .preview = Somebody signed in with your address. Nothing happens until you confirm it.
    .happened = Somebody signed in to { $organization } through “{ $connection }” with this e-mail address. You have an account with this address already, so please tell us whether it was you.
    .if-you = It was you? Open the page and press “{ link.action }”. Nothing happens until you press that button. From then on you sign in to your account through “{ $connection }”.
    .action = Open the page
    .until = The link works once, until { $at }, which is { $hours ->
        [one] 1 hour
       *[other] { $hours } hours
        } after the sign-in. If it has expired, sign in again and you get a new one.
    .not-you = It was not you? Then do not press the button. Nobody gets into your account without it, and the link stops working by itself. Please tell the person who looks after accounts at your organization.
    .why = { $organization } sent you this mail because of a sign-in with this address. Do not forward it: the link is meant for you alone.

## The mail to an address that is not the account's any more

mail-moved = Your e-mail address has changed
    .subject = The e-mail address of your { $organization } account has changed
    .preview = Mails about your account go to your new address from now on.
    .happened = This e-mail address is no longer the one of your account at { $organization }. Your organization gave us a new address when you signed in, and it has taken the place of this one.
    .from-now-on = You sign in as before. Mails about your account go to the new address from now on. If you knew about this, there is nothing to do.
    .not-you = You did not expect it? Then please tell the person who looks after accounts at your organization. They can look up the sign-in and correct the address.
    .why = { $organization } sent this mail to your old address so that the change does not go unnoticed.

## The mail about a certificate that ends

mail-ends = A certificate ends in { $days ->
        [one] 1 day
       *[other] { $days } days
        }
    .subject = A signing certificate of “{ $connection }” ends in { $days ->
        [one] 1 day
       *[other] { $days } days
        }
    .preview = It ends on { $at }.
    .happened = A signing certificate of the identity provider behind the connection “{ $connection }” ({ $key }) of { $organization } ends on { $at }:
    .advice = Look at the identity provider whether it has a new certificate already, or make one there. If its metadata is fetched from an address, the new one arrives by itself, and waits for your approval unless the address is trusted. Otherwise save the new metadata at this connection before the identity provider begins to sign with the new key. Both certificates may be there at once.
    .otherwise = The end of a certificate refuses no sign-in here. But many identity providers change their key on that day, and with a key that is not known here nobody can sign in.
    .when = It is sent 60, 30, 14, 7 and 1 days before the end.

## The mail about metadata that waits for approval

mail-approve = A change waits for your approval
    .subject = Please approve: the metadata of “{ $connection }” has changed
    .preview = Until you approve the change, people sign in by what was approved last.
    .happened = The identity provider behind the connection “{ $connection }” ({ $key }) of { $organization } describes itself otherwise than before. Until you approve the change, people sign in by what was approved last.
    .endpoints = The addresses at which people sign in change, too.
    .advice = Compare the fingerprints with those that the identity provider’s own administration shows. Then approve the change, or reject it, in the Admin Portal or by the administration API. If you expect no change, ask whoever runs the identity provider first.
    .otherwise = A change that is not approved may lock people out, once the identity provider signs with a new key.

## The mail about metadata that cannot be refreshed

mail-stale = Metadata cannot be refreshed
    .subject = The metadata of “{ $connection }” cannot be refreshed
    .preview = People sign in by what was fetched last.
    .happened = Since { $at } the metadata of the identity provider behind the connection “{ $connection }” ({ $key }) of { $organization } cannot be refreshed from its address:
    .message = What happened:
    .advice = Open the address of the metadata, and look whether it answers with metadata. If the identity provider has moved, save its new address at this connection.
    .otherwise = People sign in by what was fetched last. If the identity provider gets a new key meanwhile, this service does not learn of it.
    .when = It is sent once for this failure; the metadata is tried again several times a day.

mail-password = Choose a new password
    .subject = Choose a new password for the Admin Portal of { $organization }
    .preview = Somebody asked for it with your address. Nothing changes until you choose one.
    .happened = Somebody, most likely you, said that the password of your administrator’s account at { $organization } is lost.
    .action = Choose a new password
    .until = The link works once, until { $at }. With the new password you are signed out everywhere, and then sign in again.
    .not-you = It was not you? Then do nothing: your password stays as it is, and the link stops working by itself.
    .why = { $organization } sent you this mail because somebody asked for it with this address. Do not forward it: the link is meant for you alone.

mail-invitation = You are invited to the Admin Portal
    .subject = { $by } invites you to administer { $organization }
    .preview = Accept the invitation by choosing a password.
    .happened = { $by } invites you to become an administrator of { $organization }. You accept by choosing a password. From then on you sign in with this e-mail address.
    .action = Choose a password
    .until = The link works once, until { $at }. If it has expired, ask for another one.
    .not-you = You do not expect an invitation? Then do nothing: the link stops working by itself.
    .why = { $organization } sent you this mail because you are invited with this address. Do not forward it: the link is meant for you alone.

mail-setup = Set up single sign-on
    .subject = Set up single sign-on for { $organization }
    .preview = A link to the page where you connect your identity provider.
    .happened = { $by } asks you to connect your identity provider with { $organization }. The link opens the page for that and nothing else. You need no password.
    .action = Open the page
    .until = The link works as often as you need it, until { $at }, unless it is revoked before.
    .not-you = You do not look after the identity provider? Then do nothing, and tell whoever asked you. Whoever has the link can change what is set up with it.
    .why = { $organization } sent you this mail because you are asked with this address. Forward it to nobody who does not set up single sign-on with you.
