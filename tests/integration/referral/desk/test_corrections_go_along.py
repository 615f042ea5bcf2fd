"""What was put right in person goes along: to the next team, to matching, and to whoever reaches a life in danger."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from referral_service.store.directory import put_organization, put_service
from service_kit.identity import Principal
from support.desk import begin_emergency, decide, seen_by, signed_in_anew, text_of
from support.in_person import RIGHT, met, page, send
from support.referral import (
    COORDINATOR,
    DATA_OFFICER,
    JIBAN,
    OFFICER,
    OST_OF_JIBAN,
    OST_OF_SHISHU,
    SECOND_DATA_OFFICER,
    SHISHU,
    WORKER,
    WORKER_OF_JIBAN,
    WORKER_OF_SHISHU,
    Referral,
    ReferralService,
)
from support.referrals.directory import a_listing, an_organization


def shishu_takes(setu: ReferralService, version: int, accepting: str) -> None:
    with setu.worker_db.transaction() as session:
        put_service(session, a_listing(OST_OF_SHISHU, SHISHU, version=version, accepting=accepting))


def forwarded(setu: ReferralService, referral: Referral, to: Principal) -> Referral:
    """The record that the coordinator's forward made, as its new receiver has it."""
    setu.must(COORDINATOR, referral, "forward")
    [item] = [one for one in setu.get(to, "/api/referrals").get_json()["items"] if one["status"] == "requested"]
    return Referral(item["id"], item["reference"], None)


def declined(setu: ReferralService) -> Referral:
    referral = setu.sent()
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    return referral


def test_what_was_put_right_goes_along_when_the_referral_is_forwarded_again(setu: ReferralService) -> None:
    first = setu.sent()
    setu.must(WORKER, first, "decline", reason="no_capacity")
    shishu_takes(setu, 2, "closed")
    second = forwarded(setu, first, WORKER_OF_JIBAN)
    shishu_takes(setu, 3, "open")
    setu.must(WORKER_OF_JIBAN, second, "accept")
    setu.must(WORKER_OF_JIBAN, second, "contact", attempt="met")
    setu.clock.advance(timedelta(days=1))
    assert send(setu, second, "correction", WORKER_OF_JIBAN, **RIGHT).status_code == 303
    setu.must(WORKER_OF_JIBAN, second, "fail", reason="moved")
    again = {"said_yes_on": "2026-03-03", "channel": "in_person"}
    setu.must(WORKER_OF_JIBAN, second, "forward", **again)
    third = forwarded(setu, second, WORKER_OF_SHISHU)
    setu.must(WORKER_OF_SHISHU, third, "accept")
    shown = setu.get(signed_in_anew(setu, WORKER_OF_SHISHU), f"/api/referrals/{third.id}/identity").get_json()
    assert (shown["name"], shown["contact"]["value"]) == ("Salim", "+919830054321")


def test_what_another_team_put_right_is_not_lost_by_a_form_that_does_not_show_it(setu: ReferralService) -> None:
    first = moved_on(setu, {})
    second = forwarded(setu, first, WORKER_OF_JIBAN)
    setu.must(WORKER_OF_JIBAN, second, "accept")
    setu.must(WORKER_OF_JIBAN, second, "contact", attempt="met")
    setu.clock.advance(timedelta(days=1))
    before = page(setu, second, WORKER_OF_JIBAN)
    assert send(setu, first, "correction", **{**RIGHT, "number": "98300 77777"}).status_code == 303

    late = send(setu, second, "correction", WORKER_OF_JIBAN, **{**RIGHT, "name": "Karim"}, seen=seen_by(before))

    said = "Another service put something right for this person"
    assert (late.status_code, said in late.text, said in before.text) == (409, True, False)
    same = send(setu, second, "correction", WORKER_OF_JIBAN, **RIGHT)
    assert (same.status_code, said in page(setu, second, WORKER_OF_JIBAN).text) == (303, True), "no correction, no end"
    right = {**RIGHT, "number": "98300 77777", "name": "Karim"}
    assert send(setu, second, "correction", WORKER_OF_JIBAN, **right).status_code == 303
    assert said not in page(setu, second, WORKER_OF_JIBAN).text


def moved_on(setu: ReferralService, right: dict[str, Any]) -> Referral:
    """Met by Sahaya, put right, and asked to be forwarded, since the person moved away."""
    referral = met(setu, setting="station")
    assert send(setu, referral, "correction", **{**RIGHT, **right}).status_code == 303
    setu.must(WORKER, referral, "fail", reason="moved")
    setu.must(WORKER, referral, "forward", said_yes_on="2026-03-03", channel="in_person")
    return referral


def only(setu: ReferralService, **more: Any) -> None:
    """Jiban takes everybody for OST; Shishu is as told."""
    with setu.worker_db.transaction() as session:
        put_service(session, a_listing(OST_OF_JIBAN, JIBAN, version=2, needs=["OST"]))
        put_service(session, a_listing(OST_OF_SHISHU, SHISHU, version=2, **more))


@pytest.mark.parametrize(
    ("right", "shishu", "taker"),
    [
        ({"gender": "woman"}, {"genders": ["woman"], "needs": ["OST", "COUNS"]}, [WORKER_OF_JIBAN, WORKER_OF_SHISHU]),
        ({"gender": "man"}, {"genders": ["woman"], "needs": ["OST", "COUNS"]}, [WORKER_OF_JIBAN]),
        ({"needs": ["TB"]}, {"needs": ["TB"]}, [WORKER_OF_SHISHU]),
    ],
)
def test_a_forward_is_matched_by_what_was_put_right(
    setu: ReferralService, right: dict[str, Any], shishu: dict[str, Any], taker: list[Principal]
) -> None:
    only(setu, **shishu)
    referral = moved_on(setu, right)

    told = setu.must(COORDINATOR, referral, "forward")

    workers = [WORKER_OF_JIBAN, WORKER_OF_SHISHU]
    assert [who for who in workers if setu.get(who, "/api/referrals").get_json()["items"]] == taker
    [shown, *_] = setu.get(taker[-1], "/api/referrals").get_json()["items"]
    assert shown["needs"] == right.get("needs", ["OST"])
    assert (told["needs"], setu.shown(OFFICER, referral)["needs"]) == (None, ["OST"])


@pytest.mark.parametrize(("method", "asked"), [("phone", 1), ("visit_in_custody", 0)])
def test_a_forward_asks_those_first_that_say_they_visit_where_that_is_the_way_that_was_put_right(
    setu: ReferralService, method: str, asked: int
) -> None:
    """Setu asks three of four; Jiban, first by its language, does not say that it visits."""
    silent = a_listing(OST_OF_JIBAN, JIBAN, version=2, visits_in_custody=False, languages=[RIGHT["language"]])
    with setu.worker_db.transaction() as session:
        put_service(session, silent)
        for number in (1, 2):
            house = UUID(int=0xBB0 + number)
            put_organization(session, an_organization(JIBAN, organization_id=str(house), name=f"House {number}"))
            put_service(session, a_listing(UUID(int=0xCC0 + number), house))

    setu.must(COORDINATOR, moved_on(setu, {"method": method}), "forward")

    workers = (WORKER_OF_JIBAN, WORKER_OF_SHISHU)
    assert [len(setu.get(who, "/api/referrals").get_json()["items"]) for who in workers] == [asked, 1]


def test_what_a_later_team_put_right_is_matched_by_the_next_forward(setu: ReferralService) -> None:
    only(setu, needs=["TB"])
    second = forwarded(setu, declined(setu), WORKER_OF_JIBAN)
    setu.must(WORKER_OF_JIBAN, second, "accept")
    setu.must(WORKER_OF_JIBAN, second, "contact", attempt="met")
    setu.clock.advance(timedelta(days=1))
    assert send(setu, second, "correction", WORKER_OF_JIBAN, **{**RIGHT, "needs": ["TB"]}).status_code == 303
    setu.must(WORKER_OF_JIBAN, second, "fail", reason="moved")
    setu.must(WORKER_OF_JIBAN, second, "forward", said_yes_on="2026-03-03", channel="in_person")
    assert forwarded(setu, second, WORKER_OF_SHISHU).id


def test_a_life_in_danger_is_reached_by_what_the_person_last_put_right_whichever_team_wrote_it(
    setu: ReferralService,
) -> None:
    first = moved_on(setu, {})
    second = forwarded(setu, first, WORKER_OF_JIBAN)
    setu.must(WORKER_OF_JIBAN, second, "accept")
    setu.clock.advance(timedelta(minutes=1))
    assert send(setu, first, "correction", **{**RIGHT, "number": "98300 77777"}).status_code == 303

    request_id = begin_emergency(setu, second)
    assert request_id is not None
    decide(setu, signed_in_anew(setu, SECOND_DATA_OFFICER), request_id, "yes")

    assert "98300 77777" in text_of(setu.get(signed_in_anew(setu, DATA_OFFICER), f"/desk/{request_id}/contact"))
