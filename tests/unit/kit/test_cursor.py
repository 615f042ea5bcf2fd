from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_kit import cursor
from service_kit.cursor import BadCursor, Cursor

ROW = UUID("0191b0a0-0000-7000-8000-000000000001")
INSTANTS = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive


@given(INSTANTS, st.uuids())
def test_a_cursor_comes_back_as_it_was_given(at: datetime, row: UUID) -> None:
    assert cursor.decode(cursor.encode(at, row)) == Cursor(at, row)


def test_no_cursor_is_the_start_of_the_list() -> None:
    assert cursor.decode(None) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "é",
        "AAAA",
        "_" * 400,
        cursor.encode(datetime(2026, 3, 2), ROW),  # noqa: DTZ001 - a time without its zone is the case
    ],
)
def test_what_the_list_did_not_give_is_no_cursor(text: str) -> None:
    with pytest.raises(BadCursor, match="not valid for this list"):
        cursor.decode(text)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_cursor_or_refused_as_one(text: str) -> None:
    with suppress(BadCursor):
        cursor.decode(text)
