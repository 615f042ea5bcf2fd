"""A forward keeps every rule that excludes, by what was sealed, and tells its coordinator nothing of it."""

import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from referral_service.domain.forward_choice import MOST_NEARBY
from referral_service.store.directory import put_organization, put_service
from referral_service.store.tables import identity, referral_key, task
from service_kit.db.tables import audit_entry
from support.referral import (
    COORDINATOR,
    FOR_CHILDREN,
    JIBAN,
    KOLKATA,
    NURSE,
    OFFICER,
    OST,
    OST_OF_JIBAN,
    OST_OF_SHISHU,
    SAHAYA,
    SHISHU,
    WORKER,
    WORKER_OF_JIBAN,
    WORKER_OF_SHISHU,
    Referral,
    ReferralService,
    a_consent,
    a_named_person,
)
from support.referrals.directory import a_listing, an_organization

DARJEELING = 309  # of the same state
ANYBODY = {"genders": ["woman", "man", "transgender", "other"], "version": 5}


def listed(setu: ReferralService, *listings: dict[str, Any]) -> None:
    with setu.worker_db.transaction() as session:
        for listing in listings:
            put_service(session, {"version": 2, **listing})


def only_jiban(setu: ReferralService, **more: Any) -> None:
    """Jiban's service is as told; Shishu's is closed."""
    listed(setu, a_listing(OST_OF_JIBAN, JIBAN, **{"version": 2, **more}))
    listed(setu, a_listing(OST_OF_SHISHU, SHISHU, version=2, accepting="closed"))


def open_to_all(setu: ReferralService) -> list[str]:
    """Three providers whose services take anybody, for the same three kinds of help."""
    found = []
    for number in (1, 2, 3):
        organization, service = UUID(int=0xBB0 + number), UUID(int=0xCC0 + number)
        with setu.worker_db.transaction() as session:
            known = an_organization(JIBAN, organization_id=str(organization), name=f"Open house {number}")
            put_organization(session, known)
            put_service(session, a_listing(service, organization, **ANYBODY, phone="033 5550 0142"))
        found.append(str(service))
    return found


def declined(setu: ReferralService, who: Any = OFFICER, **more: Any) -> Referral:
    referral = setu.sent(who, **more)
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    return referral


def reached(setu: ReferralService, worker: Any) -> int:
    return len(setu.get(worker, "/api/referrals").get_json()["items"])


def refusal(setu: ReferralService, referral: Referral, **body: Any) -> tuple[int, Any]:
    answer = setu.act(COORDINATOR, referral, "forward", body)
    return answer.status_code, answer.get_json()["errors"]


def lines(setu: ReferralService, action: str) -> list[tuple[Any, ...]]:
    """Who, of which referral, and how it ended, as the audit log says."""
    columns = (audit_entry.c.actor, audit_entry.c.object_id, audit_entry.c.outcome)
    with setu.worker_db.transaction() as session:
        return [tuple(row) for row in session.execute(select(*columns).where(audit_entry.c.action == action))]


CASES = (
    ("woman only", {"genders": ["woman"], "women_only": True}, {"gender": "man"}, {"gender": "woman"}),
    ("for children", {"maximum_age": 17, "child_certified": True}, {}, None),
    ("under 30", {"maximum_age": 29}, {"age_band": "45-59"}, {"age_band": "18-24"}),
)


@pytest.mark.parametrize(("_name", "listing", "excluded", "taken"), CASES)
def test_who_does_not_fit_is_not_forwarded_and_who_fits_is(
    setu: ReferralService, _name: str, listing: dict[str, Any], excluded: dict[str, Any], taken: dict[str, Any] | None
) -> None:
    only_jiban(setu, **listing)
    out = declined(setu, setting="court", person=a_named_person(**excluded))
    assert refusal(setu, out)[0] == 422
    assert refusal(setu, out, service_id=str(OST_OF_JIBAN))[0] == 422
    assert refusal(setu, out, candidates=[str(OST_OF_JIBAN)])[0] == 422
    assert reached(setu, WORKER_OF_JIBAN) == 0
    if taken is not None:
        setu.must(COORDINATOR, declined(setu, setting="court", person=a_named_person(**taken)), "forward")
        assert reached(setu, WORKER_OF_JIBAN) == 1


BY_VISIT = {"method": "visit_in_custody"}


def test_whoever_is_reached_by_a_visit_alone_is_forwarded_to_a_service_that_does_not_say_whether_it_visits(
    setu: ReferralService,
) -> None:
    only_jiban(setu, visits_in_custody=False)
    setu.must(COORDINATOR, declined(setu, setting="station", person=a_named_person(contact=BY_VISIT)), "forward")
    assert reached(setu, WORKER_OF_JIBAN) == 1


def test_in_custody_the_coordinator_reads_who_says_that_it_visits_whoever_the_person_is(setu: ReferralService) -> None:
    """Who needs a visit is sealed, so those that say they visit come first for everybody, and the others are named."""
    first, *_rest = open_to_all(setu)
    listed(setu, a_listing(UUID(first), UUID(int=0xBB1), **{**ANYBODY, "version": 6}, visits_in_custody=False))
    people = (a_named_person(contact=BY_VISIT), a_named_person())
    held = [declined(setu, setting="station", person=person) for person in people]
    choices = [setu.get(COORDINATOR, f"/api/referrals/{each.id}/forward-choice").get_json()["named"] for each in held]
    pages = [setu.get(COORDINATOR, f"/unanswered/{each.id}").text for each in held]
    assert choices[0] == choices[1]
    said = [each["visits_in_custody"] for each in choices[0]]
    assert (said, choices[0][-1]["service_id"]) == ([True] * (len(said) - 1) + [False], first)
    promise = '<span class="tag quiet"><span class="shape" aria-hidden="true">○</span> Visits people in custody</span>'
    assert [page.count(promise) for page in pages] == [len(said) - 1] * 2
    assert not any("Does not say that it visits" in page for page in pages)


def test_a_prison_and_a_child_are_forwarded_to_who_is_cleared_or_certified_alone(setu: ReferralService) -> None:
    only_jiban(setu, prison_cleared=False, child_certified=False)
    listed(setu, a_listing(OST, SAHAYA, version=2, child_certified=True))
    child = a_named_person(age_band="under-18")
    in_prison = declined(setu, NURSE, setting="prison", consent=a_consent())
    under_18 = declined(setu, person=child, consent=a_consent(authority="guardian"))
    assert [refusal(setu, referral)[0] for referral in (in_prison, under_18)] == [422, 422]
    only_jiban(setu, version=3, prison_cleared=True, child_certified=True)
    for referral in (in_prison, under_18):
        setu.must(COORDINATOR, referral, "forward")
    assert reached(setu, WORKER_OF_JIBAN) == 2


def test_a_name_that_was_not_shown_is_refused_alike_whatever_it_is(setu: ReferralService) -> None:
    """Else whoever forwards could ask one service after the other, and read the need from what is refused."""
    referral = declined(setu)
    ids = (OST_OF_JIBAN, OST_OF_SHISHU, OST, UUID(int=5))
    assert len({str(refusal(setu, referral, service_id=str(service))) for service in ids}) == 1


def test_names_are_shown_where_three_are_open_to_all_and_may_be_asked(setu: ReferralService) -> None:
    services = open_to_all(setu)
    referral = declined(setu)
    page = setu.get(COORDINATOR, f"/unanswered/{referral.id}").text
    assert [service for service in services if f'value="{service}"' in page] == services
    assert f'value="{OST_OF_JIBAN}"' in page, "it says nothing of genders: unknown excludes nobody"
    assert f'value="{FOR_CHILDREN}"' not in page
    assert 'href="tel:03355500142"' in page
    setu.must(COORDINATOR, referral, "forward", candidates=services[:2])
    assert reached(setu, WORKER_OF_JIBAN) == 0


def test_the_api_lists_whom_the_page_names_and_takes_their_ids(setu: ReferralService) -> None:
    services = open_to_all(setu)
    referral = declined(setu)
    address = f"/api/referrals/{referral.id}/forward-choice"
    page = setu.get(COORDINATOR, f"/unanswered/{referral.id}").text
    choice = setu.get(COORDINATOR, address).get_json()
    on_page = re.findall(r'name="service" value="([0-9a-f-]{36})"', page)
    assert [each["service_id"] for each in choice["named"]] == on_page
    assert {*services} <= {*on_page}
    assert choice["picks"] is True
    first = next(each for each in choice["named"] if each["service_id"] == services[0])
    assert (first["phone"], first["serves_district"], first["accepting"]) == ("033 5550 0142", True, "open")
    assert [setu.get(who, address).status_code for who in (OFFICER, WORKER)] == [403, 403]
    setu.must(COORDINATOR, referral, "forward", candidates=on_page[:1])
    assert setu.get(COORDINATOR, address).status_code == 409


def test_nobody_is_named_to_a_program_where_the_page_names_nobody(setu: ReferralService) -> None:
    choice = setu.get(COORDINATOR, f"/api/referrals/{declined(setu).id}/forward-choice").get_json()
    assert choice == {"named": [], "picks": True}


@pytest.mark.parametrize("prepare", [open_to_all, lambda _setu: []])
def test_the_coordinators_page_is_the_same_whoever_the_person_is(setu: ReferralService, prepare: Any) -> None:
    prepare(setu)
    listed(setu, a_listing(UUID(int=0xCF0), JIBAN, genders=["woman"], women_only=True, female_staff=True))
    people = ({"gender": "man"}, {"gender": "woman", "preferences": ["woman_worker"]}, {"age_band": "60+"}, {})
    sent = [declined(setu, person=a_named_person(**person)) for person in people]
    sent.append(declined(setu, needs=["OD"]))
    pages = set()
    for referral in sent:
        for path in (f"/unanswered/{referral.id}", f"/api/referrals/{referral.id}"):
            text = setu.get(COORDINATOR, path).text.replace(referral.id, "ID")
            pages.add(re.sub(r"R-\w{4}-\w{4}|<span class=\"reference\".*?</span></span>", "REF", text))
    assert len(pages) == 2


def test_without_the_key_nothing_is_forwarded(setu: ReferralService) -> None:
    referral = declined(setu)
    with setu.worker_db.transaction() as session:
        session.execute(delete(referral_key).where(referral_key.c.referral_id == UUID(referral.id)))
    assert setu.act(COORDINATOR, referral, "forward").status_code == 409
    assert "cannot be opened any more" in setu.get(COORDINATOR, f"/unanswered/{referral.id}").text
    with setu.worker_db.transaction() as session:
        assert len(session.scalars(select(task.c.id)).all()) == 1


def test_a_referral_of_an_older_release_is_judged_by_its_identity(setu: ReferralService) -> None:
    only_jiban(setu, genders=["woman"])
    man, woman = (declined(setu, person=a_named_person(gender=gender)) for gender in ("man", "woman"))
    with setu.worker_db.transaction() as session:
        session.execute(update(identity).values(fit=None))
    assert refusal(setu, man)[0] == 422
    setu.must(COORDINATOR, woman, "forward")


def test_each_reading_of_what_was_sealed_leaves_a_line_in_the_log(setu: ReferralService) -> None:
    referral = declined(setu)
    setu.get(COORDINATOR, f"/unanswered/{referral.id}")
    setu.must(COORDINATOR, referral, "forward")
    assert lines(setu, "referral.fit.read") == [(COORDINATOR.account, referral.id, "done")] * 2


def test_each_try_that_is_refused_leaves_a_line_too(setu: ReferralService) -> None:
    referral = declined(setu)
    refusal(setu, referral, service_id=str(OST_OF_JIBAN))
    version = setu.get(COORDINATOR, f"/api/referrals/{referral.id}").get_json()["version"]
    form = {"version": str(version), "service": str(OST_OF_JIBAN)}
    setu.client(COORDINATOR).post(f"/unanswered/{referral.id}/forward", data=form)
    assert lines(setu, "referral.forward") == [(COORDINATOR.account, referral.id, "refused")] * 2


def test_a_chain_asks_no_provider_twice_also_not_a_candidate_that_left(setu: ReferralService) -> None:
    referral = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)])
    for worker in (WORKER_OF_JIBAN, WORKER):
        setu.act(worker, referral, "decline", {"reason": "no_capacity"})
    setu.must(COORDINATOR, referral, "forward")
    assert (reached(setu, WORKER_OF_JIBAN), reached(setu, WORKER_OF_SHISHU)) == (0, 1)
    (item,) = setu.get(WORKER_OF_SHISHU, "/api/referrals").get_json()["items"]
    second = Referral(item["id"], item["reference"], None)
    setu.must(WORKER_OF_SHISHU, second, "decline", reason="outside_area")
    assert refusal(setu, second)[0] == 422


def test_where_nobody_in_the_district_fits_another_of_the_state_is_asked(setu: ReferralService) -> None:
    only_jiban(setu, districts=[DARJEELING])
    setu.must(COORDINATOR, declined(setu), "forward")
    (item,) = setu.get(WORKER_OF_JIBAN, "/api/referrals").get_json()["items"]
    assert item["district"] == KOLKATA


def test_of_a_large_state_so_many_are_named_and_the_one_that_fits_is_found_all_the_same(setu: ReferralService) -> None:
    """A coordinator reads no list of thousands, and a request reads none either."""
    open_to_all(setu)
    ids = [UUID(int=0xE000 + number) for number in range(MOST_NEARBY + 4)]
    named = [a_listing(each, each, **ANYBODY, districts=[DARJEELING], name=f"Near {each.int}") for each in ids]
    with setu.worker_db.transaction() as session:
        for each in ids:
            put_organization(session, an_organization(JIBAN, organization_id=str(each), name=f"Of {each.int}"))
    listed(setu, *named)
    choice = setu.get(COORDINATOR, f"/api/referrals/{declined(setu).id}/forward-choice").get_json()["named"]
    assert [each["name"] for each in choice if not each["serves_district"]] == sorted(
        each["name"] for each in named[:MOST_NEARBY]
    )
    last = [{**each, "version": 6, "needs": ["ABSCESS"] if each is named[-1] else ["OST"]} for each in named]
    listed(setu, *last, a_listing(OST, SAHAYA, needs=["OST", "ABSCESS"], version=6))
    referral = setu.sent(NURSE, needs=["ABSCESS"], setting="prison")
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    choice = setu.get(COORDINATOR, f"/api/referrals/{referral.id}/forward-choice").get_json()
    assert choice == {"named": [], "picks": True}


def test_who_was_asked_is_named_only_where_the_name_tells_nothing(setu: ReferralService) -> None:
    listed(setu, a_listing(OST, SAHAYA, **ANYBODY, name="Opioid clinic"))
    shown = setu.get(COORDINATOR, f"/unanswered/{declined(setu).id}").text
    assert "Sahaya" in shown
    assert "Opioid clinic" not in shown
    assert "No free place now" in shown
    listed(setu, a_listing(OST, SAHAYA, version=6, name="Sahaya women", genders=["woman"], women_only=True))
    referral = declined(setu)
    setu.must(COORDINATOR, referral, "forward")
    shown = setu.get(COORDINATOR, f"/unanswered/{referral.id}").text
    assert "Sahaya women" not in shown
    assert "Not named here" in shown
    (new,) = setu.get(WORKER_OF_JIBAN, "/api/referrals").get_json()["items"]
    assert "Chosen by Setu, not named" in setu.get(COORDINATOR, f"/unanswered/{new['id']}").text
    assert setu.get(COORDINATOR, f"/api/referrals/{new['id']}").get_json()["service_id"] is None
