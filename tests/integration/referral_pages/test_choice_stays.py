"""What was picked stays picked: an answer that does not fit it opens the choice again; nobody is dropped in silence."""

import pytest
from sqlalchemy import text

from referral_service.store.directory import put_organization, put_services
from support.referral import JIBAN, OST, OST_OF_JIBAN, OST_OF_SHISHU, SAHAYA, SHISHU, ReferralService
from support.referrals.directory import a_listing, an_organization
from support.referrals.form import (
    FormFiller,
    errors_on,
    heading,
)

REVIEW, CHOICE, CONSENT = "Check, then send", "Who can help?", "Read this aloud"


@pytest.fixture
def womens_centre(setu: ReferralService) -> None:
    """Sahaya's service is for women alone; Jiban Jyoti's takes everybody."""
    with setu.worker_db.transaction() as session:
        put_services(session, [a_listing(OST, SAHAYA, version=2, genders=["woman"], women_only=True)])


def struck_on(page_text: str) -> list[str]:
    """What the page strikes by name."""
    return [part.partition("</s>")[0].partition(",")[0] for part in page_text.split("<s>")[1:]]


@pytest.mark.usefixtures("womens_centre")
def test_an_answer_that_excludes_the_picked_service_opens_the_choice_with_the_pick_marked(officer: FormFiller) -> None:
    page = officer.up_to_review(gender="man", name="Rafiq")

    assert heading(page) == CHOICE
    assert errors_on(page) == {"service": "What was chosen before does not fit now. Choose again."}
    assert struck_on(page.text) == ["Service c1"]
    assert "It is for women only." in page.text
    assert f'value="{OST}"' not in page.text, "what does not fit cannot be picked again"


@pytest.mark.usefixtures("womens_centre")
def test_another_choice_is_read_anew_and_the_typing_is_kept(officer: FormFiller) -> None:
    officer.up_to_review(gender="man", name="Rafiq")

    spoken = officer.ask(OST_OF_JIBAN)
    review = officer.consent()

    assert heading(spoken) == CONSENT
    assert "Jiban Jyoti" in spoken.text
    assert "Sahaya" not in spoken.text
    assert heading(review) == REVIEW
    assert "Rafiq" in review.text


@pytest.mark.usefixtures("womens_centre")
def test_an_answer_that_was_a_slip_is_put_right_and_the_consent_stands(officer: FormFiller) -> None:
    officer.up_to_review(gender="man")

    page = officer.person(gender="woman")

    assert heading(page) == REVIEW
    assert "Service c1" in page.text


def test_where_no_other_service_fits_the_page_says_that_it_is_for_these_answers(
    officer: FormFiller, setu: ReferralService
) -> None:
    everywhere = {OST: SAHAYA, OST_OF_JIBAN: JIBAN, OST_OF_SHISHU: SHISHU}
    with setu.worker_db.transaction() as session:
        put_services(session, [a_listing(one, of, version=2, women_only=True) for one, of in everywhere.items()])

    page = officer.up_to_review(gender="man")

    assert heading(page) == CHOICE
    assert "No service in this district fits these answers now." in page.text


@pytest.mark.usefixtures("womens_centre")
def test_nothing_can_be_sent_and_no_review_is_shown_without_a_receiver_that_fits(
    officer: FormFiller, setu: ReferralService
) -> None:
    officer.up_to_review(gender="man")

    assert heading(officer.get("/new/review")) == CHOICE
    assert officer.send().status_code == 409, "from a page that was never shown of these answers"
    with setu.worker_db.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM task")) == 0


def test_candidates_that_no_longer_fit_are_struck_by_name_and_not_asked(
    officer: FormFiller, setu: ReferralService
) -> None:
    officer.place()
    officer.post("/new/who", {"candidates": [str(OST), str(OST_OF_JIBAN), str(OST_OF_SHISHU)]})
    officer.consent()
    with setu.worker_db.transaction() as session:
        put_services(session, [a_listing(OST_OF_JIBAN, JIBAN, version=2, genders=["woman"])])

    review = officer.person(gender="man")
    sent = officer.send()

    assert heading(review) == REVIEW
    assert struck_on(review.text) == ["Service c2"]
    assert heading(sent) == "Sent"
    with setu.worker_db.transaction() as session:
        assert session.scalar(text("SELECT candidates FROM referral_sent")) == [OST, OST_OF_SHISHU]


def test_a_service_that_closed_before_the_review_is_struck_and_not_dropped(
    officer: FormFiller, setu: ReferralService
) -> None:
    officer.up_to_review()
    with setu.worker_db.transaction() as session:
        put_services(session, [a_listing(OST, SAHAYA, version=2, accepting="closed")])

    page = officer.get("/new/review")

    assert heading(page) == CHOICE
    assert struck_on(page.text) == ["Service c1"]


def test_another_need_keeps_the_mark_on_what_was_picked(officer: FormFiller) -> None:
    officer.up_to_review()

    page = officer.place("OST", "COUNS")

    assert heading(page) == CHOICE
    assert "Chosen before" in page.text


def test_a_step_back_from_the_choice_keeps_what_was_picked(officer: FormFiller) -> None:
    officer.up_to_review()

    officer.leave_by("who", "back")

    assert heading(officer.get("/new/review")) == REVIEW


def test_a_wish_that_the_listing_does_not_speak_of_is_told_and_excludes_nobody(officer: FormFiller) -> None:
    page = officer.up_to_review(preferences=["woman_worker"])

    assert heading(page) == REVIEW
    assert "Does not say whether it has women workers" in page.text


def test_whoever_is_reached_by_a_visit_alone_keeps_the_service_and_is_shown_first_who_says_that_it_visits(
    setu: ReferralService, officer: FormFiller
) -> None:
    silent = {OST: SAHAYA, OST_OF_JIBAN: JIBAN}
    with setu.worker_db.transaction() as session:
        put_services(session, [a_listing(one, of, version=2, visits_in_custody=False) for one, of in silent.items()])
    doubt = "Does not say that it visits people in custody: ring first"

    before = officer.place(setting="station")
    officer.ask(OST)
    officer.consent()
    review = officer.person(method="visit_in_custody")
    choice = officer.get("/new/who")

    assert (heading(review), doubt in review.text, doubt in before.text) == (REVIEW, True, False)
    assert "1 service here says that it has what the person would like." in review.text
    assert choice.text.index(f'value="{OST_OF_SHISHU}"') < choice.text.index(f'value="{OST}"')
    assert choice.text.count(doubt) == len(silent)
    assert heading(officer.post("/new/review")) == "Sent"


def test_a_service_where_nobody_is_home_is_not_offered_and_one_that_was_picked_is_struck_with_the_reason(
    setu: ReferralService, officer: FormFiller
) -> None:
    officer.up_to_review()
    with setu.worker_db.transaction() as session:
        put_organization(session, an_organization(SAHAYA, version=2, staffed=["provider_manager"]))

    page = officer.get("/new/review")

    assert struck_on(page.text) == ["Service c1"]
    assert "Nobody there can take it yet." in page.text
    assert f'value="{OST}"' not in page.text
    assert f'value="{OST_OF_JIBAN}"' in page.text


def test_a_wish_that_another_service_promises_leads_back_to_the_choice_with_that_one_first(
    setu: ReferralService, officer: FormFiller
) -> None:
    with setu.worker_db.transaction() as session:
        put_services(session, [a_listing(OST_OF_SHISHU, SHISHU, version=2, female_staff=True)])

    review = officer.up_to_review(preferences=["woman_worker"])
    choice = officer.get("/new/who")

    assert "1 service here says that it has what the person would like." in review.text
    assert choice.text.index(f'value="{OST_OF_SHISHU}"') < choice.text.index(f'value="{OST}"')
    assert choice.text.count("Does not say whether it has women workers") == 2
    officer.ask(OST_OF_SHISHU)
    assert "what the person would like" not in officer.consent().text


@pytest.mark.usefixtures("womens_centre")
def test_what_does_not_fit_stands_behind_why_not_with_its_reason(officer: FormFiller) -> None:
    officer.up_to_review(gender="man")

    page = " ".join(officer.place().text.split())

    assert "Why not? 1 more offers this help" in page
    assert "Service c4" in page
    assert "It takes nobody new now." in page.partition("Why not?")[2]
