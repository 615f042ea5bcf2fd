"""Two forms that one browser finished: the page after sending and its picture are of one of them, and say of which."""

from itertools import pairwise, product

from flask import Response

from referral_service.pages.new_referral import receipt as receipts
from service_kit.web.sealed_cookie import SealedCookie
from support.referral import OST, ReferralService
from support.referrals.form import CARD_COOKIE, NO_FORM, FormFiller, heading

GONE = (410, "The form was put away")
AT = ("/new/{}/done", "/new/{}/card.svg")
OF_LAST_RELEASE = ("/new/done", "/new/card.svg")


def a_yes(officer: FormFiller) -> str:
    """Sends a form, whose id is returned."""
    officer.up_to_review()
    assert heading(officer.send()) == "Sent"
    return officer.form_id


def only_the_card(officer: FormFiller) -> str:
    return without_a_yes(officer, "card_only")


def a_no(officer: FormFiller) -> str:
    return without_a_yes(officer, "no")


def without_a_yes(officer: FormFiller, answer: str) -> str:
    officer.place()
    officer.ask()
    assert heading(officer.consent(answer)) == "Thank you"
    return officer.form_id


def shown(officer: FormFiller, form_id: str) -> list[tuple[int, str]]:
    """What the two addresses of this form answer."""
    return [(page.status_code, heading(page)) for page in (officer.get(at.format(form_id)) for at in AT)]


ENDS = (a_yes, a_yes, only_the_card, only_the_card, a_yes, a_no)
"""One after the other; a yes and only the card are followed by each of the three, see the assertion."""
MORE_ENDS = (only_the_card, a_no)


def test_the_addresses_of_the_first_show_nothing_of_the_second(officer: FormFiller) -> None:
    followed = {pair for ends in (ENDS, MORE_ENDS) for pair in pairwise(ends)}
    assert followed >= set(product((a_yes, only_the_card), (a_yes, only_the_card, a_no)))
    for ends in (ENDS, MORE_ENDS):
        first = ends[0](officer)
        for second_ends in ends[1:]:
            second = second_ends(officer)

            assert shown(officer, first) == [GONE, GONE]
            assert shown(officer, second)[0] == (200, "Sent" if second_ends is a_yes else "Thank you")
            put_away = officer.get(AT[0].format(first)).text
            assert "Sent referrals" in put_away
            assert not [leads_on for leads_on in ("card-sheet", second) if leads_on in put_away]
            first = second


def test_a_form_that_is_begun_meanwhile_takes_no_card_away(officer: FormFiller) -> None:
    first = a_yes(officer)
    officer.place("COUNS")
    begun = officer.form_id

    assert (shown(officer, first)[0], shown(officer, begun)) == ((200, "Sent"), [GONE, GONE])


def test_the_pages_own_picture_and_the_way_back_to_it_are_of_its_form(officer: FormFiller) -> None:
    sent = a_yes(officer)

    done, put_away = officer.get(AT[0].format(sent)), officer.get(f"/new/{sent}/review")

    assert f'href="{AT[1].format(sent)}" download' in done.text
    assert f'href="{AT[0].format(sent)}"' in put_away.text


def test_the_addresses_of_the_last_release_show_no_card_that_says_whose_it_is(officer: FormFiller) -> None:
    a_yes(officer)

    pages = [officer.client.get(path) for path in OF_LAST_RELEASE]

    assert [(page.status_code, heading(page)) for page in pages] == [GONE, GONE]
    assert "Sent referrals" in pages[0].text


def sealed_by_last_release(setu: ReferralService, officer: FormFiller) -> None:
    """A receipt in this browser as 0.1.0 seals it: without a form's id."""
    referral = setu.sent()
    plain = {"session": str(officer.who.session), "answer": "yes", "district": 315, "language": "en"}
    plain |= {"services": [str(OST)], "reference": referral.reference, "code": referral.card_code}
    with setu.app.test_request_context():
        sealed = SealedCookie("card", "page-after-sending", receipts.COOKIE.lifetime)
        cookie = sealed.set_on(Response(), plain).headers["Set-Cookie"]
    officer.client.set_cookie(CARD_COOKIE, cookie.partition("=")[2].partition(";")[0], path="/new")


def test_a_card_of_the_last_release_is_shown_where_that_release_led_and_nowhere_else(
    officer: FormFiller, setu: ReferralService
) -> None:
    officer.place()
    begun = officer.form_id
    sealed_by_last_release(setu, officer)

    pages = [officer.client.get(path) for path in OF_LAST_RELEASE]

    assert [page.status_code for page in pages] == [200, 200]
    assert f'href="{OF_LAST_RELEASE[1]}" download' in pages[0].text
    assert shown(officer, begun) == [GONE, GONE]
    assert OF_LAST_RELEASE[0] not in officer.get(f"/new/{NO_FORM}/review").text
