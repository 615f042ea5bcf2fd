"""A provider with two services that sends a sheet of them, and what became of its rows."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import pytest

from directory_service.editing.domain.sheets.cells import SheetReferences
from directory_service.editing.domain.sheets.faults import BadSheet
from directory_service.editing.domain.sheets.reading import (
    Reading,
    Sender,
    read_sheet,
)
from directory_service.editing.domain.sheets.table import (
    table_of,
)
from directory_service.listings.domain.records import Service

OWNER, TALK, MEDICINE, PLACE = (UUID(int=n) for n in range(1, 5))
KNOWN = SheetReferences({315: "Kolkata", 79: "New Delhi", 8: "Twin", 9: "Twin"}, {"Main street": PLACE})
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
OWN = (
    Service(TALK, OWNER, "Talk", phone="+91 33 0000 0001", accepting="closed", needs=("COUNS",)),
    Service(MEDICINE, OWNER, "Medicine", minimum_age=18),
)


def read(text: str | bytes, own: tuple[Service, ...] = OWN, **more: Any) -> Reading:
    """The sheet as the owner sends it, who has these services."""
    content = text if isinstance(text, bytes) else text.encode()
    return read_sheet(table_of(content), Sender(OWNER, own, KNOWN, lambda name: uuid5(OWNER, name), AT, **more))


def faults(reading: Reading) -> list[tuple[int, str, str]]:
    """(line, column, code) of all that was rejected."""
    return [(row.line, fault.column, fault.code) for row in reading.rejected for fault in row.faults]


def refusal(content: bytes | str) -> tuple[str, dict[str, object]]:
    """Why the whole file cannot be used."""
    with pytest.raises(BadSheet) as refused:
        read(content)
    return refused.value.code, dict(refused.value.figures)
