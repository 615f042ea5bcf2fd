"""A district meets once a month, also where two dates of it are moved into one month at once: the second is refused."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from directory_service.partnership.store.tables import Meeting
from setu.india import INDIA
from support.events import eventually, waiting_for_locks
from support.listings import KOLKATA
from support.partnership import Partnership

MARCH = date(2027, 3, 1)
CALENDAR = f"/meetings/calendar/{KOLKATA}"
Send = Callable[[FlaskClient], TestResponse]


@pytest.fixture(autouse=True)
def answers_of_failures(partnership: Partnership) -> Iterator[None]:
    """A failure of the program is answered with 500, as where it runs, and does not end the test by itself."""
    partnership.app.config["PROPAGATE_EXCEPTIONS"] = False
    yield
    partnership.app.config["PROPAGATE_EXCEPTIONS"] = None


def a_date(partnership: Partnership, day: date, state: str = "planned") -> Meeting:
    at = datetime(day.year, day.month, day.day, 11, tzinfo=INDIA)
    values = {"district_code": KOLKATA, "month": day.replace(day=1), "starts_at": at, "state": state}
    return Meeting(id=partnership.ids.uuid(), place="Town hall", proposed_at=partnership.clock.now(), **values)


def add_dates(partnership: Partnership, *dates: Meeting) -> list[UUID]:
    with partnership.worker() as session:
        session.add_all(dates)
        return [each.id for each in dates]


def to_march(meeting: UUID, day: int) -> Send:
    form = {"day": f"2027-03-{day}", "at": "11:00", "place": "Town hall", "seen": "1"}
    return lambda client: client.post(f"/meetings/{meeting}/plan", data=form)


@contextmanager
def another_date_in_march(partnership: Partnership) -> Iterator[None]:
    """A date that is being stored, for which every other one in March waits, and which then is not."""
    with partnership.worker() as session:
        session.add(a_date(partnership, MARCH.replace(day=18)))
        session.flush()
        yield
        session.rollback()


def sent_at_once(partnership: Partnership, *sends: Send) -> list[TestResponse]:
    clients = [partnership.browser("coordinator") for _ in sends]
    with ThreadPoolExecutor(2) as pool:
        with another_date_in_march(partnership):
            sent = [pool.submit(send, client) for send, client in zip(sends, clients, strict=True)]
            eventually(lambda: waiting_for_locks(partnership.directory.worker) == 2)
        return [each.result() for each in sent]


def in_march(partnership: Partnership) -> int:
    return sum(each.month == MARCH for each in partnership.meetings())


def test_of_two_dates_that_are_moved_into_one_month_at_once_the_second_is_refused_in_words(
    partnership: Partnership,
) -> None:
    first, second = add_dates(
        partnership, a_date(partnership, date(2027, 1, 19)), a_date(partnership, date(2027, 2, 23))
    )

    answers = sent_at_once(partnership, to_march(first, 23), to_march(second, 24))

    assert sorted(each.status_code for each in answers) == [303, 422]
    refused = next(each for each in answers if each.status_code == 422).text
    assert refused.count("The district meets in that month already.") == 2, "in the summary and at the field"
    versions = sorted((each.version, each.sequence) for each in partnership.meetings())
    assert (in_march(partnership), versions) == (1, [(1, 0), (2, 1)]), "of the other nothing was stored"
    with partnership.worker() as session:
        told = session.scalar(text("SELECT count(*) FROM outbox WHERE type = 'directory.meeting.planned.v1'"))
        noted = session.scalar(text("SELECT count(*) FROM audit_entry WHERE action = 'meeting.plan'"))
    assert (told, noted) == (1, 1)


def test_a_date_is_refused_that_is_moved_into_the_month_of_one_that_is_just_proposed(partnership: Partnership) -> None:
    (meeting,) = add_dates(partnership, a_date(partnership, date(2027, 1, 19)))

    with ThreadPoolExecutor(1) as pool:
        with partnership.worker() as session:
            session.add(a_date(partnership, MARCH.replace(day=18), "proposed"))
            session.flush()
            sent = pool.submit(to_march(meeting, 23), partnership.browser("coordinator"))
            eventually(lambda: waiting_for_locks(partnership.directory.worker) == 1)
        answer = sent.result()

    assert (answer.status_code, in_march(partnership)) == (422, 1)


def test_a_calendar_that_moves_a_proposal_into_that_month_meanwhile_changes_nothing(partnership: Partnership) -> None:
    (moved, _) = add_dates(
        partnership,
        a_date(partnership, date(2027, 1, 19)),
        a_date(partnership, date(2027, 4, 20), "proposed"),
    )
    february = a_date(partnership, date(2027, 2, 23), "held")
    add_dates(partnership, february)  # so the next month that is free is March

    def usual_day(client: FlaskClient) -> TestResponse:
        return client.post(CALENDAR, data={"weekday": "3", "at": "15:30", "place": "Town hall"})

    answers = sent_at_once(partnership, to_march(moved, 23), usual_day)

    assert in_march(partnership) == 1
    codes = tuple(each.status_code for each in answers)
    assert codes in ((303, 409), (422, 303)), "whoever is second is told so"
