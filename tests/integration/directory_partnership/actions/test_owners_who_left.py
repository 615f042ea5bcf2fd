"""Open actions of an owner that was moved, closed or is a guest: somebody sees them, is reminded, and can end them."""

from dataclasses import replace
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from directory_service.listings.domain.records import Organization
from directory_service.organizations.store.tables import Organization as OrganizationRow
from directory_service.partnership.store.tables import MeetingAction
from directory_service.partnership.use_cases.remind_of_partnership import remind_of_partnership
from support.partnership import (
    ELSEWHERE,
    FAR_BODY,
    FAR_PROVIDER,
    NODI,
    OTHER_STATION,
    STATION,
    Partnership,
    in_force,
)

ORDER = "Order forty cards"
LEFT = "Open actions whose owner has left"


def agreed(partnership: Partnership, meeting: UUID, owner: Organization, *, status: int = 303) -> UUID | None:
    """An action that the owner has to do by the tenth of January, a day of the coordinator's choosing."""
    action = partnership.ids.uuid()
    form = {"action": str(action), "action_text": ORDER, "post": "duty desk", "due": "2027-01-10"}
    coordinator = partnership.browser("coordinator")
    posted = coordinator.post(f"/meetings/{meeting}/actions", data=form | {"owner": str(owner.id)})
    assert posted.status_code == status
    return action if status == 303 else None


def moved(partnership: Partnership, owner: Organization) -> FlaskClient:
    """The owner lies in the other district by now; whoever supervises or manages it, signed in there."""
    with partnership.worker() as session:
        session.get_one(OrganizationRow, owner.id).district_code = ELSEWHERE
    return partnership._browser(replace(of(partnership, owner), districts=(ELSEWHERE,)))


def of(partnership: Partnership, owner: Organization) -> object:
    return partnership.somebody("unit_supervisor" if owner.kind == "police_unit" else "provider_manager", owner)


def close(partnership: Partnership, owner: Organization) -> None:
    with partnership.worker() as session:
        session.get_one(OrganizationRow, owner.id).status = "closed"


def state(partnership: Partnership, action: UUID | None) -> tuple[str, str | None]:
    with partnership.worker() as session:
        row = session.get_one(MeetingAction, action)
        return row.state, row.reason


@pytest.mark.parametrize("owner", [STATION, NODI], ids=["unit", "provider"])
def test_an_owner_that_was_moved_sees_its_action_and_ends_it_from_there(
    partnership: Partnership, owner: Organization
) -> None:
    meeting = partnership.a_meeting()
    action, other = agreed(partnership, meeting, owner), agreed(partnership, meeting, OTHER_STATION)
    browser = moved(partnership, owner)

    page = browser.get("/meetings").text

    assert (page.count(ORDER + "<"), f"/meetings/actions/{action}/done" in page) == (2, True), "text and its button"
    assert f"/meetings/{meeting}#actions" not in page, "the meeting is the old district's"
    assert f"/meetings/actions/{other}/" not in page
    ended = browser.post(f"/meetings/actions/{action}/done", data={"seen": "1", "page": "meetings"})
    assert (ended.status_code, ended.headers["Location"]) == (303, "/meetings?done=ended")
    assert "It is stored." in browser.get(ended.headers["Location"]).text
    assert state(partnership, action) == ("done", None)
    assert browser.post(f"/meetings/actions/{other}/done", data={"seen": "1"}).status_code == 404


def test_what_is_overdue_counts_for_an_owner_that_was_moved(partnership: Partnership) -> None:
    agreed(partnership, partnership.a_meeting(), STATION)
    with partnership.worker() as session:
        session.query(MeetingAction).update({"due": partnership.clock.now().date().replace(day=1)})
    assert moved(partnership, STATION).get("/counts").get_json()["/meetings"] == 1


@pytest.mark.parametrize("how", ["moved", "closed"])
def test_the_coordinator_of_the_district_that_agreed_it_follows_it(partnership: Partnership, how: str) -> None:
    action = agreed(partnership, partnership.a_meeting(), STATION)
    agreed(partnership, partnership.meetings()[0].id, OTHER_STATION)
    coordinator = partnership.browser("coordinator")
    assert LEFT not in coordinator.get("/meetings").text
    if how == "moved":
        moved(partnership, STATION)
    else:
        close(partnership, STATION)

    part = coordinator.get("/meetings").text.partition(LEFT)[2].partition("</section>")[0]

    assert (STATION.name in part, OTHER_STATION.name in part) == (True, False)
    others = (("coordinator", FAR_BODY), ("data_officer", None), ("unit_supervisor", OTHER_STATION))
    assert [LEFT in partnership.browser(*each).get("/meetings").text for each in others] == [False] * 3
    form = {"seen": "1", "page": "meetings", "reason": "taken_over"}
    assert coordinator.post(f"/meetings/actions/{action}/drop", data=form).status_code == 303
    assert state(partnership, action) == ("dropped", "taken_over")
    assert LEFT not in coordinator.get("/meetings").text


@pytest.mark.parametrize(("how", "told"), [("moved", None), ("closed", "coordinator")])
def test_a_reminder_falls_on_the_owner_where_it_is_now_or_on_the_coordinator_where_it_is_gone(
    partnership: Partnership, how: str, told: str | None
) -> None:
    agreed(partnership, partnership.a_meeting(), STATION)
    if how == "moved":
        moved(partnership, STATION)
    else:
        close(partnership, STATION)
    partnership.directory.forget_events()
    partnership.clock.set(partnership.clock.now().replace(year=2027, month=1, day=8))

    with partnership.worker() as session:
        remind_of_partnership(session, partnership.clock.now())

    (event,) = [each for each in partnership.directory.events() if each.type == "directory.action.due.v1"]
    assert (event.data["receivers"], event.data["district"], event.data.get("state")) == ([str(STATION.id)], 315, told)


def test_a_guest_takes_an_action_on_and_ends_it_and_nobody_says_that_it_has_left(partnership: Partnership) -> None:
    in_force(partnership, STATION, FAR_PROVIDER)
    meeting = partnership.a_meeting()
    assert f'<option value="{FAR_PROVIDER.id}">' in partnership.browser("coordinator").get(f"/meetings/{meeting}").text
    action, other = agreed(partnership, meeting, FAR_PROVIDER), agreed(partnership, meeting, NODI)
    guest = partnership.browser("provider_manager", FAR_PROVIDER)

    listed, page = guest.get("/meetings").text, guest.get(f"/meetings/{meeting}").text

    assert f"/meetings/{meeting}#actions" in listed
    assert (f"/meetings/actions/{action}/done" in page, f"/meetings/actions/{other}/done" in page) == (True, False)
    assert LEFT not in partnership.browser("coordinator").get("/meetings").text
    program = partnership.program("provider_manager", FAR_PROVIDER)
    (own,) = program.get(f"/api/partnership/meetings/{meeting}").get_json()["actions"]
    assert own["id"] == str(action)
    answer = program.post(f"/api/partnership/actions/{action}/done", headers={"If-Match": '"1"'})
    assert answer.get_json()["state"] == "done"
    agreed(partnership, meeting, FAR_BODY, status=404)


def test_open_actions_are_counted_before_an_owner_is_moved_or_closed(partnership: Partnership) -> None:
    coordinator = partnership.browser("coordinator")
    assert "open action" not in coordinator.get(f"/registry/{STATION.id}/move").text
    agreed(partnership, partnership.a_meeting(), STATION)
    coordinator = partnership.browser("coordinator")
    for act, then in (("move", "The coordinator of the district"), ("close", "It ends its own as before.")):
        page = coordinator.get(f"/registry/{STATION.id}/{act}").text
        assert ("1 open action of meetings" in page, then in page) == (True, True), act
