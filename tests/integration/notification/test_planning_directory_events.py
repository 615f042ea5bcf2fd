"""From events of the directory to notices: who is told of listings, providers, meetings, agreements and the board."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from notification_service.domain.links import Links
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.plan_notices import plan_notices
from notification_service.use_cases.write_mail import write_text
from support.notices.planned import Begin, told
from support.notification import (
    COORDINATOR,
    DATA_OFFICER,
    KOLKATA,
    MANAGER,
    NGO,
    NOON,
    OFFICER,
    ONLY_MAIL,
    OTHER_WORKER,
    SUPERVISOR,
    UNIT,
    an_event,
    membership_of,
)


def test_listings_that_need_a_look_reach_who_can_look_with_a_link_to_the_page(begin: Begin) -> None:
    data = {"organization_id": str(NGO), "district": KOLKATA, "receivers": [str(NGO)], "version": 1}
    kinds = ("confirmation.due", "change.asked", "change.decided")
    with begin() as session:
        plan_notices(session, [an_event(f"directory.{kind}.v1", data) for kind in kinds], NOON, ONLY_MAIL)
    assert told(begin) == sorted([(MANAGER, "confirm"), (COORDINATOR, "approve"), (MANAGER, "decided")])
    links = Links("https://setu.test", "https://setu.test/directory", "https://setu.test/notifications")
    with begin() as session:
        mails = {write_text(row, links) for row in session.scalars(select(DeliveryRow))}
    assert {body.splitlines()[-1] for _, body in mails} == {
        "https://setu.test/directory/listings",
        "https://setu.test/directory/approvals",
    }
    assert {subject for subject, _ in mails} == {"Setu"}


def test_that_a_provider_waits_and_that_it_was_let_in_reach_whoever_acts_on_it(begin: Begin) -> None:
    about = {"organization_id": str(NGO), "district": KOLKATA, "version": 1}
    entered = about | {"receivers": [str(NGO)], "state": "entered", "account_id": str(COORDINATOR)}
    events = [
        an_event("directory.provider.pending.v1", about | {"region": "IN-WB"}),
        an_event("directory.provider.approved.v1", entered),
    ]
    with begin() as session:
        plan_notices(session, events, NOON, ONLY_MAIL)
    assert told(begin) == sorted(
        [(DATA_OFFICER, "provider_pending"), (MANAGER, "provider_approved"), (COORDINATOR, "provider_approved")]
    )
    links = Links("https://setu.test", "https://setu.test/directory", "https://setu.test/notifications")
    with begin() as session:
        ends = {
            write_text(row, links)[1].splitlines()[-1].rpartition("/")[2]
            for row in session.scalars(select(DeliveryRow))
        }
    assert ends == {"approvals", "listings", "registry"}


def test_partnership_notices_reach_both_sides_and_say_only_by_when(begin: Begin) -> None:
    due = (NOON + timedelta(days=7)).isoformat()
    data = {"district": KOLKATA, "receivers": [str(NGO), str(UNIT)], "due_at": due, "version": 1}
    kinds = {
        "meeting.planned": data,
        "agreement.lapsing": data,
        "action.due": data | {"state": "coordinator"},
        "handover.named": data | {"account_id": str(OFFICER)},
        "training.due": data,
    }
    with begin() as session:
        events = [an_event(f"directory.{kind}.v1", each) for kind, each in kinds.items()]
        plan_notices(session, events, NOON, ONLY_MAIL)
    handover = next(event.subject for event in events if event.type.startswith("directory.handover"))
    expected = [(each, kind) for each in (MANAGER, SUPERVISOR) for kind in ("meeting", "agreement", "handover")]
    expected += [(COORDINATOR, kind) for kind in ("agreement", "action", "training")]
    expected += [(OFFICER, "handover"), (SUPERVISOR, "training")]
    assert told(begin) == sorted(expected)
    links = Links("https://setu.test", "https://setu.test/directory", "https://setu.test/notifications")
    with begin() as session:
        mails = [write_text(row, links) for row in session.scalars(select(DeliveryRow))]
    firsts = {body.splitlines()[0].partition(" by ")[0] for _, body in mails}
    assert firsts == {"Something is due", "There is a message for you."}  # the latter to the successor
    assert {body.splitlines()[-1].removeprefix("https://setu.test/directory/") for _, body in mails} == {
        "meetings",
        "partnerships",
        f"handovers/{handover}",
        "training",
    }


@pytest.mark.parametrize(("owner", "hears"), [(UNIT, SUPERVISOR), (NGO, MANAGER), (uuid4(), COORDINATOR)])
def test_an_action_that_is_due_is_told_to_its_owner_and_to_the_coordinator_where_the_owner_has_nobody(
    begin: Begin, owner: UUID, hears: UUID
) -> None:
    due = (NOON + timedelta(days=3)).isoformat()
    data = {"district": KOLKATA, "receivers": [str(owner)], "due_at": due, "version": 1}
    with begin() as session:
        plan_notices(session, [an_event("directory.action.due.v1", data)], NOON, ONLY_MAIL)
    assert told(begin) == [(hears, "action")]


def test_a_meeting_reaches_focal_points_of_any_role_once_each_and_leads_them_to_their_notices(begin: Begin) -> None:
    due = (NOON + timedelta(days=7)).isoformat()
    older = {"district": KOLKATA, "receivers": [str(NGO), str(UNIT)], "due_at": due, "version": 1}
    points = [str(membership_of(each)) for each in (OFFICER, SUPERVISOR, OTHER_WORKER)]  # the last works for no party
    with begin() as session:
        event = an_event("directory.meeting.planned.v1", older | {"focal_points": points})
        plan_notices(session, [event], NOON, ONLY_MAIL)
        plan_notices(session, [event], NOON, ONLY_MAIL)  # it may come twice
    assert told(begin) == sorted((each, "meeting") for each in (MANAGER, SUPERVISOR, OFFICER))
    links = Links("https://setu.test", "https://setu.test/directory", "https://setu.test/notifications")
    with begin() as session:
        mails = {row.recipient_role: write_text(row, links)[1] for row in session.scalars(select(DeliveryRow))}
    assert {body.partition(" by ")[0] for body in mails.values()} == {"Something is due"}
    assert mails["officer"].splitlines()[-1] == "https://setu.test/notifications/"

    with begin() as session:
        plan_notices(session, [an_event("directory.meeting.planned.v1", older)], NOON, ONLY_MAIL)
    assert told(begin).count((OFFICER, "meeting")) == 1, "an event of an older release names nobody"


def test_an_answer_on_the_board_is_told_to_who_wrote_it_and_what_waits_to_the_coordinator(begin: Begin) -> None:
    here = {"district": KOLKATA, "receivers": [], "version": 1}
    sent = [
        ("board.answered", here | {"account_id": str(OFFICER)}),
        ("coordination.due", here | {"state": "report"}),
        ("coordination.due", here | {"state": "meeting"}),
        ("coordination.due", here | {"state": "report_state", "receivers": [str(uuid4())]}),
    ]
    with begin() as session:
        plan_notices(session, [an_event(f"directory.{kind}.v1", each) for kind, each in sent], NOON, ONLY_MAIL)
    assert told(begin) == sorted(
        [(OFFICER, "board_answer"), (COORDINATOR, "coordination"), (COORDINATOR, "coordination")]
    )
    with begin() as session:
        links = Links("https://setu.test", "https://setu.test/directory", "https://setu.test/notifications")
        mails = [write_text(row, links) for row in session.scalars(select(DeliveryRow))]
    assert {body.splitlines()[0] for _, body in mails} == {"There is a message for you."}
    assert {body.splitlines()[-1].rpartition("/")[2] for _, body in mails} == {"board", "reports", "meetings"}
