"""A unit that is closed or moved while its people change their accounts, or are ended: nobody waits for one another."""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from support.accounts import ORIGIN, Person
from support.events import eventually, waiting_for_locks
from support.registry import LUNGLEI, Registry, post

Act = Callable[[], TestResponse]
MEMBERSHIP = "SELECT FROM membership WHERE account_id = :account FOR UPDATE"
ACCOUNT = "SELECT FROM account WHERE id = :account FOR UPDATE"


def at_once(registry: Registry, person: Person, held: str, acts: Sequence[Act]) -> list[int]:
    """The status of each act; all wait for one row, in this order, and go on together."""
    database = registry.house.worker
    with database.transaction() as session, ThreadPoolExecutor(len(acts)) as pool:
        session.execute(text(held), {"account": person.account})
        running = []
        for count, act in enumerate(acts, 1):
            running.append(pool.submit(act))
            eventually(lambda count=count: waiting_for_locks(database) == count)
        session.commit()
        return [each.result().status_code for each in running]


def an_ending(registry: Registry, unit: UUID, person: Person) -> Act:
    """A supervisor ends the person's membership."""
    supervisor = registry.browser(registry.house.person("unit_supervisor", unit))
    found = re.search(rf"{person.user}.*?(/members/[0-9a-f-]+/end)", supervisor.get("/members").text, re.DOTALL)
    assert found
    return lambda: supervisor.post(found[1], headers=ORIGIN)


def a_closing(registry: Registry, unit: UUID) -> Act:
    """The coordinator, who has seen what it touches, closes it for good."""
    browser = registry.browser()
    assert registry.act(browser, unit, "close", successor="none").status_code == 303
    return lambda: registry.act(browser, unit, "finish")


def test_an_owner_who_changes_the_language_meanwhile(registry: Registry) -> None:
    unit = registry.make(registry.browser(), kind="police_sub_division", code="OLD", name="Old post")
    officer = registry.house.person("officer", unit)
    own = registry.browser(officer)
    closing = a_closing(registry, unit)

    def change() -> TestResponse:
        return post(own, "/account/language", language="hi")

    closed, changed = at_once(registry, officer, MEMBERSHIP, [closing, change])

    assert closed == 303
    assert changed in {303, 401}, "the role may have ended first"
    assert registry.row(unit).status == "closed"


@pytest.mark.parametrize("held", [MEMBERSHIP, ACCOUNT])
def test_a_supervisor_who_ends_somebody_meanwhile(registry: Registry, held: str) -> None:
    unit = registry.make(registry.browser(), kind="police_sub_division", code="OLD", name="Old post")
    officer = registry.house.person("officer", unit)
    ending, closing = an_ending(registry, unit, officer), a_closing(registry, unit)

    ended, closed = at_once(registry, officer, held, [ending, closing])

    assert ended == 303
    assert closed in {303, 409}, "its effects may be others by then"


def test_a_unit_that_is_moved_meanwhile(registry: Registry) -> None:
    unit = registry.make(registry.browser(), kind="police_sub_division", code="OLD", name="Old post")
    officer = registry.house.person("officer", unit)
    ending = an_ending(registry, unit, officer)
    assert registry.act(registry.browser(), unit, "move", district=str(LUNGLEI)).status_code == 303
    other = registry.browser(registry.other)

    def take() -> TestResponse:
        return post(other, f"/registry/{unit}/move/take")

    assert at_once(registry, officer, MEMBERSHIP, [ending, take]) == [303, 303]
    assert registry.row(unit).district_code == LUNGLEI
