"""Who ends an action, asked of the rule itself, whatever route calls it."""

from uuid import UUID

import pytest

from directory_service.listings.domain.records import Organization
from directory_service.partnership.store.tables import MeetingAction
from directory_service.partnership.use_cases.follow_action import end_action
from service_kit.errors import Forbidden
from support.partnership import NODI, STATION, Partnership


def agreed(partnership: Partnership, owner: Organization) -> UUID:
    """An action of a meeting that has begun, which the owner has to do."""
    meeting, action = partnership.a_meeting(), partnership.ids.uuid()
    form = {"action": str(action), "action_text": "Order forty cards", "post": "duty desk", "due": "2027-01-10"}
    posted = partnership.browser("coordinator").post(f"/meetings/{meeting}/actions", data={**form, "owner": owner.id})
    assert posted.status_code == 303
    return action


def end(partnership: Partnership, role: str, at: Organization | None, action: UUID, reason: str | None) -> str:
    who = partnership.somebody(role, at)
    with partnership.directory.web.transaction(who.scope) as session:
        return end_action(session, who, action, 1, partnership.clock.now(), reason=reason).state


@pytest.mark.parametrize(
    ("role", "owner"), [("unit_supervisor", STATION), ("provider_manager", NODI)], ids=["unit", "provider"]
)
def test_a_side_does_its_own_action_and_drops_none(partnership: Partnership, role: str, owner: Organization) -> None:
    # given an action that a side promised
    action = agreed(partnership, owner)
    # when its supervisor or manager would drop it, whatever asked the rule
    with pytest.raises(Forbidden):
        end(partnership, role, owner, action, "not_needed")
    # then it is as it was, and the same side may still say that it is done
    with partnership.worker() as session:
        row = session.get_one(MeetingAction, action)
        assert (row.state, row.reason, row.version) == ("open", None, 1)
    assert end(partnership, role, owner, action, None) == "done"


@pytest.mark.parametrize("reason", ["taken_over", None])
def test_the_coordinator_drops_an_action_or_says_that_it_is_done(partnership: Partnership, reason: str | None) -> None:
    action = agreed(partnership, STATION)
    assert end(partnership, "coordinator", None, action, reason) == ("dropped" if reason else "done")
