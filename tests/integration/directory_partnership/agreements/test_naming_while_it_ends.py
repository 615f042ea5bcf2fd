"""A focal point is named while the agreement ends: one waits for the other, and nobody is named in one that ended."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from directory_service.organizations.store.tables import Organization
from directory_service.partnership.store.focal_points import lock_focal_points
from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.use_cases.focal_points.name_focal_point import NewFocalPoint, name_focal_point
from directory_service.partnership.use_cases.tend_agreements import tend_agreements
from directory_service.partnership.use_cases.write_agreement import end_agreement, find_agreement, mark_ended
from support.agreements.vacant_posts import a_vacant_post, form_of
from support.events import eventually, waiting_for_locks
from support.partnership import NODI, STATION, Partnership


def version_of(partnership: Partnership, agreement: UUID) -> int:
    with partnership.worker() as session:
        return session.get_one(Agreement, agreement).version


def name_within(
    partnership: Partnership, address: str, member: UUID, first: Callable[[Session], None], then: Callable[[], None]
) -> int:
    """The answer to a supervisor who names somebody between two steps of the coordinator's transaction."""
    supervisor, coordinator = partnership.again("unit_supervisor", STATION), partnership.somebody("coordinator")
    with ThreadPoolExecutor(1) as pool:
        with partnership.directory.web.transaction(coordinator.scope) as session:
            first(session)
            sent = pool.submit(supervisor.post, f"{address}/focal-points", data=form_of(member, "duty officer"))
            eventually(lambda: sent.done() or waiting_for_locks(partnership.directory.worker) > 0)
            then()
        return sent.result().status_code


def test_nobody_is_named_in_an_agreement_that_ends_meanwhile(partnership: Partnership) -> None:
    address, _, _, follows = a_vacant_post(partnership)
    agreement, now = UUID(address.rpartition("/")[2]), partnership.clock.now()
    seen, who = version_of(partnership, agreement), partnership.somebody("coordinator")

    answer = name_within(
        partnership, address, follows, lambda session: end_agreement(session, who, agreement, seen, now), lambda: None
    )

    assert answer == 409


def test_whoever_ends_what_it_has_locked_waits_for_nobody_who_names_outright(partnership: Partnership) -> None:
    address, _, _, follows = a_vacant_post(partnership)
    agreement, now = UUID(address.rpartition("/")[2]), partnership.clock.now()
    seen, who = version_of(partnership, agreement), partnership.somebody("coordinator")
    held: list[tuple[Session, Agreement]] = []

    def lock(session: Session) -> None:
        held.append((session, find_agreement(session, who, agreement, seen=seen)))

    answer = name_within(partnership, address, follows, lock, lambda: mark_ended(*held[0], now))

    assert answer == 303, "named before it ended"
    with partnership.worker() as session:
        assert session.get_one(Agreement, agreement).state == "ended"


def close_provider(partnership: Partnership) -> None:
    with partnership.worker() as session:
        session.execute(update(Organization).where(Organization.id == NODI.id).values(status="closed"))


def test_nobody_is_named_in_an_agreement_that_the_clock_ends_meanwhile(partnership: Partnership) -> None:
    address, _, _, follows = a_vacant_post(partnership)
    close_provider(partnership)
    supervisor = partnership.again("unit_supervisor", STATION)

    with ThreadPoolExecutor(1) as pool:
        with partnership.worker() as session:
            tend_agreements(session, partnership.clock.now())
            sent = pool.submit(supervisor.post, f"{address}/focal-points", data=form_of(follows, "duty officer"))
            eventually(lambda: sent.done() or waiting_for_locks(partnership.directory.worker) > 0)
        answer = sent.result().status_code

    assert answer == 409


def test_the_clock_waits_for_nobody_who_names_and_ends_it_the_next_time(partnership: Partnership) -> None:
    address, _, _, _ = a_vacant_post(partnership)
    close_provider(partnership)
    agreement, now = UUID(address.rpartition("/")[2]), partnership.clock.now()

    with partnership.directory.web.transaction(partnership.somebody("coordinator").scope) as naming:
        lock_focal_points(naming, agreement)
        with partnership.worker() as session:
            tend_agreements(session, now)
        with partnership.worker() as session:
            assert session.get_one(Agreement, agreement).state == "active"
    with partnership.worker() as session:
        tend_agreements(session, now)

    with partnership.worker() as session:
        assert session.get_one(Agreement, agreement).state == "ended"


def test_a_unit_is_closed_for_good_while_somebody_is_named_and_neither_waits_for_ever(partnership: Partnership) -> None:
    address, _, _, follows = a_vacant_post(partnership)
    agreement, coordinator = UUID(address.rpartition("/")[2]), partnership.browser("coordinator")
    who, now = replace(partnership.members[STATION.id, "officer"], role="unit_supervisor"), partnership.clock.now()
    coordinator.post(f"/registry/{STATION.id}/close", data={"seen": read(coordinator, "close"), "successor": "none"})
    seen = read(coordinator, "finish")

    with ThreadPoolExecutor(1) as pool:
        with partnership.directory.web.transaction(who.scope) as session:
            lock_focal_points(session, agreement)
            sent = pool.submit(coordinator.post, f"/registry/{STATION.id}/finish", data={"seen": seen})
            eventually(lambda: waiting_for_locks(partnership.directory.worker) == 1)
            wanted = NewFocalPoint("duty officer", "+919830012345", follows)
            name_focal_point(session, who, agreement, wanted, now, ids=partnership.ids)
        answer = sent.result().status_code

    assert answer == 303
    with partnership.worker() as session:
        assert session.get_one(Agreement, agreement).state == "ended"


def read(coordinator: FlaskClient, act: str) -> str:
    """What the page of the station's act shows, and its button sends."""
    page = coordinator.get(f"/registry/{STATION.id}/{act}").text
    return re.findall(r'name="seen" value="([^"]+)"', page)[0]
