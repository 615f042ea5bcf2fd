"""Needs that nobody is asked for are said before sending; somebody under 18 is led to a children's service."""

import pytest
from sqlalchemy import select

from referral_service.store.directory import put_services
from referral_service.store.tables import referral_sent
from support.referral import FOR_CHILDREN, JIBAN, OST, OST_OF_JIBAN, SAHAYA, SHISHU, ReferralService
from support.referrals.directory import a_listing
from support.referrals.form import FormFiller, heading

LEFT_OUT = "Nobody is asked for: Legal aid."


@pytest.fixture
def legal_aid(setu: ReferralService) -> None:
    """Sahaya offers medicine alone; Jiban Jyoti legal aid, too."""
    with setu.worker_db.transaction() as session:
        listings = [
            a_listing(OST, SAHAYA, version=2, needs=["OST"]),
            a_listing(OST_OF_JIBAN, JIBAN, version=2, needs=["OST", "LEGAL"]),
        ]
        put_services(session, listings)


@pytest.mark.usefixtures("legal_aid")
def test_one_service_for_two_needs_of_which_it_covers_one_says_so_on_every_page_before_sending(
    officer: FormFiller,
) -> None:
    choice = officer.place("OST", "LEGAL")
    consent = officer.ask(OST)
    officer.consent()
    review = officer.person()

    box = choice.text.partition("Service c1</h2>")[2].partition("</li>\n<li class")[0]
    assert "Does not offer:" in box
    assert "Legal aid" in box
    for page in (consent, review):
        assert LEFT_OUT in page.text
    assert "For: Medicine for opioid dependence" in review.text
    assert 'name="go" value="back"' in consent.text.partition(LEFT_OUT)[2][:200], "a way to choose others"


@pytest.mark.usefixtures("legal_aid")
def test_any_of_several_that_cover_all_together_leaves_no_need_out(officer: FormFiller) -> None:
    officer.place("OST", "LEGAL")
    consent = officer.post("/new/who", {"candidates": [str(OST), str(OST_OF_JIBAN)]})
    officer.consent()
    review = officer.person()

    assert "Nobody is asked for" not in consent.text + review.text
    assert "For: Legal aid, Medicine for opioid dependence" in review.text


def test_under_18_with_a_need_of_adults_is_led_to_a_childrens_service_in_one_tap(
    officer: FormFiller, setu: ReferralService
) -> None:
    officer.up_to_review()

    nobody = officer.person(age_band="under-18", authority="cwc")
    choice = officer.instead("for-a-child")
    consent = officer.ask(FOR_CHILDREN)
    review = officer.consent()

    assert "for people under 18" in nobody.text
    assert "Ask a children's service instead" in nobody.text
    assert heading(choice) == "Who can help?"
    assert str(FOR_CHILDREN) in choice.text
    assert "offers this to people under 18 now: Medicine for opioid dependence" in choice.text
    assert "Nobody is asked for: Medicine for opioid dependence." in consent.text
    assert heading(review) == "Check, then send"
    assert heading(officer.send()) == "Sent"
    with setu.worker_db.transaction() as session:
        assert set(session.scalars(select(referral_sent.c.needs)).one()) == {"CHILD", "OST"}


def test_where_no_childrens_service_is_open_none_is_offered(officer: FormFiller, setu: ReferralService) -> None:
    closed = a_listing(FOR_CHILDREN, SHISHU, version=2, needs=["CHILD"], child_certified=True, accepting="closed")
    with setu.worker_db.transaction() as session:
        put_services(session, [closed])
    officer.up_to_review()

    nobody = officer.person(age_band="under-18", authority="cwc")
    after = officer.instead("for-a-child")

    assert "Ask a children's service instead" not in nobody.text
    assert "No service in this district takes this on for people under 18 now." in after.text
