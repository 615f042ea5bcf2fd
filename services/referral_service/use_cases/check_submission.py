"""The rules of a submission that the schema cannot know: the role and today's date.

Why: rule 4 of the wall holds at one place for JSON and for the form. Promises: reads nothing from the database; raises
the 422 problem with every field at fault. When not to use it: for whether a service can take it
(`submit_referral.py`).
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from referral_service.domain import person_rules as rules
from referral_service.domain.clocks import today
from referral_service.domain.matching import UNDER_18
from service_kit.errors import FieldError, Invalid
from setu import roles
from setu.needs import refused

LONGEST_TERM = timedelta(days=366 * 60)


def check_submission(body: Mapping[str, Any], role: str, now: datetime) -> None:
    """Raise the 422 problem with every field at fault. `body` has passed the schema."""
    errors = [*_what_the_role_may_not(body, role), *_release(body, today(now)), *_authority(body)]
    if errors:
        raise Invalid(*errors)


def _what_the_role_may_not(body: Mapping[str, Any], role: str) -> Iterator[FieldError]:
    if refused(body["needs"], role):
        yield FieldError("needs", "One of these is for health staff only.")
    if set(body.get("urgent") or ()) - set(rules.flags_for(role, body["setting"])):
        yield FieldError("urgent", "One of these does not fit the role or the setting.")
    if body.get("notes") is not None and role != roles.CUSTODY_HEALTH:
        yield FieldError("notes", "For prison health staff only.")
    if body.get("expected_release") is not None and role != roles.CUSTODY_HEALTH and body["setting"] != "prison":
        yield FieldError("expected_release", "From prison only.")


def _authority(body: Mapping[str, Any]) -> Iterator[FieldError]:
    """Rule 8: under 18, who agrees for the child is part of the consent."""
    if body.get("person", {}).get("age_band") == UNDER_18 and "authority" not in body["consent"]:
        yield FieldError("consent.authority", "Under 18, say who agrees: the guardian or the Child Welfare Committee.")


def _release(body: Mapping[str, Any], this_day: date) -> Iterator[FieldError]:
    release = body.get("expected_release")
    if release is not None and not this_day <= release <= this_day + LONGEST_TERM:
        yield FieldError("expected_release", "A date from today on.")
