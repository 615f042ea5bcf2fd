"""The rules of a submission that the schema cannot know: the role, today's date, a phone number that can be rung.

Why: rule 4 of the wall holds at one place for JSON and for the form. Promises: reads nothing from the database; raises
the 422 problem with every field at fault. When not to use it: for whether a service can take it
(`submit_referral.py`).
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import phonenumbers

from referral_service.domain import person as rules
from referral_service.domain import vocabulary as words
from referral_service.domain.clocks import today
from referral_service.domain.needs import refused
from service_kit.web.problems import FieldError, invalid

HOME_REGION = "IN"
LONGEST_TERM = timedelta(days=366 * 60)


def check_submission(body: Mapping[str, Any], role: str, now: datetime) -> str | None:
    """The contact's number in E.164, None where there is none. Raises the 422 problem. `body` has passed the schema."""
    typed = (body.get("person") or {}).get("contact", {}).get("value")
    number = None if typed is None else phone_number(typed)
    errors = [*_what_the_role_may_not(body, role), *_release(body, today(now))]
    if typed is not None and number is None:
        errors.append(FieldError("person.contact.value", "Not a phone number that can be rung."))
    if errors:
        raise invalid(*errors)
    return number


def phone_number(value: str) -> str | None:
    """The number in E.164, or None where nobody could ring it (7 to 15 digits in a national plan's length)."""
    plain = rules.plain_number(value)
    if plain is None:
        return None
    try:
        number = phonenumbers.parse(plain, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _what_the_role_may_not(body: Mapping[str, Any], role: str) -> Iterator[FieldError]:
    if refused(body["needs"], role):
        yield FieldError("needs", "One of these is for health staff only.")
    if set(body.get("urgent") or ()) - set(rules.flags_for(role, body["setting"])):
        yield FieldError("urgent", "One of these does not fit the role or the setting.")
    if body.get("notes") is not None and role != words.CUSTODY:
        yield FieldError("notes", "For prison health staff only.")
    if body.get("expected_release") is not None and role != words.CUSTODY and body["setting"] != "prison":
        yield FieldError("expected_release", "From prison only.")


def _release(body: Mapping[str, Any], this_day: date) -> Iterator[FieldError]:
    release = body.get("expected_release")
    if release is not None and not this_day <= release <= this_day + LONGEST_TERM:
        yield FieldError("expected_release", "A date from today on.")
