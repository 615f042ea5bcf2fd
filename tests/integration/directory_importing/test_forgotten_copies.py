"""Copies that nothing remembers are looked at once and together: the worker comes by every minute."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from directory_service.listings.domain.location_copies import copy_key
from directory_service.listings.store.location_copies import find_copies, remembered_copies
from directory_service.listings.store.tables import Location, LocationCopy
from directory_service.listings.use_cases.renew_copy_ids import renew_copy_ids
from support.listings import Directory, a_place, a_provider, an_id, counted

PROVIDER = a_provider()
HALL = an_id("hall")


def a_copy(name: str, **more: Any) -> Any:
    return a_place(PROVIDER, **{"id": an_id(name), "name": name, "shared_id": HALL, **more})


def renew(directory: Directory) -> tuple[int, int]:
    """How many were renewed, and by how many statements."""
    with counted(directory.worker) as statements:
        renewed = renew_copy_ids(directory.worker, directory.now)
    return renewed, len(statements)


def test_copies_whose_key_another_has_are_asked_about_once_and_in_one_statement(directory: Directory) -> None:
    directory.save(PROVIDER, a_copy("first"))
    assert renew(directory)[0] == 0
    seconds = [a_copy(f"second {number}") for number in range(5)]
    directory.save(*seconds)

    first_time, then = renew(directory), renew(directory)

    assert first_time == (0, 4), "the forgotten ones, their keys, what is remembered, what is to be renewed"
    assert then == (0, 2), "the forgotten ones, of which there are none, and what is to be renewed"
    key = copy_key(HALL, PROVIDER.id)
    with directory.worker.transaction() as session:
        assert remembered_copies(session, {key}) == {key: an_id("first")}
        assert find_copies(session, {key: PROVIDER.id}) == {key: an_id("first")}
        assert set(session.scalars(select(Location.id))) == {an_id("first"), *(each.id for each in seconds)}


def test_a_computed_id_is_renewed_also_where_another_copy_has_its_key(directory: Directory) -> None:
    key = copy_key(HALL, PROVIDER.id)
    directory.save(PROVIDER, a_copy("first"))
    renew(directory)
    directory.save(a_copy("computed", id=key))

    assert renew(directory)[0] == 1

    with directory.worker.transaction() as session:
        copies = session.scalars(select(Location.id)).all()
        assert key not in copies
        assert an_id("first") in copies
        [renewed] = {*copies} - {an_id("first")}
        assert remembered_copies(session, {key}) == {key: renewed}
    assert [renew(directory)[0] for _ in range(2)] == [0, 0]
    with directory.worker.transaction() as session:
        remembered = set(session.scalars(select(LocationCopy.copy_id)))
        assert remembered == {an_id("first"), renewed}, "what lost its key is looked at once, too"


def test_forgotten_copies_are_found_again_by_their_place(directory: Directory) -> None:
    others = [a_provider(f"Provider {number}") for number in range(3)]
    directory.save(*others)
    for each in others:
        directory.save(a_place(each, id=an_id(f"copy of {each.name}"), shared_id=HALL))
    with directory.worker.transaction() as session:
        session.execute(text("DELETE FROM location_copy"))

    assert renew(directory) == (0, 4)

    owner_of: dict[UUID, UUID] = {copy_key(HALL, each.id): each.id for each in others}
    with directory.worker.transaction() as session:
        found = find_copies(session, owner_of)
    assert found == {copy_key(HALL, each.id): an_id(f"copy of {each.name}") for each in others}
