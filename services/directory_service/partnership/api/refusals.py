"""Refusals of the partnership as problems that a client can act on; a text that was refused is not said again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from directory_service.partnership.domain.meetings import NotNow
from service_kit.errors import Conflict, FieldError, Invalid
from setu.guard import CaseDetails

IF_MATCH: dict[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "schema": {"type": "string"},
    "description": "The version that the change was made from.",
}
IF_MATCH_REQUIRED = {**IF_MATCH, "required": True}


@contextmanager
def refusals_as_problems(field: str = "text") -> Iterator[None]:
    """Raise 409 for an act that is not possible now, and 422 for case details in `field`."""
    try:
        yield
    except CaseDetails as refused:
        words = f"Say what should change, not who or where; it has: {', '.join(refused.codes)}."
        raise Invalid(FieldError(field, words)) from None
    except NotNow as refused:
        raise Conflict(f"The present state or day does not allow this: {refused.args[0]}.") from None
