"""The team's page: who holds how much and what is overdue, without a person or a need, and handing all of it over."""

import re
from datetime import timedelta

from sqlalchemy import text

from referral_service.store.team_members import put_team_member
from service_kit.db.engine import Database
from support.referral import (
    COLLEAGUE_OF_WORKER,
    COORDINATOR,
    JIBAN,
    MANAGER,
    OFFICER,
    SUPERVISOR,
    WORKER,
    Referral,
    ReferralService,
    a_named_person,
    a_person,
)
from support.referrals.directory import a_team_member
from support.referrals.form import FormFiller, errors_on

MANAGER_OF_JIBAN = a_person(21, JIBAN, "provider_manager")
SEALED = ("Canarina", "Medicine", "OST", "98300", "Service c1", "On the street", "North Station")


def owned(setu: ReferralService) -> Referral:
    referral = setu.sent(person=a_named_person(name="Canarina"))
    setu.must(WORKER, referral, "assign", assignee=str(WORKER.account))
    return referral


def line_of(page: str, name: str) -> str:
    """The row of a name, without its tags."""
    row = next(row for row in re.findall(r"<li>.*?</li>", page, re.DOTALL) if f">{name}<" in row.replace("\n", ""))
    return " ".join(re.sub("<[^>]+>", " ", row).split())


def test_a_manager_sees_who_has_what_and_what_is_overdue_and_no_person_or_need(setu: ReferralService) -> None:
    late = owned(setu)
    setu.clock.advance(timedelta(days=3))
    early, nobodys = owned(setu), setu.sent()

    team, hers, unowned = (
        setu.get(MANAGER, path).text for path in ("/team", f"/team/{WORKER.account}", "/team/nobody")
    )

    assert "2 referrals" in line_of(team, "Anita")
    assert "1 overdue" in line_of(team, "Anita")
    assert "0 referrals" in line_of(team, "Bimal")
    assert f"/overdue/{late.id}" in hers
    assert hers.index(late.reference[2:6]) < hers.index(early.reference[2:6])
    assert f"/overdue/{nobodys.id}" in unowned
    assert nobodys.id not in hers
    for word in SEALED:
        assert word not in team + hers + unowned


def test_the_database_lets_the_manager_see_owners_and_due_times_and_nothing_else(setu: ReferralService) -> None:
    owned(setu)
    db = Database(setu.urls.web, pool_size=1)
    with db.transaction(MANAGER.scope) as session:
        row = session.execute(text("SELECT * FROM team_referral")).one()
        hidden = ("task", "identity", "referral_key", "case_note", "attempt", "question", "task_event", "inbox_version")
        seen = [name for name in hidden if session.scalar(text(f"SELECT count(*) FROM {name}"))]  # noqa: S608 # our own names
    with db.transaction(MANAGER_OF_JIBAN.scope) as session:
        assert session.scalar(text("SELECT count(*) FROM team_referral")) == 0
        assert session.scalar(text("SELECT count(*) FROM team_member WHERE name = 'Anita'")) == 0
    db.dispose()
    assert seen == []
    assert {"assigned_to", "due", "reference", "status"} <= set(row._fields)


def test_nobody_else_sees_the_team(setu: ReferralService) -> None:
    referral = owned(setu)
    for who in (OFFICER, SUPERVISOR, COORDINATOR):
        assert setu.get(who, "/team").status_code == 403
    elsewhere = FormFiller(setu, MANAGER_OF_JIBAN)
    assert elsewhere.get(f"/team/{WORKER.account}").status_code == 404
    assert referral.id not in elsewhere.get("/team/nobody").text
    assert "Anita" not in elsewhere.get("/team").text


def test_all_of_it_is_handed_over_on_the_page_and_a_choice_is_asked_for(setu: ReferralService) -> None:
    first, second = owned(setu), owned(setu)
    manager, page = FormFiller(setu, MANAGER), f"/team/{WORKER.account}"
    assert "Hand over all 2 referrals" in manager.get(page).text
    for wrong in ("", "x", str(WORKER.account)):
        refused = manager.post(f"{page}/hand-over", {"assignee": wrong})
        assert refused.status_code == 422
        assert errors_on(refused) == {"assignee": "Choose a case worker of your team."}

    done = manager.post(f"{page}/hand-over", {"assignee": str(COLLEAGUE_OF_WORKER.account)})

    assert "2 referrals were handed over." in done.text
    assert "2 referrals" in line_of(done.text, "Bimal")
    for one in (first, second):
        assert setu.shown(WORKER, one)["assigned_to"] == str(COLLEAGUE_OF_WORKER.account)
    back = FormFiller(setu, WORKER).post(f"/team/{COLLEAGUE_OF_WORKER.account}/hand-over", {"assignee": "nobody"})
    assert "2 referrals" in line_of(back.text, "Not assigned")


def test_who_left_stands_there_as_long_as_something_is_held(setu: ReferralService) -> None:
    referral = owned(setu)
    with setu.worker_db.transaction() as session:
        put_team_member(session, a_team_member(WORKER, "Anita", active=False, version=3))
    assert "Left your team" in line_of(FormFiller(setu, MANAGER).get("/team").text, "Anita")
    colleague = FormFiller(setu, COLLEAGUE_OF_WORKER)
    assert f"/inbox/{referral.id}" in colleague.get(f"/team/{WORKER.account}").text
    assert "Someone who left" in colleague.get(f"/inbox/{referral.id}").text
    done = colleague.post(f"/team/{WORKER.account}/hand-over", {"assignee": "nobody"})
    assert "Anita" not in done.text


def test_a_case_worker_takes_care_of_it_with_one_button(setu: ReferralService) -> None:
    referral = setu.sent()
    worker, button = FormFiller(setu, WORKER), "I take care of it"
    assert button in worker.get(f"/inbox/{referral.id}").text
    after = worker.post(f"/inbox/{referral.id}/assign", {"version": "1", "assignee": str(WORKER.account)})
    assert "Recorded: Assigned" in after.text
    assert button not in after.text
    assert setu.shown(WORKER, referral)["assigned_to"] == str(WORKER.account)


def test_a_manager_says_on_the_referrals_page_who_takes_care_of_it(setu: ReferralService) -> None:
    referral = setu.sent()
    manager, page = FormFiller(setu, MANAGER), f"/overdue/{referral.id}"
    assert "Not assigned" in manager.get(page).text
    chosen = {"version": "1", "assignee": str(COLLEAGUE_OF_WORKER.account)}

    after = manager.post(f"{page}/assign", chosen)

    assert after.request.path == page
    assert re.search(r"Whose it is</dt><dd><span[^>]*>Bimal<", after.text)
    assert manager.post(f"{page}/assign", chosen).status_code == 409
    stranger = manager.post(f"{page}/assign", {"version": "2", "assignee": str(COORDINATOR.account)})
    assert errors_on(stranger) == {"assignee": "Choose a case worker of your team."}
    assert FormFiller(setu, MANAGER_OF_JIBAN).post(f"{page}/assign", chosen).status_code == 404
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    assert 'name="assignee"' not in manager.get(page).text
