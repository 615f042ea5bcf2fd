"""Phone numbers of a record as they were given: the one that a record has a field for, and what the standard lists."""

from collections.abc import Iterator, Mapping

from directory_service.listings.domain.hsds.edited_lists import published_phones
from directory_service.listings.domain.records import Organization, Service

_NOT_FOR_CALLS = frozenset({"fax", "pager", "textphone", "tty", "tdd", "text", "sms"})


def given_phones(record: Organization | Service) -> Iterator[str]:
    """Every number to call, each once, as somebody wrote it; a fax is none."""
    listed = [row for row in published_phones(record) if isinstance(row, Mapping)]
    numbers = [str(row.get("number", "")) for row in listed if str(row.get("type", "")).lower() not in _NOT_FOR_CALLS]
    yield from dict.fromkeys(filter(None, [record.phone or "", *numbers]))


def first_phone(record: Organization | Service) -> str | None:
    """The number to show where there is room for one."""
    return next(given_phones(record), None)
