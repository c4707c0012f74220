//! Every path there is, and who answers on it.

use http::Method;

/// Who answers: one name a handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// Makes an account.
    Register,
    /// Activates an account.
    Activate,
    /// What a click on a letter's link finds.
    FollowActivation,
    /// Sends the activation letter again.
    ResendActivation,
    /// Signs in.
    Login,
    /// Signs in, in simplejwt's words.
    ObtainToken,
    /// Gives the next refresh token and an access token.
    RefreshToken,
    /// Says whether a token is good.
    VerifyToken,
    /// Signs out.
    Logout,
    /// Signs out, in simplejwt's words.
    BlacklistToken,
    /// Tells who is asking.
    Me,
    /// Opens a WebSocket.
    Socket,
    /// Publishes the signing keys.
    Jwks,
    /// Describes the API.
    Schema,
    /// Says that the process is up.
    Health,
    /// Says whether the server does its work.
    Ready,
    /// Lists the letters that mail to files has written.
    Mailbox,
    /// Shows one of them.
    Letter,
    /// Shows its HTML part alone.
    LetterHtml,
    /// The chat's page.
    HomePage,
    /// The page behind a letter's link.
    ActivationPage,
    /// What the pages are made of.
    Asset,
}

impl Endpoint {
    /// Whether it is answered even while the server stops: who asks how it is shall learn that it stops.
    #[must_use]
    pub const fn answers_to_the_last(self) -> bool {
        matches!(self, Self::Health | Self::Ready)
    }
}

/// A path and its methods. `GET` stands for `HEAD` too, and every path answers `OPTIONS`.
#[derive(Debug)]
pub struct Route {
    /// The path, as it is documented and counted. With and without its trailing slash it is the same.
    pub path: &'static str,
    /// Who answers on `GET`.
    pub get: Option<Endpoint>,
    /// Who answers on `POST`.
    pub post: Option<Endpoint>,
}

const fn get(path: &'static str, endpoint: Endpoint) -> Route {
    Route { path, get: Some(endpoint), post: None }
}

const fn post(path: &'static str, endpoint: Endpoint) -> Route {
    Route { path, get: None, post: Some(endpoint) }
}

/// Every path.
pub const ROUTES: &[Route] = &[
    post("/api/users/register/", Endpoint::Register),
    Route {
        path: "/api/users/activate/",
        get: Some(Endpoint::FollowActivation),
        post: Some(Endpoint::Activate),
    },
    post("/api/users/resend-activation/", Endpoint::ResendActivation),
    post("/api/users/login/", Endpoint::Login),
    get("/api/users/me/", Endpoint::Me),
    post("/api/logout/", Endpoint::Logout),
    post("/api/token/", Endpoint::ObtainToken),
    post("/api/token/refresh/", Endpoint::RefreshToken),
    post("/api/token/verify/", Endpoint::VerifyToken),
    post("/api/token/blacklist/", Endpoint::BlacklistToken),
    // Two names under which old front ends ask for a refresh.
    post("/api/refresh/", Endpoint::RefreshToken),
    post("/api/api/refresh/", Endpoint::RefreshToken),
    get("/api/schema/", Endpoint::Schema),
    get("/ws/chat/{room}/", Endpoint::Socket),
    get("/.well-known/jwks.json", Endpoint::Jwks),
    get("/healthz", Endpoint::Health),
    get("/readyz", Endpoint::Ready),
    get("/dev/mailbox", Endpoint::Mailbox),
    get("/dev/mailbox/{letter}", Endpoint::Letter),
    get("/dev/mailbox/{letter}/html", Endpoint::LetterHtml),
    get("/", Endpoint::HomePage),
    get("/activate", Endpoint::ActivationPage),
    get("/assets/{*file}", Endpoint::Asset),
];

impl Route {
    /// Who answers on `method`.
    #[must_use]
    pub fn endpoint(&self, method: &Method) -> Option<Endpoint> {
        match *method {
            Method::GET | Method::HEAD => self.get,
            Method::POST => self.post,
            _ => None,
        }
    }

    /// The methods, as the `Allow` header lists them.
    #[must_use]
    pub fn allow(&self) -> &'static str {
        match (self.get.is_some(), self.post.is_some()) {
            (true, true) => "GET, HEAD, POST, OPTIONS",
            (true, false) => "GET, HEAD, OPTIONS",
            (false, true) => "POST, OPTIONS",
            (false, false) => "OPTIONS",
        }
    }

    /// Whether pages of other origins may call it: the API, but neither our own pages nor the mailbox.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.path.starts_with("/api/") || self.path.starts_with("/.well-known/")
    }
}
