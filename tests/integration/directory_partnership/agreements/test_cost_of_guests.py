"""What a list of meetings reads where a whole country meets: the own districts and those where one is a guest."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import product
from typing import Any

import psycopg
import pytest
from sqlalchemy import Select, select, text
from sqlalchemy.dialects import postgresql

from directory_service.partnership.store.guest_meetings import is_guest, is_readable
from directory_service.partnership.store.tables import Meeting
from service_kit.identity import Scope
from support.partnership import FAR_PROVIDER, NODI, OTHER_STATION, STATION, Partnership, in_force

DISTRICTS, MONTHS = 100, 12
OF_TWO_DISTRICTS = 3 * MONTHS
"""At most, with what was made for the test."""
FILL = """
INSERT INTO district (code, state_code, name, names)
SELECT 1000 + n, 15, 'D' || n, '{}' FROM generate_series(1, :districts) AS n;

INSERT INTO meeting (id, district_code, month, starts_at, place, state, sequence, version, proposed_at)
SELECT gen_random_uuid(), code, date '2026-01-01' + make_interval(months => m),
    timestamptz '2026-01-20' + make_interval(months => m), '', 'held', 1, 1, now()
FROM district, generate_series(1, :months) AS m WHERE code > 1000;

INSERT INTO agreement SELECT (jsonb_populate_record(agreement, jsonb_build_object(
    'id', gen_random_uuid(), 'district_code', code, 'unit_id', CAST(:unit AS text),
    'provider_id', CAST(:provider AS text)
))).* FROM agreement, district, generate_series(1, 10) WHERE code > 1000
"""
"""Each district meets each month, and has ten agreements of others like the one that is there."""
LISTS: Mapping[str, Callable[[Scope, datetime], Select[tuple[Meeting]]]] = {
    "the list of the API": lambda scope, _: (
        select(Meeting).where(is_readable(scope)).order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(21)
    ),
    "meetings ahead": lambda scope, now: (
        select(Meeting).where(is_guest(scope), Meeting.starts_at >= now).order_by(Meeting.starts_at).limit(100)
    ),
    "meetings before": lambda scope, now: (
        select(Meeting).where(is_guest(scope), Meeting.starts_at < now).order_by(Meeting.starts_at.desc()).limit(12)
    ),
    "whatever row-level security lets through": lambda *_: select(Meeting).order_by(Meeting.starts_at),
}


@pytest.fixture
def country(partnership: Partnership, postgres_url: str) -> Partnership:
    """A station and a provider of another district with an agreement, among districts that meet each month."""
    in_force(partnership, STATION, FAR_PROVIDER)
    partnership.a_meeting(begun=False)
    many = {"districts": DISTRICTS, "months": MONTHS, "unit": str(OTHER_STATION.id), "provider": str(NODI.id)}
    with partnership.worker() as session:
        for statement in FILL.split(";"):
            session.execute(text(statement), many)
    database = partnership.directory.web.engine.url.database
    with psycopg.connect(postgres_url, dbname=database, autocommit=True) as administrator:
        administrator.execute("VACUUM ANALYZE meeting, agreement")  # as PostgreSQL does by itself, some time later
    return partnership


def plan_of(partnership: Partnership, scope: Scope, wanted: Select[tuple[Meeting]]) -> Mapping[str, Any]:
    """As it was executed under row-level security."""
    compiled = wanted.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    statement = f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {compiled}"
    with partnership.directory.web.transaction(scope) as session:
        found = session.connection().exec_driver_sql(statement).scalar_one()
    plan: Mapping[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan


def parts_of(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from parts_of(part)


def rows_read(plan: Mapping[str, Any], table: str) -> int:
    """Rows of a table that were looked at, whether they were let through or not."""
    return sum(
        (part["Actual Rows"] + part.get("Rows Removed by Filter", 0)) * part["Actual Loops"]
        for part in parts_of(plan)
        if part.get("Relation Name") == table
    )


def test_a_list_reads_the_meetings_of_the_districts_that_it_is_about(country: Partnership) -> None:
    for (role, at), what in product((("unit_supervisor", STATION), ("provider_manager", FAR_PROVIDER)), LISTS):
        scope = country.somebody(role, at).scope

        plan = plan_of(country, scope, LISTS[what](scope, country.clock.now()))

        read = rows_read(plan, "meeting"), plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        assert read[0] <= OF_TWO_DISTRICTS, (role, what, json.dumps(plan, indent=1))
        assert read[1] < 400, (role, what, json.dumps(plan, indent=1))
