"""The upgrade to two focal points that are two people, also where the last release goes on naming beside it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from uuid import UUID, uuid4

import psycopg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine

from support.events import eventually
from support.fresh_databases import Urls

MIGRATION = import_module("directory_service.migrations.versions.0067_two_focal_points")
MEMBER = """
INSERT INTO membership (id, account_id, organization_id, organization_kind, organization_district, role, side,
    districts, version, started_at)
VALUES (%s, %s, gen_random_uuid(), 'police_unit', 315, %s, 'referring', '{}', 1, now())
"""
ADD = """
INSERT INTO focal_point (id, agreement_id, district_code, organization_id, side, post, duty_phone, membership_id,
    named_at, ended_at)
VALUES (%s, %s, 315, gen_random_uuid(), 'unit', 'station officer', '+919830012345', %s,
    '2026-11-20'::timestamptz + make_interval(days => %s), %s)
"""
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def before_it(fresh_database: Callable[[str], Urls]) -> Iterator[tuple[Urls, psycopg.Connection]]:
    """The directory's database without the index, and a connection to which nothing else of an agreement is needed."""
    urls = fresh_database("directory")
    with psycopg.connect(urls.superuser) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DROP INDEX focal_point_member_key")
        connection.commit()
        yield urls, connection


def add_members(connection: psycopg.Connection, person: UUID, *members: UUID) -> None:
    for member, role in zip(members, ("officer", "unit_supervisor"), strict=False):
        connection.execute(MEMBER, (member, person, role))


def upgrade(urls: Urls) -> None:
    engine = create_engine(urls.superuser)
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        MIGRATION.upgrade()
    engine.dispose()


def open_points(connection: psycopg.Connection) -> set[UUID]:
    return {row[0] for row in connection.execute("SELECT id FROM focal_point WHERE ended_at IS NULL")}


def test_the_younger_of_two_that_one_person_holds_ends_also_where_they_are_two_roles(
    before_it: tuple[Urls, psycopg.Connection],
) -> None:
    urls, connection = before_it
    one, second_role, other, agreement, elsewhere = (uuid4() for _ in range(5))
    older, younger, in_second_role, colleague, away, former = (uuid4() for _ in range(6))
    add_members(connection, uuid4(), one, second_role)
    add_members(connection, uuid4(), other)
    for row in (
        (older, agreement, one, 1, None),
        (younger, agreement, one, 2, None),
        (in_second_role, agreement, second_role, 2, None),
        (colleague, agreement, other, 3, None),
        (away, elsewhere, second_role, 4, None),
        (former, agreement, other, 0, "2026-11-21"),
    ):
        connection.execute(ADD, row)
    connection.commit()

    upgrade(urls)

    assert open_points(connection) == {older, colleague, away}


def test_what_the_last_release_names_as_it_runs_is_waited_for(before_it: tuple[Urls, psycopg.Connection]) -> None:
    urls, connection = before_it
    member, agreement, older, younger = (uuid4() for _ in range(4))
    add_members(connection, uuid4(), member)
    connection.execute(ADD, (older, agreement, member, 1, None))
    connection.commit()
    connection.execute(ADD, (younger, agreement, member, 2, None))

    with ThreadPoolExecutor(1) as pool, psycopg.connect(urls.superuser, autocommit=True) as looking:
        upgraded = pool.submit(upgrade, urls)
        eventually(lambda: upgraded.done() or looking.execute(WAITING).fetchone() == (1,))
        connection.commit()
        upgraded.result()

    assert open_points(connection) == {older}
