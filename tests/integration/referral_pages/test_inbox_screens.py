"""The inbox beyond one page, rows that explain themselves, and forms that are refused or shown again."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

from sqlalchemy import func, select

from referral_service.store.tables import case_note
from support.referral import COORDINATOR, OST, OST_OF_JIBAN, WORKER, WORKER_OF_JIBAN, ReferralService
from support.referrals.form import (
    FormFiller,
    errors_on,
)


def hidden_in_form(event: str, page: str) -> dict[str, str]:
    """What the form of this event sends along."""
    form = page.partition(f'<form id="form-{event}"')[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', form))


def notes(setu: ReferralService) -> int:
    with setu.worker_db.transaction() as session:
        return session.scalar(select(func.count()).select_from(case_note)) or 0


def totals(setu: ReferralService, path: str = "/inbox") -> tuple[int, str, int]:
    """The total and the newest that the page tells its script, and how many rows it shows."""
    page = FormFiller(setu, WORKER).get(path).text
    found = re.search(r'data-refresh(?:="[^"]*")? data-total="(\d+)" data-newest="([^"]*)"', page)
    assert found is not None
    return int(found[1]), found[2], page.count("data-row=")


def test_work_beyond_the_first_page_is_counted_and_a_routine_arrival_shows(setu: ReferralService) -> None:
    for _ in range(26):
        setu.sent()
    total, newest, rows = totals(setu)
    assert (total, rows) == (26, 25)
    looked_at = FormFiller(setu, WORKER).get("/inbox").text
    setu.clock.advance(timedelta(minutes=5))
    arrived = setu.sent()

    page = FormFiller(setu, WORKER).get("/inbox").text

    assert arrived.id not in page
    assert totals(setu)[0] == 27
    assert totals(setu)[1] > newest
    assert totals(setu, f"/inbox/{arrived.id}")[0] == 27
    assert "27 referrals; 25 on this page" in page
    show = re.search(r'data-show="([^"]*)"', looked_at)
    assert show is not None
    shown = FormFiller(setu, WORKER).get(unescape(show[1])).text
    on_top = shown.split("New since you looked")[1].split("</section>")[0]
    assert re.findall(r'data-row="([^"]*)"', on_top) == [arrived.id]
    assert shown.count(f'data-row="{arrived.id}"') == 1
    assert "New since you looked" not in FormFiller(setu, WORKER).get("/inbox?since=yesterday").text


def test_the_menus_numbers_say_what_waits(setu: ReferralService) -> None:
    first, second = setu.sent(), setu.sent()
    setu.must(WORKER, first, "accept")
    assert setu.get(WORKER, "/counts").get_json() == {"/inbox": 1, "/children": 0, "/inbox/leaving": 0}
    setu.must(WORKER, second, "decline", reason="no_capacity")
    setu.act(WORKER, second, "forward")
    assert setu.get(WORKER, "/counts").get_json()["/inbox"] == 0
    assert setu.get(COORDINATOR, "/counts").get_json() == {"/today": 1, "/card-orders": 0}
    menu = FormFiller(setu, COORDINATOR).get("/today").text
    assert '<a href="http://127.0.0.1:8002/today" aria-current="page">Today' in menu
    assert 'data-counts="http://127.0.0.1:8002/counts" data-count="/today"' in menu
    assert 'data-counts="http://127.0.0.1:8003/counts" data-count="/"' in menu


def test_an_ended_row_explains_itself_instead_of_offering_accept(setu: ReferralService) -> None:
    ghost, declined = setu.sent(), setu.sent()
    assert setu.withdraw_by_code(ghost.card_code).status_code == 202
    setu.must(WORKER, declined, "decline", reason="no_capacity")
    worker = FormFiller(setu, WORKER)

    ended, waiting = worker.get("/inbox?show=ended").text, worker.get("/inbox?show=waiting").text

    assert "/accept" not in ended
    assert "It still waits for your answer" in ended
    assert "No free place now" in ended
    assert f"/inbox/{ghost.id}/accept" in waiting
    page = worker.get(f"/inbox/{ghost.id}").text
    assert f"/inbox/{ghost.id}/accept" in page
    assert "Service c1" not in page, "the service's name says the need"
    setu.must(WORKER, ghost, "accept")
    assert "Closed; nothing more to do" in worker.get("/inbox?show=ended").text


def test_after_a_failure_the_form_asks_for_the_fresh_yes_and_keeps_what_was_chosen(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    setu.must(WORKER, referral, "fail", reason="moved")
    worker, address = FormFiller(setu, WORKER), f"/inbox/{referral.id}"
    assert "The person said yes again on" in worker.get(address).text
    refused = worker.post(f"{address}/forward", {"version": "3", "channel": "phone"})
    assert refused.status_code == 422
    assert re.search(r'value="phone"\s+checked', refused.text)
    agreed = {"version": "3", "channel": "phone", "said_yes_on": "2026-03-02"}
    assert worker.post(f"{address}/forward", agreed).status_code == 200
    assert setu.get(COORDINATOR, "/counts").get_json()["/today"] == 1


def test_each_form_of_a_page_is_its_own_to_labels_and_to_the_links_of_its_mistakes(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    worker = FormFiller(setu, WORKER)

    page = worker.get(f"/inbox/{referral.id}").text

    died = re.search(r'id="([^"]*)" name="reason" value="died"', page)
    assert died is not None
    assert page.count(f'for="{died[1]}"') == 1
    assert page.index('action="/inbox/' + referral.id + '/fail"') < page.index(f'for="{died[1]}"')
    wrong = worker.post(f"/inbox/{referral.id}/fail", {"version": "2"})
    assert errors_on(wrong) == {"fail_reason": "Choose a reason."}
    assert wrong.text.index('id="form-fail"') < wrong.text.index('class="error-summary"')
    assert re.search(r'id="f-fail-reason" name="reason"', wrong.text)


def test_a_mistaken_form_is_shown_in_another_language_with_what_was_typed_and_nothing_is_done(
    setu: ReferralService,
) -> None:
    referral = setu.sent()
    worker = FormFiller(setu, WORKER)
    wrong = worker.post(f"/inbox/{referral.id}/decline", {"version": "1"})
    assert 'form="form-decline" formnovalidate name="show_in" value="hi"' in wrong.text
    of_form = re.findall(r'<button[^>]* form="form-decline"[^>]*>', wrong.text)
    assert "show_in" not in of_form[0], "the first button of a form is the one that Enter presses"

    shown = worker.post(f"/inbox/{referral.id}/decline", {"version": "1", "reason": "outside_area", "show_in": "hi"})

    assert 'lang="hi"' in shown.text
    assert re.search(r'value="outside_area"\s+checked', shown.text)
    assert setu.shown(WORKER, referral)["status"] == "requested"
    assert 'lang="hi"' in worker.get("/inbox").text


def test_reading_the_address_of_a_form_leads_to_its_page(setu: ReferralService) -> None:
    referral = setu.sent()

    page = FormFiller(setu, WORKER).get(f"/inbox/{referral.id}/decline")

    assert (page.status_code, page.request.path) == (200, f"/inbox/{referral.id}")


def test_a_closed_referral_offers_its_answers_alone_and_no_way_to_contact_the_person(setu: ReferralService) -> None:
    working, waiting = setu.sent(), setu.sent()
    setu.must(WORKER, working, "accept")
    for referral in (working, waiting):
        setu.withdraw_by_code(referral.card_code)
    worker = FormFiller(setu, WORKER)

    offered = [
        sorted(re.findall(rf'action="/inbox/{one.id}/([a-z-]+)"', worker.get(f"/inbox/{one.id}").text))
        for one in (working, waiting)
    ]

    assert offered == [[], ["accept", "decline", "open"]]
    setu.must(WORKER, waiting, "decline", reason="no_capacity")
    answered = worker.get(f"/inbox/{waiting.id}").text
    assert "No free place now" in answered
    assert "no_capacity" not in answered


def test_whoever_lost_a_claim_reads_calm_words_and_the_same_as_for_nothing_at_all(setu: ReferralService) -> None:
    referral = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)], service_id=None)
    setu.must(WORKER, referral, "claim")
    loser = FormFiller(setu, WORKER_OF_JIBAN)

    lost, absent = loser.get(f"/inbox/{referral.id}"), loser.get(f"/inbox/{OST}")

    assert (lost.status_code, absent.status_code) == (404, 404)
    assert "This referral is not with you" in lost.text
    assert lost.text.replace(referral.id, str(OST)) == absent.text
    assert "not with you" in loser.post(f"/inbox/{referral.id}/accept", {"version": "1"}).text


def test_taking_the_consent_back_is_asked_without_a_script_and_only_where_it_can_be(setu: ReferralService) -> None:
    referral = setu.sent()
    worker = FormFiller(setu, WORKER)
    path = f"/inbox/{referral.id}/withdraw-consent"
    assert f'<form method="get" action="{path}"' in worker.get(f"/inbox/{referral.id}").text

    question = worker.get(path)

    assert "Does the person take the consent back?" in question.text
    assert setu.shown(WORKER, referral)["status"] == "requested"
    setu.withdraw_by_code(referral.card_code)
    assert worker.get(path).request.path == f"/inbox/{referral.id}"


def test_a_form_of_another_session_is_refused(setu: ReferralService) -> None:
    referral = setu.sent()
    worker = FormFiller(setu, WORKER)
    form = re.search(r'name="session" value="([0-9a-f]+)"', worker.get(f"/inbox/{referral.id}").text)
    assert form is not None
    worker.sign_in(replace(WORKER, session=OST))

    page = worker.post(f"/inbox/{referral.id}/accept", {"version": "1", "session": form[1]})

    assert page.status_code == 409
    assert "You signed in again after this page was shown." in page.text
    assert setu.shown(WORKER, referral)["status"] == "requested"


def test_what_was_typed_in_a_session_that_ended_is_shown_again_and_written_once_it_is_sent_again(
    setu: ReferralService,
) -> None:
    referral = setu.sent()
    worker = FormFiller(setu, WORKER)
    setu.must(WORKER, referral, "accept")
    typed = hidden_in_form("note", worker.get(f"/inbox/{referral.id}").text) | {"text": "Bring the papers"}
    worker.sign_in(replace(WORKER, session=OST))

    shown = worker.post(f"/inbox/{referral.id}/note", typed)
    form = hidden_in_form("note", shown.text)

    assert (shown.status_code, "Bring the papers" in shown.text) == (409, True)
    assert notes(setu) == 0
    assert worker.post(f"/inbox/{referral.id}/note", form | {"text": "Bring the papers"}).status_code == 200
    assert notes(setu) == 1


def test_so_is_what_was_typed_while_a_colleague_changed_the_referral(setu: ReferralService) -> None:
    referral = setu.sent()
    worker = FormFiller(setu, WORKER)
    setu.must(WORKER, referral, "accept")
    typed = hidden_in_form("note", worker.get(f"/inbox/{referral.id}").text) | {"text": "Bring the papers"}
    setu.must(WORKER, referral, "start", first_contact="2026-03-02")

    shown = worker.post(f"/inbox/{referral.id}/note", typed)

    assert (shown.status_code, "Bring the papers" in shown.text) == (409, True)
    assert "This changed in the meantime." in shown.text
