"""Notices about a matter: they lead to it, and are unread no longer once it is off, moved or answered.

What waits to be sent of it: `test_messages_of_what_is_over.py`.
"""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from notification_service.settings import load
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.read_event import NotUnderstood, read_event
from notification_service.use_cases.write_mail import write_text
from service_kit.envelope import Event
from support.listings import counted
from support.notification import KOLKATA, MANAGER, NGO, NOON, OFFICER, SUPERVISOR, UNIT, Scene

MEETING, HANDOVER, VISIT = uuid4(), uuid4(), uuid4()


def told(
    kind: str,
    matter: UUID,
    hours: int,
    *,
    receivers: Collection[UUID] = (NGO, UNIT),
    due: datetime | None = NOON + timedelta(days=7),
    **more: str,
) -> Event:
    """An event of the directory about one matter, so many hours after noon."""
    data: dict[str, object] = {
        "district": KOLKATA,
        "receivers": [str(each) for each in receivers],
        "version": 1 + hours,
    }
    data |= {"due_at": due.isoformat()} if due else {}
    return Event(f"directory.{kind}.v1", str(matter), {**data, **more}, uuid4(), NOON + timedelta(hours=hours))


def unread(scene: Scene, account: UUID) -> list[str]:
    items = scene.client.get("/api/notices", headers=scene.headers(account)).get_json()["items"]
    return [item["kind"] for item in items if not item["read"]]


def test_an_invitation_is_settled_once_its_meeting_is_off(scene: Scene) -> None:
    other = uuid4()
    scene.plan(told("meeting.planned", MEETING, 0), told("meeting.planned", other, 0))
    assert unread(scene, MANAGER) == ["meeting", "meeting"]

    scene.plan(told("meeting.planned", MEETING, 1, due=None))

    for account in (MANAGER, SUPERVISOR):
        items = scene.client.get("/api/notices", headers=scene.headers(account)).get_json()["items"]
        left = [item["due_at"] for item in items if not item["read"]]
        assert (len(left), left.count(None)) == (2, 1), "the other meeting's, and that this one is off"


def test_a_meeting_that_was_moved_is_no_new_invitation(scene: Scene) -> None:
    scene.plan(told("meeting.planned", MEETING, 0))

    moved = told("meeting.planned", MEETING, 1, due=NOON + timedelta(days=9), moved_from=NOON.isoformat())
    scene.plan(moved)

    assert unread(scene, MANAGER) == ["meeting_moved"]
    assert (
        "A district meeting was moved: see when and where" in scene.client.get("/", headers=scene.headers(MANAGER)).text
    )
    scene.plan(told("meeting.planned", MEETING, 2, due=None))
    assert unread(scene, MANAGER) == ["meeting"], "that it is off settles the move, too"


def test_that_a_date_is_off_is_settled_by_no_later_move(scene: Scene) -> None:
    scene.plan(told("meeting.planned", MEETING, 0, due=None, state="left"))

    scene.plan(told("meeting.planned", MEETING, 1, moved_from=NOON.isoformat()))

    assert unread(scene, MANAGER) == ["meeting_moved", "meeting"]


@pytest.mark.parametrize(("state", "kind"), [("agreed", "visit_agreed"), ("declined", "visit_declined")])
def test_a_visit_is_asked_of_its_manager_and_its_answer_told_to_the_unit(scene: Scene, state: str, kind: str) -> None:
    scene.plan(told("visit.changed", VISIT, 0, receivers=[NGO], state="asked"))
    assert (unread(scene, MANAGER), unread(scene, SUPERVISOR)) == (["visit_asked"], [])

    scene.plan(told("visit.changed", VISIT, 1, receivers=[UNIT], due=None, state=state))

    assert (unread(scene, MANAGER), unread(scene, SUPERVISOR)) == ([], [kind]), "nothing is asked of the manager now"


def test_a_visit_that_is_called_off_is_told_to_the_other_side_alone(scene: Scene) -> None:
    scene.plan(told("visit.changed", VISIT, 0, receivers=[NGO], state="asked"))

    scene.plan(told("visit.changed", VISIT, 1, receivers=[NGO], due=None, state="cancelled"))

    assert (unread(scene, MANAGER), unread(scene, SUPERVISOR)) == (["visit_off"], [])
    (item, _) = scene.client.get("/api/notices", headers=scene.headers(MANAGER)).get_json()["items"]
    assert item["link"] == "http://directory.test/visits"


def test_a_handovers_notice_leads_to_that_handover_in_the_list_and_in_the_mail(scene: Scene) -> None:
    scene.plan(told("handover.named", HANDOVER, 0, account_id=str(OFFICER)))

    for account in (OFFICER, MANAGER, SUPERVISOR):
        (item,) = scene.client.get("/api/notices", headers=scene.headers(account)).get_json()["items"]
        assert item["link"] == f"http://directory.test/handovers/{HANDOVER}"
    with scene.db.transaction() as session:
        row = session.scalars(select(DeliveryRow).where(DeliveryRow.account_id == MANAGER)).one()
    assert f"http://directory.test/handovers/{HANDOVER}\n" in write_text(row, load(scene.environment).links)[1]


def test_an_event_about_a_matter_that_names_none_is_not_understood() -> None:
    good = told("meeting.planned", MEETING, 0)
    assert read_event(good).matter == MEETING
    with pytest.raises(NotUnderstood):
        read_event(Event(good.type, "the next one", good.data, good.id, good.time))


def test_what_many_events_of_a_batch_settle_is_written_at_once(scene: Scene) -> None:
    matters = [uuid4() for _ in range(3)]
    scene.plan(*(told("meeting.planned", matter, 0) for matter in matters))
    asked = told("visit.changed", VISIT, 0, receivers=[NGO], state="asked")
    scene.plan(asked)
    over = [told("meeting.planned", matter, 1, due=None) for matter in matters[:2]]
    answered = told("visit.changed", VISIT, 1, receivers=[UNIT], due=None, state="agreed")

    with counted(scene.db) as statements:
        scene.plan(*over, answered)

    assert sum(statement.startswith("UPDATE notice ") for statement in statements) == 1
    assert unread(scene, MANAGER).count("meeting") == 3, "two that are off, and the one that takes place"
    assert "visit_asked" not in unread(scene, MANAGER)


def test_who_is_to_take_over_and_manages_that_side_is_told_once(scene: Scene) -> None:
    scene.plan(told("handover.named", HANDOVER, 0, account_id=str(SUPERVISOR)))

    assert (unread(scene, SUPERVISOR), unread(scene, MANAGER)) == (["handover"], ["handover"])


@pytest.mark.parametrize(
    ("state", "due"), [("agreed", True), ("declined", False), ("cancelled", False)], ids=["agreed", "declined", "off"]
)
def test_two_notices_of_visits_are_told_apart_by_their_days(scene: Scene, state: str, due: bool) -> None:
    for days in (3, 5):
        day = NOON + timedelta(days=days)
        more = {"state": state, "day": day.isoformat()}
        scene.plan(told("visit.changed", uuid4(), days, receivers=[UNIT], due=day if due else None, **more))

    page = scene.client.get("/", headers=scene.headers(SUPERVISOR)).text

    said = re.findall(r"Visit on\s*<time[^>]*>([^<]+)</time>", page)
    assert len(set(said)) == 2, page


def test_a_mail_of_a_visit_that_will_not_come_says_no_day(scene: Scene) -> None:
    scene.plan(told("visit.changed", VISIT, 0, receivers=[UNIT], due=None, state="declined", day=NOON.isoformat()))

    with scene.db.transaction() as session:
        row = session.scalars(select(DeliveryRow).where(DeliveryRow.account_id == SUPERVISOR)).one()
    assert "due by" not in write_text(row, load(scene.environment).links)[1]
