"""A focal point is named while the agreement ends: one waits for the other, and nobody is named in one that ended."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from sqlalchemy.orm import Session

from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.use_cases.write_agreement import end_agreement, find_agreement, mark_ended
from support.events import eventually, waiting_for_locks
from support.partnership import STATION, Partnership
from support.vacant_posts import a_vacant_post, form_of


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
