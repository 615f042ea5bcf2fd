"""What is asked of the whole stage costs twice as much for a file of twice the size, not four times."""

import sqlite3

import pytest

from directory_service.importing.outside.stage_statements import OWNERS, PLACES, SCHEMA, SHARED

TWICE_AND_A_LITTLE = 2.5


def stage_of(services: int, *, owner: str, place_owner: str) -> sqlite3.Connection:
    """Services, each at a place of its own; the organisations that they and their places name."""
    stage = sqlite3.connect(":memory:", isolation_level=None)
    stage.executescript(SCHEMA)
    documents = [
        row
        for number in range(services)
        for row in (("service", f"service {number}", owner), ("location", f"place {number}", place_owner))
    ]
    stage.executemany("INSERT INTO doc (kind, id, owner, rank, at, body) VALUES (?, ?, ?, 2, '', '{}')", documents)
    pairs = [(f"service {number}", f"place {number}") for number in range(services)]
    stage.executemany("INSERT INTO given_at VALUES (?, ?)", pairs)
    return stage


def steps(stage: sqlite3.Connection, statement: str) -> int:
    """How many hundred instructions SQLite needs for a statement."""
    counted = 0

    def count() -> None:
        nonlocal counted
        counted += 1

    stage.set_progress_handler(count, 100)
    stage.execute(statement).fetchall()
    stage.set_progress_handler(None, 0)
    return counted


@pytest.mark.parametrize(
    ("statement", "owner", "place_owner"),
    [(SHARED, "one", "another"), (PLACES, "one", "unknown"), (OWNERS, "", "one")],
    ids=["shared places", "places of nobody", "services without an organisation"],
)
def test_twice_the_file_costs_twice_the_steps(statement: str, owner: str, place_owner: str) -> None:
    few, many = (steps(stage_of(size, owner=owner, place_owner=place_owner), statement) for size in (300, 600))

    assert few > 0
    assert many <= TWICE_AND_A_LITTLE * few
