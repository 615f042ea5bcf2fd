"""Access and correction: in person, spoken, by a case worker who met that person on an earlier day."""

from datetime import timedelta

from sqlalchemy import func, select

from referral_service.store.tables import identity
from referral_service.store.tables_desk import desk_request
from service_kit.db.tables import idempotency_key
from support.desk import log_of, seen_by, signed_in_anew, text_of
from support.in_person import RIGHT, met, page, send
from support.referral import (
    COLLEAGUE_OF_WORKER,
    COORDINATOR,
    DATA_OFFICER,
    MANAGER,
    OFFICER,
    WORKER,
    WORKER_OF_JIBAN,
    ReferralService,
    a_named_person,
)

PERSON, SAME = {"language": "bn", "age_band": "25-34"}, "Possibly the same person as"


def desk_of(setu: ReferralService) -> str:
    return setu.get(DATA_OFFICER, "/desk?show=ended").text


def test_the_person_is_told_what_is_kept_and_the_desk_has_a_line_without_them(setu: ReferralService) -> None:
    referral = met(setu)
    assert f"/inbox/{referral.id}/in-person" in setu.get(WORKER, f"/inbox/{referral.id}").text
    said = text_of(page(setu, referral))
    for kept in ("Rafiq", "98300 12345", "9 to 12", "Bengali", "25", "Came with her sister.", "opioid", "Met in"):
        assert kept in said, kept
    assert send(setu, referral, "told").status_code == 303
    listed = desk_of(setu)
    assert listed.count("data-row") == 1
    assert referral.reference not in listed
    actions = [action for action, _outcome in log_of(setu, referral.id)]
    assert {"referral.identity.read", "referral.notes.read", "referral.access"} <= set(actions)
    assert "Told in person what is kept" in setu.get(WORKER, f"/inbox/{referral.id}").text


def test_on_the_day_of_meeting_the_page_says_from_when_it_is_open(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    assert "from tomorrow" not in setu.get(WORKER, f"/inbox/{referral.id}").text

    setu.must(WORKER, referral, "contact", attempt="met")

    assert "from tomorrow the way to it stands here" in setu.get(WORKER, f"/inbox/{referral.id}").text
    assert "from tomorrow" not in setu.get(COLLEAGUE_OF_WORKER, f"/inbox/{referral.id}").text


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
    shown = setu.get(WORKER, f"/inbox/{other.id}").text
    assert f'href="/inbox?reference={referral.reference}"' in shown.split(SAME)[1]


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


def test_a_correction_is_known_by_what_it_saw_and_not_by_what_it_says(setu: ReferralService) -> None:
    referral, right, wrong = met(setu), RIGHT, {**RIGHT, "name": "Karim"}
    first = seen_by(page(setu, referral))

    for _twice in range(2):
        assert send(setu, referral, "correction", **right, seen=first).status_code == 303, "a double press is one"
    late = send(setu, referral, "correction", **wrong, seen=first)
    assert (late.status_code, "was corrected since" in late.text, "Karim" in late.text) == (409, True, True)
    mistaken = send(setu, referral, "correction", **{**wrong, "number": "1"}, seen=first)
    mended = send(setu, referral, "correction", **wrong, seen=seen_by(mistaken))
    assert (mistaken.status_code, mended.status_code) == (422, 409), "a mistake does not make it see more"
    assert send(setu, referral, "correction", **wrong, seen=seen_by(late)).status_code == 303
    assert send(setu, referral, "correction", **right).status_code == 303, "back to what was said first"

    assert "Salim" in text_of(page(setu, referral))
    with setu.worker_db.transaction() as session:
        lines = session.scalars(select(desk_request.c.kind)).all()
    assert lines == ["correction"] * 3


def test_hours_and_wishes_in_another_order_are_no_correction(setu: ReferralService) -> None:
    person = {**a_named_person(), "preferences": ["children_with_me", "woman_worker"]}
    referral = met(setu, person=person)
    contact = person["contact"]
    kept = {"name": person["name"], "method": contact["method"], "number": contact["value"], "hours": contact["hours"]}
    kept |= {"language": person["language"], "needs": ["OST"], "preferences": ["woman_worker", "children_with_me"]}
    assert send(setu, referral, "correction", **kept).status_code == 303
    assert "data-row" not in desk_of(setu)


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
