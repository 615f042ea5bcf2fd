"""A place that turns confidential is gone from everything that was public: answers, feed, history, exports, tables."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from flask.testing import FlaskClient

from directory_service.finding.store.search.folder import current_build
from directory_service.finding.use_cases.index_changes import Indexer
from directory_service.finding.use_cases.rebuild_index import rebuild_index
from directory_service.listings.domain.hsds.ids import nested_id
from service_kit.clock import FrozenClock
from support.canary import found, found_in_files
from support.finding import names
from support.hsds.changes import Copy, entries, walked
from support.hsds.planted_listing import (
    CANARIES,
    CONFIDENTIAL,
    NAME,
    NUMBERS,
    PACKAGE,
    PROVIDER,
    SAID,
    SERVICE,
    STREET,
    TREE,
    answers,
    filled,
    rows_for_everybody,
)
from support.listings import Directory

NIGHT = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)  # three o'clock in India


def test_nothing_public_gives_the_address_again(directory: Directory, visitor: FlaskClient) -> None:
    filled(directory)
    directory.pack()
    begun = Copy(visitor).catch_up()
    shown = found([*CANARIES, *NUMBERS], b"".join(answers(visitor)))
    assert shown == {*CANARIES, *NUMBERS}
    assert found(CANARIES, rows_for_everybody(directory)) == set(CANARIES)
    old_feed = entries(visitor)

    directory.save(replace(CONFIDENTIAL, area="South Kolkata"))

    secret, package = [*CANARIES, *NUMBERS], [str(directory.settings.export_dir)]
    assert visitor.get(PACKAGE).status_code == 503
    directory.pack()
    assert visitor.get(PACKAGE).status_code == 200
    for answer in answers(visitor):
        assert not found(secret, answer), answer[:2000]
    assert not found(secret, rows_for_everybody(directory))
    for word in (NAME, STREET, TREE, SAID, *NUMBERS[:3]):
        assert visitor.post("/api/services", json={"search": word}).get_json()["total_items"] == 0, word
    by_pin_code = visitor.get(f"/api/services?near={NUMBERS[0]}&radius=100").get_json()
    assert (by_pin_code["total_items"], by_pin_code["around"]) == (0, NUMBERS[0][:3])
    near = visitor.get(f"/api/services?near={NUMBERS[1]},{NUMBERS[2]}&radius=100").get_json()
    assert near["total_items"] == 0
    by_code = visitor.get(f"/api/service_at_locations?postcode={NUMBERS[0]}&proximity=100000").get_json()
    assert by_code["total_items"] == 0

    assert not found_in_files(secret, package)

    # who kept a copy learns it by the feed, and who asks with an old cursor is given nothing old
    assert begun.catch_up().documents == walked(visitor)
    assert not found(secret, repr(begun.documents).encode())
    row = nested_id(SERVICE.id, "service_at_location", CONFIDENTIAL.id)  # the publisher's file has the other one
    assert {(entry["type"], entry["id"]) for entry in entries(visitor)} == {
        *((entry["type"], entry["id"]) for entry in old_feed),
        ("service_at_location", row),
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
