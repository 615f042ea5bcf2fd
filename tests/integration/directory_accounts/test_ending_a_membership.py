"""Ending a membership: which sessions end with it, and when a manager is asked what became of the open work."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from support.accounts import ORIGIN, House, Person
from support.events import eventually, waiting_for_locks
from support.resets import a_body, ask, waiting

ASKED = "This is the last case worker who can sign in"


def end_path(manager: FlaskClient, person: Person) -> str:
    found = re.search(rf"{person.user}.*?(/members/[0-9a-f-]+/end)", manager.get("/members").text, re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("what", ["password", "second_factor"])
def test_a_colleague_who_was_reset_and_has_not_come_back_is_nobody_who_goes_on(house: House, what: str) -> None:
    provider = house.organization("provider")
    manager = house.browser(house.person("provider_manager", provider))
    worker, colleague = (house.person("case_worker", provider) for _ in range(2))
    first, second = a_body(house)
    ask(first, colleague, what)
    assert second.post(f"/resets/{waiting(second)}/approve", headers=ORIGIN).status_code == 303

    path = end_path(manager, worker)
    page = manager.get(path).text
    answer = manager.post(path, headers=ORIGIN)

    assert ASKED in page
    assert (answer.status_code, "handed over, or add another" in answer.text) == (422, True)
    assert house.sign_in(worker).status_code == 201
    assert manager.post(path, data={"handed_over": "yes"}, headers=ORIGIN).status_code == 303


def test_a_colleague_who_lost_the_second_factor_goes_without_a_question(house: House) -> None:
    provider = house.organization("provider")
    manager = house.browser(house.person("provider_manager", provider))
    _worker, colleague = (house.person("case_worker", provider) for _ in range(2))
    first, second = a_body(house)
    ask(first, colleague, "second_factor")
    assert second.post(f"/resets/{waiting(second)}/approve", headers=ORIGIN).status_code == 303

    path = end_path(manager, colleague)

    assert ASKED not in manager.get(path).text
    assert manager.post(path, headers=ORIGIN).status_code == 303


def test_of_two_case_workers_who_are_ended_at_once_one_is_asked_about(house: House) -> None:
    provider = house.organization("provider")
    managers = [house.browser(house.person("provider_manager", provider)) for _ in range(2)]
    workers = [house.person("case_worker", provider) for _ in range(2)]
    paths = [end_path(managers[0], each) for each in workers]
    for manager, path in zip(managers, paths, strict=True):
        assert ASKED not in manager.get(path).text

    with house.worker.transaction() as session, ThreadPoolExecutor(2) as pool:
        session.execute(text("SELECT FROM organization WHERE id = :id FOR UPDATE"), {"id": provider})
        ended = [pool.submit(each.post, path, headers=ORIGIN) for each, path in zip(managers, paths, strict=True)]
        eventually(lambda: waiting_for_locks(house.worker) == 2)
        session.commit()
        answers = sorted((each.result() for each in ended), key=lambda answer: answer.status_code)

    assert [each.status_code for each in answers] == [303, 422]
    assert ASKED in answers[1].text


def test_ending_a_membership_ends_the_sessions_in_it_and_is_told(house: House) -> None:
    unit = house.organization("police_unit")
    officer = house.person("officer", unit)
    client = house.browser(house.person("unit_supervisor", unit))
    bearer, browser = house.bearer(officer), house.browser(officer)
    membership = re.search(rf"{officer.user}.*?/members/([0-9a-f-]+)/end", client.get("/members").text, re.DOTALL)
    assert membership

    assert client.get(f"/members/{membership[1]}/end").status_code == 200
    assert client.post(f"/members/{membership[1]}/end", headers=ORIGIN).status_code == 303

    assert house.client().delete("/api/session", headers=bearer).status_code == 401
    assert house.events("directory.member.changed.v1")[-1]["active"] is False
    assert len(house.events("directory.session.revoked.v1")) == 2
    sign_in = browser.get(browser.get("/account").headers["Location"])
    assert "The role in which you were signed in has ended." in sign_in.text
    assert house.sign_in(officer).get_json()["type"] == "/problems/no-membership"
    assert client.post(f"/members/{membership[1]}/end", headers=ORIGIN).status_code == 404


def test_ending_a_membership_leaves_the_persons_other_sessions(house: House) -> None:
    unit, court = house.organization("police_unit"), house.organization("court")
    officer = house.person("officer", unit)
    house.second_role(officer, "officer", court)
    signed_in = house.sign_in(officer).get_json()
    here, there = (
        next(m["id"] for m in signed_in["memberships"] if m["organization"] == str(o)) for o in (unit, court)
    )
    elsewhere = house.bearer(officer, membership=there)
    inside = house.bearer(officer, membership=here)
    wandering = {"Authorization": f"Bearer {signed_in['token']}"}
    moved = house.client().put("/api/session", json={"membership": there}, headers=wandering).get_json()
    client = house.browser(house.person("unit_supervisor", unit))

    assert client.post(f"/members/{here}/end", headers=ORIGIN).status_code == 303

    def asked(headers: dict[str, str]) -> int:
        return house.client().put("/api/session", json={"membership": there}, headers=headers).status_code

    assert asked(inside) == 401
    assert asked(wandering) == 401, "a token of the ended membership, of a session that went on elsewhere"
    assert asked(elsewhere) == asked({"Authorization": f"Bearer {moved['token']}"}) == 200
    (event,) = house.events("directory.session.revoked.v1")
    assert event["membership_id"] == here


def test_ending_a_membership_in_which_nobody_is_signed_in_is_told_all_the_same(house: House) -> None:
    unit = house.organization("police_unit")
    officer = house.person("officer", unit)
    client = house.browser(house.person("unit_supervisor", unit))
    membership = re.search(rf"{officer.user}.*?/members/([0-9a-f-]+)/end", client.get("/members").text, re.DOTALL)
    assert membership

    client.post(f"/members/{membership[1]}/end", headers=ORIGIN)

    (event,) = house.events("directory.session.revoked.v1")
    assert event["session_id"] == event["membership_id"] == membership[1]
