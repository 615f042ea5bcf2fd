"""What the form does not take: each wrong answer is named beside its field, and no other step breaks."""

from support.referral import NURSE, OTHER_STATION, STATION, ReferralService
from support.referrals.form import (
    FormFiller,
    errors_on,
    heading,
)

WRONG = (
    ("name", "Rafiq 2"),
    ("name", "ক" * 41),
    ("name", "a" * 100_000),
    ("method", "letter"),
    ("number", "12"),
    ("number", "call the office"),
    ("age_band", ""),
    ("age_band", "17"),
    ("language", "xx"),
    ("urgent", "ON_OST_NOW"),
    ("hours", "00-24"),
    ("preferences", "nobody"),
    ("gender", "x"),
)


def test_every_wrong_answer_is_named_beside_its_field_and_kept_and_breaks_no_other_step(officer: FormFiller) -> None:
    officer.place()
    officer.ask()
    officer.consent()
    for field, value in WRONG:
        page = officer.person(**{field: value})
        assert field in errors_on(page), (field, value[:20])
        assert f'id="f-{field.replace("_", "-")}' in page.text
        for step in ("place", "who", "consent", "person", "review"):
            assert officer.get(f"/new/{step}").status_code == 200, (field, step)


def test_answers_that_are_none_break_no_step(officer: FormFiller) -> None:
    names = ("setting", "district", "needs", "service", "candidates", "language", "other_language", "answer")
    for step in ("place", "who", "consent", "person"):
        officer.up_to_review()
        officer.get(f"/new/{step}")
        for name in names:
            assert officer.post(f"/new/{step}", {name: "\u202e' OR 1=1"}).status_code == 200, (name, step)
    officer.up_to_review()
    assert heading(officer.post("/new/review", dict.fromkeys(names, "\u202e' OR 1=1"))) == "Sent"


def test_a_release_that_cannot_be_is_refused_beside_its_field_and_by_the_api(
    setu: ReferralService, officer: FormFiller
) -> None:
    officer.place(setting="prison")
    officer.ask()
    officer.consent()
    soon = ["RELEASE_TODAY", "RELEASE_14_DAYS"]

    both = officer.person(urgent=soon)
    far = officer.person(expected_release="2099-01-01")
    other_day = officer.person(urgent=["RELEASE_TODAY"], expected_release="2026-04-01")
    sent = setu.submit(setting="prison", urgent=soon, expected_release="2099-01-01")

    assert errors_on(both) == {"urgent": "Tick one of the two: released today, or within 14 days."}
    assert errors_on(far) == {"expected_release": "Enter a date from today to ten years from now."}
    assert list(errors_on(other_day)) == ["expected_release"]
    assert sent.status_code == 422
    assert sorted(error["field"] for error in sent.get_json()["errors"]) == ["expected_release", "urgent"]


def test_signs_that_nobody_sees_do_not_get_in(officer: FormFiller) -> None:
    for name in ("Rafiq\x00Ali", "Rafiq\x1b[31m", "\u202eqifaR"):
        assert name not in officer.up_to_review(name=name).text


def test_a_text_that_nobody_interpreted_into_the_persons_language_is_no_consent(officer: FormFiller) -> None:
    officer.place()
    officer.ask()

    refused = officer.consent(language="other", other_language="trp")
    taken = officer.consent(language="other", other_language="trp", interpreted="yes")

    assert errors_on(refused) == {
        "interpreted": "There is no text in this language. Have it interpreted before you ask, and say yes here."
    }
    assert '<details class="more" open>' in refused.text
    assert heading(taken) == "How can the service reach the person?"


def test_police_cannot_pick_what_reveals_a_diagnosis(officer: FormFiller, setu: ReferralService) -> None:
    assert 'value="ART"' not in officer.get("/new").text
    assert "needs" in errors_on(officer.place("ART"))
    assert 'value="ART"' in FormFiller(setu, NURSE).get("/new").text


def test_notes_of_an_officer_are_not_read(officer: FormFiller) -> None:
    page = officer.up_to_review(notes="Canarina")
    assert heading(page) == "Check, then send"
    assert "Canarina" not in page.text


def test_only_the_card_with_a_number_that_cannot_be_used_is_put_right_on_the_same_page(
    officer: FormFiller, setu: ReferralService
) -> None:
    numbers = {
        "nobody's": "0000999-3",
        "another unit's": setu.cards(unit=OTHER_STATION)[0].number,
        "used": setu.cards(unit=STATION)[0].number,
    }
    use_up(officer, numbers["used"])
    officer.place()
    officer.ask()

    for whose, number in numbers.items():
        page = officer.consent("card_only", card=number)

        assert heading(page) == "Read this aloud", whose
        assert errors_on(page)["card"].startswith("This is not the number of an unused card of your unit."), whose
        assert f'value="{number}"' in page.text, whose
        for step in ("", "/place", "/who", "/consent", "/person", "/review"):
            assert officer.get(f"/new{step}").status_code == 200, (whose, step)
    assert heading(officer.consent("card_only")) == "Thank you"


def use_up(officer: FormFiller, number: str) -> None:
    officer.place()
    officer.ask()
    assert heading(officer.consent("card_only", card=number)) == "Thank you"
