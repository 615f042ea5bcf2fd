"""The card in the answer to a submission: whom the person can call, and when. Its code stands beside it.

Promises: made of the public directory alone; never without a number (`domain/card_contact.py`).
"""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields

from referral_service.domain.card_contact import HELPLINES, number_to_call
from referral_service.domain.listed_service import ListedService
from referral_service.domain.opening_hours import DAYS, Hours


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
        fields.Nested(CardHoursSchema), required=True, metadata={"description": "empty: not listed, call first"}
    )


class CardSchema(Schema):
    """What to hand to the person."""

    services = fields.List(fields.Nested(CardServiceSchema), required=True)
    helplines = fields.List(fields.String(), required=True)


def card_shape(receivers: Sequence[ListedService]) -> dict[str, Any]:
    """As `CardSchema` says."""
    return {"services": [_service(service) for service in receivers], "helplines": list(HELPLINES)}


def _service(service: ListedService) -> dict[str, Any]:
    call = number_to_call(service)
    hours = [_hours(line) for line in service.hours]
    return {"service_id": str(service.id), "phone": call.phone, "own_phone": call.own, "hours": hours}


def _hours(line: Hours) -> dict[str, Any]:
    days = [DAYS[day] for day in sorted(line.days)]
    return {"days": days, "opens_at": f"{line.opens:%H:%M}", "closes_at": f"{line.closes:%H:%M}"}
