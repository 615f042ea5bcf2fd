"""Error types that a client can act on, free of any web framework.

Why: use cases, stores and workers say what is wrong without knowing HTTP. Promises: `detail` and `errors` carry only
what the client sent or may know; `service_kit.web.problems` holds the one table from these types to problem documents.
Not for faults of our own: those stay ordinary exceptions, are logged and answered as a bare 500.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field; `field` is a JSON path, a form field's or a query parameter's name."""

    field: str
    detail: str


class ClientError(Exception):
    """Base of what a client can act on; `detail` is shown to it, the type's own words where it is empty."""

    def __init__(self, detail: str = "", errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)


class Forbidden(ClientError):
    """The role does not include this; said before any look-up."""


class NotFound(ClientError):
    """There is no such thing, or it is another's: the same answer for both."""


class Gone(ClientError):
    """It was the caller's to see and has been destroyed."""


class Conflict(ClientError):
    """The request does not fit the present state."""


class Stale(ClientError):
    """The version that the client saw is not the present one."""


class InProgress(ClientError):
    """The first request with this idempotency key has not committed yet."""


class KeyReused(ClientError):
    """The idempotency key came with another request before."""


class BadQuery(ClientError):
    """A parameter of the address is unknown or wrong."""

    def __init__(self, *errors: FieldError) -> None:
        super().__init__(errors=errors)


class Invalid(ClientError):
    """Well-formed, yet a field cannot be accepted."""

    def __init__(self, *errors: FieldError, detail: str = "") -> None:
        super().__init__(detail, errors)


class TooMany(ClientError):
    """Too many tries; `retry_after` in whole seconds, at least 1."""

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = max(1, retry_after)
