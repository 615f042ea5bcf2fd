"""Fault of a field: a code, the field's path and the figures of its words. One error type for every way in.

The API, the import and its report read `detail`; a page and a sheet put the code into the reader's language. A fault
never holds what was typed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

_DETAILS = {
    "required": "is required",
    "unknown": "is not a field of it",
    "object": "must be an object",
    "list": "must be a list",
    "text": "must be text",
    "empty": "must not be empty",
    "too-long": "must have at most {most} characters",
    "too-many": "must have at most {most} items",
    "control": "must not have characters that cannot be seen",
    "not-one-of": "must be one of: {codes}",
    "twice": "has a value twice",
    "number": "must be a whole number from {least} to {most}",
    "degrees": "must be a number from {least} to {most}",
    "yes-no": "must be true or false",
    "uuid": "must be a UUID",
    "day": "must be a date such as 2026-11-24, from {least} to {most}",
    "moment": "must be a date and time with its offset, such as 2026-11-24T09:00:00+05:30, from 1900 to 2200",
    "time": "must be a time such as 09:30",
    "phone": "must be a phone number: digits, spaces, + ( ) -",
    "mail": "must be a mail address such as name@example.org",
    "web": "must be a web address that begins with https:// or http://",
    "language": "must be a language code such as hi or lus",
    "postal-code": "must be a PIN code of six digits",
    "hours-form": "must read like FREQ=WEEKLY;BYDAY=MO,TU",
    "hours-interval": "INTERVAL does not go with FREQ=DAILY: say on which days of the week or of the month",
    "hours-bymonthday": "BYMONTHDAY goes with FREQ=MONTHLY only",
    "hours-byday": "BYDAY with a number, such as 1MO, goes with FREQ=MONTHLY only, and without BYMONTHDAY",
    "ages": "must not be below minimum_age",
    "together": "goes together with places_available",
    "not-taken": "is not taken here",
    "standard": "{detail}",
}


@dataclass(frozen=True)
class FieldFault:
    """One thing wrong; `path` leads to it in the record, such as `schedules.0.rrule`, empty for the value itself."""

    code: str
    path: str = ""
    figures: Mapping[str, object] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        """What is wrong, in English, for integrators and operators."""
        return _DETAILS[self.code].format(**self.figures)

    def __str__(self) -> str:
        """The path and what is wrong."""
        return f"{self.path}: {self.detail}" if self.path else self.detail


class InvalidFields(ValueError):
    """A value, or a record, that cannot be taken, with every fault of it."""

    def __init__(self, *faults: FieldFault) -> None:
        super().__init__(*faults)
        self.faults = faults

    def __str__(self) -> str:
        """Every fault."""
        return "; ".join(map(str, self.faults))

    def under(self, name: object) -> Iterable[FieldFault]:
        """The faults as those of a field, a list's item or a key."""
        return [replace(each, path=f"{name}.{each.path}".rstrip(".")) for each in self.faults]
