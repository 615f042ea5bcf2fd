"""The worklist: filters with counts, orders, and one field that finds a reference, without a script."""

import re
from datetime import timedelta

from support.referral import (
    COLLEAGUE_OF_WORKER,
    NURSE,
    OST,
    OST_OF_JIBAN,
    WORKER,
    WORKER_OF_JIBAN,
    Referral,
    ReferralService,
)
from support.referrals.form import FormFiller

EVERY = {"all", "waiting", "mine", "unassigned", "urgent", "due_today", "asked_back", "on_hold", "ended"}


def rows(setu: ReferralService, query: str = "") -> list[str]:
    page = setu.get(WORKER, f"/inbox{query}").text
    return re.findall(r'data-row="([^"]*)"', page)


def counts(setu: ReferralService) -> dict[str, int]:
    page = setu.get(WORKER, "/inbox").text
    found = re.findall(r'data-live="count-(\w+)">(\d+)<', page)
    return {part: int(number) for part, number in found}


def in_parts(setu: ReferralService, referral: Referral) -> set[str]:
    return {part for part in EVERY if referral.id in rows(setu, f"?show={part}")}


def test_each_filter_shows_as_many_as_it_counts(setu: ReferralService) -> None:
    mine, held, asked = setu.sent(), setu.sent(urgent=["PREGNANT"]), setu.sent(NURSE, setting="prison")
    declined = setu.sent()
    setu.must(WORKER, mine, "accept")
    setu.must(WORKER, mine, "assign", assignee=str(WORKER.account))
    setu.must(WORKER, held, "accept")
    setu.must(WORKER, held, "assign", assignee=str(COLLEAGUE_OF_WORKER.account))
    setu.must(WORKER, held, "hold", reason="ill", review_on="2026-03-20")
    setu.must(WORKER, asked, "open")
    setu.must(WORKER, asked, "ask", question="visit_possible")
    setu.must(WORKER, declined, "decline", reason="no_capacity")
    setu.sent(service_id=str(OST_OF_JIBAN))

    counted, listed = counts(setu), {part: rows(setu, f"?show={part}") for part in EVERY}

    assert counted == {part: len(ids) for part, ids in listed.items()}
    expected = {
        mine.id: {"all", "mine"},
        held.id: {"all", "urgent", "on_hold"},
        asked.id: {"all", "waiting", "unassigned", "asked_back"},
        declined.id: {"ended"},
    }
    assert {one: {part for part, ids in listed.items() if one in ids} for one in expected} == expected


def test_due_today_is_what_falls_due_before_midnight_in_india_and_what_is_late(setu: ReferralService) -> None:
    today, tomorrow = setu.sent(urgent=["PREGNANT"]), setu.sent()
    assert in_parts(setu, today) >= {"due_today", "urgent"}
    assert "due_today" not in in_parts(setu, tomorrow)
    setu.clock.advance(timedelta(days=3))
    assert counts(setu)["due_today"] == 2


def test_a_ghost_keeps_its_place_in_every_part(setu: ReferralService) -> None:
    ghost, living = setu.sent(NURSE, setting="prison"), setu.sent(NURSE, setting="prison")
    for referral in (ghost, living):
        setu.must(WORKER, referral, "assign", assignee=str(WORKER.account))
        setu.must(WORKER, referral, "open")
        setu.must(WORKER, referral, "ask", question="visit_possible")
    before = in_parts(setu, living)
    setu.withdraw_by_code(ghost.card_code)

    assert in_parts(setu, ghost) == before | {"ended"}
    setu.must(WORKER, ghost, "decline", reason="no_capacity")
    assert in_parts(setu, ghost) == {"ended"}


def test_a_reference_is_found_however_it_is_typed_also_among_the_ended(setu: ReferralService) -> None:
    wanted, other = setu.sent(), setu.sent()
    setu.must(WORKER, wanted, "decline", reason="no_capacity")
    setu.clock.advance(timedelta(days=7))
    worker, bare = setu.client(WORKER), wanted.reference.replace("-", "")
    for typed in (wanted.reference, bare.lower(), f" {bare[1:5]} {bare[5:]} ", bare[-5:]):
        assert worker.get("/inbox", query_string={"reference": typed}).location == f"/inbox/{wanted.id}"
    assert worker.get(f"/inbox?reference={other.reference}").location == f"/inbox/{other.id}"
    setu.clock.advance(timedelta(days=84))
    gone = worker.get(f"/inbox?reference={wanted.reference}")
    assert gone.status_code == 200
    assert "No referral of yours" in gone.text
    assert f'value="{wanted.reference}"' in gone.text


def test_no_reference_of_another_provider_is_found_and_a_piece_that_fits_several_lists_them(
    setu: ReferralService,
) -> None:
    foreign = setu.sent(service_id=str(OST_OF_JIBAN))
    sent = [setu.sent() for _ in range(3)]
    assert rows(setu, f"?reference={foreign.reference}") == []
    assert FormFiller(setu, WORKER_OF_JIBAN).get(f"/inbox?reference={foreign.reference}").request.path != "/inbox"
    for too_short in ("R", "R-", "__%", "  "):
        page = FormFiller(setu, WORKER).get(f"/inbox?reference={too_short}")
        assert page.request.path == "/inbox"
    assert {one.id for one in sent} == set(rows(setu))


def test_orders_go_on_over_pages_and_neither_skip_nor_repeat(setu: ReferralService) -> None:
    sent = []
    for _ in range(27):
        sent.append(setu.sent().id)
        setu.clock.advance(timedelta(minutes=1))
    worker = setu.client(WORKER)
    for order, expected in (("newest", sent[::-1]), ("oldest", sent), ("due", sent)):
        first = worker.get(f"/inbox?sort={order}&rows=25").text
        more = re.search(r'rel="next" href="([^"#]*)', first)
        assert more is not None
        assert ("sort=" in more[1]) == (order != "due")
        second = worker.get(more[1].replace("&amp;", "&")).text
        assert re.findall(r'data-row="([^"]*)"', second) == expected, order
        assert re.findall(r'data-row="([^"]*)"', first) == expected[:25], order


def test_filter_and_order_stay_on_the_referrals_page_and_after_an_act(setu: ReferralService) -> None:
    referral, other = setu.sent(urgent=["PREGNANT"]), setu.sent()
    worker = FormFiller(setu, WORKER)
    listed = worker.get("/inbox?show=urgent&sort=newest").text
    link = re.search(r'class="task" href="([^"]*)"', listed)
    assert link is not None
    page = worker.get(link[1].replace("&amp;", "&")).text
    assert other.id not in page
    action = re.search(rf'action="(/inbox/{referral.id}/accept[^"]*)"', page)
    assert action is not None

    after = worker.post(action[1].replace("&amp;", "&"), {"version": "1"})

    assert after.request.path == f"/inbox/{referral.id}"
    assert after.request.args.to_dict() == {"show": "urgent", "sort": "newest"}
    assert 'data-refresh="/inbox?show=urgent&amp;sort=newest"' in after.text


def test_an_unknown_filter_or_order_is_the_usual_one_and_a_candidate_is_nobodys(setu: ReferralService) -> None:
    referral = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)])
    assert rows(setu, "?show=OST&sort=need") == [referral.id]
    assert "unassigned" in in_parts(setu, referral)
    setu.must(WORKER_OF_JIBAN, referral, "claim")
    assert in_parts(setu, referral) == set()
