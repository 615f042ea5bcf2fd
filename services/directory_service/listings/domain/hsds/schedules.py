"""Opening hours as HSDS `schedule` objects: the parts of the RFC 5545 rule, each in its own field.

Times carry the offset of Asia/Kolkata (+05:30), as the standard asks for. A daily rule becomes a weekly one with seven
days, since the standard knows WEEKLY and MONTHLY only.
"""

from uuid import UUID

from directory_service.listings.domain.hsds.ids import (
    nested_id,
    without_gaps,
)
from setu.opening_hours import Opening

OFFSET_HOURS = 5.5
OFFSET = "+05:30"
EVERY_DAY = "MO,TU,WE,TH,FR,SA,SU"


def schedule(owner: UUID, position: int, opening: Opening) -> dict[str, object]:
    """The schedule of a service. `owner` is the service's id."""
    return without_gaps(
        {
            "id": nested_id(owner, "schedule", position),
            "service_id": str(owner),
            "valid_from": opening.valid_from.isoformat() if opening.valid_from else None,
            "valid_to": opening.valid_to.isoformat() if opening.valid_to else None,
            "timezone": OFFSET_HOURS,
            **_days(opening.rrule),
            "description": opening.description,
            "opens_at": opening.opens_at + OFFSET,
            "closes_at": opening.closes_at + OFFSET,
        }
    )


def _days(rule: str) -> dict[str, object]:
    """The rule in the fields of a schedule; as a note where they cannot say it (every second day was taken once)."""
    parts = dict(part.split("=", 1) for part in rule.upper().split(";") if "=" in part)
    daily, interval = parts.get("FREQ") == "DAILY", _number(parts.get("INTERVAL"))
    if daily and parts.keys() & {"INTERVAL", "BYMONTHDAY"}:
        return {"notes": f"RRULE:{rule}"}
    return {
        "wkst": None if interval in {None, 1} else parts.get("WKST"),
        "freq": "WEEKLY" if daily else parts.get("FREQ"),
        "interval": interval,
        "byday": parts.get("BYDAY", EVERY_DAY) if daily else parts.get("BYDAY"),
        "bymonthday": parts.get("BYMONTHDAY"),
    }


def _number(text: str | None) -> int | None:
    return int(text) if text is not None else None
