"""JSON shape of the card in the answer to a submission: whom the person can call, and when.

Promises: made of the public directory alone; never without a number (`domain/cards/card_contact.py`).
"""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from marshmallow import Schema, fields

from referral_service.domain.cards.card_contact import CARD_HELPLINES, number_to_call
from referral_service.domain.listed_service import ListedService
from setu.opening_hours import in_force, week_of

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class CardHoursSchema(Schema):
    """Open on these weekdays, Indian time; equal times mean round the clock."""

    days = fields.List(fields.String(), required=True)
    opens_at = fields.String(required=True)
    closes_at = fields.String(required=True)


class CardServiceSchema(Schema):
    """One service of the card."""

    service_id = fields.UUID(required=True)
    phone = fields.String(required=True)
    own_phone = fields.Boolean(
        required=True,
        metadata={"description": "false: a national line, since neither service nor organisation has one"},
    )
    hours = fields.List(
        fields.Nested(CardHoursSchema),
        required=True,
        metadata={"description": "empty: no usual week is listed, call first"},
    )


class CardSchema(Schema):
    """What to hand to the person."""

    services = fields.List(fields.Nested(CardServiceSchema), required=True)
    helplines = fields.List(fields.String(), required=True)


def card_shape(receivers: Sequence[ListedService], today: date) -> dict[str, Any]:
    """As `CardSchema` says; `today` is the day in India."""
    return {
        "services": [_service(service, today) for service in receivers],
        "helplines": [line.number for line in CARD_HELPLINES],
    }


def _service(service: ListedService, today: date) -> dict[str, Any]:
    call = number_to_call(service)
    return {"service_id": str(service.id), "phone": call.phone, "own_phone": call.own, "hours": _hours(service, today)}


def _hours(service: ListedService, today: date) -> list[dict[str, Any]]:
    """The usual week, days of the same times together."""
    days_of: dict[tuple[time, time], list[str]] = {}
    for day, spans in zip(DAYS, week_of(in_force(service.hours, today)), strict=True):
        for span in spans:
            days_of.setdefault(span, []).append(day)
    return [
        {"days": days, "opens_at": f"{opens:%H:%M}", "closes_at": f"{closes:%H:%M}"}
        for (opens, closes), days in days_of.items()
    ]
