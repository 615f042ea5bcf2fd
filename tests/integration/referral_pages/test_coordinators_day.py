"""The coordinator's day: each number opens its list, a reference leads to its page, unmet need is counted."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert

from referral_service.domain.figures.tally import Tallied
from referral_service.store.figure_tally import UNMET, add_tallies, counts_of
from referral_service.store.tables import tally
from referral_service.use_cases.figures.freeze_figures import freeze_figures
from referral_service.use_cases.figures.seal_tally import open_tally
from referral_service.use_cases.run_clocks import run_clocks
from service_kit.identity import Principal
from setu.needs import NEEDS
from support.referral import (
    COORDINATOR,
    COORDINATOR_ELSEWHERE,
    DATA_OFFICER,
    KOLKATA,
    MONDAY_NOON,
    NURSE,
    OFFICER,
    WORKER,
    Referral,
    ReferralService,
    a_consent,
    a_named_person,
)

FIGURE = re.compile(r'href="/unanswered\?show=(\w+)"><strong class="figure">(\d+)<')


def numbers(setu: ReferralService, who: Principal = COORDINATOR) -> dict[str, int]:
    return {kind: int(count) for kind, count in FIGURE.findall(setu.get(who, "/today").text)}


def listed(setu: ReferralService, kind: str) -> set[str]:
    page = setu.get(COORDINATOR, f"/unanswered?show={kind}").text
    return set(re.findall(r'href="/unanswered/([0-9a-f-]{36})[?"]', page))


def unmet(setu: ReferralService) -> list[str]:
    march = MONDAY_NOON.date().replace(day=1)
    with setu.worker_db.transaction() as session:
        counts = counts_of(session, [march], partial(open_tally, setu.dependencies.keyring))
    return sorted(counts.unmet[march, KOLKATA].elements())


def one_of_each(setu: ReferralService) -> dict[str, Referral]:
    found = {kind: setu.sent() for kind in ("may_be_forwarded", "asked_for", "undecided", "unanswered")}
    setu.must(WORKER, found["may_be_forwarded"], "decline", reason="no_capacity")
    setu.must(WORKER, found["asked_for"], "open")
    setu.must(WORKER, found["asked_for"], "void", reason="test")
    setu.must(WORKER, found["undecided"], "open")
    setu.clock.advance(timedelta(days=6))
    run_clocks(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    return found


def test_each_number_opens_the_list_of_what_it_counts(setu: ReferralService) -> None:
    found = one_of_each(setu)
    assert numbers(setu) == dict.fromkeys(found, 1)
    for kind, referral in found.items():
        assert listed(setu, kind) == {referral.id}
    assert setu.get(COORDINATOR, "/counts").get_json()["/today"] == len(found)
    assert "A case worker says that it is a mistake" in setu.get(COORDINATOR, "/unanswered?show=asked_for").text
    late = setu.get(COORDINATOR, f"/unanswered/{found['unanswered'].id}").text
    assert "The answer is late." in late
    assert "Then you can forward it." in late
    assert "The services are not named here" not in late, "it is named, and has no phone number"
    setu.must(COORDINATOR, found["may_be_forwarded"], "settle", reason="nothing_to_do")
    assert numbers(setu)["may_be_forwarded"] == 0


def test_what_ended_without_an_answer_and_may_go_nowhere_is_not_called_open(setu: ReferralService) -> None:
    ended = setu.sent(consent=a_consent(another_service=False))
    setu.clock.advance(timedelta(days=12))
    run_clocks(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())
    assert numbers(setu)["ran_out"] == 1
    assert listed(setu, "ran_out") == {ended.id}
    assert "The answer is late." not in setu.get(COORDINATOR, f"/unanswered/{ended.id}").text


def test_a_day_with_nothing_to_do_says_so_and_leads_on(setu: ReferralService) -> None:
    one_of_each(setu)
    for who, path in ((COORDINATOR_ELSEWHERE, "/today"), (COORDINATOR_ELSEWHERE, "/unanswered?show=undecided")):
        assert "Nothing waits" in setu.get(who, path).text
    assert setu.get(COORDINATOR, "/").headers["Location"] == "/today"
    assert [setu.get(who, "/today").status_code for who in (WORKER, OFFICER, DATA_OFFICER)] == [403] * 3


def test_a_day_on_which_nothing_waits_claims_no_answer_that_nobody_gave(setu: ReferralService) -> None:
    setu.sent()
    page = setu.get(COORDINATOR, "/unanswered").text
    main = page[page.index("<main") :]
    assert "Nothing waits for you" in main
    assert "has been answered" not in main
    assert main.count('href="/today"') == 1


def test_a_reference_leads_to_its_page_whatever_way_it_was_typed(setu: ReferralService) -> None:
    referral = setu.sent()
    for typed in (referral.reference, referral.reference.lower().replace("-", ""), f" {referral.reference} "):
        found = setu.get(COORDINATOR, f"/today/find?reference={typed}")
        assert (found.status_code, found.headers["Location"]) == (303, f"/unanswered/{referral.id}")
    assert "Cancel as mistake" in setu.get(COORDINATOR, f"/unanswered/{referral.id}").text
    elsewhere = setu.get(COORDINATOR_ELSEWHERE, f"/today/find?reference={referral.reference}")
    assert (elsewhere.status_code, "No referral of your districts" in elsewhere.text) == (404, True)
    assert setu.get(COORDINATOR, "/today/find?reference=R-1").status_code == 422


@pytest.mark.parametrize(
    ("who", "sent", "counted"),
    [
        (OFFICER, {"needs": ["OST", "SHELTER"]}, ["SHELTER"]),
        (OFFICER, {"needs": ["OST"]}, []),
        (NURSE, {"needs": ["OST", "ART"], "setting": "prison"}, ["ART"]),
        (OFFICER, {"needs": ["OST", "LEGAL"], "consent": a_consent(answer="no"), "person": None}, ["LEGAL"]),
        (OFFICER, {"needs": ["SHELTER"], "consent": a_consent(answer="card_only"), "person": None}, ["SHELTER"]),
    ],
)
def test_each_need_that_nobody_meets_is_counted_whatever_the_answer(
    setu: ReferralService, who: Principal, sent: dict[str, Any], counted: list[str]
) -> None:
    assert setu.submit(who, **sent).status_code in {201, 204}
    assert unmet(setu) == counted


def test_what_nobody_offers_to_a_child_is_counted_as_unmet(setu: ReferralService) -> None:
    child, authority = a_named_person(age_band="under-18"), a_consent(authority="cwc")
    for_children = "00000000-0000-0000-0000-0000000000c3"
    setu.sent(needs=["CHILD", "OST"], person=child, consent=authority, service_id=for_children)
    assert unmet(setu) == ["OST"]
    setu.sent(needs=["OST"])
    assert len(unmet(setu)) == 1


def freeze_quarter(setu: ReferralService) -> None:
    """The first quarter, in which somebody was asked at all."""
    with setu.worker_db.transaction() as session:
        add_tallies(session, [Tallied("sent")] * 20, at=MONDAY_NOON, district=KOLKATA)
    setu.clock.set(MONDAY_NOON.replace(month=4, day=20))
    freeze_figures(setu.worker_db, dependencies=setu.dependencies, now=setu.clock.now())


def rows_of(setu: ReferralService, who: Principal) -> dict[str, list[str]]:
    """The district's needs: what was found, what was settled."""
    page = setu.get(who, "/unmet-need").text
    district = re.search(r"<caption>Kolkata</caption>(.*?)</table>", page, re.DOTALL)
    lines = re.findall(
        r'<th scope="row">([^<]*)</th><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td>', district[1] if district else ""
    )
    return {need: counts for need, *counts in lines}


def test_unmet_need_is_told_of_an_ended_quarter_rounded_and_never_below_ten(setu: ReferralService) -> None:
    rows = [
        {"day": MONDAY_NOON.date(), "answer": UNMET, "need": "SHELTER", "district": KOLKATA, "setting": "street"}
    ] * 13
    rows += [{**rows[0], "need": "LEGAL"}] * 9
    rows += [{**rows[0], "answer": "settled-unmet", "need": "LEGAL"}] * 9
    with setu.worker_db.transaction() as session:
        session.execute(insert(tally), rows)
    assert not rows_of(setu, COORDINATOR)
    freeze_quarter(setu)
    told = rows_of(setu, COORDINATOR)
    assert (told["Shelter"], told["Legal aid"]) == (["15", "not told"], ["not told", "not told"])
    assert '<strong class="figure">1</strong> Needs that nobody met' in " ".join(
        setu.get(COORDINATOR, "/today").text.split()
    )
    assert not rows_of(setu, COORDINATOR_ELSEWHERE)


def test_one_settled_referral_moves_no_byte_of_the_needs_that_nobody_met(setu: ReferralService) -> None:
    """A line that came with the first referral of a quarter would tell its coordinator what was asked for."""
    referral = setu.sent(needs=["TESTING", "LEGAL", "OST"])
    setu.must(WORKER, referral, "decline", reason="not_right_service")
    setu.must(COORDINATOR, referral, "settle", reason="no_service_exists")
    freeze_quarter(setu)
    told = rows_of(setu, COORDINATOR)
    assert set(map(tuple, told.values())) == {("not told", "not told")}
    assert len(told) == len(NEEDS) - 1  # every need but children's


def test_what_children_lack_is_told_of_whole_states_alone(setu: ReferralService) -> None:
    freeze_quarter(setu)
    page = setu.get(COORDINATOR, "/unmet-need").text
    assert "Help for under 18s" not in rows_of(setu, COORDINATOR)
    assert page.count('scope="row">Help for under 18s') == 1
    assert page.index("Other districts of West Bengal") < page.index('scope="row">Help for under 18s')
