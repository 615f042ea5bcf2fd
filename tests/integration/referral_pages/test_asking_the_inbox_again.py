"""An inbox that is asked again: 304 from one number, until a commit changes what it shows."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from flask import template_rendered
from werkzeug.test import Client

from referral_service.store.team_members import put_team_member
from referral_service.use_cases.fold_inbox_changes import fold_inbox_changes
from referral_service.use_cases.run_clocks import run_clocks
from service_kit.identity import Principal
from support.kit.statements import statements_of
from support.referral import (
    COLLEAGUE_OF_WORKER,
    COORDINATOR,
    MANAGER,
    NURSE,
    OFFICER,
    OST,
    OST_OF_JIBAN,
    OTHER_PRISON,
    WORKER,
    WORKER_OF_JIBAN,
    ReferralService,
)
from support.referrals.directory import a_team_member

Act = Callable[[], object]


def asked_by(setu: ReferralService, who: Principal = WORKER) -> Client:
    """A script that asks as this person's page does."""
    client = setu.client(who)
    client.environ_base["HTTP_X_SETU_POLL"] = "1"
    return client


def tag_of(setu: ReferralService, path: str = "/inbox", who: Principal = WORKER) -> str:
    return asked_by(setu, who).get(path).headers["ETag"]


def is_same(setu: ReferralService, tag: str, path: str = "/inbox", who: Principal = WORKER) -> bool:
    return asked_by(setu, who).get(path, headers={"If-None-Match": tag}).status_code == 304


def test_asking_again_costs_three_statements_and_renders_nothing(setu: ReferralService) -> None:
    for _ in range(3):
        setu.sent()
    rendered: list[int] = []

    def note(_sender: object, **_: object) -> None:
        rendered.append(1)

    for path in (
        "/inbox",
        "/counts",
        "/inbox?show=mine&sort=newest",
    ):
        tag = tag_of(setu, path)
        rendered.clear()
        with template_rendered.connected_to(note, setu.app), statements_of(setu) as seen:
            assert is_same(setu, tag, path)
        assert rendered == [], path
        assert len(seen) == 3, seen  # who asks, the scope, the number


def acts(setu: ReferralService) -> Iterator[tuple[str, Act]]:
    """What changes an inbox, by everybody who can, in an order in which each is allowed."""
    one = setu.sent(NURSE, setting="prison")
    to_two = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)])
    yield "sent", setu.sent
    yield "opened by a colleague", lambda: setu.must(COLLEAGUE_OF_WORKER, one, "open")
    yield "asked", lambda: setu.must(WORKER, one, "ask", question="visit_possible")
    yield "answered", lambda: setu.must(NURSE, one, "answer", answer="yes")
    yield "moved to another prison", lambda: setu.must(NURSE, one, "release", transfer_to=str(OTHER_PRISON))
    yield "assigned by the manager", lambda: setu.must(MANAGER, one, "assign", assignee=str(WORKER.account))
    yield "handed over", lambda: setu.post(MANAGER, f"/api/team/{WORKER.account}/hand-over", {"assignee": None})
    yield "accepted", lambda: setu.must(WORKER, one, "accept")
    yield "tried", lambda: setu.must(WORKER, one, "contact", attempt="reached")
    yield "consent taken back", lambda: setu.withdraw_by_code(one.card_code)
    yield "claimed by another provider", lambda: setu.must(WORKER_OF_JIBAN, to_two, "claim")
    setu.clock.advance(timedelta(days=20))
    yield "expired", lambda: run_clocks(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())


def test_every_act_that_the_list_shows_makes_another_number(setu: ReferralService) -> None:
    for name, act in acts(setu):
        tag = tag_of(setu)
        assert is_same(setu, tag), name
        act()
        assert not is_same(setu, tag), name


def test_a_colleagues_new_name_shows_and_what_is_anothers_does_not(setu: ReferralService) -> None:
    tag = tag_of(setu)
    setu.sent(service_id=str(OST_OF_JIBAN))
    assert is_same(setu, tag)
    with setu.worker_db.transaction() as session:
        put_team_member(session, a_team_member(COLLEAGUE_OF_WORKER, "Bimala", version=2))
    assert not is_same(setu, tag)


def test_the_number_stays_when_the_worker_folds_it_and_goes_on_from_there(setu: ReferralService) -> None:
    setu.sent()
    tag = tag_of(setu)
    for _ in range(2):
        fold_inbox_changes(setu.worker_db)
        assert is_same(setu, tag)
    setu.sent()
    assert not is_same(setu, tag)
    later = tag_of(setu)
    fold_inbox_changes(setu.worker_db)
    assert later == tag_of(setu)


def test_after_five_minutes_due_times_are_told_anew_and_each_reader_has_an_own_tag(setu: ReferralService) -> None:
    tag = tag_of(setu)
    assert not is_same(setu, tag, "/inbox?show=mine")
    assert not is_same(setu, tag, who=replace(WORKER, session=OST))
    setu.clock.advance(timedelta(minutes=5))
    assert not is_same(setu, tag)


def test_nobody_but_the_team_is_answered(setu: ReferralService) -> None:
    tag = tag_of(setu)
    for who in (OFFICER, MANAGER, COORDINATOR):
        assert asked_by(setu, who).get("/inbox", headers={"If-None-Match": tag}).status_code == 403
    assert not is_same(setu, tag, who=WORKER_OF_JIBAN)
