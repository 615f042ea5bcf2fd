"""Three dated editions of one real directory: the counts are those that comparing the files gives, and who follows the
feed, from the start or from the middle, holds the same directory as one that only ever saw the last edition."""

import csv
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from directory_service.app import create_app
from directory_service.settings import load
from service_kit.clock import FrozenClock
from service_kit.db.engine import Database
from support.hsds.changes import (
    Copy,
    Key,
    walked,
)
from support.importing import (
    ohana,
    said,
    take,
    write_table,
)
from support.listings import Directory

Row = dict[str, str]
Tables = dict[str, list[Row]]
#: What a row hangs on, the nearest first, and the table of that.
OWNERS = {
    "service_id": "services",
    "location_id": "locations",
    "organization_id": "organizations",
    "contact_id": "contacts",
}
COUNTED = ("organizations", "locations", "services")


def read(folder: Path) -> Tables:
    tables = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            tables[path.stem] = list(csv.DictReader(file))
    return tables


def whole(tables: Tables) -> dict[tuple[str, str], frozenset[tuple[Any, ...]]]:
    """Each organisation, place and service with all rows that hang on it, straight from the files."""
    found: dict[tuple[str, str], set[tuple[Any, ...]]] = {
        (table, row["id"]): {tuple(row.items())} for table in COUNTED for row in tables[table]
    }
    contacts = {row["id"]: row for row in tables["contacts"]}
    for table, rows in tables.items():
        for row in rows if table not in (*COUNTED, "taxonomy") else ():
            owner = owner_of(row)
            if owner[0] == "contacts":
                owner = owner_of(contacts[owner[1]])
            found[owner].add((table, *row.items()))
    return {key: frozenset(rows) for key, rows in found.items()}


def owner_of(row: Row) -> tuple[str, str]:
    return next((table, row[column]) for column, table in OWNERS.items() if row.get(column))


def expected(before: Tables, after: Tables, table: str = "") -> str:
    one, two = ({key: rows for key, rows in whole(each).items() if table in key[0]} for each in (before, after))
    changed = sum(one[key] != two[key] for key in one.keys() & two.keys())
    added, removed, both = len(two.keys() - one.keys()), len(one.keys() - two.keys()), len(one.keys() & two.keys())
    return f"added {added} changed {changed} removed {removed} unchanged {both - changed}"


def next_edition(tables: Tables, chance: random.Random, number: int) -> Tables:
    """What a year does to a directory: words and numbers change, services come, services and whole places go."""
    made = {table: [dict(row) for row in rows] for table, rows in tables.items()}
    place = chance.choice(made["locations"])["id"]
    closed = {row["id"] for row in made["services"] if row["location_id"] == place}
    closed |= {row["id"] for row in chance.sample(made["services"], 2)}
    made = without(without(made, "services", closed), "locations", {place})
    for table, column, count in (
        ("services", "description", 4),
        ("services", "name", 1),
        ("locations", "description", 3),
        ("organizations", "description", 2),
        ("addresses", "address_1", 2),
    ):
        for row in chance.sample(made[table], count):
            row[column] = f"{row[column]} ({number})"
    for row in chance.sample(made["phones"], 3):
        row["number"] = f"650 555-{number}{chance.randrange(100, 1000)}"
    for new in range(2):
        like = chance.choice(made["services"])
        made["services"].append({**like, "id": f"{number}0{new}", "name": f"New in {number}, {new}"})
    return made


def without(tables: Tables, table: str, ids: set[str]) -> Tables:
    """Rows gone, with all that hangs on them."""
    if not ids:
        return tables
    kept = {**tables, table: [row for row in tables[table] if row["id"] not in ids]}
    column = next(name for name, owner in OWNERS.items() if owner == table)
    for other, rows in kept.items():
        gone = {row["id"] for row in rows if row.get(column) in ids}
        if gone and other == "contacts":
            kept = without(kept, "contacts", gone)
        elif gone:
            kept = {**kept, other: [row for row in rows if row["id"] not in gone]}
    return kept


def write(folder: Path, tables: Tables) -> Path:
    for table, rows in tables.items():
        write_table(folder / f"{table}.csv", rows)
    return folder


def test_three_editions_count_exactly_and_replay_to_the_same_state(
    directory: Directory, visitor: FlaskClient, tmp_path: Path, fresh_database: Callable, settings_env: Callable
) -> None:
    chance = random.Random(20_240_901)  # noqa: S311 # a test that can be repeated
    editions = [read(ohana())]
    for number in (2, 3):
        editions.append(next_edition(editions[-1], chance, number))
    folders = [write(tmp_path / f"county-2024-0{at}", tables) for at, tables in enumerate(editions, start=1)]
    follower, told = Copy(visitor, limit=10), Counter[str]()

    before: Tables = {table: [] for table in editions[0]}
    for folder, tables in zip(folders, editions, strict=True):
        report = take(directory, folder)
        assert report.summary() == f"{expected(before, tables)} rejected 0", said(report)
        kinds = (f"{table[:-1]}: {expected(before, tables, table)}" for table in COUNTED)
        assert list(report.by_types()) == list(kinds)
        assert take(directory, folder, dry=True).counts["unchanged"] == len(whole(tables))
        started = follower.told
        assert follower.catch_up().documents == walked(visitor)
        told[folder.name] = follower.told - started
        before = tables

    assert Copy(visitor).catch_up().documents == follower.documents
    assert sum(told.values()) < 3 * len(follower.documents)  # a change of some is not told as a change of all
    for other, client in another(folders[-1], fresh_database, settings_env):
        assert take(other, folders[-1], source="county").counts["added"] == len(whole(editions[-1]))
        assert undated(walked(client)) == undated(follower.documents)


def another(folder: Path, fresh_database: Callable, settings_env: Callable) -> Iterator[tuple[Directory, FlaskClient]]:
    """A second, empty directory."""
    urls = fresh_database("directory")
    settings = load(settings_env("directory", urls, SETU_INDEX_DIR=str(folder / "index")))
    made = Directory(Database(urls.worker), Database(urls.web), settings)
    with closing(made):
        made.add_districts()
        yield made, create_app(settings, clock=FrozenClock(made.now), db=made.web).test_client()


def undated(documents: dict[Key, Any]) -> Any:
    """Without what tells when and by whom a document was changed; terms only where they are used."""
    return {key: _undated(document) for key, document in documents.items() if not key[0].startswith("taxonomy")}


def _undated(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _undated(each) for key, each in value.items() if key not in {"last_modified", "metadata"}}
    return [_undated(each) for each in value] if isinstance(value, list) else value
