"""A trial: the form and the API take fixed samples for people and nobody else, and every page says so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from local_stack.journey import NAME
from referral_service.domain.trial import DESK_SAMPLES, SAMPLE_NAMES, SAMPLE_NUMBERS
from referral_service.use_cases.dependencies import Dependencies
from support.desk import at_the_desk, emergency, signed_in_anew, version_on
from support.referral import DATA_OFFICER, NURSE, WORKER, Referral, ReferralService, a_named_person
from support.referrals.form import FormFiller, errors_on, heading

SAYS_SO = "Trial: enter no real person."


@pytest.fixture
def trial(setu: ReferralService, monkeypatch: pytest.MonkeyPatch) -> ReferralService:
    known, context = setu.app.extensions["setu_dependencies"], setu.app.extensions["setu"]
    monkeypatch.setitem(known, Dependencies, replace(known[Dependencies], trial=True))
    monkeypatch.setitem(setu.app.extensions, "setu", replace(context, settings=replace(context.settings, trial=True)))
    return setu


def a_sample(**contact: object) -> dict[str, object]:
    return {
        **a_named_person(),
        "name": SAMPLE_NAMES[0],
        "contact": {"method": "phone", "value": SAMPLE_NUMBERS[0], **contact},
    }


def test_samples_are_sent_and_nobody_else(trial: ReferralService) -> None:
    assert trial.submit(person=a_sample()).status_code == 201
    unnamed = {key: value for key, value in a_sample().items() if key != "name"} | {"contact": {"method": "none"}}
    assert trial.submit(person=unnamed).status_code == 201
    for person, field in (
        (a_sample() | {"name": "Rafiq"}, "person.name"),
        (a_sample(value="+919830012345"), "person.contact.value"),
    ):
        refused = trial.submit(person=person)
        assert (refused.status_code, [error["field"] for error in refused.get_json()["errors"]]) == (422, [field])
    noted = trial.submit(NURSE, person=a_sample(), setting="prison", notes="Ask for Rafiq at the gate.")
    assert [error["field"] for error in noted.get_json()["errors"]] == ["notes"]


def test_each_page_of_the_form_says_so_and_offers_the_samples_alone(trial: ReferralService) -> None:
    form = FormFiller(trial)
    pages = [form.get("/new"), form.place(), form.ask(), form.consent()]
    assert pages[-1].text.count("<option") > len(SAMPLE_NAMES) + len(SAMPLE_NUMBERS)
    for sample in (*SAMPLE_NAMES, *SAMPLE_NUMBERS):
        assert f'<option value="{sample}"' in pages[-1].text

    typed = form.person()  # as a browser would that still has the page from before
    assert set(errors_on(typed)) == {"name", "number"}
    assert not any(real in typed.text for real in ("Rafiq", "98300"))

    pages += [typed, form.person(name=SAMPLE_NAMES[1], number=SAMPLE_NUMBERS[1]), form.send()]
    assert heading(pages[-1]), "it was sent"
    assert [SAYS_SO in page.text for page in pages] == [True] * len(pages)
    for card in (pages[-1], form.get("/new/card.svg")):
        assert "পরীক্ষামূলক," in card.text, "in the person's language"


def test_nobody_real_is_noted_or_put_in_a_samples_place(trial: ReferralService) -> None:
    answer = trial.submit(person=a_sample()).get_json()
    referral = Referral(answer["id"], answer["reference"], answer["card_code"])
    trial.must(WORKER, referral, "accept")
    trial.must(WORKER, referral, "contact", attempt="met")
    trial.clock.advance(timedelta(days=1))
    worker = signed_in_anew(trial, WORKER)

    noted = trial.act(worker, referral, "note", {"text": "Rafiq's mother rang."})
    shown = trial.get(worker, f"/inbox/{referral.id}/in-person")
    right = {
        "seen": "",
        "name": "Rafiq",
        "method": "phone",
        "number": "98300 12345",
        "language": "bn",
        "needs": ["OST"],
    }
    typed = trial.client(worker).post(f"/inbox/{referral.id}/in-person/correction", data=right)
    sample = {**right, "name": SAMPLE_NAMES[2], "number": SAMPLE_NUMBERS[2]}
    chosen = trial.client(worker).post(f"/inbox/{referral.id}/in-person/correction", data=sample)

    assert (noted.status_code, [error["field"] for error in noted.get_json()["errors"]]) == (422, ["text"])
    assert shown.text.count("Trial ") >= len(SAMPLE_NAMES)
    assert (typed.status_code, set(errors_on(typed))) == (422, {"name", "number"})
    assert chosen.status_code == 303
    identity = trial.get(worker, f"/api/referrals/{referral.id}/identity").get_json()
    assert (identity["name"], identity["contact"]["value"]) == (SAMPLE_NAMES[2], SAMPLE_NUMBERS[2])


def test_the_desk_takes_no_words_about_somebody_real(trial: ReferralService) -> None:
    answer = trial.submit(person=a_sample()).get_json()
    referral = Referral(answer["id"], answer["reference"], answer["card_code"])
    desk = at_the_desk(trial, DATA_OFFICER)
    order = {"authority": "Rafiq's uncle", "order": "About Rafiq", "by_court": "yes"}
    order |= {"named": referral.reference, "items": ["name"]}
    refused = desk.post("/desk/demand", order)
    taken = desk.post("/desk/demand", {**order, "authority": DESK_SAMPLES["authority"], "order": DESK_SAMPLES["order"]})
    assert (refused.status_code, set(errors_on(refused)), taken.status_code) == (422, {"authority", "order"}, 200)

    request_id = emergency(trial, referral)
    report = {"outcome": "safe", "passed_on_to": "nobody", "report": "Rafiq is well."}
    for words, status in ((report["report"], 422), (DESK_SAMPLES["report"], 200)):
        version = version_on(desk.get(f"/desk/{request_id}"))
        page = desk.post(f"/desk/{request_id}/report", {**report, "report": words, "version": version})
        assert (page.status_code, "Rafiq" in desk.get(f"/desk/{request_id}").text) == (status, False)


def test_the_journey_of_the_demo_sends_a_person_whom_a_trial_takes() -> None:
    assert NAME in SAMPLE_NAMES


def test_health_staff_are_not_asked_for_notes(trial: ReferralService) -> None:
    form = FormFiller(trial, NURSE)
    form.place(setting="prison")
    form.ask()
    assert 'name="notes"' not in form.consent().text


def test_outside_of_a_trial_no_page_speaks_of_one(setu: ReferralService) -> None:
    form = FormFiller(setu)
    assert SAYS_SO not in form.up_to_review().text
    assert setu.submit(person=a_sample(value="+919830012345")).status_code == 201
