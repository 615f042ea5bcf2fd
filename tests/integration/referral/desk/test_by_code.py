"""Withdrawals by phone and erasures at the data officer's desk: by the code on the card, alike for every code."""

import re
from datetime import timedelta

from sqlalchemy import func, insert, select

from referral_service.outside.codes import new_card_code
from referral_service.store.tables import referral_key
from referral_service.store.tables_cards import card_request
from referral_service.store.tables_desk import desk_code
from referral_service.use_cases.cards.apply_card_requests import UNKNOWN_A_ROUND
from service_kit.db.tables import survivor_change
from support.desk import NUMBER, at_the_desk, let_the_worker_look, log_of, request_of, text_of
from support.referral import DATA_OFFICER, DATA_OFFICER_ELSEWHERE, OFFICER, SECOND_DATA_OFFICER, WORKER, ReferralService

MOMENTS = re.compile(r"<time[^>]*>[^<]*</time>|/desk/[0-9a-f-]{36}")


def bare(page_text: str) -> str:
    """The page but for its number, its address and its times."""
    return NUMBER.sub("D-", MOMENTS.sub("", page_text))


def test_a_data_officer_ends_no_consent_by_an_id(setu: ReferralService) -> None:
    referral = setu.sent()

    answer = setu.act(DATA_OFFICER, referral, "withdraw-consent")

    assert answer.status_code == 403
    assert setu.get(DATA_OFFICER, f"/api/referrals/{referral.id}/actions").get_json()["actions"] == []
    setu.must(WORKER, referral, "open")
    assert setu.get(WORKER, f"/api/referrals/{referral.id}/identity").status_code == 200


def test_every_caller_hears_one_sentence_and_a_known_code_is_withdrawn_as_by_the_person(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    shown = setu.shown(OFFICER, referral)
    desk, pages = at_the_desk(setu), []
    for code in (referral.card_code, new_card_code(setu.ids), setu.cards()[0].code, referral.card_code):
        page = desk.post("/desk/withdrawal", {"code": code})
        assert "closed within seconds" in text_of(page)
        pages.append((request_of(page), bare(page.text)))
    assert len({text for _id, text in pages}) == 1
    let_the_worker_look(setu)
    assert setu.get(WORKER, f"/api/referrals/{referral.id}/identity").status_code == 410
    assert setu.shown(OFFICER, referral) == shown
    after = {bare(desk.get(f"/desk/{one}").text) for one, _text in pages}
    assert len(after) == 1
    assert "closed" in after.pop()
    assert {tuple(log_of(setu, one)) for one, _text in pages} == {(("desk.open", "done"),)}
    with setu.worker_db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(desk_code)) == 0


def test_a_reference_proves_nothing_and_a_wrong_character_is_refused_in_words(setu: ReferralService) -> None:
    referral = setu.sent()
    desk = at_the_desk(setu)
    code = new_card_code(setu.ids)
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    for path in ("/desk/withdrawal", "/desk/erasure"):
        by_reference = desk.post(path, {"code": referral.reference})
        assert (by_reference.status_code, "proves nothing. Ask for the code" in by_reference.text) == (422, True)
        mistyped = desk.post(path, {"code": wrong})
        assert (mistyped.status_code, wrong in mistyped.text) == (422, True)
    let_the_worker_look(setu)
    assert "Nothing waits" in desk.get("/desk").text
    assert setu.get(WORKER, f"/api/referrals/{referral.id}").get_json()["status"] == "requested"


def test_an_erasure_takes_the_withdrawals_path_and_its_certificate_names_nobody(setu: ReferralService) -> None:
    referral, unknown = setu.sent(), new_card_code(setu.ids)
    setu.must(WORKER, referral, "accept")
    desk, certificates = at_the_desk(setu), []
    for code in (referral.card_code, unknown):
        request_id = request_of(desk.post("/desk/erasure", {"code": code}))
        assert desk.get(f"/desk/{request_id}/certificate").status_code == 404, "not before it is done"
        let_the_worker_look(setu)
        certificate = at_the_desk(setu, SECOND_DATA_OFFICER).get(f"/desk/{request_id}/certificate")
        certificates.append(bare(certificate.text))
        assert ("desk.certificate", "done") in log_of(setu, request_id)
    assert certificates[0] == certificates[1]
    assert "Name, contact and notes that stood under this code were destroyed" in certificates[0]
    assert "90 days from sending" in certificates[0], "what the sender keeps is said, too"
    assert not {
        word for word in ("Rafiq", "98300", referral.reference, str(referral.card_code)) if word in certificates[0]
    }
    with setu.worker_db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(referral_key)) == 0
        noted = session.scalars(select(survivor_change.c.row_id).where(survivor_change.c.table_name == "referral_key"))
        assert referral.id in set(noted), "a restored backup destroys it again"


def test_under_a_flood_a_known_code_is_closed_no_sooner_than_a_made_up_one(setu: ReferralService) -> None:
    referral = setu.sent()
    long_ago = setu.clock.now() - timedelta(hours=1)
    made_up = [{"code_mac": f"{n:032}".encode(), "queued_at": long_ago} for n in range(UNKNOWN_A_ROUND + 1)]
    with setu.worker_db.transaction() as session:
        session.execute(insert(card_request), made_up)
    desk, codes = at_the_desk(setu), (referral.card_code, new_card_code(setu.ids))
    asked = [request_of(desk.post("/desk/erasure", {"code": code})) for code in codes]
    let_the_worker_look(setu)
    assert setu.get(WORKER, f"/api/referrals/{referral.id}/identity").status_code == 410, "it is erased at once"
    assert {desk.get(f"/desk/{one}/certificate").status_code for one in asked} == {404}
    let_the_worker_look(setu)
    assert {desk.get(f"/desk/{one}/certificate").status_code for one in asked} == {200}


def test_the_desk_is_its_states_alone(setu: ReferralService) -> None:
    request_id = request_of(at_the_desk(setu).post("/desk/erasure", {"code": new_card_code(setu.ids)}))
    elsewhere = at_the_desk(setu, DATA_OFFICER_ELSEWHERE)
    assert elsewhere.get(f"/desk/{request_id}").status_code == 404
    assert "Nothing waits" in elsewhere.get("/desk").text
    assert at_the_desk(setu, SECOND_DATA_OFFICER).get("/counts").get_json()["/desk"] == 1
    for who in (OFFICER, WORKER):
        assert at_the_desk(setu, who).get("/desk").status_code == 403
