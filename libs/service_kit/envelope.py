"""Event envelope: CloudEvents 1.0 in structured JSON mode.

`subject` is the aggregate's id: order is kept within a subject and a failed event holds back only its own.
Extensions: `sequence` (the aggregate's version, from `data["version"]`), `correlationid`, and `traceparent`
where the correlation id is a W3C trace id. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from service_kit.storable import is_storable

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
_TYPE = re.compile(r"[a-z]+(\.[a-z]+)+\.v[0-9]+")
_TRACE_ID = re.compile("(?!0{32})[0-9a-f]{32}")  # W3C Trace Context §3.2.2.3


def exchange_of(event_type: str) -> str:
    """The exchange that carries a type: `orders.order.placed.v1` → `orders.events`."""
    return f"{event_type.partition('.')[0]}.events"


def is_event_type(text: str) -> bool:
    """Whether the text is the name of a type: lower-case words with dots between, and a version."""
    return _TYPE.fullmatch(text) is not None


class Undecodable(ValueError):
    """The bytes are no CloudEvent of ours; the words say why and never quote them."""


@dataclass(frozen=True)
class Event:
    """Something that happened. `data` is JSON; `time` is aware; `source` is derived from the type if empty."""

    type: str
    subject: str
    data: Mapping[str, object]
    id: UUID
    time: datetime
    source: str = ""
    correlation_id: str = ""

    def to_bytes(self) -> bytes:
        """The event as UTF-8 JSON."""
        return json.dumps(self._document(), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()

    @classmethod
    def from_bytes(cls, body: bytes) -> "Event":
        """Raises Undecodable."""
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            raise Undecodable("not JSON") from None
        if not isinstance(document, dict) or document.get("specversion") != "1.0":
            raise Undecodable("not a CloudEvent 1.0")
        if b"\\u" in body and not _is_storable(document):  # what cannot be stored comes in by an escape only
            raise Undecodable("text that cannot be stored")
        return cls(
            type=_text(document, "type"),
            subject=_text(document, "subject"),
            data=_data(document),
            id=_id(document),
            time=_time(document),
            source=_text(document, "source"),
            correlation_id=_optional_text(document, "correlationid"),
        )

    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "specversion": "1.0",
            "id": str(self.id),
            "source": self.source or f"/{self.type.partition('.')[0]}",
            "type": self.type,
            "subject": self.subject,
            "time": self.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "datacontenttype": "application/json",
        }
        if "version" in self.data:
            document["sequence"] = str(self.data["version"])
        if self.correlation_id:
            document["correlationid"] = self.correlation_id
            if _TRACE_ID.fullmatch(self.correlation_id):
                document["traceparent"] = f"00-{self.correlation_id}-{self.id.hex[16:]}-01"
        return {**document, "data": self.data}


def _is_storable(value: object) -> bool:
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, dict):
        return all(is_storable(name) and _is_storable(inner) for name, inner in value.items())
    return not isinstance(value, list) or all(map(_is_storable, value))


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise Undecodable(f"no {name}")
    return value


def _optional_text(document: Mapping[str, Any], name: str) -> str:
    return _text(document, name) if name in document else ""


def _data(document: Mapping[str, Any]) -> Mapping[str, object]:
    data = document.get("data")
    if not isinstance(data, dict):
        raise Undecodable("data is not an object")
    return data


def _id(document: Mapping[str, Any]) -> UUID:
    try:
        return UUID(_text(document, "id"))
    except ValueError:
        raise Undecodable("id is not a UUID") from None


def _time(document: Mapping[str, Any]) -> datetime:
    try:
        at = datetime.fromisoformat(_text(document, "time"))
    except ValueError:
        raise Undecodable("time is not an RFC 3339 instant") from None
    if at.tzinfo is None:
        raise Undecodable("time has no zone")
    return at
