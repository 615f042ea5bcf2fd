"""A sign-in hashes passwords while no transaction of its process is open: nobody waits for the account meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import QueuePool

from directory_service.accounts.outside.password_hashes import hash_password, needs_rehash
from directory_service.accounts.store.accounts import lock_account
from directory_service.accounts.store.tables import Account
from support.accounts import ORIGIN, House, Person
from support.events import eventually, waiting_for_locks

CHEAP = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1)


@pytest.fixture
def person(house: House) -> Person:
    return house.person("officer", house.organization("police_unit"))


@pytest.fixture
def hashed(house: House, person: Person, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many connections the web process was using at each of its hashes from now on."""
    counts: list[int] = []
    connections = house.web.engine.pool
    assert isinstance(connections, QueuePool)

    def counting(method: Callable[..., Any]) -> Callable[..., Any]:
        def count(*args: Any) -> Any:
            counts.append(connections.checkedout())
            return method(*args)

        return count

    for name in ("verify", "hash"):
        monkeypatch.setattr(PasswordHasher, name, counting(getattr(PasswordHasher, name)))
    return counts


def sign_in(house: House, person: Person, password: str | None = None) -> int:
    typed = {"user": person.user, "password": password or person.password}
    return house.client().post("/sign-in", data=typed, headers=ORIGIN).status_code


def test_a_hash_of_before_is_made_anew_outside(house: House, person: Person, hashed: list[int]) -> None:
    with house.worker.transaction() as session:
        session.get_one(Account, person.account).password_hash = CHEAP.hash(person.password)
    hashed.clear()

    assert sign_in(house, person) == 303

    assert hashed == [0, 0]
    with house.worker.transaction() as session:
        assert not needs_rehash(session.get_one(Account, person.account).password_hash or "")
    assert sign_in(house, person) == 303


@pytest.mark.parametrize(("meanwhile", "status"), [("the same", 303), ("monsoon bridge lantern", 401)])
def test_one_that_changed_meanwhile_is_verified_again_outside(
    house: House, person: Person, hashed: list[int], meanwhile: str, status: int
) -> None:
    new = hash_password(person.password if meanwhile == "the same" else meanwhile)
    hashed.clear()

    with ThreadPoolExecutor(1) as pool, house.worker.transaction() as session:
        lock_account(session, person.account)
        session.get_one(Account, person.account).password_hash = new
        session.flush()
        begun = pool.submit(sign_in, house, person)
        eventually(lambda: begun.done() or waiting_for_locks(house.worker) == 1)

    assert begun.result() == status
    assert hashed == [0, 0]


def test_a_wrong_one_is_hashed_once(house: House, person: Person, hashed: list[int]) -> None:
    assert sign_in(house, person, "none of theirs at all") == 401
    assert hashed == [0]
