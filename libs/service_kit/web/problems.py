"""RFC 9457 problem documents: what `service_kit.errors` and the edge itself say to a client.

Why: every error of every service has one shape, one list of types, and one page of words at `/problems/<slug>`.
Promises: a problem carries only what the client sent or may know; `errors[].field` is a JSON path such as
`person.contact.value`. Not for faults of our own: those stay exceptions, are logged and answered as a bare 500.
"""

from collections import ChainMap
from collections.abc import Mapping, Sequence

from service_kit.errors import (
    BadQuery,
    ClientError,
    Conflict,
    FieldError,
    Forbidden,
    Gone,
    InProgress,
    Invalid,
    KeyReused,
    NotFound,
    Stale,
    TooMany,
)
from service_kit.translations import N_

PROBLEM_TYPE = "application/problem+json"
NOT_VALID_YET = 'Bearer realm="setu", error="invalid_token", error_description="not valid yet"'


# slug -> (title, what to do about it); the page of words and the documents read the same table.
KIT_WORDS: dict[str, tuple[str, str]] = {
    "sign-in-required": (
        N_("Please sign in"),
        N_("You are not signed in, or your session has ended. Sign in and try again."),
    ),
    "bad-credentials": (
        N_("Sign-in did not work"),
        N_("The name, the password or the code is not right. Check them and try again; a code works once."),
    ),
    "bad-signature": (
        N_("The signature is not right"),
        N_("Sign the request with a key that was given for this address, and send it within five minutes."),
    ),
    "second-factor-required": (N_("Second step needed"), N_("Enter the code from your app or from your printed list.")),
    "second-factor-stale": (
        N_("Please enter a code again"),
        N_("It has been a while since you entered a code. Enter a new one to go on."),
    ),
    "not-allowed": (
        N_("Not for your role"),
        N_("Your role does not include this. If you have another role, switch to it and try again."),
    ),
    "organization-pending": (
        N_("Not open yet"),
        N_("Your organisation is not active yet. Until then only what the menu shows is open to you."),
    ),
    "insufficient-scope": (
        N_("Not in this key's scope"),
        N_("This API key was made for less. Use one with the scope that the answer's WWW-Authenticate names."),
    ),
    "cross-site": (
        N_("Request refused"),
        N_("This change did not come from one of our own pages. Open the page again and repeat it there."),
    ),
    "request-timeout": (
        N_("The request came too slowly"),
        N_("It did not arrive whole within ten seconds. Check your connection and send it again."),
    ),
    "too-large": (N_("Too much was sent"), N_("The request is larger than we accept. Send less.")),
    "unsupported-media-type": (N_("Wrong kind of content"), N_("Send the content type that this address expects.")),
    "bad-request": (
        N_("The request could not be read"),
        N_("Something in the request is not well formed. Check it and send it again."),
    ),
    "bad-query": (N_("Unknown or wrong query parameter"), N_("Check the parameters in the address.")),
    "invalid": (N_("Some answers need a change"), N_("Look at the fields named, change them and send again.")),
    "not-found": (N_("Page not found"), N_("There is nothing at this address, or it is not yours to see.")),
    "gone": (N_("No longer here"), N_("What stood here has been removed.")),
    "method-not-allowed": (N_("Not possible here"), N_("This address does not accept that kind of request.")),
    "not-acceptable": (N_("No such form of answer"), N_("This address cannot answer in the form asked for.")),
    "precondition-required": (
        N_("Say which version you saw"),
        N_("Send If-Match with the ETag that you last received."),
    ),
    "stale": (
        N_("Changed in the meantime"),
        N_("Someone changed this after you opened it. Load it again and repeat your change."),
    ),
    "conflict": (
        N_("Not possible now"),
        N_("This does not fit the present state. Load it again to see what is possible."),
    ),
    "idempotency-key-missing": (
        N_("Idempotency-Key needed"),
        N_("Send an Idempotency-Key header, so that a repeated request is done once."),
    ),
    "idempotency-key-reused": (
        N_("Idempotency-Key used before"),
        N_("This key came with another request before. Use a new key for a new request."),
    ),
    "in-progress": (
        N_("Still being done"),
        N_("The first request with this key is still running. Try again in a moment."),
    ),
    "too-many-requests": (N_("Too many tries"), N_("Wait a little and try again.")),
    "internal": (
        N_("Something went wrong"),
        N_("This is our fault. Nothing was changed by it. Please try again in a few minutes."),
    ),
    "unavailable": (N_("Not available just now"), N_("Please try again in a few minutes.")),
    "session-unconfirmed": (
        N_("Not shown just now"),
        N_(
            "Nobody can say at the moment whether your session was ended elsewhere, so what is confidential stays shut."
            " Try again in a minute. Everything else goes on."
        ),
    ),
}
WORDS: ChainMap[str, tuple[str, str]] = ChainMap({}, KIT_WORDS)
"""The kit's problem types and those that the loaded services described."""

SLUG_OF_STATUS = {
    400: "bad-request",
    401: "sign-in-required",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "request-timeout",
    409: "conflict",
    410: "gone",
    412: "stale",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    428: "precondition-required",
    429: "too-many-requests",
    500: "internal",
    503: "unavailable",
}


#: error → status and slug: the one table that the edge answers by; the nearest base of an error decides
PROBLEM_OF: Mapping[type[ClientError], tuple[int, str]] = {
    BadQuery: (400, "bad-query"),
    Forbidden: (403, "not-allowed"),
    NotFound: (404, "not-found"),
    Conflict: (409, "conflict"),
    InProgress: (409, "in-progress"),
    Gone: (410, "gone"),
    Stale: (412, "stale"),
    Invalid: (422, "invalid"),
    KeyReused: (422, "idempotency-key-reused"),
    TooMany: (429, "too-many-requests"),
}


class Problem(ClientError):
    """An answer that says what is wrong, for errors of HTTP itself. Raise it in the web part only."""

    def __init__(
        self,
        status: int,
        slug: str,
        detail: str = "",
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail, errors)
        self.status = status
        self.slug = slug
        self.headers = dict(headers or {})

    def __str__(self) -> str:
        return f"{self.status} {self.slug}"

    @property
    def title(self) -> str:
        """Short English words for the slug; the same for every occurrence (RFC 9457 §3.1.3)."""
        return title_of(self.slug)

    def document(self) -> dict[str, object]:
        """The problem document: type, title, status, detail and, where fields are at fault, errors."""
        body: dict[str, object] = {"type": f"/problems/{self.slug}", "title": self.title, "status": self.status}
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = [{"field": error.field, "detail": error.detail} for error in self.errors]
        return body


def title_of(slug: str) -> str:
    """Return the slug's title, or the slug as words where a service forgot to describe it."""
    return WORDS[slug][0] if slug in WORDS else slug.replace("-", " ").capitalize()


def register_problem_type(slug: str, title: str, what_to_do: str) -> None:
    """Add a service's own problem type to the one table; call at import, with texts marked `N_`."""
    WORDS[slug] = (title, what_to_do)


def for_status(status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> Problem:
    """Return the general problem of an HTTP status; unknown ones fall to bad-request or internal."""
    slug = SLUG_OF_STATUS.get(status) or ("bad-request" if status < 500 else "internal")
    return Problem(status, slug, detail or WORDS[slug][1], headers=headers)


def unauthenticated(slug: str = "sign-in-required", detail: str = "") -> Problem:
    """401 with the challenge that RFC 9110 §11.6.1 asks for."""
    return Problem(401, slug, detail or WORDS[slug][1], headers={"WWW-Authenticate": 'Bearer realm="setu"'})


def not_valid_yet() -> Problem:
    """401 for a token of ours that is ahead of this machine's clock, said as RFC 6750 §3.1 has it."""
    slug = "sign-in-required"
    return Problem(401, slug, WORDS[slug][1], headers={"WWW-Authenticate": NOT_VALID_YET})


def organization_pending() -> Problem:
    """403 for what is open to nobody whose organisation is pending."""
    slug = "organization-pending"
    return Problem(403, slug, WORDS[slug][1])


def not_vouched_for() -> Problem:
    """503 for what is shown only while somebody can say that the session was not ended."""
    slug = "session-unconfirmed"
    return Problem(503, slug, WORDS[slug][1], headers={"Retry-After": "30"})


def insufficient_scope(scope: str) -> Problem:
    """403 with the scope that an API key would need, as RFC 6750 §3.1 asks for."""
    challenge = f'Bearer realm="setu", error="insufficient_scope", scope="{scope}"'
    slug = "insufficient-scope"
    return Problem(403, slug, f"This API key does not have the scope {scope}.", headers={"WWW-Authenticate": challenge})


def problem_of(error: ClientError) -> Problem:
    """The problem document of an error. Raises StopIteration for a type that the table does not have."""
    if isinstance(error, Problem):
        return error
    status, slug = next(PROBLEM_OF[kind] for kind in type(error).__mro__ if kind in PROBLEM_OF)
    return Problem(status, slug, error.detail or WORDS[slug][1], error.errors, _headers(error))


def _headers(error: ClientError) -> Mapping[str, str]:
    if isinstance(error, TooMany):
        return {"Retry-After": str(error.retry_after)}
    return {"Retry-After": "1"} if isinstance(error, InProgress) else {}
