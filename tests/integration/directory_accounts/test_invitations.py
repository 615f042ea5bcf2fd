"""Nobody is enrolled unasked: a role is offered, and becomes one only when its person accepts."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from directory_service.accounts.domain.attempt_limits import INVITATIONS_A_DAY
from directory_service.accounts.domain.lifetimes import INVITATION_LASTS
from service_kit.identity import Scope
from support.accounts import ORIGIN, House


def invite(client: FlaskClient, user: str, role: str) -> tuple[int, str]:
    answer = client.post("/members/invite", data={"user_name": user, "role": role}, headers=ORIGIN)
    return answer.status_code, answer.headers.get("Location", "")


def offers(client: FlaskClient) -> list[str]:
    return re.findall(r"/invitations/([0-9a-f-]+)/accept", client.get("/invitations").text)


def sent(client: FlaskClient) -> str:
    """What the inviter sees of invitations, but for the ids that every one has, and whose page it is."""
    page = client.get("/members").text
    found = re.search(r'<section aria-labelledby="invitations">.*?</section>', page, re.DOTALL)
    assert found, page
    return re.sub(r'[0-9a-f]{8}-[0-9a-f-]{27}|(?<=name="page_of" value=")[0-9a-f]+', "ID", found[0])


def a_manager(house: House) -> FlaskClient:
    return house.browser(house.person("provider_manager", house.organization("provider", name="Other NGO")))


def test_an_invited_person_accepts_and_belongs_to_both(house: House) -> None:
    worker, manager = house.person("case_worker", house.organization("provider")), a_manager(house)
    assert invite(manager, worker.user, "case_worker") == (303, "/members?done=invited")
    client = house.browser(worker)
    (offer,) = offers(client)
    assert "Other NGO" in client.get("/invitations").text
    assert "/invitations" in client.get("/switch").text

    assert client.post(f"/invitations/{offer}/accept", headers=ORIGIN).headers["Location"] == "/switch?joined=1"

    assert len(house.sign_in(worker).get_json()["memberships"]) == 2
    assert "second factor set up" in manager.get("/members").text
    assert "Take back" not in manager.get("/members").text
    assert house.audited("invitation.accepted", "done") == 1
    assert client.post(f"/invitations/{offer}/accept", headers=ORIGIN).status_code == 404, "once"


@pytest.mark.parametrize("standing", ["suspended", "closing"])
def test_an_organisation_that_was_suspended_since_takes_nobody_and_the_page_says_so(
    house: House, standing: str
) -> None:
    invited, place = house.person("provider_manager", house.organization("provider")), house.organization("provider")
    invite(house.browser(house.person("provider_manager", place)), invited.user, "provider_manager")
    client = house.browser(invited)
    (offer,) = offers(client)
    for status, answer in ((standing, 409), ("active", 303)):
        with house.worker.transaction() as session:
            session.execute(text("UPDATE organization SET status = :to WHERE id = :id"), {"to": status, "id": place})
        accepted = client.post(f"/invitations/{offer}/accept", headers=ORIGIN)
        assert accepted.status_code == answer
        assert ("It takes nobody new at the moment" in accepted.text) == (answer == 409)
        assert len(house.sign_in(invited).get_json()["memberships"]) == (1 if answer == 409 else 2)


def test_every_home_page_counts_what_waits_and_signing_in_there_leads_to_it(house: House) -> None:
    manager = house.person("provider_manager", house.organization("provider"))
    client, start = house.browser(manager), house.settings.addresses["referral"] + "/"
    assert client.get("/invitations/waiting").get_json() == {"count": 0}
    assert invite(a_manager(house), manager.user, "provider_manager")[0] == 303
    assert client.get("/invitations/waiting").get_json() == {"count": 1}
    led = []
    for wished in (start, f"{start}overdue"):
        form = {"user": manager.user, "password": manager.password, "next": wished}
        led.append(house.client().post("/sign-in", data=form, headers=ORIGIN).headers["Location"])
    assert led == ["/invitations", f"{start}overdue"]


def test_until_then_the_inviter_sees_nothing_and_counts_for_nothing(house: House) -> None:
    provider = house.organization("provider")
    worker, officer = (
        house.person("case_worker", provider),
        house.person("data_officer", house.organization("coordinating_body")),
    )
    manager = a_manager(house)
    with house.worker.transaction() as session:
        names = session.scalars(text("SELECT name FROM account WHERE id = :id"), {"id": worker.account}).all()
        postings = session.scalar(text("SELECT postings FROM account WHERE id = :id"), {"id": worker.account})

    invite(manager, worker.user, "case_worker")
    invite(manager, officer.user, "provider_manager")

    page = manager.get("/members").text
    assert worker.user in page, "what was typed"
    assert not any(f">{name}<" in page for name in names)
    assert "second factor set up" not in page
    with house.worker.transaction() as session:
        query = "SELECT postings FROM account WHERE id = :id"
        assert session.scalar(text(query), {"id": worker.account}) == postings
    body = house.organization("coordinating_body")
    second, coordinator = house.browser(officer), house.browser(house.person("coordinator", body))
    coordinator.post("/resets", data={"user": worker.user, "what": "second_factor"}, headers=ORIGIN)
    reset = re.search(r"/resets/([0-9a-f-]+)/approve", second.get("/resets").text)
    assert reset
    assert second.post(f"/resets/{reset[1]}/approve", headers=ORIGIN).status_code == 303, "no supervisor of the account"


def test_the_answer_and_the_list_are_the_same_whoever_it_is_and_whatever_they_say(house: House) -> None:
    worker = house.person("case_worker", house.organization("provider"), user="name.aaaa")
    house.person("officer", house.organization("police_unit"), user="name.bbbb")
    seen = {}
    for user in ("name.aaaa", "name.bbbb", "name.cccc"):
        manager = a_manager(house)
        answers = [invite(manager, user, "case_worker") for _ in range(2)]
        for offer in offers(house.browser(worker)):
            house.browser(worker).post(f"/invitations/{offer}/refuse", headers=ORIGIN)
        answers.append(invite(manager, user, "case_worker"))
        seen[user] = (
            answers,
            re.sub("<time.*?</time>", "TIME", sent(manager)).replace(user, "USER"),
        )

    assert seen["name.aaaa"] == seen["name.bbbb"] == seen["name.cccc"]
    assert seen["name.aaaa"][0] == [(303, "/members?done=invited")] * 3
    assert house.audited("invitation.send", "denied") == 6
    assert offers(house.browser(worker)) == [], "who said no is not asked again"


def test_somebody_of_the_other_side_is_never_asked(house: House) -> None:
    officer, manager = house.person("officer", house.organization("police_unit")), a_manager(house)

    invite(manager, officer.user, "case_worker")

    assert offers(house.browser(officer)) == []
    assert len(house.sign_in(officer).get_json()["memberships"]) == 1


def test_one_of_the_own_members_has_the_role_already(house: House) -> None:
    provider = house.organization("provider")
    worker = house.person("case_worker", provider)
    manager = house.browser(house.person("provider_manager", provider))

    answer = manager.post("/members/invite", data={"user_name": worker.user, "role": "case_worker"}, headers=ORIGIN)

    assert answer.status_code == 422
    assert 'id="f-user-name-error"' in answer.text


def test_the_form_says_what_is_wrong(house: House) -> None:
    manager = a_manager(house)

    for data, marked in (({"user_name": "1", "role": "case_worker"}, "user-name"), ({"user_name": "abc"}, "role")):
        answer = manager.post("/members/invite", data=data, headers=ORIGIN)
        assert (answer.status_code, f'id="f-{marked}-error"' in answer.text) == (422, True)
    beyond = {"user_name": "abc", "role": "case_worker", "districts": "79"}
    assert manager.post("/members/invite", data=beyond, headers=ORIGIN).status_code == 422


def test_invitations_are_so_many_a_day(house: House) -> None:
    manager = a_manager(house)

    statuses = [invite(manager, f"nobody.{number}", "case_worker")[0] for number in range(INVITATIONS_A_DAY + 1)]

    assert statuses == [303] * INVITATIONS_A_DAY + [429]


def test_an_invitation_is_taken_back_or_ends_by_the_clock(house: House) -> None:
    worker, manager = house.person("case_worker", house.organization("provider")), a_manager(house)
    invite(manager, worker.user, "case_worker")
    back = re.search(r"/members/invite/([0-9a-f-]+)/withdraw", manager.get("/members").text)
    assert back
    foreign = a_manager(house).post(f"/members/invite/{back[1]}/withdraw", headers=ORIGIN)

    taken_back = manager.post(f"/members/invite/{back[1]}/withdraw", headers=ORIGIN)

    assert (foreign.status_code, taken_back.status_code) == (404, 303)
    client = house.browser(worker)
    assert offers(client) == []
    assert client.post(f"/invitations/{back[1]}/accept", headers=ORIGIN).status_code == 404
    invite(manager, worker.user, "case_worker")
    house.clock.advance(INVITATION_LASTS)
    assert offers(house.browser(worker)) == []


def test_another_persons_invitation_does_not_exist(house: House) -> None:
    worker, manager = house.person("case_worker", house.organization("provider")), a_manager(house)
    invite(manager, worker.user, "case_worker")
    (offer,) = offers(house.browser(worker))
    other = house.browser(house.person("case_worker", house.organization("provider")))

    for act in ("accept", "refuse"):
        assert other.post(f"/invitations/{offer}/{act}", headers=ORIGIN).status_code == 404
        assert house.client().post(f"/invitations/{offer}/{act}", headers=ORIGIN).status_code == 401


def test_signing_in_leads_to_the_invitation_unless_a_page_was_wanted(house: House) -> None:
    officer = house.person("officer", house.organization("police_unit"))
    supervisor = house.browser(house.person("unit_supervisor", house.organization("police_unit")))
    invite(supervisor, officer.user, "officer")
    form = {"user": officer.user, "password": officer.password}

    plain = house.client().post("/sign-in", data=form, headers=ORIGIN)
    wanted = house.client().post("/sign-in", data=form | {"next": "http://referral.test/new"}, headers=ORIGIN)

    assert plain.headers["Location"] == "/invitations"
    assert wanted.headers["Location"] == "http://referral.test/new"


def test_who_has_no_membership_left_accepts_before_signing_in(house: House) -> None:
    old, new = house.organization("police_unit"), house.organization("police_unit", name="The new unit")
    officer = house.person("officer", old)
    house.end_membership(officer, old)
    form = {"user": officer.user, "password": officer.password}
    assert house.client().post("/sign-in", data=form, headers=ORIGIN).status_code == 403
    invite(house.browser(house.person("unit_supervisor", new)), officer.user, "officer")

    client = house.client()
    led = client.post("/sign-in", data=form, headers=ORIGIN)
    (offer,) = offers(client)
    accepted = client.post(f"/invitations/{offer}/accept", headers=ORIGIN)

    assert led.headers["Location"] == "/invitations"
    assert accepted.headers["Location"] == "/sign-in?joined=1"
    assert offers(client) == []
    assert client.post("/sign-in", data=form, headers=ORIGIN).headers["Location"] == "http://referral.test/"
    assert [one["organization"] for one in house.sign_in(officer).get_json()["memberships"]] == [str(new)]


def test_a_stranger_sees_no_invitations(house: House) -> None:
    assert "/sign-in" in house.client().get("/invitations").headers["Location"]


def test_the_database_lets_only_the_invited_account_make_the_membership(house: House) -> None:
    worker, other = (house.person("case_worker", house.organization("provider")) for _ in range(2))
    place = house.organization("provider")
    invite(house.browser(house.person("provider_manager", place)), worker.user, "case_worker")
    insert = text(
        "INSERT INTO membership (id, account_id, organization_id, organization_kind, organization_district, role, side,"
        " districts, version, started_at)"
        " VALUES (gen_random_uuid(), :account, :place, 'provider', 315, :role, 'providing', '{}', 1, now())"
    )

    for person, role in ((other, "case_worker"), (worker, "provider_manager")):
        with pytest.raises(ProgrammingError), house.web.transaction(Scope(account=person.account)) as session:
            session.execute(insert, {"account": person.account, "place": place, "role": role})
    with house.web.transaction(Scope(account=worker.account)) as session:
        session.execute(insert, {"account": worker.account, "place": place, "role": "case_worker"})
        session.rollback()
