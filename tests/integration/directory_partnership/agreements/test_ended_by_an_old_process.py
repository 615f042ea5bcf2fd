"""While two releases run, a process of 0.1.0 ends agreements and resumes units: guests keep their meetings.

It knows neither `agreement.was_active` nor `organization.suspended_since`, so the database writes them.
"""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from support.partnership import FAR_PROVIDER, STATION, Partnership, in_force

END = "UPDATE agreement SET state = 'ended', ended_at = :at, version = version + 1 WHERE id = :id"
RESUME = "UPDATE organization SET status = 'active' WHERE id = :id"
SUSPEND = "UPDATE organization SET status = 'suspended' WHERE id = :id"
SUSPEND_NOW = "UPDATE organization SET status = 'suspended', suspended_since = :at WHERE id = :id"
CLOSE_NOW = "UPDATE organization SET status = 'closing', closing_since = :at WHERE id = :id"


def write(partnership: Partnership, statement: str, row: UUID, **more: datetime) -> None:
    with partnership.worker() as session:
        session.execute(text(statement), {"id": row, **more})


def reads(partnership: Partnership, meeting: UUID) -> bool:
    """Whether the guest's API and row-level security let its manager read the meeting: both say the same."""
    status = (
        partnership.program("provider_manager", FAR_PROVIDER).get(f"/api/partnership/meetings/{meeting}").status_code
    )
    scope = partnership.somebody("provider_manager", FAR_PROVIDER).scope
    with partnership.directory.web.transaction(scope) as session:
        row = session.scalar(text("SELECT count(*) FROM meeting WHERE id = :id"), {"id": meeting})
    assert (status == 200) == (row == 1)
    return status == 200


@pytest.fixture
def agreement(partnership: Partnership) -> UUID:
    return in_force(partnership, STATION, FAR_PROVIDER)


def test_a_guest_keeps_its_meeting_where_an_old_process_ended_the_agreement(
    partnership: Partnership, agreement: UUID
) -> None:
    meeting = partnership.a_meeting()
    partnership.clock.advance(timedelta(days=3))

    write(partnership, END, agreement, at=partnership.clock.now())

    assert reads(partnership, meeting)


def test_nobody_sat_by_a_draft_that_an_old_process_threw_away(partnership: Partnership, agreement: UUID) -> None:
    meeting = partnership.a_meeting()
    partnership.clock.advance(timedelta(days=3))
    write(partnership, "UPDATE agreement SET state = 'draft' WHERE id = :id", agreement)

    write(partnership, END, agreement, at=partnership.clock.now())

    assert not reads(partnership, meeting)


def test_who_was_back_at_an_old_process_word_was_away_from_the_next_time_on(
    partnership: Partnership, agreement: UUID
) -> None:
    write(partnership, SUSPEND_NOW, STATION.id, at=partnership.clock.now())
    write(partnership, RESUME, STATION.id)
    meeting = partnership.a_meeting()
    assert reads(partnership, meeting)
    partnership.clock.advance(timedelta(days=3))

    write(partnership, CLOSE_NOW, STATION.id, at=partnership.clock.now())

    assert reads(partnership, meeting), "it closes since then, and was back on the meeting's day"


def test_whom_an_old_process_suspends_rests_on_all_days_since_nobody_noted_when(
    partnership: Partnership, agreement: UUID
) -> None:
    meeting = partnership.a_meeting()

    write(partnership, SUSPEND, STATION.id)
    assert not reads(partnership, meeting)
    write(partnership, RESUME, STATION.id)

    assert reads(partnership, meeting)
