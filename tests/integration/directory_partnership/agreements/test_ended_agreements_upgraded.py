"""The upgrade to agreements of past days: which of those that ended before were active, and since when a unit rests."""

from collections.abc import Callable, Iterator
from importlib import import_module
from uuid import UUID, uuid4

import psycopg
import pytest

from support.fresh_databases import Urls

MIGRATION = import_module("directory_service.migrations.versions.0081_guests_of_past_meetings")
AGREEMENT = """
INSERT INTO agreement (id, district_code, unit_id, provider_id, number, clauses, from_day, to_day, review_on,
    unit_signed_on, provider_signed_on, state, made_at, ended_at)
VALUES (%s, 315, gen_random_uuid(), gen_random_uuid(), 1, '2026-1', '2026-01-01', '2027-01-01', '2026-12-01',
    %s, '2026-01-01', %s, '2026-01-01', '2026-06-01')
"""
POINT = """
INSERT INTO focal_point (id, agreement_id, district_code, organization_id, side, post, duty_phone, membership_id,
    named_at, ended_at)
VALUES (gen_random_uuid(), %s, 315, gen_random_uuid(), %s, 'manager', '+919830012345', gen_random_uuid(), %s,
    '2026-05-30')
"""
SUSPENDED = """
INSERT INTO organization (id, record, modified_at, kind, status, name, district_code)
VALUES (%s, '{}', now(), 'provider', %s, 'Nodi', 315)
"""
NOTED = """
INSERT INTO audit_entry (action, object_type, object_id, outcome, at, correlation_id, detail)
VALUES ('organization.suspend', 'organization', %s, 'done', %s, '', '{}')
"""
BOTH, SIGNED = ("unit", "unit", "provider", "provider"), "2026-01-01"


@pytest.fixture
def database(fresh_database: Callable[[str], Urls]) -> Iterator[psycopg.Connection]:
    """The directory's, to which nothing else of an agreement or an organisation is needed."""
    with psycopg.connect(fresh_database("directory").superuser) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def agreement(
    database: psycopg.Connection,
    *sides: str,
    signed: str | None = SIGNED,
    state: str = "ended",
    named_at: str = "2026-02-01",
) -> UUID:
    made = uuid4()
    database.execute(AGREEMENT, (made, signed, state))
    for side in sides:
        database.execute(POINT, (made, side, named_at))
    return made


def test_of_those_that_ended_before_whoever_had_everything_was_active(database: psycopg.Connection) -> None:
    complete = agreement(database, *BOTH)
    for sides, values in (
        (BOTH[1:], {}),
        ((), {}),
        (BOTH, {"signed": None}),
        (BOTH, {"state": "active"}),
        (BOTH, {"named_at": "2026-06-02"}),
    ):
        agreement(database, *sides, **values)

    database.execute(MIGRATION.ENDED_BEFORE)

    assert database.execute("SELECT id FROM agreement WHERE was_active").fetchall() == [(complete,)]


def test_the_audit_log_knows_since_when_an_organization_is_suspended(database: psycopg.Connection) -> None:
    twice, never_noted, at_work = (uuid4() for _ in range(3))
    for made, status in ((twice, "suspended"), (never_noted, "suspended"), (at_work, "active")):
        database.execute(SUSPENDED, (made, status))
    for made, day in ((twice, "2026-03-01+00"), (twice, "2026-05-01+00"), (at_work, "2026-04-01+00")):
        database.execute(NOTED, (str(made), day))

    database.execute(MIGRATION.SUSPENDED_BEFORE)

    query = "SELECT id, suspended_since::date::text FROM organization"
    assert dict(database.execute(query).fetchall()) == {twice: "2026-05-01", never_noted: None, at_work: None}
