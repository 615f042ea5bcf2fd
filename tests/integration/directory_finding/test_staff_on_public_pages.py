"""Staff find their header, role and way out on the public pages too; whoever reads after them finds nothing of it."""

from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from support.accounts import House
from support.finding import send_search
from support.listings import Directory, a_provider, a_service

PROVIDER = a_provider()
SERVICE = a_service(PROVIDER)
OF_STAFF = ("Coordinator", "Change role", ">Sign out<", "Approvals")


@pytest.fixture
def coordinator(directory: Directory, keys: Any) -> FlaskClient:
    directory.save(PROVIDER, SERVICE)
    signing = replace(directory.settings, session_private_key=b64decode(keys.environment()["SETU_SESSION_PRIVATE_KEY"]))
    house = House(signing, directory.web, directory.worker, clock=directory.clock)
    return house.browser(house.person("coordinator", house.organization("coordinating_body"), districts=(315,)))


def test_one_header_for_staff_and_another_for_everybody_else(coordinator: FlaskClient) -> None:
    for path in ("/", "/?district=315", f"/services/{SERVICE.id}", "/results/none", "/api/docs"):
        anybody = coordinator.application.test_client()
        before = anybody.get(path).text

        staff = coordinator.get(path)

        assert [word for word in OF_STAFF if word not in staff.text] == [], path
        assert "Staff sign-in" not in staff.text, path
        assert staff.headers["Cache-Control"] == "no-store", path
        assert anybody.get(path).text == before, path
        assert "Staff sign-in" in before, path
        assert [word for word in OF_STAFF if word in before] == [], path


def test_staff_switch_the_language_of_what_they_found(coordinator: FlaskClient) -> None:
    page = coordinator.get("/?district=315").text
    panel = page.partition('<div class="menu-panel">')[2].partition("</details>")[0]

    assert "lang=hi" in panel  # the place stays
    assert 'name="next" value="http://directory.test/results/' in (
        coordinator.get(send_search(coordinator, place="Kolkata").location).text
    )
