"""Prison health staff's pages: the day, who leaves soon, release and transfer; and who leaves, for the provider."""

import re
from typing import Any

import pytest

from referral_service.store.directory import put_service
from support.referral import (
    COLLEAGUE_OF_NURSE,
    NURSE,
    OFFICER,
    OST,
    OTHER_PRISON,
    SAHAYA,
    WORKER,
    WORKER_OF_JIBAN,
    Referral,
    ReferralService,
)
from support.referrals.directory import a_listing
from support.referrals.form import FormFiller, errors_on, heading

FAR, NEAR = "2026-06-01", "2026-03-10"


def a_release(setu: ReferralService, referral: Referral, who: Any = NURSE, **typed: str) -> Any:
    """The form as it is shown, with these answers."""
    browser = FormFiller(setu, who)
    shown = re.search(r'name="version" value="(\d+)"', browser.get(f"/sent/{referral.id}/release").text)
    assert shown is not None
    return browser.post(f"/sent/{referral.id}/release", {"version": shown[1], **typed})


def references_on(text: str) -> set[str]:
    return {
        "".join(re.findall(r"R|[0-9A-Z]{4}", found)) for found in re.findall(r"(?s)class=\"reference\".*?</a>", text)
    }


def plain(referral: Referral) -> str:
    return referral.reference.replace("-", "")


@pytest.fixture
def referral(setu: ReferralService) -> Referral:
    return setu.sent(NURSE, setting="prison", expected_release=FAR)


def test_a_release_that_comes_near_says_that_it_is_urgent_now(setu: ReferralService, referral: Referral) -> None:
    page = a_release(setu, referral, COLLEAGUE_OF_NURSE, when="date", expected_release=NEAR)
    assert "The referral is urgent now, because the release is near." in page.text
    assert "Leaves on 10 Mar 2026" in page.text
    assert "Released within 14 days" in page.text
    page = a_release(setu, referral, when="today")
    assert "How urgent it is has not changed." in page.text
    assert "Released today" in page.text
    page = a_release(setu, referral, when="unknown")
    assert "The referral is not urgent any more." in page.text
    assert "The day of release is not known." in page.text


def test_a_transfer_ends_it_here_and_says_so(setu: ReferralService, referral: Referral) -> None:
    page = a_release(setu, referral, when="transfer", transfer_to=str(OTHER_PRISON))
    assert "Questions and appointments end here; the referral goes on." in page.text
    assert "The person went to another prison." in page.text
    assert "There is nothing to change any more" in FormFiller(setu, NURSE).get(f"/sent/{referral.id}/release").text
    assert setu.shown(WORKER, referral)["prison_id"] == str(OTHER_PRISON)


def test_what_is_no_release_is_said_beside_its_field(setu: ReferralService, referral: Referral) -> None:
    forms: list[tuple[dict[str, str], str]] = [
        ({}, "when"),
        ({"when": "soon"}, "when"),
        ({"when": "date"}, "expected_release"),
        ({"when": "date", "expected_release": "2026-02-28"}, "expected_release"),
        ({"when": "transfer"}, "transfer_to"),
        ({"when": "transfer", "transfer_to": str(SAHAYA)}, "transfer_to"),
    ]
    for typed, field in forms:
        page = a_release(setu, referral, **typed)
        assert page.status_code == 422, typed
        assert field in errors_on(page), typed
        assert setu.shown(NURSE, referral)["expected_release"] == FAR, typed


def test_what_changed_meanwhile_is_looked_at_again(setu: ReferralService, referral: Referral) -> None:
    setu.must(WORKER, referral, "accept")
    page = FormFiller(setu, NURSE).post(f"/sent/{referral.id}/release", {"version": "1", "when": "today"})
    assert page.status_code == 409
    assert "This changed in the meantime." in page.text


def test_who_leaves_soon_is_asked_of_the_service_until_an_appointment_is_shown(setu: ReferralService) -> None:
    with setu.worker_db.transaction() as session:
        put_service(session, a_listing(OST, SAHAYA, version=2, phone="033 5550 0101"))
    soon = setu.sent(NURSE, setting="prison", expected_release=NEAR)
    ticked = setu.sent(NURSE, setting="prison", urgent=["RELEASE_14_DAYS"])
    later, gone = (setu.sent(NURSE, setting="prison", expected_release=FAR) for _ in range(2))
    taken_back = setu.sent(NURSE, setting="prison", expected_release=NEAR)
    setu.must(NURSE, taken_back, "withdraw", reason="mistake")
    setu.must(NURSE, gone, "release", transfer_to=str(OTHER_PRISON))
    browser = FormFiller(setu, COLLEAGUE_OF_NURSE)
    page = browser.get("/leaving").text
    assert references_on(page) == {plain(soon), plain(ticked)}
    assert plain(later) not in references_on(page)
    assert page.count("ask the service") == 2
    assert 'href="tel:03355500101"' in page
    assert "see the person" not in page.lower()
    assert browser.get("/counts").get_json() == {"/leaving": 2}
    setu.must(WORKER, soon, "accept")
    setu.must(WORKER, soon, "contact", attempt="reached", next_appointment="2026-03-09T05:00:00Z")
    page = browser.get("/leaving").text
    assert page.count("ask the service") == 1
    assert "9 Mar 2026" in page


def test_the_day_of_prison_health_staff_has_every_question_and_who_leaves(setu: ReferralService) -> None:
    asked = setu.sent(NURSE, setting="prison")
    setu.must(WORKER, asked, "open")
    setu.must(WORKER, asked, "ask", question="visit_possible")
    leaving = [setu.sent(NURSE, setting="prison", expected_release=NEAR) for _ in range(6)]
    page = FormFiller(setu, COLLEAGUE_OF_NURSE).get("/")
    assert heading(page) == "Today"
    assert plain(asked) in references_on(page.text)
    assert "a question for you" in page.text
    assert "All 6 who leave" in page.text
    assert sum(plain(one) in references_on(page.text) for one in leaving) >= 5
    assert "Connect a person with help" in FormFiller(setu, OFFICER).get("/").text


def test_only_the_sender_is_offered_to_take_it_back(setu: ReferralService, referral: Referral) -> None:
    assert "Take it back" in FormFiller(setu, NURSE).get(f"/sent/{referral.id}").text
    page = FormFiller(setu, COLLEAGUE_OF_NURSE).get(f"/sent/{referral.id}").text
    assert "Take it back" not in page
    assert "a colleague of your team" in page
    setu.must(NURSE, referral, "withdraw", reason="mistake")
    assert "Withdrawn by the sender" in FormFiller(setu, COLLEAGUE_OF_NURSE).get("/sent").text
    assert "Withdrawn by you" in FormFiller(setu, NURSE).get("/sent").text


def test_prison_health_staff_read_of_the_team_and_what_they_send_is_the_teams(setu: ReferralService) -> None:
    for who, reads in ((NURSE, True), (OFFICER, False)):
        form = FormFiller(setu, who)
        form.place(setting="prison")
        assert ("health staff of this prison are one team" in form.ask().text) is reads
    form = FormFiller(setu, NURSE)
    form.place(setting="prison")
    form.ask()
    form.consent()
    form.person()
    form.send()
    (item,) = setu.get(COLLEAGUE_OF_NURSE, "/api/referrals").get_json()["items"]
    assert item["sent_by_me"] is False


def test_the_team_is_shown_where_the_person_is_and_when_they_leave_until_consent_ends(setu: ReferralService) -> None:
    sent = setu.sent(NURSE, setting="prison", expected_release=FAR)
    setu.must(WORKER, sent, "open")
    setu.must(NURSE, sent, "release", expected_release=NEAR)
    worker = FormFiller(setu, WORKER)
    page = worker.get(f"/inbox/{sent.id}").text
    assert "Central Prison" in page
    assert "10 Mar 2026" in page
    setu.must(NURSE, sent, "release", transfer_to=str(OTHER_PRISON))
    assert "District Prison" in worker.get(f"/inbox/{sent.id}").text
    setu.withdraw_by_code(sent.card_code)
    page = worker.get(f"/inbox/{sent.id}").text
    assert "District Prison" not in page
    assert "10 Mar 2026" not in page


def test_a_provider_sees_who_leaves_without_an_appointment(setu: ReferralService) -> None:
    def sent(day: str) -> Referral:
        made = setu.sent(NURSE, setting="prison", expected_release=day)
        setu.must(WORKER, made, "accept")
        return made

    without, met, later, ended, taken_back = sent(NEAR), sent(NEAR), sent(FAR), sent(NEAR), sent(NEAR)
    setu.must(WORKER, met, "contact", attempt="reached", next_appointment="2026-03-09T05:00:00Z")
    setu.must(WORKER, ended, "complete", outcome="engaged")
    setu.withdraw_by_code(taken_back.card_code)
    worker = FormFiller(setu, WORKER)
    page = worker.get("/inbox/leaving").text
    assert references_on(page) == {plain(without)}
    assert "Central Prison" in page
    assert worker.get("/counts").get_json()["/inbox/leaving"] == 1
    assert references_on(FormFiller(setu, WORKER_OF_JIBAN).get("/inbox/leaving").text) == set()
    setu.must(NURSE, later, "release", expected_release=NEAR)
    assert references_on(worker.get("/inbox/leaving").text) == {plain(without), plain(later)}
