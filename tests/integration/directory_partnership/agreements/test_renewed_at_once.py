"""An agreement that is renewed twice at once, or while it ends: one version is drafted, and none of one that ended."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import func, select

from directory_service.partnership.store.focal_points import lock_focal_points
from directory_service.partnership.store.tables_agreements import Agreement
from directory_service.partnership.use_cases.write_agreement import end_agreement
from support.events import eventually, waiting_for_locks
from support.partnership import Partnership, in_force

TERMS = {"from_day": "2026-11-15", "to_day": "2027-11-01", "review_on": "2027-10-01"}


def renew(coordinator: FlaskClient, agreement: UUID) -> int:
    return coordinator.post(f"/partnerships/{agreement}/renew", data=TERMS).status_code


def drafts_of(partnership: Partnership, agreement: UUID) -> int | None:
    with partnership.worker() as session:
        renewals = (Agreement.renews == agreement, Agreement.state != "ended")
        return session.scalar(select(func.count()).select_from(Agreement).where(*renewals))


def test_a_form_that_is_sent_twice_at_once_drafts_one_version_and_says_so(partnership: Partnership) -> None:
    agreement = in_force(partnership)
    coordinators = [partnership.browser("coordinator") for _ in range(2)]

    with ThreadPoolExecutor(2) as pool:
        with partnership.worker() as session:
            lock_focal_points(session, agreement)
            session.get_one(Agreement, agreement, with_for_update=True)  # to which a renewal points
            sent = [pool.submit(renew, each, agreement) for each in coordinators]
            eventually(lambda: waiting_for_locks(partnership.directory.worker) == 2)
        answers = sorted(each.result() for each in sent)

    assert (answers, drafts_of(partnership, agreement)) == ([303, 409], 1)


def test_one_that_ends_meanwhile_is_not_renewed(partnership: Partnership) -> None:
    agreement, who = in_force(partnership), partnership.somebody("coordinator")
    coordinator = partnership.browser("coordinator")

    with ThreadPoolExecutor(1) as pool:
        with partnership.directory.web.transaction(who.scope) as session:
            end_agreement(session, who, agreement, 1, partnership.clock.now())
            session.flush()
            sent = pool.submit(renew, coordinator, agreement)
            eventually(lambda: sent.done() or waiting_for_locks(partnership.directory.worker) == 1)
        answer = sent.result()

    assert (answer, drafts_of(partnership, agreement)) == (409, 0)
