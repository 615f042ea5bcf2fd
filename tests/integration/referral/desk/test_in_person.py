"""Access and correction: in person, spoken, by a case worker who met that person on an earlier day."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from referral_service.store.directory import put_service
from referral_service.store.tables import identity
from referral_service.store.tables_desk import desk_request
from service_kit.db.tables import idempotency_key
from service_kit.identity import Principal
from support.desk import begin_emergency, decide, log_of, seen_by, signed_in_anew, text_of
from support.referral import (
    COLLEAGUE_OF_WORKER,
    COORDINATOR,
    DATA_OFFICER,
    JIBAN,
    MANAGER,
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
    a_named_person,
)
from support.referrals.directory import a_listing

RIGHT = {
    "name": "Salim",
    "method": "phone",
    "number": "98300 54321",
    "hours": ["18-21"],
    "language": "hi",
    "needs": ["OST"],
}
PERSON, SAME = {"language": "bn", "age_band": "25-34"}, "Possibly the same person as"


def met(setu: ReferralService, **sent: Any) -> Referral:
    """A referral whose person WORKER met yesterday."""
    referral = setu.sent(**sent)
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "contact", attempt="met")
    setu.must(WORKER, referral, "note", text="Came with her sister.")
    setu.clock.advance(timedelta(days=1))
    return referral


def page(setu: ReferralService, referral: Referral, who: Principal = WORKER) -> TestResponse:
    return setu.get(signed_in_anew(setu, who), f"/inbox/{referral.id}/in-person")


def send(setu: ReferralService, referral: Referral, what: str, who: Principal = WORKER, **data: object) -> TestResponse:
    """As a form opened now would; or with what an earlier one saw."""
    seen = {"seen": seen_by(page(setu, referral, who)), **data} if what == "correction" else data
    return setu.client(signed_in_anew(setu, who)).post(f"/inbox/{referral.id}/in-person/{what}", data=seen)


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


def desk_of(setu: ReferralService) -> str:
    return setu.get(DATA_OFFICER, "/desk?show=ended").text


def test_the_person_is_told_what_is_kept_and_the_desk_has_a_line_without_them(setu: ReferralService) -> None:
    referral = met(setu)
    assert f"/inbox/{referral.id}/in-person" in setu.get(WORKER, f"/inbox/{referral.id}").text
    said = text_of(page(setu, referral))
    for kept in ("Rafiq", "98300 12345", "9 to 12", "Bengali", "25", "Came with her sister.", "opioid"):
        assert kept in said, kept
    assert send(setu, referral, "told").status_code == 303
    listed = desk_of(setu)
    assert listed.count("data-row") == 1
    assert referral.reference not in listed
    actions = [action for action, _outcome in log_of(setu, referral.id)]
    assert {"referral.identity.read", "referral.notes.read", "referral.access"} <= set(actions)
    assert "Told in person what is kept" in setu.get(WORKER, f"/inbox/{referral.id}").text


def test_no_row_that_names_the_worker_leads_to_the_line_at_the_desk(setu: ReferralService) -> None:
    referral = met(setu)

    send(setu, referral, "told", form_key="ab" * 16)
    send(setu, referral, "told", form_key="ab" * 16)

    with setu.worker_db.transaction() as session:
        lines = session.scalars(select(desk_request.c.id)).all()
        claimed = session.scalars(select(idempotency_key.c.resource_id)).all()
    assert len(lines) == 1, "a double press is one"
    assert not set(lines) & set(claimed)


def test_what_is_wrong_is_put_right_and_nothing_of_before_is_left(setu: ReferralService) -> None:
    referral = met(setu)
    with setu.worker_db.transaction() as session:
        before = session.scalar(select(identity.c.sealed).where(identity.c.referral_id == referral.id))
    assert send(setu, referral, "correction", **RIGHT).status_code == 303
    shown = setu.get(signed_in_anew(setu, WORKER), f"/api/referrals/{referral.id}/identity").get_json()
    assert (shown["name"], shown["language"]) == ("Salim", "hi")
    assert shown["contact"] == {"method": "phone", "value": "+919830054321", "hours": ["18-21"]}
    assert shown["age_band"] == "25-34"
    with setu.worker_db.transaction() as session:
        kept = session.scalars(select(identity.c.sealed).where(identity.c.referral_id == referral.id)).all()
    assert len(kept) == 1
    assert kept != [before]
    assert desk_of(setu).count("data-row") == 1
    assert "Salim" not in desk_of(setu)


def test_the_same_number_is_seen_by_what_is_right_now(setu: ReferralService) -> None:
    referral, other = (
        met(setu),
        setu.sent(person={**PERSON, "contact": {"method": "phone", "value": "98300 54321"}}),
    )
    setu.must(WORKER, other, "open")
    assert SAME not in setu.get(WORKER, f"/inbox/{other.id}").text
    send(setu, referral, "correction", **RIGHT)
    assert SAME in setu.get(WORKER, f"/inbox/{other.id}").text


def test_only_who_met_the_person_on_an_earlier_day(setu: ReferralService) -> None:
    referral = met(setu)
    for refused in (page(setu, referral, COLLEAGUE_OF_WORKER), send(setu, referral, "told", COLLEAGUE_OF_WORKER)):
        assert (refused.status_code, "met this person face to face on an earlier day" in refused.text) == (409, True)
    setu.must(COLLEAGUE_OF_WORKER, referral, "contact", attempt="met", time="2026-03-02T06:45:00Z")
    assert page(setu, referral, COLLEAGUE_OF_WORKER).status_code == 409, "noted today, whatever time it says"
    setu.must(COLLEAGUE_OF_WORKER, referral, "contact", attempt="no_answer")
    setu.clock.advance(timedelta(days=1))
    assert page(setu, referral, COLLEAGUE_OF_WORKER).status_code == 200


def test_a_card_or_another_role_proves_nobody(setu: ReferralService) -> None:
    referral = met(setu)
    assert page(setu, referral, WORKER_OF_JIBAN).status_code == 404
    for who in (OFFICER, MANAGER, COORDINATOR, DATA_OFFICER):
        assert page(setu, referral, who).status_code == 403
    stale = setu.get(WORKER, f"/inbox/{referral.id}/in-person")
    assert (stale.status_code, "second-factor" in stale.headers["Location"]) == (303, True)


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


def test_a_correction_is_known_by_what_it_saw_and_not_by_what_it_says(setu: ReferralService) -> None:
    referral, right, wrong = met(setu), RIGHT, {**RIGHT, "name": "Karim"}
    first = seen_by(page(setu, referral))

    for _twice in range(2):
        assert send(setu, referral, "correction", **right, seen=first).status_code == 303, "a double press is one"
    late = send(setu, referral, "correction", **wrong, seen=first)
    assert (late.status_code, "was corrected since" in late.text, "Karim" in late.text) == (409, True, True)
    assert send(setu, referral, "correction", **wrong, seen=seen_by(late)).status_code == 303
    assert send(setu, referral, "correction", **right).status_code == 303, "back to what was said first"

    assert "Salim" in text_of(page(setu, referral))
    with setu.worker_db.transaction() as session:
        lines = session.scalars(select(desk_request.c.kind)).all()
    assert lines == ["correction"] * 3


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


def test_hours_and_wishes_in_another_order_are_no_correction(setu: ReferralService) -> None:
    person = {**a_named_person(), "preferences": ["children_with_me", "woman_worker"]}
    referral = met(setu, person=person)
    contact = person["contact"]
    kept = {"name": person["name"], "method": contact["method"], "number": contact["value"], "hours": contact["hours"]}
    kept |= {"language": person["language"], "needs": ["OST"], "preferences": ["woman_worker", "children_with_me"]}
    assert send(setu, referral, "correction", **kept).status_code == 303
    assert "data-row" not in desk_of(setu)


def moved_on(setu: ReferralService, right: dict[str, Any]) -> Referral:
    """Met by Sahaya, put right, and asked to be forwarded, since the person moved away."""
    referral = met(setu, setting="station")
    assert send(setu, referral, "correction", **{**RIGHT, **right}).status_code == 303
    setu.must(WORKER, referral, "fail", reason="moved")
    setu.must(WORKER, referral, "forward", said_yes_on="2026-03-03", channel="in_person")
    return referral


def only(setu: ReferralService, **more: Any) -> None:
    """Jiban takes everybody for OST, and visits nobody; Shishu is as told."""
    with setu.worker_db.transaction() as session:
        put_service(session, a_listing(OST_OF_JIBAN, JIBAN, version=2, needs=["OST"], visits_in_custody=False))
        put_service(session, a_listing(OST_OF_SHISHU, SHISHU, version=2, **more))


@pytest.mark.parametrize(
    ("right", "shishu", "taker"),
    [
        ({"gender": "woman"}, {"genders": ["woman"], "needs": ["OST", "COUNS"]}, [WORKER_OF_JIBAN, WORKER_OF_SHISHU]),
        ({"gender": "man"}, {"genders": ["woman"], "needs": ["OST", "COUNS"]}, [WORKER_OF_JIBAN]),
        ({"needs": ["TB"]}, {"needs": ["TB"]}, [WORKER_OF_SHISHU]),
        ({"method": "visit_in_custody"}, {"visits_in_custody": True}, [WORKER_OF_SHISHU]),
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


def test_nothing_wrong_is_sealed(setu: ReferralService) -> None:
    referral = met(setu)
    wrong = send(
        setu, referral, "correction", **{**RIGHT, "name": "98300", "number": "12", "language": "xx", "needs": []}
    )
    assert wrong.status_code == 422
    for field in ("f-name-error", "f-number-error", "f-language-error", "f-needs-error"):
        assert field in wrong.text
    assert "Rafiq" in text_of(page(setu, referral))


def test_after_the_consent_is_taken_back_nothing_is_told_or_changed(setu: ReferralService) -> None:
    referral = met(setu)
    setu.withdraw_by_code(referral.card_code)
    assert page(setu, referral).status_code == 303
    assert send(setu, referral, "correction", **RIGHT).status_code == 303
    with setu.worker_db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(identity)) == 0
    assert "data-row" not in desk_of(setu)
