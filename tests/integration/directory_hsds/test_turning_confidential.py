"""A place that turns confidential is gone from everything that was public: answers, feed, history, exports, tables."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import text

from directory_service.finding.store.search.folder import current_build
from directory_service.finding.use_cases.index_changes import Indexer
from directory_service.finding.use_cases.rebuild_index import rebuild_index
from directory_service.listings.domain.hsds.ids import nested_id
from directory_service.listings.store.tables import ListingHistory
from directory_service.listings.use_cases.write_taxonomies import write_taxonomies
from service_kit.clock import FrozenClock
from service_kit.ids import SystemIds
from support.canary import (
    found,
    found_in_files,
)
from support.finding import (
    names,
    next_of,
    search_page,
)
from support.hsds.changes import (
    Copy,
    entries,
    walked,
)
from support.listings import (
    Directory,
    a_place,
    a_provider,
    a_service,
    an_id,
)

#: One made-up word for each field that may tell where a place is.
NAME, STREET, FLOOR, TOWN, TREE, BUS = "ZqName", "ZqStreet", "ZqFloor", "ZqTown", "ZqTree", "ZqBus"
CONTACT, HOURS, NOTE, SAID, HISTORY, OTHER = "ZqContact", "ZqHours", "ZqNote", "ZqSaid", "ZqHistory", "ZqOther"
CANARIES = (NAME, STREET, FLOOR, TOWN, TREE, BUS, CONTACT, HOURS, NOTE, SAID, HISTORY, OTHER)
NUMBERS = ("743999", "22.519191", "88.357373", "1212121")
PROVIDER = a_provider()
OPEN = a_place(
    PROVIDER,
    area="South Kolkata",
    name=NAME,
    address_1=f"1 {STREET}",
    address_2=FLOOR,
    city=TOWN,
    postal_code=NUMBERS[0],
    landmark=f"Near the {TREE}",
    transportation=f"Bus to {BUS}",
    latitude=float(NUMBERS[1]),
    longitude=float(NUMBERS[2]),
    hsds={
        "alternate_name": OTHER,
        "contacts": [{"id": str(an_id("contact")), "name": CONTACT}],
        "phones": [{"id": str(an_id("phone")), "number": NUMBERS[3]}],
        "schedules": [{"id": str(an_id("hours")), "description": HOURS}],
        "accessibility": [{"id": str(an_id("access")), "description": NOTE}],
    },
)
SERVICE = a_service(
    PROVIDER,
    places=(OPEN.id,),
    hsds={
        "service_at_locations": [
            {"id": nested_id("at", "one"), "location_id": str(OPEN.id), "description": f"Ring at {SAID}"}
        ]
    },
)
CONFIDENTIAL = replace(OPEN, confidential=True)
NIGHT = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)  # three o'clock in India
IDS = {"service_id": SERVICE.id, "organization_id": PROVIDER.id, "at_location_id": nested_id("at", "one")}


def filled(directory: Directory) -> None:
    with directory.worker.transaction() as session:
        write_taxonomies(session)
    directory.save(PROVIDER, OPEN, SERVICE)
    told = {"organization_id": PROVIDER.id, "action": "update", "at": directory.now, "changed_by_name": "Nodi"}
    with directory.worker.transaction() as session:
        for kind, resource, field in (("location", OPEN.id, "landmark"), ("service", SERVICE.id, "description")):
            known = {"resource_type": kind, "resource_id": resource, "field": field, "changed_by": PROVIDER.id}
            session.add(ListingHistory(id=SystemIds().uuid(), before=HISTORY, after=TREE, **told, **known))
    directory.save(replace(SERVICE, description="With history."))


def test_nothing_public_gives_the_address_again(directory: Directory, visitor: FlaskClient) -> None:
    filled(directory)
    begun = Copy(visitor).catch_up()
    shown = found([*CANARIES, *NUMBERS], b"".join(answers(visitor)))
    assert shown == {*CANARIES, *NUMBERS}
    assert found(CANARIES, rows_for_everybody(directory)) == set(CANARIES)
    old_feed = entries(visitor)

    directory.save(replace(CONFIDENTIAL, area="South Kolkata"))

    secret = [*CANARIES, *NUMBERS]
    for answer in answers(visitor):
        assert not found(secret, answer), answer[:2000]
    assert not found(secret, rows_for_everybody(directory))
    for word in (NAME, STREET, TREE, SAID, *NUMBERS[:3]):
        assert visitor.post("/api/services", json={"search": word}).get_json()["total_items"] == 0, word
    assert visitor.get(f"/api/services?near={NUMBERS[0]}").status_code == 400
    near = visitor.get(f"/api/services?near={NUMBERS[1]},{NUMBERS[2]}&radius=100").get_json()
    assert near["total_items"] == 0
    by_code = visitor.get(f"/api/service_at_locations?postcode={NUMBERS[0]}&proximity=100000").get_json()
    assert by_code["total_items"] == 0

    # who kept a copy learns it by the feed, and who asks with an old cursor is given nothing old
    assert begun.catch_up().documents == walked(visitor)
    assert not found(secret, repr(begun.documents).encode())
    assert {(entry["type"], entry["id"]) for entry in entries(visitor)} == {
        (entry["type"], entry["id"]) for entry in old_feed
    }

    # a record that still says it opens nothing
    directory.save(replace(SERVICE, description="Still here."))
    assert not found(secret, b"".join(answers(visitor)))
    assert not found(secret, rows_for_everybody(directory))

    # what the index's files still hold out of reach is gone with the build
    folder = [str(directory.settings.index_dir)]
    assert found_in_files(secret, folder)
    rebuild_index(directory.worker, directory.settings.index_dir)
    directory.save(replace(SERVICE, description="Still here, in the new build."))
    assert not found_in_files(secret, folder)


def test_the_disk_holds_it_until_the_next_night_and_no_longer(
    directory: Directory, visitor: FlaskClient, clock: FrozenClock
) -> None:
    filled(directory)
    directory.save(CONFIDENTIAL)
    secret, folder = [*CANARIES, *NUMBERS], [str(directory.settings.index_dir)]
    clock.set(NIGHT - timedelta(seconds=1))
    directory.index()
    assert found_in_files(secret, folder)

    clock.set(NIGHT)
    directory.index()

    assert not found_in_files(secret, folder)
    assert names(visitor) == [SERVICE.name]
    build = current_build(directory.settings.index_dir)
    for _ in range(3):  # where nothing was edited, nothing is built
        clock.advance(timedelta(days=1))
        directory.index()
    assert current_build(directory.settings.index_dir) == build


def test_a_worker_that_was_away_at_night_does_it_when_it_is_back(directory: Directory, clock: FrozenClock) -> None:
    filled(directory)
    directory.save(CONFIDENTIAL)
    directory.indexer.close()
    clock.set(NIGHT + timedelta(days=3, hours=9))

    again = Indexer(directory.worker, directory.settings.index_dir, clock=clock)
    again.catch_up()
    again.close()

    assert not found_in_files([*CANARIES, *NUMBERS], [str(directory.settings.index_dir)])


def test_a_change_of_the_hidden_address_leaves_no_trace(directory: Directory, visitor: FlaskClient) -> None:
    directory.save(PROVIDER, CONFIDENTIAL, SERVICE)
    before, tag = Copy(visitor).catch_up(), visitor.get("/api/services").headers["ETag"]

    directory.save(replace(CONFIDENTIAL, address_1="2 Elsewhere", latitude=21.0, hsds={}))

    told = before.told
    assert before.catch_up().told == told
    assert visitor.get("/api/services").headers["ETag"] == tag


def answers(client: FlaskClient) -> Iterator[bytes]:
    """Every public address in every form that it has; lists page by page, the package unpacked."""
    for rule in client.application.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(IDS.get(name[1], "none")), rule.rule)
        if "GET" not in (rule.methods or ()) or "none" in path or path in {"/api/session", "/leave", "/sign-out"}:
            continue
        for query in ("", "?full=true", "?full_service=true", "?format=ndjson&full=true", "?lang=hi", "?minimal=true"):
            address: str | None = f"{path}{query}"
            while address is not None:
                answer = client.get(address, buffered=True)
                assert answer.status_code < 500, address
                yield unpacked(answer.data) if answer.mimetype == "application/zip" else answer.data
                yield str(answer.headers).encode()
                address = next_of(answer) if answer.status_code == 200 else None
    yield client.get(f"/?search={SERVICE.name}").data
    yield search_page(client, place=SERVICE.name).encode()


def unpacked(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def rows_for_everybody(directory: Directory) -> bytes:
    """All that the web process may read of all tables on nobody's behalf, as bytes."""
    with directory.web.transaction() as session:
        readable = "has_table_privilege(c.oid, 'SELECT')"
        tables = session.scalars(
            text(
                f"SELECT c.oid::regclass::text FROM pg_class c WHERE relkind = 'r' AND {readable}"  # noqa: S608  # our own words
                " AND relnamespace = 'public'::regnamespace AND relname <> 'outbox'"
            )
        ).all()  # what waits to be sent was public when it was put there
        rows = [
            bytes(part) if isinstance(part, bytes | memoryview) else repr(part).encode()
            for table in tables
            for row in session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 # names of the catalogue
            for part in row
        ]
    return b"\n".join(rows)
