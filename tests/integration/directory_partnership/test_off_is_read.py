"""Who was told of a meeting's date reads that it is off: in the own list and in a mail, in any role and district.

From the coordinator's button to the reader's page, through the directory and the notification service.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlalchemy import select

from directory_service.listings.domain.records import Organization
from notification_service.settings import load
from notification_service.store.members import Contact, MembershipSnapshot, apply_snapshot
from notification_service.store.tables import DeliveryRow
from notification_service.use_cases.write_mail import write_text
from service_kit.identity import Principal
from support.lasting_services import Connected
from support.notification import Scene, a_scene
from support.partnership import FAR_PROVIDER, NODI, STATION, Partnership, in_force

MEETING = "directory.meeting.planned.v1"
FORM = {"day": "2026-12-22", "at": "11:00", "place": "Conference room"}
DATE, OFF = "A district meeting: see when and where", "A district meeting: the date that you were told is off"
MOVED = "A district meeting was moved: see when and where"
TO_FOCAL_POINT = "A district meeting for focal points: ask whoever manages your organisation where it is"
PEOPLE = [
    (STATION, "unit_supervisor"),
    (STATION, "officer"),
    (NODI, "provider_manager"),
    (FAR_PROVIDER, "provider_manager"),
]


@pytest.fixture
def scene(connected_database: Callable[[str], Connected], settings_env: Callable[..., dict[str, str]]) -> Scene:
    """The notification service, which is handed what the directory tells of meetings."""
    database = connected_database("notification")
    return a_scene(database.urls, settings_env("notification", database.urls), web=database.web, worker=database.worker)


def told_of_a_date(partnership: Partnership, scene: Scene) -> tuple[UUID, UUID]:
    """A meeting that everybody was told of, and the agreement by which a guest and two focal points were."""
    agreement = in_force(partnership, STATION, FAR_PROVIDER)
    browsers = {role: partnership.member(role, at) for at, role in PEOPLE}
    for role in ("unit_supervisor", "officer"):
        point = {
            "post": role,
            "duty_phone": "9830012345",
            "member": str(partnership.members[STATION.id, role].membership),
        }
        named = browsers["unit_supervisor"].post(f"/partnerships/{agreement}/focal-points", data=point)
        assert named.status_code == 303
    with scene.db.transaction() as session:
        for who in partnership.members.values():
            snapshot = MembershipSnapshot(
                who.membership, who.account, who.organization, who.role, [], active=True, language="en", version=1
            )
            apply_snapshot(session, snapshot, Contact(f"{who.role}@{who.organization}.example", None), scene.keyring)
    partnership.propose()
    (meeting,) = partnership.meetings()
    ask(partnership, scene, f"/meetings/{meeting.id}/plan", **FORM, seen="1")
    return meeting.id, agreement


def ask(partnership: Partnership, scene: Scene, path: str, **form: str) -> None:
    """The coordinator presses a button, and the notification service hears what that told."""
    assert partnership.browser("coordinator").post(path, data=form).status_code == 303
    events = [event for event in partnership.directory.events() if event.type == MEETING]
    partnership.directory.forget_events()
    scene.plan(*events)
    for clock in (partnership.clock, scene.clock):
        clock.advance(timedelta(minutes=1))


def headers(scene: Scene, who: Principal) -> dict[str, str]:
    now = scene.clock.now()
    token = scene.tokens.mint(replace(who, issued_at=now, expires_at=now + timedelta(hours=8)))
    return {"Authorization": f"Bearer {token}"}


def read(partnership: Partnership, scene: Scene, at: Organization, role: str) -> list[str]:
    """What stands in somebody's list, newest first."""
    page = scene.client.get("/", headers=headers(scene, partnership.members[at.id, role]))
    return re.findall(r'<button type="submit" class="link">([^<]+)<', page.text)


def date_for(role: str) -> str:
    """What a notice of a date says: an officer opens no page of meetings."""
    return TO_FOCAL_POINT if role == "officer" else DATE


def test_a_meeting_that_is_called_off_is_read_to_be_off_in_the_list_and_in_the_mail(
    partnership: Partnership, scene: Scene
) -> None:
    meeting, _ = told_of_a_date(partnership, scene)
    for at, role in PEOPLE:
        assert read(partnership, scene, at, role) == [date_for(role)], (at.name, role)

    ask(partnership, scene, f"/meetings/{meeting}/cancel", seen="2")

    for at, role in PEOPLE:
        assert read(partnership, scene, at, role) == [OFF, date_for(role)], (at.name, role)
        a_mail_says_so_and_both_lead_to_where_it_is_read(scene, partnership.members[at.id, role])


def test_a_meeting_that_is_moved_is_read_to_be_off_by_whom_nothing_invites_any_more_and_by_nobody_else(
    partnership: Partnership, scene: Scene
) -> None:
    meeting, agreement = told_of_a_date(partnership, scene)
    ask(partnership, scene, f"/partnerships/{agreement}/end", seen="1")

    ask(partnership, scene, f"/meetings/{meeting}/plan", **{**FORM, "day": "2026-12-23"}, seen="2")

    for (at, role), newest in zip(PEOPLE, [MOVED, OFF, MOVED, OFF], strict=True):
        assert read(partnership, scene, at, role) == [newest, date_for(role)], (at.name, role)


def a_mail_says_so_and_both_lead_to_where_it_is_read(scene: Scene, who: Principal) -> None:
    with scene.db.transaction() as session:
        mine = select(DeliveryRow).where(DeliveryRow.account_id == who.account).order_by(DeliveryRow.created_at)
        mails = [write_text(row, load(scene.environment).links) for row in session.scalars(mine)]
    assert [subject for subject, _ in mails] == ["Setu", "Setu"]
    assert [body.splitlines()[0] for _, body in mails] == [
        "Something is due by 22 December 2026, 11:00.",
        "A date that you were told is off.",
    ]
    newest = scene.client.get("/api/notices", headers=headers(scene, who)).get_json()["items"][0]
    opened = scene.client.post(f"/open/{newest['id']}", headers=headers(scene, who)).headers["Location"]
    assert {mails[-1][1].splitlines()[-1], newest["link"], opened} == {"http://notification.test/"}
    page = scene.client.get(urlsplit(opened).path, headers=headers(scene, who))
    assert (page.status_code, OFF in page.text) == (200, True)
