"""A yes is for those whom the text named when it was read: where others would be asked by now, it is read anew."""

from referral_service.store.directory import put_services
from support.referral import JIBAN, OST, OST_OF_JIBAN, ReferralService
from support.referrals.directory import a_listing
from support.referrals.form import FormFiller, errors_on, heading, named_on

CONSENT, REVIEW = "Read this aloud", "Check, then send"
ANEW = {"answer": "Somebody else is asked now than this text named. Read it aloud again."}


def takes(setu: ReferralService, accepting: str, version: int) -> None:
    """Jiban Jyoti's service from now on."""
    with setu.worker_db.transaction() as session:
        put_services(session, [a_listing(OST_OF_JIBAN, JIBAN, version=version, accepting=accepting)])


def test_a_yes_to_the_text_of_another_tab_is_no_consent_to_whom_this_one_picked(officer: FormFiller) -> None:
    officer.place()
    first_tab = officer.ask(OST)
    officer.ask(OST_OF_JIBAN)

    page = officer.consent(named=named_on(first_tab.text))

    assert (heading(page), errors_on(page)) == (CONSENT, ANEW)
    assert "Jiban Jyoti" in page.text
    assert 'value="yes" checked' not in page.text, "it is asked, not only confirmed"
    assert heading(officer.get("/new/person")) == CONSENT, "nothing about the person is asked before"
    officer.consent(named=named_on(page.text))
    assert heading(officer.person()) == REVIEW


def test_a_yes_from_a_page_that_does_not_say_whom_it_named_is_no_consent(officer: FormFiller) -> None:
    officer.place()
    officer.ask(OST)

    page = officer.consent(named="")

    assert (heading(page), errors_on(page)) == (CONSENT, ANEW)
    assert heading(officer.get("/new/person")) == CONSENT, "nothing about the person is asked before"


def test_a_no_is_a_no_to_whomever(officer: FormFiller) -> None:
    officer.place()
    first_tab = officer.ask(OST)
    officer.ask(OST_OF_JIBAN)
    assert heading(officer.consent("no", named=named_on(first_tab.text))) == "Thank you"


def test_a_candidate_that_fits_again_after_the_text_was_read_is_named_before_it_is_asked(
    officer: FormFiller, setu: ReferralService
) -> None:
    officer.place()
    officer.post("/new/who", {"candidates": [str(OST), str(OST_OF_JIBAN)]})
    takes(setu, "closed", 2)
    without = officer.get("/new/consent")
    assert "Jiban Jyoti" not in without.text
    officer.consent(named=named_on(without.text))
    assert heading(officer.person()) == REVIEW
    takes(setu, "open", 3)

    page = officer.send()

    assert (heading(page), "Jiban Jyoti" in page.text) == (CONSENT, True)
    review = officer.consent(named=named_on(page.text))
    assert (heading(review), "Rafiq" in review.text) == (REVIEW, True), "what was typed is there still"


def test_who_was_named_and_fits_no_more_is_struck_and_the_consent_stands(
    officer: FormFiller, setu: ReferralService
) -> None:
    officer.place()
    both = officer.post("/new/who", {"candidates": [str(OST), str(OST_OF_JIBAN)]})
    takes(setu, "closed", 2)
    officer.consent(named=named_on(both.text))
    assert heading(officer.person()) == REVIEW
