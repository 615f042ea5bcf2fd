"""Turn an event's data into a `NotificationEvent`. What does not fit raises, and the consumer parks the event."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from notification_service.domain.notices import NotificationEvent
from notification_service.domain.routing_table import FOUND_BY, OF_ONE_MATTER, ROUTES
from service_kit.envelope import Event


class NotUnderstood(ValueError):
    """The event's data is not what its contract says. Names the field, never the value."""


def read_event(event: Event) -> NotificationEvent:
    """Return what routing may look at; any further field of the event is left behind. Raises NotUnderstood."""
    field = "version"
    try:
        version = _integer(event.data[field])
        values: dict[str, object] = {}
        for field, (name, parse) in _FIELDS.items():
            if event.data.get(field) is not None:
                values[name] = parse(event.data[field])
    except (KeyError, TypeError, ValueError):
        raise NotUnderstood(f"{event.type}: {field}") from None
    about = {"event_id": event.id, "type": event.type, "time": event.time, "correlation_id": event.correlation_id}
    if event.type in OF_ONE_MATTER:
        values["matter"] = _matter(event)
    read = NotificationEvent(version=version, **about, **values)  # type: ignore[arg-type] # the schema of the event has checked the values
    wanted = {audience for rule in ROUTES.get(read.topic, ()) for audience in rule.audiences}
    missing = {FOUND_BY[audience] for audience in wanted} - values.keys()
    if missing:
        raise NotUnderstood(f"{event.type}: no {', '.join(sorted(missing))}")
    return read


def _matter(event: Event) -> UUID:
    try:
        return UUID(event.subject)
    except ValueError:
        raise NotUnderstood(f"{event.type}: subject") from None


def _uuid(value: object) -> UUID:
    return UUID(str(value))


def _instant(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return moment


def _integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("not a whole number")
    return value


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def _uuids(value: object) -> frozenset[UUID]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return frozenset(map(_uuid, value))


_FIELDS: Mapping[str, tuple[str, Callable[[object], object]]] = {
    "referral_id": ("referral_id", _uuid),
    "reference": ("reference", str),
    "district": ("district", _integer),
    "region": ("region", str),
    "priority": ("urgent", lambda word: word == "urgent"),
    "due_at": ("due_at", _instant),
    "receivers": ("receivers", _uuids),
    "focal_points": ("focal_points", _uuids),
    "account_id": ("account", _uuid),
    "organization_id": ("organization", _uuid),
    "state": ("state", str),
    "team": ("team", _boolean),
    "expires_at": ("expires_at", _instant),
    "moved_from": ("moved_from", _instant),
    "day": ("day", _instant),
}
