//! What people do with the product, one struct a verb. Each reads like the sentence that it implements.

mod administration;
mod administrators;
mod answer_once;
mod arrivals;
mod begin_sign_in;
mod deliver_letters;
mod forget_history;
mod import;
mod link_identity;
mod receive_logout;
mod refresh_metadata;
mod service_keys;
mod setup_links;
mod sign_in;
mod sign_out;
mod simulate;
mod trials;
mod warn_of_certificates;
mod world;

pub use administration::{
    AdminError, ApiKeyDraft, Authenticate, Bounded, ChangeConnection, ChangeLogo, ChangeOrganization,
    ChangeUser, CreateApiKey, CreateConnection, CreateOrganization, CreateUser, DeleteConnection,
    DeleteOrganization, EndSessions, IdentityDraft, IdentityProviderDraft, KeyOwner, MOST_OF_A_USER,
    MetadataDraft, NoteKeyUse, PurgeUser, PutUserPart, RemoveIdentityProvider, RemoveUserPart, RevokeApiKey,
    SaveCatalog, SaveIdentityProvider, SaveSettings, UserDraft, UserPart,
};
pub use administrators::{
    AdministratorChange, AdministratorDraft, AdministratorSignIn, AdministratorSignInError,
    BeginAdministratorSignOn, ChangeAdministrator, ChangeOwnPassword, CreateAdministrator,
    DisableAdministrator, EndPortalSessions, FirstAdministrator, FirstAdministratorError, InvitationDraft,
    InviteAdministrator, InviteAgain, KeysMade, LosePassword, NameAdministratorsConnection, NotSignedOn,
    OpenPasswordLink, OwnPasswordError, PasswordLinkError, ReceiveAdministratorSignOn,
    RecognizeAdministrator, RevokeInvitation, RoleDraft, SetPassword, SetPasswordByLink, SignInAdministrator,
    SignOnAnswer, SignOnAttempt, SignOnBegun, UnnameAdministratorsConnection,
};
pub use answer_once::{AnswerOnce, Answering, IdempotencyError, OpenRequest};
pub use arrivals::{Keeping, OpenArrival};
pub use begin_sign_in::{BeginError, BeginSignIn, Begun, LoginAttempt};
pub use deliver_letters::{DeliverLetters, Deliveries};
pub use forget_history::{ForgetHistory, KeepHistory};
pub use import::{
    ApplyImport, BeginImport, DeleteImport, ImportBegun, ImportError, ImportUsers, Reception, SweepImports,
};
pub use link_identity::{LinkError, LinkIdentity, OpenLink};
pub use receive_logout::{LogoutAnswer, LogoutError, ReceiveLogout};
pub use refresh_metadata::{ApproveMetadata, RefreshMetadata, Refreshes, RejectMetadata};
pub use service_keys::{
    ActivateServiceKey, PrepareError, PrepareServiceKeys, RemoveServiceKey, RotateServiceKey, RotationError,
    check_all,
};
pub use setup_links::{OpenSetupLink, RecognizeSetup, RevokeSetupLink, SendSetupLink, SetupLinkError};
pub use sign_in::{BrowserBinding, PostedResponse, Refused, SignIn, SignInAnswer, SignInError, Welcomed};
pub use sign_out::SignOut;
pub use simulate::{Checked, Checkpoint, Simulate, Simulated, SimulatedUser, Simulation, SimulationInput};
pub use trials::{BeginTrial, ReceiveTrial, ReportTrial, TrialBegun, TrialError, TrialReport};
pub use warn_of_certificates::WarnOfCertificates;
pub use world::World;
