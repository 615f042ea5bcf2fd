"""Opening hours as HSDS `schedule` objects: the parts of the RFC 5545 rule, each in its own field.

Times carry the offset of Asia/Kolkata (+05:30), as the standard asks for. A daily rule becomes a weekly one with seven
days, since the standard knows WEEKLY and MONTHLY only.
"""

from uuid import UUID

from directory_service.domain.hsds.ids import nested_id, without_gaps
from directory_service.domain.records import Opening

OFFSET_HOURS = 5.5
OFFSET = "+05:30"
EVERY_DAY = "MO,TU,WE,TH,FR,SA,SU"


def schedule(owner: UUID, position: int, opening: Opening) -> dict[str, object]:
    """The schedule of a service. `owner` is the service's id."""
    parts = dict(part.split("=", 1) for part in opening.rrule.upper().split(";") if "=" in part)
    daily = parts.get("FREQ") == "DAILY"
    return without_gaps(
        {
            "id": nested_id(owner, "schedule", position),
            "service_id": str(owner),
            "valid_from": opening.valid_from.isoformat() if opening.valid_from else None,
            "valid_to": opening.valid_to.isoformat() if opening.valid_to else None,
            "timezone": OFFSET_HOURS,
            "freq": "WEEKLY" if daily else parts.get("FREQ"),
            "interval": _number(parts.get("INTERVAL")),
            "byday": EVERY_DAY if daily else parts.get("BYDAY"),
            "bymonthday": parts.get("BYMONTHDAY"),
            "description": opening.description,
            "opens_at": opening.opens_at + OFFSET,
            "closes_at": opening.closes_at + OFFSET,
        }
    )


def _number(text: str | None) -> int | None:
    return int(text) if text is not None else None
