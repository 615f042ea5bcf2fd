"""The form of an event, made from the life-cycle table: which fields a button needs, and what was typed in them.

Promises: a field that the table gains appears on the screens by itself; a body that this makes is one that the table
takes. When not to use it: for the JSON edge, which has schemas of its own over the same table.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from referral_service.domain.lifecycle import body_of
from referral_service.domain.status import UNDECIDED, Status
from referral_service.domain.transition_body import LONGEST_NOTE, TransitionBody
from referral_service.domain.transitions import Field
from referral_service.pages.words import say
from service_kit.errors import FieldError
from service_kit.web.context import context
from service_kit.web.html.i18n import gettext as _
from setu.india import INDIA

WORDS_OF = {
    ("decline", "reason"): "DECLINE_REASON",
    ("hold", "reason"): "HOLD_REASON",
    ("fail", "reason"): "FAIL_REASON",
    ("withdraw", "reason"): "WITHDRAW_REASON",
    ("void", "reason"): "VOID_REASON",
    ("settle", "reason"): "SETTLE_REASON",
    ("forward", "channel"): "CHANNEL",
    ("complete", "outcome"): "OUTCOME",
    ("contact", "attempt"): "CONTACT_RESULT",
    ("ask", "question"): "QUESTION",
    ("answer", "answer"): "QUESTION_ANSWER",
}
"""Event and field → the table of words for its codes."""
MAY_BE_EMPTY = frozenset({"account"})
"""Kinds of fields that say something by being empty: nobody owns it any more."""


def fields_of(event: str, role: str, status: Status) -> Sequence[Field]:
    """The fields to show. Before a decision "fail" is the button "the person said no", whose reason is fixed."""
    if event == "fail" and status in UNDECIDED:
        return ()
    return body_of(event, role, status)


def read_body(event: str, role: str, form: MultiDict[str, str]) -> tuple[TransitionBody, list[FieldError]]:
    """The body of the event from a posted form, and what is missing in it. Dates are days, moments aware (Indian)."""
    found: dict[str, Any] = {}
    errors: list[FieldError] = []
    for field in body_of(event, role):
        try:
            value = _value(field, form)
        except ValueError:
            wrong = "HALF_A_MOMENT" if field.kind == "moment" else "MISSING"
            errors.append(FieldError(field.name, say(wrong, field.name)))
            continue
        if value is not None and field.kind == "text" and context().settings.trial:
            errors.append(FieldError(field.name, _("This is a trial: write no note about a person.")))
        elif value is not None:
            found[field.name] = value
        elif field.required and field.kind not in MAY_BE_EMPTY:
            errors.append(FieldError(field.name, say("MISSING", field.name)))
    return TransitionBody(**found), errors


def _value(field: Field, form: MultiDict[str, str]) -> object:
    if field.kind == "date":
        return date.fromisoformat(form[field.name]) if form.get(field.name) else None
    if field.kind == "moment":
        return _moment(form.get(f"{field.name}_day", ""), form.get(f"{field.name}_time", ""))
    value = form.get(field.name, "").strip()
    if field.kind == "text":
        return value[:LONGEST_NOTE] or None
    if field.kind == "account":
        return UUID(value) if value else None
    return value if value in field.codes else None


def _moment(day: str, time: str) -> datetime | None:
    if not day and not time:
        return None
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=INDIA)
