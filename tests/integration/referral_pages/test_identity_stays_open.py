"""Access to an identity in the inbox: logged once, half an hour long, with attempts recorded beside it."""

import re
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from support.referral import OST, WORKER, Referral, ReferralService
from support.referrals.form import (
    FormFiller,
    errors_on,
)


def readings(setu: ReferralService) -> int:
    with setu.worker_db.transaction() as session:
        query = text("SELECT count(*) FROM audit_entry WHERE action = 'referral.identity.read'")
        return session.scalar(query) or 0


def record(setu: ReferralService, referral: Referral, worker: FormFiller, **fields: str) -> str:
    """Send the form beside the identity; the text of the page after it, with its path in front."""
    version = re.search(r'name="version" value="(\d+)"', worker.get(f"/inbox/{referral.id}").text)
    assert version is not None
    form = {"version": version[1], "beside_identity": "yes", **fields}
    page = worker.post(f"/inbox/{referral.id}/contact", form)
    return f"{page.request.path} {page.text}"


def test_an_attempt_beside_the_identity_leaves_it_open_and_is_the_same_access(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    worker = FormFiller(setu, WORKER)
    page = worker.get(f"/inbox/{referral.id}/identity").text
    phone, form = page.index("tel:+919830012345"), page.index('class="beside"')
    assert phone < form < page.index("<dt>Age</dt>")
    assert readings(setu) == 1

    for _ in range(2):
        setu.clock.advance(timedelta(minutes=9))
        after = record(setu, referral, worker, attempt="no_answer")

    assert after.startswith(f"/inbox/{referral.id}/identity ")
    assert "Rafiq" in after
    assert "No answer" in after.split("Contact attempts")[1]
    assert "Recorded: No answer" in after
    assert readings(setu) == 1


def test_whoever_was_met_is_contacted_and_need_not_be_said_to_be_once_more(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    worker = FormFiller(setu, WORKER)
    worker.get(f"/inbox/{referral.id}/identity")
    for attempt, status in (("no_answer", "accepted"), ("met", "in-progress")):
        after = record(setu, referral, worker, attempt=attempt, first_contact_made="yes")
        assert setu.shown(WORKER, referral)["status"] == status
    assert "Recorded: Met in person" in after
    assert "first_contact_made" not in after


def test_an_access_is_one_sessions_to_one_identity_for_thirty_minutes(setu: ReferralService) -> None:
    first, second = setu.sent(), setu.sent()
    for referral in (first, second):
        setu.must(WORKER, referral, "accept")
    worker = FormFiller(setu, WORKER)

    def open_identity(referral: Referral) -> int:
        assert "Rafiq" in worker.get(f"/inbox/{referral.id}/identity").text
        return readings(setu)

    assert [open_identity(one) for one in (first, first, second, second, first)] == [1, 1, 2, 2, 3]
    worker.sign_in(replace(WORKER, session=OST))
    assert open_identity(first) == 4
    setu.clock.advance(timedelta(minutes=31))
    worker.sign_in(replace(WORKER, session=OST, issued_at=setu.clock.now(), second_factor_at=setu.clock.now()))
    assert open_identity(first) == 5


def test_a_mistake_beside_the_identity_keeps_it_open_and_what_was_typed(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    past = {"next_appointment_day": "2026-02-01", "next_appointment_time": "10:30"}

    page = record(setu, referral, FormFiller(setu, WORKER), attempt="reached", **past)

    assert "Rafiq" in page
    assert "Enter a time for the appointment that is still to come" in page
    assert 'value="2026-02-01"' in page
    assert re.search(r'value="reached"\s+checked', page)
    assert FormFiller(setu, WORKER).get(f"/inbox/{referral.id}").text.count("Contact attempts") == 0


def test_after_half_an_hour_the_attempt_is_recorded_and_the_identity_is_closed(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    worker = FormFiller(setu, WORKER)
    worker.get(f"/inbox/{referral.id}/identity")
    setu.clock.advance(timedelta(minutes=31))
    worker.sign_in(replace(WORKER, issued_at=setu.clock.now()))

    after = record(setu, referral, worker, attempt="reached")

    assert after.startswith(f"/inbox/{referral.id} ")
    assert "Rafiq" not in after
    assert "Contact attempts" in after
    assert readings(setu) == 1


def test_a_missing_answer_is_asked_for_beside_the_identity(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    worker = FormFiller(setu, WORKER)
    version = re.search(r'name="version" value="(\d+)"', worker.get(f"/inbox/{referral.id}").text)
    assert version is not None

    page = worker.post(f"/inbox/{referral.id}/contact", {"version": version[1], "beside_identity": "yes"})

    assert page.status_code == 422
    assert "contact_attempt" in errors_on(page)
    assert "Rafiq" in page.text


def test_one_button_opens_and_shows_and_a_note_stands_beside_the_person_alone(setu: ReferralService) -> None:
    referral = setu.sent()
    worker, address = FormFiller(setu, WORKER), f"/inbox/{referral.id}"
    assert "Show identity" not in worker.get(address).text
    assert worker.get(f"{address}/identity").status_code == 409

    shown = worker.post(f"{address}/open", {"version": "1", "then_look": "yes"})
    assert shown.request.path == f"{address}/identity"
    assert "Rafiq" in shown.text
    note = {"version": "2", "text": "Call after six.", "beside_identity": "yes"}
    assert worker.post(f"{address}/note", note).request.path == f"{address}/identity"

    assert "Call after six." not in worker.get(address).text
    beside = worker.get(f"{address}/identity").text
    assert "Rafiq" in beside
    assert "Anita" in beside.split("Notes of your team")[1].split("Call after six.")[0]


def test_half_an_hour_after_the_second_step_the_identity_asks_for_another(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    address = f"/inbox/{referral.id}"
    assert "Rafiq" not in FormFiller(setu, WORKER).get(address).text, "nobody asked for the name"
    just_now = setu.clock.now() - timedelta(minutes=29)
    assert "Rafiq" in setu.get(replace(WORKER, second_factor_at=just_now), f"{address}/identity").text

    long_ago = setu.clock.now() - timedelta(minutes=31)
    asked = setu.get(replace(WORKER, second_factor_at=long_ago), f"{address}/identity")

    assert (asked.status_code, "/second-factor" in asked.headers["Location"]) == (303, True)


def test_who_may_see_the_person_is_told_to_say_nothing_to_whoever_sent_it(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "accept")
    worker = FormFiller(setu, WORKER)
    told = "Say nothing about this referral to whoever sent it, also not on the phone"

    assert told in worker.get(f"/inbox/{referral.id}").text
    assert told in worker.get(f"/inbox/{referral.id}/identity").text
