"""What may be sent, by whom, and what is kept of it."""

from typing import Any

import pytest
from sqlalchemy import func, select, text

from referral_service.store.directory import put_service
from referral_service.store.metadata import metadata
from referral_service.store.tables import identity, tally
from setu.needs import NEEDS, may_pick
from support.referral import (
    CLOSED,
    FOR_CHILDREN,
    HYDERABAD,
    NURSE,
    OFFICER,
    OFFICER_ELSEWHERE,
    OST,
    OST_OF_JIBAN,
    OTHER_STATION,
    PRISON,
    SAHAYA,
    WORKER,
    ReferralService,
    a_consent,
    a_named_person,
    events_of,
)
from support.referrals.directory import a_listing


def refused_field(setu: ReferralService, **more: Any) -> str:
    response = setu.submit(more.pop("who", OFFICER), **more)
    assert response.status_code == 422, response.text
    (error,) = response.get_json()["errors"]
    return str(error["field"])


def rows(setu: ReferralService, table: str) -> int:
    with setu.worker_db.transaction() as session:
        return session.scalar(select(func.count()).select_from(metadata.tables[table])) or 0


def test_yes_is_answered_with_the_referral_its_place_its_tag_and_its_card(setu: ReferralService) -> None:
    response = setu.submit()
    shown = response.get_json()
    assert response.status_code == 201
    assert response.headers["Location"].endswith(f"/api/referrals/{shown['id']}")
    assert response.headers["ETag"] == '"1"'
    assert set(shown) == {
        "id", "reference", "state", "reason", "version", "changed_at", "submitted_at", "setting", "district", "needs",
        "service_id", "priority", "card_code", "card",
    }  # fmt: skip
    assert len(shown["card_code"].replace("-", "")) == 14


def test_the_card_always_has_a_number_to_call(setu: ReferralService) -> None:
    line = {"rrule": "FREQ=WEEKLY;BYDAY=MO,TU", "opens_at": "09:00", "closes_at": "17:00"}
    with setu.worker_db.transaction() as session:
        put_service(session, a_listing(OST, WORKER.organization, version=2, phone="033 5550 0101", schedules=[line]))

    card = setu.submit(candidates=[str(OST), str(OST_OF_JIBAN)]).get_json()["card"]

    hours = [{"days": ["MO", "TU"], "opens_at": "09:00", "closes_at": "17:00"}]
    assert card["services"] == [
        {"service_id": str(OST), "phone": "033 5550 0101", "own_phone": True, "hours": hours},
        {"service_id": str(OST_OF_JIBAN), "phone": "14446", "own_phone": False, "hours": []},
    ]
    assert "1933" not in card["helplines"]


def test_a_number_that_cannot_be_is_refused_in_words(setu: ReferralService) -> None:
    for value, word in (("98310 12", "ten digits"), ("983101234", "ten digits"), ("2345 6789", "area code")):
        answer = setu.submit(person=a_named_person(contact={"method": "phone", "value": value}))
        (error,) = answer.get_json()["errors"]
        assert (answer.status_code, error["field"]) == (422, "person.contact.value"), value
        assert word in error["detail"], value


def test_no_and_only_the_card_are_counted_and_nothing_else_is_kept(setu: ReferralService) -> None:
    for answer in ("no", "card_only"):
        response = setu.submit(consent=a_consent(answer=answer), person=None, needs=["OST", "OD"])
        assert (response.status_code, response.data) == (204, b"")
    with setu.worker_db.transaction() as session:
        counted = session.execute(select(tally.c.answer, tally.c.need)).all()
    assert sorted(map(tuple, counted)) == [("card_only", "OD"), ("card_only", "OST"), ("no", "OD"), ("no", "OST")]
    assert all(rows(setu, table) == 0 for table in ("referral_sent", "task", "identity", "card_holder"))
    assert events_of(setu) == []


def test_a_person_is_named_only_after_yes(setu: ReferralService) -> None:
    assert refused_field(setu, consent=a_consent(answer="card_only")) == "person"
    assert refused_field(setu, person=None) == "person"
    assert refused_field(setu, consent=a_consent(answer="no"), person=None, urgent=["PREGNANT"]) == "urgent"
    [card] = setu.cards()
    assert refused_field(setu, consent=a_consent(answer="no"), person=None, card=card.number) == "card"


def test_a_repeated_request_is_the_same_referral_without_its_code(setu: ReferralService) -> None:
    first, second = (setu.submit(key="once").get_json() for _ in range(2))
    assert second == {**first, "card_code": None, "card": None}
    assert rows(setu, "task") == 1
    other = setu.submit(key="once", needs=["OD"])
    assert (other.status_code, other.get_json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert setu.submit(OFFICER_ELSEWHERE, key="once").status_code == 201
    for _ in range(2):
        assert setu.submit(key="a-no", consent=a_consent(answer="no"), person=None).status_code == 204
    assert rows(setu, "tally") == 2 + 1


def test_a_missing_key_is_said_before_the_body_is_looked_at(setu: ReferralService) -> None:
    response = setu.post(OFFICER, "/api/referrals", {"nonsense": True})
    assert (response.status_code, response.get_json()["errors"][0]["field"]) == (400, "Idempotency-Key")


def test_police_pick_only_what_reveals_no_diagnosis(setu: ReferralService) -> None:
    codes = [need.code for need in NEEDS]
    for_police = {need.code for need in may_pick("officer")}
    with setu.worker_db.transaction() as session:
        put_service(session, a_listing(OST, SAHAYA, version=2, needs=codes, child_certified=True))
    agreed = a_consent(authority="guardian")  # which a child's service is not asked without
    for need in codes:
        status = setu.submit(needs=[need], consent=agreed).status_code
        assert status == (201 if need in for_police else 422), need
        assert setu.submit(NURSE, needs=[need], consent=agreed).status_code == 201
    assert refused_field(setu, needs=["OST", "OD", "COUNS", "DIC"]) == "needs"
    assert refused_field(setu, needs=[]) == "needs"
    assert refused_field(setu, needs=["OST", "OST"]) == "needs"


def test_a_name_is_letters_and_nothing_else(setu: ReferralService) -> None:
    names = ("Rafiq 2", "98300", "<b>", "a@b", "x" * 41, "line\nbreak", "Rafiq (HIV+)")
    refused = {name: refused_field(setu, person=a_named_person(name=name)) for name in names}
    assert refused == dict.fromkeys(names, "person.name")


def test_names_of_all_scripts_are_taken(setu: ReferralService) -> None:
    names = ("রফিক", "राम प्रकाश", "D'Souza Jr.", "Anne-Marie", "", "ลูกศร")
    answers = {name: setu.submit(person=a_named_person(name=name)).status_code for name in names}
    assert answers == dict.fromkeys(names, 201)


def test_a_contact_is_a_number_that_can_be_rung(setu: ReferralService) -> None:
    values = ("call me", "12", "1800-FLOWERS", "9" * 30, "98300 12345 ext 3")
    people = {value: a_named_person(contact={"method": "phone", "value": value}) for value in values}
    refused = {value: refused_field(setu, person=person) for value, person in people.items()}
    assert refused == dict.fromkeys(values, "person.contact.value")


def test_every_field_at_fault_is_named_at_once(setu: ReferralService) -> None:
    person = a_named_person(contact={"method": "phone", "value": "12"}, name="Rafiq 2", age_band="old")
    answer = setu.submit(person=person, district="315")
    named = {error["field"] for error in answer.get_json()["errors"]}
    assert (answer.status_code, named) == (422, {"person.contact.value", "person.name", "person.age_band", "district"})


def test_a_language_tag_has_no_room_for_a_name(setu: ReferralService) -> None:
    for tag in ("en-rafiq-ahmed", "bn-x-rafiq", "bengali", "b", "bn_IN", "bn-" + "a" * 40, "ali-Khan-IN"):
        assert refused_field(setu, person=a_named_person(language=tag)) == "person.language", tag
        assert refused_field(setu, consent=a_consent(language=tag)) == "consent.language", tag


def test_language_script_and_region_are_taken(setu: ReferralService) -> None:
    tags = ("bn", "hi-IN", "mni-Beng", "lus-Latn-IN", "es-419")
    answers = {tag: setu.submit(person=a_named_person(language=tag)).status_code for tag in tags}
    assert answers == dict.fromkeys(tags, 201)


def test_none_and_a_visit_in_custody_are_answers(setu: ReferralService) -> None:
    for method in ("none", "visit_in_custody"):
        assert setu.submit(person=a_named_person(contact={"method": method})).status_code == 201
        bad = a_named_person(contact={"method": method, "value": "98300 12345"})
        assert refused_field(setu, person=bad) == "person.contact.value"


def test_what_is_for_health_staff_only(setu: ReferralService) -> None:
    assert refused_field(setu, urgent=["ON_OST_NOW"]) == "urgent"
    assert refused_field(setu, notes="Dose before eight.") == "notes"
    assert refused_field(setu, expected_release="2026-04-01") == "expected_release"
    more = {"setting": "prison", "urgent": ["ON_OST_NOW"], "notes": "Dose", "expected_release": "2026-04-01"}
    assert setu.submit(NURSE, **more).status_code == 201


def test_a_consent_text_that_was_never_published_is_refused(setu: ReferralService) -> None:
    assert refused_field(setu, consent=a_consent(version="1999-1")) == "consent.version"
    current = setu.get(None, "/api/consent-texts").get_json()["current"]
    assert setu.submit(consent=a_consent(version=current)).status_code == 201


def test_under_18_goes_to_services_certified_for_children(setu: ReferralService) -> None:
    child = {"person": a_named_person(age_band="under-18"), "consent": a_consent(authority="cwc")}
    assert refused_field(setu, **child) == "service_id"
    response = setu.submit(**child, needs=["CHILD"], service_id=str(FOR_CHILDREN))
    assert (response.status_code, response.get_json()["priority"]) == (201, "urgent")


def test_under_18_who_agrees_is_part_of_the_consent(setu: ReferralService) -> None:
    child = {"person": a_named_person(age_band="under-18"), "needs": ["CHILD"], "service_id": str(FOR_CHILDREN)}
    assert refused_field(setu, **child) == "consent.authority"
    for authority in ("guardian", "cwc"):
        assert setu.submit(**child, consent=a_consent(authority=authority)).status_code == 201


@pytest.mark.parametrize("way", ["service_id", "candidates"])
@pytest.mark.parametrize(
    ("listing", "asked"),
    [
        ({"needs": ["SHELTER"]}, {}),
        ({"districts": [HYDERABAD]}, {}),
        ({"prison_cleared": False}, {"setting": "prison"}),
        ({"prison_cleared": None}, {"setting": "prison"}),
        ({"minimum_age": 40}, {}),
        ({"genders": ["woman"]}, {"person": a_named_person(gender="man")}),
    ],
    ids="-".join,
)
def test_a_service_is_held_to_what_the_form_offers_also_when_it_is_named(
    setu: ReferralService, way: str, listing: dict[str, Any], asked: dict[str, Any]
) -> None:
    named = {way: str(OST) if way == "service_id" else [str(OST)]}
    assert setu.submit(**named, **asked).status_code == 201
    with setu.worker_db.transaction() as session:
        put_service(session, a_listing(OST, SAHAYA, version=2, **listing))
    assert refused_field(setu, **named, **asked) == way


@pytest.mark.parametrize("way", ["service_id", "candidates"])
def test_a_service_that_does_not_say_whether_it_visits_takes_whoever_is_reached_by_a_visit_alone(
    setu: ReferralService, way: str
) -> None:
    with setu.worker_db.transaction() as session:
        put_service(session, a_listing(OST, SAHAYA, version=2, visits_in_custody=False))
    named = {way: str(OST) if way == "service_id" else [str(OST)]}
    by_visit = a_named_person(contact={"method": "visit_in_custody"})
    assert setu.submit(**named, setting="station", person=by_visit).status_code == 201


def test_services_must_be_active_accepting_and_known(setu: ReferralService) -> None:
    assert refused_field(setu, service_id=str(CLOSED)) == "service_id"
    assert refused_field(setu, service_id="00000000-0000-0000-0000-00000000dead") == "service_id"
    assert refused_field(setu, candidates=[str(OST), str(CLOSED)]) == "candidates"
    assert refused_field(setu, candidates=[str(OST)], needs=["SHELTER"]) == "candidates"
    assert refused_field(setu, candidates=[str(OST)] * 2) == "candidates"
    assert setu.submit(candidates=[str(OST), str(OST_OF_JIBAN)]).status_code == 201


def test_a_listing_closed_since_then_does_not_disturb_a_repeated_request(setu: ReferralService) -> None:
    assert setu.submit(key="before").status_code == 201
    with setu.worker_db.transaction() as session:
        put_service(session, a_listing(OST, WORKER.organization, version=2, accepting="closed"))
    assert setu.submit(key="before").status_code == 201
    assert setu.submit(key="after").status_code == 422


def test_every_other_cards_number_gets_one_same_answer(setu: ReferralService) -> None:
    own, others = setu.cards()[0], setu.cards(OTHER_STATION)[0]
    assert setu.submit(card=own.number).get_json()["card_code"] is None
    answers = {setu.submit(card=number).data for number in (own.number, others.number, "0000000-0", "12", "not a card")}
    assert len(answers) == 1
    assert b'"card"' in answers.pop()
    assert setu.submit(OFFICER_ELSEWHERE, card=others.number).status_code == 201


def test_a_failed_submission_leaves_the_card_unused(setu: ReferralService) -> None:
    card = setu.cards()[0]
    assert setu.submit(card=card.number, service_id=str(CLOSED)).status_code == 422
    assert setu.submit(card=card.number).status_code == 201


def test_a_printed_card_leads_its_provider_to_the_referral(setu: ReferralService) -> None:
    card = setu.cards()[0]
    referral = setu.sent(card=card.number)
    found = setu.post(WORKER, "/api/arrivals", {"code": card.code}).get_json()
    assert (found["referral"]["id"], found["counted"]) == (referral.id, False)


def test_nothing_of_the_identity_is_stored_in_clear(setu: ReferralService) -> None:
    setu.sent(
        NURSE,
        setting="prison",
        notes="Canarynote",
        person=a_named_person(name="Canaryname", contact={"method": "phone", "value": "98300 98765"}),
    )
    with setu.worker_db.transaction() as session:
        dump = "".join(
            str(session.execute(text(f'SELECT to_jsonb(t)::text FROM "{table}" t')).all())  # noqa: S608  # our own words
            for table in (*metadata.tables, "outbox", "audit_entry", "idempotency_key")
        )
        sealed = session.scalar(select(identity.c.sealed))
    assert sealed is not None
    for canary in ("Canaryname", "Canarynote", "9830098765", "98300 98765"):
        assert canary not in dump


def test_prison_staff_of_another_prison_see_nothing(setu: ReferralService) -> None:
    assert setu.submit(NURSE, setting="prison").status_code == 201
    assert NURSE.organization == PRISON
    assert setu.get(OFFICER, "/api/referrals").get_json()["items"] == []
