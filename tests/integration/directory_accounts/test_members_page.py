"""Managers and their members: who may add, end and print, and what the wall refuses."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from support.accounts import (
    ORIGIN,
    House,
)
from support.resets import slip_code

NEW = {"name": "Lalrinpuia", "user_name": "aizawl.12", "role": "officer", "phone": "", "mail": "", "language": "en"}


@pytest.mark.parametrize("kind", ["police_unit", "court"])
def test_a_supervisor_adds_an_officer_who_signs_in_with_the_slip(house: House, kind: str) -> None:
    unit = house.organization(kind)
    client = house.browser(house.person("unit_supervisor", unit))

    page = client.post("/members/new", data=NEW, headers=ORIGIN, follow_redirects=True)

    newcomer = house.client()
    code = slip_code(page.text)
    user = re.search(r"<dd>(aizawl\.12-[0-9]{4})</dd>", page.text)
    assert user
    form = {"user": user[1].upper(), "slip": code}
    assert newcomer.post("/first-sign-in", data=form, headers=ORIGIN).status_code == 303
    assert "Lalrinpuia" in client.get("/members").text
    (event, _own) = house.events("directory.member.changed.v1")[::-1][:2]
    assert event["active"] is True
    assert event["role"] == "officer"


def test_another_language_keeps_what_was_typed_and_enter_adds_the_member(house: House) -> None:
    client = house.browser(house.person("unit_supervisor", house.organization("police_unit")))

    page = client.post("/members/new", data=NEW | {"show_in": "hi"}, headers=ORIGIN).text

    assert '<html lang="hi">' in page
    assert 'value="Lalrinpuia"' in page
    assert 'class="error-summary"' not in page
    assert '<html lang="hi">' in client.get("/members").text
    assert "Lalrinpuia" not in client.get("/members").text
    first = re.findall(r'<button[^>]* form="new-member"[^>]*>', page)[0]
    assert "name=" not in first


def test_a_reload_of_the_slip_page_shows_it_again_and_makes_no_second_account(house: House) -> None:
    supervisor = house.person("unit_supervisor", house.organization("police_unit"))
    client = house.browser(supervisor)

    made = client.post("/members/new", data=NEW, headers=ORIGIN)
    code = slip_code(client.get("/slip").text)

    assert (made.status_code, made.headers["Location"]) == (303, "/slip")
    assert code not in str(made.headers)
    assert slip_code(client.get("/slip").text) == code
    with house.worker.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM account WHERE user_name LIKE 'aizawl.12-%'")) == 1
    another = house.session_cookie(house.browser(supervisor))
    client.set_cookie(f"setu_session_{house.settings.port_base}", another)
    assert client.get("/slip").status_code == 410, "another session"


def test_the_slip_is_gone_after_ten_minutes(house: House) -> None:
    client = house.browser(house.person("unit_supervisor", house.organization("police_unit")))
    client.post("/members/new", data=NEW, headers=ORIGIN)
    house.clock.advance(timedelta(minutes=9))
    assert client.get("/slip").status_code == 200
    house.clock.advance(timedelta(minutes=2))
    assert client.get("/slip").status_code == 410


def test_a_new_slip_says_what_it_does_before_it_is_printed(house: House) -> None:
    unit = house.organization("police_unit")
    officer = house.person("officer", unit)
    client = house.browser(house.person("unit_supervisor", unit))
    page = client.get("/members").text
    link = re.search(rf'{officer.user}.*?<a [^>]*href="(/members/[0-9a-f-]+/slip)"', page, re.DOTALL)
    assert link

    asked = client.get(link[1])

    assert asked.status_code == 200
    assert "stops working at once, and the person is signed out everywhere" in asked.text
    assert "list of earlier referrals is emptied" in asked.text
    assert f'<form method="post" action="{link[1]}"' in asked.text
    assert house.sign_in(officer).status_code == 201, "nothing is done yet"


def test_a_lost_phone_is_no_matter_of_a_slip_and_each_page_says_whose(house: House) -> None:
    provider = house.organization("provider")
    worker, manager = house.person("case_worker", provider), house.browser(house.person("provider_manager", provider))
    members = manager.get("/members").text
    link = re.search(rf'{worker.user}.*?<a [^>]*href="(/members/[0-9a-f-]+/slip)"', members, re.DOTALL)
    assert link

    asked = manager.get(link[1]).text
    slip = slip_code(manager.get(manager.post(link[1], headers=ORIGIN).location).text)
    browser = house.client()
    browser.post("/first-sign-in", data={"user": worker.user, "slip": slip}, headers=ORIGIN)
    browser.post("/first-sign-in/password", data={"password": "monsoon bridge lantern"}, headers=ORIGIN)

    assert "The second factor stays" in asked
    assert all("A coordinator of your district begins under “Resets”" in page for page in (members, asked))
    assert "Ring the coordinator of your district" in browser.get("/first-sign-in/second-factor").text


def test_the_form_says_what_is_wrong_beside_the_field(house: House) -> None:
    client = house.browser(house.person("unit_supervisor", house.organization("police_unit")))
    cases = [
        ({"role": "case_worker"}, "f-role-error"),
        ({"role": ""}, "f-role-error"),
        ({"user_name": "1 2"}, "f-user-name-error"),
        ({"name": ""}, "f-name-error"),
        ({"phone": "12"}, "f-phone-error"),
        ({"mail": "nobody"}, "f-mail-error"),
        ({"language": "xx"}, "f-language-error"),
        ({"name": "", "mail": "nobody", "role": ""}, "f-mail-error"),
    ]
    for change, marked in cases:
        page = client.post("/members/new", data=NEW | change, headers=ORIGIN)
        assert page.status_code == 422
        assert f'id="{marked}"' in page.text
        assert 'class="error-summary"' in page.text


def test_the_database_refuses_it_too(house: House) -> None:
    unit, provider = house.organization("police_unit"), house.organization("provider")
    officer = house.person("officer", unit)
    insert = text(
        "INSERT INTO membership (id, account_id, organization_id, organization_kind, organization_district, role, side,"
        " districts, version, started_at) VALUES (:id, :account, :place, :kind, 315, :role, :side, '{}', 1, now())"
    )
    attempts = [
        {"place": provider, "kind": "provider", "role": "case_worker", "side": "providing"},
        {"place": provider, "kind": "provider", "role": "case_worker", "side": "referring"},
        {"place": provider, "kind": "police_unit", "role": "officer", "side": "referring"},
        {"place": unit, "kind": "police_unit", "role": "coordinator", "side": "referring"},
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError), house.worker.transaction() as session:
            session.execute(insert, {"id": uuid4(), "account": officer.account, **attempt})


def test_an_account_that_is_on_both_sides_all_the_same_cannot_sign_in(house: House, fresh_superuser: object) -> None:
    unit, provider = house.organization("police_unit"), house.organization("provider")
    officer = house.person("officer", unit)
    with fresh_superuser() as connection:  # type: ignore[operator]  # a fixture that opens a connection
        connection.execute("ALTER TABLE membership DROP CONSTRAINT membership_account_side_fkey")
        connection.execute(
            "INSERT INTO membership (id, account_id, organization_id, organization_kind, organization_district, role,"
            " side, districts, version, started_at)"
            " VALUES (gen_random_uuid(), %s, %s, 'provider', 315, 'case_worker', 'providing', '{}', 1, now())",
            (officer.account, provider),
        )

    answer = house.sign_in(officer)

    assert (answer.status_code, answer.get_json()["type"]) == (403, "/problems/both-sides")


def test_a_shared_member_cannot_be_reset_by_one_manager(house: House) -> None:
    worker, provider = house.person("case_worker", house.organization("provider")), house.organization("provider")
    house.second_role(worker, "case_worker", provider)
    client = house.browser(house.person("provider_manager", provider))
    membership = re.search(rf"{worker.user}.*?/members/([0-9a-f-]+)/slip", client.get("/members").text, re.DOTALL)
    assert membership

    answer = client.post(f"/members/{membership[1]}/slip", headers=ORIGIN)

    assert answer.status_code == 403
    assert house.audited("reset", "denied") == 1
    assert house.sign_in(worker).status_code == 201


def test_a_new_members_user_name_phone_and_mail_never_tell_whose_they_are(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    worker = house.person("case_worker", house.organization("provider"))
    client = house.browser(house.person("unit_supervisor", house.organization("police_unit")))
    taken = [
        {"user_name": "nobody.has.this", "mail": "nobody@example.org"},
        {"user_name": officer.user, "mail": f"{officer.user}@example.org"},
        {"user_name": worker.user, "mail": f"{worker.user}@example.org"},
    ]

    pages = [client.post("/members/new", data=NEW | change, headers=ORIGIN, follow_redirects=True) for change in taken]

    assert [page.status_code for page in pages] == [200, 200, 200]
    for change, page in zip(taken, pages, strict=True):
        assert re.search(rf"<dd>{change['user_name']}-[0-9]{{4}}</dd>", page.text)
    assert house.client().post("/api/session", json={"user": f"{officer.user}@example.org", "password": "x"}), (
        "as before"
    )
    assert house.sign_in(officer).status_code == 201


def test_another_organisations_member_does_not_exist(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    client = house.browser(house.person("unit_supervisor", house.organization("police_unit")))
    with house.worker.transaction() as session:
        query = text("SELECT id FROM membership WHERE account_id = :account")
        membership = session.scalar(query, {"account": officer.account})

    for path in (f"/members/{membership}/end", f"/members/{uuid4()}/end"):
        assert client.get(path).status_code == 404
        assert client.post(path, headers=ORIGIN).status_code == 404
    assert client.post(f"/members/{membership}/slip", headers=ORIGIN).status_code == 404


def test_officers_have_no_members_page(house: House) -> None:
    client = house.browser(house.person("officer", house.organization("police_unit")))
    assert client.get("/members").status_code == 403
    assert client.get("/resets").status_code == 403


def test_a_coordinator_gives_no_reach_that_is_not_the_own(house: House) -> None:
    with house.worker.transaction() as session:
        session.execute(text("INSERT INTO state (code, name) VALUES (19, 'West Bengal')"))
        session.execute(
            text("INSERT INTO district (code, state_code, name) VALUES (315, 19, 'Kolkata'), (303, 19, 'Howrah')")
        )
    body = house.organization("coordinating_body")
    client = house.browser(house.person("coordinator", body, districts=(303, 315)))
    form = NEW | {"user_name": "second.one", "role": "coordinator"}

    assert "Howrah" in client.get("/members/new").text
    beyond = client.post("/members/new", data=form | {"districts": ["303", "79"]}, headers=ORIGIN)
    within = client.post("/members/new", data=form | {"districts": ["303"]}, headers=ORIGIN)

    assert beyond.status_code == 422
    assert 'id="f-districts-error"' in beyond.text
    assert within.status_code == 303
    assert house.events("directory.member.changed.v1")[-1]["districts"] == [303]


@pytest.mark.parametrize(("standing", "status"), [("suspended", 409), ("closing", 409), ("active", 303)])
def test_a_unit_that_only_finishes_its_own_takes_nobody_new(house: House, standing: str, status: int) -> None:
    unit = house.organization("police_unit", name="Lake")
    client = house.browser(house.person("unit_supervisor", unit))
    with house.worker.transaction() as session:
        session.execute(text("UPDATE organization SET status = :to WHERE id = :id"), {"to": standing, "id": unit})

    added = client.post("/members/new", data=NEW, headers=ORIGIN)
    invited = client.post("/members/invite", data={"user_name": "aizawl.12", "role": "officer"}, headers=ORIGIN)

    assert (added.status_code, invited.status_code) == (status, status)
    assert ["It takes nobody new" in each.text for each in (added, invited)] == [status == 409] * 2
    listed = client.get("/members").text
    assert ("Lalrinpuia" in listed, "aizawl.12" in listed) == (status == 303, status == 303)
