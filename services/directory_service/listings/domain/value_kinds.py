"""Kinds of values of record fields: what JSON each takes, what it is in a record, and what a person types for it.

`check` judges JSON that comes in and returns it as it is kept; `load` turns JSON that is kept into the record's value
and judges nothing, since what was taken once must not stop a page; `write` is the way back. `typed` makes JSON of a
text from a form or a cell. `code` and `figures` are the fault of what is not of this kind.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from directory_service.listings.domain.field_faults import FieldFault, InvalidFields
from directory_service.listings.domain.pin_codes import plain_digits

_TOLD_IN_EVERY_ZONE = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Kind:
    """One kind; `item` is the kind of what a list or the translations hold."""

    code: str
    check: Callable[[Any], Any]
    load: Callable[[Any], Any] = _same
    write: Callable[[Any], Any] = _same
    typed: Callable[[str], Any] = _same
    figures: Mapping[str, Any] = field(default_factory=dict)
    item: "Kind | None" = None

    def takes(self, value: object) -> bool:
        """Whether JSON is of this kind."""
        try:
            self.check(value)
        except InvalidFields:
            return False
        return True


def fault(code: str, figures: Mapping[str, Any] | None = None) -> InvalidFields:
    """What to raise for a value that is not of a kind."""
    return InvalidFields(FieldFault(code, figures=figures or {}))


def whole_number(least: int, most: int) -> Kind:
    """A whole number; people type it in the digits of any script."""
    figures = {"least": least, "most": most}

    def check(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise fault("number", figures)
        return value

    def typed(said: str) -> int:
        digits = plain_digits(said)
        if not re.fullmatch(r"0*[0-9]{1,9}", digits):
            raise fault("number", figures)
        return int(digits[-9:])

    return Kind("number", check, typed=typed, figures=figures)


def degrees(most: int) -> Kind:
    """Degrees of latitude or longitude, WGS 84."""
    figures = {"least": -most, "most": most}

    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
            raise fault("degrees", figures)
        return float(value)

    def typed(said: str) -> float:
        try:
            return float(plain_digits(said))
        except ValueError:
            raise fault("degrees", figures) from None

    return Kind("degrees", check, load=float, typed=typed, figures=figures)


def one_of(codes: Collection[str]) -> Kind:
    """One of some codes; who types one may write it in upper or lower case."""
    figures = {"codes": ", ".join(codes)}
    known, typed = frozenset(codes), {code.lower(): code for code in codes}

    def check(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise fault("not-one-of", figures)
        return value

    return Kind("not-one-of", check, typed=lambda said: typed.get(said.lower(), said), figures=figures)


def day(earliest: date, latest: date) -> Kind:
    """A calendar day, ISO 8601, within these."""
    figures = {"least": earliest.isoformat(), "most": latest.isoformat()}

    def check(value: object) -> str:
        try:
            found = date.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None or found.isoformat() != value or not earliest <= found <= latest:
            raise fault("day", figures)
        return value

    return Kind("day", check, load=date.fromisoformat, write=date.isoformat, figures=figures)


def _moment(value: object) -> str:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not _TOLD_IN_EVERY_ZONE[0] <= found <= _TOLD_IN_EVERY_ZONE[1]:
        raise fault("moment")
    return str(value)


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise fault("yes-no")
    return value


def _uuid(value: object) -> str:
    try:
        return str(UUID(value if isinstance(value, str) else ""))
    except ValueError:
        raise fault("uuid") from None


YES_NO = Kind("yes-no", _yes_no)
ID = Kind("uuid", _uuid, load=UUID, write=str)
MOMENT = Kind("moment", _moment, load=datetime.fromisoformat, write=datetime.isoformat)
