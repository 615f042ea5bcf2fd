"""Access and correction: in person, spoken, by a case worker who reached that person on an earlier day."""

from datetime import timedelta

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from referral_service.store.tables import identity
from service_kit.identity import Principal
from support.desk import log_of, signed_in_anew, text_of
from support.referral import (
    COLLEAGUE_OF_WORKER,
    COORDINATOR,
    DATA_OFFICER,
    MANAGER,
    OFFICER,
    WORKER,
    WORKER_OF_JIBAN,
    Referral,
    ReferralService,
)

RIGHT = {"name": "Salim", "method": "phone", "number": "98300 54321", "hours": ["18-21"], "language": "hi"}
PERSON, SAME = {"language": "bn", "age_band": "25-34"}, "Possibly the same person as"


def reached(setu: ReferralService) -> Referral:
    """A referral whose person WORKER reached yesterday."""
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "contact", attempt="reached")
    setu.must(WORKER, referral, "note", text="Came with her sister.")
    setu.clock.advance(timedelta(days=1))
    return referral


def page(setu: ReferralService, referral: Referral, who: Principal = WORKER) -> TestResponse:
    return setu.get(signed_in_anew(setu, who), f"/inbox/{referral.id}/in-person")


def send(setu: ReferralService, referral: Referral, what: str, who: Principal = WORKER, **data: object) -> TestResponse:
    return setu.client(signed_in_anew(setu, who)).post(f"/inbox/{referral.id}/in-person/{what}", data=data)


def desk_of(setu: ReferralService) -> str:
    return setu.get(DATA_OFFICER, "/desk").text


def test_the_person_is_told_what_is_kept_and_the_desk_has_a_line_without_them(setu: ReferralService) -> None:
    referral = reached(setu)
    assert f"/inbox/{referral.id}/in-person" in setu.get(WORKER, f"/inbox/{referral.id}").text
    said = text_of(page(setu, referral))
    for kept in ("Rafiq", "98300 12345", "9 to 12", "Bengali", "25", "Came with her sister.", "opioid"):
        assert kept in said, kept
    assert send(setu, referral, "told").status_code == 303
    listed = desk_of(setu)
    assert "Access, in person" in listed
    assert referral.reference not in listed
    actions = [action for action, _outcome in log_of(setu, referral.id)]
    assert {"referral.identity.read", "referral.notes.read", "referral.access"} <= set(actions)
    assert "Told in person what is kept" in setu.get(WORKER, f"/inbox/{referral.id}").text


def test_what_is_wrong_is_put_right_and_nothing_of_before_is_left(setu: ReferralService) -> None:
    referral = reached(setu)
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
    assert "Correction, in person" in desk_of(setu)
    assert "Salim" not in desk_of(setu)


def test_the_same_number_is_seen_by_what_is_right_now(setu: ReferralService) -> None:
    referral, other = (
        reached(setu),
        setu.sent(person={**PERSON, "contact": {"method": "phone", "value": "98300 54321"}}),
    )
    setu.must(WORKER, other, "open")
    assert SAME not in setu.get(WORKER, f"/inbox/{other.id}").text
    send(setu, referral, "correction", **RIGHT)
    assert SAME in setu.get(WORKER, f"/inbox/{other.id}").text


def test_only_who_reached_the_person_on_an_earlier_day(setu: ReferralService) -> None:
    referral = reached(setu)
    for refused in (page(setu, referral, COLLEAGUE_OF_WORKER), send(setu, referral, "told", COLLEAGUE_OF_WORKER)):
        assert (refused.status_code, "reached this person on an earlier day" in refused.text) == (409, True)
    setu.must(COLLEAGUE_OF_WORKER, referral, "contact", attempt="reached", time="2026-03-01T06:00:00Z")
    assert page(setu, referral, COLLEAGUE_OF_WORKER).status_code == 409, "noted today, whatever time it says"
    setu.must(COLLEAGUE_OF_WORKER, referral, "contact", attempt="no_answer")
    setu.clock.advance(timedelta(days=1))
    assert page(setu, referral, COLLEAGUE_OF_WORKER).status_code == 200


def test_a_card_or_another_role_proves_nobody(setu: ReferralService) -> None:
    referral = reached(setu)
    assert page(setu, referral, WORKER_OF_JIBAN).status_code == 404
    for who in (OFFICER, MANAGER, COORDINATOR, DATA_OFFICER):
        assert page(setu, referral, who).status_code == 403
    stale = setu.get(WORKER, f"/inbox/{referral.id}/in-person")
    assert (stale.status_code, "second-factor" in stale.headers["Location"]) == (303, True)


def test_nothing_wrong_is_sealed(setu: ReferralService) -> None:
    referral = reached(setu)
    wrong = send(setu, referral, "correction", **{**RIGHT, "name": "98300", "number": "12", "language": "xx"})
    assert wrong.status_code == 422
    for field in ("f-name-error", "f-number-error", "f-language-error"):
        assert field in wrong.text
    assert "Rafiq" in text_of(page(setu, referral))


def test_after_the_consent_is_taken_back_nothing_is_told_or_changed(setu: ReferralService) -> None:
    referral = reached(setu)
    setu.withdraw_by_code(referral.card_code)
    assert page(setu, referral).status_code == 303
    assert send(setu, referral, "correction", **RIGHT).status_code == 303
    with setu.worker_db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(identity)) == 0
    assert "in person" not in desk_of(setu).partition("Ended last")[2]
