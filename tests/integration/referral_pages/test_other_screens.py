"""The screens beside the form: custody's question, the inbox, and the coordinator's list."""

import re

from referral_service.store.directory import put_services
from support.referral import (
    COORDINATOR,
    DATA_OFFICER,
    FOR_CHILDREN,
    JIBAN,
    MANAGER,
    NURSE,
    OFFICER,
    OST,
    OST_OF_JIBAN,
    OST_OF_SHISHU,
    SAHAYA,
    SHISHU,
    SUPERVISOR,
    WORKER,
    WORKER_OF_JIBAN,
    ReferralService,
    a_named_person,
)
from support.referrals.directory import a_listing
from support.referrals.form import (
    FormFiller,
    errors_on,
    heading,
)


def test_prison_health_staff_answer_a_coded_question_and_see_the_appointment(setu: ReferralService) -> None:
    referral = setu.sent(NURSE, setting="prison")
    setu.must(WORKER, referral, "open")
    setu.must(WORKER, referral, "ask", question="visit_possible")
    nurse = FormFiller(setu, NURSE)
    assert "a question for you" in nurse.get("/").text
    page = nurse.get(f"/sent/{referral.id}")
    assert "Is a visit possible?" in page.text
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version is not None
    assert "answer" in errors_on(nurse.post(f"/sent/{referral.id}/answer", {"version": version[1]}))
    page = nurse.post(f"/sent/{referral.id}/answer", {"version": version[1], "answer": "yes"})
    assert "Is a visit possible?" not in page.text
    assert "Your answer was sent." in page.text
    assert "Yes" in FormFiller(setu, WORKER).get(f"/inbox/{referral.id}").text


def test_others_who_may_help_are_tagged_and_ordered_as_the_form_does(setu: ReferralService) -> None:
    day = [{"rrule": "FREQ=DAILY", "opens_at": "09:00", "closes_at": "17:00"}]
    with setu.worker_db.transaction() as session:
        for_women = a_listing(OST_OF_JIBAN, JIBAN, version=2, women_only=True, genders=["woman"], schedules=day)
        put_services(session, [for_women, a_listing(OST_OF_SHISHU, SHISHU, version=2, schedules=day)])
    referral = setu.sent()
    setu.must(WORKER, referral, "decline", reason="no_capacity")

    page = FormFiller(setu).get(f"/sent/{referral.id}").text

    others = page.partition("Others who may help")[2].partition("<dl")[0]
    assert others.index("Service c5") < others.index("Service c2"), "a service for women comes last where none is meant"
    assert "For women only" in others.partition("Service c2")[2]
    assert others.count("Open now") == 2


def test_the_list_of_what_was_sent_says_how_many(setu: ReferralService) -> None:
    setu.sent()
    setu.sent()
    assert ">2 referrals<" in FormFiller(setu).get("/sent").text


def test_the_inbox_shows_every_button_of_the_table_and_no_other(setu: ReferralService) -> None:
    referral = setu.sent()
    worker = FormFiller(setu, WORKER)
    page = worker.get(f"/inbox/{referral.id}")
    offered = set(re.findall(rf"/inbox/{referral.id}/([a-z-]+)\"", page.text)) - {"identity"}
    actions = setu.get(WORKER, f"/api/referrals/{referral.id}/actions").get_json()["actions"]
    assert offered == set(actions)
    assert "Rafiq" not in page.text


def test_a_candidate_is_not_told_where_the_person_was_met_or_that_another_one_had_it(setu: ReferralService) -> None:
    referral = setu.sent(candidates=[str(OST), str(OST_OF_JIBAN)])
    setu.must(WORKER_OF_JIBAN, referral, "claim")
    setu.must(WORKER_OF_JIBAN, referral, "decline", reason="no_capacity")

    before = FormFiller(setu, WORKER).get(f"/inbox/{referral.id}").text
    shown = setu.get(WORKER, f"/api/referrals/{referral.id}").get_json()
    setu.must(WORKER, referral, "claim")

    assert "<dt>From</dt>" not in before
    assert "<dt>From</dt>" in FormFiller(setu, WORKER).get(f"/inbox/{referral.id}").text
    assert (shown["setting"], shown["opened_at"], shown["reason"]) == (None, None, None)


def test_an_act_at_an_old_version_is_refused_and_says_so(setu: ReferralService) -> None:
    referral = setu.sent()
    worker = FormFiller(setu, WORKER)
    setu.must(WORKER, referral, "open")
    page = worker.post(f"/inbox/{referral.id}/accept", {"version": "1"})
    assert page.status_code == 409
    assert "changed in the meantime" in page.text
    missing = worker.post(f"/inbox/{referral.id}/decline", {"version": "2"})
    assert missing.status_code == 422
    assert "decline_reason" in errors_on(missing)


def test_every_step_of_the_work_can_be_done_on_the_screen(setu: ReferralService) -> None:
    referral = setu.sent()
    worker = FormFiller(setu, WORKER)

    def do(event: str, **fields: str) -> str:
        version = re.search(r'name="version" value="(\d+)"', worker.get(f"/inbox/{referral.id}").text)
        assert version is not None
        page = worker.post(f"/inbox/{referral.id}/{event}", {"version": version[1], **fields})
        assert page.status_code == 200, (event, errors_on(page))
        return page.text

    do("open")
    do("accept")
    do("contact", attempt="no_answer", next_appointment_day="2026-03-04", next_appointment_time="10:30")
    do("start", first_contact="2026-03-02")
    do("hold", reason="travelling", review_on="2026-03-09")
    do("resume")
    assert "Completed" in do("complete", outcome="engaged")


def test_nothing_of_another_provider_and_no_unknown_event(setu: ReferralService) -> None:
    referral = setu.sent()
    stranger = FormFiller(setu, WORKER_OF_JIBAN)
    for path in (f"/inbox/{referral.id}", f"/inbox/{referral.id}/identity"):
        assert stranger.get(path).status_code == 404
    assert referral.reference.split("-")[1] in FormFiller(setu, WORKER).get("/inbox").text
    assert referral.reference.split("-")[1] not in stranger.get("/inbox").text
    assert stranger.post(f"/inbox/{referral.id}/accept", {"version": "1"}).status_code == 404
    assert FormFiller(setu, WORKER).post(f"/inbox/{referral.id}/submit", {"version": "1"}).status_code == 404
    assert FormFiller(setu, OFFICER).get("/inbox").status_code == 403


def test_the_list_is_asked_again_for_nothing(setu: ReferralService) -> None:
    worker = FormFiller(setu, WORKER)
    first = worker.client.get("/inbox")
    same = worker.client.get("/inbox", headers={"If-None-Match": first.headers["ETag"], "X-Setu-Poll": "1"})
    assert same.status_code == 304
    setu.sent()
    changed = worker.client.get("/inbox", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_the_coordinator_forwards_by_metadata_alone(setu: ReferralService) -> None:
    referral = setu.sent(person=a_named_person(name="Canarina"))
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    setu.act(WORKER, referral, "forward")
    coordinator = FormFiller(setu, COORDINATOR)
    assert heading(coordinator.get("/")) == "Today"
    listed = coordinator.get("/unanswered")
    assert referral.reference.split("-")[1] in listed.text
    page = coordinator.get(f"/unanswered/{referral.id}")
    for word in ("Canarina", "Medicine for opioid dependence", "Rafiq"):
        assert word not in page.text
    version = re.search(r'name="version" value="(\d+)"', page.text)
    assert version is not None
    assert "00000000-0000" not in page.text.replace(referral.id, ""), "two services that fit are too few for a name"
    address = f"/unanswered/{referral.id}/forward"
    assert "service" in errors_on(coordinator.post(address, {"version": version[1]}))
    answered = coordinator.post(address, {"version": version[1], "picks": "setu"})
    assert heading(answered) == "Referrals that need a hand"
    assert referral.reference not in answered.text
    assert "Inbox" in FormFiller(setu, WORKER_OF_JIBAN).get("/inbox").text


def test_the_coordinator_settles_what_no_service_can_take(setu: ReferralService) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "decline", reason="no_capacity")
    coordinator = FormFiller(setu, COORDINATOR)
    address = f"/unanswered/{referral.id}"
    version = re.search(r'name="version" value="(\d+)"', coordinator.get(address).text)
    assert version is not None
    nothing = coordinator.post(f"{address}/settle", {"version": version[1]})
    assert (nothing.status_code, "Choose a reason." in nothing.text) == (422, True)
    done = coordinator.post(f"{address}/settle", {"version": version[1], "reason": "called_the_service"})
    assert "Settled: it is off your list." in done.text
    assert "Nothing waits" in done.text


def test_what_a_case_worker_calls_a_mistake_is_cancelled_with_one_tap_and_the_same_list_goes_on(
    setu: ReferralService,
) -> None:
    referral = setu.sent()
    setu.must(WORKER, referral, "open")
    setu.must(WORKER, referral, "void", reason="test")
    coordinator = FormFiller(setu, COORDINATOR)
    address = f"/unanswered/{referral.id}?show=asked_for"
    assert address in coordinator.get("/unanswered?show=asked_for").text
    page = coordinator.get(address).text
    form = re.search(r'<details class="act" open><summary>Cancel as mistake.*?</details>', page, re.DOTALL)
    assert form is not None
    action, version = (re.search(part, form[0]) for part in (r'action="([^"]+)"', r'name="version" value="(\d+)"'))
    reason = re.search(r'value="(\w+)" checked', form[0])
    assert action is not None
    assert version is not None
    assert reason is not None
    done = coordinator.post(action[1], {"version": version[1], "reason": reason[1]})
    assert done.request.full_path == "/unanswered?done=void&show=asked_for"
    assert "Nothing waits for you" in done.text


def test_a_day_leads_to_the_districts_meetings_and_agreements_of_whoever_reads_them(setu: ReferralService) -> None:
    for who in (SUPERVISOR, MANAGER, DATA_OFFICER):
        page = setu.get(who, "/").text
        main = page[page.index("<main") :]
        assert ["/meetings" in main, "/partnerships" in main] == [True, True], who.role


def test_a_service_for_children_is_not_offered_to_adults(setu: ReferralService) -> None:
    page = FormFiller(setu).place("COUNS")
    assert str(OST) in page.text
    assert str(FOR_CHILDREN) not in page.text
    assert SAHAYA.hex not in page.text
