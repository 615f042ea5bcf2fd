"""Messages about a meeting that is off or moved, or a visit that is answered: what waits is not sent any more."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import event, select, text

from notification_service.store import delivery_log
from notification_service.store.tables import DeliveryRow, NoticeRow
from service_kit.envelope import Event
from support.notices.sending import Recorder, deliver_once, dependencies
from support.notification import KOLKATA, MANAGER, NGO, NOON, SUPERVISOR, UNIT, Scene, claim_one

MEETING, OTHER, VISIT = uuid4(), uuid4(), uuid4()
WEEK = timedelta(days=7)
LATER = {"due": NOON + timedelta(days=9), "moved_from": (NOON + WEEK).isoformat()}


_A_THOUSAND_MORE = """
INSERT INTO delivery SELECT (jsonb_populate_record(delivery, (
    SELECT jsonb_object_agg(name, gen_random_uuid()) FROM unnest(ARRAY['id', 'event_id', 'matter']) AS name
    WHERE number > 0
))).* FROM delivery, generate_series(1, 1000) AS number
"""
"""Messages like those that there are, each about a matter of its own."""


def told(
    kind: str,
    matter: UUID,
    hours: int,
    *,
    receivers: Collection[UUID] = (NGO, UNIT),
    due: datetime | None = NOON + WEEK,
    **more: str,
) -> Event:
    """An event of the directory about one matter, so many hours after noon."""
    data: dict[str, object] = {"district": KOLKATA, "receivers": [str(each) for each in receivers], "version": 1}
    data |= {"due_at": due.isoformat()} if due else {}
    return Event(f"directory.{kind}.v1", str(matter), {**data, **more}, uuid4(), NOON + timedelta(hours=hours))


def invite(scene: Scene, *matters: UUID) -> None:
    scene.plan(*(told("meeting.planned", matter, 0) for matter in matters))


def states(scene: Scene, kind: str = "meeting", *, off: bool = False) -> Counter[str]:
    with scene.db.transaction() as session:
        rows = session.scalars(select(DeliveryRow).where(DeliveryRow.kind == kind)).all()
    return Counter(row.state for row in rows if (row.due_at is None) == off)


def unread(scene: Scene, matter: UUID) -> Counter[str]:
    """The kinds of all notices about a matter that nobody has read."""
    with scene.db.transaction() as session:
        return Counter(
            session.scalars(select(NoticeRow.kind).where(NoticeRow.matter == matter, NoticeRow.read_at.is_(None)))
        )


def sent(scene: Scene) -> Counter[str]:
    """The kinds of all mails that leave now."""
    recorder = Recorder()
    while deliver_once(dependencies(scene, recorder)):
        pass
    return Counter(mail.kind for mail in recorder.sent)


def test_an_invitation_that_waits_is_not_sent_once_its_meeting_is_off_and_that_it_is_off_is(scene: Scene) -> None:
    invite(scene, MEETING, OTHER)

    scene.plan(told("meeting.planned", MEETING, 1, due=None))

    assert states(scene) == {"stopped": 2, "waiting": 2}, "to both sides of the other meeting"
    assert states(scene, off=True) == {"waiting": 2}
    assert sent(scene) == {"meeting": 4}, "the other's invitations, and that this one is off"


def test_of_a_meeting_that_was_moved_the_new_date_alone_is_sent(scene: Scene) -> None:
    invite(scene, MEETING)

    scene.plan(told("meeting.planned", MEETING, 1, **LATER))  # type: ignore[arg-type]  # given by keyword, one type each

    assert sent(scene) == {"meeting_moved": 2}
    assert states(scene) == {"stopped": 2}


def test_that_a_date_is_off_is_sent_whatever_comes_after_it(scene: Scene) -> None:
    scene.plan(told("meeting.planned", MEETING, 0, due=None, state="left"))

    scene.plan(told("meeting.planned", MEETING, 1, **LATER))  # type: ignore[arg-type]  # given by keyword, one type each

    assert sent(scene) == {"meeting": 2, "meeting_moved": 2}


@pytest.mark.parametrize(("state", "kind"), [("agreed", "visit_agreed"), ("declined", "visit_declined")])
def test_what_asks_for_a_visit_is_not_sent_once_somebody_has_answered(scene: Scene, state: str, kind: str) -> None:
    scene.plan(told("visit.changed", VISIT, 0, receivers=[NGO], state="asked"))

    scene.plan(told("visit.changed", VISIT, 1, receivers=[UNIT], due=None, state=state))

    assert sent(scene) == {kind: 1}


def test_what_was_sent_or_has_failed_keeps_its_end_and_is_not_sent_again(scene: Scene) -> None:
    invite(scene, MEETING)
    with scene.db.transaction() as session:
        ended = text("UPDATE delivery SET finished_at = now(), state = :state WHERE account_id = :account")
        session.execute(ended, {"state": "sent", "account": SUPERVISOR})
        session.execute(ended, {"state": "failed", "account": MANAGER})

    scene.plan(told("meeting.planned", MEETING, 1, due=None))

    with scene.db.transaction() as session:
        assert delivery_log.retry_everything(session, now=scene.clock.now() + timedelta(hours=1)) == 0
    assert states(scene) == {"sent": 1, "failed": 1}


def test_one_that_is_being_sent_keeps_its_lease_and_is_tried_no_more(scene: Scene) -> None:
    invite(scene, MEETING)
    with scene.db.transaction() as session:
        claimed = claim_one(session, now=scene.clock.now(), lease=uuid4())
        assert claimed is not None

    scene.plan(told("meeting.planned", MEETING, 1, due=None))

    with scene.db.transaction() as session:
        row = session.get_one(DeliveryRow, claimed.id)
    assert (row.state, row.lease) == ("stopped", claimed.lease)


def test_the_log_says_why_it_was_stopped_and_nothing_of_a_referral(scene: Scene) -> None:
    invite(scene, MEETING)
    scene.plan(told("meeting.planned", MEETING, 1, due=None))
    with scene.db.transaction() as session:
        mine = (DeliveryRow.account_id == MANAGER, DeliveryRow.state == "stopped")
        stopped = session.scalars(select(DeliveryRow.id).where(*mine)).one()

    for language, words in (
        ("en", "The meeting or visit was called off, moved or answered first, so there was nothing more to tell."),
        ("hi", "इससे पहले बैठक या दौरा रद्द हुआ, उसका समय बदला या उसका जवाब मिल गया, इसलिए बताने को कुछ नहीं रहा।"),
        ("bn", "তার আগেই বৈঠক বা পরিদর্শন বাতিল হয়েছে, সময় বদলেছে বা উত্তর এসেছে, তাই আর কিছু জানানোর ছিল না।"),
    ):
        for address in (f"/deliveries?lang={language}", f"/deliveries/{stopped}?lang={language}"):
            assert words in scene.client.get(address, headers=scene.headers(MANAGER)).text, address


def test_what_is_over_is_found_by_its_matter_and_not_by_reading_every_message(scene: Scene) -> None:
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        seen.append((statement, parameters))

    invite(scene, MEETING)
    with psycopg.connect(scene.urls.superuser, autocommit=True) as database:
        database.execute(_A_THOUSAND_MORE)
        database.execute("ANALYZE delivery")  # or the plan depends on whether that was done by itself
    event.listen(scene.db.engine, "before_cursor_execute", note)
    scene.plan(*(told("meeting.planned", matter, 1, due=None) for matter in (MEETING, OTHER)))
    event.remove(scene.db.engine, "before_cursor_execute", note)
    statement, parameters = next(one for one in seen if one[0].startswith("UPDATE delivery") and "matter" in one[0])

    with scene.db.transaction() as session:
        plan = session.connection().exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
    assert "delivery_matter_idx" in "".join(plan)


@pytest.mark.parametrize("over", [{"due": None}, LATER])
def test_an_invitation_that_comes_after_its_meeting_was_called_off_or_moved_is_neither_sent_nor_unread(
    scene: Scene, over: dict[str, Any]
) -> None:
    scene.plan(told("meeting.planned", MEETING, 1, **over))

    invite(scene, MEETING, OTHER)  # as an event does that a broker had lost, and its service sends again

    assert states(scene)["stopped"] == 2
    assert sent(scene) == Counter(meeting=2) + Counter({"meeting_moved" if "moved_from" in over else "meeting": 2})
    assert unread(scene, MEETING) == {"meeting_moved" if "moved_from" in over else "meeting": 2}


def test_what_asks_for_a_visit_and_comes_after_the_answer_is_neither_sent_nor_unread(scene: Scene) -> None:
    scene.plan(told("visit.changed", VISIT, 1, receivers=[UNIT], due=None, state="declined"))

    scene.plan(told("visit.changed", VISIT, 0, receivers=[NGO], state="asked"))

    assert sent(scene) == {"visit_declined": 1}
    assert unread(scene, VISIT) == {"visit_declined": 1}
