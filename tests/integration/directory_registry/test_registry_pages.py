"""The registry on screen: what a coordinator makes, changes, suspends, refuses and closes, and what is said before."""

import re
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Row, text
from sqlalchemy.exc import ProgrammingError

from directory_service.accounts.store.invitations import offers_to
from directory_service.accounts.use_cases.answer_invitation import accept_invitation
from directory_service.accounts.use_cases.invite_member import NewInvitation, invite_member
from directory_service.listings.domain.records import Service
from directory_service.registry.store.units import date_undated_closings
from service_kit.identity import Scope
from support.accounts import House, Person
from support.listings import save
from support.registry import AGARTALA, AIZAWL, LUNGLEI, Registry, post, send_file


def test_units_hang_below_one_another_and_stand_in_the_tree(registry: Registry) -> None:
    browser = registry.browser()
    registry.make(browser, kind="police_district", code="mz-a", name="Aizawl district police")
    station = registry.make(browser, code="MZ-A-1", name="Bawngkawn station", parent_code="MZ-A")
    registry.make(browser, kind="prison", code="MZ-P", name="Central prison", opened_on="1986-02-20")

    page = browser.get("/registry").text
    assert browser.get(f"/registry/new?district={'9' * 5_000}").status_code == 200

    assert re.search(
        r"depth-0.*Aizawl district police.*depth-1.*Bawngkawn station.*depth-0.*Central prison", page, re.DOTALL
    )
    shown = browser.get(f"/registry/{station}").text
    assert "Aizawl district police" in shown
    assert registry.row(station).status == "active"
    assert registry.audited(station) == ["organization.create"]
    (told,) = [
        each
        for each in registry.house.events("directory.organization.changed.v1")
        if each["name"] == "Bawngkawn station"
    ]
    assert told["status"] == told["standing"] == "active"


AS_DISTRICT = Scope(organization=uuid4(), account=uuid4(), role="coordinator", districts=(AIZAWL,))
JOIN = text(
    "INSERT INTO membership (id, account_id, organization_id, organization_kind, organization_district, role, side,"
    " districts, version, started_at)"
    " VALUES (:id, :account, :place, 'coordinating_body', 261, 'data_officer', 'providing', '{}', 1, now())"
)
WRONG = [
    ("code", {"code": "=1+1"}, "as a formula"),
    ("code", {"code": "TAKEN"}, "Another organisation of the state has this code"),
    ("parent_code", {"parent_code": "NOWHERE"}, "No organisation of the state has this code"),
    ("parent_code", {"kind": "police_district", "parent_code": "TAKEN"}, "cannot hang below"),
    ("district_code", {"district_code": str(LUNGLEI)}, "none of your districts"),
    ("opened_on", {"opened_on": "2999-01-01"}, "a day that is not to come"),
    ("name", {"name": " "}, "Enter the name"),
]


def test_a_field_that_cannot_be_taken_is_named_and_nothing_is_made(registry: Registry) -> None:
    browser = registry.browser()
    registry.make(browser, code="TAKEN", name="The first")
    usual = {"kind": "police_station", "code": "MZ-2", "name": "Another", "district_code": str(AIZAWL)}

    for field, typed, words in WRONG:
        answer = post(browser, "/registry/new", **{**usual, **typed})
        assert answer.status_code == 422, typed
        assert re.search(rf'id="f-{field.replace("_", "-")}-error"[^§]*{words}', answer.text), typed

    assert "Another</a>" not in browser.get("/registry").text


def test_another_districts_units_are_as_absent_as_none(registry: Registry) -> None:
    theirs = registry.house.organization("police_unit", district=LUNGLEI, name="Far station")
    browser = registry.browser()

    for path in ("", "/edit", "/suspend", "/close", "/move", "/members"):
        assert browser.get(f"/registry/{theirs}{path}").status_code == 404, path
    for path in ("/edit", "/suspend", "/close", "/move", "/move/take", "/move/refuse", "/move/withdraw"):
        assert post(browser, f"/registry/{theirs}{path}", seen="active-0-0-0").status_code == 404, path
    assert "Far station" not in browser.get(f"/registry?district={LUNGLEI}").text


def test_the_bodys_coordinator_of_the_whole_state_has_its_every_district_and_no_other_states(
    registry: Registry,
) -> None:
    inside = registry.house.organization("police_unit", district=LUNGLEI, name="Far station")
    outside = registry.house.organization("police_unit", district=AGARTALA, name="Farther station")
    browser = registry.browser(registry.state)

    assert "Far station" in browser.get(f"/registry?district={LUNGLEI}").text
    assert registry.act(browser, inside, "suspend").status_code == 303
    assert browser.get(f"/registry/{outside}").status_code == 404


def test_the_states_body_is_out_of_reach_of_the_district_in_which_it_sits(registry: Registry) -> None:
    browser = registry.browser()

    assert "Mizoram SACS" not in browser.get("/registry").text
    for path in ("", "/edit", "/suspend", "/close", "/move"):
        assert browser.get(f"/registry/{registry.above}{path}").status_code == 404, path
    joined = f"name,user_name,role,organization\nMe,me,coordinator,{registry.above}\n"
    page = browser.get(send_file(browser, "/members/upload", joined).location).text
    assert "None of your units has this code" in page
    assert "Mizoram SACS" in registry.browser(registry.state).get("/registry").text
    with pytest.raises(ProgrammingError), registry.house.web.transaction(AS_DISTRICT) as session:
        session.execute(JOIN, {"id": uuid4(), "account": registry.coordinator.account, "place": registry.above})


def test_what_a_suspension_touches_is_counted_before_its_button(registry: Registry) -> None:
    house, browser = registry.house, registry.browser()
    provider = house.organization("provider", district=AIZAWL, name="Zoram Care")
    for role in ("provider_manager", "case_worker"):
        house.person(role, provider)
    with house.worker.transaction() as session:
        save(session, Service(UUID(int=7), provider, "Talk", districts=(AIZAWL,)), house.clock.now())

    page = browser.get(f"/registry/{provider}/suspend").text

    for words in ("2 members", "1 service in the listing", "It gets no new one", "Out of the public directory"):
        assert words in page
    assert registry.act(browser, provider, "suspend").status_code == 303
    assert house.client().get(f"/api/services/{UUID(int=7)}").status_code == 404
    told = house.events("directory.organization.changed.v1")[-1]
    assert (told["status"], told["standing"]) == ("suspended", "suspended")
    assert registry.row(provider).suspended_since == house.clock.now()
    assert registry.act(browser, provider, "resume").status_code == 303
    assert registry.row(provider).suspended_since is None
    assert registry.audited(provider) == ["organization.suspend", "organization.resume"]


def test_an_act_does_only_what_was_read(registry: Registry) -> None:
    unit, browser = registry.house.organization("police_unit", district=AIZAWL), registry.browser()
    registry.house.person("officer", unit)

    stale = post(browser, f"/registry/{unit}/suspend", seen="active-0-0-0")

    assert stale.status_code == 409
    assert "changed meanwhile" in stale.text
    assert "1 member" in stale.text
    assert registry.row(unit).status == "active"


def test_acts_that_do_not_fit_are_refused(registry: Registry) -> None:
    unit, browser = registry.house.organization("police_unit", district=AIZAWL), registry.browser()

    assert registry.act(browser, unit, "resume").status_code == 409
    assert registry.act(browser, unit, "finish").status_code == 409
    assert registry.act(browser, registry.body, "suspend").status_code == 409
    assert browser.get(f"/registry/{unit}/explode").status_code == 404
    assert registry.row(registry.body).status == registry.row(unit).status == "active"


def test_what_was_asked_for_is_refused(registry: Registry) -> None:
    waiting = registry.house.organization("provider", district=AIZAWL, status="pending", name="Who is this")
    manager, browser = registry.house.person("provider_manager", waiting), registry.browser()
    assert registry.house.sign_in(manager).status_code == 201

    assert registry.act(browser, waiting, "refuse", because="mistake").status_code == 303

    assert registry.house.sign_in(manager).status_code == 403
    assert "Who is this" not in browser.get("/registry").text
    assert "Who is this" in browser.get("/registry?all=yes").text
    assert "Who is this" not in browser.get("/approvals").text


@pytest.mark.parametrize("act", ["suspend", "close"])
def test_a_reason_goes_into_the_log_only_where_one_of_the_list_is_asked_for(registry: Registry, act: str) -> None:
    unit = registry.house.organization("police_unit", district=AIZAWL)

    typed = {"because": "Rafiq of case 12", "successor": "none"}
    assert registry.act(registry.browser(), unit, act, **typed).status_code == 303

    with registry.house.worker.transaction() as session:
        details = session.scalars(text("SELECT detail::text FROM audit_entry")).all()
    assert "Rafiq" not in " ".join(details)


def test_closing_for_good_ends_memberships_and_offers_them_to_the_successor(registry: Registry) -> None:
    house, browser = registry.house, registry.browser()
    old = registry.make(browser, kind="police_sub_division", code="OLD", name="Old post")
    new = registry.make(browser, kind="police_sub_division", code="NEW", name="New post")
    below = registry.make(browser, code="BELOW", name="Small post", parent_code="OLD")
    officer, late = house.person("officer", old), house.person("officer", below)
    with house.worker.transaction() as session:
        wanted = NewInvitation(late.user, "officer")
        invite_member(session, house.dependencies, old, wanted, by=None, now=house.clock.now())

    unsaid = registry.act(browser, old, "close")
    assert unsaid.status_code == 422
    assert registry.act(browser, old, "close", successor=str(new)).status_code == 303
    assert house.sign_in(officer).status_code == 201, "it finishes what is its own"
    page = browser.get(f"/registry/{old}/finish").text
    assert "1 member" in page
    assert "New post" in page
    assert registry.act(browser, old, "finish").status_code == 303

    assert house.sign_in(officer).status_code == 403
    with house.worker.transaction() as session:
        (offer,) = offers_to(session, late.account, house.clock.now())
        assert not accept_invitation(session, house.dependencies, late.account, offer.id, house.clock.now())
    assert registry.row(below).parent_id == new
    offers = house.client().get("/invitations")
    assert offers.status_code in {200, 303}
    assert offered(house, officer) == [(new, "officer")]
    assert registry.audited(old)[-2:] == ["organization.close", "organization.finish"]
    assert house.events("directory.organization.changed.v1")[-1]["standing"] == "closed"


def test_a_provider_is_closed_for_good_no_sooner_than_its_team_had_time_to_finish(registry: Registry) -> None:
    provider, browser = registry.house.organization("provider", district=AIZAWL), registry.browser()
    assert registry.act(browser, provider, "close", successor="none").status_code == 303

    for days, status in ((0, 409), (29, 409), (1, 303)):
        registry.house.clock.advance(timedelta(days=days))
        browser = registry.browser()
        asked = browser.get(f"/registry/{provider}/finish")
        said = "Its team finishes what it holds first" in asked.text
        assert (asked.status_code, said) == ((409, True) if status == 409 else (200, False))
        assert registry.act(browser, provider, "finish").status_code == status

    assert registry.row(provider).status == "closed"


def test_a_closing_that_an_older_process_began_takes_its_month_from_when_the_worker_saw_it(registry: Registry) -> None:
    house, browser = registry.house, registry.browser()
    provider = house.organization("provider", district=AIZAWL, status="closing")
    assert registry.act(browser, provider, "finish").status_code == 409

    with house.worker.transaction() as session:
        date_undated_closings(session, house.clock.now())
        date_undated_closings(session, house.clock.now() + timedelta(days=1))

    assert registry.row(provider).closing_since == house.clock.now()


def test_prison_health_staff_of_a_closed_prison_come_to_its_successor_by_two_people(registry: Registry) -> None:
    house, browser = registry.house, registry.browser()
    old = registry.make(browser, kind="prison", code="OLD", name="Old prison")
    new = registry.make(browser, kind="prison", code="NEW", name="New prison")
    nurse = house.person("custody_health", old)
    registry.act(browser, old, "close", successor=str(new))
    assert "is only proposed there" in browser.get(f"/registry/{old}/finish").text
    assert registry.act(browser, old, "finish").status_code == 303

    second = registry.browser(house.person("coordinator", registry.body))
    grant = re.findall(r"/grants/([0-9a-f-]+)/refuse", second.get("/grants").text)[-1]
    for step, who, status in [("finish", browser, 404), ("confirm", browser, 403), ("confirm", second, 303)]:
        assert post(who, f"/grants/{grant}/{step}").status_code == status, "the closing coordinator alone gives nothing"
        assert offered(house, nurse) == []
    assert post(browser, f"/grants/{grant}/finish").status_code == 303
    assert offered(house, nurse) == [(new, "custody_health")]


def offered(house: House, person: Person) -> Sequence[Row[tuple[UUID, str]]]:
    query = text("SELECT organization_id, role FROM invitation WHERE account_id = :account")
    with house.worker.transaction() as session:
        return session.execute(query, {"account": person.account}).all()


def test_a_successor_is_one_of_the_same_kind_in_the_own_districts(registry: Registry) -> None:
    house, browser = registry.house, registry.browser()
    unit = house.organization("police_unit", district=AIZAWL)
    far, court = house.organization("police_unit", district=LUNGLEI), house.organization("court", district=AIZAWL)

    for successor in ("not-an-id", str(UUID(int=9)), str(far), str(court), str(unit)):
        assert registry.act(browser, unit, "close", successor=successor).status_code == 422, successor
    assert registry.row(unit).status == "active"


def test_the_states_body_is_successor_to_what_its_own_coordinator_closes_and_nobody_elses(registry: Registry) -> None:
    browser, state = registry.browser(), registry.browser(registry.state)
    body = registry.make(browser, kind="body", code="SECOND", name="Second body")
    member = registry.house.person("coordinator", body)
    above = registry.above

    page = browser.get(f"/registry/{body}/close").text
    assert ("Mizoram SACS" in page, "Aizawl DAPCU" in page) == (False, True), "none is offered that is refused"
    assert registry.act(browser, body, "close", successor=str(above)).status_code == 422
    assert registry.act(state, body, "close", successor=str(above)).status_code == 303

    refused = registry.act(browser, body, "finish")
    assert (refused.status_code, "out of your reach" in refused.text) == (409, True)
    assert offered(registry.house, member) == []
    assert registry.act(state, body, "finish").status_code == 303
    assert offered(registry.house, member) == [(above, "coordinator")]
