"""Rows of one statement: a value that is bound once lands in each of its columns as it would by itself."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    create_engine,
    insert,
    select,
)
from sqlalchemy.orm import Session

from referral_service.domain.referrer_view import View
from referral_service.store.rows import TableRow, insert_rows
from support.kit.examples import examples

META = MetaData()
IST = timezone(timedelta(hours=5, minutes=30))
NOON = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
UUIDS = (UUID(int=1), UUID(int=2))
_TYPES: Mapping[str, Any] = {
    "id": Uuid,
    "other_id": Uuid,
    "word": Text,
    "state": Text,
    "number": Integer,
    "version": Integer,
    "position": BigInteger,
    "flag": Boolean,
    "ghost": Boolean,
    "at": DateTime(timezone=True),
    "due": DateTime(timezone=True),
    "day": Date,
    "month": Date,
    "sealed": LargeBinary,
    "wrapped": LargeBinary,
    "needs": ARRAY(Text),
    "words": ARRAY(Text),
    "services": ARRAY(Uuid),
    "teams": ARRAY(Uuid),
}
TABLES = [
    Table(
        f"bound_{name}",
        META,
        *(Column(column, made) for column, made in _TYPES.items()),
        prefixes=["TEMPORARY"],
    )
    for name in ("one", "two", "three")
]
_TEXTS = ["", "sent", View.SENT, "accepted", View.ACCEPTED, "%s", "%(id_0)s", ":id_0", "1", "हाँ"]
_SHARED: dict[str, Any] = {"needs": ["OST"], "nothing": [], "services": [UUIDS[0]]}
_VALUES: Mapping[type, Sequence[Any]] = {
    Uuid: [*UUIDS, UUID(int=1)],
    Text: _TEXTS,
    Integer: [0, 1, 2, 32767, 32768, 2**31 - 1],
    BigInteger: [0, 1, 2**31, 2**62],
    Boolean: [True, False],
    DateTime: [NOON, NOON.astimezone(IST), NOON + timedelta(microseconds=1), datetime.max.replace(tzinfo=UTC)],
    Date: [NOON.date(), date(2026, 3, 1), date.max],
    LargeBinary: [b"", b"1", b"\0\xff", b"sent"],
}
_TEXT_LISTS = [(), ("OST",), _SHARED["needs"], _SHARED["nothing"], [], ["OST"], ["OST", ""]]
_UUID_LISTS = [(), (UUIDS[0],), _SHARED["services"], _SHARED["nothing"], [], [UUIDS[0]], [*UUIDS]]


def _value_of(column: Column[Any]) -> st.SearchStrategy[Any]:
    if isinstance(column.type, ARRAY):
        return st.sampled_from(_UUID_LISTS if isinstance(column.type.item_type, Uuid) else _TEXT_LISTS) | st.none()
    return st.sampled_from(_VALUES[type(column.type)]) | st.none()


def _row_of(table: Table) -> st.SearchStrategy[TableRow]:
    optional = {column.name: _value_of(column) for column in table.columns}
    return st.fixed_dictionaries({}, optional=optional).map(lambda values: (table, values))


rows = st.lists(st.sampled_from(TABLES).flatmap(_row_of), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def connection(postgres_url: str) -> Iterator[Connection]:
    engine = create_engine(postgres_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connected:
        META.create_all(connected)
        yield connected
        connected.rollback()
    engine.dispose()


@hypothesis_settings(max_examples=examples(200))
@given(rows)
def test_each_row_is_what_an_insert_of_its_own_makes(connection: Connection, given_rows: Sequence[TableRow]) -> None:
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        insert_rows(session, given_rows)
        together = _all_of(session)
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        for table, values in given_rows:
            written = {name: value for name, value in values.items() if value is not None}
            session.execute(insert(table).inline().values(written))
        apart = _all_of(session)

    assert together == apart


def _all_of(session: Session) -> list[tuple[str, list[str]]]:
    return [(table.name, sorted(map(repr, session.execute(select(table))))) for table in TABLES]
