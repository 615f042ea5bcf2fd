"""What the registry does to agreements: counted before the button, they rest while a side is suspended, end with it."""

import re

from flask.testing import FlaskClient

from directory_service.partnership.store.tables_agreements import Agreement
from support.partnership import STATION, Partnership, in_force


def act(browser: FlaskClient, name: str, **typed: str) -> str:
    """Read the page of the act, press its button, and return what was read."""
    page = browser.get(f"/registry/{STATION.id}/{name}").text
    seen = re.findall(r'name="seen" value="([^"]+)"', page)
    answer = browser.post(f"/registry/{STATION.id}/{name}", data={"seen": seen[0], **typed})
    assert answer.status_code == 303, answer.text
    return page


def test_agreements_are_counted_rest_and_end_with_the_unit(partnership: Partnership) -> None:
    agreement = in_force(partnership)
    coordinator = partnership.browser("coordinator")

    def state() -> str:
        with partnership.worker() as session:
            return session.get_one(Agreement, agreement).state

    assert "1 agreement" in act(coordinator, "suspend")
    assert state() == "active", "its days run on"
    act(coordinator, "resume")
    assert "1 agreement" in act(coordinator, "close", successor="none")
    assert state() == "active"
    assert "End. A successor signs its own." in act(coordinator, "finish")

    assert state() == "ended"
    assert "agreement" not in coordinator.get(f"/registry/{STATION.id}").text.split("<main")[1].split("</main")[0]
