"""Who can help: hard conditions, the order of the rest, and what is said about it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from referral_service.domain.listed_service import ListedService, from_snapshot
from referral_service.domain.matching.eligibility import Wanted, eligible, obstacles, unmet
from referral_service.domain.matching.ranking import doubts, rank
from referral_service.pages.words.services import REASON
from setu.opening_hours import Opening, state_at

TUESDAY_NOON_IN_INDIA = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
WEEKDAYS = Opening("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "09:00", "17:00")


SNAPSHOT = {"service_id": str(UUID(int=1)), "organization_id": str(UUID(int=2)), "name": "House"}


def a_service(number: int = 1, **more: object) -> ListedService:
    plain = ListedService(
        id=UUID(int=number),
        organization=UUID(int=100 + number),
        name=f"Service {number}",
        needs=frozenset({"OST", "TESTING"}),
        districts=frozenset({315}),
        genders=frozenset({"woman", "man"}),
        hours=(WEEKDAYS,),
        assured_date=date(2026, 11, 1),
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # given by keyword, one type each


def wanted(*needs: str, **more: object) -> Wanted:
    return Wanted(needs=frozenset(needs or {"OST"}), district=315, **more)  # type: ignore[arg-type]  # given by keyword, one type each


@pytest.mark.parametrize(
    ("service", "asked", "obstacle"),
    [
        (a_service(active=False), wanted(), "not_active"),
        (a_service(somebody_home=False), wanted(), "nobody_home"),
        (a_service(accepting="closed"), wanted(), "not_accepting"),
        (a_service(districts=frozenset({85})), wanted(), "other_district"),
        (a_service(), wanted("LEGAL"), "other_needs"),
        (a_service(), wanted(age_band="under-18"), "not_for_children"),
        (a_service(needs=frozenset({"CHILD"})), wanted("CHILD"), "not_for_children"),
        (a_service(maximum_age=17, child_certified=True), wanted(age_band="25-34"), "other_age"),
        (a_service(maximum_age=17, child_certified=True), wanted(), "other_age"),
        (a_service(genders=frozenset({"woman"})), wanted(gender="man"), "other_gender"),
        (a_service(), wanted(gender="transgender"), "other_gender"),
        (a_service(), wanted(setting="prison"), "not_in_prison"),
    ],
)
def test_a_service_that_does_not_fit_is_never_offered(service: ListedService, asked: Wanted, obstacle: str) -> None:
    assert obstacle in obstacles(service, asked)
    assert not rank([service], asked, TUESDAY_NOON_IN_INDIA)


@pytest.mark.parametrize(
    ("service", "asked"),
    [
        (a_service(accepting="waiting_list"), wanted()),
        (a_service(child_certified=True), wanted(age_band="under-18")),
        (a_service(trans_inclusive=True), wanted(gender="transgender")),
        (a_service(), wanted(gender="not_said")),
        (a_service(prison_cleared=True), wanted(setting="prison")),
        (a_service(visits_in_custody=True), wanted(visit_in_custody=True, setting="station")),
        (a_service(), wanted(visit_in_custody=True, setting="station")),
    ],
)
def test_a_service_that_fits_is_offered(service: ListedService, asked: Wanted) -> None:
    assert eligible(service, asked)
    assert unmet([service], asked) == frozenset()


def test_covering_more_of_what_was_asked_comes_first_even_with_a_waiting_list() -> None:
    half = a_service(1)
    whole = a_service(2, needs=frozenset({"OST", "LEGAL"}), accepting="waiting_list")
    found = rank([half, whole], wanted("OST", "LEGAL"), TUESDAY_NOON_IN_INDIA)
    assert [match.service for match in found] == [whole, half]
    assert "covers_all" in found[0].reasons


def test_a_womens_service_comes_first_for_a_woman_and_not_otherwise() -> None:
    mixed = a_service(1)
    womens = a_service(2, women_only=True, genders=frozenset({"woman"}), female_staff=True)
    for_a_woman = rank([mixed, womens], wanted(gender="woman"), TUESDAY_NOON_IN_INDIA)
    for_anybody = rank([womens, mixed], wanted(), TUESDAY_NOON_IN_INDIA)
    assert [match.service for match in for_a_woman] == [womens, mixed]
    assert [match.service for match in for_anybody] == [mixed, womens]


def test_an_open_door_comes_before_a_closed_one() -> None:
    closed = a_service(1, hours=())
    opened = a_service(2)
    found = rank([closed, opened], wanted(), TUESDAY_NOON_IN_INDIA)
    assert [match.service for match in found] == [opened, closed]
    assert found[0].opens.is_open
    assert found[0].opens.until == datetime(2026, 11, 24, 11, 30, tzinfo=UTC)


def test_a_need_that_nobody_covers_is_unmet() -> None:
    assert unmet([a_service()], wanted("OST", "LEGAL")) == {"LEGAL"}
    assert unmet([a_service(accepting="closed")], wanted("OST")) == {"OST"}


def test_a_monthly_rule_and_one_with_an_end_are_read_as_the_directory_reads_them() -> None:
    monthly = {"rrule": "FREQ=MONTHLY;BYDAY=1SA", "opens_at": "10:00", "closes_at": "14:00"}
    ended = {"rrule": "FREQ=DAILY", "opens_at": "00:00", "closes_at": "23:59", "valid_to": "2026-11-23"}
    service = from_snapshot({**SNAPSHOT, "schedules": [monthly, ended]})

    assert service.hours[1].valid_to == date(2026, 11, 23)
    state = state_at(service.hours, TUESDAY_NOON_IN_INDIA)
    assert (state.is_open, state.until) == (False, datetime(2026, 12, 5, 4, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    "line",
    [
        {"rrule": "FREQ=DAILY;INTERVAL=0", "opens_at": "09:00", "closes_at": "17:00"},
        {"rrule": "FREQ=WEEKLY", "opens_at": "9", "closes_at": "x"},
        {"rrule": "FREQ=DAILY", "opens_at": "09:00", "closes_at": "17:00", "valid_from": "soon"},
        {},
    ],
)
def test_hours_that_cannot_be_read_are_left_out_not_guessed(line: dict[str, str]) -> None:
    assert from_snapshot({**SNAPSHOT, "schedules": [line]}).hours == ()


def test_a_confidential_address_never_leaves_the_snapshot() -> None:
    snapshot = {
        **SNAPSHOT,
        "status": "active",
        "accepting": "open",
        "confidential": True,
        "address": "1 Lane",
        "landmark": "Temple",
        "area": "North",
        "needs": ["SHELTER"],
        "schedules": [{"rrule": "FREQ=DAILY", "opens_at": "09:00", "closes_at": "17:00"}, "nonsense"],
    }
    service = from_snapshot(snapshot)
    assert (service.address, service.landmark, service.area) == (None, None, "North")
    assert len(service.hours) == 1


@pytest.mark.parametrize(
    ("genders", "trans_inclusive", "said"),
    [
        ({"woman"}, False, "women_only"),
        ({"woman", "transgender"}, False, "women_and_transgender"),
        ({"woman"}, True, "women_and_transgender"),
        ({"woman", "man"}, True, ""),
    ],
)
def test_whom_a_service_is_for_alone_is_said_with_everybody_it_takes(
    genders: set[str], trans_inclusive: bool, said: str
) -> None:
    service = a_service(genders=frozenset(genders), trans_inclusive=trans_inclusive)
    (match,) = rank([service], wanted(gender="woman"), TUESDAY_NOON_IN_INDIA)

    assert [reason for reason in match.reasons if reason.startswith("women_")] == [said] * bool(said)
    assert set(match.reasons) <= set(REASON)


def test_a_service_that_says_women_only_and_nothing_else_takes_no_man() -> None:
    service = a_service(genders=frozenset(), women_only=True)
    assert "other_gender" in obstacles(service, wanted(gender="man"))
    assert eligible(service, wanted(gender="woman"))


def test_what_the_person_would_like_and_the_listing_does_not_say_is_a_doubt_and_no_obstacle() -> None:
    service = a_service(languages=frozenset({"hi"}))
    asked = wanted(woman_worker=True, children_with_me=True, language="bn")
    assert doubts(service, asked) == ("no_woman_worker", "no_children", "other_language")
    assert eligible(service, asked)
    assert doubts(replace(service, female_staff=True, creche=True, languages=frozenset({"bn"})), asked) == ()
    assert doubts(replace(service, languages=frozenset()), wanted(language="bn")) == (), "unknown is no doubt"


@pytest.mark.parametrize("setting", ["station", "court", "prison"])
def test_of_whoever_is_reached_by_a_visit_in_custody_alone_those_stand_first_that_say_they_visit(setting: str) -> None:
    suited = {"languages": frozenset({"bn"}), "female_staff": True, "home_district": 315}
    silent = a_service(1, prison_cleared=True, **suited)
    visiting = a_service(2, prison_cleared=True, visits_in_custody=True, languages=frozenset({"hi"}), home_district=85)
    asked = wanted(visit_in_custody=True, setting=setting, language="bn", woman_worker=True)

    found = rank([silent, visiting], asked, TUESDAY_NOON_IN_INDIA)
    by_phone = rank([silent, visiting], replace(asked, visit_in_custody=False), TUESDAY_NOON_IN_INDIA)

    told = [(match.service, match.doubts) for match in found]
    assert told == [(visiting, ("no_woman_worker", "other_language")), (silent, ("no_custody_visit",))]
    assert [match.service for match in by_phone] == [silent, visiting]
    assert unmet([silent], asked) == frozenset()


def test_a_visit_comes_behind_the_help_itself_and_behind_whoever_takes_people_now() -> None:
    silent, visits = a_service(1), a_service(2, visits_in_custody=True)
    asked = wanted("OST", "LEGAL", visit_in_custody=True, setting="station")
    covers_all = replace(silent, needs=frozenset({"OST", "LEGAL"}))
    with_list = replace(visits, accepting="waiting_list")

    by_needs = rank([visits, covers_all], asked, TUESDAY_NOON_IN_INDIA)
    by_door = rank([with_list, silent], asked, TUESDAY_NOON_IN_INDIA)

    assert [match.service for match in by_needs] == [covers_all, visits]
    assert [match.service for match in by_door] == [silent, with_list]


@pytest.mark.parametrize("asked", [wanted(visit_in_custody=True), wanted(setting="station")])
def test_a_visit_is_doubted_only_in_custody_and_where_the_person_wants_one(asked: Wanted) -> None:
    assert doubts(a_service(), asked) == ()


@pytest.mark.parametrize(
    ("asked", "more"),
    [
        (wanted(woman_worker=True), {"female_staff": True}),
        (wanted(children_with_me=True), {"creche": True}),
        (wanted(language="bn"), {"languages": frozenset({"bn"})}),
        (wanted(), {"home_district": 315}),
        (wanted(), {"assured_date": date(2026, 11, 1)}),
    ],
)
def test_what_the_person_would_like_the_near_and_the_confirmed_come_first(
    asked: Wanted, more: dict[str, object]
) -> None:
    plain = a_service(1, home_district=85, languages=frozenset({"hi"}), assured_date=None)
    suited = replace(plain, id=UUID(int=2), name="Zenana", **more)  # type: ignore[arg-type]  # given by keyword, one type each
    assert [match.service for match in rank([plain, suited], asked, TUESDAY_NOON_IN_INDIA)] == [suited, plain]


def test_a_listing_that_nobody_confirmed_for_half_a_year_comes_last_and_says_so() -> None:
    old = a_service(1, assured_date=date(2026, 5, 1))
    right = a_service(2, assured_date=date(2026, 6, 1))
    found = rank([old, right], wanted(), TUESDAY_NOON_IN_INDIA)
    assert [(match.service, match.doubts) for match in found] == [(right, ()), (old, ("not_confirmed",))]


def test_a_listing_that_nobody_ever_confirmed_comes_last_too_and_says_so() -> None:
    never = a_service(1, assured_date=None)
    right = a_service(2)
    found = rank([never, right], wanted(), TUESDAY_NOON_IN_INDIA)
    assert [(match.service, match.doubts) for match in found] == [(right, ()), (never, ("never_confirmed",))]


def test_what_nobody_said_excludes_nothing_and_comes_behind_what_is_said() -> None:
    silent, waits, takes = a_service(1, accepting=""), a_service(2, accepting="waiting_list"), a_service(3)
    for_whom = a_service(4, genders=frozenset())

    ranked = rank([silent, waits, takes], wanted(), TUESDAY_NOON_IN_INDIA)
    by_gender = rank([for_whom, a_service(5)], wanted(gender="woman"), TUESDAY_NOON_IN_INDIA)

    assert [match.service.id.int for match in ranked] == [3, 2, 1]
    assert ["taking_not_said" in match.doubts for match in ranked] == [False, False, True]
    assert [match.service.id.int for match in by_gender] == [5, 4]
    assert "gender_not_said" in by_gender[1].doubts
